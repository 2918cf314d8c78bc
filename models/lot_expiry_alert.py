"""That a lot in a warehouse has reached an expiry level, and what was done about it.

The job opens alerts, tells the next person as long as nobody answers, and closes them when
the stock is gone or the dates are others; it never opens a closed one again, but makes a new
one. People acknowledge them and say what was done. Nobody writes them otherwise: access is
read-only, and the actions below check who calls.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.shelf_life import get_local_day
from .lot_expiry_level import LEVEL_ACTIONS, LEVEL_DATES

OUTCOMES = [
    ("sold", "Sold"),
    ("used", "Used"),
    ("marked_down", "Marked down"),
    ("moved", "Moved"),
    ("scrapped", "Scrapped"),
    ("extended", "Extended"),
    ("donated", "Donated"),
    ("returned", "Returned to the supplier"),
    ("counted", "Not found at a count"),
    ("redated", "Date brought forward"),
    ("superseded", "Reached the next level"),
    ("other", "Something else"),
]
# What a person may say; the others are found by the job.
OUTCOMES_BY_HAND = ("sold", "used", "marked_down", "moved", "scrapped", "donated", "returned", "other")


class LotExpiryAlert(models.Model):
    _name = "lot.expiry.alert"
    _description = "Expiry alert"
    _inherit = ["mail.thread", "mail.activity.mixin", "lot.audited"]
    _order = "armed_for, id"
    _rec_name = "level_name"
    _mail_post_access = "read"

    lot_id = fields.Many2one("stock.lot", required=True, readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    categ_id = fields.Many2one(related="product_id.categ_id", store=True, string="Product Category")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse", readonly=True, help="Empty: in a place that belongs to no warehouse."
    )
    policy_id = fields.Many2one("lot.policy", readonly=True, ondelete="set null")
    level_id = fields.Many2one(
        "lot.expiry.level",
        string="Level of the Policy",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    level_name = fields.Char(string="Level", readonly=True, help="Its name when it was reached.")
    action = fields.Selection(LEVEL_ACTIONS, string="Prepared", readonly=True)
    date_field = fields.Selection(LEVEL_DATES, string="Kind of Date", readonly=True, required=True)
    armed_for = fields.Datetime(
        string="Date", readonly=True, required=True, help="The date of the lot that the level counts to."
    )
    reached_on = fields.Date(readonly=True, help="The day from which it had reached this level.")
    day = fields.Date(compute="_compute_day", help="The day of that date, by the company's time zone.")
    days_left = fields.Integer(compute="_compute_day", help="Until that day; negative after it.")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In this warehouse when it was opened."
    )
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    value = fields.Monetary(
        readonly=True, help="Of that quantity, at the cost of that time; goods of other owners have none."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("acknowledged", "Acknowledged"), ("resolved", "Resolved")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    outcome = fields.Selection(OUTCOMES, string="What Was Done", readonly=True, tracking=True)
    resolution = fields.Text(readonly=True)
    closed_itself = fields.Boolean(readonly=True, help="Nobody closed it: stock or dates did.")
    acknowledged_by_id = fields.Many2one("res.users", string="Acknowledged by", readonly=True)
    acknowledged_at = fields.Datetime(string="Acknowledged on", readonly=True)
    resolved_by_id = fields.Many2one("res.users", string="Resolved by", readonly=True)
    resolved_at = fields.Datetime(string="Resolved on", readonly=True)
    step = fields.Integer(
        readonly=True, aggregator=None, help="Who in the list of the level was told last: 0, 1, …"
    )
    climbs_at = fields.Datetime(
        string="Climbs on", readonly=True, help="Unanswered until then, the next person is told."
    )
    climbed = fields.Boolean(compute="_compute_climbed", search="_search_climbed")
    notice_ids = fields.One2many("lot.expiry.notice", "alert_id", string="Told", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Transfer to Disposal", readonly=True)
    scrap_ids = fields.One2many("stock.scrap", "lot_expiry_alert_id", string="Scrap Orders", readonly=True)
    markdown_percent = fields.Float(string="Markdown Proposed", readonly=True, digits=(5, 2), aggregator=None)
    pricelist_id = fields.Many2one("product.pricelist", readonly=True)
    price_rule_ids = fields.One2many(
        "product.pricelist.item", "lot_expiry_alert_id", string="Price Rules", readonly=True
    )

    # One at a time of a lot, place, level and date; closed ones stay.
    _open_uniq = models.UniqueIndex(
        "(lot_id, company_id, COALESCE(warehouse_id, 0), level_id, armed_for) WHERE state <> 'resolved'"
    )
    _climb_idx = models.Index("(company_id, climbs_at) WHERE state = 'open'")
    _unresolved_idx = models.Index("(company_id, id) WHERE state <> 'resolved'")

    @api.model
    def _get_audited_fields(self):
        names = ("state", "outcome", "resolution", "acknowledged_by_id", "resolved_by_id")
        return [*super()._get_audited_fields(), *names]

    @api.depends("lot_id", "level_name")
    def _compute_display_name(self):
        for alert in self:
            # The buyer is told, and may not read lots.
            alert.display_name = f"{alert.sudo().lot_id.name}: {alert.level_name}"

    @api.depends("armed_for", "company_id")
    def _compute_day(self):
        now, gate = fields.Datetime.now(), self.env["lot.gate"]
        for alert in self:
            zone = gate._get_zone(alert.sudo().company_id)
            alert.day = get_local_day(alert.armed_for, zone)
            alert.days_left = (alert.day - get_local_day(now, zone)).days

    @api.depends("step")
    def _compute_climbed(self):
        for alert in self:
            alert.climbed = alert.step > 0

    def _search_climbed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("step", ">" if True in value else "=", 0)]

    # ---- what people do ------------------------------------------------------------------

    def _check_answer(self, states):
        """Whoever may read an alert may answer it: it was made to be answered."""
        self.check_access("read")
        late = self.filtered(lambda alert: alert.state not in states)
        if late:
            raise UserError(
                self.env._(
                    "These alerts were answered already: %(alerts)s. Reload the page to see by whom.",
                    alerts=", ".join(late[:10].mapped("display_name")),
                )
            )

    def action_acknowledge(self):
        """I know, and take care of it: it climbs no further."""
        self._check_answer(["open"])
        self.sudo().write(
            {
                "state": "acknowledged",
                "acknowledged_by_id": self.env.uid,
                "acknowledged_at": fields.Datetime.now(),
                "climbs_at": False,
            }
        )
        self._drop_activities(others=True)

    def action_resolve(self):
        """Ask what was done."""
        self._check_answer(["open", "acknowledged"])
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_expiry_resolve_action")
        action["context"] = {"default_alert_ids": self.ids}
        return action

    def _resolve(self, outcome, resolution=False):
        """A person says what was done.

        :param outcome: one of OUTCOMES
        """
        self._check_answer(["open", "acknowledged"])
        now = fields.Datetime.now()
        vals = {
            "state": "resolved",
            "outcome": outcome,
            "resolution": resolution,
            "resolved_by_id": self.env.uid,
            "resolved_at": now,
            "climbs_at": False,
        }
        self.sudo().write(vals)
        self._drop_activities()

    def _drop_activities(self, others=False):
        """Nobody is asked any more; with `others`, who answered keeps the own to-do."""
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("automated", "=", True)]
        if others:
            domain.append(("user_id", "!=", self.env.uid))
        self.env["mail.activity"].sudo().search(domain).unlink()

    def action_markdown(self):
        """The prepared price rule, to be checked and saved: until then it does not apply."""
        self.ensure_one()
        self._check_answer(["open", "acknowledged"])
        # Odoo saves a rule of no pricelist as well: it never applies.
        if not self.env["product.pricelist"].search_count(
            [("company_id", "in", [self.company_id.id, False])]
        ):
            raise UserError(
                self.env._(
                    "There is no pricelist in which the rule would apply: turn on Pricelists in the settings "
                    "of Sales, and create one."
                )
            )
        vals = self._prepare_price_rule_vals()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price rule for %s", self.product_id.display_name),
            "res_model": "product.pricelist.item",
            "view_mode": "form",
            "views": [(self.env.ref("lot_genealogy.lot_expiry_price_rule_view_form").id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in vals.items()},
        }

    def _prepare_price_rule_vals(self):
        self.ensure_one()
        now = fields.Datetime.now()
        vals = {
            "lot_expiry_alert_id": self.id,
            "applied_on": "0_product_variant",
            "display_applied_on": "1_product",
            "product_id": self.product_id.id,
            "product_tmpl_id": self.product_id.product_tmpl_id.id,
            "compute_price": "percentage",
            "percent_price": self.markdown_percent,
            "date_start": fields.Datetime.to_string(now),
        }
        if self.pricelist_id:
            vals["pricelist_id"] = self.pricelist_id.id
        if self.armed_for > now:
            vals["date_end"] = fields.Datetime.to_string(self.armed_for)
        return vals

    def action_open_lot(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.lot",
            "res_id": self.lot_id.id,
            "view_mode": "form",
        }

    def action_open_picking(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }

    def action_open_scraps(self):
        action = self.env["ir.actions.actions"]._for_xml_id("stock.action_stock_scrap")
        action["domain"] = [("lot_expiry_alert_id", "in", self.ids)]
        action["context"] = {}
        return action
