"""Verifies the record: the ledger against the done stock moves, and all books against their seals.

It asks the very SQL by which the recorder decides what to write, so both mean the same
by a difference. A run is cut into ranges of stock move lines: a small database is
compared at once, a large one by a job that goes on where it was stopped.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .lot_history import AT_ONCE, BATCH
from .lot_ledger import KINDS

# So many differences are listed; all are counted.
LISTED = 10_000


class LotVerify(models.Model):
    _name = "lot.verify"
    _inherit = ["lot.own.defaults"]
    _description = "Verification of the record"
    _order = "id desc"
    _rec_name = "create_date"

    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    line_count = fields.Integer(string="Stock move lines compared", readonly=True)
    entry_count = fields.Integer(string="Ledger entries compared", readonly=True)
    pending_count = fields.Integer(
        string="Lines of history not loaded",
        readonly=True,
        help="What moved before this module was installed and is still being loaded: "
        "it is not counted as missing.",
    )
    difference_count = fields.Integer(string="Differences", readonly=True)
    difference_ids = fields.One2many("lot.verify.difference", "verify_id", readonly=True)
    next_line = fields.Integer(readonly=True, help="Stock move line from which the comparison goes on.")
    finished_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("equal", "Holds"), ("different", "Does not hold")],
        compute="_compute_state",
    )

    @api.depends("finished_at", "difference_count", "problem_count")
    def _compute_state(self):
        for verify in self:
            if verify.difference_count or verify.problem_count:
                verify.state = "different"
            else:
                verify.state = "equal" if verify.finished_at else "running"

    def action_verify(self):
        """Compare now, or in the background if there is much; opens what was found."""
        self.check_access("read")
        verify = self.sudo().create({"user_id": self.env.uid})
        if self._count_lines() <= AT_ONCE:
            verify._verify()
        else:
            self.env.ref("lot_genealogy.lot_verify_cron").sudo()._trigger()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": verify.id,
            "view_mode": "form",
        }

    @api.model
    def _count_lines(self):
        ((count,),) = self.env.execute_query(SQL("SELECT count(*) FROM stock_move_line WHERE state = 'done'"))
        return count

    @api.model
    def _continue(self):
        """The job: compare range by range as long as it is given time."""
        cron = self.env["ir.cron"]
        todo = self.search([("finished_at", "=", False)], order="id")
        cron._commit_progress(remaining=len(todo))
        for verify in todo:
            while verify._verify_batch():
                if not cron._commit_progress():
                    return
            if not cron._commit_progress(1):
                return

    def _verify(self):
        """Compare all of it in this transaction; returns self."""
        while self._verify_batch():
            pass
        return self

    def _verify_batch(self):
        """Compare the next range of lines; returns whether there are more."""
        self.ensure_one()
        self.env["lot.recorder"]._flush()
        ((first,),) = self.env.execute_query(
            SQL("SELECT min(id) FROM stock_move_line WHERE id >= %s", self.next_line)
        )
        if first is None:
            self._list_differences(self._find_unfounded())
            self._verify_seals()
            batches = self.env["lot.history.batch"].search([("loaded_at", "=", False)])
            self.write(
                {
                    "finished_at": fields.Datetime.now(),
                    "pending_count": sum(batches.mapped("line_count")),
                }
            )
            return False
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ml.id FROM stock_move_line ml
                 WHERE ml.id BETWEEN %s AND %s
                   AND (ml.state = 'done'
                        OR EXISTS (SELECT FROM lot_ledger l
                                    WHERE l.move_line_id = ml.id AND l.corrects_id IS NULL))
                """,
                first,
                first + BATCH - 1,
            )
        )
        ids = [line_id for (line_id,) in rows]
        lines = self.env["stock.move.line"].browse(ids)
        self._list_differences(self._find_differences(lines))
        ((entries,),) = self.env.execute_query(
            SQL("SELECT count(*) FROM lot_ledger WHERE move_line_id = ANY(%s)", ids)
        )
        self.write(
            {
                "line_count": self.line_count + len(ids),
                "entry_count": self.entry_count + entries,
                "next_line": first + BATCH,
            }
        )
        return True

    def _get_text(self):
        """What was found, as lines of text."""
        self.ensure_one()
        for row in self.difference_ids:
            moved = [row.lot_id.name or "-", f"{row.quantity:.15g}", str(row.date or "-")]
            recorded = [
                row.ledger_lot_id.name or "-",
                f"{row.ledger_quantity:.15g}",
                str(row.ledger_date or "-"),
            ]
            yield "\t".join(
                [
                    row.document or "-",
                    row.kind,
                    row.product_id.display_name,
                    row.problem,
                    row.differs or "-",
                    f"moved {' '.join(moved)}",
                    f"recorded {' '.join(recorded)}",
                ]
            )
        yield from self._get_seals_text()
        yield (
            f"{self.state}: {self.line_count} lines and {self.entry_count} entries compared, "
            f"{self.difference_count} differences, {self.pending_count} lines of history not loaded"
        )

    def _find_differences(self, lines):
        """Of the entries of `lines`: rows as `_prepare_difference` takes them."""
        # Compiling the query takes PostgreSQL five times as long as 20,000 lines of it.
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        return self.env.execute_query(
            SQL(
                """
                WITH %s,
                counted AS (
                    SELECT live.*, old.id IS NOT NULL AS stale, old.other_partner, row_number() OVER (
                               PARTITION BY live.move_line_id, live.kind ORDER BY live.id) > 1 AS again
                      FROM live
                      LEFT JOIN (SELECT id, other_partner FROM stale) AS old ON old.id = live.id
                )
                SELECT CASE WHEN c.id IS NULL THEN 'missing'
                            WHEN c.again THEN 'twice'
                            WHEN d.kind IS NULL THEN 'extra'
                            ELSE 'different' END,
                       kind, move_line_id, c.id, COALESCE(d.company_id, c.company_id),
                       COALESCE(d.document, c.document),
                       COALESCE(d.product_id, c.product_id),
                       d.lot_id, c.lot_id, d.quantity, c.quantity, d.date, c.date,
                       d.owner_id IS DISTINCT FROM c.owner_id AND NOT c.owner_merged,
                       (d.location_id, d.location_dest_id)
                           IS DISTINCT FROM (c.location_id, c.location_dest_id),
                       d.event_id IS DISTINCT FROM c.event_id, COALESCE(c.other_partner, FALSE)
                  FROM counted c
                  FULL JOIN desired d USING (move_line_id, kind)
                 WHERE c.again OR c.stale
                    OR (c.id IS NULL AND NOT EXISTS (
                            SELECT FROM lot_history_batch b
                             WHERE b.loaded_at IS NULL
                               AND move_line_id BETWEEN b.line_from AND b.line_to))
                 UNION ALL
                -- What takes an entry back says the same, the other way round.
                SELECT 'different', r.kind, r.move_line_id, r.id, r.company_id, r.document,
                       r.product_id, t.lot_id, r.lot_id, -t.quantity, r.quantity, t.date, r.date,
                       FALSE, FALSE, FALSE, t.party_id IS DISTINCT FROM r.party_id
                  FROM told r
                  JOIN told t ON t.id = r.corrects_id
                 WHERE r.reversal
                   AND (t.lot_id, -t.quantity, t.date, t.party_id)
                       IS DISTINCT FROM (r.lot_id, r.quantity, r.date, r.party_id)
                 ORDER BY 3, 2, 4
                """,
                self.env["lot.recorder"]._get_comparison(lines, {}),
            )
        )

    def _find_unfounded(self):
        """Entries of no stock move line at all: rows as `_prepare_difference` takes them."""
        return self.env.execute_query(
            SQL(
                """
                SELECT 'extra', kind, NULL, id, company_id, document, product_id, NULL, lot_id,
                       NULL, quantity, NULL, date, FALSE, FALSE, FALSE, FALSE
                  FROM lot_ledger WHERE move_line_id IS NULL ORDER BY id
                """
            )
        )

    def _list_differences(self, rows):
        room = max(LISTED - self.difference_count, 0)
        self.env["lot.verify.difference"].create([self._prepare_difference(*row) for row in rows[:room]])
        self.difference_count += len(rows)

    def _prepare_difference(
        self,
        problem,
        kind,
        move_line,
        entry,
        company,
        document,
        product,
        lot,
        ledger_lot,
        quantity,
        ledger_quantity,
        date,
        ledger_date,
        *others,
    ):
        differs = []
        if problem == "different":
            compared = (lot != ledger_lot, quantity != ledger_quantity, date != ledger_date, *others)
            names = (
                self.env._("lot"),
                self.env._("quantity"),
                self.env._("date"),
                self.env._("owner"),
                self.env._("locations"),
                self.env._("event"),
                self.env._("partner"),
            )
            differs = [name for name, differ in zip(names, compared, strict=True) if differ]
        return {
            "verify_id": self.id,
            "problem": problem,
            "kind": kind,
            "differs": ", ".join(differs),
            "move_line_id": move_line,
            "ledger_id": entry,
            "company_id": company,
            "document": document,
            "product_id": product,
            "lot_id": lot,
            "ledger_lot_id": ledger_lot,
            "quantity": quantity or 0.0,
            "ledger_quantity": ledger_quantity or 0.0,
            "date": date,
            "ledger_date": ledger_date,
        }


