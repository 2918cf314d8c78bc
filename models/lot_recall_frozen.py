"""Inherited by the rows of a recall that are frozen with its scope.

What the trace said is written once, by the scope. Later only fields that say what became of the
row can be written: was the stock held, was the consignee told, what did he answer.
"""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .document import open_document

# Compared by identity: a caller can send a context, but not this.
FREEZING = object()


class LotRecallFrozen(models.AbstractModel):
    _name = "lot.recall.frozen"
    _inherit = ["lot.own.defaults"]
    _description = "Row of a recall, frozen with its scope"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)

    @api.model
    def _get_open_fields(self):
        """Names of the fields that may be written once the row is frozen."""
        return set()

    @api.model
    def _freezing(self):
        """These records, as who freezes a scope writes them."""
        return self.sudo().with_context(lot_recall_freezing=FREEZING)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_freezing(True)
        return super().create(vals_list)

    def write(self, vals):
        self._check_freezing(vals.keys() - self._get_open_fields())
        self.recall_id._check_not_closed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_freezing(self):
        self._check_freezing(True)

    def _check_freezing(self, refused):
        if refused and self.env.context.get("lot_recall_freezing") is not FREEZING:
            raise UserError(
                self.env._(
                    "The scope of a recall is frozen: it is what the trace said then. Freeze a new "
                    "version of the scope instead; it shows what was added."
                )
            )


class LotRecallPart(models.AbstractModel):
    _name = "lot.recall.part"
    _description = "What people enter into a case: it stays once the case is closed"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.recall_id._check_not_closed()
        return parts

    def write(self, vals):
        self.recall_id._check_not_closed()
        res = super().write(vals)
        # It may have been put into another case.
        self.recall_id._check_not_closed()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.recall_id._check_not_closed()


class LotRecallRow(models.AbstractModel):
    _name = "lot.recall.row"
    _inherit = ["lot.recall.frozen"]
    _description = "Row of a recall's lists"

    scope_id = fields.Many2one(
        "lot.recall.scope",
        string="Since scope",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The first version of the scope that found it.",
    )
    key = fields.Char(readonly=True, required=True, help="Tells the rows of a case apart.")
    is_current = fields.Boolean(
        string="In current scope",
        readonly=True,
        default=True,
        help="Off: the newest version of the scope no longer finds it. It stays in the case.",
    )

    _key_uniq = models.Constraint("UNIQUE (recall_id, key)", "It stands in the recall already.")

    def action_open_document(self):
        return open_document(self)

    @api.model
    def _insert(self, vals_list):
        """Create rows in one statement: a hundred thousand of them take the ORM half a minute.

        Nothing that is computed from them follows: it does once the scope says that they are all there.

        :param vals_list: each with a value for the same stored fields
        """
        self._check_freezing(True)
        columns = [self._fields[name] for name in ("is_current", *vals_list[0])]
        texts = [field.name for field in columns if field.type != "boolean"]
        rows = [
            {"is_current": True, **vals, **{name: None for name in texts if vals[name] is False}}
            for vals in vals_list
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM json_populate_recordset(NULL::%s, %s::json)",
                SQL.identifier(self._table),
                SQL(", ").join(SQL.identifier(field.name) for field in columns),
                SQL(", ").join(map(self._get_rounded, columns)),
                SQL.identifier(self._table),
                json.dumps(rows),
            )
        )
        self.invalidate_model()

    def _get_rounded(self, field):
        digits = field.type == "float" and field.get_digits(self.env)
        column = SQL.identifier(field.name)
        return SQL("round(%s, %s)", column, digits[1]) if digits else column
