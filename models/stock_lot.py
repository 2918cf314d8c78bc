from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "lot.trace.mixin"]

    supplier_lot = fields.Char(
        string="Supplier's Lot",
        index="trigram",
        tracking=True,
        help="The number the supplier gave this lot, beside your own.",
    )
    lot_ledger_ids = fields.One2many(
        "lot.ledger",
        "lot_id",
        string="Ledger",
        groups="lot_genealogy.group_user",
    )
    made_from_count = fields.Integer(
        compute="_compute_genealogy_counts",
        groups="lot_genealogy.group_user",
        help="Lots that this lot was made from directly.",
    )
    went_to_count = fields.Integer(
        compute="_compute_genealogy_counts",
        groups="lot_genealogy.group_user",
        help="Orders and deliveries that took from this lot directly.",
    )

    def _compute_genealogy_counts(self):
        """One step each way, by index: showing a lot must not cost a trace."""
        rows = []
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT lot.id,
                           (SELECT count(DISTINCT input.lot_id)
                              FROM lot_ledger output
                              JOIN lot_ledger input
                                ON input.event_id = output.event_id
                               AND input.quantity < 0 AND NOT input.reversal
                             WHERE output.lot_id = lot.id AND output.quantity > 0
                               AND NOT output.reversal
                               AND output.company_id = ANY(%(companies)s)),
                           (SELECT count(DISTINCT taken.document)
                              FROM lot_ledger taken
                             WHERE taken.lot_id = lot.id AND taken.quantity < 0
                               AND NOT taken.reversal
                               AND taken.kind IN ('consumption', 'shipment')
                               AND taken.company_id = ANY(%(companies)s))
                      FROM unnest(%(lots)s) AS lot (id)
                    """,
                    companies=self.env.companies.ids,
                    lots=self.ids,
                )
            )
        counts = {lot_id: (made_from, went_to) for lot_id, made_from, went_to in rows}
        for lot in self:
            lot.made_from_count, lot.went_to_count = counts.get(lot._origin.id, (0, 0))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        recorded = self._filter_recorded()
        if recorded:
            raise UserError(
                self.env._(
                    "These lots are part of the genealogy and cannot be deleted: "
                    "%(lots)s. Archive them, or correct the transfers instead.",
                    lots=", ".join(recorded.mapped("name")),
                )
            )

    def _filter_recorded(self):
        """Those of these lots of which the ledger tells something."""
        groups = self.env["lot.ledger"].sudo()._read_group([("lot_id", "in", self.ids)], ["lot_id"])
        return self.browse(lot.id for (lot,) in groups)

    def _get_trace_lots(self):
        return self

    def _get_trace_items(self):
        return [{"type": "lot", "id": lot.id} for lot in self]

    def action_lot_trace(self):
        return self.env["lot.trace"]._get_trace_action(self._get_trace_items(), "both")

    def action_lot_ledger(self):
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_ledger_action")
        action["domain"] = [("lot_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_lot_split(self):
        return self._get_operation_action("split")

    def action_lot_merge(self):
        return self._get_operation_action("merge")

    def action_lot_repack(self):
        return self._get_operation_action("repack")

    def action_lot_relabel(self):
        return self._get_operation_action("relabel")

    def _get_operation_action(self, kind):
        """Open a new lot operation on these lots; says at once what it cannot be done with."""
        companies = self.company_id or self.location_id.company_id or self.env.company
        vals = {"kind": kind, "lot_ids": self.ids, "company_id": companies[0].id}
        problems = self.env["lot.operation"].new(vals)._get_problems_lots()
        if problems:
            raise UserError("\n".join(problems))
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_operation_action")
        action["views"] = [(False, "form")]
        action["context"] = {f"default_{name}": value for name, value in vals.items()}
        return action
