"""Merging partners rewrites in SQL what names them: the audit book says so of what it controls."""

from contextlib import ExitStack

from odoo import api, models
from odoo.fields import Domain

from ..models.lot_audit import Reason


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        names = ", ".join(f"{one.display_name} ({one.id})" for one in src_partners.sudo())
        reason = Reason(
            self.env._(
                "Partners were merged: %(merged)s into %(partner)s",
                merged=names,
                partner=f"{dst_partner.sudo().display_name} ({dst_partner.id})",
            )
        )
        with ExitStack() as stack:
            for records, fields in self._find_controlled(src_partners):
                stack.enter_context(records.with_context(lot_audit_reason=reason)._auditing(fields))
            return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _find_controlled(self, partners):
        """``[(records, names of fields)]``: controlled records that name one of `partners`."""
        found = []
        for model in self.env.values():
            if not isinstance(model, self.pool["lot.audited"]) or model._abstract:
                continue
            names = [
                name
                for name in model._get_audited_fields()
                if model._fields[name].relational and model._fields[name].comodel_name == partners._name
            ]
            if names:
                domain = Domain.OR(Domain(name, "in", partners.ids) for name in names)
                found.append((model.sudo().with_context(active_test=False).search(domain), names))
        return found
