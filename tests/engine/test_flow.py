"""Quantities forward: where the traced material went, and that none is lost."""

from collections import defaultdict
from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import HOUR, KG, LITRE, PIECES, Ledger, forward, ledgers, lot_sets, origins, reach


def follow(entries, start, unit=KG, **options):
    return forward(entries, reach(entries, start, "forward", **options), start, unit)


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def ends(flow):
    """The ends that hold anything."""
    return {end: amount for end, amount in flow.ends.items() if amount > 1e-9}


def mix_by_definition(entries, start):
    """Perfect mixing lot by lot, of a ledger in one unit where lots only make higher
    lots and none ever lacks quantity. Returns {entry id: amount}, {lot: what is left}.
    """
    amount, left = {}, {}
    taken_by = defaultdict(float)
    made_by = defaultdict(float)
    for e in entries:
        if e.event and e.quantity > 0:
            made_by[e.event] += e.quantity
    for lot in sorted({e.lot for e in entries if e.lot}):
        own = [e for e in entries if e.lot == lot]
        origin = origins(own).get(lot, inf)

        def moment(e, origin=origin):
            if e.quantity < 0 or e.kind in ("customer_return", "scrap"):
                return (e.date, 1, e.id)
            return (-inf if e.date <= origin else e.date - HOUR, 0, e.id)

        quantity = traced = 0.0
        gone = {"shipment": [0.0, 0.0], "scrap": [0.0, 0.0]}
        for e in sorted(own, key=moment):
            pool = gone.get({"customer_return": "shipment"}.get(e.kind, e.kind))
            if e.quantity > 0:
                came = 0.0
                if e.event:
                    came = taken_by[e.event] * e.quantity / made_by[e.event]
                elif pool and pool[0]:
                    came = pool[1] * min(1.0, e.quantity / pool[0])
                    pool[:] = max(0.0, pool[0] - e.quantity), pool[1] - came
                if lot in start:
                    came = max(came, e.quantity)
                quantity += e.quantity
                traced += came
                amount[e.id] = came
            else:
                part = traced * -e.quantity / quantity
                quantity += e.quantity
                traced -= part
                amount[e.id] = part
                if e.event:
                    taken_by[e.event] += part
                elif pool:
                    pool[:] = pool[0] - e.quantity, pool[1] + part
        left[lot] = traced
    return amount, left


@given(ledgers(acyclic=True, covered=True), lot_sets)
def test_quantities_are_what_mixing_lot_by_lot_gives(entries, start):
    flow = follow(entries, start)
    amount, left = mix_by_definition(entries, start)
    for e in entries:
        if e.lot:
            assert flow.entry.get(e.id, 0.0) == near(amount[e.id])
    for lot, rest in left.items():
        assert flow.remaining.get(lot, 0.0) == near(rest)


@given(ledgers(one_unit=False), lot_sets, st.booleans())
def test_what_the_start_lots_held_is_found_again_at_the_ends(entries, start, conservative):
    for unit in (KG, PIECES):
        flow = follow(entries, start, unit, conservative=conservative)
        assert isclose(flow.source, sum(flow.ends.values()), rel_tol=1e-9)
        assert flow.source == near(sum(flow.sources.values()))
        values = [*flow.entry.values(), *flow.remaining.values(), *flow.lot_in.values()]
        assert all(value > -1e-9 for value in [*values, *flow.ends.values()])
        assert all(amount > 0 for amount in flow.entry.values())


@given(ledgers(one_unit=False), lot_sets)
def test_every_event_gives_out_what_it_took(entries, start):
    flow = follow(entries, start)
    took, made = defaultdict(float), defaultdict(float)
    with_outputs = {e.event for e in entries if e.event and e.quantity > 0}
    for e in entries:
        side = made if e.quantity > 0 else took
        side[e.event] += flow.entry.get(e.id, 0.0)
    for event in with_outputs:
        # A start lot tops up what comes into it.
        topped_up = any(e.lot in start for e in entries if e.event == event)
        assert made[event] == near(took[event]) or (topped_up and made[event] > took[event])


