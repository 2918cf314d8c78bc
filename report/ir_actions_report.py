"""What the printed trace, papers, letters and lists need of wkhtmltopdf beside what Odoo asks of it."""

import re

from odoo import api, models
from odoo.exceptions import UserError

from .page_numbers import CHARSET, number_pages
from .paper_words import Speaker

OWN = "lot_genealogy."
WHOLE = re.compile(r"page-break-inside:\s*avoid;?")
# Page numbers that can be trusted.
NUMBERED = ("lot_genealogy.report_lot_trace", "lot_genealogy.report_lot_paper")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Print it even where the layout crashes wkhtmltopdf; number the pages of a trace or paper.

        It crashes on some layouts where it moves a row to the next page. A row that is torn over two pages is
        better than no paper in an emergency.

        wkhtmltopdf counts pages before it has moved what must not be torn over two of
        them: it wrote "10 / 11" on the last of ten, and who gets that asks for the
        eleventh. Builds with unpatched Qt write no numbers at all.
        """
        options = {
            "report_ref": report_ref,
            "header": header,
            "footer": footer,
            "landscape": landscape,
            "specific_paperformat_args": specific_paperformat_args,
            "set_viewport_size": set_viewport_size,
        }
        name = self._get_report(report_ref).report_name if report_ref else ""
        try:
            content = super()._run_wkhtmltopdf(bodies, **options)
        except UserError:
            if not name.startswith(OWN):
                raise
            torn = [WHOLE.sub("", str(body)) for body in bodies]
            content = super()._run_wkhtmltopdf(torn, **options)
        if name in NUMBERED:
            content = number_pages(content, self._get_lot_trace_page_label)
        return content

    @api.model
    def _get_lot_trace_page_label(self, number, count):
        # A paper has a language of its own, whichever are switched on.
        lang = self.env.context.get("lot_paper_lang")
        speaker = Speaker(lang) if lang else self.env
        label = speaker._("Page %(number)s / %(count)s", number=number, count=count)
        try:
            label.encode(CHARSET)
        except UnicodeEncodeError:
            label = f"{number} / {count}"
        return label
