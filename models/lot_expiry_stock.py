"""What expires when, and what of it will not be sold in time: one row a quant.

Not in time: the lots of a product in a warehouse leave in the order of their dates, at the
pace of the last months. By the day d of a lot, at most pace × d of it and of all before it
can have left. What that leaves over up to each lot is the largest excess so far, and a lot's
own share is by how much it raises that. What is on hold does not leave, and is shown apart:
nobody knows yet whether it will be sold.
"""

from odoo import fields, models
from odoo.tools import SQL

HORIZONS = [
    ("1_expired", "Expired"),
    ("2_week", "7 days"),
    ("3_month", "30 days"),
    ("4_quarter", "90 days"),
    ("5_later", "Later"),
]
# What counts as consumption; what came back from customers is taken off.
CONSUMED = ("shipment", "consumption", "customer_return")


class LotExpiryStock(models.Model):
    _name = "lot.expiry.stock"
    _description = "Expiring stock"
    _auto = False
    _order = "date, lot_id, id"
    _rec_name = "lot_id"

    _depends = {
        "lot.hold.line": [
            *("company_id", "location_id", "lot_id", "package_id", "purpose", "quantity", "state"),
        ],
        "lot.ledger": ["kind", "quantity", "date", "product_id", "location_id", "location_dest_id"],
        "product.product": ["standard_price"],
        "product.template": ["categ_id", "uom_id", "lot_valuated"],
        "stock.location": ["usage", "warehouse_id", "parent_path"],
        "stock.lot": ["expiration_date", "standard_price"],
        "stock.quant": [
            *("company_id", "lot_id", "product_id", "location_id", "package_id", "owner_id"),
            *("quantity", "reserved_quantity"),
        ],
    }

    lot_id = fields.Many2one("stock.lot", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    package_id = fields.Many2one("stock.package", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    date = fields.Date(
        string="Expires on",
        readonly=True,
        help="The day, by the company's time zone, until which it can be used.",
    )
    days_left = fields.Integer(readonly=True, aggregator="min")
    horizon = fields.Selection(HORIZONS, string="Expires within", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    reserved_quantity = fields.Float(string="Reserved", digits="Product Unit", readonly=True)
    held_quantity = fields.Float(
        string="On Hold",
        digits="Product Unit",
        readonly=True,
        help="May not be shipped or not be used in production until Quality decides.",
    )
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    value = fields.Monetary(readonly=True, help="At the present cost; goods of other owners have none.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    daily_use = fields.Float(
        string="Used a Day",
        digits="Product Unit",
        readonly=True,
        aggregator="avg",
        help="Shipped and used in production, less returns, of this product in this warehouse, on average of "
        "the days that the settings say.",
    )
    risk_quantity = fields.Float(
        string="Not in Time",
        digits="Product Unit",
        readonly=True,
        help="Not used up before its date, if everything leaves in the order of dates at the pace of the "
        "last months. What is on hold is neither in this nor in its way, until it is expired.",
    )
    risk_value = fields.Monetary(string="Value not in Time", readonly=True)
    held_value = fields.Monetary(string="Value on Hold", readonly=True)

    @property
    def _table_query(self):
        return SQL("%s %s", self._with(), self._select())

    def _get_company_rows(self):
        """``[(company id, time zone, today there, days of consumption, currency)]``."""
        gate, now = self.env["lot.gate"], fields.Datetime.now()
        companies = self.env["res.company"].sudo().search([("active", "=", True)], order="id")
        return [
            (
                company.id,
                zone := gate._get_zone(company),
                fields.Datetime.context_timestamp(self.with_context(tz=zone), now).date(),
                company.lot_expiry_rate_days,
                company.currency_id.id,
            )
            for company in companies
        ]

    def _with(self):
        companies = [list(column) for column in zip(*self._get_company_rows())]
        return SQL(
            """
            WITH company AS (
                SELECT * FROM unnest(%(ids)s, %(zones)s, %(days)s::date[], %(counted)s, %(currencies)s)
                    AS company (id, zone, today, counted, currency_id)
            ), used AS (
                SELECT entry.company_id, place.warehouse_id, entry.product_id,
                       GREATEST(sum(-entry.quantity), 0) / company.counted AS daily
                  FROM lot_ledger entry
                  JOIN company ON company.id = entry.company_id
                  JOIN stock_location place
                    ON place.id = CASE WHEN entry.quantity < 0 THEN entry.location_id
                                       ELSE entry.location_dest_id END
                 WHERE entry.kind = ANY(%(consumed)s)
                   AND entry.date >= %(now)s::timestamp - company.counted * INTERVAL '1 day'
                   AND entry.date >= %(earliest)s
                   AND NOT entry.reversal
                   AND NOT EXISTS (SELECT FROM lot_ledger later
                                    WHERE later.corrects_id = entry.id AND later.reversal)
                 GROUP BY entry.company_id, place.warehouse_id, entry.product_id, company.counted
            ), stock AS (
                SELECT quant.id, quant.lot_id, quant.product_id, template.categ_id, quant.company_id,
                       place.warehouse_id, quant.location_id, quant.package_id, quant.owner_id,
                       expiry.day, expiry.day - company.today AS days_left,
                       quant.quantity::float8 AS quantity,
                       quant.reserved_quantity::float8 AS reserved_quantity,
                       %(held)s::float8 AS held_quantity,
                       template.uom_id, company.currency_id,
                       CASE WHEN quant.owner_id IS NULL THEN %(cost)s ELSE 0 END::float8 AS cost,
                       COALESCE(used.daily, 0) AS daily_use
                  FROM stock_quant quant
                  JOIN company ON company.id = quant.company_id
                  JOIN stock_location place ON place.id = quant.location_id
                  JOIN stock_lot lot ON lot.id = quant.lot_id
                  JOIN product_product product ON product.id = quant.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 CROSS JOIN LATERAL (
                       SELECT (lot.expiration_date AT TIME ZONE 'UTC' AT TIME ZONE company.zone)::date AS day
                       ) AS expiry
                  LEFT JOIN used ON used.company_id = quant.company_id AND used.product_id = quant.product_id
                        AND used.warehouse_id IS NOT DISTINCT FROM place.warehouse_id
                 WHERE quant.quantity > 0 AND place.usage IN ('internal', 'transit')
                   AND place.id <> ALL(%(disposal)s) AND lot.expiration_date IS NOT NULL
            ), piled AS (
                SELECT id, sum(quantity - held_quantity) OVER fefo - daily_use * days_left AS excess
                  FROM stock WHERE days_left >= 0
                WINDOW fefo AS (PARTITION BY company_id, warehouse_id, product_id ORDER BY day, lot_id, id)
            ), late AS (
                SELECT stock.id, GREATEST(max(piled.excess) OVER fefo, 0) AS total,
                       lag(stock.id) OVER fefo AS before_id
                  FROM stock JOIN piled ON piled.id = stock.id
                WINDOW fefo AS (PARTITION BY company_id, warehouse_id, product_id
                                ORDER BY day, lot_id, stock.id)
            ), risk AS (
                SELECT late.id, late.total - COALESCE(before.total, 0) AS quantity
                  FROM late LEFT JOIN late before ON before.id = late.before_id
            )
            """,
            ids=companies[0],
            zones=companies[1],
            days=companies[2],
            counted=companies[3],
            currencies=companies[4],
            consumed=list(CONSUMED),
            now=fields.Datetime.now(),
            # Said once more as a constant: the index of dates is of use only then.
            earliest=fields.Datetime.subtract(fields.Datetime.now(), days=max(companies[3])),
            cost=self.env["lot.expiry.job"]._sql_cost(SQL("quant.company_id")),
            held=self.env["stock.quant"]._sql_held_quantity("quant") or SQL("0"),
            disposal=self.env["lot.expiry.job"]._get_disposal_locations().ids,
        )

    def _select(self):
        return SQL(
            """
            SELECT stock.id, lot_id, product_id, categ_id, company_id, warehouse_id, location_id, package_id,
                   owner_id, day AS date, days_left,
                   CASE WHEN days_left < 0 THEN '1_expired' WHEN days_left <= 7 THEN '2_week'
                        WHEN days_left <= 30 THEN '3_month' WHEN days_left <= 90 THEN '4_quarter'
                        ELSE '5_later' END AS horizon,
                   stock.quantity, reserved_quantity, held_quantity, uom_id, stock.quantity * cost AS value,
                   held_quantity * cost AS held_value, currency_id, daily_use,
                   CASE WHEN days_left < 0 THEN stock.quantity ELSE risk.quantity END AS risk_quantity,
                   CASE WHEN days_left < 0 THEN stock.quantity ELSE risk.quantity END * cost AS risk_value
              FROM stock LEFT JOIN risk ON risk.id = stock.id
            """
        )

    def action_open_lot(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.lot",
            "res_id": self.lot_id.id,
            "view_mode": "form",
        }


class LotLedger(models.Model):
    _inherit = "lot.ledger"

    # Tiny, and enough for the last months: entries are written about in the order of dates.
    _date_idx = models.Index("USING brin (date)")
