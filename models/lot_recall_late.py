"""Goods that come back after a recall was closed: quarantined and held as while it ran. Its figures stay as
they were signed, and it says so.

Reopened, it counts them.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .lot_recall_back import BACK
from .quantity import say_quantity

TODO = "mail.mail_activity_data_todo"


class LotRecall(models.Model):
    _inherit = "lot.recall"

    late_text = fields.Char(
        string="Came back after closing",
        compute="_compute_late_text",
        help="As the ledger has it. It is not among the figures until the case is reopened.",
    )

    # Live: it goes on while the case does not.
    @api.depends("closed_at")
    @api.depends_context("lang")
    def _compute_late_text(self):
        for recall in self:
            late = recall.closed_at and recall.sudo()._is_followed()
            recall.late_text = late and recall._get_late_text()

    def _get_late_text(self):
        recall = self.sudo()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.uom_id, sum(entry.quantity) FROM lot_ledger entry
                 WHERE %s AND entry.recorded_at > %s AND entry.lot_id = ANY(%s)
                   AND entry.company_id = ANY(%s)
                 GROUP BY entry.uom_id HAVING abs(sum(entry.quantity)) > 1e-6 ORDER BY entry.uom_id
                """,
                BACK,
                self.closed_at,
                recall._get_affected().ids,
                recall._get_companies().ids,
            )
        )
        unit = self.env["uom.uom"].browse
        return ", ".join(f"{say_quantity(self.env, amount)} {unit(uom_id).name}" for uom_id, amount in rows)

    def _note_late(self, came):
        """Goods came back after the closing: hold them, and tell who ran the case."""
        if not came:
            return
        self._hold_back(came.lot_id)
        held = self.env["lot.hold.line"]
        free = came.lot_id - held.search(held._get_held_domain(came.lot_id)).lot_id
        text = self.env._("Came back after the closing, not among the figures: %s.", self._say_came(came))
        if free:
            text += " " + self.env._(
                "Released from its hold before, and not held again: %s. Decide what becomes of it.",
                ", ".join(free.mapped("name")),
            )
        self.message_post(body=text)
        if not self.activity_search([TODO]):
            self.activity_schedule(
                TODO,
                summary=self.env._("Goods came back after the closing: reopen the case to count them"),
                user_id=(self.user_id or self.env.user).id,
            )

    def _move(self, decision):
        """Reopened, the case counts what came back meanwhile."""
        late = self.late_text
        res = super()._move(decision)
        if decision.move == "reopen" and not self.is_drill:
            self.sudo()._count_back()
            if late:
                self._log_measure("received", self.env._("While the case was closed: %s", late))
                self.activity_feedback([TODO])
        return res
