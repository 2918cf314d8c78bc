"""Scanning in the dialog of a move's lines: as in its document, for this move alone."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .stock_picking_scan import RECEIVED, TAKEN


class StockMove(models.Model):
    _inherit = "stock.move"

    can_scan_lots = fields.Boolean(compute="_compute_can_scan_lots")

    @api.depends("state", "picking_type_id.code", "picking_id", "raw_material_production_id")
    def _compute_can_scan_lots(self):
        for move in self:
            scanned = move.picking_id and move.picking_type_id.code in RECEIVED + TAKEN
            is_open = move.state not in ("draft", "done", "cancel")
            move.can_scan_lots = is_open and bool(scanned or move.raw_material_production_id)

    def scan_code(self, code, line_id=False):
        """Enter what a scanned or typed label says: see `stock.picking.scan_code`."""
        self.ensure_one()
        if self.picking_id:
            return self.picking_id._scan(code, line_id, self)
        if self.raw_material_production_id:
            order = self.raw_material_production_id
            return order._scan(code, line_id, self, self.env["product.product"])
        raise UserError(self.env._("Labels are scanned into transfers and orders."))
