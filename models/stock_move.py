from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_operation import STEP
from .posting import collect, posting


class StockMove(models.Model):
    _inherit = "stock.move"

    lot_operation_id = fields.Many2one(
        "lot.operation",
        string="Lot operation",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Asked of what was made: a caller can give defaults as well.
        if self.env.context.get("lot_operation_step") is not STEP and any(
            move.lot_operation_id for move in moves
        ):
            raise UserError(self.env._("Only a lot operation makes its stock moves: press Done in it."))
        return moves

    def write(self, vals):
        if "lot_operation_id" in vals and any(
            move.lot_operation_id.id != (vals["lot_operation_id"] or False) for move in self
        ):
            raise UserError(self.env._("A stock move stays with the lot operation that made it."))
        return super().write(vals)

    @api.depends("lot_operation_id.name")
    def _compute_reference(self):
        operated = self.filtered("lot_operation_id")
        for move in operated:
            move.reference = move.lot_operation_id.name
        return super(StockMove, self - operated)._compute_reference()

    def action_open_reference(self):
        self.ensure_one()
        if self.lot_operation_id.browse().has_access("read") and self.lot_operation_id:
            return self.lot_operation_id._get_records_action()
        return super().action_open_reference()

    def _skip_push(self):
        """Goods that come back from a lot operation are where they were: nothing pushes them on."""
        return bool(self.lot_operation_id) or super()._skip_push()

    def _get_value_from_production(self, quantity, at_date=None):
        """What a lot operation gives back is worth what it took."""
        if not self.lot_operation_id or self.product_id.cost_method == "standard":
            return super()._get_value_from_production(quantity, at_date)
        return {
            "value": quantity * self.price_unit,
            "quantity": quantity,
            "description": self.env._("Value of what %(operation)s took", operation=self.reference),
        }

    def _action_done(self, cancel_backorder=False):
        """Record the genealogy of what was done: every path of stock passes here."""
        with posting(self.env):
            moves = super()._action_done(cancel_backorder=cancel_backorder)
            done = moves.exists().filtered(lambda move: move.state == "done")
            collect(self.env["lot.recorder"]._filter_concerned(done.move_line_ids), done=True)
        return moves
