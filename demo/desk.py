"""What every entry of the diary needs: records by name, stock by lot, the labels."""

from datetime import datetime, time, timedelta

from odoo import fields

from . import story
from .steps import parse


class Desk:
    """Helpers of the demo plant; `register` holds the masters and what was made."""

    def __init__(self, register):
        self.register = register
        self.env = register.env
        self.today = fields.Date.today()
        # who moves the goods stands in the ledger; who buys and sells is the admin
        user = register.get("user", "warehouse")
        self.floor = self.env(user=user.id, su=True)

    def lot(self, name):
        return self.register.get("lot", name)

    def product(self, key):
        return self.register.get("product", key)

    def partner(self, key):
        return self.register.get("partner", key)

    def location(self, key):
        return self.register.get("location", key)

    def store_of(self, product):
        return self.location(self.register.get("store", product.id))

    def expiry_of(self, lot_name, product):
        """The date on the label, or False for what does not perish."""
        if not product.use_expiration_date:
            return False
        start, days = fields.Date.today(), product.expiration_time
        if lot_name in story.EXPIRES_IN:
            start, days = self.today, story.EXPIRES_IN[lot_name]
        return datetime.combine(start + timedelta(days=days), time(12))

    def make_lot(self, name):
        product = self.register.product_of(name)
        lot = self.floor["stock.lot"].create(
            {
                "name": name,
                "product_id": product.id,
                "expiration_date": self.expiry_of(name, product),
            }
        )
        return self.register.add("lot", name, lot)

    def wanted(self, text):
        """`{product: [(lot, quantity, store)]}` of the diary's notation."""
        result = {}
        for name, quantity, store in parse(text):
            product = self.register.product_of(name)
            result.setdefault(product, []).append((self.lot(name), quantity, store))
        return result

    def find_stock(self, product, quantity, lot=None, store=""):
        """Where that quantity lies: `[(lot, location, package, quantity)]`.

        Without a lot, the oldest stock of the product.
        """
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("lot_id", "=", lot.id) if lot else ("lot_id", "!=", False),
                ("location_id", "child_of", self.location(store or "stock").id),
                ("quantity", ">", 0),
            ],
            order="in_date, id",
        )
        found = []
        for quant in quants:
            free = product.uom_id.round(quant.quantity - quant.reserved_quantity)
            taken = min(free, quantity)
            if taken > 0:
                found.append((quant.lot_id, quant.location_id, quant.package_id, taken))
                quantity = product.uom_id.round(quantity - taken)
        if quantity > 0:
            which = lot.name if lot else product.name
            raise RuntimeError(f"Demo plant: {quantity} of {which} are missing")
        return found

    def take(self, lots_by_move, picked=True):
        """Let each move take its `[(lot or None, quantity, store)]` from stock."""
        values = []
        for move, lots in lots_by_move.items():
            move.move_line_ids.unlink()
            for lot, quantity, store in lots:
                for place in self.find_stock(move.product_id, quantity, lot, store):
                    values.append(self.prepare_line(move, *place, picked=picked))
        return self.floor["stock.move.line"].create(values)

    def prepare_line(self, move, lot, location, package, quantity, picked=True):
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "product_id": move.product_id.id,
            "product_uom_id": move.product_uom.id,
            "lot_id": lot.id if lot else False,
            "location_id": location.id,
            "location_dest_id": move.location_dest_id.id,
            "package_id": package.id if package else False,
            "result_package_id": package.id if package else False,
            "quantity": quantity,
            "picked": picked,
        }

    def validate(self, picking):
        """Validate; a wizard that asks back is a mistake in the story."""
        quiet = picking.with_context(skip_expired=True, skip_sms=True)
        answer = quiet.button_validate()
        if answer is not True:
            raise RuntimeError(f"Demo plant: {picking.name} asks: {answer}")
