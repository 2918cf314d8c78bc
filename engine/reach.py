"""Which lots and events a trace reaches, and which entries its time rule leaves out.

Lots and events alternate: a lot is consumed in an event, the event makes lots. The walk
goes by levels, so the first way found to a lot or event is one with the fewest events.

The time rule (DESIGN §5 rule 2). In a lot that is not a start lot, an inflow and an
outflow are linked, that is: material may have gone from the one to the other, if

* the inflow is of the lot's origin: not later than its first receipt or output. People
  post late, so an origin feeds every outflow whatever its date. What a count found before,
  or a customer sent back, is no origin, unless nothing else ever came in. Or
* the outflow is not earlier than the inflow by more than the clock tolerance.

Both are one comparison, ``outflow.date >= key(inflow)``, with a key of minus infinity
for an origin inflow and of ``date - tolerance`` for a re-entry. So all that the walk
has to know of a lot is one number, and forward and backward are exact mirrors: a lot is
found forward from another if and only if that one is found backward from it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import NamedTuple

from .book import Book
from .entry import BEGINNINGS, Entry

# Where material is that left by an entry of a kind, or came back by a positive one.
AWAY = {
    "shipment": "shipped",
    "customer_return": "shipped",
    "supplier_return": "supplier_returned",
    "scrap": "scrapped",
}
_TINY = 1e-9  # of the most a lot held: what is left below it is float noise


class LotReach(NamedTuple):
    """How a lot was reached."""

    level: int
    """0 for a start lot, else the least number of events away."""
    way: str
    """``start``; ``origin``: all of the lot counts; ``re-entry``: a part in time."""
    bound: float | None
    """None: all of it. Of a re-entry: forward the date from which outflows count,
    backward the date until which inflows count (tolerance included)."""
    parents: tuple[int, ...]
    """The reached events it was reached through, sorted: forward those that made it,
    backward those that took it. A start lot has some only in a loop."""


@dataclass
class Reach:
    """What :func:`reach` found. All ids are those of the entries."""

    direction: str
    tolerance: float
    """In the unit of the dates."""
    conservative: bool
    book: Book = field(compare=False, repr=False)
    levels: dict[int, int] = field(default_factory=dict)
    """Lot: its level."""
    bounds: dict[int, float] = field(default_factory=dict)
    """Lot of which only a part in time counts: its bound."""
    events: dict[int, int] = field(default_factory=dict)
    """Event: the least number of events from a start lot, itself included (1, 2, …)."""
    excluded: list[Entry] = field(default_factory=list)
    """By date, id. Forward: outflows of reached lots before their bound; backward:
    inflows of reached lots after their bound. Empty if conservative."""

    @cached_property
    def excluded_ids(self) -> frozenset[int]:
        return frozenset(entry.id for entry in self.excluded)

    def counts(self, entry: Entry) -> bool:
        """Whether the entry is of a reached lot and not left out by the time rule."""
        return entry.lot in self.levels and entry.id not in self.excluded_ids

    def lot(self, lot: int) -> LotReach:
        """How a reached lot was reached."""
        columns = self.book.inflows if self.direction == "forward" else self.book.outflows
        through = {columns.event[row] for row in columns.rows(lot)} & self.events.keys()
        bound = self.bounds.get(lot)
        level = self.levels[lot]
        way = "start" if not level else "origin" if bound is None else "re-entry"
        return LotReach(level, way, bound, tuple(sorted(through)))


def reach(
    book: Book,
    start: Iterable[int],
    direction: str,
    tolerance: float = 3600.0,
    conservative: bool = False,
) -> Reach:
    """Walk from the start lots.

    :param book: all live entries of the lots that can be found and of the events
        between them; more (a whole ledger) change nothing
    :param start: lots, each wholly traced: all that came in and went out counts
    :param direction: ``forward`` (went to) or ``backward`` (made from)
    :param tolerance: the clock tolerance, in the unit of the dates
    :param conservative: leave nothing out for its date
    """
    if direction not in ("forward", "backward"):
        raise ValueError(f"direction must be forward or backward, not {direction!r}")
    walk = (_Forward if direction == "forward" else _Backward)(book, tolerance, conservative)
    walk.go(start)
    rows = sorted(
        (entry for lot in walk.keys for entry in map(walk.entry, walk.closed(lot))),
        key=lambda entry: (entry.date, entry.id),
    )
    # Backward a lot whose every inflow counts is wholly counted, whatever its bound.
    bounded = walk.keys if direction == "forward" else {entry.lot for entry in rows}
    bounds = {lot: walk.bound(lot) for lot in bounded if walk.keys[lot] > -inf}
    return Reach(direction, tolerance, conservative, book, walk.levels, bounds, walk.events, rows)


class _Walk:
    """Levels until nothing new.

    A lot is entered at a key and can be left by its doors, the rows that the key opens:
    at minus infinity by all of them. It may be entered again with a lower key; then the
    doors that open now are taken, so that no door is looked at twice.
    """

    doors = None
    """Columns: rows by which the walk may leave a lot."""

    def __init__(self, book, tolerance, conservative):
        self.book = book
        self.tolerance = tolerance
        self.conservative = conservative
        self.keys, self.levels, self.events = {}, {}, {}
        self.opened = {}  # lot: how far its doors are open, a row

    def go(self, start):
        keys, levels, events = self.keys, self.levels, self.events
        keys.update(dict.fromkeys(start, -inf))
        levels.update(dict.fromkeys(keys, 0))
        door_event, spans = self.doors.event, self.doors.spans
        lots, key_of = self.arrivals.lot, self.key
        widened = list(keys)
        level = 0
        while widened:
            level += 1
            found = []
            for lot in widened:
                if lot not in spans:
                    continue
                first, end = self.open(lot, keys[lot], *spans[lot])
                for event in door_event[first:end]:
                    if event and event not in events:
                        events[event] = level
                        found.append(event)
            widened = {}
            for event in found:
                for row in self.arriving.get(event, ()):
                    lot = lots[row]
                    known = keys.get(lot)
                    if known == -inf:
                        continue
                    key = -inf if self.conservative else key_of(row)
                    if known is None:
                        levels[lot] = level
                    elif key >= known:
                        continue
                    keys[lot] = key
                    widened[lot] = None


class _Forward(_Walk):
    """Doors are outflows, open from a date on."""

    def __init__(self, book, tolerance, conservative):
        super().__init__(book, tolerance, conservative)
        self.doors, self.arrivals, self.arriving = book.outflows, book.inflows, book.made
        self.entry = book.outflow

    def key(self, row):
        date = self.arrivals.date[row]
        origin = self.book.origin(self.arrivals.lot[row])
        return -inf if date <= self.arrivals.date[origin] else date - self.tolerance

    def open(self, lot, key, first, end):
        end = self.opened.get(lot, end)
        if key > -inf:
            first = bisect_left(self.doors.date, key, first, end)
        self.opened[lot] = first
        return first, end

    def closed(self, lot):
        """Rows that the time rule leaves out."""
        first = self.doors.spans.get(lot, (0, 0))[0]
        return range(first, self.opened.get(lot, first))

    def bound(self, lot):
        return self.keys[lot]


class _Backward(_Walk):
    """Doors are inflows, open until a date; those of the origin are always open. A key
    is the date of an outflow, negated."""

    def __init__(self, book, tolerance, conservative):
        super().__init__(book, tolerance, conservative)
        self.doors, self.arrivals, self.arriving = book.inflows, book.outflows, book.taken
        self.entry = book.inflow

    def key(self, row):
        return -self.arrivals.date[row]

    def open(self, lot, key, first, end):
        date = self.doors.date
        if key > -inf:
            origin = date[self.book.origin(lot)]
            end = bisect_right(date, max(self.tolerance - key, origin), first, end)
        first = self.opened.get(lot, first)
        self.opened[lot] = end
        return first, end

    def closed(self, lot):
        """Rows that the time rule leaves out."""
        end = self.doors.spans.get(lot, (0, 0))[1]
        return range(self.opened.get(lot, end), end)

    def bound(self, lot):
        return self.tolerance - self.keys[lot]


def timeline(inflows: list[tuple], outflows: list[tuple], reach: Reach, whole: bool = False) -> list[tuple]:
    """One lot's entries in the order in which material passes through it, with shares.

    :param inflows: all of the lot: ``(date, id, quantity, event, kind)``
    :param outflows: all of the lot: ``(date, 1, id, 0, id, quantity, event, kind)``,
        the tuples that they are sorted as. This list is used up.
    :param whole: it is a start lot: what left of it before it came in is a debt
    :return: ``[(id, quantity, event, where, share)]``: ``event`` only if reached;
        ``where`` the end that an outflow goes to, or that a returning inflow comes back
        from. ``share`` depends on quantities alone: of an outflow, the part of the lot
        it takes; of a returning inflow, the part it brings back of all that is there;
        of another inflow, the part that settles no debt.
    """
    events = reach.events
    steps = []
    held = most = debt = 0.0
    away = {}
    line = _ordered(inflows, outflows, reach.tolerance)
    for _moment, _rank, _tie, _sub, ident, quantity, event, kind in line:
        where = None
        if event not in events:
            event = None
            where = AWAY.get(kind)
        share = 1.0
        if quantity < 0:
            rest = held + quantity
            if rest > most * _TINY:
                share = -quantity / held
                held = rest
            else:
                if whole:
                    debt -= min(0.0, rest)
                held = most = 0.0
            if event is None:
                if where is None:
                    where = "adjusted" if kind == "adjustment" else "elsewhere"
                away[where] = away.get(where, 0.0) - quantity
        else:
            if where is not None:
                there = away.get(where, 0.0)
                if quantity < there * (1 - _TINY):
                    share = quantity / there
                away[where] = max(0.0, there - quantity)
            elif debt and event is None:
                settled = min(debt, quantity)
                debt -= settled
                share = (quantity - settled) / quantity
                held -= settled
            held += quantity
            if held > most:
                most = held
        steps.append((ident, quantity, event, where, share))
    return steps


def _ordered(inflows, outflows, tolerance):
    """The entries of one lot, sorted: ``(…, id, quantity, event, kind)``.

    * inflows at ``date - tolerance``, those of the origin first of all: so an outflow
      stands after every inflow that the time rule links it with;
    * outflows at their date, after inflows of the same moment, by id;
    * what came back (customer return, scrap undone) at its own date, by id: it cannot
      come back before it left;
    * what an event makes of a lot that it also takes (rework of a lot on itself) right
      after the last it takes of it.
    """
    line = outflows
    if inflows:
        began = [inflow for inflow in inflows if inflow[4] in BEGINNINGS]
        origin = min(began or inflows)[0]
        taken = {inflow[3]: None for inflow in inflows if inflow[3] is not None}
        for item in line if taken else ():
            if item[6] in taken:
                taken[item[6]] = max(item[:4], taken[item[6]] or item[:4])
        for date, ident, quantity, event, kind in inflows:
            if taken.get(event):
                moment, rank, last, _sub = taken[event]
                order = (moment, rank, last, 1)
            elif kind in AWAY:
                order = (date, 1, ident, 0)
            elif date <= origin:
                order = (-inf, 0, ident, 0)
            else:
                order = (date - tolerance, 0, ident, 0)
            line.append((*order, ident, quantity, event, kind))
    line.sort()
    return line
