from odoo import models

from .posting import collect, posting


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Record the genealogy of what was done: every path of stock passes here."""
        with posting(self.env):
            moves = super()._action_done(cancel_backorder=cancel_backorder)
            done = moves.exists().filtered(lambda move: move.state == "done")
            collect(done.move_line_ids)
        return moves
