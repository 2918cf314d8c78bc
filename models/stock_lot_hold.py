"""What is held of a lot, and its holds since it is known."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

OWN_STOCK = ("internal", "transit")


class StockLot(models.Model):
    _inherit = "stock.lot"

    hold_line_ids = fields.One2many("lot.hold.line", "lot_id", string="Held parts")
    hold_state = fields.Selection(
        [("held", "On hold"), ("part", "Partly on hold")],
        string="Hold",
        compute="_compute_hold_state",
        search="_search_hold_state",
    )
    hold_text = fields.Char(string="Held Because", compute="_compute_hold_state")
    hold_count = fields.Integer(string="Holds", compute="_compute_hold_count", help="Now and before.")
    held_quantity = fields.Float(
        string="On Hold", digits="Product Unit", compute="_compute_stock_parts", help="Of what is on hand."
    )
    expired_quantity = fields.Float(
        string="Expired",
        digits="Product Unit",
        compute="_compute_stock_parts",
        help="Of what is on hand: its removal date has passed.",
    )
    free_quantity = fields.Float(
        string="Free",
        digits="Product Unit",
        compute="_compute_stock_parts",
        help="Of what is on hand: not reserved, not held, not expired.",
    )

    def _get_own_holds(self):
        """Lines that hold these lots now, of the user's companies or of all."""
        return (
            self.env["lot.hold.line"]
            .sudo()
            .search(
                [
                    *self.env["lot.hold.line"]._get_held_domain(self._origin),
                    ("company_id", "in", [*self.env.companies.ids, False]),
                ]
            )
        )

    @api.depends("hold_line_ids.state")
    @api.depends_context("allowed_company_ids")
    def _compute_hold_state(self):
        by_lot = self._get_own_holds().grouped("lot_id")
        for lot in self:
            lines = by_lot.get(lot._origin.sudo(), self.env["lot.hold.line"])
            whole = lines.filtered(
                lambda line: not line.quantity and not line.location_id and not line.package_id
            )
            lot.hold_state = "held" if whole else "part" if lines else False
            lot.hold_text = "; ".join(
                self.env._(
                    "%(hold)s, %(kind)s: %(reason)s",
                    hold=hold.name,
                    kind=hold.kind_id.name,
                    reason=hold.reason,
                )
                for hold in lines.hold_id
            )

    def _search_hold_state(self, operator, value):
        if operator != "in":
            return NotImplemented

        def is_held(part):
            return Domain.custom(
                to_sql=lambda _model, alias, _query: SQL(
                    """EXISTS (SELECT FROM lot_hold_line held
                                WHERE held.lot_id = %s.id AND held.state = 'held'
                                  AND (held.company_id IS NULL OR held.company_id = ANY(%s))
                                  AND (%s OR held.quantity = 0 AND held.location_id IS NULL
                                       AND held.package_id IS NULL))""",
                    SQL.identifier(alias),
                    self.env.companies.ids,
                    part,
                )
            )

        domains = {"held": is_held(False), "part": is_held(True) & ~is_held(False), False: ~is_held(True)}
        return Domain.OR(domains[one] for one in value if one in domains)

    def _compute_hold_count(self):
        groups = self.env["lot.hold.line"]._read_group(
            [("lot_id", "in", self.ids)], ["lot_id"], ["hold_id:count_distinct"]
        )
        counts = dict(groups)
        for lot in self:
            lot.hold_count = counts.get(lot, 0)

    @api.depends("quant_ids.quantity", "quant_ids.reserved_quantity", "hold_line_ids.state")
    def _compute_stock_parts(self):
        quants = self.env["stock.quant"].search(
            [("lot_id", "in", self._origin.ids), ("location_id.usage", "in", OWN_STOCK)]
        )
        by_lot = quants.grouped("lot_id")
        now = fields.Datetime.now()
        for lot in self:
            own = by_lot.get(lot._origin, quants.browse())
            expired = own.filtered(
                lambda quant: quant.use_expiration_date and quant.removal_date and quant.removal_date <= now
            )
            lot.held_quantity = sum(own.mapped("held_quantity"))
            lot.expired_quantity = sum(expired.mapped("quantity"))
            lot.free_quantity = sum(own.mapped("available_quantity"))

    def action_hold(self):
        """Open the wizard that holds these lots."""
        return self.env["lot.hold.wizard"]._open({"default_lot_ids": self.ids})

    def action_release_hold(self):
        """Open the release of what holds this lot now, or choose which hold."""
        self.ensure_one()
        lines = self._get_own_holds().sudo(False)
        if len(lines.hold_id) > 1:
            return self.action_holds()
        return lines.action_release()

    def action_holds(self):
        """All holds of these lots, now and before."""
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_hold_line_action")
        action["domain"] = [("lot_id", "in", self.ids)]
        action["context"] = {}
        return action
