"""The facts of a lot that policies ask for, on the lot and on the line that brings it in."""

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.policy import get_asked

# Facts that stand in a field of the same name on the line and on the lot. Not the expiration
# date: Odoo computes it on the line, and hands it to a new lot itself.
SHARED_FACTS = (
    "supplier_lot",
    "production_date",
    "packing_date",
    "harvest_date",
    "use_date",
    "origin_country_id",
    "growing_area",
    "traceability_lot_code",
    "tlc_source_id",
    "tlc_source_reference",
    "arrival_temperature",
)
# What may be done with a lot that is there.
AHEAD = ("consumption", "internal", "shipment", "scrap", "adjustment")
TEMPERATURE = re.compile(r"[-+]?\d{1,3}(\.\d{1,2})?")


class LotFactsMixin(models.AbstractModel):
    _name = "lot.facts.mixin"
    _description = "Facts of a lot"

    production_date = fields.Date(help="The day on which it was made.")
    packing_date = fields.Date(help="The day on which it was packed.")
    harvest_date = fields.Date(help="The day on which it was harvested or caught.")
    origin_country_id = fields.Many2one("res.country", string="Country of Origin")
    growing_area = fields.Char(
        help="The field, growing area, pond or catch area it comes from, by the name that the grower uses."
    )
    traceability_lot_code = fields.Char(
        help="The code by which the place that packed, landed or transformed this food tells its lots apart. "
        "Keep the one that came with the goods: it is replaced only when something new is made."
    )
    tlc_source_id = fields.Many2one(
        "res.partner",
        string="Source of the Code",
        help="The place at which the traceability lot code was assigned.",
    )
    tlc_source_reference = fields.Char(
        string="Reference to the Source",
        help="Instead of the place: what leads to it, such as a food facility registration number or a web "
        "address.",
    )
    arrival_temperature = fields.Char(
        string="Temperature on Arrival",
        help="In degrees Celsius, as measured when it came in: for example 3.8 or -18.",
    )

    @api.constrains("arrival_temperature")
    def _check_arrival_temperature(self):
        # Text, not a number: nothing measured is not the same as 0 degrees.
        for record in self:
            if record.arrival_temperature and not TEMPERATURE.fullmatch(record.arrival_temperature):
                raise ValidationError(
                    self.env._(
                        "The temperature %(entered)s cannot be read. "
                        "Enter degrees Celsius as a number, for example 3.8 or -18.",
                        entered=record.arrival_temperature,
                    )
                )


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "lot.facts.mixin"]

    production_date = fields.Date(tracking=True)
    packing_date = fields.Date(tracking=True)
    harvest_date = fields.Date(tracking=True)
    origin_country_id = fields.Many2one(tracking=True)
    growing_area = fields.Char(tracking=True)
    traceability_lot_code = fields.Char(tracking=True, index="trigram")
    tlc_source_id = fields.Many2one(tracking=True)
    tlc_source_reference = fields.Char(tracking=True)
    certificate_ids = fields.Many2many(
        "lot.certificate", "lot_certificate_stock_lot_rel", string="Certificates"
    )
    lot_policy_facts = fields.Char(
        compute="_compute_lot_policy_facts",
        help="What the policy of its product asks for anywhere: shows those fields.",
    )
    lot_policy_missing = fields.Char(
        compute="_compute_lot_policy_facts",
        help="What the policy asks for in what may be done next, and is not known.",
    )

    @api.model
    def _get_identity_fields(self):
        names = [*super()._get_identity_fields(), *SHARED_FACTS]
        # Measured at each arrival: it says nothing of which lot this is.
        return [name for name in dict.fromkeys(names) if name != "arrival_temperature"]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "arrival_temperature", "certificate_ids", "lot_properties"]

    @api.depends(
        lambda self: ["product_id", "certificate_ids", "lot_properties", "expiration_date", *SHARED_FACTS]
    )
    @api.depends_context("company")
    def _compute_lot_policy_facts(self):
        gate = self.env["lot.gate"]
        rules = self.env["lot.policy"]._get_rules(self.product_id, self.env.company)
        recorded = self._filter_recorded() if rules else self.browse()
        for lot in self:
            rule = rules.get(lot.product_id.id)
            demands = rule.demands if rule else ()
            lot.lot_policy_facts = gate._join_facts(demands)
            ahead = AHEAD if lot._origin in recorded else ("receipt", *AHEAD)
            lot.lot_policy_missing = gate._describe_missing(lot, get_asked(demands, ahead))


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "lot.facts.mixin"]

    use_date = fields.Datetime(
        string="Best before",
        help="The day until which the goods are at their best. It goes to the lot that this line brings in.",
    )
    certificate_ids = fields.Many2many(
        "lot.certificate", "lot_certificate_move_line_rel", string="Certificates", check_company=True
    )

    def _has_default_expiration(self):
        """Whether Odoo entered the expiration date, and nobody said any."""
        start = self.picking_id.scheduled_date or fields.Datetime.today()
        days = timedelta(days=self.product_id.expiration_time)
        return not self.lot_id.expiration_date and self.expiration_date == start + days

    @api.onchange("lot_id")
    def _onchange_lot_facts(self):
        """Show what is known of the lot that was chosen, where it comes in.

        Elsewhere a line says what is not known of its lot alone: a copy would contradict a corrected lot.
        """
        if self.location_id.usage == "supplier":
            self._show_lot_facts(self.lot_id)

    def _show_lot_facts(self, lot):
        for name in (*SHARED_FACTS, "expiration_date"):
            if name != "arrival_temperature" and lot[name]:
                self[name] = lot[name]

    @api.onchange("supplier_lot")
    def _onchange_supplier_lot(self):
        """The same lot of the same supplier again: offer ours, and tell where facts differ."""
        lot = self._find_supplier_lot()
        if not lot or self.lot_id == lot:
            return None
        facts = [
            lot._fields[name]._description_string(self.env)
            for name in SHARED_FACTS
            if name not in ("supplier_lot", "arrival_temperature") and self[name] and lot[name] != self[name]
        ]
        if not self.lot_id and not self.lot_name:
            if self.move_id.picking_type_id.use_create_lots:
                self.lot_name = lot.name
            else:
                self.lot_id = lot
            if not facts:
                self._show_lot_facts(lot)
        message = self.env._(
            "This supplier's lot %(theirs)s was received before, as %(ours)s.",
            theirs=self.supplier_lot,
            ours=lot.name,
        )
        if facts:
            message += " " + self.env._("It is known with other facts: %s.", ", ".join(facts))
        return {"warning": {"title": self.env._("Received before"), "message": message}}

    def _find_supplier_lot(self, number=None):
        """The lot that came in from this supplier under its number; the last of several."""
        number = number or self.supplier_lot
        partner = self.picking_id.partner_id or self.move_id.picking_id.partner_id
        owner = partner.commercial_partner_id
        if not number or not partner or self.location_id.usage != "supplier":
            return self.env["stock.lot"]
        entry = (
            self.env["lot.ledger"]
            .sudo()
            .search(
                [
                    ("kind", "=", "receipt"),
                    ("product_id", "=", self.product_id.id),
                    ("quantity", ">", 0),
                    ("company_id", "=", self.company_id.id or self.env.company.id),
                    ("supplier_lot", "=", number),
                    # Who was merged into another partner since is the one that his transfers name now.
                    "|",
                    ("party_id.partner_res_id", "in", (partner | owner).ids),
                    ("picking_id.partner_id", "child_of", owner.ids),
                    *self.env["lot.ledger"]._get_live_domain(),
                ],
                order="id desc",
                limit=1,
            )
        )
        return entry.lot_id.sudo(False)

    def action_open_own_fields(self):
        """Open the lot of this line, where its own fields are; one that the line only names is made now.

        The line goes on naming it, and gets it when it is done.
        """
        self.ensure_one()
        if not (self.lot_id or self.lot_name):
            raise UserError(self.env._("Enter the number of the lot first."))
        naming = set() if self.lot_id else {self.id}
        known = self.env["lot.gate"]._get_known_lots([(self, None)], naming).get(self.id)
        lot = known.sudo(False) if known else self.env["stock.lot"].create(self._prepare_new_lot_vals())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lot %s", lot.name),
            "res_model": "stock.lot",
            "res_id": lot.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        vals.update(self._prepare_lot_facts(self.env["stock.lot"]))
        if self.use_date and vals.get("expiration_date") and self.product_id.use_expiration_date:
            # Odoo computes these three together: given one, it leaves out the others.
            product = self.product_id.product_tmpl_id
            vals["removal_date"] = fields.Datetime.subtract(
                vals["expiration_date"], days=product.removal_time
            )
            vals["alert_date"] = fields.Datetime.subtract(vals["expiration_date"], days=product.alert_time)
        return vals

    def _prepare_lot_facts(self, lot):
        """What the line knows and `lot` (empty: a new one) does not."""
        self.ensure_one()
        vals = {}
        for name in SHARED_FACTS:
            if self[name] and not lot[name]:
                value = self[name]
                vals[name] = value.id if isinstance(value, models.BaseModel) else value
        certificates = self.certificate_ids - lot.certificate_ids
        if certificates:
            vals["certificate_ids"] = [fields.Command.link(certificate.id) for certificate in certificates]
        return vals
