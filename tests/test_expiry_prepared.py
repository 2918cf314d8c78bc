"""What is prepared at a level, the message and its spreadsheet, and a job that is killed."""

import io
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..models import lot_expiry_digest, lot_expiry_notice
from ..report.lot_expiry_xlsx import render_lot_expiry_xlsx
from .expiry_common import MORNING, ExpiryCase


@tagged("post_install", "-at_install")
class TestExpiryPrepared(ExpiryCase):
    def _run_at(self, moment=MORNING):
        with freeze_time(moment):
            self._run_job()

    def test_a_draft_transfer_takes_what_is_free_to_the_disposal_location(self):
        disposal = self.env["stock.location"].create(
            {"name": "Disposal", "location_id": self.warehouse.view_location_id.id, "usage": "internal"}
        )
        self._ladder(self._level("Move", 5, action="move", disposal_location_id=disposal.id))
        lots = [self._stock(self.hummus, f"HUM-{n}", 10.0, "2026-03-05") for n in (1, 2)]
        with freeze_time(MORNING):
            delivery = self._ship([(lots[0], 4.0)], validate=False)
        self._run_at()
        alert, other = (self._alerts(lot) for lot in lots)
        picking = alert.picking_id
        self.assertEqual(picking, other.picking_id)
        self.assertEqual(picking.state, "draft")
        self.assertEqual(picking.picking_type_id, self.warehouse.int_type_id)
        moved = {line.lot_id.name: line.quantity for line in picking.move_line_ids}
        self.assertEqual(moved, {"HUM-1": 6.0, "HUM-2": 10.0})
        with freeze_time("2026-03-02 09:00:00"):
            picking = picking.with_user(self.head)
            picking.action_confirm()
            picking.move_ids.picked = True
            picking.button_validate()
        self._assert_done(picking)
        self._run_at("2026-03-02 10:00:00")
        # Four of the first are still there for the delivery.
        self.assertEqual((alert.state, other.state, other.outcome), ("open", "resolved", "moved"))
        with freeze_time("2026-03-02 11:00:00"):
            delivery.move_ids.picked = True
            delivery.button_validate()
        self._run_at("2026-03-02 12:00:00")
        self.assertEqual((alert.state, alert.outcome), ("resolved", "moved"))
        self.assertIn("Sold: 4 kg", alert.resolution)
        # What lies for disposal is dealt with: it is not told of again.
        self._run_at("2026-03-04 06:00:00")
        self.assertEqual(len(self.env["lot.expiry.alert"].search([])), 2)

    def test_a_scrap_order_is_a_draft_and_closes_the_alert_when_it_is_validated(self):
        self._ladder(self._level("Scrap", 0, action="scrap"))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-02")
        self._run_at()
        alert = self._alerts(lot)
        scrap = alert.scrap_ids
        self.assertEqual((scrap.state, scrap.scrap_qty, scrap.lot_id), ("draft", 10.0, lot))
        self.assertEqual(scrap.location_id, self.stock_location)
        with freeze_time("2026-03-02 09:00:00"):
            scrap.with_user(self.keeper).action_validate()
        self._run_at("2026-03-02 10:00:00")
        self.assertEqual((alert.state, alert.outcome), ("resolved", "scrapped"))
        loss = self.env["lot.expiry.loss"].with_user(self.keeper).search([("lot_id", "=", lot.id)])
        self.assertEqual((loss.reason, loss.quantity, loss.value), ("alert", 10.0, 25.0))

    def test_a_buyer_opens_and_answers_what_is_prepared_in_stock(self):
        """Who is told may have no rights in stock."""
        buyer = new_test_user(self.env, "expiry_buyer", groups="purchase.group_purchase_user")
        self._ladder(self._level("Scrap", 0, [self._step("user", user_id=buyer.id)], action="scrap"))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-02")
        self._run_at()
        alert = self._alerts(lot).with_user(buyer)
        self.assertEqual(Form(alert).level_name, "Scrap")
        action = alert.action_resolve()
        form = Form(self.env[action["res_model"]].with_user(buyer).with_context(**action["context"]))
        form.outcome = "donated"
        form.save().action_confirm()
        self.assertEqual((alert.state, alert.outcome, alert.resolved_by_id), ("resolved", "donated", buyer))

    def test_a_markdown_is_a_price_rule_that_applies_when_it_is_saved(self):
        prices = self.env["product.pricelist"].create({"name": "Shop", "company_id": self.company.id})
        self._ladder(
            self._level("Mark down", 10, action="markdown", markdown_percent=30.0, pricelist_id=prices.id)
        )
        self.hummus.list_price = 10.0
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        self._run_at()
        alert = self._alerts(lot)
        seller = new_test_user(self.env, "expiry_seller", groups="sales_team.group_sale_manager")
        with freeze_time("2026-03-02 09:00:00"):
            self.assertEqual(prices._get_product_price(self.hummus, 1.0), 10.0)
            action = alert.with_user(seller).action_markdown()
            rule = (
                self.env[action["res_model"]].with_user(seller).with_context(**action["context"]).create({})
            )
            self.assertEqual(prices._get_product_price(self.hummus, 1.0), 7.0)
        self.assertEqual((alert.state, alert.outcome), ("resolved", "marked_down"))
        self.assertEqual(alert.resolved_by_id, seller)
        self.assertEqual(alert.price_rule_ids, rule.sudo())
        with freeze_time("2026-03-11 09:00:00"):
            self.assertEqual(prices._get_product_price(self.hummus, 1.0), 10.0)

    def test_a_markdown_is_one_in_a_pricelist(self):
        """Odoo saves a rule of no pricelist: it never applies, so nothing is marked down by it."""
        self._ladder(self._level("Mark down", 10, action="markdown", markdown_percent=30.0))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        self._run_at()
        alert = self._alerts(lot)
        seller = new_test_user(self.env, "expiry_seller", groups="sales_team.group_sale_manager")
        self.env["product.pricelist"].search([]).action_archive()
        with self.assertRaisesRegex(UserError, "There is no pricelist"):
            alert.with_user(seller).action_markdown()
        self.env["product.pricelist"].create([{"name": "Shop"}, {"name": "Web"}])
        action = alert.with_user(seller).action_markdown()
        rules = self.env[action["res_model"]].with_user(seller).with_context(**action["context"])
        rules.create({"pricelist_id": False})
        self.assertEqual(alert.state, "open")
        form = Form(rules, view=action["views"][0][0])
        form.pricelist_id = self.env["product.pricelist"].search([("name", "=", "Web")])
        form.save()
        self.assertEqual(alert.outcome, "marked_down")
        self.assertEqual(alert.resolution, "30 % off in the pricelist Web (USD).")

    def test_the_lot_has_a_note_of_it(self):
        self._ladder(self._level("Notice", 30, [self._step(by_note=True)]))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        self._run_at()
        self.assertIn("Notice", lot.message_ids[0].body)

    def test_goods_of_others_have_no_value(self):
        self._ladder(self._level("Notice", 30))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-09")
        self.env["stock.quant"]._update_available_quantity(
            self.hummus, self.stock_location, 5.0, lot_id=lot, owner_id=self.customer
        )
        self._run_at()
        self.assertEqual((self._alerts(lot).quantity, self._alerts(lot).value), (15.0, 25.0))


