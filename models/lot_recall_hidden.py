"""What of a case is not shown to who reads it: papers and documents of companies that are not his.

Its own lists (lots, stock, orders, consignees, notices) are whole for everybody who reads the case.
"""

from odoo import api, fields, models


class LotRecall(models.Model):
    _inherit = "lot.recall"

    hidden_text = fields.Char(
        string="Not shown",
        compute="_compute_hidden_text",
        help="Made for, or booked in, companies that you do not work for or have not switched on.",
    )

    # Live: it depends on who looks. Searched, not read from the lists of the case: what those have in memory
    # is for one user.
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_hidden_text(self):
        for recall in self:
            counts = [
                (label, self.env[model].sudo().search_count(domain) - self.env[model].search_count(domain))
                for label, model, domain in recall._get_document_domains()
                if self.env[model].has_access("read")
            ]
            recall.hidden_text = ", ".join(f"{label}: {count}" for label, count in counts if count) or False

    def _get_document_domains(self):
        """``[(label, model, domain)]`` of what has company rules of its own."""
        own = [("recall_id", "in", self.ids)]
        scraps = [("lot_recall_destruction_id.recall_id", "in", self.ids)]
        return [
            (self.env._("papers"), "lot.paper", own),
            (self.env._("papers to be made"), "lot.paper.order", [*own, ("state", "!=", "done")]),
            (self.env._("credit notes"), "account.move", [("lot_recall_ids", "in", self.ids)]),
            (self.env._("scrap orders"), "stock.scrap", scraps),
        ]
