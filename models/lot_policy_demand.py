"""One row of a policy: a fact, and the operations in which it must be there."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.policy import OPERATIONS, Demand

DEMANDED = [
    ("lot", "Lot or serial number"),
    ("supplier_lot", "Supplier's lot"),
    ("production_date", "Production date"),
    ("packing_date", "Packing date"),
    ("harvest_date", "Harvest date"),
    ("use_date", "Best-before date"),
    ("expiration_date", "Use-by or expiration date"),
    ("origin_country_id", "Country of origin"),
    ("growing_area", "Growing area"),
    ("certificate_ids", "Valid certificate"),
    ("traceability_lot_code", "Traceability lot code"),
    ("tlc_source", "Source of the traceability lot code"),
    ("arrival_temperature", "Temperature on arrival"),
    ("property", "Own field of the lot"),
]


class LotPolicyDemand(models.Model):
    _name = "lot.policy.demand"
    _description = "Demand of a lot policy"
    _inherit = ["lot.cached", "lot.audited"]
    _order = "policy_id, sequence, id"
    _rec_name = "fact"

    policy_id = fields.Many2one("lot.policy", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    fact = fields.Selection(DEMANDED, required=True, help="What must be there before anything is done.")
    label = fields.Char(
        string="Own Field",
        help="For an own field: its name as it stands in the form of the lots (a property of the lots of a "
        "product).",
    )
    on_receipt = fields.Boolean(string="Receipt", help="When it comes from a supplier.")
    on_output = fields.Boolean(string="Made", help="When it is made: by an order, or by taking apart.")
    on_consumption = fields.Boolean(string="Used", help="When it is used in production.")
    on_internal = fields.Boolean(string="Internal", help="When it is moved within own stock.")
    on_shipment = fields.Boolean(string="Shipment", help="When it leaves for a customer.")
    on_scrap = fields.Boolean(string="Scrap", help="When it is scrapped.")
    on_adjustment = fields.Boolean(string="Count", help="When a count changes its quantity.")

    @api.model
    def _get_audited_fields(self):
        names = ["policy_id", "fact", "label", *(name for name in self._fields if name.startswith("on_"))]
        return [*super()._get_audited_fields(), *names]

    _own_field_named = models.Constraint(
        "CHECK (fact <> 'property' OR btrim(label) <> '')",
        "Name the own field of the lot that is asked for.",
    )
    _fact_once = models.UniqueIndex(
        "(policy_id, fact, COALESCE(label, ''))", "A policy asks for each fact in one row only."
    )

    @api.constrains("fact", "on_internal", "on_output", "on_consumption", "on_scrap", "on_adjustment")
    def _check_temperature(self):
        """A temperature on arrival is measured when something arrives."""
        elsewhere = ("on_internal", "on_output", "on_consumption", "on_scrap", "on_adjustment")
        for demand in self:
            if demand.fact == "arrival_temperature" and any(demand[name] for name in elsewhere):
                raise ValidationError(
                    self.env._("The temperature on arrival can be asked for at receipt and shipment only.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_vals(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_vals(vals))

    @api.model
    def _clean_vals(self, vals):
        """Only an own field has a name of its own."""
        return {**vals, "label": False} if vals.get("fact", "property") != "property" else vals

    @api.depends("fact", "label")
    def _compute_display_name(self):
        names = dict(self._fields["fact"]._description_selection(self.env))
        for demand in self:
            demand.display_name = demand.label if demand.fact == "property" else names.get(demand.fact, "")

    def _get_demand(self):
        """The row as the engine takes it."""
        self.ensure_one()
        operations = frozenset(name for name in OPERATIONS if self[f"on_{name}"])
        return Demand(self.fact, self.label or None, operations)
