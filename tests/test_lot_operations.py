"""Merge, repack and relabel lots."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .operations import OperationCase


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
        self._refused(form, f"10 kg are asked for, 8 kg are free.*{delivery.name}")
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
