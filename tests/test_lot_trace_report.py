"""The trace on paper, as those who print it get it."""

import io
import json
from unittest.mock import patch

import pypdf
from lxml import html

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_actions_report
from odoo.addons.lot_genealogy.report import lot_trace_print, lot_trace_report

from .common import GenealogyCase

REPORT = "lot_genealogy.report_lot_trace"
FORMULA = "=cmd|'/C calc'!A0"
QUESTIONS_NOBODY_CAN_READ = (
    "",
    "{not json",
    "[1, 2]",
    "7",
    "null",
    "[" * 100_000,
)


class LotTraceReportCase(GenealogyCase, HttpCase):
    """Tahini TAH-1 went into hummus; that went to a shop, to a shelf and to scrap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality.tz = "Europe/Amsterdam"
        cls.officer.tz = "America/New_York"
        with freeze_time("2026-03-01 08:00:00"):
            cls.tahini_lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 100.0)
        with freeze_time("2026-03-02 09:30:00"):
            cls.formula_lot, _order = cls._make(cls.hummus, FORMULA, 40.0, [(cls.tahini_lot, 10.0)])
            cls.hummus_lot, cls.order = cls._make(cls.hummus, "HUM-1", 80.0, [(cls.tahini_lot, 20.0)])
        cls.buyer = cls.env["res.partner"].create(
            {
                "name": "Ada Buyer",
                "parent_id": cls.customer.id,
                "type": "delivery",
                "street": "Korenmarkt 7",
                "city": "Gent",
                "country_id": cls.env.ref("base.be").id,
                "phone": "+32 9 7654321",
                "email": "ada@corner.example",
            }
        )
        with freeze_time("2026-03-03 22:30:00"):
            cls.delivery = cls._ship([(cls.hummus_lot, 12.5), (cls.formula_lot, 4.0)], cls.buyer)
            cls._scrap(cls.hummus_lot, 1.0)
        cls.open_delivery = cls._ship([(cls.hummus_lot, 5.0)], cls.other_customer, validate=False)

    def _question(self, lots=None, direction="both", **options):
        return {
            "items": [{"type": "lot", "id": lot.id} for lot in lots or self.tahini_lot],
            "direction": direction,
            "options": options,
        }

    def _get_fingerprint(self, lots=None, user=None):
        trace = self._trace(lots or self.tahini_lot, user=user or self.quality)
        return trace["fingerprint"]

    @classmethod
    def _create_foreign_lot(cls):
        company = cls.env["res.company"].create({"name": "Sister Company"})
        return cls._create_lot(cls.tahini, "SISTER-1", company_id=company.id)

    def _html(self, docids=None, data=None, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.quality)
        return report._render_qweb_html(REPORT, docids, data=data)[0].decode()


@tagged("post_install", "-at_install")
class TestLotTracePdf(LotTraceReportCase):
    def _read_pdf(self, content):
        self.assertEqual(content[:5], b"%PDF-")
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]

    def _print(self, lots, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.quality)
        content, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(REPORT, lots.ids)
        self.assertEqual(kind, "pdf")
        return self._read_pdf(content)

    def test_orders_to_stop_are_counted_not_the_lots_reserved_for_them(self):
        def count():
            page = html.fromstring(self._html(self.tahini_lot.ids))
            label = "Orders that can still be stopped"
            return page.xpath(f"//div[text()='{label}']/preceding-sibling::div/text()")

        self.assertEqual(count(), ["1"])
        self._ship([(self.hummus_lot, 2.0), (self.formula_lot, 3.0)], validate=False)
        self.assertEqual(count(), ["2"])
        # Of a list that is cut nobody knows how many more orders there are.
        self.patch(lot_trace_report, "MAX_ROWS", 1)
        self.assertEqual(count(), ["1+"])

    def test_pdf_names_lot_customer_quantity_fingerprint_and_seal(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        pages = self._print(self.tahini_lot)
        first = " ".join(pages[0].split())
        for fact in (
            "Lot TAH-1 (Tahini)",
            "Data as recorded in the ledger",
            "Europe/Amsterdam",
            self.quality.name,
            self.company.name,
            "Corner Shop",
            "Ada Buyer",
            "Korenmarkt 7, Gent, Belgium",
            "+32 9 7654321",
            "ada@corner.example",
            "16.50 kg Hummus",
        ):
            self.assertIn(fact, first)
        # Printed whole once, with the spaces of the extraction taken out.
        text = "".join("".join(pages).split())
        self.assertEqual(text.count(self._get_fingerprint()), 1)
        self.assertEqual(text.count(self.env["lot.seal"]._get_last()["hash"]), 1)

    def test_every_page_says_what_it_belongs_to(self):
        pages = self._print(self.tahini_lot)
        self.assertGreater(len(pages), 1)
        short = self._get_fingerprint()[:16]
        patched = ir_actions_report._wkhtml().is_patched_qt
        for number, page in enumerate(pages, start=1):
            line = "".join(page.split())
            # Of the pages that there are, not of those that wkhtmltopdf had planned.
            self.assertEqual(line.count("Page"), 1)
            self.assertIn(f"Page{number}/{len(pages)}", line)
            if patched:
                self.assertIn("Lottrace:TAH-1", line)
                self.assertIn("Complete:nogaps", line)
                self.assertIn(short, line)

    def test_page_numbers_are_counted_on_the_finished_document(self):
        trace = self._trace(self.tahini_lot, user=self.quality)
        # As many rows as make wkhtmltopdf move several sections to a next page.
        forward = trace["forward"]
        forward["consignees"] *= 9
        forward["on_hand"] *= 4
        forward["open_orders"] *= 6
        forward["shipments"] *= 20
        with patch.object(type(self.env["lot.trace"]), "answer", lambda *_args: trace):
            pages = self._print(self.tahini_lot)
        for number, page in enumerate(pages, start=1):
            self.assertIn(f"Page{number}/{len(pages)}", "".join(page.split()))

    def test_page_numbers_in_a_language_that_the_font_cannot_write(self):
        report = self.env["ir.actions.report"]
        words = {"Page %(number)s / %(count)s": "第%(number)s页 / %(count)s"}
        with patch.object(type(self.env), "_", lambda _env, text, **values: words[text] % values):
            self.assertEqual(report._get_lot_trace_page_label(3, 10), "3 / 10")
        self.assertEqual(report._get_lot_trace_page_label(3, 10), "Page 3 / 10")

    def test_identification_does_not_depend_on_header_and_footer(self):
        body = self._html(self.tahini_lot.ids).split('<div class="article')[1]
        body = body.split('<div class="footer')[0]
        for fact in ("Lot TAH-1", self._get_fingerprint(), "Europe/Amsterdam"):
            self.assertIn(fact, body)
        self.assertIn("Complete: no gaps", body)

    def test_what_a_frightened_person_needs_comes_first(self):
        text = self._html(self.tahini_lot.ids)
        order = [
            "Complete: no gaps",
            "1. Customers reached",
            "2. Still in stock",
            "3. Orders that can still be stopped",
            "4. Suppliers behind it",
            "5. Mass balance",
            "6. Where the traced material is now",
            "7. Lots that it was made from",
            "7. Lots that it went to",
            "8. Events that it was made by",
            "8. Events that it went into",
            "9. Shipments",
            "10. Receipts",
            "11. Returns",
            "12. Left out",
        ]
        found = [text.index(title) for title in order]
        self.assertEqual(found, sorted(found))
        stoppable = text[found[3] : found[4]]
        self.assertIn(self.open_delivery.name, stoppable)
        self.assertIn("Hospital Kitchen", stoppable)
        self.assertNotIn(self.delivery.name, stoppable)
        self.assertIn("Sesame Traders", text[found[4] : found[5]])
        self.assertIn(self.delivery.name, text[found[11] : found[12]])
        self.assertIn("S-TAH-1", text[found[12] : found[13]])

    @freeze_time("2026-03-05 10:00:00")
    def test_gaps_stand_in_the_box_on_the_first_page(self):
        lot, _receipt = self._receive(self.tahini, "TAH-2", 5.0)
        _made, order = self._make(self.water, None, 10.0, [(lot, 2.0)])
        text = self._html(lot.ids)
        box = text.split('name="completeness"')[1].split("Customers reached")[0]
        gaps = self._trace(lot)["gaps"]
        self.assertEqual(len(gaps), 1, gaps)
        self.assertIn("1 gap", box)
        self.assertIn("Chain", box)
        self.assertIn(order.name, box)
        self.assertNotIn("Complete: no gaps", text)

    @freeze_time("2026-03-05 10:00:00")
    def test_many_gaps_have_a_section_and_none_is_dropped(self):
        lots = self.env["stock.lot"]
        with patch.object(lot_trace_print, "BOX_GAPS", 2):
            for number in range(3):
                lot, _receipt = self._receive(self.tahini, f"TAH-{number + 2}", 5.0)
                self._make(self.water, None, 10.0, [(lot, 2.0)])
                lots |= lot
            text = self._html(lots.ids)
        box = text.split('name="completeness"')[1].split("Customers reached")[0]
        gaps = text.split("13. Gaps")[1]
        found = self._trace(lots)["gaps"]
        self.assertEqual(len(found), 3, found)
        self.assertIn("3 gaps", box)
        self.assertIn("section 13", box)
        for message in (gap["message"] for gap in self._trace(lots)["gaps"]):
            self.assertNotIn(message, box)
            self.assertIn(message, gaps)

    def test_times_are_those_of_the_user_and_their_zone_is_named(self):
        # 22:30 UTC on 3 March
        shown = {self.quality: "Mar 3, 2026 23:30", self.officer: "Mar 3, 2026 17:30"}
        for user, moment in shown.items():
            text = self._html(self.tahini_lot.ids, user=user)
            self.assertIn(moment, text)
            self.assertIn(f"in the time zone {user.tz}", text)

    def test_forward_question_says_that_suppliers_were_not_asked(self):
        question = json.dumps(self._question(direction="forward"))
        text = self._html(data={"question": question})
        suppliers = text.split("4. Suppliers behind it")[1].split("5. Mass")[0]
        self.assertIn("Not asked", suppliers)
        self.assertNotIn("None.", suppliers)
        self.assertNotIn("Sesame Traders", text)

    def test_long_lists_say_how_many_rows_are_not_printed(self):
        question = self._question()
        with patch.object(lot_trace_report, "MAX_ROWS", 1):
            text = self._html(data={"question": question})
        shipments = text.split("9. Shipments")[1].split("10. Receipts")[0]
        self.assertIn("and 1 more: see the spreadsheet", shipments)
        with patch.object(lot_trace_print, "EVENTS", 1):
            text = self._html(data={"question": question})
        self.assertIn("and 1 more: see the spreadsheet", text.split("8. Events that it went into")[1])
        whole = self._html(data={"question": question})
        self.assertNotIn("more: see", whole)

    def test_long_rows_say_what_is_not_printed(self):
        question = self._question(self.hummus_lot | self.formula_lot)
        with patch.object(lot_trace_print, "EVENT_LINES", 0):
            events = self._html(data={"question": question}).split("8. Events")[1]
        self.assertIn("and 1 more: see the spreadsheet", events.split("9. Shipments")[0])
        with patch.object(lot_trace_print, "ROW_PRODUCTS", 0):
            customers = self._html(data={"question": question}).split("1. Customers")[1]
        self.assertIn("and 1 more: see the spreadsheet", customers.split("2. Still")[0])

    def test_user_cannot_make_the_list_shorter(self):
        text = self._html(data={"question": self._question(max_rows=1)})
        self.assertNotIn("more: see", text)

    def test_rows_sent_by_a_browser_are_ignored(self):
        forged = {
            "question": json.dumps(
                {
                    **self._question(),
                    "trace": {"fingerprint": "FORGED"},
                    "rows": ["FORGED"],
                }
            ),
            "trace": {"fingerprint": "FORGED", "forward": None},
            "company_address": "FORGED",
            "title": "FORGED",
            "rows": [{"lot": "FORGED"}],
            "side": "FORGED",
            "data_report_dpi": "FORGED",
            "res_company": "FORGED",
        }
        text = self._html(data=forged)
        self.assertNotIn("FORGED", text)
        self.assertIn(self._get_fingerprint(), text)

    def test_several_lots_are_one_question(self):
        text = self._html((self.hummus_lot | self.formula_lot).ids)
        self.assertEqual(text.count("1. Customers reached"), 1)
        self.assertIn("Lot HUM-1", text)
        self.assertIn("Lot =cmd|", text)

    def test_questions_that_cannot_be_answered_are_refused_in_words(self):
        foreign = self._create_foreign_lot()
        deleted = self._create_lot(self.tahini, "GONE")
        deleted_id = deleted.id
        deleted.unlink()
        for question in QUESTIONS_NOBODY_CAN_READ[1:]:
            with self.assertRaisesRegex(UserError, "not a question"):
                self._html(data={"question": question})
        with self.assertRaisesRegex(UserError, "Nothing to print"):
            self._html()
        with self.assertRaisesRegex(UserError, "no longer exists"):
            self._html([deleted_id])
        with self.assertRaisesRegex(UserError, "Sister Company"):
            self._html(foreign.ids)
        with self.assertRaisesRegex(UserError, "max_rows|Nothing to trace"):
            self._html(data={"question": {"items": [], "options": "all"}})

    def test_report_is_for_quality_and_compliance_officer(self):
        report = self.env.ref("lot_genealogy.lot_trace_report_action")
        for user in (self.quality, self.officer):
            self.assertIn("Corner Shop", self._html(self.tahini_lot.ids, user=user))
            self.assertIn(report.id, self._get_offered_reports(user))
        with self.assertRaisesRegex(AccessError, "Quality and Compliance"):
            self._html(self.tahini_lot.ids, user=self.worker)
        self.assertNotIn(report.id, self._get_offered_reports(self.worker))

    def _get_offered_reports(self, user):
        bindings = self.env["ir.actions.actions"].with_user(user).get_bindings("stock.lot")
        return [action["id"] for action in bindings.get("report", ())]

    def test_pdf_over_its_address(self):
        # Makes the bundles of styles, which the read-only route would stumble over.
        self._print(self.tahini_lot)
        url = f"/report/pdf/{REPORT}/{self.tahini_lot.id}"
        context = json.dumps({"force_report_rendering": True})
        for user in (self.quality, self.officer):
            self.authenticate(user.login, user.login)
            response = self.url_open(f"{url}?context={context}", timeout=120)
            self.assertEqual(response.status_code, 200)
            self.assertIn("Corner Shop", self._read_pdf(response.content)[0])
        self.authenticate(self.worker.login, self.worker.login)
        for kind in ("pdf", "html", "text"):
            with mute_logger("odoo.http"):
                response = self.url_open(url.replace("pdf", kind, 1))
            self.assertEqual(response.status_code, 403)
            self.assertNotIn("Corner Shop", response.text)
            self.assertIn("Quality and Compliance", response.text)

    def test_pdf_as_the_trace_screen_asks_for_it(self):
        self.authenticate(self.quality.login, self.quality.login)
        options = {"question": json.dumps(self._question(direction="forward"))}
        url = f"/report/pdf/{REPORT}?options={json.dumps(options)}&context=%7B%7D"
        response = self.url_open(
            "/report/download",
            data={
                "data": json.dumps([url, "qweb-pdf"]),
                "context": json.dumps({"force_report_rendering": True}),
                "csrf_token": http.Request.csrf_token(self),
            },
            timeout=120,
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn("Lot%20trace.pdf", response.headers["Content-Disposition"])
        text = " ".join(self._read_pdf(response.content)[0].split())
        self.assertIn("Lot TAH-1 (Tahini)", text)
        self.assertIn("not asked", text)
