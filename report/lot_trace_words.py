"""A Trace in words: the question, dates, quantities and names as people read them.

The two renderers, PDF and spreadsheet, share these, so that both say the same.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_format_date
from babel.dates import format_datetime as babel_format_datetime

from odoo.tools import LazyTranslate, float_round
from odoo.tools.misc import babel_locale_parse, get_lang
from odoo.tools.osutil import clean_filename

_lt = LazyTranslate(__name__)

# Longer names are cut by some file systems, extension and all.
LONGEST_NAME = 110
DIRECTIONS = {
    "backward": _lt("Made from (back to the suppliers)"),
    "forward": _lt("Went to (on to the customers)"),
    "both": _lt("Made from (back to the suppliers) and went to (on to the customers)"),
}
SIDES = {"backward": _lt("Made from"), "forward": _lt("Went to")}
KINDS = {
    # What the ledger calls its entries, in the words of the ledger's own screens.
    "receipt": _lt("Receipt"),
    "output": _lt("Made"),
    "consumption": _lt("Used"),
    "shipment": _lt("Shipment"),
    "customer_return": _lt("Customer return"),
    "supplier_return": _lt("Return to supplier"),
    "scrap": _lt("Scrap"),
    "adjustment": _lt("Inventory adjustment"),
    # What can still be stopped.
    "delivery": _lt("Delivery"),
    "production": _lt("Manufacturing order"),
    "transfer": _lt("Internal transfer"),
}
ORIGINS = {
    "received": _lt("Received"),
    "made": _lt("Made here"),
    "adjusted": _lt("Counted in"),
    "returned": _lt("Returned"),
}
SEVERITIES = {"chain": _lt("Chain"), "fact": _lt("Fact")}
REACHED = {
    "start": _lt("Start"),
    "origin": _lt("All of it"),
    "re-entry": _lt("Only what came back in"),
}
STATES = {
    "draft": _lt("Draft"),
    "waiting": _lt("Waiting"),
    "confirmed": _lt("Confirmed"),
    "partially_available": _lt("Partly reserved"),
    "assigned": _lt("Reserved"),
    "progress": _lt("In progress"),
    "to_close": _lt("To close"),
    "done": _lt("Done"),
}
ENDS = {
    "source": _lt("What the lots asked for held"),
    "shipped": _lt("Shipped to customers, less what came back"),
    "on_hand": _lt("Still in stock"),
    "scrapped": _lt("Scrapped"),
    "supplier_returned": _lt("Returned to suppliers"),
    "adjusted": _lt("Missing at inventory counts"),
    "untracked": _lt("In products without lot"),
    "lost": _lt("In events that made nothing"),
    "elsewhere": _lt("Used outside any event"),
}
# Said also when it is zero; of the other ends only what is not.
ALWAYS_SAID = ("source", "shipped", "on_hand", "scrapped")


# Sums of thirds and tenths: what is smaller is the machine's, not the plant's.
NOISE = 1e-7


def readable(code):
    """A code without a word of its own: better than nothing on a print."""
    return (code or "").replace("_", " ").replace("-", " ").capitalize()


class TraceWords:
    """Words and formats for one Trace, in the user's language and time zone.

    It gets an environment for the language only: it queries nothing.
    """

    def __init__(self, env, trace):
        self.env = env
        self.trace = trace
        self.question = trace["question"]
        self._locale = babel_locale_parse(get_lang(env).code)
        lang = env["res.lang"].browse(get_lang(env).id)
        self._format_number = lang.format
        self.timezone, self.zone = self._read_zone()

    def _read_zone(self):
        name = self.question.get("timezone") or "UTC"
        try:
            return name, ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return "UTC", ZoneInfo("UTC")

    # ---- codes --------------------------------------------------------------------

    def _word(self, words, code):
        return self.env._(words[code]) if code in words else readable(code)

    def side(self, code):
        """Made from / went to; both for what concerns both."""
        if code in SIDES or not code:
            return self._word(SIDES, code)
        return self.env._("Both")

    def kind(self, code):
        return self._word(KINDS, code)

    def origin(self, code):
        return self._word(ORIGINS, code)

    def severity(self, code):
        return self._word(SEVERITIES, code)

    def reached(self, code):
        return self._word(REACHED, code)

    def state(self, code):
        return self._word(STATES, code)

    def end(self, code):
        return self._word(ENDS, code)

    def yes_no(self, value):
        return self.env._("Yes") if value else self.env._("No")

    # ---- the question -------------------------------------------------------------

    def direction(self):
        return self._word(DIRECTIONS, self.question.get("direction") or "both")

    def item(self, item):
        """One item of the question as a phrase."""
        kind = item.get("type")
        values = {"name": item.get("name") or item.get("id")}
        phrase = {
            "lot": lambda: self.env._("Lot %(name)s", **values),
            "product": lambda: self.env._("All lots of the product %(name)s", **values),
            "picking": lambda: self.env._("All lots of the transfer %(name)s", **values),
            "production": lambda: self.env._("All lots of the manufacturing order %(name)s", **values),
            "purchase": lambda: self.env._("All lots of the purchase order %(name)s", **values),
            "sale": lambda: self.env._("All lots of the sales order %(name)s", **values),
            "supplier": lambda: self.env._("All lots received from %(name)s", **values),
        }.get(kind, lambda: f"{readable(kind)} {values['name']}")()
        detail = item.get("detail")
        if detail:
            phrase = f"{phrase} ({detail})"
        period = self.period(item)
        return f"{phrase}, {period}" if period else phrase

    def period(self, item):
        """The days of an item as a phrase, or an empty string."""
        first, last = self.date(item.get("date_from")), self.date(item.get("date_to"))
        if first and last:
            return self.env._("from %(first)s to %(last)s", first=first, last=last)
        if first:
            return self.env._("from %(first)s on", first=first)
        if last:
            return self.env._("until %(last)s", last=last)
        return ""

    def items(self, limit=12):
        """The phrases of the question's items; of a long list the first ones."""
        items = self.question.get("items") or []
        phrases = [self.item(item) for item in items[:limit]]
        if len(items) > limit:
            phrases.append(self.env._("and %(count)s more", count=self.integer(len(items) - limit)))
        return phrases

    def short_question(self):
        """The question in one short line, for page headers and file names."""
        items = self.question.get("items") or []
        names = [str(item.get("name") or item.get("id")) for item in items[:2]]
        if len(items) > 2:
            names.append(self.env._("and %(count)s more", count=len(items) - 2))
        return ", ".join(names)

    def file_name(self, title):
        """Like "Lot trace CHK-014 2026-11-21 0931", in the user's time."""
        name = clean_filename(f"{title} {self.short_question()}", replacement="-")
        asked_at = self.local(self.question["asked_at"])
        return f"{name[:LONGEST_NAME].strip()} {asked_at:%Y-%m-%d %H%M}"

    def options(self):
        """What the options of the question did to the answer, as sentences."""
        if (self.question.get("options") or {}).get("conservative"):
            return self.env._("Conservative: nothing is left out for its dates.")
        return self.env._(
            "What left a lot before the traced material came into it is left out, and "
            "listed under “Left out”."
        )

    def asked_at(self):
        return self.moment(self.question.get("asked_at"))

    def seal(self):
        """The last seal when this was asked, in words."""
        seal = self.trace.get("seal")
        if not seal:
            return self.env._("None yet")
        return self.env._(
            "No. %(number)s of %(date)s: %(hash)s",
            number=seal["number"],
            date=self.datetime(seal["date"]),
            hash=seal["hash"],
        )

    def completeness(self):
        """The verdict in a few words."""
        count = self.count("gaps")
        if self.trace.get("complete") and not count:
            return self.env._("Complete: no gaps")
        if count == 1:
            return self.env._("1 gap")
        return self.env._("%(count)s gaps", count=self.integer(count))

    def complete_since(self):
        since = self.trace.get("complete_since")
        if not since:
            return self.env._("The ledger holds all movements since the start.")
        return self.env._("The ledger holds all movements since %(since)s.", since=self.moment(since))

    # ---- counts -------------------------------------------------------------------

    def rows(self, path):
        """The rows of a list like ``forward.lots``, empty where it was not asked."""
        value = self.trace
        for key in path.split("."):
            value = (value or {}).get(key)
        return value or []

    def count(self, path):
        """How many rows a list has, before it was cut."""
        counts = self.trace.get("counts") or {}
        return max(counts.get(path) or 0, len(self.rows(path)))

    def conservative_lots(self, side):
        """How many lots a side has if nothing is left out, None if that is no other."""
        return (self.trace.get("counts") or {}).get(f"{side}.conservative_lots")

    def order_ends(self):
        """Where the traced material is: ``[(end, affected list)]``, the sum first."""
        ends = (self.trace.get("forward") or {}).get("ends") or {}
        known = [end for end in ENDS if end in ends]
        found = known + sorted(end for end in ends if end not in ENDS)
        return [
            (end, ends[end] or [])
            for end in found
            if end in ALWAYS_SAID or any(round(amount["quantity"], 9) for amount in ends[end] or [])
        ]

    # ---- values -------------------------------------------------------------------

    def local(self, value):
        """A date and time of the Trace in the user's time zone, without zone."""
        moment = datetime.fromisoformat(value + "+00:00")
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def datetime(self, value):
        """Day and time to the minute; the month by name where the language does so."""
        if not value:
            return ""
        local = self.local(value)
        day = babel_format_date(local, "medium", locale=self._locale)
        return f"{day} {local:%H:%M}"

    def day(self, value):
        """The day of a date and time, in the user's time zone."""
        if not value:
            return ""
        return babel_format_date(self.local(value), "medium", locale=self._locale)

    def date(self, value):
        """A day of the Trace (or the day of an expiration date)."""
        if not value:
            return ""
        if len(value) > 10:
            return self.day(value)
        day = datetime.fromisoformat(value)
        return babel_format_date(day, "medium", locale=self._locale)

    def moment(self, value):
        """Day, time to the second and the time zone by name."""
        if not value:
            return ""
        local = self.local(value)
        day = babel_format_date(local, "long", locale=self._locale)
        offset = babel_format_datetime(local.replace(tzinfo=self.zone), "'UTC'xxx", locale=self._locale)
        return f"{day} {local:%H:%M:%S} ({self.timezone}, {offset})"

    def integer(self, value):
        return self._format_number("%.0f", value or 0, grouping=True)

    def number(self, value, uom=None):
        """A quantity. What is not zero never prints as zero."""
        if value is None:
            return ""
        digits = self.digits(value, uom)
        # 4.125 prints as 4.13, as people round.
        rounded = float_round(value, precision_digits=digits)
        if not rounded and abs(value) > NOISE:
            smallest = self._format_number(f"%.{digits}f", 10**-digits)
            return f"< {smallest}" if value > 0 else f"> -{smallest}"
        return self._format_number(f"%.{digits}f", rounded or 0, grouping=True)

    def digits(self, value, _uom):
        """Decimals that a quantity is printed with."""
        return 0 if abs(value - round(value)) <= NOISE else 2

    def quantity(self, value, uom):
        if value is None:
            return ""
        return f"{self.number(value, uom)}\N{NO-BREAK SPACE}{uom or ''}".rstrip()

    def affected(self, amounts):
        """An `affected` list, one line per unit; unknown says so."""
        if not amounts:
            return self.env._("unknown")
        return "\n".join(self.quantity(amount["quantity"], amount["uom"]) for amount in amounts)

    def share(self, value):
        """A part of one in percent; neither 0 nor 100 unless it is exactly that."""
        if value is None:
            return ""
        percent = round(value * 100, 1)
        if not percent and value:
            text = "< " + self._format_number("%.1f", 0.1)
        elif percent == 100 and value < 1 - 1e-9:
            text = "> " + self._format_number("%.1f", 99.9)
        else:
            digits = 0 if percent == int(percent) else 1
            text = self._format_number(f"%.{digits}f", percent)
        return f"{text}\N{NO-BREAK SPACE}%"

    def products(self, quantities):
        """Products and quantities, one line each."""
        return "\n".join(
            f"{self.quantity(row['quantity'], row['uom'])} {row['product']}" for row in quantities or []
        )

    # ---- contacts -----------------------------------------------------------------

    def contact_name(self, row):
        """Whom it went to: the company, or the person if there is none."""
        contact = row.get("contact") or {}
        name = contact.get("company") or contact.get("name") or row.get("partner")
        return name or self.env._("Not recorded")

    def later_mark(self, row):
        """Marks facts that were not taken when the goods moved; the legend says so."""
        return " †" if (row.get("contact") or {}).get("taken_later") else ""

    def contact_person(self, row):
        """The person or place within the company, if it is named."""
        contact = row.get("contact") or {}
        name = contact.get("name") or ""
        return name if name != self.contact_name(row) else ""

    def address(self, row):
        """The address as recorded, in one line."""
        contact = row.get("contact") or {}
        town = " ".join(filter(None, [contact.get("zip"), contact.get("city")]))
        country = contact.get("country") or contact.get("country_code")
        lines = [contact.get("street"), town, contact.get("state"), country]
        return ", ".join(line for line in lines if line)
