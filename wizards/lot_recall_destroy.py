"""Recording that goods of a recall were destroyed here: it takes them out of stock, with evidence."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.quantity import say_quantity

# Places that one dialog lists; what is more comes with the next one.
PLACES = 200


class LotRecallDestroy(models.TransientModel):
    _name = "lot.recall.destroy"
    _description = "Record destruction of recalled goods"

    recall_id = fields.Many2one("lot.recall", required=True, readonly=True)
    destroyed_on = fields.Date(string="Destroyed on", required=True, default=fields.Date.context_today)
    method = fields.Char(required=True, help="Incinerated, rendered, made unusable and landfilled, …")
    witness_id = fields.Many2one("res.partner", string="Witness in contacts")
    witness = fields.Char(compute="_compute_witness", store=True, readonly=False)
    attachment_ids = fields.Many2many("ir.attachment", string="Certificate of destruction")
    no_evidence = fields.Char(string="Why there is no certificate")
    line_ids = fields.One2many("lot.recall.destroy.line", "wizard_id")

    @api.depends("witness_id")
    def _compute_witness(self):
        for wizard in self:
            wizard.witness = wizard.witness_id.display_name or wizard.witness

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        recall = self.env["lot.recall"].browse(values.get("recall_id"))
        if recall:
            values["line_ids"] = [
                fields.Command.create(
                    {
                        "quant_id": quant.id,
                        "quantity": quant.quantity if recall._is_quarantine(quant.location_id) else 0.0,
                    }
                )
                for quant in recall._find_stock()[:PLACES]
            ]
        return values

    def action_confirm(self):
        self.ensure_one()
        recall = self.recall_id._with_companies()
        recall._check_destroying()
        lines = self.with_env(recall.env).line_ids.filtered("quantity")
        self._check_lines(lines)
        destruction = self.env["lot.recall.destruction"]._record(
            recall,
            {
                "destroyed_on": self.destroyed_on,
                "method": self.method,
                "witness": self.witness,
                "no_evidence": self.no_evidence,
            },
            self.attachment_ids,
        )
        destruction._scrap([line._prepare_scrap() for line in lines])
        recall._log_measure("destruction", self._get_text(lines))
        return {"type": "ir.actions.act_window_close"}

    def _check_lines(self, lines):
        problems = []
        if not lines:
            problems.append(self.env._("Say how much of which lot was destroyed."))
        if self.destroyed_on > fields.Date.context_today(self):
            problems.append(self.env._("The day of the destruction is in the future."))
        if not self.attachment_ids and not (self.no_evidence or "").strip():
            problems.append(self.env._("Attach the certificate of destruction, or say why there is none."))
        if strangers := lines.quant_id - self.recall_id._find_stock():
            problems.append(
                self.env._("Not stock of this recall: %s.", ", ".join(strangers.mapped("display_name")))
            )
        for line in lines:
            if line.quantity < 0 or line.product_uom_id.compare(line.quantity, line.on_hand) > 0:
                problems.append(
                    self.env._(
                        "Lot %(lot)s in %(place)s: between nothing and %(quantity)s %(unit)s.",
                        lot=line.lot_id.name,
                        place=line.location_id.complete_name,
                        quantity=say_quantity(self.env, line.on_hand),
                        unit=line.product_uom_id.name,
                    )
                )
        if problems:
            raise UserError("\n".join(problems))

    def _get_text(self, lines):
        return self.env._(
            "%(goods)s. %(method)s on %(date)s. Witness: %(witness)s. Evidence: %(evidence)s",
            goods=", ".join(
                f"{line.lot_id.name} {say_quantity(self.env, line.quantity)} {line.product_uom_id.name}"
                for line in lines
            ),
            method=self.method,
            date=fields.Date.to_string(self.destroyed_on),
            witness=self.witness or "–",
            evidence=", ".join(self.attachment_ids.mapped("name")) or self.no_evidence,
        )


class LotRecallDestroyLine(models.TransientModel):
    _name = "lot.recall.destroy.line"
    _description = "What was destroyed of a lot"
    _order = "id"

    wizard_id = fields.Many2one("lot.recall.destroy", required=True, ondelete="cascade")
    quant_id = fields.Many2one("stock.quant", required=True, readonly=True, ondelete="cascade")
    lot_id = fields.Many2one(related="quant_id.lot_id")
    product_id = fields.Many2one(related="quant_id.product_id")
    location_id = fields.Many2one(related="quant_id.location_id")
    package_id = fields.Many2one(related="quant_id.package_id")
    owner_id = fields.Many2one(related="quant_id.owner_id")
    product_uom_id = fields.Many2one(related="quant_id.product_uom_id", string="Unit")
    on_hand = fields.Float(related="quant_id.quantity", string="On hand")
    quantity = fields.Float(string="Destroyed", digits="Product Unit")

    def _prepare_scrap(self):
        return {
            "company_id": self.quant_id.company_id.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
            "location_id": self.location_id.id,
            "scrap_qty": self.quantity,
        }
