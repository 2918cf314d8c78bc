"""Shifts are read from a text, and the one that works is found, over midnight too."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.shift import get_shift, read_shifts


@pytest.mark.parametrize(
    ("hour", "minute", "code"),
    [(5, 59, "C"), (6, 0, "A"), (13, 59, "A"), (14, 0, "B"), (23, 0, "C"), (0, 0, "C")],
)
def test_the_shift_that_began_last_works(hour, minute, code):
    shifts = read_shifts("14:00 B, 06:00 A,22.00 C")
    assert get_shift(shifts, datetime(2026, 1, 31, hour, minute)) == code


@pytest.mark.parametrize(
    "text", ["", "A", "24:00 A", "06:00", "06:60 A", "06:00 A B", "06:00 A,", "06:00 A, 6:00 B"]
)
def test_what_is_no_shift_is_refused(text):
    with pytest.raises(ValueError):
        read_shifts(text)


def test_without_shifts_there_is_none():
    assert get_shift((), datetime(2026, 1, 31)) is None


@given(st.text())
def test_no_text_breaks_it(text):
    try:
        shifts = read_shifts(text)
    except ValueError as error:
        assert str(error) in text
    else:
        assert shifts == tuple(sorted(shifts))
