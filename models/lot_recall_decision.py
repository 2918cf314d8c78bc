"""A decision in a recall: the case is started, goes active, is closed or reopened.

It is signed with the password, by the role that may take it, and keeps what the case said at that
moment: what is decided later does not change what was decided then.
"""

from odoo import fields, models

MOVES = [
    ("start", "Assessment started"),
    ("activate", "Recall decided"),
    ("wind_up", "Closing begun"),
    ("close", "Closed"),
    ("reopen", "Reopened"),
    ("resume", "Made active again"),
    ("cancel", "No recall needed: closed"),
]


class LotRecallDecision(models.Model):
    _name = "lot.recall.decision"
    _inherit = ["lot.signed"]
    _description = "Decision in a recall"
    _order = "recall_id, id"
    _rec_name = "move"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    move = fields.Selection(MOVES, string="Decision", required=True, readonly=True)
    reason = fields.Text(string="Grounds")
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    content = fields.Json(string="What the case said", readonly=True)


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
            ("notice", "Consignees told"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    taken_at = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, default=lambda self: self.env.user, readonly=True
    )
    text = fields.Text(string="What was done", required=True)
    simulated = fields.Boolean(
        readonly=True, help="In a drill: it was said what would be done, and not done."
    )
