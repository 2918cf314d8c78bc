"""Whom affected lots were delivered to: one row per consignee of a recall, frozen.

Name and contact are those that the ledger recorded with the last delivery (`lot.party`). What
became of him (told, answered, checked) is written on his row; what became of the goods on its lines.
"""

from odoo import api, fields, models

from ..engine.recall_reach import settle
from .quantity import say_quantity

PASSED_ON = [
    ("told", "Yes, and they were told"),
    ("not_told", "Yes, they are not told yet"),
    ("no", "No"),
]


class LotRecallConsignee(models.Model):
    _name = "lot.recall.consignee"
    _inherit = ["lot.recall.row", "lot.audited"]
    _description = "Consignee of a recall"
    _order = "recall_id, sequence, id"

    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    is_drill = fields.Boolean(related="recall_id.is_drill")
    sequence = fields.Integer(readonly=True, help="The most affected first.")
    party_id = fields.Many2one(
        "lot.party", string="As recorded", readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", readonly=True, index=True, ondelete="set null")
    name = fields.Char(readonly=True, required=True)
    contact_address = fields.Char(string="Address", readonly=True)
    city = fields.Char(readonly=True)
    country = fields.Char(readonly=True)
    country_code = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    contact_note = fields.Char(
        string="Other contact", help="How he is reached where what was recorded is not enough."
    )
    quantities = fields.Json(
        string="Quantities as data",
        readonly=True,
        help="Delivered, per product and unit, as in the trace: product_id, product, quantity, uom.",
    )
    quantity_text = fields.Char(string="Delivered", compute="_compute_quantity_text")
    share = fields.Float(
        readonly=True, digits=(16, 6), aggregator=None, help="Part of all traced material that reached him."
    )
    date_first = fields.Datetime(string="First delivery", readonly=True)
    date_last = fields.Datetime(string="Last delivery", readonly=True)
    doubtful = fields.Boolean(
        readonly=True,
        help="All that he got is of lots of which it cannot be told whether they are affected. They count as "
        "affected.",
    )
    line_ids = fields.One2many("lot.recall.consignee.line", "consignee_id", string="Deliveries")

    told_at = fields.Datetime(string="Told on")
    told_how = fields.Selection(
        [
            ("mail", "E-mail"),
            ("phone", "Phone"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        string="Told by",
    )
    answered_at = fields.Datetime(string="Answered on")
    understood = fields.Boolean(help="He received the notice and understood what to do.")
    passed_on = fields.Selection(PASSED_ON, string="Passed on to own customers", help="As he last answered.")
    check_result = fields.Selection(
        [
            ("effective", "Received, understood and followed"),
            ("not_followed", "Not followed"),
            ("not_received", "Not received"),
            ("not_reached", "Could not be reached"),
        ],
        string="Effectiveness check",
    )
    checked_at = fields.Datetime(
        string="Checked on", compute="_compute_checked_at", store=True, readonly=False
    )
    note = fields.Text()

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "contact_note",
            "told_at",
            "told_how",
            "answered_at",
            "understood",
            "passed_on",
            "check_result",
            "checked_at",
            "note",
            "line_ids",
        }

    @api.depends("check_result")
    def _compute_checked_at(self):
        for one in self:
            one.checked_at = one.check_result and (one.checked_at or fields.Datetime.now())

    @api.model
    def _get_audited_fields(self):
        """What became of him. That he is in the scope is frozen with it, and hashed there."""
        return [*super()._get_audited_fields(), *sorted(self._get_open_fields() - {"line_ids"})]

    def _prepare_audit_vals(self, action, name=None, record_name=None):
        known = f"{self.recall_id.name}: {self.name}"
        return super()._prepare_audit_vals(action, name, known)

    def _say_quantity(self, quantity):
        """In notices, letters and on his page."""
        return say_quantity(self.env, quantity)

    @api.depends("quantities")
    @api.depends_context("lang")
    def _compute_quantity_text(self):
        for consignee in self:
            consignee.quantity_text = ", ".join(
                f"{consignee._say_quantity(row['quantity'])} {row['uom']} {row['product']}"
                for row in consignee.quantities or []
            )


class LotRecallConsigneeLine(models.Model):
    _name = "lot.recall.consignee.line"
    _inherit = ["lot.recall.row", "lot.audited"]
    _description = "Delivery of an affected lot to a consignee"
    _order = "consignee_id, date, id"
    _rec_name = "document"
    _log_access = False

    consignee_id = fields.Many2one(
        "lot.recall.consignee", required=True, index=True, ondelete="cascade", readonly=True
    )
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    lot_name = fields.Char(string="Lot number", readonly=True, required=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    product_name = fields.Char(string="Product as recorded", readonly=True)
    document = fields.Char(string="Delivery", readonly=True)
    order_name = fields.Char(string="Order", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    date = fields.Datetime(readonly=True)
    quantity = fields.Float(string="Delivered", readonly=True, digits="Product Unit")
    quantity_back = fields.Float(
        string="Came back before",
        readonly=True,
        digits="Product Unit",
        help="Returned before the scope was frozen: it is among the stock of the case, not with him.",
    )
    uom_name = fields.Char(string="Unit", readonly=True)
    affected = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="How much of the start lots is in it, in their own unit.",
    )
    affected_uom_name = fields.Char(string="Unit of the start lots", readonly=True)
    share = fields.Float(readonly=True, digits=(16, 6), aggregator=None)
    doubtful = fields.Boolean(readonly=True, help="It cannot be told whether this lot is affected.")

    quantity_received = fields.Float(
        string="Came back",
        readonly=True,
        digits="Product Unit",
        help="Since the scope was frozen, as the ledger has it: done returns of this lot from him.",
    )
    quantity_unsold = fields.Float(
        string="Still there", digits="Product Unit", help="He has it, set aside: it counts as recovered."
    )
    quantity_returned = fields.Float(
        string="Says returned",
        digits="Product Unit",
        help="What he says he sent back. It counts as recovered when it comes.",
    )
    quantity_destroyed = fields.Float(string="Destroyed there", digits="Product Unit")
    quantity_sold = fields.Float(
        string="Sold or used", digits="Product Unit", help="Confirmed as sold or used. Never recovered."
    )
    quantity_open = fields.Float(
        string="Open",
        compute="_compute_quantity_open",
        store=True,
        precompute=True,
        digits="Product Unit",
        help="Neither back, nor destroyed, nor sold or used.",
    )
    quantity_aside = fields.Float(
        string="Open, set aside there",
        compute="_compute_quantity_open",
        store=True,
        precompute=True,
        digits="Product Unit",
        help="Of what is open: he says it is still there, and it did not come back since.",
    )
    quantity_unknown = fields.Float(
        string="Open, nothing known",
        compute="_compute_quantity_open",
        store=True,
        precompute=True,
        digits="Product Unit",
        help="Of what is open: neither set aside there, nor said to be on its way back.",
    )

    _quantities_positive = models.Constraint(
        "CHECK (quantity_unsold >= 0 AND quantity_returned >= 0"
        " AND quantity_destroyed >= 0 AND quantity_sold >= 0)",
        "What became of a delivery is not less than nothing.",
    )

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "quantity_unsold",
            "quantity_returned",
            "quantity_destroyed",
            "quantity_sold",
        }

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), *sorted(self._get_open_fields())]

    def _prepare_audit_vals(self, action, name=None, record_name=None):
        known = f"{self.recall_id.name}: {self.consignee_id.name}, {self.lot_name}"
        vals = super()._prepare_audit_vals(action, name, known)
        return {**vals, "company_id": self.consignee_id.company_id.id or None}

    @api.depends(
        "quantity",
        "quantity_back",
        "quantity_received",
        "quantity_unsold",
        "quantity_returned",
        "quantity_destroyed",
        "quantity_sold",
    )
    def _compute_quantity_open(self):
        for line in self:
            rest = settle(received=line.quantity_received, **line._get_answered())
            line.quantity_open = rest["open"]
            line.quantity_aside = rest["aside"]
            line.quantity_unknown = rest["unknown"]

    def _get_answered(self):
        """What he got and said, as the engine has it."""
        return {
            "quantity": self.quantity - self.quantity_back,
            "returned": self.quantity_returned,
            "unsold": self.quantity_unsold,
            "destroyed": self.quantity_destroyed,
            "sold": self.quantity_sold,
        }
