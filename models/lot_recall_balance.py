"""Of each consignee and lot: delivered, answered, back, destroyed, sold, open.

Sums of his deliveries (`lot.recall.consignee.line`), where all of it is worked out.
"""

from odoo import fields, models
from odoo.tools import SQL


class LotRecallBalance(models.Model):
    _name = "lot.recall.balance"
    _description = "What became of a lot at a consignee"
    _auto = False
    _order = "recall_id, consignee_id, lot_name, id"
    _rec_name = "lot_name"

    _depends = {
        "lot.recall": ["company_id"],
        "lot.recall.consignee": ["answered_at"],
        "lot.recall.consignee.line": [
            *("recall_id", "consignee_id", "lot_id", "lot_name", "product_id", "uom_name", "is_current"),
            *("quantity", "quantity_back", "quantity_received", "quantity_returned", "quantity_unsold"),
            *("quantity_destroyed", "quantity_sold", "quantity_open", "quantity_aside", "quantity_unknown"),
        ],
    }

    recall_id = fields.Many2one("lot.recall", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    consignee_id = fields.Many2one("lot.recall.consignee", readonly=True)
    answered_at = fields.Datetime(string="Answered on", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    lot_name = fields.Char(string="Lot number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    uom_name = fields.Char(string="Unit", readonly=True)
    is_current = fields.Boolean(string="In current scope", readonly=True)
    delivered = fields.Float(readonly=True, digits="Product Unit")
    answered = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="What he accounted for: still there, sent back, destroyed, sold or used.",
    )
    returned = fields.Float(
        string="Says sent", readonly=True, digits="Product Unit", help="What he says he sent back."
    )
    back = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="All that came back from him, also before the scope was frozen, as the ledger has it.",
    )
    difference = fields.Float(
        string="Not come",
        readonly=True,
        digits="Product Unit",
        help="What he says he sent back, less what came since the scope was frozen. Below zero: more came "
        "than he says. Empty while he has not answered.",
    )
    destroyed = fields.Float(readonly=True, digits="Product Unit", help="By him, as he answered.")
    sold = fields.Float(string="Sold or used", readonly=True, digits="Product Unit")
    open = fields.Float(
        readonly=True, digits="Product Unit", help="Neither back, nor destroyed, nor sold or used."
    )
    aside = fields.Float(
        string="Set aside", readonly=True, digits="Product Unit", help="Of what is open: he still has it."
    )
    unknown = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="Of what is open: neither set aside there, nor said to be on its way back.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(line.id) AS id, line.recall_id, recall.company_id, line.consignee_id,
                   consignee.answered_at, line.lot_id, line.lot_name, line.product_id, line.uom_name,
                   line.is_current,
                   sum(line.quantity) AS delivered,
                   sum(line.quantity_unsold + line.quantity_returned + line.quantity_destroyed
                       + line.quantity_sold) AS answered,
                   sum(line.quantity_returned) AS returned,
                   sum(line.quantity_back + line.quantity_received) AS back,
                   CASE WHEN consignee.answered_at IS NOT NULL
                        THEN sum(line.quantity_returned - line.quantity_received) END AS difference,
                   sum(line.quantity_destroyed) AS destroyed,
                   sum(line.quantity_sold) AS sold,
                   sum(line.quantity_open) AS open,
                   sum(line.quantity_aside) AS aside,
                   sum(line.quantity_unknown) AS unknown
              FROM lot_recall_consignee_line line
              JOIN lot_recall_consignee consignee ON consignee.id = line.consignee_id
              JOIN lot_recall recall ON recall.id = line.recall_id
             GROUP BY line.recall_id, recall.company_id, line.consignee_id, consignee.answered_at,
                      line.lot_id, line.lot_name, line.product_id, line.uom_name, line.is_current
            """
        )


class LotRecall(models.Model):
    _inherit = "lot.recall"

    def action_open_balance(self):
        """What became of the goods, per consignee and lot."""
        return self._open_rows("lot_genealogy.lot_recall_balance_action")
