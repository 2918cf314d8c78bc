"""Time that a lot spent at a temperature: what it takes from the life of the lot.

Entered by hand, read from a logger's file, or sent by a program that creates these records.
The rule is in `engine/exposure.py`; its two parameters are in the policy of the product.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.exposure import ABSOLUTE_ZERO, HOTTEST, LONGEST, Exposure, get_effective_expiry


class LotExposure(models.Model):
    _name = "lot.exposure"
    _description = "Exposure of a lot"
    _inherit = ["lot.audited"]
    _order = "start desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one("stock.lot", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    start = fields.Datetime(
        help="When it began. Where two loggers overlap, the warmest counts. Empty: only its length is "
        "known, and it counts beside all others.",
    )
    end = fields.Datetime(compute="_compute_end")
    hours = fields.Float(required=True, help="How long it lasted.")
    celsius = fields.Float(string="°C", required=True, help="In degrees Celsius.")
    source = fields.Char(
        string="From", help="Who or what measured it: a person, the number of a logger, a file."
    )
    note = fields.Char()

    _length_possible = models.Constraint(
        f"CHECK (hours >= 0 AND hours <= {LONGEST})", "An exposure lasts no less than zero hours."
    )
    _temperature_possible = models.Constraint(
        f"CHECK (celsius >= {ABSOLUTE_ZERO} AND celsius <= {HOTTEST})",
        "This is no temperature in degrees Celsius.",
    )

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "lot_id", "start", "hours", "celsius"]

    @api.depends("start", "hours")
    def _compute_end(self):
        for exposure in self:
            exposure.end = exposure.start and exposure.start + timedelta(hours=exposure.hours)

    @api.constrains("start")
    def _check_start(self):
        if any(exposure.start and exposure.start > fields.Datetime.now() for exposure in self):
            raise ValidationError(self.env._("An exposure cannot begin in the future."))


class StockLot(models.Model):
    _inherit = "stock.lot"

    exposure_ids = fields.One2many("lot.exposure", "lot_id", string="Exposures")
    effective_date = fields.Datetime(
        string="Effective Expiry",
        compute="_compute_effective_date",
        store=True,
        help="The expiration date minus the life that was lost in warmth, by the exposures logged. "
        "It never is later than the expiration date.",
    )
    exposure_lost_hours = fields.Float(
        string="Life Lost (hours)", compute="_compute_effective_date", store=True
    )

    def write(self, vals):
        if not vals.keys().isdisjoint({"effective_date", "exposure_lost_hours"}):
            raise UserError(self.env._("What warmth took of a lot's life is computed: log an exposure."))
        return super().write(vals)

    # The policy of a product may be that of its category; policies see to it themselves.
    @api.depends(
        *("expiration_date", "exposure_ids.hours", "exposure_ids.celsius", "exposure_ids.start"),
        "product_id.categ_id",
    )
    def _compute_effective_date(self):
        exposed = self.filtered("exposure_ids")
        for lot in self - exposed:
            lot.effective_date, lot.exposure_lost_hours = lot.expiration_date, 0.0
        policies = self.env["lot.policy"]
        by_company = exposed.grouped(lambda lot: lot.company_id or lot.exposure_ids[:1].company_id)
        for company, lots in by_company.items():
            rules = policies._get_rules(lots.product_id, company)
            defaults = policies.default_get(["exposure_reference", "exposure_q10"])
            for lot in lots:
                rule = rules.get(lot.product_id.id)
                effective = lot.expiration_date and get_effective_expiry(
                    lot.expiration_date,
                    [Exposure(one.hours, one.celsius, one.start or None) for one in lot.exposure_ids],
                    rule.exposure_reference if rule else defaults["exposure_reference"],
                    rule.exposure_q10 if rule else defaults["exposure_q10"],
                )
                lot.effective_date = effective and effective.expiry
                lot.exposure_lost_hours = effective.lost_hours if effective else 0.0
