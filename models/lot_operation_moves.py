"""What a lot operation does to stock: goods leave to production and come back."""

from collections import defaultdict

from odoo import Command, models
from odoo.exceptions import LockError, UserError

from .lot_operation import STEP


class LotOperation(models.Model):
    _inherit = "lot.operation"

    def _lock_stock(self):
        """Nobody else takes or reserves these goods until this is done."""
        self.line_ids.invalidate_recordset(["quant_id", "free_quantity"])
        quants = self.env["stock.quant"].concat(*self.line_ids._get_quants().values())
        try:
            quants.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody is moving these goods just now. Try again in a moment.")
            ) from error

    def _get_main_lines(self):
        """The rows of the lots' own product; the others are packaging material."""
        return self.line_ids.filtered(lambda line: line.product_id == self.product_id)

    def _get_outputs(self):
        """What comes out, a list of dicts.

        ``product, location, package, owner`` are records, ``quantity`` is in the
        product's unit, ``in_date`` since when the goods are in stock. ``lot`` is a
        record or empty; then ``lot_name`` is the number of the lot, which the product
        may have already, or False for the next one of its sequence.
        """
        quants = self.line_ids._get_quants()
        in_dates = {
            line: min(quants[line._get_position()].mapped("in_date")) for line in self._get_main_lines()
        }
        if self.product_dest_id:
            return [
                {
                    "product": self.product_dest_id,
                    "lot": self.env["stock.lot"],
                    "lot_name": output.lot_name,
                    "location": output.location_id,
                    "package": output.result_package_id,
                    "owner": self._get_main_lines().owner_id,
                    "quantity": output.product_quantity,
                    "in_date": min(in_dates.values()),
                }
                for output in self.output_ids
            ]
        return [
            {
                "product": line.product_id,
                "lot": line.lot_id if self.kind == "repack" else self.target_lot_id,
                "lot_name": line.lot_name if self.kind == "split" else self.lot_name,
                "location": line.location_id,
                "package": line.result_package_id or line.package_id,
                "owner": line.owner_id,
                "quantity": line.product_quantity,
                "in_date": in_date,
            }
            for line, in_date in in_dates.items()
        ]

    def _take_goods(self):
        """Move what the rows say to production; returns the done moves."""
        groups = defaultdict(list)
        for line in self.line_ids:
            groups[line.product_id, line.location_id, line.owner_id].append(
                {
                    "lot_id": line.lot_id.id,
                    "package_id": line.package_id.id,
                    "owner_id": line.owner_id.id,
                    "quantity": line.product_quantity,
                }
            )
        moves = self._create_moves(
            [
                self._prepare_move_vals(product, location, product.property_stock_production, lines)
                for (product, location, _owner), lines in groups.items()
            ]
        )
        return moves._action_done()

    def _give_goods(self, outputs, taken, values=None):
        """Move `outputs` from production to stock, worth what the moves `taken` were worth.

        :param values: what each ``(product, location, owner)`` was worth before: shares of the
            worth; without, it is shared by quantity
        """
        groups = defaultdict(list)
        for output in outputs:
            groups[output["product"], output["location"], output["owner"]].append(
                {
                    "lot_id": output["lot"].id,
                    "result_package_id": output["package"].id,
                    "owner_id": output["owner"].id,
                    "quantity": output["quantity"],
                }
            )
        moves = self._create_moves(
            [
                self._prepare_move_vals(product, product.property_stock_production, location, lines)
                for (product, location, _owner), lines in groups.items()
            ]
        )
        shares = dict(zip(moves, map(values.get, groups))) if values else {}
        self._set_prices(moves, sum(taken.mapped("value")), shares)
        moves._action_done()
        self._keep_in_dates(outputs)

    def _create_moves(self, vals_list):
        moves = self.env["stock.move"].with_context(lot_operation_step=STEP).create(vals_list)
        return moves.with_env(self.env)

    def _prepare_move_vals(self, product, location, location_dest, lines):
        """A move of `product`; `lines` have the lot, packages, owner and quantity.

        One move per owner: Odoo values a move by its owner.
        """
        common = {
            "product_id": product.id,
            "location_id": location.id,
            "location_dest_id": location_dest.id,
            "company_id": self.company_id.id,
            "picked": True,
        }
        return {
            **common,
            "product_uom": product.uom_id.id,
            "product_uom_qty": sum(line["quantity"] for line in lines),
            "state": "confirmed",
            "origin": self.name,
            "lot_operation_id": self.id,
            "move_line_ids": [
                Command.create({**common, "product_uom_id": product.uom_id.id, **line}) for line in lines
            ],
        }

    def _set_prices(self, moves, value, shares):
        """Share `value` over `moves` by quantity, or by `shares`, to the last cent."""
        quantities = {move: move._get_valued_qty() for move in moves if move._get_valued_qty()}
        weights = {move: shares.get(move) or 0.0 for move in quantities}
        if not sum(weights.values()):
            weights = quantities
        left, total = value, sum(weights.values())
        for move, weight in weights.items():
            share = self.company_id.currency_id.round(left * weight / total) if total else left
            move.price_unit = share / quantities[move]
            left, total = left - share, total - weight

    def _keep_in_dates(self, outputs):
        """A new number makes goods no younger: first in, first out goes on as before."""
        dates = {}
        for output in outputs:
            position = tuple(output[key].id for key in ("product", "lot", "location", "package", "owner"))
            dates[position] = min(output["in_date"], dates.get(position, output["in_date"]))
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", [position[1] for position in dates]),
                ("location_id", "in", [position[2] for position in dates]),
            ]
        )
        # Users may write quants, but not all of their fields.
        for quant in quants.sudo():
            date = dates.get(self.line_ids._get_quant_position(quant))
            if date and date < quant.in_date:
                quant.in_date = date
