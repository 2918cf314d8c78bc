"""Freezing the scope of a recall, and finding out whether it is still all."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class LotRecall(models.Model):
    _inherit = "lot.recall"

    scope_state = fields.Selection(related="scope_id.state", string="Scope status")
    fingerprint = fields.Char(related="scope_id.fingerprint")
    is_freezing = fields.Boolean(compute="_compute_is_freezing")
    freezing_progress = fields.Float(string="Frozen so far", compute="_compute_is_freezing")
    affected_count = fields.Integer(related="scope_id.lot_count", string="Affected lots")

    @api.depends("scope_ids.state", "scope_ids.done_count")
    def _compute_is_freezing(self):
        for recall in self:
            running = recall.scope_ids.filtered(lambda scope: scope.state in ("waiting", "listing"))
            recall.is_freezing = bool(running)
            recall.freezing_progress = running[:1].progress

    def action_freeze(self):
        """Freeze what the trace says now: the first version of the scope, or a further one."""
        self._check_freeze()
        scope = self.env["lot.recall.scope"]._request(self)
        if scope.state == "failed":
            # Nothing of it is kept: the case goes on as it was.
            raise UserError(scope.error)
        return True

    def _check_companies(self):
        """Who works for some of its companies only would ask for, or hand out, a part of it."""
        companies = self._get_companies()
        if companies - self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "The scope of this case covers several companies (%(companies)s): this is for who works "
                    "for all of them.",
                    companies=", ".join(companies.sudo().mapped("name")),
                )
            )

    def _check_freeze(self):
        self.ensure_one()
        self.check_access("write")
        self.env["lot.trace"]._check_may_trace()
        self._check_companies()
        problems = []
        if self.state in ("draft", "closed"):
            problems.append(self.env._("The scope is frozen while a case runs: start it, or reopen it."))
        if not self.lot_ids:
            problems.append(self.env._("Start lots: choose them, or let rules find them."))
        if self.is_freezing:
            problems.append(self.env._("A version of the scope is just being frozen."))
        if problems:
            raise UserError("\n".join(problems))

    def _after_freezing(self, scope):
        """All lists of a version are there."""
        if scope.excluded_count:
            self.with_user(scope.frozen_by_id)._log_measure(
                "scope",
                self.env._(
                    "Left out of version %(number)s for their dates: movements: %(movements)s, further lots: "
                    "%(lots)s. They are listed with the scope.",
                    number=scope.number,
                    movements=scope.excluded_count,
                    lots=scope.excluded_lot_count,
                ),
            )
        self.with_user(scope.frozen_by_id)._log_measure(
            "scope",
            self.env._(
                "Version %(number)s. Affected lots: %(lots)s, of them in doubt: %(doubtful)s. Consignees: "
                "%(consignees)s. Fingerprint %(fingerprint)s",
                number=scope.number,
                lots=scope.lot_count,
                doubtful=scope.doubtful_count,
                consignees=scope.consignee_count,
                fingerprint=scope.fingerprint,
            ),
        )

    def action_trace(self):
        """The live trace of the start lots."""
        self.ensure_one()
        items = [{"type": "lot", "id": lot.id, "name": lot.name} for lot in self.lot_ids]
        return self.env["lot.trace"]._get_trace_action(items, self.direction)

    def action_open_lots(self):
        return self._open_rows("lot_genealogy.lot_recall_lot_action")

    def action_open_consignees(self):
        return self._open_rows("lot_genealogy.lot_recall_consignee_action")

    def _open_rows(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        name = f"{action['name']} – {self.display_name}"
        return {**action, "display_name": name, "domain": [("recall_id", "=", self.id)]}
