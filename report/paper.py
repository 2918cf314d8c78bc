"""What a paper is: a class of its own file in report/papers/, found by its code.

A paper says what stands in it, once; paper_pdf.py and paper_xlsx.py only write that down. To add
one, write a class under `@paper("code")` in a new file of report/papers/ and a record
`lot.paper.type` with that code. The class gets plain values, and asks no database:

* `self.trace`: a Trace as docs/trace.md describes it, fresh or frozen, with `facts` (docs/papers.md);
* `self.words`: how dates, quantities and terms are said in the paper's language;
* `self.options`: what was chosen or is told by the case: `reason`, `measures`, `request`,
  `products` (ids), `lot_codes`, `date_from`, `date_to`, `case` (of a recall, docs/papers.md).

and yields from `get_sections` what it consists of, in order: `Fields`, `Table`, `Text` and
`Signatures`. Whatever is mandatory carries a `Need`: the paragraph that asks for it and where it is
entered. Where a value is then missing, the cell says so and the list of missing elements names it;
no paper leaves it blank silently.
"""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

PAPERS = {}


def paper(code):
    """Class decorator: the paper that records `lot.paper.type` of this code stand for."""

    def register(cls):
        cls.code = code
        PAPERS[code] = cls
        return cls

    return register


class Need(NamedTuple):
    """That something is mandatory."""

    paragraph: str
    where: object
    """Where it is entered, a term."""
    subject: Callable | None = None
    """Of a row, the record whose fact it is; by default the row's lot."""
    when: Callable | None = None
    """Of a row, whether it is mandatory there; by default always."""


class Column(NamedTuple):
    """One column of a spreadsheet; on a PDF those of one `group` share a cell."""

    title: object
    get: Callable
    """Of a row, the value: None or "" if it is not known. Dates and times as in a Trace."""
    kind: str = "text"
    """text, number, date (the day of a moment), time (its hour) or datetime"""
    width: int = 16
    need: Need | None = None
    group: object = None
    """The PDF's column; None: one of its own, False: only in the spreadsheet."""
    named: bool = False
    """In a cell that is shared, the title stands before the value."""
    joined: bool = False
    """In a cell that is shared, it goes on the line of the column before."""
    part: str = ""
    """What it is where rows are summed: unit, lot, when or amount, or what they are summed by."""


class Table(NamedTuple):
    title: object
    columns: list
    rows: list
    note: object = None
    on: tuple = ("pdf", "xlsx")
    name: object = None
    """Of its sheet, 31 characters at most; None: the title."""
    most: int = 500
    """Rows that are printed at most."""
    whole: object = None
    """The name of the sheet that has all rows; None: its own."""
    sums: tuple = ()
    """By which parts of its columns the PDF sums its rows where they are too many: a table for each."""


class Field(NamedTuple):
    label: object
    value: object
    """Text, or None where it is not known."""
    need: Need | None = None
    kind: str = "text"


class Fields(NamedTuple):
    title: object
    fields: list
    on: tuple = ("pdf", "xlsx")


class Text(NamedTuple):
    title: object
    body: str
    on: tuple = ("pdf", "xlsx")


class Signatures(NamedTuple):
    title: object
    roles: list
    on: tuple = ("pdf",)


class Missing(NamedTuple):
    """One element that is missing of one record."""

    section: str
    paragraph: str
    element: str
    subject: str
    where: str
    document: str
    """The first document in which it shows."""
    count: int
    """Rows in which it shows."""


class _Missing:
    """Stands in a cell whose mandatory value is not known."""

    def __repr__(self):
        return "MISSING"


MISSING = _Missing()


class Built(NamedTuple):
    """A section with its values taken; renderers loop over these."""

    section: object
    title: str
    rows: list


class Document:
    """A paper with all its values: what both renderers write.

    :param paper: a `Paper`
    """

    def __init__(self, paper):
        self.paper = paper
        self.words = paper.words
        self._missing = {}
        self._note_sides()
        self.sections = [self._build(section) for section in paper.get_sections()]
        self.missing = [
            Missing(section, paragraph, element, subject, where, document, count)
            for (section, paragraph, element, subject), (where, document, count) in self._missing.items()
        ]

    def _note_sides(self):
        """A direction that the paper needs and the Trace was not asked in is missing as a whole."""
        trace, needs = self.paper.trace, self.paper.options.get("direction")
        for side in ("backward", "forward"):
            if needs in (side, "both") and trace.get(side) is None:
                key = (self.words.env._("Trace"), self.words.say(DIRECTION), self.words.side(side), "")
                self._missing[key] = (self.words.say(WHERE_SIDE), "", 1)

    def _build(self, section):
        title = self.words.say(section.title)
        rows = []
        if isinstance(section, Table):
            getters = [self._get_getter(title, column) for column in section.columns]
            rows = [[get(row) for get in getters] for row in section.rows]
        elif isinstance(section, Fields):
            rows = [[self._get_value(title, field)] for field in section.fields]
        return Built(section, title, rows)

    def _get_value(self, section, field):
        if field.need and (field.value is None or field.value == ""):
            return self._get_noter(section, field.label, field.need)(None)
        return field.value

    def _get_getter(self, section, column):
        """What takes a column's value of a row; of a hundred thousand rows as a rule."""
        need, get = column.need, column.get
        if need is None:
            return get
        when, note = need.when, self._get_noter(section, column.title, need)

        def get_or_note(row):
            value = get(row)
            if value is not None and value != "":
                return value
            return note(row) if when is None or when(row) else None

        return get_or_note

    def _get_noter(self, section, title, need):
        """What notes that an element of a row is missing; None: of no row."""
        words, missing = self.words, self._missing
        element, where = words.say(title), words.say(need.where)
        name = need.subject or self.paper.name_lot

        def note(row):
            subject = name(row) if row is not None else ""
            key = (section, need.paragraph, element, subject or "")
            found = missing.get(key)
            if found:
                missing[key] = (*found[:2], found[2] + 1)
            else:
                missing[key] = (where, (row or {}).get("document") or "", 1)
            return MISSING

        return note


