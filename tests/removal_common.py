"""Stock of lots with dates and costs, and orders that reserve it."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import new_test_user

from .policy_common import PolicyCase

NOW = datetime(2026, 11, 2, 9)


class RemovalCase(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls._create_product(
            "Milk",
            cls.unit,
            use_expiration_date=True,
            expiration_time=30,
            categ_id=cls._create_category("Dairy").id,
        )
        cls.company.partner_id.tz = "Europe/Brussels"

    @classmethod
    def _create_category(cls, name, **vals):
        return cls.env["product.category"].create({"name": name, **vals})

    @classmethod
    def _strategy(cls, method):
        return cls.env["product.removal"].search([("method", "=", method)])

    @classmethod
    def _rule(cls, method, **vals):
        """A policy that says which lot of milk leaves first."""
        vals = {
            "name": f"Policy {method}",
            "product_tmpl_ids": cls.milk.product_tmpl_id,
            "removal_strategy_id": cls._strategy(method).id,
        } | vals
        return cls._create_policy(vals.pop("name"), {}, **vals)

    @classmethod
    def _put(
        cls,
        name,
        quantity=10.0,
        days=None,
        product=None,
        location=None,
        at=0,
        package=None,
        owner=None,
        **vals,
    ):
        """A lot that expires in `days` and came in `at` hours after the others."""
        product = product or cls.milk
        if days is not None:
            expiry = NOW + timedelta(days=days)
            vals = {
                "expiration_date": expiry,
                "use_date": expiry,
                "removal_date": expiry,
                "alert_date": expiry,
            } | vals
        lot = cls.env["stock.lot"].search([("name", "=", name), ("product_id", "=", product.id)])
        lot = lot or cls._create_lot(product, name, **vals)
        cls.env["stock.quant"]._update_available_quantity(
            product,
            location or cls.stock_location,
            quantity,
            lot_id=lot,
            package_id=package,
            owner_id=owner,
            in_date=NOW - timedelta(days=20) + timedelta(hours=at),
        )
        return lot

    @classmethod
    def _sell(cls, quantity, product=None, partner=None, uom=None, warehouse=None):
        product = product or cls.milk
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 2.0}
        if uom:
            line["product_uom_id"] = uom.id
        order = cls.env["sale.order"].with_user(cls.worker)
        order = order.create(
            {
                "partner_id": (partner or cls.customer).id,
                "order_line": [Command.create(line)],
                "warehouse_id": (warehouse or cls.warehouse).id,
            }
        )
        order.action_confirm()
        return order.picking_ids

    @classmethod
    def _order_made_from(cls, quantity, product=None):
        """An order that consumes `quantity` of milk, confirmed."""
        product = product or cls.milk
        component = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "product_uom": product.uom_id.id,
            "location_id": cls.stock_location.id,
            "location_dest_id": product.property_stock_production.id,
        }
        order = cls.env["mrp.production"].with_user(cls.worker)
        order = order.create(
            {
                "product_id": cls.hummus.id,
                "product_qty": 1.0,
                "product_uom_id": cls.hummus.uom_id.id,
                "move_raw_ids": [Command.create(component)],
            }
        )
        order.action_confirm()
        return order

    def _taken(self, record):
        lines = (
            record.move_line_ids if record._name != "mrp.production" else record.move_raw_ids.move_line_ids
        )
        return [(line.lot_id.name, line.quantity) for line in lines.sorted("id")]

    def _why(self, record):
        lines = (
            record.move_line_ids if record._name != "mrp.production" else record.move_raw_ids.move_line_ids
        )
        return [line.lot_choice_text for line in lines.sorted("id")]


class ChoiceCase(RemovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = new_test_user(
            cls.env,
            "genealogy_supervisor",
            groups="lot_genealogy.group_supervisor,mrp.group_mrp_user,sales_team.group_sale_salesman_all_leads",
        )
        cls.reason = cls.env.ref("lot_genealogy.lot_override_reason_damaged")
        far = NOW + timedelta(days=90)
        cls._put("L-0230", days=12, removal_date=far)
        cls.third = cls._put("L-0232", days=31, removal_date=far)
        cls.fourth = cls._put("L-0233", days=40, removal_date=far)

    def _take_by_hand(self, lot, quantity=4.0, **vals):
        """A delivery for which a picker put another lot than the reserved one."""
        delivery = self._sell(quantity)
        delivery.move_line_ids.with_user(self.worker).write({"lot_id": lot.id, **vals})
        delivery.move_ids.picked = True
        return delivery

    def _enter_lines(self, number, lot):
        """Lines of a delivery, one unit of `lot` each, entered in place of the reserved ones."""
        delivery = self._sell(float(number))
        delivery.move_line_ids.unlink()
        for _line in range(number):
            self._add_line(delivery.move_ids, 1.0, lot)
        return delivery.move_line_ids
