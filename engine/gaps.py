"""Gaps: the places where entries show that the chain is incomplete (docs/trace.md).

Not here, because live entries do not show them: ``history`` (the ledger began later),
``other_company`` (the chain goes on where the user may not look) and ``corrected``
(entries were taken back). The caller adds them.
"""

from collections.abc import Collection, Mapping
from itertools import chain, repeat
from typing import NamedTuple

from .book import Book
from .entry import BEGINNING_CODES, CODES
from .reach import Reach

SEVERITIES = {
    "consumed_without_lot": "chain",
    "made_without_lot": "chain",
    "untracked_input": "chain",
    "no_input": "chain",
    "no_output": "chain",
    "no_origin": "chain",
    "not_received": "chain",
    "negative": "chain",
    "unexplained": "chain",
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
    """The first entry (lowest id) that shows it; None if what shows it is a lack."""
    count: int
    """How many entries show it; 1 if what shows it is a lack."""


def find(
    book: Book,
    reach: Reach,
    on_hand: Mapping[int, float],
    made_untracked: Collection[int] = (),
    events: Collection[int] = (),
) -> list[Gap]:
    """All gaps of one side that the entries show.

    :param book: the one given to :func:`~.reach.reach`; more in it changes nothing
    :param on_hand: lot -> quantity in stock now, of the lots whose stock is known
    :param made_untracked: untracked products that are themselves made from lots
    :param events: more events to look at for what they took without a lot. Forward:
        those that may have taken a traced lot without saying so.
    :return: in the order of ``SEVERITIES``, then by lot, event, entry; None first
    """
    found = {}  # (kind, lot, event) -> [first entry, count]
    for kind, lot, event, entry in chain(
        _of_events(book, reach, frozenset(made_untracked), frozenset(events)),
        _of_lots(book, reach, on_hand),
        _of_facts(book, reach),
    ):
        gap = found.setdefault((kind, lot, event), [entry, 0])
        gap[1] += 1
        if entry is not None and entry < gap[0]:
            gap[0] = entry
    return sorted(
        (
            Gap(kind, SEVERITIES[kind], lot, event, entry, count)
            for (kind, lot, event), (entry, count) in found.items()
        ),
        key=_order,
    )


def _of_events(book, reach, made_untracked, events):
    """What events took or made without a lot, or out of nothing."""
    backward = reach.direction == "backward"
    for entry in book.taken_beside:
        if entry.event not in reach.events and entry.event not in events:
            continue
        if entry.tracked:
            yield "consumed_without_lot", None, entry.event, entry.id
        elif backward and entry.product in made_untracked:
            yield "untracked_input", None, entry.event, entry.id
    for entry in book.made_beside:
        if entry.event in reach.events and entry.lot is None and (entry.tracked or not backward):
            yield "made_without_lot", None, entry.event, entry.id
    inflows, outflows = book.inflows, book.outflows
    if backward:
        took = {*outflows.event, *(entry.event for entry in book.taken_beside)}
        for event in reach.events.keys() - took:
            for row in book.made.get(event, ()):
                if inflows.lot[row] in reach.levels:
                    yield "no_input", inflows.lot[row], event, inflows.id[row]
    else:
        gave = {*inflows.event, *(entry.event for entry in book.made_beside)}
        for event in reach.events.keys() - gave:
            rows = (outflows.id[row] for row in book.taken.get(event, ()))
            beside = (entry.id for entry in book.taken_beside if entry.event == event)
            yield "no_output", None, event, min(chain(rows, beside))


def _of_lots(book, reach, on_hand):
    """Lots that more left than came in, that were neither received nor made, of which there is less
    than nothing, or of which something came in that neither left nor is there."""
    forward = reach.direction == "forward"
    kind = book.inflows.kind
    for lot in reach.levels:
        came_in = book.came_in.get(lot, 0.0)
        rest = came_in + book.went_out.get(lot, 0.0)
        if not came_in or rest < -_TINY * came_in:
            yield "no_origin", lot, None, None
        if came_in and not forward and kind[book.origin(lot)] not in BEGINNING_CODES:
            yield "not_received", lot, None, None
        if lot not in on_hand:
            continue
        if on_hand[lot] < -_TINY * came_in:
            yield "negative", lot, None, None
        elif forward and rest - on_hand[lot] > _TINY * came_in:
            yield "unexplained", lot, None, None


def _of_facts(book, reach):
    """Receipts and shipments that lack a fact that they should carry."""
    backward = reach.direction == "backward"
    columns = book.inflows if backward else book.outflows
    named = CODES["receipt" if backward else "shipment"]
    excluded = reach.excluded_ids
    supplier_lot = columns.supplier_lot if backward else repeat(True)
    for kind, party, known, lot, ident in zip(
        columns.kind, columns.party, supplier_lot, columns.lot, columns.id, strict=False
    ):
        if kind != named or party and known or lot not in reach.levels or ident in excluded:
            continue
        if not known:
            yield "no_supplier_lot", lot, None, ident
        if not party:
            yield "no_party", lot, None, ident


def _order(gap):
    return (
        _RANK[gap.kind],
        *((-1, 0) if value is None else (0, value) for value in gap[2:5]),
    )
