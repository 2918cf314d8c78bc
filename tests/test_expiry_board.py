"""What expires when, what is not sold in time, what was lost; and the list on paper."""

import random
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .expiry_common import MORNING, ExpiryCase

TODAY = date(2026, 3, 2)


def sell_day_by_day(lots, daily):
    """What is left of each lot when it expires, sold in the order of dates: a simulation.

    :param lots: ``[(days left, quantity)]`` in order; whole numbers
    """
    left = [quantity for _days, quantity in lots]
    for day in range(max(days for days, _quantity in lots)):
        wanted = daily
        for at, (days, _quantity) in enumerate(lots):
            if days > day:
                sold = min(wanted, left[at])
                left[at] -= sold
                wanted -= sold
    return left


@tagged("post_install", "-at_install")
class TestExpiryBoard(ExpiryCase):
    def _rows(self, product, user=None):
        rows = self.env["lot.expiry.stock"].with_user(user or self.keeper)
        return rows.search([("product_id", "=", product.id)])

    def _sell(self, product, quantity):
        """What left in the last months."""
        with freeze_time("2026-02-20 09:00:00"):
            lot = self._stock(product, f"{product.name}-sold", quantity, "2026-12-31")
            self._ship([(lot, quantity)])

    @freeze_time(MORNING)
    def test_stock_by_day_with_value_and_days_left(self):
        self._stock(self.hummus, "OLD", 2.0, "2026-03-01")
        self._stock(self.hummus, "WEEK", 4.0, "2026-03-09")
        self._stock(self.hummus, "YEAR", 8.0, "2027-03-02")
        found = {
            row.lot_id.name: (str(row.date), row.days_left, row.horizon, row.quantity, row.value)
            for row in self._rows(self.hummus)
        }
        self.assertEqual(
            found,
            {
                "OLD": ("2026-03-01", -1, "1_expired", 2.0, 5.0),
                "WEEK": ("2026-03-09", 7, "2_week", 4.0, 10.0),
                "YEAR": ("2027-03-02", 365, "5_later", 8.0, 20.0),
            },
        )
        weeks = (
            self.env["lot.expiry.stock"]
            .with_user(self.keeper)
            ._read_group([("product_id", "=", self.hummus.id)], ["date:week"], ["value:sum"])
        )
        self.assertEqual([value for _week, value in weeks], [5.0, 10.0, 20.0])

    def test_not_sold_in_time_at_the_pace_of_the_last_months(self):
        """90 in 90 days: one a day. Ten are sold in ten days, five more in the next five."""
        self._sell(self.hummus, 90.0)
        with freeze_time(MORNING):
            self._stock(self.hummus, "A", 12.0, str(TODAY + timedelta(days=10)))
            self._stock(self.hummus, "B", 3.0, str(TODAY + timedelta(days=15)))
            self._stock(self.hummus, "C", 9.0, str(TODAY + timedelta(days=20)))
            rows = {row.lot_id.name: row for row in self._rows(self.hummus)}
            self.assertEqual(rows["A"].daily_use, 1.0)
            risk = {name: row.risk_quantity for name, row in rows.items()}
        self.assertEqual(risk, {"A": 2.0, "B": 0.0, "C": 2.0})
        self.assertEqual(rows["A"].risk_value, 5.0)

    def test_expired_stock_is_lost_and_a_product_that_nobody_buys_too(self):
        with freeze_time(MORNING):
            self._stock(self.hummus, "OLD", 2.0, "2026-03-01")
            self._stock(self.hummus, "NEW", 4.0, "2027-03-09")
            risk = {row.lot_id.name: row.risk_quantity for row in self._rows(self.hummus)}
        self.assertEqual(risk, {"OLD": 2.0, "NEW": 4.0})

    def test_held_stock_is_shown_apart_and_takes_no_turn_of_others(self):
        """One a day. Of B, C and D 28 are free until day 25; A and a part of C wait for Quality."""
        self._sell(self.hummus, 90.0)
        with freeze_time(MORNING):
            stock = (("OLD", 2.0, -1), ("A", 12.0, 10), ("B", 3.0, 15), ("C", 9.0, 20), ("D", 20.0, 25))
            lots = {
                name: self._stock(self.hummus, name, quantity, str(TODAY + timedelta(days=days)))
                for name, quantity, days in stock
            }
            self.env["lot.hold"]._hold(lots["A"] | lots["OLD"], "quality", "Doubt")
            part = {"lot_id": lots["C"].id, "quantity": 4.0}
            self.env["lot.hold"]._hold([], "quality", "Doubt", parts=[part])
            rows = {row.lot_id.name: row for row in self._rows(self.hummus)}
        self.assertEqual(
            {name: (row.held_quantity, row.risk_quantity) for name, row in rows.items()},
            {"OLD": (2.0, 2.0), "A": (12.0, 0.0), "B": (0.0, 0.0), "C": (4.0, 0.0), "D": (0.0, 3.0)},
        )
        self.assertEqual((rows["A"].held_value, rows["D"].risk_value), (30.0, 7.5))
        held = self.env["lot.expiry.stock"].with_user(self.keeper).search([("held_quantity", ">", 0.0)])
        self.assertEqual(set(held.lot_id.mapped("name")), {"OLD", "A", "C"})

    def test_each_warehouse_sells_at_its_own_pace(self):
        self._sell(self.hummus, 90.0)
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        with freeze_time(MORNING):
            lot = self._stock(self.hummus, "A", 12.0, str(TODAY + timedelta(days=10)))
            quants = self.env["stock.quant"]
            quants._update_available_quantity(self.hummus, second.lot_stock_id, 7.0, lot_id=lot)
            rows = {row.warehouse_id: (row.daily_use, row.risk_quantity) for row in self._rows(self.hummus)}
        self.assertEqual(rows, {self.warehouse: (1.0, 2.0), second: (0.0, 7.0)})

    def test_the_share_of_each_lot_is_what_a_sale_day_by_day_leaves(self):
        numbers = random.Random(5)
        for turn in range(12):
            product = self._create_product(f"Random {turn}", self.kg, use_expiration_date=True)
            daily = numbers.randint(0, 4)
            if daily:
                self._sell(product, daily * 90.0)
            lots = sorted(
                (numbers.randint(0, 30), numbers.randint(1, 30)) for _lot in range(numbers.randint(1, 6))
            )
            with freeze_time(MORNING):
                for number, (days, quantity) in enumerate(lots):
                    self._stock(product, f"{turn}-{number}", quantity, str(TODAY + timedelta(days=days)))
                rows = {row.lot_id.name: row.risk_quantity for row in self._rows(product)}
            expected = sell_day_by_day(lots, daily)
            found = [rows[f"{turn}-{number}"] for number in range(len(lots))]
            for one, other in zip(found, expected):
                self.assertAlmostEqual(one, other, msg=f"{lots}, {daily} a day")

    def test_lost_to_expiry_by_reason_product_and_supplier(self):
        reason = self.env["stock.scrap.reason.tag"].create({"name": "Mould"})
        with freeze_time("2026-02-01 09:00:00"):
            self.tahini.expiration_time = 28
            bought, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
            fresh = self._stock(self.tahini, "FRESH", 10.0, "2027-03-01")
            self._scrap(fresh, 1.0)
        with freeze_time(MORNING):
            self._scrap(bought, 3.0).sudo().scrap_reason_tag_ids = reason
        loss = (
            self.env["lot.expiry.loss"].with_user(self.keeper).search([("product_id", "=", self.tahini.id)])
        )
        self.assertEqual((loss.lot_id, loss.quantity, loss.reason), (bought, 3.0, "expired"))
        self.assertEqual((loss.supplier, loss.tag_id), ("Sesame Traders", reason))
        self.assertGreater(loss.value, 0.0)

    def _losses(self, lot):
        self.env.invalidate_all()
        losses = self.env["lot.expiry.loss"].with_user(self.keeper).search([("lot_id", "=", lot.id)])
        return sorted((loss.reason, loss.quantity, round(loss.value, 2)) for loss in losses)

    def _alert_now(self, lot):
        """Alerts of a morning, as the job opens them."""
        self._run_job()
        return self._alerts(lot)[-1].with_user(self.keeper)

    @freeze_time(MORNING)
    def test_what_was_donated_is_lost_once_it_has_left(self):
        self._ladder(self._level("Notice", 10))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        self._alert_now(lot)._resolve("donated", "Food bank")
        self.assertEqual(self._losses(lot), [])
        self._scrap(lot, 4.0)
        self._ship([(lot, 5.0)])
        self.assertEqual(self._losses(lot), [("alert", 4.0, 10.0), ("donated", 5.0, 12.5)])

    @freeze_time(MORNING)
    def test_a_markdown_loses_what_it_takes_off_until_the_next_level(self):
        self._ladder(
            self._level("Mark down", 10, action="markdown", markdown_percent=30.0),
            self._level("Give away", 5),
        )
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        self._alert_now(lot)._resolve("marked_down")
        self._ship([(lot, 4.0)])
        self.assertEqual(self._losses(lot), [("marked_down", 4.0, 3.0)])
        with freeze_time("2026-03-05 06:00:00"):
            self._alert_now(lot)._resolve("donated")
            self._ship([(lot, 6.0)])
        self.assertEqual(self._losses(lot), [("donated", 6.0, 15.0), ("marked_down", 4.0, 3.0)])

    @freeze_time(MORNING)
    def test_what_lies_for_disposal_is_lost_and_scrapped_there_it_is_not_lost_twice(self):
        disposal = self.env["stock.location"].create(
            {"name": "Disposal", "location_id": self.warehouse.view_location_id.id, "is_quarantine": True}
        )
        self._ladder(self._level("Away", 10, action="move", disposal_location_id=disposal.id))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        picking = self._alert_now(lot).picking_id.with_user(self.worker)
        self.assertEqual(self._losses(lot), [])
        picking.action_confirm()
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(self._losses(lot), [("disposal", 10.0, 25.0)])
        scrap = self.env["stock.scrap"].with_user(self.worker)
        scrap = scrap.create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "scrap_qty": 3.0,
                "location_id": disposal.id,
            }
        )
        scrap.action_validate()
        self.assertEqual(self._losses(lot), [("alert", 3.0, 7.5), ("disposal", 7.0, 17.5)])

    @freeze_time(MORNING)
    def test_list_for_the_walk_by_location(self):
        shelf = self.env["stock.location"].create({"name": "Shelf 1", "location_id": self.stock_location.id})
        lot = self._stock(self.hummus, "HUM-1", 4.0, "2026-03-09")
        self._stock(self.hummus, "LATER", 4.0, "2026-06-09")
        self.env["stock.quant"]._update_available_quantity(self.hummus, shelf, 2.0, lot_id=lot)
        self.env["lot.hold"]._hold(lot, "quality", "Doubt")
        wizard = self.env["lot.expiry.list"].with_user(self.keeper).create({"days": 30})
        action = wizard.action_print()
        self.assertEqual(action["report_name"], "lot_genealogy.report_lot_expiry_list")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.keeper)
            ._render_qweb_html("lot_genealogy.report_lot_expiry_list", wizard.ids)
        )
        text = html.decode()
        self.assertEqual((text.count("HUM-1"), text.count("On hold")), (2, 2))
        self.assertNotIn("LATER", text)
        self.assertLess(text.index("WH/Stock</h2>"), text.index("WH/Stock/Shelf 1</h2>"))
        wizard.location_ids = shelf
        self.assertEqual([place.name for place, _rows in wizard._get_places()], ["Shelf 1"])
        wizard.days = 2
        with self.assertRaisesRegex(UserError, "nothing to print"):
            wizard.action_print()


@tagged("post_install", "-at_install")
class TestExpiryScreen(ExpiryCase, HttpCase):
    def test_keeper_answers_an_alert(self):
        self.keeper.write({"password": "expiry_keeper"})
        self._ladder(self._level("Notice", 30000))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2060-03-05")
        self._stock(self.hummus, "HUM-2", 12.0, "2060-03-05")
        self._run_job()
        self.start_tour("/odoo/expiry-alerts", "lot_genealogy_expiry_answer", login="expiry_keeper")
        alert = self._alerts(lot)
        self.assertEqual((alert.state, alert.outcome), ("resolved", "donated"))
        self.assertEqual((alert.acknowledged_by_id, alert.resolved_by_id), (self.keeper, self.keeper))
