"""Mass balance per lot, and the division of what an event took."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger, balance, ledgers

from engine.balance import IN_KEYS, OUT_KEYS, divide


def one(ledger, on_hand=0.0):
    return balance(ledger, [100], {100: on_hand})[100]


def test_every_kind_of_entry_has_its_place():
    ledger = Ledger()
    ledger.receive(100, 100, 0)
    ledger.add("output", 100, 20, 1, event=1)
    ledger.ship(100, 10, 2)
    ledger.take_back(100, 3, 3)
    ledger.count(100, 2, 4)
    ledger.count(100, -1, 4)
    ledger.add("supplier_return", 100, -5, 5)
    ledger.scrap(100, 4, 6)
    ledger.make(7, {100: 30}, {200: 30}, event=2)
    assert one(ledger, 75.0) == {
        "received": 100,
        "produced": 20,
        "returned": 3,
        "adjusted_in": 2,
        "consumed": 30,
        "shipped": 10,
        "supplier_returned": 5,
        "scrapped": 4,
        "adjusted_out": 1,
        "on_hand": 75,
        "unexplained": 0,
        "explained": 1,
    }


@given(ledgers(one_unit=False), st.floats(-50, 500))
def test_in_is_out_and_on_hand_and_unexplained(entries, on_hand):
    lots = range(100, 800, 100)
    for lot, row in balance(entries, lots, dict.fromkeys(lots, on_hand)).items():
        total = sum(e.quantity for e in entries if e.lot == lot)
        came_in = sum(row[key] for key in IN_KEYS)
        went_out = sum(row[key] for key in OUT_KEYS)
        assert came_in - went_out == pytest.approx(total, abs=1e-6)
        assert row["unexplained"] == pytest.approx(total - on_hand, abs=1e-6)
        assert 0 <= row["explained"] <= 1


def test_what_is_missing_is_unexplained():
    ledger = Ledger()
    ledger.receive(100, 100, 0)
    ledger.ship(100, 40, 1)
    assert one(ledger, 50.0)["unexplained"] == 10
    assert one(ledger, 50.0)["explained"] == pytest.approx(0.9)


def test_too_much_is_unexplained_too():
    ledger = Ledger()
    ledger.receive(100, 100, 0)
    assert one(ledger, 120.0)["unexplained"] == -20
    assert one(ledger, 120.0)["explained"] == pytest.approx(0.8)
    assert one(ledger, 500.0)["explained"] == 0


def test_scrap_put_back_is_less_scrap():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.scrap(100, 5, 1)
    ledger.add("scrap", 100, 2, 2)
    assert one(ledger, 7.0)["scrapped"] == 3
    assert one(ledger, 7.0)["unexplained"] == 0


def test_float_noise_is_explained():
    ledger = Ledger()
    ledger.receive(100, 0.3, 0)
    for hour in (1, 2, 3):
        ledger.ship(100, 0.1, hour)
    assert one(ledger, 0.0)["unexplained"] == 0
    assert one(ledger, 0.0)["explained"] == 1


def test_of_a_lot_without_entries_only_the_stock_is_known():
    assert one(Ledger())["explained"] == 1
    assert one(Ledger(), 5.0)["unexplained"] == -5
    assert one(Ledger(), 5.0)["explained"] == 0
    assert balance([], [100], {})[100]["on_hand"] == 0


def test_other_lots_are_ignored():
    ledger = Ledger()
    ledger.receive(200, 10, 0)
    assert one(ledger)["received"] == 0


@given(ledgers(one_unit=False))
def test_an_event_divides_all_it_took(entries):
    for event in {e.event for e in entries if e.event}:
        outputs = [e for e in entries if e.event == event and e.quantity > 0]
        if outputs:
            weights = divide(outputs)
            assert sum(weight for _id, _lot, weight in weights) == pytest.approx(1)
            assert [ident for ident, *_ in weights] == sorted(e.id for e in outputs)
            assert all(weight > 0 for _id, _lot, weight in weights)
