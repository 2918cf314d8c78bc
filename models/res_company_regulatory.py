"""Who answers for the company, and what its lot codes mean: on papers for authorities."""

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recall_contact = fields.Char(
        string="Recall contact", help="Name, title, telephone and e-mail of who knows of the recall."
    )
    recall_responsible = fields.Char(
        string="Most responsible individual", help="Name, title and address of who answers for the company."
    )
    recall_public_contact = fields.Char(
        string="Contact for the public", help="Name, telephone and e-mail that a public notice may print."
    )
    traceability_contact = fields.Char(
        string="Point of contact for traceability",
        help="Name or job title, and telephone number, of who answers questions on the records of "
        "traceability (21 CFR 1.1315(a)(4)).",
    )
    lot_code_explanation = fields.Text(
        string="How lot codes are read",
        help="What the parts of your lot codes mean. FDA asks for it in every recall submission.",
    )

    @api.model
    def _get_regulatory_fields(self):
        return [
            "recall_contact",
            "recall_responsible",
            "recall_public_contact",
            "traceability_contact",
            "lot_code_explanation",
        ]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), *self._get_regulatory_fields()]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recall_contact = fields.Char(related="company_id.recall_contact", readonly=False)
    recall_responsible = fields.Char(related="company_id.recall_responsible", readonly=False)
    recall_public_contact = fields.Char(related="company_id.recall_public_contact", readonly=False)
    traceability_contact = fields.Char(related="company_id.traceability_contact", readonly=False)
    lot_code_explanation = fields.Text(related="company_id.lot_code_explanation", readonly=False)
