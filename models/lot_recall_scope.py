"""A version of a recall's scope: one answer of the trace, frozen.

The Trace is kept as it was given, with its fingerprint and the last seal of then: every list
and paper of the case is made from it, and reads the same next year. A wider scope is a
further version, which says what it added to the one before.
"""

import base64
import gzip
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import recall as rules
from .job_stint import Stint
from .lot_recall_listing import ScopeListing
from .uncollected import uncollected

# Rows that are written, and committed by the job, together.
BATCH = 2000
SIDES = ("forward", "backward")
MOVEMENTS = ("receipts", "shipments", "returns", "scraps", "adjustments")
# With so many entries of the ledger a trace and its lists take some seconds: they are made at once.
AT_ONCE = 50_000


class LotRecallScope(models.Model):
    _name = "lot.recall.scope"
    _inherit = ["lot.recall.frozen"]
    _description = "Scope of a recall"
    _order = "recall_id, number desc"
    _rec_name = "number"

    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    number = fields.Integer(string="Version", required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("listing", "Listing"),
            ("done", "Frozen"),
            ("failed", "Could not be traced"),
        ],
        string="Status",
        default="waiting",
        required=True,
        readonly=True,
        help="Waiting: the trace is still to be asked. Listing: it is frozen, its lists are being made.",
    )
    lot_ids = fields.Many2many(
        "stock.lot", string="Start lots", context={"active_test": False}, readonly=True
    )
    direction = fields.Selection(
        [("forward", "Went to"), ("backward", "Made from"), ("both", "Both directions")],
        required=True,
        readonly=True,
    )
    conservative = fields.Boolean(string="Nothing left out", readonly=True)
    # In the table itself, compressed: a drill writes into no other table.
    trace_data = fields.Binary(string="Frozen trace", attachment=False, readonly=True)
    fingerprint = fields.Char(readonly=True, help="SHA-256 of the facts: the same facts give the same.")
    seal_number = fields.Integer(string="Last seal", readonly=True, aggregator=None)
    seal_hash = fields.Char(string="Hash of the seal", readonly=True)
    seal_date = fields.Datetime(string="Sealed on", readonly=True)
    frozen_at = fields.Datetime(string="Frozen on", readonly=True)
    listed_at = fields.Datetime(string="Listed on", readonly=True, help="When all its lists were made.")
    frozen_by_id = fields.Many2one("res.users", string="Frozen by", readonly=True)
    complete = fields.Boolean(readonly=True, help="The trace has no gaps at all.")
    gap_count = fields.Integer(string="Gaps", readonly=True)
    chain_gap_count = fields.Integer(
        string="Gaps of the chain", readonly=True, help="Where something may be missing."
    )
    lot_count = fields.Integer(string="Affected lots", readonly=True)
    excluded_count = fields.Integer(
        string="Left out",
        readonly=True,
        help="Movements of affected lots that are not in this scope because they are dated before the "
        "affected material came in. They are listed below: a wrong date would hide a customer.",
    )
    excluded_lot_count = fields.Integer(
        string="Lots left out", readonly=True, help="Affected as well if nothing is left out for its date."
    )
    doubtful_count = fields.Integer(string="Lots in doubt", readonly=True)
    consignee_count = fields.Integer(string="Consignees", readonly=True)
    supplier_count = fields.Integer(string="Suppliers", readonly=True)
    asked_company_ids = fields.Many2many("res.company", string="Companies", readonly=True)
    balance = fields.Json(readonly=True, help="Of the trace: one row per start lot.")
    ends = fields.Json(readonly=True, help="Of the trace: where the traced material is, summed.")
    row_count = fields.Integer(string="Rows", readonly=True)
    done_count = fields.Integer(string="Rows made", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    added_text = fields.Text(string="Added", compute="_compute_added_text")
    error = fields.Text(readonly=True)
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

    @api.depends("state", "row_count", "done_count")
    def _compute_progress(self):
        for scope in self:
            done = 100.0 * scope.done_count / scope.row_count if scope.row_count else 0.0
            scope.progress = 100.0 if scope.state == "done" else done

    @api.depends("added")
    def _compute_added_text(self):
        names = self._get_added_names()
        for scope in self:
            scope.added_text = "\n".join(
                f"{names[kind]} ({found['count']}): {', '.join(found['names'])}"
                + ("…" if found["count"] > len(found["names"]) else "")
                for kind, found in (scope.added or {}).items()
                if found["count"]
            )

    @api.model
    def _get_added_names(self):
        return {
            "lot": self.env._("Lots added"),
            "stock": self.env._("Places added"),
            "order": self.env._("Open orders added"),
            "consignee": self.env._("Consignees added"),
            "line": self.env._("Deliveries added"),
            "excluded": self.env._("Left out for their dates"),
            "gone": self.env._("No longer found, kept in the case"),
        }

    # ---- freezing ---------------------------------------------------------------------

    @api.model
    def _request(self, recall):
        """A further version of a case's scope: made at once on a small plant, else as a job.

        It asks again for the companies of the version before: a wider scope loses none.
        """
        companies = self.env.companies | recall._get_companies()
        scope = self._freezing().create(
            {
                "recall_id": recall.id,
                "number": max(recall.scope_ids.mapped("number"), default=0) + 1,
                "lot_ids": recall.lot_ids.ids,
                "direction": recall.direction,
                "conservative": recall.conservative,
                "frozen_by_id": self.env.uid,
                "asked_company_ids": companies.ids,
            }
        )
        if self._is_small():
            for _rows in scope._work():
                pass
        else:
            self.env.ref("lot_genealogy.lot_recall_cron")._trigger()
        return scope.with_env(self.env)

    @api.model
    def _is_small(self):
        return self.env["lot.ledger"].sudo().search_count([], limit=AT_ONCE + 1) <= AT_ONCE

    @api.model
    def _freeze_waiting(self):
        """The job: goes on where it was, as long as it is given time."""
        scopes = self.search([("state", "in", ("waiting", "listing"))], order="id")
        stint = Stint(self.env, len(scopes))
        for scope in scopes:
            for rows in scope._freezing()._work():
                finished = scope.state in ("done", "failed")
                if not stint.commit(rows, finished):
                    return

    def _work(self):
        """Freeze the trace, then make its lists batch by batch.

        Yields after what can be committed, how much that was. What was committed is not done again:
        the lists are made in one order from the frozen trace, and `done_count` says how far.
        """
        self.ensure_one()
        trace = None
        if self.state == "waiting":
            try:
                trace = self._ask()
            except UserError as error:
                self.write({"state": "failed", "error": str(error)})
                yield 1
                return
            with uncollected():
                self._freeze(trace)
            yield 1
        with uncollected():
            listing = ScopeListing(self, trace)
            count = len(listing.new)
        del trace
        while self.done_count < count:
            with uncollected():
                rows = listing.make(self.done_count, BATCH)
            self.write({"row_count": count, "done_count": self.done_count + rows})
            yield rows
        added = listing.finish()
        self.write(
            {
                "state": "done",
                "listed_at": fields.Datetime.now(),
                "row_count": count,
                "added": added if self.number > 1 else None,
            }
        )
        self.recall_id._after_freezing(self)
        yield 1

    def _ask(self):
        """The answer to the question of this scope, as who asked it may see it."""
        user = self.frozen_by_id
        asking = self.with_user(user).with_context(lang=user.lang, tz=user.tz)
        return self._ask_trace(asking, self.asked_company_ids)

    def _ask_trace(self, asking, companies):
        """Put the question of this scope, as `asking` (any records) may see the answer."""
        trace = asking.env["lot.trace"].with_context(allowed_company_ids=companies.ids)
        return trace.trace(self.lot_ids.ids, self.direction, {"conservative": self.conservative})

    def _freeze(self, trace):
        seal = trace["seal"] or {}
        chain = [gap for gap in trace["gaps"] if gap["severity"] == "chain"]
        self.write(
            {
                "state": "listing",
                "trace_data": self._pack(trace),
                "fingerprint": trace["fingerprint"],
                "seal_number": seal.get("number"),
                "seal_hash": seal.get("hash"),
                "seal_date": seal.get("date"),
                "frozen_at": fields.Datetime.now(),
                "complete": trace["complete"],
                "gap_count": len(trace["gaps"]),
                "chain_gap_count": len(chain),
                "supplier_count": len((trace["backward"] or {}).get("suppliers", ())),
                "balance": trace["balance"],
                "ends": (trace["forward"] or {}).get("ends"),
                **self._prepare_counts(trace),
            }
        )

    def _prepare_counts(self, trace):
        forward = trace["forward"] or {"lots": trace["start"], "events": [], "consignees": []}
        doubtful = rules.find_doubtful(forward, self.recall_id._get_doubtful_starts())
        possible = trace["counts"].get("forward.conservative_lots", len(forward["lots"]))
        return {
            "excluded_count": len(forward.get("excluded", ())),
            "excluded_lot_count": possible - len(forward["lots"]),
            "lot_count": len(forward["lots"]),
            "doubtful_count": len(doubtful),
            "consignee_count": len(forward["consignees"]),
        }

    def _get_trace(self):
        """The frozen Trace (docs/trace.md), ``None`` before it is frozen."""
        self.ensure_one()
        data = self.with_context(bin_size=False).trace_data
        if not data:
            return None
        trace = json.loads(gzip.decompress(base64.b64decode(data)))
        contacts = dict(trace.pop("contacts", ()))
        for row in _get_movements(trace):
            if row["contact"] is None:
                row["contact"] = contacts.get(row["party_id"])
        return trace

    @api.model
    def _pack(self, trace):
        """As JSON, compressed; the facts of a party once, not with each of its ninety thousand deliveries."""
        contacts = {row["party_id"]: row["contact"] for row in _get_movements(trace) if row["party_id"]}
        packed = {**trace, "contacts": list(contacts.items())}
        for name in SIDES:
            if trace[name]:
                packed[name] = {**trace[name], **_leave_out(trace[name], contacts)}
        text = json.dumps(packed, separators=(",", ":")).encode()
        return base64.b64encode(gzip.compress(text, compresslevel=1, mtime=0))


def _get_movements(trace):
    for name in SIDES:
        for kind in MOVEMENTS:
            yield from (trace[name] or {}).get(kind, ())


def _leave_out(side, contacts):
    """The movements of a side without what `contacts` says of their parties."""
    return {
        kind: [
            {**row, "contact": None} if row["contact"] == contacts.get(row["party_id"]) else row
            for row in side[kind]
        ]
        for kind in MOVEMENTS
        if kind in side
    }
