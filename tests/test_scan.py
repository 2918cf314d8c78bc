"""Scanning labels into receipts, orders and the form of a lot."""

from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .policy_common import PolicyCase

GS = "\x1d"
TAHINI = "09521234543213"
BOX = "19521234543210"
HUMMUS = "09521234500100"


class ScanCase(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.barcode = TAHINI
        cls.tahini.default_code = "RM-020"
        cls.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 30})

    @classmethod
    def _open_receipt(cls, *products, quantity=100.0):
        """A confirmed receipt of a purchase, as Odoo makes it."""
        order = cls.env["purchase.order"].with_user(cls.worker)
        order = order.create(
            {
                "partner_id": cls.supplier.id,
                "order_line": [
                    Command.create({"product_id": one.id, "product_qty": quantity, "price_unit": 1.0})
                    for one in products
                ],
            }
        )
        order.button_confirm()
        return order.picking_ids.with_user(cls.worker)

    def _refused(self, record, code, regex, **kwargs):
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            record.scan_code(code, **kwargs)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestScanReceipt(ScanCase):
    def test_a_datamatrix_fills_lot_dates_quantity_and_origin(self):
        picking = self._open_receipt(self.tahini)
        answer = picking.scan_code(f"]d201{TAHINI}1126090115270300172704103102002550422792{GS}10SES-24158")
        line = picking.move_line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "lot_name": "SES-24158",
                    "supplier_lot": "SES-24158",
                    "quantity": 25.5,
                    "picked": True,
                    "production_date": date(2026, 9, 1),
                    "use_date": datetime(2027, 3, 31, 23, 59, 59),
                    "expiration_date": datetime(2027, 4, 10, 23, 59, 59),
                    "origin_country_id": self.env.ref("base.tr").id,
                }
            ],
        )
        self.assertEqual(answer["line_id"], line.id)
        self.assertRegex(answer["message"], "Tahini, lot SES-24158: 25.5 kg.*Expiration Date: 2027-04-10")
        self.assertFalse(answer["remarks"])
        action = picking.button_validate()
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        self.env[action["res_model"]].with_user(self.worker).with_context(**action["context"]).create(
            {}
        ).process()
        self._assert_done(picking)
        lot = line.lot_id.sudo()
        self.assertEqual(self._ledger(lot), [("receipt", 25.5)])
        self.assertEqual(
            (str(lot.expiration_date), str(lot.use_date), lot.origin_country_id.code),
            ("2027-04-10 23:59:59", "2027-03-31 23:59:59", "TR"),
        )

    def test_the_day_ends_where_the_company_is(self):
        self.company.partner_id.tz = "Europe/Amsterdam"
        picking = self._open_receipt(self.tahini)
        picking.scan_code(f"(01){TAHINI}(17)261231(10)A")
        self.assertEqual(str(picking.move_line_ids.expiration_date), "2026-12-31 22:59:59")

    def test_all_ways_to_write_the_same_label(self):
        for code in (
            f"]d201{TAHINI}10A-1{GS}17270410",
            f"]C101{TAHINI}1727041010A-1",
            f"]Q301{TAHINI}10A-1␝17270410",
            f"01{TAHINI}10A-1{GS}17270410\r\n",
            f"01{TAHINI}10A-1Alt02917270410",
            f"(01){TAHINI}(10)A-1(17)270410",
            f"https://id.gs1.org/01/{TAHINI}/10/A-1?17=270410",
            f"]Q1HTTPS://shop.example/01/{TAHINI}/10/A-1?17=270410",
        ):
            with self.subTest(code):
                picking = self._open_receipt(self.tahini)
                picking.scan_code(code)
                line = picking.move_line_ids
                self.assertEqual((line.lot_name, str(line.expiration_date)[:10]), ("A-1", "2027-04-10"))

    def test_each_lot_gets_its_line_and_a_second_box_adds(self):
        picking = self._open_receipt(self.tahini)
        for code in (
            f"(01){TAHINI}(3102)001000(10)A",
            f"(01){TAHINI}(3102)001000(10)A",
            f"(01){TAHINI}(10)B",
        ):
            answer = picking.scan_code(code)
        lines = picking.move_line_ids.sorted("lot_name")
        self.assertEqual(
            [(line.lot_name, line.quantity, line.picked) for line in lines],
            [("A", 20.0, True), ("B", 80.0, True)],
        )
        answer = picking.scan_code(f"(01){TAHINI}(10)B")
        self.assertEqual(picking.move_line_ids.sorted("lot_name")[1].quantity, 80.0)
        self.assertIn("says no quantity", answer["remarks"][0])
        picking.button_validate()
        self._assert_done(picking)

    def test_packaging_is_counted_in_its_unit(self):
        box = self.env["uom.uom"].create(
            {"name": "Box of 6 kg", "relative_factor": 6.0, "relative_uom_id": self.kg.id}
        )
        self.env["product.uom"].create({"product_id": self.tahini.id, "uom_id": box.id, "barcode": BOX})
        picking = self._open_receipt(self.tahini)
        picking.scan_code(f"(01){BOX}(10)A")
        self.assertEqual(picking.move_line_ids.quantity, 6.0)
        picking.scan_code(f"(02){BOX}(37)4(10)A")
        self.assertEqual(picking.move_line_ids.quantity, 30.0)

    def test_serial_numbers_come_once_each(self):
        machine = self._create_product("Doser", self.unit, tracking="serial", barcode=HUMMUS)
        picking = self._open_receipt(machine, quantity=2.0)
        picking.scan_code(f"(01){HUMMUS}(10)BATCH(21)SN-1")
        self._refused(picking, f"(01){HUMMUS}(21)SN-1", "SN-1 was scanned into WH/IN/[0-9]+ already")
        self._refused(picking, f"(01){HUMMUS}(10)BATCH", "tracked by serial numbers.*only lot BATCH")
        picking.scan_code(f"(01){HUMMUS}(21)SN-2")
        lines = picking.move_line_ids.filtered("picked")
        self.assertEqual(sorted(lines.mapped("lot_name")), ["SN-1", "SN-2"])
        self.assertEqual(set(lines.mapped("quantity")), {1.0})
        picking.button_validate()
        self._assert_done(picking)
        again = self._open_receipt(machine, quantity=1.0)
        self._refused(again, f"(01){HUMMUS}(21)SN-1", "SN-1 of Doser is in stock already")

    def test_a_plain_label_is_a_lot_of_the_product_scanned_before(self):
        picking = self._open_receipt(self.tahini, self.chickpeas)
        self._refused(picking, "10-2234", "scan or type its product first")
        answer = picking.scan_code("RM-020")
        self.assertIn("Tahini: now scan or type the number of its lot", answer["message"])
        picking.scan_code("10-2234", answer["line_id"])
        line = picking.move_line_ids.filtered("picked")
        self.assertEqual((line.product_id, line.lot_name, line.quantity), (self.tahini, "10-2234", 100.0))
        # Where only one product is expected, there is nothing to ask.
        alone = self._open_receipt(self.chickpeas)
        alone.scan_code("KIK 77/2")
        self.assertEqual(alone.move_line_ids.lot_name, "KIK 77/2")

    def test_suppliers_own_product_code_counts(self):
        self.chickpeas.seller_ids = [
            Command.create({"partner_id": self.supplier.id, "product_code": "KIK-25", "price": 1.0})
        ]
        picking = self._open_receipt(self.tahini, self.chickpeas)
        self.assertIn("Chickpeas", picking.scan_code("KIK-25")["message"])

    def test_second_bar_of_a_pallet_is_of_the_same_goods(self):
        picking = self._open_receipt(self.tahini, self.chickpeas)
        answer = picking.scan_code(f"]C102{TAHINI}3740")
        self.assertFalse(picking.move_line_ids.filtered("picked"))
        picking.scan_code("]C10012345678901234567510A-1", answer["line_id"])
        line = picking.move_line_ids.filtered("picked")
        self.assertEqual((line.product_id, line.lot_name), (self.tahini, "A-1"))
        self._refused(picking, "]C100123456789012345675", "number of a pallet.*Scan the label of the goods")

    def test_what_is_wrong_is_said_with_its_place_and_nothing_is_entered(self):
        picking = self._open_receipt(self.tahini)
        self._refused(picking, "0109521234543210" + "10A", "Character 16.*check digit is 0, it should be 3")
        self._refused(
            picking, f"]d201{TAHINI}172713411" + "0A", "(?s)Character 2[0-9].*there is no day “271341”"
        )
        self._refused(picking, f"(01){TAHINI}(15)270230(10)A B", "(?s)no day.*not allowed here")
        self._refused(picking, "  ", "Scan or type a code")
        self._refused(picking, "(01)04006381333931(10)A", "No product has the barcode 04006381333931")
        self.chickpeas.barcode = "4006381333931"
        self._refused(
            picking,
            "4006381333931",
            rf"Chickpeas is not expected in {picking.name}. It has: \[RM-020\] Tahini",
        )
        self.assertFalse(picking.move_line_ids.filtered(lambda line: line.picked or line.lot_name))

    def test_a_label_that_names_no_product_is_of_the_only_one_or_asks_for_it(self):
        self._receive(self.chickpeas, "C-1", 1.0)
        self._create_lot(self.chickpeas, "C-0")
        both = self._open_receipt(self.tahini, self.chickpeas)
        self._refused(both, "]C117270410", "does not say of which product: scan or type its product first")
        self._refused(both, "(10)NEW-1", "does not say of which product")
        line = both.move_line_ids.browse(both.scan_code("(10)C-1")["line_id"])
        self.assertEqual((line.product_id, line.lot_name), (self.chickpeas, "C-1"))
        one = self._open_receipt(self.tahini)
        line = one.move_line_ids.browse(one.scan_code("(10)SES-5")["line_id"])
        self.assertEqual((line.product_id, line.lot_name), (self.tahini, "SES-5"))

    def test_a_date_that_stands_in_the_lot_number_is_pointed_at(self):
        picking = self._open_receipt(self.tahini)
        answer = picking.scan_code(f"]d201{TAHINI}10SES-2417270410")
        self.assertIn("“17270410” at the end of the lot number", answer["remarks"][0])
        picking = self._open_receipt(self.tahini)
        self.assertFalse(picking.scan_code(f"]d201{TAHINI}1727041010SES-2417270410")["remarks"])

    def test_odoos_default_date_contradicts_no_label(self):
        picking = self._open_receipt(self.tahini)
        picking.scan_code(f"]d201{TAHINI}3100000010" + "10SES-1")
        line = picking.move_line_ids
        self.assertEqual(str(line.expiration_date)[:10], "2026-12-21")
        picking.scan_code(f"]d201{TAHINI}17270410310000001010SES-1")
        self.assertEqual((str(line.expiration_date)[:10], line.quantity), ("2027-04-10", 20.0))
        self._refused(picking, f"]d201{TAHINI}1727041110SES-1", "contradicts")

    def test_what_no_eye_can_read_is_no_lot_number(self):
        picking = self._open_receipt(self.tahini)
        for code in ("abc\x07def", f"abc{GS}def", "abc\u200bdef"):
            self._refused(picking, code, "Character 4 of the code is none that can be read")

    def test_whatever_is_sent_is_answered(self):
        picking = self._open_receipt(self.tahini, self.chickpeas)
        lots = self.env["stock.lot"].with_user(self.worker)
        for code in (
            "\0",
            "A\0B",
            "\ud800",
            GS,
            GS * 5,
            "]d2",
            "]",
            "()",
            "(01)",
            "(10)",
            "]C1" + GS + "10",
            "https://",
            "https://id.gs1.org/01/%",
            "%' OR 1=1 --",
            "\\",
            "٠١٢٣",
            "💥",
            "9" * 8000,
            "01" * 3000,
            bytes(range(256)).decode("latin-1"),
            12345,
            ["x"],
            {"a": 1},
            None,
            False,
        ):
            for scan in (picking.scan_code, lots.scan_code):
                with self.subTest(code=repr(code)[:40]), self.env.cr.savepoint(flush=False):
                    try:
                        scan(code)
                    except UserError as error:
                        self.assertTrue(str(error))
        self.assertFalse(picking.move_line_ids.filtered("picked"))
        self.assertEqual(self.env["lot.trace"].with_user(self.officer).search_items("A\0B"), [])

    def test_another_expiry_for_a_known_lot_is_a_contradiction(self):
        first = self._open_receipt(self.tahini, quantity=10.0)
        first.scan_code(f"(01){TAHINI}(17)270410(422)792(10)A")
        first.button_validate()
        self._assert_done(first)
        second = self._open_receipt(self.tahini, quantity=10.0)
        self._refused(
            second,
            f"(01){TAHINI}(17)270510(422)528(10)A",
            "(?s)contradicts what is known of lot A:.*Expiration Date: known is 2027-04-10, the label says "
            "2027-05-10.*Country of Origin: known is Türkiye, the label says Netherlands",
        )
        self.assertFalse(second.move_line_ids.filtered("picked"))
        second.scan_code(f"(01){TAHINI}(17)270410(10)A")
        # And within one receipt, before there is a lot.
        third = self._open_receipt(self.tahini, quantity=10.0)
        third.scan_code(f"(01){TAHINI}(17)270601(3102)000500(10)C")
        self._refused(third, f"(01){TAHINI}(17)270602(3102)000500(10)C", "contradicts.*lot C")

    def test_our_number_by_the_policy_and_the_known_lot_of_the_supplier(self):
        self._create_policy(
            "Food", {"lot": "receipt"}, product_ids=self.tahini, number_pattern="T{y2}{doy}-{seq:02}"
        )
        first = self._open_receipt(self.tahini, quantity=10.0)
        first.scan_code(f"(01){TAHINI}(10)SES-1")
        line = first.move_line_ids
        self.assertEqual((line.lot_name, line.supplier_lot), ("T26325-01", "SES-1"))
        first.scan_code(f"(01){TAHINI}(10)SES-1")
        self.assertEqual(len(first.move_line_ids), 1)
        first.button_validate()
        second = self._open_receipt(self.tahini, quantity=5.0)
        answer = second.scan_code(f"(01){TAHINI}(10)SES-1")
        self.assertEqual(second.move_line_ids.lot_name, "T26325-01")
        self.assertIn("Received before, as lot T26325-01.", answer["remarks"])
        second.button_validate()
        lot = first.move_line_ids.lot_id.sudo()
        self.assertEqual(self._ledger(lot), [("receipt", 10.0), ("receipt", 5.0)])

    def test_lots_are_made_at_once_where_lines_show_lots(self):
        self.warehouse.in_type_id.use_existing_lots = True
        picking = self._open_receipt(self.tahini)
        picking.scan_code(f"(01){TAHINI}(11)260901(10)A")
        lot = picking.move_line_ids.lot_id
        self.assertEqual((lot.name, lot.supplier_lot, str(lot.production_date)), ("A", "A", "2026-09-01"))

    def test_expiry_without_expiration_dates_is_said(self):
        self.tahini.product_tmpl_id.use_expiration_date = False
        answer = self._open_receipt(self.tahini).scan_code(f"(01){TAHINI}(17)270410(10)A")
        self.assertIn("turn on expiration dates", answer["remarks"][0])

    def test_done_transfers_take_no_scans(self):
        picking = self._open_receipt(self.tahini)
        picking.scan_code(f"(01){TAHINI}(10)A")
        picking.button_validate()
        self._refused(picking, f"(01){TAHINI}(10)B", "cannot take scans: it is Done")

    def test_who_may_not_do_the_transfer_may_not_scan(self):
        reader = new_test_user(self.env, "scan_reader", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._open_receipt(self.tahini).with_user(reader).scan_code("x")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestScanOrder(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hummus.barcode = HUMMUS
        cls.hummus.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 30})
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 50.0, supplier_lot="SES-1")
        cls.other, _picking = cls._receive(cls.tahini, "TAH-2", 50.0, supplier_lot="SES-2")

    def _order(self):
        order = self.env["mrp.production"].with_user(self.worker)
        order = order.create(
            {
                "product_id": self.hummus.id,
                "product_qty": 10.0,
                "move_raw_ids": [Command.create({"product_id": self.tahini.id, "product_uom_qty": 4.0})],
            }
        )
        order.action_confirm()
        return order

    def test_used_and_made_lots_are_scanned(self):
        order = self._order()
        answer = order.scan_code(f"(01){TAHINI}(10)SES-2")
        self.assertEqual(answer["message"], "Used: [RM-020] Tahini, lot TAH-2: 4 kg")
        answer = order.scan_code(f"(01){HUMMUS}(11)261121(17)261221(10)HUM-1")
        self.assertIn("Made: Hummus, lot HUM-1. Production Date: 2026-11-21", answer["message"])
        order.qty_producing = 10.0
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        made = order.lot_producing_ids.sudo()
        self.assertEqual((made.name, str(made.expiration_date)[:10]), ("HUM-1", "2026-12-21"))
        self.assertEqual(self._ledger(made), [("output", 10.0)])
        self.assertEqual(self._ledger(self.other), [("receipt", 50.0), ("consumption", -4.0)])
        self.assertEqual(self._ledger(self.lot), [("receipt", 50.0)])

    def test_two_lots_of_one_component(self):
        order = self._order()
        order.scan_code(f"(01){TAHINI}(3102)000150(10)TAH-1")
        answer = order.scan_code("SES-2")
        self.assertIn("2.5 kg", answer["message"])
        order.scan_code(f"(01){HUMMUS}(10)HUM-1")
        order.qty_producing = 10.0
        order.button_mark_done()
        self.assertEqual(self._ledger(self.lot)[1:], [("consumption", -1.5)])
        self.assertEqual(self._ledger(self.other)[1:], [("consumption", -2.5)])

    def test_what_cannot_be_used_or_made_is_said(self):
        order = self._order()
        self._refused(order, f"(01){TAHINI}(10)NEVER", r"No lot NEVER of \[RM-020\] Tahini is known")
        self._refused(order, f"(01){TAHINI}", "says no lot")
        self.chickpeas.barcode = "4006381333931"
        self._refused(order, "(01)04006381333931(10)A", "Chickpeas is neither used nor made")
        self.lot.expiration_date = "2027-04-10 12:00:00"
        self._refused(order, f"(01){TAHINI}(17)270510(10)TAH-1", "contradicts what is known of lot TAH-1")
        order.scan_code(f"(01){HUMMUS}(10)HUM-1")
        self._refused(order, f"(01){HUMMUS}(10)HUM-2", "makes lot HUM-1 already")
        self.other.supplier_lot = "SES-1"
        self.assertIn(
            "TAH-1", order.scan_code("SES-1")["message"], "The reserved one of two that have this number"
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestScanLot(ScanCase):
    def test_label_fills_a_new_lot(self):
        answer = (
            self.env["stock.lot"].with_user(self.worker).scan_code(f"(01){TAHINI}(15)270300(422)792(10)A")
        )
        values = answer["values"]
        self.assertEqual((values["name"], values["product_id"]["id"]), ("A", self.tahini.id))
        self.assertEqual(values["origin_country_id"]["display_name"], "Türkiye")
        self.assertEqual(values["use_date"], datetime(2027, 3, 31, 23, 59, 59))

    def test_label_of_another_lot_or_product_is_refused(self):
        lot = self._create_lot(self.tahini, "A", production_date="2026-09-01")
        scan = self.env["stock.lot"].with_user(self.worker).scan_code
        self.assertEqual(
            scan(f"(01){TAHINI}(13)260902(10)A", lot.id)["values"], {"packing_date": date(2026, 9, 2)}
        )
        for code, regex in (
            (f"(01){TAHINI}(10)B", "of lot B, this is lot A"),
            (f"(01){TAHINI}(11)260902(10)A", "contradicts"),
        ):
            with self.assertRaisesRegex(UserError, regex):
                scan(code, lot.id)
        self.hummus.barcode = HUMMUS
        with self.assertRaisesRegex(UserError, "The label is of Hummus"):
            scan(f"(01){HUMMUS}(10)A", lot.id)


@tagged("post_install", "-at_install")
class TestScanScreen(ScanCase, HttpCase):
    def test_worker_scans_a_datamatrix_into_a_receipt_and_validates_it(self):
        self._create_policy(
            "Food",
            {"lot": "receipt", "expiration_date": "receipt", "origin_country_id": "receipt"},
            product_ids=self.tahini,
        )
        picking = self._open_receipt(self.tahini, quantity=25.0)
        self.start_tour(f"/odoo/receipts/{picking.id}", "lot_genealogy_scan_receipt", login=self.worker.login)
        self._assert_done(picking)
        lots = picking.move_line_ids.lot_id.sudo().sorted("name")
        self.assertEqual(lots.mapped("name"), ["SES-24158", "SES-24159"])
        self.assertEqual(lots[0].expiration_date.date(), date(2027, 4, 10))
        self.assertEqual(self._ledger(lots), [("receipt", 10.0), ("receipt", 15.0)])

    def test_label_fills_the_form_of_a_new_lot(self):
        self.start_tour(
            "/odoo/action-lot_genealogy.stock_lot_action/new",
            "lot_genealogy_scan_lot",
            login=self.worker.login,
        )
        lot = self.env["stock.lot"].search([("name", "=", "SES-24158")])
        self.assertEqual((lot.product_id, lot.expiration_date.date()), (self.tahini, date(2027, 4, 10)))
