"""Compares what was sealed with what is there, and names what does not hold."""

import base64

from odoo import api, models
from odoo.tools import SQL

from ..engine import seal
from .lot_seal import HIGHEST, LOWEST

PROBLEMS = 20
# Entries sealed later than this after they say they were recorded are counted.
LATE = "1 day"


class LotSeal(models.Model):
    _inherit = "lot.seal"

    @api.model
    def _verify(self):
        """Compare all that was sealed with what is there now.

        :return: ``{"holds", "seals", "entries", "waiting" (not sealed yet), "late" (sealed more
            than a day after they say they were recorded), "problem_count", "problems" (the
            first of them: `seal.Problem`), "last" (see _get_last)}``
        """
        self.env.flush_all()
        found = {"seals": 0, "entries": 0, "waiting": 0, "late": 0, "problem_count": 0, "problems": []}
        sealed = {}
        for problem in seal.check(self._iter_blocks(found, sealed), self._fetch):
            found["problem_count"] += 1
            if len(found["problems"]) < PROBLEMS:
                found["problems"].append(problem)
        for book in self._get_books():
            parts = sealed.get(book, [])
            ranges = seal.merge((low, high) for low, high, _sealed_at in parts)
            closed = self._get_closed(book)
            forged = self.env.execute_query(self._select(book, ["id"], seal.holes(ranges, LOWEST, closed)))
            found["problem_count"] += len(forged)
            room = PROBLEMS - len(found["problems"])
            found["problems"] += [seal.Problem("foreign", None, book, one) for (one,) in forged[:room]]
            waiting = self._select(book, ["id"], seal.holes(ranges, closed + 1, HIGHEST))
            found["waiting"] += len(self.env.execute_query(waiting))
            found["late"] += self._count_late(book, parts)
        return {**found, "holds": not found["problem_count"], "last": self._get_last()}

    @api.model
    def _iter_blocks(self, found, sealed):
        """All seals as blocks; counts them in `found`, notes what they cover in `sealed`."""
        number = None
        while True:
            rows = self.env.execute_query(
                SQL(
                    """SELECT number, sealed_at::text, book, column_names, entry_ids, hashes,
                              snapshot, complete_to, previous, hash
                         FROM lot_seal WHERE %s ORDER BY number LIMIT 50""",
                    SQL("TRUE") if number is None else SQL("number > %s", number),
                )
            )
            if not rows:
                return
            for row in rows:
                block = seal.Block(*row)
                block = block._replace(
                    hashes=base64.b64decode(bytes(block.hashes)), previous=block.previous or ""
                )
                number = block.number
                found["seals"] += 1
                found["entries"] += len(block.hashes) // seal.HASH_SIZE
                sealed.setdefault(block.book, []).extend(
                    (low, high, block.sealed_at) for low, high in seal.parse_ids(block.ids)
                )
                yield block

    @api.model
    def _count_late(self, book, parts):
        """How many entries say that they were recorded long before they were sealed."""
        if "recorded_at" not in self._get_columns(book):
            return 0
        lows, highs, dates = zip(*parts) if parts else ((), (), ())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT count(*)
                  FROM unnest(%s::bigint[], %s::bigint[], %s::timestamp[]) AS part (low, high, sealed_at)
                  JOIN %s entry ON entry.id BETWEEN part.low AND part.high
                   AND entry.recorded_at < part.sealed_at - %s::interval
                """,
                list(lows),
                list(highs),
                list(dates),
                SQL.identifier(self.env[book]._table),
                LATE,
            )
        )
        return rows[0][0]

    @api.model
    def _fetch(self, book, columns, ranges):
        if book not in self.env or not set(columns) <= set(self._get_columns(book)):
            return None
        return self.env.execute_query(self._select(book, columns, ranges))

    @api.model
    def _get_problem_text(self, problem):
        """A sentence of what does not hold, for people."""
        known = problem.book in self.env
        record = self.env[problem.book]._description if known else problem.book
        values = {
            "record": record,
            "book": problem.book,
            "row": problem.row,
            "number": problem.number,
        }
        texts = {
            "chain": self.env._(
                "Seal %(number)s does not follow the one before: a seal was removed, added or changed.",
                **values,
            ),
            "block": self.env._(
                "Seal %(number)s was changed: its hash is not that of its content.", **values
            ),
            "columns": self.env._(
                "Seal %(number)s covers columns of %(book)s that are no longer there: its entries cannot "
                "be compared.",
                **values,
            ),
            "changed": self.env._(
                "%(record)s %(row)s (%(book)s) was changed after it was sealed in seal %(number)s.",
                **values,
            ),
            "missing": self.env._(
                "%(record)s %(row)s (%(book)s) was deleted after it was sealed in seal %(number)s.",
                **values,
            ),
            "foreign": self.env._(
                "%(record)s %(row)s (%(book)s) was put in later, among entries that were all sealed: "
                "Odoo did not write it.",
                **values,
            ),
        }
        return texts[problem.kind]
