"""Columns that several sheets of the "Lot trace" spreadsheet have, with their meaning.

A column is declared once; the summary sheet explains it from here.
"""

from typing import NamedTuple

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class Column(NamedTuple):
    """One column: where its value comes from and how it is written."""

    title: object
    kind: str
    """text, number, id, share, datetime or day; `word` goes through the method of
    SheetWords that `source` names; `amounts` becomes pairs of quantity and unit,
    `contact` the columns of CONTACT; `side` is the direction, always the first."""
    key: str | None = None
    """What it takes of a row."""
    width: int = 12
    note: object = None
    """What it means, for the glossary; None if the title says it."""
    source: str | None = None


SIDE = Column(
    _lt("Direction"),
    "side",
    None,
    11,
    _lt("Made from: back to the suppliers. Went to: on to the customers."),
)
LEVEL = Column(
    _lt("Level"),
    "id",
    "level",
    8,
    _lt("Number of transformations between the row and the start lots; 0: a start lot."),
)
LOT_ID = Column(
    _lt("Lot ID"),
    "id",
    "lot_id",
    9,
    _lt("The lot's number in the database: the same lot in all sheets."),
)
LOT = Column(_lt("Lot"), "text", "lot", 22)
PRODUCT = Column(_lt("Product"), "text", "product", 34)
QUANTITY = Column(_lt("Quantity"), "number", "quantity", 12)
UOM = Column(_lt("Unit"), "text", "uom", 8)
AFFECTED = Column(
    _lt("Affected quantity"),
    "amounts",
    "affected",
    12,
    _lt(
        "How much of the traced material is in the row. Went to: in the unit of the "
        "start lots. Made from: how much of the row went into the start lots, in the "
        "row's own unit. Empty: unknown. More than one pair of columns where start "
        "lots of different units were asked together."
    ),
)
SHARE = Column(
    _lt("Share"),
    "share",
    "share",
    9,
    _lt(
        "The affected quantity as a part: went to, of all that the start lots held; "
        "made from, of all that there ever was of the row's lot. Empty: unknown."
    ),
)
DATE = Column(
    _lt("Date"),
    "datetime",
    "date",
    19,
    _lt("Effective date in the time zone named above."),
)
DOCUMENT = Column(_lt("Document"), "text", "document", 20, _lt("Its name as it was recorded."))
ORDER = Column(_lt("Order"), "text", "order", 18)
ENTRY = Column(_lt("Ledger entry"), "id", "id", 12, _lt("Number of the entry in the ledger."))
FROM = Column(_lt("From"), "text", "location", 24)
TO = Column(_lt("To"), "text", "location_dest", 24)
CONTACT = Column(_lt("Contact"), "contact", "contact")
# Title, what it takes of a partner's facts, width, meaning.
CONTACT_FACTS = [
    (
        _lt("Contact person"),
        "contact_person",
        22,
        _lt("Person or place within the company."),
    ),
    (_lt("Phone"), "phone", 18, None),
    (_lt("E-mail"), "email", 26, None),
    (_lt("Street"), "street", 26, None),
    (_lt("ZIP"), "zip", 10, None),
    (_lt("City"), "city", 18, None),
    (_lt("State"), "state", 14, None),
    (_lt("Country"), "country", 16, None),
    (_lt("Country code"), "country_code", 9, None),
    (_lt("Tax ID"), "vat", 18, None),
    (_lt("Partner reference"), "ref", 16, None),
    (
        _lt("Facts taken later"),
        "taken_later",
        16,
        _lt(
            "Name, address and contact were taken later than the goods moved: when history was loaded, or "
            "a done movement was changed. They may have been others on the day."
        ),
    ),
]


def partner(title):
    return Column(
        title,
        "partner",
        "contact",
        30,
        _lt("Name, address and contact as recorded with the movement."),
    )
