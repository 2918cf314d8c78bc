"""Goods that come back while a recall runs: counted from the ledger, held, and sent to quarantine.

However the return was made: from the case, from its delivery in Odoo's own way, or without either.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.recall_reach import place_received, spread
from .quantity import say_quantity

RUNNING = ("assessing", "active", "closing")
# Of entries: what came back, and was not passed on from one customer to another.
BACK = SQL(
    """entry.kind = 'customer_return' AND NOT EXISTS (
        SELECT FROM stock_location place
         WHERE place.id = entry.location_dest_id AND place.usage = 'customer')"""
)
ANSWERED = ("quantity_unsold", "quantity_returned", "quantity_destroyed", "quantity_sold")


class LotRecorder(models.AbstractModel):
    _inherit = "lot.recorder"

    @api.model
    def _record(self, lines):
        # What every transfer pays for: a look at its own lines.
        returned = any(line.location_id.usage == "customer" for line in lines)
        running = returned and self.env["lot.recall"].sudo()._find_running()
        new = self._split_known(lines)[0] if running else lines
        res = super()._record(lines)
        if running:
            running._follow_returns(lines, new)
        return res


class LotRecall(models.Model):
    _inherit = "lot.recall"

    quarantine_location_id = fields.Many2one(
        default=lambda self: self.env.company.lot_recall_quarantine_id,
    )

    @api.model
    def _find_running(self):
        return self.search([("state", "in", RUNNING), ("is_drill", "=", False)])

    def _follow_returns(self, lines, new):
        """Customer returns were recorded, or corrected: count them, and hold what is new."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id, array_agg(DISTINCT lot_id) FROM lot_ledger entry
                 WHERE move_line_id = ANY(%s) AND lot_id IS NOT NULL AND %s
                 GROUP BY company_id
                """,
                lines.ids,
                BACK,
            )
        )
        for company_id, lot_ids in rows:
            for recall in self:
                affected = recall._get_affected(lot_ids)
                if affected and company_id in recall._get_companies().ids:
                    recall._count_back(affected)
                    recall._take_back(affected, new)

    def _get_companies(self):
        return self.company_id | self.scope_id.asked_company_ids

    def _get_affected(self, lot_ids=None):
        """The lots that are to be recalled, or those of `lot_ids`."""
        domain = [*self._get_current_domain(), ("is_affected", "=", True)]
        domain.append(("lot_id", "!=", False) if lot_ids is None else ("lot_id", "in", lot_ids))
        return self.env["lot.recall.lot"].search(domain).lot_id

    def _take_back(self, lots, lines):
        """Say what came, and hold the lots that this case never held: what it released stays released."""
        came = lines.sudo().filtered(
            lambda line: line.lot_id in lots and line.location_id.usage == "customer"
        )
        if not came:
            return
        known = self.env["lot.hold.line"].search(
            [
                ("hold_id.res_model", "=", self._name),
                ("hold_id.res_id", "=", self.id),
                ("lot_id", "in", came.lot_id.ids),
            ]
        )
        if new := came.lot_id - known.lot_id:
            self._hold_lots(new)
        self._log_measure(
            "received",
            "; ".join(
                self.env._(
                    "%(document)s, %(partner)s: %(lots)s",
                    document=picking.name or self.env._("Without a transfer"),
                    partner=picking.partner_id.display_name or "–",
                    lots=", ".join(
                        f"{line.lot_id.name} {say_quantity(self.env, line.quantity_product_uom)} "
                        f"{line.product_id.uom_id.name}"
                        for line in group
                    ),
                )
                for picking, group in came.grouped("picking_id").items()
            ),
        )

    # ---- counting -----------------------------------------------------------------------

    def _count_back(self, lots=None):
        """Bring what came back of `lots` (None: of all) up to the ledger; of one case.

        What came back before the scope was frozen stands in it; the rest came since.
        """
        self.ensure_one()
        entries = self._get_return_entries(self._get_affected() if lots is None else lots)
        domain = [("recall_id", "=", self.id)]
        if lots is None:
            came = list({lot_id for _partner, lot_id in entries})
            domain += ["|", ("lot_id", "in", came), ("quantity_received", "!=", 0.0)]
        else:
            domain.append(("lot_id", "in", lots.ids))
        lines = self.env["lot.recall.consignee.line"]._freezing().search(domain, order="date, id")
        for (consignee, lot), group in lines.grouped(lambda line: (line.consignee_id, line.lot_id)).items():
            first = min(group.mapped("date"))
            total = sum(
                quantity
                for key in {consignee.key, str(consignee.partner_id.id or 0)}
                for date, quantity in entries[key, lot.id]
                # What came before the first of these deliveries is not of them.
                if date >= first
            )
            group._set_received(max(total - sum(group.mapped("quantity_back")), 0.0))

    def _get_return_entries(self, lots):
        """``{(partner id as text, lot id): [(date, quantity)]}``, taken back ones with their reversals."""
        entries = defaultdict(list)
        for partner_id, lot_id, date, quantity in self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(party.partner_res_id, 0), entry.lot_id, entry.date, entry.quantity
                  FROM lot_ledger entry
                  LEFT JOIN lot_party party ON party.id = entry.party_id
                 WHERE %s AND entry.lot_id = ANY(%s) AND entry.company_id = ANY(%s)
                """,
                BACK,
                lots.ids,
                self._get_companies().ids,
            )
        ):
            entries[str(partner_id), lot_id].append((date, quantity))
        return entries

    def _after_freezing(self, scope):
        res = super()._after_freezing(scope)
        if not self.is_drill:
            # A wider scope has among our own stock what came back until then.
            self.sudo()._count_back()
        return res

    # ---- where to -----------------------------------------------------------------------

    def _send_to_quarantine(self, returned):
        """Direct a return to the quarantine of its recall, move by move, where all that its delivery
        brought is affected; of a mixed one it is not known yet what comes."""
        for recall in self.filtered("quarantine_location_id"):
            moves = returned.move_ids.filtered(lambda move: move.location_id.usage == "customer")
            affected = recall._get_affected(moves.origin_returned_move_id.move_line_ids.lot_id.ids)
            place = recall.quarantine_location_id
            for move in moves:
                lots = move.origin_returned_move_id.move_line_ids.lot_id
                if lots and lots <= affected and move.company_id == recall.company_id:
                    move.location_dest_id = place
                    move.move_line_ids.location_dest_id = place


