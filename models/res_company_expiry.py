from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_expiry_hour = fields.Integer(
        string="Look at expiry at",
        default=5,
        help="The hour, in the company's time zone (of its address), at which a day begins for expiry "
        "levels: who comes to work then finds the messages.",
    )
    lot_expiry_rate_days = fields.Integer(
        string="Days of consumption",
        default=90,
        help="What is not sold in time is estimated from what left in so many days.",
    )
    lot_expiry_day = fields.Date(
        string="Expiry looked at", readonly=True, help="The last day whose expiry levels were looked at."
    )
    lot_expiry_seen = fields.Datetime(
        readonly=True, help="Lots that were changed before were looked at by the expiry job."
    )
    lot_expiry_position = fields.Char(
        readonly=True, help="Which look of the expiry job is not finished, and up to which lot it came."
    )

    _lot_expiry_hour_range = models.Constraint(
        "CHECK (lot_expiry_hour BETWEEN 0 AND 23)",
        "The hour at which expiry is looked at is between 0 and 23.",
    )
    _lot_expiry_rate_days_positive = models.Constraint(
        "CHECK (lot_expiry_rate_days > 0)", "Count the consumption of at least one day."
    )
