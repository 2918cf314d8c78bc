"""The walk through the ledger, as SQL.

One recursive UNION over events (integers): its state is the event alone, so that a
loop ends and nothing is counted per path. The rule of time is the one of `reach`,
which works out levels, bounds and quantities from what these queries fetch.

All take the parameters `lots` (int[]: start lots), `companies` (int[]), `tolerance`
(seconds) and `conservative` (bool). `found` and `events` can be many: see `id_array`.
"""


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


# Lots that the events that were passed made, and those that they took.
LOTS_MADE = _lots(_OUTPUT)
LOTS_TAKEN = _lots(_INPUT)

# The live entries that the engine computes from, as the columns of `Entry`. Takes `found`
# (all lots found, start lots too), `events` (those passed), `lots` and `companies`.
#
# Most lots come in once and leave many times. All that leaves such a plain lot carries
# the same share of it, whenever it leaves: so of a plain lot only what goes into a passed
# event is fetched entry by entry, and the rest as one sum for each kind (DESIGN §5 rule 3).
# The sums are those of decimals, which do not depend on the order of the rows.
#
# The sign of the quantity always stands in the condition: it chooses the index.
_FACTS = """l.id, l.lot_id, l.product_id, l.event_id, l.kind, l.quantity, l.date,
           l.uom_id, l.cost_share, l.tracked, l.party_id, l.supplier_lot IS NOT NULL AS supplier_lot"""
_UNIT = "split_part(u.parent_path, '/', 1)::int, u.factor::float8"
ENTRIES = f"""
WITH {_DEAD},
found AS MATERIALIZED (SELECT lot_id FROM unnest(%(found)s::int[]) AS f (lot_id)),
passed AS MATERIALIZED (SELECT event_id FROM unnest(%(events)s::int[]) AS e (event_id)),
live AS (
    SELECT {_FACTS}
      FROM found JOIN lot_ledger l ON l.lot_id = found.lot_id
     WHERE {_OUTPUT.format("l")} AND {_alive("l")}
     UNION ALL
    SELECT {_FACTS}
      FROM found JOIN lot_ledger l ON l.lot_id = found.lot_id
     WHERE {_INPUT.format("l")} AND {_alive("l")}
),
-- Windows, not joins: how many rows a lot has the planner cannot know, and where it
-- expects one it makes a loop of loops.
counted AS (
    SELECT live.*,
           count(*) FILTER (WHERE quantity > 0) OVER of_lot = 1
           AND min(kind) FILTER (WHERE quantity > 0) OVER of_lot
               IN ('receipt', 'output', 'adjustment')
           AND sum(quantity) OVER of_lot >= -1e-9 * max(quantity) OVER of_lot
           AND NOT lot_id = ANY(%(lots)s) AS once,
           min(event_id) FILTER (WHERE quantity > 0) OVER of_lot AS made_by
      FROM live WINDOW of_lot AS (PARTITION BY lot_id)
),
judged AS (
    SELECT counted.*,
           once AND bool_or(quantity < 0 AND event_id = made_by) OVER of_lot IS NOT TRUE AS plain
      FROM counted WINDOW of_lot AS (PARTITION BY lot_id)
),
split AS MATERIALIZED (
    SELECT judged.*, plain AND quantity < 0 AND passed.event_id IS NULL AS summed
      FROM judged LEFT JOIN passed ON passed.event_id = judged.event_id
)
SELECT s.id, s.lot_id, s.product_id, s.event_id, s.kind, s.quantity,
       date_part('epoch', s.date), {_UNIT},
       s.cost_share, s.tracked, s.party_id, s.supplier_lot, 1
  FROM split s JOIN uom_uom u ON u.id = s.uom_id WHERE NOT s.summed
 UNION ALL
SELECT -max(s.id), s.lot_id, s.product_id, NULL, s.kind, sum(s.quantity::numeric)::float8,
       date_part('epoch', max(s.date)), {_UNIT},
       NULL, TRUE, min(s.party_id), NULL, count(*)::int
  FROM split s JOIN uom_uom u ON u.id = s.uom_id WHERE s.summed
 GROUP BY s.lot_id, s.product_id, s.kind, s.party_id IS NULL, u.id
 UNION ALL
SELECT l.id, l.lot_id, l.product_id, l.event_id, l.kind, l.quantity,
       date_part('epoch', l.date), {_UNIT},
       l.cost_share, l.tracked, l.party_id, l.supplier_lot IS NOT NULL, 1
  FROM passed JOIN lot_ledger l ON l.event_id = passed.event_id
  JOIN uom_uom u ON u.id = l.uom_id
  LEFT JOIN found ON found.lot_id = l.lot_id
 WHERE l.quantity > 0 AND NOT l.reversal AND {_alive("l")} AND found.lot_id IS NULL
"""


def _lotless(source, condition):
    return f"""
WITH {_DEAD}
SELECT l.id, l.lot_id, l.product_id, l.event_id, l.kind, l.quantity,
       date_part('epoch', l.date),
       NULL, NULL, NULL, l.tracked, NULL, FALSE, 1
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
# found came in (`dates`, seconds since the epoch): that may have been a lot found.
UNNAMED = _lotless(
    """unnest(%(products)s::int[], %(dates)s::float8[]) AS found (product_id, date)
  JOIN lot_ledger l ON l.product_id = found.product_id""",
    """l.tracked AND l.date >= to_timestamp(found.date - %(tolerance)s) AT TIME ZONE 'UTC'""",
)
