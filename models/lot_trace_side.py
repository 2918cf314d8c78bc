"""One direction of a trace: what was found, with quantities."""

from collections import defaultdict
from itertools import starmap
from math import inf

from ..engine import fingerprint, flow, reach, walk
from ..engine.book import INFLOW, OUTFLOW, Book
from ..engine.entry import CODES, Entry
from ..engine.walk import id_array
from . import lot_trace_queries as queries
from .lot_trace_lists import TraceLists
from .lot_trace_partners import TracePartners
from .lot_trace_stock import TraceStock

# Products without lots that passed events took, and that are themselves made from lots.
UNTRACKED_PRODUCTS = """
WITH taken AS (
    SELECT DISTINCT l.product_id
      FROM unnest(%(events)s::int[]) AS passed (event_id)
      JOIN lot_ledger l ON l.event_id = passed.event_id
     WHERE l.lot_id IS NULL AND l.quantity < 0 AND NOT l.tracked AND NOT l.reversal
)
SELECT product_id FROM taken
 WHERE EXISTS (
    SELECT FROM lot_ledger l
     WHERE l.product_id = taken.product_id AND l.quantity > 0
       AND l.lot_id IS NULL AND l.kind = 'output' AND NOT l.reversal
)
"""
MICROSECONDS = 1_000_000  # of a second: the ledger's dates are counted in them
WALKS = {"forward": (walk.FORWARD, walk.LOTS_MADE), "backward": (walk.BACKWARD, walk.LOTS_TAKEN)}


