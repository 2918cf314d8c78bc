"""The workbook that our spreadsheets are written into, and its formats."""

import xlsxwriter
from xlsxwriter.format import Format

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


def open_book(content):
    """A workbook that writes into `content`, and its formats by name.

    It keeps no rows in memory, and takes what is text as text, whatever it begins with.
    """
    book = xlsxwriter.Workbook(
        content,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    formats = {
        name: book.add_format(
            # Older releases do not know `quote_prefix`: Odoo pins one of them.
            {key: one for key, one in properties.items() if hasattr(Format, f"set_{key}")}
        )
        for name, properties in FORMATS.items()
    }
    return book, formats
