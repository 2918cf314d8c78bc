"""What a case says to its consignees, and how far it got with them."""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.recall_reach import draw_sample, get_percent
from .lot_recall_notice import FIRST

# Letters, calls and visits: of who answered meanwhile none is needed.
TO_DO = [("state", "=", "open"), ("consignee_id.answered_at", "=", False)]


class LotRecall(models.Model):
    _inherit = "lot.recall"

    instructions = fields.Text(
        string="What to do with the goods",
        translate=True,
        help="Said in every notice of this case, in the language of who gets it: return, destroy, "
        "relabel, how costs are paid.",
    )
    contact_text = fields.Char(
        string="For questions",
        help="Name, telephone and e-mail of the person who answers. Empty: those of the company.",
    )
    round_ids = fields.One2many("lot.recall.round", "recall_id", string="Rounds of notices", readonly=True)
    notice_ids = fields.One2many("lot.recall.notice", "recall_id", string="Notices", readonly=True)
    notice_count = fields.Integer(compute="_compute_notice_counts", string="All notices")
    notice_failed_count = fields.Integer(compute="_compute_notice_counts", string="Notices that failed")
    notice_todo_count = fields.Integer(
        compute="_compute_notice_counts", string="Letters, calls and visits to do"
    )
    check_level = fields.Selection(
        [("A", "A: all"), ("B", "B: a part"), ("C", "C: 10 %"), ("D", "D: 2 %"), ("E", "E: none")],
        help="How many consignees are asked whether they got the notice and followed it (21 CFR 7.42(b)(3)).",
    )
    check_percent = fields.Float(string="Percent to check", help="Of level B: more than 10, less than 100.")
    check_seed = fields.Integer(
        readonly=True, copy=False, help="The draw can be made again with it: same consignees, same sample."
    )
    check_count = fields.Integer(compute="_compute_check_counts", string="To be checked")
    checked_count = fields.Integer(compute="_compute_check_counts", string="Checked")
    effective_count = fields.Integer(compute="_compute_check_counts", string="Effective")

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("instructions", "contact_text", "check_level", "check_percent", "check_seed"),
        ]

    @api.model
    def _get_step_fields(self):
        return super()._get_step_fields() | {"check_seed"}

    @api.depends("notice_ids.state", "consignee_ids.answered_at")
    def _compute_notice_counts(self):
        notices, domain = self.env["lot.recall.notice"], [("recall_id", "in", self.ids)]
        counts = {}
        for recall, state, count in notices._read_group(domain, ["recall_id", "state"], ["__count"]):
            counts.setdefault(recall.id, {})[state] = count
        todo = dict(notices._read_group([*domain, *TO_DO], ["recall_id"], ["__count"]))
        for recall in self:
            own = counts.get(recall.id, {})
            recall.notice_count = sum(own.values())
            recall.notice_failed_count = own.get("failed", 0)
            recall.notice_todo_count = todo.get(recall, 0)

    @api.depends("consignee_ids.in_sample", "consignee_ids.check_result")
    def _compute_check_counts(self):
        counts = {}
        groups = self.env["lot.recall.consignee"]._read_group(
            [("recall_id", "in", self.ids), ("in_sample", "=", True)],
            ["recall_id", "check_result"],
            ["__count"],
        )
        for recall, result, count in groups:
            counts.setdefault(recall.id, {})[result] = count
        for recall in self:
            own = counts.get(recall.id, {})
            recall.check_count = sum(own.values())
            recall.checked_count = recall.check_count - own.get(False, 0)
            recall.effective_count = own.get("effective", 0)

    # ---- notices --------------------------------------------------------------------

    def action_prepare_notices(self):
        """Write a notice to each consignee who has none for this scope; nothing leaves yet."""
        self.ensure_one()
        self._check_preparing()
        done = self.env["lot.recall.notice"]._read_group(
            [("recall_id", "=", self.id), ("step", "=like", f"{FIRST}%"), ("round_id", "!=", False)],
            ["consignee_id"],
        )
        done = self.env["lot.recall.consignee"].union(*(consignee for (consignee,) in done))
        waiting = self.consignee_ids.filtered(
            lambda one: one.is_current and (one not in done or one._has_news(self.scope_id))
        )
        if not waiting:
            raise UserError(self.env._("All consignees of this scope have their notice."))
        wording = self.env["lot.recall.wording"]._choose("notice", self)
        waiting._make_tokens()
        one = self.env["lot.recall.round"].sudo().create(self._prepare_round_vals(wording))
        notices = self.env["lot.recall.notice"]
        notices.sudo().create(
            [notices._prepare_first(wording, consignee) | {"round_id": one.id} for consignee in waiting]
        )
        return one.sudo(False)._get_records_action()

    def _check_preparing(self):
        problems = []
        if not self.env.user.has_group("lot_genealogy.group_quality"):
            problems.append(self.env._("Quality and compliance officers prepare notices."))
        if self.state != "active":
            problems.append(self.env._("Notices are prepared once the recall is decided (active)."))
        if not self.scope_id or self.scope_id.state != "done":
            problems.append(self.env._("Freeze the scope first: it says who gets what notice."))
        if self.round_ids.filtered(lambda one: one.state == "draft"):
            problems.append(self.env._("Notices wait for approval: approve or discard them first."))
        if not self.recall_depth:
            problems.append(self.env._("Say to which level the recall goes (Notices › Depth)."))
        if not self.instructions:
            problems.append(
                self.env._("Say what to do with the goods (Notices › What to do with the goods).")
            )
        if problems:
            raise UserError("\n".join(problems))

    def _prepare_round_vals(self, wording):
        return {
            "recall_id": self.id,
            "scope_id": self.scope_id.id,
            "wording_id": wording.id,
            "prepared_by_id": self.env.uid,
            "prepared_at": fields.Datetime.now(),
        }

    def _get_notice_values(self, wording, consignee):
        """What the template of a notice needs; all of it from the frozen scope."""
        lines = consignee.line_ids.filtered("is_current")
        urgent = self.classification in ("I", "II")
        return {
            "recall": self,
            "wording": wording,
            "consignee": consignee,
            "lines": lines,
            "first": min(lines.mapped("date"), default=None),
            "last": max(lines.mapped("date"), default=None),
            "urgent": urgent,
            "headline": self._get_headline(wording, urgent),
            "opening": wording._fill("opening", self),
            "depth": dict(self._fields["recall_depth"]._description_selection(self.env))[self.recall_depth],
            "contact": self.contact_text or self._get_company_contact(),
            "url": consignee._get_answer_url(),
        }

    def _get_headline(self, wording, urgent):
        parts = [self.env._("DRILL – NOT A REAL RECALL")] if self.is_drill else []
        parts += [self.env._("URGENT")] if urgent else []
        return ": ".join([*parts, wording._fill("headline", self)])

    def _get_company_contact(self):
        company = self.company_id
        return ", ".join(filter(None, (company.name, company.phone, company.email)))

    def action_open_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("lot_genealogy.lot_recall_notice_action")
        return action | {"domain": [("recall_id", "=", self.id)], "context": {}}

    def action_open_answers(self):
        return self._open_rows("lot_genealogy.lot_recall_answer_action")

    def action_open_failed_notices(self):
        return self.action_open_notices() | {
            "domain": [("recall_id", "=", self.id), "|", ("state", "=", "failed"), "&", *TO_DO]
        }

    def action_print_phone_list(self):
        """Whom to call: without e-mail, or without an answer."""
        self.ensure_one()
        return self.env.ref("lot_genealogy.lot_recall_phone_report_action").report_action(self)

    def _get_phone_consignees(self):
        failed = self.notice_ids.filtered(lambda notice: notice.state == "failed").consignee_id
        return self.consignee_ids.filtered(
            lambda one: one.is_current and not one.answered_at and (not one.email or one in failed)
        )

    # ---- effectiveness checks -------------------------------------------------------

    def action_draw_sample(self):
        """Draw whom to ask, once for a scope; the seed is kept."""
        self.ensure_one()
        self.check_access("write")
        if not self.check_level or not self.scope_id:
            raise UserError(self.env._("Freeze the scope and choose the level of the checks first."))
        try:
            get_percent(self.check_level, self.check_percent)
        except ValueError:
            raise UserError(
                self.env._("Level B needs its percentage: more than 10, less than 100.")
            ) from None
        current = self.consignee_ids.filtered("is_current")
        if current.filtered("check_result"):
            raise UserError(
                self.env._("Checks were made already: another draw would choose the ones that suit.")
            )
        self._step({"check_seed": self.check_seed or secrets.randbelow(2**31 - 1) + 1})
        keys = set(draw_sample(current.mapped("key"), self.check_level, self.check_seed, self.check_percent))
        self.consignee_ids._freezing().write({"in_sample": False})
        current.filtered(lambda one: one.key in keys)._freezing().write({"in_sample": True})

    def action_open_checks(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Effectiveness checks"),
            "res_model": "lot.recall.consignee",
            "views": [
                (self.env.ref("lot_genealogy.lot_recall_consignee_view_list_check").id, "list"),
                (False, "form"),
            ],
            "domain": [("recall_id", "=", self.id), ("in_sample", "=", True)],
        }


