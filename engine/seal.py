"""Hash-chained blocks over append-only books, in a form that anyone can compute again.

A *book* is a table whose rows are never changed. A *block* seals a set of its rows:

* the hash of a row is the SHA-256 of the canonical text (see `fingerprint`) of the list of
  its values, in the order of the block's columns. Numbers are numbers, truth values are
  ``true`` and ``false``, nothing is ``null``; all else is its text: a date and time is
  ``2026-01-31 13:05:00`` (with a fraction of seconds only if there is one, without trailing
  zeros), server time (UTC);
* ``ids`` says which rows: ``1-20,23,25-30``, ascending. ``hashes`` are their hashes, 32 bytes
  each, in the same order, one after the other;
* the hash of the block is the SHA-256 of the canonical text of the list ``[number, sealed_at,
  book, columns, ids, SHA-256 of hashes, snapshot, complete_to, previous]``: hashes as 64
  hexadecimal digits, ``columns`` joined by commas, ``previous`` the hash of the block numbered
  one less, empty for number 1.

All books share one chain. Blocks name their rows one by one because rows become visible out
of the order of their ids: a lower id can be committed after a higher one was sealed, and a
later block then takes it up.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from .fingerprint import canonical

HASH_SIZE = 32

Ranges = list[tuple[int, int]]
"""First and last id of each, ascending, none touching another."""


class Block(NamedTuple):
    number: int
    """1, 2, 3 … without a hole."""
    sealed_at: str
    """The rows were all there at this time."""
    book: str
    columns: str
    ids: str
    hashes: bytes
    snapshot: str
    """PostgreSQL's snapshot that the rows were read in: which transactions were over then."""
    complete_to: int
    """Of all rows in that snapshot, those up to this id are in this block or earlier ones."""
    previous: str
    hash: str = ""


class Problem(NamedTuple):
    """Why the record does not hold."""

    kind: str
    """``chain`` (a block is missing or does not follow its predecessor), ``block`` (a block was
    changed), ``columns`` (the book lacks a column that was sealed), ``changed`` or ``missing``
    (a row) or ``foreign`` (a row that no block covers, where all were sealed)."""
    number: int | None
    """The block, None for ``foreign``."""
    book: str
    row: int | None
    """The row's id."""


def row_hash(values: Iterable[Any]) -> bytes:
    """The hash of a row: 32 bytes. `values`: plain, in the order of the columns."""
    return sha256(canonical(list(values)).encode("ascii")).digest()


def block_hash(block: Block) -> str:
    """The hash that `block` should carry: 64 hexadecimal digits."""
    content = [*block[:5], sha256(block.hashes).hexdigest(), *block[6:9]]
    return sha256(canonical(content).encode("ascii")).hexdigest()


def to_ranges(ids: Iterable[int]) -> Ranges:
    """The ranges of ascending `ids`: ``[1, 2, 5]`` are ``[(1, 2), (5, 5)]``."""
    ranges: list[list[int]] = []
    for one in ids:
        if ranges and ranges[-1][1] == one - 1:
            ranges[-1][1] = one
        else:
            ranges.append([one, one])
    return [(first, last) for first, last in ranges]


def format_ids(ids: Iterable[int]) -> str:
    """Ascending ids as text: ``[1, 2, 5]`` are ``"1-2,5"``. None is below 0."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in to_ranges(ids))


def parse_ids(text: str) -> Ranges:
    """The reverse of `format_ids`, as ranges."""
    parts = (part.split("-") for part in text.split(","))
    return [(int(part[0]), int(part[-1])) for part in parts]


def merge(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in any order, overlapping or not, as ranges."""
    merged: list[list[int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], high)
        else:
            merged.append([low, high])
    return [(low, high) for low, high in merged]


def holes(ranges: Ranges, low: int, high: int) -> Ranges:
    """What of ``low … high`` is in none of `ranges`."""
    found = []
    for first, last in ranges:
        if low < first:
            found.append((low, min(first - 1, high)))
        low = max(low, last + 1)
        if low > high:
            return found
    return [*found, (low, high)]


def check(
    blocks: Iterable[Block],
    fetch: Callable[[str, list[str], Ranges], Iterable[tuple] | None],
) -> Iterator[Problem]:
    """What does not hold of `blocks`, which are all there are, by number.

    :param fetch: gives the rows of a book in some ranges of ids: tuples of the values of the
        columns, of which the first is the id; ascending. None: the book lacks one of them
    """
    number, previous = 0, ""
    for block in blocks:
        number += 1
        if (block.number, block.previous) != (number, previous):
            yield Problem("chain", block.number, block.book, None)
        if block_hash(block) != block.hash:
            yield Problem("block", block.number, block.book, None)
        number, previous = block.number, block.hash
        yield from _check_rows(block, fetch)


def _check_rows(block, fetch):
    ranges = parse_ids(block.ids)
    rows = fetch(block.book, block.columns.split(","), ranges)
    if rows is None:
        yield Problem("columns", block.number, block.book, None)
        return
    sealed = (one for low, high in ranges for one in range(low, high + 1))
    rows = iter(rows)
    row = next(rows, None)
    for position, one in enumerate(sealed):
        if row is None or row[0] != one:
            yield Problem("missing", block.number, block.book, one)
            continue
        at = position * HASH_SIZE
        if row_hash(row) != block.hashes[at : at + HASH_SIZE]:
            yield Problem("changed", block.number, block.book, one)
        row = next(rows, None)
