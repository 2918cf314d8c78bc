"""Says what was done about expiring lots."""

from odoo import fields, models

from ..models.lot_expiry_alert import OUTCOMES, OUTCOMES_BY_HAND


class LotExpiryResolve(models.TransientModel):
    _name = "lot.expiry.resolve"
    _description = "What was done about expiring lots"

    alert_ids = fields.Many2many("lot.expiry.alert", required=True, string="Alerts")
    outcome = fields.Selection(
        [one for one in OUTCOMES if one[0] in OUTCOMES_BY_HAND], string="What Was Done", required=True
    )
    resolution = fields.Text(string="More", help="What, by whom, to whom.")

    def action_confirm(self):
        self.ensure_one()
        self.alert_ids._resolve(self.outcome, self.resolution)
        return {"type": "ir.actions.act_window_close"}
