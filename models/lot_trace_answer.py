"""Builds a Trace: the questions to the database, the engine's answers, the names."""

from io import BytesIO

from odoo import fields
from odoo.tools import SQL

from ..engine import balance, book, fingerprint, gaps
from ..engine.walk import id_array
from . import lot_trace_queries as queries
from .lot_trace_crossings import find_crossings
from .lot_trace_names import TraceNames
from .lot_trace_side import TraceSide
from .uncollected import uncollected

SIDES = {"forward": ("forward",), "backward": ("backward",)}


class TraceAnswer:
    """One answer in the making.

    :param env: of the user who asks: the companies and the language are his
    :param list items: the question's items, checked
    :param list lot_ids: the start lots, checked
    """

    def __init__(self, env, items, lot_ids, direction, options):
        self.user_env = env
        self.env = env(su=True)
        self.items = items
        self.lot_ids = lot_ids
        self.direction = direction
        self.options = options
        self.companies = env.companies.ids
        # Of several companies the longest: what is in doubt is included.
        self.tolerance = max(env.companies.mapped("lot_trace_tolerance")) * 3600
        self.names = TraceNames(env)
        self.counts = {}

    def build(self):
        """The Trace: see docs/trace.md."""
        return self._with_short_queries(self._build)

    def find(self):
        """What the Trace would name, without its rows: ``(lots of each side, number of gaps)``."""
        return self._with_short_queries(self._find)

    def _with_short_queries(self, method):
        # Compiling a plan costs more than these short queries, sorting on disk more than
        # in memory, and collecting garbage more than the many small values that are none.
        # The joins stand in the order in which they are to be made: to try others costs
        # more than most of them take.
        self.env.cr.execute(
            "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL enable_mergejoin = off; "
            "SET LOCAL join_collapse_limit = 1"
        )
        with uncollected():
            return method()

    def _load(self):
        """The facts: ``(sides by name, balances, gaps)``."""
        for model in ("stock.quant", "stock.move.line", "stock.move"):
            self.env[model].flush_model()
        self.names.load_lots(self.lot_ids)
        self.complete_since = self._get_complete_since()
        sides = {
            name: TraceSide(self, name).load() for name in SIDES.get(self.direction, ("forward", "backward"))
        }
        self.names.load_products(set().union(*(side.book.inflows.product for side in sides.values())))
        one = next(iter(sides.values()))
        balances = balance.balance(one.book, self.lot_ids, one.on_hand_quantity)
        return sides, balances, self._get_gaps(sides)

    def _find(self):
        sides, _balances, gap_rows = self._load()
        return {name: side.lot_ids for name, side in sides.items()}, len(gap_rows)

    def _build(self):
        sides, balances, gap_rows = self._load()
        one = next(iter(sides.values()))
        trace = {
            "question": self._get_question(),
            "complete_since": self.complete_since,
            "complete": not gap_rows,
            "forward": None,
            "backward": None,
        }
        for name, side in sides.items():
            trace[name] = side.render()
        trace["start"] = [row for row in trace[one.name]["lots"] if row["level"] == 0]
        trace["balance"] = [
            {
                **self.names.lot(lot_id),
                "uom": self.names.uom_of_lot(lot_id),
                **balances[lot_id],
            }
            for lot_id in self.lot_ids
        ]
        trace["gaps"] = self._name_gaps(self.cut("gaps", gap_rows))
        trace["crossings"] = find_crossings(self, {lot for side in sides.values() for lot in side.lot_ids})
        trace["counts"] = self.counts
        trace["fingerprint"] = fingerprint.fingerprint(
            [
                self.lot_ids,
                self.direction,
                self.options["conservative"],
                sorted(self.companies),
                [side.get_facts() for _name, side in sorted(sides.items())],
                [[gap["kind"], gap["lot_id"], gap["event_id"], gap["count"]] for gap in gap_rows],
            ]
        )
        # Not among the facts: it goes on while they stay.
        trace["seal"] = self._get_seal()
        return trace

    def _get_seal(self):
        seal = self.env["lot.seal"]._get_last()
        return seal and {**seal, "date": fields.Datetime.to_string(seal["date"])}

    def cut(self, name, rows):
        """Count a list, and cut it to the length that was asked for.

        Before its rows are built, where that costs something.
        """
        self.counts[name] = len(rows)
        return rows[: self.options["max_rows"] or None]

    def execute(self, query, params):
        self.env.cr.execute(query, params)  # pylint: disable=sql-injection
        return self.env.cr.fetchall()

    def fetch_columns(self, query, params, codes):
        """What a query finds, as columns: see `engine.book.unpack`."""
        cr = self.env.cr
        data = BytesIO()
        query = cr.mogrify(query, params).decode()
        cr.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", data)  # pylint: disable=sql-injection
        return book.unpack(data.getvalue(), codes)

    def _get_question(self):
        return {
            "items": self.items,
            "lot_ids": self.lot_ids,
            "direction": self.direction,
            "options": self.options,
            "asked_at": fields.Datetime.to_string(fields.Datetime.now()),
            "asked_by": self.user_env.user.name,
            "company": ", ".join(self.user_env.companies.mapped("name")),
            "timezone": self.user_env.user.tz or "UTC",
        }

    def _get_complete_since(self):
        since = self.env["lot.history"]._get_complete_since()
        return fields.Datetime.to_string(since) if since else None

    # ---- gaps ---------------------------------------------------------------------

    def _get_gaps(self, sides):
        rows = []
        for name, side in sorted(sides.items()):
            # Of what a lot was made from only the start lots' own stock is of interest.
            lots = side.lot_ids if side.forward else self.lot_ids
            on_hand = {lot_id: side.on_hand_quantity.get(lot_id, 0.0) for lot_id in lots}
            found = gaps.find(side.book, side.reach, on_hand, side.untracked_products, side.doubtful_events)
            elsewhere = self._get_company_gaps(name, side)
            explained = {gap["lot_id"] for gap in elsewhere}
            rows += [
                self._get_gap(name, gap)
                for gap in found
                if gap.kind != "unexplained" or gap.lot not in explained
            ]
            rows += self._get_unnamed_gaps(name, side)
            rows += self._get_history_gaps(name, side)
            rows += elsewhere
            rows += self._get_correction_gaps(name, side)
        return rows

    def _get_gap(self, side, gap):
        return {
            "kind": gap.kind,
            "severity": gap.severity,
            "message": None,
            "lot_id": gap.lot,
            "lot": None,
            "event_id": gap.event,
            "document": None,
            "model": None,
            "res_id": None,
            "count": gap.count,
            "side": side,
        }

    def _get_unnamed_gaps(self, name, side):
        """Products of the lots found that were delivered without saying which lot."""
        found = []
        for product_id, count, move_id in side.unnamed_shipments:
            move = self.env["stock.move"].browse(move_id)
            document = move.picking_id or move
            gap = gaps.Gap("shipped_without_lot", "chain", None, None, None, count)
            found.append(
                {
                    **self._get_gap(name, gap),
                    "document": move.reference or move.origin or document.display_name,
                    "model": document._name,
                    "res_id": document.id,
                    "product": self.names.product(product_id),
                }
            )
        return found

    def _get_history_gaps(self, name, side):
        """Lots that may have moved before what is loaded so far."""
        if not self.complete_since:
            return []
        rows = self.execute(
            """
            SELECT id FROM stock_lot
             WHERE id = ANY(%(lots)s::int[])
               -- What was entered later for days long past is loaded by when it was entered.
               AND create_date <= GREATEST(%(since)s, (
                    SELECT max((SELECT ml.create_date FROM stock_move_line ml
                                 WHERE ml.id <= batch.line_to ORDER BY ml.id DESC LIMIT 1))
                      FROM lot_history_batch batch WHERE batch.loaded_at IS NULL))
             ORDER BY id
            """,
            {"lots": id_array(side.lot_ids), "since": self.complete_since},
        )
        return [
            self._get_gap(name, gaps.Gap("history", "chain", lot_id, None, None, 1)) for (lot_id,) in rows
        ]

    def _get_company_gaps(self, name, side):
        if (
            not self.env["res.company"]
            .with_context(active_test=False)
            .search_count([("id", "not in", self.companies)], limit=1)
        ):
            return []
        params = {"lots": id_array(side.lot_ids), "companies": self.companies}
        rows = self.execute(queries.OTHER_COMPANIES, params)
        found = []
        for lot_id, company in rows:
            gap = gaps.Gap("other_company", "chain", lot_id, None, None, 1)
            found.append({**self._get_gap(name, gap), "company": company})
        return found

    def _get_correction_gaps(self, name, side):
        """Lots with entries that were taken back, or stated anew."""
        rows = self.execute(
            """
            SELECT lot_id, count(DISTINCT corrects_id) FROM lot_ledger
             WHERE lot_id = ANY(%(lots)s::int[]) AND corrects_id IS NOT NULL
               AND company_id = ANY(%(companies)s)
             GROUP BY lot_id ORDER BY lot_id
            """,
            {"lots": id_array(side.lot_ids), "companies": self.companies},
        )
        return [
            self._get_gap(name, gaps.Gap("corrected", "fact", lot_id, None, None, count))
            for lot_id, count in rows
        ]

    def _name_gaps(self, rows):
        """Put names and a sentence into the gaps, and drop what only the caller needs."""
        self.names.load_lots({row["lot_id"] for row in rows if row["lot_id"]})
        events = self._get_event_documents({row["event_id"] for row in rows if row["event_id"]})
        for row in rows:
            if row["lot_id"]:
                row["lot"] = self.names.lots[row["lot_id"]][0]
            if row["event_id"]:
                document, row["model"], row["res_id"] = events[row["event_id"]]
                row["document"] = document
            names = {name: row.pop(name, None) for name in ("company", "product")}
            row["message"] = self._get_gap_message(row, names)
        return rows

    def _get_event_documents(self, event_ids):
        return {
            event_id: (document, model, res_id)
            for event_id, document, model, res_id in self.env.execute_query(
                SQL(
                    "SELECT id, document, res_model, res_id FROM lot_event WHERE id = ANY(%s)",
                    list(event_ids),
                )
            )
        }

    def _get_gap_message(self, row, names):
        env = self.user_env
        values = {
            **names,
            "lot": row["lot"],
            "document": row["document"],
            "count": row["count"],
            "since": self.complete_since,
        }
        kind = row["kind"]
        if kind == "history":
            return env._(
                "Lot %(lot)s may have moved before %(since)s (UTC): moves from before then "
                "are still being loaded, and some may be missing.",
                **values,
            )
        if kind == "consumed_without_lot":
            return env._(
                "%(document)s used a tracked product without saying of which lot "
                "(times: %(count)s): it may have been a lot of this trace.",
                **values,
            )
        if kind == "shipped_without_lot":
            return env._(
                "%(product)s was delivered without saying of which lot (times: %(count)s, first with "
                "%(document)s): it may have been a lot of this trace.",
                **values,
            )
        if kind == "made_without_lot":
            return env._(
                "%(document)s made something that carries no lot (times: %(count)s): "
                "where that went is not known.",
                **values,
            )
        if kind == "untracked_input":
            return env._(
                "%(document)s used a product without lots that was itself made from "
                "lots: they are not known.",
                **values,
            )
        if kind == "no_input":
            return env._(
                "%(document)s made a lot and took nothing: what it was made from is not known.",
                **values,
            )
        if kind == "no_output":
            return env._(
                "%(document)s used lots and made nothing: where that went is not known.",
                **values,
            )
        if kind == "no_origin":
            return env._(
                "More left lot %(lot)s than is recorded to have come in: a part of it has no known origin.",
                **values,
            )
        if kind == "not_received":
            return env._(
                "Lot %(lot)s was neither received nor made as far as is recorded: an inventory count or a "
                "return from a customer brought it in, and where it comes from is not known.",
                **values,
            )
        if kind == "negative":
            return env._("The stock of lot %(lot)s is below zero.", **values)
        if kind == "unexplained":
            return env._(
                "Of lot %(lot)s more came in than left it and is in stock: where the rest is, is not known.",
                **values,
            )
        if kind == "other_company":
            return env._(
                "Lot %(lot)s was also handled by %(company)s, which is not among your active companies.",
                **values,
            )
        if kind == "corrected":
            return env._(
                "Lot %(lot)s: its record was corrected after the fact (times: %(count)s).",
                **values,
            )
        if kind == "no_supplier_lot":
            return env._(
                "Lot %(lot)s: received without the supplier's lot number (times: %(count)s).",
                **values,
            )
        if kind == "no_party":
            return env._(
                "Lot %(lot)s: received or shipped without a partner (times: %(count)s).",
                **values,
            )
        raise ValueError(kind)
