"""Credit notes of a recall: made in Odoo's own way, found by the sale of what came back, or linked by hand.

The case shows them; it invents no accounting.
"""

from collections import defaultdict

from odoo import Command, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    lot_recall_ids = fields.Many2many(
        "lot.recall",
        "lot_recall_credit_rel",
        "move_id",
        "recall_id",
        string="Recalls",
        domain="[('is_drill', '=', False), '|', ('company_id', '=', company_id),"
        " ('scope_id.asked_company_ids', '=', company_id)]",
        copy=False,
        groups="lot_genealogy.group_user",
        help="Recalls that this is credited for. Found by itself where what is credited came back in one.",
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        if refunds := posted.filtered(lambda move: move.move_type == "out_refund"):
            running = self.env["lot.recall"].sudo()._find_running()
            for recall in running.filtered(lambda one: one._get_companies() & refunds.company_id):
                recall._link_credit_notes()
        return posted


class LotRecall(models.Model):
    _inherit = "lot.recall"

    credit_note_ids = fields.Many2many(
        "account.move",
        "lot_recall_credit_rel",
        "recall_id",
        "move_id",
        string="Credit notes",
        domain="[('move_type', '=', 'out_refund'), ('company_id', '=', company_id)]",
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    credit_count = fields.Integer(string="Number of credit notes", compute="_compute_credit_count")

    def _compute_credit_count(self):
        for recall in self:
            recall.credit_count = len(recall._find_credit_notes())

    def _find_credit_notes(self):
        """All of them. Not from memory, which has those that one user may see."""
        return self.env["account.move"].sudo().search([("lot_recall_ids", "in", self.ids)])

    def action_open_credit_notes(self):
        """The credit notes of the case, those found just now among them."""
        self.ensure_one()
        if not self.is_drill:
            self.sudo()._link_credit_notes()
        action = self.env["ir.actions.actions"]._for_xml_id("account.action_move_out_refund_type")
        return {
            **action,
            "display_name": self.env._("Credit notes – %s", self.display_name),
            "domain": [("lot_recall_ids", "in", self.ids)],
            "context": {"default_move_type": "out_refund", "default_lot_recall_ids": self.ids},
        }

    def _link_credit_notes(self):
        """Link what was credited, since the case was opened, of the sales whose goods came back in it."""
        self.ensure_one()
        returned = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", self._get_affected().ids),
                ("state", "=", "done"),
                ("location_id.usage", "=", "customer"),
                ("date", ">=", min(self.create_date, self.doubt_at or self.create_date)),
                ("company_id", "in", self._get_companies().ids),
            ]
        )
        found = self.env["account.move.line"].search(
            [
                ("sale_line_ids", "in", returned.move_id.sale_line_id.ids),
                ("move_id.move_type", "=", "out_refund"),
                ("move_id.state", "!=", "cancel"),
                ("move_id.create_date", ">=", self.create_date),
            ]
        )
        # From their side: a case that is closed may still be credited.
        found.move_id.filtered(lambda move: self not in move.lot_recall_ids).lot_recall_ids = [
            Command.link(self.id)
        ]

    def _get_credits(self):
        """What was credited, per currency: ``[{currency, posted, draft, count}]``."""
        rows = defaultdict(lambda: {"posted": 0.0, "draft": 0.0, "count": 0})
        for note in self._get_paper_credits():
            row = rows[note["currency"]]
            row["posted"] += note["posted"] or 0.0
            row["draft"] += note["draft"] or 0.0
            row["count"] += 1
        return [{"currency": currency, **row} for currency, row in sorted(rows.items())]

    def _get_paper_credits(self):
        """The credit notes of a case: ``[{number, date, partner, currency, posted, draft}]``."""
        return [
            {
                "number": move.name if move.state == "posted" else None,
                "date": fields.Date.to_string(move.invoice_date) or None,
                "partner": move.commercial_partner_id.display_name or None,
                "currency": move.currency_id.name,
                **{
                    state: move.amount_total if move.state == state else None for state in ("posted", "draft")
                },
            }
            for move in self._find_credit_notes().sorted(lambda one: (one.commercial_partner_id.id, one.id))
            if move.state in ("posted", "draft")
        ]
