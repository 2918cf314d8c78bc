"""The spreadsheet of a trace: a renderer, Trace in, bytes out. It queries nothing.

Made for sorting and filtering: one header row a sheet, one unit a column, dates that
are dates. What is text stays text, whatever a lot is named.
"""

import io
from itertools import chain, islice
from math import ceil

from .lot_trace_sheets import SHEETS
from .lot_trace_words import TraceWords
from .lot_trace_xlsx_columns import SheetWriter
from .xlsx_book import ListBook
from .xlsx_list_sheet import clean_text, excel_date, plain_text

# A sheet has 1,048,576 rows, one of them the header.
MOST_ROWS = 1_048_575
# Of the summary: columns in characters, lines in points.
WHAT_WIDTH, VALUE_WIDTH = 36, 90
LINE_HEIGHT = 15


def render_lot_trace_xlsx(env, trace, most_rows=MOST_ROWS):
    """The workbook of a trace.

    :param env: for the language only
    :param dict trace: as in docs/trace.md
    :param int most_rows: rows a sheet holds; what is beyond goes on in a next sheet
    :returns: the file as bytes
    """
    return LotTraceWorkbook(env, trace, most_rows).render()


def get_file_name(env, trace):
    """Like "Lot trace CHK-014 2026-11-21 0931.xlsx", in the user's time."""
    return f"{TraceWords(env, trace).file_name(env._('Lot trace'))}.xlsx"


class SheetWords(TraceWords):
    """Words for single cells."""

    def way(self, code):
        return self.env._("In") if code == "inputs" else self.env._("Out")

    def sign(self, value):
        return self.env._("Came in") if value > 0 else self.env._("Left")

    def products(self, quantities):
        text = super().products(quantities)
        return text.replace("\n", "; ").replace("\N{NO-BREAK SPACE}", " ")


