"""Which lots start in quarantine, and who releases holds."""

from odoo import api, fields, models

from .lot_hold_release import SIGNING


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    quarantine_receipt = fields.Boolean(
        string="Received lots start in quarantine",
        tracking=True,
        help="A lot that comes in for the first time is held until Quality releases it. It can be put "
        "away meanwhile.",
    )
    quarantine_output = fields.Boolean(
        string="Made lots start in quarantine",
        tracking=True,
        help="A lot that is made for the first time is held until Quality releases it.",
    )
    hold_release = fields.Selection(
        SIGNING,
        string="Release takes",
        default="reason",
        required=True,
        tracking=True,
        help="What the release of a hold of these products takes. Of several products the strictest counts.",
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("quarantine_receipt", "quarantine_output", "hold_release"),
        ]

    def _get_rule(self):
        return (
            super()
            ._get_rule()
            ._replace(
                quarantine_receipt=self.quarantine_receipt,
                quarantine_output=self.quarantine_output,
                hold_release=self.hold_release,
            )
        )
