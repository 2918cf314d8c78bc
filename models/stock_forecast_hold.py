"""Held stock in Odoo's forecasts: shown apart, and not counted on."""

from odoo import models
from odoo.fields import Domain

from .product_hold import Held
from .stock_quant_hold import UNFREE


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

    def _get_quant_domain(self, location_ids, products):
        """No demand is met from what is held."""
        domain = Domain(super()._get_quant_domain(location_ids, products))
        if not self._get_held(location_ids, products):
            return list(domain)
        return domain & ~self.env["stock.quant"]._get_held_domain(UNFREE)

    def _free_stock_lines(self, product, free_stock, moves_data, wh_location_ids, read):
        held = self._get_held(wh_location_ids, product).get(product.id)
        if not held:
            return super()._free_stock_lines(product, free_stock, moves_data, wh_location_ids, read)
        # What is reserved of held stock was taken off, although the stock is not in it.
        free_stock += held.reserved - held.parts
        lines = super()._free_stock_lines(product, free_stock, moves_data, wh_location_ids, read)
        if held.free:
            line = self._prepare_report_line(held.free, product=product, read=read)
            lines = [{**line, "held": True}, *lines]
        return lines


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
