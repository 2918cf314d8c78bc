"""A round of notices: who is told what, seen and approved by a second person before anything leaves.

Its notices hold the words as they are sent; the approval is a signature over all of them.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..engine.fingerprint import fingerprint


class LotRecallRound(models.Model):
    _name = "lot.recall.round"
    _inherit = ["lot.own.defaults", "lot.signed"]
    _description = "Round of recall notices"
    _order = "recall_id, id"

    name = fields.Char(compute="_compute_name")
    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    is_drill = fields.Boolean(related="recall_id.is_drill")
    scope_id = fields.Many2one("lot.recall.scope", readonly=True, ondelete="cascade")
    wording_id = fields.Many2one("lot.recall.wording", readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("draft", "To be approved"), ("approved", "Approved")],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
    )
    prepared_by_id = fields.Many2one("res.users", string="Prepared by", readonly=True)
    prepared_at = fields.Datetime(string="Prepared on", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_at = fields.Datetime(string="Approved on", readonly=True)
    notice_ids = fields.One2many("lot.recall.notice", "round_id", string="Notices", readonly=True)
    notice_count = fields.Integer(compute="_compute_counts", string="Consignees")
    letter_count = fields.Integer(
        compute="_compute_counts", string="Without e-mail", help="They get a letter, or are called."
    )
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")

    @api.depends("recall_id", "prepared_at")
    @api.depends_context("lang", "tz")
    def _compute_name(self):
        for one in self:
            one.name = self.env._(
                "%(case)s: notices of %(date)s",
                case=one.recall_id.display_name,
                date=format_datetime(self.env, one.prepared_at or fields.Datetime.now(), dt_format="short"),
            )

    @api.depends("notice_ids.state", "notice_ids.channel")
    def _compute_counts(self):
        counts = dict.fromkeys(self._ids, (0, 0, 0))
        groups = self.env["lot.recall.notice"]._read_group(
            [("round_id", "in", self.ids)], ["round_id", "channel", "state"], ["__count"]
        )
        for one, channel, state, count in groups:
            total, letters, failed = counts[one.id]
            counts[one.id] = (
                total + count,
                letters + count * (channel == "letter"),
                failed + count * (state == "failed"),
            )
        for one in self:
            one.notice_count, one.letter_count, one.failed_count = counts.get(one.id, (0, 0, 0))

    # ---- signed ---------------------------------------------------------------------

    def _get_signed_content(self):
        self.ensure_one()
        return {
            "case": self.recall_id.name,
            "scope": self.scope_id.number,
            "wording": [self.wording_id.id, self.wording_id.version],
            "notices": [
                [notice.consignee_id.key, notice.channel, notice.email or "", notice.subject]
                + [fingerprint({"body": str(notice.body)})]
                for notice in self.notice_ids.sorted("id")
            ],
        }

    def _check_signing(self, meaning):
        problems = []
        if self.state != "draft":
            problems.append(self.env._("The notices are approved already."))
        if self.recall_id.state != "active":
            problems.append(self.env._("Notices are sent while the case is active."))
        if self.scope_id != self.recall_id.scope_id:
            problems.append(
                self.env._("The scope was widened since: discard these notices and prepare them anew.")
            )
        if not self.env.user.has_group("lot_genealogy.group_officer"):
            problems.append(self.env._("A compliance officer approves notices."))
        if self.prepared_by_id == self.env.user:
            problems.append(self.env._("You prepared them: a second person reads and approves them."))
        if problems:
            raise UserError("\n".join(problems))

    def action_approve(self):
        """Sign and send: what was read is what leaves."""
        return self._ask_signature("approval")

    def _after_signing(self, meaning):
        self.sudo().write(
            {"state": "approved", "approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()}
        )
        self.notice_ids.sudo()._approve()

    def action_discard(self):
        """Forget notices that nobody has approved."""
        if any(one.state != "draft" for one in self):
            raise UserError(self.env._("Notices that were approved stay in the record of the case."))
        self.notice_ids._check_sender()
        self.sudo().unlink()
        return {"type": "ir.actions.act_window_close"}

    def action_open_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("lot_genealogy.lot_recall_notice_action")
        return action | {"domain": [("round_id", "=", self.id)], "context": {}}

    def action_print_letters(self):
        """The letters of those who get no mail."""
        letters = self.notice_ids.filtered(lambda notice: notice.channel == "letter")
        if not letters:
            raise UserError(self.env._("All consignees of this round have an e-mail address."))
        return letters.action_print()
