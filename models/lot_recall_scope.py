"""A version of a recall's scope: one answer of the trace, frozen.

The Trace is kept as it was given, with its fingerprint and the last seal of then: every list
and paper of the case is made from it, and reads the same next year. A wider scope is a
further version, which says what it added to the one before.
"""

import base64
import gzip
import json

from odoo import api, fields, models


class LotRecallScope(models.Model):
    _name = "lot.recall.scope"
    _inherit = ["lot.recall.frozen"]
    _description = "Scope of a recall"
    _order = "recall_id, number desc"
    _rec_name = "number"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    number = fields.Integer(string="Version", required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("listing", "Listing"),
            ("done", "Frozen"),
        ],
        string="Status",
        default="waiting",
        required=True,
        readonly=True,
        help="Waiting: the trace is still to be asked. Listing: it is frozen, the lists are being made from it.",
    )
    lot_ids = fields.Many2many("stock.lot", string="Start lots", readonly=True)
    direction = fields.Selection(
        [("forward", "Went to"), ("backward", "Made from"), ("both", "Both directions")],
        required=True,
        readonly=True,
    )
    # In the table itself, compressed: a drill writes into no other table.
    trace_data = fields.Binary(string="Frozen trace", attachment=False, readonly=True)
    fingerprint = fields.Char(readonly=True, help="SHA-256 of the facts: the same facts give the same.")
    seal_number = fields.Integer(string="Last seal", readonly=True, aggregator=None)
    seal_hash = fields.Char(string="Hash of the seal", readonly=True)
    seal_date = fields.Datetime(string="Sealed on", readonly=True)
    frozen_at = fields.Datetime(string="Frozen on", readonly=True)
    frozen_by_id = fields.Many2one("res.users", string="Frozen by", readonly=True)
    complete = fields.Boolean(readonly=True, help="The trace has no gaps at all.")
    gap_count = fields.Integer(string="Gaps", readonly=True)
    chain_gap_count = fields.Integer(
        string="Gaps of the chain", readonly=True, help="Where something may be missing."
    )
    lot_count = fields.Integer(string="Affected lots", readonly=True)
    doubtful_count = fields.Integer(string="Lots in doubt", readonly=True)
    consignee_count = fields.Integer(string="Consignees", readonly=True)
    supplier_count = fields.Integer(string="Suppliers", readonly=True)
    added = fields.Json(
        string="Added as data",
        readonly=True,
        help="What this version added to the one before: lots, consignees, deliveries, gone.",
    )

    _number_uniq = models.Constraint("UNIQUE (recall_id, number)", "A scope has one version of a number.")

    @api.depends("number", "recall_id")
    def _compute_display_name(self):
        for scope in self:
            scope.display_name = self.env._(
                "%(case)s, scope %(number)s", case=scope.recall_id.name, number=scope.number
            )

    def _get_trace(self):
        """The frozen Trace (docs/trace.md), ``None`` before it is frozen."""
        self.ensure_one()
        data = self.with_context(bin_size=False).trace_data
        return json.loads(gzip.decompress(base64.b64decode(data))) if data else None

    @api.model
    def _pack(self, trace):
        text = json.dumps(trace, separators=(",", ":")).encode()
        return base64.b64encode(gzip.compress(text, compresslevel=3, mtime=0))
