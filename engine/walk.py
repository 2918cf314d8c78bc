"""The walk through the ledger, as SQL.

One recursive UNION over events (integers): its state is the event alone, so that a
loop ends and nothing is counted per path. The rule of time is the one of `reach`,
which works out levels, bounds and quantities from what these queries fetch.

All take the parameters `lots` (int[]: start lots), `companies` (int[]), `tolerance`
(seconds) and `conservative` (bool). `found` and `events` can be many: see `id_array`.
"""

from .book import INFLOW, OUTFLOW
from .entry import BEGINNINGS, CODES


def id_array(ids):
    """The ids as a parameter for ``%s::int[]``: a literal, far cheaper to parse than the
    ARRAY[…] that a list becomes."""
    return "{" + ",".join(map(str, ids)) + "}"


# Entries that were taken back. Few: they are hashed once, not probed per entry.
TAKEN_BACK = "SELECT corrects_id AS id FROM lot_ledger WHERE reversal AND corrects_id IS NOT NULL"
_DEAD = f"dead AS MATERIALIZED ({TAKEN_BACK})"


def _alive(alias):
    return f"""{alias}.company_id = ANY(%(companies)s)
           AND {alias}.id NOT IN (SELECT id FROM dead)"""


_INPUT = "{0}.quantity < 0 AND NOT {0}.reversal AND {0}.lot_id IS NOT NULL"
_OUTPUT = "{0}.quantity > 0 AND NOT {0}.reversal AND {0}.lot_id IS NOT NULL"

# When the lot of entry `o`, which an event made, was first received or made.
_ORIGIN = f"""(
    SELECT min(i.date) FROM lot_ledger i
     WHERE i.lot_id = o.lot_id AND {_OUTPUT.format("i")} AND {_alive("i")}
       AND i.kind IN {BEGINNINGS}
)"""

# What came in by `o` may have left by `c`.
_LINKED = f"""(
    c.date >= o.date - %(tolerance)s * interval '1 second'
    OR %(conservative)s
    OR o.date <= {_ORIGIN}
    OR o.lot_id = ANY(%(lots)s)
)"""

# Each step of the walk looks up few rows of a large ledger: to hash it anew for every
# step, as the planner may, is far slower. Undone by the query that follows.
_LOOKING_UP = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_seqscan = off;"
_NOT_LOOKING_UP = "SET LOCAL enable_hashjoin = DEFAULT; SET LOCAL enable_seqscan = DEFAULT;"


def _walk(near, near_side, far, far_side):
    """From the start lots by entries `near` to events, on by their entries `far` to lots."""
    return f"""
{_LOOKING_UP}
WITH RECURSIVE {_DEAD},
walk (event_id) AS (
    SELECT {near}.event_id
      FROM lot_ledger {near}
     WHERE {near}.lot_id = ANY(%(lots)s) AND {near}.event_id IS NOT NULL
       AND {near_side.format(near)} AND {_alive(near)}
     UNION
    SELECT {near}.event_id
      FROM walk w
      JOIN lot_ledger {far} ON {far}.event_id = w.event_id
       AND {far_side.format(far)} AND {_alive(far)}
      JOIN lot_ledger {near} ON {near}.lot_id = {far}.lot_id AND {near}.event_id IS NOT NULL
       AND {near_side.format(near)} AND {_alive(near)}
     WHERE {_LINKED}
)
SELECT event_id FROM walk
"""


# The events that the start lots went into, and all that followed.
FORWARD = _walk("c", _INPUT, "o", _OUTPUT)
# The events that the start lots came from, and all before them.
BACKWARD = _walk("o", _OUTPUT, "c", _INPUT)


def _lots(condition):
    return f"""
{_NOT_LOOKING_UP}
WITH {_DEAD}
SELECT DISTINCT l.lot_id
  FROM unnest(%(events)s::int[]) AS passed (event_id)
  JOIN lot_ledger l ON l.event_id = passed.event_id
 WHERE {condition.format("l")} AND {_alive("l")}
"""


# Lots that the events that were passed made, and NULL if they made something without a
# lot; lots that they took.
LOTS_MADE = _lots("{0}.quantity > 0 AND NOT {0}.reversal")
LOTS_TAKEN = _lots(_INPUT)

