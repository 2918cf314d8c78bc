"""A release: which lots may be used again, why, and who decided it, signed where a policy asks.

It is fixed as it is confirmed. Where the policy of one of its products wants a second person,
the lots stay on hold until somebody else has approved it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.fingerprint import fingerprint
from .lot_audit import Reason

# Compared by identity: a caller can send a context, but not this.
STEP = object()
STEP_FIELDS = {"state", "author_id", "confirmed_at", "approver_id", "lot_count", "lots_hash", "document"}
# A form shows so many lots; the others are behind its button.
SHOWN = 80
SIGNING = [
    ("reason", "A reason"),
    ("one", "A reason, signed by who releases"),
    ("two", "A reason, signed by two persons (four eyes)"),
]


class LotHoldRelease(models.Model):
    _name = "lot.hold.release"
    _inherit = ["lot.audited", "lot.signed"]
    _description = "Release of a hold"
    _order = "id desc"

    hold_id = fields.Many2one("lot.hold", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="hold_id.company_id", store=True)
    kind_id = fields.Many2one(related="hold_id.kind_id")
    held_reason = fields.Text(related="hold_id.reason", string="Held Because")
    line_ids = fields.One2many(
        "lot.hold.line", "release_id", string="All lots", readonly=True, help="What is released."
    )
    shown_line_ids = fields.Many2many("lot.hold.line", string="Lots", compute="_compute_shown_line_ids")
    reason = fields.Text(help="What was found, and why these lots may be used again.")
    document = fields.Char(readonly=True, help="What led to it: an inspection, a recall.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("done", "Released"),
            ("refused", "Refused"),
        ],
        string="Status",
        default="draft",
        readonly=True,
        required=True,
        copy=False,
    )
    author_id = fields.Many2one("res.users", string="Released by", readonly=True, copy=False)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", string="Approved or refused by", readonly=True, copy=False)
    lot_count = fields.Integer(string="Number of lots", readonly=True, copy=False)
    lots_hash = fields.Char(readonly=True, copy=False, help="SHA-256 of the released lines: what was signed.")
    signing = fields.Selection(
        SIGNING, compute="_compute_signing", help="What the strictest policy of the products asks for."
    )
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends("hold_id")
    def _compute_display_name(self):
        for release in self:
            release.display_name = self.env._(
                "Release %(number)s of %(hold)s", number=release.id or "", hold=release.hold_id.name
            )

    @api.depends("line_ids")
    def _compute_shown_line_ids(self):
        for release in self:
            release.shown_line_ids = self.env["lot.hold.line"].search(
                [("release_id", "=", release.id)], limit=SHOWN, order="id"
            )

    @api.depends("line_ids")
    def _compute_signing(self):
        for release in self:
            release.signing = release._get_signing()

    @api.depends("state", "author_id")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        quality = self.env.user.has_group("lot_genealogy.group_quality")
        for release in self:
            waiting = release.state == "waiting"
            release.may_approve = quality and waiting and release.author_id != self.env.user

    def _get_signing(self):
        """The strictest of what the policies of the products ask for."""
        self.ensure_one()
        groups = (
            self.env["lot.hold.line"].sudo()._read_group([("release_id", "in", self.ids)], ["product_id"])
        )
        products = self.env["product.product"].union(*(product for (product,) in groups))
        policies = self.env["lot.policy"].sudo().search([("active", "=", True)])
        companies = self.company_id or policies.company_id or self.env.company
        asked = {
            rule.hold_release
            for company in companies
            for rule in self.env["lot.policy"]._get_rules(products, company).values()
        }
        return next((kind for kind in ("two", "one") if kind in asked), "reason")

    # ---- what may be written ------------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "hold_id", "reason", "lot_count", "state"]

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step(True)
        return super().create(vals_list)

    def write(self, vals):
        fixed = any(release.state != "draft" for release in self) or vals.keys() - {"reason"}
        self._check_step(fixed)
        return super().write(vals)

    def _check_step(self, refused):
        if refused and self.env.context.get("lot_hold_release_step") is not STEP:
            raise UserError(
                self.env._(
                    "A release is made with Release on a hold or its lots, and fixed once it is confirmed."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(release.state != "draft" for release in self):
            raise UserError(self.env._("A confirmed release is part of the record: it stays."))

    @api.autovacuum
    def _forget_drafts(self):
        """Whoever pressed Release and left has released nothing."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([("state", "=", "draft"), ("create_date", "<", yesterday)]).unlink()

    # ---- steps ------------------------------------------------------------------------

    @api.model
    def _start(self, lines):
        """A draft that releases `lines` (lot.hold.line), for a person to give the reason."""
        lines = lines.filtered(lambda line: line.state == "held")
        if not lines:
            raise UserError(self.env._("These lots are not on hold any more."))
        if len(lines.hold_id) > 1:
            raise UserError(
                self.env._(
                    "These lots are held by several holds: %s. Release them one hold after the other.",
                    ", ".join(lines.hold_id.mapped("name")),
                )
            )
        waiting = lines.release_id.filtered(lambda one: one.state == "waiting")
        if waiting:
            return waiting[0]
        self.check_access("create")
        return self._prepare(lines.hold_id, lines, False).with_env(self.env)

    @api.model
    def _prepare(self, hold, lines, reason, document=None):
        release = (
            self.sudo()
            .with_context(lot_hold_release_step=STEP)
            .create(
                {
                    "hold_id": hold.id,
                    "reason": reason,
                    "lot_count": len(lines.lot_id),
                    "document": document and document.display_name,
                }
            )
        )
        lines._claim(release)
        return release

    def action_confirm(self):
        """Release the lots, or have the release signed and approved first."""
        self.ensure_one()
        self._check_confirm()
        if self._get_signing() == "reason":
            self._fix()
            self._apply()
            return {"type": "ir.actions.act_window_close"}
        return self._ask_signature("release")

    def action_approve(self):
        return self._ask_signature("approval")

    def action_refuse(self):
        return self._ask_signature("refusal")

    def _check_confirm(self):
        self.check_access("write")
        problems = []
        if self.state != "draft":
            problems.append(self.env._("This release was confirmed before."))
        if not (self.reason or "").strip():
            problems.append(self.env._("Say why: what was found, and why these lots may be used again."))
        if not self._get_held():
            problems.append(self.env._("These lots are not on hold any more."))
        if problems:
            raise UserError("\n".join(problems))

    def _check_signing(self, meaning):
        if meaning == "release":
            self._check_confirm()
            return
        if self.state != "waiting":
            raise UserError(self.env._("This release does not wait for approval."))
        if not self.may_approve:
            raise UserError(
                self.env._("A release is approved or refused by somebody of Quality who did not author it.")
            )

    def _before_signing(self, meaning):
        if meaning == "release":
            self._fix()

    def _after_signing(self, meaning):
        if meaning == "refusal":
            self._step({"state": "refused", "approver_id": self.env.uid})
            self.hold_id.sudo()._message_log(body=self.env._("%s was refused.", self.display_name))
        elif meaning == "release" and self._get_signing() == "two":
            self._step({"state": "waiting"})
            self.hold_id.sudo()._message_log(body=self.env._("%s waits for approval.", self.display_name))
        else:
            self._check_signed()
            self._apply()

    def _get_held(self):
        lines = self.env["lot.hold.line"].sudo()
        return lines.search([("release_id", "in", self.ids), ("state", "=", "held")])

    def _fix(self):
        held = self._get_held()
        self._step(
            {
                "author_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
                "lot_count": len(held.lot_id),
                "lots_hash": fingerprint(sorted(held.ids)),
            }
        )

    def _check_signed(self):
        if self.has_broken_signature:
            raise UserError(self.env._("This release was changed since it was signed: make another one."))
        signers = self.signature_ids.filtered(lambda one: one.meaning in ("release", "approval")).user_id
        if len(signers) < ("reason", "one", "two").index(self._get_signing()):
            raise UserError(self.env._("Not everybody who has to sign this release has done so."))

    def _apply(self):
        vals = {"state": "done"}
        if self.author_id != self.env.user:
            vals["approver_id"] = self.env.uid
        self._step(vals)
        reason = Reason(f"{self.display_name}: {self.reason.strip()}")
        held = self._get_held()
        held.with_context(lot_audit_reason=reason)._end("released")
        self.hold_id.sudo()._log_released(self)
        self.hold_id.sudo()._close()

    def _step(self, vals):
        reason = Reason((self.reason or "").strip())
        self.sudo().with_context(lot_hold_release_step=STEP, lot_audit_reason=reason).write(vals)

    def _get_signed_content(self):
        return {
            "release": self.id,
            "hold": self.hold_id.id,
            "author": self.author_id.id,
            "confirmed_at": fields.Datetime.to_string(self.confirmed_at),
            "lots": self.lot_count,
            "lots_hash": self.lots_hash,
            "reason": self.reason,
        }
