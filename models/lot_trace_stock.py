"""Where the lots of a trace are now, and what is about to take them."""

from collections import defaultdict

from ..engine.walk import id_array

QUANTS = """
SELECT q.lot_id, q.location_id, q.package_id, q.owner_id,
       q.quantity::float8, q.reserved_quantity::float8, l.usage, pack.name, owner.name
  FROM unnest(%(lots)s::int[]) AS lot (id)
  JOIN stock_quant q ON q.lot_id = lot.id
  JOIN stock_location l ON l.id = q.location_id
  LEFT JOIN stock_package pack ON pack.id = q.package_id
  LEFT JOIN res_partner owner ON owner.id = q.owner_id
 WHERE l.usage IN ('internal', 'transit')
   AND (q.company_id IS NULL OR q.company_id = ANY(%(companies)s))
   AND q.quantity <> 0
 ORDER BY q.lot_id, l.complete_name, q.id
"""

# Lines that are not done: they hold what they reserve, or what was already picked. One that names
# a lot and no quantity yet may still take it.
OPEN = """
SELECT ml.id, ml.lot_id, ml.quantity_product_uom::float8, ml.picked, ml.location_id,
       to_char(m.date, 'YYYY-MM-DD HH24:MI:SS'), m.state,
       m.raw_material_production_id, mo.name, m.picking_id, p.name, pt.code,
       m.reference, m.id,
       COALESCE(p.partner_id, m.partner_id), partner.complete_name, so.name
  FROM unnest(%(lots)s::int[]) AS lot (id)
  JOIN stock_move_line ml ON ml.lot_id = lot.id
  JOIN stock_move m ON m.id = ml.move_id
  JOIN stock_location src ON src.id = ml.location_id
   AND src.usage IN ('internal', 'transit')
  LEFT JOIN mrp_production mo ON mo.id = m.raw_material_production_id
  LEFT JOIN stock_picking p ON p.id = m.picking_id
  LEFT JOIN stock_picking_type pt ON pt.id = p.picking_type_id
  LEFT JOIN res_partner partner ON partner.id = COALESCE(p.partner_id, m.partner_id)
  LEFT JOIN sale_order_line sol ON sol.id = m.sale_line_id
  LEFT JOIN sale_order so ON so.id = sol.order_id
 WHERE ml.state NOT IN ('done', 'cancel')
   AND ml.company_id = ANY(%(companies)s)
 ORDER BY m.date, ml.id
"""
LISTS = ("on_hand", "in_transit", "open_orders")
PICKING_KINDS = {
    "outgoing": "delivery",
    "internal": "transfer",
    "dropship": "delivery",
}


class TraceStock:
    def __init__(self, side):
        self.side = side
        self.names = side.names
        answer = side.answer
        params = {"lots": id_array(side.lot_ids), "companies": answer.companies}
        self.quants = answer.execute(QUANTS, params)
        self.open_lines = answer.execute(OPEN, params) if side.forward else []

    def get_quantities(self):
        """``{lot: quantity on hand and in transit}``."""
        quantities = defaultdict(float)
        for row in self.quants:
            quantities[row[0]] += row[4]
        return quantities

    def get_facts(self):
        return [
            [list(row[:7]) for row in self.quants],
            [list(row[:4]) for row in self.open_lines],
        ]

    def get_lists(self):
        if not self.side.forward:
            return {name: self.side.cut(name, []) for name in LISTS}
        by_usage = {"internal": [], "transit": []}
        for row in self.quants:
            by_usage[row[6]].append(row)
        cut = self.side.cut
        on_hand = cut("on_hand", by_usage["internal"])
        in_transit = cut("in_transit", by_usage["transit"])
        open_lines = cut("open_orders", self.open_lines)
        self.names.load_lots({row[0] for row in on_hand + in_transit} | {row[1] for row in open_lines})
        self.names.load_locations({row[1] for row in on_hand + in_transit} | {row[4] for row in open_lines})
        return {
            "on_hand": list(map(self._get_quant, on_hand)),
            "in_transit": list(map(self._get_quant, in_transit)),
            "open_orders": list(map(self._get_open, open_lines)),
        }

    def _get_quant(self, row):
        lot_id, location, package, owner, quantity, reserved, _usage, pack, whose = row
        uom = self.names.uom_of_lot(lot_id)
        total = self.side.on_hand_quantity[lot_id]
        # What the lot still holds lies where its stock lies, in proportion.
        part = quantity / total if total else 0.0

        def pick(one):
            amount = one.remaining.get(lot_id)
            return None if amount is None else amount * part

        affected, share = self.side.amounts(pick, uom)
        return {
            **self.names.lot(lot_id),
            "location_id": location,
            "location": self.names.locations[location],
            "package_id": package,
            "package": pack,
            "owner_id": owner,
            "owner": whose,
            "quantity": quantity,
            "reserved": reserved,
            "free": quantity - reserved,
            "uom": uom,
            "affected": affected,
            "share": share,
        }

    def _get_open(self, row):
        (
            _id, lot_id, quantity, picked, location, date, state, production, order_name,
            picking, picking_name, code, reference, move, partner, partner_name, sale,
        ) = row  # fmt: skip
        if production:
            kind, document, model, res_id = (
                "production", order_name, "mrp.production", production,
            )  # fmt: skip
        elif picking:
            kind, document, model, res_id = (
                PICKING_KINDS.get(code, "transfer"), picking_name, "stock.picking", picking,
            )  # fmt: skip
        else:
            kind, document, model, res_id = "transfer", reference, "stock.move", move
        return {
            **self.names.lot(lot_id),
            "quantity": quantity,
            "uom": self.names.uom_of_lot(lot_id),
            "kind": kind,
            "document": document,
            "model": model,
            "res_id": res_id,
            "partner_id": partner,
            "partner": partner_name,
            "order": sale,
            "date": date,
            "state": state,
            "picked": bool(picked),
            "location": self.names.locations[location],
        }