# The live entries of the lots found (`found`), of each sign those columns of `Book` that it
# has, in their order; none is NULL, so that they can be copied out in binary. Each lot is
# looked up by itself, and so its rows come in the order of the index.
#
# The sign of the quantity always stands in the condition: it chooses the index.
_KIND = " ".join(f"WHEN '{kind}' THEN {code}" for kind, code in sorted(CODES.items(), reverse=True))
_COLUMN = {
    "lot": "l.lot_id",
    "id": "l.id",
    "event": "COALESCE(l.event_id, 0)",
    "kind": f"CASE l.kind {_KIND} END",
    "quantity": "l.quantity",
    "date": "l.date",
    "party": "COALESCE(l.party_id, 0)",
    "picking": "COALESCE(l.picking_id, 0)",
    "product": "l.product_id",
    "uom": "l.uom_id",
    "cost_share": "COALESCE(l.cost_share, 'NaN')",
    # Of receipts only, and looked up: a number of any length fits into no index.
    "supplier_lot": """CASE WHEN l.kind = 'receipt' THEN (
            SELECT (r.supplier_lot IS NOT NULL)::int FROM lot_ledger r WHERE r.id = l.id) ELSE 0 END""",
}


def _columns(names, condition):
    columns = ", ".join(f"{_COLUMN[name]} AS {name}" for name in names)
    return f"""
WITH {_DEAD}
SELECT row.*
  FROM unnest(%(found)s::int[]) AS found (id)
 CROSS JOIN LATERAL (
    SELECT {columns}
      FROM lot_ledger l
     WHERE l.lot_id = found.id AND {condition.format("l")} AND {_alive("l")}
     ORDER BY l.date, l.id
 ) AS row
"""


INFLOWS = _columns(INFLOW, _OUTPUT)
OUTFLOWS = _columns(OUTFLOW, _INPUT)

_DATE = "(date_part('epoch', l.date - timestamp '2000-01-01') * 1000000)::int8"
# What else the events that were passed made: without a lot, or of a lot that was not found.
# As the columns of `Entry`.
MADE_BESIDE = f"""
WITH {_DEAD}
SELECT l.id, l.lot_id, l.product_id, l.event_id, l.kind, l.quantity, {_DATE},
       split_part(u.parent_path, '/', 1)::int, u.factor::float8,
       l.cost_share, l.tracked, l.party_id, l.supplier_lot IS NOT NULL
  FROM unnest(%(events)s::int[]) AS passed (event_id)
  JOIN lot_ledger l ON l.event_id = passed.event_id
  LEFT JOIN unnest(%(found)s::int[]) AS found (lot_id) ON found.lot_id = l.lot_id
  JOIN uom_uom u ON u.id = l.uom_id
 WHERE l.quantity > 0 AND NOT l.reversal AND {_alive("l")} AND found.lot_id IS NULL
"""
UOMS = "SELECT id, split_part(parent_path, '/', 1)::int, factor::float8 FROM uom_uom"


def _lotless(source, condition):
    return f"""
WITH {_DEAD}
SELECT l.id, l.lot_id, l.product_id, l.event_id, l.kind, l.quantity,
       {_DATE},
       NULL, NULL, NULL, l.tracked, NULL, FALSE
  FROM {source}
 WHERE l.lot_id IS NULL AND l.quantity < 0 AND NOT l.reversal AND {_alive("l")} AND {condition}
"""


# What passed events took without a lot, where that tells of a gap: a tracked product, a
# product of `made` (those without lots that are made from lots), or an event of `bare`
# (those that took nothing else).
LOTLESS = _lotless(
    "unnest(%(events)s::int[]) AS passed (event_id) JOIN lot_ledger l ON l.event_id = passed.event_id",
    "(l.tracked OR l.product_id = ANY(%(made)s::int[]) OR l.event_id = ANY(%(bare)s::int[]))",
)

# What any event took without saying which lot, of `products`, since their lots that were
# found came in (`dates`, microseconds since 2000): that may have been a lot found.
UNNAMED = _lotless(
    """unnest(%(products)s::int[], %(dates)s::float8[]) AS found (product_id, date)
  JOIN lot_ledger l ON l.product_id = found.product_id""",
    """l.tracked AND l.date >= timestamp '2000-01-01' + found.date * interval '1 microsecond'
       - %(tolerance)s * interval '1 second'""",
)
