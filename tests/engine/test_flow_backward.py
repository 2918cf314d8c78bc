"""Quantities backward: how much of every ancestor went into the start lots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import KG, Ledger, backward, forward, ledgers, lot_sets, reach


def ask(entries, start, **options):
    return backward(entries, reach(entries, start, "backward", **options), start)


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def brought(entries, one, other, conservative=False):
    """What forward from one lot brings into another by events, in the one's unit."""
    own = next((e for e in entries if e.lot == one), None)
    if own is None:
        return 0.0
    found = reach(entries, [one], "forward", conservative=conservative)
    flow = forward(entries, found, [one], own.unit)
    arrived = [e for e in entries if e.lot == other and e.event and e.quantity > 0]
    return sum(flow.entry.get(e.id, 0.0) for e in arrived) / own.factor


@given(ledgers(acyclic=True, one_unit=False), st.booleans())
def test_backward_says_of_each_ancestor_what_forward_says_of_it(entries, conservative):
    lots = range(100, 800, 100)
    for target in lots:
        flow = ask(entries, [target], conservative=conservative)
        for lot in lots:
            if lot != target:
                expected = brought(entries, lot, target, conservative)
                assert flow.lot_in.get(lot, 0.0) == near(expected)


@given(ledgers(acyclic=True, covered=True), lot_sets)
def test_what_went_into_the_start_lots_is_the_worth_of_all_that_came_in(entries, start):
    flow = ask(entries, start)
    for lot in range(100, 800, 100):
        came = [e for e in entries if e.lot == lot and e.quantity > 0]
        back = [e for e in came if e.kind in ("customer_return", "scrap")]
        worth = sum(flow.entry.get(e.id, 0.0) for e in came if e not in back)
        if back and lot not in start:  # more may come back than had left
            assert flow.lot_in.get(lot, 0.0) >= worth * (1 - 1e-9)
        else:
            assert flow.lot_in.get(lot, 0.0) == near(worth)


@given(ledgers(one_unit=False), lot_sets)
def test_no_more_goes_into_the_start_lots_than_there_is(entries, start):
    flow = ask(entries, start)
    for e in entries:
        assert 0 <= flow.entry.get(e.id, 0.0) <= abs(e.quantity) * (1 + 1e-9)


@given(ledgers(one_unit=False), lot_sets, st.randoms())
def test_order_of_the_entries_does_not_matter(entries, start, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert ask(shuffled, sorted(start)[::-1]) == ask(entries, sorted(start))


@given(ledgers(one_unit=False), lot_sets)
def test_a_whole_ledger_and_the_found_part_of_it_give_the_same(entries, start):
    found = reach(entries, start, "backward")
    part = [e for e in entries if e.lot in found.levels or e.event in found.events]
    assert reach(part, start, "backward") == found
    assert backward(part, found, start) == backward(entries, found, start)


@given(ledgers(), lot_sets)
def test_only_what_was_reached_has_gone_into_the_start_lots(entries, start):
    found = reach(entries, start, "backward")
    flow = backward(entries, found, start)
    for e in entries:
        if flow.entry.get(e.id) and e.quantity > 0:
            assert found.counts(e)
        elif flow.entry.get(e.id) and e.event:
            assert e.event in found.events


def test_each_ancestor_in_its_own_unit():
    ledger = Ledger({2: (2, 12.0)})
    flour = ledger.receive(100, 10, 0)
    ledger.receive(200, 4, 0)
    into_dough = [ledger[-1].id + 1, ledger[-1].id + 2]
    ledger.make(1, {100: 8, 200: 2}, {300: 20})
    ledger.make(2, {300: 10}, {400: 10})
    ledger.ship(300, 10, 3)
    flow = ask(ledger, [400])
    assert flow.lot_in == near({400: 10, 300: 10, 100: 4, 200: 1})
    assert [flow.entry[ident] for ident in into_dough] == near([4, 1])
    assert flow.entry[flour.id] == near(4)


def test_an_input_counts_by_the_part_of_the_batch_that_went_there():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 6, 300: 2})
    ledger.add("output", None, 2, 1, event=1, product=9)
    assert ask(ledger, [200]).lot_in[100] == near(6)
    assert ask(ledger, [300]).lot_in[100] == near(2)


