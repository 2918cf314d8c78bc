"""Papers of a recall and of a drill: from the frozen scope, never from a new question."""

import base64
import io
import unicodedata
from datetime import timedelta

import openpyxl
import pypdf

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..report.paper_pdf import EDGES, LINE, _get_widths
from .recall_common import RecallCase

CASE = {
    "product_description": "Hummus tub, 200 g",
    "why_these_lots": "One delivery of the maker",
    "complaints": "None",
    "recall_depth": "retail",
    "voluntary": "voluntary",
    "fda_recall_number": "F-0001-2026",
}


@tagged("post_install", "-at_install")
class TestPapersRecall(RecallCase):
    def _make_paper(self, recall, code, **vals):
        env = self.env(user=self.lead)
        wizard = env["lot.paper.make"].create(
            {"recall_id": recall.id, "type_id": self.env.ref(f"lot_genealogy.paper_{code}").id, **vals}
        )
        return env["lot.paper"].browse(wizard.action_make()["res_id"])

    def _book(self, paper):
        return openpyxl.load_workbook(io.BytesIO(base64.b64decode(paper.with_context(bin_size=False).xlsx)))

    def _rows(self, sheet):
        header, *rows = sheet.values
        return [dict(zip(header, row, strict=True)) for row in rows]

    def _pages(self, paper):
        content = base64.b64decode(paper.with_context(bin_size=False).pdf)
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
        # The font draws "fi" as one sign.
        return [unicodedata.normalize("NFKC", " ".join(page.split())) for page in pages]

    def _facts(self, paper):
        return {row[1]: row[2] for row in self._book(paper)["README"].values}

    def test_dossier_is_made_of_the_frozen_scope(self):
        recall = self._start_frozen(**CASE)
        fingerprint = recall.scope_id.fingerprint
        # What happens and is changed afterwards does not stand in it.
        self._ship([(self.tubs, 5.0)])
        self.tub.barcode = "9521234500315"
        self.customer.name = "Renamed"
        paper = self._make_paper(recall, "recall_dossier")
        self.assertEqual((paper.recall_id, paper.scope_number, paper.fingerprint), (recall, 1, fingerprint))
        book = self._book(paper)
        delivered = {(row["Customer"], row["Quantity"]) for row in self._rows(book["Customers"])}
        self.assertEqual(delivered, {("Corner Shop", 30), ("Hospital Kitchen", 10), ("Hospital Kitchen", 5)})
        self.assertEqual({row["GTIN"] for row in self._rows(book["Customers"])}, {None})
        self.assertEqual([row["Decision"] for row in self._rows(book["Decisions"])], ["Assessment started"])
        (balance,) = self._rows(book["Mass balance"])
        self.assertEqual((balance["Received"], balance["Used"], balance["On hand"]), (25, 10, 15))
        stock = {(row["Lot"], row["Quantity"]) for row in self._rows(book["Stock, by location"])}
        self.assertIn(("TAH-1", 15), stock)
        (order,) = self._rows(book["Open orders"])
        self.assertEqual((order["Lot"], order["Quantity"]), ("TUB-1", 12))
        text = " ".join(self._pages(paper))
        for fact in ("Recall dossier", "Class I", "Salmonella", recall.name, "Signatures"):
            self.assertIn(fact, text)
        self.assertIn(fingerprint, text.replace(" ", ""))

    def test_scope_must_be_frozen(self):
        recall = self._start()
        with self.assertRaisesRegex(UserError, "Freeze the scope first"):
            self._make_paper(recall, "recall_dossier")

    def test_trace_paper_of_a_recall_is_frozen_too(self):
        recall = self._start_frozen()
        self._ship([(self.tubs, 5.0)])
        rows = self._rows(self._book(self._make_paper(recall, "eu_178_2002"))["Customers"])
        self.assertEqual(sorted(row["Quantity"] for row in rows), [5, 10, 30])

    def test_what_the_nvwa_gets_says_scope_and_measures_in_words(self):
        recall = self._start_frozen()
        scope = self._facts(self._make_paper(recall, "nvwa"))["Omvang"]
        self.assertRegex(
            scope, r"^Versie 1, vastgelegd op .*\. Betrokken partijen: 3, waarvan twijfelachtig: 0"
        )
        kind = self.env.ref("lot_genealogy.paper_nvwa")
        # That the scope is known is no measure.
        self.assertEqual(recall._get_paper_choices(kind)["measures"], "")
        recall.action_hold()
        self.assertRegex(
            recall._get_paper_choices(kind)["measures"], r"^Stock held: .* \(lots: 3, places: 1\)$"
        )

    def test_columns_are_as_wide_as_their_longest_word(self):
        widths = _get_widths([30, 11, 11], [5, 40, 9])
        self.assertAlmostEqual(sum(widths), 100.0)
        self.assertAlmostEqual(widths[1], 100 * (40 + EDGES) / LINE)
        self.assertGreater(widths[0], widths[2])
        self.assertAlmostEqual(sum(_get_widths([1] * 20, [16] * 20)), 100.0)

    def test_direction_that_was_not_traced_is_named(self):
        recall = self._start_frozen(direction="forward")
        paper = self._make_paper(recall, "eu_178_2002")
        self.assertIn("Direction of the trace · Made from", paper.missing)

    def test_drill_says_so_on_every_page_and_file(self):
        recall = self._start_frozen(mode="drill")
        for code in ("recall_drill", "recall_lists", "eu_178_2002"):
            paper = self._make_paper(recall, code)
            self.assertTrue(paper.is_drill)
            self.assertTrue(paper.pdf_name.startswith("DRILL "), paper.pdf_name)
            for page in self._pages(paper):
                self.assertIn("DRILL", page, code)
            for sheet in self._book(paper):
                self.assertIn("DRILL", sheet.oddHeader.center.text, sheet.title)
        self.assertIn("DRILL", self._facts(paper)["Title"] + self._facts(paper)["Drill"])

    def test_drill_report_is_for_drills_only(self):
        recall = self._start_frozen()
        with self.assertRaisesRegex(UserError, "is made of a recall"):
            self._make_paper(recall, "recall_drill")

    def test_recall_information_names_what_is_missing(self):
        recall = self._start_frozen(**CASE)
        paper = self._make_paper(recall, "fda_recall_information")
        facts = self._facts(paper)
        self.assertEqual(facts["Total produced or received, of the start lots"], "25\N{NO-BREAK SPACE}kg")
        self.assertEqual(facts["Number of direct accounts"], "2")
        self.assertEqual(facts["Depth"], "Retail")
        self.assertEqual(facts["Name, title, phone"], "missing")
        self.assertIn("21 CFR 7.46(a)(9) · Name, title, phone", paper.missing)
        self.assertIn("21 CFR 7.46(a)(8) · Strategy", paper.missing)
        accounts = self._rows(self._book(paper)["Direct accounts"])
        self.assertEqual({(row["Name"], row["Lot"], row["Quantity"]) for row in accounts}, {
            ("Corner Shop", "TUB-1", 30), ("Hospital Kitchen", "TUB-1", 10), ("Hospital Kitchen", "HUM-1", 5),
        })  # fmt: skip
        self.assertIn("21 CFR 7.46(a)(6) · Address · Hospital Kitchen", paper.missing)

    def test_submission_has_ten_blocks(self):
        recall = self._start_frozen(**CASE)
        self.company.lot_code_explanation = "TUB, then a running number"
        text = " ".join(self._pages(self._make_paper(recall, "fda_recall_submission")))
        for number, title in enumerate(
            (
                "Product information", "Codes", "Recalling firm", "Manufacturer", "Firm responsible",
                "Reason for the recall", "Health hazard assessment", "Volume of recalled product",
                "Distribution pattern", "Recall strategy",
            ),
            start=1,
        ):  # fmt: skip
            self.assertIn(f"{number}. {title}", text)
        self.assertIn("TUB, then a running number", text)

    def test_status_report_as_of_a_day(self):
        recall = self._start_frozen(**CASE, completion_estimate="In two weeks")
        first, second = recall.consignee_ids
        yesterday = fields.Datetime.now() - timedelta(days=1)
        first.write(
            {
                "told_at": yesterday,
                "told_how": "phone",
                "answered_at": fields.Datetime.now(),
                "check_result": "effective",
                "checked_at": fields.Datetime.now(),
            }
        )
        # What came back counts, whatever was said of it.
        first.line_ids[:1].quantity_returned = 9.0
        self._return(self.delivery, 4.0)
        second.write({"told_at": yesterday, "told_how": "mail"})
        now = self._facts(self._make_paper(recall, "fda_status_report"))
        self.assertEqual(now["(1) Consignees notified"], "2 of 2")
        self.assertEqual(
            (now["(2) Consignees responding"], now["(3) Consignees that did not respond"]), ("1", "1")
        )
        self.assertIn("Returned: 4", now["(4) Returned or corrected, and accounted for"])
        self.assertEqual(now["(5) Results of the checks"], "Received, understood and followed: 1")
        self.assertEqual(now["(6) Estimated time frame for completion"], "In two weeks")
        self.assertIn("1 by E-mail, 1 by Phone", now["(1) Date and method of notification"])
        before = self._facts(self._make_paper(recall, "fda_status_report", date=yesterday.date()))
        self.assertEqual(
            (before["(1) Consignees notified"], before["(2) Consignees responding"]), ("2 of 2", "0")
        )
        self.assertEqual(before["(5) Results of the checks"], "no check made yet")
        book = self._book(self._make_paper(recall, "fda_status_report"))
        rows = self._rows(book["(4) By consignee"])
        self.assertIn(4, [row["Returned"] for row in rows])

    def test_register_has_openfdas_columns(self):
        recall = self._start_frozen(**CASE)
        drill = self._start_frozen(mode="drill")
        action = (recall | drill).with_user(self.lead).action_register()
        paper = self.env["lot.paper"].search([], limit=1)
        self.assertIn(f"/{paper.id}/xlsx/", action["url"])
        (row,) = self._rows(self._book(paper)["Recalls"])
        self.assertEqual(
            list(row)[:24],
            [
                "recall_number", "event_id", "status", "classification", "product_type", "recalling_firm",
                "address_1", "address_2", "city", "state", "postal_code", "country", "voluntary_mandated",
                "initial_firm_notification", "distribution_pattern", "product_description",
                "product_quantity", "reason_for_recall", "code_info", "more_code_info",
                "recall_initiation_date", "center_classification_date", "report_date", "termination_date",
            ],
        )  # fmt: skip
        self.assertEqual(
            (row["recall_number"], row["status"], row["classification"]),
            ("F-0001-2026", "Ongoing", "Class I"),
        )
        self.assertEqual((row["product_type"], row["code_info"]), ("Food", "TAH-1"))
        self.assertEqual(row["scope_fingerprint"], recall.scope_id.fingerprint)
        with self.assertRaisesRegex(UserError, "drills do not stand"):
            drill.with_user(self.lead).action_register()
