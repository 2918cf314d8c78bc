"""A recall as plain values, for its papers: what was decided, done and answered until a moment.

Lots, deliveries and stock come from the frozen scope; only what became of them is of today.
"""

from odoo import fields, models
from odoo.exceptions import UserError

CASE = (
    "name subject mode kind state product_kind classification company_class reason hazard risk authority "
    "authority_reference authority_told_at found_by found_text doubt_at closed_at late_text user_id "
    "target_id result result_text product_description why_these_lots complaints quarantine_method "
    "disposition distribution_pattern recall_depth strategy public_warning communication completion_estimate "
    "voluntary initial_notification fda_recall_number fda_event_id fda_classified_on fda_terminated_on"
).split()
CONSIGNEE = (
    "id name contact_address city country phone email contact_note told_at told_how answered_at understood "
    "check_result checked_at note doubtful is_current quantities date_first date_last"
)
LINE = (
    "consignee_id lot_name product_name document order_name date quantity quantity_back uom_name "
    "quantity_received quantity_unsold quantity_returned quantity_destroyed quantity_sold quantity_open "
    "quantity_aside quantity_unknown doubtful is_current"
)
STOCK = (
    "lot_name product_name location_name package_name owner_name in_transit quantity reserved uom_name "
    "doubtful is_current held_at"
)
ORDER = (
    "kind document order_name partner_name lot_name product_name quantity uom_name date picked is_current "
    "stopped_at"
)
QUESTION = "name asked_at answered_at answered_by_id minutes limit_minutes answer expected verdict"
# List of the case: model's field, its fields.
LISTS = {
    "team": ("member_ids", "name role phone"),
    "measures": ("measure_ids", "taken_at kind user_id text simulated"),
    "consignees": ("consignee_ids", CONSIGNEE),
    "lines": ("line_ids", LINE),
    "stock": ("stock_ids", STOCK),
    "orders": ("order_ids", ORDER),
    "questions": ("question_ids", QUESTION),
    "findings": ("finding_ids", "name action user_id date_due done_at done_text"),
}
# What is known of a consignee only from the moment on that stands in another field.
SINCE = {"told_at": ("told_how",), "answered_at": ("understood",), "checked_at": ("check_result",)}


class LotRecall(models.Model):
    _inherit = "lot.recall"

    def _check_papers(self):
        self.ensure_one()
        if self.scope_id.state != "done":
            raise UserError(
                self.env._("Freeze the scope first: papers are made of it, never of a new question.")
            )
        self._check_companies()

    def _get_paper_trace(self):
        """The frozen Trace of the current scope, with its facts."""
        self._check_papers()
        return self.scope_id._get_trace()

    def _get_paper_case(self, lang, until=None, whole=True):
        """This case as plain values (docs/papers.md).

        :param lang: in which selections are said, if it is switched on
        :param str until: a moment; what was told, answered or checked later is left out
        :param bool whole: with its lists; without, for papers that are made of its trace alone
        """
        self.ensure_one()
        case = self.with_context(lang=lang if self.env["res.lang"]._get_data(code=lang) else None)
        until = until or fields.Datetime.to_string(fields.Datetime.now())
        lists = {
            name: _get_rows(case, field, names.split()) for name, (field, names) in LISTS.items() if whole
        }
        for row in lists.get("consignees", ()):
            _forget_later(row, until)
        return {
            "id": case.id,
            # Who answers for the company is asked for as of today, also of an old scope.
            "company": self.env["lot.trace.facts"].sudo()._get_companies(case.company_id.sudo())[0],
            "until": until,
            **_get_plain(case, CASE),
            # Codes of what is said in words above.
            "product_type": case.product_kind,
            "class": case.classification if case.classification in ("I", "II", "III") else None,
            "manufacturer": case._get_manufacturer(),
            "scope_number": case.scope_id.number,
            "scope": case._get_paper_scope(),
            "figures": case._get_figures(),
            "destructions": case._get_paper_destructions(until),
            "credits": case._get_paper_credits(),
            "decisions": [_get_decision(one) for one in case.decision_ids if one.decided_at],
            **lists,
        }

    def _get_paper_scope(self):
        scope = self.scope_id
        return {
            "number": scope.number,
            "frozen_at": fields.Datetime.to_string(scope.frozen_at),
            "lots": scope.lot_count,
            "doubtful": scope.doubtful_count,
            "consignees": scope.consignee_count,
        }

    def _get_manufacturer(self):
        """Who made the product, as known today; None: the company itself."""
        partner = self.sudo().manufacturer_id
        return self.env["lot.party"]._prepare_facts(partner) if partner else None


def _get_plain(record, names):
    return {name: _get_value(record, name) for name in names}


def _get_rows(case, field, names):
    """The rows of a list of a case as plain values."""
    model = case[field].browse()
    if not all(model._fields[name].store and model._fields[name].column_type for name in names):
        return [_get_plain(record, names) for record in case[field]]
    # Without records: of a bulk lot there are a hundred thousand deliveries.
    query = model._search([(case._fields[field].inverse_name, "=", case.id)], order=model._order)
    found = case.env.execute_query(
        query.select(*(model._field_to_sql(model._table, name, query) for name in names))
    )
    columns = [
        _get_values(model, model._fields[name], values)
        for name, values in zip(names, zip(*found, strict=True), strict=False)
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _get_values(model, field, values):
    """Values of a column as `_get_value` has them."""
    if field.type in ("boolean", "integer", "float"):
        return [value or field.falsy_value for value in values]
    if field.type == "selection":
        known = dict(field._description_selection(model.env))
    elif field.type == "many2one":
        records = model.env[field.comodel_name].sudo().browse(set(values) - {None})
        known = {record.id: record.display_name for record in records}
    elif field.type in ("date", "datetime"):
        known = {value: field.to_string(value) for value in set(values) - {None}}
    else:
        return [value or None for value in values]
    return [known.get(value) for value in values]


def _get_value(record, name):
    """A value as JSON has it: labels of selections, names of records, None where there is none."""
    field, value = record._fields[name], record[name]
    if field.type in ("boolean", "integer", "float"):
        return value
    if not value:
        return None
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, value)
    if field.type == "many2one":
        return value.sudo().display_name
    if field.type == "datetime":
        return fields.Datetime.to_string(value)
    if field.type == "date":
        return fields.Date.to_string(value)
    return value


def _forget_later(row, until):
    for moment, names in SINCE.items():
        if row[moment] and row[moment] > until:
            row.update(dict.fromkeys((moment, *names)))


def _get_decision(decision):
    signature = decision.sudo().signature_ids[:1]
    return {
        **_get_plain(decision, ("move", "reason", "decided_at", "user_id")),
        "code": decision.move,
        "signed_by": signature.user_name or None,
        "signed_at": fields.Datetime.to_string(signature.signed_at) or None,
        "signature": signature.content_hash or None,
        "signature_state": _get_value(signature, "state") if signature else None,
    }
