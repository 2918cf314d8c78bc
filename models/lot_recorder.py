"""Writes the ledger: the only place that does.

It compares what the done stock move lines say with what the ledger says of them, and
appends the difference: the first time that is the entries themselves, after a done
line was changed a reversing and a new entry. One statement, whatever the number of
lines; a retry finds nothing left to write.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# What a line is, by where it comes from and where it goes. Stock of our own is
# everything that is not named here: internal, transit and view locations.
IN_KIND = """CASE src.usage
    WHEN 'supplier' THEN 'receipt'
    WHEN 'customer' THEN 'customer_return'
    WHEN 'production' THEN 'output'
    WHEN 'inventory' THEN 'adjustment'
END"""
OUT_KIND = """CASE dst.usage
    WHEN 'supplier' THEN 'supplier_return'
    WHEN 'customer' THEN 'shipment'
    WHEN 'production' THEN 'consumption'
    WHEN 'inventory' THEN CASE WHEN m.is_inventory THEN 'adjustment' ELSE 'scrap' END
END"""


class LotRecorder(models.AbstractModel):
    _name = "lot.recorder"
    _description = "Recorder of the lot ledger"

    @api.model
    def _record(self, lines):
        """Bring the ledger up to what the done `lines` (stock.move.line) say now."""
        if not lines:
            return
        lines.env["stock.move.line"].flush_model()
        lines.env["stock.move"].flush_model()
        self._record_events(lines)
        self._record_entries(lines, self._freeze_parties(lines))

    @api.model
    def _freeze_parties(self, lines):
        """Keep the facts of the partners of receipts, shipments and returns, and of owners."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.id
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id
                  JOIN stock_location src ON src.id = ml.location_id
                  JOIN stock_location dst ON dst.id = ml.location_dest_id
                  LEFT JOIN stock_picking picking ON picking.id = m.picking_id
                 CROSS JOIN LATERAL (VALUES (m.partner_id, FALSE), (picking.partner_id, FALSE),
                                            (ml.owner_id, TRUE)) AS partner (id, owns)
                 WHERE ml.id = ANY(%s) AND m.state = 'done' AND partner.id IS NOT NULL
                   AND (partner.owns OR
                        ARRAY[src.usage, dst.usage]::text[] && ARRAY['supplier', 'customer'])
                """,
                lines.ids,
            )
        )
        partners = self.env["res.partner"].browse(partner_id for (partner_id,) in rows)
        return self.env["lot.party"]._freeze(partners)

    @api.model
    def _get_event_join(self):
        """SQL: kind, model and id of the document that makes the event of move `m`."""
        sources = [
            SQL(
                "WHEN m.%s IS NOT NULL THEN %s",
                SQL.identifier(column),
                rank,
            )
            for rank, (_kind, _model, column) in self._enumerate_sources()
        ]
        values = [
            SQL("(%s, %s, %s, m.%s)", rank, kind, model, SQL.identifier(column))
            for rank, (kind, model, column) in self._enumerate_sources()
        ]
        return SQL(
            """JOIN LATERAL (
                SELECT s.kind, s.model, s.res_id
                  FROM (VALUES %s) AS s (rank, kind, model, res_id)
                 WHERE s.rank = CASE %s END
            ) AS source ON TRUE""",
            SQL(", ").join(values),
            SQL(" ").join(sources),
        )

    @api.model
    def _get_worked_on(self):
        """SQL: move `m` is of a thing that its event takes and gives back.

        A repaired product does not go through a production location: its transfer is
        both an input and an output of the repair, of the same lot.
        """
        if "repair_line_type" in self.env["stock.move"]._fields:
            return SQL("(m.repair_id IS NOT NULL AND m.repair_line_type IS NULL)")
        return SQL("FALSE")

    @api.model
    def _get_transforming(self):
        """SQL: done line `ml` of move `m` from `src` to `dst` takes part in an event."""
        return SQL(
            """(m.state = 'done' AND ml.quantity_product_uom <> 0
                AND ((src.usage = 'production') <> (dst.usage = 'production') OR %s))""",
            self._get_worked_on(),
        )

    @api.model
    def _enumerate_sources(self):
        moves = self.env["stock.move"]
        return enumerate(
            source for source in self.env["lot.event"]._get_sources() if source[2] in moves._fields
        )

    @api.model
    def _record_events(self, lines):
        """Make the events that the production lines among `lines` belong to."""
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                -- Compiling these queries, or trying their joins in other orders than the
                -- written one, takes longer than they do. Undone by _record_entries.
                SET LOCAL jit = off;
                SET LOCAL from_collapse_limit = 1;
                SET LOCAL join_collapse_limit = 1;
                INSERT INTO lot_event (kind, date, company_id, res_model, res_id,
                                       document, uuid, recorded_at, user_id)
                SELECT made.kind, first.date, made.company_id, made.model, made.res_id,
                       made.document, gen_random_uuid(), %s, %s
                  FROM (
                    SELECT source.kind, source.model, source.res_id, min(ml.id) AS line_id,
                           min(m.company_id) AS company_id,
                           COALESCE(min(m.reference), min(m.origin), source.model) AS document
                      FROM stock_move_line ml
                      JOIN stock_move m ON m.id = ml.move_id
                      JOIN stock_location src ON src.id = ml.location_id
                      JOIN stock_location dst ON dst.id = ml.location_dest_id
                      %s
                     WHERE ml.id = ANY(%s) AND %s
                     GROUP BY source.kind, source.model, source.res_id
                  ) AS made
                  -- Of all its lines, as history may come upon the last of them first.
                  JOIN LATERAL (SELECT min(line.date) AS date FROM (%s) AS line) AS first ON TRUE
                 WHERE NOT EXISTS (SELECT FROM lot_event e
                                    WHERE e.res_model = made.model AND e.res_id = made.res_id)
                 ORDER BY made.line_id
                ON CONFLICT DO NOTHING
                """,
                fields.Datetime.now(),
                self.env.uid,
                self._get_event_join(),
                lines.ids,
                self._get_transforming(),
                SQL(" UNION ALL ").join(
                    SQL(
                        """SELECT ml.date
                             FROM stock_move m
                             JOIN stock_move_line ml ON ml.move_id = m.id
                             JOIN stock_location src ON src.id = ml.location_id
                             JOIN stock_location dst ON dst.id = ml.location_dest_id
                            WHERE made.model = %s AND m.%s = made.res_id AND %s""",
                        model,
                        SQL.identifier(column),
                        self._get_transforming(),
                    )
                    for _rank, (_kind, model, column) in self._enumerate_sources()
                ),
            )
        )

    @api.model
    def _get_desired(self, lines, parties):
        """SQL: the entries that the done `lines` ask for."""
        return SQL(
            """
            SELECT ml.lot_id, ml.product_id, k.kind,
                   k.sign * ml.quantity_product_uom AS quantity,
                   t.uom_id, ml.date, e.id AS event_id, c.cost_share,
                   p.tracking <> 'none' AS tracked, m.company_id,
                   CASE WHEN k.kind = ANY(%(partner_kinds)s) THEN party.party_id END
                       AS party_id,
                   COALESCE(m.reference, m.origin) AS document,
                   CASE k.kind WHEN 'receipt' THEN COALESCE(po.name, so.name)
                               WHEN 'supplier_return' THEN COALESCE(po.name, so.name)
                               ELSE COALESCE(so.name, po.name) END AS order_name,
                   CASE WHEN k.kind = 'receipt'
                        THEN COALESCE(NULLIF(ml.supplier_lot, ''),
                                      NULLIF(lot.supplier_lot, '')) END
                       AS supplier_lot,
                   owner.party_id AS owner_party_id, ml.location_id, ml.location_dest_id,
                   m.picking_id, ml.id AS move_line_id, ml.owner_id
              FROM stock_move_line ml
              JOIN stock_move m ON m.id = ml.move_id
              JOIN stock_location src ON src.id = ml.location_id
              JOIN stock_location dst ON dst.id = ml.location_dest_id
              JOIN product_product v ON v.id = ml.product_id
              JOIN product_template p ON p.id = v.product_tmpl_id
              JOIN LATERAL (SELECT p.uom_id) AS t ON TRUE
              JOIN LATERAL (
                   SELECT crossing.kind, crossing.sign
                     FROM (VALUES (%(in_kind)s, 1), (%(out_kind)s, -1))
                          AS crossing (kind, sign)
                    WHERE crossing.kind IS NOT NULL AND src.usage <> dst.usage
                    UNION ALL
                   SELECT both_ways.kind, both_ways.sign
                     FROM (VALUES ('consumption', -1), ('output', 1))
                          AS both_ways (kind, sign)
                    WHERE %(worked_on)s
              ) AS k ON TRUE
              LEFT JOIN stock_lot lot ON lot.id = ml.lot_id
              LEFT JOIN stock_picking picking ON picking.id = m.picking_id
              LEFT JOIN purchase_order_line pol ON pol.id = m.purchase_line_id
              LEFT JOIN purchase_order po ON po.id = pol.order_id
              LEFT JOIN sale_order_line sol ON sol.id = m.sale_line_id
              LEFT JOIN sale_order so ON so.id = sol.order_id
              LEFT JOIN LATERAL (
                   SELECT CASE
                     WHEN m.production_id IS NULL THEN NULL
                     WHEN m.product_id <> mo.product_id THEN m.cost_share
                     ELSE 100 - COALESCE((
                        SELECT sum(b.cost_share)
                          FROM stock_move b
                         WHERE b.production_id = mo.id AND b.state <> 'cancel'
                           AND b.product_id <> mo.product_id), 0)
                   END::float8 AS cost_share
                     FROM mrp_production mo WHERE mo.id = m.production_id
              ) AS c ON k.kind = 'output'
              LEFT JOIN LATERAL (
                   SELECT ev.id FROM (SELECT) AS one %(event_join)s
                     JOIN lot_event ev ON ev.res_model = source.model
                                      AND ev.res_id = source.res_id
              ) AS e ON k.kind IN ('output', 'consumption')
              LEFT JOIN unnest(%(partners)s::int[], %(parties)s::int[])
                   AS owner (partner_id, party_id) ON owner.partner_id = ml.owner_id
              LEFT JOIN unnest(%(partners)s::int[], %(parties)s::int[])
                   AS party (partner_id, party_id)
                ON party.partner_id = CASE
                   -- A dropship's transfer names the supplier, its move the customer.
                   WHEN k.kind IN ('shipment', 'customer_return')
                        AND 'supplier' IN (src.usage, dst.usage)
                   THEN COALESCE(m.partner_id, picking.partner_id)
                   ELSE COALESCE(picking.partner_id, m.partner_id) END
             WHERE ml.id = ANY(%(lines)s)
               AND m.state = 'done'
               AND ml.quantity_product_uom <> 0
               AND (ml.lot_id IS NOT NULL OR k.kind IN ('output', 'consumption'))
            """,
            worked_on=self._get_worked_on(),
            in_kind=SQL(IN_KIND),  # pylint: disable=sql-injection
            out_kind=SQL(OUT_KIND),  # pylint: disable=sql-injection
            partner_kinds=[
                "receipt",
                "shipment",
                "customer_return",
                "supplier_return",
            ],
            event_join=self._get_event_join(),
            partners=list(parties),
            parties=list(parties.values()),
            lines=lines.ids,
        )

    @api.model
    def _get_comparison(self, lines, parties):
        """SQL of a WITH: what the done `lines` ask for and what the ledger says of them.

        `desired` is what should stand there, `live` what does (taken back entries left
        out), `stale` what of it says something else. The recorder appends the difference,
        the verification lists it: there is one truth.
        """
        return SQL(
            """
            desired AS MATERIALIZED (%(desired)s),
            -- No inner joins: while the ledger is loaded its statistics are of when it was
            -- empty, and one row expected where there are thousands makes a loop of loops.
            told AS MATERIALIZED (
                SELECT l.* FROM unnest(%(lines)s::int[]) AS line (id)
                  LEFT JOIN lot_ledger l ON l.move_line_id = line.id AND l.corrects_id IS NULL
                 WHERE COALESCE(l.id, 0) > 0
                 UNION ALL
                SELECT l.* FROM unnest(%(lines)s::int[]) AS line (id)
                  LEFT JOIN lot_ledger l ON l.move_line_id = line.id
                                        AND l.corrects_id IS NOT NULL
                 WHERE COALESCE(l.id, 0) > 0
            ),
            live AS (
                -- An owner that was merged into another partner is still the same.
                SELECT t.*, owner.partner_res_id AS owner_id,
                       owner.id IS NOT NULL
                       AND NOT EXISTS (SELECT FROM res_partner p
                                        WHERE p.id = owner.partner_res_id) AS owner_merged
                  FROM told t
                  LEFT JOIN lot_party owner ON owner.id = t.owner_party_id
                 WHERE NOT t.reversal
                   AND NOT EXISTS (SELECT FROM told r
                                    WHERE r.reversal AND r.corrects_id = t.id)
            ),
            stale AS (
                SELECT live.* FROM live
                  LEFT JOIN desired d USING (move_line_id, kind)
                 WHERE (d.lot_id, d.quantity, d.date, d.event_id,
                        d.location_id, d.location_dest_id)
                       IS DISTINCT FROM
                       (live.lot_id, live.quantity, live.date, live.event_id,
                        live.location_id, live.location_dest_id)
                    OR (d.owner_id IS DISTINCT FROM live.owner_id AND NOT live.owner_merged)
            )
            """,
            desired=self._get_desired(lines, parties),
            lines=lines.ids,
        )

    @api.model
    def _record_entries(self, lines, parties):
        columns = SQL(
            """lot_id, product_id, kind, quantity, uom_id, date, event_id, cost_share,
               tracked, company_id, party_id, document, order_name, supplier_lot,
               owner_party_id, location_id, location_dest_id, picking_id, move_line_id"""
        )
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                WITH %(comparison)s,
                last AS (
                    SELECT move_line_id, kind, max(id) AS corrects_id FROM told
                     WHERE NOT reversal GROUP BY move_line_id, kind
                ),
                sound AS (
                    SELECT live.move_line_id, live.kind FROM live
                     WHERE NOT EXISTS (SELECT FROM stale WHERE stale.id = live.id)
                ),
                new AS (
                    SELECT d.*, FALSE AS reversal, last.corrects_id
                      FROM desired d
                      LEFT JOIN last USING (move_line_id, kind)
                     WHERE NOT EXISTS (SELECT FROM sound
                                        WHERE sound.move_line_id = d.move_line_id
                                          AND sound.kind = d.kind)
                     UNION ALL
                    SELECT lot_id, product_id, kind, -quantity, uom_id, date, event_id,
                           cost_share, tracked, company_id, party_id, document,
                           order_name, supplier_lot, owner_party_id, location_id,
                           location_dest_id, picking_id, move_line_id, owner_id, TRUE, id
                      FROM stale
                )
                INSERT INTO lot_ledger (%(columns)s, reversal, corrects_id, reason,
                                        recorded_at, user_id)
                SELECT %(columns)s, reversal, corrects_id,
                       CASE WHEN corrects_id IS NOT NULL THEN %(reason)s END,
                       %(now)s, %(uid)s
                  FROM new
                 ORDER BY move_line_id, kind, reversal DESC
                ON CONFLICT DO NOTHING;
                SET LOCAL jit = DEFAULT;
                SET LOCAL from_collapse_limit = DEFAULT;
                SET LOCAL join_collapse_limit = DEFAULT
                """,
                comparison=self._get_comparison(lines, parties),
                columns=columns,
                reason=self.env._("Done stock move line changed"),
                now=now,
                uid=self.env.uid,
            )
        )
        self.env["lot.ledger"].invalidate_model()
