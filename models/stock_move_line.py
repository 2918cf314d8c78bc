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
    # What is open of a lot, or of the many of a trace: few lines, among all that are done.
    _lot_genealogy_open_idx = models.Index(
        "(lot_id) WHERE lot_id IS NOT NULL AND state NOT IN ('done', 'cancel')"
    )
    # What was delivered without saying which lot: any of the product's may have been.
    _lot_genealogy_lotless_idx = models.Index("(product_id, date) WHERE lot_id IS NULL AND state = 'done'")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # Odoo lets done lines be added and changed: the ledger follows, in the open.
        collect(lines._filter_done())
        return lines

    def write(self, vals):
        if RECORDED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        # A line that is put into a move that is not done was done until now.
        done = self._filter_done() if "move_id" in vals else self.browse()
        res = super().write(vals)
        collect(done | self._filter_done())
        return res

    def _filter_done(self):
        return self.filtered(lambda line: line.move_id.state == "done")

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self.supplier_lot:
            vals["supplier_lot"] = self.supplier_lot
        return vals
