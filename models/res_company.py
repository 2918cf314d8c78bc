from odoo import api, fields, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "lot.audited"]

    lot_trace_tolerance = fields.Float(
        string="Clock tolerance of traces (hours)",
        default=1.0,
        help="People post late. What left a lot up to this long before something came "
        "back into it (rework, unbuild, return) still counts as having left after it.",
    )

    lot_correction_signing = fields.Selection(
        [
            ("none", "A reason is enough"),
            ("one", "The author signs"),
            ("two", "The author signs, and a second person approves"),
        ],
        string="Corrections of lots",
        default="one",
        required=True,
        help="Who signs, with the password, when the number, dates or supplier's lot of a lot are corrected.",
    )
    lot_seal_email = fields.Char(
        string="Mail the seal to",
        help="Addresses, separated by commas, that get the hash of the last seal once a day. Who keeps it "
        "outside of this database can show later that nothing before it was changed.",
    )

    _lot_trace_tolerance_positive = models.Constraint(
        "CHECK (lot_trace_tolerance >= 0)",
        "The clock tolerance of traces cannot be negative.",
    )

    @api.model
    def _get_audited_fields(self):
        """Who has to sign is part of the record: changed for an hour, it stands in the book."""
        return [*super()._get_audited_fields(), "lot_correction_signing", "lot_seal_email"]
