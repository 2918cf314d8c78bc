"""Choose a paper, say what it is limited to, and make it on the server from a question or a case.

The browser sends a question, never rows: the trace is asked again here, or taken as it was frozen.
"""

import re
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.lot_trace_question import read_question
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
        "product.product",
        string="Foods",
        context={"active_test": False},
        help="Only rows of these. Empty: all foods of the trace.",
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
            subjects = types._get_subjects(wizard.recall_id)
            wizard.allowed_type_ids = types.filtered(lambda kind, subjects=subjects: kind.subject in subjects)

    @api.onchange("recall_id", "type_id")
    def _onchange_recall(self):
        """What the case says already need not be typed again."""
        if self.recall_id:
            for name, value in self.recall_id._get_paper_choices(self.type_id).items():
                self[name] = self[name] or value

    @api.depends("type_id")
    def _compute_lang(self):
        for wizard in self:
            wizard.lang = wizard.type_id.lang or self.env["lot.paper.order"]._get_default_lang()

    def action_make(self):
        """Make the paper and show it, with what is missing of it; a large one is left to the job."""
        self.ensure_one()
        self._check()
        order = self._make_order()
        if order._is_large():
            order._start()
            return self._get_waiting_action()
        order._make()
        return order.action_open_paper()

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

    def _make_order(self):
        """What is asked for, as it is entered here."""
        recall = self.recall_id
        vals = {"choices": self._get_choices()}
        if recall:
            recall.check_access("read")
            recall._check_papers()
            vals.update(recall_id=recall, scope_id=recall.scope_id)
        else:
            vals["question"] = read_question(self.env, self.question or "")
        return self.env["lot.paper.order"]._request(self.type_id, self.lang, **vals)

    def _get_waiting_action(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "message": self.env._(
                    "It is made of so much that it takes a while. The case shows it once it is made."
                )
                if self.recall_id
                else self.env._(
                    "It is made of so much that it takes a while. You are told once it is made; it stands in "
                    "Traceability, Papers."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_choices(self):
        """What is chosen here, as plain values: see report/paper.py."""
        choices = {"request": self.request or "", "until": self._get_until()}
        if self.asks_reason:
            choices.update(reason=self.reason or "", measures=self.measures or "")
        if self.asks_filters:
            codes = {code.strip() for code in CODES.split(self.lot_codes or "")} - {""}
            choices.update(
                products=self.product_ids.ids,
                product_names=self.product_ids.mapped("display_name"),
                lot_codes=sorted(codes),
                date_from=fields.Date.to_string(self.date_from) or None,
                date_to=fields.Date.to_string(self.date_to) or None,
            )
        return choices

    def _get_until(self):
        """The end of the day that was chosen, in the user's time zone; None: now."""
        if not self.asks_date or not self.date or self.date >= fields.Date.context_today(self):
            return None
        zone = ZoneInfo(self.env.user.tz or "UTC")
        end = datetime.combine(self.date, time(23, 59, 59), zone).astimezone(timezone.utc)
        return end.strftime("%Y-%m-%d %H:%M:%S")
