"""Removal strategies: which lot leaves first, and which rule says so for a product in a place.

A strategy is a record of `product.removal` and a method `_order_<method>` here. The method says
by which fields of stock.quant lots leave, the first first, in pairs ``(field, descending)``;
related fields over the lot are joined, they need no column. Lots in which none of them differ
leave in the order in which they came in, and of those that came together the older quant: the
same stock gives the same choice. What has no value in a field leaves last.

A strategy that keeps lots back has a rule in `lot.life` as well.
"""

from typing import NamedTuple

from odoo import api, fields, models

# Those of Odoo that go by a field; `closest` and `least_packages` go by places.
ODOO_KEYS = {
    "fifo": (("in_date", False),),
    "lifo": (("in_date", True),),
    "fefo": (("removal_date", False),),
}


class Source(NamedTuple):
    """Which strategy applies, and who says so."""

    method: str
    record: models.BaseModel | None
    """lot.policy, product.category or stock.location; None: Odoo's default."""


class LotRemoval(models.AbstractModel):
    _name = "lot.removal"
    _description = "Removal strategies"

    # ---- strategies ----------------------------------------------------------------------

    @api.model
    def _order_fefo_expiry(self):
        """First expiry first out, by the expiration date (Odoo's own goes by the removal date)."""
        return (("expiration_date", False),)

    @api.model
    def _order_fefo_best_before(self):
        """First expiry first out, by the best-before date."""
        return (("lot_use_date", False),)

    @api.model
    def _order_femal(self):
        """First expiry with a minimum remaining life: of the lots above the margin of the policy
        the one with least left; what is below it, or has no date, not at all."""
        return (("expiration_date", False),)

    @api.model
    def _order_fesal(self):
        """Shortest ambient life: by the expiry that logged time at temperature leaves."""
        return (("lot_effective_date", False),)

    @api.model
    def _order_hifo(self):
        """Highest unit cost of the lot first."""
        return (("lot_cost", True),)

    @api.model
    def _order_lofo(self):
        """Lowest unit cost of the lot first."""
        return (("lot_cost", False),)

    # ---- dispatch ------------------------------------------------------------------------

    @api.model
    def _is_own(self, method):
        return hasattr(self, f"_order_{method}")

    @api.model
    def _get_keys(self, method):
        """``((field, descending), …)`` by which lots leave; empty: not by a field."""
        if self._is_own(method):
            return getattr(self, f"_order_{method}")()
        return ODOO_KEYS.get(method, ())

    @api.model
    def _get_order(self, method):
        """The strategy as Odoo takes it: an order over stock.quant, total and stable."""
        terms = [f"{name} DESC NULLS LAST" if down else name for name, down in self._get_keys(method)]
        return ", ".join([*terms, "in_date", "id"])

    @api.model
    def _get_sort_value(self, quant, method):
        """What compares as :meth:`_get_keys` orders; without what only makes it total."""
        return tuple(
            (not quant[name], self._to_number(quant[name]) * (-1 if down else 1))
            if self._has_value(quant, name)
            else (True, 0)
            for name, down in self._get_keys(method)
        )

    @api.model
    def _has_value(self, quant, name):
        return quant._fields[name].type == "float" or bool(quant[name])

    @api.model
    def _to_number(self, value):
        return value if isinstance(value, float) else value.timestamp()

    # ---- which one applies ---------------------------------------------------------------

    @api.model
    def _get_source(self, product, location):
        """The :class:`Source` of the strategy for a product in a place, the most specific.

        A policy that names the variant or the product; what is set for its own category, in a
        policy or there; a policy for a category above; the place or one above it; a policy for
        all other products; first in, first out.
        """
        product, location = product.sudo(), location.sudo()
        company = location.company_id or self.env.company
        rules = self.env["lot.policy"]._get_rules_by_target(company.id)
        rule = self.env["lot.policy"]._match_rules(product, rules).get(product.id) if rules else None
        if rule and rule.removal:
            rank = next(one for one in product._get_rule_targets() if one in rules)
            policy = Source(rule.removal, self.env["lot.policy"].browse(rule.policy))
        else:
            rank, policy = None, None
        category = product.categ_id
        if policy and (rank[0] in ("product", "template") or rank == ("category", category.id)):
            return policy
        if category.removal_strategy_id:
            return Source(category.removal_strategy_id.with_context(lang=None).method, category)
        if policy and rank[0] == "category":
            return policy
        while location:
            if location.removal_strategy_id:
                return Source(location.removal_strategy_id.with_context(lang=None).method, location)
            location = location.location_id
        return policy or Source("fifo", None)

    @api.model
    def _get_short_name(self, method):
        names = {
            "fefo": self.env._("FEFO"),
            "fefo_expiry": self.env._("FEFO"),
            "fefo_best_before": self.env._("FEFO"),
            "closest": self.env._("Closest location"),
            "least_packages": self.env._("Fewest packages"),
        }
        return names.get(method, method.upper())

    @api.model
    def _describe_source(self, source):
        """In words: the strategy, and from where it comes."""
        strategy = self.env["product.removal"].sudo().search([("method", "=", source.method)], limit=1)
        values = {"strategy": strategy.name or self._get_short_name(source.method)}
        if source.record is None:
            return self.env._("%(strategy)s: no rule says otherwise", **values)
        values["name"] = source.record.sudo().display_name
        if source.record._name == "lot.policy":
            return self.env._("%(strategy)s, by the policy %(name)s", **values)
        if source.record._name == "product.category":
            return self.env._("%(strategy)s, by the product category %(name)s", **values)
        return self.env._("%(strategy)s, by the location %(name)s", **values)


class StockQuant(models.Model):
    _inherit = "stock.quant"

    lot_use_date = fields.Datetime(related="lot_id.use_date", string="Best Before")
    lot_effective_date = fields.Datetime(related="lot_id.effective_date", string="Effective Expiry")
    lot_cost = fields.Float(related="lot_id.standard_price", string="Unit Cost of the Lot")

    @api.model
    def _get_removal_strategy(self, product_id, location_id):
        """Odoo's answer unless an active policy names a strategy."""
        company = location_id.sudo().company_id or self.env.company
        rules = self.env["lot.policy"]._get_rules_by_target(company.id)
        if not any(rule.removal for rule in rules.values()):
            return super()._get_removal_strategy(product_id, location_id)
        return self.env["lot.removal"]._get_source(product_id, location_id).method

    @api.model
    def _get_removal_strategy_order(self, removal_strategy):
        removal = self.env["lot.removal"]
        if removal._is_own(removal_strategy):
            return removal._get_order(removal_strategy)
        return super()._get_removal_strategy_order(removal_strategy)


class StockLot(models.Model):
    _inherit = "stock.lot"

    removal_rule = fields.Char(
        string="Leaves By",
        compute="_compute_removal_rule",
        help="The strategy that says which lot leaves first where this lot is, and what sets it.",
    )

    @api.depends("product_id", "location_id", "company_id")
    @api.depends_context("company", "lang")
    def _compute_removal_rule(self):
        removal = self.env["lot.removal"]
        default = (
            self.env["stock.warehouse"].sudo().search([("company_id", "=", self.env.company.id)], limit=1)
        )
        texts = {}
        for lot in self:
            source = removal._get_source(lot.product_id, lot.location_id or default.lot_stock_id)
            if source not in texts:
                texts[source] = removal._describe_source(source)
            lot.removal_rule = texts[source]
