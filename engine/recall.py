"""What a recall computes of a frozen Trace and of what became of its consignees.

Plain values in, plain values out: the Trace is the dict of docs/trace.md. Definitions of the
figures stand in docs/recall.md, so that a tester can compute them again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import NamedTuple

from .recall_reach import Receiver, Returned, allot_returned

MILESTONES = ("lots_known", "stock_held", "consignees_known", "all_told", "all_answered")
_TINY = 1e-6


# ---- lots that cannot be told apart ----------------------------------------------------


def find_doubtful(side: Mapping, doubtful_starts: Iterable[int] = ()) -> set[int]:
    """Lots of which it cannot be told whether they hold any affected material.

    An event that made several lots does not record which of them got which input. Where it also took
    lots of the same product that are not in the trace, any one output may have got only those. So a lot
    is certain if it is a start lot (and not itself in doubt), or was made by an event

    * whose only lot it is, from a lot that is certain;
    * of which it is one of several, from a product all of whose lots are certain.

    All other lots of the side are doubtful. They are recalled like the others, and counted apart.

    :param side: the `forward` side of a Trace
    :param doubtful_starts: ids of start lots that are mixed with what is not in doubt
    """
    starts = {lot["id"] for lot in side["lots"] if lot["level"] == 0}
    certain = starts - set(doubtful_starts)
    waiting = list(side["events"])
    while True:
        found, later = set(), []
        for event in waiting:
            if _carries(event, certain):
                found.update(row["lot_id"] for row in event["outputs"] if row["in_trace"])
            else:
                later.append(event)
        found -= starts
        if not found - certain:
            break
        certain |= found
        waiting = later
    return {lot["id"] for lot in side["lots"]} - certain


def _carries(event, certain):
    """Whether each lot that an event made holds something of certain lots."""
    if not event["shared"]:
        return any(row["lot_id"] in certain for row in event["inputs"])
    by_product = defaultdict(set)
    for row in event["inputs"]:
        by_product[row["product_id"]].add(row["lot_id"])
    return any(lots <= certain for lots in by_product.values())


# ---- consignees ------------------------------------------------------------------------


def list_consignees(side: Mapping, doubtful: set[int], families: Mapping | None = None) -> list[dict]:
    """Whom the lots of a forward side were delivered to, most affected first.

    One row per partner (his facts as recorded with the last delivery; one row for all
    deliveries without partner), with one line per lot and delivery. What came back before is set
    against his deliveries of the lot, earliest first.

    :param families: ``{partner id: id of the company that it is an address of}``
    :return: rows of plain values: ``key, party_id, partner_id, name, contact, quantities, share,
        date_first, date_last, doubtful, lines``; a line has ``key, lot_id, lot, product_id, product,
        document, order, model, res_id, date, quantity, back, uom, affected, share, doubtful``
    """
    grouped = defaultdict(list)
    for row in side["shipments"]:
        grouped[row["partner_id"]].append(row)
    back = _get_back(side, families or {})
    found = [
        _get_consignee(partner_id, shipments, back, doubtful) for partner_id, shipments in grouped.items()
    ]
    found.sort(key=lambda row: (-row["share"], row["name"] or "", row["key"]))
    return found


def _get_back(side, families):
    """``{(partner, lot): what came back before}``."""
    sent, returned = defaultdict(dict), defaultdict(list)
    for row in side["shipments"]:
        receivers, partner = sent[row["lot_id"]], row["partner_id"]
        since, quantity = receivers.get(partner, (row["date"], 0.0))
        receivers[partner] = min(since, row["date"]), quantity + row["quantity"]
    for row in side["returns"]:
        if row["kind"] == "customer_return":
            partner = row["partner_id"]
            family = families.get(partner, partner)
            returned[row["lot_id"]].append(Returned(partner, family, row["date"], row["quantity"]))
    return {
        (partner, lot): quantity
        for lot, receivers in sent.items()
        for partner, quantity in allot_returned(
            [Receiver(one, (one,), families.get(one, one), *known) for one, known in receivers.items()],
            returned[lot],
        ).items()
    }


def _get_consignee(partner_id, shipments, back, doubtful):
    shipments = sorted(shipments, key=lambda row: (row["date"], row["id"]))
    last = shipments[-1]
    lines = {}
    for row in shipments:
        key = f"{partner_id or 0}/{row['lot_id']}/{row['model']}/{row['res_id']}"
        line = lines.get(key)
        if line is None:
            line = lines[key] = {
                "key": key,
                **{name: row[name] for name in ("lot_id", "lot", "product_id", "product", "document")},
                **{name: row[name] for name in ("order", "model", "res_id", "date", "uom")},
                "quantity": 0.0,
                "affected": [],
                "share": 0.0,
                "doubtful": row["lot_id"] in doubtful,
            }
        line["quantity"] += row["quantity"]
        line["affected"] = add_amounts(line["affected"], row["affected"])
        line["share"] += row["share"] or 0.0
    for line in lines.values():
        rest = back.get((partner_id, line["lot_id"]), 0.0)
        line["back"] = min(rest, line["quantity"])
        if rest:
            back[partner_id, line["lot_id"]] = rest - line["back"]
    quantities = defaultdict(float)
    for line in lines.values():
        quantities[line["product_id"], line["product"], line["uom"]] += line["quantity"]
    return {
        "key": str(partner_id or 0),
        "party_id": last["party_id"],
        "partner_id": partner_id,
        "name": last["partner"],
        "contact": last["contact"] or {},
        "quantities": [
            {"product_id": product_id, "product": product, "quantity": quantity, "uom": uom}
            for (product_id, product, uom), quantity in sorted(
                quantities.items(), key=lambda item: (item[0][1], item[0][0])
            )
        ],
        "share": sum(line["share"] for line in lines.values()),
        "date_first": shipments[0]["date"],
        "date_last": last["date"],
        "doubtful": all(line["doubtful"] for line in lines.values()),
        "lines": list(lines.values()),
    }


def add_amounts(*amounts: Sequence[Mapping] | None) -> list[dict]:
    """Add lists of ``{"quantity", "uom"}``: one row per unit."""
    total = defaultdict(float)
    for rows in amounts:
        for row in rows or ():
            total[row["uom"]] += row["quantity"]
    return [{"quantity": quantity, "uom": uom} for uom, quantity in sorted(total.items())]


# ---- figures ---------------------------------------------------------------------------


class Milestone(NamedTuple):
    """How far the case is against its clock."""

    name: str
    at: datetime | None
    minutes: float | None
    """From the first doubt; None while it is not reached."""
    target: float | None
    """Minutes; None: no target."""
    state: str
    """``met``, ``late``, ``running`` or ``overdue``; ``done`` or ``open`` without target."""


def get_milestone(
    name: str, start: datetime | None, at: datetime | None, target: float | None, now: datetime
) -> Milestone:
    minutes = get_minutes(start, at)
    if not target:
        return Milestone(name, at, minutes, None, "done" if at else "open")
    if at:
        state = "met" if minutes is not None and minutes <= target else "late"
    else:
        running = get_minutes(start, now) or 0.0
        state = "running" if running <= target else "overdue"
    return Milestone(name, at, minutes, target, state)


def get_minutes(start: datetime | None, end: datetime | None) -> float | None:
    """Minutes between two moments, not below zero."""
    if not start or not end:
        return None
    return max(0.0, (end - start).total_seconds() / 60.0)


def get_percent(part: float, whole: float) -> float | None:
    """A share in percent; None of nothing, because 0 % and 100 % would both be wrong."""
    return 100.0 * part / whole if whole else None


def get_recovery(
    lines: Iterable[Mapping], stock: Iterable[Mapping], destroyed: Iterable[Mapping] = ()
) -> list[dict]:
    """What was recovered, per unit of measure (quantities of different units are not added).

    Recovered = came back + destroyed at the consignee + set aside there + own stock held;
    of all = delivered - came back before the scope was frozen + own stock. What was sold or used is
    shown, and never counts as recovered; nor does what a consignee says he sent back before it comes.

    :param lines: ``uom, quantity, back, received, returned, destroyed, sold, open, aside, unknown`` per
        delivery (or sums), see :func:`engine.recall_reach.settle`
    :param stock: ``uom, quantity, held`` per place (or sums)
    :param destroyed: ``uom, quantity`` destroyed here: it was own stock or came back, and is shown alone
    :return: per unit ``uom, delivered, back, own, held, received, returned, destroyed, aside, sold, open,
        unknown, destroyed_here, recovered, percent``
    """
    rows = defaultdict(lambda: dict.fromkeys(("delivered", "own", "held", *_SUMS, "destroyed_here"), 0.0))
    for line in lines:
        row = rows[line["uom"]]
        row["delivered"] += line["quantity"]
        for name in _SUMS:
            row[name] += line[name]
    for place in stock:
        row = rows[place["uom"]]
        row["own"] += place["quantity"]
        row["held"] += place["held"]
    for one in destroyed:
        rows[one["uom"]]["destroyed_here"] += one["quantity"]
    for row in rows.values():
        row["recovered"] = row["received"] + row["destroyed"] + row["aside"] + row["held"]
        row["percent"] = get_percent(row["recovered"], row["delivered"] - row["back"] + row["own"])
    return [{"uom": uom, **row} for uom, row in sorted(rows.items())]


_SUMS = ("back", "received", "returned", "destroyed", "sold", "open", "aside", "unknown")


def get_lowest(rows: Iterable[Mapping]) -> float | None:
    """The one figure that stands for several units: the lowest, which flatters nobody."""
    return min((row["percent"] for row in rows if row["percent"] is not None), default=None)


def get_traced(balances: Iterable[Mapping]) -> float | None:
    """Percent of what came into the start lots that is accounted for: of the worst of them."""
    return min((100.0 * row["explained"] for row in balances), default=None)


# ---- a drill: passed or failed ------------------------------------------------------------


def judge(
    milestones: Iterable[Milestone],
    questions: Iterable[Mapping],
    traced: float | None,
    tolerance: float | None,
    chain_gaps: int,
    gaps_allowed: bool,
) -> list[tuple[str, str]]:
    """Why a drill failed: ``[(kind, what)]``, empty if it passed.

    * ``milestone``: one that has a target was not reached, or too late;
    * ``question``: one is not answered, was answered wrongly or too late
      (`name, minutes, limit, right`);
    * ``balance``: less than 100 % minus `tolerance` is accounted for (`None`: not asked for);
    * ``gaps``: the chain has gaps, and the target allows none.
    """
    found = []
    for one in milestones:
        if one.target and one.state != "met":
            found.append(("milestone", one.name))
    for question in questions:
        minutes, limit = question["minutes"], question["limit"]
        if minutes is None or not question["right"] or (limit and minutes > limit):
            found.append(("question", question["name"]))
    if tolerance is not None and (traced is None or traced < 100.0 - tolerance - _TINY):
        found.append(("balance", ""))
    if chain_gaps and not gaps_allowed:
        found.append(("gaps", ""))
    return found


# ---- which lot to drill with ---------------------------------------------------------------


class Candidate(NamedTuple):
    """A lot that a drill could start from."""

    lot: int
    group: int
    """Product group."""
    customers: int
    steps: int
    """Events on the way, both directions."""
    group_tested: float
    """When a lot of its group was last drilled, as a timestamp; 0.0: never."""


def sample(lots: Iterable[int], seed: int, count: int) -> list[int]:
    """Draw lots: the same lots and the same seed give the same draw, in its order."""
    lots = sorted(lots)
    return Random(seed).sample(lots, min(count, len(lots)))


def propose(candidates: Sequence[Candidate], how: str) -> list[Candidate]:
    """The candidates, best first.

    :param how: ``random`` (as drawn), ``customers`` (most customers), ``steps`` (longest chain), or
        ``group`` (of the product group that was tested longest ago, the one with most customers)
    """
    if how == "random":
        return list(candidates)
    keys = {
        "customers": lambda one: (-one.customers, -one.steps, one.lot),
        "steps": lambda one: (-one.steps, -one.customers, one.lot),
        "group": lambda one: (one.group_tested, -one.customers, -one.steps, one.lot),
    }
    return sorted(candidates, key=keys[how])
