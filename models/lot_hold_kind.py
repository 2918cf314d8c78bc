"""Why lots are held, as a company sorts it: quarantine, quality, recall, complaint, its own."""

from odoo import api, fields, models

PURPOSES = [
    ("ship", "Being shipped"),
    ("consume", "Being used in production"),
    ("use", "Being shipped or used in production"),
    ("move", "Being moved within stock"),
    ("all", "All of it: shipped, used, moved"),
]


class LotHoldKind(models.Model):
    _name = "lot.hold.kind"
    _description = "Kind of hold"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="By which other parts of the system name this kind. Empty for your own kinds."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    purpose = fields.Selection(
        PURPOSES, string="Keeps From", required=True, default="use", help="Proposed for holds of this kind."
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Tell",
        domain="[('share', '=', False)]",
        help="Told of each hold of this kind, beside those who are responsible for the documents it stops.",
    )

    _code_unique = models.UniqueIndex("(code) WHERE code IS NOT NULL", "There is a kind with this code.")

    @api.model
    def _get(self, kind):
        """The kind that is given: as a record, or by its code."""
        if isinstance(kind, str):
            return self.sudo().with_context(active_test=False).search([("code", "=", kind)]).sudo(False)
        return kind
