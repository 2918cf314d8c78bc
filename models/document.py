"""A record that a row names by its model and number."""

from odoo.exceptions import UserError


def open_document(row):
    """The action that opens what `row` names by `res_model` and `res_id`."""
    row.ensure_one()
    return {
        "type": "ir.actions.act_window",
        "res_model": row.res_model,
        "res_id": row.res_id,
        "view_mode": "form",
    }


def check_document_there(row, name):
    """Refuse where the record is gone, or its module is.

    :param str name: of the record, as `row` kept it
    """
    row.ensure_one()
    if row.res_model not in row.env or not row.env[row.res_model].browse(row.res_id).exists():
        raise UserError(row.env._("%(name)s is no longer there: it was deleted.", name=name))
