"""What was done in a recall, and when: the log of its measures.

In a drill a measure says what would have been done; nothing is.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError


class LotRecallMeasure(models.Model):
    _name = "lot.recall.measure"
    _description = "Measure of a recall"
    _order = "recall_id, taken_at, id"
    _rec_name = "text"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("scope", "Scope frozen"),
            ("hold", "Stock held"),
            ("stop", "Open orders stopped"),
            ("quarantine", "Moved to quarantine"),
            ("return", "Goods asked back"),
            ("received", "Goods came back"),
            ("destruction", "Goods destroyed"),
            ("notice", "Consignees told"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    taken_at = fields.Datetime(string="Taken on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    text = fields.Text(string="What was done", required=True)
    simulated = fields.Boolean(readonly=True, help="In a drill: what would be done was said, and not done.")

    @api.model_create_multi
    def create(self, vals_list):
        # The server's time and the user who asks: the log is no memory of somebody.
        for vals in vals_list:
            vals.setdefault("recall_id", self.env.context.get("default_recall_id"))
            recall = self.env["lot.recall"].browse(vals.get("recall_id"))
            recall._check_not_closed()
            vals.update(taken_at=fields.Datetime.now(), user_id=self.env.uid, simulated=recall.is_drill)
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The log of measures stays as it is. Add what is to be said."))
