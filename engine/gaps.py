"""Gaps: the places where entries show that the chain is incomplete (docs/trace.md).

Not here, because live entries do not show them: ``history`` (the ledger began later),
``other_company`` (the chain goes on where the user may not look) and ``corrected``
(entries were taken back). The caller adds them.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from math import fsum
from typing import NamedTuple

from .entry import Entry
from .reach import Reach

SEVERITIES = {
    "consumed_without_lot": "chain",
    "made_without_lot": "chain",
    "untracked_input": "chain",
    "no_input": "chain",
    "no_output": "chain",
    "no_origin": "chain",
    "negative": "chain",
    "no_supplier_lot": "fact",
    "no_party": "fact",
}
"""Kind: ``chain`` (something may be missing) or ``fact`` (of a known row)."""
_RANK = {kind: rank for rank, kind in enumerate(SEVERITIES)}
_TINY = 1e-9  # of what came in: float noise


class Gap(NamedTuple):
    """One gap; all of one kind at the same lot and event are one."""

    kind: str
    severity: str
    lot: int | None
    event: int | None
    entry: int | None
    """The first entry (lowest id) that shows it, of a sum the last of its entries; None if
    what shows it is a lack."""
    count: int
    """How many entries show it; 1 if what shows it is a lack."""


def find(
    entries: Iterable[Entry],
    reach: Reach,
    balances: Mapping[int, Mapping[str, float]],
    made_untracked: Collection[int] = (),
    events: Collection[int] = (),
) -> list[Gap]:
    """All gaps of one side that the entries show.

    :param entries: those given to :func:`~.reach.reach`; more change nothing
    :param balances: lot -> balance (:func:`~.balance.balance`), of the lots whose stock
        is known; only ``on_hand`` is read
    :param made_untracked: untracked products that are themselves made from lots
    :param events: more events to look at for what they took without a lot. Forward:
        those that may have taken a traced lot without saying so.
    :return: in the order of ``SEVERITIES``, then by lot, event, entry; None first
    """
    entries = entries if isinstance(entries, list | tuple) else list(entries)
    found = {}  # (kind, lot, event) -> [first entry, count]
    for kind, lot, event, entry, count in chain(
        _of_events(entries, reach, frozenset(made_untracked), frozenset(events)),
        _of_lots(entries, reach, balances),
        _of_facts(entries, reach),
    ):
        gap = found.setdefault((kind, lot, event), [entry, 0])
        gap[1] += count
        if entry is not None and entry < gap[0]:
            gap[0] = entry
    return sorted(
        (
            Gap(kind, SEVERITIES[kind], lot, event, entry, count)
            for (kind, lot, event), (entry, count) in found.items()
        ),
        key=_order,
    )


def _of_events(entries, reach, made_untracked, events):
    """What events took or made without a lot, or out of nothing."""
    backward = reach.direction == "backward"
    looked_at = reach.events.keys() | events
    took = {}
    made = []
    gave = set()
    for entry in entries:
        event, lot = entry.event, entry.lot
        if event not in looked_at:
            continue
        if entry.quantity < 0:
            took[event] = min(took.get(event, entry.id), entry.id)
            if lot is None and entry.tracked:
                yield "consumed_without_lot", None, event, entry.id, 1
            elif lot is None and backward and entry.product in made_untracked:
                yield "untracked_input", None, event, entry.id, 1
        elif entry.quantity > 0 and event in reach.events:
            gave.add(event)
            if lot is not None:
                made.append(entry)
            elif entry.tracked or not backward:
                yield "made_without_lot", None, event, entry.id, 1
    if backward:
        for entry in made:
            if entry.lot in reach.lots and entry.event not in took:
                yield "no_input", entry.lot, entry.event, entry.id, 1
    else:
        for event, entry in took.items():
            if event in reach.events and event not in gave:
                yield "no_output", None, event, entry, 1


def _of_lots(entries, reach, balances):
    """Lots that more left than came in, or of which there is less than nothing."""
    inflows, outflows = {}, {}
    for entry in entries:
        if entry.lot is not None:
            found = inflows if entry.quantity > 0 else outflows
            found.setdefault(entry.lot, []).append(entry.quantity)
    for lot in reach.lots:
        came_in = fsum(inflows.get(lot, ()))
        if not came_in or -fsum(outflows.get(lot, ())) > came_in * (1 + _TINY):
            yield "no_origin", lot, None, None, 1
        if lot in balances and balances[lot]["on_hand"] < -_TINY * came_in:
            yield "negative", lot, None, None, 1


def _of_facts(entries, reach):
    """Entries that lack a fact that they should carry."""
    backward = reach.direction == "backward"
    named = "receipt" if backward else "shipment"
    for entry in entries:
        if entry.kind != named or not reach.counts(entry):
            continue
        if backward and not entry.supplier_lot:
            yield "no_supplier_lot", entry.lot, None, entry.id, 1
        if entry.party is None:
            yield "no_party", entry.lot, None, abs(entry.id), entry.count


def _order(gap):
    return (
        _RANK[gap.kind],
        *((-1, 0) if value is None else (0, value) for value in gap[2:5]),
    )
