"""Undo a lot operation: what came out goes back into what was taken, as one more event.

The goods of a merge were one heap for a while: every lot that is given back is, for a trace,
made of all of them. Nothing is taken out of the record.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from .lot_operation import STEP
from .quantity import say_quantity

REVERSE = {"split": "merge", "merge": "split", "repack": "repack", "relabel": "relabel"}


class LotOperation(models.Model):
    _inherit = "lot.operation"

    undo_of_id = fields.Many2one(
        "lot.operation",
        string="Undoes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    undo_ids = fields.One2many("lot.operation", "undo_of_id", readonly=True)
    undone_by_id = fields.Many2one("lot.operation", string="Undone by", compute="_compute_undone_by_id")

    _undo_uniq = models.UniqueIndex(
        "(undo_of_id) WHERE undo_of_id IS NOT NULL", "This lot operation is undone already."
    )

    @api.model
    def _get_step_fields(self):
        return super()._get_step_fields() | {"undo_of_id"}

    @api.depends("undo_ids")
    def _compute_undone_by_id(self):
        for operation in self:
            operation.undone_by_id = operation.undo_ids[:1]

    def action_undo(self):
        """Put all of it back where it was; says why not where something has left since."""
        self.ensure_one()
        operation = self.with_context(clean_context(self.env.context)).with_company(self.company_id)
        operation.lock_for_update()
        operation._check_undo()
        undo = operation.with_context(lot_operation_step=STEP).create(operation._prepare_undo_vals())
        undo = undo.with_env(operation.env)
        undo._lock_stock()
        problems = operation._get_problems_left() + operation._get_problems_moved(undo.line_ids)
        if problems:
            raise UserError(
                "\n".join([self.env._("%(operation)s cannot be undone:", operation=self.name), *problems])
            )
        undo._put_back()
        undo.message_post(body=self.env._("Undoes %s.", operation._get_html_link()))
        operation.message_post(body=self.env._("Undone by %s.", undo._get_html_link()))
        return undo._get_records_action()

    def _check_undo(self):
        reasons = [
            (self.state != "done", self.env._("%s is not done: there is nothing to undo.", self.name)),
            (self.undo_ids, self.env._("%s is undone already.", self.name)),
            (
                self.undo_of_id,
                self.env._("%s undoes another lot operation: do that one again instead.", self.name),
            ),
        ]
        for applies, reason in reasons:
            if applies:
                raise UserError(reason)

    def _prepare_undo_vals(self):
        """The reverse operation: its rows take what came out."""
        given = self._get_given_moves().move_line_ids.grouped(
            lambda line: (
                line.product_id,
                line.lot_id,
                line.location_dest_id,
                line.result_package_id,
                line.owner_id,
            )
        )
        targets = (self.move_ids - self._get_given_moves()).move_line_ids.lot_id
        return {
            "kind": REVERSE[self.kind],
            "company_id": self.company_id.id,
            "lot_ids": [fields.Command.set(self.made_lot_ids.ids)],
            "target_lot_id": targets.id if self.kind == "split" and len(targets) == 1 else False,
            "reason": self.env._("Undo of %s", self.name),
            "undo_of_id": self.id,
            "line_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "lot_id": lot.id,
                        "location_id": location.id,
                        "package_id": package.id,
                        "owner_id": owner.id,
                        "quantity": sum(lines.mapped("quantity_product_uom")),
                        "product_uom_id": product.uom_id.id,
                    }
                )
                for (product, lot, location, package, owner), lines in given.items()
            ],
        }

    def _get_given_moves(self):
        """The moves by which goods came out of it."""
        return self.move_ids.filtered(lambda move: move.location_id.usage == "production")

    def _get_problems_left(self):
        """What was taken of the lots that came out: what is left of them is not all of it."""
        entries = self.env["lot.ledger"].sudo()
        made = entries.search([("event_id.res_model", "=", self._name), ("event_id.res_id", "=", self.id)])
        left = entries.search(
            [
                ("lot_id", "in", self.made_lot_ids.ids),
                ("quantity", "<", 0),
                ("reversal", "=", False),
                ("id", ">", max(made.ids, default=0)),
            ],
            order="id",
        )
        kinds = dict(entries._fields["kind"]._description_selection(self.env))
        return list(
            dict.fromkeys(
                self.env._(
                    "Something has left lot %(lot)s since: %(kind)s, %(document)s.",
                    lot=entry.lot_id.name,
                    kind=kinds[entry.kind],
                    document=entry.document or "-",
                )
                for entry in left
            )
        )

    def _get_problems_moved(self, rows):
        """What does not lie, free, where it was put."""
        reserving = rows._get_reserving()
        problems = []
        for row in rows:
            if row.product_id.uom_id.compare(row.free_quantity, row.product_quantity) >= 0:
                continue
            names = reserving.get(row._get_position())
            problems.append(
                self.env._(
                    "Of lot %(lot)s, %(free)s %(unit)s of %(wanted)s are free in %(place)s. %(hint)s",
                    lot=row.lot_id.name,
                    free=say_quantity(self.env, row.free_quantity),
                    unit=row.product_id.uom_id.name,
                    wanted=say_quantity(self.env, row.product_quantity),
                    place=row.package_id.display_name or row.location_id.display_name,
                    hint=self.env._("Reserved by: %s.", ", ".join(sorted(names)))
                    if names
                    else self.env._("Move the rest back there first."),
                )
            )
        return problems

    def _put_back(self):
        """Do the moves of the operation that is undone, backwards."""
        self.ensure_one()
        quants = self.env["stock.quant"].concat(*self.line_ids._get_quants().values())
        in_date = min(quants.mapped("in_date"))
        moves = self.undo_of_id.move_ids - self.undo_of_id._get_given_moves()
        outputs = [
            {
                "product": line.product_id,
                "lot": line.lot_id,
                "location": line.location_id,
                "package": line.package_id,
                "owner": line.owner_id,
                "quantity": line.quantity_product_uom,
                "in_date": in_date,
            }
            for line in moves.move_line_ids
        ]
        values = {
            (move.product_id, move.location_id, move.move_line_ids.owner_id): move.value for move in moves
        }
        self._give_goods(outputs, self._take_goods(), values)
        self._finish()
