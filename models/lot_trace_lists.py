"""The lists of one side of a trace, as docs/trace.md describes them."""

from collections import defaultdict
from datetime import datetime, timezone

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


class TraceLists:
    def __init__(self, side):
        self.side = side
        self.names = side.names
        self.answer = side.answer
        self.limit = side.answer.options["max_rows"] or None
        self.params = {
            "companies": self.answer.companies,
            "excluded": id_array(side.reach.excluded_ids),
            "limit": self.limit,
            "forward": self.side.forward,
        }

    # ---- lots and events ----------------------------------------------------------

    def get_lots(self):
        rows = []
        reached = self.side.reach.lots
        self.side.count("lots", len(reached))
        levels = {lot_id: found.level for lot_id, found in reached.items()}
        for lot_id in self.names.load_first_lots(levels, self.limit):
            found = reached[lot_id]
            name, _product, company_id, expiration, supplier_lot = self.names.lots[lot_id]
            first = self.side.first_in.get(lot_id)
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
                    "quantity": self.side.came_in.get(lot_id, 0.0),
                    "affected": affected,
                    "share": share,
                    "expiration_date": expiration,
                    "supplier_lot": supplier_lot,
                    "on_hand": self.side.on_hand_quantity.get(lot_id, 0.0),
                    "origin": first and ORIGINS.get(first.kind),
                    "parents": list(found.parents),
                    "reached": found.way,
                    "bound": self._format_bound(found.bound),
                    "company_id": company_id,
                }
            )
        return rows

    def _format_bound(self, bound):
        if bound is None:
            return None
        return datetime.fromtimestamp(bound, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")

    def get_events(self):
        events = self.side.reach.events
        self.side.count("events", len(events))
        shown = self.answer.execute(queries.EVENTS, self.params | {"ids": id_array(events)})
        flows = {row[0]: ([], []) for row in shown}
        entries = self.answer.execute(queries.FLOWS, self.params | {"ids": id_array(flows), "excluded": "{}"})
        for event_id, ident, lot_id, product_id, quantity in entries:
            flows[event_id][quantity > 0].append((ident, lot_id, product_id, quantity))
        self.names.load_lots({lot_id for _event, _id, lot_id, _product, _quantity in entries if lot_id})
        self.names.load_products({product_id for _event, _id, _lot, product_id, _quantity in entries})
        kinds = dict(
            self.answer.user_env["lot.event"]._fields["kind"]._description_selection(self.answer.user_env)
        )
        made = {
            event_id: len({lot_id for _id, lot_id, _product, _quantity in outputs if lot_id})
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
                "inputs": self._sum_flows(flows[event_id][0]),
                "outputs": self._sum_flows(flows[event_id][1]),
            }
            for event_id, kind, date, document, model, res_id, company in shown
        ]

    def _sum_flows(self, entries):
        """One row per lot (or product without lot) that an event took or made."""
        grouped = defaultdict(list)
        for ident, lot_id, product_id, quantity in entries:
            grouped[lot_id, product_id].append((ident, abs(quantity)))
        rows = []
        for (lot_id, product_id), group in grouped.items():
            product, uom_id = self.names.products[product_id]
            uom = self.names.uoms[uom_id]
            quantity = sum(part for _ident, part in group)

            def pick(one, group=group):
                amounts = [one.entry[ident] for ident, _quantity in group if ident in one.entry]
                return sum(amounts) if amounts else None

            affected, share = self.side.amounts(pick, uom)
            if not self.side.forward and affected and quantity:
                share = affected[0]["quantity"] / quantity
            rows.append(
                {
                    "lot_id": lot_id,
                    "lot": lot_id and self.names.lots[lot_id][0],
                    "product_id": product_id,
                    "product": product,
                    "quantity": quantity,
                    "uom": uom,
                    "affected": affected,
                    "share": share,
                    "in_trace": lot_id in self.side.reach.lots,
                }
            )
        return rows

    # ---- movements ----------------------------------------------------------------

    def get_movements(self):
        """Receipts, shipments and all else that came and went, by date."""
        lists = {kind: name for name, kinds in MOVEMENTS[self.side.name].items() for kind in kinds}
        counts = dict.fromkeys(LISTS, 0)
        for entry in self.side.entries:
            # Backward only what came in can have brought something into the start lots.
            listed = entry.kind in lists and (self.side.forward or entry.quantity > 0)
            if listed and self.side.reach.counts(entry):
                counts[lists[entry.kind]] += entry.count
        for name, count in counts.items():
            self.side.count(name, count)
        found = {name: [] for name in LISTS}
        if any(counts.values()):
            kinds = [kind for kind in lists if counts[lists[kind]]]
            query = self.params | {
                "lots": self._get_lots_with(kinds),
                "kinds": kinds,
                "lists": [lists[kind] for kind in kinds],
            }
            rows = self.answer.execute(queries.ROWS, query)
            self.names.load_lots({row[3] for row in rows})
            self.names.load_parties({row[5] for row in rows})
            self._load_places(rows, 6)
            for name, ident, kind, lot_id, quantity, party_id, *details in rows:
                found[name].append(self._get_movement(ident, kind, lot_id, quantity, party_id, details))
        return found

    def _get_lots_with(self, kinds):
        return id_array({entry.lot for entry in self.side.entries if entry.kind in kinds and entry.lot})

    def _get_movement(self, ident, kind, lot_id, quantity, party_id, details):
        uom = self.names.uom_of_lot(lot_id)
        affected, share = self.side.entry_amounts(ident, lot_id, abs(quantity), uom)
        return {
            "id": ident,
            "kind": kind,
            **self.names.lot(lot_id),
            "quantity": abs(quantity),
            "uom": uom,
            "sign": 1 if quantity > 0 else -1,
            "affected": affected,
            "share": share,
            **self.names.party(party_id),
            **self._get_details(kind, details),
        }

    def _load_places(self, rows, first):
        """Names of the places in rows whose details begin at a column."""
        self.names.load_locations({row[first + 4] for row in rows} | {row[first + 5] for row in rows})

    def _get_details(self, kind, details):
        """Date, documents and places, of the columns `queries.DETAILS`."""
        (
            date, document, order, supplier_lot, location, location_dest, picking,
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
            "date": date,
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

    def get_excluded(self):
        rows = []
        excluded = self.side.cut("excluded", self.side.reach.excluded)
        found = self.answer.execute(queries.EXCLUDED, {"ids": id_array(entry.id for entry in excluded)})
        self._load_places(found, 1)
        details = {ident: facts for ident, *facts in found}
        self.names.load_lots({entry.lot for entry in excluded})
        for entry in excluded:
            rows.append(
                {
                    "id": entry.id,
                    "kind": entry.kind,
                    **self.names.lot(entry.lot),
                    "bound": self._format_bound(self.side.reach.lots[entry.lot].bound),
                    "quantity": abs(entry.quantity),
                    "uom": self.names.uom_of_lot(entry.lot),
                    **self._get_details(entry.kind, details[entry.id]),
                }
            )
        return rows

    # ---- partners -----------------------------------------------------------------

    def get_partners(self, name):
        """Customers reached (`consignees`) or suppliers behind (`suppliers`), summed."""
        if self.side.forward != (name == "consignees"):
            return self.side.cut(name, [])
        kinds = ("shipment", "customer_return") if self.side.forward else ("receipt", "supplier_return")
        found = defaultdict(_Partner)
        for unit, flow in self.side.flows.items():
            for partner_id, product_id, *facts in self._sum_partners(kinds, flow):
                found[partner_id].add(product_id, facts, unit)
        found = {partner_id: one for partner_id, one in found.items() if one.total}
        self.names.load_products({product_id for one in found.values() for product_id in one.sent})
        parties = dict(
            self.answer.execute(queries.PARTIES, {"ids": [one.total[0] for one in found.values()]})
        )
        self.names.load_parties(parties.values())
        rows = [
            self._get_partner(partner_id, self.names.party(parties[one.total[0]]), one)
            for partner_id, one in found.items()
        ]
        rows.sort(
            key=lambda row: (
                -round(row["share"] or 0.0, 12),
                -round(sum(amount["quantity"] for amount in row["affected"]), 9),
                row["partner"] or "",
                row["partner_id"] or 0,
            )
        )
        return self.side.cut(name, rows)

    def _sum_partners(self, kinds, flow):
        kind, back = kinds
        own = [entry.id for entry in self.side.entries if entry.kind in kinds and entry.id in flow.entry]
        return self.answer.execute(
            queries.PARTNERS,
            self.params
            | {
                "lots": self._get_lots_with(kinds),
                "kind": kind,
                "back": back,
                "ids": id_array(own),
                "amounts": id_array(flow.entry[ident] for ident in own),
                "plain": id_array(flow.density),
                "densities": id_array(flow.density.values()),
            },
        )

    def _get_partner(self, partner_id, party, one):
        affected, share = defaultdict(float), None
        for (unit, product_id), amount in one.amounts.items():
            uom, factor = self.names.uom_of_product(product_id), 1.0
            if self.side.forward:
                uom, factor = self.side.units[unit]
            affected[uom] += amount / factor
        source = self.side.forward and self.side.get_source()
        if source and affected:
            share = sum(one.amounts.values()) / source
        _last_id, documents, lots, first, last = one.total
        return {
            "partner_id": partner_id,
            "partner": party["partner"],
            "contact": party["contact"],
            "quantities": self._get_quantities(one.sent),
            "returned": self._get_quantities(one.returned),
            "affected": [{"quantity": amount, "uom": uom} for uom, amount in sorted(affected.items())],
            "share": share,
            "documents": documents,
            "lots": lots,
            "date_first": first,
            "date_last": last,
        }

    def _get_quantities(self, by_product):
        rows = [
            {
                "product_id": product_id,
                "product": self.names.products[product_id][0],
                "quantity": quantity,
                "uom": self.names.uom_of_product(product_id),
            }
            for product_id, quantity in by_product.items()
            if quantity is not None
        ]
        rows.sort(key=lambda row: (row["product"], row["product_id"]))
        return rows


class _Partner:
    """What `queries.PARTNERS` tells of one partner: in all, and of each product."""

    def __init__(self):
        self.total = None
        self.sent, self.returned, self.amounts = {}, {}, {}

    def add(self, product_id, facts, unit):
        sent, returned, amount, *total = facts
        if product_id is None:
            self.total = total
            return
        self.sent[product_id], self.returned[product_id] = sent, returned
        if amount is not None:
            self.amounts[unit, product_id] = amount
