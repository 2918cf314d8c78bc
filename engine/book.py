"""The part of the ledger that a trace is made of, in columns.

A trace can find a million entries. A column is one ``array`` of plain numbers: it costs a
tenth of the memory and of the time of a Python object for each entry, and the database
hands it over as it is (:func:`unpack`). A row is a position in the columns.
"""

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from math import nan

from .entry import BEGINNING_CODES, CODES, KINDS, Entry

# Of each column its code in `array`: all of four or eight bytes. What is missing is 0.
OUTFLOW = {
    "lot": "i",
    "id": "i",
    "event": "i",
    "kind": "i",
    "quantity": "d",
    "date": "q",
    "party": "i",
    "picking": "i",
}
INFLOW = OUTFLOW | {"product": "i", "uom": "i", "cost_share": "d", "supplier_lot": "i"}
_HEADER = 19  # of PostgreSQL's binary COPY: signature, flags, length of the extension
_TRAILER = 2


class Columns:
    """Entries of one sign that have a lot, sorted by lot, date and id.

    Each column is an attribute. What is missing is 0; a cost share, NaN.
    """

    def __init__(self, columns: dict[str, array]):
        self.__dict__.update(columns)
        counts = Counter(self.lot)  # in the order of the column
        ends = accumulate(counts.values())
        self.spans = {lot: (end - count, end) for (lot, count), end in zip(counts.items(), ends, strict=True)}
        """Lot: its first row, and the row after its last."""

    def __len__(self):
        return len(self.lot)

    def rows(self, lot: int) -> range:
        return range(*self.spans.get(lot, (0, 0)))

    def sums(self) -> dict[int, float]:
        """Lot: its quantity."""
        quantity = self.quantity
        return {lot: sum(quantity[first:end]) for lot, (first, end) in self.spans.items()}


class Book:
    """All live entries of the lots that were found, and what more their events show.

    :param inflows: what came into the lots, with the columns of ``INFLOW``
    :param outflows: what left them, with those of ``OUTFLOW``
    :param beside: entries of the events that were passed which are of none of the lots:
        what else was made, and what was taken without a lot
    :param uoms: unit -> (reference unit, factor)
    :param units: the same of each lot that nothing came into; needed of start lots
    """

    def __init__(
        self,
        inflows: Columns,
        outflows: Columns,
        beside: Iterable[Entry] = (),
        uoms: dict[int, tuple[int, float]] = (),
        units: dict[int, tuple[int, float]] = (),
    ):
        self.inflows = inflows
        self.outflows = outflows
        self.made_beside = [entry for entry in beside if entry.quantity > 0]
        self.taken_beside = [entry for entry in beside if entry.quantity < 0]
        self.uoms = dict(uoms)
        self.units = dict(units)
        self.came_in = inflows.sums()
        """Lot: the quantity that ever came in."""
        self.went_out = outflows.sums()
        """Lot: the quantity that ever left, below zero."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Book":
        """The same from entries one by one, in any order."""
        beside = [entry for entry in entries if entry.lot is None]
        entries = [entry for entry in entries if entry.lot is not None]
        entries.sort(key=lambda entry: (entry.lot, entry.date, entry.id))
        units = {(entry.unit, entry.factor): None for entry in entries}
        uoms = dict(enumerate(units, 1))
        numbers = {unit: number for number, unit in uoms.items()}
        came = _columns(INFLOW, [entry for entry in entries if entry.quantity > 0], numbers)
        went = _columns(OUTFLOW, [entry for entry in entries if entry.quantity < 0], numbers)
        lots = {entry.lot: (entry.unit, entry.factor) for entry in entries}
        return cls(Columns(came), Columns(went), beside, uoms, lots)

    def unit(self, lot: int) -> tuple[int, float] | None:
        """The reference unit of a lot and its factor; None if nothing is known of the lot."""
        if lot in self.inflows.spans:
            return self.uoms[self.inflows.uom[self.inflows.spans[lot][0]]]
        return self.units.get(lot)

    def origin(self, lot: int) -> int:
        """The row of the first receipt or output of a lot; of the first inflow where there is none."""
        first, end = self.inflows.spans[lot]
        kind = self.inflows.kind
        if kind[first] in BEGINNING_CODES:
            return first
        return next((row for row in range(first, end) if kind[row] in BEGINNING_CODES), first)

    def inflow(self, row: int) -> Entry:
        """What came in, as an entry."""
        inflows = self.inflows
        unit, factor = self.uoms[inflows.uom[row]]
        cost_share = inflows.cost_share[row]
        return self._entry(inflows, row)._replace(
            product=inflows.product[row],
            unit=unit,
            factor=factor,
            cost_share=None if cost_share != cost_share else cost_share,
            supplier_lot=bool(inflows.supplier_lot[row]),
        )

    def outflow(self, row: int) -> Entry:
        """What left, as an entry: without what only an inflow tells."""
        return self._entry(self.outflows, row)

    @staticmethod
    def _entry(columns, row):
        return Entry(
            id=columns.id[row],
            lot=columns.lot[row],
            product=None,
            event=columns.event[row] or None,
            kind=KINDS[columns.kind[row]],
            quantity=columns.quantity[row],
            date=columns.date[row],
            unit=None,
            factor=None,
            cost_share=None,
            tracked=True,
            party=columns.party[row] or None,
            supplier_lot=False,
            picking=columns.picking[row] or None,
        )

    @cached_property
    def made(self) -> dict[int, list[int]]:
        """Event: the rows of what came into lots by it."""
        return _by_event(self.inflows)

    @cached_property
    def taken(self) -> dict[int, list[int]]:
        """Event: the rows of what left lots into it."""
        return _by_event(self.outflows)


def unpack(data: bytes, codes: dict[str, str]) -> Columns:
    """The columns of what PostgreSQL copied out in binary, none of it NULL.

    A row is the number of its fields in two bytes, and of each field its length in four
    and its bytes, the highest first: so a column is what stands at the same place of
    every row, taken byte by byte.

    :param codes: column: its code in ``array``, in the order of the query
    """
    sizes = {name: array(code).itemsize for name, code in codes.items()}
    width = 2 + sum(4 + size for size in sizes.values())
    count, rest = divmod(len(data) - _HEADER - _TRAILER, width)
    if rest:
        raise ValueError("The rows are not of the width that was agreed: a field is NULL or of another type.")
    columns = {}
    end = len(data) - _TRAILER
    place = _HEADER + 2
    for name, size in sizes.items():
        place += 4
        column = bytearray(size * count)
        for byte in range(size):
            at = size - 1 - byte if sys.byteorder == "little" else byte
            column[at::size] = data[place + byte : end : width]
        columns[name] = array(codes[name], bytes(column))
        place += size
    return Columns(columns)


def _by_event(columns):
    rows = defaultdict(list)
    for row, event in enumerate(columns.event):
        if event:
            rows[event].append(row)
    rows.default_factory = None
    return rows


def _columns(codes, entries, uoms):
    """Entries as columns; dates as they are, whatever number they are."""
    columns = {}
    for name, code in codes.items():
        if name == "kind":
            values = [CODES[entry.kind] for entry in entries]
        elif name == "uom":
            values = [uoms[entry.unit, entry.factor] for entry in entries]
        elif name == "cost_share":
            values = [nan if entry.cost_share is None else entry.cost_share for entry in entries]
        else:
            values = [getattr(entry, name) or 0 for entry in entries]
        columns[name] = array("d" if name == "date" else code, values)
    return columns
