"""Inherited by corrections: why, who, when, signed by whom, then applied.

A correction is fixed as it is confirmed, and applied at once, or, where the company wants four
eyes on it, when somebody else has approved it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_audit import Reason

# Compared by identity: a caller can send a context, but not this.
STEP = object()


class LotCorrectionSteps(models.AbstractModel):
    _name = "lot.correction.steps"
    _inherit = ["lot.audited", "lot.signed"]
    _description = "Steps of a correction"

    reason = fields.Text(help="Why what was recorded is wrong, and how you know.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("done", "Corrected"),
            ("refused", "Refused"),
        ],
        string="Status",
        default="draft",
        readonly=True,
        required=True,
        copy=False,
    )
    author_id = fields.Many2one("res.users", string="Corrected by", readonly=True, copy=False)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", string="Approved or refused by", readonly=True, copy=False)
    changes = fields.Json(string="Changes as data", readonly=True, copy=False)
    change_text = fields.Text(string="Changes", compute="_compute_change_text")
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends("changes")
    def _compute_change_text(self):
        for correction in self:
            correction.change_text = "\n".join(
                f"{change['label']}: {change['old'] or '–'} → {change['new'] or '–'}"
                for change in correction.changes or []
            )

    @api.depends("state", "author_id")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        officer = self.env.user.has_group("lot_genealogy.group_officer")
        for correction in self:
            waiting = correction.state == "waiting"
            correction.may_approve = officer and waiting and correction.author_id != self.env.user

    # ---- what a correction of something says ----------------------------------------------

    def _prepare_changes(self):
        """What is to change: ``[{"field", "label", "old", "new"}]``, values as text."""
        raise NotImplementedError

    def _find_problems(self):
        """Sentences: why it cannot be confirmed as it is, beside what holds for all."""
        return []

    def _apply_changes(self, reason):
        """Do what was confirmed, for a :class:`Reason`."""
        raise NotImplementedError

    def _get_signing_companies(self):
        """Whose settings say who signs: the strictest counts."""
        raise NotImplementedError

    def _get_subject(self):
        """What is corrected, as plain values for the signature."""
        raise NotImplementedError

    # ---- what may be written ------------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "reason", "state"]

    @api.model
    def _get_step_fields(self):
        """Fields that only the steps of a correction write."""
        return {"state", "changes", "author_id", "confirmed_at", "approver_id"}

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step(any(self._get_step_fields() & vals.keys() for vals in vals_list))
        # Given here: defaults come from the caller's context.
        start = {**dict.fromkeys(self._get_step_fields(), False), "state": "draft"}
        return super().create([{**vals, **start} for vals in vals_list])

    def write(self, vals):
        fixed = any(correction.state != "draft" for correction in self)
        self._check_step(fixed or self._get_step_fields() & vals.keys())
        return super().write(vals)

    def _check_step(self, refused):
        if refused and self.env.context.get("lot_correction_step") is not STEP:
            raise UserError(
                self.env._(
                    "A correction is fixed once it is confirmed: only its buttons take it further. "
                    "Make another correction instead."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(correction.state != "draft" for correction in self):
            raise UserError(self.env._("A confirmed correction is part of the record: it stays."))

    # ---- steps ------------------------------------------------------------------------

    def action_confirm(self):
        """Correct it, or have the correction signed and approved first."""
        self.ensure_one()
        self._check_confirm()
        if self._get_signing() == "none":
            self._fix()
            self._apply()
            return True
        return self._ask_signature("author")

    def action_approve(self):
        return self._ask_signature("approval")

    def action_refuse(self):
        return self._ask_signature("refusal")

    def _get_signing(self):
        asked = set(self._get_signing_companies().mapped("lot_correction_signing"))
        return next(kind for kind in ("two", "one", "none") if kind in asked)

    def _check_signing(self, meaning):
        if meaning == "author":
            self._check_confirm()
            return
        if self.state != "waiting":
            raise UserError(self.env._("This correction does not wait for approval."))
        if not self.may_approve:
            raise UserError(
                self.env._(
                    "A correction is approved or refused by a Compliance officer who is not its author."
                )
            )

    def _before_signing(self, meaning):
        if meaning == "author":
            self._fix()

    def _after_signing(self, meaning):
        if meaning == "refusal":
            self._step({"state": "refused", "approver_id": self.env.uid})
        elif meaning == "author" and self._get_signing() == "two":
            self._step({"state": "waiting"})
        else:
            self._apply()

    def _check_confirm(self):
        self.check_access("write")
        problems = []
        if self.state != "draft":
            problems.append(self.env._("This correction was confirmed before."))
        if not (self.reason or "").strip():
            problems.append(self.env._("Say why: what was recorded is wrong, and how you know."))
        if not self._prepare_changes():
            problems.append(self.env._("Nothing is changed: enter the right value over the wrong one."))
        problems += self._find_problems()
        if problems:
            raise UserError("\n".join(problems))

    def _fix(self):
        self._step(
            {
                "changes": self._prepare_changes(),
                "author_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )

    def _apply(self):
        if self._prepare_changes() != self.changes or self.has_broken_signature:
            raise UserError(
                self.env._(
                    "%(correction)s, or what it corrects, was changed since it was confirmed: refuse it and "
                    "make another one.",
                    correction=self.display_name,
                )
            )
        signers = self.signature_ids.filtered(lambda one: one.meaning in ("author", "approval")).user_id
        if len(signers) < ("none", "one", "two").index(self._get_signing()):
            raise UserError(self.env._("Not everybody who has to sign this correction has done so."))
        reason = Reason(f"{self.display_name}, {self.author_id.sudo().name}: {self.reason.strip()}")
        vals = {"state": "done"}
        if self.author_id != self.env.user:
            vals["approver_id"] = self.env.uid
        self._step(vals)
        self._apply_changes(reason)

    def _step(self, vals):
        reason = Reason((self.reason or "").strip())
        self.with_context(lot_correction_step=STEP, lot_audit_reason=reason).write(vals)

    def _get_signed_content(self):
        return {
            "correction": self.id,
            **self._get_subject(),
            "author": self.author_id.id,
            "confirmed_at": fields.Datetime.to_string(self.confirmed_at),
            "changes": self.changes,
            "reason": self.reason,
        }
