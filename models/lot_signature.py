"""A signature: who, when and what it means, bound to a hash of what was signed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.fingerprint import canonical, fingerprint

MEANINGS = [
    ("author", "Authorship"),
    ("approval", "Approval"),
    ("refusal", "Refusal"),
    ("release", "Release"),
    ("closing", "Closing"),
]


class LotSignature(models.Model):
    _name = "lot.signature"
    _inherit = ["lot.append.only"]
    _description = "Signature"
    _order = "id"
    _rec_name = "user_name"
    _log_access = False

    res_model = fields.Char(string="Model", readonly=True, required=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", readonly=True, required=True
    )
    record_name = fields.Char(
        string="Record", readonly=True, required=True, help="Its name as it was signed."
    )
    meaning = fields.Selection(MEANINGS, readonly=True, required=True)
    user_id = fields.Many2one("res.users", readonly=True, required=True, ondelete="restrict")
    user_name = fields.Char(string="Signed by", readonly=True, required=True, help="The name as it was then.")
    signed_at = fields.Datetime(string="Signed on", readonly=True, required=True, help="The server's time.")
    content = fields.Text(readonly=True, required=True, help="What was signed: JSON.")
    content_hash = fields.Char(string="Hash", readonly=True, required=True, help="SHA-256 of the content.")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("valid", "Valid"), ("broken", "Broken: changed after it was signed")],
        compute="_compute_state",
        help="Whether the record still is what was signed.",
    )

    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("content", "content_hash")
    def _compute_state(self):
        for one in self:
            record = self.env[one.res_model].sudo().browse(one.res_id) if one.res_model in self.env else None
            holds = (
                record is not None
                and record.exists()
                and canonical(record._get_signed_content()) == one.content
                and fingerprint(record._get_signed_content()) == one.content_hash
            )
            one.state = "valid" if holds else "broken"

    def _refuse(self):
        raise UserError(
            self.env._("A signature is given with the signer's own password, and stays: nobody can write it.")
        )
