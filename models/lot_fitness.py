"""May this lot be used for that: asked in one place, by reservation, by screens and at the gate.

A rule that keeps lots from being used (hold, shelf life, …) inherits `lot.fitness` and extends
two methods: `_get_domain`, by which nothing unfit is reserved, and `_find_reasons`, which says
why not, for many lots at once. A reason is a code with its values, so that it can be kept and
read in any language; for each code there is one method `_say_<code>`.

Disposal takes everything, and what comes into stock takes nothing from it: neither is filtered.
"""

from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.policy import get_operations
from ..engine.shelf_life import get_local_day

# A message is read on a screen: more than this is counted.
SHOWN = 40
# What a chain of moves is for, the strictest first.
PURPOSES = ("ship", "consume", "move", "dispose", "receive")
_PURPOSE_BY_OPERATION = {
    "shipment": "ship",
    "consumption": "consume",
    "internal": "move",
    "scrap": "dispose",
    "receipt": "receive",
    "output": "receive",
}


class Use(NamedTuple):
    """What a lot is to be used for. No caller from outside can make one: a context that comes
    with a call holds lists and dictionaries."""

    purpose: str
    """``ship``, ``consume`` or ``move``; ``dispose`` (scrapped, counted off, sent back to the supplier,
    into a place for what may not be used) and ``receive`` (comes into stock) are not filtered."""
    product: models.BaseModel
    company: models.BaseModel
    partner: models.BaseModel
    """The final consignee, also while it is only picked; several if one pick is for several;
    the supplier of what is received."""
    day: date
    """On which it counts, where the company is: when it arrives, is consumed, is moved."""
    location: models.BaseModel
    """From where."""


class Reason(NamedTuple):
    """Why a lot may not be used."""

    code: str
    """``lot.fitness._say_<code>(**values)`` says it."""
    values: dict
    """As JSON has them: dates as text."""


class Candidate(NamedTuple):
    """A lot, or a part of one, that is asked about."""

    lot: models.BaseModel
    use: Use
    location: models.BaseModel
    """Where the part is, and its package; empty: the lot as a whole is asked about."""
    package: models.BaseModel
    quantity: float
    """In the unit of the product; 0: not said."""
    line: models.BaseModel
    """stock.move.line that is being done; empty: none is."""


