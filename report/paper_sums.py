"""What a PDF has of a list that is too long to be read on paper: its rows summed, per party, per product."""

from collections import defaultdict

from odoo.tools import LazyTranslate

from .paper import MISSING, Built, Column, Table

_lt = LazyTranslate(__name__)

# One for each consignee of a large recall.
MOST_SUMS = 2000


class Sum:
    """Rows of a list that say the same in some columns."""

    def __init__(self, values):
        self.values = values
        self.count, self.lots = 0, set()
        self.amounts = defaultdict(lambda: defaultdict(float))  # column: {unit: sum}
        self.first = self.last = None


class Summing:
    """Sums up a section whose `Table` says by what.

    :param Built built: with its rows
    """

    def __init__(self, words, built):
        self.words, self.built = words, built
        self.columns = built.section.columns
        self.unit, self.lot, self.when, self.product = map(self._find, ("unit", "lot", "when", "product"))
        self.amounts = [at for at, column in enumerate(self.columns) if column.part == "amount"]

    def _find(self, part):
        return next((at for at, column in enumerate(self.columns) if column.part == part), None)

    def get_sections(self):
        section = self.built.section
        note = self.words.env._(
            "%(count)s rows, too many to be read on paper: summed here. The sheet “%(sheet)s” of the "
            "spreadsheet of this paper, with the same fingerprint, has them all.",
            count=self.words.integer(len(self.built.rows)),
            sheet=self.words.say(section.whole or section.name or section.title),
        )
        for parts in section.sums:
            by = [
                at
                for at, column in enumerate(self.columns)
                if column.part in parts.split() and column.group is not False
            ]
            sums = self._sum(by)
            columns = [*self._get_columns(by)]
            name = " · ".join(
                dict.fromkeys(self.words.say(self.columns[at].group or self.columns[at].title) for at in by)
            )
            title = f"{self.built.title}: {name}"
            table = Table(title, columns, sums, note, most=MOST_SUMS)
            yield Built(table, title, [[column.get(one) for column in columns] for one in sums])

    def _sum(self, by):
        sums = {}
        for row in self.built.rows:
            key = tuple([row[at] for at in by])
            one = sums.get(key)
            if one is None:
                one = sums[key] = Sum(row)
            one.count += 1
            if self.lot is not None:
                one.lots.add((row[self.lot], row[self.product] if self.product is not None else None))
            unit = row[self.unit] if self.unit is not None else ""
            for at in self.amounts:
                if row[at] and row[at] is not MISSING:
                    one.amounts[at][unit] += row[at]
            date = row[self.when] if self.when is not None else None
            if date and date is not MISSING:
                one.first = min(date, one.first or date)
                one.last = max(date, one.last or date)
        return sorted(sums.values(), key=lambda one: [str(one.values[at] or "") for at in by])

    def _get_columns(self, by):
        words = self.words
        for at in by:
            yield self.columns[at]._replace(get=lambda one, at=at: one.values[at], need=None)
        if self.lot is not None and self.lot not in by:
            yield Column(_lt("Lots"), lambda one: len(one.lots), "number", 7)
        yield Column(_lt("Rows"), lambda one: one.count, "number", 7)
        for at in self.amounts:
            yield Column(self.columns[at].title, lambda one, at=at: self._say(one.amounts[at]), width=14)
        if self.when is not None:
            say = words.date
            yield Column(
                self.columns[self.when].title,
                lambda one: one.first and " – ".join(dict.fromkeys((say(one.first), say(one.last)))),
                width=16,
            )

    def _say(self, amounts):
        return "\n".join(
            self.words.quantity(amount, uom)
            for uom, amount in sorted(amounts.items(), key=lambda one: one[0] or "")
        )
