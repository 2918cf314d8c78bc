"""Shelf life: an output's expiry, and what is left of a life on a day.

An expiry is a day: the lot may be used until that day ends where it is kept. In the
database it is an instant, in UTC without zone as Odoo has them: the last second of the day
in the company's time zone (:func:`get_end_of_day`), so that screens there show that day and
``expiration_date <= now`` holds from the next day on.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytz

RULES = ("days", "inputs", "earliest", "entered")
"""How the expiry of an output comes about: so many days from a date; the shortest of its
inputs; the earlier of both; entered by a person."""


class Expiry(NamedTuple):
    """An expiry with where it comes from."""

    day: date | None
    """None: nothing tells it."""
    rule: str | None
    """``days``, ``inputs`` or ``entered``: which one gave the day."""
    inputs: list
    """Keys of the inputs with that day, if an input gave it."""
    unknown: list
    """Keys of the inputs without expiry; they limit nothing, and the reader must know."""


class Remaining(NamedTuple):
    """What is left of a life at the end of a day."""

    days: int
    """0 on the day of expiry itself, negative after it."""
    percent: Decimal | None
    """Of the whole life, two decimals rounded down, negative after it; None: the whole life is
    unknown (no start, or one not before the expiry)."""


class Verdict(NamedTuple):
    """Whether enough is left."""

    enough: bool | None
    """None: a percentage of a life whose start is unknown cannot be told."""
    remaining: Remaining
    needed_days: int | None
    """The least that was enough, in days; None where it cannot be told."""
    last_day: date | None
    """Until this day it is, or was, enough; None where it cannot be told."""


# ---- days and instants ------------------------------------------------------------------------


def get_start_of_day(day: date, zone: str) -> datetime:
    """The first instant of a day in a time zone, in UTC without zone.

    Not always midnight: where clocks go forward at midnight it is one o'clock.

    :param zone: such as ``Europe/Amsterdam``; through pytz, as Odoo has them
    :raise pytz.UnknownTimeZoneError: no such time zone
    """
    zone = pytz.timezone(zone)
    midnight = datetime.combine(day, time.min)
    try:
        moment = zone.localize(midnight, is_dst=None)
    except pytz.NonExistentTimeError:
        moment = zone.localize(midnight, is_dst=False)  # counted as before the clocks went forward
    except pytz.AmbiguousTimeError:
        moment = zone.localize(midnight, is_dst=True)  # the first of both
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def get_end_of_day(day: date, zone: str) -> datetime:
    """The last second of a day in a time zone, in UTC without zone; parameters as above."""
    return get_start_of_day(day + timedelta(days=1), zone) - timedelta(seconds=1)


def get_local_time(moment: datetime, zone: str) -> datetime:
    """The time that it is in a time zone at an instant given in UTC without zone."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))


def get_local_day(moment: datetime, zone: str) -> date:
    """The day that it is in a time zone at an instant given in UTC without zone."""
    return get_local_time(moment, zone).date()


# ---- expiry of an output ------------------------------------------------------------------------


def derive(
    rule: str,
    start: date | None = None,
    days: int | None = None,
    inputs: Iterable[tuple[object, date | None]] = (),
    entered: date | None = None,
) -> Expiry:
    """The expiry of an output.

    :param rule: one of :data:`RULES`
    :param start: the day from which ``days`` count (production, packing, harvest, …)
    :param inputs: ``(key, expiry)`` of each lot that went in
    :param entered: what a person entered; it counts only for ``entered``
    :raise ValueError: no such rule; days below zero
    """
    if rule not in RULES:
        raise ValueError(f"{rule} is no rule for an expiry.")
    if days is not None and days < 0:
        raise ValueError("A shelf life is not below zero.")
    inputs = list(inputs)
    unknown = [key for key, day in inputs if day is None] if rule in ("inputs", "earliest") else []
    found = []
    if rule == "entered" and entered:
        found.append((entered, "entered"))
    if rule in ("days", "earliest") and start is not None and days is not None:
        found.append((start + timedelta(days=days), "days"))
    if rule in ("inputs", "earliest"):
        found += [(day, "inputs") for _key, day in inputs if day is not None]
    if not found:
        return Expiry(None, None, [], unknown)
    # An input is named even where the days end on the same day: it is what cannot be changed.
    day, source = min(found, key=lambda one: (one[0], one[1] != "inputs"))
    keys = [key for key, expiry in inputs if expiry == day] if source == "inputs" else []
    return Expiry(day, source, keys, unknown)


# ---- remaining life -------------------------------------------------------------------------------


def get_remaining(expiry: date, on: date, start: date | None = None) -> Remaining:
    """What is left of a life when it is used, shipped or delivered on a day.

    :param start: the day on which the life began; the whole life is from it to the expiry
    """
    days = (expiry - on).days
    if start is None or start >= expiry:
        return Remaining(days, None)
    share = Fraction(days * 100, (expiry - start).days)
    return Remaining(days, Decimal(share.numerator * 100 // share.denominator) / 100)


def check_minimum(
    expiry: date,
    on: date,
    days: int | None = None,
    percent: Decimal | int | None = None,
    start: date | None = None,
) -> Verdict:
    """Whether at least so many days, and at least so many percent of the whole life, are left.

    Exactly as much as asked is enough. With neither asked, a lot that did not expire is.

    :param percent: 0 to 100; Decimal, int or str, compared without rounding
    :raise ValueError: the percentage is not one, or days are below zero
    """
    needed = get_needed_days(expiry, days, percent, start)
    remaining = get_remaining(expiry, on, start)
    if needed is None:
        # Too few days, or expired, is too little whatever the percentage.
        enough = False if remaining.days < max(days or 0, 0) else None
        return Verdict(enough, remaining, None, None)
    return Verdict(remaining.days >= needed, remaining, needed, expiry - timedelta(days=needed))


def get_needed_days(expiry, days=None, percent=None, start=None):
    """The least number of days that must be left; None: a percentage without known life.

    Parameters as for :func:`check_minimum`.
    """
    if days is not None and days < 0:
        raise ValueError("A remaining life is not below zero.")
    needed = days or 0
    if percent is None:
        return needed
    percent = Fraction(str(percent))
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage.")
    if not percent:
        return needed
    if start is None or start >= expiry:
        return None
    share = (expiry - start).days * percent / 100
    return max(needed, -(-share.numerator // share.denominator))
