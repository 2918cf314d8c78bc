from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_return(self):
        """Odoo's own way to make a return, also that of a recall."""
        returned = super()._create_return()
        self.env["lot.recall"].sudo()._find_running()._send_to_quarantine(returned.sudo())
        return returned
