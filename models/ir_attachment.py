"""Documents attached to records that are kept are kept with them."""

from odoo import api, models
from odoo.exceptions import UserError

# What a document is, and what it is attached to. The name may be mended.
CONTENT = {"raw", "datas", "db_datas", "url", "type"}
PLACE = {"res_model", "res_id", "res_field"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if not (CONTENT | PLACE).isdisjoint(vals):
            self._filter_retained().filtered(lambda one: one._is_other(vals))._check_kept()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._check_kept()

    def _filter_retained(self):
        """Those that are attached to records that may have to be kept."""
        retained = self.pool["lot.retained"]
        return self.sudo().filtered(
            lambda one: one.res_model in self.env and isinstance(self.env[one.res_model], retained)
        )

    def _is_other(self, vals):
        """Whether `vals` say another document, or another place: storage can move within."""
        for name in vals.keys() & (CONTENT | PLACE):
            new = self._fields[name].convert_to_cache(vals[name], self, validate=False)
            if (new or False) != (self[name] or False):
                return True
        return False

    def _check_kept(self):
        """Refuse to change or remove what is attached to a record that must be kept."""
        for model, attachments in self._filter_retained().grouped("res_model").items():
            owners = self.env[model].sudo().browse(attachments.mapped("res_id")).exists()
            kept = owners._get_kept()
            rows = [
                f"• {one.name}, {owner.display_name}: {owner._describe_reasons(kept[owner])}"
                for owner in kept
                for one in attachments
                if one.res_id == owner.id
            ]
            if rows:
                raise UserError(
                    self.env._(
                        "These documents must be kept:\n%(documents)s\nAttach the right one beside.",
                        documents="\n".join(rows),
                    )
                )
