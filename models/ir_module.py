"""The ledger does not go along with another module: switching expiration dates off would take it."""

from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        own = self.env.ref("base.module_lot_genealogy")
        going = own not in self and own in self.downstream_dependencies()
        if going and self.env["lot.ledger"].sudo().search_count([], limit=1):
            raise UserError(
                self.env._(
                    "%(module)s needs what you are removing (%(removed)s), and would go with it: ledger, "
                    "audit book, seals, recalls. If that is meant, uninstall %(module)s by itself first.",
                    module=own.shortdesc,
                    removed=", ".join(self.mapped("shortdesc")),
                )
            )
        return super().button_uninstall()
