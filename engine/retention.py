"""How long something must be kept."""

import calendar
from datetime import date
from typing import NamedTuple

STARTS = ("movement", "shipment", "expiry")
"""From when it counts: the last movement, the last shipment, the expiration date."""


class Retention(NamedTuple):
    """So many months from something that happened to a lot."""

    name: str
    months: int
    start: str
    """One of :data:`STARTS`."""


class Reason(NamedTuple):
    """Why something is kept."""

    name: str
    until: date | None
    """The last day on which it must be there; None: as long as the reason lasts."""


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where there is none, the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def get_reason(retention: Retention, days: dict) -> Reason | None:
    """What a retention asks for; None: nothing happened yet that it counts from.

    A lot without expiration date, or that was never shipped, counts from its last movement.

    :param days: day of each of :data:`STARTS`, or None
    """
    start = days.get(retention.start) or days.get("movement")
    return Reason(retention.name, add_months(start, retention.months)) if start else None


def get_lasting(reasons: list, today: date) -> list:
    """Those for which it must be kept today, the longest first."""
    lasting = [one for one in reasons if one.until is None or one.until >= today]
    return sorted(lasting, key=lambda one: (one.until is not None, -(one.until or today).toordinal()))
