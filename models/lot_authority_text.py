"""What an authority's rule asks for, in words, with a version and the day from which it is used.

Papers print the text that was in use on the day of their trace. A yearly review adds a version; the
earlier ones stay, so that a paper made again of a frozen trace reads as it did.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.paper_words import LANGUAGES


class LotAuthorityText(models.Model):
    _name = "lot.authority.text"
    _inherit = ["mail.thread", "lot.audited"]
    _description = "Authority text"
    _order = "code, lang, valid_from desc, id desc"
    _rec_name = "code"

    code = fields.Char(required=True, index=True, help="Which text it is: one code for all its versions.")
    authority = fields.Char(required=True)
    source = fields.Char(required=True, help="Where it is written: paragraph, guidance, web page.")
    lang = fields.Selection(LANGUAGES, string="Language", required=True, default="en_US")
    version = fields.Char(required=True, default="1")
    valid_from = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Papers of traces asked from this day on print it, until a later version is valid.",
    )
    body = fields.Text(required=True, tracking=True, help="What is asked, as the paper prints it.")
    not_claimed = fields.Text(
        tracking=True, help="What the paper does not say, or what nobody has confirmed yet."
    )
    review_note = fields.Text(
        string="What to check",
        help="For the yearly review: what was read where, and what was not. Not printed.",
    )
    reviewed_on = fields.Date(tracking=True, help="When somebody last compared it with its source.")
    reviewed_by_id = fields.Many2one("res.users", tracking=True)
    active = fields.Boolean(default=True)

    _version_uniq = models.Constraint(
        "UNIQUE (code, lang, version)", "A text has one version of a number in each language."
    )

    @api.depends("code", "version", "lang")
    def _compute_display_name(self):
        for text in self:
            text.display_name = f"{text.code} {text.version} ({text.lang})"

    @api.model
    def _get_audited_fields(self):
        names = ["code", "authority", "source", "lang", "version", "valid_from", "body", "not_claimed"]
        return [*super()._get_audited_fields(), *names, "reviewed_on", "reviewed_by_id"]

    @api.model
    def _get_valid(self, code, lang, day):
        """The text of a code on a day, in a language or else in English: plain values, or None."""
        for wanted in dict.fromkeys((lang, "en_US")):
            text = self.sudo().search(
                [("code", "=", code), ("lang", "=", wanted), ("valid_from", "<=", day)],
                order="valid_from desc, id desc",
                limit=1,
            )
            if text:
                return {
                    "code": text.code,
                    "version": text.version,
                    "valid_from": fields.Date.to_string(text.valid_from),
                    "body": text.body,
                    "not_claimed": text.not_claimed or None,
                }
        return None

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        today = fields.Date.context_today(self)
        if any(text.valid_from <= today for text in self):
            raise UserError(
                self.env._(
                    "A text that has been valid stays: papers made with it name its version. "
                    "Archive it, or add a version that is valid from another day."
                )
            )

    def action_reviewed(self):
        """Somebody compared it with its source, and it still is right."""
        self.write({"reviewed_on": fields.Date.context_today(self), "reviewed_by_id": self.env.uid})
