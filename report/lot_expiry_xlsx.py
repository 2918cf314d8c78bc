"""The list of expiring lots as a spreadsheet: rows in, bytes out. It queries nothing."""

import io
from datetime import datetime, time

from .xlsx_book import ListBook

KEYS = (
    *("lot", "product", "warehouse", "quantity", "uom", "value", "currency"),
    *("level", "date_kind", "date", "days_left", "prepared"),
)


def render_lot_expiry_xlsx(env, rows):
    """One sheet, one row an alert.

    :param env: for the language only
    :param rows: iterable of dicts with KEYS; `date` is a day
    :returns: the file as bytes
    """
    titles = {
        "lot": (env._("Lot"), 18),
        "product": (env._("Product"), 36),
        "warehouse": (env._("Warehouse"), 18),
        "quantity": (env._("Quantity"), 12),
        "uom": (env._("Unit"), 8),
        "value": (env._("Value"), 12),
        "currency": (env._("Currency"), 9),
        "level": (env._("Level"), 22),
        "date_kind": (env._("Kind of date"), 18),
        "date": (env._("Date"), 12),
        "days_left": (env._("Days left"), 10),
        "prepared": (env._("Prepared"), 26),
    }
    content = io.BytesIO()
    book = ListBook(content)
    sheet = book.add_list(env._("Expiring lots"))
    worksheet = sheet.worksheet
    sheet.write_header([titles[key][0] for key in KEYS])
    cells = []
    for column, key in enumerate(KEYS):
        if key == "date":
            cells.append(sheet.date_cells(column, "day", lambda day: datetime.combine(day, time.min)))
        elif key in ("quantity", "value", "days_left"):
            cells.append(sheet.number_cells(column))
        else:
            cells.append(sheet.text_cells(column))
        worksheet.set_column(column, column, titles[key][1])
    count = sheet.append(KEYS, cells, rows)
    worksheet.freeze_panes(1, 0)
    worksheet.autofilter(0, 0, max(count, 1), len(KEYS) - 1)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)
    book.close()
    return content.getvalue()
