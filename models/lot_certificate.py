"""A paper that says something of lots: an analysis, a health or origin certificate.

It can be taken off a lot that it was entered at by mistake. Once that lot has moved, the paper is still
kept as long as the lot: who wants to be rid of it cannot take it off first.
"""

from contextlib import contextmanager

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine.policy import is_valid_on

# Compared by identity: a caller can send a context, but not this.
KEEPING = object()


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
    past_lot_ids = fields.Many2many(
        "stock.lot",
        "lot_certificate_past_lot_rel",
        string="Taken Off",
        readonly=True,
        copy=False,
        context={"active_test": False},
        help="Lots that it was taken off after they had moved. It is kept as long as they are.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date IS NULL OR date_until IS NULL OR date <= date_until)",
        "A certificate cannot end before it was issued.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_past_lots(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_past_lots(vals)
        with self._keeping_lots():
            return super().write(vals)

    def _check_past_lots(self, vals):
        if "past_lot_ids" in vals and self.env.context.get("lot_certificate_keeping") is not KEEPING:
            raise UserError(self.env._("What a certificate was taken off is not entered by anybody."))

    @contextmanager
    def _keeping_lots(self):
        """Remember the lots that these are taken off within, of those that moved."""
        certificates = self.sudo().with_context(lot_certificate_keeping=KEEPING)
        before = {certificate: certificate.lot_ids for certificate in certificates}
        yield
        for certificate in certificates.exists():
            gone = (before[certificate] - certificate.lot_ids)._filter_recorded() - certificate.past_lot_ids
            if gone:
                certificate.write({"past_lot_ids": [Command.link(lot.id) for lot in gone]})

    def _is_valid_on(self, day):
        """Whether one of them counts on `day`: what is issued later than today counts too."""
        return any(is_valid_on(day, None, certificate.date_until) for certificate in self)

    def _get_retention_reasons(self):
        """As long as any of its lots, also of those that it was taken off."""
        found = super()._get_retention_reasons()
        lots = {one: one.sudo().lot_ids | one.sudo().past_lot_ids for one in self}
        by_lot = self.env["stock.lot"].sudo().union(*lots.values())._get_retention_reasons()
        for certificate in self:
            found[certificate] += [reason for lot in lots[certificate] for reason in by_lot[lot]]
        return found

    def _get_audited_fields(self):
        own = ["number", "active", "kind", "partner_id", "date", "date_until", "document", "document_name"]
        return [*super()._get_audited_fields(), *own, "lot_ids", "past_lot_ids"]

    def _get_audited_text(self, name):
        """Of the document what tells it from another one."""
        if name != "document":
            return super()._get_audited_text(name)
        place = [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", name)]
        checksum = self.env["ir.attachment"].sudo().search(place, limit=1).checksum
        return f"SHA-1 {checksum}" if checksum else None


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        """The document of a certificate is replaced here as well."""
        with self._get_certificates()._auditing(["document"]):
            return super().write(vals)

    def unlink(self):
        with self._get_certificates()._auditing(["document"]):
            return super().unlink()

    def _get_certificates(self):
        """Those whose document is among these."""
        certificates = self.env["lot.certificate"].sudo()
        mine = self.sudo().filtered(
            lambda one: one.res_model == certificates._name and one.res_field == "document"
        )
        return certificates.browse(mine.mapped("res_id")).exists()


class StockLot(models.Model):
    _inherit = "stock.lot"

    def write(self, vals):
        """A certificate is taken off in the lot's form as well."""
        if "certificate_ids" not in vals:
            return super().write(vals)
        certificates = self.env["lot.certificate"].sudo().with_context(active_test=False)
        with certificates.search([("lot_ids", "in", self.ids)])._keeping_lots():
            return super().write(vals)
