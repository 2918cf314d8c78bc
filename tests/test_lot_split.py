"""Parts of a lot get numbers of their own; what holds for all lot operations."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .operations import OperationCase


@tagged("post_install", "-at_install")
class TestSplit(OperationCase):
    def test_parts_get_proposed_numbers_and_the_rest_stays(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        operation = self._split(lot, (None, 30.0), (None, 20.0))
        self.assertEqual(operation.line_ids.mapped("lot_name"), ["TAH-1-1", "TAH-1-2"])
        self.assertEqual(self._stock(lot), {("Stock", False, False): 50.0})
        self.assertEqual(self._stock(self._get_lot("TAH-1-1")), {("Stock", False, False): 30.0})
        self.assertEqual(self._stock(self._get_lot("TAH-1-2")), {("Stock", False, False): 20.0})
        self.assertEqual(
            self._event(operation),
            ("split", [("TAH-1", -30.0), ("TAH-1", -20.0)], [("TAH-1-1", 30.0), ("TAH-1-2", 20.0)]),
        )
        again = self._split(lot, (None, 5.0))
        self.assertEqual(again.line_ids.lot_name, "TAH-1-3")

    def test_part_is_taken_where_it_lies_and_stays_there(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        pallet, box = self.env["stock.package"].create([{"name": "PALLET"}, {"name": "BOX"}])
        self._move(lot, 40.0, self.shelf, pallet)
        self._move(lot, 10.0, self.shelf)
        form = self._open(lot, "split")
        self.assertEqual([line["quantity"] for line in form.line_ids._records], [0.0, 0.0, 0.0])
        for index in range(3):
            with form.line_ids.edit(index) as line:
                line.lot_name = "PART"
                if line.location_id == self.stock_location:
                    self.assertEqual(line.free_quantity, 50.0)
                    line.quantity = 5.0
                elif line.package_id:
                    self.assertEqual(line.free_quantity, 40.0)
                    line.quantity = 15000.0
                    line.product_uom_id = self.gram
                else:
                    line.quantity = 1.0
                    line.result_package_id = box
        self._do(form)
        self.assertEqual(
            self._stock(self._get_lot("PART")),
            {
                ("Stock", False, False): 5.0,
                ("Shelf 2", "PALLET", False): 15.0,
                ("Shelf 2", "BOX", False): 1.0,
            },
        )
        self.assertEqual(
            self._stock(lot),
            {
                ("Stock", False, False): 45.0,
                ("Shelf 2", "PALLET", False): 25.0,
                ("Shelf 2", False, False): 9.0,
            },
        )

    def test_new_lot_keeps_dates_numbers_documents_and_its_age_in_stock(self):
        self.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 90})
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0, supplier_lot="SUP-9")
        dates = {
            "expiration_date": "2027-05-01 10:00:00",
            "use_date": "2027-04-01 10:00:00",
            "removal_date": "2027-03-01 10:00:00",
            "alert_date": "2027-02-01 10:00:00",
        }
        self.tahini.lot_properties_definition = [{"name": "brix", "string": "Brix", "type": "float"}]
        lot.write({**dates, "ref": "R-1", "note": "<p>Roasted</p>", "product_expiry_reminded": True})
        lot.lot_properties = {"brix": 12.5}
        lot.quant_ids.in_date = "2026-01-01 08:00:00"
        self.env["ir.attachment"].create(
            {"name": "certificate.txt", "raw": b"fit", "res_model": "stock.lot", "res_id": lot.id}
        )
        self._split(lot, ("PART", 40.0))
        part = self._get_lot("PART")
        for name, date in dates.items():
            self.assertEqual(str(part[name]), date, name)
        self.assertEqual((part.ref, part.supplier_lot), ("R-1", "SUP-9"))
        self.assertEqual((part.note, part.lot_properties["brix"]), ("<p>Roasted</p>", 12.5))
        self.assertFalse(part.product_expiry_reminded)
        self.assertEqual(self._stock(part), {("Stock", False, False): 40.0})
        quant = part.quant_ids.filtered(lambda quant: quant.location_id == self.stock_location)
        self.assertEqual(str(quant.in_date), "2026-01-01 08:00:00")
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "in", (part | lot).ids)]
        )
        self.assertEqual(attachments.mapped("raw"), [b"fit", b"fit"])
        self.assertRegex(part.message_ids[:1].body, r": from <a [^>]*>TAH-1</a>")

    def test_owner_stays_the_owner(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        lot.quant_ids.filtered(
            lambda quant: quant.location_id == self.stock_location
        ).sudo().owner_id = self.customer
        self._split(lot, ("PART", 4.0))
        self.assertEqual(self._stock(self._get_lot("PART")), {("Stock", False, "Corner Shop"): 4.0})
        self.assertEqual(self._stock(lot), {("Stock", False, "Corner Shop"): 6.0})

    def test_more_than_there_is_is_refused_and_says_who_reserves_it(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        delivery = self._ship([(lot, 70.0)], validate=False)
        form = self._open(lot, "split")
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.free_quantity, 30.0)
            line.quantity = 40.0
        self._refused(form, f"40 kg are asked for, 30 kg are free.*{delivery.name}")
        with form.line_ids.edit(0) as line:
            line.quantity = 20.0
        with form.line_ids.new() as line:
            line.quant_id = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
            line.quantity = 10.01
        self._refused(form, f"30.01 kg are asked for, 30 kg are free.*{delivery.name}")
        with form.line_ids.edit(1) as line:
            line.quantity = 10.0
        self._do(form)
        self.assertEqual(self._stock(lot), {("Stock", False, False): 70.0})
        delivery.move_ids.picked = True
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")

    def test_all_that_is_wrong_is_said_at_once(self):
        lot, _receipt = self._receive(self.tub, "TUB-1", 10.0)
        self._create_lot(self.tub, "TAKEN")
        form = self._open(lot, "split")
        with form.line_ids.edit(0) as line:
            line.quantity = 11.0
            line.lot_name = "TAKEN"
        with form.line_ids.new() as line:
            line.quant_id = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
            line.lot_name = "ZERO"
        with form.line_ids.new() as line:
            line.quant_id = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
            line.quantity = 1.0
            line.lot_name = "KILO"
        operation = form.save()
        operation.line_ids[2].product_uom_id = self.kg
        self._refused(
            form,
            "ZERO: enter a quantity above zero",
            "kept in Units and cannot be counted in kg",
            "11 Units are asked for, 10 Units are there",
            "has these lots already: TAKEN",
        )

    def test_less_than_the_unit_can_count_is_refused(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        form = self._open(lot, "split")
        with form.line_ids.edit(0) as line:
            line.product_uom_id = self.gram
            line.quantity = 1.0
        self._refused(form, "1 g is less than can be counted in kg")

    def test_serial_number_is_refused_at_once(self):
        meter = self._create_product("Meter", self.unit, tracking="serial")
        serial, _receipt = self._receive(meter, "SN-1", 1.0)
        for kind in ("split", "merge"):
            with self.assertRaisesRegex(UserError, "each number is one piece"):
                self._open(serial, kind)

    def test_done_operation_is_not_done_twice_changed_or_deleted(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        operation = self._split(lot, ("PART", 4.0))
        for attempt in (
            operation.action_done,
            operation.unlink,
            operation.line_ids.unlink,
            lambda: operation.write({"kind": "merge"}),
            lambda: operation.line_ids.write({"quantity": 1.0}),
        ):
            with self.assertRaisesRegex(UserError, f"{operation.name} is done"):
                attempt()
        self.assertEqual(self._stock(lot), {("Stock", False, False): 6.0})

    def test_push_rules_do_not_send_the_goods_on(self):
        self.warehouse.reception_steps = "two_steps"
        lot, receipt = self._receive(self.tahini, "TAH-1", 10.0)
        onward = receipt.move_ids.move_dest_ids
        self.assertTrue(onward)
        onward._do_unreserve()
        form = self._open(lot, "split")
        with form.line_ids.edit(0) as line:
            line.quantity = 4.0
            line.lot_name = "PART"
        operation = self._do(form)
        self.assertFalse(operation.move_ids.move_dest_ids)
        self.assertEqual(self._stock(self._get_lot("PART")), {("Input", False, False): 4.0})

    def test_only_traceability_users_may_and_warehouse_staff_may_look(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        operation = self._split(lot, ("PART", 4.0))
        seen = operation.with_user(self.worker)
        self.assertEqual(seen.line_ids.quantity, 4.0)
        action = seen.move_ids[0].action_open_reference()
        self.assertEqual((action["res_model"], action["res_id"]), ("lot.operation", operation.id))
        with self.assertRaises(AccessError):
            self.env["lot.operation"].with_user(self.worker).create({"lot_ids": lot.ids})

    def test_queries_of_the_checks_do_not_grow_with_the_rows(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        counts = []
        for rows in (2, 3, 40):
            form = self._open(lot, "split")
            form.line_ids.remove(0)
            operation = form.save()
            operation.line_ids = [
                Command.create(
                    {
                        **operation.line_ids._prepare_position_vals(quant),
                        "quantity": 1.0,
                        "lot_name": f"PART-{rows}-{number}",
                    }
                )
                for number in range(rows)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(operation._get_problems(), [])
            self.assertEqual(len(operation._get_outputs()), rows)
            counts.append(self.env.cr.sql_log_count - before)
        # The first one warms what Odoo caches.
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestOperationScreen(OperationCase, HttpCase):
    def test_worker_splits_a_lot_from_its_form_and_undoes_it(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        self._ship([(lot, 30.0)], validate=False)
        url = f"/odoo/action-lot_genealogy.stock_lot_action/{lot.id}"
        self.start_tour(url, "lot_genealogy_split", login="lot_keeper")
        self.assertEqual(self._stock(lot), {("Stock", False, False): 100.0})
        split, undo = self.env["lot.operation"].search(
            [("lot_ids.product_id", "=", self.tahini.id)], order="id"
        )
        self.assertEqual(
            self._event(split),
            ("split", [("TAH-1", -20.0), ("TAH-1", -15.0)], [("TAH-1-1", 20.0), ("TAH-1-2", 15.0)]),
        )
        self.assertEqual(
            self._event(undo),
            ("merge", [("TAH-1-1", -20.0), ("TAH-1-2", -15.0)], [("TAH-1", 15.0), ("TAH-1", 20.0)]),
        )
