"""GS1 codes: what is read, and that what is wrong is named with its place."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from gs1_values import gtins
from hypothesis import given
from hypothesis import strategies as st

from engine.gs1 import LONGEST, combine, get_gtin_forms, parse
from engine.gs1_checks import check_pair, full_year
from engine.gs1_code import KINDS

TODAY = date(2026, 11, 21)
GTIN = "09506000134352"


def read(text, **options):
    return parse(text, today=TODAY, **options)


def wrong(text, **options):
    return [(issue.kind, issue.position) for issue in read(text, **options).issues]


# ---- what is read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1726123110LOT-42A",
        f"]C101{GTIN}1726123110LOT-42A",
        f"]d2\x1d01{GTIN}\x1d17261231\x1d10LOT-42A\x1d\r\n",
        f"]Q301{GTIN}1726123110LOT-42A",
        f"]e001{GTIN}1726123110LOT-42A",
        f"]J101{GTIN}1726123110LOT-42A",
        f"(01){GTIN}(17)261231(10)LOT-42A",
        f" (01) {GTIN} (17) 261231 (10) LOT-42A ",
        b"01" + GTIN.encode() + b"1726123110LOT-42A",
    ],
)
def test_the_same_is_read_from_every_carrier(text):
    code = read(text)
    assert code.pairs == [("01", GTIN), ("17", "261231"), ("10", "LOT-42A")]
    assert code.issues == ()
    assert code.facts == {"gtin": GTIN, "expiration_date": date(2026, 12, 31), "lot": "LOT-42A"}


@pytest.mark.parametrize(
    "text",
    [
        f"https://id.gs1.org/01/{GTIN}/10/LOT%2F4%2B2/21/0001?17=261231&linkType=gs1:pip",
        f"]Q1HTTPS://shop.example:8443/a/01/b/01/{GTIN}/10/LOT%2f4+2/21/0001/?17=261231#10=X",
    ],
)
def test_a_digital_link_of_any_domain(text):
    code = read(text)
    assert code.form == "link"
    assert code.pairs == [("01", GTIN), ("10", "LOT/4+2"), ("21", "0001"), ("17", "261231")]
    assert code.issues == ()


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("4006381333931", "04006381333931"),
        ("]E04006381333931", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("96385074", "00000096385074"),
        ("]E496385074", "00000096385074"),
        ("18712345000018", "18712345000018"),
        ("]I118712345000018", "18712345000018"),
    ],
)
def test_plain_numbers_are_gtins(text, gtin):
    code = read(text)
    assert (code.form, code.facts, code.issues) == ("gtin", {"gtin": gtin}, ())


def test_a_gtin_is_found_under_each_way_to_write_it():
    assert get_gtin_forms("00000096385074") == [
        "00000096385074",
        "0000096385074",
        "000096385074",
        "96385074",
    ]
    assert get_gtin_forms("036000291452") == ["00036000291452", "0036000291452", "036000291452"]
    assert get_gtin_forms("18712345000018") == ["18712345000018"]


def test_what_the_elements_mean():
    code = read(
        f"01{GTIN}1126020013260301310200125032010000253911110"
        "10A\x1d21S\x1d30025\x1d422528\x1d427NH\x1d423528056\x1d70032612312359\x1d7006260102\x1d"
        "7007260101260131\x1d7030999EU1\x1d7031528NL 9\x1d723ABC\x1d8008260101083015\x1d91X".replace(
            "NL 9", "NL9"
        )
        .replace("3911110", "")
        .replace("723ABC", "7230ABC")
    )
    assert [issue.kind for issue in code.errors] == []
    assert code.facts == {
        "gtin": GTIN,
        "production_date": date(2026, 2, 28),
        "month_only": ["production_date"],
        "packaging_date": date(2026, 3, 1),
        "measures": [
            {"ai": "3102", "what": "net weight", "value": Decimal("12.50"), "unit": "kg"},
            {"ai": "3201", "what": "net weight", "value": Decimal("2.5"), "unit": "lb"},
        ],
        "lot": "A",
        "serial": "S",
        "count": 25,
        "origin_country": "NL",
        "origin_subdivision": "NH",
        "initial_processing_countries": ["NL", "BE"],
        "expiration_time": datetime(2026, 12, 31, 23, 59),
        "first_freeze_date": date(2026, 1, 2),
        "harvest_from": date(2026, 1, 1),
        "harvest_to": date(2026, 1, 31),
        "processors": [{"country": None, "number": "EU1"}, {"country": "NL", "number": "NL9"}],
        "certifications": [{"scheme": "AB", "reference": "C"}],
        "production_time": datetime(2026, 1, 1, 8, 30, 15),
        "internal": {"91": "X"},
    }


def test_a_pallet_and_what_it_holds():
    code = read(f"0012345678901234567502{GTIN}3740\x1d4331002050-\x1d4333000000")
    assert code.errors == []
    assert code.facts["sscc"] == "123456789012345675"
    assert code.facts["content_gtin"] == GTIN
    assert code.facts["content_count"] == 40
    assert code.facts["highest_celsius"] == Decimal("-20.50")
    assert code.facts["lowest_celsius"] == 0


def test_bars_of_one_label_complete_each_other():
    lot = read("]C110LOT-1")
    assert [issue.kind for issue in lot.issues] == ["missing"]
    both = combine([lot, read(f"]C101{GTIN}\x1d10LOT-2")], today=TODAY)
    # A lot that contradicts is no fact; its place is counted over both lines.
    assert [(issue.kind, issue.position) for issue in both.issues] == [("conflict", 31)]
    assert both.facts == {"gtin": GTIN}
    assert both.text[31:] == "10LOT-2"
    assert combine([lot, read(f"]C101{GTIN}")], today=TODAY).issues == ()


def test_a_scanner_that_sends_another_separator():
    text = f"01{GTIN}10A#21S"
    assert read(text, separator=r"#|\x1d").pairs[1:] == [("10", "A"), ("21", "S")]
    assert wrong(text) == [("character", 19)]
    assert read(f"01{GTIN}", separator="1").pairs == []
    assert read(text, separator="").pairs == [("01", GTIN)]


# ---- dates ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("two_digits", "this_year", "year"),
    [
        ("75", 2026, 2075),
        ("76", 2026, 2076),
        ("77", 2026, 1977),
        ("00", 2026, 2000),
        ("10", 2060, 2110),
        ("11", 2060, 2011),
        ("99", 2000, 1999),
        ("50", 2000, 2050),
        ("51", 2000, 1951),
    ],
)
def test_the_century_is_told_from_the_year_of_reading(two_digits, this_year, year):
    assert full_year(two_digits, date(this_year, 6, 1)) == year


@given(st.integers(1950, 9000), st.integers(-49, 50))
def test_every_year_of_the_window_is_told_apart(this_year, ahead):
    year = this_year + ahead
    assert full_year(f"{year % 100:02}", date(this_year, 1, 1)) == year


@pytest.mark.parametrize(
    ("digits", "day"),
    [("280200", date(2028, 2, 29)), ("270200", date(2027, 2, 28)), ("261200", date(2026, 12, 31))],
)
def test_day_zero_is_the_last_of_the_month(digits, day):
    code = read(f"01{GTIN}17{digits}")
    assert code.facts["expiration_date"] == day
    assert code.facts["month_only"] == ["expiration_date"]


def test_days_that_are_none():
    assert wrong(f"01{GTIN}17261301") == [("date", 20)]
    assert wrong(f"01{GTIN}17260230") == [("date", 22)]
    assert wrong(f"01{GTIN}70032612002359") == [("date", 24)]
    assert wrong(f"01{GTIN}70032612312460") == [("content", 26)]
    assert wrong(f"01{GTIN}70032612312360") == [("content", 28)]
    # The one that the format lets by: two digits do not tell 2000 from 2100.
    assert parse(f"01{GTIN}17000229", today=date(2055, 1, 1)).facts == {"gtin": GTIN}


# ---- what is wrong, and where -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "issues"),
    [
        ("", [("not_gs1", 0)]),
        ("TAH-1", [("not_gs1", 0)]),
        ("]C0TAH-1", [("not_gs1", 3)]),
        ("]E01234", [("not_gs1", 3)]),
        ("]d2TAH-1", [("unknown_ai", 3)]),
        ("4006381333932", [("check_digit", 12)]),
        ("10123456", [("missing", 0)]),
        ("10123454", []),
        (f"01{GTIN[:-1]}310A", [("check_digit", 15)]),
        ("0109506000", [("length", 10)]),
        (f"0195060\x1d01{GTIN}", [("length", 7)]),
        (f"01{GTIN}10", [("length", 18)]),
        (f"01{GTIN}10{'A' * 21}", [("length", 38)]),
        (f"01{GTIN}10A B", [("character", 19)]),
        (f"01{GTIN}10A\xe9", [("character", 19)]),
        (f"01{GTIN}10A\x1d3106001250", [("unknown_ai", 20)]),
        (f"01{GTIN}10A\x1d04XXXXXXXXXXXXXX21S", [("unknown_ai", 20)]),
        (f"01{GTIN}10A\x1d88\x1d21S", [("unknown_ai", 20)]),
        (f"01{GTIN}422000", [("content", 19)]),
        (f"01{GTIN}42252810A", [("separator", 22)]),
        (f"01{GTIN}10A\x1d10B", [("conflict", 20)]),
        (f"01{GTIN}10A\x1d10A", []),
        (f"]d101{GTIN}10A", [("symbology", 0)]),
        (f"(01){GTIN}(10)A B", [("character", 23)]),
        (f"(01){GTIN}(10)A\\( B", [("character", 25)]),
        (f"(01){GTIN}(999)A", [("unknown_ai", 18)]),
        ("https://example.com/about?x=1", [("no_key", 19)]),
        ("https://example.com", [("no_key", 19)]),
        ("https://id.gs1.org/ARHKVAdpQg", [("no_key", 18)]),
        (f"https://a/01/{GTIN}/10/A%2", [("escape", 32)]),
        (f"https://a/01/{GTIN}/10/A%20B", [("character", 32)]),
        (f"https://a/01/{GTIN[1:]}", [("short_gtin", 13)]),
        (f"https://a/01/{GTIN}/21/S/10/A", [("path", 33)]),
        (f"https://a/01/{GTIN}/17/261231", [("path", 28)]),
        (f"https://a/01/{GTIN}?10=A", [("query", 28)]),
        (f"https://a/01/{GTIN}?8200=A", [("query", 28)]),
        (f"https://a/01/{GTIN}/22/V/21/S?10=A", [("query", 38)]),
        (f"https://a/01/{GTIN}/235/X?10=A", []),
        (f"https://a/01/{GTIN}?240=A+B", [("plus", 33)]),
        (f"https://a/01/{GTIN}?04=A", [("unknown_ai", 28)]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, issues):
    assert wrong(text) == issues


def test_of_two_that_exclude_each_other_the_later_is_named():
    assert wrong(f"01{GTIN}31020012503103001250") == [("excluded", 26)]


def test_what_can_be_read_is_read():
    assert read(f"01{GTIN}10A\x1d04XXXXXXXXXXXXXX21S").facts == {"gtin": GTIN, "lot": "A", "serial": "S"}
    assert read(f"01{GTIN}10A\x1d3106001250\x1d21S").facts == {"gtin": GTIN, "lot": "A", "serial": "S"}
    assert read(f"01{GTIN[:-1]}310A").facts == {"lot": "A"}
    assert read(f"https://a/01/{GTIN}?10=A").facts == {"gtin": GTIN, "lot": "A"}
    assert read("https://example.com/x?10=A").facts == {"lot": "A"}
    assert read(f"01{GTIN}42252810A").facts == {"gtin": GTIN, "origin_country": "NL", "lot": "A"}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("10A", ["missing"]),
        (f"02{GTIN}", ["missing"]),
        (f"02{GTIN}3710", ["missing"]),
        (f"00123456789012345675\x1d02{GTIN}3710", []),
        (f"01{GTIN}3710", ["excluded", "missing"]),
        (f"01{GTIN}02{GTIN}", ["excluded", "missing"]),
        (f"01{GTIN}31020012503103001250", ["excluded"]),
        (f"01{GTIN}21S\x1d235X", ["excluded"]),
        (f"01{GTIN}427NH", ["missing"]),
        (f"01{GTIN}21S\x1d250X", []),
        (f"01{GTIN}250X", ["missing"]),
        (f"01{GTIN}3922001250\x1d3103001250", []),
        (f"01{GTIN}3922001250", ["missing"]),
    ],
)
def test_pairings(text, kinds):
    code = read(text)
    assert sorted(issue.kind for issue in code.issues) == kinds
    assert code.errors == []


def test_every_issue_is_a_sentence():
    texts = [
        "",
        "10A B\x1d88",
        f"01{GTIN}02{GTIN}42252810",
        "https://a/01/9506000134352/17/9?10=%&04=1&240=+",
    ]
    texts += [
        "1" * (LONGEST + 1),
        f"(01){GTIN}(10)A(10)B",
        "]C0113",
        "https://a",
        "]C111261301",
        "422001",
        "4006381333932",
    ]
    issues = [issue for text in texts for issue in read(text).issues]
    assert {issue.kind for issue in issues} == set(KINDS)
    for issue in issues:
        assert "None" not in issue.message and "{" not in issue.message


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(gtin, at, more):
    changed = gtin[:at] + str((int(gtin[at]) + more) % 10) + gtin[at + 1 :]
    assert wrong(f"]d201{changed}") == [("check_digit", 18)]


def test_check_pair_of_a_model_number():
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    assert read("80131987654Ad4X4bL5ttr2310c2K").issues == ()
    assert wrong("80131987654Ad4X4bL5ttr2310c2X") == [("check_digit", 27)]
