"""What a label says of a lot, and whether a plain number is mistaken for GS1."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.gs1 import parse
from engine.gs1_build import build_elements
from engine.label import Label, is_gs1, read_label

TODAY = date(2026, 11, 21)
GTIN = "09506000134352"


def read(text):
    return read_label(parse(text, today=TODAY).facts)


def test_everything_of_a_datamatrix():
    pairs = [
        ("01", GTIN),
        ("11", "260901"),
        ("13", "260902"),
        ("15", "270300"),
        ("17", "270410"),
        ("422", "528"),
        ("7007", "260830"),
        ("7005", "FAO27"),
        ("3102", "001250"),
        ("3302", "001400"),
        ("10", "LOT-42A"),
    ]
    label = read("]d2" + build_elements(pairs))
    assert label == Label(
        gtin=GTIN,
        number="LOT-42A",
        days={
            "production_date": date(2026, 9, 1),
            "packing_date": date(2026, 9, 2),
            "harvest_date": date(2026, 8, 30),
            "use_date": date(2027, 3, 31),
            "expiration_date": date(2027, 4, 10),
        },
        country="NL",
        area="FAO27",
        amounts={"kg": Decimal("12.50")},
    )


def test_content_of_a_pallet_is_its_goods():
    label = read(f"(00)123456789012345675(02){GTIN}(37)40(10)A1")
    assert (label.gtin, label.count, label.number, label.sscc) == (GTIN, 40, "A1", "123456789012345675")


def test_a_moment_is_the_day_of_it():
    assert read(f"(01){GTIN}(7003)2704101530").days == {"expiration_date": date(2027, 4, 10)}


@pytest.mark.parametrize("text", ["10-2234", "21304-01", "SES-24158", "17B", "0123456789", "2304", "99"])
def test_a_suppliers_plain_number_is_not_gs1(text):
    assert not is_gs1(parse(text, today=TODAY))


@pytest.mark.parametrize(
    "text",
    [
        f"]d201{GTIN}10A",
        f"01{GTIN}10A",
        "010950600013435010A",  # wrong check digit: meant, and refused
        f"(01){GTIN}(10)A",
        "]C110LOT-42A",  # second bar of a label
        f"https://id.gs1.org/01/{GTIN}/10/LOT-42A?17=261231",
        "4006381333931",
        "00123456789012345675",
    ],
)
def test_a_code_of_gs1_is_one(text):
    assert is_gs1(parse(text, today=TODAY))


@given(st.binary() | st.text())
def test_nothing_makes_it_fail(text):
    code = parse(text, today=TODAY)
    assert is_gs1(code) in (True, False)
    assert isinstance(read_label(code.facts), Label)
