from odoo import models
from odoo.exceptions import UserError


class LotLedger(models.Model):
    _inherit = "lot.ledger"

    def action_correct(self):
        """Open a correction of the stock move line that this entry was recorded from."""
        self.ensure_one()
        if not self.move_line_id:
            raise UserError(self.env._("This entry was not recorded from a stock move."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct %(document)s", document=self.document),
            "res_model": "lot.line.correction",
            "view_mode": "form",
            "context": {"default_move_line_id": self.move_line_id.id},
        }