def test_what_came_in_after_the_last_that_left_is_not_in_it():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 5}, {200: 5})
    late = ledger.receive(100, 10, 9)
    flow = ask(ledger, [200])
    assert flow.lot_in[100] == near(5)
    assert late.id not in flow.entry


def test_a_start_lot_takes_up_what_comes_into_it_once():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.make(2, {200: 10}, {300: 10})
    flow = ask(ledger, [200, 300])
    assert flow.lot_in == near({100: 10, 200: 10, 300: 10})


def test_material_that_was_shipped_and_came_back_is_found():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.ship(200, 10, 2)
    ledger.take_back(200, 4, 3)
    ledger.make(4, {200: 4}, {300: 4})
    flow = ask(ledger, [300])
    assert flow.lot_in == near({100: 4, 200: 4, 300: 4})


def test_an_input_that_never_came_in_has_gone_in_all_the_same():
    ledger = Ledger()
    ledger.make(1, {100: 5}, {200: 5})
    assert ask(ledger, [200]).lot_in[100] == near(5)


def test_rework_of_a_lot_on_itself():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 10, 0)
    ledger.make(5, {200: 10, 100: 10}, {200: 20})
    ledger.make(6, {200: 5}, {300: 5})
    flow = ask(ledger, [300])
    assert flow.lot_in[100] == near(2.5)
    assert flow.entry[ledger.of(200, "receipt")[0].id] == near(2.5)


def test_loops_end():
    ledger = Ledger()
    ledger.receive(100, 10, 20)
    ledger.make(9, {200: 5}, {300: 5})
    ledger.make(8, {300: 5, 100: 10}, {200: 15})  # each the origin of the other
    ledger.make(30, {200: 10}, {400: 10})
    flow = ask(ledger, [400])
    assert set(flow.lot_in) == {100, 200, 300, 400}
    assert 0 < flow.lot_in[100] <= 10


def circle(ledger, hour, takes, lot, first=0):
    """A loop of late postings, as in the tests of forward."""
    ledger.make(hour + first, takes | {lot + 1: 5}, {lot: 15})
    ledger.make(hour, {lot: 5}, {lot + 1: 10})


@pytest.mark.parametrize("first", [-0.5, 0.5])
@pytest.mark.parametrize(("source", "part"), [(300, 2 / 3), (301, 1 / 6)])
def test_what_enters_a_loop_and_leaves_it_at_either_lot_is_found(source, part, first):
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    circle(ledger, 10, {100: 10}, 300, first)
    ledger.make(50, {source: 5 if source == 301 else 10}, {500: 10})
    assert ask(ledger, [500]).lot_in[100] == near(10 * part)


@pytest.mark.parametrize("first", [-0.5, 0.5])
def test_many_loops_in_a_row_end(first):
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    for step in range(1, 1000):
        lot = 100 * step
        circle(ledger, 5000 - 4 * step, {lot: 10}, lot + 100, first)
    ledger.make(9000, {100_000: 10}, {200_000: 10})
    flow = ask(ledger, [200_000])
    for step in (1, 10, 100, 998):
        lot = 100_000 - 100 * step
        assert flow.lot_in[lot] > 0


def test_forward_and_backward_tell_one_story_of_a_plant():
    ledger = Ledger()
    ledger.receive(100, 1000, 0)
    ledger.receive(101, 50, 0)
    for day in range(1, 30):
        ledger.make(day * 24, {100: 30, 101: 1}, {200 + day: 31})
        ledger.make(day * 24 + 2, {200 + day: 31}, {300 + day: 30})
        ledger.ship(300 + day, 20, day * 24 + 9)
    for lot in (301, 315, 329):
        flow = ask(ledger, [lot])
        assert flow.lot_in[100] == near(30)
        assert flow.lot_in[100] == near(brought(ledger, 100, lot))
    assert forward(ledger, reach(ledger, [100], "forward"), [100], KG).source == 1000
