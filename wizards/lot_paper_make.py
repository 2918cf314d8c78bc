"""Choose a paper, say what it is limited to, and make it on the server from a question or a case.

The browser sends a question, never rows: the trace is asked again here, or taken as it was frozen.
"""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.lot_trace_question import read_question, with_max_rows
from ..report.paper_words import LANGUAGES

CODES = re.compile(r"[\n,;]+")


class LotPaperMake(models.TransientModel):
    _name = "lot.paper.make"
    _description = "Make a paper"

    question = fields.Text(help="JSON, as docs/trace.md describes it.")
    type_id = fields.Many2one(
        "lot.paper.type", string="Paper", required=True, domain=lambda self: self._get_type_domain()
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
    type_lang = fields.Selection(related="type_id.lang")
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

    @api.model
    def _get_type_domain(self):
        return [("subject", "=", "trace")]

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
            self.type_id, trace, self.type_id.lang or self.lang, self._get_options(trace)
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
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UserError(self.env._("The first day cannot be after the last one."))

    def _get_trace(self):
        """The Trace that the paper is made of, whole, with its facts."""
        question = with_max_rows(read_question(self.env, self.question or ""), 0)
        question["direction"] = self.type_id.direction
        trace = self.env["lot.trace"].answer(question)
        trace["facts"] = self.env["lot.trace.facts"]._collect(trace)
        return trace

    def _get_options(self, _trace):
        """What is chosen here, as plain values: see report/paper.py."""
        options = {"request": self.request or "", "drill": False}
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
        if self.asks_date:
            options["date"] = fields.Date.to_string(self.date) or None
        return options
