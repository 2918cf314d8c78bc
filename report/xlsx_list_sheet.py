"""A worksheet for long lists: rows go straight to a temporary file.

xlsxwriter keeps every cell as an object and needs some 7 µs for each: a trace of
90,000 shipments with their events took it most of a minute and gigabytes. Here a cell
is mostly one look-up: what a value looks like in its column is made once, with a mark
for the row's number. All the rest of the file (styles, filters, frozen panes, table of
strings, packaging) stays xlsxwriter's.
"""

import re
import shutil
import tempfile
from datetime import datetime, timedelta
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
EPOCH = datetime(1899, 12, 30)
DAY = timedelta(days=1)
# Stands for the row's number in a cell. No text gets near it: those are in a table.
ROW = "\0"


def clean_text(value):
    """Text that any spreadsheet reads: without control characters, not too long."""
    text = ILLEGAL.sub("", str(value))
    # Excel counts UTF-16 units: an emoji is two.
    if len(text) > LONGEST // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST:
            text = units[: 2 * LONGEST - 2].decode("utf-16-le", "ignore") + "…"
    return text


def shared_text(value):
    """`clean_text` as it has to be given to xlsxwriter's table of strings.

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


class Known(dict):
    """The cells of values, each made once by `make`."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, value):
        cell = self[value] = self.make(value)
        return cell


class ListSheet(Worksheet):
    """A worksheet that is filled with `start` and `append` only, from the top, once."""

    def start(self, formats):
        """Begin; the header comes with `write_header`.

        :param dict formats: xlsxwriter formats by name: header, formula, whole,
            decimal, id, share, datetime, day
        """
        self.row_count = 0
        self._style = {name: form._get_xf_index() for name, form in formats.items()}
        # Closed by `_write_sheet_data`, or with the sheet where it comes not so far.
        self._buffer = tempfile.TemporaryFile(  # noqa: SIM115
            "w+", encoding="utf-8", newline="\n"
        )

    def write_header(self, titles):
        style = self._style["header"]
        cells = "".join(
            f'<c r="{xl_col_to_name(number)}1" s="{style}" t="s"><v>{self._share_text(title)}</v></c>'
            for number, title in enumerate(titles)
        )
        self._buffer.write(f'<row r="1">{cells}</row>')
        self.str_table.count += len(titles)
        self._check_dimensions(0, 0)
        self._last_column = len(titles) - 1

    def append(self, keys, cells, rows, first=""):
        """Write rows.

        :param list keys: what is taken of a row, in the order of the columns
        :param list cells: for each key what makes cells of its value: text that holds
            the mark ROW, from one of the makers below; empty for no cell
        :param rows: iterable of dicts
        :param str first: a cell that stands before those, the same in all rows
        :returns: number of rows written
        """
        write, fetch = self._buffer.write, itemgetter(*keys)
        before = number = self.row_count + 1
        texts = 0
        for number, row in enumerate(rows, start=before + 1):
            text = first + "".join([make(value) for make, value in zip(cells, fetch(row))])
            write(f'<row r="{number}">{text.replace(ROW, str(number))}</row>')
            texts += text.count(' t="s"')
        self.str_table.count += texts
        self.row_count = number - 1
        self._check_dimensions(number - 1, self._last_column)
        return number - before

    def _share_text(self, value):
        """Number of a text in the workbook's table of strings."""
        number = self.str_table._get_shared_string_index(shared_text(value))
        # It counts a cell for each call: the cells are counted where they are written.
        self.str_table.count -= 1
        return number

    # ---- makers of cells, one for each column -------------------------------------

    def text_cells(self, column):
        """Of anything hashable that is to be text; None and "" give no cell."""
        start = f'<c r="{xl_col_to_name(column)}{ROW}"'
        formula = self._style["formula"]

        def make(value):
            if value is None or value == "":
                return ""
            style = f' s="{formula}"' if str(value).startswith(FORMULA_STARTS) else ""
            return f'{start}{style} t="s"><v>{self._share_text(value)}</v></c>'

        return Known(make).__getitem__

    def number_cells(self, column):
        """Of quantities: whole numbers without decimals."""
        start = f'<c r="{xl_col_to_name(column)}{ROW}" s="'
        whole, decimal = f'{start}{self._style["whole"]}"><v>', self._style["decimal"]
        decimal = f'{start}{decimal}"><v>'

        def make(value):
            if value is None or not isfinite(value):
                return ""
            # Sums of thirds and tenths: below a billionth it is the machine's noise.
            value = round(value, 9)
            if value == int(value):
                return f"{whole}{int(value)}</v></c>"
            return f"{decimal}{value!r}</v></c>"

        return make

    def id_cells(self, column):
        start = f'<c r="{xl_col_to_name(column)}{ROW}" s="{self._style["id"]}"><v>'
        return lambda value: "" if value is None else f"{start}{value}</v></c>"

    def share_cells(self, column):
        start = f'<c r="{xl_col_to_name(column)}{ROW}" s="{self._style["share"]}"><v>'
        return lambda value: "" if value is None else f"{start}{round(value, 9)!r}</v></c>"

    def date_cells(self, column, style, convert):
        """Of anything hashable that `convert` makes a naive date and time of."""
        start = f'<c r="{xl_col_to_name(column)}{ROW}" s="{self._style[style]}"><v>'

        def make(value):
            return f"{start}{excel_date(convert(value))!r}</v></c>" if value else ""

        return Known(make).__getitem__

    # ---- xlsxwriter's part --------------------------------------------------------

    def _write_sheet_data(self):
        """Called by xlsxwriter where the rows belong."""
        self._xml_start_tag("sheetData")
        self._buffer.seek(0)
        shutil.copyfileobj(self._buffer, self.fh, 1 << 20)
        self._buffer.close()
        self._xml_end_tag("sheetData")

    @property
    def is_written(self):
        """The rows are in the file. Anything else would be an answer cut silently."""
        return self._buffer.closed
