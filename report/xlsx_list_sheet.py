"""A worksheet for long lists, filled from the top, row by row.

Rows are written to a temporary file as they stand in the finished one, and forgotten: so a trace
of 90,000 shipments costs no memory, and a tenth of the time that xlsxwriter needs for each of its cells.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite
from operator import itemgetter
from tempfile import TemporaryFile
from xml.sax.saxutils import escape

from lxml import etree
from xlsxwriter.utility import xl_col_to_name

# What XML 1.0 cannot carry. A lot's name scanned with its separators can hold them.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet reads these as the start of a formula when the cell is edited.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32767
UNICODE_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
# Of what no text has (ILLEGAL).
FORMAT_MARKS = [chr(code) for code in range(0x0E, 0x20)]
ROWS_AT_ONCE = 1000
KNOWN = 1 << 14
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


def plain_text(value):
    """`clean_text` as it has to be given to xlsxwriter.

    xlsxwriter writes a string that begins with ``<r>`` and ends with ``</r>`` as XML:
    a lot of that name would break the file, or say what it likes.
    """
    text = clean_text(value)
    if text.startswith("<r>") and text.endswith("</r>"):
        text = f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    return text


def text_cell(text, mark):
    """What follows the name of a cell with text, in a sheet of the file.

    :param mark: that stands for its format; None: as cells are
    """
    # Such a piece of text would be read as the character of that number.
    text = UNICODE_ESCAPE.sub("_x005F_", escape(text)).replace("\r", "_x000D_")
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    style = f' s="{mark}"' if mark else ""
    return f'{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def number_cell(value, mark):
    return f' s="{mark}"><v>{value:.16G}</v></c>'


def excel_date(moment):
    """A naive date and time as a spreadsheet's number of days."""
    return (moment - EPOCH) / DAY


class ListSheet:
    """Writes a worksheet from the top, each row once, its cells from left to right.

    Each of the ``…_cells`` makes a function ``put(row, value)`` that writes the cell of a
    value in one column, or none for None.

    :param worksheet: of an xlsxwriter workbook: its header, its widths, how it is printed
    :param dict formats: xlsxwriter formats by name: header, formula, whole, decimal, id,
        share, datetime, day
    """

    def __init__(self, worksheet, formats):
        self.worksheet = worksheet
        self.formats = formats
        self.row_count = 0
        # Which number a format gets in the file is known when that is made: a mark stands for it.
        self.marks = dict(zip(formats, FORMAT_MARKS, strict=False))
        # Closed once the book is made of it.
        self._file = TemporaryFile()  # noqa: SIM115
        self._rows, self._cells = [], []
        self._row = self._last_row = 0

    def write_header(self, titles):
        for column, title in enumerate(titles):
            self.worksheet.write_string(0, column, plain_text(title), self.formats["header"])
        self._width = len(titles)
        for column, form in enumerate(self.formats.values()):
            self.worksheet.write_blank(1, column, None, form)

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
        self.row_count = number
        return number - before

    # ---- cells ----------------------------------------------------------------------

    def text_cells(self, column):
        """Of anything hashable that is to be text; None and "" give no cell."""
        put_cell, formula = self._put_cells(column), self.marks["formula"]

        @lru_cache(maxsize=KNOWN)
        def get_cell(value):
            text = clean_text(value)
            return text_cell(text, formula if text.startswith(FORMULA_STARTS) else None)

        def put(row, value):
            if value is not None and value != "":
                put_cell(row, get_cell(value))

        return put

    def fixed_cells(self, column, name, text):
        """Cells of a format that all say the same: ``put(row)``."""
        put_cell, cell = self._put_cells(column), text_cell(clean_text(text), self.marks[name])
        return lambda row: put_cell(row, cell)

    def number_cells(self, column):
        """Of quantities: whole numbers without decimals."""
        put_cell, whole, decimal = self._put_cells(column), self.marks["whole"], self.marks["decimal"]

        @lru_cache(maxsize=KNOWN)
        def get_cell(value):
            # Sums of thirds and tenths: below a billionth it is the machine's noise.
            value = round(value, 9)
            return number_cell(value, whole if value == int(value) else decimal)

        def put(row, value):
            if value is not None and isfinite(value):
                put_cell(row, get_cell(value))

        return put

    def id_cells(self, column):
        return self.plain_number_cells(column, "id")

    def share_cells(self, column):
        return self.plain_number_cells(column, "share")

    def plain_number_cells(self, column, name, convert=lambda value: round(value, 9)):
        """Of anything hashable that `convert` makes a number of."""
        put_cell, mark = self._put_cells(column), self.marks[name]
        get_cell = lru_cache(maxsize=KNOWN)(lambda value: number_cell(convert(value), mark))

        def put(row, value):
            if value is not None:
                put_cell(row, get_cell(value))

        return put

    def date_cells(self, column, name, convert):
        """Of anything hashable that `convert` makes a naive date and time of."""
        put_number = self.plain_number_cells(column, name, lambda value: excel_date(convert(value)))
        return lambda row, value: put_number(row, value or None)

    def _put_cells(self, column):
        name, add, begin = xl_col_to_name(column), self._cells.append, self._begin_row

        def put_cell(row, rest):
            if row != self._row:
                begin(row)
            add(f'<c r="{name}{row + 1}"{rest}')

        return put_cell

    # ---- the file -------------------------------------------------------------------

    def _begin_row(self, row):
        if self._cells:
            self._rows.append(f'<row r="{self._row + 1}">{"".join(self._cells)}</row>')
            self._cells.clear()
            self._last_row = self._row
            if len(self._rows) == ROWS_AT_ONCE:
                self._flush()
        self._row = row

    def _flush(self):
        self._file.write("".join(self._rows).encode())
        self._rows.clear()

    def get_size(self):
        """Bytes that its rows take, at most: the number of a format has up to two more than its mark."""
        self._begin_row(0)
        self._flush()
        return 2 * self._file.tell()

    def write_part(self, made, target):
        """Write the sheet as it stands in the file.

        :param bytes made: the sheet with its header and one row that shows the formats
        """
        sheet = etree.fromstring(made)
        data = sheet.find("{*}sheetData")
        shown = data[1]
        numbers = [(mark.encode(), cell.get("s").encode()) for mark, cell in zip(FORMAT_MARKS, shown)]
        data.remove(shown)
        sheet.find("{*}dimension").set("ref", f"A1:{xl_col_to_name(self._width - 1)}{self._last_row + 1}")
        text = etree.tostring(sheet, xml_declaration=True, encoding="UTF-8", standalone=True)
        before, end, after = text.partition(b"</sheetData>")
        target.write(before)
        self._file.seek(0)
        while rows := self._file.read(1 << 20):
            for mark, number in numbers:
                rows = rows.replace(mark, number)
            target.write(rows)
        target.write(end + after)
        self._file.close()
