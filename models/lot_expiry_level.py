"""A level before a date of a lot: who is told, and what is prepared.

Levels are reached at the beginning of a day of the company. Of several that were passed the
last counts. What happens at a level is prepared for a person to decide (a price rule, a
draft transfer, a draft scrap order); only a hold takes effect at once.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.expiry import Level

LEVEL_DATES = [
    ("expiration_date", "Expiration date"),
    ("use_date", "Best-before date"),
    ("removal_date", "Removal date"),
    ("alert_date", "Alert date"),
]
LEVEL_ACTIONS = [
    ("markdown", "Propose a markdown"),
    ("hold", "Block the lot"),
    ("move", "Prepare a transfer to disposal"),
    ("scrap", "Prepare a scrap order"),
]


class LotExpiryLevel(models.Model):
    _name = "lot.expiry.level"
    _description = "Expiry level"
    _inherit = ["lot.cached", "lot.audited"]
    _order = "policy_id, critical, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    policy_id = fields.Many2one("lot.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    critical = fields.Boolean(
        string="Critical Products",
        help="For products marked as critical: they climb these levels only, and others never do. "
        "Without such levels critical products climb the ordinary ones.",
    )
    date_field = fields.Selection(LEVEL_DATES, string="Date", required=True, default="expiration_date")
    measure = fields.Selection(
        [("days", "Days before it"), ("percent", "Percent of the life left")],
        required=True,
        default="days",
        help="The life of a lot runs from its production date (else from when it was entered) to the date.",
    )
    days = fields.Integer(
        help="So many days before the date. 0: on the day itself. Negative: so many days after it."
    )
    percent = fields.Float(digits=(5, 2), help="When no more than this part of its life is left.")
    action = fields.Selection(
        LEVEL_ACTIONS,
        string="What Happens",
        help="A markdown, a transfer and a scrap order are prepared only: a person applies, confirms or "
        "validates them. A block holds the lot at once.",
    )
    markdown_percent = fields.Float(string="Markdown", digits=(5, 2), help="Percent off the sales price.")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="The pricelist that the price rule is prepared for. Empty: chosen when it is applied.",
    )
    disposal_location_id = fields.Many2one(
        "stock.location",
        domain="[('usage', '=', 'internal')]",
        check_company=True,
        help="Where the draft transfer goes. What lies there, or below it, counts as dealt with.",
    )
    step_ids = fields.One2many(
        "lot.expiry.step",
        "level_id",
        string="Who Is Told",
        copy=True,
        default=lambda self: [fields.Command.create({})],
    )
    when = fields.Char(compute="_compute_when")
    whom = fields.Char(compute="_compute_whom", string="Told, in This Order")

    _percent_range = models.Constraint(
        "CHECK (measure <> 'percent' OR percent BETWEEN 0 AND 100)",
        "The part of the life that is left is between 0 and 100 percent.",
    )
    _markdown_range = models.Constraint(
        "CHECK (action IS DISTINCT FROM 'markdown' OR (markdown_percent > 0 AND markdown_percent <= 100))",
        "Enter the markdown: more than 0, at most 100 percent.",
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("name", "sequence", "policy_id", "critical", "date_field", "measure", "days", "percent"),
            *("action", "markdown_percent", "pricelist_id", "disposal_location_id"),
        ]

    @api.depends("date_field", "measure", "days", "percent")
    def _compute_when(self):
        names = dict(self._fields["date_field"]._description_selection(self.env))
        for level in self:
            date = names.get(level.date_field, "")
            if level.measure == "percent":
                text = self.env._(
                    "%(percent)s %% of the life left, %(date)s", percent=level.percent, date=date
                )
            elif not level.days:
                text = self.env._("On the day: %(date)s", date=date)
            elif level.days < 0:
                text = self.env._("%(days)s days after: %(date)s", days=-level.days, date=date)
            else:
                text = self.env._("%(days)s days before: %(date)s", days=level.days, date=date)
            level.when = text

    @api.depends("step_ids.recipient", "step_ids.group_id", "step_ids.user_id", "step_ids.wait_hours")
    def _compute_whom(self):
        for level in self:
            level.whom = " → ".join(step.display_name for step in level.step_ids)

    @api.constrains("action", "disposal_location_id")
    def _check_disposal(self):
        for level in self:
            if level.action == "move" and not level.disposal_location_id:
                raise ValidationError(
                    self.env._("Level %(level)s: choose the location to move to.", level=level.name)
                )

    @api.constrains("step_ids")
    def _check_steps(self):
        for level in self:
            if not level.step_ids:
                raise ValidationError(self.env._("Level %(level)s: say who is told.", level=level.name))

    def _get_level(self):
        """The level as the engine takes it."""
        self.ensure_one()
        percent = self.percent if self.measure == "percent" else None
        return Level(self.id, self.date_field, self.days, percent, self.critical)
