"""A policy says how long the records of its lots are kept."""

from odoo import api, fields, models


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    retention_ids = fields.Many2many(
        "lot.retention",
        "lot_policy_retention_rel",
        string="Kept by",
        help="The longest counts, of this policy and of all others that apply to a product: of the variant, "
        "the product, its categories and the company. Until then neither the lots nor their certificates "
        "and attached documents can be archived or deleted.",
    )

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "retention_ids"]

    @api.model
    def _get_retentions(self, products, company):
        """Of all active policies that apply, not of the nearest alone: ``{product id: {Retention}}``."""
        if not self._get_rules_by_target(company.id):
            return {}
        return {
            product.id: {retention for rule in rules for retention in rule.retentions}
            for product, rules in self._get_all_rules(products.sudo(), company).items()
        }
