from odoo import models

from .posting import posting


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "lot.trace.mixin"]

    def _get_trace_lots(self):
        return self.move_finished_ids.move_line_ids.lot_id | self.lot_producing_ids

    def _get_trace_items(self):
        return [{"type": "production", "id": order.id} for order in self]

    def button_mark_done(self):
        """Odoo dates what was made again when it closes the order."""
        with posting(self.env):
            return super().button_mark_done()
