"""A Trace and a paper in words, in the paper's language.

An authority's paper has its own language, whoever prints it and whichever languages are switched
on: terms are taken from the module's translation files, not from the database.
"""

from babel import Locale
from babel.numbers import format_decimal

from odoo.tools import LazyTranslate
from odoo.tools.translate import LazyGettext, get_translation

from .lot_trace_print import TracePrint
from .lot_trace_words import NOISE

_lt = LazyTranslate(__name__)
MODULE = "lot_genealogy"
LANGUAGES = [("en_US", "English"), ("nl_NL", "Nederlands"), ("de_DE", "Deutsch"), ("fr_FR", "Français")]

MISSING_CELL = _lt("missing")
BUSINESS_TYPES = {
    "primary": _lt("Primary producer"),
    "manufacturer": _lt("Manufacturer"),
    "packer": _lt("Packer"),
    "importer": _lt("Importer"),
    "distributor": _lt("Distributor or wholesaler"),
    "retailer": _lt("Retailer"),
    "catering": _lt("Restaurant or caterer"),
    "logistics": _lt("Storage or transport"),
    "other": _lt("Other"),
}
GAPS = {
    "history": _lt("Existed before the ledger began, which is still being loaded"),
    "consumed_without_lot": _lt("Used without saying of which lot"),
    "shipped_without_lot": _lt("Delivered without saying of which lot"),
    "made_without_lot": _lt("Made without a lot"),
    "untracked_input": _lt("Made from something without lots that was itself made from lots"),
    "no_input": _lt("Made from nothing that is recorded"),
    "no_output": _lt("Used for nothing that is recorded"),
    "no_origin": _lt("More left the lot than is recorded to have come in"),
    "not_received": _lt("Entered by an inventory count or a return: origin not known"),
    "negative": _lt("Stock below zero"),
    "unexplained": _lt("More came in than left and is in stock"),
    "other_company": _lt("The chain goes on in another company"),
    "corrected": _lt("Entries were corrected after the fact"),
    "no_supplier_lot": _lt("Received without the supplier's lot number"),
    "no_party": _lt("Received or shipped without partner"),
}
EVENTS = {
    "manufacture": _lt("Manufacture"),
    "unbuild": _lt("Unbuild"),
    "repair": _lt("Repair"),
    "repack": _lt("Repack"),
    "split": _lt("Split"),
    "merge": _lt("Merge"),
    "relabel": _lt("Relabel"),
    "external": _lt("External"),
}
FACT_NAMES = {
    "street": _lt("street"),
    "zip": _lt("ZIP"),
    "city": _lt("city"),
    "state": _lt("state"),
    "country": _lt("country"),
    "company_address": _lt("address of the company"),
    "phone": _lt("telephone"),
    "email": _lt("e-mail"),
    "gln": _lt("GLN"),
    "fda_registration": _lt("FDA registration"),
    "eu_approval": _lt("EU approval no."),
    "business_type": _lt("type of business"),
    "contact_24h": _lt("24 h contact"),
}


class Speaker:
    """Stands in for an environment where only terms are asked of it."""

    def __init__(self, lang):
        self.lang = lang

    def _(self, source, /, **values):
        if isinstance(source, LazyGettext):
            return source._translate(self.lang)
        return get_translation(MODULE, self.lang, source, values)


class PaperWords(TracePrint):
    """Words of one paper.

    :param env: for formats of numbers only
    :param str lang: one of LANGUAGES, or any language that is switched on
    """

    def __init__(self, env, trace, lang):
        super().__init__(env, trace)
        self.lang = lang
        # Odoo formats only in languages that are switched on.
        self._locale = Locale.parse(lang)
        self._format_number = self._format_decimal
        # What is inherited asks it for terms only.
        self.env = Speaker(lang)

    def _format_decimal(self, percent, value, grouping=False):
        digits = int(percent[2:-1])
        pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
        return format_decimal(value, pattern, locale=self._locale, group_separator=grouping)

    def say(self, term):
        """A term in the paper's language; plain text as it is."""
        return term._translate(self.lang) if isinstance(term, LazyGettext) else (term or "")

    def missing(self):
        return self.say(MISSING_CELL)

    def digits(self, value, _uom):
        """As many decimals as the quantity has, six at most."""
        return next((digits for digits in range(6) if abs(value - round(value, digits)) <= NOISE), 6)

    def time(self, value):
        return f"{self.local(value):%H:%M}" if value else ""

    def business_type(self, code):
        return self.say(BUSINESS_TYPES[code]) if code in BUSINESS_TYPES else None

    def gap(self, gap):
        """A gap in a few words, for papers in another language than the Trace was asked in."""
        return self.say(GAPS[gap["kind"]]) if gap["kind"] in GAPS else gap["message"]

    def event(self, event):
        return self.say(EVENTS[event["kind"]]) if event["kind"] in EVENTS else event["kind_name"]

    def added(self, contact):
        """What was not recorded with the movement, but is known today."""
        names = [self.say(FACT_NAMES[name]) for name in contact.get("added") or () if name in FACT_NAMES]
        return ", ".join(names) or None
