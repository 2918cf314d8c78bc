"""Hypothesis strategies for valid GS1 values and codes."""

from hypothesis import strategies as st

from engine.gs1_checks import CHARSETS, COUNTRIES, check_digit, check_pair
from engine.gs1_table import IDENTIFIERS

_TEXT = {name: "".join(sorted(chars)) for name, chars in CHARSETS.items()}


def _number(low, high, size):
    return st.integers(low, high).map(lambda number: f"{number:0{size}}")


def _fixed_digits(size):
    return st.text(_TEXT["N"], min_size=size, max_size=size)


_MONTHS = st.dates().map(lambda day: f"{day:%y%m}")
_DAYS = _number(1, 28, 2)
_PLAIN = _TEXT["X"].replace("%", "")
_PREFIX = _fixed_digits(4)

# Strategies of the checks that a random text would rarely pass: of their component.
_CHECKED = {
    "mod10": lambda c: _fixed_digits(c.longest - 1).map(lambda text: text + check_digit(text)),
    "mod1021": lambda c: (
        st.tuples(_PREFIX, st.text(_TEXT["X"], min_size=1, max_size=c.longest - 7))
        .map("A".join)
        .map(lambda text: text + check_pair(text))
    ),
    "prefix": lambda c: st.tuples(_PREFIX, st.text(_TEXT[c.charset], max_size=c.longest - 4)).map("".join),
    "date": lambda c: st.tuples(_MONTHS, _DAYS).map("".join),
    "date0": lambda c: st.tuples(_MONTHS, _DAYS | st.just("00")).map("".join),
    "date8": lambda c: st.tuples(st.just("19"), _MONTHS, _DAYS).map("".join),
    "hour": lambda c: _number(0, 23, 2),
    "minute": lambda c: _number(0, 59, 2),
    "second": lambda c: _number(0, 59, 2),
    "hour_minute": lambda c: st.tuples(_number(0, 23, 2), _number(0, 59, 2)).map("".join),
    "country": lambda c: st.sampled_from(sorted(COUNTRIES)),
    "country999": lambda c: st.sampled_from([*sorted(COUNTRIES), "999"]),
    "country2": lambda c: st.sampled_from(sorted(COUNTRIES.values())),
    "latitude": lambda c: _number(0, 1800000000, 10),
    "longitude": lambda c: _number(0, 3600000000, 10),
    "piece": lambda c: st.integers(1, 99).flatmap(lambda n: _number(n, 99, 2).map(lambda m: f"{n:02}{m}")),
    "birth_order": lambda c: st.integers(1, 9).flatmap(lambda n: st.integers(n, 9).map(lambda m: f"{n}/{m}")),
    "escaped": lambda c: st.text(_PLAIN, min_size=1, max_size=c.longest),
    "iban": lambda c: st.sampled_from(["NL91ABNA0417164300", "GB29NWBK60161331926819"]),
    "importer": lambda c: st.sampled_from("-_09azAZ"),
    "medium": lambda c: _number(1, 10, 2) | _number(80, 99, 2),
    "sex": lambda c: st.sampled_from("0129"),
    "winding": lambda c: st.sampled_from("019"),
    "yesno": lambda c: st.sampled_from("01"),
    "hyphen": lambda c: st.just("-"),
    "zero": lambda c: st.just("0"),
    "nonzero": lambda c: _number(1, 10**c.longest - 1, c.longest),
    "no_leading_zero": lambda c: st.integers(0, 10**c.longest - 1).map(str),
    "currency": lambda c: _fixed_digits(3),
}


def _component(component):
    if component.checks:
        return _CHECKED[component.checks[0]](component)
    return st.text(_TEXT[component.charset], min_size=component.shortest, max_size=component.longest)


@st.composite
def values(draw, ai):
    """A valid value of an identifier."""
    parts = []
    for component in IDENTIFIERS[ai].components:
        if component.optional and draw(st.booleans()):
            break
        parts.append(draw(_component(component)))
    return "".join(parts)


@st.composite
def pairs(draw, ais=tuple(IDENTIFIERS), max_size=6):
    """Different identifiers with valid values, whether they go together or not."""
    chosen = draw(st.lists(st.sampled_from(ais), min_size=1, max_size=max_size, unique=True))
    return [(ai, draw(values(ai))) for ai in chosen]


gtins = values("01")
lots = values("10")
