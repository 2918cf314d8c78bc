"""How much of the traced material went where (forward), or came from where (backward).

Perfect mixing within a lot: an outflow takes the share of the lot's material that it is
of the lot's quantity at that moment of the lot's :func:`~.reach.timeline`. An event
divides what it takes in over all that it makes. Backward is the adjoint of forward: it
asks of every ancestor what forward would say of it, in one pass for all of them.

Loops are facts. Where late postings make amounts depend on each other in a circle, one
event of the circle goes first with what is known by then; what arrives in a lot after
its outflows were settled stays in the lot. Nothing is lost or counted twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import fsum, inf
from types import MappingProxyType

from .balance import divide
from .book import Book
from .entry import CODES, KINDS
from .loops import Loops
from .reach import AWAY, Reach, timeline

_ENDS = (
    *("shipped", "supplier_returned", "scrapped", "adjusted"),
    *("on_hand", "untracked", "lost", "elsewhere"),
)
_WHERE = tuple(AWAY.get(kind, "adjusted" if kind == "adjustment" else "elsewhere") for kind in KINDS)
_FRESH = frozenset(CODES[kind] for kind in ("receipt", "output", "adjustment"))
"""What comes in by these did not leave the same lot before."""
_TINY = 1e-9  # of what came in: float noise


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


def forward(book: Book, reach: Reach, start: Iterable[int], unit: int, exact: bool = False) -> Flow:
    """Follow what the start lots of one reference unit held.

    A start lot is wholly affected. On each inflow the source adds what the traced
    material coming in lacks of the inflow's quantity, so a start set with a lot and its
    own child counts nothing twice. Where more leaves a start lot than came in, the
    source adds that too (a hole in the records must not make a shipment look clean),
    and a later inflow of unknown origin settles this debt before it adds more.

    :param book: the one given to :func:`~.reach.reach`; more in it changes nothing
    :param reach: its forward answer for the start lots
    :param start: start lots; those of other units are ordinary lots in this run
    :param unit: the reference unit; all amounts of the answer are in it
    :param exact: go through the timeline of plain lots too: the same answer, slower
    """
    run = _Forward(book, reach, frozenset(start), unit, exact)
    run.settle_all()
    flow = run.flow
    flow.remaining |= {lot: amount for lot, amount in run.held.items() if amount}
    flow.source = fsum(flow.sources.values())
    for went in run.away.values():
        for where, amount in went.items():
            flow.ends[where] += amount
    for where, amount in zip(_WHERE, run.ends, strict=True):
        flow.ends[where] += amount
    flow.ends["on_hand"] = fsum(flow.remaining.values())
    return flow


def backward(book: Book, reach: Reach, start: Iterable[int], exact: bool = False) -> Flow:
    """How much of every ancestor went into the start lots, in the ancestor's own unit.

    Works with *worth*: the part of a unit of material that ends in a start lot. It is 1
    of what comes into a start lot (which absorbs it), 0 of what remains in any other.
    An event's worth is that of its outputs by their weight. Back over an outflow that
    takes share ``r`` of a lot, the lot's worth becomes ``r * outflow + (1 - r) * lot``;
    an inflow has the worth of the lot at that moment.

    The amount of an outflow into a reached event is its quantity times the event's
    worth, of an inflow its quantity times the lot's. ``lot_in`` sums the outflows into
    events; without loops it is what :func:`forward` from this lot alone brings into the
    start lots, divided by the lot's factor, and, where the lot never lacks quantity,
    also the sum of its inflows without returns. Of a start lot it is what came in,
    without returns.

    :param book: the one given to :func:`~.reach.reach`; more in it changes nothing
    :param reach: its backward answer for the start lots
    :param exact: go through the timeline of plain lots too: the same answer, slower
    """
    run = _Backward(book, reach, frozenset(start), exact)
    run.settle_all()
    run.flow.worth = run.worth
    return run.flow


class _Run:
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
        return -book.went_out[lot] <= came * (1 + _TINY) and not (
            event and event in outflows.event[first:end]
        )

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


class _Forward(_Run):
    """``held`` and ``away`` are amounts of traced material."""

    def __init__(self, book, reach, start, unit, exact):
        self.whole = {}
        for lot in sorted(start):
            own, factor = book.unit(lot) or (None, None)
            if own == unit:
                self.whole[lot] = factor
        super().__init__(book, reach, reach.levels, exact)
        self.flow.ends = dict.fromkeys(_ENDS, 0.0)
        self.ends = [0.0] * len(KINDS)
        """Kind: how much left plain lots by it, other than into events."""
        # As lists: a number that is taken out of an array is made anew each time.
        self.events, self.quantities = book.outflows.event.tolist(), book.outflows.quantity.tolist()
        taken = Counter(self.events)
        for lot in book.outflows.spans.keys() - reach.levels.keys():
            taken.subtract(self.events[slice(*book.outflows.spans[lot])])
        self.missing = {event: taken[event] for event in reach.events}
        self.carried = self.known  # event: what it took in
        self.arrived = {}  # inflow id: what its event put into it
        self.late = {}  # inflow passed before its event was settled: what source added

    def fill_from_outside(self):
        """Nothing of the start lots comes into them: they are start lots of another unit."""
        inflows = self.book.inflows
        for lot in [lot for lot in self.plain if inflows.event[inflows.spans[lot][0]] not in self.missing]:
            self.fill(lot, 0.0)

    def fill(self, lot, amount):
        """All that ever comes into a plain lot is known: so is all that leaves it."""
        self.plain.remove(lot)
        book, flow = self.book, self.flow
        came = book.came_in[lot]
        flow.density[lot] = density = amount / came
        if amount:
            flow.lot_in[lot] = amount
            rest = came + book.went_out.get(lot, 0.0)
            if rest > came * _TINY:
                flow.remaining[lot] = density * rest
        first, end = book.outflows.spans.get(lot, (0, 0))
        carried, missing, ends = self.carried, self.missing, self.ends
        events, kinds = self.events[first:end], book.outflows.kind[first:end]
        if end > first and not any(events) and kinds.count(kinds[0]) == end - first:
            # It was all shipped, as most: no need to go through it.
            ends[kinds[0]] -= density * book.went_out[lot]
            return
        for event, quantity, kind in zip(events, self.quantities[first:end], kinds, strict=True):
            left = missing.get(event)
            if left is None:
                ends[kind] -= density * quantity
                continue
            carried[event] -= density * quantity
            missing[event] = left - 1
            if left == 1:
                self.ready.append(event)
            elif self.loops:
                self.loops.touch(event)

    def advance(self, lot, upto=-1):
        """Pass the lot's inflows that are known, and all up to index ``upto``."""
        line, amount, went = self.lines[lot], self.held[lot], self.away[lot]
        entry, missing, carried = self.flow.entry, self.missing, self.carried
        factor = self.whole.get(lot)
        first = self.position[lot]
        for index in range(first, len(line)):
            ident, quantity, event, where, share = line[index]
            if quantity < 0:
                taken = amount if share == 1.0 else amount * share
                amount -= taken
                if factor and share == 1.0 and taken < -quantity * factor:
                    self.add(lot, -quantity * factor - taken)
                    taken = -quantity * factor
                if taken:
                    entry[ident] = taken
                if event is None:
                    went[where] = went.get(where, 0.0) + taken
                else:
                    carried[event] += taken
                    missing[event] -= 1
                    if self.loops or not missing[event]:
                        self.arrived_at(event)
            elif event in missing and index > upto:
                break
            else:
                amount += self.come_in(lot, factor, *line[index])
        else:
            index = len(line)
        self.position[lot] = index
        self.held[lot] = amount
        if self.loops:
            self.loops.fill(lot)

    def come_in(self, lot, factor, ident, quantity, event, where, share):
        """The amount of an inflow."""
        came = 0.0
        unknown = event is None and where is None
        if event in self.missing:
            self.late[ident] = 0.0
        elif event is not None:
            came = self.arrived.pop(ident)
            self.flow.lot_in[lot] = self.flow.lot_in.get(lot, 0.0) + came
        elif where is not None:
            there = self.away[lot].get(where, 0.0)
            came = there * share
            self.away[lot][where] = there - came
        if factor:
            self.flow.entry[ident] = max(came, quantity * factor)
            lacking = quantity * factor * (share if unknown else 1.0) - came
            if lacking > 0:
                self.add(lot, lacking)
                came += lacking
                if ident in self.late:
                    self.late[ident] = lacking
        elif came:
            self.flow.entry[ident] = came
        return came

    def add(self, lot, amount):
        """The source puts an amount into a start lot."""
        for total in (self.flow.sources, self.flow.lot_in):
            total[lot] = total.get(lot, 0.0) + amount

    def settle(self, event):
        """Divide what the event took in over what it made."""
        total = self.carried[event]
        made = self.divide(event)
        if not made:
            self.flow.ends["lost"] += total
        advancing = []
        for ident, lot, weight in made:
            came = total * weight
            if lot in self.plain:
                self.fill(lot, came)
            elif lot not in self.lines:
                self.flow.ends["untracked"] += came
                if came:
                    self.flow.entry[ident] = came
            else:
                advancing.append(lot)
                if ident in self.late:
                    self.come_late(lot, ident, came)
                else:
                    self.arrived[ident] = came
        for lot in advancing:
            self.advance(lot)

    def come_late(self, lot, ident, came):
        """An amount comes in where it was passed over: the source stood in for it."""
        flow = self.flow
        stood_in = self.late.pop(ident)
        if stood_in:
            flow.sources[lot] -= min(came, stood_in)
        if came > stood_in:
            self.held[lot] += came - stood_in
            flow.lot_in[lot] = flow.lot_in.get(lot, 0.0) + came - stood_in
            flow.entry[ident] = max(came, flow.entry.get(ident, 0.0))


