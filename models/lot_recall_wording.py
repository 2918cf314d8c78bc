"""The fixed text of a recall's notices: what does not depend on the case.

A version is valid from a day on. What was sent keeps the text it was sent with, so a yearly
review adds a version and changes none.
"""

import string

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

USES = [
    ("notice", "First notice"),
    ("reminder", "Second notice"),
    ("public", "Public notice"),
]
# What a subject and a text may name.
PLACEHOLDERS = ("subject", "reference", "company", "hazard", "product")


class LotRecallWording(models.Model):
    _name = "lot.recall.wording"
    _inherit = ["lot.audited"]
    _description = "Wording of recall notices"
    _order = "use, kind, classification, valid_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    use = fields.Selection(USES, required=True, default="notice")
    kind = fields.Selection([("recall", "Recall"), ("withdrawal", "Withdrawal")], help="Empty: for both.")
    classification = fields.Selection(
        [("I", "Class I"), ("II", "Class II"), ("III", "Class III"), ("company", "Class of the company")],
        help="Empty: for all classes that have no wording of their own.",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    version = fields.Char(required=True, default="1")
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    source = fields.Char(help="The paragraph that asks for it.")
    headline = fields.Char(
        required=True,
        translate=True,
        help="Stands above the letter and in the subject of the mail. May name {subject}, {reference}, "
        "{company}, {hazard}, {product}.",
    )
    opening = fields.Text(required=True, translate=True, help="What happened. May name the same.")
    stop = fields.Text(translate=True, help="What to do at once with what is still there.")
    pass_on = fields.Text(translate=True, help="How to tell own customers.")
    answer = fields.Text(translate=True, help="How to answer, and until when.")

    @api.model
    def _get_audited_fields(self):
        names = ("name", "active", "use", "kind", "classification", "company_id", "version", "valid_from")
        return [*super()._get_audited_fields(), *names, "headline", "opening", "stop", "pass_on", "answer"]

    @api.constrains("headline", "opening")
    def _check_placeholders(self):
        for wording in self:
            for text in (wording.headline, wording.opening):
                try:
                    names = {name for _text, name, *_rest in string.Formatter().parse(text or "")} - {None}
                except ValueError as error:
                    raise ValidationError(
                        self.env._("%(wording)s: %(problem)s", wording=wording.name, problem=error)
                    ) from None
                unknown = names - set(PLACEHOLDERS)
                if unknown:
                    raise ValidationError(
                        self.env._(
                            "%(wording)s: nothing gives a value for %(unknown)s. Known are %(known)s.",
                            wording=wording.name,
                            unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                            known=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
                        )
                    )

    @api.model
    def _choose(self, use, recall):
        """The wording for a case today: its company's, kind's and class's before a general one's."""
        today = fields.Date.context_today(self)
        candidates = self.sudo().search(
            [
                ("use", "=", use),
                ("valid_from", "<=", today),
                ("company_id", "in", [recall.company_id.id, False]),
                ("kind", "in", [recall.kind, False]),
                ("classification", "in", [recall.classification, False]),
            ]
        )
        if not candidates:
            raise UserError(
                self.env._(
                    "There is no wording for this notice. Write one under Traceability › Configuration › "
                    "Recall wordings."
                )
            )
        return max(
            candidates,
            key=lambda one: (
                bool(one.company_id),
                bool(one.kind),
                bool(one.classification),
                one.valid_from,
                one.id,
            ),
        )

    def _fill(self, name, recall):
        """A text of the wording with the facts of the case in it."""
        products = recall.lot_ids.product_id.mapped("display_name")
        values = {
            "subject": recall.subject,
            "reference": recall.name,
            "company": recall.company_id.name,
            "hazard": recall.hazard or "",
            "product": ", ".join(products),
        }
        return (self[name] or "").format_map(values)
