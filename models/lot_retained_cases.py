"""A lot is kept as long as it is on hold, or part of a recall that is not closed."""

from odoo import models

from ..engine.retention import Reason


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _get_retention_reasons(self):
        found = super()._get_retention_reasons()
        holds = (
            self.env["lot.hold.line"]
            .sudo()
            ._read_group([("lot_id", "in", self.ids), ("state", "=", "held")], ["lot_id", "hold_id"])
        )
        for lot, hold in holds:
            found[lot.sudo(False)].append(Reason(self.env._("on hold: %s", hold.name), None))
        cases = (
            self.env["lot.recall.lot"]
            .sudo()
            ._read_group(
                [("lot_id", "in", self.ids), ("recall_id.state", "not in", ("draft", "closed"))],
                ["lot_id", "recall_id"],
            )
        )
        for lot, case in cases:
            found[lot.sudo(False)].append(Reason(self.env._("in the recall %s", case.name), None))
        return found
