"""Nothing is reserved that may not be used: what `lot.fitness` says goes into the search.

Only while something is being reserved. Odoo looks for its quants in the same way when it
moves, frees and counts: a filter there would make it find none and write a second quant.
"""

from odoo import models

from .lot_fitness import Use


class ReservationFilter:
    """A domain over stock.quant in the context: a caller from outside cannot make one."""

    def __init__(self, domain):
        self.domain = domain


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _get_reserve_quantity(self, product_id, location_id, quantity, *args, **kwargs):
        use = self.env.context.get("lot_use")
        if not isinstance(use, Use) or use.product != product_id or quantity <= 0:  # below 0: frees
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        domain = self.env["lot.fitness"]._get_reservation_domain(use)
        if domain.is_true():
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        # A cache of quants would pass by the domain.
        filtering = self.with_context(lot_reservation_filter=ReservationFilter(domain), quants_cache=None)
        reserved = super(StockQuant, filtering)._get_reserve_quantity(
            product_id, location_id, quantity, *args, **kwargs
        )
        # Odoo goes on with these quants to write the reservation: not with the filter.
        return [(quant.with_env(self.sudo().env), amount) for quant, amount in reserved]

    def _get_gather_domain(self, *args, **kwargs):
        domain = super()._get_gather_domain(*args, **kwargs)
        reserving = self.env.context.get("lot_reservation_filter")
        return domain & reserving.domain if isinstance(reserving, ReservationFilter) else domain
