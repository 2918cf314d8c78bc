"""A drill: passed or failed by rule, and the next one due."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..engine import recall as rules

# Days before a drill is due that its case is opened and somebody is asked.
AHEAD = 30


class LotRecall(models.Model):
    _inherit = "lot.recall"

    question_ids = fields.One2many("lot.recall.question", "recall_id", string="Questions")
    finding_ids = fields.One2many("lot.recall.finding", "recall_id", string="Corrective actions")
    seed = fields.Integer(readonly=True, copy=False, aggregator=None, help="The lot was drawn by it.")
    proposal = fields.Text(string="Why this lot", readonly=True, copy=False)
    date_due = fields.Date(string="Due", readonly=True, copy=False)
    is_due = fields.Boolean(string="Overdue", compute="_compute_is_due", search="_search_is_due")
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")],
        readonly=True,
        copy=False,
        tracking=True,
        help="By rule, when the drill is closed: milestones and questions in time, mass balance, gaps. One "
        "that failed stays failed.",
    )
    result_text = fields.Text(string="Why", readonly=True, copy=False)

    @api.depends("date_due", "state")
    def _compute_is_due(self):
        today = fields.Date.context_today(self)
        for recall in self:
            recall.is_due = recall.state == "draft" and bool(recall.date_due) and recall.date_due < today

    @api.model
    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "draft"), ("date_due", "<", fields.Date.context_today(self))]

    @api.model
    def _get_step_fields(self):
        return super()._get_step_fields() | {"seed", "proposal", "date_due", "result", "result_text"}

    def _get_fixed_fields(self):
        fixed = super()._get_fixed_fields()
        # It passes by a rule that nobody chooses once it runs.
        return fixed | {"target_id"} if any(self.mapped("is_drill")) else fixed

    # ---- passed or failed ---------------------------------------------------------------

    def _before_moving(self, decision):
        super()._before_moving(decision)
        if not self.is_drill:
            return
        if decision.move == "start" and not self.doubt_at:
            self._step({"doubt_at": decision.decided_at})
        if decision.move in ("close", "dismiss"):
            self._judge()

    def _judge(self):
        reasons = self._get_failures()
        result = "failed" if reasons or self.result == "failed" else "passed"
        if result == "failed" and not reasons:
            reasons = [self.env._("It failed when it was closed before.")]
        self._step({"result": result, "result_text": "\n".join(reasons) or False})

    def _get_failures(self):
        """Why the drill fails, as sentences; none: it passes."""
        target, scope = self.target_id, self.scope_id
        found = rules.judge(
            self._get_milestones(),
            [
                {
                    "name": question.name,
                    "minutes": question.minutes if question.answered_at else None,
                    "limit": question.limit_minutes,
                    "right": question.verdict == "right",
                }
                for question in self.question_ids
            ],
            rules.get_traced(scope.balance or ()),
            target.tolerance if target.needs_balance else None,
            scope.chain_gap_count,
            target.gaps_allowed,
        )
        sentences = [self._get_failure_text(kind, what) for kind, what in found]
        if not target:
            sentences.append(self.env._("There was no target to pass."))
        if target.needs_both and scope.direction != "both":
            sentences.append(self.env._("Only one direction was traced; the target asks for both."))
        return sentences

    def _get_failure_text(self, kind, what):
        if kind == "milestone":
            return self.env._(
                "Not in time: %(milestone)s (target %(minutes)s minutes).",
                milestone=self._get_milestone_names()[what],
                minutes=self.target_id[f"minutes_{what}"],
            )
        if kind == "question":
            return self.env._("Not answered rightly and in time: %(question)s", question=what)
        if kind == "balance":
            return self.env._(
                "Mass balance: less than %(percent)g %% of a start lot is accounted for.",
                percent=100.0 - self.target_id.tolerance,
            )
        return self.env._("The chain has gaps (%(count)s).", count=self.scope_id.chain_gap_count)

    def _get_problems_start(self):
        problems = super()._get_problems_start()
        if self.is_drill and not self.target_id:
            problems.append(self.env._("Target: what the drill is measured against."))
        return problems

    def _get_problems_close(self):
        problems = super()._get_problems_close()
        if self.is_drill:
            unjudged = self.question_ids.filtered(lambda one: one.answered_at and not one.verdict)
            if unjudged:
                problems.append(
                    self.env._("Answers that nobody has judged yet: %(count)s.", count=len(unjudged))
                )
            if self._get_failures() and not self.finding_ids:
                problems.append(
                    self.env._(
                        "The drill will have failed: write down at least one corrective action, with its "
                        "owner and date."
                    )
                )
        return problems

    # ---- the next one -------------------------------------------------------------------

    @api.model
    def _remind(self):
        """The job: open the case of each drill that falls due, and ask who runs it."""
        for company in self.env["res.company"].search([("lot_drill_interval", "!=", "none")]):
            date_due = self._get_date_due(company)
            open_drills = self.search_count(
                [("company_id", "=", company.id), ("mode", "=", "drill"), ("state", "!=", "closed")]
            )
            if open_drills or date_due > fields.Date.today() + relativedelta(days=AHEAD):
                continue
            user = company.lot_drill_user_id or self.env.ref("base.user_admin")
            drill = self.with_company(company).create(
                {
                    "mode": "drill",
                    "subject": self.env._("Drill due %(date)s", date=date_due),
                    "company_id": company.id,
                    "user_id": user.id,
                    "target_id": self.with_company(company)._get_default_target().id,
                }
            )
            drill._step({"date_due": date_due})
            drill.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=date_due,
                summary=self.env._("Run the recall drill"),
                user_id=user.id,
            )

    @api.model
    def _get_date_due(self, company):
        """When a company's next drill is due: counted from the last that it passed."""
        last = self.search(
            [("company_id", "=", company.id), ("mode", "=", "drill"), ("result", "=", "passed")],
            order="closed_at desc",
            limit=1,
        )
        if not last:
            return fields.Date.today()
        return last.closed_at.date() + relativedelta(months=int(company.lot_drill_interval))
