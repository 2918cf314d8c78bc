"""Measures of a recall on what was delivered: returns that wait for the goods, in quarantine."""

from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError

# Returns that are made at once: more are made in parts, by choosing consignees.
MOST_RETURNS = 300


class LotRecall(models.Model):
    _inherit = "lot.recall"

    def action_make_returns(self):
        """Returns for all that is open at consignees."""
        self._check_measure()
        return self.consignee_ids.filtered("is_current")._make_returns()

    def action_mark_told(self):
        """For a case on paper or phone: all who are not told yet were told now."""
        self._check_measure()
        consignees = self._get_current("lot.recall.consignee").filtered(lambda one: not one.told_at)
        return consignees.action_mark_told()


class LotRecallConsignee(models.Model):
    _inherit = "lot.recall.consignee"

    def action_mark_told(self):
        """Told now, by the people who press this."""
        if not self:
            raise UserError(self.env._("All consignees were told."))
        for recall, group in self.grouped("recall_id").items():
            recall._check_measure()
            untold = group.filtered(lambda one: not one.told_at)
            untold.write({"told_at": fields.Datetime.now()})
            untold.filtered(lambda one: not one.told_how).write({"told_how": "phone"})
            recall._log_measure("notice", self.env._("Marked as told: %s", len(untold)))
        return True

    def action_mark_answered(self):
        for recall in self.recall_id:
            recall._check_measure()
        self.filtered(lambda one: not one.answered_at).write(
            {"answered_at": fields.Datetime.now(), "understood": True}
        )
        return True

    def action_make_returns(self):
        for recall in self.recall_id:
            recall._check_measure()
        return self._make_returns()

    def _make_returns(self):
        """One return for each delivery with an open quantity of affected lots: of just these lots."""
        lines = self.line_ids.filtered(
            lambda line: (
                line.is_current
                and line.return_id.state in (False, "done", "cancel")
                and line.quantity_open > 0
                and line.res_model == "stock.picking"
            )
        )
        deliveries = defaultdict(lambda: self.env["lot.recall.consignee.line"])
        for line in lines:
            deliveries[line.res_id] |= line
        if not deliveries:
            raise UserError(
                self.env._("Nothing is open at these consignees that a return could be made for.")
            )
        if len(deliveries) > MOST_RETURNS and not self.recall_id.is_drill:
            raise UserError(
                self.env._(
                    "That would be %(count)s returns. Choose consignees in their list, at most %(most)s "
                    "deliveries at a time: best those who answered that they send goods back.",
                    count=len(deliveries),
                    most=MOST_RETURNS,
                )
            )
        for recall in self.recall_id:
            ids = [picking for picking, rows in deliveries.items() if rows.recall_id == recall]
            if not recall.is_drill:
                for picking in recall._with_companies().env["stock.picking"].browse(ids).exists():
                    deliveries[picking.id]._make_return(picking)
            recall._log_measure("return", self.env._("Deliveries with a return: %s", len(ids)))
        return True


class LotRecallConsigneeLine(models.Model):
    _inherit = "lot.recall.consignee.line"

    return_id = fields.Many2one("stock.picking", readonly=True, index="btree_not_null")

    def _make_return(self, picking):
        """The return of one delivery: what Odoo's own wizard makes, with these lots alone."""
        open_quantities = {line.lot_id: line.quantity_open for line in self}
        sent = picking.move_line_ids.filtered(lambda line: line.lot_id in open_quantities)
        wanted = defaultdict(list)
        for line in sent.sorted("id"):
            quantity = min(line.quantity_product_uom, open_quantities[line.lot_id])
            if line.product_id.uom_id.compare(quantity, 0.0) > 0:
                open_quantities[line.lot_id] -= quantity
                wanted[line.move_id].append((line, quantity))
        if not wanted:
            return
        wizard = picking.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            product = row.product_id
            quantity = sum(quantity for _line, quantity in wanted.get(row.move_id, ()))
            row.quantity = product.uom_id._compute_quantity(quantity, row.uom_id, rounding_method="HALF-UP")
        returned = wizard._create_return()
        self._choose_lots(returned, wanted)
        returned.origin = f"{self.recall_id.name}, {returned.origin or ''}".strip(", ")
        self._freezing().write({"return_id": returned.id})

    def _choose_lots(self, returned, wanted):
        """These lots, and to quarantine, instead of what the wizard proposes."""
        returned.move_line_ids.unlink()
        quarantine = self.recall_id._get_quarantine(returned.company_id)
        if quarantine:
            returned.location_dest_id = quarantine
            returned.move_ids.location_dest_id = quarantine
        for move in returned.move_ids:
            move.move_line_ids = [
                Command.create(
                    {
                        "picking_id": returned.id,
                        "product_id": line.product_id.id,
                        "product_uom_id": line.product_id.uom_id.id,
                        "lot_id": line.lot_id.id,
                        "owner_id": line.owner_id.id,
                        "quantity": quantity,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                )
                for line, quantity in wanted[move.origin_returned_move_id]
            ]
