"""Reaching the consignees of a recall: whom to check, when to ask again, what an answer says.

Plain values in, plain values out.
"""

import math
import random
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

LEVELS = {"A": 100.0, "B": None, "C": 10.0, "D": 2.0, "E": 0.0}
"""Percent of the consignees that an effectiveness check asks; B: more than 10, less than 100, decided case
by case (21 CFR 7.42(b)(3))."""
AMOUNTS = ("on_hand", "used", "sold", "returned", "destroyed")
"""What may have become of a delivered lot; together not more than was delivered."""
_TINY = 1e-6


# ---- effectiveness checks --------------------------------------------------------------


def get_percent(level: str, percent: float = 0.0) -> float:
    """The percentage of a level.

    :param percent: of level B
    :raise ValueError: unknown level, or level B without a percentage between 10 and 100
    """
    if level not in LEVELS:
        raise ValueError(level)
    if level != "B":
        return LEVELS[level]
    if not 10 < percent < 100:
        raise ValueError(percent)
    return percent


def draw_sample(keys: Iterable, level: str, seed: int, percent: float = 0.0) -> list:
    """The consignees to check: the same keys, level and seed give the same, in whatever order they come.

    At least one where the level asks for any.
    """
    ordered = sorted(set(keys))
    share = get_percent(level, percent)
    if not ordered or not share:
        return []
    # Rounded first: 10 % of 70 is 7, not 7.000000000000001.
    size = max(1, math.ceil(round(len(ordered) * share / 100, 9)))
    return sorted(random.Random(seed).sample(ordered, size))


# ---- asking again ----------------------------------------------------------------------


class Step(NamedTuple):
    """A step of the schedule for those who do not answer."""

    key: int
    hours: float
    """After the consignee was told."""


def get_due(schedule: Sequence[Step], told_at: datetime, taken: Iterable[int], now: datetime) -> Step | None:
    """The step to take now for a consignee who was told and has not answered; ``None``: none.

    The furthest that is due: after a week without the job nobody gets three reminders at once. A step
    that was passed over, or comes before one that was taken, is not taken any more.
    """
    taken = set(taken)
    ordered = sorted(schedule, key=lambda step: (step.hours, step.key))
    due = [step for step in ordered if told_at + timedelta(hours=step.hours) <= now]
    if not due or due[-1].key in taken:
        return None
    later = ordered[ordered.index(due[-1]) :]
    return None if any(step.key in taken for step in later) else due[-1]


# ---- answers ---------------------------------------------------------------------------


def find_problems(delivered: float, amounts: Mapping[str, float]) -> list[str]:
    """What is wrong with an answer about a lot: ``negative``, ``not_finite``, ``more`` than was delivered."""
    values = list(amounts.values())
    if not all(map(math.isfinite, values)):
        return ["not_finite"]
    problems = ["negative"] if any(value < 0 for value in values) else []
    return problems + (["more"] if sum(values) > delivered + _TINY * max(1.0, delivered) else [])


def spread(lines: Sequence[tuple[int, float]], amounts: Mapping[str, float]) -> dict[int, dict[str, float]]:
    """Put what was answered about a lot on its deliveries, the first delivery first.

    :param lines: ``(id, quantity)``
    :param amounts: of all of them together, see :func:`find_problems`
    :return: ``{id: {name: amount}}``; sums are as answered, none is more than its delivery
    """
    result = {key: dict.fromkeys(amounts, 0.0) for key, _quantity in lines}
    room = {key: max(quantity, 0.0) for key, quantity in lines}
    for name, amount in amounts.items():
        for key, _quantity in lines:
            part = min(amount, room[key])
            result[key][name] += part
            room[key] -= part
            amount -= part
        if lines and amount > 0:  # a rounding error: it is not lost
            result[lines[-1][0]][name] += amount
    return result


# ---- goods back ------------------------------------------------------------------------


class Receiver(NamedTuple):
    """Who received a lot."""

    key: Hashable
    partners: Collection
    """Ids of the partner that it is: two once partners were merged."""
    family: Hashable
    """The company that it is an address of."""
    since: datetime | str
    """Of his first delivery."""
    quantity: float


class Returned(NamedTuple):
    """What came back of a lot; less than nothing: it was taken back."""

    partner: Hashable
    family: Hashable
    date: datetime | str
    quantity: float


def allot_returned(receivers: Sequence[Receiver], entries: Iterable[Returned]) -> dict[Hashable, float]:
    """Of all that came back of a lot how much is of whom, ``{key: quantity}``; before his first delivery
    nothing is.

    What comes from an address itself is of its own delivery. What comes from another address of the
    same company, or is more than the address received, is of those that still have some.
    """
    entries = list(entries)
    own = {
        one.key: sum(e.quantity for e in entries if e.partner in one.partners and e.date >= one.since)
        for one in receivers
    }
    families = defaultdict(list)
    for one in sorted(receivers, key=lambda receiver: receiver.since):
        families[one.family].append(one)
    for family, group in families.items():
        known = {partner for one in group for partner in one.partners}
        loose = sum(
            e.quantity
            for e in entries
            if e.family == family and e.partner not in known and e.date >= group[0].since
        )
        for one in group if len(group) > 1 else ():
            more = max(own[one.key] - one.quantity, 0.0)
            own[one.key] -= more
            loose += more
        for one in group:
            part = min(max(loose, 0.0), max(one.quantity - own[one.key], 0.0))
            own[one.key] += part
            loose -= part
        own[group[0].key] += max(loose, 0.0)  # more than was delivered: it is not lost
    return {key: max(quantity, 0.0) for key, quantity in own.items()}


def settle(
    quantity: float,
    received: float = 0.0,
    returned: float = 0.0,
    unsold: float = 0.0,
    destroyed: float = 0.0,
    sold: float = 0.0,
) -> dict[str, float]:
    """What is still open of a delivery.

    :param quantity: delivered, less what came back before
    :param received: what came back since, as recorded here
    :param returned: what he says he sent back; with `unsold`, `destroyed` and `sold` his answer
    :return: ``open``: neither back nor destroyed nor sold or used. Of it ``aside``: set aside there, and
        ``unknown``: nothing is known of it; the rest he says he sent back, and it has not come yet.
        What came back unannounced came from what he had set aside.
    """
    rest = _clean(quantity - received - destroyed - sold)
    aside = min(rest, _clean(unsold - max(received - returned, 0.0)))
    coming = min(rest - aside, _clean(returned - received))
    return {"open": rest, "aside": aside, "unknown": _clean(rest - aside - coming)}


def place_received(lines: Mapping[int, Mapping[str, float]], received: float) -> dict[int, float]:
    """Put what came back of a lot on its deliveries, the first delivery first.

    Where he says that he sent something back, then where he set something aside, then where nothing is
    known, then wherever it fits: so that it stands beside his answer.

    :param lines: ``{id: arguments of settle() without received}``
    :return: ``{id: amount}``, together `received`
    """
    result = dict.fromkeys(lines, 0.0)
    for get_room in (
        lambda line: line["returned"],
        lambda line: line["returned"] + line["unsold"],
        lambda line: line["quantity"] - line["destroyed"] - line["sold"],
        lambda line: line["quantity"],
    ):
        for key, line in lines.items():
            part = max(min(received, get_room(line) - result[key]), 0.0)
            result[key] += part
            received -= part
    if lines and received > 0:  # more than was delivered, or a rounding error: it is not lost
        result[next(reversed(result))] += received
    return result


def _clean(quantity):
    """Not less than nothing, and nothing instead of a rounding error."""
    return quantity if quantity > _TINY else 0.0
