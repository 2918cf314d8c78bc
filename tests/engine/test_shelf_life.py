"""Shelf life: days in their time zone, an output's expiry, what is left of a life."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from engine.shelf_life import (
    RULES,
    Expiry,
    Remaining,
    check_minimum,
    derive,
    get_end_of_day,
    get_local_day,
    get_needed_days,
    get_remaining,
    get_start_of_day,
)

SECOND = timedelta(seconds=1)
DAYS = st.dates(date(2012, 1, 1), date(2036, 12, 31))
# Clocks that change at midnight, by half an hour, far east and west.
ZONES = st.sampled_from(
    "Europe/Amsterdam America/New_York Africa/Cairo America/Havana America/Asuncion America/Sao_Paulo "
    "Asia/Beirut Australia/Lord_Howe Asia/Kathmandu Pacific/Kiritimati Pacific/Pago_Pago UTC".split()
)


# ---- days and instants ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "zone", "start", "end"),
    [
        (date(2026, 1, 31), "UTC", datetime(2026, 1, 31), datetime(2026, 1, 31, 23, 59, 59)),
        (
            date(2026, 1, 31),
            "Europe/Amsterdam",
            datetime(2026, 1, 30, 23),
            datetime(2026, 1, 31, 22, 59, 59),
        ),
        # The night of 29 March is an hour short, that of 25 October an hour longer.
        (
            date(2026, 3, 29),
            "Europe/Amsterdam",
            datetime(2026, 3, 28, 23),
            datetime(2026, 3, 29, 21, 59, 59),
        ),
        (
            date(2026, 10, 25),
            "Europe/Amsterdam",
            datetime(2026, 10, 24, 22),
            datetime(2026, 10, 25, 22, 59, 59),
        ),
        # No midnight: it is one o'clock at once.
        (date(2024, 4, 26), "Africa/Cairo", datetime(2024, 4, 25, 22), datetime(2024, 4, 26, 20, 59, 59)),
        # Two midnights: at one o'clock it is midnight again.
        (date(2024, 11, 3), "America/Havana", datetime(2024, 11, 3, 4), datetime(2024, 11, 4, 4, 59, 59)),
        (
            date(2026, 1, 31),
            "Pacific/Kiritimati",
            datetime(2026, 1, 30, 10),
            datetime(2026, 1, 31, 9, 59, 59),
        ),
        # Samoa had no 30 December in 2011.
        (date(2011, 12, 29), "Pacific/Apia", datetime(2011, 12, 29, 10), datetime(2011, 12, 30, 9, 59, 59)),
    ],
)
def test_a_day_in_its_time_zone(day, zone, start, end):
    assert get_start_of_day(day, zone) == start
    assert get_end_of_day(day, zone) == end


@given(DAYS, ZONES)
def test_a_day_begins_and_ends_on_itself(day, zone):
    start, end = get_start_of_day(day, zone), get_end_of_day(day, zone)
    assert get_local_day(start, zone) == get_local_day(end, zone) == day
    assert get_local_day(start - SECOND, zone) == day - timedelta(days=1)
    assert get_local_day(end + SECOND, zone) == day + timedelta(days=1)
    assert timedelta(hours=23) <= end + SECOND - start <= timedelta(hours=25)


@given(st.datetimes(datetime(2012, 1, 2), datetime(2036, 12, 30)), ZONES)
def test_an_instant_lies_in_its_day(moment, zone):
    day = get_local_day(moment, zone)
    assert get_start_of_day(day, zone) <= moment < get_start_of_day(day + timedelta(days=1), zone)


def test_an_unknown_time_zone():
    with pytest.raises(pytz.UnknownTimeZoneError):
        get_end_of_day(date(2026, 1, 1), "Mars/Olympus")


# ---- expiry of an output ----------------------------------------------------------------------

MADE = date(2026, 6, 1)
INPUTS = [("milk", date(2026, 6, 9)), ("salt", None), ("cream", date(2026, 6, 9)), ("jam", date(2027, 1, 1))]


@pytest.mark.parametrize(
    ("rule", "options", "expiry"),
    [
        ("days", {"start": MADE, "days": 21}, Expiry(date(2026, 6, 22), "days", [], [])),
        ("days", {"start": MADE, "days": 0}, Expiry(MADE, "days", [], [])),
        ("days", {"start": MADE}, Expiry(None, None, [], [])),
        ("days", {"days": 3}, Expiry(None, None, [], [])),
        ("inputs", {}, Expiry(date(2026, 6, 9), "inputs", ["milk", "cream"], ["salt"])),
        ("inputs", {"inputs": [("salt", None)]}, Expiry(None, None, [], ["salt"])),
        (
            "earliest",
            {"start": MADE, "days": 21},
            Expiry(date(2026, 6, 9), "inputs", ["milk", "cream"], ["salt"]),
        ),
        ("earliest", {"start": MADE, "days": 5}, Expiry(date(2026, 6, 6), "days", [], ["salt"])),
        (
            "earliest",
            {"start": MADE, "days": 8},
            Expiry(date(2026, 6, 9), "inputs", ["milk", "cream"], ["salt"]),
        ),
        ("entered", {"entered": date(2026, 7, 1)}, Expiry(date(2026, 7, 1), "entered", [], [])),
        ("entered", {}, Expiry(None, None, [], [])),
    ],
)
def test_the_expiry_of_an_output(rule, options, expiry):
    assert derive(rule, **{"inputs": INPUTS, **options}) == expiry


def test_rules_that_are_none():
    with pytest.raises(ValueError):
        derive("guess")
    with pytest.raises(ValueError):
        derive("days", MADE, -1)


@given(st.lists(st.none() | DAYS), DAYS, st.integers(0, 4000), st.none() | DAYS)
def test_no_output_outlives_what_limits_it(expiries, start, days, entered):
    inputs = list(enumerate(expiries))
    found = {rule: derive(rule, start, days, inputs, entered).day for rule in RULES}
    known = [day for day in expiries if day]
    assert found["inputs"] == (min(known) if known else None)
    assert found["days"] == start + timedelta(days=days)
    assert found["earliest"] == min([found["days"], *known])
    assert found["entered"] == entered
    result = derive("earliest", start, days, inputs)
    assert all(expiries[key] == result.day for key in result.inputs)
    assert [expiries[key] for key in result.unknown] == [None] * expiries.count(None)


# ---- remaining life ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "start", "remaining"),
    [
        (date(2026, 6, 1), date(2026, 6, 1), Remaining(30, Decimal(100))),
        (date(2026, 6, 21), date(2026, 6, 1), Remaining(10, Decimal("33.33"))),
        (date(2026, 7, 1), date(2026, 6, 1), Remaining(0, Decimal(0))),
        (date(2026, 7, 2), date(2026, 6, 1), Remaining(-1, Decimal("-3.34"))),
        (date(2026, 6, 21), None, Remaining(10, None)),
        (date(2026, 6, 21), date(2026, 7, 1), Remaining(10, None)),
    ],
)
def test_what_is_left_of_a_life(on, start, remaining):
    assert get_remaining(date(2026, 7, 1), on, start) == remaining


EXPIRY, START = date(2026, 7, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("on", "options", "enough", "last_day"),
    [
        (date(2026, 7, 1), {}, True, EXPIRY),
        (date(2026, 7, 2), {}, False, EXPIRY),
        (date(2026, 6, 21), {"days": 10}, True, date(2026, 6, 21)),
        (date(2026, 6, 22), {"days": 10}, False, date(2026, 6, 21)),
        (date(2026, 6, 21), {"percent": 33, "start": START}, True, date(2026, 6, 21)),
        (date(2026, 6, 21), {"percent": "33.34", "start": START}, False, date(2026, 6, 20)),
        (date(2026, 6, 11), {"percent": Decimal("66.6"), "start": START}, True, date(2026, 6, 11)),
        (date(2026, 6, 19), {"percent": 33, "days": 12, "start": START}, True, date(2026, 6, 19)),
        (date(2026, 6, 20), {"percent": 33, "days": 12, "start": START}, False, date(2026, 6, 19)),
        (date(2026, 6, 20), {"percent": 33}, None, None),
        (date(2026, 6, 22), {"percent": 33, "days": 10}, False, None),
        (date(2026, 7, 2), {"percent": 33}, False, None),
        (date(2026, 7, 1), {"percent": 0}, True, EXPIRY),
        (date(2026, 6, 1), {"percent": 33, "start": EXPIRY}, None, None),
    ],
)
def test_whether_enough_is_left(on, options, enough, last_day):
    verdict = check_minimum(EXPIRY, on, **options)
    assert (verdict.enough, verdict.last_day) == (enough, last_day)
    assert verdict.remaining == get_remaining(EXPIRY, on, options.get("start"))


@pytest.mark.parametrize("options", [{"days": -1}, {"percent": 101}, {"percent": -1}, {"percent": "x"}])
def test_minimums_that_are_none(options):
    with pytest.raises(ValueError):
        check_minimum(EXPIRY, START, **options)


@given(DAYS, st.integers(-400, 400), st.integers(1, 800), st.none() | st.integers(0, 400), st.data())
def test_the_last_day_is_the_last(expiry, before, life, days, data):
    start = expiry - timedelta(days=life)
    percent = data.draw(st.none() | st.decimals(0, 100, places=2))
    on = expiry - timedelta(days=before)
    verdict = check_minimum(expiry, on, days, percent, start)
    assert verdict.enough == (on <= verdict.last_day)
    # Said in other words, without days rounded up.
    enough = before >= (days or 0) and before * 100 >= (percent or 0) * life
    assert verdict.enough == enough
    assert verdict.needed_days == get_needed_days(expiry, days, percent, start)


@given(DAYS, st.integers(-400, 400), st.integers(1, 800))
def test_a_percentage_is_never_rounded_up(expiry, left, life):
    percent = get_remaining(expiry, expiry - timedelta(days=left), expiry - timedelta(days=life)).percent
    assert percent * life <= left * 100 < (percent + Decimal("0.01")) * life