@given(ledgers(one_unit=False), lot_sets, st.randoms())
def test_order_of_the_entries_does_not_matter(entries, start, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert follow(shuffled, sorted(start)[::-1]) == follow(entries, sorted(start))


@given(ledgers(one_unit=False), lot_sets)
def test_a_whole_ledger_and_the_found_part_of_it_give_the_same(entries, start):
    found = reach(entries, start, "forward")
    part = [e for e in entries if e.lot in found.levels or e.event in found.events]
    assert reach(part, start, "forward") == found
    assert forward(part, found, start, KG) == forward(entries, found, start, KG)


@given(ledgers(one_unit=False), lot_sets)
def test_only_what_was_reached_carries_anything(entries, start):
    found = reach(entries, start, "forward")
    flow = forward(entries, found, start, KG)
    for e in entries:
        if flow.entry.get(e.id):
            assert found.counts(e) or (e.lot is None and e.event in found.events)


@given(ledgers(covered=True), lot_sets)
def test_a_start_lot_is_wholly_affected(entries, start):
    flow = follow(entries, start)
    for e in entries:
        if e.lot in start:
            assert flow.entry[e.id] >= abs(e.quantity) * (1 - 1e-9)


def test_each_outflow_takes_the_share_the_lot_has_then():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 30, 0)
    ledger.make(2, {100: 10, 200: 30}, {300: 40})
    first = ledger.ship(300, 20, 3)
    ledger.receive(300, 20, 5)  # the same lot, not of this flour
    second = ledger.ship(300, 10, 6)
    flow = follow(ledger, [100])
    assert flow.entry[first.id] == near(5)
    assert flow.entry[second.id] == near(1.25)
    assert ends(flow) == near({"shipped": 6.25, "on_hand": 3.75})
    assert flow.lot_in == near({100: 10, 300: 10})


def test_all_ends_are_told_apart():
    ledger = Ledger()
    ledger.receive(100, 100, 0)
    ledger.ship(100, 1, 1)
    ledger.scrap(100, 2, 1)
    ledger.add("supplier_return", 100, -3, 1)
    ledger.count(100, -4, 1)
    ledger.make(1, {100: 5}, {})
    ledger.make(1, {100: 6}, {200: 2})
    ledger.add("output", None, 1, 1, event=2, product=9)
    ledger.add("consumption", 100, -7, 1)
    flow = follow(ledger, [100])
    assert flow.source == 100
    assert flow.ends == near(
        {
            "shipped": 1,
            "scrapped": 2,
            "supplier_returned": 3,
            "adjusted": 4,
            "lost": 5,
            "untracked": 2,
            "elsewhere": 7,
            "on_hand": 76,
        }
    )


def test_shipped_before_it_was_posted_carries_its_share():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    shipment = ledger.ship(200, 4, 3)
    ledger.make(50, {100: 10}, {200: 10})
    assert follow(ledger, [100]).entry[shipment.id] == near(4)


def test_what_left_before_a_rework_carries_nothing():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 10, 0)
    before = ledger.ship(200, 5, 5)
    ledger.make(20, {100: 5}, {200: 5})
    after = ledger.ship(200, 5, 30)
    flow = follow(ledger, [100])
    assert before.id not in flow.entry
    assert flow.entry[after.id] == near(2.5)


def test_within_the_clock_tolerance_a_rework_counts_as_before():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 10, 0)
    shipment = ledger.ship(200, 5, 19.5)
    ledger.make(20, {100: 10}, {200: 10})
    assert follow(ledger, [100]).entry[shipment.id] == near(2.5)


def test_a_start_set_with_a_lot_and_its_own_child_counts_nothing_twice():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 5, 0)
    ledger.make(1, {100: 4, 200: 2}, {300: 6})
    ledger.ship(300, 6, 2)
    flow = follow(ledger, [100, 300])
    assert flow.sources == near({100: 10, 300: 2})
    assert ends(flow) == near({"shipped": 6, "on_hand": 6})


