"""The traceability plan of 21 CFR 1.1315, as a document with versions.

One version is in force; the next one is written beside it, signed, and replaces it. What was in force
stays as it was signed: the rule asks to keep it for two years after it was replaced.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Compared by identity: a caller can send a context, but not this.
STEP = object()
# Section: its paragraph, and what is asked. All are mandatory but the last two, which are for growers.
SECTIONS = {
    "record_procedures": "1.1315(a)(1)",
    "food_identification": "1.1315(a)(2)",
    "code_assignment": "1.1315(a)(3)",
    "contact": "1.1315(a)(4)",
    "farm_map": "1.1315(a)(5)",
}


class LotTraceabilityPlan(models.Model):
    _name = "lot.traceability.plan"
    _inherit = ["mail.thread", "lot.audited", "lot.signed"]
    _description = "Traceability plan"
    _order = "company_id, version desc"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Traceability plan"))
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    version = fields.Integer(readonly=True, required=True, default=1, copy=False, aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "In force"), ("superseded", "Replaced")],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    author_id = fields.Many2one("res.users", required=True, default=lambda self: self.env.user, copy=False)
    valid_from = fields.Date(copy=False, readonly=True)
    valid_until = fields.Date(copy=False, readonly=True, help="The day on which another version replaced it.")
    changes = fields.Text(copy=False, help="What is new in this version.")
    record_procedures = fields.Html(
        string="Records: procedures, format and location",
        help="1.1315(a)(1): how the records are kept, including their format and where they are.",
    )
    food_identification = fields.Html(
        string="How foods on the list are identified",
        help="1.1315(a)(2): how you find out which of your foods are on the Food Traceability List.",
    )
    code_assignment = fields.Html(
        string="How lot codes are assigned",
        help="1.1315(a)(3): how traceability lot codes are assigned, if you assign them.",
    )
    contact = fields.Char(
        string="Point of contact",
        default=lambda self: self.env.company.traceability_contact,
        help="1.1315(a)(4): name or job title, and telephone number.",
    )
    is_grower = fields.Boolean(
        string="We grow or raise foods on the list", help="Then a farm map is a part of the plan."
    )
    farm_map = fields.Html(
        string="Farm map",
        help="1.1315(a)(5): fields and growing areas, or containers of aquaculture, by name and with their "
        "coordinates. Attach the map itself.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Maps", copy=True)
    missing = fields.Text(compute="_compute_missing", help="What the rule asks for and is not written yet.")

    _version_uniq = models.Constraint(
        "UNIQUE (company_id, version)", "The plan of a company has one version of a number."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(plan)s, version %(version)s", plan=plan.name, version=plan.version
            )

    @api.depends("is_grower", *SECTIONS)
    def _compute_missing(self):
        for plan in self:
            plan.missing = "\n".join(plan._get_missing()) or False

    def _get_missing(self):
        """``21 CFR 1.1315(a)(1): Records…`` for each section that is not written."""
        return [
            f"21 CFR {paragraph}: {self._fields[name]._description_string(self.env)}"
            for name, paragraph in SECTIONS.items()
            if (name != "farm_map" or self.is_grower) and not self._get_text(name)
        ]

    def _get_text(self, name):
        value = self[name]
        return (value.striptags() if hasattr(value, "striptags") else value or "").strip()

    # ---- what may be written --------------------------------------------------------

    @api.model
    def _get_audited_fields(self):
        names = ["name", "state", "author_id", "valid_from", "valid_until", "changes", "is_grower"]
        return [*super()._get_audited_fields(), *names, *SECTIONS]

    @api.model
    def _get_fixed_fields(self):
        """What a version says: fixed once it was in force."""
        return {
            "name",
            "company_id",
            "version",
            "author_id",
            "changes",
            "is_grower",
            "attachment_ids",
            *SECTIONS,
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = vals.get("company_id") or self.env.company.id
            last = self.sudo().search([("company_id", "=", company)], order="version desc", limit=1)
            vals.update(version=last.version + 1, state="draft", valid_from=False, valid_until=False)
        return super().create(vals_list)

    def write(self, vals):
        steps = {"state", "version", "valid_from", "valid_until"} & vals.keys()
        fixed = self._get_fixed_fields() & vals.keys() and any(plan.state != "draft" for plan in self)
        if (steps or fixed) and self.env.context.get("lot_plan_step") is not STEP:
            raise UserError(
                self.env._("A plan that was in force stays as it was signed. Write a new version of it.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(
                self.env._(
                    "A plan that was in force stays: the previous one is kept for two years after it was "
                    "replaced (21 CFR 1.1315(b))."
                )
            )

    def _step(self, vals):
        self.sudo().with_context(lot_plan_step=STEP).write(vals)

    # ---- steps ------------------------------------------------------------------------

    def action_approve(self):
        """Sign it: from then on it is in force, and the one before is replaced."""
        return self._ask_signature("approval")

    def action_new_version(self):
        """A further version, to be written beside the one in force."""
        self.ensure_one()
        draft = self.search([("company_id", "=", self.company_id.id), ("state", "=", "draft")], limit=1)
        plan = draft or self.copy({"company_id": self.company_id.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": plan.id,
            "views": [(False, "form")],
        }

    def _check_signing(self, meaning):
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("This version is signed already."))
        missing = self._get_missing()
        if missing:
            raise ValidationError(self.env._("Write first what the rule asks for:\n%s", "\n".join(missing)))

    def _before_signing(self, meaning):
        today = fields.Date.context_today(self)
        before = self.search([("company_id", "=", self.company_id.id), ("state", "=", "approved")])
        before._step({"state": "superseded", "valid_until": today})
        self._step({"state": "approved", "valid_from": today})

    def _get_signed_content(self):
        return {
            "plan": self.id,
            "company": self.company_id.id,
            "version": self.version,
            "name": self.name,
            "author": self.author_id.id,
            "valid_from": fields.Date.to_string(self.valid_from) or None,
            "is_grower": self.is_grower,
            "changes": self.changes or None,
            "maps": sorted(attachment.checksum or "" for attachment in self.attachment_ids.sudo()),
            **{name: str(self[name] or "") or None for name in SECTIONS},
        }
