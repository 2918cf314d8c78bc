"""Lot numbers: patterns that are refused, numbers that are made and recognised."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.numbering import MissingValue, Pattern, preview
from engine.numbering_parse import PatternError
from engine.numbering_tokens import CHECKS, DATE_TOKENS, DIRECTIVES, SCOPES, VALUE_TOKENS

DAY = date(2021, 10, 20)
VALUES = {
    "date": datetime(2021, 10, 20, 7, 5, 9),
    "product": 42,
    "product.code": "01",
    "category.code": "CAN",
    "supplier.code": "ACME",
    "site": "B",
    "line": 3,
    "shift": "N",
}


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{product.code}-{y2}{doy}{seq:02}", "01-2129304"),
        ("{date:%Y%m%d}-BATCH{seq:02}", "20211020-BATCH04"),
        ("{supplier.code}-{year}A", "ACME-2021A"),
        ("{y}{doy}{line}{shift}{seq}", "12933N4"),
        ("{site}{category.code}{seq:05 per pattern}", "BCAN00004"),
        ("{date:%d.%m.%y %H:%M:%S %G-W%V-%u 100%%}{seq}", "20.10.21 07:05:09 2021-W42-3 100%4"),
        ("{{{seq:03}}}", "{004}"),
        ("}}{{{seq}", "}{4"),
        ("{y2}{doy}{seq:03}{check:mod10}", "212930041"),
        ("ab-{seq}", "ab-4"),
    ],
)
def test_numbers(pattern, number):
    made = Pattern(pattern)
    assert made.render(VALUES, 4) == number
    assert made.match(number) == (4 if made.has_sequence else 0)
    assert made.match(number, VALUES) == (4 if made.has_sequence else 0)


def test_check_digits():
    for method, number in (
        ("mod10", "09506000134352"),
        ("luhn", "79927398713"),
        ("mod97", "GB-29"),
        ("mod36", "A12425GABC1234002M"),
    ):
        size = 2 if method == "mod97" else 1
        assert CHECKS[method][0](number[:-size]) == number[-size:] or method == "mod97"
    # An IBAN is checked with its first four characters at the end, "00" for the check.
    assert CHECKS["mod97"][0]("NWBK60161331926819GB") == "29"


@pytest.mark.parametrize(
    ("pattern", "problems"),
    [
        ("", [("empty", 0)]),
        ("A{seq", [("unclosed", 1)]),
        ("A}", [("unopened", 1)]),
        ("A{}", [("token", 1)]),
        ("A{prodct.code}{seq}", [("token", 1)]),
        ("{site:3}", [("option", 6)]),
        ("{date}", [("option", 5)]),
        ("{date:%Y%b}", [("option", 8)]),
        ("{date:%}", [("option", 6)]),
        ("{seq:2}", [("option", 5)]),
        ("{seq:02 per moon}", [("option", 5)]),
        ("{seq per}", [("option", 5)]),
        ("{seq:per pattern+product}", [("option", 5)]),
        ("{seq}{seq}", [("second_seq", 5)]),
        ("{check:mod10}", [("nothing_before", 0)]),
        ("A{check:md5}", [("option", 8)]),
        ("A{check}", [("option", 7)]),
        ("{y2}{seq per day}", [("hidden", 9)]),
        ("{date:%m%d}{seq:02 per day}", [("hidden", 16)]),
        ("{date:%y%V}{seq:02 per week}", [("hidden", 16)]),
        ("{seq:02 per supplier}", [("hidden", 5)]),
        ("{nope}{seq:x}{", [("token", 0), ("option", 11), ("unclosed", 13)]),
    ],
)
def test_a_wrong_token_is_refused_with_its_place(pattern, problems):
    with pytest.raises(PatternError) as refusal:
        Pattern(pattern)
    assert [(one.kind, one.position) for one in refusal.value.problems] == problems
    assert preview(pattern, VALUES).problems == refusal.value.problems
    for problem in refusal.value.problems:
        assert problem.message and "None" not in problem.message


def test_the_refusal_says_what_is_allowed():
    with pytest.raises(
        PatternError,
        match=r"“{prodct.code}” is not known; allowed are {product.code}, {date}, .*{check}\. \(at 2\)",
    ):
        Pattern("A{prodct.code}")
    with pytest.raises(PatternError, match=r"{check} cannot be “md5”; allowed are mod10, luhn"):
        Pattern("A{check:md5}")
    with pytest.raises(PatternError, match="write {{ for a brace"):
        Pattern("{")


def test_a_missing_value_is_named():
    pattern = Pattern("{supplier.code}{product.code}{date:%H}{seq per product}")
    assert pattern.needs == ["supplier.code", "product.code", "date", "product"]
    for values in ({}, {"supplier.code": " ", "product.code": False, "date": None, "product": None}):
        with pytest.raises(MissingValue) as refusal:
            pattern.render(values, 1)
        assert refusal.value.names == ["supplier.code", "product.code", "date", "product"]
    with pytest.raises(MissingValue, match="time"):
        pattern.get_key({**VALUES, "date": DAY})
    assert Pattern("{line}{seq}").render({"line": 0}, 1) == "01"
    assert Pattern("{site}{seq}").match("a.b1", {"site": "a.b"}) == 1
    assert Pattern("{site}{seq}").match("axb1", {"site": "a.b"}) is None
    assert Pattern("{date:%y%H}{seq}").match("21091", {"date": DAY}) == 1


def test_a_sequence_grows_and_is_never_cut():
    pattern = Pattern("L{seq:02}")
    assert [pattern.render({}, n) for n in (0, 7, 99, 100, 12345)] == ["L00", "L07", "L99", "L100", "L12345"]
    assert [pattern.match(text) for text in ("L07", "L100", "L7", "L007", "L", "M07", "L07 ")] == [
        7,
        100,
        *[None] * 5,
    ]
    for number in (None, -1):
        with pytest.raises(ValueError):
            pattern.render({}, number)


# ---- what a sequence is counted by ------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "changed", "same"),
    [
        ("{product.code}-{y2}{doy}{seq:02}", {"product.code", "day", "year"}, {"site", "hour"}),
        ("{date:%Y%m%d}{site}{seq:02 per day}", {"day", "year"}, {"site", "hour", "product"}),
        ("{date:%Y%m%d%H}{seq:02 per day+product}", {"day", "product"}, {"hour"}),
        ("{y2}{doy}{seq:02 per month}", {"month", "year"}, {"day"}),
        ("{date:%G%V}{seq:02 per week}", {"month", "year"}, {"day"}),
        ("{date:%Y%m%d}{seq:02 per year}", {"year"}, {"day", "month"}),
        ("{y2}{doy}{supplier.code}{seq:02 per supplier}", {"supplier.code"}, {"day", "year", "product"}),
        ("{y2}{line}{seq:02 per pattern}", set(), {"day", "year", "line", "product"}),
        ("{seq per product}", {"product"}, {"day", "product.code"}),
    ],
)
def test_what_a_sequence_counts_per(pattern, changed, same):
    pattern = Pattern(pattern)
    moments = {"hour": timedelta(hours=1), "day": timedelta(days=1), "month": timedelta(days=31)}
    key = pattern.get_key(VALUES)
    for what in changed | same:
        other = dict(VALUES)
        if what == "year":
            other["date"] = VALUES["date"].replace(year=2022)
        elif what in moments:
            other["date"] += moments[what]
        else:
            other[what] = "other"
        assert (pattern.get_key(other) != key) == (what in changed), what


def test_a_year_of_one_digit_comes_again_after_ten_years():
    later = {**VALUES, "date": VALUES["date"].replace(year=2031)}
    for text in ("{y}{doy}{seq}", "{y}{doy}{seq per day}"):
        assert Pattern(text).get_key(VALUES) == Pattern(text).get_key(later)
    for text in ("{y2}{doy}{seq}", "{y2}{doy}{seq per day}"):
        assert Pattern(text).get_key(VALUES) != Pattern(text).get_key(later)


def test_a_week_goes_on_over_new_year():
    pattern = Pattern("{date:%g%V}{seq:02 per week}")
    keys = [
        pattern.get_key({"date": day}) for day in (date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31))
    ]
    assert keys == ["week=20-W53", "week=20-W53", "week=21-W52"]


def test_a_scope_named_twice_is_one():
    twice = Pattern("{y2}{doy}{seq:02 per day + day+line}{line}")
    assert twice.get_key(VALUES) == "day=21-10-20 line=3"


def test_the_check_digit_is_not_counted_by():
    pattern = Pattern("{y2}{seq:02}{check:mod10}")
    assert pattern.get_key(VALUES) == "21{seq}{check}"
    assert Pattern("{supplier.code}-{year}A").get_key(VALUES) is None


def test_a_preview():
    assert preview("{y2}{seq:02}", VALUES) == (["2101", "2102", "2103"], [], [], [])
    assert preview("{y2}A", VALUES) == (["21A"], [], ["no_sequence"], [])
    assert preview("{product.code}{seq:30}", VALUES).problems[0].kind == "option"
    assert preview("{seq:021}", {}).warnings == ["long"]
    assert preview("Ö {seq}", {}).warnings == ["character"]
    assert preview("{site}{seq}", {}) == ([], [], [], ["site"])


# ---- finding numbers ------------------------------------------------------------------------


def test_the_next_free_number():
    pattern = Pattern("{y2}{doy}-{seq:02}")
    assert pattern.find_free(VALUES, {"21293-01", "21293-02", "21293-04"}) == (3, "21293-03")
    assert pattern.find_free(VALUES, {"21293-04"}, 4) == (5, "21293-05")
    fixed = Pattern("{supplier.code}-{year}A")
    assert fixed.find_free(VALUES, set()) == (None, "ACME-2021A")
    assert fixed.find_free(VALUES, {"ACME-2021A"}) is None


def test_the_highest_number_of_a_counter():
    numbers = ["21293-01", "21293-07", "21294-30", "22293-90", "21293-007", "x"]
    assert Pattern("{y2}{doy}-{seq:02}").find_highest(numbers, VALUES) == 7
    assert Pattern("{y2}{doy}-{seq:02 per day}").find_highest(numbers, VALUES) == 7
    assert Pattern("{y2}{doy}-{seq:02 per year}").find_highest(numbers, VALUES) == 30
    assert Pattern("{y2}{doy}-{seq:02 per pattern}").find_highest(numbers, VALUES) == 90
    assert Pattern("{y2}{doy}-{seq:02}").find_highest(["x"], VALUES) == 0
    # Where the sequence ends cannot be told: rather too high than too low.
    assert Pattern("{seq:02 per pattern}{line}").find_highest(["10045"], VALUES) == 1004
    assert Pattern("{line}{seq:02 per pattern}").find_highest(["10145"], VALUES) == 145


def test_a_number_of_another_day_or_with_a_wrong_check_is_not_of_this_pattern():
    pattern = Pattern("{y2}{doy}{seq:03}{check:mod10}")
    assert pattern.match("212930041") == 4
    assert pattern.match("212930042") is None
    assert pattern.match("213670041") is None
    assert pattern.match("212930041", {"date": DAY}) == 4
    assert pattern.match("212930041", {"date": date(2021, 10, 21)}) is None


# ---- properties -------------------------------------------------------------------------------

_LITERALS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4).map(
    lambda text: text.replace("{", "{{").replace("}", "}}")
)
_TOKENS = st.sampled_from(
    [
        *(f"{{{name}}}" for name in (*VALUE_TOKENS, *DATE_TOKENS)),
        *(f"{{date:%{one}-x%%}}" for one in DIRECTIVES),
        "{date:%Y%m%d}",
    ]
)
_CODES = st.text(min_size=1, max_size=5).filter(str.strip)
_VALUES = st.fixed_dictionaries(
    {"date": st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)), "product": _CODES}
    | dict.fromkeys(VALUE_TOKENS, _CODES)
)
_CHECKS = st.sampled_from(["", *(f"{{check:{method}}}" for method in CHECKS)])
_SEQS = st.sampled_from(["{seq}", "{seq:03}", "{seq:02 per pattern}", "{seq:04 per product}"])
_SCOPES = st.sampled_from(["", *(f" per {scope}" for scope in SCOPES), " per product+day", " per site+month"])


@st.composite
def patterns(draw, seqs=_SEQS):
    parts = draw(st.lists(_TOKENS | _LITERALS, max_size=5))
    parts.insert(draw(st.integers(0, len(parts))), draw(seqs))
    return "".join(parts) + draw(_CHECKS)


@given(patterns(), _VALUES, st.integers(0, 10**6))
def test_what_is_made_is_recognised(text, values, number):
    pattern = Pattern(text)
    made = pattern.render(values, number)
    assert pattern.match(made, values) == number
    assert pattern.match(made) is not None
    highest = pattern.find_highest([made], values)
    assert highest >= number if pattern.scope else highest == number


_ONES = st.sampled_from(["1", "11", "111"])


@given(
    patterns(st.sampled_from(["{seq}", "{seq:02}"])),
    st.fixed_dictionaries(dict.fromkeys(VALUE_TOKENS, _ONES)),
    st.fixed_dictionaries(dict.fromkeys(VALUE_TOKENS, _ONES)),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_one_counter_never_makes_a_number_twice(text, values, others, number, other):
    pattern = Pattern(text)
    values, others = {**VALUES, **values}, {**VALUES, **others}
    assume(number != other)
    assert pattern.render(values, number) != pattern.render(values, other)
    if pattern.get_key(values) == pattern.get_key(others):
        assert pattern.render(values, number) != pattern.render(others, other)


@given(_SCOPES, st.lists(_TOKENS, max_size=4), _VALUES, _VALUES, st.data())
def test_two_counters_never_make_the_same_number_for_a_product(scope, tokens, values, others, data):
    """Where texts and values cannot run into each other: kept apart by a bar."""
    try:
        pattern = Pattern("|".join(["{seq:02" + scope + "}", *tokens]))
    except PatternError as error:
        assume(error.problems[0].kind != "hidden")
        raise
    that = {name: data.draw(st.sampled_from([values[name], others[name]])) for name in values}
    assume(not any("|" in str(one) for one in (*values.values(), *that.values())))
    that["product"] = values["product"]
    if pattern.get_key(values) != pattern.get_key(that):
        assert pattern.render(values, 5) != pattern.render(that, 5)


@given(st.text(st.sampled_from("{}:%seqdatechk mod10perY+") | st.characters()))
def test_any_text_is_a_pattern_or_is_refused_with_places(text):
    shown = preview(text, VALUES)
    positions = [problem.position for problem in shown.problems]
    assert positions == sorted(positions)
    assert all(0 <= position <= len(text) for position in positions)
    assert shown.numbers or shown.problems


@given(_CODES, st.sampled_from(["mod10", "luhn", "mod36"]), st.data())
def test_a_wrong_digit_does_not_pass_the_check(text, method, data):
    digits = "".join(str(ord(char) % 10) for char in text)
    at = data.draw(st.integers(0, len(digits) - 1))
    changed = digits[:at] + str((int(digits[at]) + data.draw(st.integers(1, 9))) % 10) + digits[at + 1 :]
    assert CHECKS[method][0](digits) != CHECKS[method][0](changed)
