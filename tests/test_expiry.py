"""Expiry levels: who is told when, what climbs, what closes."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .expiry_common import MORNING, ExpiryCase


@tagged("post_install", "-at_install")
class TestExpiryLevels(ExpiryCase):
    @freeze_time(MORNING)
    def test_a_lot_gets_an_alert_so_many_days_before_its_date(self):
        self._ladder(self._level("First notice", 30))
        near = self._stock(self.hummus, "NEAR", 12.0, "2026-04-01")
        self._stock(self.hummus, "FAR", 5.0, "2026-04-02")
        self._run_job()
        alert = self._alerts(near)
        self.assertEqual(alert.level_name, "First notice")
        self.assertEqual(alert.quantity, 12.0)
        self.assertEqual(alert.value, 30.0)
        self.assertEqual(alert.warehouse_id, self.warehouse)
        self.assertEqual(alert.days_left, 30)
        self.assertEqual((alert.state, str(alert.reached_on)), ("open", "2026-03-02"))
        self.assertEqual(self.env["lot.expiry.alert"].search_count([]), 1)

    @freeze_time(MORNING)
    def test_a_product_without_levels_gets_none(self):
        self._ladder(self._level("First notice", 30))
        lot = self._stock(self.tahini, "TAH", 12.0, "2026-03-03")
        self._run_job()
        self.assertFalse(self._alerts(lot))

    def test_of_levels_passed_in_a_week_off_only_the_highest_counts_once(self):
        self._ladder(*(self._level(f"{days} days", days) for days in (30, 14, 7)))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-04-01")
        with freeze_time("2026-02-20 06:00:00"):
            self._run_job()
        self.assertFalse(self._alerts(lot))
        with freeze_time("2026-03-27 06:00:00"):
            self._run_job()
            self._run_job()
        self.assertEqual(self._alerts(lot).mapped("level_name"), ["7 days"])
        self.assertEqual(self._told(self.keeper), [{"HUM-1"}])

    def test_the_next_level_takes_over_from_the_one_before(self):
        self._ladder(self._level("Notice", 30), self._level("Act", 7))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-04-01")
        with freeze_time(MORNING):
            self._run_job()
        with freeze_time("2026-03-25 06:00:00"):
            self._run_job()
        first, second = self._alerts(lot)
        self.assertEqual((first.state, first.outcome), ("resolved", "superseded"))
        self.assertIn("Act", first.resolution)
        self.assertEqual((second.state, second.level_name), ("open", "Act"))

    def test_part_of_the_life_that_is_left(self):
        self._ladder(self._level("Quarter", 0, measure="percent", percent=25.0))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-04-11", production_date="2026-01-01")
        with freeze_time("2026-03-16 06:00:00"):
            self._run_job()
        self.assertFalse(self._alerts(lot))
        with freeze_time("2026-03-17 06:00:00"):
            self._run_job()
        self.assertEqual(self._alerts(lot).level_name, "Quarter")

    @freeze_time(MORNING)
    def test_critical_products_have_their_own_ladder(self):
        products = self.hummus | self.tahini
        self._ladder(self._level("Usual", 7), self._level("Critical", 60, critical=True), products=products)
        self.tahini.lot_expiry_critical = True
        usual = self._stock(self.hummus, "HUM-1", 12.0, "2026-04-20")
        critical = self._stock(self.tahini, "TAH-1", 12.0, "2026-04-20")
        self._run_job()
        self.assertFalse(self._alerts(usual))
        self.assertEqual(self._alerts(critical).level_name, "Critical")

    def test_the_day_begins_at_the_companys_hour_and_not_before(self):
        """Daylight saving begins in Amsterdam on 29 March at two o'clock."""
        self._ladder(self._level("Last day", 0))
        self.company.lot_expiry_hour = 2
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-29")
        self.company.lot_expiry_day = "2026-03-28"
        self.company.lot_expiry_seen = "2100-01-01"
        with freeze_time("2026-03-29 00:59:00"):  # 1:59 there
            self._run_job()
        self.assertFalse(self._alerts(lot))
        with freeze_time("2026-03-29 01:01:00"):  # 3:01 there: there was no 2:01
            self._run_job()
        self.assertEqual(self._alerts(lot).level_name, "Last day")
        self.assertEqual(str(self.company.lot_expiry_day), "2026-03-29")

    @freeze_time("2026-03-02 22:30:00")  # 23:30 in Amsterdam, 3 March in Auckland
    def test_each_company_has_its_own_day(self):
        self._ladder(self._level("Last day", 0), company_id=False, products=self.hummus)
        other = self.env["res.company"].create({"name": "South", "email": "south@example.com"})
        other.partner_id.tz = "Pacific/Auckland"
        self.env.ref("base.user_root").company_ids += other
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1).lot_stock_id
        here = self._stock(self.hummus, "HERE", 5.0, "2026-03-03")
        there = self._create_lot(self.hummus, "THERE", expiration_date="2026-03-03 10:59:59")
        self.env["stock.quant"]._update_available_quantity(self.hummus, place, 5.0, lot_id=there)
        self._run_job()
        self.assertFalse(self._alerts(here))
        self.assertEqual(self._alerts(there).company_id, other)
        # Nobody of the other company is responsible: the administrators of traceability are told.
        users = self._alerts(there).notice_ids.user_id
        self.assertTrue(users)
        self.assertNotIn(self.keeper, users)

    @freeze_time(MORNING)
    def test_what_was_said_or_done_cannot_be_written_past_the_actions(self):
        self._ladder(self._level("Notice", 30))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-10")
        self._run_job()
        alert = self._alerts(lot)
        for user in (self.keeper, self.quality, self.manager):
            with self.assertRaises(AccessError):
                alert.with_user(user).write({"state": "resolved"})
            with self.assertRaises(AccessError):
                alert.with_user(user).unlink()
        stranger = new_test_user(self.env, "expiry_stranger", groups="base.group_portal")
        with self.assertRaises(AccessError):
            alert.with_user(stranger).action_acknowledge()

    def test_a_level_says_what_is_wrong_with_it(self):
        with self.assertRaisesRegex(ValidationError, "choose the location"):
            self._ladder(self._level("Move", 3, action="move"))
        with self.assertRaisesRegex(ValidationError, "say who is told"):
            self._ladder(self._level("Nobody", 3, step_ids=[Command.clear()]))
        with self.assertRaisesRegex(ValidationError, "choose the role"):
            self._ladder(self._level("Role", 3, [self._step("group")]))
        with self.assertRaisesRegex(ValidationError, "e-mail, activity or both"):
            self._ladder(self._level("Silent", 3, [self._step(by_mail=False)]))


