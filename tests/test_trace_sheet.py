"""The spreadsheet of a large trace, as those who order it get it."""

import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import lot_paper_order, lot_trace_sheet
from ..models.lot_trace_answer import TraceAnswer
from .test_lot_trace_report import LotTraceReportCase

LIST = "/odoo/action-lot_genealogy.lot_trace_sheet_action"


@tagged("post_install", "-at_install")
class TestTraceSheet(LotTraceReportCase):
    def setUp(self):
        super().setUp()
        self.sheets = self.env["lot.paper.order"].with_user(self.quality)

    def _order(self, question=None, user=None):
        sheets = self.sheets.with_user(user or self.quality)
        action = sheets.order_sheet(question or self._question())
        return action, sheets.search([], order="id desc", limit=1)

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_paper_cron").method_direct_trigger()
        self.env.invalidate_all()

    def _get(self, sheet, user=None):
        user = user or self.quality
        self.authenticate(user.login, user.login)
        with mute_logger("odoo.http"):
            return self.url_open(sheet.action_download()["url"])

    def _get_messages(self, user=None):
        partner = (user or self.quality).partner_id
        return self.env["mail.message"].search([("notified_partner_ids", "in", partner.ids)], order="id desc")

    def test_large_sheet_is_made_by_the_job_of_the_ledger_as_it_is_then(self):
        action, sheet = self._order()
        self.assertEqual(action["params"]["links"][0]["url"], LIST)
        self.assertEqual((sheet.state, sheet.subject, sheet.xlsx), ("waiting", "TAH-1", False))
        self._ship([(self.hummus_lot, 7.0)])
        self._run_job()
        self.assertEqual((sheet.state, sheet.error), ("done", False))
        self.assertEqual(sheet.fingerprint, self._get_fingerprint())
        counts = self._trace(self.tahini_lot, user=self.quality)["counts"]
        self.assertEqual(sheet.row_count, sum(n for name, n in counts.items() if "conservative" not in name))
        self.assertRegex(sheet.xlsx_name, r"^Lot trace TAH-1 \d{4}-\d\d-\d\d \d{4}\.xlsx$")
        response = self._get(sheet)
        self.assertIn(sheet.xlsx_name, response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        summary = {row[1]: row[2] for row in book["Summary"].values}
        self.assertEqual(summary["Asked by"], self.quality.name)
        self.assertEqual(summary["Time zone of all dates"], "Europe/Amsterdam")
        self.assertEqual(summary["Fingerprint (SHA-256)"], sheet.fingerprint)
        header, *rows = book["Shipments"].values
        self.assertIn(7, [row[header.index("Quantity")] for row in rows])

    def test_who_ordered_it_is_told_with_a_link_to_the_file(self):
        _action, sheet = self._order()
        self._run_job()
        message = self._get_messages()
        self.assertEqual(message.subject, "Spreadsheet: TAH-1")
        self.assertIn(sheet.action_download()["url"].replace("&", "&amp;"), message.body)
        self.assertIn(sheet.xlsx_name, message.body)

    def test_ordering_it_asks_no_trace(self):
        with patch.object(TraceAnswer, "build", side_effect=AssertionError):
            _action, sheet = self._order()
        self.assertEqual(sheet.subject, "TAH-1")

    def test_pressing_twice_orders_once(self):
        self._order()
        action, sheet = self._order()
        self.assertTrue(action)
        self.assertEqual(len(self.sheets.search([])), 1)
        _action, other = self._order(self._question(direction="forward"))
        self.assertNotEqual(other, sheet)
        _action, officers = self._order(user=self.officer)
        self.assertEqual(officers.user_id, self.officer)
        self._run_job()
        self._order()
        self.assertEqual(self.sheets.search([]).mapped("state"), ["done", "done", "waiting"])

    def test_file_is_its_owners_alone(self):
        _action, sheet = self._order()
        self._run_job()
        self.assertFalse(self.sheets.with_user(self.officer).search([]))
        self.assertIn(self._get(sheet, self.officer).status_code, (403, 404))
        with self.assertRaises(AccessError):
            sheet.with_user(self.officer).read(["xlsx"])
        with self.assertRaises(AccessError):
            sheet.with_user(self.quality).subject = "x"
        with self.assertRaises(AccessError):
            self.sheets.with_user(self.worker).search([])
        self.assertIn(self._get(sheet, self.worker).status_code, (403, 404))
        self.quality.group_ids = self.env.ref("base.group_user")
        self.assertIn(self._get(sheet).status_code, (403, 404))

    def test_others_are_refused_and_bad_questions_said(self):
        with self.assertRaisesRegex(AccessError, "Quality and Compliance"):
            self._order(user=self.worker)
        for question in ("{not json", 7, [], None):
            with self.assertRaisesRegex(UserError, "not a question"):
                self.sheets.order_sheet(question)
        with self.assertRaisesRegex(UserError, "Nothing to trace"):
            self.sheets.order_sheet({"items": []})

    def test_who_may_no_longer_trace_gets_none(self):
        _action, sheet = self._order()
        self.quality.group_ids = self.env.ref("base.group_user")
        self._run_job()
        sheet = sheet.sudo()
        self.assertEqual((sheet.state, sheet.xlsx), ("failed", False))
        self.assertIn("Traces are for Quality and Compliance officers", sheet.error)

    def test_job_that_was_killed_goes_on_and_one_that_always_is_says_so(self):
        _action, first = self._order()
        _action, second = self._order(self._question(direction="forward"))
        # As a worker does it that is killed while it makes the second one.
        work = (first + second).sudo()._work()
        for _step in range(3):
            next(work)
        work.close()
        self.assertEqual((first.state, second.state, second.tries), ("done", "waiting", 1))
        kept = first.fingerprint
        second.sudo().tries = lot_paper_order.MOST_TRIES
        self._run_job()
        self.assertEqual((first.state, first.fingerprint), ("done", kept))
        self.assertEqual(second.state, "failed")
        self.assertIn("interrupted each time", second.error)
        self.assertIn("interrupted each time", self._get_messages()[0].body)
        second.action_retry()
        self._run_job()
        self.assertEqual((second.state, second.error), ("done", False))

    def test_answer_of_several_companies_is_shown_to_who_sees_all_of_them(self):
        sister = self.env["res.company"].create({"name": "Sister Company"})
        self.quality.company_ids += sister
        both = (self.company + sister).ids
        sheets = self.sheets.with_context(allowed_company_ids=both)
        sheets.order_sheet(self._question())
        self.assertEqual(sheets.search([]).company_ids.ids, both)
        self.assertFalse(self.sheets.with_context(allowed_company_ids=sister.ids).search([]))
        self.quality.company_ids -= sister
        self.assertFalse(self.sheets.search([]))

    def test_old_ones_are_removed_and_papers_stay(self):
        _action, old = self._order()
        self._run_job()
        later = fields.Datetime.now() + timedelta(days=lot_trace_sheet.KEPT_DAYS - 1)
        with freeze_time(later):
            self.env["lot.paper.order"]._forget_sheets()
            self.assertTrue(old.exists())
        paper = self.env["lot.paper.order"]._request(
            self.env.ref("lot_genealogy.paper_eu_178_2002"), None, question=self._question()
        )
        with freeze_time(later + timedelta(days=2)):
            self.env["lot.paper.order"]._forget_sheets()
        self.assertFalse(old.exists())
        self.assertTrue(paper.exists())

    def test_officer_presses_the_button_and_finds_the_file(self):
        new_test_user(self.env, "sheet_officer", "lot_genealogy.group_officer", tz="Europe/Brussels")
        url = f"/odoo/lot-trace?trace=lot-{self.tahini_lot.id}"
        self.start_tour(url, "lot_genealogy_trace_sheet", login="sheet_officer")
        self._run_job()
        self.start_tour(LIST, "lot_genealogy_trace_sheet_made", login="sheet_officer")
