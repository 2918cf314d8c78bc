"""Stock changes by moves alone: Odoo lets stock users write a quantity straight into a quant.

No screen does, a call from outside can. For products under a policy it is refused: the gate
stands where moves are done.
"""

from odoo import api, models
from odoo.exceptions import UserError

# Odoo's one way to change a quantity. Compared by identity: a caller can send a context,
# but not this.
MOVING = object()
# What says how much of which lot is where.
HELD_FIELDS = {"product_id", "location_id", "lot_id", "quantity"}


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        entered = zip(quants, vals_list)
        self.browse(quant.id for quant, vals in entered if vals.get("quantity"))._check_moved()
        return quants

    def write(self, vals):
        if not HELD_FIELDS.isdisjoint(vals):
            self._check_moved()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        self.filtered("quantity")._check_moved()

    def _check_moved(self):
        """Refuse what no move does, for products under a policy."""
        if self.env.context.get("lot_genealogy_moving") is MOVING:
            return
        ruled = self.env["product.product"]
        for company, quants in self.sudo().grouped("company_id").items():
            rules = self.env["lot.policy"]._get_rules(quants.product_id, company or self.env.company)
            ruled |= quants.product_id.filtered(lambda product, rules=rules: product.id in rules)
        if ruled:
            raise UserError(
                self.env._(
                    "Stock of products with a lot policy is changed by counts and transfers only: %s. "
                    "Count them under Inventory › Physical Inventory.",
                    ", ".join(ruled.mapped("display_name")),
                )
            )

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        company = location_id.company_id or self.env.company
        if product_id.id in self.env["lot.policy"]._get_rules(product_id, company):
            self = self.with_context(lot_genealogy_moving=MOVING)
        return super()._update_available_quantity(product_id, location_id, *args, **kwargs)
