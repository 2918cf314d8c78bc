"""What identifies a lot is fixed, and every change of it is booked."""

from odoo import api, fields, models
from odoo.exceptions import UserError

# Compared by identity: a caller can send a context, but not this.
CORRECTING = object()


def is_changed(record, name, value):
    """`value`, as given to write, is another than the one of field `name` of `record` now."""
    field = record._fields[name]
    asked = field.convert_to_cache(value, record, validate=False)
    return asked != field.convert_to_cache(record[name], record, validate=False)


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "lot.audited"]

    fixed_facts = fields.Char(
        compute="_compute_fixed_facts",
        help="Names of the fields, between commas, that only a correction changes: stock of this lot has "
        "moved. What is not known yet is not among them.",
    )

    def _compute_fixed_facts(self):
        fixed = self._origin._filter_identity_fixed()
        for lot in self:
            lot.fixed_facts = (lot._origin & fixed)._join_known_facts()

    def _join_known_facts(self):
        """Names of what is known of what identifies this lot, between commas."""
        names = [name for name in self._get_identity_fields() if self[name]]
        return f",{','.join(names)}," if names else False

    @api.model
    def _get_identity_fields(self):
        """What identifies a lot: fixed once the ledger has it, where its record is locked."""
        return [
            "name",
            "product_id",
            "supplier_lot",
            "expiration_date",
            "use_date",
            "removal_date",
            "alert_date",
            "company_id",
        ]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), *self._get_identity_fields(), "ref"]

    def _filter_identity_fixed(self):
        """Those of these lots whose identity only a correction changes.

        Asked of every company that the ledger has the lot in, whatever the user may see: which
        company is the current one is the caller's choice.
        """
        entries = self.env["lot.ledger"].sudo()
        groups = entries._read_group([("lot_id", "in", self.ids)], ["company_id"], ["lot_id:recordset"])
        fixed = self.browse()
        for company, lots in groups:
            locked = lots.product_id.with_company(company)._filter_record_locked()
            fixed |= lots.filtered(lambda lot, locked=locked: lot.product_id in locked)
        return self & fixed

    def write(self, vals):
        if self.env.context.get("lot_correcting") is not CORRECTING:
            self._check_identity_fixed(vals)
        return super().write(vals)

    def _check_identity_fixed(self, vals):
        names = [name for name in self._get_identity_fields() if name in vals]
        if not names:
            return
        refused = []
        for lot in self._filter_identity_fixed():
            # What was missing may be filled in: a second receipt can bring it.
            changed = [
                name
                for name in names
                if (lot[name] or name == "company_id") and is_changed(lot, name, vals[name])
            ]
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in changed)
            if labels:
                refused.append(f"{lot.name} ({lot.product_id.display_name}): {labels}")
        if refused:
            raise UserError(
                self.env._(
                    "What identifies these lots is fixed, because stock of them has moved:\n%(lots)s\n"
                    "Open the lot and press Correct: a correction says why, and keeps the old value. "
                    "A lot of another product or company is a new lot: correct the transfers instead.",
                    lots="\n".join(refused),
                )
            )

    def action_correct(self):
        """Open a new correction of this lot."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct %(lot)s", lot=self.name),
            "res_model": "lot.correction",
            "view_mode": "form",
            "context": {"default_lot_id": self.id},
        }
