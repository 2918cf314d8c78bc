"""Loops: the order of events that wait for each other in circles."""

from collections import defaultdict
from heapq import heappop, heappush


class Loops:
    """Which event goes first where open events wait for each other in circles.

    Circles go in the order in which material passes through them. In each, the earliest
    event goes first of those that something is known to reach: what enters a circle at
    one event must not be kept from the others by letting an empty one go before it.
    """

    def __init__(self, run):
        self.run = run
        self.needs = {event: [] for event in run.missing}  # [(lot, index)] it awaits
        self.needed = defaultdict(list)  # lot: the events that await it
        for lot, line in run.lines.items():
            for index, (_id, quantity, event, _where, _share) in enumerate(line):
                if event in self.needs and quantity * run.sign < 0:
                    self.needs[event].append((lot, index))
                    self.needed[lot].append(event)
        found = self._circles(sorted(run.missing, key=run.rank))
        self.order = {event: (found[event], run.rank(event)) for event in run.missing}
        self.rest = sorted(run.missing, key=self.order.get, reverse=True)
        self.touched = []
        for event in run.missing:
            self.touch(event)
        for lot in run.lines:
            self.fill(lot)

    def touch(self, event):
        """The event may be one that something reaches."""
        if self._is_reached(event):
            heappush(self.touched, (self.order[event], event))

    def fill(self, lot):
        """There may be something in the lot now: so what awaits it may be reached."""
        if self.run.held[lot] or lot in self.run.whole:
            for event in self.needed.pop(lot, ()):
                if event in self.run.missing:
                    self.touch(event)

    def _is_reached(self, event):
        run = self.run
        return run.known[event] or any(
            run.position[lot] <= index and (run.held[lot] or lot in run.whole)
            for lot, index in self.needs[event]
        )

    def first(self):
        """What the event that goes first awaits: [(lot, index in its timeline)]."""
        while self.touched:
            event = heappop(self.touched)[1]
            if event in self.run.missing and self._is_reached(event):
                return self.needs[event]
        while self.rest[-1] not in self.run.missing:
            self.rest.pop()
        return self.needs[self.rest[-1]]

    def _awaited(self, node):
        """What an event, or a step of a timeline (lot, index), directly waits for."""
        position, missing = self.run.position, self.run.missing
        if not isinstance(node, tuple):
            for lot, index in self.needs[node]:
                if index >= position[lot]:
                    yield lot, index
            return
        lot, index = node
        _id, quantity, event, _where, _share = self.run.lines[lot][index]
        if index > position[lot]:
            yield lot, index - 1
        if event in missing and quantity * self.run.sign > 0:
            yield event

    def _circles(self, events):
        """Event -> number of its circle (strongly connected component, mostly of one
        event), from the first on the way of the material on. Tarjan's algorithm.
        """
        number, low, found, path = {None: 0}, {None: 0}, {}, [None]
        circles = 0
        stack = [(None, iter(events))]
        while stack:
            node, awaited = stack[-1]
            for other in awaited:
                if other not in number:
                    number[other] = low[other] = len(number)
                    path.append(other)
                    stack.append((other, self._awaited(other)))
                    break
                if other not in found:
                    low[node] = min(low[node], number[other])
            else:
                stack.pop()
                above = stack[-1][0] if stack else node
                low[above] = min(low[above], low[node])
                if low[node] == number[node]:
                    circles += 1
                    while node not in found:
                        found[path.pop()] = circles
        return found
