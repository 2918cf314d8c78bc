from odoo import api, fields, models


class StockLocation(models.Model):
    _name = "stock.location"
    _inherit = ["stock.location", "lot.audited"]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "usage", "is_quarantine"]

    def write(self, vals):
        if "usage" in vals:
            self.filtered(lambda location: location.usage != vals["usage"])._keep_usage()
        return super().write(vals)

    def _keep_usage(self):
        """Keep what these locations were until now, where something was moved through them."""
        lines = self.env["stock.move.line"].sudo()
        moved = self.filtered(
            lambda location: lines.search_count(
                [
                    ("state", "=", "done"),
                    "|",
                    ("location_id", "=", location.id),
                    ("location_dest_id", "=", location.id),
                ],
                limit=1,
            )
        )
        now = fields.Datetime.now()
        self.env["lot.location.usage"]._append(
            [
                {"location_id": location.id, "usage": location.usage, "until": now, "user_id": self.env.uid}
                for location in moved
            ]
        )
