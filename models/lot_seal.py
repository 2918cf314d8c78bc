"""Seals over what was recorded, in one chain: each takes up the hash of the one before.

A job seals, off the write path, what no seal covers yet. An entry gets its id before its
transaction is committed, so a lower id can turn up after a higher one was sealed: a seal
names its entries one by one and a later one takes up the stragglers. Once no transaction is
left that could bring one, the entries up to there are *closed*: what turns up below was not
written by Odoo, is never sealed, and verifying names it.
"""

import base64

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..engine import seal

BATCH = 20_000
# Ids are 32-bit integers, as all of Odoo's.
LOWEST, HIGHEST = -(2**31), 2**31 - 1


class LotSeal(models.Model):
    _name = "lot.seal"
    _inherit = ["lot.append.only"]
    _description = "Seal"
    _order = "number desc"
    _rec_name = "number"
    _log_access = False

    number = fields.Integer(readonly=True, required=True, aggregator=None)
    sealed_at = fields.Datetime(
        string="Sealed on",
        readonly=True,
        required=True,
        help="What is sealed was recorded at this time at the latest.",
    )
    book = fields.Char(readonly=True, required=True, help="The model of the entries.")
    book_name = fields.Char(string="Sealed", compute="_compute_book_name")
    entry_count = fields.Integer(string="Entries", readonly=True, required=True)
    hash = fields.Char(
        readonly=True,
        required=True,
        help="Covers the entries and the hash of the seal before: whoever keeps it can show "
        "later that nothing up to here was changed.",
    )
    previous = fields.Char(
        string="Hash of the previous seal",
        help="Empty for the first seal.",
        readonly=True,
    )
    column_names = fields.Char(string="Columns", readonly=True, required=True)
    entry_ids = fields.Text(string="IDs of the entries", readonly=True, required=True)
    hashes = fields.Binary(
        string="Hashes of the entries",
        attachment=False,
        readonly=True,
        help="SHA-256, 32 bytes each, in the order of the ids.",
    )
    snapshot = fields.Char(readonly=True, required=True, help="PostgreSQL's, that the entries were read in.")
    complete_to = fields.Integer(
        readonly=True,
        required=True,
        aggregator=None,
        help="All entries in that snapshot up to this id are sealed.",
    )

    _number_uniq = models.UniqueIndex("(number)")
    _book_idx = models.Index("(book, complete_to)")

    @api.depends("book")
    def _compute_book_name(self):
        for one in self:
            one.book_name = self.env[one.book]._description if one.book in self.env else one.book

    # ---- what is sealed -------------------------------------------------------------

    @api.model
    def _get_books(self):
        """Names of the models that are sealed: all that are append-only."""
        base = self.env.registry["lot.append.only"]
        return sorted(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, base) and model._auto and not model._abstract and name != self._name
        )

    @api.model
    def _get_columns(self, book):
        """The stored columns of a book, its id first."""
        stored = self.env[book]._fields.items()
        names = sorted(name for name, field in stored if field.store and field.column_type)
        return ["id", *(name for name in names if name != "id")]

    @api.model
    def _select(self, book, columns, ranges):
        """SQL: the rows of `book` in ranges of ids, as the engine takes them."""
        return SQL(
            "SELECT %s FROM unnest(%s::bigint[], %s::bigint[]) AS part (low, high)"
            " JOIN %s entry ON entry.id BETWEEN part.low AND part.high ORDER BY entry.id",
            SQL(", ").join(self._sql_column(book, name) for name in columns),
            [low for low, _high in ranges],
            [high for _low, high in ranges],
            SQL.identifier(self.env[book]._table),
        )

    @api.model
    def _sql_column(self, book, name):
        column = SQL.identifier("entry", name)
        plain = self.env[book]._fields[name].column_type[0] in ("bool", "int4", "float8", "varchar", "text")
        return column if plain else SQL("%s::text", column)

    # ---- sealing --------------------------------------------------------------------

    @api.model
    def _seal(self):
        """The job: seal what no seal covers yet, block by block, each committed.

        Killed at any moment, the next run finds what is left. Two at once: the number of the
        second one's block exists already, and it is rolled back.
        """
        cron = self.env["ir.cron"]
        ((snapshot, sealed_at),) = self.env.execute_query(
            SQL("SELECT pg_current_snapshot()::text, date_trunc('seconds', now() AT TIME ZONE 'UTC')::text")
        )
        last = self._get_last()
        number, previous = (last["number"], last["hash"]) if last else (0, "")
        todo = [(book, ids, top) for book in self._get_books() for ids, top in self._cut(book)]
        cron._commit_progress(remaining=sum(len(ids) for _book, ids, _top in todo))
        for book, ids, complete_to in todo:
            number += 1
            columns = self._get_columns(book)
            rows = self.env.execute_query(self._select(book, columns, seal.to_ranges(ids)))
            block = seal.Block(
                number=number,
                sealed_at=sealed_at,
                book=book,
                columns=",".join(columns),
                ids=seal.format_ids(ids),
                hashes=b"".join(map(seal.row_hash, rows)),
                snapshot=snapshot,
                complete_to=complete_to,
                previous=previous,
            )
            previous = seal.block_hash(block)
            self._append([self._prepare_seal_vals(block._replace(hash=previous), len(ids))])
            if not cron._commit_progress(len(ids)):
                break

    @api.model
    def _prepare_seal_vals(self, block, count):
        return {
            "number": block.number,
            "sealed_at": block.sealed_at,
            "book": block.book,
            "column_names": block.columns,
            "entry_ids": block.ids,
            "entry_count": count,
            "hashes": base64.b64encode(block.hashes),
            "snapshot": block.snapshot,
            "complete_to": block.complete_to,
            "previous": block.previous,
            "hash": block.hash,
        }

    @api.model
    def _cut(self, book):
        """The entries of a book to seal: ``[(ids, complete_to)]``, at most BATCH ids each."""
        closed = self._get_closed(book)
        parts = self.env.execute_query(
            SQL(
                "SELECT entry_ids, complete_to FROM lot_seal WHERE book = %s AND complete_to > %s",
                book,
                closed,
            )
        )
        sealed = seal.merge(part for ids, _top in parts for part in seal.parse_ids(ids))
        rows = self.env.execute_query(self._select(book, ["id"], seal.holes(sealed, closed + 1, HIGHEST)))
        blocks = list(split_every(BATCH, [one for (one,) in rows], list))
        if not blocks:
            return []
        complete_to = max([top for _ids, top in parts] + [blocks[-1][-1]])
        return [(ids, ids[-1]) for ids in blocks[:-1]] + [(blocks[-1], complete_to)]

    @api.model
    def _get_closed(self, book):
        """The id up to which no entry of `book` can turn up any more, 0 for none.

        Every transaction that had drawn an id when seal `early` was made, ten seconds later
        had an id of its own and was known to seal `between`, and was over when the `newest` was
        made, which took up what it had left. The ten seconds are for the moment between the
        two, which takes microseconds.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT LEAST(newest.complete_to, max(early.complete_to))
                  FROM (SELECT * FROM lot_seal WHERE book = %(book)s
                         ORDER BY number DESC LIMIT 1) AS newest
                 CROSS JOIN LATERAL (
                       SELECT sealed_at FROM lot_seal
                        WHERE pg_snapshot_xmax(snapshot::pg_snapshot)
                              <= pg_snapshot_xmin(newest.snapshot::pg_snapshot)
                        ORDER BY number DESC LIMIT 1) AS between_them
                  JOIN lot_seal early
                    ON early.book = newest.book
                   AND early.sealed_at <= between_them.sealed_at - INTERVAL '10 seconds'
                 GROUP BY newest.complete_to
                """,
                book=book,
            )
        )
        return rows[0][0] if rows else 0

    @api.model
    def _get_last(self):
        """The last seal: ``{"number", "hash", "date"}`` (a datetime, UTC), None without any."""
        rows = self.env.execute_query(
            SQL("SELECT number, hash, sealed_at FROM lot_seal ORDER BY number DESC LIMIT 1")
        )
        return dict(zip(("number", "hash", "date"), rows[0])) if rows else None
