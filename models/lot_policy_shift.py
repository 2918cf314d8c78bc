"""What ``{shift}`` gives in lot numbers: which shift works at the company just now."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.shift import get_shift, read_shifts


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    shifts = fields.Char(
        tracking=True,
        help="When each shift begins, by the clock at the company, and its code: 06:00 A, 14:00 B, 22:00 C. "
        "{shift} in the pattern gives the code; before the first begins, the last one works.",
    )

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "shifts"]

    @api.constrains("number_pattern", "shifts")
    def _check_number_pattern(self):
        for policy in self:
            try:
                read_shifts(policy.shifts or "00:00 -")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” is no shift: write when each begins and its code, as in 06:00 A, 14:00 B.",
                        error,
                    )
                ) from error
        return super()._check_number_pattern()

    @api.depends("shifts")
    def _compute_number_preview(self):
        return super()._compute_number_preview()

    def _read_shifts(self):
        """None of what is being typed and is no text of shifts yet."""
        try:
            return read_shifts(self.shifts or "")
        except ValueError:
            return ()

    def _get_example(self):
        shifts = self._read_shifts()
        return super()._get_example() | ({"shift": shifts[0].code} if shifts else {})

    def _get_rule(self):
        return super()._get_rule()._replace(shifts=self._read_shifts())


class LotNumberCounter(models.Model):
    _inherit = "lot.number.counter"

    @api.model
    def _get_values(self, rule, product, company, **sources):
        values = super()._get_values(rule, product, company, **sources)
        return {**values, "shift": get_shift(rule.shifts, values["date"])}
