"""What was recorded cannot be quietly changed: the ways that people have tried.

Each attack either is refused, or leaves the old entry, a reversing and a new one, or an entry
of the audit book: never nothing.
"""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common import GenealogyCase
from .operations import OperationCase

# What a caller of RPC might send to be let through: names that this module and Odoo use.
FORGED = {
    "skip_sanity_check": True,
    "skip_expired": True,
    "skip_uom_conversion": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "install_mode": True,
    "import_file": True,
    "cron_id": 1,
    "ir_cron_progress_id": 1,
    "lot_correcting": True,
    "lot_step": True,
    "lot_operation_step": True,
    "lot_genealogy_posting": True,
    "lot_audit_origin": "job",
    "lot_audit_reason": "The boss said so",
    "su": True,
    "uid": 1,
}


@tagged("post_install", "-at_install")
class TestRecordAttacks(GenealogyCase):
    """Against products without a policy, where Odoo's own ways stay open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.other, _receipt = cls._receive(cls.tahini, "TAH-2", 10.0)
        cls.made, cls.order = cls._make(cls.hummus, "HUM-1", 8.0, [(cls.lot, 4.0)])
        cls.delivery = cls._ship([(cls.made, 3.0)])
        cls.env.flush_all()
        cls.recorded = cls._read_ledger()

    @classmethod
    def _read_ledger(cls):
        cls.env.flush_all()
        cls.env.cr.execute("SELECT * FROM lot_ledger ORDER BY id")
        return cls.env.cr.fetchall()

    def _assert_history_stands(self):
        """All that was recorded is still there, as it was: there is only more."""
        now = self._read_ledger()
        self.assertEqual(now[: len(self.recorded)], self.recorded)
        return now[len(self.recorded) :]

    def _assert_restated(self, lot, entries, count=1):
        """`count` entries of `lot` were taken back in the open, and `entries` are live."""
        self._assert_history_stands()
        self.assertEqual(self._ledger(lot), entries)
        taken_back = self.env["lot.ledger"].search(
            [("lot_id", "=", lot.id), ("reversal", "=", True)], order="id"
        )
        self.assertEqual(len(taken_back), count)
        self.assertEqual(taken_back.mapped("user_id"), self.worker)
        self.assertTrue(all(taken_back.mapped("reason")))
        gaps = {gap["kind"] for gap in self._trace(lot)["gaps"]}
        self.assertIn("corrected", gaps)

    def _forged(self, record):
        return record.with_user(self.worker).with_context(**FORGED)

    def test_a_done_quantity_changed_with_every_known_key_is_restated(self):
        self._forged(self.delivery.move_line_ids).quantity = 5.0
        self._assert_restated(self.made, [("output", 8.0), ("shipment", -5.0)])

    def test_another_lot_on_a_done_line_is_restated(self):
        line = self.order.move_raw_ids.move_line_ids
        self._forged(line).lot_id = self.other
        self._assert_restated(self.lot, [("receipt", 10.0)])
        self.assertEqual(self._ledger(self.other), [("receipt", 10.0), ("consumption", -4.0)])

    def test_an_emptied_lot_on_a_done_line_is_restated(self):
        self._forged(self.delivery.move_line_ids).lot_id = False
        self._assert_restated(self.made, [("output", 8.0)])

    def test_a_move_quantity_on_a_done_transfer_is_restated(self):
        self._forged(self.delivery.move_ids).quantity = 2.0
        self._assert_restated(self.made, [("output", 8.0), ("shipment", -2.0)])

    def test_another_partner_of_a_done_transfer_is_restated(self):
        self._forged(self.delivery).partner_id = self.other_customer
        self._assert_restated(self.made, [("output", 8.0), ("shipment", -3.0)])
        consignees = self._trace(self.made)["forward"]["consignees"]
        self.assertEqual([row["partner"] for row in consignees], ["Hospital Kitchen"])

    def test_date_done_is_restated(self):
        self._forged(self.delivery).date_done = "2020-01-01 00:00:00"
        self._assert_restated(self.made, [("output", 8.0), ("shipment", -3.0)])
        live = self.env["lot.ledger"].search([("lot_id", "=", self.made.id)], order="id desc", limit=1)
        self.assertEqual(str(live.date), "2020-01-01 00:00:00")
        self.assertGreater(str(live.recorded_at), "2026")

    def test_qty_producing_on_a_done_order_is_restated(self):
        self._forged(self.order).qty_producing = 6.0
        self._assert_history_stands()
        self.assertIn(("output", 6.0), self._ledger(self.made))
        self.assertNotIn(("output", 8.0), self._ledger(self.made))

    def test_a_line_added_to_a_done_transfer_is_recorded(self):
        self._add_line(self.delivery.move_ids, 1.0, self.made)
        self._assert_history_stands()
        self.assertEqual(self._ledger(self.made), [("output", 8.0), ("shipment", -3.0), ("shipment", -1.0)])

    def test_done_lines_moves_transfers_and_lots_are_not_deleted(self):
        for records in (
            self.delivery.move_line_ids,
            self.delivery.move_ids,
            self.delivery,
            self.order,
            self.made,
            self.lot,
        ):
            for one in (self._forged(records), self._forged(records).sudo()):
                # Odoo refuses some, this module some, a foreign key of the ledger the rest.
                with self.subTest(one._name), mute_logger("odoo.sql_db"):
                    try:
                        with self.env.cr.savepoint():
                            one.unlink()
                            self.env.flush_all()
                    except (UserError, psycopg2.IntegrityError):
                        continue
                    self.fail(f"{one._name} was deleted")
        self.env.invalidate_all()
        self.assertEqual(self._assert_history_stands(), [])

    def test_a_renamed_lot_and_another_expiry_are_booked(self):
        self._forged(self.lot).write({"name": "TAH-X", "supplier_lot": "X"})
        booked = self.env["lot.audit"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", self.lot.id), ("action", "=", "write")]
        )
        self.assertEqual({one.old_value for one in booked}, {"TAH-1", "S-TAH-1"})
        self.assertEqual({one.user_id for one in booked}, {self.worker})
        self.assertEqual({one.reason for one in booked}, {False})

    def test_an_import_over_done_lines_and_lots_leaves_its_trace(self):
        line = self.delivery.move_line_ids
        result = self._forged(line.browse()).load([".id", "quantity"], [[str(line.id), "5"]])
        self.assertEqual(result["ids"], line.ids)
        self._assert_restated(self.made, [("output", 8.0), ("shipment", -5.0)])
        result = self._forged(self.lot.browse()).load([".id", "name"], [[str(self.lot.id), "TAH-X"]])
        self.assertEqual(result["ids"], self.lot.ids)
        entry = self.env["lot.audit"].search([("field_name", "=", "name")], limit=1)
        self.assertEqual((entry.old_value, entry.new_value, entry.origin), ("TAH-1", "TAH-X", "import"))

    def test_an_import_into_the_record_itself_is_refused(self):
        for model, columns, row in (
            ("lot.ledger", [".id", "quantity"], [str(self.recorded[0][0]), "1"]),
            ("lot.audit", ["record_name", "res_model"], ["forged", "stock.lot"]),
            ("lot.seal", ["number", "hash"], ["1", "0"]),
            ("lot.signature", ["user_name", "content"], ["Ann", "x"]),
        ):
            for user in (self.officer, self.env.ref("base.user_admin")):
                try:
                    result = self.env[model].with_user(user).with_context(**FORGED).load(columns, [row])
                except (UserError, AccessError):
                    continue
                self.assertFalse(result["ids"], model)
                self.assertTrue(result["messages"], model)
        self.assertEqual(self._assert_history_stands(), [])

    def test_the_applications_own_database_user_is_refused(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        for book in [*self.env["lot.seal"]._get_books(), "lot.seal"]:
            table = SQL.identifier(self.env[book]._table)
            column = SQL.identifier("hash" if book == "lot.seal" else "id")
            statements = [
                SQL("DELETE FROM %s", table),
                SQL("TRUNCATE %s CASCADE", table),
                SQL("UPDATE %s SET %s = %s", table, column, column),
            ]
            rows = self.env.execute_query(SQL("SELECT count(*) FROM %s", table))[0][0]
            for statement in statements if rows else statements[1:2]:
                with (
                    self.subTest(book),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.IntegrityConstraintViolation),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    def test_a_quantity_edited_behind_the_trigger_is_found(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        entry = self.env["lot.ledger"].search([("lot_id", "=", self.made.id), ("kind", "=", "shipment")])
        self.env.cr.execute("ALTER TABLE lot_ledger DISABLE TRIGGER USER")
        self.env.cr.execute("UPDATE lot_ledger SET quantity = -2.5 WHERE id = %s", [entry.id])
        self.env.cr.execute("ALTER TABLE lot_ledger ENABLE TRIGGER USER")
        action = self.env["lot.verify"].with_user(self.officer).action_verify()
        check = self.env["lot.verify"].with_user(self.officer).browse(action["res_id"])
        self.assertEqual(check.state, "different")
        self.assertIn(f"Lot ledger entry {entry.id} (lot.ledger) was changed", check.problem_text)

    def test_a_done_move_set_back_by_its_state_is_restated(self):
        self._forged(self.delivery.move_ids).state = "draft"
        self._assert_restated(self.made, [("output", 8.0)])
        self._forged(self.delivery.move_line_ids).quantity = 1.0
        self._forged(self.delivery.move_ids).state = "done"
        self.assertEqual(self._ledger(self.made), [("output", 8.0), ("shipment", -1.0)])

    def test_what_is_done_is_not_opened_by_a_state_that_is_written(self):
        """The state of a line and of a transfer is that of the moves."""
        line = self._forged(self.delivery.move_line_ids)
        line.write({"state": "draft"})
        self._forged(self.delivery).write({"state": "draft"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((line.state, self.delivery.state), ("done", "done"))
        self._forged(self.order).write({"state": "cancel"})
        with self.assertRaisesRegex(UserError, "is in the ledger"), self.env.cr.savepoint():
            self._forged(self.order).unlink()
        self.env.invalidate_all()
        self.assertEqual(self.order.move_raw_ids.raw_material_production_id, self.order)

    def test_a_move_that_is_taken_out_of_its_order_is_restated(self):
        raw = self._forged(self.order.move_raw_ids)
        raw.raw_material_production_id = False
        self._assert_restated(self.lot, [("receipt", 10.0), ("consumption", -4.0)])
        entry = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id)], order="id desc", limit=1)
        self.assertEqual(entry.event_id.res_model, "stock.move")

    def test_a_done_line_moved_to_another_transfer_is_restated(self):
        open_delivery = self._ship([(self.made, 1.0)], validate=False)
        self._forged(self.delivery.move_line_ids).move_id = open_delivery.move_ids
        self._assert_restated(self.made, [("output", 8.0)])

    def test_sql_on_lots_does_not_reach_the_record(self):
        for statement in (
            "DELETE FROM stock_lot",
            "TRUNCATE stock_lot CASCADE",
            "TRUNCATE stock_move_line CASCADE",
            "TRUNCATE res_company CASCADE",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)  # pylint: disable=sql-injection
        self.assertEqual(self._assert_history_stands(), [])

    def test_a_lot_emptied_by_sql_is_named_by_the_verification(self):
        self.env.cr.execute(
            "UPDATE stock_move_line SET lot_id = NULL WHERE id = %s", [self.delivery.move_line_ids.id]
        )
        self.env.invalidate_all()
        verify = self.env["lot.verify"].create({})._verify()
        self.assertIn(self.delivery.name, "\n".join(verify._get_text()))

    def test_no_customer_is_marked_as_a_place_for_what_is_held(self):
        manager = new_test_user(self.env, "mover", "stock.group_stock_manager")
        shelf = self.stock_location.copy({"name": "Shelf"}).with_user(manager)
        customers = self.env.ref("stock.stock_location_customers").with_user(manager)
        with self.assertRaisesRegex(UserError, "within your own stock"), self.env.cr.savepoint():
            customers.is_quarantine = True
        shelf.is_quarantine = True
        with self.assertRaisesRegex(UserError, "within your own stock"), self.env.cr.savepoint():
            shelf.usage = "customer"
        entry = self.env["lot.audit"].search([("field_name", "=", "is_quarantine")])
        self.assertEqual((entry.user_id, entry.new_value), (manager, "True"))

    def test_life_that_warmth_took_is_not_given_back_by_hand(self):
        self.lot.exposure_ids.create({"lot_id": self.lot.id, "hours": 48.0, "celsius": 30.0})
        for attack in (
            lambda lots: lots.write({"effective_date": "2099-01-01 00:00:00"}),
            lambda lots: lots.write({"exposure_lost_hours": 0.0}),
        ):
            with self.assertRaisesRegex(UserError, "is computed"):
                attack(self._forged(self.lot))

    def test_what_a_button_makes_takes_nothing_from_the_defaults_of_who_presses_it(self):
        def store(user, model, name, value):
            self.env["ir.default"].with_user(user).set(model, name, value, True)

        store(self.quality, "lot.hold.release", "state", "waiting")
        store(self.quality, "lot.hold.release", "author_id", self.officer.id)
        hold = self.env["lot.hold"]._hold(self.lot, "quality", "Doubt").with_user(self.quality)
        release = self.env["lot.hold.release"].browse(hold.action_release()["res_id"])
        self.assertEqual((release.state, release.author_id.id), ("draft", False))
        store(self.officer, "lot.verify", "next_line", 2**31 - 2)
        verify = self.env["lot.verify"].with_user(self.officer)
        self.assertGreater(verify.browse(verify.action_verify()["res_id"]).line_count, 0)

    def test_another_companys_stock_is_not_held_nor_shown(self):
        other = self.env["res.company"].create({"name": "Sister Company"})
        theirs = self._create_lot(self.tahini, "SISTER-1", company_id=other.id)
        wizards = self.env["lot.hold.wizard"].with_user(self.quality)
        for vals in (
            {"part_ids": [Command.create({"lot_id": theirs.id})]},
            {"lot_ids": self.lot.ids, "company_id": other.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                wizard = wizards.create({**vals, "reason": "x"})
                wizard.action_hold()
            with self.subTest(vals), self.assertRaises(AccessError):
                wizards.new(vals).mapped("preview")
        self.assertFalse(self.env["lot.hold"].search([]))

    def test_dialogs_that_others_have_open_are_neither_read_nor_written(self):
        colleague = new_test_user(self.env, "nosy", "lot_genealogy.group_manager")
        theirs = self.env["lot.hold.wizard"].with_user(self.quality)
        theirs = theirs.create({"lot_ids": self.lot.ids, "reason": "Not yet known"})
        self.assertFalse(theirs.with_user(colleague).search([]))
        for attack in (
            lambda one: one.read(["reason"]),
            lambda one: one.write({"reason": "x"}),
            lambda one: one.action_hold(),
        ):
            with self.assertRaises(AccessError):
                attack(theirs.with_user(colleague))
        self.assertTrue(theirs.action_hold())


@tagged("post_install", "-at_install")
class TestOperationAttacks(OperationCase):
    """Against what a lot operation says of itself."""

    def test_who_split_a_lot_and_when_is_not_written(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        done = self._split(lot, ("TAH-2", 4.0)).with_user(self.keeper).with_context(**FORGED)
        for attack in (
            lambda: done.write({"user_id": self.officer.id}),
            lambda: done.write({"date": "2020-01-01 00:00:00"}),
            lambda: done.write({"state": "draft"}),
            lambda: done.write({"reason": "Another one"}),
            lambda: done.write({"name": "LOT/OP/X"}),
            lambda: done.write({"move_ids": [Command.clear()]}),
            lambda: done.move_ids.write({"lot_operation_id": False}),
            lambda: done.create({"undo_of_id": done.id}),
            lambda: done.write({"undo_ids": [Command.link(done.create({}).id)]}),
            lambda: done.create({"state": "done", "user_id": self.officer.id}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attack()
        self.assertEqual((done.state, done.user_id, len(done.move_ids)), ("done", self.keeper, 2))
        forged = done.with_context(default_state="done", default_user_id=self.officer.id).create({})
        self.assertEqual((forged.state, forged.user_id.id), ("draft", False))
        self.assertTrue(done.action_undo())

    def test_nobody_else_makes_stock_moves_of_a_lot_operation(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        done = self._split(lot, ("TAH-2", 4.0)).with_user(self.keeper).with_context(**FORGED)
        vals = {
            "product_id": self.tahini.id,
            "product_uom_qty": 1.0,
            "location_id": self.stock_location.id,
            "location_dest_id": self.tahini.property_stock_production.id,
        }
        moves = done.env["stock.move"].with_user(self.worker)
        for attack in (
            lambda: moves.create({**vals, "lot_operation_id": done.id}),
            lambda: moves.with_context(default_lot_operation_id=done.id).create(vals),
            lambda: done.write({"move_ids": [Command.create(vals)]}),
            lambda: done.write({"move_ids": [Command.link(moves.create(vals).id)]}),
        ):
            with self.assertRaisesRegex(UserError, "lot operation"), self.env.cr.savepoint():
                attack()
            self.env.invalidate_all()
        result = moves.load(
            [
                *(name + "/.id" if name != "product_uom_qty" else name for name in vals),
                "lot_operation_id/.id",
            ],
            [[str(value) for value in vals.values()] + [str(done.id)]],
        )
        self.assertIn("lot operation", result["messages"][0]["message"])
        self.assertEqual(len(done.move_ids), 2)
        copied = done.move_ids[0].with_user(self.worker).copy()
        self.assertFalse(copied.lot_operation_id)


@tagged("post_install", "-at_install")
class TestLockedAttacks(GenealogyCase):
    """Against products whose policy fixes records: refused, with the way to correct."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.other, _receipt = cls._receive(cls.tahini, "TAH-2", 10.0)
        cls.made, cls.order = cls._make(cls.hummus, "HUM-1", 8.0, [(cls.lot, 4.0)])
        cls.delivery = cls._ship([(cls.made, 3.0)])
        cls.receipt.move_line_ids.write({"arrival_temperature": "3.8", "growing_area": "Field 7"})
        products = cls.tahini | cls.hummus
        cls.env["lot.policy"].create(
            {"name": "Fixed", "active": True, "product_ids": products.ids, "lock_done": True}
        )
        cls.env.flush_all()
        cls.env.cr.execute("SELECT * FROM lot_ledger ORDER BY id")
        cls.recorded = cls.env.cr.fetchall()

    def _assert_refused(self, attack):
        """Whoever asks, with whatever context, and nothing is left of it."""
        for record in (
            lambda one: one.with_user(self.worker).with_context(**FORGED),
            lambda one: one.sudo().with_context(**FORGED),
        ):
            with self.assertRaisesRegex(UserError, "(?s)fixed.*press Correct"), self.env.cr.savepoint():
                attack(record)
                self.env.flush_all()
            self.env.invalidate_all()
        self.env.cr.execute("SELECT * FROM lot_ledger ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), self.recorded)

    def test_done_lines_and_moves(self):
        line, move = self.delivery.move_line_ids, self.delivery.move_ids
        package = self.env["stock.package"].create({"name": "P-1"})
        for vals in (
            {"quantity": 5.0},
            {"quantity_product_uom": 5.0},
            {"lot_id": False},
            {"lot_id": self.other.id},
            {"location_id": self.warehouse.wh_input_stock_loc_id.id},
            {"product_uom_id": self.gram.id},
            {"owner_id": self.customer.id},
            {"move_id": self.receipt.move_ids.id},
            {"product_id": self.tahini.id, "state": "draft"},
            {"quantity": 5.0, "state": "draft"},
            {"result_package_id": package.id},
            {"package_id": package.id},
            {"picking_id": self.receipt.id},
        ):
            with self.subTest(vals):
                self._assert_refused(lambda record, vals=vals: record(line).write(vals))
        received = self.receipt.move_line_ids
        for vals in (
            {"supplier_lot": "X"},
            {"arrival_temperature": "2"},
            {"growing_area": False},
            {"lot_name": "X"},
        ):
            with self.subTest(vals):
                self._assert_refused(lambda record, vals=vals: record(received).write(vals))
        for vals in (
            {"product_id": self.tahini.id},
            {"partner_id": self.other_customer.id},
            {"picking_id": self.receipt.id},
            {"production_id": self.order.id},
            {"raw_material_production_id": self.order.id},
            {"is_inventory": True},
            {"sale_line_id": False},
            {"cost_share": 50.0},
        ):
            with self.subTest(vals):
                self._assert_refused(lambda record, vals=vals: record(move).write(vals))
        for vals in ({"quantity": 5.0}, {"state": "draft"}, {"state": "cancel"}, {"move_line_ids": [(5,)]}):
            with self.subTest(vals):
                if "move_line_ids" in vals:
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        move.with_user(self.worker).with_context(**FORGED).write(vals)
                    self.env.invalidate_all()
                else:
                    self._assert_refused(lambda record, vals=vals: record(move).write(vals))

    def test_done_scraps_and_unbuilds(self):
        scrap = self._scrap(self.lot, 1.0)
        unbuild = self.env["mrp.unbuild"].with_user(self.worker)
        unbuild = unbuild.create({"mo_id": self.order.id, "lot_id": self.made.id, "product_qty": 1.0})
        unbuild.action_unbuild()
        self.env.cr.execute("SELECT * FROM lot_ledger ORDER BY id")
        self.recorded = self.env.cr.fetchall()
        spare = self._create_lot(self.hummus, "HUM-X")
        for document, attacks in (
            (
                scrap,
                (
                    {"lot_id": self.other.id},
                    {"scrap_qty": 0.5},
                    {"state": "draft"},
                    {"name": "SP/0"},
                    {"date_done": "2020-01-01 00:00:00"},
                ),
            ),
            (unbuild, ({"lot_id": spare.id}, {"product_qty": 2.0}, {"state": "draft"}, {"name": "UB/0"})),
        ):
            for vals in attacks:
                with self.subTest(document._name, vals=vals):
                    self._assert_refused(lambda record, one=document, vals=vals: record(one).write(vals))
        self.company.lot_correction_signing = "none"
        line = scrap.move_ids.move_line_ids
        action = scrap.with_user(self.officer).action_correct()
        correction = self.env[action["res_model"]].with_user(self.officer).with_context(**action["context"])
        correction = correction.create({"lot_id": self.other.id, "quantity": 0.5, "reason": "Seen again"})
        correction.action_confirm()
        self.assertEqual(len(unbuild.with_user(self.officer).action_correct()["domain"][0][2]), 2)
        self.assertEqual((line.lot_id, scrap.lot_id, scrap.scrap_qty), (self.other, self.other, 0.5))

    def test_done_orders(self):
        self._assert_refused(lambda record: record(self.order).write({"qty_producing": 6.0}))
        raw = self.order.move_raw_ids
        self._assert_refused(lambda record: record(raw).write({"quantity": 1.0}))
        self._assert_refused(lambda record: record(raw.move_line_ids).write({"lot_id": self.other.id}))
        for vals in (
            {"lot_producing_ids": [Command.clear()]},
            {"product_id": self.tahini.id},
            {"product_qty": 9.0},
            {"state": "draft"},
            {"move_raw_ids": [Command.update(raw.id, {"quantity": 1.0})]},
        ):
            with self.subTest(vals):
                self._assert_refused(lambda record, vals=vals: record(self.order).write(vals))
        for target, field in (
            (raw, "raw_material_production_id"),
            (self.order.move_finished_ids, "production_id"),
        ):
            self._assert_refused(lambda record, one=target, name=field: record(one).write({name: False}))
        vals = {
            "product_id": self.tahini.id,
            "product_uom_qty": 1.0,
            "location_id": self.stock_location.id,
            "location_dest_id": raw.location_dest_id.id,
            "state": "draft",
        }
        later = self.env["stock.move"].with_user(self.worker)
        unrelated = later.create(vals)
        for attack in (
            lambda: later.create({**vals, "raw_material_production_id": self.order.id}),
            lambda: later.with_context(default_raw_material_production_id=self.order.id).create(vals),
            lambda: self.order.with_user(self.worker).write({"move_raw_ids": [Command.create(vals)]}),
            lambda: unrelated.write({"raw_material_production_id": self.order.id}),
        ):
            with self.assertRaisesRegex(UserError, "the record is fixed"), self.env.cr.savepoint():
                attack()
            self.env.invalidate_all()
        # What is scrapped of what was made names the order too.
        scrap = self.env["stock.scrap"].with_user(self.worker)
        scrap = scrap.create(
            {
                "product_id": self.hummus.id,
                "lot_id": self.made.id,
                "scrap_qty": 1.0,
                "production_id": self.order.id,
            }
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")

    def test_lines_and_moves_added_to_what_is_done(self):
        def line_vals(move, lot):
            return {
                "move_id": move.id,
                "picking_id": move.picking_id.id,
                "product_id": move.product_id.id,
                "product_uom_id": move.product_uom.id,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
                "quantity": 1.0,
                "lot_id": lot.id,
            }

        lines = self.env["stock.move.line"]
        for move, lot in (
            (self.delivery.move_ids, self.made),
            (self.order.move_raw_ids, self.other),
            (self.order.move_finished_ids, self.made),
        ):
            vals = line_vals(move, lot)
            self._assert_refused(lambda record, vals=vals: record(lines).create(vals))
        vals = line_vals(self.delivery.move_ids, self.made)
        # Onto the transfer alone: Odoo makes a done move for it.
        self._assert_refused(lambda record: record(lines).create({**vals, "move_id": False}))
        move_vals = {
            "picking_id": self.delivery.id,
            "product_id": self.hummus.id,
            "product_uom_qty": 1.0,
            "location_id": self.delivery.location_id.id,
            "location_dest_id": self.delivery.location_dest_id.id,
            "move_line_ids": [(0, 0, {**vals, "move_id": False})],
        }
        self._assert_refused(lambda record: record(self.env["stock.move"]).create(move_vals))

    def test_identity_of_lots(self):
        for vals in (
            {"name": "X"},
            {"product_id": self.hummus.id},
            {"company_id": self.company.id},
            {"supplier_lot": "X"},
        ):
            self._assert_refused(lambda record, vals=vals: record(self.lot).write(vals))
        for record in (self.lot.with_user(self.worker), self.lot.sudo()):
            with self.assertRaisesRegex(UserError, "cannot be deleted"), self.env.cr.savepoint():
                record.with_context(**FORGED).unlink()
        self.env.invalidate_all()

    def test_an_import_over_what_is_fixed(self):
        line = self.delivery.move_line_ids
        for model, columns, row in (
            ("stock.move.line", [".id", "quantity"], [str(line.id), "5"]),
            ("stock.move.line", [".id", "lot_id/.id"], [str(line.id), ""]),
            ("stock.lot", [".id", "name"], [str(self.lot.id), "X"]),
            ("stock.move", [".id", "state"], [str(line.move_id.id), "Draft"]),
        ):
            with self.subTest(columns):
                result = self.env[model].with_user(self.worker).with_context(**FORGED).load(columns, [row])
                self.assertFalse(result["ids"])
                self.assertIn("press Correct", result["messages"][0]["message"])
        self.env.invalidate_all()
        self.assertEqual((line.quantity, line.lot_id, self.lot.name), (3.0, self.made, "TAH-1"))

    def test_effective_dates(self):
        line = self.delivery.move_line_ids
        day = "2020-01-01 00:00:00"
        for target, vals in (
            (self.delivery, {"date_done": day}),
            (self.delivery, {"date_done": False}),
            (self.delivery, {"partner_id": self.other_customer.id}),
            (self.delivery, {"name": "WH/OUT/X"}),
            (self.delivery.move_ids, {"date": day}),
            (line, {"date": day}),
            (self.order, {"date_finished": day}),
        ):
            with self.subTest(target._name, vals=vals):
                self._assert_refused(lambda record, target=target, vals=vals: record(target).write(vals))
        result = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .with_context(**FORGED)
            .load([".id", "date_done"], [[str(self.delivery.id), day]])
        )
        self.assertIn("press Correct", result["messages"][0]["message"])


@tagged("post_install", "-at_install")
class TestRpcAttacks(GenealogyCase, HttpCase):
    """Over XML-RPC, as a person with a password and a program."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.delivery = cls._ship([(cls.lot, 3.0)])
        cls.thief = new_test_user(
            cls.env,
            "rpc_thief",
            "lot_genealogy.group_manager,stock.group_stock_manager,base.group_system",
            password="rpc_thief_pass",
        )

    def _call(self, model, method, *args, context=FORGED):
        try:
            return self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.thief.id,
                "rpc_thief_pass",
                model,
                method,
                list(args),
                {"context": context},
            )
        finally:
            self.env.invalidate_all()

    def _assert_refused(self, *call):
        with (
            self.subTest(call),
            mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.rpc.controllers.xmlrpc"),
            self.assertRaises(Exception) as refused,
        ):
            self._call(*call)
        self.assertRegex(str(refused.exception), "Fault")

    def test_the_record_is_refused_to_everybody(self):
        for model in ("lot.ledger", "lot.event", "lot.party", "lot.audit", "lot.seal", "lot.signature"):
            row = self.env[model].search([], limit=1).id or 1
            self._assert_refused(model, "write", [row], {"recorded_at": "2020-01-01 00:00:00"})
            self._assert_refused(model, "unlink", [row])
            self._assert_refused(model, "create", [{"reason": "x"}])
            self._assert_refused(model, "copy", [row])
            for private in ("_append", "_book", "_seal", "_write", "_write_multi"):
                self._assert_refused(model, private, [row])
        self._assert_refused("lot.recorder", "_record", self.delivery.move_line_ids.ids)
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -3.0)])

    def test_a_forged_context_does_not_hide_who_and_how(self):
        self._call("stock.lot", "write", self.lot.ids, {"name": "TAH-X"})
        entry = self.env["lot.audit"].search([("field_name", "=", "name")], limit=1)
        self.assertEqual((entry.old_value, entry.new_value), ("TAH-1", "TAH-X"))
        self.assertEqual((entry.user_id, entry.origin, entry.reason), (self.thief, "rpc", False))

    def test_a_done_line_is_restated_in_the_open(self):
        self._call("stock.move.line", "write", self.delivery.move_line_ids.ids, {"quantity": 2.0})
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -2.0)])
        back = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id), ("reversal", "=", True)])
        self.assertEqual((back.quantity, back.user_id), (3.0, self.thief))

    def test_a_deleted_lot_and_a_deleted_done_line_are_refused(self):
        self._assert_refused("stock.lot", "unlink", self.lot.ids)
        self._assert_refused("stock.move.line", "unlink", self.delivery.move_line_ids.ids)
        self.assertEqual(self.delivery.move_line_ids.lot_id, self.lot)
