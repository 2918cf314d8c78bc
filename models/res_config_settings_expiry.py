from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_expiry_hour = fields.Integer(related="company_id.lot_expiry_hour", readonly=False)
    lot_expiry_rate_days = fields.Integer(related="company_id.lot_expiry_rate_days", readonly=False)
