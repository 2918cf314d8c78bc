"""The append-only book of every quantity of every lot that entered or left.

Internal transfers are not entries: stock quants know where a lot is now.
"""

from odoo import fields, models

KINDS = [
    ("receipt", "Receipt"),
    ("output", "Made"),
    ("consumption", "Used"),
    ("shipment", "Shipment"),
    ("customer_return", "Customer return"),
    ("supplier_return", "Return to supplier"),
    ("scrap", "Scrap"),
    ("adjustment", "Inventory adjustment"),
]


class LotLedger(models.Model):
    _name = "lot.ledger"
    _inherit = ["lot.append.only"]
    _description = "Lot ledger entry"
    _order = "date desc, id desc"
    _rec_name = "document"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot",
        readonly=True,
        ondelete="restrict",
        # For forms, searches and the deletion of a lot: the indexes below are of one sign each.
        index="btree_not_null",
        help="Empty for what an event took or made without a lot.",
    )
    product_id = fields.Many2one("product.product", readonly=True, required=True, ondelete="restrict")
    kind = fields.Selection(KINDS, readonly=True, required=True)
    # No `digits`: a double, quantities are divided when asked, never rounded before.
    quantity = fields.Float(
        readonly=True,
        required=True,
        help="In the product's unit. Positive: it came in. Negative: it left.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        readonly=True,
        required=True,
        ondelete="restrict",
        help="The product's unit when this was recorded.",
    )
    date = fields.Datetime(string="Effective date", readonly=True, required=True)
    event_id = fields.Many2one("lot.event", readonly=True, ondelete="restrict")
    cost_share = fields.Float(
        readonly=True,
        help="Percent of the order's cost that this output carried: what was used is "
        "divided by it where the outputs' units cannot be added.",
    )
    tracked = fields.Boolean(
        readonly=True, help="The product was tracked by lot or serial number then, or had lots of before."
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True, ondelete="restrict")
    party_id = fields.Many2one("lot.party", string="Partner as recorded", readonly=True, ondelete="restrict")
    document = fields.Char(readonly=True, help="Its name as it was recorded.")
    order_name = fields.Char(string="Order", readonly=True)
    supplier_lot = fields.Char(string="Supplier's lot number", readonly=True, help="As known at the receipt.")
    # Frozen too: a reference to the partner would forbid to merge it with another one.
    owner_party_id = fields.Many2one(
        "lot.party",
        string="Owner as recorded",
        readonly=True,
        ondelete="restrict",
        help="Whose the goods were, where they were not the company's own.",
    )
    location_id = fields.Many2one("stock.location", string="From", readonly=True, ondelete="restrict")
    location_dest_id = fields.Many2one("stock.location", string="To", readonly=True, ondelete="restrict")
    picking_id = fields.Many2one("stock.picking", readonly=True, ondelete="restrict")
    move_line_id = fields.Many2one(
        "stock.move.line", string="Stock move line", readonly=True, ondelete="restrict"
    )
    corrects_id = fields.Many2one(
        "lot.ledger",
        readonly=True,
        ondelete="restrict",
        help="The entry that this one takes back or states anew.",
    )
    reversal = fields.Boolean(
        readonly=True, required=True, help="This entry only takes back the one that it corrects."
    )
    reason = fields.Char(readonly=True)
    recorded_at = fields.Datetime(readonly=True, required=True)
    user_id = fields.Many2one("res.users", string="Recorded by", readonly=True, ondelete="restrict")

    # The walk goes lot -> event -> lot by index alone: one covering index a direction. What
    # came into the lots that were found and what left them, nearly all that a trace reads, is in
    # the index as well.
    _in_idx = models.Index(
        "(lot_id, date, id) INCLUDE (event_id, company_id, kind, quantity, party_id, picking_id,"
        " product_id, uom_id, cost_share)"
        " WHERE quantity > 0 AND NOT reversal AND lot_id IS NOT NULL"
    )
    _out_idx = models.Index(
        "(lot_id, date, id) INCLUDE (event_id, company_id, kind, quantity, party_id, picking_id)"
        " WHERE quantity < 0 AND NOT reversal AND lot_id IS NOT NULL"
    )
    _event_in_idx = models.Index(
        "(event_id) INCLUDE (lot_id, date, company_id, id)"
        " WHERE quantity > 0 AND NOT reversal AND event_id IS NOT NULL"
    )
    _event_out_idx = models.Index(
        "(event_id) INCLUDE (lot_id, date, company_id, id)"
        " WHERE quantity < 0 AND NOT reversal AND event_id IS NOT NULL"
    )
    # A retry writes nothing twice: one first entry per line and kind, one correction
    # of each sort per entry.
    _line_uniq = models.UniqueIndex("(move_line_id, kind) WHERE corrects_id IS NULL")
    _corrects_uniq = models.UniqueIndex("(corrects_id, reversal) WHERE corrects_id IS NOT NULL")
    _lot_corrected_idx = models.Index("(lot_id) WHERE corrects_id IS NOT NULL")
    _product_idx = models.Index("(product_id, date) WHERE quantity > 0")
    _lotless_idx = models.Index("(product_id, date) WHERE lot_id IS NULL AND quantity < 0 AND tracked")
    _party_idx = models.Index("(party_id, date) WHERE party_id IS NOT NULL")
    _owner_party_idx = models.Index("(owner_party_id) WHERE owner_party_id IS NOT NULL")
    _line_corrected_idx = models.Index("(move_line_id) WHERE corrects_id IS NOT NULL")

    def init(self):  # pylint: disable=missing-return
        super().init()
        # Append-only tables are vacuumed too rarely, and index-only scans decay.
        self.env.cr.execute("ALTER TABLE lot_ledger SET (autovacuum_vacuum_insert_scale_factor = 0.02)")

    def action_open_document(self):
        """Open what this entry was recorded from."""
        self.ensure_one()
        if self.event_id:
            return self.event_id.action_open_document()
        record = self.picking_id or self.move_line_id.move_id.scrap_id
        record = record or self.move_line_id.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