@tagged("post_install", "-at_install")
class TestExpiryMessage(ExpiryCase):
    def _run_at(self, moment=MORNING):
        with freeze_time(moment):
            self._run_job()

    def _get_sheet(self, digest):
        (attachment,) = digest.mail_id.attachment_ids
        self.assertTrue(attachment.name.endswith(".xlsx"))
        rows = load_workbook(io.BytesIO(attachment.raw)).active.iter_rows(values_only=True)
        return list(rows)

    def test_a_person_gets_one_message_with_the_list_and_a_spreadsheet(self):
        self._ladder(self._level("Notice", 30), products=self.hummus | self.tahini)
        self._stock(self.hummus, "=HUM-1", 12.0, "2026-03-09")
        self._stock(self.tahini, "TAH-1", 3.5, "2026-03-05")
        self._run_at()
        digest = self.env["lot.expiry.digest"].search([])
        self.assertEqual((digest.user_id, digest.alert_count, digest.value), (self.keeper, 2, 44.0))
        mail = digest.mail_id
        self.assertEqual(mail.recipient_ids, self.keeper.partner_id)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("plant@example.com", mail.email_from)
        self.assertEqual(mail.subject, f"2 expiring lots at {self.company.name}")
        for text in ("=HUM-1", "TAH-1", "Hummus", "12.00", "Notice", "03/09/2026"):
            self.assertIn(text, mail.body_html)
        self.assertLess(mail.body_html.index("TAH-1"), mail.body_html.index("=HUM-1"))
        head, *rows = self._get_sheet(digest)
        self.assertEqual(head[:4], ("Lot", "Product", "Warehouse", "Quantity"))
        self.assertEqual([row[0] for row in rows], ["TAH-1", "=HUM-1"])
        first = dict(zip(head, rows[0]))
        self.assertEqual((first["Quantity"], first["Unit"], first["Value"]), (3.5, "kg", 14.0))
        self.assertEqual((str(first["Date"])[:10], first["Days left"]), ("2026-03-05", 3))

    def test_the_message_speaks_the_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env.ref("base.user_root").lang = "en_US"
        template = self.env.ref("lot_genealogy.lot_expiry_digest_mail_template")
        template.with_context(lang="nl_NL").subject = "{{ object.alert_count }} aflopende partijen"
        self.hummus.with_context(lang="nl_NL").name = "Hoemoes"
        self.keeper.lang = "nl_NL"
        self._ladder(self._level("Notice", 30))
        self._stock(self.hummus, "HUM-1", 12.0, "2026-03-09")
        self._run_at()
        digest = self.env["lot.expiry.digest"].search([])
        self.assertEqual(digest.mail_id.subject, "1 aflopende partijen")
        self.assertIn("Hoemoes", digest.mail_id.body_html)
        self.assertEqual(self._get_sheet(digest)[1][1], "Hoemoes")

    def test_the_same_list_is_one_spreadsheet_in_each_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.head.lang = "nl_NL"
        role = self.env["res.groups"].create({"name": "Readers"})
        role.user_ids = self.keeper | self.quality | self.head
        self._ladder(self._level("Notice", 30, [self._step("group", group_id=role.id)]))
        self._stock(self.hummus, "HUM-1", 1.0, "2026-03-09")
        with patch.object(
            lot_expiry_digest, "render_lot_expiry_xlsx", wraps=render_lot_expiry_xlsx
        ) as render:
            self._run_at()
        languages = sorted(call.args[0].lang for call in render.call_args_list)
        self.assertEqual(languages, ["en_US", "nl_NL"])
        digests = self.env["lot.expiry.digest"].search([])
        self.assertEqual(digests.user_id, role.user_ids)
        for digest in digests:
            self.assertEqual(self._get_sheet(digest)[1][0], "HUM-1")

    def test_the_database_counts_before_much_is_told(self):
        """Without statistics the joins are loops in loops: a first morning would never end."""
        self._ladder(self._level("Notice", 30))
        for number in range(3):
            self._stock(self.hummus, f"L-{number}", 1.0, "2026-03-09")
        with patch.object(lot_expiry_notice, "MANY", 2):
            self._run_at()
        self.env.cr.execute(
            "SELECT tablename FROM pg_stats WHERE attname = 'id' AND tablename ~ '^lot_expiry'"
        )
        known = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual({"lot_expiry_alert", "lot_expiry_notice"}, known)

    def test_a_long_list_is_cut_in_the_message_and_whole_in_the_spreadsheet(self):
        self._ladder(self._level("Notice", 30))
        for number in range(45):
            self._stock(self.hummus, f"L-{number:03}", 1.0, "2026-03-09")
        self._run_at()
        digest = self.env["lot.expiry.digest"].search([])
        self.assertEqual((digest.alert_count, digest.hidden_count), (45, 5))
        self.assertIn("L-039", digest.mail_id.body_html)
        self.assertNotIn("L-040", digest.mail_id.body_html)
        self.assertEqual(len(self._get_sheet(digest)), 46)

    def test_who_has_no_address_gets_a_to_do(self):
        self.keeper.email = False
        self._ladder(self._level("Notice", 30))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-09")
        self._run_at()
        self.assertFalse(self.env["lot.expiry.digest"].search([]))
        self.assertEqual(self._alerts(lot).activity_ids.user_id, self.keeper)

    def test_where_nobody_is_named_the_administrators_are_told(self):
        self.warehouse.lot_manager_id = False
        self._ladder(self._level("Notice", 30, [self._step("warehouse")]))
        lot = self._stock(self.hummus, "HUM-1", 12.0, "2026-03-09")
        self._run_at()
        self.assertIn(self.manager, self._alerts(lot).notice_ids.user_id)


