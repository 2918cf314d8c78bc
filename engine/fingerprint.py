"""A hash of facts that anyone can compute again.

The canonical form is JSON text, all ASCII, without spaces or line ends:

* ``None`` is ``null``, booleans are ``true`` and ``false``;
* integers are decimal; floats are the shortest decimal that reads back as the same
  IEEE 754 double, written as Python's ``repr`` does: always with a point or an exponent
  (``1.0``, ``0.1``, ``1e-07``, ``1e+16``). ``1`` and ``1.0`` are different facts;
  minus zero is ``0.0``; infinities and NaN are refused;
* strings are in double quotes; ``"`` and ``\\`` are escaped by a backslash, line feed,
  carriage return, tab, backspace and form feed are ``\\n \\r \\t \\b \\f``, all else
  outside ``U+0020`` to ``U+007E`` is ``\\uXXXX`` in lower case hexadecimals (two of
  them, a surrogate pair, above ``U+FFFF``). No Unicode normalisation;
* lists and tuples are ``[a,b]``, in their order: whoever asks sorts them;
* dicts are ``{"k":v}``, sorted by key, by code point. Keys are strings.

The fingerprint is the SHA-256 of that text in lower case hexadecimals. In Python::

    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    hashlib.sha256(text.encode("ascii")).hexdigest()

and of the text in a file, ``sha256sum file``.

Entries, of which there can be a million, are put into it as their digest: the SHA-256 of
the columns id, lot, event (none: 0) and kind (its position in ``entry.KINDS``) as 32-bit
integers, quantity as IEEE 754 doubles and date as 64-bit integers (microseconds since
2000-01-01), one after the other, all little-endian; first those of what came in, then of
what left, each sorted by lot, date and id.
"""

import json
import re
import sys
from array import array
from hashlib import sha256
from typing import Any

from .book import Book

_ZERO = re.compile(r"-0\.0(?!\d)")
# The strings are matched too, so that a "-0.0" within one is passed over.
_ZERO_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|-0\.0(?!\d)')


def canonical(parts: Any) -> str:
    """The canonical text of plain values, as this module's docstring defines it.

    :raise TypeError: on anything else than the values above
    :raise ValueError: on an infinity or NaN
    """
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if _ZERO.search(text):
        text = _ZERO_OR_STRING.sub(_without_sign, text)
    return text


def fingerprint(parts: Any) -> str:
    """SHA-256 of the canonical text of plain values: 64 hexadecimal digits."""
    return sha256(canonical(parts).encode("ascii")).hexdigest()


def digest(book: Book) -> str:
    """The digest of the entries of lots, as this module's docstring defines it: 64 digits."""
    found = sha256()
    for columns in (book.inflows, book.outflows):
        for name in ("id", "lot", "event", "kind", "quantity", "date"):
            column = getattr(columns, name)
            if sys.byteorder == "big":
                column = array(column.typecode, column)
                column.byteswap()
            found.update(column)
    return found.hexdigest()


def _without_sign(match):
    return "0.0" if match[0] == "-0.0" else match[0]
