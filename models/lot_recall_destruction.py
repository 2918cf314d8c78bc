"""Goods of a recall that were destroyed here: what, how, who saw it, and the papers that show it.

Stock leaves through Odoo's scrap orders; this record says how, and stays as it was made. What a
consignee destroyed is in his answer, with his photos.
"""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_recall_frozen import FREEZING


class LotRecallDestruction(models.Model):
    _name = "lot.recall.destruction"
    _inherit = ["lot.recall.frozen"]
    _description = "Destruction of recalled goods"
    _order = "destroyed_on desc, id desc"
    _rec_name = "method"

    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    destroyed_on = fields.Date(string="Destroyed on", required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    witness = fields.Char(readonly=True, help="Who saw it, by name.")
    no_evidence = fields.Char(string="Why there is no certificate", readonly=True)
    evidence = fields.Json(
        string="Evidence as data", readonly=True, help="Name and SHA-256 of each file, as it was given."
    )
    evidence_text = fields.Text(string="Evidence", compute="_compute_evidence_text")
    attachment_ids = fields.One2many(
        "ir.attachment", "res_id", domain=[("res_model", "=", _name)], string="Files", readonly=True
    )
    scrap_ids = fields.One2many(
        "stock.scrap", "lot_recall_destruction_id", string="Scrap orders", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Recorded by", required=True, readonly=True)
    recorded_at = fields.Datetime(string="Recorded on", required=True, readonly=True)

    @api.depends("evidence", "no_evidence")
    def _compute_evidence_text(self):
        for one in self:
            one.evidence_text = (
                "\n".join(f"{file['name']} (SHA-256 {file['sha256']})" for file in one.evidence or ())
                or one.no_evidence
            )

    def _check_freezing(self, refused):
        if refused and self.env.context.get("lot_recall_freezing") is not FREEZING:
            raise UserError(
                self.env._(
                    "A destruction is recorded with “Record destruction” on its case, and stays as it was "
                    "recorded. What is wrong with it is written into the log of measures."
                )
            )

    @api.model
    def _record(self, recall, vals, attachments):
        """A record that no scrap order belongs to yet; it takes the files over."""
        attachments.check_access("write")
        record = self._freezing().create(
            {
                **vals,
                "recall_id": recall.id,
                "evidence": [
                    {"name": one.name, "sha256": hashlib.sha256(one.raw or b"").hexdigest()}
                    for one in attachments
                ],
                "user_id": self.env.uid,
                "recorded_at": fields.Datetime.now(),
            }
        )
        attachments.sudo().write({"res_model": self._name, "res_id": record.id})
        return record.with_env(self.env)

    def _scrap(self, vals_list):
        """Odoo's own scrap orders, validated by who records it."""
        common = {"origin": self.recall_id.name, "lot_recall_destruction_id": self.id}
        scraps = self.recall_id._with_companies().env["stock.scrap"]
        scraps = scraps.with_context(lot_recall_freezing=FREEZING)
        scraps = scraps.create([{**vals, **common} for vals in vals_list]).with_context(
            lot_recall_freezing=None
        )
        for scrap in scraps:
            if scrap.action_validate() is not True:
                raise UserError(self.env._("Not enough of lot %s is there any more.", scrap.lot_id.name))
            # Of several that wait for it, Odoo's mrp computes only the first.
            scrap.flush_recordset(["scrap_qty"])


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    lot_recall_destruction_id = fields.Many2one(
        "lot.recall.destruction",
        string="Destruction in a recall",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_destruction(any(vals.get("lot_recall_destruction_id") for vals in vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_destruction("lot_recall_destruction_id" in vals)
        return super().write(vals)

    def _check_destruction(self, refused):
        if refused and self.env.context.get("lot_recall_freezing") is not FREEZING:
            raise UserError(self.env._("Destruction in a recall is recorded on its case."))


class LotRecall(models.Model):
    _inherit = "lot.recall"

    destruction_ids = fields.One2many(
        "lot.recall.destruction", "recall_id", string="Destroyed here", readonly=True
    )

    def action_destroy(self):
        """Ask what was destroyed, and for the evidence."""
        self._check_destroying()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_recall_destroy_action")
        return {**action, "context": {"default_recall_id": self.id}}

    def _check_destroying(self):
        self._check_measure()
        if self.is_drill:
            raise UserError(self.env._("This is a drill: nothing is destroyed."))

    def _find_stock(self):
        """All stock of affected lots that can be destroyed, what lies in quarantine first."""
        env = self._with_companies().env
        quants = env["stock.quant"].search(
            [
                ("lot_id", "in", self._get_affected().ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "in", env.companies.ids),
                ("quantity", ">", 0.0),
            ]
        )
        return quants.sorted(
            lambda quant: (
                not self._is_quarantine(quant.location_id),
                quant.location_id.complete_name,
                quant.id,
            )
        )

    def _is_quarantine(self, place):
        quarantine = self._get_quarantine(place.company_id or self.company_id)
        return place.is_quarantine or bool(quarantine) and place._child_of(quarantine)

    def _get_scrapped(self):
        """The done lines of what was destroyed here."""
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("move_id.scrap_id.lot_recall_destruction_id.recall_id", "in", self.ids),
                    ("state", "=", "done"),
                ]
            )
        )

    def _get_destroyed(self):
        """``{case: [{uom, quantity}]}`` of what was destroyed here, by the unit of the case's lists."""
        found = self._get_scrapped().grouped(
            lambda line: line.move_id.scrap_id.lot_recall_destruction_id.recall_id.id
        )
        result = {}
        for recall in self.filtered(lambda one: one.id in found):
            units = {row.lot_id: row.uom_name for row in recall.sudo().recall_lot_ids}
            result[recall] = [
                {
                    "uom": units.get(line.lot_id) or line.product_id.uom_id.name,
                    "quantity": line.quantity_product_uom,
                }
                for line in found[recall.id]
            ]
        return result

    def _get_paper_destructions(self, until):
        """What was destroyed here, and what consignees say they destroyed, as plain values."""
        rows = []
        for line in self._get_scrapped().sorted("id"):
            scrap = line.move_id.scrap_id
            one = scrap.lot_recall_destruction_id
            if fields.Datetime.to_string(one.recorded_at) > until:
                continue
            rows.append(
                {
                    "by": None,
                    "date": fields.Date.to_string(one.destroyed_on),
                    "lot_name": line.lot_id.name,
                    "product_name": line.product_id.display_name,
                    "quantity": line.quantity_product_uom,
                    "uom_name": line.product_id.uom_id.name,
                    "method": one.method,
                    "witness": one.witness or None,
                    "document": scrap.name,
                    "evidence": one.evidence_text or None,
                }
            )
        rows.sort(key=lambda row: row["date"])
        there = self.env["lot.recall.balance"].search([*self._get_current_domain(), ("destroyed", ">", 0.0)])
        for balance in there:
            answers = balance.consignee_id.answer_ids.filtered("line_ids.destroyed")
            rows.append(
                {
                    "by": balance.consignee_id.name,
                    "date": fields.Date.to_string(balance.answered_at) or None,
                    "lot_name": balance.lot_name,
                    "product_name": balance.product_id.display_name,
                    "quantity": balance.destroyed,
                    "uom_name": balance.uom_name,
                    "method": None,
                    "witness": None,
                    "document": None,
                    "evidence": ", ".join(answers.attachment_ids.mapped("name")) or None,
                }
            )
        return rows
