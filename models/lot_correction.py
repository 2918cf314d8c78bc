"""A correction of what identifies a lot: old and new value, why, who, when, signed.

It is fixed as it is confirmed, and changes the lot at once, or, where the company wants four
eyes on it, when somebody else has approved it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .lot_audit import Reason
from .stock_lot_record import CORRECTING

DATES = ("use_date", "removal_date", "alert_date")
# Compared by identity: a caller can send a context, but not this.
STEP = object()


class LotCorrection(models.Model):
    _name = "lot.correction"
    _inherit = ["lot.audited", "lot.signed"]
    _description = "Correction of a lot"
    _order = "id desc"

    lot_id = fields.Many2one("stock.lot", required=True, index=True, ondelete="restrict")
    product_id = fields.Many2one(related="lot_id.product_id")
    company_id = fields.Many2one(related="lot_id.company_id", store=True)
    use_expiration_date = fields.Boolean(related="lot_id.use_expiration_date")
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

    new_name = fields.Char(string="Lot/Serial Number")
    new_supplier_lot = fields.Char(string="Supplier's Lot")
    new_expiration_date = fields.Datetime(string="Expiration Date")
    new_use_date = fields.Datetime(string="Best before Date")
    new_removal_date = fields.Datetime(string="Removal Date")
    new_alert_date = fields.Datetime(string="Alert Date")

    @api.model
    def default_get(self, fields):
        vals = super().default_get(fields)
        lot = self.env["stock.lot"].browse(vals.get("lot_id"))
        return {**self._prepare_new_vals(lot, {}), **vals} if lot else vals

    @api.depends("lot_id")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = self.env._(
                "Correction %(number)s of %(lot)s", number=correction.id or "", lot=correction.lot_id.name
            )

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

    @api.model
    def _get_correctable_fields(self):
        """``{field of the lot: field here that holds its new value}``."""
        names = ("name", "supplier_lot", "expiration_date", *DATES)
        return {name: f"new_{name}" for name in names}

    @api.model
    def _prepare_new_vals(self, lot, vals):
        """The new values of `lot` that are not among `vals`: as they are now.

        Without its own, a date moves with the expiration date, as in the lot's form.
        """
        found = {
            new_name: lot[name]
            for name, new_name in self._get_correctable_fields().items()
            if new_name not in vals
        }
        expiration = fields.Datetime.to_datetime(vals.get("new_expiration_date"))
        if expiration and lot.expiration_date:
            for name in DATES:
                if f"new_{name}" in found and lot[name]:
                    found[f"new_{name}"] = lot[name] + (expiration - lot.expiration_date)
        return found

    @api.onchange("new_expiration_date")
    def _onchange_new_expiration_date(self):
        moved = self._prepare_new_vals(self.lot_id, {"new_expiration_date": self.new_expiration_date})
        self.update({f"new_{name}": moved[f"new_{name}"] for name in DATES})

    # ---- what may be written ------------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "lot_id", "reason", "state"]

    @api.model
    def _get_step_fields(self):
        """Fields that only the steps of a correction write."""
        return {"state", "changes", "author_id", "confirmed_at", "approver_id"}

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step(any(self._get_step_fields() & vals.keys() for vals in vals_list))
        lots = self.env["stock.lot"]
        # Given here: defaults come from the caller's context.
        start = {**dict.fromkeys(self._get_step_fields(), False), "state": "draft"}
        return super().create(
            [
                {**self._prepare_new_vals(lots.browse(vals.get("lot_id")), vals), **vals, **start}
                for vals in vals_list
            ]
        )

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
        """Correct the lot, or have the correction signed and approved first."""
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
        """What the companies that this lot is known to ask for: the strictest counts."""
        lot = self.lot_id.sudo()
        companies = lot.company_id or lot.lot_ledger_ids.company_id or self.env.company
        asked = set(companies.mapped("lot_correction_signing"))
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
        if not (self.new_name or "").strip():
            problems.append(self.env._("A lot needs a number."))
        if problems:
            raise UserError("\n".join(problems))

    def _prepare_changes(self):
        """What is to change: ``[{"field", "label", "old", "new"}]``, values as text."""
        changes = []
        for name, new_name in self._get_correctable_fields().items():
            old = self.lot_id._get_audited_text(name)
            new = self._get_audited_text(new_name)
            if old != new:
                label = self.lot_id._get_audited_label(name)
                changes.append({"field": name, "label": label, "old": old, "new": new})
        return changes

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
                    "%(lot)s, or this correction, was changed since it was confirmed: refuse it and make "
                    "another one.",
                    lot=self.lot_id.name,
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
        names = {change["field"] for change in self.changes}
        if names & {"expiration_date", *DATES}:
            # All of them: Odoo moves those that are not written along with the first.
            names |= {"expiration_date", *DATES}
        new_names = self._get_correctable_fields()
        self.lot_id.with_context(lot_correcting=CORRECTING, lot_audit_reason=reason).write(
            {name: self[new_names[name]] for name in names}
        )
        self.lot_id.message_post(body=self._get_message())

    def _step(self, vals):
        reason = Reason((self.reason or "").strip())
        self.with_context(lot_correction_step=STEP, lot_audit_reason=reason).write(vals)

    def _get_message(self):
        return plaintext2html(
            self.env._(
                "%(correction)s\n%(changes)s\nReason: %(reason)s",
                correction=self.display_name,
                changes=self.change_text,
                reason=self.reason,
            )
        )

    def _get_signed_content(self):
        return {
            "correction": self.id,
            "lot": self.lot_id.id,
            "author": self.author_id.id,
            "confirmed_at": fields.Datetime.to_string(self.confirmed_at),
            "changes": self.changes,
            "reason": self.reason,
        }
