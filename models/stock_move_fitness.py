"""Each way in which Odoo reserves says what for, and each line that is done is asked about."""

from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_quarantine = fields.Boolean(
        string="Quarantine or Disposal",
        help="A place for lots that may not be used: they can always be moved here, whatever holds them.",
    )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _with_use(self):
        """Reserve for what this move is for: read by `stock.quant._get_reserve_quantity`."""
        self.ensure_one()
        if not self.product_id.is_storable:
            return self
        return self.with_context(lot_use=self.env["lot.fitness"]._get_use(self))

    def _update_reserved_quantity_vals(self, *args, **kwargs):
        """Made to stock, and chained."""
        return super(StockMove, self._with_use())._update_reserved_quantity_vals(*args, **kwargs)

    def _set_quantity_done_prepare_vals(self, qty):
        """Quantities that are typed, and what an order consumes."""
        return super(StockMove, self._with_use())._set_quantity_done_prepare_vals(qty)

    def _set_lot_ids(self):
        for move in self:
            super(StockMove, move._with_use())._set_lot_ids()
        return None


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        fitness = self.env["lot.fitness"]
        fitness._check(self)
        naming = self.filtered(lambda line: not line.lot_id)
        res = super()._action_done()
        fitness._check(naming.exists())  # lots that were only named
        return res
