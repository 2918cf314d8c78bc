from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_recall_target_id = fields.Many2one(
        "lot.recall.target",
        string="Target of recalls",
        help="What new cases and drills are measured against.",
    )
    lot_recall_quarantine_id = fields.Many2one(
        "stock.location",
        string="Quarantine of recalls",
        domain="[('is_quarantine', '=', True), ('company_id', 'in', (id, False))]",
        help="Proposed to new cases: where their stock is moved to, and where goods come back to.",
    )
    lot_recall_link_days = fields.Integer(
        string="Answer links after closing",
        default=30,
        help="So many days after a recall was closed the links of its consignees still show what was "
        "delivered to them; then they show nothing. They take no answers from the closing on.",
    )
    lot_drill_interval = fields.Selection(
        [("none", "Not asked for"), ("6", "Every half year"), ("12", "Every year")],
        string="Recall drills",
        default="none",
        required=True,
        help="How often a drill has to be passed. A failed one does not count.",
    )
    lot_drill_user_id = fields.Many2one("res.users", string="Runs the drills")

    _lot_recall_link_days_positive = models.Constraint(
        "CHECK (lot_recall_link_days >= 0)", "Answer links do not end before the recall is closed."
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            "lot_recall_target_id",
            "lot_recall_quarantine_id",
            "lot_recall_link_days",
            "lot_drill_interval",
        ]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_recall_target_id = fields.Many2one(related="company_id.lot_recall_target_id", readonly=False)
    lot_recall_quarantine_id = fields.Many2one(
        related="company_id.lot_recall_quarantine_id",
        readonly=False,
        domain="[('is_quarantine', '=', True), ('company_id', 'in', (company_id, False))]",
    )
    lot_recall_link_days = fields.Integer(related="company_id.lot_recall_link_days", readonly=False)
    lot_drill_interval = fields.Selection(
        related="company_id.lot_drill_interval", readonly=False, required=True
    )
    lot_drill_user_id = fields.Many2one(related="company_id.lot_drill_user_id", readonly=False)
