"""How long records of lots are kept, and by what law: given to policies, which say for which products."""

from odoo import api, fields, models

from ..engine.retention import Retention


class LotRetention(models.Model):
    _name = "lot.retention"
    _description = "Retention period"
    _inherit = ["lot.cached", "lot.audited"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True, help="The law or agreement that asks for it.")
    active = fields.Boolean(default=True)
    months = fields.Integer(required=True, default=24, help="12 are a year.")
    start = fields.Selection(
        [
            ("movement", "the last movement"),
            ("shipment", "the last shipment"),
            ("expiry", "the expiration date"),
        ],
        string="From",
        required=True,
        default="movement",
        help="A lot that was never shipped, or has no expiration date, counts from its last movement.",
    )
    note = fields.Text(translate=True, help="Where it stands, and what was decided about it.")
    policy_ids = fields.Many2many("lot.policy", "lot_policy_retention_rel", string="Policies")

    _months_positive = models.Constraint("CHECK (months > 0)", "Enter how many months it is kept.")

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "name", "active", "months", "start", "policy_ids"]

    def _get_retention(self):
        """The record as the engine takes it."""
        self.ensure_one()
        return Retention(self.name, self.months, self.start)
