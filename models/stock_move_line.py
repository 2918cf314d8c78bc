from odoo import api, fields, models

from .posting import collect

# A done line that is changed in one of these says something else than the ledger.
RECORDED_FIELDS = {
    "date",
    "location_dest_id",
    "location_id",
    "lot_id",
    "move_id",
    "owner_id",
    "product_id",
    "product_uom_id",
    "quantity",
    "quantity_product_uom",
}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    supplier_lot = fields.Char(
        string="Supplier's Lot",
        help="The lot number the supplier gave it, as on the label or delivery note. "
        "It is kept beside your own number.",
    )

    # Odoo has none, and every question about a lot asks for its lines.
    _lot_genealogy_lot_idx = models.Index("(lot_id, state, date) WHERE lot_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._record_done_lines()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if not RECORDED_FIELDS.isdisjoint(vals):
            self._record_done_lines()
        return res

    def _record_done_lines(self):
        """Odoo lets done lines be added and changed: the ledger follows, in the open."""
        collect(self.filtered(lambda line: line.move_id.state == "done"))

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self.supplier_lot:
            vals["supplier_lot"] = self.supplier_lot
        return vals
