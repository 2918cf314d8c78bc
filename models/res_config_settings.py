from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_trace_tolerance = fields.Float(related="company_id.lot_trace_tolerance", readonly=False)
    lot_correction_signing = fields.Selection(
        related="company_id.lot_correction_signing", readonly=False, required=True
    )
    lot_seal_email = fields.Char(related="company_id.lot_seal_email", readonly=False)
