import json

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import fields
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestTrace(GenealogyCase):
    def _affected(self, row):
        return [(round(one["quantity"], 6), one["uom"]) for one in row["affected"]]

    def _ends(self, trace):
        return {
            name: round(sum(one["quantity"] for one in amounts), 6)
            for name, amounts in trace["forward"]["ends"].items()
            if any(one["quantity"] for one in amounts)
        }

    def _kinds(self, trace):
        return {gap["kind"] for gap in trace["gaps"]}

    def _chain(self):
        """25 kg tahini: 10 into 40 kg hummus, 20 kg of it into 100 tubs, 30 sold."""
        self.raw, self.receipt = self._receive(self.tahini, "TAH-1", 25.0)
        chickpeas, _picking = self._receive(self.chickpeas, "CHI-1", 60.0)
        self.base, self.order = self._make(self.hummus, "HUM-1", 40.0, [(self.raw, 10.0), (chickpeas, 30.0)])
        self.tubs, self.packing = self._make(self.tub, "TUB-1", 100.0, [(self.base, 20.0)])
        self.delivery = self._ship([(self.tubs, 30.0)])

    def test_forward_reaches_the_customer_with_quantity_and_contact(self):
        self._chain()
        trace = self._trace(self.raw, "forward")
        self.assertEqual(self._names(trace, "forward"), {"TAH-1", "HUM-1", "TUB-1"})
        self.assertIsNone(trace["backward"])
        (consignee,) = trace["forward"]["consignees"]
        self.assertEqual(consignee["partner"], "Corner Shop")
        self.assertEqual(consignee["contact"]["email"], "shop@corner.example")
        self.assertEqual(consignee["quantities"][0]["quantity"], 30.0)
        self.assertEqual(consignee["quantities"][0]["product"], "Hummus tub")
        # 10 kg in 40 kg, half of them in 100 tubs, 30 of these: 1.5 kg.
        self.assertEqual(self._affected(consignee), [(1.5, "kg")])
        self.assertAlmostEqual(consignee["share"], 1.5 / 25)
        (shipment,) = trace["forward"]["shipments"]
        self.assertEqual(shipment["document"], self.delivery.name)
        self.assertEqual((shipment["model"], shipment["res_id"]), ("stock.picking", self.delivery.id))
        self.assertEqual(shipment["order"], self.delivery.sale_id.name)
        self.assertEqual(
            (shipment["order_model"], shipment["order_id"]),
            ("sale.order", self.delivery.sale_id.id),
        )
        self.assertEqual(self._ends(trace), {"source": 25.0, "on_hand": 23.5, "shipped": 1.5})
        levels = {row["name"]: row["level"] for row in trace["forward"]["lots"]}
        self.assertEqual(levels, {"TAH-1": 0, "HUM-1": 1, "TUB-1": 2})

    def test_backward_reaches_the_suppliers_lot(self):
        self._chain()
        trace = self._trace(self.tubs, "backward")
        self.assertEqual(self._names(trace, "backward"), {"TUB-1", "HUM-1", "TAH-1", "CHI-1"})
        receipts = {row["lot"]: row for row in trace["backward"]["receipts"]}
        tahini = receipts["TAH-1"]
        self.assertEqual(tahini["supplier_lot"], "S-TAH-1")
        self.assertEqual(tahini["partner"], "Sesame Traders")
        self.assertEqual(tahini["order"], self.receipt.purchase_id.name)
        # Half of the 10 kg that went into the base.
        self.assertEqual(self._affected(tahini), [(5.0, "kg")])
        self.assertAlmostEqual(tahini["share"], 0.2)
        self.assertEqual(self._affected(receipts["CHI-1"]), [(15.0, "kg")])
        (supplier,) = trace["backward"]["suppliers"]
        self.assertEqual(supplier["lots"], 2)
        self.assertEqual(supplier["documents"], 2)

    def test_stock_and_orders_that_can_still_be_stopped(self):
        self._chain()
        waiting = self._ship([(self.tubs, 20.0)], validate=False)
        trace = self._trace(self.raw, "forward")
        stock = {row["lot"]: row for row in trace["forward"]["on_hand"]}
        self.assertEqual(stock["TAH-1"]["quantity"], 15.0)
        self.assertEqual(stock["TUB-1"]["quantity"], 70.0)
        self.assertEqual(stock["TUB-1"]["reserved"], 20.0)
        self.assertEqual(stock["TUB-1"]["free"], 50.0)
        self.assertEqual(stock["TUB-1"]["location"], self.stock_location.complete_name)
        self.assertEqual(self._affected(stock["TUB-1"]), [(3.5, "kg")])
        (order,) = trace["forward"]["open_orders"]
        self.assertEqual(
            (order["kind"], order["document"], order["quantity"], order["partner"]),
            ("delivery", waiting.name, 20.0, "Corner Shop"),
        )

    def test_open_line_that_names_a_lot_and_no_quantity_yet_can_still_take_it(self):
        self._chain()
        waiting = self._ship([(self.tubs, 20.0)], validate=False)
        form = Form(waiting.move_ids, view="stock.view_stock_move_operations")
        with form.move_line_ids.edit(0) as line:
            line.quantity = 0.0
        form.save()
        self.assertEqual(waiting.move_line_ids.lot_id, self.tubs)
        (order,) = self._trace(self.raw, "forward")["forward"]["open_orders"]
        self.assertEqual((order["document"], order["lot"], order["quantity"]), (waiting.name, "TUB-1", 0.0))

    def test_returned_lot_reaches_the_second_customer(self):
        self._chain()
        self._return(self.delivery, 10.0)
        self._ship([(self.tubs, 75.0)], partner=self.other_customer)
        trace = self._trace(self.raw, "forward")
        partners = {row["partner"]: row for row in trace["forward"]["consignees"]}
        self.assertEqual(set(partners), {"Corner Shop", "Hospital Kitchen"})
        self.assertEqual(partners["Corner Shop"]["returned"][0]["quantity"], 10.0)
        self.assertEqual(self._affected(partners["Corner Shop"]), [(1.0, "kg")])
        self.assertEqual(self._affected(partners["Hospital Kitchen"]), [(3.75, "kg")])
        (back,) = trace["forward"]["returns"]
        self.assertEqual((back["kind"], back["sign"]), ("customer_return", 1))
        self.assertAlmostEqual(
            sum(value for name, value in self._ends(trace).items() if name != "source"),
            25.0,
        )

    def test_rework_does_not_accuse_what_left_before_it(self):
        with freeze_time("2026-03-01 08:00:00"):
            suspect, _picking = self._receive(self.tahini, "TAH-1", 10.0)
            clean, _picking = self._receive(self.tahini, "TAH-2", 10.0)
            base, _order = self._make(self.hummus, "HUM-1", 20.0, [(clean, 10.0)])
        with freeze_time("2026-03-02 08:00:00"):
            early = self._ship([(base, 5.0)])
        with freeze_time("2026-03-03 08:00:00"):
            # Leftovers made from the suspect lot are worked into the clean lot.
            self._make(self.hummus, base, 4.0, [(suspect, 4.0)])
        with freeze_time("2026-03-04 08:00:00"):
            self._ship([(base, 6.0)], partner=self.other_customer)
        trace = self._trace(suspect, "forward")
        self.assertEqual(
            [row["partner"] for row in trace["forward"]["consignees"]],
            ["Hospital Kitchen"],
        )
        (excluded,) = trace["forward"]["excluded"]
        self.assertEqual(excluded["document"], early.name)
        reached = {row["name"]: row for row in trace["forward"]["lots"]}
        self.assertEqual(reached["HUM-1"]["reached"], "re-entry")
        self.assertEqual(reached["HUM-1"]["bound"], "2026-03-03 07:00:00")

        cautious = self._trace(suspect, "forward", conservative=True)
        self.assertEqual(
            {row["partner"] for row in cautious["forward"]["consignees"]},
            {"Corner Shop", "Hospital Kitchen"},
        )
        self.assertEqual(cautious["forward"]["excluded"], [])
        self.assertNotEqual(cautious["fingerprint"], trace["fingerprint"])

        back = self._trace(base, "backward")
        self.assertEqual(self._names(back, "backward"), {"HUM-1", "TAH-1", "TAH-2"})

    def test_late_posting_of_an_origin_hides_no_customer(self):
        with freeze_time("2026-03-05 08:00:00"):
            suspect, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        lot = self._create_lot(self.hummus, "HUM-1")
        with freeze_time("2026-03-02 08:00:00"):
            self._ship([(lot, 5.0)])
        with freeze_time("2026-03-06 08:00:00"):
            self._make(self.hummus, lot, 8.0, [(suspect, 4.0)])
        trace = self._trace(suspect, "forward")
        self.assertEqual([row["partner"] for row in trace["forward"]["consignees"]], ["Corner Shop"])

    def test_count_before_the_order_that_made_the_lot_was_closed_hides_no_customer(self):
        with freeze_time("2026-03-01 08:00:00"):
            suspect, _picking = self._receive(self.tahini, "TAH-1", 10.0)
            lot = self._create_lot(self.hummus, "HUM-1")
        with freeze_time("2026-03-02 08:00:00"):
            self._count(lot, 8.0)
        with freeze_time("2026-03-03 08:00:00"):
            self._ship([(lot, 5.0)])
        with freeze_time("2026-03-05 08:00:00"):
            self._make(self.hummus, lot, 8.0, [(suspect, 4.0)])
        trace = self._trace(suspect, "forward")
        self.assertEqual([row["partner"] for row in trace["forward"]["consignees"]], ["Corner Shop"])
        self.assertEqual(trace["forward"]["excluded"], [])
        self.assertEqual(self._names(self._trace(lot, "backward"), "backward"), {"HUM-1", "TAH-1"})
        made = next(row for row in trace["forward"]["lots"] if row["name"] == "HUM-1")
        self.assertEqual((made["origin"], made["reached"]), ("made", "origin"))

    def test_lot_that_only_a_count_brought_in_has_no_known_origin(self):
        found = self._create_lot(self.tahini, "TAH-1")
        self._count(found, 4.0)
        base, _order = self._make(self.hummus, "HUM-1", 8.0, [(found, 4.0)])
        for lot in (found, base):
            trace = self._trace(lot, "backward")
            self.assertFalse(trace["complete"])
            (gap,) = trace["gaps"]
            self.assertEqual((gap["kind"], gap["severity"], gap["lot"]), ("not_received", "chain", "TAH-1"))
            self.assertIn("TAH-1 was neither received nor made", gap["message"])
        self.assertTrue(self._trace(found, "forward")["complete"])
        # A difference that a count finds of a lot that was received is of that lot.
        known, _picking = self._receive(self.tahini, "TAH-2", 5.0)
        self._count(known, 6.0)
        self.assertTrue(self._trace(known, "backward")["complete"])

    def test_loops_end(self):
        suspect, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        base, order = self._make(self.hummus, "HUM-1", 10.0, [(suspect, 5.0)])
        again, _order = self._make(self.hummus, base, 3.0, [(base, 3.0)])
        self.assertEqual(again, base)
        unbuild = (
            self.env["mrp.unbuild"]
            .with_user(self.worker)
            .create(
                {
                    "product_id": self.hummus.id,
                    "mo_id": order.id,
                    "lot_id": base.id,
                    "product_qty": 2.0,
                    "product_uom_id": self.kg.id,
                }
            )
        )
        unbuild.action_unbuild()
        trace = self._trace(suspect)
        self.assertEqual(self._names(trace, "forward"), {"TAH-1", "HUM-1"})
        self.assertEqual(self._names(trace, "backward"), {"TAH-1", "HUM-1"})
        ends = self._ends(trace)
        self.assertAlmostEqual(ends.pop("source"), sum(ends.values()))

    def test_balance_explains_all_that_came_in(self):
        self._chain()
        self._scrap(self.raw, 2.0)
        self._count(self.raw, 12.0)
        trace = self._trace(self.raw, "forward")
        (balance,) = trace["balance"]
        self.assertEqual(
            {name: value for name, value in balance.items() if isinstance(value, float) and value},
            {
                "received": 25.0,
                "consumed": 10.0,
                "scrapped": 2.0,
                "adjusted_out": 1.0,
                "on_hand": 12.0,
                "explained": 1.0,
            },
        )
        self.assertTrue(trace["complete"], trace["gaps"])

    def test_a_complete_chain_says_so_and_a_broken_one_names_the_place(self):
        self._chain()
        self.assertTrue(self._trace(self.raw)["complete"])
        paste = self._create_product("Paste", self.kg, tracking="none")
        _none, order = self._make(paste, None, 4.0, [(self.raw, 2.0)])
        trace = self._trace(self.raw, "forward")
        self.assertFalse(trace["complete"])
        gap = next(gap for gap in trace["gaps"] if gap["kind"] == "made_without_lot")
        self.assertEqual(gap["document"], order.name)
        self.assertIn(order.name, gap["message"])
        self.assertEqual(self._ends(trace)["untracked"], 2.0)
        # And from the other side: what is made of the paste does not know its lots.
        made, _order = self._make(self.hummus, "HUM-9", 3.0, [(paste, 3.0)])
        self.assertIn("untracked_input", self._kinds(self._trace(made, "backward")))

    def test_order_that_did_not_say_which_lot_may_have_taken_the_traced_one(self):
        raw, _picking = self._receive(self.tahini, "TAH-1", 5.0)
        other, _picking = self._receive(self.chickpeas, "CHI-1", 5.0)
        self.warehouse.manu_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        made, order = self._make(self.hummus, "HUM-9", 3.0, [(self.tahini, 2.0)])
        for lot, direction in ((raw, "forward"), (made, "backward")):
            trace = self._trace(lot, direction)
            self.assertFalse(trace["complete"])
            gap = next(gap for gap in trace["gaps"] if gap["kind"] == "consumed_without_lot")
            self.assertEqual((gap["document"], gap["count"]), (order.name, 1))
        self.assertTrue(self._trace(other, "forward")["complete"])

    def test_what_was_used_while_its_product_was_not_tracked_may_have_been_the_lot(self):
        raw, _picking = self._receive(self.tahini, "TAH-1", 5.0)
        self.tahini.tracking = "none"
        made, order = self._make(self.hummus, "HUM-9", 3.0, [(self.tahini, 2.0)])
        self.tahini.tracking = "lot"
        for lot, direction in ((raw, "forward"), (made, "backward")):
            gaps = self._trace(lot, direction)["gaps"]
            self.assertIn(("consumed_without_lot", order.name), [(g["kind"], g["document"]) for g in gaps])

    def test_delivery_that_did_not_say_which_lot_may_have_been_of_the_traced_one(self):
        raw, _picking = self._receive(self.tahini, "TAH-1", 5.0)
        other, _picking = self._receive(self.chickpeas, "CHI-1", 5.0)
        base, _order = self._make(self.hummus, "HUM-1", 10.0, [(raw, 5.0)])
        self.warehouse.out_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        delivery = self._ship([(base, 2.0)], validate=False)
        delivery.move_line_ids.lot_id = False
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._assert_done(delivery)
        self.assertFalse(delivery.move_line_ids.lot_id)
        trace = self._trace(raw, "forward")
        self.assertFalse(trace["complete"])
        gap = next(gap for gap in trace["gaps"] if gap["kind"] == "shipped_without_lot")
        self.assertEqual((gap["document"], gap["count"]), (delivery.name, 1))
        self.assertEqual((gap["model"], gap["res_id"]), ("stock.picking", delivery.id))
        self.assertIn("Hummus was delivered without saying of which lot (times: 1", gap["message"])
        self.assertTrue(self._trace(other, "forward")["complete"])

    def test_goods_that_are_neither_in_stock_nor_gone_are_a_gap(self):
        """Without a policy Odoo lets stock users write a quantity away: nothing was moved."""
        raw, _picking = self._receive(self.tahini, "TAH-1", 5.0)
        base, _order = self._make(self.hummus, "HUM-1", 10.0, [(raw, 5.0)])
        self.assertTrue(self._trace(raw, "forward")["complete"])
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", base.id), ("location_id", "=", self.stock_location.id)]
        )
        quant.with_user(self.worker).quantity = 4.0
        trace = self._trace(raw, "forward")
        (gap,) = trace["gaps"]
        self.assertEqual((gap["kind"], gap["lot_id"]), ("unexplained", base.id))

    def test_untracked_ingredient_is_shown_and_is_no_gap(self):
        raw, _picking = self._receive(self.tahini, "TAH-1", 5.0)
        base, _order = self._make(self.hummus, "HUM-1", 10.0, [(raw, 5.0), (self.water, 5.0)])
        trace = self._trace(base, "backward")
        self.assertTrue(trace["complete"], trace["gaps"])
        (event,) = trace["backward"]["events"]
        self.assertEqual(
            {(row["product"], row["lot"], row["quantity"]) for row in event["inputs"]},
            {("Tahini", "TAH-1", 5.0), ("Water", None, 5.0)},
        )
        self.assertIsNone(event["shared"])

    def test_missing_supplier_lot_and_correction_are_facts_that_are_named(self):
        raw, picking = self._receive(self.tahini, "TAH-1", 5.0)
        wrong, _picking = self._receive(self.tahini, "TAH-2", 5.0)
        self.assertTrue(self._trace(raw, "backward")["complete"])
        delivery = self._ship([(wrong, 2.0)])
        delivery.move_line_ids.lot_id = raw
        trace = self._trace(raw, "forward")
        self.assertIn("corrected", self._kinds(trace))
        self.assertEqual(trace["forward"]["shipments"][0]["lot"], "TAH-1")
        self.assertEqual(self._trace(wrong, "forward")["forward"]["shipments"], [])

        lot = self._create_lot(self.tahini, "TAH-3")
        self._count(lot, 4.0)
        self.assertEqual(self._trace(lot, "backward")["start"][0]["origin"], "adjusted")

    def test_lots_of_different_units_are_added_apart(self):
        raw, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        lids, _picking = self._receive(self._create_product("Lid", self.unit), "LID-1", 50)
        tubs, _order = self._make(self.tub, "TUB-1", 40.0, [(raw, 8.0), (lids, 40.0)])
        self._ship([(tubs, 10.0)])
        trace = self._trace(raw | lids, "forward")
        (consignee,) = trace["forward"]["consignees"]
        self.assertEqual(sorted(self._affected(consignee)), [(2.0, "kg"), (10.0, "Units")])

    def test_same_facts_give_the_same_fingerprint_whoever_asks(self):
        self._chain()
        first = self._trace(self.raw)
        with freeze_time("2027-01-01"):
            second = self._trace(self.raw, user=self.quality)
        self.assertEqual(first["fingerprint"], second["fingerprint"])
        self.assertEqual(len(first["fingerprint"]), 64)
        self._ship([(self.tubs, 1.0)])
        self.assertNotEqual(first["fingerprint"], self._trace(self.raw)["fingerprint"])

    def test_answer_is_plain_json_and_reads_the_same_twice(self):
        self._chain()
        trace = self._trace(self.raw)
        text = json.dumps(trace, allow_nan=False)
        self.assertEqual(json.loads(text), trace)
        self.assertNotIn("false,", json.dumps(trace["forward"]["consignees"]))
        again = self._trace(self.raw)
        for one in (trace, again):
            self.assertLessEqual(
                fields.Datetime.to_datetime(one["question"].pop("asked_at")),
                fields.Datetime.now(),
            )
        self.assertEqual(trace, again)

    def test_long_lists_are_cut_and_counted(self):
        self._chain()
        for _index in range(4):
            self._ship([(self.tubs, 1.0)])
        trace = self._trace(self.raw, "forward", max_rows=2)
        self.assertEqual(len(trace["forward"]["shipments"]), 2)
        self.assertEqual(trace["counts"]["forward.shipments"], 5)
        self.assertEqual(trace["forward"]["consignees"][0]["documents"], 5)

    def test_questions_write_nothing_so_a_read_replica_can_answer_them(self):
        self._chain()
        self.env.flush_all()
        service = self.env["lot.trace"].with_user(self.officer)
        with self.env.cr.savepoint(flush=False) as savepoint:
            # Until the savepoint is rolled back PostgreSQL itself refuses every write.
            self.env.cr.execute("SET LOCAL transaction_read_only = on")
            self.assertTrue(service.search_items("TAH-1"))
            trace = service.trace(self.raw.ids)
            self.assertTrue(trace["forward"]["shipments"])
            report = self.env["report.lot_genealogy.report_lot_trace"].with_user(self.officer)
            self.assertTrue(report._get_report_values([], {"question": trace["question"]}))
            with self.assertRaises(ReadOnlySqlTransaction), mute_logger("odoo.sql_db"):
                self.env.cr.execute("DELETE FROM lot_ledger WHERE FALSE")
            savepoint.rollback()
        for method in (type(service).search_items, type(service).answer, type(service).trace):
            self.assertTrue(method._readonly)

    def test_queries_of_a_trace_do_not_grow_with_its_answer(self):
        self._chain()
        counts = []
        for _round in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._trace(self.raw)
            counts.append(self.env.cr.sql_log_count - before)
            for index in range(5):
                base, _order = self._make(self.hummus, f"HUM-{_round}-{index}", 2.0, [(self.raw, 0.5)])
                self._ship([(base, 1.0)])
        self.assertLessEqual(counts[1], counts[0] + 2)
        self.assertLess(counts[1], 60)

    def test_queries_of_a_trace_do_not_grow_with_its_question(self):
        lots = self.env["stock.lot"]
        for index in range(12):
            product = self._create_product(f"Spice {index}", self.kg)
            lots |= self._receive(product, f"SPI-{index}", 1.0)[0]
        counts = []
        for asked in (lots[:2], lots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._trace(asked)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
