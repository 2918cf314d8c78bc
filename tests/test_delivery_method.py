"""Odoo's delivery methods, installed later: how long each is under way counts for the remaining life."""

import json

from odoo.tests import tagged

from .test_faults import FaultsCase

DELIVERIES = """
import json
from datetime import timedelta
from odoo import Command, fields
from odoo.exceptions import UserError

groups = ("lot_genealogy.group_manager", "stock.group_stock_manager", "sales_team.group_sale_manager")
admin = env.ref("base.user_admin")
admin.write({"group_ids": [Command.link(env.ref(group).id) for group in groups]})
env = env(user=admin)
warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
milk = env["product.product"].create({
    "name": "Milk", "type": "consu", "is_storable": True, "tracking": "lot", "use_expiration_date": True})
dates = ("expiration_date", "use_date", "removal_date", "alert_date")
for name, days in (("SHORT", 12), ("LONG", 40)):
    expiry = fields.Datetime.now() + timedelta(days=days)
    lot = env["stock.lot"].create({"name": name, "product_id": milk.id, **dict.fromkeys(dates, expiry)})
    env["stock.quant"]._update_available_quantity(milk, warehouse.lot_stock_id, 10.0, lot_id=lot)
customer = env["res.partner"].create({"name": "Customer"})
env["lot.shelf.rule"].create({"days": 12, "partner_id": customer.id})


def carrier(name):
    product = env["product.product"].create({"name": name, "type": "service"})
    return env["delivery.carrier"].create({"name": name, "product_id": product.id})


def sell(method=None):
    order = env["sale.order"].create({
        "partner_id": customer.id, "carrier_id": method and method.id, "warehouse_id": warehouse.id,
        "order_line": [Command.create({"product_id": milk.id, "product_uom_qty": 1.0})]})
    order.action_confirm()
    return order.picking_ids


def taken(pickings):
    return pickings.move_line_ids.mapped("lot_id.name")


def refusal(picking):
    try:
        with env.cr.savepoint():
            picking.button_validate()
    except UserError as error:
        return str(error)


lorry, van = carrier("Lorry"), carrier("Van")
transit = env["lot.transit"].create([{"carrier_id": lorry.id, "days": 1}, {"carrier_id": van.id, "days": 0}])
said = {"names": transit.mapped("display_name"), "menu": env["ir.ui.menu"]._load_menus_blacklist()}
by_van = sell(van)
said.update(lorry=taken(sell(lorry)), van=taken(by_van), none=taken(sell()))
by_van.move_ids.picked = True
by_van.carrier_id = lorry
said["another"] = refusal(by_van)
by_van.carrier_id = van
customer.lot_transit_days = 1
said["far"] = refusal(by_van)
customer.lot_transit_days = 0
warehouse.delivery_steps = "pick_ship"
said.update(pick_lorry=taken(sell(lorry)), pick_van=taken(sell(van)))
print(json.dumps(said))
"""


@tagged("post_install", "-at_install")
class TestDeliveryMethod(FaultsCase):
    def test_days_under_way_of_a_delivery_method_count(self):
        self._odoo("module install", "stock_delivery")
        printed = self._odoo("shell", "--no-http", "--log-level=error", script=DELIVERIES)
        said = json.loads(printed.splitlines()[-1])
        ((menu,),) = self._fetch("SELECT res_id FROM ir_model_data WHERE name = 'lot_transit_menu'")
        self.assertNotIn(menu, said["menu"])
        self.assertEqual(said["names"], ["Lorry", "Van"])
        self.assertEqual((said["lorry"], said["van"], said["none"]), (["LONG"], ["SHORT"], ["SHORT"]))
        # Another one before it leaves, or an address that is farther than the method says: asked again.
        for reason in (said["another"], said["far"]):
            self.assertIn("11 days left, customer needs 12", reason)
        # From the first step on.
        self.assertEqual((said["pick_lorry"], said["pick_van"]), (["LONG"], ["SHORT"]))
