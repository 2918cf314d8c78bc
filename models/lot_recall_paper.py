"""The papers of a recall: which ones its job makes of each version of the scope, and how far it is."""

from odoo import api, fields, models


class LotRecall(models.Model):
    _inherit = "lot.recall"

    paper_type_ids = fields.Many2many(
        "lot.paper.type",
        "lot_recall_paper_type_rel",
        string="Made with each version",
        compute="_compute_paper_type_ids",
        store=True,
        readonly=False,
        copy=False,
        groups="lot_genealogy.group_quality",
        help="Papers that are made by themselves once a version of the scope is frozen. Proposed for the "
        "kind of case, product and company as the kinds of papers say (Configuration).",
    )
    paper_order_ids = fields.One2many(
        "lot.paper.order",
        "recall_id",
        string="Papers to be made",
        readonly=True,
        domain=[("state", "!=", "done")],
        groups="lot_genealogy.group_quality",
    )
    is_making_papers = fields.Boolean(compute="_compute_papers", groups="lot_genealogy.group_quality")
    papers_progress = fields.Float(compute="_compute_papers", groups="lot_genealogy.group_quality")
    papers_text = fields.Char(compute="_compute_papers", groups="lot_genealogy.group_quality")
    papers_failed = fields.Integer(compute="_compute_papers", groups="lot_genealogy.group_quality")

    @api.depends("mode", "product_kind", "company_id")
    def _compute_paper_type_ids(self):
        types = self.env["lot.paper.type"].search([("made_for", "!=", "request")])
        for recall in self:
            recall.paper_type_ids = types.filtered(lambda kind, recall=recall: kind._suits(recall))

    # Of the current version alone.
    @api.depends("paper_order_ids.state", "scope_id")
    def _compute_papers(self):
        groups = self.env["lot.paper.order"]._read_group(
            [("scope_id", "in", self.scope_id.ids)], ["recall_id", "state"], ["__count"]
        )
        counts = {(recall.id, state): count for recall, state, count in groups}
        for recall in self:
            waiting, done, failed = (
                counts.get((recall.id, state), 0) for state in ("waiting", "done", "failed")
            )
            count = waiting + done + failed
            recall.is_making_papers = bool(waiting)
            recall.papers_failed = failed
            recall.papers_progress = 100.0 * (done + failed) / count if count else 0.0
            recall.papers_text = self.env._("Papers: %(done)s of %(count)s", done=done, count=count)

    @api.model
    def _get_paper_choices(self, kind):
        """What the case says of what is entered for a paper."""
        choices = {"request": self.authority_reference or ""}
        if kind.asks_reason:
            choices.update(reason=self.reason or "", measures=self._get_measures_text(kind.lang))
        return choices

    def _get_measures_text(self, lang):
        """What was done, a line each; that the scope was frozen is no measure of its own."""
        lang = self.env["lot.paper"]._get_active_lang(lang)
        measures = self.measure_ids.with_context(lang=lang or self.env.lang)
        kinds = dict(measures._fields["kind"]._description_selection(measures.env))
        return "\n".join(f"{kinds[one.kind]}: {one.text}" for one in measures if one.kind != "scope")

    def _after_freezing(self, scope):
        result = super()._after_freezing(scope)
        orders = self.env["lot.paper.order"].sudo()
        # What still waits is made of this version, once.
        waiting = orders.search([("recall_id", "=", self.id), ("state", "=", "waiting")])
        waiting.scope_id = scope
        wanted = self.sudo().paper_type_ids - waiting.filtered(lambda order: not order.choices).type_id
        asking = orders.with_user(scope.frozen_by_id).with_context(
            allowed_company_ids=scope.asked_company_ids.ids
        )
        for kind in wanted:
            waiting |= asking._request(kind, None, recall_id=self, scope_id=scope).sudo()
        if waiting:
            orders._start()
        return result
