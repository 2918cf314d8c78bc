"""Reads GS1 Digital Link URIs (uncompressed, any domain) into elements.

``https://id.gs1.org/01/09506000134352/10/LOT-42A?17=261231``: the right-most primary key of
the path counts, its qualifiers follow it, data attributes stand in the query.
"""

import re

from .gs1_code import Issue, Read
from .gs1_table import IDENTIFIERS, LINK_KEYS, NOT_IN_QUERY

LINK_START = re.compile(r"https?://", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_SHORT_GTINS = (8, 12, 13)


def read_link(text, start, end):
    """``(reads, issues)`` of the web address between start and end of the text."""
    start = LINK_START.match(text, start, end).end()
    end = _find(text, "#", start, end)
    query = _find(text, "?", start, end)
    path = _find(text, "/", start, query)
    segments = _split(text, "/", path + 1, query)
    while segments and segments[-1][0] == segments[-1][1]:
        segments.pop()
    reads, issues = [], []
    path_ais = []
    for i in range(len(segments) - 2, -1, -2):
        if text[slice(*segments[i])] in LINK_KEYS:
            path_ais = _read_path(text, segments[i:], reads, issues)
            break
    else:
        issues.append(Issue("no_key", path, None, {}))
    _read_query(text, _split(text, "&", query + 1, end), path_ais, reads, issues)
    return reads, issues


def is_qualifiers(key, ais):
    """Whether identifiers may follow a primary key in the path, in this order."""
    for sequence in LINK_KEYS[key]:
        rest = iter(sequence)
        if all(ai in rest for ai in ais):
            return True
    return not ais


def _read_path(text, segments, reads, issues):
    """Read the key and what follows it; returns the identifiers that are there by right."""
    key = text[slice(*segments[0])]
    qualifiers = []
    for i, (name, value) in enumerate(zip(segments[::2], segments[1::2])):
        ai = text[slice(*name)]
        if ai not in IDENTIFIERS:
            issues.append(Issue("unknown_ai", name[0], None, {"found": ai}))
            continue
        if i:
            if is_qualifiers(key, [*qualifiers, ai]):
                qualifiers.append(ai)
            else:
                issues.append(Issue("path", name[0], ai, {}))
        _read_value(text, ai, name[0], value, reads, issues)
    return [key, *qualifiers]


def _belongs_in_path(ai, path_ais):
    key, *qualifiers = path_ais
    places = range(len(qualifiers) + 1)
    return any(is_qualifiers(key, [*qualifiers[:i], ai, *qualifiers[i:]]) for i in places)


def _read_query(text, parameters, path_ais, reads, issues):
    for first, last in parameters:
        equals = _find(text, "=", first, last)
        ai = text[first:equals]
        if not (ai.isascii() and ai.isdecimal()):
            continue  # linkType and others that are not for us
        if ai not in IDENTIFIERS:
            issues.append(Issue("unknown_ai", first, None, {"found": ai}))
            continue
        if ai in NOT_IN_QUERY or (path_ais and _belongs_in_path(ai, path_ais)):
            issues.append(Issue("query", first, ai, {}))
        value = min(equals + 1, last)
        if "+" in text[value:last]:
            # Some write a space so, but no value can hold one.
            issues.append(Issue("plus", text.index("+", value), ai, {}))
        _read_value(text, ai, first, (value, last), reads, issues)


def _read_value(text, ai, position, span, reads, issues):
    """Undo the percent-encoding of a value, remembering where each character stood."""
    at, last = span
    chars, places = [], []
    while at < last:
        places.append(at)
        if text[at] != "%":
            chars.append(text[at])
            at += 1
            continue
        escape = _ESCAPE.match(text, at, last)
        if not escape:
            issues.append(Issue("escape", at, ai, {"found": text[at : min(at + 3, last)]}))
            return
        chars.append(chr(int(escape.group(1), 16)))
        at = escape.end()
    if ai == "01" and len(chars) in _SHORT_GTINS:
        issues.append(Issue("short_gtin", span[0], ai, {"found": len(chars)}))
        places = [*[span[0]] * (14 - len(chars)), *places]
        chars = [*"0" * (14 - len(chars)), *chars]
    reads.append(Read(ai, "".join(chars), position, [*places, last]))


def _find(text, char, start, end):
    at = text.find(char, start, end)
    return end if at < 0 else at


def _split(text, char, start, end):
    """The spans between start and end that `char` separates."""
    spans = []
    while start <= end:
        stop = _find(text, char, start, end)
        spans.append((start, stop))
        start = stop + 1
    return spans
