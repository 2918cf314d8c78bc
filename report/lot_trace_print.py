"""Words of a trace as the printed report needs them, above those of all renderers."""

from .lot_trace_words import NOISE, TraceWords

# Gaps that stand in the box on the first page; longer lists get a section of their own.
BOX_GAPS = 12
# Events that are printed: each takes several lines, and the lots before them say more.
EVENTS = 150
# Inputs or outputs of one event that are printed: rows must not outgrow a page.
EVENT_LINES = 8
# Products that are printed of one customer or supplier.
ROW_PRODUCTS = 5
OTHERS = [
    f"{side}.{name}" for side in ("backward", "forward") for name in ("returns", "scraps", "adjustments")
]
# Lines of text up to which a section stays together on one page.
SHORT_LINES = 20


class TracePrint(TraceWords):
    """What the templates call: each returns text or rows ready to print."""

    def __init__(self, env, trace):
        super().__init__(env, trace)
        self._broken_units = None

    def rows(self, path):
        rows = super().rows(path)
        return rows[:EVENTS] if path.endswith(".events") else rows

    def short_fingerprint(self):
        return (self.trace.get("fingerprint") or "")[:16]

    def asked_sentence(self):
        return self.env._(
            "%(moment)s by %(user)s. All times in this document are in the time zone %(timezone)s.",
            moment=self.asked_at(),
            user=self.question.get("asked_by"),
            timezone=self.timezone,
        )

    def asked(self, side):
        return self.trace.get(side) is not None

    def asked_sides(self):
        return [side for side in ("backward", "forward") if self.asked(side)]

    # ---- completeness -------------------------------------------------------------

    def verdict(self):
        """What the gaps mean, in one sentence."""
        if not self.count("gaps"):
            return self.env._("No gap was found in the records that this answer is made of.")
        if any(gap.get("severity") == "chain" for gap in self.rows("gaps")):
            return self.env._(
                "The chain is not closed everywhere: lots, customers or suppliers may "
                "be missing from this answer where a gap says “Chain”."
            )
        return self.env._("The chain is closed. Missing are facts about rows that are listed.")

    def box_gaps(self):
        """The gaps for the first page, what may hide something first."""
        gaps = sorted(self.rows("gaps"), key=lambda gap: gap.get("severity") != "chain")
        return gaps if self.count("gaps") <= BOX_GAPS else []

    def gap_kinds(self):
        """``[(severity, number of gaps)]`` where the box cannot hold them all."""
        found = {}
        for gap in self.rows("gaps"):
            found[gap.get("severity")] = found.get(gap.get("severity"), 0) + 1
        return sorted(found.items(), key=lambda pair: str(pair[0]))

    # ---- quantities ---------------------------------------------------------------

    def digits(self, _value, uom):
        """Decimals of a unit: the same all over the document, so that columns align;
        none where all its quantities are whole."""
        if self._broken_units is None:
            self._broken_units = set()
            self._find_broken_units(self.trace)
        return 2 if uom is None or uom in self._broken_units else 0

    def _find_broken_units(self, value):
        if isinstance(value, list):
            for one in value:
                self._find_broken_units(one)
        elif isinstance(value, dict):
            uom = value.get("uom")
            for key, one in value.items():
                if isinstance(one, dict | list):
                    self._find_broken_units(one)
                elif (
                    uom
                    and isinstance(one, float)
                    and key not in ("share", "explained")
                    and abs(one - round(one)) > NOISE
                ):
                    self._broken_units.add(uom)

    def products(self, quantities):
        """A row must not outgrow a page, whatever a customer bought."""
        quantities = quantities or []
        text = super().products(quantities[:ROW_PRODUCTS])
        hidden = len(quantities) - ROW_PRODUCTS
        if hidden <= 0:
            return text
        more = self.env._("… and %(count)s more: see the spreadsheet", count=self.integer(hidden))
        return f"{text}\n{more}"

    # ---- lists --------------------------------------------------------------------

    def open_orders(self):
        """How many orders can be stopped, whatever lots are reserved for them: as the screen counts."""
        rows = self.rows("forward.open_orders")
        count = self.integer(len({(row["model"], row["res_id"]) for row in rows}))
        return f"{count}+" if self.count("forward.open_orders") > len(rows) else count

    def more(self, *paths):
        """The sentence below a list that was cut; empty if it was not."""
        hidden = sum(self.count(path) - len(self.rows(path)) for path in paths)
        if not hidden:
            return ""
        return self.env._(
            "… and %(count)s more: see the spreadsheet of this trace, which has all rows.",
            count=self.integer(hidden),
        )

    def keep(self, rows, lines=1):
        """CSS class of a section: short ones are not torn over two pages.

        :param lines: lines of text that a row has, roughly
        """
        return "o_whole" if len(rows) * lines <= SHORT_LINES else None

    def keep_events(self, side):
        """The same for the events of a side."""
        lines = sum(max(3, len(self.event_lines(event["inputs"]))) for event in self.rows(f"{side}.events"))
        return "o_whole" if lines <= SHORT_LINES else None

    def stock(self):
        """On hand and in transit, by location and package: the way one walks."""
        rows = self.rows("forward.on_hand") + self.rows("forward.in_transit")
        return sorted(rows, key=lambda row: (row.get("location") or "", row.get("package") or ""))

    def level_counts(self, side):
        """How many lots each level has; only where the list was not cut."""
        rows = self.rows(f"{side}.lots")
        if len(rows) < self.count(f"{side}.lots"):
            return self.env._("%(count)s lots.", count=self.integer(self.count(f"{side}.lots")))
        counts = {}
        for row in rows:
            counts[row["level"]] = counts.get(row["level"], 0) + 1
        return " · ".join(
            self.env._("Level %(level)s: %(count)s", level=level, count=self.integer(count))
            for level, count in sorted(counts.items())
        )

    def event_lines(self, lines):
        """The lines of an event that are printed: traced ones first."""
        return sorted(lines, key=lambda line: not line.get("in_trace"))[:EVENT_LINES]

    def event_more(self, lines):
        if len(lines) <= EVENT_LINES:
            return ""
        return self.env._(
            "… and %(count)s more: see the spreadsheet",
            count=self.integer(len(lines) - EVENT_LINES),
        )

    def others(self):
        """``[(side, row)]`` of returns, scraps and inventory adjustments."""
        return [(path.partition(".")[0], row) for path in OTHERS for row in self.rows(path)]

    def others_more(self):
        return self.more(*OTHERS)

    def sign(self, row):
        return self.env._("came in") if row.get("sign", 1) > 0 else self.env._("left")

    def period_of(self, row):
        """First and last day of a customer's or supplier's rows."""
        first, last = self.day(row.get("date_first")), self.day(row.get("date_last"))
        return last if first == last or not first else f"{first} –\n{last}"

    def end_amount(self, code):
        """The affected quantity at one end, for the figures on the first page."""
        return self.affected(dict(self.order_ends()).get(code))

    def end_share(self, amounts):
        """An end as a part of what the start lots held; only within one unit."""
        source = dict(self.order_ends()).get("source") or []
        if len(source) != 1 or len(amounts) != 1 or not source[0]["quantity"]:
            return ""
        return self.share(amounts[0]["quantity"] / source[0]["quantity"])

    def conservative(self, side):
        """How the answer would differ if nothing were left out; empty if not known."""
        count = self.conservative_lots(side)
        if count is None:
            return ""
        return self.env._(
            "%(side)s: lots in this answer: %(lots)s; with nothing left out: %(conservative)s.",
            side=self.side(side),
            lots=self.integer(self.count(f"{side}.lots")),
            conservative=self.integer(count),
        )

    def excluded_note(self):
        """The rule of time, and how many lots it leaves out."""
        notes = [self.options(), *map(self.conservative, self.asked_sides())]
        return " ".join(filter(None, notes))

    def all_excluded(self):
        return [(side, row) for side in ("backward", "forward") for row in self.rows(f"{side}.excluded")]
