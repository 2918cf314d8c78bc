"""One direction of a trace: what was found, with quantities."""

from collections import defaultdict

from ..engine import flow, reach, walk
from ..engine.entry import Entry
from .lot_trace_lists import TraceLists
from .lot_trace_stock import TraceStock

WALKS = {"forward": (walk.FORWARD, "output"), "backward": (walk.BACKWARD, "consumption")}


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
        event_ids, lot_ids = self._walk(params)
        self.entries = [
            Entry._make(row)
            for row in answer.execute(walk.ENTRIES, {**params, "lots": lot_ids, "events": event_ids})
        ]
        self.reach = reach.reach(
            self.entries,
            self.start,
            self.name,
            answer.tolerance,
            answer.options["conservative"],
        )
        self.lot_ids = list(self.reach.lots)
        self.names.load_lots(self.lot_ids)
        self._compute_flows()
        self.stock = TraceStock(self)
        self.on_hand_quantity = self.stock.get_quantities()
        if self.reach.excluded and not answer.options["conservative"]:
            found = self._walk({**params, "conservative": True})[1]
            answer.counts[f"{self.name}.conservative_lots"] = len(found)
        return self

    def _walk(self, params):
        query, side = WALKS[self.name]
        event_ids = [row[0] for row in self.answer.execute(query, params)]
        lots = self.answer.execute(walk.LOTS, {**params, "events": event_ids, "side": side})
        return event_ids, sorted(self.start.union(row[0] for row in lots))

    def _compute_flows(self):
        """Run the flow once for each reference unit that the start lots have."""
        self.units = {}  # reference unit: (name of the unit shown, its factor)
        if not self.forward:
            self.flows = {None: flow.backward(self.entries, self.reach, self.start)}
            return
        uoms = defaultdict(set)
        for entry in self.entries:
            if entry.lot in self.start:
                uoms[entry.unit].add((self.names.uom_of_lot(entry.lot), entry.factor))
        env_uom = self.answer.env["uom.uom"]
        for unit, shown in sorted(uoms.items()):
            # Start lots in kg and in g are shown in the unit that both refer to.
            self.units[unit] = shown.pop() if len(shown) == 1 else (env_uom.browse(unit).name, 1.0)
        self.flows = {unit: flow.forward(self.entries, self.reach, self.start, unit) for unit in self.units}

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
        for unit, one in self.flows.items():
            amount = pick(one)
            if amount is None:
                continue
            name, factor = self.units[unit]
            found.append({"quantity": amount / factor, "uom": name})
            if one.source and len(self.flows) == 1:
                share = amount / one.source
        return found, share

    def entry_amounts(self, entry, uom):
        affected, share = self.amounts(lambda one: one.entry.get(entry.id), uom)
        if not self.forward and affected and entry.lot:
            share = affected[0]["quantity"] / abs(entry.quantity)
        return affected, share

    def lot_amounts(self, lot_id):
        affected, share = self.amounts(lambda one: one.lot_in.get(lot_id), self.names.uom_of_lot(lot_id))
        if not self.forward and affected:
            came_in = self.came_in[lot_id]
            share = affected[0]["quantity"] / came_in if came_in else None
        return affected, share

    # ---- the answer ---------------------------------------------------------------

    def cut(self, name, rows):
        return self.answer.cut(f"{self.name}.{name}", rows)

    def render(self):
        self.came_in = defaultdict(float)
        self.first_in = {}
        for entry in self.entries:
            if entry.lot and entry.quantity > 0:
                self.came_in[entry.lot] += entry.quantity
                first = self.first_in.get(entry.lot)
                if first is None or (entry.date, entry.id) < (first.date, first.id):
                    self.first_in[entry.lot] = entry
        lists = TraceLists(self)
        cut = {
            "lots": lists.get_lots(),
            "events": lists.get_events(),
            "consignees": lists.get_partners("consignees"),
            "suppliers": lists.get_partners("suppliers"),
            "receipts": lists.get_entries("receipts"),
            "shipments": lists.get_entries("shipments"),
            "returns": lists.get_entries("returns"),
            "scraps": lists.get_entries("scraps"),
            "adjustments": lists.get_entries("adjustments"),
            "excluded": lists.get_excluded(),
            **self.stock.get_lists(),
        }
        for name in ("receipts", "shipments", "returns", "scraps", "adjustments"):
            lists.add_details(cut[name])
        cut["ends"] = self._get_ends() if self.forward else {}
        return cut

    def _get_ends(self):
        ends = {"source": self.amounts(lambda one: one.source)[0]}
        for name in sorted({name for one in self.flows.values() for name in one.ends}):
            ends[name] = self.amounts(lambda one, name=name: one.ends.get(name))[0]
        return ends

    def get_untracked_products(self):
        """Products without lots that were themselves made from something."""
        products = {
            entry.product
            for entry in self.entries
            if entry.lot is None and entry.kind == "consumption" and not entry.tracked
        }
        if self.forward or not products:
            return set()
        rows = self.answer.execute(
            """
            SELECT DISTINCT product_id FROM lot_ledger
             WHERE product_id = ANY(%(products)s) AND quantity > 0
               AND lot_id IS NULL AND kind = 'output' AND NOT reversal
            """,
            {"products": list(products)},
        )
        return {row[0] for row in rows}

    def get_facts(self):
        """What the fingerprint is taken of: the entries used and the stock seen."""
        return [
            self.name,
            sorted(
                (entry.id, entry.lot, entry.event, entry.kind, entry.quantity, entry.date)
                for entry in self.entries
            ),
            self.stock.get_facts() if self.forward else [],
        ]
