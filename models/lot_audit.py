"""The audit book: every change of a controlled record, in the open and for good."""

import threading
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from .document import check_document_there, open_document

ACTIONS = [
    ("create", "Created"),
    ("write", "Changed"),
    ("unlink", "Deleted"),
]
ORIGINS = [
    ("screen", "Web client"),
    ("import", "Import"),
    ("rpc", "RPC"),
    ("http", "Other web request"),
    ("job", "Scheduled job"),
    ("system", "Server"),
]

# Compared by identity: a caller can send a context, but not this.
IMPORT = object()


class Reason(str):
    """Why, told by our own code in the context: what a caller sends is a plain string."""


class LotAudit(models.Model):
    _name = "lot.audit"
    _inherit = ["lot.append.only"]
    _description = "Audit entry"
    _order = "id desc"
    _rec_name = "record_name"
    _log_access = False

    recorded_at = fields.Datetime(string="When", readonly=True, required=True, help="The server's time.")
    user_id = fields.Many2one("res.users", string="Who", readonly=True, required=True, ondelete="restrict")
    user_name = fields.Char(string="Name then", readonly=True, required=True, help="The user's name then.")
    res_model = fields.Char(string="Model", readonly=True, required=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", readonly=True, required=True
    )
    model_name = fields.Char(string="Kind of record", compute="_compute_model_name")
    record_name = fields.Char(
        string="Record", readonly=True, required=True, help="Its name before the change, as it was then."
    )
    action = fields.Selection(ACTIONS, readonly=True, required=True)
    field_name = fields.Char(
        string="Technical name", readonly=True, help="Empty where the whole record was created or deleted."
    )
    field_label = fields.Char(string="Field", readonly=True)
    # Char: a list shows one line of it.
    old_value = fields.Char(string="Old", readonly=True)
    new_value = fields.Char(string="New", readonly=True)
    reason = fields.Char(readonly=True)
    origin = fields.Selection(
        ORIGINS,
        readonly=True,
        required=True,
        help="How it came in, by the address that the server was asked at, or the job that ran. Who has "
        "a password can ask at the web client's address with any program.",
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")

    _record_idx = models.Index("(res_model, res_id)")
    _recorded_at_idx = models.Index("(recorded_at)")

    @api.depends("res_model")
    def _compute_model_name(self):
        for entry in self:
            known = entry.res_model in self.env
            entry.model_name = self.env[entry.res_model]._description if known else entry.res_model

    def _refuse(self):
        raise UserError(
            self.env._("The audit book writes itself: it cannot be written, changed or deleted by anybody.")
        )

    @api.model
    def _get_origin(self):
        """How this change came in, by what the server knows: no flag of the caller counts."""
        if self.env.context.get("lot_audit_origin") is IMPORT:
            return "import"
        # Odoo hides the request while it serves XML-RPC, and keeps its address on the thread.
        url = request.httprequest.url if request else getattr(threading.current_thread(), "url", None)
        if url:
            path = urlsplit(url).path
            if path.endswith("/execute_import"):
                return "import"
            if path.startswith(("/xmlrpc", "/jsonrpc", "/json/")):
                return "rpc"
            return "screen" if path.startswith("/web/") else "http"
        # Without a request nobody from outside has sent this context.
        return "job" if "cron_id" in self.env.context else "system"

    @api.model
    def _get_reason(self):
        """Why, where our own code says so; None: it does not."""
        reason = self.env.context.get("lot_audit_reason")
        return str(reason) if isinstance(reason, Reason) else None

    @api.model
    def _book(self, rows):
        """Append `rows`, dicts of what is particular to each: one statement for all."""
        common = {
            "recorded_at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "user_name": self.env.user.sudo().name,
            "reason": self._get_reason(),
            "origin": self._get_origin(),
        }
        return self._append([{**common, **row} for row in rows])

    def action_open_record(self):
        check_document_there(self, self.record_name)
        return open_document(self)
