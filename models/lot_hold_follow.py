"""Holds follow the goods: what is made of a held lot is held, a held part is held where it goes.

Done with the ledger, in the transaction that moves the goods, and of what the ledger says: so
no order, lot operation or module can make anything of a held lot that is not held.
"""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .posting import DONE

# In the context of a lot operation, compared by identity: its holds go along, so it is not refused.
OPERATING = object()
OWN_STOCK = ("internal", "transit")


class LotRecorder(models.AbstractModel):
    _inherit = "lot.recorder"

    @api.model
    def _record(self, lines):
        res = super()._record(lines)
        if lines:
            held = self.env["lot.hold.line"].sudo()
            # One short look where nothing is held, the rule.
            if held.search_count([("state", "=", "held")], limit=1):
                for model in ("stock.move.line", "stock.move"):
                    self.env[model].flush_model()
                held._follow_made(lines)
                held._follow_moved(lines)
            self.env["lot.hold"]._start_quarantine(lines)
        return res


class LotOperation(models.Model):
    _inherit = "lot.operation"

    def _take_goods(self):
        return super(LotOperation, self.with_context(lot_hold_operation=OPERATING))._take_goods()


class LotHoldLine(models.Model):
    _inherit = "lot.hold.line"

    @api.model
    def _follow_made(self, lines):
        """Hold the lots that come out of what took held ones; one query where nothing does."""
        born = self.browse()
        while found := self._insert(self._get_born_query(lines)):
            # What is made of what was made, where one document does both.
            born |= found
            self.env["lot.hold.guard"]._take(found.lot_id.ids)
        if born:
            born._take_effect()
            for hold, held in born.grouped("hold_id").items():
                hold._log_born(held)

    @api.model
    def _get_born_query(self, lines):
        return SQL(
            """
            SELECT DISTINCT ON (held.hold_id, made.lot_id)
                   held.hold_id, made.lot_id, made.product_id, NULL::int, NULL::int, 0.0, 'born',
                   made.document, NULL::int
              FROM (SELECT DISTINCT event_id FROM lot_ledger
                     WHERE move_line_id = ANY(%(lines)s) AND event_id IS NOT NULL) AS event
              JOIN lot_ledger used ON used.event_id = event.event_id
               AND used.quantity < 0 AND NOT used.reversal AND used.lot_id IS NOT NULL
              JOIN lot_hold_line held ON held.lot_id = used.lot_id AND held.state = 'held'
               AND (held.company_id IS NULL OR held.company_id = used.company_id)
              JOIN lot_ledger made ON made.event_id = event.event_id
               AND made.quantity > 0 AND NOT made.reversal AND made.lot_id IS NOT NULL
               -- Not when it is said to have been made: who set the hold knew what was recorded.
               AND GREATEST(made.recorded_at, used.recorded_at) >= held.since
              LEFT JOIN stock_move_line taken ON taken.id = used.move_line_id
              LEFT JOIN stock_location place ON place.id = held.location_id
              LEFT JOIN stock_location src ON src.id = used.location_id
             WHERE (made.lot_id <> held.lot_id OR held.quantity > 0
                    OR held.location_id IS NOT NULL OR held.package_id IS NOT NULL)
               AND (held.package_id IS NULL OR held.package_id = taken.package_id)
               AND (place.id IS NULL OR src.parent_path LIKE place.parent_path || '%%')
               -- Of a held quantity something was taken only if less is left of it.
               AND (held.quantity = 0 OR held.quantity > COALESCE((
                    SELECT sum(q.quantity) FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
                     WHERE q.lot_id = held.lot_id AND l.usage IN ('internal', 'transit')
                       AND (held.package_id IS NULL OR held.package_id = q.package_id)
                       AND (place.id IS NULL OR l.parent_path LIKE place.parent_path || '%%')), 0))
               AND NOT EXISTS (SELECT FROM lot_ledger back
                                WHERE back.reversal AND back.corrects_id IN (used.id, made.id))
               AND NOT EXISTS (SELECT FROM lot_hold_line old
                                WHERE old.hold_id = held.hold_id AND old.lot_id = made.lot_id
                                  AND (old.state = 'held' AND old.quantity = 0
                                       AND old.location_id IS NULL AND old.package_id IS NULL
                                       OR old.released_at >= GREATEST(made.recorded_at, used.recorded_at)))
             ORDER BY held.hold_id, made.lot_id, made.id
            """,
            lines=lines.ids,
        )

    @api.model
    def _follow_moved(self, lines):
        """Of a part of a lot that is held, what was moved elsewhere in own stock is held there.

        Into a place for quarantine the held quantity goes first; elsewhere, so much as is
        missing now where it was held.
        """
        lines = lines.filtered(lambda line: line.lot_id and line.location_dest_id.usage in OWN_STOCK)
        limited = Domain("location_id", "!=", False) | Domain("package_id", "!=", False)
        parts = lines and self.search(
            Domain(self._get_held_domain(lines.lot_id)) & (limited | Domain("quantity", ">", 0))
        )
        if not parts:
            return
        followed = self.search([("move_line_id", "in", lines.ids)]).move_line_id
        places = self.env["stock.quant"]._get_hold_places(parts.lot_id)
        for held in parts:
            gone = (lines - followed).filtered(held._is_left_by)
            quants = places.get((held.lot_id.id, gone.company_id[:1].id), ())
            moved = held._get_moved(gone, [quant.place for quant in quants])
            self._add_parts(held.hold_id, moved, "moved", gone[:1].reference)
            if held.quantity and moved:
                rest = held.quantity - sum(one["quantity"] for one in moved)
                if held.product_id.uom_id.compare(rest, 0.0) > 0:
                    held._shrink(rest)
                else:
                    held._end("moved")

    def _is_left_by(self, line):
        """Whether goods of this part are elsewhere after the done `line` (stock.move.line)."""
        part = self._get_part()
        return (
            line.lot_id == self.lot_id
            and (line.date >= self.held_at or line.id in self.env.cr.cache.get(DONE, ()))
            and bool(self._is_of(line.company_id))
            and part.covers(line.location_id.parent_path, line.package_id.id or 0)
            and not part.covers(line.location_dest_id.parent_path, line.result_package_id.id or 0)
        )

    def _get_moved(self, lines, places):
        """The parts that are held where `lines` brought them."""
        part, moved = self._get_part(), []
        left = sum(place.quantity for place in places if part.covers(place.path, place.package))
        missing, rest = max(0.0, self.quantity - left), self.quantity
        for line in lines.sorted(lambda line: not line.location_dest_id.is_quarantine):
            amount = line.quantity_product_uom
            if self.quantity:
                amount = min(amount, rest if line.location_dest_id.is_quarantine else missing)
            rest, missing = rest - amount, max(0.0, missing - amount)
            if self.product_id.uom_id.compare(amount, 0.0) > 0:
                moved.append(
                    {
                        "lot_id": self.lot_id.id,
                        "location_id": line.location_dest_id.id,
                        "package_id": line.result_package_id.id,
                        "quantity": amount,
                        "move_line_id": line.id,
                    }
                )
        return moved


