"""Reads GS1 codes: element strings, bracketed text, Digital Link URIs, EAN, UPC and ITF-14.

    >>> code = parse("]d20109506000134352" "17261200" "10LOT-42A")
    >>> code.pairs
    [('01', '09506000134352'), ('17', '261200'), ('10', 'LOT-42A')]
    >>> code.facts["lot"], code.facts["expiration_date"]
    ('LOT-42A', datetime.date(2026, 12, 31))

Nothing that is scanned or typed makes it raise: what is wrong stands in ``Code.issues``,
each with its place, and what could be read in ``Code.elements`` and ``Code.facts``.
Codes for labels are made by :mod:`.gs1_build`.
"""

import re
from datetime import date

from .gs1_checks import check_digit
from .gs1_code import Code, Issue, Read, check_reads, make_code
from .gs1_link import LINK_START, read_link
from .gs1_table import IDENTIFIERS, PREDEFINED

FNC1 = "\x1d"
"""The separator, as scanners send it (ASCII group separator)."""
LONGEST = 7200
"""More characters than any symbol of GS1 holds."""

_GS1_SYMBOLS = frozenset(("]C1", "]d2", "]Q3", "]e0", "]e1", "]e2", "]J1"))
_GTIN_SYMBOLS = frozenset(("]E0", "]E4", "]I0", "]I1"))
_GTIN_LENGTHS = (8, 12, 13, 14)
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_BRACKET = re.compile(r"(?<!\\)\(([0-9]{2,4})\)")
_BLANK = " \t\r\n"


def parse(text, today=None, separator=FNC1):
    """Read one scanned or typed code.

    :param text: str or bytes; a symbology identifier (``]C1``, ``]d2``, ``]Q3``, ``]e0``,
        ``]J1``, ``]E0``, …) may stand in front. Bytes are read one to one as characters.
    :param today: the day from which the century of two-digit years is told (General
        Specifications 7.12); default: today's date
    :param separator: regular expression of what separates elements, for scanners that
        send something else than FNC1, such as ``\\x1d|#``
    :rtype: Code
    :raise re.error: the separator is no regular expression
    """
    if isinstance(text, bytes | bytearray):
        text = bytes(text).decode("latin-1")
    today = today or date.today()
    symbology = None
    start, end = 0, len(text)
    if end > LONGEST:
        values = {"found": end, "longest": LONGEST}
        return Code(text, None, None, (), (Issue("too_long", LONGEST, None, values),), {})
    while end and text[end - 1] in _BLANK:
        end -= 1
    while start < end and text[start] in _BLANK:
        start += 1
    found = _SYMBOLOGY.match(text, start, end)
    if found:
        symbology = found.group()
        start = found.end()
    form, reads, issues = _read(text, start, end, symbology, separator)
    elements, wrong = check_reads(reads)
    issues = [*issues, *wrong]
    if form == "elements" and symbology and symbology not in _GS1_SYMBOLS:
        issues.append(Issue("symbology", 0, None, {"symbology": symbology}))
    return make_code(text, form, symbology, elements, issues, today)


def combine(codes, today=None):
    """One code of several that stand on the same object, such as the bars on a pallet label.

    Pairings (a lot number needs a GTIN) hold over all of them together. Positions count in
    ``text``, where the texts of the codes stand in lines.
    """
    codes = list(codes)
    elements, issues = [], []
    shift = 0
    for code in codes:
        elements += [one._replace(position=one.position + shift) for one in code.elements]
        issues += [
            one._replace(position=one.position + shift)
            for one in code.issues
            if one.kind not in ("missing", "excluded", "conflict")
        ]
        shift += len(code.text) + 1
    text = "\n".join(code.text for code in codes)
    return make_code(text, "combined", None, elements, issues, today or date.today())


def get_gtin_forms(gtin):
    """The ways in which a GTIN may be written as a barcode of a product, longest first.

    >>> get_gtin_forms("04006381333931")
    ['04006381333931', '4006381333931']
    """
    gtin = gtin.rjust(14, "0")
    return [gtin[14 - size :] for size in (14, 13, 12, 8) if not gtin[: 14 - size].strip("0")]


