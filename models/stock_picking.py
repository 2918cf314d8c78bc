from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from .posting import posting
from .quantity import say_quantity


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

    def write(self, vals):
        res = super().write(vals)
        # Point of sale does its transfers, swallows what refuses them, and then names
        # its session on them.
        if vals.get("pos_session_id"):
            for picking in self:
                (picking | picking.backorder_ids)._show_unposted_sale(picking.pos_session_id.user_id)
        return res

    def _show_unposted_sale(self, user):
        """Ask `user` for what the till has sold and stock could not post: it is gone."""
        for picking in self.sudo():
            moves = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            rules = self.env["lot.policy"]._get_rules(moves.product_id, picking.company_id)
            if not any(move.has_tracking != "none" or move.product_id.id in rules for move in moves):
                continue
            rows = [
                f"{move.product_id.display_name}: {say_quantity(self.env, move.product_uom_qty)}"
                for move in moves
            ]
            reason = all(move.quantity for move in moves) and picking._find_refusal()
            rows += (reason or "").splitlines()
            note = self.env._(
                "Sold at the till, but not taken out of stock: no trace shows this sale. "
                "Enter what is missing and validate the transfer."
            )
            picking.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Sale refused by stock") if reason else self.env._("Sale without lot"),
                note=Markup("<p>%s</p><ul>%s</ul>")
                % (note, Markup().join(Markup("<li>%s</li>") % row for row in rows)),
                user_id=user.id,
            )

    def _find_refusal(self):
        """Why stock refuses this transfer, which it is asked once more."""
        try:
            with self.env.cr.savepoint():
                self._action_done()
        except UserError as error:
            return str(error)
        return None
