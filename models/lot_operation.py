"""Split, merge, repack or relabel lots: the document that says what was done.

The goods go to the product's production location and come back under their new
number, in done stock moves like any other: quants, reservations, valuation and the
ledger follow, and the document is one event of the genealogy.
"""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from .lot_operation_line import OWN_STOCK

# Compared by identity: a caller can send a context, but not this.
STEP = object()
KINDS = [
    ("split", "Split"),
    ("merge", "Merge"),
    ("repack", "Repack"),
    ("relabel", "Relabel"),
]


class LotOperation(models.Model):
    _name = "lot.operation"
    _inherit = ["lot.own.defaults", "mail.thread", "mail.activity.mixin", "lot.trace.mixin"]
    _description = "Lot operation"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Reference", default="New", readonly=True, required=True, copy=False)
    kind = fields.Selection(KINDS, required=True, default="split")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done")],
        default="draft",
        readonly=True,
        required=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Done by", readonly=True, copy=False)
    date = fields.Datetime(string="Done on", readonly=True, copy=False)
    reason = fields.Char(help="Why it was done: it stands here for whoever asks later.")
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots",
        # Of what was done long ago, too.
        context={"active_test": False},
        check_company=True,
        domain="[('company_id', 'in', (company_id, False))]"
        " + ([('product_id', '=', product_id)] if product_id else [])",
        help="The lots that are worked on, all of one product. Their stock is listed below.",
    )
    product_id = fields.Many2one("product.product", compute="_compute_product_id", store=True, index=True)
    line_ids = fields.One2many("lot.operation.line", "operation_id", string="Taken")
    target_lot_id = fields.Many2one(
        "stock.lot",
        string="Into existing lot",
        check_company=True,
        domain="[('product_id', '=', product_id), ('company_id', 'in', (company_id, False))]",
        help="One of the merged lots, or another one of the product. Empty: a new lot.",
    )
    lot_name = fields.Char(
        string="New number",
        help="The number of the new lot. Without one a merge takes the next of the product's sequence.",
    )
    product_dest_id = fields.Many2one(
        "product.product",
        string="Repack as",
        check_company=True,
        domain="[('is_storable', '=', True), ('tracking', '!=', 'none'), ('id', '!=', product_id)]",
        help="The product that the packed goods are from now on, for instance a tub of the bulk. "
        "Empty: the same lot of the same product, in other packages.",
    )
    output_ids = fields.One2many("lot.operation.output", "operation_id", string="Packed")
    move_ids = fields.One2many("stock.move", "lot_operation_id", string="Stock moves", readonly=True)
    made_lot_ids = fields.Many2many(
        "stock.lot",
        string="Came out",
        compute="_compute_made_lot_ids",
        context={"active_test": False},
        help="The lots that came out of it.",
    )

    # ---- proposals -----------------------------------------------------------------

    @api.depends("lot_ids")
    def _compute_product_id(self):
        for operation in self:
            operation.product_id = operation.lot_ids[:1].product_id

    @api.depends("move_ids.move_line_ids.lot_id", "move_ids.location_id")
    def _compute_made_lot_ids(self):
        for operation in self:
            given = operation.move_ids.filtered(lambda move: move.location_id.usage == "production")
            operation.made_lot_ids = given.move_line_ids.lot_id

    @api.onchange("kind", "lot_ids", "company_id")
    def _onchange_lot_ids(self):
        """List the stock of the lots. Rows of other products (packaging material) stay."""
        self._clear_other_kinds()
        self.line_ids = self._get_line_commands()
        self._onchange_line_ids()

    def _clear_other_kinds(self):
        """Forget what was entered before the kind was changed: it is not on the screen."""
        if self.kind != "repack":
            self.update({"product_dest_id": False, "output_ids": [Command.clear()]})
        if self.kind != "merge":
            self.target_lot_id = False
        if self.kind not in ("merge", "relabel"):
            self.lot_name = False

    @api.onchange("line_ids")
    def _onchange_line_ids(self):
        """Propose numbers for the parts of a split: the lot's own with -1, -2, …"""
        if self.kind != "split" or not self.lot_ids:
            return
        lot = self.lot_ids[0]
        taken = set(self.line_ids.mapped("lot_name"))
        taken.update(
            self.env["stock.lot"]
            .with_context(active_test=False)
            .search([("product_id", "=", lot.product_id.id), ("name", "=like", f"{lot.name}-%")])
            .mapped("name")
        )
        number = 1
        for line in self.line_ids:
            if line.lot_name or not line.location_id:
                continue
            while f"{lot.name}-{number}" in taken:
                number += 1
            line.lot_name = f"{lot.name}-{number}"
            taken.add(line.lot_name)

    @api.onchange("product_dest_id")
    def _onchange_product_dest_id(self):
        if self.kind == "repack" and self.product_dest_id and not self.output_ids:
            name = self.lot_ids.name if len(self.lot_ids) == 1 else False
            self.output_ids = [Command.create({"lot_name": name})]

    def _get_line_commands(self):
        """Commands that make the rows list the stock of the lots, and keep what was typed."""
        positions = self._get_positions()
        commands = []
        for line in self.line_ids:
            found = positions.pop(line._get_position(), None)
            if found is None and line.product_id in (self.product_id | self.line_ids.lot_id.product_id):
                commands.append(Command.delete(line.id))
            elif found and self.kind == "relabel":
                commands.append(Command.update(line.id, self._prepare_line_vals(found)))
        return commands + [Command.create(self._prepare_line_vals(quants)) for quants in positions.values()]

    def _get_positions(self):
        """``{position: quants}`` of all stock of the lots in the company."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", self.lot_ids._origin.ids),
                ("location_id.usage", "in", OWN_STOCK),
                ("company_id", "=", self.company_id.id),
            ]
        )
        return {
            position: found
            for position, found in quants.grouped(self.line_ids._get_quant_position).items()
            if found.product_uom_id.compare(sum(found.mapped("quantity")), 0) > 0
        }

    def _prepare_line_vals(self, quants):
        """A row that takes `quants`, which lie in one position.

        A relabel takes all there is, a merge and a repack what is free; how much is
        split off only the user knows.
        """
        quantity = sum(quants.mapped("quantity"))
        if self.kind != "relabel":
            quantity -= sum(quants.mapped("reserved_quantity"))
        return {
            **self.line_ids._prepare_position_vals(quants[0]),
            "product_uom_id": quants.product_uom_id.id,
            "quantity": 0.0 if self.kind == "split" else max(quantity, 0.0),
            "result_package_id": False,
        }

    # ---- records -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_step(vals)
            if vals.get("name", "New") == "New":
                company = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                vals["name"] = sequence.next_by_code("lot.operation") or "New"
        return super().create(vals_list)

    def write(self, vals):
        self._check_step(vals)
        return super().write(vals)

    @api.model
    def _get_step_fields(self):
        """Fields that only the buttons write."""
        return {"state", "date", "user_id"}

    @api.model
    def _get_own_default_fields(self):
        return self._get_step_fields()

    def _check_step(self, vals):
        if self._get_step_fields() & vals.keys() and self.env.context.get("lot_operation_step") is not STEP:
            raise UserError(
                self.env._("Who did a lot operation, and when, is written as it is done, and by nobody.")
            )

    def _finish(self):
        self.with_context(lot_operation_step=STEP).write(
            {"state": "done", "date": fields.Datetime.now(), "user_id": self.env.uid}
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()

    @api.constrains(
        "name",
        "kind",
        "reason",
        "company_id",
        "lot_ids",
        "target_lot_id",
        "lot_name",
        "product_dest_id",
        "line_ids",
        "output_ids",
    )
    def _check_not_done(self):
        """What a done operation says is what was done."""
        done = self.filtered("move_ids")
        if done:
            raise UserError(
                self.env._(
                    "%(operations)s is done and cannot be changed or deleted. "
                    "Undo it, or make another lot operation that sets right what was wrong.",
                    operations=", ".join(done.mapped("name")),
                )
            )

    # ---- actions -------------------------------------------------------------------

    def action_done(self):
        """Do it: all of it, or nothing and one message with all that is wrong."""
        # A screen's defaults are for this document, not for lots and moves made on the way.
        for operation in self.with_context(clean_context(self.env.context)):
            operation.with_company(operation.company_id)._do()

    def _do(self):
        self.ensure_one()
        self.lock_for_update()
        self._check_not_done()
        self._clear_other_kinds()
        if self.kind == "relabel":
            self.line_ids = self._get_line_commands()
        self._lock_stock()
        self._check_problems()
        self.lot_ids = self._get_main_lines().lot_id
        outputs = self._get_outputs()
        taken = self._take_goods()
        self._find_lots(outputs, taken)
        self._give_goods(outputs, taken)
        self._finish()

    def action_open_moves(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("stock.stock_move_line_action")
        action["domain"] = [("move_id.lot_operation_id", "=", self.id)]
        action["context"] = {}
        return action

    def _get_trace_lots(self):
        return self.made_lot_ids

    def _get_trace_items(self):
        return [{"type": "lot", "id": lot.id} for lot in self._get_trace_lots()]
