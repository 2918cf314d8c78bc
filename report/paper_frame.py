"""What stands around every paper, in both forms: which question, when, how complete, what is missing."""

from odoo.tools import LazyTranslate

from .paper import MISSING, Built, Column, Table

_lt = LazyTranslate(__name__)

DRILL = _lt("DRILL – not a real case. Nobody was told, nothing was stopped.")


class PaperFrame:
    """The frame of one paper.

    :param document: a `Document`
    :param dict kind: of the record `lot.paper.type`: title, source
    :param dict text: of the record `lot.authority.text` that was valid: version, valid_from, body,
        not_claimed; empty if there is none
    """

    def __init__(self, document, kind, text):
        self.words = document.words
        self.env = self.words.env
        self.document = document
        self.trace = document.paper.trace
        self.title = self.words.say(document.paper.title or kind["title"])
        self.source = kind["source"]
        self.text = text
        self.drill = self.words.say(DRILL) if document.paper.options.get("drill") else ""

    def short_fingerprint(self):
        return (self.trace.get("fingerprint") or "")[:16]

    def claim(self):
        return self.env._("Contains the data required by %(source)s.", source=self.source)

    def get_facts(self, titled=True):
        """``(what, value)``: the question, the time, the completeness, what it can be checked by."""
        words, question = self.words, self.words.question
        if titled:
            if self.drill:
                yield self.env._("Drill"), self.drill
            yield self.env._("Title"), self.title
        if self.document.missing:
            yield self.env._("Missing elements"), self.count_missing()
        yield self.env._("Source"), self.claim() if not self.document.missing else self.lacking()
        for number, item in enumerate(words.items(), start=1):
            yield self.env._("Traced %(number)s", number=number), item
        yield self.env._("Direction"), words.direction()
        case = self.document.paper.case
        if case:
            yield self.env._("Case"), f"{case['name']} {case['subject']}"
            yield self.env._("Scope"), self.describe_scope(case["scope"])
        yield self.env._("Asked at"), words.asked_at()
        yield self.env._("Asked by"), question.get("asked_by") or ""
        yield self.env._("Company"), question.get("company") or ""
        yield self.env._("Time zone of all dates"), words.timezone
        yield (
            self.env._("Completeness"),
            f"{words.completeness()}. {words.verdict()} {words.complete_since()}",
        )
        yield self.env._("Fingerprint (SHA-256)"), self.trace.get("fingerprint") or ""
        yield self.env._("Last seal of the books"), words.seal()
        yield self.env._("Labels and codes as of"), words.moment(self.document.paper.facts["collected_at"])
        if self.text:
            yield self.env._("What is asked"), self.text["body"]
            if self.text.get("not_claimed"):
                yield self.env._("What this paper does not say"), self.text["not_claimed"]
            yield (
                self.env._("Text used"),
                self.env._(
                    "%(code)s, version %(version)s, in use from %(date)s",
                    code=self.text["code"],
                    version=self.text["version"],
                    date=words.date(self.text["valid_from"]),
                ),
            )

    def describe_scope(self, scope):
        return self.words.env._(
            "Version %(number)s, frozen %(moment)s. Affected lots: %(lots)s, of them in doubt: %(doubtful)s. "
            "Consignees: %(consignees)s",
            number=scope["number"],
            moment=self.words.moment(scope["frozen_at"]),
            **{name: self.words.integer(scope[name]) for name in ("lots", "doubtful", "consignees")},
        )

    def lacking(self):
        return self.words.env._(
            "Made to contain the data required by %(source)s. What is missing of it is listed.",
            source=self.source,
        )

    def count_missing(self):
        count = len(self.document.missing)
        if count == 1:
            return self.words.env._("1 mandatory element is missing")
        return self.words.env._("%(count)s mandatory elements are missing", count=self.words.integer(count))

    def describe_gap(self, gap):
        severity = self.words.severity(gap["severity"])
        return f"{severity}: {self.words.gap(gap)} ({self.words.integer(gap['count'])})"

    def format(self, value, column):
        """A value as text; what is missing stays MISSING."""
        if value is None or value is MISSING:
            return value or ""
        words = self.words
        if column.kind == "number":
            return words.number(value)
        if column.kind == "date":
            return words.date(value)
        if column.kind == "datetime":
            return words.datetime(value)
        if column.kind == "time":
            return words.time(value)
        return str(value)


def get_missing_table(document):
    """The missing elements of a paper, as a section of it."""
    table = Table(
        title=_lt("Missing elements"),
        name=_lt("Gaps"),
        columns=[
            Column(_lt("Required by"), None, width=26),
            Column(_lt("Missing element"), None, width=34),
            Column(_lt("Of"), None, width=38),
            Column(_lt("Where to enter it"), None, width=52),
            Column(_lt("List"), None, width=24),
            Column(_lt("First seen in"), None, width=22),
            Column(_lt("Rows"), None, kind="number", width=8),
        ],
        rows=[],
    )
    rows = [
        [one.paragraph, one.element, one.subject, one.where, one.section, one.document, one.count]
        for one in document.missing
    ]
    return Built(table, document.words.say(table.title), rows)
