"""Which lots and events a trace reaches, and which entries its time rule leaves out.

Lots and events alternate: a lot is consumed in an event, the event makes lots. The walk
goes by levels, so the first way found to a lot or event is one with the fewest events.

The time rule (DESIGN §5 rule 2). In a lot that is not a start lot, an inflow and an
outflow are linked, that is: material may have gone from the one to the other, if

* the inflow is of the lot's origin, the earliest date of any inflow: people post late,
  so an origin feeds every outflow whatever its date, or
* the outflow is not earlier than the inflow by more than the clock tolerance.

Both are one comparison, ``outflow.date >= key(inflow)``, with a key of minus infinity
for an origin inflow and of ``date - tolerance`` for a re-entry. So all that the walk
has to know of a lot is one number, and forward and backward are exact mirrors: a lot is
found forward from another if and only if that one is found backward from it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from operator import itemgetter
from typing import NamedTuple

from .entry import Entry

# Where material is that left by an entry of a kind, or came back by a positive one.
AWAY = {
    "shipment": "shipped",
    "customer_return": "shipped",
    "supplier_return": "supplier_returned",
    "scrap": "scrapped",
}
_TINY = 1e-9  # of the most a lot held: what is left below it is float noise
_WALKED = itemgetter(
    *map(Entry._fields.index, ("lot", "event", "quantity", "date")),
)


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
    """Seconds."""
    conservative: bool
    lots: dict[int, LotReach] = field(default_factory=dict)
    events: dict[int, int] = field(default_factory=dict)
    """Event: the least number of events from a start lot, itself included (1, 2, …)."""
    excluded: list[Entry] = field(default_factory=list)
    """By date, id. Forward: outflows of reached lots before their bound; backward:
    inflows of reached lots after their bound. Empty if conservative."""
    excluded_ids: frozenset[int] = frozenset()

    def counts(self, entry: Entry) -> bool:
        """Whether the entry is of a reached lot and not left out by the time rule."""
        return entry.lot in self.lots and entry.id not in self.excluded_ids


def reach(
    entries: Iterable[Entry],
    start: Iterable[int],
    direction: str,
    tolerance: float = 3600.0,
    conservative: bool = False,
) -> Reach:
    """Walk from the start lots.

    :param entries: all live entries of the lots that can be found and of the events
        between them; more (a whole ledger) change nothing. Any order.
    :param start: lots, each wholly traced: all that came in and went out counts
    :param direction: ``forward`` (went to) or ``backward`` (made from)
    :param tolerance: the clock tolerance in seconds
    :param conservative: leave nothing out for its date
    """
    if direction not in ("forward", "backward"):
        raise ValueError(f"direction must be forward or backward, not {direction!r}")
    entries = entries if isinstance(entries, list | tuple) else list(entries)
    forward = direction == "forward"
    origin, doors, arrivals = _graph(entries, forward, tolerance)
    keys, levels, events = _walk(doors, arrivals, start, conservative)
    excluded = _excluded(entries, keys, origin, forward, tolerance)
    parents = _parents(events, arrivals)
    # Backward a lot whose every inflow counts is wholly counted, whatever its bound.
    partial = {entry.lot for entry in excluded}
    lots = {}
    for lot, key in keys.items():
        bound = None
        if forward and key > -inf:
            bound = key
        elif not forward and lot in partial:
            bound = tolerance - key
        way = "start" if not levels[lot] else "origin" if bound is None else "re-entry"
        lots[lot] = LotReach(levels[lot], way, bound, parents.get(lot, ()))
    return Reach(
        direction,
        tolerance,
        conservative,
        lots,
        events,
        excluded,
        frozenset(entry.id for entry in excluded),
    )


def _graph(entries, forward, tolerance):
    """The ledger as the walk sees it, in both directions alike.

    ``doors``: lot -> [(position, event)], where the walk may leave the lot.
    ``arrivals``: event -> [(key, lot)], where it may enter one.
    A lot entered at a key can be left by every door with ``position >= key``. Backward
    both are negated: there, inflows are the doors and outflows the arrivals.
    """
    origin = {}
    inflows = []
    doors = defaultdict(list)
    arrivals = defaultdict(list)
    for lot, event, quantity, date in map(_WALKED, entries):
        if lot is None:
            continue
        if quantity > 0:
            if lot not in origin or date < origin[lot]:
                origin[lot] = date
            if event is not None:
                inflows.append((lot, event, date))
        elif quantity < 0 and event is not None:
            if forward:
                doors[lot].append((date, event))
            else:
                arrivals[event].append((-date, lot))
    for lot, event, date in inflows:
        key = -inf if date <= origin[lot] else date - tolerance
        if forward:
            arrivals[event].append((key, lot))
        else:
            doors[lot].append((-key, event))
    return origin, doors, arrivals


def _walk(doors, arrivals, start, conservative):
    """Levels until nothing new: (lot -> key, lot -> level, event -> level).

    A lot may be entered again with a lower key; then the doors that open now are taken.
    A door taken is dropped, so no door is looked at twice. Consumes ``doors``.
    """
    keys = dict.fromkeys(start, -inf)
    levels = dict.fromkeys(keys, 0)
    events = {}
    ordered = set()
    widened = list(keys)
    level = 0
    while widened:
        level += 1
        found = []
        for lot in widened:
            key = keys[lot]
            if key == -inf:
                for _position, event in doors.pop(lot, ()):
                    if event not in events:
                        events[event] = level
                        found.append(event)
                continue
            ways = doors.get(lot)
            if not ways:
                continue
            if lot not in ordered:
                ordered.add(lot)
                ways.sort()
            while ways and ways[-1][0] >= key:
                event = ways.pop()[1]
                if event not in events:
                    events[event] = level
                    found.append(event)
        widened = set()
        for event in found:
            for key, lot in arrivals.get(event, ()):
                if conservative:
                    key = -inf
                if lot not in keys:
                    levels[lot] = level
                elif key >= keys[lot]:
                    continue
                keys[lot] = key
                widened.add(lot)
    return keys, levels, events


def _parents(events, arrivals):
    """lot -> sorted tuple of the reached events that enter it."""
    parents = defaultdict(list)
    for event in sorted(events):
        for _key, lot in arrivals.get(event, ()):
            known = parents[lot]
            if not known or known[-1] != event:
                known.append(event)
    return {lot: tuple(known) for lot, known in parents.items()}


def _excluded(entries, keys, origin, forward, tolerance):
    """The entries of reached lots that the time rule leaves out, by date and id."""
    bounded = {lot: key for lot, key in keys.items() if key > -inf}
    if not bounded:
        return []
    if forward:
        excluded = [
            entry
            for entry in entries
            if entry.quantity < 0 and entry.lot in bounded and entry.date < bounded[entry.lot]
        ]
    else:
        excluded = [
            entry
            for entry in entries
            if entry.quantity > 0
            and entry.lot in bounded
            and entry.date > origin[entry.lot]
            and tolerance - entry.date < bounded[entry.lot]
        ]
    return sorted(excluded, key=lambda entry: (entry.date, entry.id))


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
        origin = min(inflows)[0]
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
