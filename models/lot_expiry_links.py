"""What was prepared for an expiry alert knows it."""

from odoo import api, fields, models

from .quantity import say_quantity


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    lot_expiry_alert_id = fields.Many2one(
        "lot.expiry.alert", string="Expiry Alert", readonly=True, copy=False, index="btree_not_null"
    )


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    lot_expiry_alert_id = fields.Many2one(
        "lot.expiry.alert", string="Expiry Alert", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Saved, the rule applies: the alert that it was prepared for is answered."""
        rules = super().create(vals_list)
        for rule in rules.filtered(lambda rule: rule.lot_expiry_alert_id and rule.pricelist_id):
            alert = rule.lot_expiry_alert_id
            if alert.state != "resolved":
                alert._resolve(
                    "marked_down",
                    self.env._(
                        "%(percent)s %% off in the pricelist %(pricelist)s.",
                        percent=say_quantity(self.env, rule.percent_price),
                        pricelist=rule.pricelist_id.display_name,
                    ),
                )
        return rules
