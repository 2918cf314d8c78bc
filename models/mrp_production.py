from odoo import models

from .stock_move_line import RECORDING


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "lot.trace.mixin"]

    def _get_trace_lots(self):
        return self.move_finished_ids.move_line_ids.lot_id | self.lot_producing_ids

    def _get_trace_items(self):
        return [{"type": "production", "id": order.id} for order in self]

    def write(self, vals):
        """Closing an order dates its lines again, seconds after they were recorded."""
        orders = self
        if {"date_finished", "is_locked", "state"} <= vals.keys():
            orders = self.with_context(lot_genealogy_recording=RECORDING)
        return super(MrpProduction, orders).write(vals)
