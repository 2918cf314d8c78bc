"""Nothing is reserved that may not be used: what `lot.fitness` says goes into the search.

Only while something is being reserved. Odoo looks for its quants in the same way when it
moves, frees and counts: a filter there would make it find none and write a second quant.
"""

from odoo import models


class Reservation:
    """What is reserved for and how it went, in the context: a caller from outside cannot make one.

    :ivar use: of `lot.fitness`
    :ivar choices: ``{lot id: Choice}`` of what was found
    """

    def __init__(self, use):
        self.use = use
        self.choices = {}


class Filter:
    """A domain over stock.quant that is in force while quants are looked for, and what was found."""

    def __init__(self, domain):
        self.domain = domain
        self.found = None


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _get_reserve_quantity(self, product_id, location_id, quantity, *args, **kwargs):
        reservation = self.env.context.get("lot_reservation")
        if (
            not isinstance(reservation, Reservation)
            or reservation.use.product != product_id
            or reservation.use.purpose == "receive"
            or quantity <= 0  # below 0: frees
        ):
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        fitness = self.env["lot.fitness"]
        use = reservation.use
        domain = fitness._get_reservation_domain(use)
        governed = fitness._is_governed(use)
        if domain.is_true() and not governed:
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        gathering = Filter(domain)
        # A cache of quants would pass by the domain.
        filtering = self.with_context(lot_reservation_filter=gathering, quants_cache=None)
        if governed and use.purpose == "dispose":
            # Odoo keeps back what is due for removal: here it is removed.
            filtering = filtering.with_context(with_expiration=False)
        reserved = super(StockQuant, filtering)._get_reserve_quantity(
            product_id, location_id, quantity, *args, **kwargs
        )
        if governed and reserved and not kwargs.get("lot_id"):
            reservation.choices |= self.env["lot.choice"]._get_choices(
                use, location_id, [quant for quant, _amount in reserved], gathering
            )
        # Odoo goes on with these quants to write the reservation: not with the filter.
        return [(quant.with_env(self.sudo().env), amount) for quant, amount in reserved]

    def _get_gather_domain(self, *args, **kwargs):
        domain = super()._get_gather_domain(*args, **kwargs)
        gathering = self.env.context.get("lot_reservation_filter")
        return domain & gathering.domain if isinstance(gathering, Filter) else domain

    def _gather(self, *args, **kwargs):
        quants = super()._gather(*args, **kwargs)
        gathering = self.env.context.get("lot_reservation_filter")
        if isinstance(gathering, Filter) and gathering.found is None:
            gathering.found = quants
        return quants
