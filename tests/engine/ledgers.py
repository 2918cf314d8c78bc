"""Builders: a small ledger written by hand, and arbitrary ones for properties."""

from hypothesis import strategies as st

from engine import balance as _balance
from engine import flow as _flow
from engine import gaps as _gaps
from engine import reach as _reach
from engine.book import Book
from engine.entry import Entry

HOUR = 3600.0
KG, PIECES, LITRE = 1, 2, 3


class Ledger(list):
    """A list of entries. Lots are numbers; times are hours; ids count up from 1.

    A lot's product is its hundreds (lot 203: product 2); its unit is kg unless told
    by ``units`` (product -> (unit, factor)).
    """

    def __init__(self, units=()):
        super().__init__()
        self.units = dict(units)
        self.event_count = 0

    def add(self, kind, lot, quantity, hour, event=None, product=None, **facts):
        product = lot // 100 if lot else product
        unit, factor = self.units.get(product, (KG, 1.0))
        values = {
            "cost_share": None,
            "tracked": True,
            "party": 1,
            "supplier_lot": True,
        } | facts
        entry = Entry(
            id=len(self) + 1,
            lot=lot,
            product=product,
            event=event,
            kind=kind,
            quantity=float(quantity),
            date=hour * HOUR,
            unit=unit,
            factor=factor,
            **values,
        )
        self.append(entry)
        return entry

    def receive(self, lot, quantity, hour, **facts):
        return self.add("receipt", lot, quantity, hour, **facts)

    def ship(self, lot, quantity, hour, **facts):
        return self.add("shipment", lot, -quantity, hour, **facts)

    def take_back(self, lot, quantity, hour, **facts):
        return self.add("customer_return", lot, quantity, hour, **facts)

    def scrap(self, lot, quantity, hour, **facts):
        return self.add("scrap", lot, -quantity, hour, **facts)

    def count(self, lot, difference, hour):
        return self.add("adjustment", lot, difference, hour)

    def make(self, hour, takes, makes, event=None, **facts):
        """One event: takes {lot: quantity}, then makes {lot: quantity}."""
        if event is None:
            self.event_count += 1
            event = self.event_count
        for lot, quantity in takes.items():
            self.add("consumption", lot, -quantity, hour, event, **facts)
        for lot, quantity in makes.items():
            self.add("output", lot, quantity, hour, event, **facts)
        return event

    def of(self, lot, kind=None):
        return [e for e in self if e.lot == lot and kind in (None, e.kind)]


# Half hours, few of them: same dates, and differences of exactly the tolerance.
half_hours = st.integers(0, 16).map(lambda half: half / 2)
quantities = st.one_of(st.integers(1, 8), st.floats(0.01, 100.0))


@st.composite
def ledgers(draw, lots=7, events=6, acyclic=False, one_unit=True, covered=False):
    """An arbitrary ledger of lots 100, 200, … (each its own product).

    :param acyclic: events make only lots of higher numbers than those they take
    :param one_unit: all in kg with factor 1
    :param covered: every lot first gets an origin of more than can ever leave it
    """
    units = {}
    if not one_unit:
        kinds = st.sampled_from([(KG, 1.0), (KG, 0.5), (PIECES, 1.0), (PIECES, 12.0)])
        units = {number: draw(kinds) for number in range(1, lots + 1)}
    ledger = Ledger(units)
    numbers = [100 * number for number in range(1, lots + 1)]
    todo = []
    for lot in numbers:
        if covered:
            todo.append(("receipt", lot, 10_000, -1, None, None))
        for _ in range(draw(st.integers(0, 2))):
            kind = draw(
                st.sampled_from(
                    ["receipt", "receipt", "shipment", "shipment", "customer_return"]
                    + ["scrap", "unscrap", "adjustment", "loss", "supplier_return"]
                )
            )
            quantity = draw(quantities)
            if kind in ("shipment", "scrap", "loss", "supplier_return"):
                quantity = -quantity
            kind = {"unscrap": "scrap", "loss": "adjustment"}.get(kind, kind)
            todo.append((kind, lot, quantity, draw(half_hours), None, None))
    for event in range(1, draw(st.integers(1, events)) + 1):
        hour = draw(half_hours)
        side = st.lists(st.sampled_from(numbers), max_size=3)
        takes, makes = draw(side), draw(side)
        if acyclic:
            edge = draw(st.sampled_from(numbers))
            takes = [lot for lot in takes if lot <= edge]
            makes = [lot for lot in makes if lot > edge]
        for lot in takes:
            todo.append(("consumption", lot, -draw(quantities), hour, event, None))
        costed = draw(st.booleans())
        for lot in makes:
            cost = draw(st.integers(1, 99)) if costed else None
            todo.append(("output", lot, draw(quantities), hour, event, cost))
        if draw(st.integers(0, 3)) == 0:
            todo.append(("output", None, draw(quantities), hour, event, None))
        if draw(st.integers(0, 5)) == 0:
            todo.append(("consumption", None, -draw(quantities), hour, event, None))
    for kind, lot, quantity, hour, event, cost in draw(st.permutations(todo)):
        ledger.add(kind, lot, quantity, hour, event, 99, cost_share=cost)
    return ledger


lot_sets = st.sets(st.sampled_from(range(100, 800, 100)), min_size=1, max_size=3)


def origins(entries):
    """Lot: the date of its origin. What a count found, or a customer sent back, had been there before."""
    came = [e for e in entries if e.lot is not None and e.quantity > 0]
    first = {}
    for e in [e for e in came if e.kind in ("receipt", "output")]:
        first[e.lot] = min(e.date, first.get(e.lot, e.date))
    found = {}
    for e in came:
        found[e.lot] = first.get(e.lot, min(e.date, found.get(e.lot, e.date)))
    return found


# ---- the engine, asked with entries one by one ----------------------------------------


def reach(entries, *arguments, **options):
    return _reach.reach(Book.of(entries), *arguments, **options)


def lots(found):
    """Lot: how it was reached."""
    return {lot: found.lot(lot) for lot in found.levels}


def find(entries, found, *arguments, **options):
    return _gaps.find(Book.of(entries), found, *arguments, **options)


def balance(entries, *arguments):
    return _balance.balance(Book.of(entries), *arguments)


def forward(entries, found, start, unit, exact=False):
    return _with_amounts(_flow.forward(Book.of(entries), found, start, unit, exact), entries)


def backward(entries, found, start, exact=False):
    return _with_amounts(_flow.backward(Book.of(entries), found, start, exact), entries)


def _with_amounts(flow, entries):
    """The flow with the amounts of all entries in ``entry``, of plain lots too."""
    amounts = {e.id: flow.amount(e.id, e.lot, e.event, e.quantity) for e in entries}
    flow.entry = {ident: amount for ident, amount in amounts.items() if amount}
    return flow