class LotVerifyDifference(models.Model):
    _name = "lot.verify.difference"
    _description = "Difference between ledger and stock moves"
    _order = "verify_id, id"
    _log_access = False

    verify_id = fields.Many2one("lot.verify", required=True, index=True, ondelete="cascade")
    problem = fields.Selection(
        [
            ("missing", "Missing"),
            ("extra", "Extra"),
            ("twice", "Twice"),
            ("different", "Different"),
        ],
        required=True,
        help="Missing: moved, but not in the ledger. Extra: in the ledger, but not moved. "
        "Twice: in the ledger more than once. Different: the two say otherwise.",
    )
    kind = fields.Selection(KINDS)
    differs = fields.Char(help="What the two say otherwise.")
    document = fields.Char()
    company_id = fields.Many2one("res.company", ondelete="cascade")
    product_id = fields.Many2one("product.product", ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", string="Lot moved", ondelete="set null")
    ledger_lot_id = fields.Many2one("stock.lot", string="Lot recorded", ondelete="set null")
    quantity = fields.Float(string="Quantity moved", digits="Product Unit")
    ledger_quantity = fields.Float(string="Quantity recorded", digits="Product Unit")
    date = fields.Datetime(string="Date moved")
    ledger_date = fields.Datetime(string="Date recorded")
    move_line_id = fields.Many2one("stock.move.line", string="Stock move line", ondelete="cascade")
    ledger_id = fields.Many2one("lot.ledger", string="Ledger entry", ondelete="cascade")

    def action_open_document(self):
        """Open the transfer or order of the difference."""
        self.ensure_one()
        if self.ledger_id:
            return self.ledger_id.action_open_document()
        move = self.move_line_id.move_id
        record = (
            move.picking_id
            or move.raw_material_production_id
            or move.production_id
            or move.unbuild_id
            or move.scrap_id
            or move
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
