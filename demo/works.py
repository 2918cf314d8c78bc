"""What the demo plant makes, and once unmakes."""

from datetime import timedelta

from odoo import Command, fields

from . import masters
from .clock import at, moment
from .desk import Desk
from .steps import parse

BATCH_TIME = timedelta(minutes=100)


class Works(Desk):
    def do_make(self, entry):
        """A manufacturing order from its start to done, perhaps with a backorder."""
        if entry.backorder_of:
            first = self.register.get("mo", entry.backorder_of)
            order = first.production_group_id.production_ids - first
        else:
            start = fields.Datetime.now() - BATCH_TIME
            product = self.register.product_of(entry.lot)
            with at(self.env, start):
                order = self._plan(product, entry.planned or entry.quantity, start, entry)
        order.lot_producing_ids = self.make_lot(entry.lot)
        order.qty_producing = entry.quantity
        self._consume(order, entry)
        self._take_byproducts(order, entry.byproduct)
        self._finish(order)
        self.register.add("mo", entry.lot, order)

    def _plan(self, product, quantity, start, entry):
        """A confirmed order; components foreign to the recipe are added to it."""
        store = getattr(entry, "store", "")
        dest = self.location(store) if store else self.store_of(product)
        bom = self.env["mrp.bom"]
        if getattr(entry, "recipe", True):
            bom = next(
                self.register.get("bom", key) for key in masters.RECIPES if self.product(key) == product
            )
        order = self.floor["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "bom_id": bom.id,
                "date_start": start,
                "location_src_id": self.location("stock").id,
                "location_dest_id": dest.id,
            }
        )
        self._add_components(order, entry.use)
        self._add_byproducts(order, getattr(entry, "byproduct", ""))
        order.action_confirm()
        return order

    def _add_components(self, order, use):
        known = order.move_raw_ids.product_id
        order.move_raw_ids = [
            Command.create(
                order._get_move_raw_values(
                    product,
                    sum(quantity for _lot, quantity, _store in lots),
                    product.uom_id,
                )
            )
            for product, lots in self.wanted(use).items()
            if product not in known
        ]

    def _add_byproducts(self, order, text):
        known = order.move_byproduct_ids.product_id
        for name, quantity, _note in parse(text):
            product = self.register.product_of(name)
            if product not in known:
                values = order._get_move_finished_values(product.id, quantity, product.uom_id.id)
                values["cost_share"] = 1.0
                order.move_finished_ids = [Command.create(values)]

    def _consume(self, order, entry):
        """The lots named, and packaging oldest first; water has no lot."""
        named = self.wanted(entry.use)
        lots_by_move = {}
        for move in order.move_raw_ids:
            need = move.product_uom.round(entry.quantity * move.unit_factor)
            if move.product_id in named:
                lots_by_move[move] = named[move.product_id]
            elif move.product_id.is_storable:
                lots_by_move[move] = [(None, need, "")]
            else:
                move.quantity = need
                move.picked = True
        self.take(lots_by_move)

    def _take_byproducts(self, order, text):
        values = []
        for name, quantity, _note in parse(text):
            product = self.register.product_of(name)
            move = order.move_byproduct_ids.filtered(lambda m, product=product: m.product_id == product)
            move.move_line_ids.unlink()
            lot = self.make_lot(name)
            line = self.prepare_line(move, lot, move.location_id, None, quantity)
            line["location_dest_id"] = self.store_of(product).id
            values.append(line)
        self.floor["stock.move.line"].create(values)

    def _finish(self, order):
        order = order.with_context(skip_expired=True)
        answer = order.button_mark_done()
        if order.state != "done" and isinstance(answer, dict):
            if answer.get("res_model") != "mrp.production.backorder":
                raise RuntimeError(f"Demo plant: {order.name} asks: {answer}")
            wizard = order.env["mrp.production.backorder"]
            wizard.with_context(**answer["context"]).create({}).action_backorder()
        if order.state != "done":
            raise RuntimeError(f"Demo plant: {order.name} is not done")

    def do_open_make(self, entry):
        start = moment(self.today, -1, 1)
        product = self.product(entry.product)
        order = self._plan(product, entry.quantity, start, entry)
        named = self.wanted(entry.use)
        lots_by_move = {
            move: named.get(move.product_id, [(None, move.product_uom_qty, "")])
            for move in order.move_raw_ids
            if move.product_id.is_storable
        }
        self.take(lots_by_move, picked=False)
        self.register.add("mo_open", entry.product, order)

    def do_unbuild(self, entry):
        for name, quantity, _note in parse(entry.lots):
            lot = self.lot(name)
            place = self.find_stock(lot.product_id, quantity, lot)[0]
            order = self.floor["mrp.unbuild"].create(
                {
                    "product_id": lot.product_id.id,
                    "product_qty": quantity,
                    "product_uom_id": lot.product_id.uom_id.id,
                    "lot_id": lot.id,
                    "mo_id": self.register.get("mo", name).id,
                    "location_id": place[1].id,
                    "location_dest_id": place[1].id,
                }
            )
            order.action_unbuild()
            self.register.add("unbuild", name, order)
