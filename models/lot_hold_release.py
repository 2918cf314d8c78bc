"""A release: which lots may be used again, why, and who decided it, signed where a policy asks.

It is fixed as it is confirmed. Where the policy of one of its products wants a second person,
the lots stay on hold until somebody else has approved it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.fingerprint import fingerprint
from .lot_audit import Reason
from .lot_four_eyes import STEP

# A form shows so many lots; the others are behind its button.
SHOWN = 80
SIGNING = [
    ("reason", "A reason"),
    ("one", "A reason, signed by who releases"),
    ("two", "A reason, signed by two persons (four eyes)"),
]


class LotHoldRelease(models.Model):
    _name = "lot.hold.release"
    _inherit = ["lot.own.defaults", "lot.four.eyes"]
    _description = "Release of a hold"
    _order = "id desc"
    _author_meaning = "release"
    _approving_group = "lot_genealogy.group_quality"

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
        ]
    )
    author_id = fields.Many2one(string="Released by")
    lot_count = fields.Integer(string="Number of lots", readonly=True, copy=False)
    lots_hash = fields.Char(readonly=True, copy=False, help="SHA-256 of the released lines: what was signed.")
    signing = fields.Selection(
        SIGNING, compute="_compute_signing", help="What the strictest policy of the products asks for."
    )

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
        return [*super()._get_audited_fields(), "hold_id", "lot_count"]

    @api.model
    def _get_step_fields(self):
        """All but the reason: the lots are those that Release was pressed for."""
        return self._fields.keys() - {"reason"}

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step(True)
        return super().create(vals_list)

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
            .with_context(lot_step=STEP)
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

    def _find_problems(self):
        problems = super()._find_problems()
        if not self._get_held():
            problems.append(self.env._("These lots are not on hold any more."))
        return problems

    def _ask_reason(self):
        return self.env._("Say why: what was found, and why these lots may be used again.")

    def _get_held(self):
        lines = self.env["lot.hold.line"].sudo()
        return lines.search([("release_id", "in", self.ids), ("state", "=", "held")])

    def _prepare_fixed_vals(self):
        held = self._get_held()
        return {
            **super()._prepare_fixed_vals(),
            "lot_count": len(held.lot_id),
            "lots_hash": fingerprint(sorted(held.ids)),
        }

    def _tell(self, state):
        texts = {
            "refused": self.env._("%s was refused.", self.display_name),
            "waiting": self.env._("%s waits for approval.", self.display_name),
        }
        self.hold_id.sudo()._message_log(body=texts[state])

    def _apply_changes(self):
        reason = Reason(f"{self.display_name}: {self.reason.strip()}")
        held = self._get_held()
        held.with_context(lot_audit_reason=reason)._end("released")
        self.hold_id.sudo()._log_released(self)
        self.hold_id.sudo()._close()

    def _step(self, vals):
        return super(LotHoldRelease, self.sudo())._step(vals)

    def _get_signed_content(self):
        return {
            **super()._get_signed_content(),
            "release": self.id,
            "hold": self.hold_id.id,
            "lots": self.lot_count,
            "lots_hash": self.lots_hash,
        }
