"""The lots that were delivered to a customer, in the customer's portal."""

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

ORDERS = {"date": "date desc, id desc", "product": "product_id, date desc, id desc", "lot": "lot_id, id desc"}

SEARCHED = ("lot_id.name", "product_id", "picking_id.name", "picking_id.sale_id.name")


class LotPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "lot_count" in counters:
            values["lot_count"] = self._get_lot_lines().search_count(self._get_lot_domain(), limit=1)
        return values

    def _get_lot_lines(self):
        # Portal users read no stock: the domain says which lines are theirs.
        return request.env["stock.move.line"].sudo()

    def _get_lot_domain(self):
        user = request.env.user
        lines = self._get_lot_lines()
        return lines._get_portal_domain(user.partner_id, user.company_ids & request.env.companies)

    @http.route(
        ["/my/lots", "/my/lots/page/<int:page>"], type="http", auth="user", website=True, readonly=True
    )
    def portal_my_lots(self, page=1, sortby="date", search=None, **_ignored):
        """One row for each lot of each delivery, newest first."""
        lines, domain = self._get_lot_lines(), self._get_lot_domain()
        if search:
            domain &= Domain.OR(Domain(name, "ilike", search) for name in SEARCHED)
        sortby = sortby if sortby in ORDERS else "date"
        pager = portal_pager(
            url="/my/lots",
            total=lines.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby, "search": search},
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "lot_lines": lines.search(
                    domain, order=ORDERS[sortby], limit=self._items_per_page, offset=pager["offset"]
                ),
                "page_name": "lots",
                "pager": pager,
                "default_url": "/my/lots",
                "sortby": sortby,
                "searchbar_sortings": {
                    "date": {"label": request.env._("Delivered on")},
                    "product": {"label": request.env._("Product")},
                    "lot": {"label": request.env._("Lot")},
                },
                "search": search,
                "search_in": "all",
                "searchbar_inputs": {
                    "all": {"input": "all", "label": request.env._("Search lot, product, delivery, order")}
                },
            }
        )
        return request.render("lot_genealogy.portal_my_lots", values)
