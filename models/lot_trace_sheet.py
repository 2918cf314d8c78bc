"""The spreadsheet of a large trace: made by the job that makes papers, from the ledger as it is then.

A paper without a kind. It is no document for an authority: it is its owner's, and is removed after a month.
"""

import base64

from markupsafe import Markup

from odoo import api, fields, models

from ..report.lot_trace_question import read_question, with_max_rows
from ..report.lot_trace_words import TraceWords
from ..report.lot_trace_xlsx import get_file_name, render_lot_trace_xlsx

KEPT_DAYS = 30
LIST = "/odoo/action-lot_genealogy.lot_trace_sheet_action"


class LotTraceSheet(models.Model):
    _inherit = "lot.paper.order"

    subject = fields.Char(readonly=True, help="What is traced, of a spreadsheet of a trace.")
    row_count = fields.Integer(string="Rows of the answer", readonly=True, aggregator=None)
    fingerprint = fields.Char(readonly=True, help="Of the trace that it was made of.")
    # In the table itself: uninstalling leaves no file behind.
    xlsx = fields.Binary(string="Spreadsheet", attachment=False, readonly=True)
    xlsx_name = fields.Char(readonly=True)

    _kind_or_question = models.Constraint(
        "CHECK (type_id IS NOT NULL OR question IS NOT NULL)", "What is to be made?"
    )

    @api.model
    def order_sheet(self, question):
        """Have the spreadsheet of a large answer made in the background.

        :param dict question: as docs/trace.md describes it
        :returns: an action that tells so
        """
        question = read_question(self.env, question)
        self.env["lot.trace"]._check_may_trace()
        items = self.env["lot.trace"]._resolve(question)[0]
        subject = TraceWords(self.env, {"question": {"items": items}}).short_question()
        waiting = self.sudo().search(
            [("type_id", "=", False), ("user_id", "=", self.env.uid), ("state", "=", "waiting")]
        )
        companies = self.env.companies
        if not waiting.filtered(lambda order: order.question == question and order.company_ids == companies):
            kind = self.env["lot.paper.type"]
            self._request(kind, None, question=question, subject=subject)
            self._start()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Spreadsheet: %(subject)s", subject=subject),
                "message": self.env._(
                    "The answer is large: its spreadsheet is made in the background. You will be told, and "
                    "find it under %(place)s.",
                    place="%s",
                ),
                "links": [{"label": self.env._("Papers › Spreadsheets"), "url": LIST}],
            },
        }

    def _make(self, sources=None):
        """The paper, or the file here."""
        if self.type_id:
            return super()._make(sources)
        asking = self._get_asking("lot.trace")
        trace = asking.answer(with_max_rows(self.question, 0))
        content = render_lot_trace_xlsx(asking.env, trace)
        return self.write(
            {
                "state": "done",
                "error": False,
                "row_count": sum(
                    count
                    for name, count in trace["counts"].items()
                    if not name.endswith(".conservative_lots")
                ),
                "fingerprint": trace["fingerprint"],
                "xlsx": base64.b64encode(content),
                "xlsx_name": get_file_name(asking.env, trace),
            }
        )

    def action_download(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._get_file_url(), "target": "download"}

    def _get_file_url(self):
        return f"/web/content/{self._name}/{self.id}/xlsx?download=true&filename_field=xlsx_name"

    def _tell(self):
        """Its owner, in Discuss or by e-mail, as he prefers."""
        if self.type_id:
            super()._tell()
            return
        env = self._get_asking("lot.trace").env
        title = env._("Spreadsheet: %(subject)s", subject=self.subject)
        if self.state == "done":
            text = env._("The spreadsheet of your trace is made.")
            label, url = self.xlsx_name, self._get_file_url()
        else:
            text = env._("The spreadsheet of your trace could not be made: %(error)s", error=self.error)
            label, url = env._("Papers › Spreadsheets"), LIST
        self.user_id._bus_send(
            "simple_notification",
            {"type": "success" if self.state == "done" else "danger", "title": title, "message": text},
        )
        self.env["mail.thread"].message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=title,
            body=Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (text, self.get_base_url() + url, label),
        )

    @api.autovacuum
    def _forget_sheets(self):
        """Who asks again gets a newer one."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("type_id", "=", False), ("create_date", "<", before)]).unlink()
