"""A worksheet for long lists, filled from the top, row by row.

xlsxwriter writes each row to a temporary file and forgets it (``constant_memory``), so a
trace of 90,000 shipments costs time, and no memory.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite
from operator import itemgetter
from xml.sax.saxutils import escape

# What XML 1.0 cannot carry. A lot's name scanned with its separators can hold them.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet reads these as the start of a formula when the cell is edited.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32767
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


class ListSheet:
    """Writes a worksheet from the top, each row once.

    Each of the ``…_cells`` makes a function ``put(row, value)`` that writes the cell of a
    value in one column, or none for None.

    :param worksheet: of an xlsxwriter workbook with ``constant_memory``
    :param dict formats: xlsxwriter formats by name: header, formula, whole, decimal, id,
        share, datetime, day
    """

    def __init__(self, worksheet, formats):
        self.worksheet = worksheet
        self.formats = formats
        self.row_count = 0

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
        self.row_count = number
        return number - before

    def text_cells(self, column):
        """Of anything hashable that is to be text; None and "" give no cell."""
        write, formula = self.worksheet.write_string, self.formats["formula"]

        def put(row, value):
            if value is not None and value != "":
                text = plain_text(value)
                write(row, column, text, formula if text.startswith(FORMULA_STARTS) else None)

        return put

    def number_cells(self, column):
        """Of quantities: whole numbers without decimals."""
        write = self.worksheet.write_number
        whole, decimal = self.formats["whole"], self.formats["decimal"]

        def put(row, value):
            if value is not None and isfinite(value):
                # Sums of thirds and tenths: below a billionth it is the machine's noise.
                value = round(value, 9)
                write(row, column, value, whole if value == int(value) else decimal)

        return put

    def id_cells(self, column):
        return self._plain_number_cells(column, "id")

    def share_cells(self, column):
        return self._plain_number_cells(column, "share")

    def _plain_number_cells(self, column, name):
        write, form = self.worksheet.write_number, self.formats[name]

        def put(row, value):
            if value is not None:
                write(row, column, round(value, 9), form)

        return put

    def date_cells(self, column, name, convert):
        """Of anything hashable that `convert` makes a naive date and time of."""
        write, form = self.worksheet.write_number, self.formats[name]
        known = lru_cache(maxsize=1 << 16)(lambda value: excel_date(convert(value)))

        def put(row, value):
            if value:
                write(row, column, known(value), form)

        return put
