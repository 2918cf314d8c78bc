"""What a policy says about which lot leaves first."""

from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.exposure import ABSOLUTE_ZERO, HOTTEST


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    removal_strategy_id = fields.Many2one(
        "product.removal",
        string="Which Lot First",
        ondelete="restrict",
        tracking=True,
        help="Empty: as the product category or the location says.\n"
        "A policy for a product goes before the category, the category before the location, and the location "
        "before a policy for all other products.",
    )
    removal_method = fields.Char(related="removal_strategy_id.method")
    removal_margin = fields.Integer(
        string="Margin",
        tracking=True,
        help="Days of life that must be left when a lot arrives, or is consumed: of the lots above, the one "
        "with least left goes first; those below are not used.",
    )
    removal_override = fields.Selection(
        [
            ("allowed", "Allowed, and logged"),
            ("reason", "With a reason"),
            ("supervisor", "By a supervisor, with a reason"),
            ("refused", "Refused"),
        ],
        string="Another Lot than the Rule's",
        default="allowed",
        required=True,
        tracking=True,
        help="What happens when somebody ships or uses a lot while one that should go first is there. "
        "Asked at validation, for transfers and orders.",
    )
    exposure_reference = fields.Float(
        string="Reference Temperature",
        default=4.0,
        tracking=True,
        help="In degrees Celsius: the temperature for which the expiration date is stated.",
    )
    exposure_q10 = fields.Float(
        string="Q10",
        default=2.0,
        tracking=True,
        help="How much faster life is lost ten degrees warmer, from the shelf-life study of the product; "
        "mostly 2 to 3.",
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("removal_strategy_id", "removal_margin", "removal_override"),
            *("exposure_reference", "exposure_q10"),
        ]

    @api.constrains("removal_margin", "exposure_q10", "exposure_reference")
    def _check_removal(self):
        for policy in self:
            if policy.removal_margin < 0:
                raise ValidationError(self.env._("The margin of %s is not below zero.", policy.name))
            if not 1 <= policy.exposure_q10 < inf:
                raise ValidationError(self.env._("Q10 of %s is at least 1.", policy.name))
            if not ABSOLUTE_ZERO <= policy.exposure_reference <= HOTTEST:
                raise ValidationError(self.env._("The reference temperature of %s is none.", policy.name))

    # ---- effective expiry ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self._recompute_effective_dates()
        return policies

    def write(self, vals):
        res = super().write(vals)
        names = {
            "exposure_reference",
            "exposure_q10",
            "active",
            "product_ids",
            "product_tmpl_ids",
            "categ_ids",
        }
        if not names.isdisjoint(vals):
            self._recompute_effective_dates()
        return res

    def unlink(self):
        res = super().unlink()
        self._recompute_effective_dates()
        return res

    @api.model
    def _recompute_effective_dates(self):
        lots = self.env["lot.exposure"].sudo()._read_group([], [], ["lot_id:recordset"])[0][0]
        for name in ("effective_date", "exposure_lost_hours"):
            self.env.add_to_compute(lots._fields[name], lots)