class Paper:
    """Base of all papers: what they look up in the Trace and its facts."""

    code = None
    title = None
    """A term; None: the name of the record `lot.paper.type`."""

    def __init__(self, trace, words, options):
        self.trace = trace
        self.words = words
        self.options = options
        self.case = options.get("case") or {}
        self.facts = trace["facts"]
        self._by_id = {
            name: {row["id"]: row for row in self.facts[name]}
            for name in ("lots", "products", "entries", "events", "partners", "places")
        }
        self._contacts = {}

    def get_sections(self):
        """Yield the sections of the paper, in order."""
        raise NotImplementedError

    # ---- rows of the Trace ----------------------------------------------------------

    def get_rows(self, name):
        """The rows of a list of both sides, each once, by date where they have one."""
        found = {}
        for side in ("backward", "forward"):
            for row in (self.trace.get(side) or {}).get(name) or []:
                found.setdefault(row.get("id") or len(found), row)
        return sorted(found.values(), key=lambda row: row.get("date") or "")

    # ---- facts ----------------------------------------------------------------------

    def lot(self, row):
        return self._by_id["lots"].get(row.get("lot_id") or row.get("id")) or {}

    def product(self, row):
        return self._by_id["products"].get(row.get("product_id")) or {}

    def entry(self, row):
        return self._by_id["entries"].get(row.get("id")) or {}

    def place(self, row):
        """Our place where an entry came in or left; of what was at none of ours, who had it there."""
        entry = self.entry(row)
        return entry.get("keeper") or self._by_id["places"].get(entry.get("place")) or {}

    def is_passed_on(self, row):
        """Whether it went from one customer to another."""
        return self.entry(row).get("elsewhere") == "customer" and row["kind"] in PASSED_ON

    def owner(self, row):
        """Whose the goods were, where they were not our own; as recorded."""
        return self.entry(row).get("owner")

    def event_place(self, event):
        place = (self._by_id["events"].get(event["id"]) or {}).get("place")
        return self._by_id["places"].get(place) or {}

    def made(self, row):
        """Where and when the row's lot was made here: ``(place, date)``, empty if it was not."""
        made = self.lot(row).get("made") or {}
        return self._by_id["places"].get(made.get("place")) or {}, made.get("date")

    @property
    def company(self):
        """Who makes the paper: the case's company, else the first that the Trace was computed for."""
        companies = self.facts["companies"]
        return self.case.get("company") or (companies[0] if companies else {})

    def contact(self, row):
        """The partner of a row: as recorded, and what is missing of it as it is known today.

        The address is taken from today only where nothing recorded speaks against it. `added` names
        what was: those facts were not recorded with the movement.
        """
        key = (row.get("party_id"), row.get("partner_id"))
        if key not in self._contacts:
            recorded = row.get("contact") or {}
            today = self._by_id["partners"].get(row.get("partner_id")) or {}
            same = all(recorded.get(name) in (None, today.get(name)) for name in ADDRESS)
            added = [
                name
                for name in FILLED
                if today.get(name) and not recorded.get(name) and (same or name not in ADDRESS)
            ]
            contact = {**recorded, **{name: today[name] for name in added}, "added": added}
            self._contacts[key] = contact if recorded or added else {}
        return self._contacts[key]

    def get_address(self, contact):
        """An address in one line; none where neither street nor city is known."""
        known = contact.get("street") or contact.get("city")
        return self.words.address({"contact": contact}) if known else None

    # ---- what a missing element is missing of ----------------------------------------

    def name_lot(self, row):
        lot = row.get("lot") or row.get("name")
        return " · ".join(filter(None, (lot, row.get("product"))))

    def name_product(self, row):
        return self.product(row).get("name") or row.get("product") or ""

    def name_partner(self, row):
        return row.get("partner") or row.get("document") or ""


PASSED_ON = ("shipment", "customer_return")
ADDRESS = ("street", "zip", "city", "state", "country", "country_code")
FILLED = (
    *ADDRESS,
    "company_address",
    "phone",
    "email",
    "gln",
    "fda_registration",
    "eu_approval",
    "business_type",
    "contact_24h",
)
WHERE_PARTNER = _lt("Contacts, the partner: address, telephone")
WHERE_PARTNER_CODES = _lt("Contacts, the partner, page Regulatory")
WHERE_PLACE = _lt("Inventory, Configuration, Warehouses: the address of the warehouse")
WHERE_LOT = _lt("The lot: its facts")
WHERE_RECEIPT = _lt("The receipt: supplier's lot on its line (a correction, once it is done)")
WHERE_PRODUCT = _lt("The product, page Regulatory")
WHERE_BARCODE = _lt("The product: barcode")
WHERE_COMPANY = _lt("Traceability, Configuration, Settings")
WHERE_TRANSFER = _lt("The transfer: its partner")
WHERE_SIDE = _lt("Ask the trace, or freeze a further version of the scope, in both directions")
DIRECTION = _lt("Direction of the trace")
