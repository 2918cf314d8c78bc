"""How much of the traced material went where (forward), or came from where (backward).

Perfect mixing within a lot: an outflow takes the share of the lot's material that it is
of the lot's quantity at that moment of the lot's :func:`~.reach.timeline`. An event
divides what it takes in over all that it makes. Backward is the adjoint of forward: it
asks of every ancestor what forward would say of it, in one pass for all of them.

Loops are facts. Where late postings make amounts depend on each other in a circle, one
event of the circle goes first with what is known by then; what arrives in a lot after
its outflows were settled stays in the lot. Nothing is lost or counted twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import fsum
from operator import itemgetter

from .balance import divide
from .entry import Entry
from .loops import Loops
from .reach import AWAY, Reach, timeline

_ENDS = (
    *("shipped", "supplier_returned", "scrapped", "adjusted"),
    *("on_hand", "untracked", "lost", "elsewhere"),
)
_FACTS = itemgetter(
    *map(
        Entry._fields.index,
        ("id", "lot", "event", "kind", "quantity", "date"),
    )
)


@dataclass
class Flow:
    """Amounts of traced material: forward in the reference unit of the run, backward in
    each row's own unit, as the part of that row that went into the start lots."""

    entry: dict[int, float] = field(default_factory=dict)
    """Entry id: amount; only positive ones, and not of sums. Shipments are gross: what
    came back of them stands on the return."""
    density: dict[int, float] = field(default_factory=dict)
    """Lot of which sums were given (``Entry.count``): the amount in one of its unit."""
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


def forward(entries: Iterable[Entry], reach: Reach, start: Iterable[int], unit: int) -> Flow:
    """Follow what the start lots of one reference unit held.

    A start lot is wholly affected. On each inflow the source adds what the traced
    material coming in lacks of the inflow's quantity, so a start set with a lot and its
    own child counts nothing twice. Where more leaves a start lot than came in, the
    source adds that too (a hole in the records must not make a shipment look clean),
    and a later inflow of unknown origin settles this debt before it adds more.

    :param entries: those given to :func:`~.reach.reach`; more change nothing
    :param reach: its forward answer for the start lots
    :param start: start lots; those of other units are ordinary lots in this run
    :param unit: the reference unit; all amounts of the answer are in it
    """
    entries = entries if isinstance(entries, list | tuple) else list(entries)
    run = _Forward(entries, reach, frozenset(start), unit)
    run.settle_all()
    flow = run.flow
    for entry in entries:
        if entry.id < 0 and entry.id in flow.entry:
            flow.density[entry.lot] = flow.entry.pop(entry.id) / -entry.quantity
    flow.remaining = {lot: amount for lot, amount in run.held.items() if amount}
    flow.source = fsum(flow.sources.values())
    for went in run.away.values():
        for where, amount in went.items():
            flow.ends[where] += amount
    flow.ends["on_hand"] = fsum(flow.remaining.values())
    return flow


def backward(entries: Iterable[Entry], reach: Reach, start: Iterable[int]) -> Flow:
    """How much of every ancestor went into the start lots, in the ancestor's own unit.

    Works with *worth*: the part of a unit of material that ends in a start lot. It is 1
    of what comes into a start lot (which absorbs it), 0 of what remains in any other.
    An event's worth is that of its outputs by their weight. Back over an outflow that
    takes share ``r`` of a lot, the lot's worth becomes ``r * outflow + (1 - r) * lot``;
    an inflow has the worth of the lot at that moment.

    ``entry`` of an outflow into a reached event is its quantity times the event's
    worth, of an inflow its quantity times the lot's. ``lot_in`` sums the outflows into
    events; without loops it is what :func:`forward` from this lot alone brings into the
    start lots, divided by the lot's factor, and, where the lot never lacks quantity,
    also the sum of its inflows without returns. Of a start lot it is what came in,
    without returns.

    :param entries: those given to :func:`~.reach.reach`; more change nothing
    :param reach: its backward answer for the start lots
    """
    run = _Backward(entries, reach, frozenset(start))
    run.settle_all()
    return run.flow


