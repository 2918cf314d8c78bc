"""A correction of what identifies a lot: old and new value, why, who, when, signed."""

from odoo import api, fields, models

from .stock_lot_record import CORRECTING

DATES = ("use_date", "removal_date", "alert_date")


class LotCorrection(models.Model):
    _name = "lot.correction"
    _inherit = ["lot.correction.steps"]
    _description = "Correction of a lot"
    _order = "id desc"

    lot_id = fields.Many2one("stock.lot", required=True, index=True, ondelete="restrict")
    product_id = fields.Many2one(related="lot_id.product_id")
    company_id = fields.Many2one(related="lot_id.company_id", store=True)
    use_expiration_date = fields.Boolean(related="lot_id.use_expiration_date")

    new_name = fields.Char(string="Lot/Serial Number")
    new_supplier_lot = fields.Char(string="Supplier's Lot")
    new_expiration_date = fields.Datetime(string="Expiration Date")
    new_use_date = fields.Datetime(string="Best before Date")
    new_removal_date = fields.Datetime(string="Removal Date")
    new_alert_date = fields.Datetime(string="Alert Date")
    new_production_date = fields.Date(string="Production Date")
    new_packing_date = fields.Date(string="Packing Date")
    new_harvest_date = fields.Date(string="Harvest Date")
    new_harvest_date_to = fields.Date(string="Harvested until")
    new_cooling_date = fields.Date(string="Cooled on")
    new_origin_country_id = fields.Many2one("res.country", string="Country of Origin")
    new_growing_area = fields.Char(string="Growing Area")
    new_farm_id = fields.Many2one("res.partner", string="Farm")
    new_harvester_id = fields.Many2one("res.partner", string="Harvester")
    new_cooler_id = fields.Many2one("res.partner", string="Cooled at")
    new_traceability_lot_code = fields.Char(string="Traceability Lot Code")
    new_tlc_source_id = fields.Many2one("res.partner", string="Source of the Code")
    new_tlc_source_reference = fields.Char(string="Reference to the Source")
    known_facts = fields.Char(compute="_compute_known_facts", help="Of the lot, between commas.")

    @api.depends("lot_id")
    def _compute_known_facts(self):
        for correction in self:
            correction.known_facts = correction.lot_id._join_known_facts()

    @api.model
    def default_get(self, fields):
        vals = super().default_get(fields)
        lot = self.env["stock.lot"].browse(vals.get("lot_id"))
        return {**self._prepare_new_vals(lot, {}), **vals} if lot else vals

    @api.depends("lot_id")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = self.env._(
                "Correction %(number)s of %(lot)s", number=correction.id or "", lot=correction.lot_id.name
            )

    @api.model
    def _get_correctable_fields(self):
        """``{field of the lot: field here that holds its new value}``."""
        names = self.env["stock.lot"]._get_identity_fields()
        return {name: f"new_{name}" for name in names if f"new_{name}" in self._fields}

    @api.model
    def _prepare_new_vals(self, lot, vals):
        """The new values of `lot` that are not among `vals`: as they are now.

        Without its own, a date moves with the expiration date, as in the lot's form.
        """
        found = {
            new_name: lot._fields[name].convert_to_write(lot[name], lot)
            for name, new_name in self._get_correctable_fields().items()
            if new_name not in vals
        }
        expiration = fields.Datetime.to_datetime(vals.get("new_expiration_date"))
        if expiration and lot.expiration_date:
            for name in DATES:
                if f"new_{name}" in found and lot[name]:
                    found[f"new_{name}"] = lot[name] + (expiration - lot.expiration_date)
        return found

    @api.onchange("new_expiration_date")
    def _onchange_new_expiration_date(self):
        moved = self._prepare_new_vals(self.lot_id, {"new_expiration_date": self.new_expiration_date})
        self.update({f"new_{name}": moved[f"new_{name}"] for name in DATES})

    # ---- what may be written ------------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "lot_id"]

    @api.model_create_multi
    def create(self, vals_list):
        lots = self.env["stock.lot"]
        return super().create(
            [{**self._prepare_new_vals(lots.browse(vals.get("lot_id")), vals), **vals} for vals in vals_list]
        )

    # ---- steps ------------------------------------------------------------------------

    def _get_signing_companies(self):
        """Those that this lot is known to."""
        lot = self.lot_id.sudo()
        return lot.company_id or lot.lot_ledger_ids.company_id or self.env.company

    def _find_problems(self):
        problems = super()._find_problems()
        if not (self.new_name or "").strip():
            problems.append(self.env._("A lot needs a number."))
        return problems

    def _prepare_changes(self):
        changes = []
        for name, new_name in self._get_correctable_fields().items():
            old = self.lot_id._get_audited_text(name)
            new = self._get_audited_text(new_name)
            if old != new:
                label = self.lot_id._get_audited_label(name)
                changes.append({"field": name, "label": label, "old": old, "new": new})
        return changes

    def _correct(self, reason):
        names = {change["field"] for change in self.changes}
        if names & {"expiration_date", *DATES}:
            # All of them: Odoo moves those that are not written along with the first.
            names |= {"expiration_date", *DATES}
        new_names = self._get_correctable_fields()
        self.lot_id.with_context(lot_correcting=CORRECTING, lot_audit_reason=reason).write(
            {
                name: self._fields[new_names[name]].convert_to_write(self[new_names[name]], self)
                for name in names
            }
        )
        self.lot_id.message_post(body=self._get_message())

    def _get_subject(self):
        return {"lot": self.lot_id.id}
