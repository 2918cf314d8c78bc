"""What a policy would refuse today: found before it is switched on, changing nothing."""

from odoo import fields, models
from odoo.exceptions import UserError


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    def action_activate(self):
        self.active = True

    def action_deactivate(self):
        self.active = False

    def action_dry_run(self):
        """List what is open and would be refused if this policy were the active one."""
        self.ensure_one()
        if not (self.is_default or self.product_ids or self.product_tmpl_ids or self.categ_ids):
            raise UserError(
                self.env._("This policy applies to nothing yet: choose products or categories first.")
            )
        problems, count = self._find_refusals()
        if not problems:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "Nothing would be refused today (%s open lines of its products).", count
                    ),
                },
            }
        refusals = self.env["lot.policy.refusal"]
        refusals.search([("policy_id", "=", self.id), ("create_uid", "=", self.env.uid)]).unlink()
        refusals.create([self._prepare_refusal(problem) for problem in problems])
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_policy_refusal_action")
        action["domain"] = [("policy_id", "=", self.id), ("create_uid", "=", self.env.uid)]
        action["display_name"] = self.env._("Refused today by %s", self.name)
        return action

    def _find_refusals(self):
        """The problems of open lines, and how many were looked at; nothing is written."""
        gate = self.env["lot.gate"]
        lines = self.env["stock.move.line"].sudo().search(self._get_open_lines_domain(), order="date, id")
        ruled = gate._get_ruled(lines, self._match_as_active)
        named = gate._get_naming(ruled)
        lots = gate._get_known_lots(ruled, named, planned=True)
        conflicts, vals_by_lot = self.env["lot.expiry"]._prepare_lots(ruled, lots)
        return gate._find_problems(ruled, lots, named, conflicts, vals_by_lot), len(ruled)

    def _match_as_active(self, products, company):
        """The rule of this policy for those products to which it would apply if active."""
        if self.company_id and self.company_id != company:
            return {}
        others = self.sudo().search(
            [("active", "=", True), ("company_id", "in", [company.id, False]), ("id", "!=", self.id)]
        )
        rules = self._match_rules(products, (self.sudo() | others)._map_rules())
        return {product_id: rule for product_id, rule in rules.items() if rule.policy == self.id}

    def _get_open_lines_domain(self):
        companies = self.env.companies
        domain = fields.Domain("state", "not in", ("draft", "done", "cancel")) & fields.Domain(
            "company_id", "in", (companies & self.company_id if self.company_id else companies).ids
        )
        if self.is_default:
            return domain
        return domain & fields.Domain.OR(
            [
                fields.Domain("product_id", "in", self.product_ids.ids),
                fields.Domain("product_id.product_tmpl_id", "in", self.product_tmpl_ids.ids),
                fields.Domain("product_id.categ_id", "child_of", self.categ_ids.ids),
            ]
        )

    def _prepare_refusal(self, problem):
        line = problem.line
        move = line.move_id
        document = move.picking_id or move.production_id or move.raw_material_production_id or move
        return {
            "policy_id": self.id,
            "document": document.display_name,
            "res_model": document._name,
            "res_id": document.id,
            "partner_id": (move.picking_id.partner_id or move.partner_id).id,
            "date": move.date,
            "product_id": line.product_id.id,
            "lot": problem.lot.name or line.lot_name,
            "quantity": line.quantity,
            "uom_id": line.product_uom_id.id,
            "missing": ", ".join(self.env["lot.gate"]._get_fact_name(one) for one in problem.missing),
            "advice": " ".join(
                [*([self.env["lot.gate"]._get_where(problem)] if problem.missing else []), *problem.remarks]
            ),
        }