class LotTraceWorkbook:
    """One workbook in the making."""

    def __init__(self, env, trace, most_rows):
        self.env = env
        self.trace = trace
        self.most_rows = most_rows
        self.words = SheetWords(env, trace)
        self.content = io.BytesIO()
        self.book = ListBook(self.content)
        self.formats = self.book.named_formats

    def render(self):
        summary = self.book.add_worksheet(self.book.name_sheet(self.env._("Summary")))
        self.counts = []
        self.glossary = {}
        for sheet in SHEETS:
            self._add_list(sheet)
        self._write_summary(summary)
        self.book.set_properties(
            {
                "title": clean_text(self.env._("Lot trace")),
                "subject": clean_text(self.words.short_question())[:255],
                "author": clean_text(self.trace["question"].get("asked_by") or ""),
                "company": clean_text(self.trace["question"].get("company") or ""),
                "comments": self.trace.get("fingerprint") or "",
            }
        )
        self.book.close()
        return self.content.getvalue()

    # ---- lists --------------------------------------------------------------------

    def _add_list(self, sheet):
        """A list, over as many sheets as its rows need."""
        part, total = 1, 0
        current = self._start_sheet(sheet, part)
        for side, rows in sheet.rows(self.trace):
            rows = iter(rows)
            while True:
                room = self.most_rows - current.row_count
                total += (written := current.fill(side, islice(rows, room)))
                if written < room:
                    break
                following = next(rows, None)
                if following is None:
                    break
                self._lay_out(current)
                part += 1
                current = self._start_sheet(sheet, part)
                rows = chain((following,), rows)
        self._lay_out(current)
        self.counts.append((sheet, total))

    def _start_sheet(self, sheet, part):
        return SheetWriter(self, sheet, self.book.add_list(self.env._(sheet.name), part))

    def _lay_out(self, writer):
        worksheet = writer.list_sheet.worksheet
        for number, (title, width) in enumerate(writer.titles):
            # Room for the filter's arrow, or for the longest word of a wrapped title.
            longest = max(map(len, title.split()))
            worksheet.set_column(number, number, max(width, longest + 3))
        worksheet.freeze_panes(1, 0)
        worksheet.autofilter(0, 0, writer.row_count, len(writer.titles) - 1)
        worksheet.repeat_rows(0)
        self._set_print(worksheet)

    def _set_print(self, worksheet):
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        asked_at = self.words.asked_at().replace("&", "&&")
        worksheet.set_footer(f"&L&A&C{asked_at} · {(self.trace.get('fingerprint') or '')[:16]}&R&P / &N")

    # ---- summary ------------------------------------------------------------------

    def _write_summary(self, worksheet):
        """Four columns: part, what, value, unit. No blank rows, nothing merged."""
        worksheet.set_column(0, 0, 20)
        worksheet.set_column(1, 1, WHAT_WIDTH)
        worksheet.set_column(2, 2, VALUE_WIDTH)
        worksheet.set_column(3, 3, 10)
        worksheet.freeze_panes(1, 0)
        for number, title in enumerate(
            (self.env._("Part"), self.env._("What"), self.env._("Value"), self.env._("Unit"))
        ):
            self._write_text(worksheet, 0, number, title, self.formats["header"])
        row = 0
        for row, (part, what, value, unit) in enumerate(self._summary_rows(), start=1):
            # LibreOffice keeps the height that a row was given, and gives none itself.
            lines = max(ceil(len(what) / WHAT_WIDTH), ceil(len(str(value)) / VALUE_WIDTH))
            if lines > 1:
                worksheet.set_row(row, LINE_HEIGHT * lines)
            self._write_text(worksheet, row, 0, part, self.formats["text"])
            self._write_text(worksheet, row, 1, what, self.formats["wrap"])
            if isinstance(value, str):
                self._write_text(worksheet, row, 2, value, self.formats["wrap"])
            elif hasattr(value, "year"):
                number = excel_date(value)
                worksheet.write_number(row, 2, number, self.formats["datetime"])
            else:
                whole = value == int(value)
                form = self.formats["whole" if whole else "decimal"]
                worksheet.write_number(row, 2, round(value, 9), form)
            self._write_text(worksheet, row, 3, unit, self.formats["text"])
        worksheet.autofilter(0, 0, row, 3)
        worksheet.repeat_rows(0)
        self._set_print(worksheet)

    def _write_text(self, worksheet, row, column, value, form):
        if value:
            worksheet.write_string(row, column, plain_text(value), form)

    def _summary_rows(self):
        """``(part, what, value, unit)``; a value is text, a number or a local date."""
        words, question = self.words, self.trace["question"]
        part = self.env._("Report")
        yield part, self.env._("Title"), self.env._("Lot trace: data as recorded in the ledger"), ""
        yield part, self.env._("Completeness"), words.completeness(), ""
        yield part, self.env._("Fingerprint (SHA-256)"), self.trace.get("fingerprint") or "", ""
        yield part, self.env._("Last seal of the books"), words.seal(), ""
        part = self.env._("Question")
        for number, item in enumerate(question.get("items") or [], start=1):
            yield part, self.env._("Traced %(number)s", number=number), words.item(item), ""
        yield part, self.env._("Direction"), words.direction(), ""
        yield part, self.env._("Rule of time"), words.options(), ""
        if question.get("asked_at"):
            yield part, self.env._("Asked at"), words.local(question["asked_at"]), ""
        yield part, self.env._("Time zone of all dates"), words.timezone, ""
        yield part, self.env._("Asked by"), question.get("asked_by") or "", ""
        yield part, self.env._("Company"), question.get("company") or "", ""
        part = self.env._("Completeness")
        yield part, self.env._("Ledger"), words.complete_since(), ""
        gaps = self.trace.get("gaps") or []
        chain = sum(gap.get("severity") == "chain" for gap in gaps)
        yield part, self.env._("Gaps in the chain"), chain, ""
        yield part, self.env._("Missing facts"), len(gaps) - chain, ""
        for row in self.trace.get("crossings") or []:
            yield part, self.env._("Between companies"), row["message"], ""
        for side in ("backward", "forward"):
            count = words.conservative_lots(side)
            if count is not None:
                what = self.env._(
                    "%(side)s: lots if nothing is left out for its dates",
                    side=words.side(side),
                )
                yield part, what, count, ""
        part = self.env._("Rows")
        for sheet, count in self.counts:
            asked = any(self.trace.get(side) for side in sheet.asked)
            yield part, self.env._(sheet.name), count if asked else self.env._("Not asked"), ""
        yield from self._ends_rows()
        part = self.env._("Column")
        for title, note in self.glossary.items():
            yield part, title, note, ""

    def _ends_rows(self):
        """Where the traced material is now, summed."""
        part = self.env._("Where it is now")
        for end, amounts in self.words.order_ends():
            for amount in amounts:
                yield part, self.words.end(end), amount["quantity"], amount["uom"]
