"""A workbook with a long list: what xlsxwriter made and the rows put into it, read by another program."""

import io
import zipfile
from datetime import datetime

import openpyxl
from lxml import etree

from odoo.tests import TransactionCase, tagged

from ..report.xlsx_book import ListBook

TEXTS = (
    "plain",
    "=1+1",
    "<r>&\"'</r>",
    " ends with blank ",
    "two\nlines",
    "_x0041_ stays",
    "\x0e\x1amarks are no text\x00",
    "Ж 漢 😀",
    "]]>",
)


@tagged("post_install", "-at_install")
class TestXlsxBook(TransactionCase):
    def _make(self, count=1):
        content = io.BytesIO()
        book = ListBook(content)
        first = book.add_worksheet("README")
        first.write_string(0, 0, "Said first", book.named_formats["bold"])
        sheet = book.add_list("List & <more>")
        sheet.write_header(["Text", "Number", "Day", "Share", "Always"])
        cells = [
            sheet.text_cells(0),
            sheet.number_cells(1),
            sheet.date_cells(2, "day", datetime.fromisoformat),
            sheet.share_cells(3),
        ]
        always = sheet.fixed_cells(4, "missing", "missing")
        for row in range(1, count * len(TEXTS) + 1):
            values = (TEXTS[(row - 1) % len(TEXTS)], row / 2, "2026-03-01", 0.25)
            for put, value in zip(cells, values, strict=True):
                put(row, value)
            always(row)
        book.add_list("Nothing").write_header(["None"])
        sheet.worksheet.autofilter(0, 0, count * len(TEXTS), 4)
        sheet.worksheet.freeze_panes(1, 0)
        book.close()
        return content

    def test_cells_are_read_as_they_were_written(self):
        book = openpyxl.load_workbook(self._make())
        self.assertEqual(book.sheetnames, ["README", "List & <more>", "Nothing"])
        self.assertEqual(book["README"]["A1"].value, "Said first")
        self.assertTrue(book["README"]["A1"].font.b)
        self.assertEqual(list(book["Nothing"].values), [("None",)])
        sheet = book["List & <more>"]
        self.assertEqual((sheet.dimensions, sheet.freeze_panes), (f"A1:E{len(TEXTS) + 1}", "A2"))
        self.assertEqual(sheet.auto_filter.ref, f"A1:E{len(TEXTS) + 1}")
        header, *rows = sheet.values
        self.assertEqual(header, ("Text", "Number", "Day", "Share", "Always"))
        texts = [text.replace("_x005F_", "_") for text, *_rest in rows]
        self.assertEqual(texts, [text.strip("\x00").replace("\x0e\x1a", "") for text in TEXTS])
        day = datetime(2026, 3, 1)
        for number, row in enumerate(rows, start=1):
            self.assertEqual(row[1:], (number / 2, day, 0.25, "missing"))
        forms = [[cell.number_format for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
        self.assertEqual(
            forms,
            [
                ["General", "#,##0.00####", "yyyy-mm-dd", "0.00%", "General"],
                ["@", "#,##0", "yyyy-mm-dd", "0.00%", "General"],
                ["General", "#,##0.00####", "yyyy-mm-dd", "0.00%", "General"],
            ],
        )
        self.assertEqual({cell.data_type for cell in sheet["A"]}, {"s"})
        self.assertEqual(sheet["E2"].font.color.rgb, "FF9C0006")

    def test_file_is_as_the_format_has_it(self):
        """Rows and cells once and in order, of more rows than are kept at once."""
        content = self._make(500)
        with zipfile.ZipFile(content) as archive:
            self.assertIsNone(archive.testzip())
            parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
        sheet = parts["xl/worksheets/sheet2.xml"]
        rows = sheet.findall("{*}sheetData/{*}row")
        self.assertEqual([int(row.get("r")) for row in rows], list(range(1, 500 * len(TEXTS) + 2)))
        for row in rows:
            self.assertEqual([cell.get("r") for cell in row], [f"{name}{row.get('r')}" for name in "ABCDE"])
        styles = len(parts["xl/styles.xml"].find("{*}cellXfs"))
        self.assertTrue(all(int(cell.get("s", 0)) < styles for row in rows for cell in row))
