"""A recall: the case from the first doubt to its closing, and the drill of one.

The case says why, who and since when; what it is about stands in the versions of its scope
(`lot.recall.scope`), each a frozen answer of the trace. It moves on by signed decisions only.
A drill runs the same way and touches nothing but the tables of recalls.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("draft", "Draft"),
    ("assessing", "Assessing"),
    ("active", "Active"),
    ("closing", "Closing"),
    ("closed", "Closed"),
]
# The same word in all languages: nobody may take a drill for the real thing.
DRILL = "DRILL"
# Compared by identity: a caller can send a context, but not this.
STEP = object()


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.own.defaults", "mail.thread", "mail.activity.mixin", "lot.audited"]
    _description = "Recall"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Reference", default="New", readonly=True, required=True, copy=False)
    subject = fields.Char(required=True, help="In a few words: which product, and what is wrong with it.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    mode = fields.Selection(
        [("real", "Real"), ("drill", "Drill")],
        required=True,
        default="real",
        help="A drill runs the same way, against the same clock, but holds, mails and changes nothing.",
    )
    is_drill = fields.Boolean(compute="_compute_is_drill", store=True)
    kind = fields.Selection(
        [("recall", "Recall"), ("withdrawal", "Withdrawal")],
        required=True,
        default="recall",
        help="Recall: it may have reached consumers or patients. Withdrawal: it is taken back before it "
        "does, or for a reason that is no hazard.",
    )
    state = fields.Selection(
        STATES, string="Status", default="draft", readonly=True, required=True, copy=False, tracking=True
    )
    product_kind = fields.Selection(
        [
            ("food", "Food"),
            ("feed", "Feed"),
            ("supplement", "Food supplement"),
            ("drug", "Medicine"),
            ("device", "Medical device"),
            ("cosmetic", "Cosmetic"),
            ("chemical", "Chemical"),
            ("other", "Other product"),
        ],
        required=True,
        default="food",
    )
    reason = fields.Text(help="What is wrong, since when, and how it came about, as far as it is known.")
    hazard = fields.Char(help="What can happen to whom: Salmonella, glass, undeclared sesame, …")
    classification = fields.Selection(
        selection=[
            ("I", "Class I"),
            ("II", "Class II"),
            ("III", "Class III"),
            ("company", "Class of the company"),
        ],
        string="Class",
        tracking=True,
        help="I: serious harm or death is reasonably probable. II: temporary or reversible harm, or serious "
        "harm only remotely probable. III: harm is not likely. The authority assigns it where it has one; "
        "until then this is what you propose.",
    )
    company_class = fields.Char(string="The company's class")
    risk = fields.Text(help="The evaluation of the risk: who is exposed, how likely, how serious.")
    authority = fields.Char(help="The authority that was told, or that asked: NVWA, FDA, FASFC, …")
    authority_reference = fields.Char(string="Authority's reference")
    authority_told_at = fields.Datetime(string="Authority told on")
    found_by = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("test", "Test or inspection of our own"),
            ("supplier", "Notice of a supplier"),
            ("customer", "Notice of a customer"),
            ("authority", "Notice of an authority"),
            ("other", "Other"),
        ],
        string="Found by",
    )
    found_text = fields.Text(string="How it was found")
    doubt_at = fields.Datetime(
        string="First doubt",
        help="When somebody here first had reason to doubt: the clock of the case starts then. In a drill, "
        "when the scenario was handed out.",
    )
    user_id = fields.Many2one(
        "res.users", string="Coordinator", default=lambda self: self.env.user, check_company=True
    )
    member_ids = fields.One2many("lot.recall.member", "recall_id", string="Team", copy=True)
    lot_ids = fields.Many2many(
        "stock.lot",
        "lot_recall_start_rel",
        string="Start lots",
        context={"active_test": False},
        check_company=True,
        copy=False,
        help="The lots in doubt. What they were made from and where they went is found by the trace.",
    )
    direction = fields.Selection(
        [
            ("forward", "Went to"),
            ("backward", "Made from"),
            ("both", "Both directions"),
        ],
        required=True,
        default="both",
    )
    conservative = fields.Boolean(
        string="Leave nothing out",
        help="Also what left a lot before any affected material came into it, by the dates of both. Without "
        "it such movements are left out of the scope, and listed there.",
    )
    scope_ids = fields.One2many("lot.recall.scope", "recall_id", string="Versions of the scope")
    scope_id = fields.Many2one(
        "lot.recall.scope", string="Current scope", compute="_compute_scope_id", store=True, index=True
    )
    consignee_ids = fields.One2many("lot.recall.consignee", "recall_id", string="Consignees")
    decision_ids = fields.One2many(
        "lot.recall.decision", "recall_id", string="Decisions", domain=[("decided_at", "!=", False)]
    )
    measure_ids = fields.One2many("lot.recall.measure", "recall_id", string="Measures")

    # ---- computed -------------------------------------------------------------------

    @api.depends("mode")
    def _compute_is_drill(self):
        for recall in self:
            recall.is_drill = recall.mode == "drill"

    @api.depends("scope_ids.number", "scope_ids.state")
    def _compute_scope_id(self):
        for recall in self:
            frozen = recall.scope_ids.filtered(lambda scope: scope.state in ("listing", "done"))
            recall.scope_id = frozen.sorted("number")[-1:]

    @api.depends("name", "subject", "is_drill")
    def _compute_display_name(self):
        for recall in self:
            text = f"{recall.name} {recall.subject or ''}".strip()
            # Whatever the sequence of drills is changed to.
            if recall.is_drill and not text.startswith(DRILL):
                text = f"{DRILL} {text}"
            recall.display_name = text

    # ---- what may be written --------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            "mode",
            "kind",
            "state",
            "product_kind",
            "reason",
            "hazard",
            "classification",
            "company_class",
            "risk",
            "authority",
            "authority_reference",
            "authority_told_at",
            "found_by",
            "found_text",
            "doubt_at",
            "user_id",
            "lot_ids",
            "direction",
            "conservative",
        ]

    @api.model
    def _get_step_fields(self):
        """Fields that only the steps of a case write, and figures that are computed of it."""
        computed = {
            name for name, field in self._fields.items() if field.compute and field.store and field.readonly
        }
        return {"name", "state"} | computed

    @api.model
    def _get_own_default_fields(self):
        return self._get_step_fields()

    def _get_fixed_fields(self):
        """Fields that are fixed once the case has left the draft."""
        return {"mode", "company_id", "doubt_at"}

    @api.model_create_multi
    def create(self, vals_list):
        steps = self._get_step_fields()
        prepared = []
        for vals in vals_list:
            self._check_step(vals.get("state", "draft") != "draft")
            code = "lot.recall.drill" if vals.get("mode") == "drill" else "lot.recall"
            given = {name: value for name, value in vals.items() if name not in steps}
            name = self.env["ir.sequence"].sudo().next_by_code(code) or "New"
            prepared.append({**given, "name": name})
        return super().create(prepared)

    def write(self, vals):
        started = any(recall.state != "draft" for recall in self)
        self._check_step(
            self._get_step_fields() & vals.keys()
            or (started and self._get_fixed_fields() & vals.keys())
            or any(recall.state == "closed" for recall in self)
            and vals.keys() - {"active", "finding_ids"}
        )
        return super().write(vals)

    def _check_step(self, refused):
        if refused and self.env.context.get("lot_recall_step") is not STEP:
            raise UserError(
                self.env._(
                    "This is fixed: whether it is a drill, and when the clock started, and what a drill is "
                    "measured against, once the case is being assessed; all of it once the case is closed. "
                    "The status changes by its buttons only. A closed case can be reopened, with a reason."
                )
            )

    def _check_not_closed(self):
        if any(recall.state == "closed" for recall in self):
            raise UserError(self.env._("The case is closed: reopen it, with a reason, to go on with it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(recall.state != "draft" for recall in self):
            raise UserError(self.env._("A case that was started is part of the record: it stays."))

    def _step(self, vals):
        self.sudo().with_context(lot_recall_step=STEP).write(vals)
