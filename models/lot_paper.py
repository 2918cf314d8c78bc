"""A paper as it was made: its files, of which question, by whom, and what was missing.

Append-only: what was handed to an authority or a customer can be handed again, the same to the byte.
The files stand in the table itself, under the same wall.
"""

import base64
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..report.paper import PAPERS, Document
from ..report.paper_frame import PaperFrame
from ..report.paper_pdf import render_pdf
from ..report.paper_words import LANGUAGES, PaperWords
from ..report.paper_xlsx import PaperWorkbook
from .uncollected import uncollected

# Missing elements that the record itself lists; the files have all.
MOST_MISSING = 200


class LotPaper(models.Model):
    _name = "lot.paper"
    _inherit = ["lot.append.only"]
    _description = "Paper"
    _order = "id desc"
    _log_access = False

    name = fields.Char(readonly=True, required=True)
    type_id = fields.Many2one("lot.paper.type", string="Kind", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", readonly=True, required=True, ondelete="restrict")
    company_ids = fields.Many2many(
        "res.company",
        "lot_paper_company_rel",
        "paper_id",
        "company_id",
        string="Companies",
        readonly=True,
        help="That its trace was computed for: only who works for all of them sees it.",
    )
    lang = fields.Selection(LANGUAGES, string="Language", readonly=True, required=True)
    is_drill = fields.Boolean(string="Drill", readonly=True, required=True)
    question = fields.Text(readonly=True, required=True, help="What was traced, in words.")
    question_data = fields.Text(string="Question as data", readonly=True, required=True)
    asked_at = fields.Datetime(string="Traced on", readonly=True, required=True)
    made_at = fields.Datetime(string="Made on", readonly=True, required=True)
    user_id = fields.Many2one(
        "res.users", string="Made by", readonly=True, required=True, ondelete="restrict"
    )
    fingerprint = fields.Char(readonly=True, required=True, help="Of the trace that it was made of.")
    complete = fields.Boolean(readonly=True, required=True, help="The trace has no gaps.")
    gap_count = fields.Integer(string="Gaps of the trace", readonly=True, required=True)
    missing_count = fields.Integer(string="Missing elements", readonly=True, required=True)
    missing = fields.Text(string="What is missing", readonly=True)
    pdf = fields.Binary(string="PDF", attachment=False, readonly=True)
    pdf_name = fields.Char(readonly=True)
    pdf_hash = fields.Char(string="SHA-256 of the PDF", readonly=True)
    xlsx = fields.Binary(string="Spreadsheet", attachment=False, readonly=True)
    xlsx_name = fields.Char(readonly=True)
    xlsx_hash = fields.Char(string="SHA-256 of the spreadsheet", readonly=True)

    def _refuse(self):
        raise UserError(
            self.env._(
                "Papers are made from a trace or a recall, and stay as they were made. "
                "Make a new one from the trace screen, “Papers”."
            )
        )

    @api.model
    def _make(self, kind, trace, lang, options):
        """Make a paper of a Trace, and keep it.

        :param kind: a `lot.paper.type`
        :param dict trace: with `facts`
        :param str lang: one of LANGUAGES
        :param dict options: see report/paper.py
        :returns: the `lot.paper`
        """
        with uncollected():
            files, document = self._render(kind, trace, lang, options)
            paper = self._append([self._prepare_paper_vals(kind, trace, lang, options, files, document)])
            paper._append_companies([row["id"] for row in trace["facts"]["companies"]])
            return paper

    def _append_companies(self, company_ids):
        self.env.cr.execute(
            SQL(
                "INSERT INTO lot_paper_company_rel (paper_id, company_id) SELECT %s, unnest(%s)",
                self.id,
                company_ids,
            )
        )

    @api.model
    def _render(self, kind, trace, lang, options):
        """``({form: bytes}, Document)`` of a paper."""
        words = PaperWords(self.env, trace, lang)
        options = {"direction": kind.direction, **options}
        document = Document(PAPERS[kind.code](trace, words, options))
        day = trace["question"]["asked_at"][:10]
        text = self.env["lot.authority.text"]._get_valid(kind.text_code, lang, day) or {}
        title = kind.with_context(lang=self._get_active_lang(lang)).name
        frame = PaperFrame(document, {"title": title, "source": kind.source}, text)
        files = {}
        for form in kind._get_forms():
            if form == "pdf":
                files[form] = render_pdf(self.env, document, frame)
            else:
                files[form] = PaperWorkbook(document, frame).render()
        return files, document

    @api.model
    def _get_active_lang(self, lang):
        return lang if self.env["res.lang"]._get_data(code=lang) else None

    @api.model
    def _prepare_paper_vals(self, kind, trace, lang, options, files, document):
        words, question = document.words, trace["question"]
        missing = "\n".join(
            f"{one.paragraph} · {one.element} · {one.subject} → {one.where}"
            for one in document.missing[:MOST_MISSING]
        )
        drill = bool(options.get("drill"))
        name = words.file_name(f"DRILL {kind.name}" if drill else kind.name)
        company = document.paper.company.get("id") or self.env.company.id
        vals = {
            "name": name,
            "type_id": kind.id,
            "company_id": company,
            "lang": lang,
            "is_drill": drill,
            "question": "\n".join(words.items()),
            "question_data": json.dumps({**question, "options": {**question["options"]}}),
            "asked_at": question["asked_at"],
            "made_at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "fingerprint": trace["fingerprint"],
            "complete": bool(trace["complete"]),
            "gap_count": words.count("gaps"),
            "missing_count": len(document.missing),
            "missing": missing or None,
        }
        for form in ("pdf", "xlsx"):
            content = files.get(form)
            vals[form] = base64.b64encode(content) if content else None
            vals[f"{form}_name"] = f"{name}.{form}" if content else None
            vals[f"{form}_hash"] = hashlib.sha256(content).hexdigest() if content else None
        return vals

    def action_download(self):
        """Download the form that the button names in its context."""
        self.ensure_one()
        form = "xlsx" if self.env.context.get("form") == "xlsx" else "pdf"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{form}/{self[f'{form}_name']}?download=true",
            "target": "download",
        }
