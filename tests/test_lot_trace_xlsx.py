"""The spreadsheet of a trace, as those who sort and filter it get it."""

import copy
import io
import json
import zipfile
from datetime import datetime
from unittest.mock import patch

import openpyxl
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.lot_genealogy.report.lot_trace_xlsx import render_lot_trace_xlsx

from .test_lot_trace_report import (
    FORMULA,
    QUESTIONS_NOBODY_CAN_READ,
    LotTraceReportCase,
)


@tagged("post_install", "-at_install")
class TestLotTraceXlsx(LotTraceReportCase):
    def _post(self, question, user=None, **extra):
        user = user or self.quality
        self.authenticate(user.login, user.login)
        if not isinstance(question, str):
            question = json.dumps(question)
        return self.url_open(
            "/lot_genealogy/trace/xlsx",
            data={
                "question": question,
                "csrf_token": http.Request.csrf_token(self),
                **extra,
            },
        )

    def _download(self, question, user=None, **extra):
        # Nothing is written: on a read-only cursor Odoo would say so and try again.
        with self.assertNoLogs("odoo.http", "WARNING"):
            response = self._post(question, user, **extra)
        self.assertEqual(response.status_code, 200, response.text[:500])
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def _rows(self, sheet):
        rows = list(sheet.values)
        return [dict(zip(rows[0], row)) for row in rows[1:]]

    def _render(self, trace, **options):
        content = render_lot_trace_xlsx(self.env(user=self.quality), trace, **options)
        return openpyxl.load_workbook(io.BytesIO(content))

    def _assert_refused(self, response, status, sentence):
        """As the web client's `download` reads it: JSON in a page."""
        self.assertEqual(response.status_code, status)
        self.assertIn("text/html", response.headers["Content-Type"])
        self.assertNotIn("Content-Disposition", response.headers)
        page = response.text.replace("&#34;", '"').replace("&#39;", "'")
        error = json.loads(page)["data"]
        self.assertIn("odoo.exceptions.", error["name"])
        self.assertIn(sentence, error["arguments"][0])
        self.assertFalse(error["debug"])

    def test_workbook_has_the_sheets_and_one_header_row_each(self):
        book = self._download(self._question())
        self.assertEqual(
            book.sheetnames,
            [
                "Summary", "Customers", "Suppliers", "Lots", "Events", "Receipts",
                "Shipments", "Other movements", "On hand", "Open orders", "Balance",
                "Gaps", "Left out",
            ],
        )  # fmt: skip
        for sheet in book:
            self.assertEqual(sheet.freeze_panes, "A2", sheet.title)
            self.assertEqual(sheet.auto_filter.ref, sheet.dimensions, sheet.title)
            self.assertFalse(sheet.merged_cells.ranges, sheet.title)
            header, *rows = sheet.values
            self.assertEqual(len(set(header)), len(header), sheet.title)
            self.assertTrue(all(header), sheet.title)
            self.assertTrue(all(any(row) for row in rows), sheet.title)
            width = sheet.column_dimensions["A"].width
            self.assertGreaterEqual(width, 5, sheet.title)

    def test_file_is_named_after_the_question(self):
        response = self._post(self._question(self.tahini_lot))
        name = response.headers["Content-Disposition"]
        self.assertRegex(name, r"Lot%20trace%20TAH-1%20\d{4}-\d\d-\d\d%20\d{4}\.xlsx")

    def test_shipments_are_numbers_with_units_and_real_dates(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        rows = self._rows(self._download(self._question())["Shipments"])
        self.assertEqual(len(rows), len(trace["forward"]["shipments"]))
        row = next(row for row in rows if row["Lot"] == "HUM-1")
        # 22:30 UTC is 23:30 in Amsterdam
        self.assertEqual(row["Date"], datetime(2026, 3, 3, 23, 30))
        self.assertEqual((row["Quantity"], row["Unit"]), (12.5, "kg"))
        # 12.5 of the 80 kg that 20 kg of tahini went into
        self.assertAlmostEqual(row["Affected quantity"], 20 * 12.5 / 80)
        self.assertEqual(row["Affected unit"], "kg")
        self.assertAlmostEqual(row["Share"], 20 * 12.5 / 80 / 100)
        self.assertEqual(row["Document"], self.delivery.name)
        self.assertEqual(row["Customer"], "Corner Shop")
        self.assertEqual(row["Contact person"], "Ada Buyer")
        self.assertEqual(row["E-mail"], "ada@corner.example")
        self.assertEqual(row["Phone"], "+32 9 7654321")
        self.assertEqual(row["Country code"], "BE")

    def test_cells_have_formats(self):
        sheet = self._download(self._question())["Shipments"]
        cells = dict(zip(next(sheet.values), sheet[2]))
        self.assertTrue(cells["Date"].is_date)
        self.assertEqual(cells["Share"].number_format, "0.00%")
        self.assertEqual(cells["Quantity"].data_type, "n")
        column = cells["Quantity"].column
        formats = {row[column - 1].value: row[column - 1].number_format for row in sheet}
        # Whole numbers without decimals, others with all they have.
        self.assertEqual(formats[4], "#,##0")
        self.assertEqual(formats[12.5], "#,##0.00####")
        self.assertTrue(sheet["A1"].font.bold)

    def test_events_have_one_row_per_input_and_output(self):
        rows = self._rows(self._download(self._question())["Events"])
        lines = {
            (row["Document"], row["In or out"], row["Lot"], row["Quantity"])
            for row in rows
            if row["Direction"] == "Went to"
        }
        self.assertIn((self.order.name, "In", "TAH-1", 20), lines)
        self.assertIn((self.order.name, "Out", "HUM-1", 80), lines)

    def test_other_movements_balance_and_open_orders_are_there(self):
        book = self._download(self._question())
        scraps = self._rows(book["Other movements"])
        self.assertEqual(
            [(row["Movement"], row["Came in or left"], row["Quantity"]) for row in scraps],
            [("Scrap", "Left", 1)],
        )
        balance = self._rows(book["Balance"])[0]
        self.assertEqual((balance["Received"], balance["Used"]), (100, 30))
        self.assertEqual((balance["On hand"], balance["Unexplained"]), (70, 0))
        self.assertEqual(balance["Explained"], 1)
        orders = self._rows(book["Open orders"])
        self.assertEqual(
            [(row["Document"], row["Lot"], row["Quantity"]) for row in orders],
            [(self.open_delivery.name, "HUM-1", 5)],
        )
        receipt = self._rows(book["Receipts"])[0]
        self.assertEqual(receipt["Supplier's lot"], "S-TAH-1")
        self.assertEqual(receipt["Supplier"], "Sesame Traders")

    def test_summary_says_question_completeness_and_fingerprint(self):
        rows = self._rows(self._download(self._question())["Summary"])
        said = {(row["Part"], row["What"]): row["Value"] for row in rows}
        self.assertEqual(said["Question", "Traced 1"], "Lot TAH-1 (Tahini)")
        self.assertEqual(said["Question", "Asked by"], self.quality.name)
        self.assertEqual(said["Question", "Time zone of all dates"], "Europe/Amsterdam")
        self.assertIsInstance(said["Question", "Asked at"], datetime)
        self.assertEqual(said["Report", "Completeness"], "Complete: no gaps")
        self.assertEqual(said["Report", "Fingerprint (SHA-256)"], self._get_fingerprint())
        self.assertEqual(said["Rows", "Shipments"], 2)
        self.assertIn("traced material", said["Column", "Affected quantity"])
        self.assertEqual(said["Where it is now", "What the lots asked for held"], 100)

    def test_list_that_was_not_asked_says_so(self):
        book = self._download(self._question(direction="forward"))
        rows = self._rows(book["Summary"])
        said = {(row["Part"], row["What"]): row["Value"] for row in rows}
        self.assertEqual(said["Rows", "Receipts"], "Not asked")
        self.assertEqual(said["Rows", "Shipments"], 2)
        self.assertEqual(self._rows(book["Receipts"]), [])

    def test_name_like_a_formula_stays_text(self):
        book = self._download(self._question())
        cells = [cell for sheet in book for row in sheet for cell in row if cell.value == FORMULA]
        self.assertGreaterEqual(len(cells), 3)
        for cell in cells:
            self.assertEqual(cell.data_type, "s")
            self.assertTrue(cell.quotePrefix)
            self.assertEqual(cell.number_format, "@")
        types = {cell.data_type for sheet in book for row in sheet for cell in row}
        self.assertNotIn("f", types)
        # Without formulas switched off in the file either
        summary = self._download(self._question(self.formula_lot))["Summary"]
        self.assertNotIn("f", {cell.data_type for row in summary for cell in row})

    def test_odd_names_neither_break_the_file_nor_change(self):
        names = {
            "<r><t>other</t></r>": "<r><t>other</t></r>",
            "<r>&</r>": "<r>&</r>",
            "_x0041_": "_x0041_",
            "01\x1d10ABC\x00\ud800": "0110ABC",
            "00123": "00123",
            "1e5": "1e5",
            "http://evil.example": "http://evil.example",
            " two  spaces ": " two  spaces ",
            "y" * 40_000: "y" * 32_766 + "…",
            "2026-01-02": "2026-01-02",
        }
        trace = self._trace(self.tahini_lot, user=self.quality)
        template = trace["forward"]["shipments"][0]
        trace["forward"]["shipments"] = [{**template, "lot": name} for name in names]
        rows = self._rows(self._render(trace)["Shipments"])
        # openpyxl leaves the format's own escapes (ST_Xstring) of such cells as they are.
        self.assertEqual([unescape(row["Lot"]) for row in rows], list(names.values()))

    def test_parts_of_the_file_agree(self):
        """What Excel would offer to repair, and other readers pass over."""
        trace = self._trace(self.tahini_lot, user=self.quality)
        content = render_lot_trace_xlsx(self.env(user=self.quality), trace)
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            styles = etree.fromstring(book.read("xl/styles.xml"))
            sheets = [
                etree.fromstring(book.read(name))
                for name in book.namelist()
                if name.startswith("xl/worksheets/sheet")
            ]
        for sheet in sheets:
            rows = sheet.findall("{*}sheetData/{*}row")
            self.assertEqual([int(row.get("r")) for row in rows], list(range(1, len(rows) + 1)))
            for row in rows:
                places = [coordinate_to_tuple(cell.get("r")) for cell in row]
                self.assertEqual(places, sorted(set(places)))
                self.assertEqual({place[0] for place in places}, {int(row.get("r"))})
                for cell in row:
                    self.assertLess(int(cell.get("s", 0)), len(styles.find("{*}cellXfs")))

    def test_more_rows_than_a_sheet_holds_go_on_in_the_next(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        template = trace["forward"]["shipments"][0]
        trace["forward"]["shipments"] = [{**template, "id": n} for n in range(1, 8)]
        book = self._render(trace, most_rows=3)
        names = [name for name in book.sheetnames if name.startswith("Shipments")]
        self.assertEqual(names, ["Shipments", "Shipments 2", "Shipments 3"])
        rows = [self._rows(book[name]) for name in names]
        self.assertEqual([len(part) for part in rows], [3, 3, 1])
        entries = [row["Ledger entry"] for part in rows for row in part]
        self.assertEqual(entries, list(range(1, 8)))
        for name in names:
            self.assertEqual(book[name].freeze_panes, "A2")
        # Exactly full: no empty sheet follows.
        trace["forward"]["shipments"] = trace["forward"]["shipments"][:3]
        self.assertNotIn("Shipments 2", self._render(trace, most_rows=3).sheetnames)

    def test_start_lots_of_two_units_have_a_pair_of_columns_each(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        trace["forward"]["shipments"][0]["affected"] = [
            {"quantity": 1.5, "uom": "kg"},
            {"quantity": 2.25, "uom": "L"},
        ]
        row = self._rows(self._render(trace)["Shipments"])[0]
        self.assertEqual((row["Affected quantity"], row["Affected unit"]), (1.5, "kg"))
        self.assertEqual((row["Affected quantity 2"], row["Affected unit 2"]), (2.25, "L"))

    def test_unknown_amounts_are_empty_not_zero(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        trace["forward"]["shipments"][0].update(affected=[], share=None, contact=None)
        row = self._rows(self._render(trace)["Shipments"])[0]
        for title in ("Affected quantity", "Affected unit", "Share", "Phone"):
            self.assertIsNone(row[title])

    def test_every_row_has_its_own_partner(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        template = trace["forward"]["shipments"][0]
        trace["forward"]["shipments"] = [
            {
                **template,
                "partner": f"Partner {number}",
                "contact": {"name": f"Facts {number}", "city": f"City {number}"} if number % 2 else None,
            }
            for number in range(40)
        ]
        rows = self._rows(self._render(trace)["Shipments"])
        self.assertEqual(
            [(row["Customer"], row["City"]) for row in rows],
            [
                (f"Facts {number}", f"City {number}") if number % 2 else (f"Partner {number}", None)
                for number in range(40)
            ],
        )

    def test_rows_sent_by_a_browser_are_ignored(self):
        rows = [{"lot": "FORGED", "quantity": 1}]
        question = {**self._question(), "trace": {"forward": {"shipments": rows}}}
        question["options"] = {"max_rows": 1}
        book = self._download(question, rows=json.dumps(rows), trace=json.dumps(rows))
        self.assertEqual(len(self._rows(book["Shipments"])), 2)
        values = {cell.value for sheet in book for row in sheet for cell in row}
        self.assertNotIn("FORGED", values)

    def test_spreadsheet_is_for_quality_and_compliance_officer(self):
        self._download(self._question(), user=self.officer)
        response = self._post(self._question(), user=self.worker)
        self._assert_refused(response, 403, "Quality and Compliance")

    def test_questions_that_cannot_be_answered_are_refused_in_words(self):
        for question in QUESTIONS_NOBODY_CAN_READ:
            self._assert_refused(self._post(question), 400, "not a question")
        deleted = self._create_lot(self.tahini, "GONE")
        question = self._question(deleted)
        deleted.unlink()
        self._assert_refused(self._post(question), 400, "no longer exists")
        foreign = self._create_foreign_lot()
        self._assert_refused(self._post(self._question(foreign)), 400, "Sister Company")
        self._assert_refused(self._post({"items": []}), 400, "Nothing to trace")
        question = {"items": [{"type": "users", "id": 1}]}
        self._assert_refused(self._post(question), 400, "Not something")

    def test_only_signed_in_users_and_only_by_post(self):
        self.authenticate(self.quality.login, self.quality.login)
        url = "/lot_genealogy/trace/xlsx"
        self.assertEqual(self.url_open(url, timeout=30).status_code, 405)
        with mute_logger("odoo.http"):
            forged = self.url_open(url, data={"question": json.dumps(self._question())})
        self.assertEqual(forged.status_code, 400)
        self.authenticate(None, None)
        response = self.url_open(
            url,
            data={"question": "{}", "csrf_token": http.Request.csrf_token(self)},
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_read_replica_can_serve_it(self):
        modes = []
        answer = type(self.env["lot.trace"]).answer

        def spy(model, question):
            modes.append(model.env.cr.readonly)
            return answer(model, question)

        with patch.object(type(self.env["lot.trace"]), "answer", spy):
            self._download(self._question())
        self.assertEqual(modes, [True])

    def test_renderer_leaves_the_trace_as_it_is(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        before = copy.deepcopy(trace)
        self._render(trace)
        self.assertEqual(trace, before)
