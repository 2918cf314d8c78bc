"""What the passes forward and backward through lots and events have in common."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import inf
from types import MappingProxyType

from .balance import divide
from .entry import CODES, KINDS
from .loops import Loops
from .reach import timeline

_FRESH = frozenset(CODES[kind] for kind in ("receipt", "output", "adjustment"))
"""What comes in by these did not leave the same lot before."""
TINY = 1e-9  # of what came in: float noise


@dataclass
class Flow:
    """Amounts of traced material: forward in the reference unit of the run, backward in
    each row's own unit, as the part of that row that went into the start lots."""

    entry: dict[int, float] = field(default_factory=dict)
    """Entry id: amount; only positive ones, and not of plain lots: see :meth:`amount`.
    Shipments are gross: what came back of them stands on the return."""
    density: dict[int, float] = field(default_factory=dict)
    """Plain lot: the amount in one of its unit."""
    worth: dict[int, float] = field(default_factory=dict)
    """Event: the part of what it took that went into the start lots. Backward only."""
    lot_in: dict[int, float] = field(default_factory=dict)
    """Lot: forward, the amount that came in, without what only came back (returns).
    Backward, how much of the lot went into the start lots. As in the quantities,
    material that an event gives back to a lot counts each time."""
    remaining: dict[int, float] = field(default_factory=dict)
    """Lot: the amount still in it. Forward only."""
    sources: dict[int, float] = field(default_factory=dict)
    """Start lot: what it held that no other start lot had put there. Forward only."""
    source: float = 0.0
    """Sum of ``sources``; equals the sum of ``ends``. Forward only."""
    ends: dict[str, float] = field(default_factory=dict)
    """Where the material is now, all keys always there: ``shipped`` and ``scrapped``
    (less what came back), ``supplier_returned``, ``adjusted`` (inventory losses),
    ``on_hand`` (sum of ``remaining``), ``untracked`` (in outputs without a lot),
    ``lost`` (in events that made nothing), ``elsewhere`` (consumed outside any event).
    Forward only."""

    def amount(self, ident: int, lot: int | None, event: int | None, quantity: float) -> float | None:
        """The amount of an entry; None if it has none.

        :param quantity: signed, as it stands in the ledger
        """
        found = self.entry.get(ident)
        if found is None and lot in self.density:
            if self.worth and quantity < 0:
                found = self.worth.get(event, 0.0) * -quantity
            else:
                found = self.density[lot] * abs(quantity)
        return found or None


class Run:
    """The traced lots, the events between them, and the order to go.

    Most lots come in once and leave many times, never more than came in. All that leaves
    such a *plain* lot carries the same share of it, whenever it leaves: it is settled at
    once, with the event that made it (backward, with the last one that it went into). The
    others go along their timelines: forward, a lot waits for the events that fill it, and
    an event for the lots that it takes from. Backward it is the other way round: timelines
    run from their end.
    """

    whole = MappingProxyType({})
    """Start lot that the source fills: its factor. Forward only."""
    sign = 1
    """Of the dates: forward the earliest event goes first, backward the latest."""

    def __init__(self, book, reach, lots, exact):
        self.book = book
        self.reach = reach
        self.flow = Flow()
        self.missing = dict.fromkeys(reach.events, 0)
        """Open event: how many entries of the lots it still awaits."""
        self.plain = set()
        """Plain lots that are not settled yet."""
        self.lines = {}
        """Lot that is not plain: its timeline."""
        self.position = {}
        self.held = {}
        """Of the same, the amount in it, or backward its worth."""
        self.away = {}
        """Of the same, how much went to which ends."""
        self.waits = {}
        """Lot: how many events it lets settle before it goes on at all; saves steps."""
        self.known = dict.fromkeys(reach.events, 0.0)
        """Event: what is known so far of its amount, or backward of its worth."""
        self.beside = defaultdict(list)
        for entry in book.made_beside:
            self.beside[entry.event].append(entry)
        self.ready = []
        self.loops = None
        others = []
        for lot in sorted(lots):
            if not exact and self.is_plain(lot):
                self.plain.add(lot)
            else:
                others.append(lot)
        self.others = others

    def is_plain(self, lot):
        """It came in once, as new material, not less than ever left, and not by an event
        that takes of it as well."""
        book = self.book
        inflows, outflows = book.inflows, book.outflows
        row, end = inflows.spans.get(lot, (0, 0))
        if end - row != 1 or inflows.kind[row] not in _FRESH or lot in self.whole:
            return False
        first, end = outflows.spans.get(lot, (0, 0))
        if first == end:
            return True
        came = inflows.quantity[row]
        event = inflows.event[row]
        return -book.went_out[lot] <= came * (1 + TINY) and not (event and event in outflows.event[first:end])

    def add_line(self, lot):
        """Let a lot go along its timeline."""
        came, went = self.book.inflows, self.book.outflows
        inflows = [
            (came.date[row], came.id[row], came.quantity[row], came.event[row] or None, KINDS[came.kind[row]])
            for row in came.rows(lot)
        ]
        outflows = [
            (went.date[row], 1, went.id[row], 0)
            + (went.id[row], went.quantity[row], went.event[row] or None, KINDS[went.kind[row]])
            for row in went.rows(lot)
        ]
        self.lines[lot] = timeline(inflows, outflows, self.reach, lot in self.whole)[:: self.sign]
        self.position[lot] = 0
        self.held[lot] = 0.0
        self.away[lot] = {}

    def divide(self, event):
        """What an event made: [(id, lot, weight)]."""
        rows = self.book.made.get(event, ())
        beside = self.beside.get(event, ())
        if len(rows) == 1 and not beside:
            return [(self.book.inflows.id[rows[0]], self.book.inflows.lot[rows[0]], 1.0)]
        outputs = [*map(self.book.inflow, rows), *beside]
        return divide(outputs) if outputs else []

    @cached_property
    def dates(self):
        """Open event: when it was, for where events wait for each other in circles."""
        dates = {}
        book, missing = self.book, self.missing
        beside = ((entry.event, entry.date) for entry in book.made_beside + book.taken_beside)
        columns = (zip(side.event, side.date, strict=True) for side in (book.inflows, book.outflows))
        for event, date in chain(*columns, beside):
            if event in missing and date < dates.get(event, inf):
                dates[event] = date
        return dates

    def rank(self, event):
        return self.sign * self.dates.get(event, 0.0), self.sign * event

    def arrived_at(self, event):
        """One entry less for the event to wait for."""
        if not self.missing[event]:
            self.ready.append(event)
        elif self.loops:
            self.loops.touch(event)

    def settle_all(self):
        """Settle every event once, in an order that depends on the facts only."""
        self.ready = [event for event, count in self.missing.items() if not count]
        for lot in self.others:
            self.add_line(lot)
        self.fill_from_outside()
        self.advance_all()
        while self.missing:
            while self.ready:
                event = self.ready.pop()
                del self.missing[event]
                self.settle(event)
            if self.missing and (self.plain or self.waits):
                # To find loops, every lot must be on its timeline, and where it can be.
                self.waits.clear()
                for lot in sorted(self.plain):
                    self.add_line(lot)
                self.plain.clear()
                self.advance_all()
            elif self.missing:
                self.loops = self.loops or Loops(self)
                for lot, index in self.loops.first():
                    self.advance(lot, index)

    def fill_from_outside(self):
        """Settle the plain lots that no event of the trace fills."""

    def advance_all(self):
        for lot in self.lines:
            self.advance(lot)
