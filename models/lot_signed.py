"""Inherited by records that are signed with the signer's password."""

from odoo import api, fields, models
from odoo.http import request

from odoo.addons.base.models.res_users import check_identity

from ..engine.fingerprint import canonical, fingerprint


class LotSigned(models.AbstractModel):
    _name = "lot.signed"
    _description = "Record that is signed"

    signature_ids = fields.One2many(
        "lot.signature",
        "res_id",
        string="Signatures",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )
    has_broken_signature = fields.Boolean(compute="_compute_has_broken_signature")

    @api.depends("signature_ids.state")
    def _compute_has_broken_signature(self):
        for record in self:
            record.has_broken_signature = "broken" in record.signature_ids.mapped("state")

    # ---- what a model that is signed says ---------------------------------------------

    def _get_signed_content(self):
        """What a signature of this record covers: plain values, of which JSON can be made."""
        raise NotImplementedError

    def _check_signing(self, meaning):
        """Refuse, with a UserError, what may not be signed (now, or by this user)."""

    def _before_signing(self, meaning):
        """Fix what is to be signed, once the password was right."""

    def _after_signing(self, meaning):
        """What the signature sets going; returns an action or nothing."""

    # ---- signing ----------------------------------------------------------------------

    def _ask_signature(self, meaning):
        """Ask for the password, then sign: for the model's own buttons to return."""
        self.ensure_one()
        self._check_signing(meaning)
        self._forget_identity()
        return self._sign(meaning)

    @check_identity
    def _sign(self, meaning):
        """Called again by Odoo's identity check once the password was right."""
        self.ensure_one()
        self._forget_identity()
        self._check_signing(meaning)
        self._before_signing(meaning)
        self.env["lot.signature"].sudo()._append([self._prepare_signature_vals(meaning)])
        self.invalidate_recordset(["signature_ids"])
        return self._after_signing(meaning) or {"type": "ir.actions.act_window_close"}

    def _forget_identity(self):
        """Odoo asks again after ten minutes only; a signature needs the password each time."""
        if request:
            request.session["identity-check-last"] = 0

    def _prepare_signature_vals(self, meaning):
        content = self._get_signed_content()
        return {
            "res_model": self._name,
            "res_id": self.id,
            "record_name": self.display_name,
            "meaning": meaning,
            "user_id": self.env.uid,
            "user_name": self.env.user.sudo().name,
            "signed_at": fields.Datetime.now(),
            "content": canonical(content),
            "content_hash": fingerprint(content),
            "company_id": self.company_id.id or None,
        }
