"""A paper that somebody wants: made at once if it is small, else by a job, one after the other.

A large trace takes a paper longer than a web request may last. What was chosen is kept here, with
who chose it: the paper is made as he would make it. One that cannot be made says why, and stops no other.
"""

import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.lot_trace_question import with_max_rows
from ..report.paper import PAPERS
from ..report.paper_recall import RecallPaper
from ..report.paper_words import LANGUAGES
from .job_stint import Stint
from .uncollected import uncollected

_logger = logging.getLogger(__name__)

# Rows of the lists that a paper is made of: more are left to the job.
AT_ONCE = 10_000
# So often a paper is begun that is interrupted each time.
MOST_TRIES = 3


class Sources:
    """What papers are made of, kept from one to the next: to load a large case takes seconds."""

    def __init__(self):
        self._key = self._trace = None
        self._cases = {}

    def get_trace(self, order):
        if not order.scope_id:
            return order._ask()
        key = (order.scope_id.id, order.user_id.id)
        if key != self._key:
            self._cases = {}
            self._trace = order._get_recall()._get_paper_trace()
            self._key = key
        return self._trace

    def get_case(self, order, until):
        whole = issubclass(PAPERS[order.type_id.code], RecallPaper)
        key = (order.lang, until, whole)
        if key not in self._cases:
            self._cases[key] = order._get_recall()._get_paper_case(order.lang, until, whole)
        return self._cases[key]


