"""The ladder of a policy: what happens as the dates of a lot come near."""

from odoo import api, fields, models


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    expiry_level_ids = fields.One2many("lot.expiry.level", "policy_id", string="Expiry Levels", copy=True)

    def _get_expiry_levels(self):
        """The levels as the engine takes them."""
        self.ensure_one()
        return tuple(level._get_level() for level in self.expiry_level_ids)

    @api.model
    def _get_ladder_rules(self, products, company):
        """The rules of those products whose policy has levels: ``{product id: Rule}``."""
        rules = self._get_rules(products, company)
        return {product_id: rule for product_id, rule in rules.items() if rule.expiry_levels}
