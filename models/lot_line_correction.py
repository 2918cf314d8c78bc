"""A correction of a done stock move line: which lot, or how much of it, really moved, when, and to whom.

The stock follows; the ledger keeps the entry, takes it back and states it anew, for the reason
that is given here.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .lot_ledger import KINDS
from .lot_recorder_entries import PARTNER_KINDS
from .posting import posting
from .stock_lot_record import CORRECTING


class LotLineCorrection(models.Model):
    _name = "lot.line.correction"
    _inherit = ["lot.correction.steps"]
    _description = "Correction of a recorded move"
    _order = "id desc"

    move_line_id = fields.Many2one(
        "stock.move.line", string="Stock Move", required=True, index=True, ondelete="restrict"
    )
    reference = fields.Char(string="Document", related="move_line_id.reference", store=True)
    product_id = fields.Many2one(related="move_line_id.product_id", store=True)
    company_id = fields.Many2one(related="move_line_id.company_id", store=True)
    uom_id = fields.Many2one(related="move_line_id.product_uom_id")
    lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        ondelete="restrict",
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
    date = fields.Datetime(compute="_compute_date", store=True, readonly=False, help="When it really moved.")
    kind = fields.Selection(
        KINDS,
        string="Entry",
        compute="_compute_kind",
        store=True,
        readonly=False,
        help="What is corrected: a dropship is a receipt and a shipment, each with its partner.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        help="From whom it really came, or to whom it really went. That of a transfer is that of all of "
        "its lines: each is stated anew.",
    )

    @api.depends("reference", "product_id")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = self.env._(
                "Correction %(number)s of %(document)s, %(product)s",
                number=correction.id or "",
                document=correction.reference,
                product=correction.product_id.display_name,
            )

    @api.depends("move_line_id")
    def _compute_lot_id(self):
        for correction in self:
            correction.lot_id = correction.move_line_id.lot_id

    # Apart: of what one method computes, a caller who gives one value empties the others.
    @api.depends("move_line_id")
    def _compute_quantity(self):
        for correction in self:
            correction.quantity = correction.move_line_id.quantity

    @api.depends("move_line_id")
    def _compute_date(self):
        for correction in self:
            correction.date = correction.move_line_id.date

    @api.depends("move_line_id")
    def _compute_kind(self):
        for correction in self:
            kinds = sorted(correction._get_kinds(), key=lambda kind: (kind not in PARTNER_KINDS, kind))
            correction.kind = next(iter(kinds), False)

    @api.depends("move_line_id", "kind")
    def _compute_partner_id(self):
        for correction in self:
            correction.partner_id = correction._get_partner_document().partner_id

    @api.constrains("move_line_id")
    def _check_done(self):
        if any(correction.move_line_id.move_id.state != "done" for correction in self):
            raise ValidationError(
                self.env._("This transfer is not done: enter the right lot and quantity in it.")
            )

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "move_line_id", "lot_id", "quantity", "date", "partner_id"]

    # ---- steps ------------------------------------------------------------------------

    def _get_signing_companies(self):
        return self.move_line_id.sudo().company_id or self.env.company

    def _get_kinds(self):
        """Kinds of the entries that the line makes."""
        return {kind for kind, _sign in self.env["lot.recorder"]._get_crossings(self.move_line_id)}

    def _get_partner_document(self):
        """The transfer or the move that says who the partner is; empty: none is recorded."""
        kind = self.kind if self.kind in self._get_kinds() else None
        return self.env["lot.recorder"]._get_partner_document(self.move_line_id, kind)

    def _prepare_changes(self):
        line, changes = self.move_line_id, []
        if self.lot_id != line.lot_id:
            changes.append(self._prepare_change("lot_id", line.lot_id.name, self.lot_id.name))
        if line.product_uom_id.compare(self.quantity, line.quantity):
            changes.append(self._prepare_change("quantity", repr(line.quantity), repr(self.quantity)))
        if self.date != line.date:
            old, new = map(fields.Datetime.to_string, (line.date, self.date))
            changes.append(self._prepare_change("date", old, new))
        document = self._get_partner_document()
        if document and self.partner_id != document.partner_id:
            partners = (document.partner_id, self.partner_id)
            old, new = (
                ", ".join(f"{one.display_name} ({one.id})" for one in partner.with_context(lang=None))
                for partner in partners
            )
            change = self._prepare_change("partner_id", old, new)
            changes.append({**change, "label": f"{change['label']} ({dict(KINDS)[self.kind]})"})
        return changes

    def _prepare_change(self, name, old, new):
        return {
            "field": name,
            "label": self._get_audited_label(name),
            "old": old or None,
            "new": new or None,
        }

    def _find_problems(self):
        problems = super()._find_problems()
        if self.quantity < 0:
            problems.append(self.env._("A quantity cannot be negative."))
        if not self.date or self.date > fields.Datetime.now():
            problems.append(self.env._("Say when it really moved: not later than now."))
        if self.move_line_id.lot_id and not self.lot_id:
            problems.append(self.env._("Say which lot really moved: it cannot be taken away."))
        if self._get_partner_document().partner_id and not self.partner_id:
            problems.append(self.env._("Say from whom it really came, or to whom it went."))
        return problems

    def _correct(self, reason):
        """Move the stock, reverse the entry and write the right one."""
        me = self.with_context(lot_correcting=CORRECTING, lot_audit_reason=reason)
        line, document = me.move_line_id, me._get_partner_document()
        line.check_access("write")
        vals = {change["field"]: self[change["field"]] for change in self.changes}
        if "lot_id" in vals:
            vals["lot_id"] = self.lot_id.id
        partner = vals.pop("partner_id", None)
        with posting(line.env):
            if vals:
                line.write(vals)
            if "lot_id" in vals:
                self._name_lot(line)
            if "date" in vals:
                self._move_document(line)
            if partner:
                self._name_partner(document, partner)
        me.env["lot.audit"].sudo()._book(
            [
                self._prepare_record_audit_vals(document if change["field"] == "partner_id" else line, change)
                for change in self.changes
            ]
        )

        if line.picking_id:
            line.picking_id.message_post(body=self._get_message())

    def _name_lot(self, line):
        """The scrap, unbuild or order that names the lot of this line names the right one."""
        move, product = line.move_id, line.product_id
        move.scrap_id.lot_id = line.lot_id
        move.consume_unbuild_id.filtered(lambda one: one.product_id == product).lot_id = line.lot_id
        order = move.production_id.filtered(lambda one: one.product_id == product)
        lots = order.move_finished_ids.move_line_ids.filtered(lambda one: one.product_id == product).lot_id
        if product.tracking == "serial" or len(lots) == 1:
            order.lot_producing_ids = lots

    def _name_partner(self, document, partner):
        """Odoo gives the moves of a transfer its partner: those that had another one keep him."""
        document.check_access("write")
        own = {}
        if document._name == "stock.picking":
            own = {
                move: move.partner_id for move in document.move_ids if move.partner_id != document.partner_id
            }
        document.partner_id = partner
        for move, other in own.items():
            move.partner_id = other

    def _move_document(self, line):
        """The day of the move, and of the transfer, is that of its lines, where that is one."""
        lines = line.move_id.move_line_ids
        if len(set(lines.mapped("date"))) == 1:
            line.move_id.date = line.date
        lines = line.picking_id.move_ids.filtered(lambda move: move.state == "done").move_line_ids
        if lines and len(set(lines.mapped("date"))) == 1:
            line.picking_id.date_done = line.date

    def _prepare_record_audit_vals(self, record, change):
        line = self.move_line_id
        name = f"{line.reference}: {line.product_id.display_name}"
        return {
            "action": "write",
            "res_model": record._name,
            "res_id": record.id,
            "record_name": record.name if record._name == "stock.picking" else name,
            "field_name": change["field"],
            "field_label": change["label"],
            "old_value": change["old"],
            "new_value": change["new"],
            "company_id": line.company_id.id or None,
        }

    def _get_subject(self):
        return {"move_line": self.move_line_id.id}
