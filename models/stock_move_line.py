from odoo import api, fields, models

# A done line that is changed in one of these says something else than the ledger.
RECORDED_FIELDS = {
    "date",
    "location_dest_id",
    "location_id",
    "lot_id",
    "owner_id",
    "product_uom_id",
    "quantity",
}

# Odoo dates the lines of a transfer several times while it is being done, seconds apart:
# that is no correction. Compared by identity: a caller can send a context, but not this.
RECORDING = object()


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
        dated_only = vals.keys() == {"date"}
        being_done = self.env.context.get("lot_genealogy_recording") is RECORDING
        if not RECORDED_FIELDS.isdisjoint(vals) and not (dated_only and being_done):
            self._record_done_lines(dated="date" in vals)
        return res

    def _record_done_lines(self, dated=False):
        """Odoo lets done lines be added and changed: the ledger follows, in the open."""
        done = self.filtered(lambda line: line.move_id.state == "done")
        if done:
            self.env["lot.recorder"]._record(done, self.env._("Done stock move line changed"), dated)

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self.supplier_lot:
            vals["supplier_lot"] = self.supplier_lot
        return vals
