import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import seal

COLUMNS = ["id", "quantity", "document", "reversal"]
IDS = st.sets(st.integers(0, 60)).map(sorted)


def _chain(*groups):
    """Blocks over groups of rows, each chained to the one before."""
    blocks, previous = [], ""
    for number, rows in enumerate(groups, 1):
        block = seal.Block(
            number,
            "2026-01-31 13:05:00",
            "lot.ledger",
            ",".join(COLUMNS),
            seal.format_ids([row[0] for row in rows]),
            b"".join(map(seal.row_hash, rows)),
            "10:10:",
            rows[-1][0],
            previous,
        )
        previous = seal.block_hash(block)
        blocks.append(block._replace(hash=previous))
    return blocks


def _fetch(rows):
    def fetch(_book, columns, ranges):
        assert columns == COLUMNS
        return [row for row in sorted(rows) if any(low <= row[0] <= high for low, high in ranges)]

    return fetch


@pytest.fixture
def rows():
    # 3 is committed late: a later block takes it up.
    return [(1, 2.5, "WH/IN/1", False), (2, -1.0, None, False), (4, 0.1, "é", True), (3, 7.0, "x", False)]


@pytest.fixture
def blocks(rows):
    return _chain(rows[:3], rows[3:])


def _check(blocks, rows):
    return [(one.kind, one.number, one.row) for one in seal.check(blocks, _fetch(rows))]


def test_what_was_sealed_holds(blocks, rows):
    assert blocks[0].ids == "1-2,4"
    assert _check(blocks, rows) == []


@pytest.mark.parametrize(
    ("position", "row", "problem"),
    [
        (0, (1, 2.50000001, "WH/IN/1", False), ("changed", 1, 1)),
        (2, (4, 0.1, "e", True), ("changed", 1, 4)),
        (3, (3, 7.0, "x", True), ("changed", 2, 3)),
        (1, None, ("missing", 1, 2)),
        (2, None, ("missing", 1, 4)),
    ],
)
def test_the_row_that_was_changed_or_deleted_is_named(blocks, rows, position, row, problem):
    rows[position : position + 1] = [row] if row else []
    assert _check(blocks, rows) == [problem]


def test_a_seal_that_was_changed_removed_or_made_again_is_named(blocks, rows):
    forged = blocks[0]._replace(hashes=bytes(len(blocks[0].hashes)))
    assert _check([forged, blocks[1]], rows)[0] == ("block", 1, None)
    assert _check(blocks[1:], rows) == [("chain", 2, None)]
    forged = forged._replace(hash=seal.block_hash(forged))
    assert ("chain", 2, None) in _check([forged, blocks[1]], rows)
    for field in seal.Block._fields[:-1]:
        value = getattr(blocks[0], field)
        other = value + (b"x" if isinstance(value, bytes) else "x" if isinstance(value, str) else 1)
        assert seal.block_hash(blocks[0]._replace(**{field: other})) != blocks[0].hash, field


def test_columns_that_are_gone_are_told(blocks):
    assert [one.kind for one in seal.check(blocks, lambda *args: None)] == ["columns", "columns"]


def test_hashes_are_those_of_the_documented_form(blocks, rows):
    """Computed here from docs/record.md alone, without the engine."""
    text = '[1,2.5,"WH/IN/1",false]'
    assert seal.row_hash(rows[0]) == hashlib.sha256(text.encode()).digest()
    assert seal.row_hash(rows[1]) == hashlib.sha256(b"[2,-1.0,null,false]").digest()
    assert seal.row_hash(rows[2]) == hashlib.sha256(b'[4,0.1,"\\u00e9",true]').digest()
    hashes = hashlib.sha256(b"".join(seal.row_hash(row) for row in rows[:3])).hexdigest()
    content = [1, "2026-01-31 13:05:00", "lot.ledger", "id,quantity,document,reversal", "1-2,4"]
    content += [hashes, "10:10:", 4, ""]
    text = json.dumps(content, separators=(",", ":"))
    assert blocks[0].hash == hashlib.sha256(text.encode()).hexdigest()


@given(IDS)
def test_ids_survive_their_text(ids):
    if ids:
        parsed = seal.parse_ids(seal.format_ids(ids))
        assert [one for low, high in parsed for one in range(low, high + 1)] == ids


@given(IDS, st.integers(0, 60), st.integers(0, 60))
def test_holes_and_ranges_make_the_whole(ids, low, high):
    ranges = seal.merge((one, one) for one in reversed(ids))
    assert ranges == seal.to_ranges(ids)
    found = [one for first, last in seal.holes(ranges, low, high) for one in range(first, last + 1)]
    assert found == [one for one in range(low, high + 1) if one not in ids]
