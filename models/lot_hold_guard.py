"""Makes whoever uses a lot and whoever holds it meet.

Odoo's transactions see the database as it was when they began: who ships a lot does not see a
hold that is committed meanwhile. So who uses lots shares some rows of this table, and who holds
them changes the same rows. PostgreSQL then lets one wait for the other, and refuses what began
before the other was done; Odoo tries it again, and it sees the hold.

Many lots share a row: a lot that another one stands in for waits a little, no more.
"""

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

ROWS = 1024


class LotHoldGuard(models.Model):
    _name = "lot.hold.guard"
    _description = "Guard of holds"
    _log_access = False

    taken = fields.Integer(default=0, readonly=True)

    def init(self):
        res = super().init()
        self.env.cr.execute(
            SQL(
                "INSERT INTO lot_hold_guard (id, taken)"
                " SELECT number, 0 FROM generate_series(1, %s) AS number ON CONFLICT DO NOTHING",
                ROWS,
            )
        )
        return res

    @api.model
    def _get_rows(self, lot_ids):
        return list({lot_id % ROWS + 1 for lot_id in lot_ids})

    @api.model
    def _share(self, lot_ids):
        """These lots are being used: no hold of them is set until this is committed."""
        if lot_ids:
            self.env.cr.execute(
                SQL(
                    "SELECT FROM lot_hold_guard WHERE id = ANY(%s) ORDER BY id FOR SHARE",
                    self._get_rows(lot_ids),
                )
            )

    @api.model
    def _take(self, lot_ids):
        """These lots are being held: what uses them is done before, or tried again and refused."""
        self.env.cr.execute(
            SQL(
                """
                WITH locked AS (SELECT id FROM lot_hold_guard WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                UPDATE lot_hold_guard SET taken = taken + 1 FROM locked WHERE lot_hold_guard.id = locked.id
                """,
                self._get_rows(lot_ids),
            )
        )

    @api.model
    def _check_made(self, lot_ids):
        """Nothing was made of these lots that this transaction began too early to see.

        To be asked when they are taken: from then on nothing can be made of them.

        :raise ConcurrencyError: something was: Odoo tries again
        """
        query = SQL(
            "SELECT count(*), max(l.id) FROM unnest(%s::int[]) AS lot (id)"
            " JOIN lot_ledger l ON l.lot_id = lot.id AND l.event_id IS NOT NULL",
            list(lot_ids),
        )
        (seen,) = self.env.execute_query(query)
        # Another transaction, which begins now.
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            now = cr.fetchone()
        if now[0] > seen[0] or (now[1] or 0) > (seen[1] or 0):
            raise ConcurrencyError("Something was made of the lots that are being held")
