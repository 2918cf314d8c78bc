"""The lists of one side of a trace, as docs/trace.md describes them."""

from collections import defaultdict
from datetime import datetime, timedelta
from heapq import nsmallest

from ..engine.entry import KINDS
from ..engine.walk import id_array
from . import lot_trace_queries as queries
from .lot_event import KINDS as EVENT_KINDS

ORIGINS = {
    "receipt": "received",
    "output": "made",
    "adjustment": "adjusted",
    "customer_return": "returned",
}
RETURNS = ("customer_return", "supplier_return")
# Side: {list: kinds of entries}
MOVEMENTS = {
    "forward": {
        "receipts": (),
        "shipments": ("shipment",),
        "returns": RETURNS,
        "scraps": ("scrap",),
        "adjustments": ("adjustment",),
    },
    "backward": {
        "receipts": ("receipt",),
        "shipments": (),
        "returns": RETURNS,
        "scraps": ("scrap",),
        "adjustments": ("adjustment",),
    },
}
LISTS = tuple(MOVEMENTS["forward"])
_EPOCH = datetime(2000, 1, 1)  # what the ledger's dates are counted from


def format_date(microseconds):
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat(" ", "seconds")


class TraceLists:
    def __init__(self, side):
        self.side = side
        self.book = side.book
        self.names = side.names
        self.answer = side.answer
        self.limit = side.answer.options["max_rows"] or None

    # ---- lots and events ----------------------------------------------------------

    def get_lots(self):
        rows = []
        levels = self.side.reach.levels
        inflows = self.book.inflows
        self.side.count("lots", len(levels))
        for lot_id in self.names.load_first_lots(levels, self.limit):
            found = self.side.reach.lot(lot_id)
            name, _product, company_id, expiration, supplier_lot = self.names.lots[lot_id]
            came = inflows.rows(lot_id)
            affected, share = self.side.lot_amounts(lot_id)
            facts = self.names.lot(lot_id)
            rows.append(
                {
                    "id": lot_id,
                    "name": name,
                    "product_id": facts["product_id"],
                    "product": facts["product"],
                    "uom": self.names.uom_of_lot(lot_id),
                    "level": found.level,
                    "quantity": self.book.came_in.get(lot_id, 0.0),
                    "affected": affected,
                    "share": share,
                    "expiration_date": expiration,
                    "supplier_lot": supplier_lot,
                    "on_hand": self.side.on_hand_quantity.get(lot_id, 0.0),
                    "origin": ORIGINS.get(KINDS[inflows.kind[self.book.origin(lot_id)]]) if came else None,
                    "parents": list(found.parents),
                    "reached": found.way,
                    "bound": None if found.bound is None else format_date(found.bound),
                    "company_id": company_id,
                }
            )
        return rows

    def get_events(self):
        events = self.side.reach.events
        self.side.count("events", len(events))
        shown = self.answer.execute(queries.EVENTS, {"ids": id_array(events), "limit": self.limit})
        params = {"ids": id_array(row[0] for row in shown), "companies": self.answer.companies}
        flows = self._sum_flows(sorted(self.answer.execute(queries.FLOWS, params), key=lambda row: row[1]))
        kinds = dict(
            self.answer.user_env["lot.event"]._fields["kind"]._description_selection(self.answer.user_env)
        )
        made = {
            event_id: len({row["lot_id"] for row in outputs if row["lot_id"]})
            for event_id, (_inputs, outputs) in flows.items()
        }
        return [
            {
                "id": event_id,
                "kind": kind,
                "kind_name": kinds.get(kind, dict(EVENT_KINDS).get(kind)),
                "date": date,
                "document": document,
                "model": model,
                "res_id": res_id,
                "company": company,
                "level": events[event_id],
                "shared": made[event_id] if made[event_id] > 1 else None,
                "inputs": flows[event_id][0],
                "outputs": flows[event_id][1],
            }
            for event_id, kind, date, document, model, res_id, company in shown
        ]

    def _sum_flows(self, entries):
        """``{event: (inputs, outputs)}``: one row for a lot, or product without lot, taken or made."""
        names, levels = self.names, self.side.reach.levels
        lot_names = names.get_lot_names({row[2] for row in entries if row[2]})
        names.load_products({row[3] for row in entries})
        flows, rows = defaultdict(lambda: ([], [])), {}
        parts = defaultdict(list)  # of the rows that can carry material of the trace
        for event_id, ident, lot_id, product_id, quantity in entries:
            key = event_id, quantity > 0, lot_id, product_id
            row = rows.get(key)
            if row is None:
                row = rows[key] = {
                    "lot_id": lot_id,
                    "lot": lot_id and lot_names[lot_id],
                    "product_id": product_id,
                    "product": names.product(product_id),
                    "quantity": 0.0,
                    "uom": names.uom_of_product(product_id),
                    "affected": [],
                    "share": None,
                    "in_trace": lot_id in levels,
                }
                flows[event_id][key[1]].append(row)
            row["quantity"] += abs(quantity)
            if row["in_trace"] or not lot_id:
                parts[key].append((ident, quantity))
        for key, group in parts.items():
            self._put_amounts(rows[key], key[0], group)
        return flows

    def _put_amounts(self, row, event_id, group):
        """The material of the trace in a row of an event, from the entries that it sums."""

        def pick(one):
            found = [one.amount(ident, row["lot_id"], event_id, quantity) for ident, quantity in group]
            return sum(filter(None, found)) or None

        row["affected"], row["share"] = self.side.amounts(pick, row["uom"])
        if not self.side.forward and row["affected"] and row["quantity"]:
            row["share"] = row["affected"][0]["quantity"] / row["quantity"]

    # ---- movements ----------------------------------------------------------------

    def get_movements(self):
        """Receipts, shipments and all else that came and went, by date; what was left out."""
        found = {name: self._find_first(name, kinds) for name, kinds in MOVEMENTS[self.side.name].items()}
        excluded = self.side.cut("excluded", self.side.reach.excluded)
        shown = [columns.id[row] for rows in found.values() for columns, row in rows]
        shown += [entry.id for entry in excluded]
        details = {
            ident: facts for ident, *facts in self.answer.execute(queries.DETAILS, {"ids": id_array(shown)})
        }
        self.names.load_locations({place for facts in details.values() for place in facts[3:5]})
        moved = [one for rows in found.values() for one in rows]
        self.names.load_lots({columns.lot[row] for columns, row in moved} | {entry.lot for entry in excluded})
        self.names.load_parties({columns.party[row] for columns, row in moved})
        lists = {
            name: [self._get_movement(columns, row, details[columns.id[row]]) for columns, row in rows]
            for name, rows in found.items()
        }
        lists["excluded"] = [self._get_excluded(entry, details[entry.id]) for entry in excluded]
        return lists

    def _find_first(self, name, kinds):
        """The first rows of a list by date, and how many there are in all."""
        found, count = [], 0
        # Backward only what came in can have brought something into the start lots.
        for columns in (self.book.inflows, self.book.outflows)[: 1 + self.side.forward]:
            for kind in kinds:
                rows = self.side.get_rows(columns, kind)
                count += len(rows)
                if self.limit and len(rows) > self.limit:
                    # Of the last date that is shown, all: their ids decide.
                    date = columns.date
                    last = nsmallest(self.limit, map(date.__getitem__, rows))[-1]
                    rows = [row for row in rows if date[row] <= last]
                found += [(columns, row) for row in rows]
        self.side.count(name, count)
        found.sort(key=lambda one: (one[0].date[one[1]], one[0].id[one[1]]))
        return found[: self.limit]

    def _get_movement(self, columns, row, details):
        lot_id, quantity = columns.lot[row], columns.quantity[row]
        uom = self.names.uom_of_lot(lot_id)
        kind = KINDS[columns.kind[row]]
        affected, share = self.side.entry_amounts(columns.id[row], lot_id, columns.event[row], quantity, uom)
        return {
            "id": columns.id[row],
            "kind": kind,
            **self.names.lot(lot_id),
            "quantity": abs(quantity),
            "uom": uom,
            "sign": 1 if quantity > 0 else -1,
            "affected": affected,
            "share": share,
            **self.names.party(columns.party[row]),
            "date": format_date(columns.date[row]),
            **self._get_details(kind, details),
        }

    def _get_excluded(self, entry, details):
        return {
            "id": entry.id,
            "kind": entry.kind,
            **self.names.lot(entry.lot),
            "bound": format_date(self.side.reach.bounds[entry.lot]),
            "quantity": abs(entry.quantity),
            "uom": self.names.uom_of_lot(entry.lot),
            "date": format_date(entry.date),
            **self._get_details(entry.kind, details),
        }

    def _get_details(self, kind, details):
        """Documents and places, of a row of `queries.DETAILS`."""
        (
            document, order, supplier_lot, location, location_dest, picking,
            scrap, move, sale, purchase, event_model, event_res_id,
        ) = details  # fmt: skip
        model, res_id = "stock.move", move
        if event_model:
            model, res_id = event_model, event_res_id
        elif picking:
            model, res_id = "stock.picking", picking
        elif scrap:
            model, res_id = "stock.scrap", scrap
        if kind in ("receipt", "supplier_return") and purchase:
            order_model, order_id = "purchase.order", purchase
        elif sale:
            order_model, order_id = "sale.order", sale
        else:
            order_model = order_id = None
        return {
            "document": document,
            "order": order,
            "supplier_lot": supplier_lot,
            "model": model,
            "res_id": res_id,
            "order_model": order_model,
            "order_id": order_id,
            "location": self.names.locations.get(location),
            "location_dest": self.names.locations.get(location_dest),
        }
