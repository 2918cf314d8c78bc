"""What the demo plant buys, sells and gets back."""

from odoo import Command, fields

from .clock import at, moment
from .desk import Desk
from .steps import parse


class Trade(Desk):
    def do_receipt(self, entry):
        """A purchase order, confirmed days before, and its receipt lot by lot."""
        now = fields.Datetime.now()
        lots = parse(entry.lots)
        ordered = moment(self.today, entry.days_ago + entry.ordered, 4)
        with at(self.env, ordered):
            order = self.env["purchase.order"].create(
                {
                    "partner_id": self.partner(entry.supplier).id,
                    "date_order": ordered,
                    "order_line": [
                        Command.create(self._prepare_purchase_line(name, quantity, now))
                        for name, quantity, _supplier_lot in lots
                    ],
                }
            )
            order.button_confirm()
        picking = order.picking_ids.with_env(self.floor)
        self._receive(picking, lots)
        self.validate(picking)
        for line in picking.move_line_ids:
            self.register.add("lot", line.lot_id.name, line.lot_id)
        self.register.add("purchase", lots[0][0], order)
        self.register.add("receipt", lots[0][0], picking)

    def _prepare_purchase_line(self, lot_name, quantity, planned):
        product = self.register.product_of(lot_name)
        return {
            "product_id": product.id,
            "product_qty": quantity,
            "price_unit": product.standard_price,
            "date_planned": planned,
        }

    def _receive(self, picking, lots):
        moves = {move.product_id: move for move in picking.move_ids}
        picking.move_line_ids.unlink()
        values = []
        for name, quantity, supplier_lot in lots:
            move = moves[self.register.product_of(name)]
            line = self.prepare_line(move, None, move.location_id, None, quantity)
            line["lot_name"] = name
            line["location_dest_id"] = self.store_of(move.product_id).id
            line["expiration_date"] = self.expiry_of(name, move.product_id)
            if "supplier_lot" in self.floor["stock.move.line"]._fields:
                line["supplier_lot"] = supplier_lot or False
            values.append(line)
        self.floor["stock.move.line"].create(values)

    def do_supplier_return(self, entry):
        name = parse(entry.lots)[0][0]
        receipt = self.register.get("receipt", name)
        self._return(receipt, entry.lots, "supplier_return")

    def _sell(self, entry, text, due):
        """A confirmed sale order of some lots and its delivery, not yet reserved."""
        quantities = {
            product: sum(quantity for _lot, quantity, _store in lots)
            for product, lots in self.wanted(text).items()
        }
        return self.sell(entry, quantities, due)

    def sell(self, entry, quantities, due):
        """The same, of ``{product: quantity}``."""
        ordered = moment(self.today, entry.days_ago + 1, 3)
        lines = [
            {"product_id": product.id, "product_uom_qty": quantity}
            for product, quantity in quantities.items()
        ]
        with at(self.env, ordered):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.partner(entry.customer).id,
                    "date_order": ordered,
                    "commitment_date": due,
                    "order_line": [Command.create(line) for line in lines],
                }
            )
            order.action_confirm()
        return order, order.picking_ids.with_env(self.floor)

    def _pick(self, picking, text, picked=True):
        lots = self.wanted(text)
        lots_by_move = {move: lots[move.product_id] for move in picking.move_ids}
        self.take(lots_by_move, picked=picked)

    def do_delivery(self, entry):
        text = f"{entry.lots} {entry.later}"
        order, picking = self._sell(entry, text, fields.Datetime.now())
        self._pick(picking, entry.lots)
        self.validate(picking.with_context(skip_backorder=bool(entry.later)))
        if entry.later:
            with at(self.env, moment(self.today, entry.days_ago - 1, 8)):
                self._pick(picking.backorder_ids, entry.later)
                self.validate(picking.backorder_ids)
        for name, _quantity, _store in parse(entry.lots):
            key = f"{entry.customer}_{name}"
            self.register.add("sale", key, order)
            self.register.add("delivery", key, picking)

    def do_open_delivery(self, entry):
        due = moment(self.today, -1, 4)
        order, picking = self._sell(entry, entry.lots, due)
        self._pick(picking, entry.lots, picked=entry.picked)
        self.register.add("sale_open", entry.customer, order)
        self.register.add("delivery_open", entry.customer, picking)

    def do_customer_return(self, entry):
        name = parse(entry.lots)[0][0]
        delivery = self.register.get("delivery", f"{entry.customer}_{name}")
        self._return(delivery, entry.lots, "customer_return")

    def _return(self, picking, text, kind):
        """The return wizard, for these lots; what comes back goes to its store."""
        wanted = self.wanted(text)
        wizard = self.floor["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            lots = wanted.get(line.product_id, [])
            line.quantity = sum(quantity for _lot, quantity, _store in lots)
        back = wizard._create_return()
        back.scheduled_date = fields.Datetime.now()
        if back.picking_type_code == "incoming":
            for line in back.move_line_ids:
                line.location_dest_id = self.store_of(line.product_id)
        self.validate(back)
        self.register.add(kind, parse(text)[0][0], back)
