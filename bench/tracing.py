"""Traces on the plant: how long, how much, and whether they are right."""

import json
import signal
import statistics
import time
from contextlib import contextmanager

from check import Plant
from session import measure

MOST_USED = """
SELECT lot_id, count(*)
  FROM stock_move_line ml JOIN stock_location dst ON dst.id = ml.location_dest_id
 WHERE ml.state = 'done' AND dst.usage = 'production' AND lot_id IS NOT NULL
 GROUP BY lot_id ORDER BY count(*) DESC, lot_id LIMIT %s
"""
# Every so many lots of a sort one, to find the ordinary one among them.
SAMPLE = """
SELECT lot_id FROM (
    SELECT lot_id, row_number() OVER (ORDER BY lot_id) AS n, count(*) OVER () AS total
      FROM (SELECT ml.lot_id, bool_or(src.usage = 'supplier') AS bought,
                   bool_or(src.usage = 'production') AS made,
                   bool_or(dst.usage = 'production') AS used,
                   bool_or(dst.usage = 'customer') AS shipped
              FROM stock_move_line ml
              JOIN stock_location src ON src.id = ml.location_id
              JOIN stock_location dst ON dst.id = ml.location_dest_id
             WHERE ml.state = 'done' AND ml.lot_id IS NOT NULL
             GROUP BY ml.lot_id) AS lots
     WHERE {sort}) AS numbered
 WHERE n % GREATEST(1, total / 41) = 0
 ORDER BY lot_id
"""
# Odoo has no index on the lot of a line, our module brings one.
OUR_INDEXES = """
SELECT indexrelid::regclass::text FROM pg_index
 WHERE indrelid = 'stock_move_line'::regclass
   AND pg_get_indexdef(indexrelid) LIKE '% USING btree (lot_id,%'
"""
SCREEN_ROWS = 1000  # as static/src/trace/question.js
LIMIT = 180  # seconds for Odoo's own list: on loops it may take hours


@contextmanager
def _limited(limit):
    def stop(_signal, _frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Tracing:
    def __init__(self, session, repeat):
        self.session = session
        self.repeat = repeat
        self.wrong = []
        with session.fresh() as env:
            self.plant = Plant(env.cr, env.company.lot_trace_tolerance * 3600)

    # ---- the lots -----------------------------------------------------------------

    def find_most_used(self, count=1):
        """[(lot, how often it was used)], the most used first."""
        return self.session.fetch(MOST_USED, count)

    def find_ordinary(self, sort, direction):
        """The median of a sample of lots, by how many lots the trace finds.

        :param sort: SQL: of what sort, by ``bought``, ``made``, ``used``, ``shipped``
        """
        lots = [lot for (lot,) in self.session.fetch(SAMPLE.format(sort=sort))]
        walks = self._get_walks(direction)
        sizes = [(sum(len(walk([lot])[0]) for walk in walks), lot) for lot in lots]
        sizes.sort()
        return sizes[len(sizes) // 2][1]

    def _get_walks(self, direction):
        walks = {"forward": self.plant.forward, "backward": self.plant.backward}
        return list(walks.values()) if direction == "both" else [walks[direction]]

    # ---- measured -----------------------------------------------------------------

    def trace(self, lots, direction):
        """The whole answer: all rows of all lists."""
        found = measure(
            self.session,
            self.repeat,
            lambda env: env["lot.trace"].trace(lots, direction),
        )
        for side in ("forward", "backward"):
            if found.result[side]:
                self._check(lots, side, found.result)
        return found

    def walk_in_memory(self, lots, direction):
        """Seconds of the bare walk over the same plant in this process's memory: no
        quantities, no names, no database. Nothing that answers can be faster."""
        taken = []
        for _turn in range(self.repeat):
            begin = time.perf_counter()
            for walk in self._get_walks(direction):
                walk(lots)
            taken.append(time.perf_counter() - begin)
        return statistics.median(taken)

    def count(self, lots, direction):
        """How many lots, events and shipments or receipts the answer has."""
        with self.session.fresh() as env:
            counts = env["lot.trace"].trace(lots, direction, {"max_rows": 1})["counts"]
        moved = "shipments" if direction == "forward" else "receipts"
        return {name: counts[f"{direction}.{name}"] for name in ("lots", "events", moved)}

    def check(self, lots, direction):
        """Compare the whole answer with the independent walk; nothing is measured."""
        with self.session.fresh() as env:
            trace = env["lot.trace"].trace(lots, direction)
        self._check(lots, direction, trace)

    def trace_to_json(self, lots, direction, max_rows=0, jit="off"):
        """The answer as it is sent, cut to so many rows of each list (0: all)."""
        options = {"max_rows": max_rows}
        return measure(
            self.session,
            self.repeat,
            lambda env: len(json.dumps(env["lot.trace"].trace(lots, direction, options))),
            jit=jit,
        )

    def odoo_deliveries(self, lot, repeat, indexed):
        """Odoo's delivery list, with or without the index that our module adds.

        :returns: None if it takes more than LIMIT seconds
        """
        try:
            with _limited(LIMIT):
                return measure(
                    self.session,
                    repeat,
                    lambda env: self._list_deliveries(env, lot),
                    prepare=None if indexed else self._drop_index,
                )
        except TimeoutError:
            return None

    @staticmethod
    def _list_deliveries(env, lot):
        lots = env["stock.lot"].browse(lot)
        return set(lots._find_delivery_ids_by_lot_iterative()[lot])

    @staticmethod
    def _drop_index(env):
        env.cr.execute(OUR_INDEXES)
        for (name,) in env.cr.fetchall():
            # Until the transaction is rolled back.
            env.cr.execute(f"DROP INDEX {name}")

    # ---- right or wrong -----------------------------------------------------------

    def _check(self, lots, side, trace):
        """Compare lots, lines and amounts with the independent walk."""
        forward = side == "forward"
        walk = self.plant.forward if forward else self.plant.backward
        true_lots, true_lines = walk(lots)
        found = trace[side]
        name = f"{side} of {', '.join(row['lot'] for row in trace['balance'][:3])}"
        self._compare(f"{name}: lots", {row["id"] for row in found["lots"]}, true_lots)
        rows = found["shipments" if forward else "receipts"]
        lines = dict(
            self.session.fetch(
                "SELECT id, move_line_id FROM lot_ledger WHERE id = ANY(%s)",
                [row["id"] for row in rows],
            )
        )
        self._compare(f"{name}: lines", set(lines.values()), true_lines)
        if forward and len(lots) == 1:
            amounts = self.plant.amounts(lots[0])
            given = {lines[row["id"]]: sum(one["quantity"] for one in row["affected"]) for row in rows}
            self._compare_amounts(f"{name}: amounts", given, amounts)

    def _compare(self, what, found, true):
        missing, extra = len(true - found), len(found - true)
        if missing or extra:
            self.wrong.append(f"{what}: {missing} missing, {extra} too many")

    def _compare_amounts(self, what, found, true):
        off = [
            line
            for line in found.keys() | true.keys()
            if abs(found.get(line, 0.0) - true.get(line, 0.0)) > 1e-6 * max(1.0, true.get(line, 0.0))
        ]
        if off:
            worst = max(off, key=lambda one: abs(found.get(one, 0) - true.get(one, 0)))
            self.wrong.append(
                f"{what}: {len(off)} differ; line {worst}: {found.get(worst, 0)} "
                f"instead of {true.get(worst, 0)}"
            )
