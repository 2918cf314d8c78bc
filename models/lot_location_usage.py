"""What a location was until its usage was changed.

Usage decides what a move is: into a customer location a shipment, into stock nothing at
all. What was moved does not become something else when a location is used otherwise later.
"""

from odoo import api, fields, models


class LotLocationUsage(models.Model):
    _name = "lot.location.usage"
    _inherit = ["lot.append.only"]
    _description = "Former usage of a location"
    _order = "until desc, id desc"
    _rec_name = "location_id"
    _log_access = False

    location_id = fields.Many2one("stock.location", readonly=True, required=True, ondelete="restrict")
    usage = fields.Selection(
        lambda self: self.env["stock.location"]._fields["usage"].selection, readonly=True, required=True
    )
    until = fields.Datetime(readonly=True, required=True, help="When the usage was changed.")
    user_id = fields.Many2one(
        "res.users", string="Changed by", readonly=True, required=True, ondelete="restrict"
    )

    _until_idx = models.Index("(location_id, until)")

    @api.model
    def _append(self, vals_list):
        self.env.registry.clear_cache()
        return super()._append(vals_list)
