"""Sums of what left a lot that came in once say the same as the entries themselves."""

from collections import defaultdict
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import KG, Ledger, ledgers, lot_sets

from engine import flow, gaps
from engine.balance import balance
from engine.entry import Entry
from engine.fingerprint import digest
from engine.reach import reach

CAME_IN = ("receipt", "output", "adjustment")


def summed(entries, start, events):
    """The entries as the database gives them: see ``walk.ENTRIES``."""
    inflows, outflows = defaultdict(list), defaultdict(list)
    for entry in entries:
        (inflows if entry.quantity > 0 else outflows)[entry.lot].append(entry)
    plain = {
        lot
        for lot, came in inflows.items()
        if lot is not None
        and lot not in start
        and len(came) == 1
        and came[0].kind in CAME_IN
        and -sum(entry.quantity for entry in outflows[lot]) <= came[0].quantity
        and came[0].event not in {entry.event for entry in outflows[lot]} - {None}
    }
    given, sums = [], defaultdict(list)
    for entry in entries:
        if entry.quantity < 0 and entry.lot in plain and entry.event not in events:
            sums[entry.lot, entry.kind, entry.party is None].append(entry)
        else:
            given.append(entry)
    for (_lot, _kind, nobody), group in sums.items():
        one = group[0]._replace(
            id=-max(entry.id for entry in group),
            event=None,
            quantity=fsum(entry.quantity for entry in group),
            date=max(entry.date for entry in group),
            party=None if nobody else 0,
            count=len(group),
        )
        given.append(one)
    return given


def amounts(found, entries, reached):
    """Entry id: amount, of entries that stand for themselves and of those in sums."""
    got = {}
    for entry in entries:
        amount = found.entry.get(entry.id)
        if amount is None and entry.lot in found.density and entry.event not in reached.events:
            amount = found.density[entry.lot] * -entry.quantity
        got[entry.id] = amount or 0.0
    return got


@given(ledgers(), lot_sets)
def test_forward_says_the_same_of_sums(ledger, start):
    whole = reach(ledger, start, "forward")
    given = summed(ledger, start, whole.events)
    reached = reach(given, start, "forward")
    assert reached.lots == whole.lots
    assert reached.events == whole.events
    assert reached.excluded == whole.excluded
    expected = flow.forward(ledger, whole, start, KG)
    found = flow.forward(given, reached, start, KG)
    assert found.ends == pytest.approx(expected.ends, abs=1e-9)
    assert found.lot_in == pytest.approx(expected.lot_in, abs=1e-9)
    outflows = [entry for entry in ledger if entry.quantity < 0 and entry.lot in whole.lots]
    got = amounts(found, outflows, reached)
    for entry in outflows:
        assert got[entry.id] == pytest.approx(expected.entry.get(entry.id, 0.0), abs=1e-7)


@given(ledgers(), lot_sets)
def test_backward_says_the_same_of_sums(ledger, start):
    whole = reach(ledger, start, "backward")
    given = summed(ledger, start, whole.events)
    reached = reach(given, start, "backward")
    assert reached.lots == whole.lots
    expected = flow.backward(ledger, whole, start)
    found = flow.backward(given, reached, start)
    assert found.lot_in == pytest.approx(expected.lot_in, abs=1e-9)
    assert found.entry == pytest.approx(expected.entry, abs=1e-9)


@given(ledgers(), lot_sets, st.sampled_from(["forward", "backward"]))
def test_gaps_and_balance_say_the_same_of_sums(ledger, start, direction):
    ledger = [entry._replace(party=entry.id % 2 or None) for entry in ledger]
    whole = reach(ledger, start, direction)
    given = summed(ledger, start, whole.events)
    reached = reach(given, start, direction)
    rows = balance(ledger, whole.lots, {})
    for lot, row in balance(given, whole.lots, {}).items():
        assert row == pytest.approx(rows[lot], abs=1e-9)
    expected = gaps.find(ledger, whole, rows)
    found = gaps.find(given, reached, rows)
    assert [(gap.kind, gap.lot, gap.event, gap.count) for gap in found] == [
        (gap.kind, gap.lot, gap.event, gap.count) for gap in expected
    ]


def test_a_gap_counts_the_entries_of_a_sum():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 5}, {200: 20})
    for hour in (2, 3, 4):
        ledger.ship(200, 1, hour, party=None)
    reached = reach(ledger, {100}, "forward")
    found = gaps.find(summed(ledger, {100}, reached.events), reached, {})
    assert [(gap.kind, gap.lot, gap.count) for gap in found] == [("no_party", 200, 3)]


def test_a_sum_says_how_much_is_in_one_unit_of_what_left():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 5}, {200: 20})
    shipped = [ledger.ship(200, 4, 2), ledger.ship(200, 12, 3)]
    reached = reach(ledger, {100}, "forward")
    given = summed(ledger, {100}, reached.events)
    assert [(entry.quantity, entry.count) for entry in given if entry.id < 0] == [(-16.0, 2)]
    found = flow.forward(given, reached, {100}, KG)
    assert found.density == {200: 0.25}
    assert amounts(found, shipped, reached) == {shipped[0].id: 1.0, shipped[1].id: 3.0}


@given(ledgers(), st.randoms())
def test_the_digest_is_of_the_facts_and_not_of_their_order(ledger, random):
    shuffled = list(ledger)
    random.shuffle(shuffled)
    assert digest(shuffled) == digest(ledger)


@pytest.mark.parametrize("name", ["id", "lot", "event", "count", "quantity", "date", "kind"])
def test_the_digest_changes_with_every_fact(name):
    entry = Entry(7, 1, 2, 3, "output", 4.0, 5.0, 1, 1.0, None, True, None, False)
    other = "scrap" if name == "kind" else getattr(entry, name) + 1
    assert digest([entry]) != digest([entry._replace(**{name: other})])


def test_the_digest_does_not_change_with_the_version():
    entry = Entry(7, 1, 2, None, "receipt", 4.5, 1.7e9, 1, 1.0, None, True, None, False)
    assert digest([entry, entry._replace(id=3, event=9, kind="output")]) == (
        "ec25180ac829711eb9242dcde7f9b647e4faee94363e3932437e7fac36a8ca87"
    )
