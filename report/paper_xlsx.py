"""A paper as a spreadsheet: made for sorting and filtering.

The first sheet says what it is, what is missing stands in the last; between them one sheet a
table: one header row, nothing merged, no blank rows, dates that are dates, quantities that are
numbers with their unit in a column of its own.
"""

import io
from datetime import datetime
from itertools import islice
from math import ceil

from .paper import MISSING, Fields, Signatures, Table, Text
from .paper_frame import get_missing_table
from .xlsx_book import ListBook
from .xlsx_list_sheet import clean_text, plain_text

# A sheet has 1,048,576 rows, one of them the header.
MOST_ROWS = 1_048_575
# Points that a line of text takes, and lines that a row has at most.
LINE, MOST_LINES = 15, 27


class PaperWorkbook:
    """One paper's workbook in the making.

    :param document: a `Document`
    :param frame: a `PaperFrame`: what stands around it
    """

    def __init__(self, document, frame, most_rows=MOST_ROWS):
        self.document = document
        self.frame = frame
        self.words = document.words
        self.env = self.words.env
        self.most_rows = most_rows
        self.content = io.BytesIO()
        self.book = ListBook(self.content)

    def render(self):
        """The file as bytes."""
        first = self.book.add_worksheet("README")
        missing = get_missing_table(self.document)
        for built in self.document.sections:
            if isinstance(built.section, Table) and "xlsx" in built.section.on:
                self._add_table(built.section, built.rows)
        self._add_table(missing.section, missing.rows)
        self._write_first(first)
        self.book.set_properties(
            {
                "title": clean_text(self.frame.title),
                "subject": clean_text(self.words.short_question())[:255],
                "author": clean_text(self.words.question.get("asked_by") or ""),
                "company": clean_text(self.words.question.get("company") or ""),
                "comments": self.words.trace.get("fingerprint") or "",
            }
        )
        self.book.close()
        return self.content.getvalue()

    # ---- tables ---------------------------------------------------------------------

    def _add_table(self, table, rows):
        """A table, over as many sheets as its rows need."""
        name = self.words.say(table.name or table.title)
        rows, part, following = iter(rows), 1, True
        while following:
            sheet = self.book.add_list(name, part)
            widths = [self._get_width(column) for column in table.columns]
            titles = [self.words.say(column.title) for column in table.columns]
            # Said, because not every program finds the height itself.
            sheet.worksheet.set_row(0, LINE * max(map(_count_lines, titles, widths)))
            sheet.write_header(titles)
            cells = [
                self._get_cells(sheet, number, column.kind) for number, column in enumerate(table.columns)
            ]
            written = 0
            for written, row in enumerate(islice(rows, self.most_rows), start=1):
                for put, value in zip(cells, row, strict=True):
                    put(written, value)
            self._lay_out(sheet.worksheet, widths, written)
            following = written == self.most_rows
            part += 1

    def _get_cells(self, sheet, number, kind):
        put = getattr(self, f"_{kind}_cells", self._text_cells)(sheet, number)
        put_missing = sheet.fixed_cells(number, "missing", self.words.missing())

        def put_or_say(row, value):
            if value is MISSING:
                put_missing(row)
            else:
                put(row, value)

        return put_or_say

    def _text_cells(self, sheet, number):
        return sheet.text_cells(number)

    def _number_cells(self, sheet, number):
        return sheet.number_cells(number)

    def _datetime_cells(self, sheet, number):
        return sheet.date_cells(number, "datetime", self.words.local)

    def _date_cells(self, sheet, number):
        return sheet.date_cells(number, "day", self._get_day)

    def _time_cells(self, sheet, number):
        put = sheet.plain_number_cells(number, "time", self._get_time)
        return lambda row, value: put(row, value or None)

    def _get_time(self, value):
        moment = self.words.local(value)
        return (moment.hour * 60 + moment.minute) / 1440

    def _get_day(self, value):
        if len(value) == 10:
            return datetime.fromisoformat(value)
        return self.words.local(value).replace(hour=0, minute=0, second=0)

    def _get_width(self, column):
        longest = max(map(len, self.words.say(column.title).split()))
        return max(column.width, longest + 3)

    def _lay_out(self, worksheet, widths, count):
        for number, width in enumerate(widths):
            worksheet.set_column(number, number, width)
        worksheet.freeze_panes(1, 0)
        worksheet.autofilter(0, 0, count, len(widths) - 1)
        worksheet.repeat_rows(0)
        self._set_print(worksheet)

    def _set_print(self, worksheet):
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        if self.frame.drill:
            worksheet.set_header(f"&C&B{self.frame.drill}")
        asked_at = self.words.asked_at().replace("&", "&&")
        worksheet.set_footer(f"&L&A&C{asked_at} · {self.frame.short_fingerprint()}&R&P / &N")

    # ---- the first sheet ------------------------------------------------------------

    def _write_first(self, worksheet):
        """Three columns: part, what, value."""
        titles = (self.env._("Part"), self.env._("What"), self.env._("Value"))
        rows = [titles, *self._first_rows()]
        widths = (24, 42, 100)
        for number, width in enumerate(widths):
            worksheet.set_column(number, number, width)
        for number, row in enumerate(rows):
            texts = [self.words.missing() if value is MISSING else value or "" for value in row]
            worksheet.set_row(number, LINE * max(map(_count_lines, texts, widths)))
            for column, value in enumerate(row):
                form = "header" if not number else "wrap"
                if value is MISSING:
                    value, form = self.words.missing(), "missing"
                if value:
                    worksheet.write_string(number, column, plain_text(value), self.book.named_formats[form])
        worksheet.freeze_panes(1, 0)
        worksheet.autofilter(0, 0, len(rows) - 1, 2)
        self._set_print(worksheet)

    def _first_rows(self):
        part = self.words.env._("Paper")
        for what, value in self.frame.get_facts():
            yield part, what, value
        for built in self.document.sections:
            section = built.section
            if "xlsx" not in section.on or isinstance(section, Signatures):
                continue
            if isinstance(section, Text):
                yield built.title, "", section.body
            elif isinstance(section, Fields):
                for field, (value,) in zip(section.fields, built.rows, strict=True):
                    yield built.title, self.words.say(field.label), self.frame.format(value, field)
            else:
                yield self.words.env._("Rows"), built.title, self.words.integer(len(built.rows))
                if section.note:
                    yield self.words.env._("Note"), built.title, self.words.say(section.note)
        part = self.words.env._("Completeness")
        for gap in self.document.paper.trace.get("gaps") or []:
            place = " · ".join(filter(None, (gap["lot"], gap["document"])))
            yield part, place, self.frame.describe_gap(gap)


def _count_lines(text, width):
    lines = sum(ceil(len(line) / width) or 1 for line in text.split("\n"))
    return min(lines, MOST_LINES)
