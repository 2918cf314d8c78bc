"""Levels before a date: which one a lot has reached, when a day begins, when an alert climbs.

A lot reaches a level at the beginning of a day where it is kept, not at an hour: so clocks
that go forward or back change nothing, and whoever looks late finds the same. Waiting for
an answer is real time.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytz

DATES = ("expiration_date", "use_date", "removal_date", "alert_date")
"""The dates of a lot that a level can count to: expiry, best before, removal, alert."""


class Level(NamedTuple):
    """A level of a ladder."""

    key: int
    date: str
    """One of :data:`DATES`."""
    days: int
    """So many days before that date; negative: after it."""
    percent: float | None = None
    """Instead of days: when no more than this part of the life up to that date is left."""
    critical: bool = False
    """Of the ladder of critical products."""


class Reached(NamedTuple):
    level: Level
    day: date
    """The first day on which it was reached."""


def choose_ladder(levels: Iterable[Level], critical: bool) -> tuple[Level, ...]:
    """The levels for a product: critical ones have their own, if there is one."""
    levels = tuple(levels)
    own = tuple(level for level in levels if level.critical)
    return own if critical and own else tuple(level for level in levels if not level.critical)


def get_level_day(level: Level, due: date, start: date | None = None) -> date | None:
    """The first day on which a level is reached; None: a part of a life of unknown length.

    :param due: the day of the date that the level counts to
    :param start: the day on which the life began
    """
    if level.percent is None:
        return due - timedelta(days=level.days)
    if start is None or start >= due:
        return None
    left = (due - start).days * Fraction(str(level.percent)) / 100
    return due - timedelta(days=left.numerator // left.denominator)


def find_reached(
    ladder: Iterable[Level], days: Mapping[str, date | None], start: date | None, today: date
) -> Reached | None:
    """The highest level that is reached: of all that were passed, the last.

    :param days: the day of each of :data:`DATES` of the lot, None where it has none
    """
    found = None
    for level in ladder:
        due = days.get(level.date)
        day = due and get_level_day(level, due, start)
        # On the same day the one that stands later in the ladder.
        if day and day <= today and (found is None or day >= found.day):
            found = Reached(level, day)
    return found


def get_look_day(now: datetime, zone: str, hour: int) -> date:
    """The day of which the lots are to be looked at: it begins at an hour, not at midnight.

    Before that hour it is still the day before. Where clocks jump over the hour, it begins
    with the jump.

    :param now: UTC without zone
    :param hour: 0 to 23, of local time
    """
    local = pytz.utc.localize(now).astimezone(pytz.timezone(zone))
    return local.date() if local.hour >= hour else local.date() - timedelta(days=1)


def is_due(now: datetime, zone: str, hour: int, last: date | None) -> bool:
    """Whether a day has begun since the last one that was looked at.

    After a week off it is due once, not seven times.
    """
    return last is None or last < get_look_day(now, zone, hour)


def get_climb(waits: list[float], step: int, told: datetime) -> datetime | None:
    """When an unanswered alert goes to the next step; None: there is none.

    Each step has its whole time, counted from when it was told and not from when it should
    have been.

    :param waits: hours that each step leaves unanswered before the next one is told
    :param step: position of the step that was told
    """
    if step + 1 >= len(waits):
        return None
    return told + timedelta(hours=waits[step])
