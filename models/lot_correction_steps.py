"""Inherited by corrections: what is changed, and why; confirmed, signed, then applied."""

from odoo import api, fields, models
from odoo.tools import plaintext2html

from .lot_audit import Reason


class LotCorrectionSteps(models.AbstractModel):
    _name = "lot.correction.steps"
    _inherit = ["lot.four.eyes"]
    _description = "Steps of a correction"

    reason = fields.Text(help="Why what was recorded is wrong, and how you know.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("done", "Corrected"),
            ("refused", "Refused"),
        ]
    )
    author_id = fields.Many2one(string="Corrected by")
    changes = fields.Json(string="Changes as data", readonly=True, copy=False)
    change_text = fields.Text(string="Changes", compute="_compute_change_text")

    @api.depends("changes")
    def _compute_change_text(self):
        for correction in self:
            correction.change_text = "\n".join(
                f"{change['label']}: {change['old'] or '–'} → {change['new'] or '–'}"
                for change in correction.changes or []
            )

    # ---- what a correction of something says ----------------------------------------------

    def _prepare_changes(self):
        """What is to change: ``[{"field", "label", "old", "new"}]``, values as text."""
        raise NotImplementedError

    def _correct(self, reason):
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
    def _get_step_fields(self):
        return super()._get_step_fields() | {"changes"}

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step(any(self._get_step_fields() & vals.keys() for vals in vals_list))
        # Given here: defaults come from the caller's context.
        start = {**dict.fromkeys(self._get_step_fields(), False), "state": "draft"}
        return super().create([{**vals, **start} for vals in vals_list])

    # ---- steps ------------------------------------------------------------------------

    def _get_signing(self):
        asked = set(self._get_signing_companies().mapped("lot_correction_signing"))
        return next(kind for kind in ("two", "one", "none") if kind in asked)

    def _find_problems(self):
        problems = super()._find_problems()
        if not self._prepare_changes():
            problems.append(self.env._("Nothing is changed: enter the right value over the wrong one."))
        return problems

    def _ask_reason(self):
        return self.env._("Say why: what was recorded is wrong, and how you know.")

    def _prepare_fixed_vals(self):
        return {**super()._prepare_fixed_vals(), "changes": self._prepare_changes()}

    def _is_unchanged(self):
        return super()._is_unchanged() and self._prepare_changes() == self.changes

    def _apply_changes(self):
        self._correct(Reason(f"{self.display_name}, {self.author_id.sudo().name}: {self.reason.strip()}"))

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
            **super()._get_signed_content(),
            "correction": self.id,
            **self._get_subject(),
            "changes": self.changes,
        }
