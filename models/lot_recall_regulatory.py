"""What authorities ask of a recall that neither its scope nor its figures tell."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.fingerprint import fingerprint

REGULATORY = (
    "manufacturer_id",
    "product_description",
    "why_these_lots",
    "complaints",
    "quarantine_method",
    "disposition",
    "distribution_pattern",
    "recall_depth",
    "strategy",
    "public_warning",
    "communication",
    "completion_estimate",
    "voluntary",
    "initial_notification",
    "fda_recall_number",
    "fda_event_id",
    "fda_classified_on",
    "fda_terminated_on",
)


class LotRecall(models.Model):
    _inherit = "lot.recall"

    manufacturer_id = fields.Many2one(
        "res.partner", help="Who made the product, where that is not your own company."
    )
    product_description = fields.Text(
        help="What it is and how it is recognised: brand, name, form, use, packaging, label, codes on it."
    )
    why_these_lots = fields.Text(
        string="Why only these lots", help="What tells them from lots that are not recalled."
    )
    complaints = fields.Text(
        string="Complaints and injuries", help="Dates, number, what was said, and of which lots. Or: none."
    )
    quarantine_method = fields.Char(
        string="How stock is set aside", help="Also at distribution centres and other places of your own."
    )
    disposition = fields.Text(
        string="What becomes of the goods", help="Destruction, return, reworking: how, where, who sees to it."
    )
    distribution_pattern = fields.Char(
        help="In which countries or states, and through which channels it was distributed."
    )
    recall_depth = fields.Selection(
        [("wholesale", "Wholesale"), ("retail", "Retail"), ("consumer", "Consumer or user")],
        string="Depth",
        tracking=True,
        help="To which level of distribution the recall goes (21 CFR 7.42(b)(1)).",
    )
    strategy = fields.Text(
        help="Scope, method, effectiveness checks, and what is done about who does not answer."
    )
    public_warning = fields.Text(help="Whether the public is warned, how, and with which words.")
    communication = fields.Text(
        help="The notice to consignees: that it was sent, or what it is going to say."
    )
    completion_estimate = fields.Text(
        string="Estimate of completion", help="When the recall will be complete."
    )
    voluntary = fields.Selection(
        [("voluntary", "Voluntary: firm initiated"), ("mandated", "Mandated by the authority")],
        string="Voluntary or mandated",
        tracking=True,
    )
    initial_notification = fields.Selection(
        [
            ("letter", "Letter"),
            ("email", "E-Mail"),
            ("telephone", "Telephone"),
            ("visit", "Visit"),
            ("press", "Press Release"),
            (
                "combination",
                "Two or more of the following: Email, Fax, Letter, Press Release, Telephone, Visit",
            ),
            ("other", "Other"),
        ],
        string="First notice by",
    )
    fda_recall_number = fields.Char(string="FDA recall number", tracking=True)
    fda_event_id = fields.Char(string="FDA event ID", tracking=True)
    fda_classified_on = fields.Date(string="Classified by FDA on", tracking=True)
    fda_terminated_on = fields.Date(string="Terminated by FDA on", tracking=True)
    paper_ids = fields.One2many(
        "lot.paper", "recall_id", string="Papers", readonly=True, groups="lot_genealogy.group_quality"
    )
    paper_count = fields.Integer(compute="_compute_paper_count", groups="lot_genealogy.group_quality")

    @api.depends_context("uid")
    def _compute_paper_count(self):
        groups = self.env["lot.paper"]._read_group(
            [("recall_id", "in", self.ids)], ["recall_id"], ["__count"]
        )
        counts = dict(groups)
        for recall in self:
            recall.paper_count = counts.get(recall, 0)

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), *REGULATORY]

    def action_papers(self):
        """Choose a paper to make of the frozen scope."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_paper_make_action")
        action["context"] = {"default_recall_id": self.id}
        return action

    def action_open_papers(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_paper_action")
        return {**action, "domain": [("recall_id", "=", self.id)], "context": {}}

    def action_register(self):
        """The register of these recalls, as a spreadsheet with openFDA's columns."""
        self.env["lot.trace"]._check_may_trace()
        self.check_access("read")
        recalls = self.filtered(lambda recall: not recall.is_drill).sorted("id")
        if not recalls:
            raise UserError(self.env._("Choose recalls: drills do not stand in the register."))
        paper = self.env["lot.paper"]._make_register(recalls)
        return paper.with_context(form="xlsx").action_download()


class LotRecallScope(models.Model):
    _inherit = "lot.recall.scope"

    def _freeze(self, trace):
        """Labels, codes and places are frozen with the trace: papers are made of both."""
        facts = self.env["lot.trace.facts"].with_context(allowed_company_ids=self.asked_company_ids.ids)
        return super()._freeze({**trace, "facts": facts._collect(trace)})


class LotPaper(models.Model):
    _inherit = "lot.paper"

    recall_id = fields.Many2one("lot.recall", readonly=True, ondelete="restrict", index="btree_not_null")
    scope_number = fields.Integer(
        string="Version of the scope", readonly=True, aggregator=None, help="Of which it was made."
    )

    @api.model
    def _prepare_paper_vals(self, kind, trace, lang, options, files, document):
        vals = super()._prepare_paper_vals(kind, trace, lang, options, files, document)
        case = options.get("case") or {}
        return {**vals, "recall_id": case.get("id"), "scope_number": case.get("scope_number")}

    @api.model
    def _make_register(self, recalls):
        """The register of recalls: a paper of many cases, each row with its own fingerprint."""
        kind = self.env.ref("lot_genealogy.paper_recall_register")
        trace = self._prepare_register_trace(recalls)
        cases = [recall._get_paper_case(kind.lang) for recall in recalls]
        for recall, case in zip(recalls, cases, strict=True):
            case["fingerprint"] = recall.scope_id.fingerprint or None
            case["lots"] = recall.scope_id.lot_ids.mapped("name") or recall.lot_ids.mapped("name")
        return self._make(kind, trace, kind.lang, {"drill": False, "cases": cases})

    @api.model
    def _prepare_register_trace(self, recalls):
        """What stands for a trace in the register: which cases, when, and how complete they are."""
        scopes = recalls.scope_id
        seal = self.env["lot.seal"].sudo()._get_last()
        trace = {
            "question": {
                "items": [{"type": "recall", "id": recall.id, "name": recall.name} for recall in recalls],
                "lot_ids": [],
                "direction": "both",
                "options": {},
                "asked_at": fields.Datetime.to_string(fields.Datetime.now()),
                "asked_by": self.env.user.name,
                "company": ", ".join(self.env.companies.mapped("name")),
                "timezone": self.env.user.tz or "UTC",
            },
            "complete": all(scopes.mapped("complete")),
            "complete_since": None,
            "forward": None,
            "backward": None,
            "start": [],
            "gaps": [],
            "counts": {"gaps": sum(scopes.mapped("gap_count"))},
            "seal": seal and {**seal, "date": fields.Datetime.to_string(seal["date"])},
            "fingerprint": fingerprint([[one.recall_id.id, one.fingerprint] for one in scopes]),
        }
        return {**trace, "facts": self.env["lot.trace.facts"]._collect(trace)}
