from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.walk import TAKEN_BACK


class LotLedger(models.Model):
    _inherit = "lot.ledger"

    @api.model
    def _get_live_domain(self):
        """Entries that were not taken back, and take nothing back."""
        taken_back = SQL("(%s)", SQL(TAKEN_BACK))  # pylint: disable=sql-injection
        return [("reversal", "=", False), ("id", "not in", taken_back)]

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
            "context": {"default_move_line_id": self.move_line_id.id, "default_kind": self.kind},
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_correct(self):
        """Correct what was recorded of this transfer: its one entry, or one of those that are listed."""
        self.ensure_one()
        entries = self.env["lot.ledger"]
        entries = entries.search([("picking_id", "=", self.id), *entries._get_live_domain()])
        if not entries:
            raise UserError(self.env._("Nothing of %s stands in the ledger: no lot moved.", self.name))
        if len(entries) == 1:
            return entries.action_correct()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_ledger_action")
        return {
            **action,
            "display_name": self.env._("Correct %(document)s", document=self.name),
            "domain": [("id", "in", entries.ids)],
            "context": {"lot_correct": True},
        }
