"""What a customer is told of lots: on the delivery slip, and in the portal."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.shelf_life import get_local_day

# What a customer may know of a lot: it says nothing of who supplied it.
TOLD_DATES = ("production_date", "packing_date", "harvest_date", "use_date", "expiration_date")


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    lots_on_slip = fields.Boolean(
        string="Lots on Delivery Slips",
        tracking=True,
        help="Delivery slips show each lot with its dates, origin, and traceability lot code with its "
        "source, whatever the settings of Inventory say.",
    )

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "lots_on_slip"]


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _filter_slip_lines(self):
        """Its lines of which a policy wants the lot on the slip."""
        self.ensure_one()
        rules = self.env["lot.policy"]._get_rules(self.move_line_ids.product_id, self.company_id)
        return self.move_line_ids.filtered(
            lambda line: (
                line.lot_id and line.product_id.id in rules and rules[line.product_id.id].lots_on_slip
            )
        )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _get_lot_facts(self):
        """``[(label, text)]``: what is told a customer of the line's lot, but its number."""
        self.ensure_one()
        lot, zone = self.lot_id.sudo(), self.env["lot.gate"]._get_zone(self.company_id)
        facts = []
        for name in TOLD_DATES:
            day = lot[name]
            # Odoo computes a best-before date of every lot: a later or equal one says nothing.
            if not day or (name == "use_date" and lot.expiration_date and day >= lot.expiration_date):
                continue
            if lot._fields[name].type == "datetime":
                day = get_local_day(day, zone)
            facts.append((lot._fields[name]._description_string(self.env), format_date(self.env, day)))
        if lot.origin_country_id:
            facts.append((self.env._("Origin"), lot.origin_country_id.with_env(self.env).sudo().name))
        if lot.traceability_lot_code:
            facts.append((self.env._("Traceability lot code"), lot.traceability_lot_code))
        source = lot.tlc_source_reference or lot.tlc_source_id._get_source_text()
        if source:
            facts.append((self.env._("Source of the code"), source))
        return facts

    @api.model
    def _get_portal_domain(self, partner, companies):
        """Lines of lots that were delivered to, or bought by, the company of `partner`.

        The transfer of a dropship names the supplier, its move the customer.
        """
        own = partner.commercial_partner_id.id
        bought = Domain("picking_id.sale_id.partner_id", "child_of", own)
        delivered = Domain("picking_id.partner_id", "child_of", own) & Domain(
            "location_id.usage", "!=", "supplier"
        )
        dropped = Domain("move_id.partner_id", "child_of", own) & Domain("location_id.usage", "=", "supplier")
        return (
            Domain("state", "=", "done")
            & Domain("lot_id", "!=", False)
            & Domain("quantity", ">", 0)
            & Domain("location_dest_id.usage", "=", "customer")
            & Domain("company_id", "in", companies.ids)
            & (bought | delivered | dropped)
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_source_text(self):
        """Name and address in one line, for who reads where a code was assigned."""
        if not self:
            return ""
        address = self._display_address(without_company=True).splitlines()
        return ", ".join(filter(None, [self.display_name, *(line.strip() for line in address)]))
