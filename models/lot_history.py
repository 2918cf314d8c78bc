"""Loads what was moved before this module was installed into the ledger.

A run is cut into batches of stock move lines, newest first, each committed with its
entries: killed at any moment, it goes on with the next one, and the recorder writes
nothing twice. Until the last batch is done every trace says from when it is complete.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BATCH = 20_000
# So many lines take a few seconds: they are loaded while the module is installed.
AT_ONCE = 50_000


class LotHistory(models.Model):
    _name = "lot.history"
    _description = "Loading of history"
    _order = "id desc"
    _rec_name = "create_date"

    batch_ids = fields.One2many("lot.history.batch", "history_id", readonly=True)
    line_count = fields.Integer(string="Lines", compute="_compute_progress")
    done_count = fields.Integer(string="Loaded", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    complete_since = fields.Datetime(
        compute="_compute_progress",
        help="Everything from here on is in the ledger. Empty: all of it is.",
    )
    remaining_minutes = fields.Float(
        string="Minutes left", compute="_compute_progress", help="At the pace so far."
    )
    state = fields.Selection([("loading", "Loading"), ("done", "Done")], compute="_compute_progress")
    unplaced_ids = fields.One2many("lot.history.unplaced", "history_id", readonly=True)

    @api.depends("batch_ids.loaded_at")
    def _compute_progress(self):
        for history in self:
            done = history.batch_ids.filtered("loaded_at")
            todo = history.batch_ids - done
            history.line_count = sum(history.batch_ids.mapped("line_count"))
            history.done_count = sum(done.mapped("line_count"))
            history.progress = (
                100.0 * history.done_count / history.line_count if history.line_count else 100.0
            )
            history.complete_since = max(todo.mapped("date_last"), default=False)
            seconds = sum(done.mapped("seconds"))
            left = history.line_count - history.done_count
            history.remaining_minutes = (
                seconds / history.done_count * left / 60.0 if history.done_count else 0.0
            )
            history.state = "loading" if todo else "done"

    @api.model
    def _start(self):
        """Plan a run over all done lines and load it: at once if small, else as a job."""
        history = self.create({})
        self.env["lot.history.batch"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO lot_history_batch
                       (history_id, line_from, line_to, date_last, line_count, seconds)
                SELECT %s, min(id), max(id), max(date), count(*), 0
                  FROM stock_move_line WHERE state = 'done'
                 GROUP BY id / %s
                """,
                history.id,
                BATCH,
            )
        )
        history.invalidate_recordset()
        if history.line_count <= AT_ONCE:
            for batch in history.batch_ids.sorted("date_last", reverse=True):
                batch._load()
            history._find_unplaced()
        else:
            self.env.ref("lot_genealogy.lot_history_cron")._trigger()
        return history

    @api.model
    def _load(self):
        """The job: load batch by batch, newest first, as long as it is given time."""
        cron = self.env["ir.cron"]
        batches = self.env["lot.history.batch"].search(
            [("loaded_at", "=", False)], order="date_last desc, id desc"
        )
        cron._commit_progress(remaining=len(batches))
        for batch in batches:
            batch._load()
            if not batch.history_id.batch_ids.filtered(lambda one: not one.loaded_at):
                batch.history_id._find_unplaced()
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_complete_since(self):
        """Date and time from which the ledger holds everything, False: it always did."""
        batches = self.env["lot.history.batch"].sudo()
        ((since,),) = batches._read_group([("loaded_at", "=", False)], [], ["date_last:max"])
        return since

    def _find_unplaced(self):
        """Count what stands in the moves and has no full place in the genealogy."""
        self.ensure_one()
        self.unplaced_ids.unlink()
        counts = self.env.execute_query(
            SQL(
                """
                SELECT 'line_without_lot', count(*)
                  FROM stock_move_line ml
                  JOIN stock_location src ON src.id = ml.location_id
                  JOIN stock_location dst ON dst.id = ml.location_dest_id
                  JOIN product_product v ON v.id = ml.product_id
                  JOIN product_template p ON p.id = v.product_tmpl_id
                 WHERE ml.state = 'done' AND ml.lot_id IS NULL
                   AND p.tracking <> 'none' AND ml.quantity <> 0
                   AND src.usage <> dst.usage
                   AND NOT (src.usage IN ('internal', 'transit')
                            AND dst.usage IN ('internal', 'transit'))
                 UNION ALL
                SELECT 'event_without_input', count(*) FROM lot_event e
                 WHERE NOT EXISTS (SELECT FROM lot_ledger l WHERE l.event_id = e.id
                                      AND l.quantity < 0 AND NOT l.reversal)
                 UNION ALL
                SELECT 'event_without_output', count(*) FROM lot_event e
                 WHERE NOT EXISTS (SELECT FROM lot_ledger l WHERE l.event_id = e.id
                                      AND l.quantity > 0 AND NOT l.reversal)
                 UNION ALL
                SELECT 'event_without_order', count(*) FROM lot_event e
                 WHERE e.kind = 'external'
                 UNION ALL
                SELECT 'lot_without_origin', count(*) FROM (
                    SELECT FROM lot_ledger l WHERE l.lot_id IS NOT NULL
                     GROUP BY l.lot_id HAVING sum(l.quantity) < -1e-6) AS negative
                """
            )
        )
        self.env["lot.history.unplaced"].create(
            [{"history_id": self.id, "kind": kind, "count": count} for kind, count in counts if count]
        )

    def action_load_again(self):
        """Go through all done lines once more: what is missing is written, nothing twice."""
        if self.env["lot.history.batch"].search_count([("loaded_at", "=", False)]):
            raise UserError(self.env._("History is being loaded. Wait until it is finished."))
        history = self.sudo()._start()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": history.id,
            "view_mode": "form",
        }


class LotHistoryBatch(models.Model):
    _name = "lot.history.batch"
    _description = "Batch of history"
    _order = "date_last desc, id desc"
    _log_access = False

    history_id = fields.Many2one("lot.history", required=True, index=True, ondelete="cascade")
    line_from = fields.Integer(string="From line", required=True)
    line_to = fields.Integer(string="To line", required=True)
    line_count = fields.Integer(string="Lines", required=True)
    date_last = fields.Datetime(string="Latest date", required=True)
    loaded_at = fields.Datetime()
    seconds = fields.Float()

    _todo_idx = models.Index("(date_last) WHERE loaded_at IS NULL")

    def _load(self):
        """Record the lines of this batch; the caller commits."""
        self.ensure_one()
        start = fields.Datetime.now().timestamp()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_move_line WHERE id BETWEEN %s AND %s AND state = 'done' ORDER BY id",
                self.line_from,
                self.line_to,
            )
        )
        lines = self.env["stock.move.line"].browse(line_id for (line_id,) in rows)
        self.env["lot.recorder"]._load(lines)
        end = fields.Datetime.now()
        self.write({"loaded_at": end, "seconds": end.timestamp() - start})


class LotHistoryUnplaced(models.Model):
    _name = "lot.history.unplaced"
    _description = "Not fully placed in the genealogy"
    _order = "history_id, kind"

    history_id = fields.Many2one("lot.history", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("line_without_lot", "Moves of tracked products without a lot"),
            ("event_without_input", "Orders that made something and used nothing"),
            ("event_without_output", "Orders that used something and made nothing"),
            ("event_without_order", "Moves to or from production without an order"),
            ("lot_without_origin", "Lots of which more left than ever came in"),
        ],
        required=True,
    )
    count = fields.Integer(required=True)
