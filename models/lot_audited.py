"""Inherited by records whose changes stand in the audit book.

`_get_audited_fields` names the controlled fields. What changes them is noticed below every
screen, import and call: in create, write and unlink, and where stored values are computed
again. What it cannot see is SQL.
"""

from contextlib import contextmanager

from odoo import api, fields, models

from .lot_audit import IMPORT


class LotAuditing(models.AbstractModel):
    _name = "lot.auditing"
    _description = "Record of which changes can be booked"

    @api.model
    def _get_audited_fields(self):
        """Names of the stored fields whose changes are booked."""
        return []

    @contextmanager
    def _auditing(self, names=None):
        """Book what changes within: once, however writes and computations nest."""
        busy = self.env.cr.cache.setdefault(("lot.audited", self._name), set())
        records = self.browse(one for one in self._ids if one and one not in busy)
        before = records._get_audited_values(names)
        busy.update(before)
        try:
            yield
            # Values that follow from others are computed by this, at the latest.
            after = records._get_audited_values(names)
        finally:
            busy.difference_update(before)
        records._book_changes(before, after)

    # ---- what is booked -------------------------------------------------------------

    def _book_changes(self, before, after):
        rows = []
        for record in self:
            old, new = before[record.id], after[record.id]
            for name in old:
                if old[name] == new[name]:
                    continue
                vals = record._prepare_audit_vals("write", name, old.get(self._rec_name))
                rows.append({**vals, "old_value": old[name], "new_value": new[name]})
        self.env["lot.audit"].sudo()._book(rows)

    def _prepare_audit_vals(self, action, name=None, record_name=None):
        company = self.company_id.id if self._fields.get("company_id") else None
        return {
            "action": action,
            "res_model": self._name,
            "res_id": self.id,
            "record_name": record_name or self.sudo().display_name or str(self.id),
            "field_name": name,
            "field_label": self._get_audited_label(name) if name else None,
            "old_value": None,
            "new_value": None,
            "company_id": company or None,
        }

    def _get_audited_values(self, names=None):
        """The audited fields as text: ``{record id: {field name: text or None}}``."""
        names = self._get_audited_fields() if names is None else names
        # English, and free of the reader's rights: the book must not depend on who changes.
        records = self.sudo().with_context(lang=None)
        return {record.id: {name: record._get_audited_text(name) for name in names} for record in records}

    def _get_audited_text(self, name):
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return str(value)
        if field.type in ("integer", "float", "monetary"):
            return repr(value)
        if not value:
            return None
        if field.type == "properties":
            rows = field.convert_to_read(value, self)
            return "\n".join(f"{row['string']}: {row['value']}" for row in rows if row.get("value")) or None
        if field.relational:
            return ", ".join(f"{one.display_name} ({one.id})" for one in value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "datetime":
            return fields.Datetime.to_string(value)
        return str(value)

    def _get_audited_label(self, name):
        return self.env["ir.model.fields"].with_context(lang=None)._get(self._name, name).field_description

    def _sum_up(self, values):
        """The values of a whole record as lines of text."""
        return "\n".join(
            f"{self._get_audited_label(name)}: {value}" for name, value in values.items() if value
        )


class LotAudited(models.AbstractModel):
    _name = "lot.audited"
    _inherit = ["lot.auditing"]
    _description = "Record whose changes are kept in the audit book"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        values = records._get_audited_values()
        self.env["lot.audit"].sudo()._book(
            [
                {**record._prepare_audit_vals("create"), "new_value": record._sum_up(values[record.id])}
                for record in records
            ]
        )
        return records

    def write(self, vals):
        with self._auditing():
            return super().write(vals)

    def unlink(self):
        values = self._get_audited_values()
        rows = [
            {**record._prepare_audit_vals("unlink"), "old_value": record._sum_up(values[record.id])}
            for record in self
        ]
        res = super().unlink()
        self.env["lot.audit"].sudo()._book(rows)
        return res

    def _compute_field_value(self, field):
        audited = set(self._get_audited_fields())
        if not field.store or not any(one.name in audited for one in self.pool.field_computed[field]):
            return super()._compute_field_value(field)
        # What was created in this transaction has its first values in the entry of its creation.
        now = self.env.cr.now()
        known = self.filtered(lambda one: one.id and one.create_date and one.create_date < now)
        with known._auditing([one.name for one in self.pool.field_computed[field] if one.name in audited]):
            return super()._compute_field_value(field)

    @api.model
    def load(self, fields, data):
        return super(LotAudited, self.with_context(lot_audit_origin=IMPORT)).load(fields, data)

    def action_audit(self):
        """What was changed of these records, and by whom."""
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_audit_action")
        action["domain"] = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        action["context"] = {"lot_audit_of_one": len(self) == 1}
        return action
