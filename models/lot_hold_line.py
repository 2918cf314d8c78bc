"""One lot, or a part of one, that a hold holds or held: the history of holds of the lot.

A cascade has many of them: they are written and released in one statement, whatever their
number. Each stands in the audit book.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.hold import BLOCKED, Part
from .lot_audit import Reason
from .lot_hold_kind import PURPOSES

# Its columns that are the same as in its hold: most questions then need one table.
COPIED = ("kind_id", "purpose", "company_id", "since")


class LotHoldLine(models.Model):
    _name = "lot.hold.line"
    _description = "Held lot"
    _order = "id desc"
    _rec_name = "lot_id"
    _log_access = False

    hold_id = fields.Many2one("lot.hold", readonly=True, required=True, index=True, ondelete="restrict")
    lot_id = fields.Many2one("stock.lot", readonly=True, required=True, ondelete="restrict")
    product_id = fields.Many2one("product.product", readonly=True, required=True, ondelete="restrict")
    location_id = fields.Many2one(
        "stock.location",
        readonly=True,
        ondelete="restrict",
        help="Only what lies there, or below it. Empty: wherever it is.",
    )
    package_id = fields.Many2one(
        "stock.package", readonly=True, ondelete="restrict", help="Only what is in this package. Empty: all."
    )
    quantity = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="Only so much of it, in the product's unit: the rest may be used. 0: all that is there.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    kind_id = fields.Many2one("lot.hold.kind", readonly=True, required=True, ondelete="restrict")
    purpose = fields.Selection(PURPOSES, string="Keeps From", readonly=True, required=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    reason = fields.Text(related="hold_id.reason")
    user_id = fields.Many2one(related="hold_id.user_id")
    since = fields.Datetime(readonly=True, required=True)
    origin = fields.Selection(
        [
            ("set", "Held itself"),
            ("made_from", "Held lots were made from it"),
            ("went_to", "Made from a held lot"),
            ("born", "Made from a held lot later"),
            ("moved", "Moved while held"),
            ("start", "New: starts in quarantine"),
        ],
        string="Why",
        readonly=True,
        required=True,
    )
    held_at = fields.Datetime(string="On Hold Since", readonly=True, required=True)
    move_line_id = fields.Many2one(
        "stock.move.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What moved it here while it was held.",
    )
    document = fields.Char(readonly=True, help="The order or transfer by which it came to be held.")
    state = fields.Selection(
        [("held", "On hold"), ("released", "Released"), ("moved", "Moved")],
        string="Status",
        readonly=True,
        required=True,
    )
    release_id = fields.Many2one(
        "lot.hold.release", readonly=True, index="btree_not_null", ondelete="set null"
    )
    released_at = fields.Datetime(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    release_reason = fields.Text(related="release_id.reason", string="Released Because")

    _lot_idx = models.Index("(lot_id, state)")
    # Not of `state = 'held'`: it would serve questions about lots too, and without statistics (an
    # autovacuum while a large hold is set) PostgreSQL then read all that is held for each quant.
    _product_held_idx = models.Index("(product_id) WHERE released_at IS NULL")

    @api.depends("lot_id", "hold_id", "location_id", "package_id")
    def _compute_display_name(self):
        for line in self:
            where = line.package_id.name or line.location_id.name
            names = [line.hold_id.name, line.lot_id.name, *([where] if where else [])]
            line.display_name = ", ".join(filter(None, names))

    # ---- written at once, whatever their number ------------------------------------------

    @api.model
    def _add(self, hold, lot_ids, origin):
        """Hold whole lots; those that this hold holds already stay as they are."""
        return self._insert(
            SQL(
                """
                SELECT DISTINCT %s, lot.id, lot.product_id, NULL::int, NULL::int, 0.0, %s, NULL, NULL::int
                  FROM unnest(%s::int[]) AS asked (id) JOIN stock_lot lot ON lot.id = asked.id
                """,
                hold.id,
                origin,
                list(lot_ids),
            )
        )

    @api.model
    def _add_parts(self, hold, parts, origin="set", document=None):
        """Hold parts of lots: dicts with `lot_id` and what limits them."""
        if not parts:
            return self.browse()
        rows = SQL(", ").join(
            SQL(
                "(%s::int, %s::int, %s::int, %s::float8, %s::int)",
                part["lot_id"],
                part.get("location_id") or None,
                part.get("package_id") or None,
                part.get("quantity") or 0.0,
                part.get("move_line_id"),
            )
            for part in parts
        )
        return self._insert(
            SQL(
                """
                SELECT %s, lot.id, lot.product_id, part.location_id, part.package_id, part.quantity, %s, %s,
                       part.move_line_id
                  FROM (VALUES %s) AS part (lot_id, location_id, package_id, quantity, move_line_id)
                  JOIN stock_lot lot ON lot.id = part.lot_id
                """,
                hold.id,
                origin,
                document,
                rows,
            )
        )

    @api.model
    def _insert(self, rows):
        """Write the lines that a query gives, but those of lots that their hold holds already.

        :param rows: SQL: hold, lot, product, location, package, quantity, origin, document, move line
        """
        for model in ("lot.hold", "stock.lot"):
            self.env[model].flush_model()
        ids = self.env.execute_query(
            SQL(
                """
                INSERT INTO lot_hold_line (hold_id, lot_id, product_id, location_id, package_id, quantity,
                                           origin, document, move_line_id, %(copied)s, held_at, state)
                SELECT new.hold_id, new.lot_id, new.product_id, new.location_id, new.package_id,
                       new.quantity, new.origin, new.document, new.move_line_id, %(hold_columns)s,
                       %(now)s, 'held'
                  FROM (%(rows)s) AS new (hold_id, lot_id, product_id, location_id, package_id,
                                          quantity, origin, document, move_line_id)
                  JOIN lot_hold hold ON hold.id = new.hold_id
                 WHERE new.quantity > 0 OR NOT EXISTS (
                    SELECT FROM lot_hold_line old
                     WHERE old.hold_id = new.hold_id AND old.lot_id = new.lot_id AND old.state = 'held'
                       AND old.quantity = 0
                       AND old.location_id IS NULL AND old.package_id IS NULL)
                 ORDER BY new.hold_id, new.lot_id
                RETURNING id
                """,
                copied=SQL(", ").join(map(SQL.identifier, COPIED)),
                hold_columns=SQL(", ").join(SQL.identifier("hold", name) for name in COPIED),
                now=fields.Datetime.now(),
                rows=rows,
            )
        )
        lines = self.browse(line_id for (line_id,) in ids)
        lines._forget()
        lines._book("create")
        return lines

    def _claim(self, release):
        """These lines are what `release` releases, once it is done."""
        self.env["lot.hold.release"].flush_model()
        self.env.cr.execute(
            SQL("UPDATE lot_hold_line SET release_id = %s WHERE id = ANY(%s)", release.id, self.ids)
        )
        self._forget()

    def _end(self, state):
        """Release these lines, or say that what they held was moved away."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE lot_hold_line SET state = %s, released_at = %s, released_by_id = %s
                 WHERE id = ANY(%s) AND state = 'held'
                """,
                state,
                fields.Datetime.now(),
                self.env.uid,
                self.ids,
            )
        )
        self._forget()
        self._book("write")

    def _shrink(self, quantity):
        self.ensure_one()
        self.env.cr.execute(SQL("UPDATE lot_hold_line SET quantity = %s WHERE id = %s", quantity, self.id))
        self._forget()
        self._book("write")

    def _forget(self):
        """What is written in SQL is read anew."""
        self.invalidate_model()
        self.env["lot.hold"].invalidate_model(["line_ids", "held_count", "lot_count", "open_count"])
        self.env["stock.lot"].invalidate_model(
            ["hold_state", "hold_text", "hold_count", "held_quantity", "free_quantity"]
        )
        self.env["stock.quant"].invalidate_model(["held_quantity", "available_quantity"])
        self.env["product.product"].invalidate_model(["held_qty", "free_qty", "virtual_available"])

    def _book(self, action):
        """One entry of the audit book for each line, with the lot and what is held of it."""
        audit = self.env["lot.audit"]
        reason = self.env.context.get("lot_audit_reason")
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO lot_audit (recorded_at, user_id, user_name, res_model, res_id, record_name,
                                       action, field_name, field_label, new_value, reason, origin,
                                       company_id)
                SELECT %(now)s, %(uid)s, %(user)s, 'lot.hold.line', line.id, hold.name || ', ' || lot.name,
                       %(action)s, %(field)s, %(label)s,
                       line.state || COALESCE(', ' || place.complete_name, '')
                       || COALESCE(', ' || package.name, '')
                       || CASE WHEN line.quantity > 0 THEN ', ' || line.quantity::text ELSE '' END,
                       COALESCE(%(reason)s, hold.reason), %(origin)s, line.company_id
                  FROM unnest(%(lines)s::int[]) AS changed (id)
                  JOIN lot_hold_line line ON line.id = changed.id
                  JOIN lot_hold hold ON hold.id = line.hold_id
                  JOIN stock_lot lot ON lot.id = line.lot_id
                  LEFT JOIN stock_location place ON place.id = line.location_id
                  LEFT JOIN stock_package package ON package.id = line.package_id
                """,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                user=self.env.user.sudo().name,
                action=action,
                field="state" if action == "write" else None,
                label="Status" if action == "write" else None,
                reason=str(reason) if isinstance(reason, Reason) else None,
                origin=audit._get_origin(),
                lines=self.ids,
            )
        )
        audit.invalidate_model()

    # ---- what they hold -----------------------------------------------------------------

    def _get_part(self):
        """The engine's :class:`Part` of a line."""
        self.ensure_one()
        return Part(self.location_id.parent_path or "", self.package_id.id or 0, self.quantity)

    @api.model
    def _get_held_domain(self, lots=None, purposes=None):
        """Lines that hold something now: of `lots`, from one of the uses `purposes`."""
        domain = [("state", "=", "held")]
        if lots is not None:
            domain.append(("lot_id", "in", lots.ids))
        if purposes is not None:
            domain.append(("purpose", "in", self._get_blocking(purposes)))
        return domain

    @api.model
    def _get_blocking(self, uses):
        """The purposes of holds that block one of `uses`."""
        return [purpose for purpose, blocked in BLOCKED.items() if not blocked.isdisjoint(uses)]

    def _filter_beside(self, held):
        """Those that keep from some of what `held` keeps from."""
        return self.filtered(lambda line: not BLOCKED[line.purpose].isdisjoint(BLOCKED[held.purpose]))

    def _is_of(self, company):
        """Whether they count for the stock of `company`."""
        return self.filtered(lambda line: not line.company_id or line.company_id == company)

    # ---- actions ------------------------------------------------------------------------

    def action_release(self):
        """Open a release of these lines, all of one hold."""
        release = self.env["lot.hold.release"]._start(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release"),
            "res_model": "lot.hold.release",
            "res_id": release.id,
            "view_mode": "form",
        }

    def action_open_lot(self):
        self.ensure_one()
        return self.lot_id._get_records_action()