@tagged("post_install", "-at_install")
class TestExpiryKilled(ExpiryCase):
    """The job is stopped after each of its commits in turn, and run again."""

    def setUp(self):
        super().setUp()
        quality = self.env.ref("lot_genealogy.group_quality")
        self._ladder(
            self._level("Notice", 30, [self._step("group", group_id=quality.id), self._step("warehouse")]),
            self._level("Scrap", 0, [self._step("group", group_id=quality.id)], action="scrap"),
        )
        self.lots = [self._stock(self.hummus, f"L-{n}", 1.0, "2026-03-09") for n in range(7)]
        self.lots += [self._stock(self.hummus, f"M-{n}", 1.0, "2026-03-02") for n in range(3)]

    def _run_killed(self, after):
        """What is not committed when it is killed is gone; True: it came to its end."""
        env = self.env(su=True)
        module = "odoo.addons.lot_genealogy.models.lot_expiry_job.BATCH"
        with patch(module, 3):
            counts = env["lot.expiry.job"].with_company(self.company)._run_company(self.company)
            for _commit in range(after):
                if next(counts, None) is None:
                    return True
            try:
                # The batch after the last commit, up to its end: then the process dies.
                with env.cr.savepoint():
                    next(counts, None)
                    raise KeyboardInterrupt
            except KeyboardInterrupt:
                env.invalidate_all()
        return False

    @freeze_time(MORNING)
    def test_nothing_is_told_twice_and_nothing_is_lost(self):
        commits = 0
        while not self._run_killed(commits):
            commits += 1
        self._run_job()
        self.assertGreater(commits, 4)
        for lot in self.lots:
            self.assertEqual(len(self._alerts(lot)), 1, lot.name)
        # The fixture's other people of quality (officer, manager) get theirs too.
        told = self._told(self.quality)
        names = [name for one in told for name in one]
        self.assertEqual(sorted(names), sorted(lot.name for lot in self.lots))
        scraps = self.env["stock.scrap"].search([("lot_id", "in", [lot.id for lot in self.lots])])
        self.assertEqual(sorted(scraps.lot_id.mapped("name")), ["M-0", "M-1", "M-2"])
        self.assertEqual(len(scraps), 3)
        digests = self.env["lot.expiry.digest"].search([])
        self.assertEqual(len(digests.mail_id), len(digests))

    @freeze_time(MORNING)
    def test_out_of_time_it_goes_on_in_the_next_run(self):
        cron = self.env.ref("lot_genealogy.lot_expiry_cron")
        module = "odoo.addons.lot_genealogy.models.lot_expiry_job.BATCH"
        progress = self.env.registry["ir.cron"]._commit_progress

        def hurried(records, processed=0, **kwargs):
            progress(records, processed, **kwargs)
            return 0.0

        with (
            patch(module, 3),
            # Time stands still here: the job is not to wait for its end.
            patch("odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB", 0),
            patch("odoo.addons.base.models.ir_cron.MIN_RUNS_PER_JOB", 2),
            patch.object(self.env.registry["ir.cron"], "_commit_progress", hurried),
        ):
            for _run in range(2):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
                self.env.invalidate_all()
                self.assertFalse(self.company.lot_expiry_day)
            # Each goes on where the one before was stopped.
            self.assertGreater(self.env["lot.expiry.alert"].search_count([]), 6)
        self._run_job()
        self.assertEqual(self.env["lot.expiry.alert"].search_count([]), 10)
        self.assertEqual(str(self.company.lot_expiry_day), "2026-03-02")

    def test_queries_do_not_grow_with_the_lots(self):
        def count(lots):
            policy = self.env["lot.policy"].search([("name", "=", "Fresh")])
            policy.expiry_level_ids[1:].unlink()
            for lot in lots:
                self._stock(self.hummus, lot, 1.0, "2026-03-09")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            job = self.env["lot.expiry.job"].sudo().with_company(self.company)
            for _count in job._run_company(self.company):
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        with freeze_time(MORNING):
            count(["WARM"])
        with freeze_time("2026-03-03 06:00:00"):
            few = count(["A-1"])
        with freeze_time("2026-03-04 06:00:00"):
            many = count([f"B-{number}" for number in range(60)])
        # The message shows up to 40 rows: what it shows is fetched in sets as well.
        self.assertLessEqual(many - few, 10)


@tagged("post_install", "-at_install")
class TestExpiryHold(ExpiryCase):
    def test_a_block_asks_for_a_hold_where_holds_exist(self):
        self._ladder(self._level("Block", 3, action="hold"))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-05")
        with freeze_time(MORNING):
            self._run_job()
        alert = self._alerts(lot)
        self.assertEqual(alert.action, "hold")
        line = self.env["lot.hold.line"].search([("lot_id", "=", lot.id)])
        self.assertEqual((line.state, line.hold_id.kind_id.code), ("held", "quarantine"))


@tagged("post_install", "-at_install")
class TestExpiryCompany(ExpiryCase):
    def test_alerts_of_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "North"})
        self._ladder(self._level("Notice", 30))
        lot = self._stock(self.hummus, "HUM-1", 10.0, "2026-03-05")
        with freeze_time(MORNING):
            self._run_job()
        stranger = new_test_user(
            self.env,
            "expiry_north",
            groups="lot_genealogy.group_quality",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertTrue(self._alerts(lot).with_user(self.quality).search([]))
        self.assertFalse(self.env["lot.expiry.alert"].with_user(stranger).search([]))
        self.assertFalse(self.env["lot.expiry.stock"].with_user(stranger).search([("lot_id", "=", lot.id)]))
