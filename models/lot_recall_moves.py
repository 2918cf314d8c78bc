"""The states of a recall: who may move a case on, and what must be there first."""

from odoo import api, fields, models
from odoo.exceptions import UserError

# Move: (from, to)
PATHS = {
    "start": ("draft", "assessing"),
    "activate": ("assessing", "active"),
    "dismiss": ("assessing", "closed"),
    "wind_up": ("active", "closing"),
    "resume": ("closing", "active"),
    "close": ("closing", "closed"),
    "reopen": ("closed", "active"),
}
OFFICER, QUALITY = "lot_genealogy.group_officer", "lot_genealogy.group_quality"


class LotRecall(models.Model):
    _inherit = "lot.recall"

    closed_at = fields.Datetime(string="Closed on", readonly=True, copy=False)
    missing_text = fields.Text(
        string="Still missing",
        compute="_compute_missing_text",
        help="What the next step asks for and is not there yet.",
    )

    @api.depends_context("uid")
    def _compute_missing_text(self):
        nexts = {"draft": "start", "assessing": "activate", "active": "wind_up", "closing": "close"}
        for recall in self:
            move = nexts.get(recall.state)
            problems = getattr(recall, f"_get_problems_{move}")() if move else []
            recall.missing_text = "\n".join(problems) or False

    @api.model
    def _get_step_fields(self):
        return super()._get_step_fields() | {"closed_at"}

    # ---- steps ------------------------------------------------------------------------

    def action_start(self):
        return self._decide("start")

    def action_activate(self):
        return self._decide("activate")

    def action_dismiss(self):
        return self._decide("dismiss")

    def action_wind_up(self):
        return self._decide("wind_up")

    def action_resume(self):
        return self._decide("resume")

    def action_close(self):
        return self._decide("close")

    def action_reopen(self):
        return self._decide("reopen")

    def _decide(self, move):
        """Check what can be checked at once, then ask for grounds and signature."""
        self.ensure_one()
        getattr(self, f"_check_is_action_{move}_allowed")(reason=None)
        return self.env["lot.recall.decision"]._open(self, move)

    def _move(self, decision):
        """What a signed decision does."""
        vals = {"state": PATHS[decision.move][1]}
        if vals["state"] == "closed":
            vals["closed_at"] = decision.decided_at
        elif self.state == "closed":
            vals["closed_at"] = False
        self._before_moving(decision)
        self._step(vals)

    def _before_moving(self, decision):
        """Hook: what is fixed together with a decision."""

    def _get_decided_content(self):
        """What the case says: kept with each decision, under its signature."""
        scope = self.scope_id
        return {
            "mode": self.mode,
            "kind": self.kind,
            "state": self.state,
            "subject": self.subject,
            "product_kind": self.product_kind,
            "reason": self.reason or None,
            "hazard": self.hazard or None,
            "classification": self.classification or None,
            "risk": self.risk or None,
            "authority": self.authority or None,
            "authority_reference": self.authority_reference or None,
            "doubt_at": fields.Datetime.to_string(self.doubt_at) or None,
            "lots": sorted(self.lot_ids.ids),
            "direction": self.direction,
            "scope": scope.number or None,
            "fingerprint": scope.fingerprint or None,
        }

    # ---- what must be there -----------------------------------------------------------

    def _check_is_action_start_allowed(self, reason=None):
        self._check_move("start", QUALITY, reason, False)

    def _check_is_action_activate_allowed(self, reason=None):
        self._check_move("activate", OFFICER, reason, False)

    def _check_is_action_dismiss_allowed(self, reason=None):
        self._check_move("dismiss", OFFICER, reason, True)

    def _check_is_action_wind_up_allowed(self, reason=None):
        self._check_move("wind_up", OFFICER, reason, False)

    def _check_is_action_resume_allowed(self, reason=None):
        self._check_move("resume", OFFICER, reason, True)

    def _check_is_action_close_allowed(self, reason=None):
        self._check_move("close", OFFICER, reason, False)

    def _check_is_action_reopen_allowed(self, reason=None):
        self._check_move("reopen", OFFICER, reason, True)

    def _check_move(self, move, group, reason, needs_reason):
        """Refuse with all that is missing; `reason` is None while it was not asked for yet."""
        self.ensure_one()
        self.check_access("write")
        problems = []
        if self.state != PATHS[move][0]:
            state = dict(self._fields["state"]._description_selection(self.env))
            problems.append(
                self.env._(
                    "The case is “%(state)s”, not “%(needed)s”: reload it.",
                    state=state[self.state],
                    needed=state[PATHS[move][0]],
                )
            )
        if not self.env.user.has_group(group):
            problems.append(self.env._("Only a %(role)s decides this.", role=self.env.ref(group).sudo().name))
        problems += getattr(self, f"_get_problems_{move}")()
        if needs_reason and reason is not None and not (reason or "").strip():
            problems.append(self.env._("Say why: the grounds of this decision."))
        if problems:
            raise UserError("\n".join(problems))

    def _get_problems_start(self):
        problems = []
        if not (self.reason or "").strip():
            problems.append(self.env._("Reason: what is wrong, as far as it is known."))
        if not self.found_by and not self.is_drill:
            problems.append(self.env._("How it was found."))
        if not self.doubt_at and not self.is_drill:
            problems.append(self.env._("First doubt: when the clock starts."))
        elif self.doubt_at and self.doubt_at > fields.Datetime.now():
            problems.append(self.env._("The first doubt is in the future."))
        if not self.lot_ids:
            problems.append(self.env._("Start lots: choose them, or let rules find them."))
        if not self.user_id:
            problems.append(self.env._("Coordinator: who runs the case."))
        return problems

    def _get_problems_activate(self):
        problems = []
        if self.scope_ids.filtered(lambda scope: scope.state in ("waiting", "listing")):
            problems.append(self.env._("The scope is still being frozen."))
        elif not self.scope_id:
            problems.append(self.env._("Scope: freeze it, so that it is known what is recalled."))
        elif any(self.scope_id[name] != self[name] for name in ("lot_ids", "direction", "conservative")):
            problems.append(
                self.env._("Start lots or direction changed since the scope was frozen: freeze it again.")
            )
        if not (self.hazard or "").strip():
            problems.append(self.env._("Hazard: what can happen, and to whom."))
        if not self.classification:
            problems.append(self.env._("Class."))
        elif self.classification == "company" and not self.company_class:
            problems.append(self.env._("The company's class: which one."))
        if not (self.risk or "").strip():
            problems.append(self.env._("Risk: its evaluation."))
        if not self.member_ids.filtered(lambda member: member.role == "lead"):
            problems.append(self.env._("Team: who leads the case."))
        return problems

    def _get_problems_dismiss(self):
        return []

    def _get_problems_wind_up(self):
        """Hook: `lot_recall_figures` says whom nobody told yet, and what is not held."""
        return []

    def _get_problems_resume(self):
        return []

    def _get_problems_close(self):
        return []

    def _get_problems_reopen(self):
        return []
