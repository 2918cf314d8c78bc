from datetime import date

import pytest

from engine.policy import OPERATIONS, Demand, get_asked, get_operations, is_valid_on


@pytest.mark.parametrize(
    ("source", "destination", "is_inventory", "expected"),
    [
        ("supplier", "internal", False, ("receipt",)),
        ("supplier", "customer", False, ("receipt", "shipment")),
        ("internal", "customer", False, ("shipment",)),
        ("transit", "customer", False, ("shipment",)),
        ("customer", "internal", False, ("return",)),
        ("internal", "supplier", False, ("return",)),
        ("internal", "production", False, ("consumption",)),
        ("production", "internal", False, ("output",)),
        ("internal", "inventory", False, ("scrap",)),
        ("production", "inventory", False, ("scrap",)),
        ("internal", "inventory", True, ("adjustment",)),
        ("inventory", "internal", True, ("adjustment",)),
        ("inventory", "internal", False, ("adjustment",)),
        ("internal", "internal", False, ("internal",)),
        ("internal", "internal", True, ("internal",)),
        ("internal", "transit", False, ("internal",)),
    ],
)
def test_operations(source, destination, is_inventory, expected):
    assert get_operations(source, destination, is_inventory) == expected
    assert set(expected) <= {*OPERATIONS, "return"}


def test_what_is_asked_is_what_counts_there():
    lot = Demand("lot", None, frozenset({"shipment"}))
    area = Demand("growing_area", None, frozenset({"receipt", "shipment"}))
    assert get_asked([lot, area], ("shipment",)) == [lot, area]
    assert get_asked([lot, area], ("receipt",)) == [area]
    assert get_asked([lot, area], ("scrap",)) == []
    assert get_asked([lot, area], ("receipt", "shipment")) == [lot, area]


def test_a_return_needs_the_lot_where_it_was_needed_before():
    lot = Demand("lot", None, frozenset({"receipt"}))
    scrapped = Demand("lot", None, frozenset({"scrap"}))
    area = Demand("growing_area", None, frozenset(OPERATIONS))
    assert get_asked([lot, area], ("return",)) == [lot]
    assert get_asked([scrapped, area], ("return",)) == []


def test_both_days_of_a_validity_count():
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    assert is_valid_on(first, first, last)
    assert is_valid_on(last, first, last)
    assert not is_valid_on(date(2026, 2, 1), first, last)
    assert not is_valid_on(date(2025, 12, 31), first, last)
    assert is_valid_on(date(2099, 1, 1), None, None)