class LotRecallConsigneeLine(models.Model):
    _inherit = "lot.recall.consignee.line"

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(ANSWERED):
            # He said something else: what came back is set against that.
            for group in self.consignee_id._group_by_lot(self.lot_id):
                if received := sum(group.mapped("quantity_received")):
                    group._place_received(received)
        return res

    def _set_received(self, received):
        """Deliveries of one lot to one consignee: so much came back since the scope was frozen."""
        before = sum(self.mapped("quantity_received"))
        if before - received > 1e-6:
            self._forget_answered(before - received)
        self._place_received(received)

    def _place_received(self, received):
        parts = place_received({line.id: line._get_answered() for line in self}, received)
        for line in self._freezing():
            if line.quantity_received != parts[line.id]:
                line.quantity_received = parts[line.id]

    def _forget_answered(self, amount):
        """What came back stands in the frozen scope now: it is not told a second time by his answer.

        The answer itself stays as it came (`lot.recall.answer`).
        """
        said = {name: sum(self.mapped(name)) for name in ANSWERED}
        for name in ("quantity_returned", "quantity_unsold"):
            part = min(said[name], amount)
            said[name] -= part
            amount -= part
        room = [(line.id, line.quantity - line.quantity_back) for line in self]
        parts = spread(room, said)
        for line in self._freezing():
            line.write(parts[line.id])


class LotRecallConsignee(models.Model):
    _inherit = "lot.recall.consignee"

    def _group_by_lot(self, lots):
        """The deliveries of each of `lots` to each of these consignees."""
        lines = self.line_ids.filtered(lambda line: line.lot_id in lots).sorted(
            lambda one: (one.date, one.id)
        )
        return lines.grouped(lambda line: (line.consignee_id, line.lot_id)).values()
