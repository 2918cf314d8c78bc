"""What the lists and gaps of a trace ask of the database.

All take arrays of ids as literals (see `id_array`).
"""

from ..engine.walk import TAKEN_BACK

# Documents and places of ledger entries.
DETAILS = """
SELECT l.id, l.document, l.order_name,
       l.supplier_lot, l.location_id, l.location_dest_id, l.picking_id,
       m.scrap_id, m.id, sol.order_id, pol.order_id, e.res_model, e.res_id
  FROM lot_ledger l
  LEFT JOIN lot_event e ON e.id = l.event_id
  LEFT JOIN stock_move_line ml ON ml.id = l.move_line_id
  LEFT JOIN stock_move m ON m.id = ml.move_id
  LEFT JOIN sale_order_line sol ON sol.id = m.sale_line_id
  LEFT JOIN purchase_order_line pol ON pol.id = m.purchase_line_id
 WHERE l.id = ANY(%(ids)s::int[])
"""
EVENTS = """
SELECT e.id, e.kind, to_char(e.date, 'YYYY-MM-DD HH24:MI:SS'), e.document,
       e.res_model, e.res_id, c.name
  FROM unnest(%(ids)s::int[]) AS passed (id)
  JOIN lot_event e ON e.id = passed.id
  JOIN res_company c ON c.id = e.company_id
 ORDER BY e.date, e.id
 LIMIT %(limit)s
"""
# What was delivered without saying which lot, of `products`, since their lots that were found
# came in (`dates`, microseconds since 2000): that may have been a lot found.
UNNAMED_SHIPMENTS = """
SELECT p.id, count(*), (array_agg(ml.move_id ORDER BY ml.id))[1]
  FROM unnest(%(products)s::int[], %(dates)s::float8[]) AS p (id, date)
  JOIN stock_move_line ml ON ml.product_id = p.id AND ml.lot_id IS NULL AND ml.state = 'done'
   AND ml.date >= timestamp '2000-01-01' + p.date * interval '1 microsecond'
       - %(tolerance)s * interval '1 second'
  JOIN stock_location src ON src.id = ml.location_id AND src.usage NOT IN ('supplier', 'customer')
  JOIN stock_location dst ON dst.id = ml.location_dest_id AND dst.usage = 'customer'
 WHERE ml.quantity <> 0 AND ml.company_id = ANY(%(companies)s)
 GROUP BY p.id ORDER BY p.id
"""
# What events took and made. The sign of the quantity chooses the index.
FLOWS = " UNION ALL ".join(
    f"""
SELECT l.event_id, l.id, l.lot_id, l.product_id, l.quantity
  FROM unnest(%(ids)s::int[]) AS passed (id)
  JOIN lot_ledger l ON l.event_id = passed.id AND l.quantity {sign} 0
 WHERE NOT l.reversal AND l.company_id = ANY(%(companies)s) AND l.id NOT IN ({TAKEN_BACK})
"""
    for sign in "><"
)
# Lots that companies that were not asked had something of, and their names.
OTHER_COMPANIES = """
SELECT lot_id, string_agg(DISTINCT c.name, ', ' ORDER BY c.name)
  FROM (
    SELECT l.lot_id, l.company_id
      FROM unnest(%(lots)s::int[]) AS lot (id)
      JOIN lot_ledger l ON l.lot_id = lot.id AND l.quantity < 0
     WHERE NOT l.reversal AND NOT l.company_id = ANY(%(companies)s)
     UNION ALL
    SELECT l.lot_id, l.company_id
      FROM unnest(%(lots)s::int[]) AS lot (id)
      JOIN lot_ledger l ON l.lot_id = lot.id AND l.quantity > 0
     WHERE NOT l.reversal AND NOT l.company_id = ANY(%(companies)s)
     UNION ALL
    -- What came through transit and only lies there has no entry in that book.
    SELECT q.lot_id, q.company_id
      FROM unnest(%(lots)s::int[]) AS lot (id)
      JOIN stock_quant q ON q.lot_id = lot.id AND q.quantity <> 0
      JOIN stock_location place ON place.id = q.location_id
     WHERE place.usage IN ('internal', 'transit')
       AND q.company_id IS NOT NULL AND NOT q.company_id = ANY(%(companies)s)
  ) AS l
  JOIN res_company c ON c.id = l.company_id
 GROUP BY lot_id ORDER BY lot_id
"""
