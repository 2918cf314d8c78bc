"""Which lots and events a trace reaches, and what the time rule leaves out."""

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import HOUR, Ledger, ledgers, lot_sets, lots, origins, reach

directions = st.sampled_from(["forward", "backward"])


def walk_by_definition(entries, start, direction, tolerance, conservative):
    """The time rule word for word: a path through single entries.

    Nodes are events and the entries of lots in events; an arrow goes from an
    inflow to every outflow of the lot that the rule links with it.
    """
    origin = origins(entries)
    graph = networkx.DiGraph()
    graph.add_edges_from(("question", ("lot", lot)) for lot in start)
    inflows = [e for e in entries if e.lot and e.event and e.quantity > 0]
    outflows = [e for e in entries if e.lot and e.event and e.quantity < 0]
    walk = graph.add_edge
    if direction == "backward":
        walk = lambda one, other: graph.add_edge(other, one)  # noqa: E731
    for o in inflows:
        walk(("event", o.event), ("entry", o.id))
        if o.lot in start and direction == "backward":
            walk(("entry", o.id), ("lot", o.lot))
    for c in outflows:
        walk(("entry", c.id), ("event", c.event))
        if c.lot in start and direction == "forward":
            walk(("lot", c.lot), ("entry", c.id))
    for o in inflows:
        for c in outflows:
            if o.lot == c.lot and (
                o.date <= origin[o.lot] or c.date >= o.date - tolerance or conservative or o.lot in start
            ):
                walk(("entry", o.id), ("entry", c.id))
    away = networkx.single_source_shortest_path_length(graph, "question")
    lots = {e.lot for e in inflows + outflows if ("entry", e.id) in away}
    # question, lot, entry, event, and three more steps for each further event
    events = {node[1]: steps // 3 for node, steps in away.items() if node[0] == "event"}
    return lots | set(start), events


def chain():
    """Flour 100 -> dough 200 -> bread 300; shipped."""
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(10, {100: 10}, {200: 10})
    ledger.make(20, {200: 10}, {300: 10})
    ledger.ship(300, 10, 30)
    return ledger


@given(ledgers(), lot_sets, directions, st.sampled_from([0.0, HOUR]), st.booleans())
def test_reach_is_what_the_rule_says_word_for_word(entries, start, direction, tolerance, conservative):
    found = reach(entries, start, direction, tolerance, conservative)
    reached, events = walk_by_definition(entries, start, direction, tolerance, conservative)
    assert found.levels.keys() == reached
    assert found.events == events


@given(ledgers(), st.booleans())
def test_went_to_and_made_from_are_mirrors(entries, conservative):
    lots = range(100, 800, 100)
    went_to, made_from = set(), set()
    for lot in lots:
        found = reach(entries, [lot], "forward", conservative=conservative)
        went_to |= {(lot, other) for other in found.levels}
        found = reach(entries, [lot], "backward", conservative=conservative)
        made_from |= {(other, lot) for other in found.levels}
    assert went_to == made_from


@given(ledgers(), lot_sets, directions, st.randoms())
def test_order_of_the_entries_does_not_matter(entries, start, direction, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    found = reach(entries, sorted(start), direction)
    assert reach(shuffled, sorted(start)[::-1], direction) == found


@given(ledgers(), lot_sets, directions)
def test_conservative_only_adds(entries, start, direction):
    found = reach(entries, start, direction)
    wide = reach(entries, start, direction, conservative=True)
    assert found.levels.keys() <= wide.levels.keys()
    assert found.events.keys() <= wide.events.keys()
    assert wide.excluded == []
    assert all(lot.bound is None for lot in lots(wide).values())


@given(ledgers(), lot_sets, directions)
def test_what_counts_are_the_entries_within_the_bound(entries, start, direction):
    found = reach(entries, start, direction)
    for e in entries:
        lot = lots(found).get(e.lot)
        if lot is None:
            assert not found.counts(e)
            continue
        out = False
        if direction == "forward" and e.quantity < 0:
            out = lot.bound is not None and e.date < lot.bound
        elif direction == "backward" and e.quantity > 0 and lot.bound is not None:
            out = e.date > max(lot.bound, origins(entries)[e.lot])
        assert found.counts(e) is not out
        assert (e.id in found.excluded_ids) is out
        if direction == "forward" and e.quantity < 0 and e.event and not out:
            assert e.event in found.events
        if direction == "backward" and e.quantity > 0 and e.event and not out:
            assert e.event in found.events


def test_lots_carry_their_level_and_the_events_they_came_through():
    found = reach(chain(), [100], "forward")
    assert {lot: of.level for lot, of in lots(found).items()} == {100: 0, 200: 1, 300: 2}
    assert found.events == {1: 1, 2: 2}
    assert [found.lot(lot).parents for lot in (100, 200, 300)] == [(), (1,), (2,)]
    assert [found.lot(lot).way for lot in (100, 200)] == ["start", "origin"]
    found = reach(chain(), [300], "backward")
    assert {lot: of.level for lot, of in lots(found).items()} == {300: 0, 200: 1, 100: 2}
    assert [found.lot(lot).parents for lot in (300, 200, 100)] == [(), (2,), (1,)]


def test_the_level_is_the_shortest_way():
    ledger = chain()
    ledger.make(40, {100: 1}, {300: 1})
    found = reach(ledger, [100], "forward")
    assert found.lot(300).level == 1
    assert found.lot(300).parents == (2, 3)


def test_lot_posted_after_it_was_shipped_and_used_is_still_reached():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(2, {200: 5}, {300: 5})
    shipment = ledger.ship(200, 5, 3)
    ledger.make(50, {100: 10}, {200: 10})  # the order that made it, closed late
    found = reach(ledger, [100], "forward")
    assert set(found.levels) == {100, 200, 300}
    assert found.counts(shipment)
    assert set(reach(ledger, [300], "backward").levels) == {100, 200, 300}


def test_a_count_before_the_order_that_made_it_was_closed_hides_no_customer():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.count(200, 10, 5)
    shipment = ledger.ship(200, 4, 8)
    ledger.make(8, {200: 1}, {300: 1})
    ledger.make(50, {100: 10}, {200: 10})  # the order that made it, closed late
    found = reach(ledger, [100], "forward")
    assert set(found.levels) == {100, 200, 300}
    assert found.counts(shipment)
    assert not found.excluded
    assert set(reach(ledger, [300], "backward").levels) == {100, 200, 300}


def test_nor_does_what_a_customer_sent_back_before_it_was_made():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    shipment = ledger.ship(200, 4, 2)
    ledger.take_back(200, 4, 3)
    ledger.make(50, {100: 10}, {200: 10})
    assert reach(ledger, [100], "forward").counts(shipment)


def rework():
    """Lot 200 is used in 300, and hours later gets some of lot 100."""
    ledger = Ledger()
    ledger.receive(200, 10, 0)
    ledger.receive(100, 10, 0)
    ledger.make(5, {200: 4}, {300: 4})
    ledger.ship(200, 1, 6)
    ledger.make(20, {100: 2}, {200: 2})
    ledger.make(30, {200: 4}, {400: 4})
    return ledger


def test_what_left_before_a_rework_is_left_out_and_listed():
    ledger = rework()
    found = reach(ledger, [100], "forward")
    assert set(found.levels) == {100, 200, 400}
    assert found.lot(200).way == "re-entry"
    assert found.lot(200).bound == 19 * HOUR
    assert [(e.lot, e.kind) for e in found.excluded] == [
        (200, "consumption"),
        (200, "shipment"),
    ]
    found = reach(ledger, [300], "backward")
    assert set(found.levels) == {300, 200}
    assert found.lot(200).way == "re-entry"
    assert found.lot(200).bound == 6 * HOUR
    assert [(e.lot, e.event) for e in found.excluded] == [(200, 2)]


def test_conservative_leaves_nothing_out():
    ledger = rework()
    found = reach(ledger, [100], "forward", conservative=True)
    assert set(found.levels) == {100, 200, 300, 400}
    assert found.excluded == []
    found = reach(ledger, [300], "backward", conservative=True)
    assert set(found.levels) == {100, 200, 300}


@pytest.mark.parametrize(("minutes", "reached"), [(59, True), (60, True), (61, False)])
def test_clocks_may_differ_by_an_hour(minutes, reached):
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.receive(200, 10, 0)
    ledger.make(10, {200: 4}, {300: 4})
    ledger.make(10 + minutes / 60, {100: 2}, {200: 2})
    assert (300 in reach(ledger, [100], "forward").levels) is reached
    assert (100 in reach(ledger, [300], "backward").levels) is reached


def test_what_left_exactly_at_the_bound_counts():
    ledger = rework()
    at = ledger.ship(200, 1, 19)
    before = ledger.ship(200, 1, 18.9)
    found = reach(ledger, [100], "forward")
    assert found.counts(at)
    assert not found.counts(before)


def test_an_event_that_makes_a_lot_twice_is_one_parent():
    ledger = Ledger()
    ledger.make(1, {100: 1}, {200: 1})
    ledger.add("output", 200, 1, 1, event=1)
    ledger.make(2, {100: 1}, {200: 1})
    assert reach(ledger, [100], "forward").lot(200).parents == (1, 2)


def test_of_a_start_lot_all_counts_whatever_its_dates():
    ledger = rework()
    found = reach(ledger, [200], "forward")
    assert set(found.levels) == {200, 300, 400}
    assert found.lot(200).bound is None
    assert found.excluded == []
    assert set(reach(ledger, [200], "backward").levels) == {100, 200}


def test_an_earlier_way_in_found_later_opens_what_was_left_out():
    ledger = Ledger()
    ledger.receive(200, 10, 0)
    ledger.receive(100, 10, 0)
    ledger.make(10, {200: 1}, {300: 1})  # counts only by the long way
    ledger.make(30, {100: 1}, {200: 1})  # short way, late
    ledger.make(5, {100: 1}, {400: 1})
    ledger.make(6, {400: 1}, {500: 1})
    ledger.make(7, {500: 1}, {200: 1})  # long way, early
    found = reach(ledger, [100], "forward")
    assert found.lot(200).level == 1
    assert found.lot(200).bound == 6 * HOUR
    assert found.lot(300).level == 4
    assert found.excluded == []


def test_loops_end():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 10}, {200: 10})
    ledger.make(2, {200: 10}, {100: 10})  # unbuilt again
    ledger.make(3, {100: 10}, {100: 10})  # reworked on itself
    found = reach(ledger, [100], "forward")
    assert set(found.levels) == {100, 200}
    assert found.events == {1: 1, 3: 1, 2: 2}
    assert found.lot(100).parents == (2, 3)
    assert set(reach(ledger, [200], "backward").levels) == {100, 200}


def test_a_long_chain_needs_no_recursion():
    ledger = Ledger()
    for lot in range(100, 5100):
        ledger.make(lot, {lot: 1}, {lot + 1: 1})
    found = reach(ledger, [100], "forward")
    assert found.lot(5100).level == 5000
    assert reach(ledger, [5100], "backward").lot(100).level == 5000


def test_a_lot_without_any_entry_is_its_own_answer():
    found = reach([], [7], "forward")
    assert lots(found) == {7: (0, "start", None, ())}
    assert not found.events


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="sideways"):
        reach([], [7], "sideways")
