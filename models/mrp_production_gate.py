from odoo import models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def pre_button_mark_done(self):
        """Tell at once what is missing of components and of what is made.

        Odoo posts components first: the gate alone would tell of one after the other.
        """
        res = super().pre_button_mark_done()
        if res is True:
            open_lines = (self.move_raw_ids | self.move_finished_ids).move_line_ids.filtered(
                lambda line: line.state not in ("done", "cancel")
            )
            # Odoo leaves out components that were not picked.
            self.env["lot.gate"]._check(
                open_lines.filtered(lambda line: line.picked or line.move_id.production_id), planned=True
            )
        return res
