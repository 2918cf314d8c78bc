from odoo import models

from .posting import posting


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _apply_inventory(self, date=None):
        """A count may be dated back: Odoo does its moves first, and dates them then."""
        with posting(self.env):
            return super()._apply_inventory(date)
