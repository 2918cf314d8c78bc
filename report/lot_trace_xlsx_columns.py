"""One list sheet of the "Lot trace" spreadsheet: its columns, from Trace to cells."""

from datetime import datetime
from functools import partial

from .lot_trace_columns import CONTACT_FACTS


class SheetWriter:
    """Turns the columns of a `Sheet` into cells of a `ListSheet`.

    :param book: the LotTraceWorkbook: words, Trace and glossary
    """

    def __init__(self, book, sheet, list_sheet):
        self.book = book
        self.words = book.words
        self.env = book.env
        self.sheet = sheet
        self.list_sheet = list_sheet
        self.titles = []  # (title, width)
        self.keys = []
        self.cells = []
        self.has_partner = False
        for column in sheet.columns:
            title = self.env._(column.title)
            add = getattr(self, f"_add_{column.kind}", self._add_plain)
            add(column, title)
            if column.note:
                self._explain(title, column.note)
        self.has_side = sheet.columns[0].kind == "side"
        list_sheet.write_header([title for title, _width in self.titles])

    @property
    def row_count(self):
        return self.list_sheet.row_count

    def fill(self, side, rows):
        """Write rows of one side; returns how many."""
        first = None
        if self.has_side:
            first = partial(self.side_cells, value=self._side_name(side))
        if self.has_partner:
            rows = map(self._with_contact, rows)
        return self.list_sheet.append(self.keys, self.cells, rows, first)

    def _side_name(self, side):
        return self.env._("Start") if side == "start" else self.words.side(side)

    def _with_contact(self, row):
        """Where no facts were kept, the name is better than nothing."""
        if row["contact"] or not row["partner"]:
            return row
        return {**row, "contact": {"name": row["partner"]}}

    # ---- columns ------------------------------------------------------------------

    def _add(self, title, width, key, cells):
        self.titles.append((title, width))
        self.keys.append(key)
        self.cells.append(cells)

    def _explain(self, title, note):
        self.book.glossary.setdefault(title, self.env._(note))

    def _add_plain(self, column, title):
        make = getattr(self.list_sheet, f"{column.kind}_cells")(len(self.titles))
        self._add(title, column.width, column.key, make)

    def _add_datetime(self, column, title):
        make = self.list_sheet.date_cells(len(self.titles), "datetime", self.words.local)
        self._add(title, column.width, column.key, make)

    def _add_day(self, column, title):
        make = self.list_sheet.date_cells(len(self.titles), "day", self._get_day)
        self._add(title, column.width, column.key, make)

    def _get_day(self, value):
        if len(value) == 10:
            return datetime.fromisoformat(value)
        return self.words.local(value).replace(hour=0, minute=0, second=0)

    def _add_word(self, column, title):
        """A word for a code. Lists are no keys of a dict: those are said each time."""
        text = self.list_sheet.text_cells(len(self.titles))
        say = getattr(self.words, column.source)
        said = {None: None}

        def put(row, code):
            if isinstance(code, list):
                text(row, say(code))
                return
            if code not in said:
                said[code] = say(code)
            text(row, said[code])

        self._add(title, column.width, column.key, put)

    def _add_side(self, column, title):
        """The same in all rows of a side: written by `fill`."""
        self.side_cells = self.list_sheet.text_cells(0)
        self.titles.append((title, column.width))

    def _add_partner(self, column, title):
        self._add_facts(column.key, [(title, self._get_name, column.width)])

    def _add_contact(self, column, _title):
        facts = []
        for title, name, width, note in CONTACT_FACTS:
            title = self.env._(title)
            if note:
                self._explain(title, note)
            own = {"contact_person": self._get_person, "taken_later": self._get_later}
            get = own.get(name) or _getter(name)
            facts.append((title, get, width))
        self._add_facts(column.key, facts)

    def _get_name(self, contact):
        return self.words.contact_name({"contact": contact})

    def _get_person(self, contact):
        return self.words.contact_person({"contact": contact})

    def _get_later(self, contact):
        return self.env._("Yes") if contact.get("taken_later") else None

    def _add_facts(self, key, facts):
        """Columns of a partner's facts, made once for each partner."""
        self.has_partner = True
        start = len(self.titles)
        self.titles += [(title, width) for title, _get, width in facts]
        makers = [
            (self.list_sheet.text_cells(number), get)
            for number, (_title, get, _width) in enumerate(facts, start=start)
        ]
        # By identity: rows share the facts of their partner. The facts are kept too,
        # else another partner's could get their identity.
        known = {}

        def put(row, contact):
            if not contact:
                return
            if id(contact) not in known:
                values = [(text, value) for text, get in makers if (value := get(contact))]
                known[id(contact)] = (contact, values)
            for text, value in known[id(contact)][1]:
                text(row, value)

        self.keys.append(key)
        self.cells.append(put)

    def _add_amounts(self, column, title):
        """Pairs of quantity and unit, as many as one row has at most."""
        most = max(map(len, self.sheet.amounts(self.book.trace, column.key)), default=1)
        makers = []
        unit = self.env._("Affected unit")
        for number in range(max(most, 1)):
            suffix = f" {number + 1}" if number else ""
            start = len(self.titles)
            self.titles.append((title + suffix, column.width))
            self.titles.append((unit + suffix, 10))
            makers.append(
                (
                    self.list_sheet.number_cells(start),
                    self.list_sheet.text_cells(start + 1),
                )
            )

        def put(row, amounts):
            for (quantity, uom), amount in zip(makers, amounts or ()):
                quantity(row, amount["quantity"])
                uom(row, amount["uom"])

        self.keys.append(column.key)
        self.cells.append(put)


def _getter(name):
    return lambda contact: contact.get(name)
