"""Who works on a recall, and as what: also outsiders, and how they are reached at night."""

from odoo import api, fields, models


class LotRecallMember(models.Model):
    _name = "lot.recall.member"
    _inherit = ["lot.recall.part"]
    _description = "Member of a recall's team"
    _order = "sequence, id"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one("res.users")
    name = fields.Char(
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Also of outsiders.",
    )
    role = fields.Selection(
        [
            ("lead", "Leads the case"),
            ("quality", "Quality"),
            ("warehouse", "Warehouse and transport"),
            ("production", "Production"),
            ("sales", "Customers"),
            ("press", "Press and public"),
            ("legal", "Legal"),
            ("medical", "Medical or toxicological advice"),
            ("observer", "Observer"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    phone = fields.Char(help="At which he is reached at night.")

    @api.depends("user_id")
    def _compute_name(self):
        for member in self:
            member.name = member.user_id.name or member.name
