"""Where nothing fits, the document says which lots are there, and why each is refused."""

from odoo import api, fields, models
from odoo.fields import Domain

from .quantity import say_quantity

# A document is read on a screen: more lots than these are counted.
NAMED = 12


class StockMove(models.Model):
    _inherit = "stock.move"

    lot_refusals = fields.Text(
        compute="_compute_lot_refusals",
        help="The lots that are there and may not be used for this, each with why.",
    )

    @api.depends("state", "quantity", "product_uom_qty", "product_id", "location_id")
    @api.depends_context("lang")
    def _compute_lot_refusals(self):
        """Constant queries, whatever the number of moves."""
        self.lot_refusals = False
        fitness = self.env["lot.fitness"]
        uses = fitness._get_uses(
            self.filtered(
                lambda move: (
                    move.state in ("confirmed", "waiting", "partially_available")
                    and move.product_id.tracking != "none"
                    and move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
                )
            )
        )
        uses = {
            move: use
            for move, use in uses.items()
            if use.purpose in ("ship", "consume") and not move._should_bypass_reservation()
        }
        if not uses:
            return
        moves = self.browse([move.id for move in uses])
        quants = self.env["stock.quant"].sudo()
        quants = quants.search(
            Domain("product_id", "in", moves.product_id.ids)
            & Domain("location_id", "child_of", moves.location_id.ids)
            & Domain("lot_id", "!=", False)
            & Domain("quantity", ">", 0),
            order="removal_date, in_date, id",
        )
        quants = quants.filtered(lambda quant: quant.quantity > quant.reserved_quantity).grouped("product_id")
        candidates = {
            move: fitness._get_candidates(
                quants.get(move.product_id, self.env["stock.quant"]).filtered(
                    lambda quant, move=move: quant.location_id.parent_path.startswith(
                        move.location_id.parent_path
                    )
                ),
                use,
            )
            for move, use in uses.items()
        }
        reasons = fitness._find_reasons([one for found in candidates.values() for one in found])
        for move, found in candidates.items():
            move.lot_refusals = move._say_refusals([one for one in found if one in reasons], reasons)

    def _say_refusals(self, refused, reasons):
        fitness = self.env["lot.fitness"]
        rows = [
            self.env._(
                "%(product)s, lot %(lot)s, %(quantity)s %(uom)s: %(why)s",
                product=self.product_id.display_name,
                lot=one.lot.name,
                quantity=say_quantity(self.env, one.quantity),
                uom=self.product_id.uom_id.name,
                why="; ".join(map(fitness._say, reasons[one])),
            )
            for one in refused[:NAMED]
        ]
        if len(refused) > NAMED:
            rows.append(self.env._("… and %s more.", len(refused) - NAMED))
        return "\n".join(rows) or False


class StockPicking(models.Model):
    _inherit = "stock.picking"

    lot_refusals = fields.Text(compute="_compute_lot_refusals", string="Lots Refused")

    @api.depends("move_ids.lot_refusals")
    def _compute_lot_refusals(self):
        for picking in self:
            picking.lot_refusals = "\n".join(filter(None, picking.move_ids.mapped("lot_refusals"))) or False


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    lot_refusals = fields.Text(compute="_compute_lot_refusals", string="Lots Refused")

    @api.depends("move_raw_ids.lot_refusals")
    def _compute_lot_refusals(self):
        for order in self:
            order.lot_refusals = "\n".join(filter(None, order.move_raw_ids.mapped("lot_refusals"))) or False


class SaleOrder(models.Model):
    _inherit = "sale.order"

    lot_refusals = fields.Text(compute="_compute_lot_refusals", string="Lots Refused", compute_sudo=True)

    @api.depends("picking_ids.lot_refusals")
    def _compute_lot_refusals(self):
        for order in self:
            order.lot_refusals = "\n".join(filter(None, order.picking_ids.mapped("lot_refusals"))) or False
