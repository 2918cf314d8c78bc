from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "lot.trace.mixin"]

    def _compute_lot_trace_count(self):
        for template in self:
            template.lot_trace_count = sum(template.product_variant_ids.mapped("lot_trace_count"))

    def _get_trace_items(self):
        return self.product_variant_ids._get_trace_items()
