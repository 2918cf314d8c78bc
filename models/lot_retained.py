"""Inherited by records that are kept for some time: not deleted, nor archived, before.

Their attached documents are kept with them.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.retention import get_lasting
from ..engine.shelf_life import get_local_day


class LotRetained(models.AbstractModel):
    _name = "lot.retained"
    _description = "Record that is kept for some time"

    active = fields.Boolean(default=True)
    keep_until = fields.Date(
        compute="_compute_keep_until",
        help="The last day on which this must be kept. Before, it is neither archived nor deleted.",
    )
    keep_reason = fields.Char(compute="_compute_keep_until", string="Kept because of")

    def _compute_keep_until(self):
        kept = self._origin._get_kept()
        for record in self:
            reasons = kept.get(record._origin, [])
            record.keep_until = max((one.until for one in reasons if one.until), default=False)
            record.keep_reason = self._describe_reasons(reasons) or False

    def _get_retention_reasons(self):
        """``{record: [engine.retention.Reason]}``, past ones as well. Extend it: what is open
        (a hold, a recall) is a reason without day."""
        return {record: [] for record in self}

    def _get_kept(self):
        """``{record: [Reason]}`` of those that must be kept today, the longest first."""
        zone = self.env["lot.gate"]._get_zone(self.env.company)
        today = get_local_day(fields.Datetime.now(), zone)
        kept = {
            record: get_lasting(reasons, today) for record, reasons in self._get_retention_reasons().items()
        }
        return {record: reasons for record, reasons in kept.items() if reasons}

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self.filtered("active")._check_archiving()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._check_kept()

    def _check_archiving(self):
        self._check_kept()

    def _check_kept(self):
        kept = self._get_kept()
        if kept:
            raise UserError(
                self.env._(
                    "These must be kept, with their documents:\n%(records)s\n"
                    "They can be archived or deleted after that day. Who is wrong about them corrects them, "
                    "or adds the right document beside.",
                    records="\n".join(
                        f"• {record.display_name}: {self._describe_reasons(reasons)}"
                        for record, reasons in kept.items()
                    ),
                )
            )

    @api.model
    def _describe_reasons(self, reasons):
        """All that are open, and the longest of the others."""
        texts = [name for name, until in reasons if until is None]
        dated = [one for one in reasons if one.until]
        if dated:
            texts.append(self.env._("until %(day)s (%(reason)s)", day=dated[0].until, reason=dated[0].name))
        return "; ".join(texts)
