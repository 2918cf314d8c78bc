"""On hand, free, held and expired stock of products; what is held is not free, nor forecast."""

from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from .stock_quant_hold import UNFREE


class Held(NamedTuple):
    """Held stock of a product."""

    reserved: float = 0.0
    """Reserved all the same: picked already, or for a use that is not blocked."""
    free: float = 0.0
    """The rest: it would be free if it were not held."""


class ProductHoldMixin(models.AbstractModel):
    _name = "product.hold.mixin"
    _description = "Held and expired stock of a product"

    held_qty = fields.Float(
        string="On Hold",
        digits="Product Unit",
        compute="_compute_held_qty",
        help="Of what is on hand: it may not be shipped or not be used in production.",
    )
    expired_qty = fields.Float(
        string="Expired",
        digits="Product Unit",
        compute="_compute_held_qty",
        help="Of what is on hand: its removal date has passed.",
    )

    @api.depends_context("location", "warehouse_id", "allowed_company_ids")
    def _compute_held_qty(self):
        raise NotImplementedError

    def action_held(self):
        """The stock of these products that is on hold."""
        raise NotImplementedError


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "product.hold.mixin"]

    def _compute_held_qty(self):
        held = self._get_held_by_product(self._get_domain_locations()[0])
        expired = dict(
            self.env["stock.quant"]._read_group(
                [
                    *self._get_domain_locations()[0],
                    ("product_id", "in", self.ids),
                    ("product_id.use_expiration_date", "=", True),
                    ("removal_date", "<=", fields.Datetime.now()),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
        )
        for product in self:
            own = held.get(product._origin.id, Held())
            product.held_qty = own.reserved + own.free
            product.expired_qty = expired.get(product._origin, 0.0)

    def _get_held_by_product(self, domain):
        """``{product id: Held}`` of the quants in `domain`; one query where none of them is held."""
        lines = self.env["lot.hold.line"].sudo()
        limits = lines._read_group(
            [
                *lines._get_held_domain(),
                ("released_at", "=", False),  # by the index
                ("product_id", "in", self.ids),
                ("purpose", "in", UNFREE),
            ],
            ["product_id"],
            ["quantity:max"],
        )
        found = {}
        if not limits:
            return found
        quants = self.env["stock.quant"]
        domain = Domain(domain) & Domain("product_id", "in", self.ids)
        whole = quants._get_held_domain(UNFREE)
        for product, quantity, reserved in quants._read_group(
            domain & whole, ["product_id"], ["quantity:sum", "reserved_quantity:sum"]
        ):
            found[product.id] = Held(reserved, quantity - reserved)
        if any(quantity for _product, quantity in limits):
            some = domain & ~whole & quants._get_held_domain(UNFREE, whole=False)
            for quant in quants.search(some):
                own = max(0.0, min(quant.held_quantity, quant.quantity - quant.reserved_quantity))
                held = found.get(quant.product_id.id, Held())
                found[quant.product_id.id] = held._replace(free=held.free + own)
        return found

    @api.model
    def _get_fresh_domain(self):
        """Quants that Odoo has not taken off already because they are expired."""
        last = self.env.context.get("to_date") or date.today()
        return Domain("removal_date", "=", False) | Domain("removal_date", ">", last)

    def _compute_quantities_dict(self, lot_id, owner_id, package_id, from_date=False, to_date=False):
        """What is held is on hand, but neither free nor to be counted on."""
        res = super()._compute_quantities_dict(lot_id, owner_id, package_id, from_date, to_date)
        # What is expired was taken off already.
        domain = Domain(self._get_domain_locations()[0]) & self._get_fresh_domain()
        if to_date and fields.Datetime.to_datetime(to_date) < fields.Datetime.now():
            # Odoo counts what lay there then; a second ago is then too.
            domain &= Domain("in_date", "<=", to_date)
        for name, value in (("lot_id", lot_id), ("owner_id", owner_id), ("package_id", package_id)):
            if value is not None:
                domain &= Domain(name, "=", value)
        if "owners" in self.env.context and self.env.context["owners"]:
            domain &= Domain("owner_id", "in", self.env.context["owners"])
        elif "owners" in self.env.context:
            domain &= Domain("owner_id", "=", False)
        held = self._get_held_by_product(domain)
        for product in self:
            if free := held.get(product._origin.id, Held()).free:
                for name in ("free_qty", "virtual_available"):
                    res[product.id][name] = product.uom_id.round(res[product.id][name] - free)
        return res

    def action_held(self):
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.stock_quant_held_action")
        action["domain"] = [("product_id", "in", self.ids), ("is_held", "=", True)]
        return action


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "product.hold.mixin"]

    def _compute_held_qty(self):
        for template in self:
            template.held_qty = sum(template.product_variant_ids.mapped("held_qty"))
            template.expired_qty = sum(template.product_variant_ids.mapped("expired_qty"))

    def action_held(self):
        return self.product_variant_ids.action_held()


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _compute_production_capacity(self):
        """Nothing is made of what is on hold: shown when an order is split."""
        res = super()._compute_production_capacity()
        for order in self:
            moves = order.move_raw_ids.filtered(lambda move: move.unit_factor and move.product_id.held_qty)
            if not moves:
                continue
            free = min(
                move.product_id.uom_id._compute_quantity(
                    move.product_id.qty_available - move.product_id.held_qty, move.product_uom
                )
                / move.unit_factor
                for move in moves
            )
            free = order.product_id.uom_id.round(max(0.0, free))
            order.production_capacity = min(order.production_capacity, free)
        return res
