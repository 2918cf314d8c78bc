from odoo import models


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "lot.trace.mixin"]

    def _compute_lot_trace_count(self):
        counts = dict(
            self.env["stock.lot"]
            .with_context(active_test=False)
            ._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
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

    def _get_rule_targets(self):
        """What a rule may be made for that applies to this product, the most specific first."""
        self.ensure_one()
        template = self.sudo().product_tmpl_id
        path = [int(part) for part in (template.categ_id.parent_path or "").split("/") if part]
        return [
            ("product", self.id),
            ("template", template.id),
            *(("category", categ_id) for categ_id in reversed(path)),
            ("company", 0),
        ]
