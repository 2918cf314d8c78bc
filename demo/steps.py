"""The kinds of entry in the demo plant's diary, and how its short notation reads.

`days_ago` counts working days back from today. Lots are written as in a diary:
`"HUM-0301=300 HCA-0501=12"` is 300 of lot HUM-0301 and 12 of HCA-0501. What follows
an `@` is the supplier's lot number on a receipt, else the store to take from.
"""

from typing import NamedTuple


class Receipt(NamedTuple):
    """Lots bought, with the supplier's lot numbers: `"TAH-0398=150@SES-24117"`."""

    days_ago: int
    supplier: str
    lots: str
    ordered: int = 6  # working days before


class Make(NamedTuple):
    """A manufacturing order: so much of a lot, from the lots named.

    Components of the recipe that are not named are taken oldest first (packaging).
    """

    days_ago: int
    lot: str
    quantity: float
    use: str
    byproduct: str = ""
    planned: float = 0  # more than `quantity`: the rest becomes a backorder
    backorder_of: str = ""  # the lot whose backorder this one is
    recipe: bool = True
    store: str = ""


class Delivery(NamedTuple):
    days_ago: int
    customer: str
    lots: str
    later: str = ""  # shipped the next working day, as a backorder


class CustomerReturn(NamedTuple):
    days_ago: int
    customer: str
    lots: str


class SupplierReturn(NamedTuple):
    days_ago: int
    supplier: str
    lots: str


class Scrap(NamedTuple):
    days_ago: int
    lots: str
    reason: str


class Count(NamedTuple):
    """What a stock count found of a lot in a store."""

    days_ago: int
    store: str
    lots: str


class Transfer(NamedTuple):
    days_ago: int
    store: str
    lots: str
    pallet: str = ""


class Unbuild(NamedTuple):
    days_ago: int
    lots: str


class OpenDelivery(NamedTuple):
    """A sale order confirmed and reserved, due the next working day."""

    days_ago: int
    customer: str
    lots: str
    picked: bool = False


class OpenMake(NamedTuple):
    """A manufacturing order confirmed and reserved, due the next working day."""

    days_ago: int
    product: str
    quantity: float
    use: str


class SaleByRule(NamedTuple):
    """An open delivery of which the policy chooses the lots, due the next working day."""

    days_ago: int
    customer: str
    product: str
    quantity: float


class Rules(NamedTuple):
    """The food policy and what a customer asks for (care.py)."""

    days_ago: int


class Hold(NamedTuple):
    days_ago: int
    lot: str
    reason: str


class Drill(NamedTuple):
    days_ago: int
    lot: str


def parse(text):
    """`"A=1@X B=2"` as `[("A", 1.0, "X"), ("B", 2.0, "")]`."""
    entries = []
    for word in text.split():
        lot, _, rest = word.partition("=")
        quantity, _, note = rest.partition("@")
        entries.append((lot, float(quantity), note))
    return entries


def prefix(lot):
    """The letters of a lot number: they tell the product."""
    return lot.rpartition("-")[0]
