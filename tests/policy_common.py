"""Policies for tests, made as the administrator of traceability would."""

from odoo import Command
from odoo.tests import new_test_user

from ..engine.policy import OPERATIONS
from .common import GenealogyCase


class PolicyCase(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "genealogy_manager", groups="lot_genealogy.group_manager,stock.group_stock_manager"
        )
        cls.nl = cls.env.ref("base.nl")

    @classmethod
    def _create_policy(cls, name, demands, **vals):
        """`demands`: ``{fact: "receipt shipment"}``; ``all`` are all operations."""
        rows = []
        for fact, operations in demands.items():
            names = OPERATIONS if operations == "all" else operations.split()
            fact, _sep, label = fact.partition(":")
            rows.append(
                Command.create({"fact": fact, "label": label} | {f"on_{name}": True for name in names})
            )
        return (
            cls.env["lot.policy"]
            .with_user(cls.manager)
            .create({"name": name, "active": True, "demand_ids": rows, **vals})
        )

    @classmethod
    def _get_names(cls, *products, company=None):
        products = cls.env["product.product"].union(*products)
        rules = cls.env["lot.policy"]._get_rules(products, company or cls.company)
        return [rules[product.id].name if product.id in rules else None for product in products]

    @classmethod
    def _receipt(cls, product, lot_name, quantity=10.0, **facts):
        """A receipt that is ready: one line with `facts`, not validated."""
        picking = (
            cls.env["stock.picking"]
            .with_user(cls.worker)
            .create(
                {
                    "partner_id": cls.supplier.id,
                    "picking_type_id": cls.warehouse.in_type_id.id,
                    "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": cls.stock_location.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "product_uom": product.uom_id.id,
                                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                                "location_dest_id": cls.stock_location.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        move = picking.move_ids
        move.move_line_ids.unlink()
        line = cls._add_line(move, quantity)
        line.write({"lot_name": lot_name, **facts})
        move.picked = True
        return picking

    def _on_hand(self, product):
        return sum(
            self.env["stock.quant"]
            .search([("product_id", "=", product.id), ("location_id.usage", "=", "internal")])
            .mapped("quantity")
        )
