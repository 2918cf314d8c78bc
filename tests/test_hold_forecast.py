"""What is held is not counted on: by orders, forecasts and sums of stock."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import Form, freeze_time, tagged

from .hold_common import HoldCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-02 09:00:00")
class TestHoldForecast(HoldCase):
    def _order_made_from(self, product, quantity):
        """An order that consumes `quantity` of `product`, confirmed."""
        order = self.env["mrp.production"].with_user(self.worker)
        component = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "product_uom": product.uom_id.id,
            "location_id": self.stock_location.id,
            "location_dest_id": product.property_stock_production.id,
        }
        order = order.create(
            {
                "product_id": self.hummus.id,
                "product_qty": 1.0,
                "product_uom_id": self.hummus.uom_id.id,
                "move_raw_ids": [Command.create(component)],
            }
        )
        order.action_confirm()
        order.action_assign()
        return order

    def _get_lines(self, product):
        """The forecast report of a product: ``[(what, quantity)]``."""
        report = self.env["stock.forecasted_product_product"].with_user(self.worker)
        lines = report.get_report_values(product.ids)["docs"]["lines"]

        def get_kind(line):
            if line.get("held"):
                return "held"
            if line["document_out"]:
                return "order" if line["replenishment_filled"] else "missing"
            return {-1: "expired", None: "free"}.get(line.get("removal_date"), "dated")

        return [(get_kind(line), line["quantity"]) for line in lines]

    def _date(self, lot, date):
        lot.product_id.use_expiration_date = True
        lot.write({"expiration_date": date, "removal_date": date})

    def test_orders_do_not_count_on_a_held_quantity(self):
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        self._hold(self._get_quant(lot), quantity=6.0)
        line = self._sell(self.tahini, 8.0).order_line
        self.assertEqual((line.qty_available_today, line.qty_to_deliver), (4.0, 8.0))
        self.assertLess(line.free_qty_today, 8.0)
        self.assertEqual(self._get_lines(self.tahini), [("order", 4.0), ("missing", 4.0), ("held", 6.0)])
        line.order_id.picking_ids.action_cancel()
        order = self._order_made_from(self.tahini, 8.0)
        self.assertEqual(order.components_availability_state, "unavailable")

    def test_split_of_an_order_counts_on_what_is_not_held(self):
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        component = {"product_id": self.tahini.id, "product_qty": 2.0}
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.hummus.product_tmpl_id.id,
                "bom_line_ids": [Command.create(component)],
            }
        )
        order = self.env["mrp.production"].with_user(self.worker)
        order = order.create({"product_id": self.hummus.id, "product_qty": 4.0})
        order.action_confirm()
        splits = self.env["mrp.production.split"].with_user(self.worker)
        split = Form(splits.with_context(**order.action_split()["context"])).save()
        self.assertEqual(split.production_capacity, 4.0)
        self._hold(self._get_quant(lot), quantity=6.0)
        self.env.invalidate_all()
        self.assertEqual(split.production_capacity, 2.0)

    def test_order_for_what_is_all_held_is_shown_with_it(self):
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        self._hold(lot)
        line = self._sell(self.tahini, 8.0).order_line
        self.assertLess(line.free_qty_today, 8.0)
        self.assertEqual(self._get_lines(self.tahini), [("missing", 8.0), ("held", 10.0)])

    def test_held_goods_that_are_reserved_take_nothing_from_others(self):
        """A hold on shipping leaves production its reservation: it is not one of other lots."""
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        self._hold(lot, purpose="ship")
        order = self._order_made_from(self.tahini, 10.0)
        self.assertEqual(order.components_availability_state, "available")
        self._receive(self.tahini, "T-2", 10.0)
        sold = self._sell(self.tahini, 10.0)
        sold.picking_ids.do_unreserve()
        self.assertEqual((sold.order_line.qty_available_today, sold.order_line.free_qty_today), (0.0, 10.0))

    def test_dated_stock_of_which_a_quantity_is_held_is_free_for_the_rest(self):
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        old, _receipt = self._receive(self.tahini, "T-2", 5.0)
        self._date(lot, "2026-12-24 09:00:00")
        self._date(old, "2026-10-01 09:00:00")
        self._hold(self._get_quant(lot), quantity=6.0)
        self.assertEqual(
            self._get_lines(self.tahini), [("expired", 5.0), ("dated", 4.0), ("free", 4.0), ("held", 6.0)]
        )

    def test_held_quantity_is_of_what_is_not_reserved(self):
        """Held somewhere in two places, of one of which all is reserved: so it is in the other."""
        lot, _receipt = self._receive(self.tahini, "T-1", 20.0)
        self._move(lot, 10.0, self.shelf)
        self._hold(self._get_quant(lot), quantity=6.0)
        self._sell(self.tahini, 10.0)
        self.assertEqual((self.tahini.free_qty, lot.free_quantity), (4.0, 4.0))
        move = self._sell(self.tahini, 10.0).picking_ids.move_ids
        self.assertEqual(self._get_reserved(move), {"T-1": 4.0})
        self.assertEqual((self.tahini.free_qty, lot.free_quantity), (0.0, 0.0))

    def test_sums_of_stock_say_what_their_lines_say(self):
        for name in ("T-1", "T-2", "T-3"):
            self._receive(self.tahini, name, 10.0)
        lots = self.env["stock.lot"].search([("product_id", "=", self.tahini.id)], order="name")
        self._hold(lots[0])
        self._hold(self._get_quant(lots[1]), quantity=6.0)
        self._sell(self.tahini, 3.0)
        quants = self.env["stock.quant"].with_user(self.worker)
        domain = [("lot_id", "in", lots.ids), ("location_id.usage", "=", "internal")]
        found = quants.search(domain)
        self.assertEqual(sum(found.mapped("available_quantity")), 11.0)
        (row,) = quants.formatted_read_group(domain, ["product_id"], ["available_quantity:sum"])
        self.assertEqual(row["available_quantity:sum"], 11.0)

    def test_held_stock_is_not_free_a_second_ago_either(self):
        """Odoo asks an order of now for what is free now, a moment later."""
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        self._hold(lot)
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(seconds=1)):
            product = self.tahini.with_context(to_date=now)
            self.assertEqual((product.qty_available, product.free_qty), (10.0, 0.0))
            self.assertEqual(product.virtual_available, 0.0)
            before = self.tahini.with_context(to_date=now - timedelta(days=1))
            self.assertEqual((before.qty_available, before.free_qty), (0.0, 0.0))

    def test_held_stock_that_expires_is_taken_off_once(self):
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        other, _receipt = self._receive(self.tahini, "T-2", 20.0)
        self._date(lot, "2026-12-24 09:00:00")
        self._date(other, "2027-12-24 09:00:00")
        self._hold(lot)
        for hour in (8, 10):
            product = self.tahini.with_context(to_date=f"2026-12-24 {hour:02}:00:00")
            self.assertEqual((product.free_qty, product.virtual_available), (20.0, 20.0), hour)

    def test_stock_shows_what_is_on_hand_free_held_and_expired(self):
        product = self.tahini
        lot, _receipt = self._receive(product, "T-1", 10.0)
        other, _receipt = self._receive(product, "T-2", 20.0)
        old, _receipt = self._receive(product, "T-3", 5.0)
        product.use_expiration_date = True
        (lot | other).write({"removal_date": "2027-01-01 00:00:00", "expiration_date": "2027-01-01 00:00:00"})
        old.write({"removal_date": "2026-10-01 00:00:00"})
        self._hold(lot)
        self._hold(self._get_quant(other), quantity=5.0)
        product.invalidate_recordset()
        self.assertEqual(
            (product.qty_available, product.free_qty, product.held_qty, product.expired_qty),
            (35.0, 15.0, 15.0, 5.0),
        )
        self.assertEqual(product.virtual_available, 15.0)
        self.assertEqual(product.product_tmpl_id.held_qty, 15.0)
        self.assertEqual((other.held_quantity, other.free_quantity), (5.0, 15.0))
        self.assertEqual(old.expired_quantity, 5.0)
        report = self.env["stock.forecasted_product_product"].get_report_values(product.ids)["docs"]
        self.assertTrue(report["has_held"])
        row = report["product"][product.id]
        self.assertEqual((row["held_qty"], row["to_remove_qty"], row["virtual_available"]), (15.0, 5.0, 15.0))
        held = [line["quantity"] for line in report["lines"] if line.get("held")]
        self.assertEqual(held, [15.0])
        quants = self.env["stock.quant"].search([("is_held", "=", True), ("product_id", "=", product.id)])
        self.assertEqual(quants.lot_id, lot | other)
        lots = self.env["stock.lot"].search([("hold_state", "=", "part"), ("product_id", "=", product.id)])
        self.assertEqual(lots, other)
        lots = self.env["stock.lot"].search([("hold_state", "=", False), ("product_id", "=", product.id)])
        self.assertEqual(lots, old)

    def test_index_of_held_products_serves_no_question_about_lots(self):
        """Without statistics it would be taken for them, and all that is held read for each quant."""

        def explain(condition):
            self.env.cr.execute(f"EXPLAIN SELECT FROM lot_hold_line WHERE state = 'held' AND {condition}")
            return "\n".join(row for (row,) in self.env.cr.fetchall())

        name = "lot_hold_line_product_held_idx"
        self.env.cr.execute("DROP INDEX lot_hold_line_lot_idx; SET LOCAL enable_seqscan = off")
        self.assertIn(name, explain("product_id = 1 AND released_at IS NULL"))
        self.assertNotIn(name, explain("lot_id = 1"))