class LotFitness(models.AbstractModel):
    _name = "lot.fitness"
    _description = "Whether a lot may be used"

    # ---- what it is for ------------------------------------------------------------------

    @api.model
    def _get_use(self, move):
        """The :class:`Use` of a stock.move that is planned."""
        return self._get_uses(move)[move]

    @api.model
    def _get_uses(self, moves, now=False):
        """``{move: Use}``, in so many queries as the longest chain has steps.

        :param now: the moves are being done: what leaves, leaves today
        """
        moves = moves.sudo().with_prefetch()
        finals = self._get_final_moves(moves)
        return {move.sudo(False): self._prepare_use(move, finals[move], now) for move in moves}

    @api.model
    def _get_final_moves(self, moves):
        """``{move: the moves in which its chains end}``, itself if nothing follows.

        What comes into stock ends there, though a delivery waits for it: it is received, or
        made, whoever gets it afterwards.
        """
        following = {}
        level = moves.filtered(self._is_within_stock)
        while level:
            for move in level:
                following[move] = move.move_dest_ids.filtered(lambda one: one.state != "cancel")
            level = moves.union(*(following[move] for move in level)) - moves.union(*following)

        def walk(move, seen):
            if move in seen:
                return moves.browse()
            if not following.get(move):
                return move
            return moves.browse().union(*(walk(one, seen | {move}) for one in following[move]))

        return {move: walk(move, frozenset()) or move for move in moves}

    @api.model
    def _is_within_stock(self, move):
        return get_operations(move.location_id.usage, move.location_dest_id.usage) == ("internal",)

    @api.model
    def _prepare_use(self, move, finals, now=False):
        purposes = {final: self._get_purpose(move, final) for final in finals}
        purpose = min(purposes.values(), key=PURPOSES.index)
        finals = finals.filtered(lambda final: purposes[final] == purpose)
        partners = finals.browse().partner_id.union(
            *(self._get_partner(final) or self._get_partner(move) for final in finals)
        )
        return Use(
            purpose=purpose,
            product=move.product_id.sudo(False),
            company=move.company_id.sudo(False),
            partner=partners.sudo(False),
            day=max(self._get_day(final, purpose, partners, now and final == move) for final in finals),
            location=move.location_id.sudo(False),
        )

    @api.model
    def _get_purpose(self, move, final):
        """What `move` is for if its chain ends in `final`."""
        destination = final.location_dest_id
        if self._is_within_stock(final):
            destination = final.location_final_id or destination
        if move.location_dest_id.is_quarantine or destination.is_quarantine:
            return "dispose"
        source = move.location_id.usage
        operations = get_operations(source, destination.usage, move.is_inventory or final.is_inventory)
        if "shipment" in operations:  # a dropship too
            return "ship"
        if operations[0] == "return":
            return "dispose" if destination.usage == "supplier" else "receive"
        if operations[0] == "adjustment":
            return "dispose" if destination.usage == "inventory" else "receive"
        return _PURPOSE_BY_OPERATION[operations[0]]

    @api.model
    def _get_partner(self, move):
        return move.partner_id or move.picking_id.partner_id

    @api.model
    def _get_day(self, move, purpose, partners, now=False):
        """The day on which the last move of a chain counts, not before today."""
        zone = self.env["lot.gate"]._get_zone(move.company_id)
        today = get_local_day(fields.Datetime.now(), zone)
        return today if now or not move.date else max(today, get_local_day(move.date, zone))

    # ---- what may be used ----------------------------------------------------------------

    @api.model
    def _get_domain(self, use):
        """``Domain`` over stock.quant of what may be reserved for `use`: AND yours to it.

        Asked for each reservation: few queries, or none. True: Odoo reserves as ever.
        """
        return Domain.TRUE

    @api.model
    def _get_reservation_domain(self, use):
        return Domain.TRUE if use.purpose in ("dispose", "receive") else self._get_domain(use)

    @api.model
    def _find_reasons(self, candidates):
        """``{Candidate: [Reason]}`` why not, of those that may not be used: extend yours to it.

        Constant queries, whatever the number of candidates.
        """
        return {}

    @api.model
    def _explain(self, quants_or_lots, use):
        """``{lot id: [sentence]}`` why not, of those that may not be used."""
        reasons = self._find_reasons(self._get_candidates(quants_or_lots, use))
        sentences = {}
        for candidate, found in reasons.items():
            texts = sentences.setdefault(candidate.lot.id, [])
            texts += [text for text in map(self._say, found) if text not in texts]
        return sentences

    @api.model
    def _get_candidates(self, quants_or_lots, use):
        nothing = {
            "location": self.env["stock.location"],
            "package": self.env["stock.package"],
            "line": self.env["stock.move.line"],
        }
        if quants_or_lots._name == "stock.lot":
            return [Candidate(lot=lot, use=use, quantity=0.0, **nothing) for lot in quants_or_lots]
        return [
            Candidate(
                lot=quant.lot_id,
                use=use,
                location=quant.location_id,
                package=quant.package_id,
                quantity=quant.quantity,
                line=nothing["line"],
            )
            for quant in quants_or_lots
            if quant.lot_id
        ]

    @api.model
    def _say(self, reason):
        """A reason in the reader's language: a phrase that begins small, without a full stop."""
        return getattr(self, f"_say_{reason.code}")(**reason.values)

    # ---- the gate ------------------------------------------------------------------------

    @api.model
    def _check(self, lines):
        """Refuse `lines` (stock.move.line) that are being done with lots that may not be used.

        :raise UserError: with all lots, and why each may not be used
        """
        candidates = [one for one in self._get_line_candidates(lines) if one.use.purpose != "dispose"]
        reasons = self._find_reasons(candidates)
        refused = [candidate for candidate in candidates if reasons.get(candidate)]
        if refused:
            raise UserError(self._describe(refused, reasons))

    @api.model
    def _get_line_candidates(self, lines):
        """What `lines` take, as they are being done."""
        lines = (
            lines.sudo()
            .with_prefetch()
            .filtered(lambda line: line.lot_id and not line.product_uom_id.is_zero(line.quantity))
        )
        uses = self._get_uses(lines.move_id, now=True)
        return [
            Candidate(
                lot=line.lot_id,
                use=uses[line.move_id],
                location=line.location_id,
                package=line.package_id,
                quantity=line.quantity_product_uom,
                line=line,
            )
            for line in lines
        ]

    @api.model
    def _describe(self, refused, reasons):
        rows = [self.env._("Nothing was done: these lots may not be used for it. Choose others.")]
        rows += ["• " + self._describe_one(one, reasons[one]) for one in refused[:SHOWN]]
        if len(refused) > SHOWN:
            rows.append(self.env._("… and %s more lines.", len(refused) - SHOWN))
        return "\n".join(rows)

    @api.model
    def _describe_one(self, candidate, reasons):
        return self.env._(
            "%(product)s, lot %(lot)s, %(document)s: %(why)s",
            product=candidate.use.product.display_name,
            lot=candidate.lot.name,
            document=candidate.line.move_id.reference or candidate.line.move_id.origin or "-",
            why="; ".join(map(self._say, reasons)),
        )