class TraceSide:
    def __init__(self, answer, name):
        self.answer = answer
        self.names = answer.names
        self.name = name
        self.forward = name == "forward"
        self.start = set(answer.lot_ids)
        self.stock = None

    # ---- the facts ----------------------------------------------------------------

    def load(self):
        """Walk, fetch and compute; names and rows come with `render`."""
        answer = self.answer
        params = {
            "lots": answer.lot_ids,
            "companies": answer.companies,
            "tolerance": answer.tolerance,
            "conservative": answer.options["conservative"],
        }
        event_ids, lot_ids, beside = self._walk(params)
        params |= {"found": id_array(lot_ids), "events": id_array(event_ids)}
        self.book = self._load_book(params, event_ids, beside)
        self.reach = reach.reach(
            self.book,
            self.start,
            self.name,
            round(answer.tolerance * MICROSECONDS),
            answer.options["conservative"],
        )
        self.lot_ids = sorted(self.reach.levels)
        self._compute_flows()
        self.stock = TraceStock(self)
        self.on_hand_quantity = self.stock.get_quantities()
        if self.reach.excluded and not answer.options["conservative"]:
            found = self._walk({**params, "conservative": True})[1]
            answer.counts[f"{self.name}.conservative_lots"] = len(found)
        return self

    def _walk(self, params):
        """Events, lots, and whether the events may have made anything besides."""
        walked, lots_beside = WALKS[self.name]
        event_ids = [event_id for (event_id,) in self.answer.execute(walked, params)]
        rows = self.answer.execute(lots_beside, {**params, "events": id_array(event_ids)})
        lots = {lot_id for (lot_id,) in rows}
        beside = not self.forward or None in lots
        return event_ids, sorted(self.start.union(lots - {None})), beside

    def _load_book(self, params, event_ids, beside):
        answer = self.answer
        inflows = answer.fetch_columns(walk.INFLOWS, params, INFLOW)
        outflows = answer.fetch_columns(walk.OUTFLOWS, params, OUTFLOW)
        beside = answer.execute(walk.MADE_BESIDE, params) if beside else []
        beside += self._load_lotless(params, event_ids, inflows, outflows)
        uoms = {uom: (unit, factor) for uom, unit, factor in answer.execute(walk.UOMS, {})}
        # Of a start lot that nothing came into only its product tells the unit.
        units = {
            lot_id: uoms[self.names.uom_id_of_lot(lot_id)] for lot_id in self.start & outflows.spans.keys()
        }
        return Book(inflows, outflows, sorted(starmap(Entry, beside)), uoms, units)

    def _load_lotless(self, params, event_ids, inflows, outflows):
        """What events took without a lot, as far as it tells of a gap."""
        execute = self.answer.execute
        made, bare = set(), ()
        if not self.forward:
            made = {product_id for (product_id,) in execute(UNTRACKED_PRODUCTS, params)}
            bare = set(event_ids).difference(outflows.event)
        self.untracked_products = made
        rows = execute(walk.LOTLESS, params | {"made": id_array(made), "bare": id_array(bare)})
        self.doubtful_events = set()
        self.unnamed_shipments = []
        if self.forward:
            dates = {}
            for product_id, date in zip(inflows.product, inflows.date, strict=True):
                if date < dates.get(product_id, inf):
                    dates[product_id] = date
            found = {"products": id_array(dates), "dates": id_array(dates.values())}
            passed = set(event_ids)
            unnamed = [row for row in execute(walk.UNNAMED, params | found) if row[3] not in passed]
            self.doubtful_events = {row[3] for row in unnamed}
            rows += unnamed
            self.unnamed_shipments = execute(queries.UNNAMED_SHIPMENTS, params | found)
        return rows

    def _compute_flows(self):
        """Run the flow once for each reference unit that the start lots have."""
        self.units = {}  # reference unit: (name of the unit shown, its factor)
        if not self.forward:
            self.flows = {None: flow.backward(self.book, self.reach, self.start)}
            return
        uoms = defaultdict(set)
        for lot_id in self.start:
            known = self.book.unit(lot_id)
            if known:
                unit, factor = known
                uoms[unit].add((self.names.uom_of_lot(lot_id), factor))
        env_uom = self.answer.env["uom.uom"]
        for unit, shown in sorted(uoms.items()):
            # Start lots in kg and in g are shown in the unit that both refer to.
            self.units[unit] = shown.pop() if len(shown) == 1 else (env_uom.browse(unit).name, 1.0)
        self.flows = {unit: flow.forward(self.book, self.reach, self.start, unit) for unit in self.units}

    # ---- amounts ------------------------------------------------------------------

    def amounts(self, pick, uom=None):
        """The `affected` list and the `share` of something.

        :param pick: takes a Flow, gives the amount, None if there is none
        :param uom: name of the row's own unit, for the backward side
        """
        if not self.forward:
            amount = pick(self.flows[None])
            return ([] if amount is None else [{"quantity": amount, "uom": uom}]), None
        found = []
        share = None
        source = self.get_source()
        for unit, one in self.flows.items():
            amount = pick(one)
            if amount is None:
                continue
            name, factor = self.units[unit]
            found.append({"quantity": amount / factor, "uom": name})
            if source:
                share = amount / source
        return found, share

    def get_source(self):
        """All that the start lots held; None where it cannot be added. Forward only."""
        return next(iter(self.flows.values())).source if len(self.flows) == 1 else None

    def entry_amounts(self, ident, lot_id, event_id, quantity, uom):
        """`amounts` of an entry; its quantity with its sign."""
        affected, share = self.amounts(lambda one: one.amount(ident, lot_id, event_id, quantity), uom)
        if not self.forward and affected and lot_id:
            share = affected[0]["quantity"] / abs(quantity)
        return affected, share

    def lot_amounts(self, lot_id):
        affected, share = self.amounts(lambda one: one.lot_in.get(lot_id), self.names.uom_of_lot(lot_id))
        if not self.forward and affected:
            came_in = self.book.came_in.get(lot_id)
            share = affected[0]["quantity"] / came_in if came_in else None
        return affected, share

    # ---- the answer ---------------------------------------------------------------

    def cut(self, name, rows):
        return self.answer.cut(f"{self.name}.{name}", rows)

    def count(self, name, count):
        """State the length of a list of which only the rows to show are fetched."""
        self.answer.counts[f"{self.name}.{name}"] = count

    def get_rows(self, columns, kind):
        """The rows of a kind that count."""
        code, levels, excluded = CODES[kind], self.reach.levels, self.reach.excluded_ids
        if code not in columns.kind:
            return []
        rows = [row for row, other in enumerate(columns.kind) if other == code]
        if not excluded and len(levels) == len(columns.spans.keys() | levels.keys()):
            return rows
        return [row for row in rows if columns.lot[row] in levels and columns.id[row] not in excluded]

    def render(self):
        lists = TraceLists(self)
        events = lists.get_events()  # first: then the names of all products are fetched together
        cut = {
            "lots": lists.get_lots(),
            "events": events,
            **TracePartners(self).get_lists(),
            **lists.get_movements(),
            **self.stock.get_lists(),
        }
        cut["ends"] = self._get_ends() if self.forward else {}
        return cut

    def _get_ends(self):
        ends = {"source": self.amounts(lambda one: one.source)[0]}
        for name in sorted({name for one in self.flows.values() for name in one.ends}):
            ends[name] = self.amounts(lambda one, name=name: one.ends.get(name))[0]
        return ends

    def get_facts(self):
        """What the fingerprint is taken of: the entries used and the stock seen."""
        return [
            self.name,
            fingerprint.digest(self.book),
            [
                [entry.id, entry.lot, entry.event, entry.quantity]
                for entry in self.book.made_beside + self.book.taken_beside
            ],
            self.stock.get_facts() if self.forward else [],
        ]
