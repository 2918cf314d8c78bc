"""Typing in what a consignee said on the phone, wrote or showed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.recall_reach import AMOUNTS
from ..models.lot_recall_back import ANSWERED
from ..models.lot_recall_consignee import PASSED_ON


class LotRecallAnswerEntry(models.TransientModel):
    _name = "lot.recall.answer.entry"
    _description = "Enter the answer of a consignee"

    consignee_id = fields.Many2one("lot.recall.consignee", required=True, readonly=True)
    channel = fields.Selection(
        [("phone", "Phone"), ("mail", "E-mail"), ("visit", "Visit"), ("other", "Other")],
        required=True,
        default="phone",
    )
    person = fields.Char(string="Name", help="Who answered for the consignee.")
    understood = fields.Boolean(string="Received and understood", default=True)
    passed_on = fields.Selection(PASSED_ON, string="Passed on to own customers")
    comment = fields.Text()
    line_ids = fields.One2many("lot.recall.answer.entry.line", "entry_id")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        consignee = self.env["lot.recall.consignee"].browse(values.get("consignee_id"))
        if consignee:
            values["line_ids"] = [
                fields.Command.create(
                    {
                        "position": position,
                        "lot_name": lines[0].lot_name,
                        "product_name": lines[0].product_name,
                        "uom_name": lines[0].uom_name,
                        "delivered": delivered,
                        "on_hand": sum(lines.mapped("quantity_unsold")),
                        "sold": sum(lines.mapped("quantity_sold")),
                        "returned": sum(lines.mapped("quantity_returned")),
                        "destroyed": sum(lines.mapped("quantity_destroyed")),
                    }
                )
                for position, (lines, delivered) in enumerate(consignee._group_lots())
            ]
        return values

    def action_confirm(self):
        self.ensure_one()
        if not self.env.user.has_group("lot_genealogy.group_quality"):
            raise UserError(self.env._("Quality and compliance officers enter answers."))
        entered = self.line_ids.grouped("position")
        amounts = [
            entered[position]._get_amounts(lines) if position in entered else None
            for position, (lines, _delivered) in enumerate(self.consignee_id._group_lots())
        ]
        vals = {
            "person": self.person,
            "understood": self.understood,
            "passed_on": self.passed_on,
            "comment": self.comment,
        }
        self.consignee_id._record_answer(vals, amounts, channel=self.channel)
        return {"type": "ir.actions.act_window_close"}


class LotRecallAnswerEntryLine(models.TransientModel):
    _name = "lot.recall.answer.entry.line"
    _description = "Line of an answer that is typed in"
    _order = "position"

    entry_id = fields.Many2one("lot.recall.answer.entry", required=True, ondelete="cascade")
    position = fields.Integer()
    lot_name = fields.Char(string="Lot number", readonly=True)
    product_name = fields.Char(string="Product", readonly=True)
    uom_name = fields.Char(string="Unit", readonly=True)
    delivered = fields.Float(readonly=True, digits="Product Unit")
    on_hand = fields.Float(string="Still there", digits="Product Unit")
    used = fields.Float(digits="Product Unit")
    sold = fields.Float(string="Sold on", digits="Product Unit")
    returned = fields.Float(digits="Product Unit")
    destroyed = fields.Float(digits="Product Unit")

    def _get_amounts(self, lines):
        """What was entered; ``None``: nothing, of a lot of which nothing was said before either."""
        amounts = {name: self[name] for name in AMOUNTS}
        known = any(line[name] for line in lines for name in ANSWERED)
        return amounts if known or any(amounts.values()) else None
