"""What the lists of a trace ask of the ledger.

All take `companies` (int[]) and `excluded` (ids that the time rule left out) and arrays of
ids as literals (see `id_array`); `limit` is the length of a list, None for all of it.
"""

from ..engine.walk import TAKEN_BACK

_ALIVE = f"""NOT l.reversal AND l.company_id = ANY(%(companies)s)
       AND l.id NOT IN ({TAKEN_BACK})
       AND NOT l.id = ANY(%(excluded)s::int[])"""


def _moved(columns, key="lot_id"):
    """SQL: the live entries of the lots (`lots`) or of the events (`ids`). The sign of the
    quantity chooses the index, so it always stands in the condition."""
    columns = ", ".join(f"l.{name}" for name in columns.split(", "))
    came, went = (
        f"""SELECT {columns} FROM unnest(%({"lots" if key == "lot_id" else "ids"})s::int[]) AS wanted (id)
              JOIN lot_ledger l ON l.{key} = wanted.id AND l.quantity {sign} 0
             WHERE {_ALIVE}"""
        for sign in "><"
    )
    return f"{came} UNION ALL {went}"


DETAILS = """to_char(l.date, 'YYYY-MM-DD HH24:MI:SS'), l.document, l.order_name,
       l.supplier_lot, l.location_id, l.location_dest_id, l.picking_id,
       m.scrap_id, m.id, so.id, po.id, e.res_model, e.res_id"""
_JOINS = """
  LEFT JOIN lot_event e ON e.id = l.event_id
  LEFT JOIN stock_move_line ml ON ml.id = l.move_line_id
  LEFT JOIN stock_move m ON m.id = ml.move_id
  LEFT JOIN sale_order_line sol ON sol.id = m.sale_line_id
  LEFT JOIN sale_order so ON so.id = sol.order_id
  LEFT JOIN purchase_order_line pol ON pol.id = m.purchase_line_id
  LEFT JOIN purchase_order po ON po.id = pol.order_id
"""
# The first rows of every list, by date: documents and places are fetched for these only.
ROWS = f"""
WITH list AS (SELECT * FROM unnest(%(kinds)s, %(lists)s) AS list (kind, name)),
moved AS MATERIALIZED (
    SELECT l.id, l.date, list.name
      FROM ({_moved("id, date, kind, quantity")}) AS l JOIN list ON list.kind = l.kind
     WHERE %(forward)s OR l.quantity > 0
),
found AS (
    SELECT list.name, first.id
      FROM (SELECT DISTINCT name FROM list) AS list
     CROSS JOIN LATERAL (
        SELECT id FROM moved WHERE moved.name = list.name ORDER BY date, id LIMIT %(limit)s
     ) AS first
)
SELECT found.name, l.id, l.kind, l.lot_id, l.quantity, l.party_id, {DETAILS}
  FROM found JOIN lot_ledger l ON l.id = found.id {_JOINS}
 ORDER BY l.date, l.id
"""
EXCLUDED = f"SELECT l.id, {DETAILS} FROM lot_ledger l {_JOINS} WHERE l.id = ANY(%(ids)s::int[])"
# What went to, or came from, each partner, in all and of each product. An entry's amount
# is its own (`ids`, `amounts`), or of a plain lot its part (`plain`, `densities`).
PARTNERS = f"""
WITH own AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::int[], %(amounts)s::float8[]) AS own (id, amount)
),
density AS MATERIALIZED (
    SELECT * FROM unnest(%(plain)s::int[], %(densities)s::float8[]) AS density (lot_id, density)
),
moved AS (
    SELECT l.id, l.lot_id, l.product_id, l.date, p.partner_res_id AS partner,
           COALESCE(l.picking_id, -l.id) AS document,
           CASE WHEN l.kind = %(kind)s THEN abs(l.quantity) END AS sent,
           CASE WHEN l.kind = %(back)s THEN abs(l.quantity) END AS returned,
           COALESCE(own.amount, density.density * abs(l.quantity))
           * CASE WHEN l.kind = %(kind)s THEN 1 ELSE -1 END AS amount
      FROM ({_moved("id, lot_id, product_id, date, party_id, picking_id, kind, quantity")}) AS l
      LEFT JOIN lot_party p ON p.id = l.party_id
      LEFT JOIN own ON own.id = l.id
      LEFT JOIN density ON density.lot_id = l.lot_id
     WHERE l.kind IN (%(kind)s, %(back)s)
)
SELECT partner, product_id, sum(sent), sum(returned), sum(amount), max(id),
       count(DISTINCT document) FILTER (WHERE sent IS NOT NULL),
       count(DISTINCT lot_id) FILTER (WHERE sent IS NOT NULL),
       to_char(min(date) FILTER (WHERE sent IS NOT NULL), 'YYYY-MM-DD HH24:MI:SS'),
       to_char(max(date) FILTER (WHERE sent IS NOT NULL), 'YYYY-MM-DD HH24:MI:SS')
  FROM (SELECT * FROM moved ORDER BY partner, product_id, id) AS moved
 GROUP BY GROUPING SETS ((partner), (partner, product_id))
HAVING count(sent) > 0 OR product_id IS NOT NULL
"""
PARTIES = "SELECT id, party_id FROM lot_ledger WHERE id = ANY(%(ids)s)"
EVENTS = """
SELECT e.id, e.kind, to_char(e.date, 'YYYY-MM-DD HH24:MI:SS'), e.document,
       e.res_model, e.res_id, c.name
  FROM unnest(%(ids)s::int[]) AS passed (id)
  JOIN lot_event e ON e.id = passed.id
  JOIN res_company c ON c.id = e.company_id
 ORDER BY e.date, e.id
 LIMIT %(limit)s
"""
FLOWS = f"""
SELECT l.event_id, l.id, l.lot_id, l.product_id, l.quantity
  FROM ({_moved("event_id, id, lot_id, product_id, quantity", "event_id")}) AS l
 ORDER BY l.id
"""
