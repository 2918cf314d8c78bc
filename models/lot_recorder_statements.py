"""The statements by which the recorder writes the difference of moves and ledger."""

from odoo import api, models
from odoo.tools import SQL

from .lot_recorder_sql import PLACES

# Columns of the ledger that say what was moved.
COLUMNS = SQL(
    """lot_id, product_id, kind, quantity, uom_id, date, event_id, cost_share,
       tracked, company_id, party_id, document, order_name, supplier_lot,
       owner_party_id, location_id, location_dest_id, picking_id, move_line_id"""
)


class LotRecorder(models.AbstractModel):
    _inherit = "lot.recorder"

    @api.model
    def _get_events_statement(self, lines, now):
        """Make the events that the production lines among `lines` belong to."""
        return SQL(
            """
            INSERT INTO lot_event (kind, date, company_id, res_model, res_id,
                                   document, uuid, recorded_at, user_id)
            SELECT made.kind, first.date, made.company_id, made.model, made.res_id,
                   made.document, gen_random_uuid(), %(now)s, %(uid)s
              FROM (
                SELECT source.kind, source.model, source.res_id, min(ml.id) AS line_id,
                       min(m.company_id) AS company_id,
                       COALESCE(min(m.reference), min(m.origin), source.model) AS document
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id
                  %(places)s
                  %(event_join)s
                 WHERE ml.id = ANY(%(lines)s) AND %(transforming)s
                 GROUP BY source.kind, source.model, source.res_id
              ) AS made
              -- Of all its lines, as history may come upon the last of them first.
              JOIN LATERAL (SELECT min(line.date) AS date FROM (%(all_lines)s) AS line)
                   AS first ON TRUE
             WHERE NOT EXISTS (SELECT FROM lot_event e
                                WHERE e.res_model = made.model AND e.res_id = made.res_id)
             ORDER BY made.line_id
            ON CONFLICT DO NOTHING
            """,
            now=now,
            uid=self.env.uid,
            places=SQL(PLACES),  # pylint: disable=sql-injection
            event_join=self._get_event_join(),
            lines=lines.ids,
            transforming=self._get_transforming(),
            all_lines=SQL(" UNION ALL ").join(
                SQL(
                    """SELECT ml.date
                         FROM stock_move m
                         JOIN stock_move_line ml ON ml.move_id = m.id
                         %s
                        WHERE made.model = %s AND m.%s = made.res_id AND %s""",
                    SQL(PLACES),  # pylint: disable=sql-injection
                    model,
                    SQL.identifier(column),
                    self._get_transforming(),
                )
                for _rank, (_kind, model, column) in self._enumerate_sources()
            ),
        )

    @api.model
    def _get_difference_statement(self, lines, parties, now, reason):
        """Take back what the `lines` no longer say, and state what they say."""
        return SQL(
            """
            WITH %(comparison)s,
            last AS (
                SELECT DISTINCT ON (t.move_line_id, t.kind)
                       t.move_line_id, t.kind, t.id AS corrects_id, t.party_id, p.partner_res_id
                  FROM told t
                  LEFT JOIN lot_party p ON p.id = t.party_id
                 WHERE NOT t.reversal
                 ORDER BY t.move_line_id, t.kind, t.id DESC
            ),
            sound AS (
                SELECT live.move_line_id, live.kind FROM live
                 WHERE NOT EXISTS (SELECT FROM stale WHERE stale.id = live.id)
            ),
            new AS (
                SELECT d.lot_id, d.product_id, d.kind, d.quantity, d.uom_id, d.date, d.event_id,
                       d.cost_share, d.tracked, d.company_id,
                       CASE WHEN p.partner_res_id = last.partner_res_id THEN last.party_id
                            ELSE d.party_id END AS party_id,
                       d.document, d.order_name, d.supplier_lot, d.owner_party_id, d.location_id,
                       d.location_dest_id, d.picking_id, d.move_line_id,
                       FALSE AS reversal, last.corrects_id
                  FROM desired d
                  LEFT JOIN last USING (move_line_id, kind)
                  LEFT JOIN lot_party p ON p.id = d.party_id
                 WHERE NOT EXISTS (SELECT FROM sound
                                    WHERE sound.move_line_id = d.move_line_id
                                      AND sound.kind = d.kind)
                 UNION ALL
                SELECT lot_id, product_id, kind, -quantity, uom_id, date, event_id,
                       cost_share, tracked, company_id, party_id, document,
                       order_name, supplier_lot, owner_party_id, location_id,
                       location_dest_id, picking_id, move_line_id, TRUE, id
                  FROM stale
            )
            INSERT INTO lot_ledger (%(columns)s, reversal, corrects_id, reason,
                                    recorded_at, user_id)
            SELECT %(columns)s, reversal, corrects_id,
                   CASE WHEN corrects_id IS NOT NULL THEN %(reason)s END, %(now)s, %(uid)s
              FROM new
             ORDER BY move_line_id, kind, reversal DESC
            ON CONFLICT DO NOTHING
            """,
            comparison=self._get_comparison(lines, parties),
            columns=COLUMNS,
            reason=reason,
            now=now,
            uid=self.env.uid,
        )

    @api.model
    def _find_partners(self, lines):
        """Whose facts are to be kept: partners of receipts, shipments and returns, and owners."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.id
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id
                  %s
                  LEFT JOIN stock_picking picking ON picking.id = m.picking_id
                 CROSS JOIN LATERAL (VALUES (m.partner_id, FALSE), (picking.partner_id, FALSE),
                                            (ml.owner_id, TRUE)) AS partner (id, owns)
                 WHERE ml.id = ANY(%s) AND m.state = 'done' AND partner.id IS NOT NULL
                   AND (partner.owns OR
                        ARRAY[src.usage, dst.usage]::text[] && ARRAY['supplier', 'customer'])
                """,
                SQL(PLACES),  # pylint: disable=sql-injection
                lines.ids,
            )
        )
        return self.env["res.partner"].browse(partner_id for (partner_id,) in rows)
