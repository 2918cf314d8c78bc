"""Effective expiry of what was exposed to other temperatures (shortest ambient life).

The rule. At the reference temperature a lot loses a day of life in a day. An exposure of
*h* hours at *T* loses ``h × Q10 ** ((T - reference) / 10)`` hours: with Q10 = 2 everything
that spoils goes twice as fast ten degrees warmer. The effective expiry is the stated one
minus what was lost beyond the hours that passed anyway:

    effective = expiry - Σ h × (Q10 ** ((T - reference) / 10) - 1)

An exposure at or below the reference changes nothing: cold does not give back what warmth
took, and the stated expiry is never exceeded. Where exposures with a time overlap (two
loggers), the warmest counts. The rule is an approximation for the quality that the
expiry stands for; it says nothing of pathogens, and nothing where freezing or melting
comes in. Both parameters belong to the product and come from its own shelf-life study.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import isfinite
from typing import NamedTuple

ABSOLUTE_ZERO = -273.15
HOTTEST = 1_000
"""Celsius: nothing is kept or logged above it."""
LONGEST = 1_000_000
"""Hours: more than a hundred years is no exposure."""
_HOUR = timedelta(hours=1)


class Exposure(NamedTuple):
    """A stretch of time at one temperature."""

    hours: float
    celsius: float
    start: datetime | None = None
    """When it began; None if only its length is known."""


class Effective(NamedTuple):
    """What exposures did to an expiry."""

    expiry: datetime
    lost_hours: float
    """So much earlier than stated, not below zero."""
    exposed_hours: float
    """Time above the reference temperature."""
    highest: float | None
    """Celsius, of all exposures; None without any."""


def get_effective_expiry(
    expiry: datetime, exposures: Iterable[Exposure], reference: float, q10: float
) -> Effective:
    """The effective expiry by the rule above.

    :param expiry: as stated for the reference temperature
    :param reference: Celsius
    :param q10: how much faster life is lost ten degrees warmer; at least 1, mostly 2 to 3
    :raise ValueError: a number that is none or out of bounds (:data:`LONGEST`)
    """
    if not (isfinite(q10) and q10 >= 1):
        raise ValueError(f"Q10 is at least 1, not {q10}.")
    if not (isfinite(reference) and reference >= ABSOLUTE_ZERO):
        raise ValueError(f"{reference} °C is no temperature.")
    exposures = list(exposures)
    for exposure in exposures:
        _check(exposure)
    lost = exposed = 0.0
    for hours, celsius in _get_stretches(exposures):
        if celsius > reference:
            try:
                lost += hours * (q10 ** ((celsius - reference) / 10) - 1)
            except OverflowError:
                lost = float("inf")
            exposed += hours
    highest = max((exposure.celsius for exposure in exposures), default=None)
    return Effective(_subtract(expiry, lost), lost, exposed, highest)


def get_exposures(readings: Iterable[tuple[datetime, float]], longest=_HOUR):
    """The exposures that a logger's readings show, and the gaps between them.

    Between two readings the warmer of both counts. Where they are further apart than
    `longest`, nothing is known: a gap, which the reader must see.

    :param readings: ``(instant, celsius)`` in any order
    :return: ``(exposures, gaps)``, gaps as ``(from, to)``
    """
    readings = sorted(readings)
    exposures, gaps = [], []
    for (start, celsius), (end, following) in zip(readings, readings[1:]):
        if end - start > longest:
            gaps.append((start, end))
        elif end > start:
            exposures.append(Exposure((end - start) / _HOUR, max(celsius, following), start))
    return exposures, gaps


def _check(exposure):
    if not (isfinite(exposure.hours) and 0 <= exposure.hours <= LONGEST):
        raise ValueError(f"An exposure cannot last {exposure.hours} hours.")
    if not ABSOLUTE_ZERO <= exposure.celsius <= HOTTEST:
        raise ValueError(f"{exposure.celsius} °C is no temperature.")


def _get_stretches(exposures):
    """``(hours, celsius)`` without overlap; exposures without time stand for themselves."""
    timed = []
    for exposure in exposures:
        if exposure.start is None:
            yield exposure.hours, exposure.celsius
        else:
            end = exposure.start + timedelta(hours=exposure.hours)
            timed.append((exposure.start, end, exposure.celsius))
    timed.sort(reverse=True)
    moments = sorted({moment for start, end, _celsius in timed for moment in (start, end)})
    running = []  # the warmest first
    for moment, following in zip(moments, moments[1:]):
        while timed and timed[-1][0] <= moment:
            _start, end, celsius = timed.pop()
            heappush(running, (-celsius, end))
        while running and running[0][1] <= moment:
            heappop(running)
        if running:
            yield (following - moment) / _HOUR, -running[0][0]


def _subtract(expiry, hours):
    """Whole seconds, rather too early than too late."""
    if not hours:
        return expiry
    try:
        return (expiry - timedelta(hours=hours)).replace(microsecond=0)
    except OverflowError:
        return datetime.min