@tagged("post_install", "-at_install")
class TestExpiryClimb(ExpiryCase):
    def _two_steps(self, **vals):
        quality = self.env.ref("lot_genealogy.group_quality")
        self._ladder(
            self._level(
                "Notice",
                30,
                [
                    self._step("responsible", 24.0, sequence=1),
                    self._step("warehouse", 48.0, sequence=2, by_activity=True),
                    self._step("group", 24.0, sequence=3, group_id=quality.id),
                ],
                **vals,
            )
        )
        self.lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-25")
        with freeze_time(MORNING):
            self._run_job()
        self.alert = self._alerts(self.lot)

    def _run_at(self, moment):
        with freeze_time(moment):
            self._run_job()

    def test_unanswered_it_climbs_to_the_next_after_its_time(self):
        self._two_steps()
        self.assertEqual(self.alert.notice_ids.user_id, self.keeper)
        self._run_at("2026-03-03 05:00:00")
        self.assertEqual(self.alert.notice_ids.user_id, self.keeper)
        self._run_at("2026-03-03 06:00:00")
        self.assertEqual(self.alert.notice_ids.user_id, self.keeper | self.head)
        self.assertEqual(self._told(self.head), [{"HUM-1"}])
        self.assertEqual(self.alert.activity_ids.user_id, self.head)
        self._run_at("2026-03-05 06:00:00")
        self.assertIn(self.quality, self.alert.notice_ids.user_id)
        self.assertFalse(self.alert.climbs_at)

    def test_acknowledged_it_climbs_no_further(self):
        self._two_steps()
        with freeze_time("2026-03-02 10:00:00"):
            self.alert.with_user(self.keeper).action_acknowledge()
        self.assertEqual(self.alert.acknowledged_by_id, self.keeper)
        self._run_at("2026-03-09 06:00:00")
        self.assertEqual(self.alert.notice_ids.user_id, self.keeper)
        self.assertEqual(self._told(self.head), [])
        with self.assertRaisesRegex(UserError, "answered already"):
            self.alert.with_user(self.head).action_acknowledge()

    def test_after_a_week_off_each_next_person_has_the_whole_time(self):
        self._two_steps()
        self._run_at("2026-03-12 06:00:00")
        self.assertEqual(self.alert.step, 1)
        self.assertEqual(str(self.alert.climbs_at), "2026-03-14 06:00:00")
        self.assertEqual(self._told(self.quality), [])

    def test_nobody_is_told_the_same_twice_a_day(self):
        """The warehouse's manager is responsible for the product too."""
        self.hummus.responsible_id = self.head
        self._ladder(
            self._level(
                "Notice",
                30,
                [self._step("responsible", 1.0, sequence=1), self._step("warehouse", sequence=2)],
            )
        )
        self._stock(self.hummus, "HUM-1", 12.0, "2026-03-25")
        for hour in range(6, 23):
            self._run_at(f"2026-03-02 {hour:02}:00:00")
        self.assertEqual(self._told(self.head), [{"HUM-1"}])
        self._run_at("2026-03-03 06:00:00")
        self._run_at("2026-03-03 07:00:00")
        self.assertEqual(self._told(self.head), [{"HUM-1"}, {"HUM-1"}])

    def test_to_dos_go_away_when_somebody_answers(self):
        self._two_steps()
        self._run_at("2026-03-03 06:00:00")
        self.assertTrue(self.alert.activity_ids)
        with freeze_time("2026-03-03 08:00:00"):
            self.alert.with_user(self.keeper).action_acknowledge()
        self.assertFalse(self.alert.activity_ids)

    def test_buyer_and_person_are_found(self):
        buyer = new_test_user(
            self.env, "expiry_buyer", groups="purchase.group_purchase_user", email="buyer@example.com"
        )
        self.supplier.buyer_id = buyer
        self.hummus.seller_ids = [Command.create({"partner_id": self.supplier.id, "price": 1.0})]
        self._ladder(
            self._level("Buyer", 30, [self._step("buyer", 24.0)]),
            self._level("Person", 5, [self._step("user", 24.0, user_id=self.quality.id, by_activity=True)]),
        )
        self._stock(self.hummus, "HUM-1", 12.0, "2026-03-25")
        self._run_at(MORNING)
        self.assertEqual(self._told(buyer), [{"HUM-1"}])
        alert = self.env["lot.expiry.alert"].search([])
        self.assertEqual(alert.with_user(buyer).display_name, "HUM-1: Buyer")
        alert.with_user(buyer).action_acknowledge()
        self._run_at("2026-03-21 06:00:00")
        self.assertEqual(self._told(self.quality), [{"HUM-1"}])
        self.assertEqual(self._alerts(alert.lot_id)[-1].activity_ids.user_id, self.quality)
        # Without a vendor: who ordered it last.
        self.supplier.buyer_id = False
        self._receive(self.hummus, "HUM-2", 3.0)
        step = self.env["lot.expiry.step"].search([("recipient", "=", "buyer")])
        self.assertEqual(
            step._find_users([(step, self.hummus.id, self.warehouse.id)], self.company), [{self.worker.id}]
        )


