from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestLedger(GenealogyCase):
    def test_receipt_is_recorded_with_its_supplier_as_it_was_then(self):
        lot, picking = self._receive(self.tahini, "TAH-1", 25.0, supplier_lot="ST-77")
        entry = self.env["lot.ledger"].search([("lot_id", "=", lot.id)])
        self.assertRecordValues(
            entry,
            [
                {
                    "kind": "receipt",
                    "quantity": 25.0,
                    "uom_id": self.kg.id,
                    "document": picking.name,
                    "order_name": picking.purchase_id.name,
                    "supplier_lot": "ST-77",
                    "user_id": self.worker.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.supplier.write({"name": "Renamed", "phone": "0"})
        party = entry.party_id
        self.assertEqual(party.name, "Sesame Traders")
        self.assertEqual(party.phone, "+31 10 1234567")
        self.assertEqual(party.country_code, "NL")
        self.assertEqual(party.partner_res_id, self.supplier.id)
        self.assertEqual(lot.supplier_lot, "ST-77")

    def test_same_partner_facts_are_kept_once_and_changed_facts_again(self):
        self._receive(self.tahini, "TAH-1", 1.0)
        self._receive(self.tahini, "TAH-2", 1.0)
        parties = self.env["lot.party"].search([("partner_res_id", "=", self.supplier.id)])
        self.assertEqual(len(parties), 1)
        self.supplier.phone = "+31 10 7654321"
        self._receive(self.tahini, "TAH-3", 1.0)
        parties = self.env["lot.party"].search([("partner_res_id", "=", self.supplier.id)])
        self.assertEqual(len(parties), 2)

    def test_order_is_one_event_with_an_entry_for_each_input_and_output(self):
        tahini_1, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        tahini_2, _picking = self._receive(self.tahini, "TAH-2", 10.0)
        chickpeas, _picking = self._receive(self.chickpeas, "CHI-1", 50.0)
        hummus, order = self._make(
            self.hummus,
            "HUM-1",
            40.0,
            [(tahini_1, 3.0), (tahini_2, 2.0), (chickpeas, 30.0)],
        )
        event = self.env["lot.event"].search([("res_id", "=", order.id)])
        self.assertRecordValues(
            event,
            [
                {
                    "kind": "manufacture",
                    "res_model": "mrp.production",
                    "document": order.name,
                    "company_id": self.company.id,
                    "user_id": self.worker.id,
                }
            ],
        )
        self.assertEqual(
            {(entry.lot_id, entry.quantity) for entry in event.input_ids},
            {(tahini_1, -3.0), (tahini_2, -2.0), (chickpeas, -30.0)},
        )
        self.assertEqual(
            [(entry.lot_id, entry.quantity) for entry in event.output_ids],
            [(hummus, 40.0)],
        )

    def test_partial_order_and_its_backorder_are_two_events(self):
        tahini, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        first, order = self._make(self.hummus, "HUM-1", 10.0, [(tahini, 2.0)], done=4.0)
        self.assertEqual(self._ledger(first), [("output", 4.0)])
        backorder = order.production_group_id.production_ids - order
        self.assertTrue(backorder)
        second = self._create_lot(self.hummus, "HUM-2")
        backorder.lot_producing_ids = second
        backorder.qty_producing = 6.0
        self._fill_moves(backorder, [(tahini, 3.0)], ())
        backorder.button_mark_done()
        self.assertEqual(backorder.state, "done")
        self.assertEqual(self._ledger(second), [("output", 6.0)])
        self.assertEqual(
            self._ledger(tahini),
            [("receipt", 10.0), ("consumption", -2.0), ("consumption", -3.0)],
        )
        events = self.env["lot.event"].search([("res_id", "in", (order | backorder).ids)])
        self.assertEqual(len(events), 2)

    def test_by_product_is_an_output_with_its_cost_share(self):
        chickpeas, _picking = self._receive(self.chickpeas, "CHI-1", 50.0)
        feed = self._create_product("Trimmings", self.kg)
        feed_lot = self._create_lot(feed, "TRIM-1")
        hummus, order = self._make(
            self.hummus,
            "HUM-1",
            40.0,
            [(chickpeas, 45.0)],
            by_products=[(feed, feed_lot, 5.0, 10.0)],
        )
        event = self.env["lot.event"].search([("res_id", "=", order.id)])
        self.assertEqual(
            {(e.lot_id, e.quantity, e.cost_share) for e in event.output_ids},
            {(hummus, 40.0, 90.0), (feed_lot, 5.0, 10.0)},
        )

    def test_serial_numbers_are_entries_of_their_own(self):
        tahini, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        machine = self._create_product("Doser", self.unit, tracking="serial")
        serials = self._create_lot(machine, "SN-1") | self._create_lot(machine, "SN-2")
        self._make(machine, serials, 2.0, [(tahini, 2.0)])
        for serial in serials:
            self.assertEqual(self._ledger(serial), [("output", 1.0)])

    def test_delivery_return_and_second_delivery_keep_their_customers(self):
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        delivery = self._ship([(lot, 6.0)])
        self._return(delivery, 2.0)
        self._ship([(lot, 2.0)], partner=self.other_customer)
        entries = self.env["lot.ledger"].search([("lot_id", "=", lot.id)], order="id")
        self.assertEqual(
            [(e.kind, e.quantity, e.party_id.partner_res_id) for e in entries],
            [
                ("receipt", 10.0, self.supplier.id),
                ("shipment", -6.0, self.customer.id),
                ("customer_return", 2.0, self.customer.id),
                ("shipment", -2.0, self.other_customer.id),
            ],
        )

    def test_return_to_supplier_names_him(self):
        lot, receipt = self._receive(self.tahini, "TAH-1", 10.0)
        self._return(receipt, 4.0)
        entry = self.env["lot.ledger"].search([("lot_id", "=", lot.id), ("kind", "=", "supplier_return")])
        self.assertEqual(entry.quantity, -4.0)
        self.assertEqual(entry.party_id.partner_res_id, self.supplier.id)

    def test_scrap_and_counts_are_recorded(self):
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        scrap = self._scrap(lot, 1.5)
        self._count(lot, 8.0)
        self._count(lot, 9.0)
        self.assertEqual(
            self._ledger(lot),
            [
                ("receipt", 10.0),
                ("scrap", -1.5),
                ("adjustment", -0.5),
                ("adjustment", 1.0),
            ],
        )
        entry = self.env["lot.ledger"].search([("kind", "=", "scrap")], limit=1)
        self.assertEqual(entry.document, scrap.name)

    def test_internal_transfer_is_no_entry(self):
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock_location.id})
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", self.stock_location.id)]
        )
        quant.with_user(self.worker).move_quants(location_dest_id=shelf)
        moved = quant.search([("lot_id", "=", lot.id), ("location_id", "=", shelf.id)])
        self.assertEqual(moved.quantity, 10.0)
        self.assertEqual(self._ledger(lot), [("receipt", 10.0)])

    def _make_from_grams(self, lot, grams):
        order = self.env["mrp.production"].with_user(self.worker)
        order = order.create(
            {
                "product_id": self.hummus.id,
                "product_qty": 1.0,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.tahini.id,
                            "product_uom_qty": grams,
                            "product_uom": self.gram.id,
                            "location_id": self.stock_location.id,
                            "location_dest_id": self.tahini.property_stock_production.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        order.lot_producing_ids = self._create_lot(self.hummus, "HUM-1")
        order.qty_producing = 1.0
        self._fill_moves(order, [(lot, grams)], ())
        order.button_mark_done()
        return order

    def test_units_other_than_the_products_are_converted(self):
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        self._make_from_grams(lot, 250.0)
        self.assertEqual(self._ledger(lot)[-1], ("consumption", -0.25))

    def test_a_pinch_that_rounds_to_nothing_is_in_what_was_made(self):
        """4 g of a product in kg: Odoo takes 0.00 kg from stock, and the lot is in the hummus."""
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        order = self._make_from_grams(lot, 4.0)
        self.assertEqual(order.move_raw_ids.move_line_ids.quantity_product_uom, 0.0)
        self.assertEqual(self._ledger(lot)[-1], ("consumption", -0.004))
        self.assertEqual(self._names(self._trace(lot), "forward"), {"TAH-1", "HUM-1"})
        verify = self.env["lot.verify"].create({})._verify()
        self.assertEqual(verify.state, "equal", "\n".join(verify._get_text()))

    def test_unbuild_is_an_event_of_its_own(self):
        tahini, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        hummus, order = self._make(self.hummus, "HUM-1", 8.0, [(tahini, 4.0)])
        unbuild = (
            self.env["mrp.unbuild"]
            .with_user(self.worker)
            .create(
                {
                    "product_id": self.hummus.id,
                    "mo_id": order.id,
                    "lot_id": hummus.id,
                    "product_qty": 2.0,
                    "product_uom_id": self.kg.id,
                }
            )
        )
        unbuild.action_unbuild()
        event = self.env["lot.event"].search([("res_model", "=", "mrp.unbuild")])
        event = event.filtered(lambda one: one.res_id == unbuild.id)
        self.assertEqual(event.kind, "unbuild")
        self.assertEqual(
            [(entry.lot_id, entry.quantity) for entry in event.input_ids],
            [(hummus, -2.0)],
        )
        self.assertEqual(
            [(entry.lot_id, entry.quantity) for entry in event.output_ids],
            [(tahini, 1.0)],
        )

    def test_changed_done_line_is_taken_back_and_stated_anew(self):
        wrong, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        right, _picking = self._receive(self.tahini, "TAH-2", 10.0)
        delivery = self._ship([(wrong, 6.0)])
        delivery.move_line_ids.lot_id = right
        self.assertEqual(self._ledger(wrong), [("receipt", 10.0)])
        self.assertEqual(self._ledger(right)[-1], ("shipment", -6.0))
        entries = self.env["lot.ledger"].search(
            [("move_line_id", "=", delivery.move_line_ids.id)], order="id"
        )
        self.assertEqual(
            [(e.lot_id, e.quantity, e.reversal) for e in entries],
            [(wrong, -6.0, False), (wrong, 6.0, True), (right, -6.0, False)],
        )
        self.assertEqual(entries[1:].corrects_id, entries[0])
        self.assertTrue(all(entry.reason for entry in entries[1:]))
        delivery.move_line_ids.quantity = 4.0
        self.assertEqual(self._ledger(right)[-1], ("shipment", -4.0))
        delivery.move_line_ids.quantity = 0.0
        self.assertEqual(self._ledger(right), [("receipt", 10.0)])
        delivery.move_line_ids.quantity = 5.0
        self.assertEqual(self._ledger(right)[-1], ("shipment", -5.0))

    def test_line_added_to_a_done_delivery_is_recorded(self):
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        delivery = self._ship([(lot, 6.0)])
        self._add_line(delivery.move_ids, 1.0, lot)
        self.assertEqual(
            self._ledger(lot),
            [("receipt", 10.0), ("shipment", -6.0), ("shipment", -1.0)],
        )

    def test_recording_again_writes_nothing(self):
        with freeze_time("2026-03-01 08:00:00", auto_tick_seconds=5):
            lot, picking = self._receive(self.tahini, "TAH-1", 10.0)
        before = self.env["lot.ledger"].search_count([])
        self.env["lot.recorder"]._record(picking.move_line_ids)
        self.assertEqual(self.env["lot.ledger"].search_count([]), before)
        self.assertEqual(self._ledger(lot), [("receipt", 10.0)])

    def test_queries_of_recording_do_not_grow_with_the_lines(self):
        recorder = self.env.registry["lot.recorder"]
        original = recorder._record
        counts = []

        def count(self, lines, *args):
            lines.env.flush_all()
            before = self.env.cr.sql_log_count
            original(self, lines, *args)
            if lines:
                counts.append((len(lines), self.env.cr.sql_log_count - before))

        for size in (2, 2, 40):
            lots = [self._create_lot(self.tahini, f"TAH-{len(counts)}-{index}") for index in range(size)]
            for lot in lots:
                self._count(lot, 5.0)
            with patch.object(recorder, "_record", count):
                self._ship([(lot, 1.0) for lot in lots])
            self.assertEqual(self._ledger(lots[-1])[-1], ("shipment", -1.0))
        self.assertEqual([lines for lines, _queries in counts], [2, 2, 40])
        self.assertEqual(counts[1][1], counts[2][1])
        self.assertLessEqual(counts[2][1], 6)

    def test_a_slow_transfer_is_no_correction_but_a_new_date_is(self):
        with freeze_time("2026-03-01 08:00:00", auto_tick_seconds=5):
            lot, picking = self._receive(self.tahini, "TAH-1", 10.0)
            made, _order = self._make(self.hummus, "HUM-1", 8.0, [(lot, 4.0)])
        self.assertEqual(self.env["lot.ledger"].search_count([("lot_id", "=", lot.id)]), 2)
        self.assertEqual(self.env["lot.ledger"].search_count([("lot_id", "=", made.id)]), 1)
        picking.date_done = "2026-02-20 08:00:00"
        entries = self.env["lot.ledger"].search([("move_line_id", "=", picking.move_line_ids.id)], order="id")
        self.assertEqual(
            [(e.quantity, e.reversal) for e in entries],
            [(10.0, False), (-10.0, True), (10.0, False)],
        )
        self.assertEqual(str(entries[-1].date), "2026-02-20 08:00:00")