class _Backward(_Run):
    """``held`` and ``away`` are worths. The start lots have no timeline."""

    sign = -1

    def __init__(self, book, reach, start, exact):
        super().__init__(book, reach, reach.levels.keys() - start, exact)
        for lot in sorted(start):
            self.absorb(lot)
        self.worth = self.known  # event: that of what it took
        self.weights = {}  # inflow id: part of the event, if not all of it
        filled = defaultdict(int)
        for event in self.missing:
            for ident, lot, weight in self.divide(event):
                if lot in start:
                    self.worth[event] += weight
                elif lot in reach.levels:
                    if weight != 1.0:
                        self.weights[ident] = weight
                    self.missing[event] += 1
                    filled[lot] += 1
        self.late = {}  # event: outflows passed before it was settled
        self.used = dict.fromkeys(self.plain, 0.0)
        """Plain lot: how much of it went into the start lots, as far as known."""
        self.awaits = dict.fromkeys(self.plain, 0)
        """Plain lot: how many entries of it went into reached events that are open."""
        # Only lots that no two events fill: others must go on in between.
        lots = book.outflows.lot
        waiting = {lot for lot in self.others if filled[lot] < 2}
        for event in self.missing:
            for row in book.taken.get(event, ()):
                lot = lots[row]
                if lot in self.plain:
                    self.awaits[lot] += 1
                elif lot in waiting:
                    self.waits[lot] = self.waits.get(lot, 0) + 1

    def absorb(self, lot):
        inflows = self.book.inflows
        for row in inflows.rows(lot):
            quantity = inflows.quantity[row]
            self.flow.entry[inflows.id[row]] = quantity
            if inflows.event[row] in self.missing or KINDS[inflows.kind[row]] not in AWAY:
                self.flow.lot_in[lot] = self.flow.lot_in.get(lot, 0.0) + quantity

    def advance(self, lot, upto=-1):
        """Go back over the outflows whose worth is known, and all up to ``upto``."""
        line, worth, went = self.lines[lot], self.held[lot], self.away[lot]
        entry, missing, events = self.flow.entry, self.missing, self.worth
        used = 0.0
        first = self.position[lot]
        for index in range(first, len(line)):
            ident, quantity, event, where, share = line[index]
            if quantity < 0:
                out = 0.0
                if event is None:
                    out = went.get(where, 0.0)
                elif event not in missing:
                    out = events[event]
                    used -= quantity * out
                elif index > upto:
                    break
                else:
                    self.late.setdefault(event, []).append((ident, lot, -quantity))
                if out:
                    entry[ident] = -quantity * out
                worth = share * out + (1.0 - share) * worth
                continue
            if worth:
                entry[ident] = quantity * worth
            if event is not None:
                events[event] += self.weights.get(ident, 1.0) * worth
                missing[event] -= 1
                if self.loops or not missing[event]:
                    self.arrived_at(event)
            elif where is not None:
                went[where] = share * worth + (1.0 - share) * went.get(where, 0.0)
        else:
            index = len(line)
        self.position[lot] = index
        self.held[lot] = worth
        if self.loops:
            self.loops.fill(lot)
        if used:
            self.flow.lot_in[lot] = self.flow.lot_in.get(lot, 0.0) + used

    def settle(self, event):
        """The event's worth is known: so is that of what it took."""
        worth = self.worth[event]
        for ident, lot, quantity in self.late.pop(event, ()) if worth else ():
            self.flow.entry[ident] = quantity * worth
            self.flow.lot_in[lot] = self.flow.lot_in.get(lot, 0.0) + quantity * worth
        waits, plain = self.waits, self.plain
        outflows = self.book.outflows
        for row in self.book.taken.get(event, ()):
            lot = outflows.lot[row]
            if lot in plain:
                self.used[lot] -= worth * outflows.quantity[row]
                self.awaits[lot] -= 1
                if not self.awaits[lot]:
                    self.empty(lot)
            elif lot in self.lines:
                left = waits.get(lot, 0) - 1
                if left > 0:
                    waits[lot] = left
                else:
                    self.advance(lot)

    def empty(self, lot):
        """All of a plain lot that went into the start lots is known: so is its worth."""
        self.plain.remove(lot)
        used, inflows = self.used[lot], self.book.inflows
        self.flow.density[lot] = worth = used / self.book.came_in[lot]
        if used:
            self.flow.lot_in[lot] = used
        row = inflows.spans[lot][0]
        event = inflows.event[row]
        if event in self.missing:
            self.worth[event] += self.weights.get(inflows.id[row], 1.0) * worth
            self.missing[event] -= 1
            self.arrived_at(event)
