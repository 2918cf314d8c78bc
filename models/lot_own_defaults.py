"""Inherited by records that our own code creates, whoever pressed the button.

Odoo takes what such code does not say (a state, who did it and when) from a default that the user stored for
himself, or, without `sudo`, from the caller's context. Here only the model's own default counts.
"""

from odoo import api, models


class LotOwnDefaults(models.AbstractModel):
    _name = "lot.own.defaults"
    _description = "Record whose defaults no caller gives"

    @api.model
    def _get_own_default_fields(self):
        """Names of the fields that no caller gives a default: all of them."""
        return self._fields.keys()

    @api.model
    def default_get(self, fields):
        own = self._get_own_default_fields()
        found = super().default_get([name for name in fields if name not in own])
        asked = (self._fields[name] for name in fields if name in own and name in self._fields)
        return found | {field.name: field.default(self) for field in asked if field.default}
