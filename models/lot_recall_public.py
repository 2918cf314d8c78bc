"""The public notice of a recall: a page that everybody may read, once it was published."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class LotRecall(models.Model):
    _inherit = "lot.recall"

    public_text = fields.Html(
        string="What the public is told",
        translate=True,
        sanitize=True,
        help="In plain words: what is wrong, what can happen, what to do with the product, where the money "
        "is paid back. Product, picture, lots and dates are added by themselves.",
    )
    published_at = fields.Datetime(string="Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", string="Published by", readonly=True, copy=False)
    public_url = fields.Char(compute="_compute_public_url", string="Public page")

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "published_at"]

    @api.model
    def _get_step_fields(self):
        return super()._get_step_fields() | {"published_at", "published_by_id"}

    def write(self, vals):
        shown = {"public_text", "subject", "hazard", "contact_text"}
        published = not shown.isdisjoint(vals) and any(recall.published_at for recall in self)
        if published and not self.env.user.has_group("lot_genealogy.group_officer"):
            raise UserError(
                self.env._(
                    "The public notice says this now: a compliance officer changes it, or takes the notice "
                    "down first."
                )
            )
        return super().write(vals)

    @api.depends("name")
    def _compute_public_url(self):
        for recall in self:
            recall.public_url = f"{recall.get_base_url()}/recall/public/{recall.id}" if recall.id else False

    def action_publish(self):
        """Show the public notice to everybody who has its address."""
        self.ensure_one()
        problems = []
        if not self.env.user.has_group("lot_genealogy.group_officer"):
            problems.append(self.env._("A compliance officer publishes the notice."))
        if self.is_drill:
            problems.append(self.env._("This is a drill: nothing is published."))
        if self.state not in ("active", "closing"):
            problems.append(self.env._("A notice is published once the recall is decided (active)."))
        if not self.scope_id:
            problems.append(self.env._("Freeze the scope first: the lots are taken from it."))
        if is_html_empty(self.public_text):
            problems.append(self.env._("Write what the public is told."))
        if problems:
            raise UserError("\n".join(problems))
        self._step({"published_at": fields.Datetime.now(), "published_by_id": self.env.uid})

    def action_withdraw_public(self):
        """Take the public notice down."""
        self.ensure_one()
        if not self.env.user.has_group("lot_genealogy.group_officer"):
            raise UserError(self.env._("A compliance officer takes the notice down."))
        self._step({"published_at": False, "published_by_id": False})

    def action_preview_public(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/recall/public/{self.id}", "target": "new"}

    def _get_public_products(self):
        """``[(product, [(lot name, best before or use-by)])]`` of what consumers may have."""
        self.ensure_one()
        rows = {}
        for line in self.sudo().consignee_ids.filtered("is_current").line_ids.filtered("is_current"):
            lots = rows.setdefault(line.product_id, {})
            lots[line.lot_name] = line.lot_id.use_date or line.lot_id.expiration_date
        return [(product, sorted(lots.items())) for product, lots in rows.items()]
