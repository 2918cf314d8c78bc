"""What happens to the demo plant's stock between receipt and delivery."""

from odoo import Command, fields

from .desk import Desk
from .steps import parse


class House(Desk):
    def do_transfer(self, entry):
        """An internal transfer into a store, on a new pallet where one is named."""
        package = self.floor["stock.package"]
        if entry.pallet:
            package = package.create({"name": entry.pallet, "pack_date": fields.Date.today()})
            self.register.add("package", entry.pallet, package)
        wanted = self.wanted(entry.lots)
        picking = self.floor["stock.picking"].create(
            {
                "picking_type_id": self.register.get("type", "internal").id,
                "location_id": self.location("stock").id,
                "location_dest_id": self.location(entry.store).id,
                "move_ids": [
                    Command.create(self._prepare_move(entry, product, lots))
                    for product, lots in wanted.items()
                ],
            }
        )
        picking.action_confirm()
        picking.scheduled_date = fields.Datetime.now()
        self.take({move: wanted[move.product_id] for move in picking.move_ids})
        picking.move_line_ids.result_package_id = package
        self.validate(picking)

    def _prepare_move(self, entry, product, lots):
        return {
            "product_id": product.id,
            "product_uom_qty": sum(quantity for _lot, quantity, _store in lots),
            "product_uom": product.uom_id.id,
            "date": fields.Datetime.now(),
            "location_id": self.location("stock").id,
            "location_dest_id": self.location(entry.store).id,
        }

    def do_scrap(self, entry):
        for name, quantity, _note in parse(entry.lots):
            lot = self.lot(name)
            places = self.find_stock(lot.product_id, quantity, lot)
            for _lot, location, package, taken in places:
                scrap = self.floor["stock.scrap"].create(
                    {
                        "product_id": lot.product_id.id,
                        "product_uom_id": lot.product_id.uom_id.id,
                        "lot_id": lot.id,
                        "scrap_qty": taken,
                        "location_id": location.id,
                        "package_id": package.id,
                        "origin": entry.reason,
                    }
                )
                scrap.action_validate()
            self.register.add("scrap", name, scrap)

    def do_count(self, entry):
        """A stock count of one store: what was found, lot by lot."""
        quants = self.floor["stock.quant"].with_context(inventory_mode=True)
        for name, quantity, _note in parse(entry.lots):
            quant = quants.search(
                [
                    ("lot_id", "=", self.lot(name).id),
                    ("location_id", "=", self.location(entry.store).id),
                ]
            )
            quant.inventory_quantity = quantity
            quants |= quant
        quants.action_apply_inventory()
