"""What is recorded stays as it was recorded.

Two walls: the ORM refuses create, write and unlink of these models for everybody,
superuser included, because only the recorder writes them, in SQL; and a trigger in
the database refuses UPDATE, DELETE and TRUNCATE.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

FUNCTION = "lot_genealogy_append_only"


class LotAppendOnly(models.AbstractModel):
    _name = "lot.append.only"
    _description = "Append-only record of the genealogy"
    _log_access = False

    def init(self):
        super().init()
        if self._abstract or not self._auto:
            return
        cr = self.env.cr
        table = SQL.identifier(self._table)
        function = SQL.identifier(FUNCTION)
        cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %s() RETURNS trigger
                LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION '%% refused: the table %% is append-only',
                        TG_OP, TG_TABLE_NAME
                        USING HINT = 'What is recorded is corrected by a further entry.',
                            ERRCODE = 'integrity_constraint_violation';
                END
                $$
                """,
                function,
            )
        )
        for name, event, level in (
            ("append_only_row", "UPDATE OR DELETE", "ROW"),
            ("append_only_table", "TRUNCATE", "STATEMENT"),
        ):
            trigger = SQL.identifier(name)
            cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, table))
            cr.execute(
                SQL(
                    "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH %s EXECUTE FUNCTION %s()",
                    trigger,
                    SQL(event),  # pylint: disable=sql-injection
                    table,
                    SQL(level),  # pylint: disable=sql-injection
                    function,
                )
            )

    @api.model
    def _append(self, vals_list):
        """Write rows, each with a value for the same stored columns; returns them.

        Not for callers from outside: whoever appends answers for what it says.
        """
        if not vals_list:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, vals_list[0])),
                SQL(", ").join(SQL("%s", tuple(vals.values())) for vals in vals_list),
            )
        )
        self.invalidate_model()
        return self.browse(row_id for (row_id,) in rows)

    def _refuse(self):
        raise UserError(
            self.env._(
                "%(record)s cannot be created, changed or deleted by hand: it is written "
                "when stock moves are done. Correct the transfer, order or adjustment it "
                "came from instead.",
                record=self._description,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse()

    def unlink(self):  # pylint: disable=method-required-super
        self._refuse()
