"""What was lost to expiry: scrapped after its date or because an expiry alert said so, put away to be
destroyed, given away, and what a markdown takes off."""

from odoo import fields, models
from odoo.tools import SQL


class LotExpiryLoss(models.Model):
    _name = "lot.expiry.loss"
    _description = "Lost to expiry"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document"

    _depends = {
        "lot.expiry.alert": [
            *("lot_id", "company_id", "warehouse_id", "quantity", "uom_id", "value", "outcome"),
            *("level_name", "markdown_percent", "resolved_at"),
        ],
        "lot.ledger": ["kind", "quantity", "date", "lot_id", "location_id"],
        "product.pricelist.item": ["compute_price", "lot_expiry_alert_id", "percent_price"],
        "product.product": ["standard_price"],
        "product.template": ["categ_id", "lot_valuated", "uom_id"],
        "stock.lot": ["expiration_date", "standard_price"],
        "stock.move": ["value", "scrap_id"],
        "stock.move.line": ["date", "location_dest_id", "lot_id", "move_id", "quantity_product_uom", "state"],
        "stock.quant": ["company_id", "location_id", "lot_id", "owner_id", "quantity"],
        "stock.scrap": ["scrap_reason_tag_ids"],
    }

    lot_id = fields.Many2one("stock.lot", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    date = fields.Datetime(readonly=True, help="When it was scrapped, put away, or the alert was resolved.")
    document = fields.Char(
        readonly=True, help="The scrap order; the level of the alert; or the place where it lies."
    )
    reason = fields.Selection(
        [
            ("expired", "Expired"),
            ("alert", "Expiring: under an alert"),
            ("disposal", "Put away for disposal"),
            ("donated", "Donated"),
            ("marked_down", "Marked down"),
        ],
        readonly=True,
        help="Expired: scrapped after its expiration date. Expiring: scrapped before, under an expiry alert. "
        "Put away: lies in the disposal location of a level, and is not scrapped yet. Donated, marked down: "
        "as the alert was resolved, without what was scrapped afterwards or is still in stock.",
    )
    tag_id = fields.Many2one("stock.scrap.reason.tag", string="Scrap Reason", readonly=True)
    supplier = fields.Char(readonly=True, help="Who delivered the lot, as recorded. Empty: it was made here.")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    value = fields.Monetary(
        readonly=True,
        help="As valued when scrapped, at the cost when an alert was opened, else at the present cost; "
        "goods of other owners: 0. Marked down: the part of it that the markdown takes off.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        # Nothing is in two of them: what lies for disposal is not scrapped, and what was scrapped,
        # or lies somewhere, is taken off what alerts say of the same stock.
        parts = (self._select_scrapped(), self._select_put_away(), self._select_resolved())
        return SQL(
            """
            SELECT lost.*, lot.product_id, template.categ_id, template.uom_id, company.currency_id,
                   supplier.name AS supplier
              FROM (%s) AS lost
              JOIN stock_lot lot ON lot.id = lost.lot_id
              JOIN product_product product ON product.id = lot.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company company ON company.id = lost.company_id
              LEFT JOIN LATERAL (
                   SELECT COALESCE(NULLIF(party.company, ''), party.name) AS name
                     FROM lot_ledger receipt JOIN lot_party party ON party.id = receipt.party_id
                    WHERE receipt.lot_id = lost.lot_id AND receipt.kind = 'receipt'
                      AND receipt.quantity > 0 AND NOT receipt.reversal
                      AND NOT EXISTS (SELECT FROM lot_ledger later
                                       WHERE later.corrects_id = receipt.id AND later.reversal)
                    ORDER BY receipt.date, receipt.id LIMIT 1) AS supplier ON TRUE
            """,
            SQL(" UNION ALL ").join(parts),
        )

    def _sql_scrapped(self):
        """SQL: that `entry` of the ledger is a scrap that holds."""
        return SQL(
            "entry.kind = 'scrap' AND entry.quantity < 0 AND NOT entry.reversal"
            " AND NOT EXISTS (SELECT FROM lot_ledger later"
            " WHERE later.corrects_id = entry.id AND later.reversal)"
        )

    def _select_scrapped(self):
        return SQL(
            """
            SELECT entry.id * 3 AS id, entry.lot_id, entry.company_id, place.warehouse_id, entry.date,
                   entry.document,
                   CASE WHEN lot.expiration_date <= entry.date THEN 'expired' ELSE 'alert' END AS reason,
                   (SELECT min(tag.stock_scrap_reason_tag_id) FROM %(tags)s tag
                     WHERE tag.stock_scrap_id = move.scrap_id) AS tag_id,
                   -entry.quantity AS quantity,
                   CASE WHEN entry.owner_party_id IS NOT NULL THEN 0
                        ELSE COALESCE(NULLIF(abs(move.value), 0) * -entry.quantity
                                      / NULLIF(moved.quantity, 0),
                                      -entry.quantity * %(cost)s) END AS value
              FROM lot_ledger entry
              JOIN stock_lot lot ON lot.id = entry.lot_id
              JOIN product_product product ON product.id = entry.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN stock_location place ON place.id = entry.location_id
              LEFT JOIN stock_move_line line ON line.id = entry.move_line_id
              LEFT JOIN stock_move move ON move.id = line.move_id
              LEFT JOIN LATERAL (
                   SELECT sum(one.quantity_product_uom) AS quantity FROM stock_move_line one
                    WHERE one.move_id = move.id) AS moved ON TRUE
             WHERE %(scrapped)s
               AND (lot.expiration_date <= entry.date
                    OR EXISTS (SELECT FROM lot_expiry_alert alert
                                WHERE alert.lot_id = entry.lot_id AND alert.company_id = entry.company_id
                                  AND alert.create_date <= entry.recorded_at))
            """,
            tags=SQL.identifier(self.env["stock.scrap"]._fields["scrap_reason_tag_ids"].relation),
            cost=self.env["lot.expiry.job"]._sql_cost(SQL("entry.company_id")),
            scrapped=self._sql_scrapped(),
        )

    def _select_put_away(self):
        """Expired or under an alert, and in the disposal location of a level."""
        return SQL(
            """
            SELECT quant.id * 3 + 1, quant.lot_id, quant.company_id, place.warehouse_id,
                   (SELECT max(line.date) FROM stock_move_line line
                     WHERE line.lot_id = quant.lot_id AND line.state = 'done'
                       AND line.location_dest_id = quant.location_id),
                   place.complete_name, 'disposal', NULL, quant.quantity,
                   CASE WHEN quant.owner_id IS NULL THEN quant.quantity * %(cost)s ELSE 0 END
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id
              JOIN stock_lot lot ON lot.id = quant.lot_id
              JOIN product_product product ON product.id = quant.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE quant.location_id = ANY(%(disposal)s) AND quant.quantity > 0
               AND (lot.expiration_date <= %(now)s
                    OR EXISTS (SELECT FROM lot_expiry_alert alert
                                WHERE alert.lot_id = quant.lot_id AND alert.company_id = quant.company_id))
            """,
            cost=self.env["lot.expiry.job"]._sql_cost(SQL("quant.company_id")),
            disposal=self.env["lot.expiry.job"]._get_disposal_locations().ids,
            now=fields.Datetime.now(),
        )

    def _select_resolved(self):
        """Donated or marked down, as a person said: what of the alert's quantity is neither left (to the
        next alert of the same stock, in stock now) nor scrapped in between."""
        return SQL(
            """
            SELECT alert.id * 3 + 2, alert.lot_id, alert.company_id, alert.warehouse_id, alert.resolved_at,
                   alert.level_name, alert.outcome, NULL, gone.quantity,
                   alert.value * gone.quantity / NULLIF(alert.quantity, 0)
                   * CASE WHEN alert.outcome = 'donated' THEN 1
                          ELSE COALESCE((SELECT max(item.percent_price) FROM product_pricelist_item item
                                          WHERE item.lot_expiry_alert_id = alert.id
                                            AND item.compute_price = 'percentage'),
                                        alert.markdown_percent, 0) / 100 END
              FROM lot_expiry_alert alert
              LEFT JOIN LATERAL (
                   SELECT other.create_date, other.quantity FROM lot_expiry_alert other
                    WHERE other.lot_id = alert.lot_id AND other.company_id = alert.company_id
                      AND other.warehouse_id IS NOT DISTINCT FROM alert.warehouse_id AND other.id > alert.id
                    ORDER BY other.id LIMIT 1) AS following ON TRUE
             CROSS JOIN LATERAL (
                   SELECT alert.quantity
                          - COALESCE(following.quantity,
                                     (SELECT sum(quant.quantity) FROM stock_quant quant
                                        JOIN stock_location place ON place.id = quant.location_id
                                       WHERE quant.lot_id = alert.lot_id
                                         AND quant.company_id = alert.company_id AND quant.quantity > 0
                                         AND place.usage IN ('internal', 'transit')
                                         AND (place.warehouse_id IS NOT DISTINCT FROM alert.warehouse_id
                                              OR place.id = ANY(%(disposal)s))), 0)
                          - COALESCE((SELECT sum(-entry.quantity) FROM lot_ledger entry
                                        JOIN stock_location place ON place.id = entry.location_id
                                       WHERE entry.lot_id = alert.lot_id
                                         AND entry.company_id = alert.company_id AND %(scrapped)s
                                         AND (place.warehouse_id IS NOT DISTINCT FROM alert.warehouse_id
                                              OR place.id = ANY(%(disposal)s))
                                         AND entry.recorded_at >= alert.create_date
                                         AND (following.create_date IS NULL
                                              OR entry.recorded_at < following.create_date)), 0)
                          AS quantity) AS gone
             WHERE alert.outcome IN ('donated', 'marked_down') AND gone.quantity > 0
            """,
            disposal=self.env["lot.expiry.job"]._get_disposal_locations().ids,
            scrapped=self._sql_scrapped(),
        )
