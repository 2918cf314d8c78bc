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

    @api.model
    def _choose_correction(self, document, domain):
        """Correct what was recorded of `document`: its one entry, or one of those that are listed."""
        entries = self.search([*domain, *self._get_live_domain()])
        if not entries:
            raise UserError(
                self.env._("Nothing of %s stands in the ledger: no lot moved.", document.display_name)
            )
        if len(entries) == 1:
            return entries.action_correct()
        return {
            **self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_ledger_action"),
            "display_name": self.env._("Correct %(document)s", document=document.display_name),
            "domain": [("id", "in", entries.ids)],
            "context": {"lot_correct": True},
        }

    @api.model
    def _choose_event_correction(self, document):
        domain = [("event_id.res_model", "=", document._name), ("event_id.res_id", "=", document.id)]
        return self._choose_correction(document, domain)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_correct(self):
        self.ensure_one()
        return self.env["lot.ledger"]._choose_correction(self, [("picking_id", "=", self.id)])


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    def action_correct(self):
        self.ensure_one()
        domain = [("move_line_id.move_id.scrap_id", "=", self.id)]
        return self.env["lot.ledger"]._choose_correction(self, domain)


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_correct(self):
        self.ensure_one()
        return self.env["lot.ledger"]._choose_event_correction(self)


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_correct(self):
        self.ensure_one()
        return self.env["lot.ledger"]._choose_event_correction(self)
