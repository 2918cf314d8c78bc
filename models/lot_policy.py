"""What must be known of a lot before anything is done with it, and for which products.

A product without policy behaves as in Odoo. The policy of a product is the first of: one
that names the product, its template, its category, a category above it, and the company's.
At the same rank one of the company goes before one of all companies; two equal ones are
refused when the second is activated.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..engine.numbering import preview
from ..engine.shelf_life import RULES

# Codes in the preview of a pattern.
EXAMPLE = {
    "product": 1,
    "product.code": "P01",
    "category.code": "C1",
    "supplier.code": "S01",
    "site": "WH",
    "line": "L1",
}


class Rule(NamedTuple):
    """A policy as the gate takes it: plain values, kept in memory between requests."""

    policy: int
    name: str
    demands: tuple
    refuse_untracked: bool
    number_pattern: str | None
    expiry_rule: str | None
    shelf_life_days: int
    lock_done: bool
    removal: str | None
    """Method of the removal strategy."""
    removal_margin: int
    removal_override: str
    exposure_reference: float
    exposure_q10: float
    retentions: tuple = ()
    lots_on_slip: bool = False
    quarantine_receipt: bool = False
    quarantine_output: bool = False
    hold_release: str = "reason"
    expiry_levels: tuple = ()
    shifts: tuple = ()


class LotPolicy(models.Model):
    _name = "lot.policy"
    _description = "Lot Policy"
    _inherit = ["mail.thread", "lot.cached", "lot.audited"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(
        default=False,
        tracking=True,
        help="Only an active policy asks for anything. Look first at what it would refuse today.",
    )
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What it is for, and where its demands come from.")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        tracking=True,
        default=lambda self: self.env.company,
        help="Empty: for all companies that have none of their own.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "lot_policy_product_rel",
        string="Variants",
        # What is archived is moved, used up and kept as before.
        context={"active_test": False},
        help="For these variants, whatever else applies to their product or category.",
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        "lot_policy_template_rel",
        string="Products",
        context={"active_test": False},
        help="For these products, whatever applies to their category.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "lot_policy_category_rel",
        string="Categories",
        help="For the products of these categories and of those below them, unless a category in between "
        "has a policy of its own.",
    )
    is_default = fields.Boolean(
        string="All Other Products",
        tracking=True,
        help="For all products of the company to which no other policy applies.",
    )
    refuse_untracked = fields.Boolean(
        string="Refuse Products without Lots",
        tracking=True,
        help="Where a lot is asked for, also refuse storable products that are not tracked by lot or serial "
        "number. Otherwise only tracked products are checked, and the others show as gaps in a trace.",
    )
    demand_ids = fields.One2many("lot.policy.demand", "policy_id", string="Demands", copy=True)
    expiry_rule = fields.Selection(
        selection=[
            ("days", "Days from the production date"),
            ("inputs", "The shortest of its inputs"),
            ("earliest", "The earlier of both"),
            ("entered", "Entered by a person"),
        ],
        string="Expiry of what is made",
        tracking=True,
        help="How a lot gets its expiration date when it is made, for products with expiration dates.\n"
        "Empty: as the product says. An input without expiration date limits nothing.",
    )
    shelf_life_days = fields.Integer(
        string="Shelf Life",
        tracking=True,
        help="Days from the production date to the expiration date.",
    )
    number_pattern = fields.Char(
        tracking=True,
        help="How new lots are numbered, for example {product.code}-{y2}{doy}{seq:02}. "
        "Empty: by the sequence of the product.\n"
        "{date:%Y%m%d}, {year}, {y2}, {y}, {doy}: the day; {product.code}, {category.code}, "
        "{supplier.code}, {site}, {line}, {shift}: their codes; {seq:03}: a sequence, anew when what stands "
        "beside it changes; {check:mod10}: a check digit.",
    )
    number_preview = fields.Char(compute="_compute_number_preview", string="Numbers")
    lock_done = fields.Boolean(
        string="Fix Records",
        tracking=True,
        help="Number and dates of a lot that has moved, and done moves, are changed by a correction "
        "only, which asks for the reason.",
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("name", "active", "company_id", "product_ids", "product_tmpl_ids", "categ_ids"),
            *("is_default", "refuse_untracked", "expiry_rule", "shelf_life_days"),
            *("number_pattern", "lock_done"),
        ]

    @api.constrains("expiry_rule", "shelf_life_days")
    def _check_shelf_life(self):
        for policy in self:
            counts = policy.expiry_rule in ("days", "earliest")
            if policy.shelf_life_days < 0 or (counts and not policy.shelf_life_days):
                raise ValidationError(
                    self.env._("Enter the shelf life of %(policy)s in days.", policy=policy.name)
                )

    @api.constrains("active", "company_id", "product_ids", "product_tmpl_ids", "categ_ids", "is_default")
    def _check_one_policy(self):
        """Two policies for the same thing: nobody could say which one applies."""
        active = self.sudo().search([("active", "=", True)])
        problems = set()
        seen = {}
        for policy in active:
            for target in policy._get_targets():
                other = seen.setdefault((policy.company_id.id, target), policy)
                if other != policy and self & (other | policy):
                    problems.add((policy._get_target_name(target), other.name, policy.name))
        if problems:
            raise ValidationError(
                "\n".join(
                    [
                        self.env._(
                            "Only one active policy can apply to the same product, category or company:"
                        ),
                        *(
                            self.env._("- %(target)s: %(first)s, %(second)s", target=what, first=a, second=b)
                            for what, a, b in sorted(problems)
                        ),
                    ]
                )
            )

    @api.constrains("active", "company_id", "product_ids", "product_tmpl_ids")
    def _check_company_of_products(self):
        for policy in self.sudo():
            products = policy.product_tmpl_ids | policy.product_ids.product_tmpl_id
            foreign = products.filtered("company_id").filtered(
                lambda product, company=policy.company_id: company and product.company_id != company
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "These products belong to another company than the policy %(policy)s: %(products)s",
                        policy=policy.name,
                        products=", ".join(foreign.mapped("display_name")),
                    )
                )

    @api.constrains("number_pattern")
    def _check_number_pattern(self):
        for policy in self:
            problems = policy._preview_numbers()[1] if policy.number_pattern else []
            if problems:
                raise ValidationError("\n".join([self.env._("This is no number pattern:"), *problems]))

    @api.depends("number_pattern")
    def _compute_number_preview(self):
        for policy in self:
            text, problems = policy._preview_numbers() if policy.number_pattern else (False, [])
            policy.number_preview = " ".join(problems) or text

    def copy_data(self, default=None):
        """A copy is inactive: it applies to the same products."""
        names = [self.env._("%s (copy)", policy.name) for policy in self]
        return [
            {**vals, "active": False, "name": name} | (default or {})
            for name, vals in zip(names, super().copy_data(default))
        ]

    # ---- numbers -------------------------------------------------------------------------

    def _get_example(self):
        """Values of the preview: codes, and the time it is for who looks."""
        return EXAMPLE | {"date": fields.Datetime.context_timestamp(self, fields.Datetime.now())}

    def _preview_numbers(self):
        """``(text, [sentence])``: the next numbers as they would look today, or what is wrong and where."""
        result = preview(self.number_pattern, self._get_example())
        problems = [
            self.env._(
                "Character %(place)s: %(problem)s", place=problem.position + 1, problem=problem.message
            )
            for problem in result.problems
        ]
        # Tokens that are known and that nothing here gives a value.
        problems += [self.env._("Nothing gives a value for %s.", name) for name in result.missing]
        if problems:
            return False, problems
        warnings = {
            "no_sequence": self.env._("Without {seq} the same number comes again."),
            "long": self.env._("Longer than the 20 characters of a GS1 lot number."),
            "character": self.env._("Has characters that a GS1 lot number cannot have."),
        }
        texts = [", ".join(result.numbers) + " …", *(warnings[warning] for warning in result.warnings)]
        return " ".join(texts), []

    # ---- which policy applies ------------------------------------------------------------

    def _get_targets(self):
        """What it applies to: ``[(rank name, id)]``."""
        self.ensure_one()
        targets = [("product", record.id) for record in self.product_ids]
        targets += [("template", record.id) for record in self.product_tmpl_ids]
        targets += [("category", record.id) for record in self.categ_ids]
        return targets + ([("company", 0)] if self.is_default else [])

    def _get_target_name(self, target):
        rank, res_id = target
        if rank == "company":
            return self.env._("All other products")
        model = {"product": "product.product", "template": "product.template"}.get(rank, "product.category")
        return self.env[model].sudo().browse(res_id).display_name

    def _get_rule(self):
        self.ensure_one()
        return Rule(
            policy=self.id,
            name=self.name,
            demands=tuple(demand._get_demand() for demand in self.demand_ids),
            refuse_untracked=self.refuse_untracked,
            number_pattern=self.number_pattern or None,
            expiry_rule=self.expiry_rule if self.expiry_rule in RULES else None,
            shelf_life_days=self.shelf_life_days,
            lock_done=self.lock_done,
            removal=self.removal_strategy_id.with_context(lang=None).method or None,
            removal_margin=self.removal_margin,
            removal_override=self.removal_override,
            exposure_reference=self.exposure_reference,
            exposure_q10=self.exposure_q10,
            retentions=tuple(one._get_retention() for one in self.retention_ids if one.active),
            lots_on_slip=self.lots_on_slip,
            expiry_levels=self._get_expiry_levels(),
        )

    @api.model
    @ormcache("company_id", "self.env.lang")
    def _get_rules_by_target(self, company_id):
        """``{(rank name, id): Rule}`` of the active policies of a company.

        Few, read in every move and seldom changed: kept in memory, for all processes. The
        result is shared: it is not to be changed.
        """
        policies = self.sudo().search(
            [("active", "=", True), ("company_id", "in", [company_id, False])], order="company_id, id"
        )
        return policies._map_rules()

    def _map_rules(self):
        """``{(rank name, id): Rule}``; those of a company go before those of all."""
        rules = {}
        for policy in self.sorted(lambda one: not one.company_id):
            rule = policy._get_rule()
            for target in policy._get_targets():
                rules.setdefault(target, rule)
        return rules

    @api.model
    def _get_rules(self, products, company):
        """The rule of each product (product.product): ``{product id: Rule}``, without those that have none.

        At most three queries, whatever the number of products; none if no policy is active.
        """
        return self._match_rules(products, self._get_rules_by_target(company.id))

    @api.model
    def _get_all_rules(self, products, company):
        """The rules of all policies that apply, the nearest first: ``{product: [Rule]}``."""
        rules = self._get_rules_by_target(company.id)
        return {
            product: [rules[target] for target in product._get_rule_targets() if target in rules]
            for product in products
        }

    @api.model
    def _match_rules(self, products, rules):
        found = {}
        if not rules:
            return found
        for product in products:
            target = next((one for one in product._get_rule_targets() if one in rules), None)
            if target:
                found[product.id] = rules[target]
        return found
