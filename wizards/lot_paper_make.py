"""Choose a paper, say what it is limited to, and make it on the server from a question or a case.

The browser sends a question, never rows: the trace is asked again here, or taken as it was frozen.
"""

import re
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.lot_trace_question import read_question, with_max_rows
from ..report.paper_words import LANGUAGES

CODES = re.compile(r"[\n,;]+")


class LotPaperMake(models.TransientModel):
    _name = "lot.paper.make"
    _description = "Make a paper"

    question = fields.Text(help="JSON, as docs/trace.md describes it.")
    recall_id = fields.Many2one("lot.recall", readonly=True)
    allowed_type_ids = fields.Many2many("lot.paper.type", compute="_compute_allowed_type_ids")
    type_id = fields.Many2one(
        "lot.paper.type", string="Paper", required=True, domain="[('id', 'in', allowed_type_ids)]"
    )
    source = fields.Char(related="type_id.source", string="Contains the data required by")
    description = fields.Text(related="type_id.description")
    lang = fields.Selection(
        LANGUAGES,
        string="Language",
        required=True,
        compute="_compute_lang",
        store=True,
        readonly=False,
        precompute=True,
    )
    type_lang = fields.Selection(related="type_id.lang", string="Language of the paper")
    asks_reason = fields.Boolean(related="type_id.asks_reason")
    asks_filters = fields.Boolean(related="type_id.asks_filters")
    asks_date = fields.Boolean(related="type_id.asks_date")
    request = fields.Char(help="The authority's reference, or who asked for it and when: it is printed.")
    reason = fields.Text(help="What is wrong, and how it was found; the results of tests.")
    measures = fields.Text(help="What was done, and what will be done.")
    product_ids = fields.Many2many(
        "product.product", string="Foods", help="Only rows of these. Empty: all foods of the trace."
    )
    date_from = fields.Date(string="From", help="Only rows from this day on.")
    date_to = fields.Date(string="To", help="Only rows until this day.")
    lot_codes = fields.Text(
        string="Lot codes", help="Only rows of these lots or traceability lot codes, one a line."
    )
    date = fields.Date(string="As of", default=fields.Date.context_today)

    @api.depends("recall_id")
    def _compute_allowed_type_ids(self):
        types = self.env["lot.paper.type"].search([("subject", "!=", "register")])
        for wizard in self:
            subjects = {"trace"}
            if wizard.recall_id:
                subjects |= {"recall", "drill"} if wizard.recall_id.is_drill else {"recall"}
            wizard.allowed_type_ids = types.filtered(lambda kind, subjects=subjects: kind.subject in subjects)

    @api.onchange("recall_id", "type_id")
    def _onchange_recall(self):
        """What the case says already need not be typed again."""
        recall = self.recall_id
        if recall and self.asks_reason:
            self.reason = self.reason or recall.reason
            self.measures = self.measures or "\n".join(recall.measure_ids.mapped("text"))
        if recall:
            self.request = self.request or recall.authority_reference

    @api.depends("type_id")
    def _compute_lang(self):
        known = [code for code, _name in LANGUAGES]
        own = self.env.lang if self.env.lang in known else "en_US"
        for wizard in self:
            wizard.lang = wizard.type_id.lang or own

    def action_make(self):
        """Make the paper and show it, with what is missing of it."""
        self.ensure_one()
        self._check()
        trace = self._get_trace()
        paper = self.env["lot.paper"]._make(
            self.type_id, trace, self.type_id.lang or self.lang, self._get_options()
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paper"),
            "res_model": "lot.paper",
            "res_id": paper.id,
            "views": [(False, "form")],
        }

    def _check(self):
        self.env["lot.trace"]._check_may_trace()
        problems = []
        if self.type_id not in self.allowed_type_ids:
            problems.append(
                self.env._("%(paper)s is made of a recall: open the recall first.", paper=self.type_id.name)
            )
        if self.date_from and self.date_to and self.date_from > self.date_to:
            problems.append(self.env._("The first day cannot be after the last one."))
        if self.asks_date and self.date and self.date > fields.Date.context_today(self):
            problems.append(self.env._("Nobody knows yet how things stand on a later day."))
        if problems:
            raise UserError("\n".join(problems))

    def _get_trace(self):
        """The Trace that the paper is made of, whole, with its facts."""
        if self.recall_id:
            self.recall_id.check_access("read")
            return self.recall_id._get_paper_trace()
        question = with_max_rows(read_question(self.env, self.question or ""), 0)
        question["direction"] = self.type_id.direction
        trace = self.env["lot.trace"].answer(question)
        trace["facts"] = self.env["lot.trace.facts"]._collect(trace)
        return trace

    def _get_options(self):
        """What is chosen here, and what the case tells, as plain values: see report/paper.py."""
        options = {"request": self.request or "", "drill": self.recall_id.is_drill}
        if self.asks_reason:
            options.update(reason=self.reason or "", measures=self.measures or "")
        if self.asks_filters:
            codes = {code.strip() for code in CODES.split(self.lot_codes or "")} - {""}
            options.update(
                products=self.product_ids.ids,
                product_names=self.product_ids.mapped("display_name"),
                lot_codes=sorted(codes),
                date_from=fields.Date.to_string(self.date_from) or None,
                date_to=fields.Date.to_string(self.date_to) or None,
            )
        if self.recall_id:
            options["case"] = self.recall_id._get_paper_case(
                self.type_id.lang or self.lang, self._get_until()
            )
        return options

    def _get_until(self):
        """The end of the day that was chosen, in the user's time zone; None: now."""
        if not self.asks_date or not self.date or self.date >= fields.Date.context_today(self):
            return None
        zone = ZoneInfo(self.env.user.tz or "UTC")
        end = datetime.combine(self.date, time(23, 59, 59), zone).astimezone(timezone.utc)
        return end.strftime("%Y-%m-%d %H:%M:%S")
