"""A paper that says something of lots: an analysis, a health or origin certificate."""

from odoo import fields, models

from ..engine.policy import is_valid_on


class LotCertificate(models.Model):
    _name = "lot.certificate"
    _description = "Lot Certificate"
    _inherit = ["mail.thread", "lot.audited", "lot.retained"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(required=True, index="trigram", tracking=True)
    kind = fields.Selection(
        [
            ("analysis", "Certificate of analysis"),
            ("conformity", "Certificate of conformity"),
            ("origin", "Certificate of origin"),
            ("health", "Health certificate"),
            ("phytosanitary", "Phytosanitary certificate"),
            ("organic", "Organic certificate"),
            ("catch", "Catch certificate"),
            ("safety", "Safety data sheet"),
            ("other", "Other"),
        ],
        required=True,
        default="analysis",
        tracking=True,
    )
    partner_id = fields.Many2one("res.partner", string="Issued By", tracking=True)
    date = fields.Date(string="Issued On", tracking=True)
    date_until = fields.Date(
        string="Valid Until", tracking=True, help="The last day on which it counts. Empty: without end."
    )
    document = fields.Binary(attachment=True, help="The certificate itself.")
    document_name = fields.Char()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    lot_ids = fields.Many2many(
        "stock.lot", "lot_certificate_stock_lot_rel", string="Lots", context={"active_test": False}
    )

    _dates_in_order = models.Constraint(
        "CHECK (date IS NULL OR date_until IS NULL OR date <= date_until)",
        "A certificate cannot end before it was issued.",
    )

    def _is_valid_on(self, day):
        """Whether one of them counts on `day`: what is issued later than today counts too."""
        return any(is_valid_on(day, None, certificate.date_until) for certificate in self)

    def _get_retention_reasons(self):
        """As long as any of its lots."""
        found = super()._get_retention_reasons()
        by_lot = self.sudo().lot_ids._get_retention_reasons()
        for certificate in self:
            found[certificate] += [reason for lot in certificate.sudo().lot_ids for reason in by_lot[lot]]
        return found

    def _get_audited_fields(self):
        own = ["number", "active", "kind", "partner_id", "date", "date_until", "document_name", "lot_ids"]
        return [*super()._get_audited_fields(), *own]
