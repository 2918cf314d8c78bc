"""What may stand in a number pattern: dates, values, check digits (:mod:`.numbering`)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from .gs1_checks import check_digit


class Directive(NamedTuple):
    """One ``%x`` of ``{date:…}``."""

    shows: str
    """What of the date it shows; ``time`` of its day."""
    render: Callable[[date], str]
    regex: str


_YEAR2, _YEAR4 = r"\d{2}", r"\d{4}"
_DOY = r"(?:00[1-9]|0[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])"
_SIXTY = r"[0-5]\d"

# As strftime has them, but for names: they change with the language.
DIRECTIVES = {
    "Y": Directive("year", lambda day: f"{day.year:04}", _YEAR4),
    "y": Directive("year", lambda day: f"{day.year % 100:02}", _YEAR2),
    "m": Directive("month", lambda day: f"{day.month:02}", r"(?:0[1-9]|1[0-2])"),
    "d": Directive("day", lambda day: f"{day.day:02}", r"(?:0[1-9]|[12]\d|3[01])"),
    "j": Directive("day of year", lambda day: f"{day.timetuple().tm_yday:03}", _DOY),
    "G": Directive("week year", lambda day: f"{day.isocalendar()[0]:04}", _YEAR4),
    "g": Directive("week year", lambda day: f"{day.isocalendar()[0] % 100:02}", _YEAR2),
    "V": Directive("week", lambda day: f"{day.isocalendar()[1]:02}", r"(?:0[1-9]|[1-4]\d|5[0-3])"),
    "u": Directive("weekday", lambda day: str(day.isoweekday()), "[1-7]"),
    "H": Directive("time", lambda day: f"{day.hour:02}", r"(?:[01]\d|2[0-3])"),
    "M": Directive("time", lambda day: f"{day.minute:02}", _SIXTY),
    "S": Directive("time", lambda day: f"{day.second:02}", _SIXTY),
}
DATE_TOKENS = {
    "doy": DIRECTIVES["j"],
    "y": Directive("year", lambda day: str(day.year % 10), r"\d"),
    "y2": DIRECTIVES["y"],
    "year": DIRECTIVES["Y"],
}
"""Tokens that are a part of the date: Julian day, year with one, two and four digits."""

VALUE_TOKENS = ("product.code", "category.code", "supplier.code", "site", "line", "shift")
TOKENS = ("date", *DATE_TOKENS, *VALUE_TOKENS, "seq", "check")
"""All names that may stand in braces."""

YEAR_DIGITS = {"y": 1, "y2": 2, "year": 4, "%y": 2, "%Y": 4, "%g": 2, "%G": 4}

SCOPES = {
    "day": ({"year", "day of year"}, {"year", "month", "day"}, {"week year", "week", "weekday"}),
    "week": ({"week year", "week"},),
    "month": ({"year", "month"},),
    "year": ({"year"},),
    "category": ({"category.code"},),
    "supplier": ({"supplier.code"},),
    "site": ({"site"},),
    "line": ({"line"},),
    "shift": ({"shift"},),
    # A number need not show its product: it is unique for the product only.
    "product": (set(),),
    "pattern": (set(),),
}
"""What a sequence may count per: what of it the number must show, or numbers would repeat
(one of the sets; where the day is shown, week, month and year are as well)."""


def is_shown(scope, shown):
    """Whether numbers that show these things are told apart between two of the scope."""
    ways = SCOPES[scope] + (SCOPES["day"] if scope in ("week", "month", "year") else ())
    return any(way <= shown for way in ways)


def get_period(scope, day, digits):
    """A name of the day, week, month or year, its year as short as the number shows it.

    A year of one digit comes again after ten years: then its counter goes on.
    """
    if scope == "week":
        year, week, _weekday = day.isocalendar()
        return f"{str(year)[-digits:]}-W{week:02}"
    year = str(day.year)[-digits:]
    return {"day": f"{year}-{day:%m-%d}", "month": f"{year}-{day:%m}", "year": year}[scope]


def get_directive(name):
    return DIRECTIVES[name[1]] if name[0] == "%" else DATE_TOKENS[name]


def get_shown(name):
    """What a part shows: of the date, or the name of its value."""
    if name in ("", "seq", "check", *VALUE_TOKENS):
        return name
    return get_directive(name).shows


def has_time(value):
    return isinstance(value, datetime)


# ---- check digits -----------------------------------------------------------------------


def _digits(text):
    return "".join(char for char in text if char in "0123456789")


def _letters(text):
    return [char for char in text.upper() if char in _ALPHABET]


_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _luhn(text):
    total = 0
    for i, digit in enumerate(reversed(_digits(text))):
        value = int(digit) * (1 if i % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _mod97(text):
    number = "".join(str(_ALPHABET.index(char)) for char in _letters(text))
    return f"{98 - int((number or '0') + '00') % 97:02}"


def _mod36(text):
    product = 36
    for char in _letters(text):
        total = (product + _ALPHABET.index(char)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


CHECKS = {
    "mod10": (lambda text: check_digit(_digits(text)), r"\d"),
    "luhn": (_luhn, r"\d"),
    "mod97": (_mod97, r"\d{2}"),
    "mod36": (_mod36, "[0-9A-Z]"),
}
"""Method: check characters of the text before, and their form. GS1's mod 10 and Luhn's
count its digits, ISO 7064's mod 97-10 (two digits) and mod 37,36 (one digit or letter) its
digits and letters; other characters are passed over."""
