"""The printed trace: puts one answer of `lot.trace` into the template's hands."""

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.base.models import ir_actions_report

from .lot_trace_print import TracePrint
from .lot_trace_question import read_question, with_max_rows

# Rows a printed list has at most; the spreadsheet has all.
MAX_ROWS = 500
# Of what a browser may send beside the question, the layout needs these.
LAYOUT_KEYS = ("report_type", "debug")


class ReportLotTrace(models.AbstractModel):
    _name = "report.lot_genealogy.report_lot_trace"
    _description = "Lot trace report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The values of the template.

        :param list docids: lots to trace in both directions, if there is no question
        :param dict data: may hold ``question``, as JSON or as a dict
        """
        data = {} if data is None else data
        question = self._get_question(docids, data)
        trace = self.env["lot.trace"].answer(with_max_rows(question, MAX_ROWS))
        # `data` came over the URL and is merged into what the template sees: nothing
        # of it may stand in for what the server found.
        for key in set(data) - set(LAYOUT_KEYS):
            del data[key]
        return {
            "doc_ids": trace["question"]["lot_ids"],
            "doc_model": "stock.lot",
            "company": self.env.company,
            "company_address": self._get_company_address(),
            "trace": trace,
            "question": trace["question"],
            "words": TracePrint(self.env, trace),
            "title": self.env._("Lot trace"),
            "no_page_headers": (data.get("report_type") == "pdf" and not self._has_page_headers()),
        }

    @api.model
    def _get_question(self, docids, data):
        """The question that was sent, else the one that some lots stand for."""
        if data.get("question"):
            return read_question(self.env, data["question"])
        if not docids:
            raise UserError(self.env._("Nothing to print: choose at least one lot, or ask a trace."))
        return {
            "items": [{"type": "lot", "id": lot_id} for lot_id in docids],
            "direction": "both",
        }

    @api.model
    def _has_page_headers(self):
        """Whether wkhtmltopdf prints them: Debian's and others' own build does not."""
        wkhtmltopdf = getattr(ir_actions_report, "_wkhtml", None)
        return not wkhtmltopdf or wkhtmltopdf().is_patched_qt

    @api.model
    def _get_company_address(self):
        """Who answers for this print, in one line."""
        address = self.env.company.partner_id._display_address(without_company=True)
        return ", ".join(filter(None, map(str.strip, address.split("\n"))))