def test_a_start_lot_that_shrank_keeps_what_came_in():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 5})  # half is lost as steam
    shipment = ledger.ship(200, 5, 2)
    flow = follow(ledger, [100, 200])
    assert flow.source == near(10)
    assert flow.entry[shipment.id] == near(10)


def test_rework_of_a_lot_on_itself_takes_before_it_makes():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 10, 0)
    ledger.make(5, {200: 10, 100: 10}, {200: 20})
    shipment = ledger.ship(200, 20, 5)
    flow = follow(ledger, [100])
    assert flow.entry[shipment.id] == near(10)
    assert ends(flow) == near({"shipped": 10})
    flow = follow(ledger, [200])  # 10 came in, then 20 after the rework
    assert flow.source == near(20)
    assert ends(flow) == near({"shipped": 20})


def test_unbuilt_and_built_again_is_not_new_material():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.make(2, {200: 10}, {100: 10})
    ledger.make(3, {100: 10}, {300: 10})
    ledger.ship(300, 10, 4)
    flow = follow(ledger, [100])
    assert flow.source == near(10)
    assert ends(flow) == near({"shipped": 10})


def test_a_loop_of_late_postings_loses_nothing():
    ledger = Ledger()
    ledger.make(9, {200: 5}, {300: 5})
    ledger.make(8, {300: 5}, {200: 5})  # each the origin of the other
    ledger.receive(100, 10, 0)
    ledger.make(20, {100: 10}, {200: 10})
    ledger.make(30, {200: 10}, {400: 10})
    flow = follow(ledger, [100])
    assert flow.source == near(10)
    assert flow.source == near(sum(flow.ends.values()))


def test_what_follows_a_loop_waits_for_it():
    ledger = Ledger()
    ledger.receive(100, 10, 9)
    ledger.make(1, {500: 10}, {600: 10})  # posted first, happened last
    ledger.ship(600, 10, 2)
    ledger.make(12, {300: 5, 100: 10}, {200: 15})  # a loop of late postings
    ledger.make(11, {200: 15}, {300: 5, 500: 10})
    flow = follow(ledger, [100])
    assert flow.ends["shipped"] > 0
    assert flow.source == near(sum(flow.ends.values()))


def circle(ledger, hour, takes, lot, first=0):
    """A loop of late postings: some of the lot goes back into what makes it.

    Both lots have no other origin than each other, so all that leaves them may be of
    all that came in. ``first``: how much later than the other the making is posted.
    """
    ledger.make(hour + first, takes | {lot + 1: 5}, {lot: 15})
    ledger.make(hour, {lot: 5}, {lot + 1: 5})


@pytest.mark.parametrize("first", [-0.5, 0.5])
def test_a_loop_passes_on_what_enters_it(first):
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    circle(ledger, 10, {100: 10}, 300, first)
    shipment = ledger.ship(300, 10, 50)
    flow = follow(ledger, [100])
    # Of the 10 in 15, 5 went back and stay in the lot that nothing else uses.
    assert flow.entry[shipment.id] == near(20 / 3)
    assert flow.remaining == near({301: 10 / 3})


@pytest.mark.parametrize("first", [-0.5, 0.5])
def test_loops_go_in_the_order_of_the_material(first):
    ledger = Ledger()
    ledger.receive(100, 20, 0)
    circle(ledger, 40, {100: 10}, 300, first)
    circle(ledger, 10, {100: 10, 300: 10}, 400, first)  # posted before its input
    shipment = ledger.ship(400, 10, 50)
    flow = follow(ledger, [100])
    assert flow.entry[shipment.id] == near((10 + 20 / 3) * 2 / 3)


@pytest.mark.parametrize("first", [-0.5, 0.5])
def test_a_start_lot_in_a_loop_is_what_enters_it(first):
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(10 + first, {100: 10}, {300: 10})
    ledger.make(10, {300: 5}, {100: 5, 500: 5})
    flow = follow(ledger, [100])
    assert flow.lot_in[500] == near(2.5)
    # 5 came back into the start lot, of which it had held only 2.5 before.
    assert flow.source == near(12.5)


