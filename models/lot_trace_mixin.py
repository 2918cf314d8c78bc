"""The buttons “Made from” and “Went to” of a document."""

from odoo import fields, models


class LotTraceMixin(models.AbstractModel):
    """A document whose lots can be traced from its form."""

    _name = "lot.trace.mixin"
    _description = "Document with lots that can be traced"

    lot_trace_count = fields.Integer(
        string="Lots to trace",
        compute="_compute_lot_trace_count",
        groups="lot_genealogy.group_user",
    )

    def _compute_lot_trace_count(self):
        for record in self:
            record.lot_trace_count = len(record._get_trace_lots())

    def _get_trace_lots(self):
        """The lots of this document (stock.lot)."""
        raise NotImplementedError

    def _get_trace_items(self):
        """The items of a question about these documents (docs/trace.md)."""
        raise NotImplementedError

    def action_lot_trace_backward(self):
        return self.env["lot.trace"]._get_trace_action(self._get_trace_items(), "backward")

    def action_lot_trace_forward(self):
        return self.env["lot.trace"]._get_trace_action(self._get_trace_items(), "forward")
