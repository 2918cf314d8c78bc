"""A question that a drill must answer: put, answered and timed one by one."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import recall as rules
from .lot_recall import STEP

FIXED = ("name", "kind", "limit_minutes")


class LotRecallQuestion(models.Model):
    _name = "lot.recall.question"
    _inherit = ["lot.recall.part"]
    _description = "Question of a drill"
    _order = "recall_id, sequence, id"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Question", required=True)
    kind = fields.Selection(
        [
            ("lots", "Affected lots"),
            ("consignees", "Consignees"),
            ("stock", "Stock"),
            ("suppliers", "Suppliers"),
            ("balance", "Mass balance"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        help="What the scope can be asked for, so that the answer can be compared with it.",
    )
    limit_minutes = fields.Integer(string="Limit", help="Minutes from the question. 0: no limit of its own.")
    asked_at = fields.Datetime(string="Asked on", readonly=True, copy=False)
    answer = fields.Text(copy=False)
    answered_at = fields.Datetime(string="Answered on", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", string="Answered by", readonly=True, copy=False)
    minutes = fields.Float(compute="_compute_minutes", store=True, aggregator="avg")
    expected = fields.Char(compute="_compute_expected", string="The scope says")
    verdict = fields.Selection([("right", "Right"), ("wrong", "Wrong")], readonly=True, copy=False)

    _limit_positive = models.Constraint("CHECK (limit_minutes >= 0)", "A limit is not below zero minutes.")

    @api.depends("asked_at", "answered_at")
    def _compute_minutes(self):
        for question in self:
            question.minutes = rules.get_minutes(question.asked_at, question.answered_at) or 0.0

    @api.depends("kind", "recall_id.scope_id")
    def _compute_expected(self):
        for question in self:
            question.expected = question._get_expected()

    def _get_expected(self):
        """What the frozen scope says, shown once there is an answer to compare."""
        scope = self.recall_id.scope_id
        if not self.answered_at or scope.state != "done" or self.kind == "other":
            return False
        if self.kind == "lots":
            return self.env._(
                "Affected lots: %(count)s, of them in doubt: %(doubtful)s",
                count=scope.lot_count,
                doubtful=scope.doubtful_count,
            )
        if self.kind == "consignees":
            return self.env._("Consignees: %(count)s", count=scope.consignee_count)
        if self.kind == "suppliers":
            return self.env._("Suppliers: %(count)s", count=scope.supplier_count)
        if self.kind == "stock":
            return self.recall_id._get_stock_text(self.recall_id._get_current("lot.recall.stock"))
        traced = rules.get_traced(scope.balance or ())
        return self.env._("%(percent).1f %% accounted for", percent=traced) if traced is not None else False

    # ---- what may be written --------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        start = dict.fromkeys(("asked_at", "answered_at", "answered_by_id", "verdict"), False)
        return super().create([{**vals, **start} for vals in vals_list])

    def write(self, vals):
        fixed = vals.keys() & {"asked_at", "answered_at", "answered_by_id", "verdict", "recall_id"}
        if self._is_fixed() and not vals.keys().isdisjoint(FIXED):
            raise UserError(self.env._("What is asked, and the limit, are fixed once the drill was started."))
        fixed = fixed or any(one.answered_at for one in self) and vals.keys() - {"sequence"}
        if fixed and self.env.context.get("lot_recall_step") is not STEP:
            raise UserError(
                self.env._("Questions are timed by their buttons; an answer stays as it was given.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        if self._is_fixed():
            raise UserError(self.env._("What was to be asked when the drill was started stays in the drill."))

    def _is_fixed(self):
        """A drill is passed by answering what it was started with."""
        return any(recall.state != "draft" for recall in self.recall_id)

    def _step(self, vals):
        self.with_context(lot_recall_step=STEP).write(vals)

    # ---- steps ------------------------------------------------------------------------

    def action_ask(self):
        """The clock of this question starts."""
        self._check_running()
        self.filtered(lambda one: not one.asked_at)._step({"asked_at": fields.Datetime.now()})
        return True

    def action_answer(self):
        self.ensure_one()
        self._check_running()
        if not self.asked_at or self.answered_at:
            raise UserError(self.env._("Ask the question first; it is answered once."))
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write down the answer first."))
        self._step({"answered_at": fields.Datetime.now(), "answered_by_id": self.env.uid})
        return True

    def action_right(self):
        return self._judge("right")

    def action_wrong(self):
        return self._judge("wrong")

    def _judge(self, verdict):
        """Once, by a Compliance officer who did not give the answer."""
        self.ensure_one()
        self._check_running()
        if not self.answered_at or self.verdict:
            raise UserError(self.env._("An answer is judged once, when it is there."))
        if not self.env.user.has_group("lot_genealogy.group_officer"):
            raise UserError(self.env._("Only a Compliance officer judges an answer."))
        if self.answered_by_id == self.env.user:
            raise UserError(self.env._("You gave this answer: another Compliance officer judges it."))
        self._step({"verdict": verdict})
        return True

    def _check_running(self):
        if any(recall.state in ("draft", "closed") for recall in self.recall_id):
            raise UserError(self.env._("Questions are asked and answered while the drill runs."))