@pytest.mark.parametrize("first", [-0.5, 0.5])
def test_many_loops_in_a_row_end(first):
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    for step in range(1, 1000):  # the later in the chain, the earlier posted
        lot = 100 * step
        circle(ledger, 5000 - 4 * step, {lot: 10}, lot + 100, first)
    flow = follow(ledger, [100])
    for step in (1, 10, 100, 998):
        assert flow.lot_in[100 * step + 100] == near(10 * (2 / 3) ** (step - 1))
    assert flow.source == near(10)
    assert flow.source == near(sum(flow.ends.values()))


def test_returned_lot_reaches_second_customer():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 10, 0)
    ledger.make(1, {100: 10, 200: 10}, {300: 20})
    first = ledger.ship(300, 10, 2)
    back = ledger.take_back(300, 4, 3)
    second = ledger.ship(300, 14, 4)
    flow = follow(ledger, [100])
    assert flow.entry[first.id] == near(5)
    assert flow.entry[back.id] == near(2)
    assert flow.entry[second.id] == near(7)
    assert ends(flow) == near({"shipped": 10})
    assert flow.lot_in[300] == near(10)
    flow = follow(ledger, [300])
    assert flow.source == near(20)
    assert ends(flow) == near({"shipped": 20})


def test_returned_within_the_hour_came_back_after_it_left():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.ship(200, 10, 2)
    ledger.take_back(200, 10, 2)
    ledger.ship(200, 10, 2)
    flow = follow(ledger, [100])
    assert ends(flow) == near({"shipped": 10})


def test_what_comes_back_in_parts_is_what_left():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.ship(200, 10, 2)
    parts = [ledger.take_back(200, 4, hour) for hour in (3, 4)]
    flow = follow(ledger, [100])
    assert [flow.entry[part.id] for part in parts] == near([4, 4])
    assert ends(flow) == near({"shipped": 2, "on_hand": 8})


def test_more_returned_than_shipped_brings_back_no_more_than_left():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.ship(200, 4, 2)
    back = ledger.take_back(200, 6, 3)
    flow = follow(ledger, [100])
    assert flow.entry[back.id] == near(4)
    assert ends(flow) == near({"on_hand": 10})


def test_scrap_put_back_is_not_scrapped():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.scrap(100, 5, 1)
    ledger.add("scrap", 100, 2, 2)
    flow = follow(ledger, [100])
    assert flow.source == near(10)
    assert ends(flow) == near({"scrapped": 3, "on_hand": 7})


def test_found_stock_is_of_unknown_origin():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.count(200, 10, 5)
    shipment = ledger.ship(200, 10, 6)
    assert follow(ledger, [100]).entry[shipment.id] == near(5)


def test_of_a_start_lot_found_stock_is_affected_too():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.count(100, 5, 5)
    ledger.ship(100, 15, 6)
    assert ends(follow(ledger, [100])) == near({"shipped": 15})


def test_more_shipped_than_came_in_takes_no_more_than_there_was():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.ship(200, 15, 2)
    ledger.receive(200, 10, 9)
    flow = follow(ledger, [100])
    assert ends(flow) == near({"shipped": 10})


def test_what_comes_in_after_a_deficit_is_all_there():
    ledger = Ledger()
    ledger.receive(100, 5, 0)
    ledger.receive(200, 5, 0)
    ledger.ship(200, 10, 1)
    ledger.make(9, {100: 5}, {200: 5})
    shipment = ledger.ship(200, 2, 10)
    assert follow(ledger, [100]).entry[shipment.id] == near(2)


def test_shipments_of_a_start_lot_without_a_receipt_are_affected():
    ledger = Ledger()
    shipment = ledger.ship(100, 5, 1)
    ledger.make(2, {100: 5}, {200: 5})
    flow = follow(ledger, [100])
    assert flow.entry[shipment.id] == near(5)
    assert flow.source == near(10)
    assert ends(flow) == near({"shipped": 5, "on_hand": 5})


