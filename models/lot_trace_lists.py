"""The lists of one side of a trace, as docs/trace.md describes them."""

from collections import defaultdict
from datetime import datetime, timezone

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
DETAILS = """
SELECT l.id, to_char(l.date, 'YYYY-MM-DD HH24:MI:SS'), l.document, l.order_name,
       l.supplier_lot, l.location_id, l.location_dest_id, l.picking_id,
       m.scrap_id, m.id, so.id, po.id, e.res_model, e.res_id
  FROM lot_ledger l
  LEFT JOIN lot_event e ON e.id = l.event_id
  LEFT JOIN stock_move_line ml ON ml.id = l.move_line_id
  LEFT JOIN stock_move m ON m.id = ml.move_id
  LEFT JOIN sale_order_line sol ON sol.id = m.sale_line_id
  LEFT JOIN sale_order so ON so.id = sol.order_id
  LEFT JOIN purchase_order_line pol ON pol.id = m.purchase_line_id
  LEFT JOIN purchase_order po ON po.id = pol.order_id
 WHERE l.id = ANY(%(ids)s)
"""
PARTNERS = """
SELECT p.partner_res_id, count(DISTINCT COALESCE(l.picking_id, -l.id)),
       to_char(min(l.date), 'YYYY-MM-DD HH24:MI:SS'),
       to_char(max(l.date), 'YYYY-MM-DD HH24:MI:SS')
  FROM lot_ledger l JOIN lot_party p ON p.id = l.party_id
 WHERE l.id = ANY(%(ids)s)
 GROUP BY p.partner_res_id
"""
EVENTS = """
SELECT e.id, e.kind, to_char(e.date, 'YYYY-MM-DD HH24:MI:SS'), e.document,
       e.res_model, e.res_id, c.name
  FROM lot_event e JOIN res_company c ON c.id = e.company_id
 WHERE e.id = ANY(%(ids)s)
 ORDER BY e.date, e.id
"""


