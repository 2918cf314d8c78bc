"""Inherited by what one person confirms and signs, and perhaps a second one approves: four eyes.

It is fixed as it is confirmed, and applied at once, or when everybody who has to has signed it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_audit import Reason

# Compared by identity: a caller can send a context, but not this.
STEP = object()
# How many sign.
SIGNERS = {"one": 1, "two": 2}


class LotFourEyes(models.AbstractModel):
    _name = "lot.four.eyes"
    _inherit = ["lot.audited", "lot.signed"]
    _description = "Record that is confirmed, and perhaps approved by somebody else"

    # What the signature of its author means.
    _author_meaning = "author"
    # Who may approve what somebody else confirmed.
    _approving_group = "lot_genealogy.group_officer"

    reason = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        string="Status",
        default="draft",
        readonly=True,
        required=True,
        copy=False,
    )
    author_id = fields.Many2one("res.users", string="Confirmed by", readonly=True, copy=False)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", string="Approved or refused by", readonly=True, copy=False)
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends("state", "author_id")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        approves = self.env.user.has_group(self._approving_group)
        for record in self:
            waiting = record.state == "waiting"
            record.may_approve = approves and waiting and record.author_id != self.env.user

    # ---- what a model says ----------------------------------------------------------------

    def _get_signing(self):
        """``one``, ``two``, or what else stands for no signature."""
        raise NotImplementedError

    def _find_problems(self):
        """Sentences: why it cannot be confirmed as it is."""
        problems = []
        if self.state != "draft":
            problems.append(self.env._("%s was confirmed before.", self.display_name))
        if not (self.reason or "").strip():
            problems.append(self._ask_reason())
        return problems

    def _ask_reason(self):
        return self.env._("Say why.")

    def _prepare_fixed_vals(self):
        """What is fixed as it is confirmed."""
        return {"author_id": self.env.uid, "confirmed_at": fields.Datetime.now()}

    def _is_unchanged(self):
        """Whether what was confirmed still is as it was."""
        return not self.has_broken_signature

    def _apply_changes(self):
        """Do what was confirmed."""
        raise NotImplementedError

    def _tell(self, state):
        """Tell others that it waits, or was refused."""

    # ---- what may be written ------------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "reason", "state"]

    @api.model
    def _get_step_fields(self):
        """Fields that only the steps write."""
        return {"state", "author_id", "confirmed_at", "approver_id"}

    def write(self, vals):
        fixed = any(record.state != "draft" for record in self)
        self._check_step(fixed or self._get_step_fields() & vals.keys())
        return super().write(vals)

    def _check_step(self, refused):
        if refused and self.env.context.get("lot_step") is not STEP:
            raise UserError(
                self.env._(
                    "This record is fixed once it is confirmed: only buttons start it and take it further. "
                    "Make another one instead."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        confirmed = self.filtered(lambda record: record.state != "draft")
        if confirmed:
            raise UserError(
                self.env._("%s was confirmed and is part of the record: it stays.", confirmed[0].display_name)
            )

    def _step(self, vals):
        reason = Reason((self.reason or "").strip())
        self.with_context(lot_step=STEP, lot_audit_reason=reason).write(vals)

    # ---- steps ------------------------------------------------------------------------

    def action_confirm(self):
        """Do it, or have it signed and approved first."""
        self.ensure_one()
        self._check_confirm()
        if self._get_signing() in SIGNERS:
            return self._ask_signature(self._author_meaning)
        self._fix()
        self._apply()
        return {"type": "ir.actions.act_window_close"}

    def action_approve(self):
        return self._ask_signature("approval")

    def action_refuse(self):
        return self._ask_signature("refusal")

    def _check_confirm(self):
        self.check_access("write")
        problems = self._find_problems()
        if problems:
            raise UserError("\n".join(problems))

    def _check_signing(self, meaning):
        if meaning == self._author_meaning:
            self._check_confirm()
        elif self.state != "waiting":
            raise UserError(self.env._("%s does not wait for approval.", self.display_name))
        elif not self.may_approve:
            raise UserError(
                self.env._(
                    "%(record)s is approved or refused by somebody with the role %(group)s who is not its "
                    "author.",
                    record=self.display_name,
                    group=self.env.ref(self._approving_group).sudo().name,
                )
            )

    def _before_signing(self, meaning):
        if meaning == self._author_meaning:
            self._fix()

    def _fix(self):
        self._step(self._prepare_fixed_vals())

    def _after_signing(self, meaning):
        if meaning == "refusal":
            self._step({"state": "refused", "approver_id": self.env.uid})
            self._tell("refused")
        elif meaning == self._author_meaning and self._get_signing() == "two":
            self._step({"state": "waiting"})
            self._tell("waiting")
        else:
            self._check_signed()
            self._apply()

    def _check_signed(self):
        if not self._is_unchanged():
            raise UserError(
                self.env._(
                    "%s, or what it is about, was changed since it was confirmed: refuse it and make another "
                    "one.",
                    self.display_name,
                )
            )
        meanings = (self._author_meaning, "approval")
        signers = self.signature_ids.filtered(lambda one: one.meaning in meanings).user_id
        if len(signers) < SIGNERS.get(self._get_signing(), 0):
            raise UserError(self.env._("Not everybody who has to sign %s has done so.", self.display_name))

    def _apply(self):
        vals = {"state": "done"}
        if self.author_id != self.env.user:
            vals["approver_id"] = self.env.uid
        self._step(vals)
        self._apply_changes()

    def _get_signed_content(self):
        return {
            "author": self.author_id.id,
            "confirmed_at": fields.Datetime.to_string(self.confirmed_at),
            "reason": self.reason,
        }
