"""A done line is not changed, or added, so that a lot moved after all that may not, or lacks something."""

from odoo import api, models

from .posting import KEY
from .stock_lot_record import CORRECTING, is_changed

# What makes a line take other goods, or bring them elsewhere.
TAKING_FIELDS = {"lot_id", "location_id", "location_dest_id", "package_id", "quantity", "product_uom_id"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_held_after()
        return lines

    def write(self, vals):
        names = TAKING_FIELDS & vals.keys()
        if not names:
            return super().write(vals)
        before = {line: line.quantity_product_uom for line in self if line.move_id.state == "done"}
        changed = self.browse(
            line.id
            for line in before
            if any(is_changed(line, name, vals[name]) for name in names - {"quantity", "product_uom_id"})
        )
        res = super().write(vals)
        more = self.browse(
            line.id
            for line, quantity in before.items()
            if line.exists() and line.quantity_product_uom > quantity
        )
        (changed.exists() | more)._check_held_after()
        return res

    def _check_held_after(self):
        """Refuse what is done already with lots on hold, or without what their policy asks for, but for
        a correction of the record."""
        done = self.filtered(lambda line: line.move_id.state == "done")
        # A document that is being posted is asked as it is.
        if done and KEY not in self.env.cr.cache and self.env.context.get("lot_correcting") is not CORRECTING:
            self.env["lot.fitness"]._check(done)
            self.env["lot.gate"]._check_done(done)
