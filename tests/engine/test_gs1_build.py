"""GS1 codes for labels: what is written reads back as the same, and nothing wrong is written."""

from datetime import date
from decimal import Decimal

import pytest
from gs1_values import lots, pairs, values
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.gs1 import parse
from engine.gs1_build import (
    Gs1Error,
    add_check_digit,
    build_bracketed,
    build_elements,
    build_link,
    write_date,
    write_measure,
)
from engine.gs1_checks import read_date
from engine.gs1_table import IDENTIFIERS, LINK_KEYS, NOT_IN_QUERY

GTIN = "09506000134352"
LABEL = [("01", GTIN), ("10", "LOT-42A"), ("17", "261231")]
QUALIFIERS = {ai for sequences in LINK_KEYS.values() for sequence in sequences for ai in sequence}
IN_QUERY = tuple(ai for ai in IDENTIFIERS if ai not in NOT_IN_QUERY and ai not in QUALIFIERS)


def test_a_label():
    assert build_elements(LABEL) == f"01{GTIN}10LOT-42A\x1d17261231"
    assert build_elements(LABEL, shortest=True) == f"01{GTIN}1726123110LOT-42A"
    assert build_bracketed(LABEL) == f"(01){GTIN}(10)LOT-42A(17)261231"
    assert build_link(LABEL) == f"https://id.gs1.org/01/{GTIN}/10/LOT-42A?17=261231"
    assert build_link([*LABEL, ("21", "A/1%")], "https://shop.example/p/") == (
        f"https://shop.example/p/01/{GTIN}/10/LOT-42A/21/A%2F1%25?17=261231"
    )


@given(pairs())
def test_elements_read_back(found):
    code = parse("]C1" + build_elements(found, whole=False))
    assert code.pairs == found
    assert {issue.kind for issue in code.issues} <= {"missing", "excluded"}


@given(pairs())
def test_what_was_read_is_written_the_same(found):
    text = build_elements(found, whole=False)
    assert build_elements(parse("]d2" + text).pairs, whole=False) == text
    assert build_bracketed(parse(build_bracketed(found, whole=False)).pairs, whole=False) == (
        build_bracketed(found, whole=False)
    )


@given(pairs())
def test_the_order_that_needs_fewest_separators_has_the_same_elements(found):
    shortest = build_elements(found, shortest=True, whole=False)
    assert sorted(parse("]C1" + shortest).pairs) == sorted(found)
    assert len(shortest) <= len(build_elements(found, whole=False))


@given(pairs())
def test_what_is_printed_reads_back(found):
    # A value that itself looks like an identifier in brackets is written with an escape.
    assert parse(build_bracketed(found, whole=False)).pairs == found


def test_a_qualifier_of_another_sequence_goes_into_the_query():
    text = build_link([("01", GTIN), ("235", "X"), ("10", "A")])
    assert text == f"https://id.gs1.org/01/{GTIN}/235/X?10=A"
    assert parse(text).issues == ()


def test_brackets_within_a_value():
    text = build_bracketed([("01", GTIN), ("10", "A(21)B")])
    assert text == f"(01){GTIN}(10)A\\(21)B"
    assert parse(text).facts == {"gtin": GTIN, "lot": "A(21)B"}


@given(st.sampled_from([(key, seq) for key, seqs in LINK_KEYS.items() for seq in seqs or ((),)]), st.data())
def test_links_read_back(key_and_qualifiers, data):
    key, qualifiers = key_and_qualifiers
    qualifiers = [ai for ai in qualifiers if data.draw(st.booleans())]
    found = [(ai, data.draw(values(ai))) for ai in (key, *qualifiers)]
    found += [pair for pair in data.draw(pairs(IN_QUERY)) if pair[0] != key]
    code = parse(build_link(found, whole=False))
    assert code.form == "link"
    assert code.pairs == found
    assert {issue.kind for issue in code.issues} <= {"missing", "excluded"}


@given(lots, st.dates(date(1980, 1, 1), date(2070, 12, 31)))
def test_all_forms_say_the_same(lot, day):
    found = [("01", GTIN), ("10", lot), ("15", write_date(day, today=date(2026, 6, 1)))]
    codes = [
        parse(text, today=date(2026, 6, 1))
        for text in ("]Q3" + build_elements(found), build_bracketed(found), build_link(found))
    ]
    for code in codes:
        assert code.issues == ()
        assert code.facts == {"gtin": GTIN, "lot": lot, "best_before_date": day}


@pytest.mark.parametrize(
    ("wrong", "kinds"),
    [
        ([], ["not_gs1"]),
        ([("10", "A")], ["missing"]),
        ([("01", GTIN), ("37", "1")], ["excluded", "missing"]),
        ([("01", GTIN), ("10", "A"), ("10", "B")], ["conflict"]),
        ([("01", GTIN[:-1] + "3"), ("10", "A B"), ("17", "261301")], ["check_digit", "character", "date"]),
        ([("04", GTIN), ("01", GTIN)], ["unknown_ai"]),
        ([("01", GTIN), ("10", "")], ["length"]),
    ],
)
@pytest.mark.parametrize("build", [build_elements, build_bracketed, build_link])
def test_nothing_wrong_is_written(build, wrong, kinds):
    with pytest.raises(Gs1Error) as refusal:
        build(wrong)
    assert sorted(issue.kind for issue in refusal.value.issues) == sorted(kinds)


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ([("22", "A")], "no_key"),
        ([("01", GTIN), ("8200", "https://a")], "query"),
        ([("01", GTIN), ("22", "A"), ("235", "B")], "query"),
    ],
)
def test_what_no_link_can_carry(wrong, kind):
    with pytest.raises(Gs1Error) as refusal:
        build_link(wrong, whole=False)
    assert [issue.kind for issue in refusal.value.issues] == [kind]


@given(st.dates(date(1980, 1, 1), date(2070, 12, 31)))
def test_dates_read_back(day):
    today = date(2026, 6, 1)
    assert read_date(write_date(day, today=today), today) == day
    last = read_date(write_date(day, month_only=True, today=today), today)
    assert (last.year, last.month) == (day.year, day.month)


def test_a_year_that_two_digits_do_not_tell():
    for year in (1976, 2077, 1926):
        with pytest.raises(ValueError):
            write_date(date(year, 1, 1), today=date(2026, 6, 1))


@given(st.decimals(0, 10**6, allow_nan=False, allow_infinity=False, places=5))
def test_measures_read_back(value):
    digits = value.normalize().as_tuple()
    assume(value < 10**6 and len(digits.digits) + max(digits.exponent, 0) <= 6 and digits.exponent > -6)
    found = write_measure("310", value)
    (measure,) = parse(f"]C1{''.join(found)}").facts["measures"]
    assert measure["value"] == value


def test_a_measure_that_does_not_fit():
    assert write_measure("310", "12.50") == ("3101", "000125")
    assert write_measure("310", 999999) == ("3100", "999999")
    for value in ("1000000", "100000.5", "0.000001", "-1", "NaN", "Infinity"):
        with pytest.raises(ValueError):
            write_measure("310", value)
    with pytest.raises(ValueError):
        write_measure("390", Decimal(1))


def test_check_digits():
    assert add_check_digit("0950600013435") == GTIN
    assert add_check_digit("12345678901234567") == "123456789012345675"
    assert add_check_digit("871234500001") == "8712345000011"
