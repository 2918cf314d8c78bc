"""Scanning a transfer: each label fills the line of its lot.

What comes in is entered here, what is taken from stock in stock_picking_scan_taken.py.
"""

from odoo import models
from odoo.exceptions import UserError

# Of operation types whose transfers take scans: those of what comes in, and those of what is taken.
RECEIVED = ("incoming",)
TAKEN = ("outgoing", "internal")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def scan_code(self, code, line_id=False):
        """Enter what a scanned or typed label says of a lot that comes in, or is taken.

        A line that was scanned is picked: Odoo then does those, and leaves the others open.

        :param line_id: line of the last scan: what names no goods (the number of a lot alone,
            the second bar of a label) is of its product
        :return: ``{"line_id": …, "message": …, "remarks": [str]}``
        :raise UserError: what is wrong with the code, or where it contradicts
        """
        self.ensure_one()
        return self._scan(code, line_id, self.move_ids)

    def _scan(self, code, line_id, moves):
        """`scan_code` for some moves of the transfer."""
        self.check_access("write")
        self._check_scan()
        moves = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        last = moves.move_line_ids.filtered(lambda line: line.id == line_id)
        reader = self.env["lot.scan"].with_company(self.company_id)
        scan = reader._read(code, moves.product_id, last.product_id, self.partner_id, self.company_id)
        if scan.product not in moves.product_id:
            raise UserError(
                self.env._(
                    "%(product)s is not expected in %(document)s. It has: %(products)s.",
                    product=scan.product.display_name,
                    document=self.name,
                    products=", ".join(moves.product_id.mapped("display_name")),
                )
            )
        moves = moves.filtered(lambda move: move.product_id == scan.product)
        if self.picking_type_id.code in TAKEN:
            return self._enter_taken(scan, moves, last)
        return self._enter_scan(scan, moves, last)

    def _check_scan(self):
        if self.picking_type_id.code not in RECEIVED + TAKEN:
            raise UserError(
                self.env._("Labels are scanned into receipts, deliveries and internal transfers.")
            )
        self.env["lot.scan"]._check_open(self)

    def _enter_scan(self, scan, moves, last):
        """Fill the line that a label is about."""
        reader, product = self.env["lot.scan"], scan.product
        number = self._get_scanned_number(scan)
        facts, remarks = reader._prepare_facts(scan, self.company_id)
        line = self._find_scanned_line(moves, number, last)
        fresh = not line.picked
        is_known = bool(number) and number in self._get_line_numbers(line)
        if product.tracking == "serial" and is_known and not fresh:
            raise UserError(self._say_scanned_before(number))
        if is_known and not fresh:
            unsaid = {"expiration_date"} if line._has_default_expiration() else ()
            said = {name: value for name, value in facts.items() if name not in unsaid}
            reader._check_contradictions(line, said, self.company_id)
        quantity = 1.0 if product.tracking == "serial" else reader._get_quantity(scan, line.product_uom_id)
        vals = dict(facts)
        if number and not is_known:
            vals |= self._prepare_scanned_lot(line, number, facts, remarks)
        named = bool(number) or product.tracking == "none"
        if fresh and quantity is None and named:
            quantity = self._get_remaining(line)
        elif not fresh and quantity is None:
            remarks.append(self.env._("The label says no quantity: change it in the line if it is another."))
        if quantity is not None:
            vals["quantity"] = quantity if fresh else line.quantity + quantity
        line.write({**vals, "picked": named or not fresh})
        if self.picking_type_id.use_existing_lots and line.lot_name and not line.lot_id:
            # There the lines show lots, not the names of lots to come.
            line._create_and_assign_production_lot()
        return {
            "line_id": line.id,
            "message": self._describe_scan(line, facts),
            "remarks": [*remarks, *scan.remarks],
        }

    def _say_scanned_before(self, number):
        return self.env._(
            "%(number)s was scanned into %(document)s already.", number=number, document=self.name
        )

    def _get_scanned_number(self, scan):
        """The number by which the label tells these goods apart; None: it does not."""
        label, product = scan.label, scan.product
        if product.tracking == "serial":
            if label.number and not label.serial:
                raise UserError(
                    self.env._(
                        "%(product)s is tracked by serial numbers, and the label has none, only lot %(lot)s.",
                        product=product.display_name,
                        lot=label.number,
                    )
                )
            return label.serial
        if product.tracking == "lot":
            # One piece with a number of its own is a lot of one.
            return label.number or label.serial
        return None

    def _get_line_numbers(self, line):
        return {line.lot_id.name, line.lot_name, line.supplier_lot, line.lot_id.supplier_lot} - {False}

    def _find_scanned_line(self, moves, number, last):
        """The line of this lot, or one that has none yet, or a new one."""
        lines = moves.move_line_ids
        named = lines.filtered(lambda line: number and number in self._get_line_numbers(line))
        if named:
            return named[0]
        if not number and last in lines:
            return last
        free = lines.filtered(
            lambda line: not self._get_line_numbers(line) and (not line.picked or line == last)
        )
        if free:
            return (last & free) or free[0]
        move = moves.filtered(lambda one: one._get_picked_quantity() < one.product_uom_qty)[:1] or moves[0]
        return self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "quantity": 0,
                "picked": False,
            }
        )

    def _get_remaining(self, line):
        """What the line says, or what is still expected, in the line's unit."""
        move = line.move_id
        scanned = move.move_line_ids.filtered("picked") - line
        expected = move.product_uom._compute_quantity(move.product_uom_qty, line.product_uom_id)
        for one in scanned:
            expected -= one.product_uom_id._compute_quantity(one.quantity, line.product_uom_id)
        expected = max(line.product_uom_id.round(expected), 0.0)
        return min(line.quantity, expected) or expected

    def _prepare_scanned_lot(self, line, number, facts, remarks):
        """Our lot for the number on the label: the one that is there, or a new one."""
        product, reader = line.product_id, self.env["lot.scan"]
        lot = self._find_known_lot(line, number)
        if lot:
            reader._check_contradictions(lot, facts, self.company_id)
            if lot.name != number:
                remarks.append(self.env._("Received before, as lot %s.", lot.name))
            if product.tracking == "serial" and lot.product_qty > 0:
                raise UserError(
                    self.env._(
                        "Serial number %(number)s of %(product)s is in stock already.",
                        number=lot.name,
                        product=product.display_name,
                    )
                )
            theirs = lot.supplier_lot or number
        else:
            theirs = number
        vals = {"supplier_lot": line.supplier_lot or theirs}
        if lot.expiration_date:
            # The line has Odoo's default until it has its lot.
            vals["expiration_date"] = lot.expiration_date
        kind = self.picking_type_id
        if lot and kind.use_existing_lots:
            return {**vals, "lot_id": lot.id}
        if not kind.use_create_lots:
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s is not known, and operation type %(type)s makes no new lots.",
                    lot=number,
                    product=product.display_name,
                    type=kind.name,
                )
            )
        return {**vals, "lot_name": lot.name if lot else self._get_new_number(product, number)}

    def _find_known_lot(self, line, number):
        """The lot that has this number, or came from this supplier under it."""
        lots = self.env["stock.lot"].with_context(active_test=False)
        lot = lots.search(
            [
                ("product_id", "=", line.product_id.id),
                ("name", "=", number),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        return lot or line._find_supplier_lot(number)

    def _get_new_number(self, product, number):
        """Ours by the pattern of the policy, else the one on the label."""
        numbers = self.env["lot.number.counter"]._get_numbers(
            product,
            self.company_id,
            warehouse=self.picking_type_id.warehouse_id,
            supplier=self.partner_id,
        )
        return numbers[0] if numbers else number

    def _ask_number(self, product):
        return self.env._("%s: now scan or type the number of its lot.", product.display_name)

    def _describe_scan(self, line, facts):
        product, number = line.product_id.display_name, self.env["lot.scan"]._get_number(line)
        if line.product_id.tracking != "none" and not number:
            return self._ask_number(line.product_id)
        values = {
            "product": product,
            "number": number,
            "quantity": self.env["lot.scan"]._say_taken(line),
        }
        if not number:
            return self.env._("%(product)s: %(quantity)s", **values)
        text = self.env._("%(product)s, lot %(number)s: %(quantity)s", **values)
        said = self.env["lot.scan"]._describe_facts(facts, self.company_id)
        return f"{text}. {said}" if said else text

    def action_detailed_operations(self):
        """All lines of the transfer: those that a scan adds as well."""
        action = super().action_detailed_operations()
        return {**action, "domain": [("picking_id", "=", self.id)]}
