"""The pass forward: amounts of traced material."""

from collections import Counter

from .entry import KINDS
from .flow_run import TINY, Run
from .reach import AWAY

_ENDS = (
    *("shipped", "supplier_returned", "scrapped", "adjusted"),
    *("on_hand", "untracked", "lost", "elsewhere"),
)
WHERE = tuple(AWAY.get(kind, "adjusted" if kind == "adjustment" else "elsewhere") for kind in KINDS)


class Forward(Run):
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
            if rest > came * TINY:
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
