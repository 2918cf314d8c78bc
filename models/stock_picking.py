from odoo import models

from .posting import posting


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "lot.trace.mixin"]

    def _get_trace_lots(self):
        return self.move_line_ids.lot_id

    def _get_trace_items(self):
        return [{"type": "picking", "id": picking.id} for picking in self]

    def _action_done(self):
        """Odoo dates the lines again after the last move."""
        with posting(self.env):
            return super()._action_done()