class LotHold(models.Model):
    _inherit = "lot.hold"

    @api.model
    def _start_quarantine(self, lines):
        """Hold lots that come in for the first time, where the policy of their product says so."""
        wanted = defaultdict(list)
        for company, own in lines.filtered("lot_id").grouped("company_id").items():
            rules = self.env["lot.policy"]._get_rules(own.product_id, company)
            for line in own:
                rule = rules.get(line.product_id.id)
                starting = {
                    "supplier": rule and rule.quarantine_receipt,
                    "production": rule and rule.quarantine_output,
                }
                if starting.get(line.location_id.usage) and line.location_dest_id.usage in OWN_STOCK:
                    wanted[company].append(line)
        for company, found in wanted.items():
            self._hold_new(company, lines.browse(line.id for line in found))

    @api.model
    def _hold_new(self, company, lines):
        """One hold for each document, on those of its lots that were never here before.

        Whatever date it is given: history is only what was done before this module came, and is not
        loaded into the ledger yet.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.lot_id FROM lot_ledger l
                 WHERE l.move_line_id = ANY(%s) AND l.quantity > 0 AND NOT l.reversal
                   AND (l.move_line_id = ANY(%s)
                        OR NOT EXISTS (SELECT FROM lot_history_batch history
                                        WHERE history.loaded_at IS NULL
                                          AND l.move_line_id BETWEEN history.line_from AND history.line_to))
                   AND NOT EXISTS (SELECT FROM lot_ledger before
                                    WHERE before.lot_id = l.lot_id AND before.quantity > 0
                                      AND before.id < l.id)
                   AND NOT EXISTS (SELECT FROM lot_hold_line old
                                    WHERE old.lot_id = l.lot_id AND old.origin = 'start')
                """,
                lines.ids,
                list(self.env.cr.cache.get(DONE, ())),
            )
        )
        new = {lot_id for _entry, lot_id in rows}
        by_document = defaultdict(set)
        for line in lines:
            if line.lot_id.id in new and not line.move_id.lot_operation_id:
                by_document[line.move_id.production_id or line.move_id.picking_id].add(line.lot_id.id)
        kind = self.env["lot.hold.kind"]._get("quarantine")
        for document, lot_ids in by_document.items():
            self._hold(
                lot_ids,
                kind,
                self.env._("New lot: starts in quarantine until Quality has inspected it"),
                document=document,
                company=company,
                origin="start",
            )

    def _log_born(self, lines):
        """Say in the hold what came to it."""
        names = ", ".join(lines[:20].lot_id.mapped("display_name"))
        if len(lines) > 20:
            names = self.env._("%(names)s and %(count)s more", names=names, count=len(lines) - 20)
        documents = ", ".join(dict.fromkeys(filter(None, lines.mapped("document"))))
        self._message_log(
            body=self.env._(
                "Made of held lots, and held: %(lots)s (%(documents)s)", lots=names, documents=documents
            )
        )