class LotRecallConsignee(models.Model):
    _inherit = "lot.recall.consignee"

    access_token = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="lot_genealogy.group_quality",
        help="Who has the link may answer for this consignee.",
    )
    in_sample = fields.Boolean(string="To be checked", readonly=True)
    notice_ids = fields.One2many("lot.recall.notice", "consignee_id", string="Notices", readonly=True)
    answer_ids = fields.One2many("lot.recall.answer", "consignee_id", string="Answers", readonly=True)

    def _make_tokens(self):
        for one in self._freezing():
            if not one.access_token:
                one.access_token = secrets.token_urlsafe(32)

    def _get_answer_url(self):
        self.ensure_one()
        token = self.sudo().access_token
        return f"{self.get_base_url()}/recall/{token}" if token else False

    def _is_link_over(self):
        """Whether his link shows nothing any more: the case was closed long enough ago."""
        closed_at, days = self.recall_id.closed_at, self.company_id.lot_recall_link_days
        return bool(closed_at) and closed_at + timedelta(days=days) <= fields.Datetime.now()

    def _get_lang(self):
        """His language, where it is installed; else his company's."""
        partner = self.partner_id.sudo()
        return partner.lang or self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _has_news(self, scope):
        """A wider scope found deliveries to him that his notice does not name."""
        self.ensure_one()
        number = scope.number
        told = any(notice.step == f"{FIRST}-{number}" for notice in self.notice_ids)
        return number > 1 and not told and any(line.scope_id == scope for line in self.line_ids)

    def _set_told(self, how):
        """He was told, for the first time."""
        self.filtered(lambda one: not one.told_at).sudo().write(
            {"told_at": fields.Datetime.now(), "told_how": how}
        )
