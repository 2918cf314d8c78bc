"""Split, merge, repack and relabel, through the buttons on the lot and the document's form."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import GenealogyCase


class OperationCase(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            "lot_keeper",
            groups="lot_genealogy.group_user,stock.group_tracking_lot,stock.group_tracking_owner,"
            "stock.group_stock_multi_locations,uom.group_uom",
        )
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf 2", "location_id": cls.stock_location.id, "usage": "internal"}
        )

    def _open(self, lots, kind):
        """The form that the button `kind` on the lots opens."""
        action = getattr(lots.with_user(self.keeper), f"action_lot_{kind}")()
        operations = self.env[action["res_model"]].with_user(self.keeper)
        return Form(operations.with_context(**action["context"]))

    def _do(self, form):
        operation = form.save()
        operation.action_done()
        self.assertEqual(operation.state, "done")
        self.assertEqual(operation.user_id, self.keeper)
        return operation

    def _split(self, lot, *parts):
        """Split ``(name or None, quantity)`` off the lot, which lies in one place."""
        form = self._open(lot, "split")
        for index, (name, quantity) in enumerate(parts):
            with form.line_ids.edit(index) if index == 0 else form.line_ids.new() as line:
                if index:
                    line.quant_id = lot.quant_ids.filtered(
                        lambda quant: quant.location_id.usage == "internal"
                    )
                line.quantity = quantity
                if name:
                    line.lot_name = name
        return self._do(form)

    def _merge(self, lots, target=None, name=None):
        form = self._open(lots, "merge")
        if target:
            form.target_lot_id = target
        elif name:
            form.lot_name = name
        return self._do(form)

    def _move(self, lot, quantity, location, package=None, owner=None):
        """Put `quantity` of the lot elsewhere, in a package, by an internal transfer."""
        picking = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": self.stock_location.id,
                    "location_dest_id": location.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": lot.product_id.id,
                                "product_uom_qty": quantity,
                                "location_id": self.stock_location.id,
                                "location_dest_id": location.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        line = self._add_line(picking.move_ids, quantity, lot)
        line.result_package_id = package
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)

    def _stock(self, lot):
        """``{(location, package, owner): quantity}`` of the company's stock of a lot."""
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id.usage", "=", "internal"), ("quantity", "!=", 0)]
        )
        return {
            (quant.location_id.name, quant.package_id.name, quant.owner_id.name): quant.quantity
            for quant in quants
        }

    def _get_lot(self, name, product=None):
        return self.env["stock.lot"].search(
            [("name", "=", name), ("product_id", "=", (product or self.tahini).id)]
        )

    def _event(self, operation):
        """The one event of an operation: kind, inputs and outputs."""
        event = self.env["lot.event"].search(
            [("res_model", "=", "lot.operation"), ("res_id", "=", operation.id)]
        )
        self.assertEqual(len(event), 1)
        self.assertEqual(event.document, operation.name)
        return (
            event.kind,
            sorted((entry.lot_id.name or entry.product_id.name, entry.quantity) for entry in event.input_ids),
            sorted((entry.lot_id.name, entry.quantity) for entry in event.output_ids),
        )

    def _refused(self, form, *sentences):
        """The operation is refused with all of `sentences`, and nothing is half done."""
        operation = form.save()
        with self.assertRaises(UserError) as refusal:
            operation.action_done()
        message = str(refusal.exception)
        for sentence in sentences:
            self.assertRegex(message, sentence)
        self.assertEqual(len(message.splitlines()), len(sentences), message)
        self.assertFalse(operation.move_ids)
        self.assertEqual(operation.state, "draft")


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
        self._refused(form, f"40.0 kg are asked for, 30.0 kg are free.*{delivery.name}")
        with form.line_ids.edit(0) as line:
            line.quantity = 20.0
        with form.line_ids.new() as line:
            line.quant_id = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
            line.quantity = 10.01
        self._refused(form, f"30.01 kg are asked for, 30.0 kg are free.*{delivery.name}")
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
            "11.0 Units are asked for, 10.0 Units are there",
            "has these lots already: TAKEN",
        )

    def test_less_than_the_unit_can_count_is_refused(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        form = self._open(lot, "split")
        with form.line_ids.edit(0) as line:
            line.product_uom_id = self.gram
            line.quantity = 1.0
        self._refused(form, "1.0 g is less than can be counted in kg")

    def test_serial_number_is_refused_at_once(self):
        meter = self._create_product("Meter", self.unit, tracking="serial")
        serial, _receipt = self._receive(meter, "SN-1", 1.0)
        for kind in ("split", "merge"):
            with self.assertRaisesRegex(UserError, "each number is one piece"):
                self._open(serial, kind)

    def test_done_operation_is_not_done_twice_changed_or_deleted(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        operation = self._split(lot, ("PART", 4.0))
        operation.sudo().state = "draft"
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
class TestMerge(OperationCase):
    def test_merged_lot_takes_the_earliest_dates_and_all_documents(self):
        self.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 90})
        one, _receipt = self._receive(self.tahini, "TAH-1", 10.0, supplier_lot="S1")
        two, _receipt = self._receive(self.tahini, "TAH-2", 30.0, supplier_lot="S2")
        one.write({"expiration_date": "2027-06-01 00:00:00", "removal_date": "2027-02-01 00:00:00"})
        two.write({"expiration_date": "2027-05-01 00:00:00", "removal_date": "2027-03-01 00:00:00"})
        for lot in (one, two):
            self.env["ir.attachment"].create(
                {"name": lot.name, "raw": lot.name.encode(), "res_model": "stock.lot", "res_id": lot.id}
            )
        operation = self._merge(one | two, name="MIX")
        mix = self._get_lot("MIX")
        self.assertEqual(str(mix.expiration_date), "2027-05-01 00:00:00")
        self.assertEqual(str(mix.removal_date), "2027-02-01 00:00:00")
        self.assertEqual(mix.supplier_lot, "S1, S2")
        self.assertEqual(self._stock(mix), {("Stock", False, False): 40.0})
        self.assertEqual(self._stock(one), {})
        documents = self.env["ir.attachment"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", mix.id)], order="name"
        )
        self.assertEqual(documents.mapped("name"), ["TAH-1", "TAH-2"])
        self.assertEqual(
            self._event(operation),
            ("merge", [("TAH-1", -10.0), ("TAH-2", -30.0)], [("MIX", 10.0), ("MIX", 30.0)]),
        )

    def test_number_comes_from_the_products_sequence_if_none_is_given(self):
        one, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        two, _receipt = self._receive(self.tahini, "TAH-2", 30.0)
        expected = self.tahini.lot_sequence_id.get_next_char(self.tahini.lot_sequence_id.number_next_actual)
        operation = self._merge(one | two)
        made = operation._get_trace_lots()
        self.assertEqual(made.name, expected)
        self.assertEqual(self._stock(made), {("Stock", False, False): 40.0})

    def test_lot_merged_into_another_is_traced_both_ways_with_shares(self):
        with freeze_time("2026-01-01 08:00:00"):
            one, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
            two, _receipt = self._receive(self.tahini, "TAH-2", 30.0)
        with freeze_time("2026-01-02 08:00:00"):
            self._ship([(two, 6.0)])
        operation = self._merge(one | two, target=two)
        self.assertEqual(self._event(operation)[2], [("TAH-2", 10.0), ("TAH-2", 24.0)])
        self.assertEqual(self._stock(two), {("Stock", False, False): 34.0})
        self._ship([(two, 17.0)], partner=self.other_customer)

        trace = self._trace(one, "forward")
        self.assertTrue(trace["complete"], trace["gaps"])
        shipped = {row["partner"]: row["affected"][0]["quantity"] for row in trace["forward"]["shipments"]}
        self.assertEqual(shipped, {"Hospital Kitchen": 5.0})
        (excluded,) = trace["forward"]["excluded"]
        self.assertEqual((excluded["lot"], excluded["quantity"]), ("TAH-2", 6.0))
        self.assertEqual(trace["forward"]["ends"]["on_hand"][0]["quantity"], 5.0)

        trace = self._trace(two, "both")
        self.assertTrue(trace["complete"], trace["gaps"])
        self.assertEqual(self._names(trace, "backward"), {"TAH-1", "TAH-2"})
        balance = trace["balance"][0]
        self.assertEqual((balance["received"], balance["produced"]), (30.0, 34.0))
        self.assertEqual((balance["consumed"], balance["shipped"]), (24.0, 23.0))
        self.assertEqual((balance["on_hand"], balance["unexplained"]), (17.0, 0.0))

    def test_existing_lot_outside_of_the_merge_takes_the_goods_and_the_earlier_date(self):
        self.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 90})
        one, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        two, _receipt = self._receive(self.tahini, "TAH-2", 30.0)
        one.expiration_date = "2027-01-01 00:00:00"
        two.expiration_date = "2027-05-01 00:00:00"
        operation = self._merge(one, target=two)
        self.assertEqual(self._event(operation), ("merge", [("TAH-1", -10.0)], [("TAH-2", 10.0)]))
        self.assertEqual(str(two.expiration_date), "2027-01-01 00:00:00")
        self.assertEqual(two.supplier_lot, "S-TAH-2, S-TAH-1")
        self.assertEqual(self._stock(two), {("Stock", False, False): 40.0})

    def test_other_products_owners_and_companies_are_refused(self):
        one, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        two, _receipt = self._receive(self.tahini, "TAH-2", 30.0)
        peas, _receipt = self._receive(self.chickpeas, "CHI-1", 30.0)
        with self.assertRaisesRegex(UserError, "different products: (Tahini|Chickpeas) and"):
            self._open(one | peas, "merge")
        self._refused(self._open(one, "merge"), "A merge takes two lots at least")
        two.quant_ids.filtered(lambda quant: quant.quantity > 0).sudo().owner_id = self.customer
        form = self._open(one | two, "merge")
        form.lot_name = "MIX"
        self._refused(form, "different owners: .*Corner Shop")

        other = self.env["res.company"].create({"name": "Sister Company"})
        self.keeper.company_ids |= other
        sister = self._create_lot(self.tahini, "SISTER", company_id=other.id)
        one.company_id = self.company
        with self.assertRaisesRegex(UserError, "belongs to"):
            self._open(one | sister, "merge")

    def test_merge_from_the_list(self):
        one, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        two, _receipt = self._receive(self.tahini, "TAH-2", 30.0)
        lots = one | two
        action = self.env.ref("lot_genealogy.stock_lot_merge_server_action").with_user(self.keeper)
        opened = action.with_context(active_model="stock.lot", active_ids=lots.ids).run()
        self.assertEqual(opened["res_model"], "lot.operation")
        self.assertEqual(opened["context"]["default_lot_ids"], lots.ids)


