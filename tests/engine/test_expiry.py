"""Levels before a date: properties over any ladder, day and time zone."""

from datetime import date, datetime, timedelta

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from engine.expiry import (
    DATES,
    Level,
    choose_ladder,
    find_reached,
    get_climb,
    get_level_day,
    get_look_day,
    is_due,
)
from engine.shelf_life import get_end_of_day, get_local_day

ZONES = (
    "UTC",
    "Europe/Amsterdam",
    "America/New_York",
    "America/Havana",  # clocks go back at one o'clock, into the day before's last hour
    "America/Sao_Paulo",  # went forward at midnight: there was none
    "America/Asuncion",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Pacific/Apia",  # left a day out
    "Pacific/Kiritimati",
)
days = st.dates(date(2009, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2009, 1, 1), datetime(2035, 12, 31))
zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)
levels = st.builds(
    Level,
    key=st.integers(1, 99),
    date=st.sampled_from(DATES),
    days=st.integers(-30, 400),
    percent=st.none() | st.integers(0, 100),
    critical=st.booleans(),
)
ladders = st.lists(levels, max_size=6)
lots = st.fixed_dictionaries({name: st.none() | days for name in DATES})


def test_level_is_reached_so_many_days_before_the_date():
    level = Level(1, "expiration_date", 30)
    assert get_level_day(level, date(2026, 3, 31)) == date(2026, 3, 1)
    lot = {"expiration_date": date(2026, 3, 31)}
    assert find_reached([level], lot, None, date(2026, 2, 28)) is None
    assert find_reached([level], lot, None, date(2026, 3, 1)).day == date(2026, 3, 1)


def test_level_after_the_date_is_reached_after_it():
    assert get_level_day(Level(1, "use_date", -2), date(2026, 3, 31)) == date(2026, 4, 2)


def test_part_of_a_life_is_reached_when_no_more_is_left():
    level = Level(1, "expiration_date", 0, percent=25)
    # 100 days of life: 25 are left on the 75th day.
    assert get_level_day(level, date(2026, 4, 11), date(2026, 1, 1)) == date(2026, 3, 17)
    # 10 days: a quarter is 2.5; with 3 left there is more, with 2 less.
    assert get_level_day(level, date(2026, 1, 11), date(2026, 1, 1)) == date(2026, 1, 9)
    assert get_level_day(level, date(2026, 1, 11)) is None
    assert get_level_day(level, date(2026, 1, 11), date(2026, 1, 11)) is None


def test_of_levels_passed_in_a_week_off_the_last_counts():
    ladder = [Level(n, "expiration_date", before) for n, before in ((1, 30), (2, 14), (3, 7), (4, 0))]
    lot = {"expiration_date": date(2026, 3, 31)}
    assert find_reached(ladder, lot, None, date(2026, 3, 1)).level.key == 1
    assert find_reached(ladder, lot, None, date(2026, 3, 25)).level.key == 3
    assert find_reached(ladder, lot, None, date(2027, 1, 1)).level.key == 4


def test_critical_products_climb_their_own_ladder_if_there_is_one():
    usual, critical = Level(1, "use_date", 3), Level(2, "use_date", 9, critical=True)
    assert choose_ladder([usual, critical], critical=True) == (critical,)
    assert choose_ladder([usual, critical], critical=False) == (usual,)
    assert choose_ladder([usual], critical=True) == (usual,)


@given(ladders, lots, st.none() | days, days)
def test_reached_is_the_last_of_all_that_were_passed(ladder, lot, start, today):
    passed = [
        day
        for level in ladder
        if lot[level.date] and (day := get_level_day(level, lot[level.date], start)) and day <= today
    ]
    found = find_reached(ladder, lot, start, today)
    assert (found.day if found else None) == max(passed, default=None)


@given(ladders, lots, st.none() | days, days, st.integers(0, 60))
def test_a_lot_never_goes_down_the_ladder_as_days_go_by(ladder, lot, start, today, later):
    before = find_reached(ladder, lot, start, today)
    after = find_reached(ladder, lot, start, today + timedelta(days=later))
    if before:
        assert after and after.day >= before.day


@given(st.integers(0, 100), days, st.integers(1, 4000))
def test_part_of_a_life_is_exact(percent, start, life):
    due = start + timedelta(days=life)
    day = get_level_day(Level(1, "use_date", 0, percent=percent), due, start)
    assert (due - day).days * 100 <= percent * life
    assert ((due - day).days + 1) * 100 > percent * life


@given(days, zones, st.integers(-30, 400))
def test_the_day_of_a_level_is_the_same_whatever_the_clocks_did_between(day, zone, before):
    # A lot that expires at the end of a day there: whenever it is looked at, it is that day.
    assert get_local_day(get_end_of_day(day, zone), zone) == day or zone == "Pacific/Apia"
    assert get_level_day(Level(1, "use_date", before), day) == day - timedelta(days=before)


@given(moments, zones, hours)
def test_the_day_begins_at_the_hour(now, zone, hour):
    local = pytz.utc.localize(now).astimezone(pytz.timezone(zone))
    day = get_look_day(now, zone, hour)
    assert day == local.date() - timedelta(days=local.hour < hour)


@given(moments, zones, hours, st.lists(st.integers(1, 50), min_size=1, max_size=60))
def test_each_day_is_looked_at_once_at_whatever_minutes_the_job_runs(now, zone, hour, pauses):
    """Around midnight, over changes of the clocks, after pauses of two days."""
    last, looked = None, []
    runs = []
    for pause in pauses:
        now += timedelta(hours=pause, minutes=pause)
        runs.append(get_look_day(now, zone, hour))
        if is_due(now, zone, hour, last):
            last = get_look_day(now, zone, hour)
            looked.append(last)
    assert looked == sorted(set(looked))
    assert set(looked) == {day for at, day in enumerate(runs) if day == max(runs[: at + 1])}


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "America/Sao_Paulo"])
def test_in_a_year_of_hourly_runs_every_day_is_looked_at(zone):
    for hour in (0, 2, 3):
        now, last, looked = datetime(2018, 1, 1, 0, 7), None, []
        for _run in range(365 * 24):
            now += timedelta(hours=1)
            if is_due(now, zone, hour, last):
                last = get_look_day(now, zone, hour)
                looked.append(last)
        assert looked == [looked[0] + timedelta(days=n) for n in range(len(looked))]
        assert len(looked) >= 365


@given(st.lists(st.floats(0.5, 100), max_size=5), moments)
def test_an_alert_climbs_step_by_step_and_stops_at_the_last(waits, told):
    for step, wait in enumerate(waits):
        climb = get_climb(waits, step, told)
        if step == len(waits) - 1:
            assert climb is None
        else:
            assert climb == told + timedelta(hours=wait)
