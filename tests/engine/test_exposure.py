"""Effective expiry after exposure to other temperatures."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.exposure import HOTTEST, LONGEST, Effective, Exposure, get_effective_expiry, get_exposures

EXPIRY = datetime(2026, 12, 31, 22, 59, 59)
NOON = datetime(2026, 11, 1, 12)
HOUR = timedelta(hours=1)

temperatures = st.floats(-40, 60).map(lambda value: round(value, 1))
hours = st.floats(0, 500).map(lambda value: round(value, 2))
moments = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))
exposures = st.lists(st.builds(Exposure, hours, temperatures, moments), max_size=6)
factors = st.floats(1, 6)


def effective(found, reference=4.0, q10=2.0):
    return get_effective_expiry(EXPIRY, found, reference, q10)


def test_twice_as_fast_ten_degrees_warmer():
    assert effective([Exposure(24, 14)]) == Effective(EXPIRY - 24 * HOUR, 24, 24, 14)
    assert effective([Exposure(24, 24)]).expiry == EXPIRY - 72 * HOUR
    assert effective([Exposure(24, 14)], q10=3).expiry == EXPIRY - 48 * HOUR
    assert effective([Exposure(12, 14), Exposure(12, 14, NOON)]).expiry == EXPIRY - 24 * HOUR


def test_an_effective_expiry_is_a_whole_second_and_not_later():
    assert effective([Exposure(0.0001, 14)]).expiry == EXPIRY - timedelta(seconds=1)


def test_cold_gives_nothing_back():
    assert effective([Exposure(100, -20)]) == Effective(EXPIRY, 0, 0, -20)
    assert effective([Exposure(24, 14), Exposure(100, -20)]).expiry == EXPIRY - 24 * HOUR
    assert effective([]) == Effective(EXPIRY, 0, 0, None)


def test_two_loggers_in_one_load_count_once():
    both = [Exposure(10, 14, NOON), Exposure(10, 24, NOON + 5 * HOUR)]
    # Five hours at 14 °C lose five, ten at 24 °C lose thirty.
    assert effective(both) == Effective(EXPIRY - 35 * HOUR, 35, 15, 24)
    assert effective([*both, Exposure(3, 9, NOON + 6 * HOUR)]).lost_hours == 35


def test_more_is_lost_than_there_is():
    assert effective([Exposure(LONGEST, 200)], q10=6).expiry == datetime.min
    assert effective([Exposure(LONGEST, HOTTEST)], q10=1e9).expiry == datetime.min


@pytest.mark.parametrize(
    ("exposure", "reference", "q10"),
    [
        (Exposure(-1, 5), 4, 2),
        (Exposure(float("nan"), 5), 4, 2),
        (Exposure(LONGEST + 1, 5), 4, 2),
        (Exposure(1, float("inf")), 4, 2),
        (Exposure(1, -300), 4, 2),
        (Exposure(1, HOTTEST + 1), 4, 2),
        (Exposure(1, 5), float("nan"), 2),
        (Exposure(1, 5), -274, 2),
        (Exposure(1, 5), 4, 0.5),
        (Exposure(1, 5), 4, float("inf")),
    ],
)
def test_what_is_no_exposure_or_no_rule(exposure, reference, q10):
    with pytest.raises(ValueError):
        effective([exposure], reference, q10)


@given(exposures, temperatures, factors)
def test_the_stated_expiry_is_never_exceeded(found, reference, q10):
    result = effective(found, reference, q10)
    assert result.expiry <= EXPIRY and result.lost_hours >= 0
    warm = any(one.celsius > reference and one.hours and q10 > 1.001 for one in found)
    assert (result.lost_hours > 0) >= warm


@given(exposures, st.builds(Exposure, hours, temperatures, moments), temperatures, factors)
def test_more_exposure_never_lengthens_a_life(found, more, reference, q10):
    before, after = effective(found, reference, q10), effective([*found, more], reference, q10)
    assert after.lost_hours >= before.lost_hours * (1 - 1e-9)
    warmer = [one._replace(celsius=one.celsius + 5) for one in found]
    assert effective(warmer, reference, q10).lost_hours >= before.lost_hours * (1 - 1e-9)
    assert effective(found, reference, q10 + 1).lost_hours >= before.lost_hours * (1 - 1e-9)


@given(exposures, st.randoms(use_true_random=False), temperatures, factors, st.floats(0, 1))
def test_neither_order_nor_splitting_matters(found, random, reference, q10, at):
    pieces = []
    for one in found:
        first = one.hours * at
        start = one.start and one.start + timedelta(hours=first)
        pieces += [one._replace(hours=first), one._replace(hours=one.hours - first, start=start)]
    random.shuffle(pieces)
    one, other = effective(found, reference, q10), effective(pieces, reference, q10)
    assert other.lost_hours == pytest.approx(one.lost_hours, rel=1e-6, abs=1e-6)


_IN_HOURS = st.builds(
    Exposure, st.integers(0, 5), temperatures, st.integers(0, 9).map(lambda after: NOON + after * HOUR)
)


@given(st.lists(_IN_HOURS, max_size=5), factors)
def test_of_what_overlaps_the_warmest_counts_in_each_hour(found, q10):
    lost = 0
    for moment in (NOON + after * HOUR for after in range(14)):
        running = [one.celsius for one in found if one.start <= moment < one.start + one.hours * HOUR]
        lost += max(q10 ** ((max(running, default=4) - 4) / 10) - 1, 0)
    assert effective(found, q10=q10).lost_hours == pytest.approx(lost)


# ---- a logger's readings ----------------------------------------------------------------------


def test_readings_become_exposures():
    readings = [
        (NOON + HOUR, 9.0),
        (NOON, 4.0),
        (NOON + HOUR, 9.0),
        (NOON + HOUR * 1.5, 6.0),
        (NOON + 5 * HOUR, 5.0),
    ]
    assert get_exposures(readings) == (
        [Exposure(1.0, 9.0, NOON), Exposure(0.5, 9.0, NOON + HOUR)],
        [(NOON + HOUR * 1.5, NOON + 5 * HOUR)],
    )
    assert get_exposures(readings[:1]) == ([], [])
    assert get_exposures(readings, longest=4 * HOUR)[1] == []


@given(
    st.lists(st.tuples(st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3)), temperatures), max_size=8)
)
def test_exposures_and_gaps_fill_the_time_between_readings(readings):
    found, gaps = get_exposures(readings, longest=6 * HOUR)
    times = sorted(moment for moment, _celsius in readings)
    whole = (times[-1] - times[0]) / HOUR if times else 0
    covered = sum(one.hours for one in found) + sum((end - start) / HOUR for start, end in gaps)
    assert covered == pytest.approx(whole)
