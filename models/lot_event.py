"""One transformation: some lots went in, some lots came out.

The graph of the genealogy is lot, event, lot: an order with n inputs and m outputs
costs n + m ledger entries, never n times m.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .document import open_document

KINDS = [
    ("manufacture", "Manufacture"),
    ("unbuild", "Unbuild"),
    ("repair", "Repair"),
    ("split", "Split"),
    ("merge", "Merge"),
    ("repack", "Repack"),
    ("relabel", "Relabel"),
    ("external", "External"),
]


class LotEvent(models.Model):
    _name = "lot.event"
    _inherit = ["lot.append.only"]
    _description = "Lot event"
    _order = "date desc, id desc"
    _rec_name = "document"
    _log_access = False

    kind = fields.Selection(KINDS, readonly=True, required=True)
    date = fields.Datetime(readonly=True, required=True, help="When it happened, as posted.")
    company_id = fields.Many2one("res.company", readonly=True, required=True, ondelete="restrict")
    res_model = fields.Char(string="Document model", readonly=True, required=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True, required=True
    )
    document = fields.Char(readonly=True, required=True, help="Name of the document as it was recorded.")
    uuid = fields.Char(
        string="UUID",
        readonly=True,
        required=True,
        help="Names this event outside of this database.",
    )
    recorded_at = fields.Datetime(readonly=True, required=True)
    user_id = fields.Many2one("res.users", readonly=True, required=True, ondelete="restrict")
    input_ids = fields.One2many(
        "lot.ledger",
        "event_id",
        string="Inputs",
        domain=[("kind", "=", "consumption")],
        readonly=True,
    )
    output_ids = fields.One2many(
        "lot.ledger",
        "event_id",
        string="Outputs",
        domain=[("kind", "=", "output")],
        readonly=True,
    )

    _document_uniq = models.UniqueIndex("(res_model, res_id)")
    _uuid_uniq = models.UniqueIndex("(uuid)")

    @api.model
    def _get_sources(self):
        """What makes an event of a done stock move `m`, first match wins.

        Rows of ``(kind, model, column of stock_move m with the document's id)``; the kind is
        None where the field of that name of the document says it. Columns of modules that are
        not installed are passed over.
        Modules that bring further transformations extend this list.
        """
        return [
            (None, "lot.operation", "lot_operation_id"),
            ("unbuild", "mrp.unbuild", "unbuild_id"),
            ("repair", "repair.order", "repair_id"),
            ("manufacture", "mrp.production", "raw_material_production_id"),
            ("manufacture", "mrp.production", "production_id"),
            ("external", "stock.picking", "picking_id"),
            ("external", "stock.move", "id"),
        ]

    @api.model
    def _check_document_kept(self, documents):
        """Refuse to delete `documents` that made an event: whatever their state says now."""
        events = self.sudo().search([("res_model", "=", documents._name), ("res_id", "in", documents.ids)])
        if events:
            raise UserError(
                self.env._(
                    "%(documents)s: what was done is in the ledger. It cannot be deleted.",
                    documents=", ".join(events.mapped("document")),
                )
            )

    def action_open_document(self):
        return open_document(self)
