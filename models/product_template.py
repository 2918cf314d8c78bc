from odoo import api, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "lot.trace.mixin"]

    def _compute_lot_trace_count(self):
        for template in self:
            template.lot_trace_count = sum(template.product_variant_ids.mapped("lot_trace_count"))

    def _get_trace_items(self):
        return self.product_variant_ids._get_trace_items()

    @api.constrains("tracking")
    def _check_tracking_asked(self):
        """Who stops tracking a product takes it out of what its policy asks for: not while it applies."""
        loose = self.filtered(lambda template: template.tracking == "none").product_variant_ids
        lots = self.env["stock.lot"].sudo()
        known = loose and lots._read_group([("product_id", "in", loose.ids)], ["product_id"])
        loose = loose.browse(product.id for (product,) in known)
        for company in loose.env["res.company"].sudo().search([("active", "=", True)]) if loose else ():
            rules = self.env["lot.policy"]._get_rules(loose, company)
            asked = [product for product in loose if product.id in rules and rules[product.id].demands]
            if asked:
                raise ValidationError(
                    self.env._(
                        "%(product)s has lots, and the policy %(policy)s asks for facts of them: it stays "
                        "tracked. Take it out of the policy first.",
                        product=asked[0].display_name,
                        policy=rules[asked[0].id].name,
                    )
                )
