"""What was just done, as its records say: rows of events and of entries."""

import uuid

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

PARTNER_KINDS = ("receipt", "shipment", "customer_return", "supplier_return")
# What comes in from, and goes out to, a location of that usage. Stock of our own is
# everything that is not named here: internal, transit and view locations.
IN_KINDS = {
    "supplier": "receipt",
    "customer": "customer_return",
    "production": "output",
    "inventory": "adjustment",
}
OUT_KINDS = {
    "supplier": "supplier_return",
    "customer": "shipment",
    "production": "consumption",
    "inventory": "scrap",
}


class LotRecorder(models.AbstractModel):
    _inherit = "lot.recorder"

    @api.model
    def _write_entries(self, lines):
        """Write what the done `lines`, of which the ledger does not tell yet, say."""
        found = [
            (line, kind, sign)
            for line in lines.sudo().sorted("id")
            if line.move_id.state == "done" and line.quantity
            for kind, sign in sorted(self._get_crossings(line))
            if line.lot_id or kind in ("output", "consumption")
        ]
        if not found:
            return
        now = fields.Datetime.now()
        events = self._make_events([one[0] for one in found if one[1] in ("output", "consumption")], now)
        partners = self.env["res.partner"].union(
            *(line.owner_id for line, _kind, _sign in found),
            *(self._get_partner(line, kind) for line, kind, _sign in found),
        )
        parties = self.env["lot.party"]._freeze(partners)
        tracked = self._find_tracked([one[0] for one in found])
        self._insert(
            "lot_ledger", [self._prepare_entry(*one, now, events, parties, tracked) for one in found]
        )
        self.env["lot.ledger"].invalidate_model()

    # ---- what a line is ------------------------------------------------------------------

    @api.model
    def _get_crossings(self, line):
        """``[(kind, sign)]`` of the entries that a done line makes."""
        source, destination = self._get_usages(line)
        out_kind = OUT_KINDS.get(destination)
        if destination == "inventory" and line.move_id.is_inventory:
            out_kind = "adjustment"
        crossings = [(IN_KINDS.get(source), 1), (out_kind, -1)]
        # From customer to customer it passes through no stock of ours, and reaches another one.
        if source == destination and (source != "customer" or line.location_id == line.location_dest_id):
            crossings = []
        if self._is_worked_on(line.move_id):
            crossings += [("consumption", -1), ("output", 1)]
        return [(kind, sign) for kind, sign in crossings if kind]

    @api.model
    def _get_usages(self, line):
        """What the places of a line were at its date."""
        former = self._get_former_usages()
        return [
            next(
                (usage for until, usage in former.get(place.id, ()) if until >= line.date),
                place.usage,
            )
            for place in (line.location_id, line.location_dest_id)
        ]

    @api.model
    @ormcache()
    def _get_former_usages(self):
        """``{location id: [(until, usage)]}``, oldest first: few, if any."""
        former = {}
        for row in self.env["lot.location.usage"].sudo().search([("until", "!=", False)], order="until"):
            former.setdefault(row.location_id.id, []).append((row.until, row.usage))
        return former

    @api.model
    def _is_worked_on(self, move):
        """Whether it is of a thing that its event takes and gives back: see `_get_worked_on`."""
        return "repair_line_type" in move._fields and move.repair_id and not move.repair_line_type

    @api.model
    def _get_partner(self, line, kind):
        """From whom, or to whom."""
        return self._get_partner_document(line, kind).partner_id

    @api.model
    def _get_partner_document(self, line, kind):
        """What names him: the transfer, or the move; empty: nothing does."""
        move, picking = line.move_id, line.move_id.picking_id
        first, second = picking, move
        if kind not in PARTNER_KINDS:
            return picking.browse()
        if kind in ("shipment", "customer_return"):
            usages = self._get_usages(line)
            if kind == "customer_return" and usages[1] == "customer":
                # The transfer names who gets it, not who had it.
                return picking.browse()
            # A dropship's transfer names the supplier, its move the customer.
            if "supplier" in usages:
                first, second = move, picking
        return first if first.partner_id or not second.partner_id and first else second

    # ---- events --------------------------------------------------------------------------

    @api.model
    def _enumerate_sources(self):
        moves = self.env["stock.move"]
        return enumerate(
            source for source in self.env["lot.event"]._get_sources() if source[2] in moves._fields
        )

    @api.model
    def _get_source(self, move):
        """``(kind, model, id)`` of the document that makes the event of a move."""
        for _rank, (kind, model, column) in self._enumerate_sources():
            if move[column]:
                document = move if column == "id" else move[column]
                return kind or document.kind, model, document.id
        return None

    @api.model
    def _make_events(self, lines, now):
        """The events of `lines`, made where they are not there: ``{(model, id): event id}``."""
        found = {}
        for line in lines:
            found.setdefault(self._get_source(line.move_id), []).append(line)
        if not found:
            return {}
        documents = {source[1:] for source in found}
        events = self._find_events(documents)
        new = {source: moved for source, moved in found.items() if source[1:] not in events}
        if new:
            self._insert("lot_event", [self._prepare_event(*one, now) for one in new.items()])
            events = self._find_events(documents)
        return events

    @api.model
    def _find_events(self, documents):
        rows = self.env.execute_query(
            SQL(
                "SELECT res_model, res_id, id FROM lot_event WHERE (res_model, res_id) IN %s",
                tuple(documents),
            )
        )
        return {(model, res_id): event_id for model, res_id, event_id in rows}

    @api.model
    def _prepare_event(self, source, lines, now):
        kind, model, res_id = source
        moves = [line.move_id for line in lines]
        names = [move.reference for move in moves if move.reference]
        names = names or [move.origin for move in moves if move.origin]
        return {
            "kind": kind,
            "date": min(line.date for line in lines),
            "company_id": min(move.company_id.id for move in moves),
            "res_model": model,
            "res_id": res_id,
            "document": min(names, default=model),
            "uuid": str(uuid.uuid4()),
            "recorded_at": now,
            "user_id": self.env.uid,
        }

    # ---- entries -------------------------------------------------------------------------

    @api.model
    def _find_tracked(self, lines):
        """Ids of the products of `lines` that carry lots: also of those that are not tracked just
        now, and have lots of before."""
        products = self.env["product.product"].union(*(line.product_id for line in lines))
        tracked = products.filtered(lambda product: product.tracking != "none")
        bare = products.union(*(line.product_id for line in lines if not line.lot_id)) - tracked
        lots = self.env["stock.lot"].sudo().with_context(active_test=False)
        groups = bare and lots._read_group([("product_id", "in", bare.ids)], ["product_id"])
        return {*tracked.ids, *(product.id for (product,) in groups)}

    @api.model
    def _prepare_entry(self, line, kind, sign, now, events, parties, tracked):
        move, product = line.move_id, line.product_id
        event = events[self._get_source(move)[1:]] if kind in ("output", "consumption") else None
        return {
            "lot_id": line.lot_id.id or None,
            "product_id": product.id,
            "kind": kind,
            "quantity": sign * self._get_quantity(line),
            "uom_id": product.uom_id.id,
            "date": line.date,
            "event_id": event,
            "cost_share": self._get_cost_share(move) if kind == "output" else None,
            "tracked": product.id in tracked,
            "company_id": move.company_id.id,
            "party_id": parties.get(self._get_partner(line, kind).id),
            "document": move.reference or move.origin or None,
            "order_name": self._get_order_name(move, kind),
            "supplier_lot": (line.supplier_lot or line.lot_id.supplier_lot or None)
            if kind == "receipt"
            else None,
            "owner_party_id": parties.get(line.owner_id.id),
            "location_id": line.location_id.id,
            "location_dest_id": line.location_dest_id.id,
            "picking_id": move.picking_id.id or None,
            "move_line_id": line.id,
            "reversal": False,
            "recorded_at": now,
            "user_id": self.env.uid,
        }

    @api.model
    def _get_quantity(self, line):
        """In the product's unit. Odoo rounds it: a few grams of what is counted in kilograms are
        nothing to the stock, and they are in what was made of them."""
        unit = line.product_id.uom_id
        return line.quantity_product_uom or line.product_uom_id._compute_quantity(
            line.quantity, unit, round=False
        )

    @api.model
    def _get_order_name(self, move, kind):
        bought, sold = move.purchase_line_id.order_id.name, move.sale_line_id.order_id.name
        if kind in ("receipt", "supplier_return"):
            return bought or sold or None
        return sold or bought or None

    @api.model
    def _get_cost_share(self, move):
        """Percent of its order's cost that what is made carries."""
        order = move.production_id
        if not order:
            return None
        if move.product_id != order.product_id:
            return move.cost_share
        others = order.move_finished_ids.filtered(
            lambda other: other.product_id != order.product_id and other.state != "cancel"
        )
        # Of numbers of two digits: what PostgreSQL, which counts decimally, says of history.
        return round(100.0 - sum(others.mapped("cost_share")), 2)
