"""What a policy asks for, and what of it is missing."""

from datetime import date
from typing import NamedTuple

OPERATIONS = ("receipt", "output", "consumption", "internal", "shipment", "scrap", "adjustment")
"""What is done with a lot: as the kinds of the ledger, and moves within own stock."""

FACTS = (
    "lot",
    "supplier_lot",
    "production_date",
    "packing_date",
    "harvest_date",
    "use_date",
    "expiration_date",
    "origin_country_id",
    "growing_area",
    "certificate_ids",
    "traceability_lot_code",
    "tlc_source",
    "arrival_temperature",
    "property",
)
"""What can be asked for; none of these texts is part of another but ``lot``."""


class Demand(NamedTuple):
    """A fact that a policy asks for in some operations."""

    fact: str
    """One of :data:`FACTS`."""
    label: str | None
    """Of the own field (lot property), for ``property`` alone."""
    operations: frozenset


def get_operations(source: str, destination: str, is_inventory: bool = False) -> tuple:
    """What a move between two usages of locations is, by Odoo's names of them.

    A dropship is a receipt and a shipment. ``return`` is what comes back from a customer or
    goes back to a supplier: only the lot itself is asked for then.

    :param is_inventory: made by a count, or by Odoo's relocation within own stock
    """
    if source == "supplier":
        return ("receipt", "shipment") if destination == "customer" else ("receipt",)
    if source == "customer" or destination == "supplier":
        return ("return",)
    if destination == "customer":
        return ("shipment",)
    if "inventory" in (source, destination):
        return ("adjustment",) if is_inventory or source == "inventory" else ("scrap",)
    if "production" in (source, destination) and source != destination:
        return ("output",) if source == "production" else ("consumption",)
    return ("internal",)


def get_asked(demands, operations):
    """The demands that count in `operations`, in their order.

    :param demands: iterable of :class:`Demand`
    :param operations: of :func:`get_operations`
    """
    asked = set(operations)
    if "return" not in asked:
        return [demand for demand in demands if not asked.isdisjoint(demand.operations)]
    asked |= {"receipt", "shipment"}
    return [demand for demand in demands if demand.fact == "lot" and not asked.isdisjoint(demand.operations)]


def is_valid_on(day: date, valid_from: date | None, valid_until: date | None) -> bool:
    """Whether something that is valid from and until a day, both included, is valid on `day`."""
    return (not valid_from or valid_from <= day) and (not valid_until or day <= valid_until)
