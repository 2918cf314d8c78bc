"""How long something must be kept."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.retention import Reason, Retention, add_months, get_lasting, get_reason

MOVED = date(2026, 11, 21)
EXPIRY = date(2028, 2, 29)


def test_each_period_counts_from_its_own_start():
    days = {"movement": MOVED, "expiry": EXPIRY, "shipment": date(2026, 10, 31)}
    assert get_reason(Retention("a", 24, "movement"), days) == Reason("a", date(2028, 11, 21))
    assert get_reason(Retention("b", 12, "expiry"), days) == Reason("b", date(2029, 2, 28))
    assert get_reason(Retention("c", 4, "shipment"), days) == Reason("c", date(2027, 2, 28))


def test_what_has_no_expiry_or_was_not_shipped_counts_from_its_last_movement():
    for start in ("expiry", "shipment"):
        assert get_reason(Retention("a", 1, start), {"movement": MOVED}).until == date(2026, 12, 21)
    assert get_reason(Retention("a", 1, "movement"), {}) is None


def test_the_longest_comes_first_and_what_is_open_before_it():
    past, today = Reason("past", date(2026, 11, 20)), Reason("today", MOVED)
    later, held = Reason("later", date(2030, 1, 1)), Reason("hold", None)
    assert get_lasting([past, today, later, held], MOVED) == [held, later, today]
    assert get_lasting([past], MOVED) == []


@given(st.dates(max_value=date(8000, 1, 1)), st.integers(0, 600))
def test_months_are_those_of_the_calendar(day, months):
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and later.day >= 28)
