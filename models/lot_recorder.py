"""Writes the ledger: the only place that does.

What was just done is written as its records say, which are at hand: to have the database
plan the joins that say the same would take longer than all else. What was done before, as
history or changed since, is compared with the ledger in SQL, and the difference appended: a
reversing and a new entry. The tests hold both to the same facts, and the verification
compares each entry. A constant number of statements, whatever the number of lines; a retry
finds nothing left to write.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class LotRecorder(models.AbstractModel):
    _name = "lot.recorder"
    _description = "Recorder of the lot ledger"

    @api.model
    def _record(self, lines):
        """Bring the ledger up to what the done `lines` (stock.move.line) say now."""
        if not lines:
            return
        new, known = self._split_known(lines)
        self._write_entries(new)
        if known:
            reason = self.env["lot.audit"]._get_reason() or self.env._("Done stock move line changed")
            self._write_difference(known, reason)

    @api.model
    def _load(self, lines):
        """The same of `lines` that were done some time ago, as history."""
        if lines:
            reason = self.env._("Ledger and stock move said otherwise when history was loaded again")
            self._write_difference(lines, reason)

    @api.model
    def _filter_concerned(self, lines):
        """Of `lines` that were just done those in which a lot or an event takes part."""
        return lines.filtered(
            lambda line: (
                line.lot_id
                or "production" in (line.location_id.usage, line.location_dest_id.usage)
                or self._is_worked_on(line.move_id)
            )
        )

    @api.model
    def _split_known(self, lines):
        """Those of `lines` of which the ledger does not tell, and those of which it does.

        Lines that were deleted since they were done are neither.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ml.id, EXISTS (SELECT FROM lot_ledger l
                                       WHERE l.move_line_id = ml.id AND l.corrects_id IS NULL)
                  FROM stock_move_line ml WHERE ml.id = ANY(%s)
                """,
                lines.ids,
            )
        )
        return [
            lines.browse(line_id for line_id, is_known in rows if is_known is wanted)
            for wanted in (False, True)
        ]

    @api.model
    def _insert(self, table, rows):
        """Insert `rows`, dicts of the same columns; what is there already stays."""
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) VALUES %s ON CONFLICT DO NOTHING",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, rows[0])),
                SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
            )
        )

    @api.model
    def _write_difference(self, lines, reason):
        """Append what the done `lines` say and the ledger does not."""
        self._flush()
        now = fields.Datetime.now()
        # To compile these statements, or to try their joins in other orders than the
        # written one, takes longer than they do.
        self.env.cr.execute(
            SQL(
                """
                SET LOCAL jit = off;
                SET LOCAL from_collapse_limit = 1;
                SET LOCAL join_collapse_limit = 1;
                %s
                """,
                self._get_events_statement(lines, now),
            )
        )
        # What is stated anew keeps the facts of its partner: these are of now, not of then.
        parties = self.env["lot.party"]._freeze(self._find_partners(lines), later=True)
        self.env.cr.execute(
            SQL(
                """
                %s;
                SET LOCAL jit = DEFAULT;
                SET LOCAL from_collapse_limit = DEFAULT;
                SET LOCAL join_collapse_limit = DEFAULT
                """,
                self._get_difference_statement(lines, parties, now, reason),
            )
        )
        self.env["lot.ledger"].invalidate_model()

    @api.model
    def _flush(self):
        """Write what the statements read."""
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        self.env["stock.lot"].flush_model(["supplier_lot"])
        self.env["stock.picking"].flush_model(["partner_id"])
        self.env["stock.location"].flush_model(["usage"])
