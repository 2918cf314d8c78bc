"""Where lots are moved, and which columns their policy asks for there."""

from odoo import api, fields, models

from ..engine.policy import get_asked, get_operations
from .posting import KEY


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        gate = self.env["lot.gate"]
        gate._check(self)
        res = super()._action_done()
        gate._check(self.exists(), final=True)
        return res


class StockMove(models.Model):
    _inherit = "stock.move"

    lot_policy_facts = fields.Char(
        compute="_compute_lot_policy_facts",
        help="What the policy of the product asks for in this operation: shows those columns.",
    )

    def write(self, vals):
        if vals.get("state") == "done" and KEY not in self.env.cr.cache:
            self.env["lot.gate"]._check_moving(self.filtered(lambda move: move.state != "done"))
        return super().write(vals)

    @api.depends("product_id", "company_id", "location_id", "location_dest_id")
    def _compute_lot_policy_facts(self):
        rules = {
            company: self.env["lot.policy"]._get_rules(moves.product_id, company)
            for company, moves in self.grouped("company_id").items()
        }
        for move in self:
            rule = rules[move.company_id].get(move.product_id.id)
            operations = get_operations(
                move.location_id.usage, move.location_dest_id.usage, move.is_inventory
            )
            asked = get_asked(rule.demands, operations) if rule else []
            move.lot_policy_facts = self.env["lot.gate"]._join_facts(asked)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_detailed_operations(self):
        action = super().action_detailed_operations()
        facts = {fact for move in self.move_ids for fact in (move.lot_policy_facts or "").split(",")}
        action["context"] = {**action["context"], "lot_policy_facts": ",".join(sorted(facts - {""}))}
        return action
