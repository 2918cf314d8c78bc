"""What Odoo keeps in memory between requests (``ormcache``) and forgets at a change."""

from odoo import api, models


class LotCached(models.AbstractModel):
    _name = "lot.cached"
    _description = "Kept in memory"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
