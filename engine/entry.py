"""What the engine computes from: ledger entries as plain values."""

from typing import NamedTuple


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
    """Effective date, seconds since the epoch."""
    unit: int
    """The reference unit: quantities of entries with the same one can be added."""
    factor: float
    """``quantity * factor`` is the quantity in the reference unit."""
    cost_share: float | None
    """Percent of the event's cost that this output carries; None if unknown."""
    tracked: bool
    """The product was tracked by lot or serial number when this was recorded."""
    party: int | None
    supplier_lot: bool
    count: int = 1
    """How many entries of the ledger this stands for. Above 1: what left a lot that came
    in once, of one kind, summed, dated as the last of it. Its id is negative."""
