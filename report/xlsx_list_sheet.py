"""A worksheet for long lists, filled from the top, row by row.

Rows are written into a temporary file as they stand in the spreadsheet, and forgotten: so a trace of
90,000 shipments costs no memory, and a tenth of the time that xlsxwriter needs for each of its cells.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite
from operator import itemgetter
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# What XML 1.0 cannot carry. A lot's name scanned with its separators can hold them.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet reads these as the start of a formula when the cell is edited.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32767
# Rows that go to the file together.
CHUNK = 500
EPOCH = datetime(1899, 12, 30)
DAY = timedelta(days=1)


def clean_text(value):
    """Text that any spreadsheet reads: without control characters, not too long."""
    text = ILLEGAL.sub("", str(value))
    # Excel counts UTF-16 units: an emoji is two.
    if len(text) > LONGEST // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST:
            text = units[: 2 * LONGEST - 2].decode("utf-16-le", "ignore") + "…"
    return text


@lru_cache(maxsize=1 << 16)
def plain_text(value):
    """`clean_text` as it has to be given to xlsxwriter.

    xlsxwriter writes a string that begins with ``<r>`` and ends with ``</r>`` as XML:
    a lot of that name would break the file, or say what it likes.
    """
    text = clean_text(value)
    if text.startswith("<r>") and text.endswith("</r>"):
        text = f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    return text


def excel_date(moment):
    """A naive date and time as a spreadsheet's number of days."""
    return (moment - EPOCH) / DAY


class ListWorksheet(Worksheet):
    """A worksheet that takes rows as they stand in its file, below those written cell by cell."""

    def write_rows(self, rows, last_row, last_column):
        self._check_dimensions(last_row, last_column)
        # Writes the row before, if it was written cell by cell.
        self._write_single_row(last_row + 1)
        self.row_data_fh.write("".join(rows))


class ListSheet:
    """Writes a worksheet from the top, each row once.

    Each of the ``…_cells`` makes a function ``put(row, value)`` that writes the cell of a
    value in one column, or none for None. The cells of a row are put from left to right, then
    `end_row` ends it, and `flush` the last one.

    :param ListWorksheet worksheet: of an xlsxwriter workbook with ``constant_memory``
    :param dict formats: xlsxwriter formats by name: header, formula, whole, decimal, id,
        share, datetime, day, time, missing
    """

    def __init__(self, worksheet, formats):
        self.worksheet = worksheet
        self.formats = formats
        self.row_count = 0
        self._cells, self._rows, self._columns = [], [], 0

    def write_header(self, titles):
        for column, title in enumerate(titles):
            self.worksheet.write_string(0, column, plain_text(title), self.formats["header"])

    def append(self, keys, cells, rows, first=None):
        """Write rows.

        :param list keys: what is taken of a row, in the order of the columns
        :param list cells: for each key what puts its value into cells
        :param rows: iterable of dicts
        :param first: puts a cell that stands before those: ``first(row)``
        :returns: number of rows written
        """
        fetch = itemgetter(*keys)
        before = number = self.row_count
        for number, row in enumerate(rows, start=before + 1):
            if first:
                first(number)
            for put, value in zip(cells, fetch(row)):
                put(number, value)
            self.end_row(number)
        self.row_count = number
        self.flush()
        return number - before

    def end_row(self, row):
        if self._cells:
            self._rows.append(f'<row r="{row + 1}">{"".join(self._cells)}</row>')
            self._cells.clear()
            self._last = row
            if len(self._rows) >= CHUNK:
                self.flush()

    def flush(self):
        if self._rows:
            self.worksheet.write_rows(self._rows, self._last, self._columns)
            self._rows.clear()

    def _start_cells(self, column):
        """``(what adds a cell, its start)``."""
        self._columns = max(self._columns, column)
        return self._cells.append, f'<c r="{xl_col_to_name(column)}'

    def text_cells(self, column):
        """Of anything hashable that is to be text; None and "" give no cell."""
        add, start = self._start_cells(column)
        known = lru_cache(maxsize=1 << 16)(self._get_text_cell)

        def put(row, value):
            if value is not None and value != "":
                add(f"{start}{row + 1}{known(value)}")

        return put

    def _get_text_cell(self, value, name=None):
        text = plain_text(value)
        if name is None and text.startswith(FORMULA_STARTS):
            name = "formula"
        index = self.worksheet.str_table._get_shared_string_index(text)
        return f'"{self._get_style(name)} t="s"><v>{index}</v></c>'

    def _get_style(self, name):
        return f' s="{self.formats[name]._get_xf_index()}"' if name else ""

    def number_cells(self, column):
        """Of quantities: whole numbers without decimals."""
        add, start = self._start_cells(column)
        whole, decimal = self._get_style("whole"), self._get_style("decimal")

        def put(row, value):
            if value is not None and isfinite(value):
                # Sums of thirds and tenths: below a billionth it is the machine's noise.
                value = round(value, 9)
                style = whole if value == int(value) else decimal
                add(f'{start}{row + 1}"{style}><v>{value:.16G}</v></c>')

        return put

    def id_cells(self, column):
        return self.plain_number_cells(column, "id")

    def share_cells(self, column):
        return self.plain_number_cells(column, "share")

    def plain_number_cells(self, column, name, convert=lambda value: round(value, 9)):
        """Of anything that `convert` makes a number of."""
        add, start = self._start_cells(column)
        style = self._get_style(name)

        def put(row, value):
            if value is not None:
                add(f'{start}{row + 1}"{style}><v>{convert(value):.16G}</v></c>')

        return put

    def date_cells(self, column, name, convert):
        """Of anything hashable that `convert` makes a naive date and time of."""
        known = lru_cache(maxsize=1 << 16)(lambda value: excel_date(convert(value)))
        put = self.plain_number_cells(column, name, known)
        return lambda row, value: put(row, value or None)

    def fixed_cells(self, column, name, value):
        """Always the same text: ``put(row)``."""
        add, start = self._start_cells(column)
        cell = self._get_text_cell(value, name)
        return lambda row: add(f"{start}{row + 1}{cell}")
