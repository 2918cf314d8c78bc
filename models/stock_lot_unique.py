"""One lot per number, product and company, for the database as well.

Odoo looks for a double before it saves: two users at the same moment do not see each other.
The database looks when the transaction ends, so that Odoo's own message comes first and
numbers can be exchanged. Lots that are double already are left as they are, and listed: only
without them can the database refuse the next.
"""

import logging

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import constraint_definition

_logger = logging.getLogger(__name__)
CONSTRAINT = "stock_lot_lot_genealogy_unique"


class StockLot(models.Model):
    _inherit = "stock.lot"

    def init(self):
        res = super().init()
        doubles = self._make_unique()
        if doubles:
            _logger.warning(
                "%s lots have the number of another lot of their product and company. They are listed "
                "under Traceability, Configuration, Double lot numbers.",
                len(doubles),
            )
        return res

    @api.model
    def _make_unique(self):
        """Have the database refuse doubles; returns the lots that stand in the way."""
        if constraint_definition(self.env.cr, self._table, CONSTRAINT):
            return self.browse()
        self.flush_model(["name", "product_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT unnest(array_agg(id ORDER BY id)) FROM stock_lot
                 GROUP BY product_id, name, COALESCE(company_id, 0) HAVING count(*) > 1
                """
            )
        )
        if not rows:
            self.env.cr.execute(
                SQL(
                    """
                    ALTER TABLE stock_lot ADD CONSTRAINT %s EXCLUDE USING btree (
                        product_id WITH =, name WITH =, COALESCE(company_id, 0) WITH =
                    ) DEFERRABLE INITIALLY DEFERRED
                    """,
                    SQL.identifier(CONSTRAINT),
                )
            )
        return self.browse(lot_id for (lot_id,) in rows)

    @api.model
    def action_find_doubles(self):
        """List lots with the same number, or say that the database lets none in."""
        self.env["lot.policy"].check_access("write")
        doubles = self.sudo()._make_unique()
        if not doubles:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "No two lots of a product and company have the same number, and the database lets "
                        "none in."
                    ),
                },
            }
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.stock_lot_action")
        action["display_name"] = self.env._("Double lot numbers")
        action["domain"] = [("id", "in", doubles.ids)]
        action["context"] = {"display_complete": True, "group_by": ["product_id", "name"]}
        return action
