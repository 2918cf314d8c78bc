"""Entries in columns say the same as one by one, and plain lots the same as any."""

import struct
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import KG, PIECES, Ledger, backward, forward, ledgers, lot_sets, reach

from engine.book import INFLOW, OUTFLOW, Book, unpack
from engine.entry import Entry
from engine.fingerprint import digest

directions = st.sampled_from(["forward", "backward"])


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def without_noise(amounts):
    return {key: amount for key, amount in amounts.items() if amount > 1e-9}


@given(ledgers(one_unit=False), lot_sets, st.sampled_from([KG, PIECES]), st.booleans())
def test_forward_says_of_plain_lots_what_their_timeline_says(ledger, start, unit, conservative):
    found = reach(ledger, start, "forward", conservative=conservative)
    plain = forward(ledger, found, start, unit)
    exact = forward(ledger, found, start, unit, exact=True)
    assert plain.ends == near(exact.ends)
    assert plain.sources == near(exact.sources)
    for name in ("entry", "lot_in", "remaining"):
        assert without_noise(getattr(plain, name)) == near(without_noise(getattr(exact, name)))


@given(ledgers(one_unit=False), lot_sets, st.booleans())
def test_backward_says_of_plain_lots_what_their_timeline_says(ledger, start, conservative):
    found = reach(ledger, start, "backward", conservative=conservative)
    plain = backward(ledger, found, start)
    exact = backward(ledger, found, start, exact=True)
    for name in ("entry", "lot_in"):
        assert without_noise(getattr(plain, name)) == near(without_noise(getattr(exact, name)))


def test_a_loop_of_plain_lots_goes_along_their_timelines():
    ledger = Ledger()
    ledger.receive(100, 10, 20)
    ledger.make(9, {200: 5}, {300: 5})
    ledger.make(8, {300: 5, 100: 10}, {200: 15})  # each the only origin of the other
    shipment = ledger.ship(200, 10, 30)
    found = reach(ledger, [100], "forward")
    plain = forward(ledger, found, [100], KG)
    assert plain.entry == near(forward(ledger, found, [100], KG, exact=True).entry)
    assert plain.entry[shipment.id] > 0
    assert plain.source == near(sum(plain.ends.values()))


def test_amounts_of_a_plain_lot_are_its_density():
    ledger = Ledger()
    ledger.receive(100, 10, 0)
    ledger.make(1, {100: 5}, {200: 20})
    shipped = [ledger.ship(200, 4, 2), ledger.ship(200, 12, 3)]
    flow = forward(ledger, reach(ledger, [100], "forward"), [100], KG)
    assert flow.density == {200: 0.25}
    assert [flow.entry[entry.id] for entry in shipped] == [1.0, 3.0]


# ---- columns ----------------------------------------------------------------------------


@given(ledgers())
def test_rows_are_the_entries(ledger):
    book = Book.of(ledger)
    rows = [book.inflow(row) for row in range(len(book.inflows))]
    assert sorted(rows) == [entry for entry in ledger if entry.lot and entry.quantity > 0]
    told = ("id", "lot", "event", "kind", "quantity", "date", "party")
    rows = [book.outflow(row) for row in range(len(book.outflows))]
    assert sorted([getattr(entry, name) for name in told] for entry in rows) == [
        [getattr(entry, name) for name in told] for entry in ledger if entry.lot and entry.quantity < 0
    ]
    for lot in range(100, 800, 100):
        own = [entry for entry in ledger if entry.lot == lot]
        assert {book.inflows.id[row] for row in book.inflows.rows(lot)} == {
            entry.id for entry in own if entry.quantity > 0
        }
        assert book.went_out.get(lot, 0.0) == near(sum(e.quantity for e in own if e.quantity < 0))


def copied(codes, rows):
    """What PostgreSQL's COPY … (FORMAT binary) gives: its manual, "File Formats"."""
    forms = {"i": "i", "d": "d", "q": "q"}
    data = b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for row in rows:
        data += struct.pack(">h", len(codes))
        for code, value in zip(codes.values(), row, strict=True):
            field = struct.pack(f">{forms[code]}", value)
            data += struct.pack(">i", len(field)) + field
    return data + struct.pack(">h", -1)


numbers = {"i": st.integers(-(2**31), 2**31 - 1), "d": st.floats(allow_nan=False)}
numbers["q"] = st.integers(-(2**63), 2**63 - 1)


@given(st.data(), st.sampled_from([INFLOW, OUTFLOW]), st.integers(0, 4))
def test_what_the_database_copies_out_is_read_as_it_is(data, codes, count):
    rows = [[data.draw(numbers[code]) for code in codes.values()] for _row in range(count)]
    columns = unpack(copied(codes, rows), codes)
    assert len(columns) == count
    for name, values in zip(codes, zip(*rows, strict=True), strict=False):
        assert list(getattr(columns, name)) == list(values)


def test_a_field_that_is_null_is_refused():
    data = copied({"lot": "i", "quantity": "d"}, [(1, 2.0)])
    with pytest.raises(ValueError, match="NULL"):
        unpack(data[:23] + b"\xff\xff\xff\xff" + data[31:], {"lot": "i", "quantity": "d", "id": "i"})


# ---- their digest -----------------------------------------------------------------------


@given(ledgers(), st.randoms())
def test_the_digest_is_of_the_facts_and_not_of_their_order(ledger, random):
    shuffled = list(ledger)
    random.shuffle(shuffled)
    assert digest(Book.of(shuffled)) == digest(Book.of(ledger))


@pytest.mark.parametrize("name", ["id", "lot", "event", "quantity", "date", "kind"])
def test_the_digest_changes_with_every_fact(name):
    entry = Entry(7, 1, 2, 3, "output", 4.0, 5.0, 1, 1.0, None, True, None, False)
    other = "receipt" if name == "kind" else getattr(entry, name) + 1
    assert digest(Book.of([entry])) != digest(Book.of([entry._replace(**{name: other})]))


def test_the_digest_does_not_change_with_the_version():
    microseconds = (datetime(2026, 1, 1) - datetime(2000, 1, 1)).total_seconds() * 10**6
    came = [(1, 7, 0, 0, 4.5, int(microseconds), 0, 0, 2, 1, float("nan"), 0)]
    went = [(1, 8, 3, 4, -4.5, int(microseconds), 0, 0)]
    book = Book(unpack(copied(INFLOW, came), INFLOW), unpack(copied(OUTFLOW, went), OUTFLOW))
    assert digest(book) == ("f452313b207ffdcfb2c1a2fab8b0b395481e954de1b2b9172a23e3ace85965d5")
