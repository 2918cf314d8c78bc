from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    lot_manager_id = fields.Many2one(
        "res.users",
        string="Manager",
        domain="[('share', '=', False)]",
        help="Is told of expiring lots here, where a lot policy says so.",
    )
