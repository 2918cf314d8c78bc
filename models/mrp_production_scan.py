"""Scanning into a manufacturing order: the lots that were used, and the lot that is made."""

from odoo import Command, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def scan_code(self, code, line_id=False):
        """Enter what a scanned or typed label says: see `stock.picking.scan_code`."""
        self.ensure_one()
        return self._scan(code, line_id, self.move_raw_ids, self.product_id)

    def _scan(self, code, line_id, moves, made):
        """`scan_code` for some of the components, and the product if it is `made` here."""
        self.check_access("write")
        reader = self.env["lot.scan"].with_company(self.company_id)
        reader._check_open(self)
        moves = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        products = moves.product_id | made
        last = moves.move_line_ids.filtered(lambda line: line.id == line_id)
        scan = reader._read(code, products, last.product_id, None, self.company_id)
        if scan.product not in products:
            raise UserError(
                self.env._(
                    "%(product)s is neither used nor made by %(document)s. It uses: %(products)s.",
                    product=scan.product.display_name,
                    document=self.name,
                    products=", ".join(moves.product_id.mapped("display_name")),
                )
            )
        moves = moves.filtered(lambda move: move.product_id == scan.product)
        if scan.product.tracking == "none":
            raise UserError(
                self.env._("%s is not tracked by lots: enter its quantity.", scan.product.display_name)
            )
        # The product of a rework goes in and comes out: what is there goes in.
        if moves:
            return self._enter_used(scan, moves)
        return self._enter_made(scan)

    def _get_scanned_number(self, scan):
        number = self.env["stock.picking"]._get_scanned_number(scan)
        if not number:
            raise UserError(
                self.env._(
                    "The label of %s says no lot: scan or type the number of the lot.",
                    scan.product.display_name,
                )
            )
        return number

    # ---- what is used --------------------------------------------------------------------

    def _enter_used(self, scan, moves):
        reader = self.env["lot.scan"]
        number = self._get_scanned_number(scan)
        lot = reader._find_used_lot(scan.product, number, moves.move_line_ids, self.company_id)
        facts, remarks = reader._prepare_facts(scan, self.company_id)
        reader._check_contradictions(lot, facts, self.company_id)
        lines = moves.move_line_ids
        line = (
            lines.filtered(lambda one: one.lot_id == lot)[:1]
            or lines.filtered(lambda one: not one.lot_id and not one.picked)[:1]
        )
        if not line:
            move = moves[0]
            line = line.create({**move._prepare_move_line_vals(), "quantity": 0, "picked": False})
        quantity = (
            1.0 if scan.product.tracking == "serial" else reader._get_quantity(scan, line.product_uom_id)
        )
        if line.picked and scan.product.tracking == "serial":
            raise UserError(self.env._("%s was scanned into this order already.", lot.name))
        if quantity is None:
            quantity = line.quantity if line.picked else self._get_remaining_use(line)
        elif line.picked:
            quantity += line.quantity
        line.write({"lot_id": lot.id, "quantity": quantity, "picked": True})
        self.env["lot.fitness"]._check(
            moves.move_line_ids.filtered(lambda one: one.picked and one.lot_id == lot)
        )
        return {
            "line_id": line.id,
            "message": self.env._(
                "Used: %(product)s, lot %(lot)s: %(quantity)s",
                product=scan.product.display_name,
                lot=lot.name,
                quantity=self.env["lot.scan"]._say_taken(line),
            ),
            "remarks": [*remarks, *scan.remarks],
        }

    def _get_remaining_use(self, line):
        """What is still to be used of the line's product, in the line's unit."""
        move = line.move_id
        scanned = move.move_line_ids.filtered("picked") - line
        wanted = move.product_uom._compute_quantity(
            move.should_consume_qty or move.product_uom_qty, line.product_uom_id
        )
        for one in scanned:
            wanted -= one.product_uom_id._compute_quantity(one.quantity, line.product_uom_id)
        return max(line.product_uom_id.round(wanted), 0.0)

    # ---- what is made --------------------------------------------------------------------

    def _enter_made(self, scan):
        reader = self.env["lot.scan"]
        number = self._get_scanned_number(scan)
        facts, remarks = reader._prepare_facts(scan, self.company_id)
        lot = (
            self.env["stock.lot"]
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("name", "=", number),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                limit=1,
            )
        )
        others = self.lot_producing_ids - lot
        if others and self.product_id.tracking == "lot":
            raise UserError(
                self.env._(
                    "%(document)s makes lot %(lot)s already. Press Clear beside it to make lot %(number)s.",
                    document=self.name,
                    lot=others[0].name,
                    number=number,
                )
            )
        if lot:
            reader._check_contradictions(lot, facts, self.company_id)
            missing = {name: value for name, value in facts.items() if not lot[name]}
            if missing:
                lot.write(missing)
        else:
            lot = lot.create({"product_id": self.product_id.id, "name": number, **facts})
        self.lot_producing_ids = [Command.link(lot.id)]
        said = reader._describe_facts(facts, self.company_id)
        text = self.env._(
            "Made: %(product)s, lot %(lot)s", product=self.product_id.display_name, lot=lot.name
        )
        return {
            "line_id": False,
            "message": f"{text}. {said}" if said else text,
            "remarks": [*remarks, *scan.remarks],
        }