@tagged("post_install", "-at_install")
class TestRepackAndRelabel(OperationCase):
    def test_same_lot_goes_into_another_package(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        bag = self.env["stock.package"].create({"name": "BAG"})
        form = self._open(lot, "repack")
        self._refused(form, "Choose the new package of TAH-1")
        with form.line_ids.edit(0) as line:
            line.quantity = 4.0
            line.result_package_id = bag
        operation = self._do(form)
        self.assertEqual(self._stock(lot), {("Stock", "BAG", False): 4.0, ("Stock", False, False): 6.0})
        self.assertEqual(self._event(operation), ("repack", [("TAH-1", -4.0)], [("TAH-1", 4.0)]))
        trace = self._trace(lot)
        self.assertTrue(trace["complete"], trace["gaps"])
        self.assertEqual(trace["balance"][0]["unexplained"], 0.0)

    def test_several_lots_of_one_product_are_not_mixed_by_a_repack(self):
        one, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        two, _receipt = self._receive(self.tahini, "TAH-2", 10.0)
        bag = self.env["stock.package"].create({"name": "BAG"})
        form = self._open(one | two, "repack")
        for index in range(2):
            with form.line_ids.edit(index) as line:
                line.result_package_id = bag
        self._refused(form, "Repack one lot at a time")

    def test_package_is_in_one_place(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        self._move(lot, 4.0, self.shelf, pallet)
        form = self._open(lot, "repack")
        form.line_ids.remove(0 if form.line_ids._records[0]["location_id"] == self.shelf.id else 1)
        with form.line_ids.edit(0) as line:
            line.result_package_id = pallet
        self._refused(form, "Package PALLET cannot be in")

    def test_bulk_is_packed_as_another_product_with_packaging_material(self):
        tub = self._create_product("Tahini tub", self.unit)
        tub.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 500, "removal_time": 10})
        self.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 90})
        carton = self._create_product("Carton", self.unit, tracking="none")
        self.env["stock.quant"].sudo()._update_available_quantity(carton, self.stock_location, 5.0)
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        lot.expiration_date = "2027-05-11 00:00:00"
        form = self._open(lot, "repack")
        form.product_dest_id = tub
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.quantity, 10.0)
        with form.line_ids.new() as line:
            line.quant_id = carton.stock_quant_ids.filtered(lambda quant: quant.quantity > 0)
            line.quantity = 2.0
        with form.output_ids.edit(0) as line:
            self.assertEqual(line.lot_name, "TAH-1")
            line.quantity = 12.0
        with form.output_ids.new() as line:
            line.lot_name = "TUB-2"
            line.quantity = 8.0
        operation = self._do(form)
        first, second = self._get_lot("TAH-1", tub), self._get_lot("TUB-2", tub)
        self.assertEqual(self._stock(first), {("Stock", False, False): 12.0})
        self.assertEqual(self._stock(second), {("Stock", False, False): 8.0})
        self.assertEqual(self._stock(lot), {})
        self.assertEqual(carton.qty_available, 3.0)
        self.assertEqual(str(first.expiration_date), "2027-05-11 00:00:00")
        self.assertEqual(str(first.removal_date), "2027-05-01 00:00:00")
        self.assertEqual(
            self._event(operation),
            ("repack", [("Carton", -2.0), ("TAH-1", -10.0)], [("TAH-1", 12.0), ("TUB-2", 8.0)]),
        )
        self._ship([(second, 2.0)])
        trace = self._trace(lot, "forward")
        self.assertTrue(trace["complete"], trace["gaps"])
        (shipment,) = trace["forward"]["shipments"]
        self.assertEqual(shipment["affected"], [{"quantity": 1.0, "uom": "kg"}])
        trace = self._trace(first, "backward")
        (supplied,) = trace["backward"]["receipts"]
        self.assertEqual(supplied["affected"], [{"quantity": 6.0, "uom": "kg"}])

    def test_what_was_entered_for_another_kind_does_not_count(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        other, _receipt = self._receive(self.tahini, "TAH-2", 10.0)
        bag = self.env["stock.package"].create({"name": "BAG"})
        form = self._open(lot, "repack")
        with form.line_ids.edit(0) as line:
            line.result_package_id = bag
        form.product_dest_id = self.hummus
        operation = form.save()
        operation.target_lot_id = other
        operation.write({"kind": "relabel", "lot_name": "TAH-01"})
        operation.action_done()
        self.assertEqual(operation.made_lot_ids, self._get_lot("TAH-01"))
        self.assertEqual(self._stock(self._get_lot("TAH-01")), {("Stock", False, False): 10.0})

    def test_packing_more_than_was_taken_is_refused(self):
        jar = self._create_product("Tahini by weight", self.gram)
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        form = self._open(lot, "repack")
        form.product_dest_id = jar
        with form.output_ids.edit(0) as line:
            line.quantity = 10_010.0
        self._refused(form, "10.01 kg are packed, but only 10.0 kg are taken")

    def test_whole_lot_gets_the_new_number_wherever_it_lies(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        self._move(lot, 4.0, self.shelf, pallet)
        form = self._open(lot, "relabel")
        form.lot_name = "TAH-01"
        form.reason = "Misread label"
        operation = form.save()
        self._move(lot, 1.0, self.shelf)
        operation.action_done()
        self.assertEqual(self._stock(lot), {})
        self.assertEqual(
            self._stock(self._get_lot("TAH-01")),
            {
                ("Stock", False, False): 5.0,
                ("Shelf 2", "PALLET", False): 4.0,
                ("Shelf 2", False, False): 1.0,
            },
        )
        trace = self._trace(self._get_lot("TAH-01"), "backward")
        self.assertTrue(trace["complete"], trace["gaps"])
        self.assertEqual(trace["backward"]["receipts"][0]["affected"], [{"quantity": 10.0, "uom": "kg"}])

    def test_reserved_lot_is_not_relabelled_and_a_serial_number_is(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        delivery = self._ship([(lot, 2.0)], validate=False)
        form = self._open(lot, "relabel")
        form.lot_name = "TAH-01"
        self._refused(form, f"10.0 kg are asked for, 8.0 kg are free.*{delivery.name}")
        meter = self._create_product("Meter", self.unit, tracking="serial")
        serial, _receipt = self._receive(meter, "SN-1", 1.0)
        form = self._open(serial, "relabel")
        form.lot_name = "SN-01"
        operation = self._do(form)
        self.assertEqual(self._event(operation), ("relabel", [("SN-1", -1.0)], [("SN-01", 1.0)]))

    def test_children_of_a_split_are_found_with_what_they_shipped(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        self._split(lot, ("PART-1", 30.0), ("PART-2", 20.0))
        part = self._get_lot("PART-1")
        self._ship([(part, 12.0)])
        trace = self._trace(lot, "forward")
        self.assertTrue(trace["complete"], trace["gaps"])
        affected = {row["name"]: row["affected"][0]["quantity"] for row in trace["forward"]["lots"]}
        self.assertEqual(affected, {"TAH-1": 100.0, "PART-1": 30.0, "PART-2": 20.0})
        (event,) = trace["forward"]["events"]
        self.assertEqual((event["kind"], event["kind_name"]), ("split", "Split"))
        (shipment,) = trace["forward"]["shipments"]
        self.assertEqual(shipment["affected"], [{"quantity": 12.0, "uom": "kg"}])
        on_hand = {row["lot"]: row["quantity"] for row in trace["forward"]["on_hand"]}
        self.assertEqual(on_hand, {"TAH-1": 50.0, "PART-1": 18.0, "PART-2": 20.0})
        self.assertEqual(trace["balance"][0]["explained"], 1.0)
        trace = self._trace(part, "backward")
        (affected,) = trace["backward"]["receipts"][0]["affected"]
        self.assertAlmostEqual(affected["quantity"], 30.0)


@tagged("post_install", "-at_install")
class TestOperationValue(OperationCase):
    """What comes out is worth what went in, however stock is valued."""

    def _receive_at(self, product, name, quantity, price):
        lot, receipt = self._receive(product, name, quantity)
        receipt.move_ids.purchase_line_id.price_unit = price
        receipt.move_ids._set_value()
        self.assertEqual(receipt.move_ids.value, price * quantity)
        return lot

    def _set_up(self, method, lot_valuated=False, products=None):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method, "property_valuation": "real_time"}
        )
        for product in products or self.tahini:
            product.categ_id = category
            product.product_tmpl_id.lot_valuated = lot_valuated
        self.account = self.env["account.account"].create(
            {"name": "Production", "code": "LOTPROD", "account_type": "expense"}
        )
        stock, variation = self.env["account.account"].create(
            [
                {"name": "Stock", "code": "LOTSTOCK", "account_type": "asset_current"},
                {"name": "Variation", "code": "LOTVAR", "account_type": "expense"},
            ]
        )
        stock.account_stock_variation_id = variation
        category.property_stock_valuation_account_id = stock
        self.company.account_stock_journal_id = self.env["account.journal"].create(
            {"name": "Lots", "code": "LOTS", "type": "general"}
        )
        self.tahini.property_stock_production.valuation_account_id = self.account

    def _value(self, products):
        self.env.invalidate_all()
        return sum(products.mapped("total_value"))

    def _check(self, method, lot_valuated):
        tub = self._create_product("Tahini tub", self.unit)
        products = self.tahini | tub
        self._set_up(method, lot_valuated, products)
        one = self._receive_at(self.tahini, "TAH-1", 10.0, 1.0)
        two = self._receive_at(self.tahini, "TAH-2", 30.0, 3.0)
        self.assertAlmostEqual(self._value(products), 100.0)
        self._move(two, 7.0, self.shelf)
        steps = []
        form = self._open(two, "split")
        for index in range(2):
            with form.line_ids.edit(index) as line:
                line.quantity = 2.33
        steps.append(self._do(form))
        steps.append(self._merge(one | two, name="MIX"))
        form = self._open(self._get_lot("TAH-2-1"), "relabel")
        form.lot_name = "NEW"
        steps.append(self._do(form))
        form = self._open(self._get_lot("MIX"), "repack")
        form.product_dest_id = tub
        for index in range(2):
            with form.line_ids.edit(index) as line:
                line.quantity = 3.0
        with form.output_ids.edit(0) as line:
            line.quantity = 7.0
        with form.output_ids.new() as line:
            line.lot_name = "OTHER"
            line.location_id = self.shelf
            line.quantity = 4.0
        steps.append(self._do(form))
        for operation in steps:
            taken = operation.move_ids.filtered("is_out")
            given = operation.move_ids.filtered("is_in")
            self.assertTrue(taken and given)
            self.assertAlmostEqual(
                sum(taken.mapped("value")), sum(given.mapped("value")), 2, f"{method} {operation.kind}"
            )
        self.assertAlmostEqual(self._value(products), 100.0, 1)
        posted = self.env["account.move.line"].search([("account_id", "=", self.account.id)])
        self.assertEqual(len(posted), sum(len(operation.move_ids) for operation in steps))
        self.assertTrue(sum(posted.mapped("debit")))
        self.assertAlmostEqual(sum(posted.mapped("balance")), 0.0, 2)

    def test_average_cost(self):
        self._check("average", False)

    def test_average_cost_by_lot(self):
        self._check("average", True)

    def test_first_in_first_out(self):
        self._check("fifo", False)

    def test_first_in_first_out_by_lot(self):
        self._check("fifo", True)

    def test_standard_price_by_lot_follows_the_lot(self):
        self._set_up("standard", True)
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        lot.standard_price = 4.0
        self._split(lot, ("PART", 5.0))
        self.assertEqual(self._get_lot("PART").standard_price, 4.0)
        self.assertEqual(self._value(self.tahini), 40.0)

    def test_goods_of_another_owner_have_no_value(self):
        self._set_up("average")
        lot = self._receive_at(self.tahini, "TAH-1", 10.0, 2.0)
        theirs, _receipt = self._receive(self.tahini, "TAH-2", 10.0)
        self._count(theirs, 0.0)
        quant = self.env["stock.quant"].with_user(self.worker).with_context(inventory_mode=True)
        quant = quant.create(
            {
                "product_id": self.tahini.id,
                "lot_id": theirs.id,
                "location_id": self.stock_location.id,
                "owner_id": self.customer.id,
                "inventory_quantity": 10.0,
            }
        )
        quant.action_apply_inventory()
        value = self._value(self.tahini)
        self._split(theirs, ("PART", 4.0))
        self._split(lot, ("OURS", 4.0))
        self.assertAlmostEqual(self._value(self.tahini), value)


@tagged("post_install", "-at_install")
class TestOperationScreen(OperationCase, HttpCase):
    def test_worker_splits_a_lot_from_its_form(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        self._ship([(lot, 30.0)], validate=False)
        url = f"/odoo/action-lot_genealogy.stock_lot_action/{lot.id}"
        self.start_tour(url, "lot_genealogy_split", login="lot_keeper")
        self.assertEqual(self._stock(lot), {("Stock", False, False): 65.0})
        self.assertEqual(self._stock(self._get_lot("TAH-1-1")), {("Stock", False, False): 20.0})
        self.assertEqual(self._stock(self._get_lot("TAH-1-2")), {("Stock", False, False): 15.0})