@tagged("post_install", "-at_install")
class TestExpiryClose(ExpiryCase):
    def setUp(self):
        super().setUp()
        self._ladder(self._level("Notice", 30, [self._step(by_activity=True)]))
        self.lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-25")
        with freeze_time(MORNING):
            self._run_job()
        self.alert = self._alerts(self.lot)

    def _run_later(self, moment="2026-03-04 06:00:00"):
        with freeze_time(moment):
            self._run_job()

    def test_sold_stock_closes_it_and_says_how_from_the_ledger(self):
        with freeze_time("2026-03-03 08:00:00"):
            delivery = self._ship([(self.lot, 10.0)])
            self._scrap(self.lot, 2.0)
        self._run_later()
        self.assertEqual((self.alert.state, self.alert.outcome), ("resolved", "sold"))
        self.assertIn(f"Sold: 10 kg ({delivery.name})", self.alert.resolution)
        self.assertIn("Scrapped: 2 kg", self.alert.resolution)
        self.assertTrue(self.alert.closed_itself)
        self.assertFalse(self.alert.resolved_by_id)
        self.assertFalse(self.alert.activity_ids)

    def test_used_scrapped_and_counted_are_told_apart(self):
        with freeze_time("2026-03-02 08:00:00"):
            used, counted, scrapped = (
                self._stock(self.hummus, f"HUM-{number}", 6.0, "2026-03-25") for number in (2, 3, 4)
            )
        self._run_later("2026-03-03 06:00:00")
        with freeze_time("2026-03-03 08:00:00"):
            self._make(self.tub, "TUB-1", 6.0, [(used, 6.0)])
            self._count(counted, 0.0)
            self._scrap(scrapped, 6.0)
        self._run_later()
        for lot, outcome in ((used, "used"), (counted, "counted"), (scrapped, "scrapped")):
            self.assertEqual(self._alerts(lot).outcome, outcome)

    def test_stock_that_comes_back_is_a_new_alert(self):
        with freeze_time("2026-03-03 08:00:00"):
            delivery = self._ship([(self.lot, 12.0)])
        self._run_later()
        with freeze_time("2026-03-05 08:00:00"):
            self._return(delivery, 4.0)
        self._run_later("2026-03-06 06:00:00")
        first, second = self._alerts(self.lot)
        self.assertEqual((first.state, first.outcome), ("resolved", "sold"))
        self.assertEqual((second.state, second.quantity), ("open", 4.0))

    def test_what_a_person_resolved_is_not_opened_again_at_the_same_level(self):
        wizard = self.env["lot.expiry.resolve"].with_user(self.keeper)
        wizard = wizard.create(
            {"alert_ids": self.alert.ids, "outcome": "donated", "resolution": "Food bank, on Friday"}
        )
        wizard.action_confirm()
        self.assertEqual((self.alert.outcome, self.alert.resolved_by_id), ("donated", self.keeper))
        self._run_later()
        self.assertEqual(self._alerts(self.lot), self.alert)
        book = self.env["lot.audit"].search(
            [("res_model", "=", "lot.expiry.alert"), ("res_id", "=", self.alert.id)]
        )
        self.assertIn("outcome", book.mapped("field_name"))
        self.assertEqual(book.user_id, self.keeper)

    def test_a_longer_date_closes_it_and_arms_it_again(self):
        self.lot.with_user(self.worker).expiration_date = "2026-04-20 21:59:59"
        self._run_later()
        self.assertEqual((self.alert.state, self.alert.outcome), ("resolved", "extended"))
        self.assertIn("2026-03-25", self.alert.resolution)
        self.assertEqual(self._alerts(self.lot), self.alert)
        self._run_later("2026-03-21 06:00:00")
        again = self._alerts(self.lot) - self.alert
        self.assertEqual((again.state, again.level_name, str(again.day)), ("open", "Notice", "2026-04-20"))

    def test_an_earlier_date_is_told_the_same_hour(self):
        self.lot.with_user(self.worker).expiration_date = "2026-03-10 22:59:59"
        self._run_later("2026-03-02 09:00:00")
        self.assertEqual(self.alert.outcome, "redated")
        again = self._alerts(self.lot) - self.alert
        self.assertEqual(again.state, "open")
        # The same lot and level: the message waits until tomorrow.
        self.assertEqual(len(self._told(self.keeper)), 1)
        self._run_later("2026-03-03 06:00:00")
        self.assertEqual(len(self._told(self.keeper)), 2)

    def test_moved_to_another_warehouse_it_is_closed_here_and_opened_there(self):
        other = self.env["stock.warehouse"].create({"name": "Shop", "code": "SHP"})
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "=", self.stock_location.id)]
        )
        quant.with_user(self.head).move_quants(location_dest_id=other.lot_stock_id)
        self._run_later()
        self.assertEqual((self.alert.state, self.alert.outcome), ("resolved", "moved"))
        there = self._alerts(self.lot) - self.alert
        self.assertEqual((there.warehouse_id, there.state), (other, "open"))


@tagged("post_install", "-at_install")
class TestExpiryReminder(ExpiryCase):
    def _remind(self):
        self.env["stock.rule"].with_user(self.env.ref("base.user_root"))._run_scheduler_tasks()

    @freeze_time(MORNING)
    def test_odoos_reminder_does_not_double_ours_and_stays_for_others(self):
        self._ladder(self._level("Notice", 30))
        ours = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-05", alert_date="2026-03-01 12:00:00")
        others = self._stock(self.tahini, "TAH-1", 12.0, "2026-03-05", alert_date="2026-03-01 12:00:00")
        self._remind()
        self.assertFalse(ours.activity_ids)
        self.assertFalse(ours.product_expiry_reminded)
        self.assertEqual(others.activity_ids.user_id, self.keeper)
        # Without levels it is as in Odoo again.
        self.env["lot.policy"].search([("name", "=", "Fresh")]).active = False
        self._remind()
        self.assertEqual(ours.activity_ids.user_id, self.keeper)
