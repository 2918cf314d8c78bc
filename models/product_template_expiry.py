from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    lot_expiry_critical = fields.Boolean(
        string="Critical Expiry",
        help="Its lots climb the levels that a lot policy has for critical products.",
    )
