"""A decision in a recall: the case is started, goes active, is closed or reopened.

It is signed with the password, by the role that may take it, and keeps what the case said at that
moment: what is decided later does not change what was decided then.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_recall import STEP

MOVES = [
    ("start", "Assessment started"),
    ("activate", "Recall decided"),
    ("dismiss", "No recall needed: closed"),
    ("wind_up", "Closing begun"),
    ("resume", "Made active again"),
    ("close", "Closed"),
    ("reopen", "Reopened"),
]
# Move: what the signature under it means.
MEANINGS = {
    "start": "author",
    "activate": "approval",
    "dismiss": "closing",
    "wind_up": "author",
    "resume": "refusal",
    "close": "closing",
    "reopen": "approval",
}


class LotRecallDecision(models.Model):
    _name = "lot.recall.decision"
    _inherit = ["lot.own.defaults", "lot.signed"]
    _description = "Decision in a recall"
    _order = "recall_id, decided_at, id"
    _rec_name = "move"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    is_drill = fields.Boolean(related="recall_id.is_drill")
    move = fields.Selection(MOVES, string="Decision", required=True, readonly=True)
    reason = fields.Text(string="Grounds", help="Why this is decided, and on what facts.")
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    content = fields.Json(string="What the case said", readonly=True)

    # ---- what may be written --------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step(True)
        return super().create(vals_list)

    def write(self, vals):
        self._check_step(vals.keys() - {"reason"} or any(one.decided_at for one in self))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_step(True)

    def _check_step(self, refused):
        if refused and self.env.context.get("lot_recall_step") is not STEP:
            raise UserError(
                self.env._("A decision is made with the buttons of its case, and stays as it was signed.")
            )

    # ---- signing ----------------------------------------------------------------------

    @api.model
    def _open(self, recall, move):
        """The dialog in which a decision is given its grounds and signed.

        What somebody opened and did not sign is no decision, and is taken up again.
        """
        decision = self.sudo().search(
            [
                ("recall_id", "=", recall.id),
                ("move", "=", move),
                ("user_id", "=", self.env.uid),
                ("decided_at", "=", False),
            ],
            limit=1,
        )
        if not decision:
            decision = self.sudo().with_context(lot_recall_step=STEP)
            decision = decision.create({"recall_id": recall.id, "move": move, "user_id": self.env.uid})
        return {
            "name": dict(self._fields["move"]._description_selection(self.env))[move],
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": decision.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_sign(self):
        self.ensure_one()
        return self._ask_signature(MEANINGS[self.move])

    def _check_signing(self, meaning):
        if self.decided_at or self.user_id != self.env.user or meaning != MEANINGS[self.move]:
            raise UserError(self.env._("This decision is signed, or is somebody else's. Open your own."))
        getattr(self.recall_id, f"_check_is_action_{self.move}_allowed")(reason=self.reason)

    def _before_signing(self, meaning):
        self.sudo().with_context(lot_recall_step=STEP).write(
            {"decided_at": fields.Datetime.now(), "content": self.recall_id._get_decided_content()}
        )

    def _after_signing(self, meaning):
        self.recall_id._move(self)
        # The case lies below two dialogs by now.
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _get_signed_content(self):
        return {
            "decision": self.id,
            "case": self.recall_id.id,
            "move": self.move,
            "reason": self.reason or None,
            "decided_at": fields.Datetime.to_string(self.decided_at),
            "user": self.user_id.id,
            "content": self.content,
        }
