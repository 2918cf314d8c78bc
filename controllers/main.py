"""The spreadsheet of a trace, made on the server from the ledger."""

import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request
from odoo.tools.misc import html_escape

from ..report.lot_trace_question import read_question, with_max_rows
from ..report.lot_trace_xlsx import get_file_name, render_lot_trace_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LotTraceController(http.Controller):
    # readonly: nothing is written, a read replica can serve it.
    @http.route(
        "/lot_genealogy/trace/xlsx",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def lot_trace_xlsx(self, question=None, **_ignored):
        """All rows of the answer to a question.

        :param str question: the question as JSON; whatever else is sent is ignored
        """
        try:
            asked = with_max_rows(read_question(request.env, question), 0)
            trace = request.env["lot.trace"].answer(asked)
        except AccessError as error:
            return self._refuse(error, 403)
        except UserError as error:
            return self._refuse(error, 400)
        content = render_lot_trace_xlsx(request.env, trace)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(get_file_name(request.env, trace))),
            ],
        )

    def _refuse(self, error, status):
        """An error as the web client's `download` wants it: it shows the sentence.

        Without the traceback: nothing failed here, the question was refused.
        """
        data = {**http.serialize_exception(error), "debug": ""}
        body = {"code": status, "message": "Odoo Server Error", "data": data}
        return request.make_response(
            html_escape(json.dumps(body)),
            headers=[("Content-Type", "text/html; charset=utf-8")],
            status=status,
        )
