"""The verification finds what the database was made to say behind Odoo's back."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import GenealogyCase

LEDGER_COPY = """
    INSERT INTO lot_ledger (lot_id, product_id, kind, quantity, uom_id, date, company_id, location_id,
                            location_dest_id, move_line_id, recorded_at, reversal)
    SELECT lot_id, product_id, kind, quantity, uom_id, date, company_id, location_id,
           location_dest_id, %s, recorded_at, reversal
      FROM lot_ledger WHERE id = %s
"""


@tagged("post_install", "-at_install")
class TestPathsVerify(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "genealogy_manager", groups="lot_genealogy.group_manager")
        cls.raw, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.made, cls.order = cls._make(cls.hummus, "HUM-1", 8.0, [(cls.raw, 4.0), (cls.water, 1.0)])
        cls.other = cls._create_lot(cls.tahini, "TAH-2")

    def _verify(self):
        # As the list's button calls it, nothing being selected.
        action = call_kw(self.env["lot.verify"].with_user(self.manager), "action_verify", [[]], {})
        return self.env["lot.verify"].with_user(self.manager).browse(action["res_id"])

    def _problems(self):
        verify = self._verify()
        self.assertEqual(verify.state, "different")
        self.assertEqual(verify.difference_count, len(verify.difference_ids))
        return [
            (one.document, one.kind, one.problem, one.differs or "", one.quantity, one.ledger_quantity)
            for one in verify.difference_ids
        ]

    @contextmanager
    def _as_database_owner(self):
        """What the owner of the tables can do in spite of the triggers."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE lot_ledger DISABLE TRIGGER USER")
        yield self.env.cr.execute
        self.env.cr.execute("ALTER TABLE lot_ledger ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def _entry(self, lot, kind):
        return self.env["lot.ledger"].search([("lot_id", "=", lot.id), ("kind", "=", kind)])

    def test_untouched_ledger_is_equal(self):
        verify = self._verify()
        self.assertEqual((verify.state, verify.difference_count, verify.pending_count), ("equal", 0, 0))
        self.assertGreaterEqual(verify.line_count, 4)
        self.assertGreaterEqual(verify.entry_count, 4)
        self.assertEqual(verify.user_id, self.manager)

    def test_corrected_moves_are_equal(self):
        delivery = self._ship([(self.made, 3.0)])
        delivery.move_line_ids.quantity = 2.0
        delivery.move_line_ids.quantity = 0.0
        delivery.date_done = "2026-01-01 10:00:00"
        self.assertEqual(self._verify().state, "equal")

    def test_deleted_entry_is_missing_with_or_without_lot(self):
        water = self.env["lot.ledger"].search([("product_id", "=", self.water.id)])
        with self._as_database_owner() as execute:
            execute(
                "DELETE FROM lot_ledger WHERE id = ANY(%s)",
                [(water | self._entry(self.raw, "receipt")).ids],
            )
        self.assertEqual(
            self._problems(),
            [
                (self.receipt.name, "receipt", "missing", "", 10.0, 0.0),
                (self.order.name, "consumption", "missing", "", -1.0, 0.0),
            ],
        )
        self.env["lot.history"]._start()
        self.assertEqual(self._verify().state, "equal")

    def test_event_that_was_never_recorded_is_missing(self):
        with patch.object(self.env.registry["lot.recorder"], "_record", lambda *args: None):
            _made, order = self._make(self.hummus, None, 2.0, [(self.water, 1.0)])
        self.assertEqual(
            sorted(self._problems()),
            [
                (order.name, "consumption", "missing", "", -1.0, 0.0),
                (order.name, "output", "missing", "", 2.0, 0.0),
            ],
        )

    def test_changed_entry_says_in_what_it_differs(self):
        entry = self._entry(self.raw, "receipt")
        for column, value, name in (
            ("quantity", 11.0, "quantity"),
            ("lot_id", self.other.id, "lot"),
            ("date", "2026-01-01 10:00:00", "date"),
            ("owner_party_id", entry.party_id.id, "owner"),
            ("location_dest_id", entry.location_id.id, "locations"),
            ("party_id", None, "partner"),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                with self._as_database_owner() as execute:
                    execute(f"UPDATE lot_ledger SET {column} = %s WHERE id = %s", [value, entry.id])
                ((document, kind, problem, differs, moved, recorded),) = self._problems()
                self.assertEqual(
                    (document, kind, problem, differs), (self.receipt.name, "receipt", "different", name)
                )
                self.assertEqual((moved, recorded), (10.0, 11.0 if column == "quantity" else 10.0))
                savepoint.rollback()

    def test_changed_kind_is_a_missing_and_an_extra_entry(self):
        entry = self._entry(self.raw, "receipt")
        with self._as_database_owner() as execute:
            execute("UPDATE lot_ledger SET kind = 'adjustment' WHERE id = %s", [entry.id])
        self.assertEqual(
            self._problems(),
            [
                (self.receipt.name, "adjustment", "extra", "", 0.0, 10.0),
                (self.receipt.name, "receipt", "missing", "", 10.0, 0.0),
            ],
        )

    def test_changed_move_line_differs(self):
        self.env.cr.execute(
            "UPDATE stock_move_line SET lot_id = %s WHERE id = %s",
            [self.other.id, self.receipt.move_line_ids.id],
        )
        (problem,) = self._problems()
        self.assertEqual(problem, (self.receipt.name, "receipt", "different", "lot", 10.0, 10.0))

    def test_a_partner_changed_past_odoo_differs(self):
        """Who got it then, or who is said to have got it now: the one who verifies has to look."""
        delivery = self._ship([(self.made, 3.0)])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET partner_id = %s WHERE id = %s", [self.other_customer.id, delivery.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self._problems(), [(delivery.name, "shipment", "different", "partner", -3.0, -3.0)])
        self.env["lot.history"]._start()
        self.assertEqual(self._verify().state, "equal")
        last = self._entry(self.made, "shipment").sorted("id")[-1]
        self.assertEqual(last.party_id.name, "Hospital Kitchen")

    def test_a_partner_renamed_or_merged_since_makes_no_difference(self):
        delivery = self._ship([(self.made, 3.0)])
        self.customer.name = "Corner Shop Ltd"
        self.assertEqual(self._verify().state, "equal")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.other_customer).ids, self.other_customer)
        self.env.invalidate_all()
        self.assertEqual(delivery.partner_id, self.other_customer)
        self.assertEqual(self._verify().state, "equal")
        self.assertEqual(len(self._entry(self.made, "shipment")), 1)

    def test_entry_of_a_move_that_is_not_done_is_extra(self):
        for table, key in (
            ("stock_move", self.receipt.move_ids.id),
            ("stock_move_line", self.receipt.move_line_ids.id),
        ):
            self.env.cr.execute(f"UPDATE {table} SET state = 'assigned' WHERE id = %s", [key])
        (problem,) = self._problems()
        self.assertEqual(problem, (self.receipt.name, "receipt", "extra", "", 0.0, 10.0))

    def test_doubled_entry_is_found(self):
        entry = self._entry(self.raw, "receipt")
        self.env.cr.execute("DROP INDEX lot_ledger_line_uniq")
        self.env.cr.execute(LEDGER_COPY, [entry.move_line_id.id, entry.id])
        self.assertEqual(self._problems(), [(self.receipt.name, "receipt", "twice", "", 10.0, 10.0)])

    def test_entry_of_no_move_is_extra(self):
        self.env.cr.execute(LEDGER_COPY, [None, self._entry(self.raw, "receipt").id])
        (problem,) = self._problems()
        self.assertEqual(problem[1:], ("receipt", "extra", "", 0.0, 10.0))

    def test_changed_taking_back_differs(self):
        self.receipt.move_line_ids.quantity = 9.0
        back = self.env["lot.ledger"].search([("lot_id", "=", self.raw.id), ("reversal", "=", True)])
        with self._as_database_owner() as execute:
            execute("UPDATE lot_ledger SET quantity = -8, party_id = NULL WHERE id = %s", [back.id])
        (problem,) = self._problems()
        self.assertEqual(problem[1:], ("receipt", "different", "quantity, partner", -10.0, -8.0))

    def test_unloaded_history_is_pending_not_missing(self):
        module = "odoo.addons.lot_genealogy.models.lot_history"
        with patch.object(self.env.registry["lot.recorder"], "_record", lambda *args: None):
            self._receive(self.tahini, "TAH-3", 1.0)
        self.assertEqual(len(self._problems()), 1)
        with patch(f"{module}.AT_ONCE", 0):
            self.env["lot.history"]._start()
        verify = self._verify()
        self.assertEqual((verify.state, verify.difference_count), ("equal", 0))
        self.assertGreater(verify.pending_count, 0)

    def test_large_database_is_compared_by_a_job(self):
        module = "odoo.addons.lot_genealogy.models.lot_verify"
        with patch(f"{module}.AT_ONCE", 0), patch(f"{module}.BATCH", 2):
            verify = self._verify()
            self.assertEqual((verify.state, verify.line_count), ("running", 0))
            with self.enter_registry_test_mode():
                self.env.ref("lot_genealogy.lot_verify_cron").method_direct_trigger()
            self.env.invalidate_all()
        self.assertEqual(verify.state, "equal")
        self.assertEqual(verify.line_count, self._verify().line_count)

    def test_many_differences_are_all_counted_and_some_are_listed(self):
        with self._as_database_owner() as execute:
            execute("DELETE FROM lot_ledger")
        with patch("odoo.addons.lot_genealogy.models.lot_verify.LISTED", 3):
            verify = self._verify()
        self.assertEqual(len(verify.difference_ids), 3)
        self.assertGreaterEqual(verify.difference_count, 4)

    def test_difference_opens_its_document(self):
        with self._as_database_owner() as execute:
            execute("DELETE FROM lot_ledger")
        opened = {
            (action["res_model"], action["res_id"])
            for action in (one.action_open_document() for one in self._verify().difference_ids)
        }
        self.assertLessEqual({("stock.picking", self.receipt.id), ("mrp.production", self.order.id)}, opened)

    def test_a_location_used_otherwise_since_makes_nothing_else_of_what_moved(self):
        """Neither of what it was on the way to, nor of what it was sold to."""
        yard = self.env["stock.location"].create(
            {"name": "Yard", "usage": "internal", "location_id": self.stock_location.id}
        )
        shop = self.env["stock.location"].create({"name": "Shop", "usage": "customer"})
        through = self._ship([(self.made, 2.0)], validate=False)
        through.move_line_ids.location_dest_id = shop
        through.move_line_ids.picked = True
        through.button_validate()
        for place, dest in ((self.stock_location, yard), (yard, self.stock_location)):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.hummus.id,
                    "product_uom_qty": 1.0,
                    "location_id": place.id,
                    "location_dest_id": dest.id,
                }
            )
            move._action_confirm()
            move.move_line_ids.unlink()
            self._add_line(move, 1.0, self.made)
            move.picked = True
            move._action_done()
        self.assertEqual(self._verify().state, "equal")
        entries = self.env["lot.ledger"].search([])
        yard.usage = "customer"
        self.env["stock.quant"].search([("location_id", "=", shop.id)]).sudo().unlink()
        shop.usage = "transit"
        self.assertEqual(self._verify().state, "equal")
        self.env["lot.history"]._start()
        self.assertEqual(self.env["lot.ledger"].search([]), entries)
        changes = self.env["lot.audit"].search(
            [("res_model", "=", "stock.location"), ("action", "=", "write")]
        )
        self.assertEqual(
            {(one.record_name, one.old_value, one.new_value) for one in changes},
            {("WH/Stock/Yard", "Internal", "Customer"), ("Shop", "Customer", "Transit")},
        )

    def test_loading_again_says_that_it_found_something_else(self):
        entry = self._entry(self.raw, "receipt")
        with self._as_database_owner() as execute:
            execute("UPDATE lot_ledger SET quantity = 99 WHERE id = %s", [entry.id])
        self.env["lot.history"]._start()
        back, anew = self._entry(self.raw, "receipt") - entry
        self.assertEqual({back.quantity, anew.quantity}, {-99.0, 10.0})
        for row in (back, anew):
            self.assertIn("when history was loaded again", row.reason)
        self.assertEqual(anew.party_id, entry.party_id)

    def test_officers_verify_ledger_and_seals_in_one_place(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        action = self.env["lot.verify"].with_user(self.officer).action_verify()
        verify = self.env["lot.verify"].with_user(self.officer).browse(action["res_id"])
        self.assertEqual((verify.state, verify.difference_count, verify.problem_count), ("equal", 0, 0))
        self.assertGreaterEqual(verify.sealed_count, verify.entry_count)
        self.assertIn(f"{verify.seal_count} seals, ", list(verify._get_text())[-2])

    def test_only_officers_verify_and_nobody_changes_a_result(self):
        for user in (self.worker, self.quality):
            with self.assertRaises(AccessError):
                self.env["lot.verify"].with_user(user).action_verify()
        verify = self._verify()
        for change in (
            lambda: verify.write({"difference_count": 0}),
            verify.unlink,
            lambda: verify.create({}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_differences_of_other_companies_are_not_listed(self):
        with self._as_database_owner() as execute:
            execute("DELETE FROM lot_ledger")
        verify = self._verify()
        there = self.env["res.company"].create({"name": "Sister"})
        stranger = new_test_user(
            self.env,
            "genealogy_stranger",
            groups="lot_genealogy.group_manager",
            company_id=there.id,
            company_ids=[Command.set(there.ids)],
        )
        rows = verify.difference_ids
        self.assertTrue(rows)
        with self.assertRaises(AccessError):
            rows.with_user(stranger).read(["document"])
        self.env.invalidate_all()
        self.assertFalse(verify.with_user(stranger).difference_ids)
