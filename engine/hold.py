"""How much of a lot is held where, and what a hold keeps it from."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

BLOCKED = {
    "ship": frozenset({"ship"}),
    "consume": frozenset({"consume"}),
    "use": frozenset({"ship", "consume"}),
    "move": frozenset({"move"}),
    "all": frozenset({"ship", "consume", "move"}),
}
"""Purpose of a hold: the uses that it blocks."""


class Part(NamedTuple):
    """What of a lot is held; with nothing said all of it, wherever it is."""

    path: str = ""
    """Of the location (``1/7/12/``): there and in all below it. Empty: everywhere."""
    package: int = 0
    """0: in any package, or in none."""
    quantity: float = 0.0
    """In the unit of the product; 0: all that is there."""

    def covers(self, path: str, package: int) -> bool:
        return path.startswith(self.path) and self.package in (0, package)


class Place(NamedTuple):
    """Stock of the lot: a quant, or some of it."""

    key: Hashable
    path: str
    package: int
    quantity: float


def spread(parts: Iterable[Part], places: Iterable[Place]) -> dict[Hashable, float]:
    """How much of each place is held: ``{key: quantity}``, of those of which something is.

    A held quantity lies anywhere in its part: it is counted in the first places, in their
    order, that nothing else holds. Two held quantities are two: whoever held ten and ten
    may have meant the same ten, and nobody is harmed by twenty.
    """
    # The narrower one first: what is held anywhere else finds a place beside it.
    parts = sorted(parts, key=lambda part: (bool(part.quantity), not part.package, -len(part.path)))
    held = {}
    places = list(places)
    for part in parts:
        left = part.quantity
        for place in places:
            free = place.quantity - held.get(place.key, 0.0)
            if free <= 0 or not part.covers(place.path, place.package):
                continue
            taken = min(free, left) if part.quantity else free
            if taken > 0:
                held[place.key] = held.get(place.key, 0.0) + taken
                left -= taken
    return held


def get_budgets(parts: Iterable[Part], places: Iterable[Place]) -> dict[Part, float]:
    """How much may be taken out of each part of which a quantity is held: ``{part: quantity}``.

    What is held in a part must stay in it, and so must what is held in a part of that part.
    Below zero: more is held than is there.

    :param places: all stock of the lot; for a reservation, what is not reserved yet of it
    """
    parts = list(parts)
    whole = [part for part in parts if not part.quantity]
    quantities = [part for part in parts if part.quantity]
    takeable = [
        place for place in places if not any(part.covers(place.path, place.package) for part in whole)
    ]
    return {
        part: sum(place.quantity for place in takeable if part.covers(place.path, place.package))
        - sum(other.quantity for other in quantities if part.covers(other.path, other.package))
        for part in quantities
    }
