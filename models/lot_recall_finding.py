"""What a recall or drill found lacking, and who mends it by when."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_recall import STEP


class LotRecallFinding(models.Model):
    _name = "lot.recall.finding"
    _description = "Corrective action"
    _order = "date_due, id"
    _rec_name = "action"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    name = fields.Text(string="What was lacking", required=True)
    action = fields.Text(string="Corrective action", required=True)
    user_id = fields.Many2one("res.users", string="Owner", required=True, index=True)
    date_due = fields.Date(string="Due", required=True)
    done_at = fields.Datetime(string="Done on", readonly=True, copy=False)
    done_text = fields.Text(string="What was done", copy=False, help="And how it is known that it works.")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], compute="_compute_state", store=True, string="Status"
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")

    @api.depends("done_at")
    def _compute_state(self):
        for finding in self:
            finding.state = "done" if finding.done_at else "open"

    @api.depends("done_at", "date_due")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for finding in self:
            finding.is_overdue = not finding.done_at and bool(finding.date_due) and finding.date_due < today

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("done_at", "=", False), ("date_due", "<", fields.Date.context_today(self))]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "done_at": False} for vals in vals_list])

    def write(self, vals):
        fixed = {"done_at", "state", "recall_id"}
        if any(recall.state == "closed" for recall in self.recall_id):
            fixed |= {"name", "action"}
        if fixed & vals.keys() and self.env.context.get("lot_recall_step") is not STEP:
            raise UserError(
                self.env._(
                    "What was lacking, and the action, stay once the case is closed; a button says when the "
                    "action is done."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if any(recall.state == "closed" for recall in self.recall_id):
            raise UserError(self.env._("A corrective action of a closed case stays."))

    def action_done(self):
        for finding in self:
            if not (finding.done_text or "").strip():
                raise UserError(self.env._("Say what was done: %(action)s", action=finding.action))
        self.with_context(lot_recall_step=STEP).write({"done_at": fields.Datetime.now()})
        return True
