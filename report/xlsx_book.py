"""The workbook that our spreadsheets are written into, and its formats.

xlsxwriter makes the file. What it takes longest for, the cells of long lists, it does not see: their
rows are put into the finished file, as the file format has them (ECMA-376 part 1, 18.3). Nothing of
it hangs on how xlsxwriter works inside.
"""

import io
from shutil import copyfileobj
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, ZipFile

import xlsxwriter
from lxml import etree
from xlsxwriter.format import Format

from .xlsx_list_sheet import ListSheet

FORMATS = {
    "header": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bottom": 1,
        "bg_color": "#E7E6E6",
    },
    "text": {"valign": "top"},
    # Text also after somebody edits the cell.
    "formula": {"valign": "top", "num_format": "@", "quote_prefix": True},
    "whole": {"valign": "top", "num_format": "#,##0"},
    "decimal": {"valign": "top", "num_format": "#,##0.00####"},
    "id": {"valign": "top", "num_format": "0"},
    "share": {"valign": "top", "num_format": "0.00%"},
    "datetime": {
        "valign": "top",
        "align": "left",
        "num_format": "yyyy-mm-dd hh:mm:ss",
    },
    "day": {"valign": "top", "align": "left", "num_format": "yyyy-mm-dd"},
    "time": {"valign": "top", "align": "left", "num_format": "hh:mm"},
    "wrap": {"valign": "top", "text_wrap": True},
    "bold": {"valign": "top", "text_wrap": True, "bold": True},
    "missing": {"valign": "top", "bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"},
}
SHEET_NAME_ILLEGAL = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
# Of compression: half the time of the usual 6 for a tenth more bytes.
LEVEL = 3
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class ListBook(xlsxwriter.Workbook):
    """A workbook with long lists; it takes what is text as text, whatever it begins with.

    :param content: a file, filled when the book is closed
    """

    def __init__(self, content):
        self.list_content, self.list_sheets, self.list_made = content, [], io.BytesIO()
        options = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
        super().__init__(self.list_made, options)
        self.named_formats = {
            name: self.add_format(
                # Older releases do not know `quote_prefix`: Odoo pins one of them.
                {key: one for key, one in properties.items() if hasattr(Format, f"set_{key}")}
            )
            for name, properties in FORMATS.items()
        }

    def name_sheet(self, name, part=1):
        """A translated name as a sheet may have it: 31 characters, some not allowed, each name once."""
        name = name.translate(SHEET_NAME_ILLEGAL).strip("'")
        taken = {sheet.get_name().lower() for sheet in self.worksheets()}
        while True:
            suffix = f" {part}" if part > 1 else ""
            found = name[: 31 - len(suffix)] + suffix
            # Two names may be the same word in some language.
            if found.lower() not in taken:
                return found
            part += 1

    def add_list(self, name, part=1):
        """A sheet for a long list, or for a further part of it."""
        worksheet = self.add_worksheet(self.name_sheet(name, part))
        self.list_sheets.append(ListSheet(worksheet, self.named_formats))
        return self.list_sheets[-1]

    def close(self):
        result = super().close()
        lists = {sheet.worksheet.get_name(): sheet for sheet in self.list_sheets}
        with (
            ZipFile(self.list_made) as made,
            ZipFile(self.list_content, "w", ZIP_DEFLATED, compresslevel=LEVEL) as filled,
        ):
            parts = {part: lists.get(name) for name, part in _find_parts(made)}
            for part in made.namelist():
                sheet = parts.get(part)
                large = bool(sheet) and sheet.get_size() > ZIP64_LIMIT
                with made.open(part) as source, filled.open(part, "w", force_zip64=large) as target:
                    if sheet:
                        sheet.write_part(source.read(), target)
                    else:
                        copyfileobj(source, target)
        return result


def _find_parts(archive):
    """``(name of a sheet, its part of the file)``."""
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    for sheet in etree.fromstring(archive.read("xl/workbook.xml")).find("{*}sheets"):
        yield sheet.get("name"), f"xl/{targets[sheet.get(RELATION)]}"
