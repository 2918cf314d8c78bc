from odoo import models

from .stock_move_line import RECORDING


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Record the genealogy of what was done: every path of stock passes here."""
        moves = super(StockMove, self.with_context(lot_genealogy_recording=RECORDING))._action_done(
            cancel_backorder=cancel_backorder
        )
        moves = moves.with_env(self.env)
        done = moves.exists().filtered(lambda move: move.state == "done")
        self.env["lot.recorder"]._record(done.move_line_ids)
        return moves
