"""Papers are made by `lot.paper._make`; a browser that asks for the report itself gets none."""

from odoo import api, models
from odoo.exceptions import UserError


class ReportLotPaper(models.AbstractModel):
    _name = "report.lot_genealogy.report_lot_paper"
    _description = "Paper for authorities"

    @api.model
    def _get_report_values(self, docids, data=None):
        raise UserError(self.env._("Make papers from the trace screen or from a recall: “Papers”."))
