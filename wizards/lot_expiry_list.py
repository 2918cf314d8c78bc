"""The list for the walk through the warehouse: what to print."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class LotExpiryList(models.TransientModel):
    _name = "lot.expiry.list"
    _description = "Print the list of expiring stock"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    warehouse_ids = fields.Many2many(
        "stock.warehouse", string="Warehouses", check_company=True, help="Empty: all of the company."
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Locations",
        domain="[('usage', 'in', ('internal', 'transit'))]",
        check_company=True,
        help="These and what is below them. Empty: all.",
    )
    categ_ids = fields.Many2many(
        "product.category", string="Product Categories", help="These and what is below them. Empty: all."
    )
    days = fields.Integer(
        string="Expires within",
        default=30,
        required=True,
        help="Days from today. What is expired is listed too.",
    )

    def action_print(self):
        self.ensure_one()
        if not self._get_rows():
            raise UserError(
                self.env._(
                    "Nothing here expires within %(days)s days: there is nothing to print.", days=self.days
                )
            )
        return self.env.ref("lot_genealogy.lot_expiry_list_report").report_action(self)

    def _get_rows_domain(self):
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id) & Domain("days_left", "<=", self.days)
        if self.warehouse_ids:
            domain &= Domain("warehouse_id", "in", self.warehouse_ids.ids)
        if self.location_ids:
            domain &= Domain("location_id", "child_of", self.location_ids.ids)
        if self.categ_ids:
            domain &= Domain("categ_id", "child_of", self.categ_ids.ids)
        return domain

    def _get_rows(self):
        return self.env["lot.expiry.stock"].search(self._get_rows_domain())

    def _get_places(self):
        """The rows by location, in the order of their names: ``[(stock.location, rows)]``."""
        groups = self._get_rows().grouped("location_id")
        return sorted(groups.items(), key=lambda one: (one[0].complete_name, one[0].id))


class ReportLotExpiryList(models.AbstractModel):
    _name = "report.lot_genealogy.report_lot_expiry_list"
    _description = "List of expiring stock"

    @api.model
    def _get_report_values(self, docids, data=None):
        return {
            "doc_ids": docids,
            "doc_model": "lot.expiry.list",
            "docs": self.env["lot.expiry.list"].browse(docids),
            "now": fields.Datetime.now(),
        }
