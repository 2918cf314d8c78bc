"""What a label says of the goods that it stands on, in the words of a lot.

>>> from .gs1 import parse
>>> label = read_label(parse("(01)09506000134352(17)261231(10)LOT-42A(3102)001250").facts)
>>> label.gtin, label.number, label.days["expiration_date"], label.amounts
('09506000134352', 'LOT-42A', datetime.date(2026, 12, 31), {'kg': Decimal('12.50')})
"""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

# Day of a lot: what of a code says it; the first that is there counts.
_DAYS = {
    "production_date": ("production_date", "production_time"),
    "packing_date": ("packaging_date",),
    "harvest_date": ("harvest_from",),
    "use_date": ("best_before_date",),
    "expiration_date": ("expiration_date", "expiration_time"),
}
# Not gross weight, nor lengths and areas: of those a label has several.
_AMOUNTS = ("net weight", "net volume")
# A date as it stands in an element string, behind a lot number that nothing separates from it.
_SWALLOWED = re.compile(r".+?((1[1357])\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))", re.ASCII)
# What goods and pallets are known by, with the length of the value.
_KEYS = {"00": 18, "01": 14, "02": 14, "8006": 18, "8026": 18}


class Label(NamedTuple):
    """What one scan says of one lot; None or empty: it says nothing of it."""

    gtin: str | None = None
    """14 digits."""
    number: str | None = None
    """Of the lot."""
    serial: str | None = None
    sscc: str | None = None
    days: dict[str, date] = {}
    """``production_date``, ``packing_date``, ``harvest_date``, ``use_date`` (best before),
    ``expiration_date``: the day at the place where the label was made."""
    country: str | None = None
    """Of origin, two letters."""
    area: str | None = None
    """Of the catch."""
    count: int | None = None
    """How many of what the GTIN names."""
    amounts: dict[str, Decimal] = {}
    """Unit of GS1: net weight or volume."""


def read_label(facts):
    """The :class:`Label` of the facts of a GS1 code (:func:`.gs1_facts.get_facts`)."""
    days = {}
    for name, sources in _DAYS.items():
        found = next((facts[source] for source in sources if source in facts), None)
        if found:
            days[name] = date(found.year, found.month, found.day)
    return Label(
        gtin=facts.get("gtin") or facts.get("content_gtin"),
        number=facts.get("lot"),
        serial=facts.get("serial"),
        sscc=facts.get("sscc"),
        days=days,
        country=facts.get("origin_country"),
        area=facts.get("catch_area"),
        count=facts.get("content_count", facts.get("count")),
        amounts={one["unit"]: one["value"] for one in facts.get("measures", ()) if one["what"] in _AMOUNTS},
    )


def is_gs1(code):
    """Whether a code that was read (:class:`.gs1_code.Code`) is meant to be one of GS1.

    A supplier's plain number such as ``10-2234`` reads as lot ``-2234``. A code of GS1 that
    says a lot also says of which goods, or the scanner says what symbol it was.
    """
    if code.symbology or code.form in ("bracketed", "link", "gtin"):
        return code.form is not None
    return any(len(one.value) == _KEYS.get(one.ai) for one in code.elements)


def find_swallowed(code):
    """What of the lot number may be a date, as a printer that leaves FNC1 out would write it; None: nothing.

    >>> from .gs1 import parse
    >>> find_swallowed(parse("01095060001343521" "0LOT-42A17261231"))
    '17261231'
    """
    found = _SWALLOWED.fullmatch(code.facts.get("lot") or "")
    # A date that the code has elsewhere is none here.
    return found.group(1) if found and found.group(2) not in dict(code.pairs) else None
