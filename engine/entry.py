"""What the engine computes from: ledger entries as plain values."""

from typing import NamedTuple

KINDS = (
    *("receipt", "output", "adjustment", "customer_return"),
    *("consumption", "shipment", "scrap", "supplier_return"),
)
"""Columns hold the position in this tuple (see :mod:`.book`)."""
CODES = {kind: code for code, kind in enumerate(KINDS)}
BEGINNINGS = ("receipt", "output")
"""Kinds by which a lot comes into being. What a count finds, or a customer sends back, was there before."""
BEGINNING_CODES = frozenset(map(CODES.get, BEGINNINGS))


class Entry(NamedTuple):
    """One live entry of the ledger: a quantity of a lot that came in or left.

    Entries that were reversed, and their reversals, are not given to the engine.
    """

    id: int
    lot: int | None
    """None: the product carries no lot (only in events)."""
    product: int
    event: int | None
    """The transformation it belongs to: an output comes in, a consumption leaves."""
    kind: str
    quantity: float
    """Signed, in the product's unit: positive came in, negative left."""
    date: float
    """Effective date: a number, in the unit of the clock tolerance."""
    unit: int | None
    """The reference unit: quantities of entries with the same one can be added."""
    factor: float | None
    """``quantity * factor`` is the quantity in the reference unit."""
    cost_share: float | None
    """Percent of the event's cost that this output carries; None if unknown."""
    tracked: bool
    """The product was tracked by lot or serial number when this was recorded, or had lots."""
    party: int | None
    supplier_lot: bool
    """The supplier's lot number is known; told of receipts only."""
    picking: int | None = None
