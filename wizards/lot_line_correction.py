"""Corrects a done stock move line: the stock follows, the ledger takes back and states anew."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.lot_audit import Reason
from ..models.stock_lot_record import CORRECTING


class LotLineCorrection(models.TransientModel):
    _name = "lot.line.correction"
    _description = "Correction of a recorded quantity"

    move_line_id = fields.Many2one("stock.move.line", required=True, readonly=True, ondelete="cascade")
    reference = fields.Char(related="move_line_id.reference")
    product_id = fields.Many2one(related="move_line_id.product_id")
    company_id = fields.Many2one(related="move_line_id.company_id")
    uom_id = fields.Many2one(related="move_line_id.product_uom_id")
    lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        domain="[('product_id', '=', product_id), ('company_id', 'in', (company_id, False))]",
        help="The lot that really moved.",
    )
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        readonly=False,
        digits="Product Unit",
        help="What really moved, in the unit of the transfer. Zero: nothing did.",
    )
    reason = fields.Char(help="Why what was recorded is wrong, and how you know.")

    @api.depends("move_line_id")
    def _compute_lot_id(self):
        for correction in self:
            correction.lot_id = correction.move_line_id.lot_id

    # Apart: of what one method computes, a caller who gives one value empties the others.
    @api.depends("move_line_id")
    def _compute_quantity(self):
        for correction in self:
            correction.quantity = correction.move_line_id.quantity

    def action_confirm(self):
        """Move the stock, reverse the entry and write the right one."""
        self.ensure_one()
        # The wizard's own access decides: of lines any employee may write.
        self.check_access("write")
        line = self.move_line_id
        line.check_access("write")
        changed = {}
        if self.lot_id != line.lot_id:
            changed["lot_id"] = self.lot_id.id
        if line.product_uom_id.compare(self.quantity, line.quantity):
            changed["quantity"] = self.quantity
        self._check_confirm(changed)
        rows = [self._prepare_audit_vals(name) for name in changed]
        line.with_context(lot_correcting=CORRECTING).write(changed)
        reason = Reason(self.reason.strip())
        self.env["lot.audit"].sudo().with_context(lot_audit_reason=reason)._book(rows)
        return {"type": "ir.actions.act_window_close"}

    def _prepare_audit_vals(self, name):
        line, label = self.move_line_id, self._fields[name]._description_string(self.env)
        old, new = (
            (line.lot_id.name, self.lot_id.name) if name == "lot_id" else (line.quantity, self.quantity)
        )
        return {
            "action": "write",
            "res_model": line._name,
            "res_id": line.id,
            "record_name": f"{line.reference}: {line.product_id.display_name}",
            "field_name": name,
            "field_label": label,
            "old_value": str(old) if old else None,
            "new_value": str(new),
            "company_id": line.company_id.id or None,
        }

    def _check_confirm(self, changed):
        problems = []
        if self.move_line_id.move_id.state != "done":
            problems.append(self.env._("This transfer is not done: enter the right lot and quantity in it."))
        if not (self.reason or "").strip():
            problems.append(self.env._("Say why: what was recorded is wrong, and how you know."))
        if not changed:
            problems.append(self.env._("Nothing is changed: enter the right value over the wrong one."))
        if self.quantity < 0:
            problems.append(self.env._("A quantity cannot be negative."))
        if self.move_line_id.lot_id and not self.lot_id:
            problems.append(self.env._("Say which lot really moved: it cannot be taken away."))
        if problems:
            raise UserError("\n".join(problems))
