"""The walk through the ledger, as SQL.

One recursive UNION over events (integers): its state is the event alone, so that a
loop ends and nothing is counted per path. The rule of time is the one of `reach`,
which works out levels, bounds and quantities from what these queries fetch.

All take the parameters `lots` (int[]: start lots), `companies` (int[]), `tolerance`
(seconds) and `conservative` (bool).
"""

# Entries that were taken back. Few: they are hashed once, not probed per entry.
_DEAD = """dead AS MATERIALIZED (
    SELECT corrects_id AS id FROM lot_ledger WHERE reversal
)"""


def _alive(alias):
    return f"""{alias}.company_id = ANY(%(companies)s)
           AND {alias}.id NOT IN (SELECT id FROM dead)"""


_INPUT = "{0}.quantity < 0 AND NOT {0}.reversal AND {0}.lot_id IS NOT NULL"
_OUTPUT = "{0}.quantity > 0 AND NOT {0}.reversal AND {0}.lot_id IS NOT NULL"

# When the lot of entry `o`, which came in, first came in at all.
_ORIGIN = f"""(
    SELECT min(i.date) FROM lot_ledger i
     WHERE i.lot_id = o.lot_id AND {_OUTPUT.format("i")} AND {_alive("i")}
)"""

# What came in by `o` may have left by `c`.
_LINKED = f"""(
    c.date >= o.date - %(tolerance)s * interval '1 second'
    OR %(conservative)s
    OR o.date <= {_ORIGIN}
    OR o.lot_id = ANY(%(lots)s)
)"""

# The events that the start lots went into, and all that followed.
FORWARD = f"""
WITH RECURSIVE {_DEAD},
walk (event_id) AS (
    SELECT c.event_id
      FROM lot_ledger c
     WHERE c.lot_id = ANY(%(lots)s) AND c.event_id IS NOT NULL
       AND {_INPUT.format("c")} AND {_alive("c")}
     UNION
    SELECT c.event_id
      FROM walk w
      JOIN lot_ledger o ON o.event_id = w.event_id
       AND {_OUTPUT.format("o")} AND {_alive("o")}
      JOIN lot_ledger c ON c.lot_id = o.lot_id AND c.event_id IS NOT NULL
       AND {_INPUT.format("c")} AND {_alive("c")}
     WHERE {_LINKED}
)
SELECT event_id FROM walk
"""

# The events that the start lots came from, and all before them.
BACKWARD = f"""
WITH RECURSIVE {_DEAD},
walk (event_id) AS (
    SELECT o.event_id
      FROM lot_ledger o
     WHERE o.lot_id = ANY(%(lots)s) AND o.event_id IS NOT NULL
       AND {_OUTPUT.format("o")} AND {_alive("o")}
     UNION
    SELECT o.event_id
      FROM walk w
      JOIN lot_ledger c ON c.event_id = w.event_id
       AND {_INPUT.format("c")} AND {_alive("c")}
      JOIN lot_ledger o ON o.lot_id = c.lot_id AND o.event_id IS NOT NULL
       AND {_OUTPUT.format("o")} AND {_alive("o")}
     WHERE {_LINKED}
)
SELECT event_id FROM walk
"""

# All live entries of the lots that were found and of the events that were passed.
# Takes `lots` (all found, start lots too), `events` and `companies`; the columns are
# those of `Entry`.
ENTRIES = f"""
WITH {_DEAD},
found AS (
    SELECT l.* FROM lot_ledger l
     WHERE l.lot_id = ANY(%(lots)s) AND NOT l.reversal AND {_alive("l")}
     UNION ALL
    SELECT l.* FROM lot_ledger l
     WHERE l.event_id = ANY(%(events)s) AND NOT l.reversal AND {_alive("l")}
       AND (l.lot_id IS NULL OR NOT l.lot_id = ANY(%(lots)s))
)
SELECT f.id, f.lot_id, f.product_id, f.event_id, f.kind, f.quantity,
       extract(epoch FROM f.date)::float8,
       split_part(u.parent_path, '/', 1)::int, u.factor::float8,
       f.cost_share, f.tracked, f.party_id, f.supplier_lot IS NOT NULL
  FROM found f JOIN uom_uom u ON u.id = f.uom_id
"""

# Lots next to the events that were passed: `side` is 'output' forward, else 'consumption'.
LOTS = f"""
WITH {_DEAD}
SELECT DISTINCT l.lot_id FROM lot_ledger l
 WHERE l.event_id = ANY(%(events)s) AND l.lot_id IS NOT NULL
   AND l.kind = %(side)s AND NOT l.reversal AND {_alive("l")}
"""
