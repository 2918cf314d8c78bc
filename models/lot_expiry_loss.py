"""What was lost to expiry: scrapped after its date, or because an expiry alert said so."""

from odoo import fields, models
from odoo.tools import SQL


class LotExpiryLoss(models.Model):
    _name = "lot.expiry.loss"
    _description = "Lost to expiry"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document"

    _depends = {
        "lot.expiry.alert": ["lot_id", "company_id"],
        "lot.ledger": ["kind", "quantity", "date", "lot_id", "location_id"],
        "product.product": ["standard_price"],
        "product.template": ["categ_id", "lot_valuated"],
        "stock.lot": ["expiration_date", "standard_price"],
        "stock.move": ["value", "scrap_id"],
        "stock.move.line": ["move_id", "quantity_product_uom"],
        "stock.scrap": ["scrap_reason_tag_ids"],
    }

    lot_id = fields.Many2one("stock.lot", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    date = fields.Datetime(string="Scrapped on", readonly=True)
    document = fields.Char(readonly=True)
    reason = fields.Selection(
        [("expired", "Expired"), ("alert", "Expiring: under an alert")],
        readonly=True,
        help="Expired: its expiration date had passed. Expiring: it had not, but an expiry alert of the lot "
        "was there.",
    )
    tag_id = fields.Many2one("stock.scrap.reason.tag", string="Scrap Reason", readonly=True)
    supplier = fields.Char(readonly=True, help="Who delivered the lot, as recorded. Empty: it was made here.")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    value = fields.Monetary(
        readonly=True,
        help="As valued when it was scrapped, else at the present cost; goods of other owners: 0.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT entry.id, entry.lot_id, entry.product_id, template.categ_id, entry.company_id,
                   place.warehouse_id, entry.date, entry.document, entry.uom_id, company.currency_id,
                   CASE WHEN lot.expiration_date <= entry.date THEN 'expired' ELSE 'alert' END AS reason,
                   (SELECT min(tag.stock_scrap_reason_tag_id) FROM %(tags)s tag
                     WHERE tag.stock_scrap_id = move.scrap_id) AS tag_id,
                   supplier.name AS supplier, -entry.quantity AS quantity,
                   CASE WHEN entry.owner_party_id IS NOT NULL THEN 0
                        ELSE COALESCE(NULLIF(abs(move.value), 0) * -entry.quantity
                                      / NULLIF(moved.quantity, 0),
                                      -entry.quantity * %(cost)s) END AS value
              FROM lot_ledger entry
              JOIN stock_lot lot ON lot.id = entry.lot_id
              JOIN product_product product ON product.id = entry.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company company ON company.id = entry.company_id
              JOIN stock_location place ON place.id = entry.location_id
              LEFT JOIN stock_move_line line ON line.id = entry.move_line_id
              LEFT JOIN stock_move move ON move.id = line.move_id
              LEFT JOIN LATERAL (
                   SELECT sum(one.quantity_product_uom) AS quantity FROM stock_move_line one
                    WHERE one.move_id = move.id) AS moved ON TRUE
              LEFT JOIN LATERAL (
                   SELECT COALESCE(NULLIF(party.company, ''), party.name) AS name
                     FROM lot_ledger receipt JOIN lot_party party ON party.id = receipt.party_id
                    WHERE receipt.lot_id = entry.lot_id AND receipt.kind = 'receipt'
                      AND receipt.quantity > 0 AND NOT receipt.reversal
                    ORDER BY receipt.date, receipt.id LIMIT 1) AS supplier ON TRUE
             WHERE entry.kind = 'scrap' AND entry.quantity < 0 AND NOT entry.reversal
               AND NOT EXISTS (SELECT FROM lot_ledger later
                                WHERE later.corrects_id = entry.id AND later.reversal)
               AND (lot.expiration_date <= entry.date
                    OR EXISTS (SELECT FROM lot_expiry_alert alert
                                WHERE alert.lot_id = entry.lot_id AND alert.company_id = entry.company_id
                                  AND alert.create_date <= entry.recorded_at))
            """,
            tags=SQL.identifier(self.env["stock.scrap"]._fields["scrap_reason_tag_ids"].relation),
            cost=self.env["lot.expiry.job"]._sql_cost(SQL("entry.company_id")),
        )