class TraceLists:
    def __init__(self, side):
        self.side = side
        self.names = side.names
        self.answer = side.answer
        counts = side.reach.counts
        self.entries = sorted(
            (entry for entry in side.entries if entry.lot and counts(entry)),
            key=lambda entry: (entry.date, entry.id),
        )
        self.parties = {entry.party for entry in self.entries if entry.party}
        self.names.load_parties(self.parties)

    # ---- lots and events ----------------------------------------------------------

    def get_lots(self):
        rows = []
        reached = self.side.reach.lots
        ordered = sorted(reached, key=lambda one: (reached[one].level, self.names.lots[one][0], one))
        for lot_id in self.side.cut("lots", ordered):
            found = reached[lot_id]
            name, _product, company_id, expiration, supplier_lot, _created = self.names.lots[lot_id]
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
        shown = self.side.cut("events", self.answer.execute(EVENTS, {"ids": list(events)}))
        flows = {row[0]: ([], []) for row in shown}
        for entry in sorted(self.side.entries, key=lambda one: one.id):
            if entry.event in flows:
                flows[entry.event][entry.quantity > 0].append(entry)
        lots = {entry.lot for pair in flows.values() for entries in pair for entry in entries if entry.lot}
        self.names.load_lots(sorted(lots))
        self.names.load_products({entry.product for pair in flows.values() for e in pair for entry in e})
        kinds = dict(
            self.answer.user_env["lot.event"]._fields["kind"]._description_selection(self.answer.user_env)
        )
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
                "inputs": self._sum_flows(flows[event_id][0]),
                "outputs": self._sum_flows(flows[event_id][1]),
            }
            for event_id, kind, date, document, model, res_id, company in shown
        ]

    def _sum_flows(self, entries):
        """One row per lot (or product without lot) that an event took or made."""
        grouped = defaultdict(list)
        for entry in entries:
            grouped[entry.lot, entry.product].append(entry)
        rows = []
        for (lot_id, product_id), group in grouped.items():
            product, uom_id = self.names.products[product_id]
            uom = self.names.uoms[uom_id]
            quantity = sum(abs(entry.quantity) for entry in group)

            def pick(one, group=group):
                amounts = [one.entry[entry.id] for entry in group if entry.id in one.entry]
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

    def get_entries(self, name):
        """Entries of a list's kinds, by date; `add_details` completes them."""
        kinds = MOVEMENTS[self.side.name][name]
        found = [
            entry
            for entry in self.entries
            # Backward only what came in can have brought something into the start lots.
            if entry.kind in kinds and (self.side.forward or entry.quantity > 0)
        ]
        rows = []
        for entry in self.side.cut(name, found):
            uom = self.names.uom_of_lot(entry.lot)
            affected, share = self.side.entry_amounts(entry, uom)
            rows.append(
                {
                    "id": entry.id,
                    "kind": entry.kind,
                    **self.names.lot(entry.lot),
                    "quantity": abs(entry.quantity),
                    "uom": uom,
                    "sign": 1 if entry.quantity > 0 else -1,
                    "affected": affected,
                    "share": share,
                    **self.names.party(entry.party),
                }
            )
        return rows

    def add_details(self, rows):
        """Dates, documents and places: fetched only for rows that are shown."""
        details = {
            row[0]: row[1:] for row in self.answer.execute(DETAILS, {"ids": [row["id"] for row in rows]})
        }
        self.names.load_locations({place for detail in details.values() for place in detail[4:6]})
        for row in rows:
            (
                date, document, order, supplier_lot, location, location_dest, picking,
                scrap, move, sale, purchase, event_model, event_res_id,
            ) = details[row["id"]]  # fmt: skip
            model, res_id = "stock.move", move
            if event_model:
                model, res_id = event_model, event_res_id
            elif picking:
                model, res_id = "stock.picking", picking
            elif scrap:
                model, res_id = "stock.scrap", scrap
            if row["kind"] in ("receipt", "supplier_return") and purchase:
                order_model, order_id = "purchase.order", purchase
            elif sale:
                order_model, order_id = "sale.order", sale
            else:
                order_model = order_id = None
            row.update(
                date=date,
                document=document,
                order=order,
                supplier_lot=supplier_lot,
                model=model,
                res_id=res_id,
                order_model=order_model,
                order_id=order_id,
                location=self.names.locations.get(location),
                location_dest=self.names.locations.get(location_dest),
            )

    def get_excluded(self):
        rows = []
        excluded = sorted(self.side.reach.excluded, key=lambda e: (e.date, e.id))
        for entry in self.side.cut("excluded", excluded):
            rows.append(
                {
                    "id": entry.id,
                    "kind": entry.kind,
                    **self.names.lot(entry.lot),
                    "bound": self._format_bound(self.side.reach.lots[entry.lot].bound),
                    "quantity": abs(entry.quantity),
                    "uom": self.names.uom_of_lot(entry.lot),
                }
            )
        self.add_details(rows)
        return rows

    # ---- partners -----------------------------------------------------------------

    def get_partners(self, name):
        """Customers reached (`consignees`) or suppliers behind (`suppliers`), summed."""
        if self.side.forward != (name == "consignees"):
            return self.side.cut(name, [])
        kind = "shipment" if name == "consignees" else "receipt"
        returned_kind = "customer_return" if kind == "shipment" else "supplier_return"
        found = {}
        ids = []
        for entry in self.entries:
            if entry.kind not in (kind, returned_kind):
                continue
            party = self.names.party(entry.party)
            one = found.setdefault(
                party["partner_id"],
                {
                    "partner_id": party["partner_id"],
                    "lots": set(),
                    "sent": defaultdict(float),
                    "returned": defaultdict(float),
                    "amounts": defaultdict(float),
                },
            )
            one.update(partner=party["partner"], contact=party["contact"])
            product = self.names.lots[entry.lot][1]
            if entry.kind == kind:
                ids.append(entry.id)
                one["lots"].add(entry.lot)
                one["sent"][product] += abs(entry.quantity)
            else:
                one["returned"][product] += abs(entry.quantity)
            sign = 1 if entry.kind == kind else -1
            for unit, flow in self.side.flows.items():
                amount = flow.entry.get(entry.id)
                if amount is not None:
                    key = unit if self.side.forward else self.names.uom_of_lot(entry.lot)
                    one["amounts"][key] += sign * amount
        facts = {row[0]: row[1:] for row in self.answer.execute(PARTNERS, {"ids": ids})}
        rows = [self._get_partner(one, facts) for one in found.values() if one["sent"]]
        rows.sort(
            key=lambda row: (
                -(row["share"] or 0.0),
                -sum(amount["quantity"] for amount in row["affected"]),
                row["partner"] or "",
                row["partner_id"] or 0,
            )
        )
        return self.side.cut(name, rows)

    def _get_partner(self, one, facts):
        documents, first, last = facts.get(one["partner_id"], (None, None, None))
        affected, share = [], None
        for key, amount in sorted(one["amounts"].items(), key=lambda pair: str(pair[0])):
            if not self.side.forward:
                affected.append({"quantity": amount, "uom": key})
                continue
            uom, factor = self.side.units[key]
            affected.append({"quantity": amount / factor, "uom": uom})
            source = self.side.flows[key].source
            if source and len(self.side.flows) == 1:
                share = amount / source
        return {
            "partner_id": one["partner_id"],
            "partner": one["partner"],
            "contact": one["contact"],
            "quantities": self._get_quantities(one["sent"]),
            "returned": self._get_quantities(one["returned"]),
            "affected": affected,
            "share": share,
            "documents": documents,
            "lots": len(one["lots"]),
            "date_first": first,
            "date_last": last,
        }

    def _get_quantities(self, by_product):
        rows = []
        for product_id, quantity in by_product.items():
            product, uom_id = self.names.products[product_id]
            rows.append(
                {
                    "product_id": product_id,
                    "product": product,
                    "quantity": quantity,
                    "uom": self.names.uoms[uom_id],
                }
            )
        rows.sort(key=lambda row: (row["product"], row["product_id"]))
        return rows
