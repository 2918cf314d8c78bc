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

    # Live: it depends on who looks.
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_hidden_text(self):
        for recall in self:
            counts = (
                (label, len(all_of_it) - len(all_of_it.with_env(self.env)._filtered_access("read")))
                for label, all_of_it in recall.sudo()._get_documents()
                if self.env[all_of_it._name].has_access("read")
            )
            recall.hidden_text = ", ".join(f"{label}: {count}" for label, count in counts if count) or False

    def _get_documents(self):
        """``[(label, records)]`` that have company rules of their own."""
        scraps = self.destruction_ids.scrap_ids
        return [
            (self.env._("papers"), self.paper_ids),
            (self.env._("papers to be made"), self.paper_order_ids),
            (self.env._("credit notes"), self.credit_note_ids),
            (self.env._("scrap orders"), scraps),
        ]
