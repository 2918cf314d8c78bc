"""Held stock in Odoo's forecasts: shown apart, and not counted on."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from .product_hold import Held
from .stock_quant_hold import UNFREE

# In the context while a forecast is made, compared by identity.
FORECAST = object()


class StockForecasted(models.AbstractModel):
    _inherit = "stock.forecasted_product_product"

    def _get_report_header(self, product_template_ids, product_ids, wh_location_ids):
        res = super()._get_report_header(product_template_ids, product_ids, wh_location_ids)
        products = self._get_products(product_template_ids, product_ids)
        held = self._get_held(wh_location_ids, products)
        for product in products:
            row = res["product"][product.id]
            row["held_qty"] = held.get(product.id, Held()).free
            if "to_remove_qty" in row:
                # Odoo takes all that is on hand and not forecast for expired.
                row["to_remove_qty"] -= row["held_qty"]
        res["has_held"] = any(row["held_qty"] for row in res["product"].values())
        return res

    def _get_held(self, location_ids, products):
        """``{product id: Held}`` in these locations, without what is expired: that is shown as such."""
        place = Domain("location_id", "in", location_ids) & Domain("quantity", ">", 0)
        return products._get_held_by_product(place & products._get_fresh_domain())

    def _get_report_lines(
        self, product_template_ids, product_ids, wh_location_ids, wh_stock_location, read=True
    ):
        """No demand is met from what is held: it stands below what there is of its product."""
        lines = super(StockForecasted, self.with_context(lot_forecast=FORECAST))._get_report_lines(
            product_template_ids, product_ids, wh_location_ids, wh_stock_location, read
        )
        held = read and self._get_held(wh_location_ids, self._get_products(product_template_ids, product_ids))
        if not held:
            return lines
        shown = []
        for product_id, own in groupby(lines, key=lambda line: line["product"]["id"]):
            shown += own
            if free := held.get(product_id, Held()).free:
                product = self.env["product.product"].browse(product_id)
                shown.append({**self._prepare_report_line(free, product=product), "held": True})
        return shown


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """What is held is not available, in sums either; a forecast does not count on it."""
        forecast = self.env.context.get("lot_forecast") is FORECAST
        if aggregate_spec != "available_quantity:sum" and not (forecast and aggregate_spec == "quantity:sum"):
            return super()._read_group_select(aggregate_spec, query)
        held = self._sql_held()
        if not held:
            return super()._read_group_select(aggregate_spec, query)
        quantity = self._field_to_sql(self._table, "quantity", query)
        if aggregate_spec == "quantity:sum":
            return SQL("SUM(%s - %s)", quantity, held)
        free = SQL("%s - %s", quantity, self._field_to_sql(self._table, "reserved_quantity", query))
        removal = self._field_to_sql(self._table, "removal_date", query)
        # Odoo shows by this what is expired in a forecast.
        expired = SQL("%s <= %s AND %s", removal, fields.Date.today(), forecast)
        return SQL("SUM(%s - CASE WHEN %s THEN 0 ELSE %s END)", free, expired, held)

    def _sql_held(self):
        """SQL: how much of a quant is held and not reserved; None where nothing is held."""
        held = self._sql_held_quantity(self._table)
        return held and SQL(
            "GREATEST(0, LEAST(%(quant)s.quantity - COALESCE(%(quant)s.reserved_quantity, 0), %(held)s))",
            quant=SQL.identifier(self._table),
            held=held,
        )


class ReportStockQuantity(models.Model):
    _inherit = "report.stock.quantity"

    _depends = {
        "lot.hold.line": [
            "company_id",
            "location_id",
            "lot_id",
            "package_id",
            "purpose",
            "quantity",
            "state",
        ],
        "stock.quant": ["lot_id", "reserved_quantity"],
    }

    def _get_product_qty_col(self):
        """From today on what is held whole counts only as far as it is reserved, like what is expired."""
        purposes = ", ".join(f"'{purpose}'" for purpose in UNFREE)
        return f"""CASE WHEN date >= (now() at time zone 'utc')::date AND EXISTS (
            SELECT FROM lot_hold_line held
              LEFT JOIN stock_location place ON place.id = held.location_id
             WHERE held.lot_id = q.lot_id AND held.state = 'held' AND held.quantity = 0
               AND held.purpose IN ({purposes})
               AND (held.company_id IS NULL OR held.company_id = q.company_id)
               AND (held.package_id IS NULL OR held.package_id = q.package_id)
               AND (place.id IS NULL OR l.parent_path LIKE concat(place.parent_path, '%%')))
            THEN q.reserved_quantity ELSE {super()._get_product_qty_col()} END"""
