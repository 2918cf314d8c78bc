"""Gaps: each place where the entries show that the chain is incomplete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger, find, ledgers, lot_sets, reach

from engine.gaps import SEVERITIES, Gap

UNTRACKED = {"product": 9, "tracked": False}


def gaps(ledger, start, direction, on_hand=None, made_untracked=(), **options):
    found = reach(ledger, start, direction)
    return find(ledger, found, on_hand or {}, made_untracked, **options)


def kinds(*args, **options):
    return [gap.kind for gap in gaps(*args, **options)]


@pytest.fixture
def chain():
    """Flour 100, received, baked into bread 200, shipped."""
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.ship(200, 10, 2)
    return ledger


def test_a_complete_chain_has_none(chain):
    on_hand = {100: 0.0, 200: 0.0}
    assert gaps(chain, [100], "forward", on_hand) == []
    assert gaps(chain, [200], "backward", on_hand) == []


def test_a_tracked_product_consumed_without_lot(chain):
    first = chain.add("consumption", None, -1, 1, event=1, product=3)
    chain.add("consumption", None, -1, 1, event=1, product=3)
    expected = [Gap("consumed_without_lot", "chain", None, 1, first.id, 2)]
    assert gaps(chain, [200], "backward") == expected
    assert gaps(chain, [100], "forward") == expected
    assert gaps(chain[::-1], [100], "forward") == expected


def test_an_event_that_may_have_taken_the_lot_without_saying_so(chain):
    taken = chain.add("consumption", None, -1, 5, event=7, product=1)
    chain.add("output", None, 1, 5, event=7, product=3)
    assert gaps(chain, [100], "forward") == []
    assert gaps(chain, [100], "forward", events=[7]) == [
        Gap("consumed_without_lot", "chain", None, 7, taken.id, 1)
    ]


def test_an_untracked_product_consumed_is_no_gap(chain):
    chain.add("consumption", None, -1, 1, event=1, **UNTRACKED)
    assert gaps(chain, [200], "backward") == []


def test_an_untracked_product_that_was_made_from_lots(chain):
    taken = chain.add("consumption", None, -1, 1, event=1, **UNTRACKED)
    assert gaps(chain, [200], "backward", made_untracked={9}) == [
        Gap("untracked_input", "chain", None, 1, taken.id, 1)
    ]
    assert gaps(chain, [100], "forward", made_untracked={9}) == []


def test_a_tracked_product_made_without_lot(chain):
    made = chain.add("output", None, 1, 1, event=1, product=3)
    expected = [Gap("made_without_lot", "chain", None, 1, made.id, 1)]
    assert gaps(chain, [100], "forward") == expected
    assert gaps(chain, [200], "backward") == expected


def test_an_untracked_product_made_ends_the_way_forward_only(chain):
    chain.add("output", None, 1, 1, event=1, **UNTRACKED)
    assert kinds(chain, [100], "forward") == ["made_without_lot"]
    assert kinds(chain, [200], "backward") == []


def test_events_that_were_not_passed_have_no_gaps_here(chain):
    chain.add("consumption", None, -1, 5, event=7, product=3)
    chain.add("output", None, 1, 5, event=7, product=3)
    assert gaps(chain, [100], "forward") == []
    assert gaps(chain, [200], "backward") == []


def test_a_lot_made_out_of_nothing():
    ledger = Ledger()
    event = ledger.make(1, {}, {100: 5, 200: 5})
    ledger.make(2, {100: 5}, {300: 5})
    assert gaps(ledger, [300], "backward") == [Gap("no_input", "chain", 100, event, 1, 1)]
    assert gaps(ledger, [100], "backward") == [Gap("no_input", "chain", 100, event, 1, 1)]
    assert kinds(ledger, [100], "forward") == []


def test_more_left_than_ever_came_in():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.ship(100, 10.5, 1)
    assert gaps(ledger, [100], "forward") == [Gap("no_origin", "chain", 100, None, None, 1)]
    assert kinds(ledger, [100], "backward") == ["no_origin"]


def test_float_noise_is_no_gap():
    ledger = Ledger()
    ledger.receive(100, 0.3, 0)
    for hour in (1, 2, 3):
        ledger.ship(100, 0.1, hour)
    assert gaps(ledger, [100], "forward", {100: -1e-17}) == []


def test_nothing_ever_came_in():
    assert kinds(Ledger(), [100], "forward") == ["no_origin"]


def test_a_lot_that_only_a_count_brought_in_has_no_known_origin(chain):
    chain.count(300, 5, 0)
    chain.count(300, 3, 4)
    chain.make(5, {300: 8}, {400: 8})
    assert gaps(chain, [400], "backward") == [Gap("not_received", "chain", 300, None, None, 1)]
    assert kinds(chain, [300], "backward") == ["not_received"]
    assert kinds(chain, [300], "forward") == []


def test_a_lot_that_only_came_back_has_no_known_origin(chain):
    chain.ship(300, 5, 0)
    chain.take_back(300, 5, 4)
    assert kinds(chain, [300], "backward") == ["not_received"]


def test_what_a_count_finds_of_a_known_lot_is_no_gap(chain):
    chain.count(100, 5, 0)
    chain.count(200, 5, 4)
    assert gaps(chain, [200], "backward") == []


def test_stock_below_zero(chain):
    on_hand = {100: -1.0, 200: 0.0, 300: -1.0}
    assert gaps(chain, [100], "forward", on_hand) == [Gap("negative", "chain", 100, None, None, 1)]


def test_what_is_neither_there_nor_gone(chain):
    chain.receive(200, 5, 3)
    assert gaps(chain, [100], "forward", {100: 0.0, 200: 5.0}) == []
    found = gaps(chain, [100], "forward", {100: 0.0, 200: 2.0})
    assert found == [Gap("unexplained", "chain", 200, None, None, 1)]
    assert gaps(chain, [200], "backward", {200: 2.0}) == []


def test_an_event_that_took_lots_and_made_nothing_is_named(chain):
    taken = chain.add("consumption", 100, -1, 1, event=77)
    assert Gap("no_output", "chain", None, 77, taken.id, 1) in gaps(chain, [100], "forward")


def test_receipts_without_supplier_lot_or_partner(chain):
    chain.receive(100, 1, 0, supplier_lot=False, party=None)
    later = chain.receive(100, 1, 0, supplier_lot=False)
    assert gaps(chain, [200], "backward") == [
        Gap("no_supplier_lot", "fact", 100, None, later.id - 1, 2),
        Gap("no_party", "fact", 100, None, later.id - 1, 1),
    ]
    assert gaps(chain, [100], "forward") == []


def test_a_receipt_that_came_too_late_to_count_has_no_gap(chain):
    chain.receive(100, 1, 50, supplier_lot=False)
    assert gaps(chain, [200], "backward") == []
    assert kinds(chain, [100], "backward") == ["no_supplier_lot"]


def test_shipments_without_partner(chain):
    chain.receive(200, 5, 0)
    shipment = chain.ship(200, 1, 3, party=None)
    assert gaps(chain, [100], "forward") == [Gap("no_party", "fact", 200, None, shipment.id, 1)]
    assert gaps(chain, [200], "backward") == []


@given(ledgers(), lot_sets, st.sampled_from(["forward", "backward"]), st.randoms())
def test_gaps_are_the_same_in_any_order_of_entries(entries, start, direction, random):
    on_hand = dict.fromkeys(start, -1.0)
    shuffled = list(entries)
    random.shuffle(shuffled)
    found = gaps(entries, start, direction, on_hand)
    assert gaps(shuffled, start, direction, on_hand) == found
    assert len({gap[:4] for gap in found}) == len(found)
    assert all(SEVERITIES[gap.kind] == gap.severity for gap in found)
