"""What the elements of a GS1 code mean: values under names that people know."""

from datetime import datetime, time
from decimal import Decimal

from .gs1_checks import COUNTRIES, read_date
from .gs1_table import MEASURES

_TEXTS = {
    "00": "sscc",
    "01": "gtin",
    "02": "content_gtin",
    "03": "made_to_order_gtin",
    "10": "lot",
    "20": "variant",
    "21": "serial",
    "22": "consumer_variant",
    "235": "serial_extension",
    "240": "additional_id",
    "241": "customer_part",
    "250": "secondary_serial",
    "251": "source_reference",
    "254": "location_extension",
    "400": "customer_order",
    "401": "consignment",
    "402": "shipment",
    "403": "route",
    "410": "ship_to_gln",
    "411": "bill_to_gln",
    "412": "purchased_from_gln",
    "413": "forward_to_gln",
    "414": "location_gln",
    "415": "pay_to_gln",
    "416": "production_gln",
    "417": "party_gln",
    "427": "origin_subdivision",
    "7002": "meat_cut",
    "7004": "active_potency",
    "7005": "catch_area",
    "7008": "species",
    "7009": "fishing_gear",
    "7010": "production_method",
    "7020": "refurbishment_lot",
    "8200": "product_url",
}
_DATES = {
    "11": "production_date",
    "12": "due_date",
    "13": "packaging_date",
    "15": "best_before_date",
    "16": "sell_by_date",
    "17": "expiration_date",
    "4326": "release_date",
    "7006": "first_freeze_date",
}
_TIMES = {"4324": "not_before", "4325": "not_after", "7003": "expiration_time", "8008": "production_time"}
_COUNTS = {"30": "count", "37": "content_count"}
_COUNTRY = {"422": "origin_country", "424": "processing_country", "426": "full_processing_country"}
_COUNTRY_LISTS = {"423": "initial_processing_countries", "425": "disassembly_countries"}
_TEMPERATURES = {
    "4330": "highest_fahrenheit",
    "4331": "highest_celsius",
    "4332": "lowest_fahrenheit",
    "4333": "lowest_celsius",
}


def get_facts(pairs, today):
    """What pairs of identifier and (valid) value mean.

    Only what the pairs say is there:

    - texts: ``gtin`` (14 digits; of a piece of an item, 8006, as well), ``content_gtin``,
      ``lot``, ``serial``, ``sscc``, GLNs and the others of ``_TEXTS``;
    - ``date``: ``production_date``, ``due_date``, ``packaging_date``, ``best_before_date``,
      ``sell_by_date``, ``expiration_date`` (use by), ``release_date``,
      ``first_freeze_date``, ``harvest_from`` and ``harvest_to``, ``test_by_date``;
      ``month_only``: a list of those of them whose day was not given (the last day of the
      month stands for it);
    - ``datetime`` in local time of where it was made, without zone: ``expiration_time``,
      ``production_time``, ``not_before``, ``not_after``, ``test_by_time``;
    - ``int``: ``count``, ``content_count``; ``piece`` and ``content_piece`` are
      ``(number, of how many)``;
    - ``Decimal``: ``highest_celsius`` and its like; ``measures`` is a list of
      ``{"ai", "what", "value": Decimal, "unit"}`` with units as kg, lb, m², oz_t, fl_oz;
    - two letters of a country: ``origin_country``, ``processing_country``,
      ``full_processing_country``; lists: ``initial_processing_countries``,
      ``disassembly_countries``; ``processors``: list of ``{"country", "number"}``, country
      None where none is named;
    - ``certifications``: list of ``{"scheme", "reference"}``; ``reimbursement_numbers`` and
      ``internal``: ``{ai: value}``.
    """
    facts = {}
    for ai, value in dict.fromkeys(pairs):
        if ai in _TEXTS:
            facts[_TEXTS[ai]] = value
        elif ai in _DATES:
            _put_date(facts, _DATES[ai], value, today)
        elif ai in _TIMES:
            _put_time(facts, _TIMES[ai], value, today)
        elif ai in _COUNTS:
            facts[_COUNTS[ai]] = int(value)
        elif ai[:3] in MEASURES:
            what, unit = MEASURES[ai[:3]]
            measure = {"ai": ai, "what": what, "value": Decimal(value).scaleb(-int(ai[3])), "unit": unit}
            facts.setdefault("measures", []).append(measure)
        elif ai in _COUNTRY:
            facts[_COUNTRY[ai]] = COUNTRIES[value]
        elif ai in _COUNTRY_LISTS:
            codes = [value[i : i + 3] for i in range(0, len(value), 3)]
            facts[_COUNTRY_LISTS[ai]] = [COUNTRIES[code] for code in codes]
        elif ai in _TEMPERATURES:
            facts[_TEMPERATURES[ai]] = Decimal(value[:6]).scaleb(-2) * (-1 if len(value) > 6 else 1)
        else:
            _put_other(facts, ai, value, today)
    return facts


def _put_other(facts, ai, value, today):
    """Those that are made of parts."""
    if ai == "7007":
        _put_date(facts, "harvest_from", value[:6], today)
        _put_date(facts, "harvest_to", value[6:] or value, today)
    elif ai == "7011":
        _put_date(facts, "test_by_date", value[:6], today)
        if value[6:]:
            _put_time(facts, "test_by_time", value, today)
    elif ai in ("8006", "8026"):
        contained = "content_" if ai == "8026" else ""
        facts[f"{contained}gtin"] = value[:14]
        facts[f"{contained}piece"] = (int(value[14:16]), int(value[16:]))
    elif ai.startswith("703"):
        processor = {"country": COUNTRIES.get(value[:3]), "number": value[3:]}
        facts.setdefault("processors", []).append(processor)
    elif ai.startswith("723"):
        certification = {"scheme": value[:2], "reference": value[2:]}
        facts.setdefault("certifications", []).append(certification)
    elif ai.startswith("71"):
        facts.setdefault("reimbursement_numbers", {})[ai] = value
    elif ai.startswith("9"):
        facts.setdefault("internal", {})[ai] = value


def _read_date(six_digits, today):
    """As :func:`.gs1_checks.read_date`; None for 29 February 2100, the one that the checks let by."""
    try:
        return read_date(six_digits, today)
    except ValueError:
        return None


def _put_date(facts, name, value, today):
    day = _read_date(value, today)
    if day is None:
        return
    facts[name] = day
    if value.endswith("00"):
        facts.setdefault("month_only", []).append(name)


def _put_time(facts, name, value, today):
    day = _read_date(value[:6], today)
    if day is None:
        return
    clock = [int(value[i : i + 2]) for i in range(6, len(value), 2)]
    facts[name] = datetime.combine(day, time(*clock))