def test_a_receipt_posted_after_the_shipment_is_the_same_material():
    ledger = Ledger()
    ledger.receive(100, 5, 0)
    ledger.ship(100, 10, 1)
    ledger.receive(100, 9, 9)
    shipment = ledger.ship(100, 2, 10)
    flow = follow(ledger, [100])
    assert flow.source == near(14)
    assert flow.entry[shipment.id] == near(2)
    assert ends(flow) == near({"shipped": 12, "on_hand": 2})


def test_float_residues_do_not_stay_in_an_empty_lot():
    ledger = Ledger()
    ledger.receive(100, 1, 0)
    ledger.make(1, {100: 1}, {200: 2.1})
    for hour in (2, 3, 4):
        ledger.ship(200, 0.7, hour)  # 2e-16 are left, says the computer
    ledger.receive(200, 1, 9)
    ledger.ship(200, 1, 10)
    flow = follow(ledger, [100])
    assert flow.ends["shipped"] == near(1)
    assert sum(flow.entry.get(e.id, 0) for e in ledger.of(200)[-2:]) == 0


def by_products(units, costs=(None, None), quantities=(30, 10)):
    """What lot 200 and lot 300 get of 40 kg, in the units given."""
    ledger = Ledger({2: units[0], 3: units[1]})
    ledger.receive(100, 40, 0)
    ledger.make(1, {100: 40}, {})
    for lot, cost, quantity in zip((200, 300), costs, quantities, strict=True):
        ledger.add("output", lot, quantity, 1, event=1, cost_share=cost)
    flow = follow(ledger, [100])
    return [flow.lot_in[200], flow.lot_in[300]]


def test_outputs_of_one_unit_share_by_quantity_whatever_they_cost():
    assert by_products([(KG, 1.0), (KG, 1.0)], (90, 10)) == near([30, 10])


def test_outputs_in_grams_and_kilograms_share_by_weight():
    units = [(KG, 1.0), (KG, 0.001)]
    assert by_products(units, quantities=(30, 10_000)) == near([30, 10])


def test_outputs_of_two_units_share_by_cost():
    units = [(KG, 1.0), (PIECES, 1.0)]
    assert by_products(units, (80, 20)) == near([32, 8])


@pytest.mark.parametrize("costs", [(None, None), (90, None), (90, 0), (90, -1)])
def test_outputs_of_two_units_without_costs_share_equally(costs):
    assert by_products([(KG, 1.0), (LITRE, 1.0)], costs) == near([20, 20])


def test_several_lots_of_one_product_share_its_part_by_quantity():
    ledger = Ledger({3: (PIECES, 1.0)})
    ledger.receive(100, 40, 0)
    ledger.make(1, {100: 40}, {})
    for lot, quantity, cost in ((200, 1, 75), (201, 3, 75), (300, 7, 25)):
        ledger.add("output", lot, quantity, 1, event=1, cost_share=cost)
    flow = follow(ledger, [100])
    assert [flow.lot_in[lot] for lot in (200, 201, 300)] == near([7.5, 22.5, 10])


def test_start_lots_of_another_unit_have_their_own_run():
    ledger = Ledger({2: (PIECES, 12.0), 3: (PIECES, 1.0)})
    ledger.receive(100, 10, 0)
    ledger.receive(200, 2, 0)  # dozens
    ledger.make(1, {100: 10, 200: 1}, {300: 5})
    ledger.ship(300, 5, 2)
    flow = follow(ledger, [100, 200], KG)
    assert flow.source == near(10)
    assert ends(flow) == near({"shipped": 10})
    flow = follow(ledger, [100, 200], PIECES)
    assert flow.source == near(24)
    assert ends(flow) == near({"shipped": 12, "on_hand": 12})


def test_nothing_known_of_a_lot_is_nothing_held():
    flow = follow([], [7])
    assert flow.source == 0
    assert not any(flow.ends.values())
