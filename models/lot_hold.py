"""A hold: which lots may not be used, for what, since when, and why.

What is held stands in its lines (`lot.hold.line`), one for each lot or part of one. A hold is
set and released by the methods here alone; who may is told by the access to the wizard that
sets holds (`lot.hold.wizard`) and to the record that releases them (`lot.hold.release`).
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

from .document import check_document_there, open_document
from .lot_audit import Reason
from .lot_hold_kind import PURPOSES

# Compared by identity: a caller can send a context, but not this.
STEP = object()
SHOWN = 80
# What a hold says stays as it was set. Mail and activities write the rest.
FIXED_FIELDS = {
    *("name", "kind_id", "purpose", "reason", "user_id", "since", "company_id", "state"),
    *("res_model", "res_id", "document"),
}


class LotHold(models.Model):
    _name = "lot.hold"
    _inherit = ["lot.own.defaults", "mail.thread", "mail.activity.mixin", "lot.audited"]
    _description = "Hold"
    _order = "id desc"
    # Whoever sees a hold may say something about it.
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, required=True, copy=False, default="New")
    kind_id = fields.Many2one("lot.hold.kind", readonly=True, required=True, ondelete="restrict", index=True)
    purpose = fields.Selection(
        PURPOSES,
        string="Keeps From",
        readonly=True,
        required=True,
        help="Scrap, a place for quarantine or disposal, returns to the supplier, counts and lot operations "
        "stay possible: what they make of a held lot is held as well.",
    )
    reason = fields.Text(readonly=True, required=True)
    user_id = fields.Many2one("res.users", string="Set By", readonly=True, required=True, ondelete="restrict")
    since = fields.Datetime(readonly=True, required=True, index=True)
    until = fields.Datetime(
        help="When this should be decided. The hold does not end by itself: a doubtful lot stays until "
        "somebody releases it. Who set the hold is asked then.",
    )
    asked_until = fields.Datetime(readonly=True, help="The date for which somebody was asked already.")
    state = fields.Selection(
        [("held", "On hold"), ("released", "Released")],
        string="Status",
        readonly=True,
        required=True,
        default="held",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose stock is held. Empty: that of all companies.",
    )
    res_model = fields.Char(string="Model of the document", readonly=True)
    res_id = fields.Many2oneReference(string="ID of the document", model_field="res_model", readonly=True)
    document = fields.Char(readonly=True, help="What caused it, as it was called then.")
    line_ids = fields.One2many("lot.hold.line", "hold_id", string="Lots", readonly=True)
    shown_line_ids = fields.Many2many("lot.hold.line", string="Its lots", compute="_compute_shown_line_ids")
    release_ids = fields.One2many("lot.hold.release", "hold_id", string="Releases", readonly=True)
    lot_count = fields.Integer(
        string="Number of lots", compute="_compute_counts", help="Lots that it held or holds."
    )
    held_count = fields.Integer(string="Still Held", compute="_compute_counts")
    open_count = fields.Integer(
        string="Open Documents",
        compute="_compute_open_count",
        help="Not done yet, and with lots that are held.",
    )

    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("line_ids")
    def _compute_shown_line_ids(self):
        """A form reads all ids of a list: of a cascade it shows the first."""
        for hold in self:
            hold.shown_line_ids = self.env["lot.hold.line"].search(
                [("hold_id", "=", hold.id)], limit=SHOWN, order="id"
            )

    @api.depends("line_ids.state")
    def _compute_counts(self):
        groups = self.env["lot.hold.line"]._read_group(
            [("hold_id", "in", self.ids)], ["hold_id", "state"], ["lot_id:count_distinct"]
        )
        counts = {(hold.id, state): count for hold, state, count in groups}
        for hold in self:
            hold.held_count = counts.get((hold.id, "held"), 0)
            hold.lot_count = hold.held_count + counts.get((hold.id, "released"), 0)

    def _compute_open_count(self):
        counts = dict(
            self.env.execute_query(
                SQL(
                    """SELECT hold_id, count(DISTINCT document) FROM (%s) AS taking GROUP BY hold_id""",
                    self._get_open_query(),
                )
            )
            if self.ids
            else ()
        )
        for hold in self:
            hold.open_count = counts.get(hold.id, 0)

    def _get_open_query(self):
        """SQL: the lines that are not done and take from what these holds hold."""
        self.env["stock.move.line"].flush_model()
        return SQL(
            """
            SELECT held.hold_id, held.id AS held_id, ml.id,
                   COALESCE('p' || ml.picking_id, 'o' || m.raw_material_production_id,
                            'm' || m.id) AS document
              FROM lot_hold_line held
              JOIN stock_move_line ml ON ml.lot_id = held.lot_id AND ml.state NOT IN ('done', 'cancel')
               AND ml.quantity_product_uom > 0
               AND (held.company_id IS NULL OR held.company_id = ml.company_id)
               AND (held.package_id IS NULL OR held.package_id = ml.package_id)
              JOIN stock_move m ON m.id = ml.move_id
              JOIN stock_location src ON src.id = ml.location_id AND src.usage IN ('internal', 'transit')
              LEFT JOIN stock_location place ON place.id = held.location_id
             WHERE held.hold_id = ANY(%s) AND held.state = 'held'
               AND (place.id IS NULL OR src.parent_path LIKE place.parent_path || '%%')
            """,
            self.ids,
        )

    # ---- what may be written ------------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("name", "kind_id", "purpose", "reason", "until", "company_id", "document", "state"),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step()
        return super().create(vals_list)

    def write(self, vals):
        if not FIXED_FIELDS.isdisjoint(vals):
            self._check_step()
        return super().write(vals)

    def _check_step(self):
        if self.env.context.get("lot_hold_step") is not STEP:
            raise UserError(
                self.env._(
                    "Holds are set with Hold, on a lot, on stock or in a trace, and released with Release. "
                    "What a hold says stays as it was set."
                )
            )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A hold is not copied: set another one on the lots."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        raise UserError(self.env._("A hold is part of the record of its lots: it is released, not deleted."))

    # ---- setting and releasing ------------------------------------------------------------

    @api.model
    def _hold(
        self,
        lots,
        kind,
        reason,
        purpose=None,
        until=None,
        document=None,
        company=None,
        parts=(),
        cascaded=None,
        origin="set",
    ):
        """Hold lots at once, free what is reserved of them, and tell those who must know.

        For other parts of the system; the caller answers for the right to hold. See docs/holds.md.

        :param lots: stock.lot records, or their ids; any number
        :param kind: lot.hold.kind, or its code (``"recall"``)
        :param reason: in words; it stands on the hold and in what is refused because of it
        :param purpose: one of ``ship, consume, use, move, all``; None: the kind's
        :param until: when it should be decided
        :param document: the record that causes it
        :param company: whose stock; None: the current company's, False: that of all companies
        :param parts: instead of whole lots: ``[{"lot_id", "location_id", "package_id", "quantity"}]``, what
            is not said is not limited; the quantity is in the product's unit
        :param cascaded: ``{"forward": lot ids, "backward": lot ids}`` held along with them
        :param origin: why, for lots that start in quarantine: nobody else can use them yet
        :return: the hold
        """
        kind = self.env["lot.hold.kind"]._get(kind)
        company = self.env.company if company is None else company
        lot_ids = list(lots.ids if isinstance(lots, models.BaseModel) else lots)
        cascaded = cascaded or {}
        origins = {
            origin: lot_ids,
            "went_to": list(cascaded.get("forward", ())),
            "made_from": list(cascaded.get("backward", ())),
        }
        all_ids = {lot_id for ids in origins.values() for lot_id in ids} | {one["lot_id"] for one in parts}
        if not kind or not (reason or "").strip() or not all_ids:
            raise UserError(self.env._("A hold needs lots, a kind and a reason."))
        guard = self.env["lot.hold.guard"].sudo()
        if origin != "start":
            guard._take(all_ids)
        if "forward" in cascaded:
            guard._check_made(all_ids)
        hold = (
            self.sudo()
            .with_context(lot_hold_step=STEP)
            .create(
                {
                    "name": self.env["ir.sequence"].sudo().next_by_code("lot.hold"),
                    "kind_id": kind.id,
                    "purpose": purpose or kind.purpose,
                    "reason": reason.strip(),
                    "user_id": self.env.uid,
                    "since": fields.Datetime.now(),
                    "until": until,
                    "company_id": company.id if company else False,
                    **self._prepare_document_vals(document),
                }
            )
        )
        lines = self.env["lot.hold.line"].sudo()
        for why, ids in origins.items():
            if ids:
                lines |= lines._add(hold, ids, why)
        lines |= lines._add_parts(hold, parts)
        lines._take_effect()
        return hold.with_env(self.env)

    @api.model
    def _prepare_document_vals(self, document):
        if not document:
            return {}
        return {
            "res_model": document._name,
            "res_id": document.id,
            "document": document.sudo().display_name,
        }

    def _release(self, reason, lots=None, document=None):
        """Release these holds, or some lots of them, without asking anybody.

        For other parts of the system, which answer for the right to release and for the
        signatures that it takes. People release through `lot.hold.release`.

        :param lots: stock.lot; None: all that is still held
        """
        domain = [("hold_id", "in", self.ids), ("state", "=", "held")]
        if lots is not None:
            domain.append(("lot_id", "in", lots.ids))
        for hold, lines in self.env["lot.hold.line"].sudo().search(domain).grouped("hold_id").items():
            release = self.env["lot.hold.release"].sudo()._prepare(hold, lines, reason, document)
            release._fix()
            release._apply()

    def _log_released(self, release):
        self.ensure_one()
        names = ", ".join(release.shown_line_ids[:20].lot_id.mapped("display_name"))
        if release.lot_count > 20:
            names = self.env._("%(names)s and %(count)s more", names=names, count=release.lot_count - 20)
        self._message_log(
            body=plaintext2html(
                self.env._(
                    "Released: %(lots)s\nReason: %(reason)s",
                    lots=names,
                    reason=release.reason,
                )
            )
        )

    def _close(self):
        """Show those as released of which nothing is held any more."""
        self.invalidate_recordset(["line_ids", "held_count", "lot_count"])
        still = self.env["lot.hold.line"]._read_group(
            [("hold_id", "in", self.ids), ("state", "=", "held")], ["hold_id"]
        )
        closed = (self - self.browse(hold.id for (hold,) in still)).filtered(lambda one: one.state == "held")
        closed.activity_unlink(["mail.mail_activity_data_todo"])
        closed._step({"state": "released"})

    def _step(self, vals, reason=""):
        self.sudo().with_context(lot_hold_step=STEP, lot_audit_reason=Reason(reason)).write(vals)

    # ---- the job ------------------------------------------------------------------------

    @api.model
    def _ask_until(self):
        """The job: ask those whose holds should be decided by now. The holds stay."""
        due = self.search([("state", "=", "held"), ("until", "<=", fields.Datetime.now())], order="until, id")
        due = due.filtered(lambda hold: hold.asked_until != hold.until)
        for hold in due:
            hold.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Release it, or extend it: this should be decided by now"),
                user_id=hold.user_id.id,
            )
            hold.asked_until = hold.until

    # ---- actions ------------------------------------------------------------------------

    def action_release(self):
        """Open a release of all that is still held."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line.state == "held").action_release()

    def action_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_hold_line_action")
        action["domain"] = [("hold_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_open_documents(self):
        """The lines of transfers and orders that are not done and take from what is held."""
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_hold_open_action")
        rows = self.env.execute_query(SQL("SELECT DISTINCT id FROM (%s) AS taking", self._get_open_query()))
        action["domain"] = [("id", "in", [row[0] for row in rows])]
        return action

    def action_open_document(self):
        check_document_there(self, self.document)
        return open_document(self)
