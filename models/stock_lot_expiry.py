"""Odoo's single reminder, for lots that no ladder tells of; and the alerts of a lot."""

from odoo import api, fields, models
from odoo.fields import Domain

# Where a transaction keeps which products are left out: no caller can send it.
LEFT_OUT = "lot_expiry_left_out"


class StockLot(models.Model):
    _inherit = "stock.lot"

    lot_expiry_alert_ids = fields.One2many("lot.expiry.alert", "lot_id", string="Expiry Alerts")
    lot_expiry_alert_count = fields.Integer(compute="_compute_lot_expiry_alert_count")

    def _compute_lot_expiry_alert_count(self):
        counts = dict(
            self.env["lot.expiry.alert"]._read_group(
                [("lot_id", "in", self.ids), ("state", "!=", "resolved")], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.lot_expiry_alert_count = counts.get(lot._origin, 0)

    def action_expiry_alerts(self):
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_expiry_alert_action")
        action["domain"] = [("lot_id", "in", self.ids)]
        action["context"] = {}
        return action

    @api.model
    def _alert_date_exceeded(self):
        """Whoever climbs a ladder is not reminded a second time by Odoo.

        Odoo searches its lots itself: what it must not find is left out of its search.
        """
        self.env.cr.cache[LEFT_OUT] = self._get_ladder_products().ids
        try:
            return super()._alert_date_exceeded()
        finally:
            del self.env.cr.cache[LEFT_OUT]

    @api.model
    def _get_ladder_products(self):
        """Products of lots in stock that have levels in all companies where they lie."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("lot_id.alert_date", "<=", fields.Date.today()),
                ("quantity", ">", 0),
                ("company_id", "!=", False),
            ],
            ["company_id"],
            ["product_id:recordset"],
        )
        policies = self.env["lot.policy"]
        having, without = self.env["product.product"], self.env["product.product"]
        for company, products in groups:
            ruled = products.browse(policies._get_ladder_rules(products, company))
            having |= ruled
            without |= products - ruled
        return having - without

    @api.model
    def _search(self, domain, *args, **kwargs):
        left_out = self.env.cr.cache.get(LEFT_OUT)
        if left_out:
            domain = Domain(domain) & Domain("product_id", "not in", left_out)
        return super()._search(domain, *args, **kwargs)
