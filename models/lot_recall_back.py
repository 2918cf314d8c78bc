"""Goods that come back while a recall runs: counted from the ledger, held, and sent to quarantine.

However the return was made: from the case, from its delivery in Odoo's own way, or without either.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.recall_reach import Receiver, Returned, allot_returned, place_received, spread
from .quantity import say_quantity

RUNNING = ("assessing", "active", "closing")
# Of entries: what came back, and was not passed on from one customer to another.
BACK = SQL(
    """entry.kind = 'customer_return' AND NOT EXISTS (
        SELECT FROM stock_location place
         WHERE place.id = entry.location_dest_id AND place.usage = 'customer')"""
)
ANSWERED = ("quantity_unsold", "quantity_returned", "quantity_destroyed", "quantity_sold")


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_families(self, ids):
        """``{id: id of the company that it is an address of}``, of partners that are still there."""
        return {one.id: one.commercial_partner_id.id for one in self.sudo().browse(ids).exists()}


class LotRecorder(models.AbstractModel):
    _inherit = "lot.recorder"

    @api.model
    def _record(self, lines):
        # What every transfer pays for: a look at its own lines; a return also whether there is any case.
        recalls = self.env["lot.recall"].sudo()
        if not any(line.location_id.usage == "customer" for line in lines) or not recalls._has_scopes():
            return super()._record(lines)
        new = self._split_known(lines)[0]
        res = super()._record(lines)
        recalls._follow_returns(lines, new)
        return res


class LotRecall(models.Model):
    _inherit = "lot.recall"

    quarantine_location_id = fields.Many2one(
        default=lambda self: self.env.company.lot_recall_quarantine_id,
    )

    @api.model
    def _find_running(self):
        # One that was archived runs until it is closed.
        cases = self.with_context(active_test=False)
        return cases.search([("state", "in", RUNNING), ("is_drill", "=", False)])

    @api.model
    def _has_scopes(self):
        """Whether any real case has a scope that goods could come back of."""
        cases = self.with_context(active_test=False)
        return bool(cases.search_count([("is_drill", "=", False), ("scope_id", "!=", False)], limit=1))

    @api.model
    def _find_followed(self, lot_ids):
        """The cases that count what comes back of these lots, or say so once they are closed."""
        rows = self.env["lot.recall.lot"].search(
            [("lot_id", "in", lot_ids), ("is_affected", "=", True), ("is_current", "=", True)]
        )
        return rows.recall_id.filtered(lambda one: one._is_followed())

    def _is_followed(self):
        # One that was closed because no recall was needed is over.
        recalled = self.state in RUNNING or "close" in self.decision_ids.mapped("move")
        return recalled and not self.is_drill

    @api.model
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
            for recall in self._find_followed(lot_ids):
                if company_id in recall._get_companies().ids:
                    recall._follow_back(recall._get_affected(lot_ids), new)

    def _follow_back(self, lots, new):
        """What came back of `lots` is recorded, or corrected: `new` was not known before."""
        came = new.sudo().filtered(lambda line: line.lot_id in lots and line.location_id.usage == "customer")
        if self.state == "closed":
            self._note_late(came)
        else:
            self._count_back(lots)
            self._take_back(came)

    def _get_companies(self):
        """All of them, whichever the user has switched on."""
        recall = self.sudo()
        return (recall.company_id | recall.scope_id.asked_company_ids).with_env(self.env)

    def _with_companies(self):
        """This case, in all of its companies that the user works for."""
        companies = self._get_companies() & self.env.user.company_ids
        return self.with_context(allowed_company_ids=companies.ids)

    def _get_affected(self, lot_ids=None):
        """The lots that are to be recalled, or those of `lot_ids`."""
        domain = [*self._get_current_domain(), ("is_affected", "=", True)]
        domain.append(("lot_id", "!=", False) if lot_ids is None else ("lot_id", "in", lot_ids))
        return self.env["lot.recall.lot"].search(domain).lot_id

    def _take_back(self, came):
        """Say what came, and hold it."""
        if not came:
            return
        self._hold_back(came.lot_id)
        self._log_measure("received", self._say_came(came))

    def _hold_back(self, lots):
        """Hold what this case never held: what it released stays released."""
        if new := lots - self._get_once_held():
            self._hold_lots(new)

    def _say_came(self, came):
        return "; ".join(
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
            domain += ["|", ("lot_id", "in", list(entries)), ("quantity_received", "!=", 0.0)]
        else:
            domain.append(("lot_id", "in", lots.ids))
        lines = self.env["lot.recall.consignee.line"]._freezing().search(domain, order="date, id")
        families = self.env["res.partner"]._get_families(
            {partner for rows in entries.values() for partner, *_rest in rows}
            | set(lines.consignee_id.partner_id.ids)
        )
        for lot, of_lot in lines.grouped("lot_id").items():
            groups = of_lot.grouped("consignee_id")
            came = allot_returned(
                [group._get_receiver(families) for group in groups.values()],
                [
                    Returned(partner, families.get(partner, partner), *rest)
                    for partner, *rest in entries[lot.id]
                ],
            )
            for consignee, group in groups.items():
                group._set_received(max(came[consignee.id] - sum(group.mapped("quantity_back")), 0.0))

    def _get_return_entries(self, lots):
        """``{lot id: [(partner id, date, quantity)]}``, taken back ones with their reversals."""
        entries = defaultdict(list)
        for lot_id, *entry in self.env.execute_query(
            SQL(
                """
                SELECT entry.lot_id, COALESCE(party.partner_res_id, 0), entry.date, entry.quantity
                  FROM lot_ledger entry
                  LEFT JOIN lot_party party ON party.id = entry.party_id
                 WHERE %s AND entry.lot_id = ANY(%s) AND entry.company_id = ANY(%s)
                """,
                BACK,
                lots.ids,
                self._get_companies().ids,
            )
        ):
            entries[lot_id].append(entry)
        return entries

    def _after_freezing(self, scope):
        res = super()._after_freezing(scope)
        if not self.is_drill:
            # A wider scope has among our own stock what came back until then.
            self.sudo()._count_back()
        return res

    # ---- where to -----------------------------------------------------------------------

    def _get_quarantine(self, company):
        """Where affected goods of a company go: the case says it of its own."""
        if company == self.company_id:
            return self.quarantine_location_id
        return (company & self._get_companies()).lot_recall_quarantine_id


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._send_to_quarantine()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if "lot_id" in vals:
            self._send_to_quarantine()
        return res

    def _apply_putaway_strategy(self):
        res = super()._apply_putaway_strategy()
        self._send_to_quarantine()
        return res

    def _send_to_quarantine(self):
        """What comes back of a lot that is or was recalled goes to the quarantine of its case, line by line:
        a delivery may have brought others too."""
        back = self.filtered(
            lambda line: (
                line.lot_id
                and line.location_id.usage == "customer"
                and line.location_dest_id.usage == "internal"
                and line.state not in ("done", "cancel")
            )
        )
        if not back:
            return
        cases = self.env["lot.recall"].sudo()._find_followed(back.lot_id.ids)
        # Where several recall it, one that runs says where to.
        for recall in cases.sorted(lambda one: (one.state != "closed", -one.id)):
            affected = recall._get_affected(back.lot_id.ids)
            lines = back.filtered(lambda line, affected=affected: line.lot_id in affected)
            for company, group in lines.grouped("company_id").items():
                if place := recall._get_quarantine(company.sudo()):
                    group.location_dest_id = place.sudo(False)


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

    def _get_receiver(self, families):
        """Deliveries of one lot to one consignee, as the engine has them."""
        consignee = self.consignee_id
        partners = {int(consignee.key), consignee.partner_id.id or 0}
        family = families.get(consignee.partner_id.id, int(consignee.key))
        delivered = sum(self.mapped("quantity"))
        return Receiver(consignee.id, partners, family, min(self.mapped("date")), delivered)

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
