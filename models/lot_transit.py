"""Days under way: what is delivered counts on the day it arrives.

A delivery address says how long goods travel to it, and, where Odoo's delivery methods are installed,
each method how long it takes; that module is not needed, so its records are named by number.
"""

from odoo import api, fields, models
from odoo.tools import ormcache

CARRIER = "delivery.carrier"


class LotTransit(models.Model):
    _name = "lot.transit"
    _description = "Days Under Way of a Delivery Method"
    _inherit = ["lot.cached", "lot.audited"]
    _order = "days, id"

    carrier_model = fields.Char(readonly=True, required=True, default=CARRIER)
    carrier_id = fields.Many2oneReference(
        string="Delivery Method", model_field="carrier_model", required=True
    )
    days = fields.Integer(
        string="Days Under Way",
        required=True,
        help="From leaving your warehouse until arrival. Where the delivery address says more, that counts.",
    )

    _days_possible = models.Constraint("CHECK (days >= 0)", "The days under way are not below zero.")
    _carrier_uniq = models.Constraint("UNIQUE (carrier_id)", "This delivery method has its days already.")

    @api.model
    def _is_usable(self):
        """Whether deliveries have a delivery method."""
        return "carrier_id" in self.env["stock.picking"]._fields

    @api.depends("carrier_id")
    def _compute_display_name(self):
        for transit in self:
            carrier = self.env[CARRIER].sudo().browse(transit.carrier_id) if self._is_usable() else None
            transit.display_name = carrier and carrier.exists().display_name

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "carrier_id", "days"]

    @api.model
    @ormcache()
    def _get_days_by_carrier(self):
        """``{carrier id: days}``; shared: not to be changed."""
        return {transit.carrier_id: transit.days for transit in self.sudo().search([])}

    @api.model
    def _get_days(self, move, partners):
        """How long what leaves with `move` is under way to `partners`: the longest of what is said."""
        days = [one.lot_transit_days or one.commercial_partner_id.lot_transit_days for one in partners]
        if self._is_usable() and (by_carrier := self._get_days_by_carrier()):
            days.append(by_carrier.get(move.picking_id.carrier_id.id, 0))
        return max(days, default=0)

    @api.model
    def _read_carriers(self, moves):
        """Read them for all these moves at once: :meth:`_get_days` is asked one by one."""
        if self._is_usable() and self._get_days_by_carrier():
            moves.picking_id.mapped("carrier_id")


class ResPartner(models.Model):
    _inherit = "res.partner"

    lot_transit_days = fields.Integer(
        string="Days Under Way",
        help="From leaving your warehouse until arrival here: the remaining life of lots counts on arrival. "
        "0: as the company of this address says.",
    )

    _lot_transit_days_possible = models.Constraint(
        "CHECK (lot_transit_days >= 0)", "The days under way are not below zero."
    )


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        res = super()._load_menus_blacklist()
        if not self.env["lot.transit"]._is_usable():
            menu = self.env.ref("lot_genealogy.lot_transit_menu", raise_if_not_found=False)
            res += menu.ids if menu else []
        return res
