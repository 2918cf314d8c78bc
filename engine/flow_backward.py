"""The pass backward: worths of material."""

from collections import defaultdict

from .entry import KINDS
from .flow_run import Run
from .reach import AWAY


class Backward(Run):
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
