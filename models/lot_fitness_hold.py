"""A held lot may not be used for what its hold blocks: not reserved, and refused when done."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from ..engine.hold import BLOCKED, get_budgets
from ..engine.policy import get_operations
from .lot_fitness import _PURPOSE_BY_OPERATION, PURPOSES, Candidate, Reason
from .lot_hold_follow import OPERATING

OWN_STOCK = ("internal", "transit")


class LotFitness(models.AbstractModel):
    _inherit = "lot.fitness"

    # ---- what a use is, for a hold ---------------------------------------------------------

    @api.model
    def _get_hold_uses(self, lines):
        """``{stock.move.line: uses that a hold may block}``, of lines that are planned or being done."""
        uses = self._get_uses(lines.move_id)
        return {line: self._get_line_uses(line, uses[line.move_id]) for line in lines}

    @api.model
    def _get_line_uses(self, line, use):
        """The uses of a line: what its chain is for, and what it does itself.

        A pick for a customer is for shipping, and moves. A line says itself where it goes: it
        may be elsewhere than its transfer does.
        """
        if line.location_dest_id.is_quarantine or line.env.context.get("lot_hold_operation") is OPERATING:
            return frozenset()
        operations = get_operations(
            line.location_id.usage, line.location_dest_id.usage, line.move_id.is_inventory
        )
        own = {_PURPOSE_BY_OPERATION.get(operation) for operation in operations} & BLOCKED["all"]
        return frozenset(own | ({use.purpose} & BLOCKED["all"])) if own else frozenset()

    # ---- what may be used ----------------------------------------------------------------

    @api.model
    def _get_domain(self, use):
        if use.product.tracking == "none":
            return super()._get_domain(use)
        uses = {use.purpose}
        if use.purpose in ("ship", "consume") and use.location.usage in OWN_STOCK:
            # What may not be moved is not picked either.
            uses.add("move")
        purposes = self.env["lot.hold.line"]._get_blocking(uses)
        return super()._get_domain(use) & ~self.env["stock.quant"]._get_held_domain(purposes, use.company)

    @api.model
    def _find_reasons(self, candidates):
        reasons = super()._find_reasons(candidates)
        held = self.env["lot.hold.line"].sudo()
        lots = self.env["stock.lot"].union(*(candidate.lot for candidate in candidates))
        by_lot = held.search(held._get_held_domain(lots)).grouped("lot_id")
        if not by_lot:
            return reasons
        found = defaultdict(list, {key: list(value) for key, value in reasons.items()})
        in_part = defaultdict(list)
        for candidate in candidates:
            for line in by_lot.get(candidate.lot, ()):
                if not self._is_blocked(candidate, line):
                    continue
                if line.quantity:
                    in_part[line].append(candidate)
                else:
                    found[candidate].append(Reason("hold", self._get_hold_values(line)))
        for candidate, reason in self._find_reasons_of_parts(in_part, by_lot):
            found[candidate].append(reason)
        return dict(found)

    @api.model
    def _is_blocked(self, candidate, held):
        """Whether the line `held` (lot.hold.line) stands against `candidate`."""
        use = candidate.use
        if not held._is_of(use.company):
            return False
        uses = self._get_line_uses(candidate.line, use) if candidate.line else {use.purpose}
        if BLOCKED[held.purpose].isdisjoint(uses):
            return False
        if not candidate.location:
            return not held.location_id and not held.package_id
        return held._get_part().covers(candidate.location.parent_path, candidate.package.id or 0)

    @api.model
    def _find_reasons_of_parts(self, in_part, by_lot):
        """``(Candidate, Reason)`` of those that take from a held quantity, together."""
        if not in_part:
            return
        lots = self.env["stock.lot"].union(*(held.lot_id for held in in_part))
        places = self.env["stock.quant"]._get_hold_places(lots)
        for held, candidates in in_part.items():
            company = candidates[0].use.company
            beside = by_lot[held.lot_id]._is_of(company)._filter_beside(held)
            parts = [one._get_part() for one in beside]
            stock = places.get((held.lot_id.id, company.id), [])
            budget = get_budgets(parts, [quant.place for quant in stock])[held._get_part()]
            # What was done is gone from stock already; without a line it is asked whether any is free.
            taken = sum(one.quantity for one in candidates if one.line and one.line.state != "done")
            uom = held.product_id.uom_id
            asked = not any(one.line for one in candidates)
            if uom.compare(taken, budget) > 0 or (asked and uom.compare(budget, 0.0) <= 0):
                values = {
                    **self._get_hold_values(held),
                    "quantity": held.quantity,
                    "free": uom.round(max(budget, 0.0)),
                    "unit": uom.name,
                }
                yield from ((one, Reason("hold_part", values)) for one in candidates)

    # ---- in words ------------------------------------------------------------------------

    @api.model
    def _get_hold_values(self, held):
        return {
            "hold": held.hold_id.name,
            "kind": held.kind_id.name,
            "why": held.hold_id.reason,
        }

    @api.model
    def _say_hold(self, hold, kind, why):
        return self.env._("on hold (%(hold)s, %(kind)s: %(why)s)", hold=hold, kind=kind, why=why)

    @api.model
    def _say_hold_part(self, hold, kind, why, quantity, free, unit):
        return self.env._(
            "%(quantity)g %(unit)s of it on hold (%(hold)s, %(kind)s: %(why)s), "
            "at most %(free)g %(unit)s free",
            quantity=quantity,
            unit=unit,
            hold=hold,
            kind=kind,
            why=why,
            free=free,
        )

    # ---- the gate ------------------------------------------------------------------------

    @api.model
    def _check(self, lines):
        self.env["lot.hold.guard"].sudo()._share(lines.lot_id.ids)
        self._check_aside(lines)
        return super()._check(lines)

    @api.model
    def _check_aside(self, lines):
        """Lines that go elsewhere than the transfer says that they are of."""
        lines = lines.sudo().filtered("lot_id")
        uses = self._get_uses(lines.move_id, now=True)
        candidates = []
        for line in lines:
            use, place = uses[line.move_id], line.move_id.location_dest_id
            own = self._get_line_uses(line, use)
            # What leaves within an internal transfer is shipped, or used, as well.
            if use.purpose in ("ship", "consume") or own <= {use.purpose}:
                continue
            # A step on the way to such a place is one, wherever in its own place it ends.
            if own != {"move"} or not line.location_dest_id._child_of(place):
                candidates.append(
                    Candidate(
                        lot=line.lot_id,
                        use=use._replace(purpose=min(own, key=PURPOSES.index)),
                        location=line.location_id,
                        package=line.package_id,
                        quantity=line.quantity_product_uom,
                        line=line,
                    )
                )
        reasons = self._find_reasons(candidates)
        refused = [candidate for candidate in candidates if reasons.get(candidate)]
        if refused:
            raise UserError(self._describe(refused, reasons))
