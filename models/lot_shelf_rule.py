"""How much life must be left: of what a customer gets, what is used, what a supplier brings.

Of the rules for a customer and a product the most specific ones apply: an address before its
company, that before a tag, that before everybody; then a variant before its product, that before
the nearest category. Equally specific ones (two tags) all apply.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..engine.specific import Scope, pick
from .quantity import say_quantity

ALIVE = 0
"""That nothing expired is used."""
MARGIN = -1
"""What the policy of the product asks for whatever the customer."""


class LifeRule(NamedTuple):
    """A rule as reservation takes it: plain values, kept in memory between requests."""

    rule: int
    """Id of the rule, or :data:`ALIVE`, or :data:`MARGIN`."""
    days: int
    percent: float | None
    refuse: bool
    """Otherwise warned of."""


class LotShelfRule(models.Model):
    _name = "lot.shelf.rule"
    _description = "Remaining Shelf Life"
    _inherit = ["mail.thread", "lot.cached", "lot.audited"]
    _order = "direction, sequence, id"

    name = fields.Char(compute="_compute_name", store=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", index=True, tracking=True, default=lambda self: self.env.company
    )
    direction = fields.Selection(
        [
            ("out", "Delivered to customers"),
            ("production", "Used in production"),
            ("in", "Received from suppliers"),
        ],
        required=True,
        default="out",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Partner or Address",
        index="btree_not_null",
        tracking=True,
        help="A company, for all its addresses that have no rule of their own; or one address.",
    )
    partner_tag_id = fields.Many2one(
        "res.partner.category", tracking=True, help="For all partners with this tag."
    )
    product_id = fields.Many2one("product.product", string="Variant", index="btree_not_null", tracking=True)
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", index="btree_not_null", tracking=True
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Category",
        tracking=True,
        help="For its products, and for those of the categories below.",
    )
    days = fields.Integer(
        string="Days Left",
        tracking=True,
        help="At least so many when it arrives (or is used); 0 on the last day itself.",
    )
    percent = fields.Float(
        string="% of Life Left",
        tracking=True,
        help="At least so much of the whole life, which is from the production date of the lot to its "
        "expiration date, or without production date as long as the product says.",
    )
    action = fields.Selection(
        [("refuse", "Refuse"), ("warn", "Warn")],
        string="If Less",
        default="refuse",
        required=True,
        tracking=True,
        help="Refuse: it is not reserved, and validation is refused. Warn: the transfer keeps a note.",
    )

    _days_possible = models.Constraint("CHECK (days >= 0)", "The days left are not below zero.")
    _percent_possible = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)", "A percentage is between 0 and 100."
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("active", "company_id", "direction", "partner_id", "partner_tag_id"),
            *("product_id", "product_tmpl_id", "categ_id", "days", "percent", "action"),
        ]

    @api.depends(
        *("direction", "partner_id", "partner_tag_id", "product_id", "product_tmpl_id", "categ_id"),
        *("days", "percent"),
    )
    def _compute_name(self):
        for rule in self:
            rule.name = self.env._(
                "%(who)s, %(what)s: %(life)s",
                who=rule.partner_id.display_name or rule.partner_tag_id.display_name or self.env._("All"),
                what=(rule.product_id or rule.product_tmpl_id or rule.categ_id).display_name
                or self.env._("all products"),
                life=rule._describe_life(),
            )

    @api.constrains("partner_id", "partner_tag_id", "product_id", "product_tmpl_id", "categ_id", "direction")
    def _check_scope(self):
        problems = []
        for rule in self:
            if rule.partner_id and rule.partner_tag_id:
                problems.append(self.env._("%s: choose a partner or a tag, not both.", rule.name))
            if len(rule.product_id) + len(rule.product_tmpl_id) + len(rule.categ_id) > 1:
                problems.append(self.env._("%s: choose a variant, a product or a category.", rule.name))
            if rule.direction == "production" and (rule.partner_id or rule.partner_tag_id):
                problems.append(self.env._("%s: what is used in production has no partner.", rule.name))
        if problems:
            raise ValidationError("\n".join(problems))

    def _describe_life(self):
        parts = []
        if self.days or not self.percent:
            parts.append(self.env._("%s days", self.days))
        if self.percent:
            parts.append(self.env._("%s %% of its life", say_quantity(self.env, self.percent)))
        return self.env._(" and ").join(parts)

    # ---- which rules apply ---------------------------------------------------------------

    def _get_scope(self):
        self.ensure_one()
        who = (self.partner_id and ("partner", self.partner_id.id)) or (
            self.partner_tag_id and ("tag", self.partner_tag_id.id)
        )
        what = (
            (self.product_id and ("product", self.product_id.id))
            or (self.product_tmpl_id and ("template", self.product_tmpl_id.id))
            or (self.categ_id and ("category", self.categ_id.id))
        )
        return Scope(who or None, what or None)

    @api.model
    @ormcache("company_id", "direction")
    def _get_scoped(self, company_id, direction):
        """``((Scope, LifeRule), …)``; the company's own go before those of all. Shared: not to be changed."""
        rules = self.sudo().search([("company_id", "in", [company_id, False]), ("direction", "=", direction)])
        own = {rule._get_scope() for rule in rules if rule.company_id}
        return tuple(
            (
                rule._get_scope(),
                LifeRule(rule.id, rule.days, rule.percent or None, rule.action == "refuse"),
            )
            for rule in rules
            if rule.company_id or rule._get_scope() not in own
        )

    @api.model
    def _get_rules(self, company, direction, partners, product):
        """The :class:`LifeRule` that apply to a product for all of `partners`; no query of its own."""
        scoped = self._get_scoped(company.id, direction)
        if not scoped:
            return []
        what = [[target] for target in product._get_rule_targets()]
        found = []
        for partner in partners.sudo() or [partners.sudo()]:
            found += [one for one in pick(scoped, self._get_levels(partner), what) if one not in found]
        return found

    @api.model
    def _get_levels(self, partner):
        """The address, its companies up to the highest, then their tags."""
        chain = partner.browse()
        while partner and partner not in chain:
            chain |= partner
            partner = partner.parent_id
        levels = [[("partner", one.id)] for one in chain]
        return [*levels, [("tag", tag.id) for tag in chain.category_id]]
