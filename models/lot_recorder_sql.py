"""What the done moves ask the ledger to say: one truth for the recorder and the verification."""

from odoo import api, models
from odoo.tools import SQL

from .lot_recorder_entries import IN_KINDS, OUT_KINDS, PARTNER_KINDS
from .stock_lot_record import CORRECTING

# What the places of a line were when it was done: a change of their usage since does not
# make something else of what was moved.
PLACES = "\n".join(
    f"""JOIN LATERAL (
        SELECT COALESCE((SELECT u.usage FROM lot_location_usage u
                          WHERE u.location_id = place.id AND u.until >= ml.date
                          ORDER BY u.until LIMIT 1), place.usage) AS usage
          FROM stock_location place WHERE place.id = ml.{column}
    ) AS {name} ON TRUE"""
    for name, column in (("src", "location_id"), ("dst", "location_dest_id"))
)

# In the product's unit, not rounded to nothing: see `_get_quantity`.
QUANTITY = """COALESCE(
    NULLIF(ml.quantity_product_uom, 0),
    ml.quantity::float8
        * (SELECT factor FROM uom_uom WHERE id = ml.product_uom_id)::float8
        / (SELECT factor FROM uom_uom WHERE id = p.uom_id)::float8
)"""


class LotRecorder(models.AbstractModel):
    _inherit = "lot.recorder"

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
            SQL("(%s, %s, %s, m.%s)", rank, self._get_kind(*source), source[1], SQL.identifier(source[2]))
            for rank, source in self._enumerate_sources()
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
    def _get_kind(self, kind, model, column):
        """SQL: the kind of the event that a source (`lot.event._get_sources`) makes."""
        if kind:
            return SQL("%s", kind)
        table = SQL.identifier(self.env[model]._table)
        return SQL("(SELECT kind FROM %s WHERE id = m.%s)", table, SQL.identifier(column))

    @api.model
    def _get_kinds(self, usage, kinds):
        """SQL: what of `kinds` a location of that `usage` (SQL) makes of a move."""
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in kinds.items())
        return SQL("CASE %s %s END", usage, whens)

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
            """(m.state = 'done' AND ml.quantity <> 0
                AND ((src.usage = 'production') <> (dst.usage = 'production') OR %s))""",
            self._get_worked_on(),
        )

    @api.model
    def _get_desired(self, lines, parties):
        """SQL: the entries that the done `lines` ask for.

        :param parties: ``{partner id: party id}``
        """
        return SQL(
            """
            SELECT ml.lot_id, ml.product_id, k.kind,
                   k.sign * %(quantity)s AS quantity,
                   t.uom_id, ml.date, e.id AS event_id, c.cost_share,
                   (p.tracking <> 'none'
                    OR EXISTS (SELECT FROM stock_lot l WHERE l.product_id = ml.product_id))
                       AS tracked, m.company_id,
                   party.party_id,
                   COALESCE(m.reference, m.origin) AS document,
                   CASE k.kind WHEN 'receipt' THEN COALESCE(po.name, so.name)
                               WHEN 'supplier_return' THEN COALESCE(po.name, so.name)
                               ELSE COALESCE(so.name, po.name) END AS order_name,
                   CASE WHEN k.kind = 'receipt'
                        THEN COALESCE(NULLIF(ml.supplier_lot, ''),
                                      NULLIF(lot.supplier_lot, '')) END
                       AS supplier_lot,
                   owner.party_id AS owner_party_id, ml.location_id, ml.location_dest_id,
                   m.picking_id, ml.id AS move_line_id, ml.owner_id, who.partner_id
              FROM stock_move_line ml
              JOIN stock_move m ON m.id = ml.move_id
              %(places)s
              JOIN product_product v ON v.id = ml.product_id
              JOIN product_template p ON p.id = v.product_tmpl_id
              JOIN LATERAL (SELECT p.uom_id) AS t ON TRUE
              JOIN LATERAL (
                   SELECT crossing.kind, crossing.sign
                     FROM (VALUES (%(in_kind)s, 1),
                                  (CASE WHEN m.is_inventory AND dst.usage = 'inventory'
                                        THEN 'adjustment' ELSE %(out_kind)s END, -1))
                          AS crossing (kind, sign)
                    WHERE crossing.kind IS NOT NULL
                      AND (src.usage <> dst.usage
                           OR src.usage = 'customer' AND ml.location_id <> ml.location_dest_id)
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
              JOIN LATERAL (
                   SELECT CASE
                   WHEN k.kind <> ALL(%(partner_kinds)s) THEN NULL
                   -- The transfer names who gets it, not who had it.
                   WHEN k.kind = 'customer_return' AND dst.usage = 'customer' THEN NULL
                   -- A dropship's transfer names the supplier, its move the customer.
                   WHEN k.kind IN ('shipment', 'customer_return')
                        AND 'supplier' IN (src.usage, dst.usage)
                   THEN COALESCE(m.partner_id, picking.partner_id)
                   ELSE COALESCE(picking.partner_id, m.partner_id) END AS partner_id
              ) AS who ON TRUE
              LEFT JOIN unnest(%(partners)s::int[], %(parties)s::int[])
                   AS party (partner_id, party_id) ON party.partner_id = who.partner_id
             WHERE ml.id = ANY(%(lines)s)
               AND m.state = 'done'
               AND ml.quantity <> 0
               AND (ml.lot_id IS NOT NULL OR k.kind IN ('output', 'consumption'))
            """,
            quantity=SQL(QUANTITY),  # pylint: disable=sql-injection
            places=SQL(PLACES),  # pylint: disable=sql-injection
            worked_on=self._get_worked_on(),
            in_kind=self._get_kinds(SQL("src.usage"), IN_KINDS),
            out_kind=self._get_kinds(SQL("dst.usage"), OUT_KINDS),
            partner_kinds=list(PARTNER_KINDS),
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

        A partner that is no more was merged into another one, and is not another one. What a
        correction says is meant so, whoever was recorded.
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
                SELECT t.*, party.partner_res_id AS partner_id, owner.partner_res_id AS owner_id,
                       owner.id IS NOT NULL
                       AND NOT EXISTS (SELECT FROM res_partner p
                                        WHERE p.id = owner.partner_res_id) AS owner_merged
                  FROM told t
                  LEFT JOIN lot_party party ON party.id = t.party_id
                  LEFT JOIN lot_party owner ON owner.id = t.owner_party_id
                 WHERE NOT t.reversal
                   AND NOT EXISTS (SELECT FROM told r
                                    WHERE r.reversal AND r.corrects_id = t.id)
            ),
            stale AS (
                SELECT live.*, other.partner AS other_partner FROM live
                  LEFT JOIN desired d USING (move_line_id, kind)
                  JOIN LATERAL (
                       SELECT d.partner_id IS DISTINCT FROM live.partner_id
                              AND (live.partner_id IS NULL OR %(meant)s
                                   OR EXISTS (SELECT FROM res_partner p
                                               WHERE p.id = live.partner_id)) AS partner
                  ) AS other ON TRUE
                 WHERE (d.lot_id, d.product_id, d.quantity, d.date, d.event_id,
                        d.location_id, d.location_dest_id)
                       IS DISTINCT FROM
                       (live.lot_id, live.product_id, live.quantity, live.date, live.event_id,
                        live.location_id, live.location_dest_id)
                    OR (d.owner_id IS DISTINCT FROM live.owner_id AND NOT live.owner_merged)
                    OR other.partner
            )
            """,
            desired=self._get_desired(lines, parties),
            lines=lines.ids,
            meant=self.env.context.get("lot_correcting") is CORRECTING,
        )