class LotPaperOrder(models.Model):
    _name = "lot.paper.order"
    _inherit = ["lot.own.defaults"]
    _description = "Paper to be made"
    _order = "id"
    _rec_name = "type_id"

    type_id = fields.Many2one(
        "lot.paper.type",
        string="Kind",
        readonly=True,
        ondelete="restrict",
        help="None: the spreadsheet of a trace (lot_trace_sheet.py).",
    )
    lang = fields.Selection(LANGUAGES, string="Language", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Asked for by", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    company_ids = fields.Many2many("res.company", string="Companies", readonly=True)
    recall_id = fields.Many2one("lot.recall", readonly=True, index="btree_not_null", ondelete="cascade")
    scope_id = fields.Many2one(
        "lot.recall.scope",
        string="Version of the scope",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    question = fields.Json(readonly=True, help="As docs/trace.md describes it; none: of the recall.")
    choices = fields.Json(readonly=True, help="What was entered for it; none: what the case says.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Made"), ("failed", "Could not be made")],
        string="Status",
        default="waiting",
        required=True,
        readonly=True,
    )
    tries = fields.Integer(readonly=True, aggregator=None, help="How often it was begun.")
    error = fields.Text(readonly=True)
    paper_id = fields.Many2one("lot.paper", readonly=True, index="btree_not_null", ondelete="restrict")

    # ---- asking for papers -----------------------------------------------------------

    @api.model
    def _request(self, kind, lang, **vals):
        """A paper that the user of this environment wants."""
        companies = self.env.companies
        company = vals["recall_id"].company_id if vals.get("recall_id") else self.env.company
        return self.sudo().create(
            {
                "type_id": kind.id,
                "lang": kind.lang or lang or self._get_default_lang(),
                "user_id": self.env.uid,
                "company_id": company.id,
                "company_ids": companies.ids,
                **{
                    name: value.id if isinstance(value, models.BaseModel) else value
                    for name, value in vals.items()
                },
            }
        )

    @api.model
    def _get_default_lang(self):
        lang = self.env.user.lang
        return lang if lang in dict(LANGUAGES) else "en_US"

    def _is_large(self):
        """Whether it may take longer than a web request lasts."""
        self.ensure_one()
        if self.recall_id:
            return sum(self.recall_id.scope_ids.mapped("row_count")) > AT_ONCE
        if self.env["lot.recall.scope"]._is_small():
            return False
        trace = self._get_asking("lot.trace").answer(with_max_rows(self.question, 1))
        return sum(trace["counts"].values()) > AT_ONCE

    def _start(self):
        self.env.ref("lot_genealogy.lot_paper_cron").sudo()._trigger()

    def action_retry(self):
        """Try again what could not be made."""
        self.check_access("read")
        self.env["lot.trace"]._check_may_trace()
        self.sudo().filtered(lambda order: order.state == "failed").write(
            {"state": "waiting", "tries": 0, "error": False}
        )
        self._start()
        return True

    def action_open_paper(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "lot.paper",
            "res_id": self.paper_id.id,
            "views": [(False, "form")],
        }

    # ---- making them -----------------------------------------------------------------

    @api.model
    def _make_waiting(self):
        """The job: goes on with the first paper that is not made."""
        orders = self.sudo().search([("state", "=", "waiting")], order="scope_id, user_id, lang, id")
        stint = Stint(self.env, len(orders))
        for finished in orders._work():
            if not stint.commit(1, finished):
                return

    def _work(self):
        """Make the papers; yields after what can be committed, how many are finished."""
        sources = Sources()
        for order in self:
            if not order._is_ready():
                # Its case is being frozen anew: it is made of the new version then.
                yield 1
                continue
            order.tries += 1
            # Should making it kill the worker, it is known how often.
            yield 0
            order._try(sources)
            yield 1

    def _is_ready(self):
        return self.state == "waiting" and (
            not self.recall_id or self.scope_id == self.recall_id.scope_id and self.scope_id.state == "done"
        )

    def _try(self, sources):
        if self.tries > MOST_TRIES:
            self._fail(
                self.env._(
                    "It was begun %(count)s times, and interrupted each time. It may take longer than the "
                    "server lets a job work: limit_time_cpu and limit_time_real of its configuration.",
                    count=MOST_TRIES,
                )
            )
            self._tell()
            return
        try:
            with self.env.cr.savepoint():
                self._make(sources)
        except UserError as error:
            self._fail(str(error))
        except Exception as error:  # pylint: disable=broad-except
            # A worker's own limit is a bare Exception; what the database refuses for now is tried again.
            if type(error) is Exception or isinstance(error, OperationalError):
                raise
            _logger.warning("Paper %s could not be made", self.id, exc_info=True)
            self._fail(f"{type(error).__name__}: {error}")
        self._tell()

    def _fail(self, text):
        self.write({"state": "failed", "error": text})

    def _make(self, sources=None):
        """Make the paper, as who asked for it."""
        self.ensure_one()
        sources = sources or Sources()
        with uncollected():
            trace = sources.get_trace(self)
            paper = self._get_asking("lot.paper")._make(
                self.type_id, trace, self.lang, self._get_options(sources)
            )
        self.write({"state": "done", "paper_id": paper.id, "error": False})
        return paper

    def _get_asking(self, model):
        """A model, as who asked for the paper."""
        user = self.user_id
        # The company that was his own then comes first.
        companies = self.company_ids.sorted(lambda company: company != self.company_id)
        return (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=companies.ids, lang=user.lang, tz=user.tz)
        )

    def _get_recall(self):
        self._get_asking("lot.trace")._check_may_trace()
        recall = self._get_asking("lot.recall").browse(self.recall_id.id)
        recall.check_access("read")
        return recall

    def _ask(self):
        """The Trace that was asked for, whole, with its facts."""
        question = with_max_rows(self.question, 0)
        question["direction"] = self.type_id.direction
        trace = self._get_asking("lot.trace").answer(question)
        trace["facts"] = self._get_asking("lot.trace.facts")._collect(trace)
        return trace

    def _get_options(self, sources):
        """What was chosen, and what the case tells, as plain values: see report/paper.py."""
        recall = self.recall_id
        choices = self.choices or recall._get_paper_choices(self.type_id)
        options = {"request": "", "drill": recall.is_drill, **choices}
        until = options.pop("until", None)
        if recall:
            options["case"] = sources.get_case(self, until)
        return options

    def _tell(self):
        """Who waits for it where no page follows: a paper of a question."""
        if self.recall_id:
            return
        done = self.state == "done"
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "success" if done else "danger",
                "sticky": True,
                "title": self.type_id.name,
                "message": self.env._("The paper is made: Traceability, Papers.") if done else self.error,
            },
        )
