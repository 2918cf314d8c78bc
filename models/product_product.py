from odoo import models


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "lot.trace.mixin"]

    def _compute_lot_trace_count(self):
        counts = dict(
            self.env["stock.lot"]._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
        )
        for product in self:
            product.lot_trace_count = counts.get(product, 0)

    def _get_trace_items(self):
        return [{"type": "product", "id": product.id} for product in self]

    def _filter_record_locked(self):
        """Those of these products whose records are fixed once made, by the policy of the
        current company (`env.company`). No policy, no lock."""
        rules = self.env["lot.policy"]._get_rules(self, self.env.company)
        return self.filtered(lambda product: product.id in rules and rules[product.id].lock_done)
