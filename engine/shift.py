"""Shifts of a plant, for lot numbers: each works from its hour until the next one begins."""

import re
from typing import NamedTuple

_SHIFT = re.compile(r"\s*([01]?\d|2[0-3])[:.]([0-5]\d)\s+(\S+)\s*", re.ASCII)


class Shift(NamedTuple):
    begins: int
    """Minutes since midnight, local time."""
    code: str


def read_shifts(text):
    """``06:00 A, 14:00 B, 22:00 C`` as a tuple of :class:`Shift`, the earliest first.

    :raise ValueError: a part is not of that form, or begins with another one; with the part
    """
    shifts = {}
    for part in text.split(","):
        found = _SHIFT.fullmatch(part)
        if not found:
            raise ValueError(part.strip())
        hours, minutes, code = found.groups()
        shift = Shift(int(hours) * 60 + int(minutes), code)
        if shifts.setdefault(shift.begins, shift) is not shift:
            raise ValueError(part.strip())
    return tuple(shifts[begins] for begins in sorted(shifts))


def get_shift(shifts, moment):
    """Code of the one that works at `moment` (datetime, local time): before the first, the last does.

    :return: None without shifts
    """
    minutes = moment.hour * 60 + moment.minute
    begun = [shift for shift in shifts if shift.begins <= minutes] or shifts
    return begun[-1].code if begun else None
