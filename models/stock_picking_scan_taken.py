"""Scanning a delivery or an internal transfer: each label takes its lot.

The reserved line of that lot is picked. Another lot of the product takes the place of what is reserved
and not picked yet: what may not be used is refused, and the rule that chose is asked as at validation.
"""

from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _enter_taken(self, scan, moves, last):
        """Pick the line of the lot that a label is about, or a new one."""
        reader, product = self.env["lot.scan"], scan.product
        number = self._get_scanned_number(scan)
        if product.tracking != "none" and not number:
            line = (last & moves.move_line_ids) or moves.move_line_ids[:1]
            return {"line_id": line.id, "message": self._ask_number(product), "remarks": scan.remarks}
        lot, facts, remarks = self.env["stock.lot"], {}, []
        if number:
            lot = reader._find_used_lot(product, number, moves.move_line_ids, self.company_id)
            facts, remarks = reader._prepare_facts(scan, self.company_id)
            reader._check_contradictions(lot, facts, self.company_id)
        line = self._find_taken_line(moves, lot)
        if product.tracking == "serial":
            if line.picked:
                raise UserError(self._say_scanned_before(lot.name))
            quantity = 1.0
        else:
            quantity = reader._get_quantity(scan, line.product_uom_id)
        if quantity is None and line.picked:
            quantity = 0.0
            remarks.append(self.env._("The label says no quantity: change it in the line if it is another."))
        elif quantity is None:
            quantity = self._get_remaining(line)
        line.write({"quantity": line.quantity + quantity if line.picked else quantity, "picked": True})
        self._check_taken(line)
        self._free_replaced(line.move_id)
        remarks += self._find_taken_remarks(line)
        return {
            "line_id": line.id,
            "message": self._describe_scan(line, facts),
            "remarks": [*remarks, *scan.remarks],
        }

    def _find_taken_line(self, moves, lot):
        """The line of this lot that is reserved, or picked; or a new one where the lot lies."""
        lines = moves.move_line_ids.filtered(lambda line: line.lot_id == lot)
        known = lines.filtered(lambda line: not line.picked)[:1] or lines[-1:]
        if known:
            return known
        move = moves.filtered(lambda one: self._get_wanted(one) > 0)[:1] or moves[0]
        quants = (
            self.env["stock.quant"]
            ._gather(move.product_id, move.location_id, lot_id=lot, owner_id=move.restrict_partner_id)
            .filtered(lambda quant: quant.lot_id == lot and quant.quantity > 0)
        )
        if lot and not quants:
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s is not in %(location)s. If it is in your hands, "
                    "its receipt or transfer is still open, or its stock is to be counted.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    location=move.location_id.display_name,
                )
            )
        free = quants.filtered(lambda quant: quant.available_quantity > 0)
        vals = move._prepare_move_line_vals(quantity=0, reserved_quant=(free or quants)[:1])
        return self.env["stock.move.line"].create({**vals, "quantity": 0, "picked": False})

    def _get_wanted(self, move):
        """What is still to be picked of a move, in its unit."""
        return max(move.product_uom.round(move.product_uom_qty - self._get_picked(move)), 0.0)

    def _get_picked(self, move):
        """What is picked of a move, in its unit."""
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, move.product_uom)
            for line in move.move_line_ids.filtered("picked")
        )

    def _check_taken(self, line):
        """Refuse now what would be refused when it is validated."""
        if line.product_uom_id.is_zero(line.quantity):
            raise UserError(
                self.env._(
                    "All that %(document)s asks for of %(product)s is picked: lower the quantity "
                    "of another lot first.",
                    document=self.name,
                    product=line.product_id.display_name,
                )
            )
        picked = line.move_id.move_line_ids.filtered("picked")
        self.env["lot.fitness"]._check(picked.filtered(lambda one: one.lot_id == line.lot_id))

    def _free_replaced(self, move):
        """What is reserved and not picked goes as far as the picked lots take its place, the last first."""
        wanted = self._get_wanted(move)
        for line in move.move_line_ids.filtered(lambda one: not one.picked):
            reserved = line.product_uom_id._compute_quantity(line.quantity, move.product_uom, round=False)
            if move.product_uom.compare(reserved, wanted) <= 0:
                wanted -= reserved
            elif move.product_uom.is_zero(wanted):
                line.unlink()
            else:
                line.quantity = move.product_uom._compute_quantity(wanted, line.product_uom_id)
                wanted = 0.0

    def _find_taken_remarks(self, line):
        """What the rule says of this lot, and that more is picked than is asked for."""
        remarks = self.env["lot.override.check"]._warn(line)
        move = line.move_id
        picked = self._get_picked(move)
        if move.product_uom.compare(picked, move.product_uom_qty) > 0:
            remarks.append(
                self.env._(
                    "More than is asked for: %(picked)g of %(wanted)g %(unit)s.",
                    picked=move.product_uom.round(picked),
                    wanted=move.product_uom_qty,
                    unit=move.product_uom.name,
                )
            )
        return remarks
