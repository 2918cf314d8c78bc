"""How much of the stock is held, and that a held quantity is not reserved."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.hold import Place, get_budgets, spread
from .stock_quant_fitness import Reservation
from .stock_quant_gate import MOVING

OWN_STOCK = ("internal", "transit")
# What keeps goods from customers or production is not free to them. What may not be moved, is.
UNFREE = ("ship", "consume", "use", "all")


class HeldQuant(NamedTuple):
    """A quant of a lot of which something is held."""

    place: Place
    reserved: float


class Aside:
    """Lots in the context that are left aside: a caller from outside cannot make one."""

    def __init__(self, lot_ids):
        self.lot_ids = lot_ids


class StockQuant(models.Model):
    _inherit = "stock.quant"

    held_quantity = fields.Float(
        string="On Hold",
        digits="Product Unit",
        compute="_compute_held_quantity",
        help="May not be shipped or not be used in production: a hold says why.",
    )
    is_held = fields.Boolean(
        string="Is on Hold",
        compute="_compute_held_quantity",
        search="_search_is_held",
        help="Some of it, at least.",
    )

    @api.depends("lot_id", "location_id", "package_id", "quantity", "reserved_quantity")
    def _compute_held_quantity(self):
        held = self._get_held_quantities(self.lot_id)
        for quant in self:
            quant.held_quantity = held.get(quant._origin.id, 0.0)
            quant.is_held = bool(quant.held_quantity)

    def _search_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = self._get_held_domain(UNFREE, whole=False)
        return held if True in value else ~held

    @api.depends("lot_id", "location_id", "package_id")
    def _compute_available_quantity(self):
        """What is held is not available. Goods that are reserved are others than the held ones."""
        res = super()._compute_available_quantity()
        for quant in self:
            if quant.held_quantity:
                free = quant.quantity - quant.reserved_quantity - quant.held_quantity
                quant.available_quantity = max(0.0, min(quant.available_quantity, free))
        return res

    # ---- what is held --------------------------------------------------------------------

    @api.model
    def _get_held_domain(self, purposes, company=None, whole=True):
        """``Domain`` of the quants that holds of these purposes hold, in one subquery.

        :param company: whose holds; None: those of the company of each quant
        :param whole: only those of which all is held; else also those of which a quantity is
        """
        return Domain.custom(
            to_sql=lambda _model, alias, _query: self._sql_is_held(alias, purposes, company, whole)
        )

    @api.model
    def _sql_is_held(self, alias, purposes, company=None, whole=True):
        quant = SQL.identifier(alias)
        return SQL(
            """EXISTS (
                SELECT FROM lot_hold_line held
                  LEFT JOIN stock_location place ON place.id = held.location_id
                 WHERE held.lot_id = %(quant)s.lot_id AND held.state = 'held'
                   AND held.purpose = ANY(%(purposes)s) AND (held.quantity = 0 OR NOT %(whole)s)
                   AND (held.company_id IS NULL OR held.company_id = %(company)s)
                   AND (held.package_id IS NULL OR held.package_id = %(quant)s.package_id)
                   AND (place.id IS NULL OR EXISTS (
                        SELECT FROM stock_location here
                         WHERE here.id = %(quant)s.location_id
                           AND here.parent_path LIKE place.parent_path || '%%')))""",
            quant=quant,
            purposes=list(purposes),
            whole=whole,
            company=company.id if company else SQL("%s.company_id", quant),
        )

    @api.model
    def _get_hold_places(self, lots):
        """``{(lot id, company id): [HeldQuant]}`` of all own stock of these lots, in order of their ids."""
        for model in ("stock.quant", "stock.location"):
            self.env[model].flush_model()
        places = defaultdict(list)
        for quant_id, lot_id, company_id, path, package_id, quantity, reserved in self.env.execute_query(
            SQL(
                """
                SELECT q.id, q.lot_id, q.company_id, l.parent_path, q.package_id,
                       q.quantity::float8, q.reserved_quantity::float8
                  FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
                 WHERE q.lot_id = ANY(%s) AND l.usage IN %s ORDER BY q.id
                """,
                lots.ids,
                OWN_STOCK,
            )
        ):
            place = Place(quant_id, path, package_id or 0, quantity)
            places[lot_id, company_id].append(HeldQuant(place, reserved or 0.0))
        return places

    @api.model
    def _get_held_quantities(self, lots):
        """``{quant id: quantity that is held of it}`` of these lots: goods that are reserved are others
        as long as there are others."""
        held = self.env["lot.hold.line"].sudo()
        lots = lots._origin
        lines = lots and held.search([*held._get_held_domain(lots), ("purpose", "in", UNFREE)])
        found = {}
        if not lines:
            return found
        by_lot = lines.grouped("lot_id")
        for (lot_id, company_id), quants in self._get_hold_places(lines.lot_id).items():
            company = self.env["res.company"].browse(company_id)
            parts = [line._get_part() for line in by_lot[lots.browse(lot_id)]._is_of(company)]
            places = [
                quant.place._replace(key=(quant.place.key, is_reserved), quantity=amount)
                for is_reserved in (False, True)
                for quant in quants
                if (amount := quant.reserved if is_reserved else quant.place.quantity - quant.reserved)
            ]
            for (quant_id, _is_reserved), amount in spread(parts, places).items():
                found[quant_id] = found.get(quant_id, 0.0) + amount
        return found

    @api.model
    def _sql_held_quantity(self, alias):
        """SQL: how much of the quant `alias` is held; None where nothing is held."""
        lines = self.env["lot.hold.line"].sudo()
        held = Domain(lines._get_held_domain()) & Domain("purpose", "in", UNFREE)
        if not lines.search_count(held, limit=1):
            return None
        parts = self._get_held_quantities(lines.search(held & Domain("quantity", ">", 0)).lot_id)
        return SQL(
            """CASE WHEN %(whole)s THEN %(quant)s.quantity
                ELSE COALESCE((SELECT held FROM unnest(%(ids)s::int[], %(amounts)s::numeric[])
                                AS part (id, held) WHERE part.id = %(quant)s.id), 0) END""",
            quant=SQL.identifier(alias),
            whole=self._sql_is_held(alias, UNFREE),
            ids=list(parts),
            amounts=list(parts.values()),
        )

    # ---- reservation -----------------------------------------------------------------------

    def _get_reserve_quantity(self, product_id, location_id, quantity, *args, **kwargs):
        """Leave alone what is held of a lot by its quantity; whole lots are never found at all.

        Of each lot that is found, and of which a quantity is held, only the rest is taken; what is missing
        then is looked for anew without these lots, until no such lot is found.
        """
        reservation = self.env.context.get("lot_reservation")
        if (
            not isinstance(reservation, Reservation)
            or reservation.use.product != product_id
            or quantity <= 0  # below 0: frees
        ):
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        kept, aside = [], self.env["stock.lot"]
        while True:
            quants = self.with_context(lot_hold_aside=Aside(aside.ids)) if aside else self
            found = super(StockQuant, quants)._get_reserve_quantity(
                product_id, location_id, quantity, *args, **kwargs
            )
            fit, lots = self._leave_held(found, reservation.use)
            taken = [(quant, amount) for quant, amount in fit if quant.lot_id in lots] if lots else fit
            kept += [(quant.with_env(self.sudo().env), amount) for quant, amount in taken] if aside else taken
            quantity -= sum(amount for _quant, amount in taken)
            if not lots or product_id.uom_id.compare(quantity, 0.0) <= 0:
                return kept
            aside |= lots

    def _get_gather_domain(self, *args, **kwargs):
        domain = super()._get_gather_domain(*args, **kwargs)
        aside = self.env.context.get("lot_hold_aside")
        return domain & Domain("lot_id", "not in", aside.lot_ids) if isinstance(aside, Aside) else domain

    @api.model
    def _leave_held(self, found, use):
        """Take from `found`, ``[(quant, amount)]``, only what no held quantity needs.

        :return: what is left of it, and the lots of which a quantity is held
        """
        held = self.env["lot.hold.line"].sudo()
        lots = self.env["stock.lot"].union(*(quant.lot_id for quant, _amount in found))
        lines = lots and held.search(held._get_held_domain(lots, [use.purpose]))._is_of(use.company)
        lines = lines and lines.filtered(lambda line: line.quantity or line.location_id or line.package_id)
        limited = {line.lot_id for line in lines or () if line.quantity}
        if not limited:
            return found, lots.browse()
        places = self._get_hold_places(lots)
        budgets = {}
        for lot in limited:
            free = [
                quant.place._replace(quantity=quant.place.quantity - quant.reserved)
                for quant in places.get((lot.id, use.company.id), ())
            ]
            parts = [line._get_part() for line in lines if line.lot_id == lot]
            budgets[lot] = get_budgets(parts, free)
        kept = []
        for quant, amount in found:
            own = [
                part
                for part in budgets.get(quant.lot_id, ())
                if part.covers(quant.location_id.parent_path, quant.package_id.id or 0)
            ]
            budget = budgets.get(quant.lot_id, {})
            amount = max(0.0, min([amount, *(budget[part] for part in own)]))
            for part in own:
                budget[part] -= amount
            if use.product.uom_id.compare(amount, 0.0) > 0:
                kept.append((quant, amount))
        return kept, lots.browse(lot.id for lot in limited)

    # ---- no other way ----------------------------------------------------------------------

    def _check_moved(self):
        """What is held is not written away either."""
        super()._check_moved()
        if self.env.context.get("lot_genealogy_moving") is MOVING:
            return
        held = self.env["lot.hold.line"].sudo()
        lines = self.lot_id and held.search(held._get_held_domain(self.sudo().lot_id))
        if lines:
            raise UserError(
                self.env._(
                    "Stock of lots on hold is changed by counts and transfers only: %s.",
                    ", ".join(lines.lot_id.mapped("display_name")),
                )
            )

    @api.model
    def _update_available_quantity(self, *args, **kwargs):
        moving = self.with_context(lot_genealogy_moving=MOVING)
        return super(StockQuant, moving)._update_available_quantity(*args, **kwargs)
