import threading
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.sql import constraint_definition

from ..models.stock_lot_unique import CONSTRAINT
from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-09-11 10:00:00")
class TestPolicyNumbers(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.default_code = "01"
        cls.supplier.ref = "ST"

    def setUp(self):
        super().setUp()
        # Numbers are committed at once: in a test they are counted in its own transaction.
        counter = type(self.env["lot.number.counter"])
        counts = {}

        def take(_self, company, key, count):
            first = counts.get((company.id, key), 0) + 1
            counts[company.id, key] = first + count - 1
            return first

        self.startPatcher(patch.object(counter, "_take", take))

    def _policy(self, pattern, **vals):
        return self._create_policy(
            "Food", {"lot": "all"}, product_ids=self.tahini | self.hummus, number_pattern=pattern, **vals
        )

    def test_receipt_is_numbered_after_the_pattern(self):
        self._policy("{product.code}-{y2}{doy}{seq:02}-{supplier.code}")
        picking = self._receipt(self.tahini, False)
        self._add_line(picking.move_ids, 3.0)
        self._add_line(picking.move_ids, 3.0).lot_name = "TYPED"
        self.assertTrue(picking.lot_numbers_open)
        picking.action_number_lots()
        self.assertEqual(
            picking.move_line_ids.mapped("lot_name"), ["01-2625401-ST", "01-2625402-ST", "TYPED"]
        )
        with self.assertRaisesRegex(UserError, "All lines have their lots"):
            picking.action_number_lots()
        picking.button_validate()
        self.assertEqual(
            picking.move_line_ids.lot_id.mapped("name"), ["01-2625401-ST", "01-2625402-ST", "TYPED"]
        )

    def test_order_proposes_the_next_number(self):
        self._policy("{date:%Y%m%d}-{site}-{seq:02}")
        order = (
            self.env["mrp.production"]
            .with_user(self.worker)
            .create({"product_id": self.hummus.id, "product_qty": 4.0, "product_uom_id": self.kg.id})
        )
        order.action_confirm()
        order.action_generate_serial()
        self.assertEqual(order.lot_producing_ids.name, f"20260911-{self.warehouse.code}-01")

    def test_new_lot_is_numbered(self):
        self._policy("{product.code}/{seq:03 per product}")
        lots = self.env["stock.lot"].create([{"product_id": self.tahini.id} for _i in range(2)])
        self.assertEqual(lots.mapped("name"), ["01/001", "01/002"])
        with Form(self.env["stock.lot"].with_user(self.worker)) as form:
            form.product_id = self.tahini
        self.assertEqual(form.record.name, "01/003")

    def test_number_that_exists_is_passed_over(self):
        self._policy("{product.code}/{seq:03}")
        self._create_lot(self.tahini, "01/001")
        self._create_lot(self.tahini, "01/003")
        numbers = self.env["lot.number.counter"]._get_numbers(self.tahini, self.company, 3)
        self.assertEqual(numbers, ["01/002", "01/004", "01/005"])

    def test_missing_value_is_named_with_its_place(self):
        self._policy("{product.code}-{supplier.code}-{seq}")
        self.supplier.ref = False
        picking = self._receipt(self.tahini, False)
        with self.assertRaisesRegex(UserError, "Tahini.*the reference of the supplier"):
            picking.action_number_lots()

    def test_wrong_pattern_is_refused_with_its_place(self):
        with self.assertRaisesRegex(ValidationError, "Character 1: .*prodct.code"):
            self._policy("{prodct.code}-{seq}")
        form = Form(self.env["lot.policy"].with_user(self.manager))
        form.name = "Food"
        form.number_pattern = "{product.code}-{y2}{doy}{seq:02}"
        self.assertEqual(form.number_preview, "P01-2625401, P01-2625402, P01-2625403 …")
        form.number_pattern = "{doy}{"
        self.assertIn("Character 6", form.number_preview)
        with self.assertRaisesRegex(ValidationError, "Nothing gives a value for shift"):
            self._policy("{shift}-{seq}")

    def test_shift_and_hour_are_those_at_the_company(self):
        """It is 11:30 in UTC, 13:30 in Brussels."""
        self.company.partner_id.tz = "Europe/Brussels"
        with self.assertRaisesRegex(ValidationError, "“25:00 A” is no shift"), self.env.cr.savepoint():
            self._policy("{shift}-{seq}", shifts="06:00 A, 25:00 A")
        policy = self._policy("{y}{doy}{shift}{seq:02}-{date:%H}", shifts="06:00 A, 13:00 B, 22:00 C")
        self.assertIn("6254A01-", policy.number_preview)
        numbers = self.env["lot.number.counter"]
        for moment, text in (
            ("2026-09-11 11:30:00", "6254B01-13"),
            ("2026-09-11 10:59:00", "6254A01-12"),
            ("2026-09-11 23:30:00", "6255C01-01"),
        ):
            with freeze_time(moment):
                self.assertEqual(numbers._get_numbers(self.tahini, self.company), [text])

    def test_without_pattern_odoo_numbers(self):
        self._policy(False)
        picking = self._receipt(self.tahini, False)
        self.assertFalse(picking.lot_numbers_open)
        lot = self.env["stock.lot"].create({"product_id": self.tahini.id})
        self.assertTrue(lot.name.isdigit())


@tagged("post_install", "-at_install")
class TestPatternScreen(PolicyCase, HttpCase):
    def test_what_a_pattern_gives_is_shown_while_it_is_typed(self):
        policy = self._create_policy("Food", {}, product_ids=self.tahini)
        self.start_tour(
            f"/odoo/action-lot_genealogy.lot_policy_action/{policy.id}",
            "lot_genealogy_policy_pattern",
            login=self.manager.login,
        )
        self.assertEqual(policy.number_pattern, "LOT-{seq:03}")


@tagged("post_install", "-at_install")
class TestDoubleLots(PolicyCase):
    def test_database_refuses_a_second_lot_of_the_same_number(self):
        self._create_lot(self.tahini, "T-1")
        other = self._create_lot(self.tahini, "T-2")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env.cr.execute("UPDATE stock_lot SET name = 'T-1' WHERE id = %s", [other.id])
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # The same number of another product, or company, is another lot.
        self._create_lot(self.hummus, "T-1")

    def test_odoo_tells_of_a_double_first_and_numbers_can_be_exchanged(self):
        first, second = self._create_lot(self.tahini, "T-1"), self._create_lot(self.tahini, "T-2")
        with self.assertRaisesRegex(ValidationError, "must be unique"), self.env.cr.savepoint():
            self._create_lot(self.tahini, "T-1")
        (first | second).flush_recordset()
        self.env.cr.execute(
            "UPDATE stock_lot SET name = CASE name WHEN 'T-1' THEN 'T-2' ELSE 'T-1' END WHERE id = ANY(%s)",
            [(first | second).ids],
        )
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_doubles_that_stand_in_the_way_are_listed(self):
        lots = self.env["stock.lot"].with_user(self.manager)
        self.assertEqual(lots.action_find_doubles()["tag"], "display_notification")
        self.env.cr.execute(f"ALTER TABLE stock_lot DROP CONSTRAINT {CONSTRAINT}")
        double = self._create_lot(self.tahini, "T-1") | self._create_lot(self.tahini, "T-2")
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_lot SET name = 'T-1' WHERE id = %s", [double[1].id])
        self.env.invalidate_all()
        self.assertEqual(lots.search(lots.action_find_doubles()["domain"]), double.with_user(self.manager))
        double[1].name = "T-3"
        self.assertEqual(lots.action_find_doubles()["tag"], "display_notification")
        self.assertTrue(constraint_definition(self.env.cr, "stock_lot", CONSTRAINT))
        with self.assertRaises(AccessError):
            lots.with_user(self.worker).action_find_doubles()


@tagged("post_install", "-at_install")
class TestNumberCounter(TransactionCase):
    """Each client has a connection of its own: what they take is committed, and removed after."""

    KEY = "test {seq} of the counter"

    def setUp(self):
        super().setUp()
        self.addCleanup(self._forget)

    def _forget(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM lot_number_counter WHERE key = %s", [self.KEY])

    def test_eight_clients_take_ten_thousand_numbers(self):
        taken, failed = [], []

        def client():
            try:
                for _turn in range(50):
                    with self.registry.cursor() as cr:
                        env = api.Environment(cr, api.SUPERUSER_ID, {})
                        first = env["lot.number.counter"]._take(env.company, self.KEY, 25)
                        taken.extend(range(first, first + 25))
            except Exception as error:
                failed.append(error)

        clients = [threading.Thread(target=client) for _i in range(8)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
        self.assertFalse(failed)
        self.assertEqual(sorted(taken), list(range(1, 10_001)))
