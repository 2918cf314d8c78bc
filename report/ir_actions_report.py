"""Page numbers that can be trusted, on the printed trace and papers only."""

from odoo import api, models

from .page_numbers import CHARSET, number_pages

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
        """Number the pages of a lot trace or paper.

        wkhtmltopdf counts pages before it has moved what must not be torn over two of
        them: it wrote "10 / 11" on the last of ten, and who gets that asks for the
        eleventh. Builds with unpatched Qt write no numbers at all.
        """
        content = super()._run_wkhtmltopdf(
            bodies,
            report_ref=report_ref,
            header=header,
            footer=footer,
            landscape=landscape,
            specific_paperformat_args=specific_paperformat_args,
            set_viewport_size=set_viewport_size,
        )
        if report_ref and self._get_report(report_ref).report_name in NUMBERED:
            content = number_pages(content, self._get_lot_trace_page_label)
        return content

    @api.model
    def _get_lot_trace_page_label(self, number, count):
        label = self.env._("Page %(number)s / %(count)s", number=number, count=count)
        try:
            label.encode(CHARSET)
        except UnicodeEncodeError:
            label = f"{number} / {count}"
        return label
