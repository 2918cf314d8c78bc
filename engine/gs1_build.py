"""Makes GS1 codes for labels and links; the other way round from :mod:`.gs1`."""

from datetime import date
from decimal import Decimal
from urllib.parse import quote

from .gs1 import FNC1
from .gs1_checks import check_digit, full_year
from .gs1_code import Issue, Read, check_pairs, check_reads
from .gs1_table import IDENTIFIERS, LINK_KEYS, MEASURES, NOT_IN_QUERY, PREDEFINED


class Gs1Error(ValueError):
    """What was to be written is not a valid code; ``issues`` says all that is wrong.

    Their positions count the pairs: 0 is the first.
    """

    def __init__(self, issues):
        super().__init__(" ".join(issue.message for issue in issues))
        self.issues = issues


def build_elements(pairs, shortest=False, whole=True):
    """An element string with separators, without FNC1 or symbology identifier in front.

    :param pairs: ``[(ai, value), …]``
    :param shortest: put those first that need no separator, else the order is kept
    :param whole: refuse pairings that are not allowed or incomplete; False for a symbol
        that stands beside others which complete it
    :raise Gs1Error: an identifier, a value or a pairing is wrong
    """
    pairs = _check(pairs, whole)
    if shortest:
        pairs.sort(key=lambda pair: pair[0][:2] not in PREDEFINED)
    text = "".join(ai + value + ("" if ai[:2] in PREDEFINED else FNC1) for ai, value in pairs)
    return text.removesuffix(FNC1)


def build_bracketed(pairs, whole=True):
    """As it is printed for people: ``(01)09506000134352(10)LOT-42A``; parameters as above.

    An opening bracket within a value is written ``\\(``, so that it can be read back.
    """
    return "".join(f"({ai})" + value.replace("(", "\\(") for ai, value in _check(pairs, whole))


def build_link(pairs, stem="https://id.gs1.org", whole=True):
    """A GS1 Digital Link URI; the first primary key among the pairs is its key.

    :param stem: address in front of the key, with or without a path
    :raise Gs1Error: as above; no primary key; a pair that a link cannot carry
    """
    pairs = _check(pairs, whole)
    values = dict(pairs)
    key = next((ai for ai in values if ai in LINK_KEYS), None)
    if key is None:
        raise Gs1Error([Issue("no_key", 0, None, {})])
    # What cannot go into the query comes first, then as many as the path takes.
    qualifiers = [[ai for ai in sequence if ai in values] for sequence in LINK_KEYS[key]]
    path = [
        key,
        *max(qualifiers, key=lambda ais: (sum(ai in NOT_IN_QUERY for ai in ais), len(ais)), default=[]),
    ]
    query = [ai for ai in values if ai not in path]
    issues = [Issue("query", pairs.index((ai, values[ai])), ai, {}) for ai in query if ai in NOT_IN_QUERY]
    if issues:
        raise Gs1Error(issues)
    text = stem.rstrip("/") + "".join(f"/{ai}/{quote(values[ai], safe='')}" for ai in path)
    return text + "".join(
        f"{'&' if i else '?'}{ai}={quote(values[ai], safe='')}" for i, ai in enumerate(query)
    )


def add_check_digit(digits):
    """A GTIN, GLN, SSCC … of its digits without the last.

    >>> add_check_digit("0950600013435")
    '09506000134352'
    """
    return digits + check_digit(digits)


def write_date(day, month_only=False, today=None):
    """A date as YYMMDD, with day 00 if only the month is meant.

    :raise ValueError: two digits do not tell the year: it is more than 49 years ago or more
        than 50 ahead
    """
    two_digits = f"{day.year % 100:02}"
    if full_year(two_digits, today or date.today()) != day.year:
        raise ValueError(f"The year {day.year} cannot be told from its last two digits.")
    return f"{two_digits}{day.month:02}{0 if month_only else day.day:02}"


def write_measure(prefix, value):
    """The pair of a measure, with as many decimals as the value needs and six digits hold.

    >>> write_measure("310", Decimal("12.50"))
    ('3101', '000125')

    :param prefix: first three digits of the identifier, such as 310 for net weight in kg
    :param value: Decimal, int or str (a float would bring its own digits)
    :raise ValueError: no such measure; negative; more digits than fit
    """
    if prefix not in MEASURES:
        raise ValueError(f"{prefix} is no measure.")
    value = Decimal(value)
    if not value.is_finite() or value < 0:
        raise ValueError(f"{value} cannot be written as a measure.")
    for decimals in range(6):
        digits = value.scaleb(decimals)
        if digits >= 1000000:
            break
        if digits == digits.to_integral_value():
            return f"{prefix}{decimals}", f"{int(digits):06}"
    raise ValueError(f"{value} has more digits than a measure holds.")


def _check(pairs, whole):
    """The pairs without repetitions, as a list; raises when they are no valid code."""
    pairs = list(dict.fromkeys((ai, value) for ai, value in pairs))
    issues = [
        Issue("unknown_ai", i, None, {"found": ai})
        for i, (ai, _value) in enumerate(pairs)
        if ai not in IDENTIFIERS
    ]
    reads = [
        Read(ai, value, i, [i] * (len(value) + 1)) for i, (ai, value) in enumerate(pairs) if ai in IDENTIFIERS
    ]
    elements, wrong = check_reads(reads)
    issues += wrong
    beside = check_pairs(elements)
    issues += beside if whole else [issue for issue in beside if issue.kind == "conflict"]
    if not pairs:
        issues.append(Issue("not_gs1", 0, None, {}))
    if issues:
        raise Gs1Error(sorted(issues, key=lambda issue: issue.position))
    return pairs