def _read(text, start, end, symbology, separator):
    """``(form, reads, issues)`` of what stands between start and end."""
    body = text[start:end]
    if LINK_START.match(body):
        reads, issues = read_link(text, start, end)
        return "link", reads, issues
    if _BRACKET.match(body):
        reads, issues = _read_bracketed(text, start, end)
        return "bracketed", reads, issues
    if symbology in _GTIN_SYMBOLS:
        return _read_gtin(text, start, end)
    reads, issues = _read_elements(text, start, end, separator)
    if symbology is None and len(body) in _GTIN_LENGTHS and body.isascii() and body.isdecimal():
        # A number with a right check digit is one, even where it could begin like an element;
        # with a wrong one too, but for a faultless element string that only adds to a GTIN.
        adding = all(IDENTIFIERS[read.ai].needs for read in reads)
        if body[-1] == check_digit(body[:-1]) or issues or check_reads(reads)[1] or not adding:
            return _read_gtin(text, start, end)
    if not reads and symbology not in _GS1_SYMBOLS:
        return None, (), [Issue("not_gs1", start, None, {})]
    return "elements", reads, issues


def _read_gtin(text, start, end):
    """EAN-8, EAN-13, UPC-A and ITF-14: a GTIN, filled up to 14 digits with zeros."""
    size = end - start
    if size not in _GTIN_LENGTHS:
        return None, (), [Issue("not_gs1", start, None, {})]
    places = [*[start] * (14 - size), *range(start, end + 1)]
    return "gtin", [Read("01", text[start:end].rjust(14, "0"), start, places)], []


def _read_elements(text, start, end, separator):
    """An element string: identifiers and values one after the other."""
    reads, issues = [], []
    breaks = [found.span() for found in re.compile(separator).finditer(text, start, end) if found.group()]
    # One separator more than needed, after any element or in front, is allowed.
    for at, stop in zip([start, *(after for _before, after in breaks)], [*(b for b, _a in breaks), end]):
        while at < stop:
            ai = _find_ai(text, at)
            if ai is None:
                issues.append(Issue("unknown_ai", at, None, {"found": text[at : min(at + 4, stop)]}))
                # The length of some is known although they are not assigned.
                at += PREDEFINED.get(text[at : at + 2], stop)
                continue
            identifier = IDENTIFIERS[ai]
            first = at + len(ai)
            last = max(first, stop)
            if last - first > identifier.longest == identifier.shortest:
                last = first + identifier.longest
                if ai[:2] not in PREDEFINED:
                    issues.append(Issue("separator", last, ai, {}))
            reads.append(Read(ai, text[first:last], at, range(first, last + 1)))
            at = last
    return reads, issues


def _find_ai(text, at):
    """The identifier that begins at a place; none begins like another."""
    return next((text[at : at + n] for n in (2, 3, 4) if text[at : at + n] in IDENTIFIERS), None)


def _read_bracketed(text, start, end):
    """As printed below a symbol: ``(01)09506000134352(10)A\\(1)``, with ``\\(`` for a bracket."""
    reads, issues = [], []
    found = list(_BRACKET.finditer(text, start, end))
    for one, following in zip(found, [*found[1:], None]):
        ai = one.group(1)
        if ai not in IDENTIFIERS:
            issues.append(Issue("unknown_ai", one.start(), None, {"found": one.group()}))
            continue
        last = following.start() if following else end
        places = [
            place
            for place in range(one.end(), last)
            if not (text[place] == "\\" and text[place + 1 : place + 2] == "(")
        ]
        while places and text[places[-1]] in _BLANK:
            last = places.pop()
        while places and text[places[0]] in _BLANK:
            places.pop(0)
        value = "".join(text[place] for place in places)
        reads.append(Read(ai, value, one.start(), [*places, last]))
    return reads, issues