class _Run:
    """The traced lots' timelines, the events between them, and the order to go.

    Forward, a lot waits for the events that fill it, and an event for the lots that it
    takes from. Backward it is the other way round: timelines run from their end.
    """

    sign = 1
    """Of the dates: forward the earliest event goes first, backward the latest."""

    def __init__(self, entries, reach, lots):
        self.flow = Flow()
        self.outflows = outflows = {lot: [] for lot in sorted(lots)}  # as timeline()
        self.inflows = inflows = {lot: [] for lot in outflows}  # takes them
        self.units = units = {}  # lot: unit and factor
        self.missing = missing = dict.fromkeys(reach.events, 0)
        """Open event: how many entries of lots with a timeline it still awaits."""
        self.fills = fills = {event: [] for event in missing}  # event: lots it fills
        self.takes = takes = {event: [] for event in missing}  # event: lots it takes
        self.dates = dates = {}
        made = defaultdict(list)
        for fact in entries:
            ident, lot, event, kind, quantity, date = _FACTS(fact)
            if event in missing:
                if event not in dates or date < dates[event]:
                    dates[event] = date
                if quantity > 0:
                    made[event].append(fact)
                    if lot in outflows:
                        fills[event].append(lot)
                elif quantity and lot in outflows:
                    takes[event].append(lot)
            if lot in outflows:
                if quantity < 0:
                    item = (date, 1, ident, 0, ident, quantity, event, kind)
                    outflows[lot].append(item)
                elif quantity:
                    inflows[lot].append((date, ident, quantity, event, kind))
                if lot not in units:
                    units[lot] = (fact.unit, fact.factor)
        self.outputs = {event: divide(outputs) for event, outputs in made.items()}
        self.lines = {}
        self.position = dict.fromkeys(outflows, 0)
        self.held = dict.fromkeys(outflows, 0.0)
        """Lot: amount in it, or backward its worth."""
        self.away = {lot: {} for lot in outflows}
        """Lot: the same of the ends that its outflows went to."""
        self.waits = {}
        """Lot: how many events it lets settle before it goes on at all; saves steps."""
        self.known = dict.fromkeys(missing, 0.0)
        """Event: what is known so far of its amount, or backward of its worth."""
        self.whole = {}  # forward, start lot that the source fills: its factor
        self.ready = []
        self.loops = None

    def rank(self, event):
        return self.sign * self.dates.get(event, 0.0), self.sign * event

    def arrived_at(self, event):
        """One entry less for the event to wait for."""
        if not self.missing[event]:
            heappush(self.ready, (self.rank(event), event))
        elif self.loops:
            self.loops.touch(event)

    def settle_all(self):
        """Settle every event once, in an order that depends on the facts only."""
        for event, count in self.missing.items():
            if not count:
                heappush(self.ready, (self.rank(event), event))
        for lot in self.lines:
            self.advance(lot)
        while self.missing:
            while self.ready:
                event = heappop(self.ready)[1]
                del self.missing[event]
                self.settle(event)
            if self.missing and self.waits:
                self.waits.clear()  # to find loops, every lot must be where it can
                for lot in self.lines:
                    self.advance(lot)
            elif self.missing:
                self.loops = self.loops or Loops(self)
                for lot, index in self.loops.first():
                    self.advance(lot, index)


class _Forward(_Run):
    """``held`` and ``away`` are amounts of traced material."""

    def __init__(self, entries, reach, start, unit):
        super().__init__(entries, reach, reach.lots)
        self.flow.ends = dict.fromkeys(_ENDS, 0.0)
        for lot in start & self.units.keys():
            own, factor = self.units[lot]
            if own == unit:
                self.whole[lot] = factor
        for event, lots in self.takes.items():
            self.missing[event] = len(lots)
        self.carried = self.known  # event: what it took in
        self.arrived = {}  # inflow id: what its event put into it
        self.late = {}  # inflow passed before its event was settled: what source added
        for lot, outflows in self.outflows.items():
            inflows = self.inflows[lot]
            self.lines[lot] = timeline(inflows, outflows, reach, lot in self.whole)

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
        if event not in self.outputs:
            self.flow.ends["lost"] += total
            return
        for ident, lot, weight in self.outputs[event]:
            came = total * weight
            if lot not in self.lines:
                self.flow.ends["untracked"] += came
                if came:
                    self.flow.entry[ident] = came
            elif ident in self.late:
                self.come_late(lot, ident, came)
            else:
                self.arrived[ident] = came
        for lot in self.fills[event]:
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

    def __init__(self, entries, reach, start):
        super().__init__(entries, reach, reach.lots)
        for lot in sorted(start & self.inflows.keys()):
            self.absorb(lot, self.inflows.pop(lot))
        self.worth = self.known  # event: that of what it took
        self.weights = {}
        filled = defaultdict(int)
        for event, made in self.outputs.items():
            for ident, lot, weight in made:
                self.weights[ident] = weight
                if lot in start:
                    self.worth[event] += weight
                elif lot in self.inflows:
                    self.missing[event] += 1
                    filled[lot] += 1
        self.late = {}  # event: outflows passed before it was settled
        for lot, inflows in self.inflows.items():
            self.lines[lot] = timeline(inflows, self.outflows[lot], reach)[::-1]
        # Only lots that no two events fill: others must go on in between.
        for event, lots in self.takes.items():
            self.takes[event] = lots = [lot for lot in lots if lot in self.lines]
            for lot in lots:
                if filled[lot] < 2:
                    self.waits[lot] = self.waits.get(lot, 0) + 1

    def absorb(self, lot, inflows):
        for _date, ident, quantity, event, kind in sorted(inflows):
            self.flow.entry[ident] = quantity
            if event in self.missing or kind not in AWAY:
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
                events[event] += self.weights[ident] * worth
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
        waits = self.waits
        for lot in self.takes[event]:
            left = waits.get(lot, 0) - 1
            if left > 0:
                waits[lot] = left
            else:
                self.advance(lot)
