"""Scanning what is picked for deliveries and transfers, and in the dialog of a move's lines."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, freeze_time, tagged

from .removal_common import NOW, RemovalCase

MILK = "09521234500209"
FAR = NOW + timedelta(days=90)


class ScanTakenCase(RemovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk.barcode = MILK
        cls.first = cls._put("M-1", 6.0, days=12, removal_date=FAR, supplier_lot="DAIRY-77")
        cls.second = cls._put("M-2", 10.0, days=31, removal_date=FAR)
        cls.third = cls._put("M-3", 10.0, days=40, removal_date=FAR)

    def _label(self, lot, more=""):
        return f"(01){MILK}{more}(10){lot}"

    def _refused(self, record, code, regex):
        before = self._lines(record)
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            record.with_user(self.worker).scan_code(code)
        self.env.invalidate_all()
        self.assertEqual(self._lines(record), before)

    def _scan(self, record, code, line_id=False):
        return record.with_user(self.worker).scan_code(code, line_id)

    def _lines(self, record):
        return {(line.lot_id.name, line.quantity, line.picked) for line in record.move_line_ids}

    def _validate(self, picking):
        action = picking.with_user(self.worker).button_validate()
        if isinstance(action, dict):
            wizard = self.env[action["res_model"]].with_user(self.worker).with_context(**action["context"])
            Form(wizard).save().process()
        self._assert_done(picking)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestScanTaken(ScanTakenCase):
    def test_reserved_lots_are_picked_as_they_are_scanned(self):
        delivery = self._sell(10.0)
        self.assertEqual(self._lines(delivery), {("M-1", 6.0, False), ("M-2", 4.0, False)})
        answer = self._scan(delivery, self._label("DAIRY-77"))
        self.assertEqual(answer["message"], "Milk, lot M-1: 6 Units")
        self.assertFalse(answer["remarks"])
        self.assertEqual(self._lines(delivery), {("M-1", 6.0, True), ("M-2", 4.0, False)})
        self._scan(delivery, self._label("M-2", "(30)3"))
        self.assertEqual(self._lines(delivery), {("M-1", 6.0, True), ("M-2", 3.0, True)})
        self._scan(delivery, self._label("M-2", "(30)1"))
        answer = self._scan(delivery, self._label("M-2"))
        self.assertIn("says no quantity", answer["remarks"][0])
        self.assertEqual(self._lines(delivery), {("M-1", 6.0, True), ("M-2", 4.0, True)})
        answer = self._scan(delivery, self._label("M-2", "(30)2"))
        self.assertEqual(answer["remarks"], ["More than is asked for: 12 of 10 Units."])
        delivery.move_line_ids.filtered(lambda line: line.lot_id == self.second).quantity = 4.0
        self._validate(delivery)
        self.assertEqual(self._ledger(self.first), [("shipment", -6.0)])
        self.assertEqual(self._ledger(self.second), [("shipment", -4.0)])

    def test_what_was_not_scanned_is_asked_about(self):
        delivery = self._sell(10.0)
        self._scan(delivery, "M-1")
        self._validate(delivery)
        self.assertEqual(self._ledger(self.first | self.second), [("shipment", -6.0)])
        self.assertEqual(delivery.backorder_ids.move_ids.product_uom_qty, 4.0)

    def test_another_lot_takes_the_place_of_the_reserved_one_and_is_logged(self):
        self._rule("fefo_expiry")
        delivery = self._sell(5.0)
        answer = self._scan(delivery, self._label("M-3", "(30)2"))
        self.assertEqual(answer["remarks"], ["M-1 goes first: that another was taken is logged."])
        self.assertEqual(self._lines(delivery), {("M-3", 2.0, True), ("M-1", 3.0, False)})
        self._scan(delivery, self._label("M-3", "(30)3"))
        self.assertEqual(self._lines(delivery), {("M-3", 5.0, True)})
        self.assertEqual(self._get_reserved(self.first), 0.0)
        self.assertEqual(self._get_reserved(self.third), 5.0)
        self._refused(delivery, self._label("M-2"), "All that .* asks for of Milk is picked")
        self._validate(delivery)
        override = self.env["lot.override"].search([("lot_id", "=", self.third.id)])
        self.assertEqual((override.user_id, override.expected_lot_id), (self.worker, self.first))

    def _get_reserved(self, lot):
        return sum(lot.quant_ids.mapped("reserved_quantity"))

    def test_policy_says_at_once_what_it_asks_for_another_lot(self):
        policy = self._rule("fefo_expiry", removal_override="refused")
        delivery = self._sell(5.0)
        self._refused(delivery, self._label("M-3"), "lot M-3, .*: M-1 goes first; the policy allows no other")
        policy.removal_override = "supervisor"
        self.assertIn("a supervisor may take another", self._scan(delivery, self._label("M-3"))["remarks"][0])
        policy.removal_override = "reason"
        delivery = self._sell(5.0)
        answer = self._scan(delivery, self._label("M-2"))
        self.assertIn("M-1 goes first: choose a reason in the column", answer["remarks"][0])
        with self.assertRaisesRegex(UserError, "choose a reason"), self.env.cr.savepoint():
            delivery.with_user(self.worker).button_validate()
        delivery.move_line_ids.lot_override_reason_id = self.env.ref(
            "lot_genealogy.lot_override_reason_damaged"
        )
        self._validate(delivery)

    def test_held_expired_and_too_young_lots_are_refused_with_the_reason(self):
        self._rule("fefo_expiry")
        self.env["lot.shelf.rule"].create({"days": 20, "partner_id": self.customer.id})
        self._put("M-0", 5.0, days=-1, removal_date=FAR)
        self.env["lot.hold"]._hold(self.third, kind="quality", reason="Salmonella suspected")
        delivery = self._sell(5.0)
        self._refused(delivery, self._label("M-1"), "12 days left, customer needs 20")
        self._refused(delivery, self._label("M-0"), "lot M-0, .*: expired")
        self._refused(delivery, self._label("M-3"), "lot M-3, .*: on hold .*Salmonella suspected")
        order = self._order_made_from(2.0)
        self._refused_order(order, self._label("M-3"), "lot M-3, .*: on hold")

    def _refused_order(self, order, code, regex):
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            self._scan(order, code)

    def test_internal_transfer_takes_the_lot_from_where_it_lies(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock_location.id, "usage": "internal"}
        )
        lot = self._put("M-4", 8.0, days=50, removal_date=FAR, location=shelf)
        transfer = self._transfer(6.0)
        self._scan(transfer, self._label("M-4"))
        self.assertEqual(transfer.move_line_ids.location_id, shelf)
        self._validate(transfer)
        self.assertEqual(lot.quant_ids.filtered(lambda one: one.location_id == shelf).quantity, 2.0)
        elsewhere = self.env["stock.location"].create({"name": "Depot", "usage": "internal"})
        self._put("M-5", 8.0, days=50, location=elsewhere)
        self._refused(self._transfer(1.0), self._label("M-5"), "M-5 of Milk is not in WH/Stock")
        self._refused(self._transfer(1.0), self._label("NEVER"), "No lot NEVER of Milk is known")
        self.env["lot.hold"]._hold(lot, kind="quality", purpose="move", reason="To be counted")
        self._refused(self._transfer(1.0), self._label("M-4"), "lot M-4, .*: on hold")

    def _transfer(self, quantity):
        place = self.stock_location.copy({"name": "Kitchen"})
        move = {"product_id": self.milk.id, "product_uom_qty": quantity}
        places = {"location_id": self.stock_location.id, "location_dest_id": place.id}
        transfer = self.env["stock.picking"].with_user(self.worker)
        transfer = transfer.create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                **places,
                "move_ids": [Command.create({**move, **places})],
            }
        )
        transfer.action_confirm()
        transfer.action_assign()
        return transfer

    def test_serial_numbers_are_picked_once_each(self):
        machine = self._create_product("Doser", self.unit, tracking="serial", barcode="09521234500100")
        for number in ("SN-1", "SN-2", "SN-3"):
            self._put(number, 1.0, product=machine)
        delivery = self._sell(2.0, product=machine)
        self._scan(delivery, "(01)09521234500100(21)SN-3")
        self._scan(delivery, "SN-1")
        self.assertEqual(self._lines(delivery), {("SN-1", 1.0, True), ("SN-3", 1.0, True)})
        self._refused(delivery, "SN-1", f"SN-1 was scanned into {delivery.name} already")

    def test_goods_without_lots_are_counted(self):
        self.env["stock.quant"]._update_available_quantity(self.water, self.stock_location, 20.0)
        self.water.default_code = "WATER"
        delivery = self._sell(5.0, product=self.water)
        self._scan(delivery, "WATER")
        self.assertEqual(self._lines(delivery), {(False, 5.0, True)})

    def test_details_of_a_move_take_its_own_labels_only(self):
        delivery = self._sell(5.0)
        move = delivery.move_ids.with_user(self.worker)
        action = move.action_show_details()
        form = Form(move.with_context(**action["context"]), view=action["view_id"])
        self.assertTrue(form.can_scan_lots)
        self._scan(move, self._label("M-1"))
        self.assertEqual(self._lines(delivery), {("M-1", 5.0, True)})
        self.tahini.barcode = "09521234543213"
        self._refused(move, "(01)09521234543213(10)A", "Tahini is not expected in .*It has: Milk")
        order = self._order_made_from(2.0)
        self.hummus.barcode = "09521234500100"
        component = order.move_raw_ids
        answer = self._scan(component, self._label("M-2"))
        self.assertEqual(answer["message"], "Used: Milk, lot M-2: 2 Units")
        with self.assertRaisesRegex(UserError, "Hummus is neither used nor made"):
            self._scan(component, "(01)09521234500100(10)H-1")
        self._validate(delivery)
        self.assertFalse(move.can_scan_lots)
        self._refused(move, self._label("M-1"), "cannot take scans: it is Done")


@tagged("post_install", "-at_install")
class TestScanTakenScreen(ScanTakenCase, HttpCase):
    def test_worker_scans_lots_of_a_delivery_and_in_the_details_of_a_move(self):
        # The browser has its own clock.
        for number, lot in enumerate(self.first | self.second | self.third):
            far = datetime.now() + timedelta(days=400 + number)
            lot.write({"expiration_date": far, "removal_date": far})
        delivery = self._sell(10.0)
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{delivery.id}",
            "lot_genealogy_scan_delivery",
            login=self.worker.login,
        )
        self._assert_done(delivery)
        self.assertEqual(self._ledger(self.first), [("shipment", -6.0)])
        self.assertEqual(self._ledger(self.third), [("shipment", -4.0)])
