"""Mass balance: what went in is what came out, of a lot and of an event.

Of a lot: what came in = what left + what is there + unexplained.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from .book import Book
from .entry import KINDS, Entry

# Kind of entry -> (key of the balance, sign that makes it positive). What undoes an
# entry of a kind (a scrap put back) lessens the same key.
_KEYS = {
    "receipt": ("received", 1),
    "output": ("produced", 1),
    "customer_return": ("returned", 1),
    "consumption": ("consumed", -1),
    "shipment": ("shipped", -1),
    "supplier_return": ("supplier_returned", -1),
    "scrap": ("scrapped", -1),
}
IN_KEYS = ("received", "produced", "returned", "adjusted_in")
OUT_KEYS = ("consumed", "shipped", "supplier_returned", "scrapped", "adjusted_out")
_TINY = 1e-9  # of the largest quantity: float noise


def balance(
    book: Book,
    lots: Iterable[int],
    on_hand: Mapping[int, float],
) -> dict[int, dict[str, float]]:
    """Balance each lot, in the lot's own unit.

    :param book: all live entries of the lots; those of others are ignored
    :param on_hand: lot -> quantity in stock now; 0 where it has none
    :return: lot -> ``received, produced, returned, adjusted_in, consumed, shipped,
        supplier_returned, scrapped, adjusted_out, on_hand``, all of them quantities,
        ``unexplained`` = in - out - on hand (negative: there is more than came in), and
        ``explained``, the share of what came in that is accounted for, 0 to 1. Of a lot
        that nothing came into it is 1 if nothing is unexplained, else 0.
    """
    found = {}
    for lot in lots:
        found[lot] = quantities = {}
        for columns in (book.inflows, book.outflows):
            for row in columns.rows(lot):
                kind, quantity = KINDS[columns.kind[row]], columns.quantity[row]
                if kind == "adjustment":
                    key, sign = ("adjusted_in", 1) if quantity > 0 else ("adjusted_out", -1)
                else:
                    key, sign = _KEYS[kind]
                quantities.setdefault(key, []).append(sign * quantity)
    return {lot: _balance(quantities, on_hand.get(lot, 0.0)) for lot, quantities in found.items()}


def _balance(quantities, on_hand):
    row = {key: fsum(quantities.get(key, ())) for key in IN_KEYS + OUT_KEYS}
    came_in = fsum(row[key] for key in IN_KEYS)
    went_out = fsum(row[key] for key in OUT_KEYS)
    unexplained = fsum((came_in, -went_out, -on_hand))
    if abs(unexplained) <= _TINY * max(abs(came_in), abs(went_out), abs(on_hand)):
        unexplained = 0.0
    explained = 0.0 if unexplained else 1.0
    if came_in > 0:
        explained = max(0.0, 1.0 - abs(unexplained) / came_in)
    return row | {
        "on_hand": on_hand,
        "unexplained": unexplained,
        "explained": explained,
    }


def divide(outputs: Sequence[Entry]) -> list[tuple[int, int | None, float]]:
    """How what an event took is divided over all that it made.

    By quantity if all outputs have one reference unit; else by cost share if every
    output has one above 0, else equally over products; within a product by quantity.

    :param outputs: all entries of one event that came in, with a lot or without
    :return: ``[(entry id, lot, weight)]`` by id; the weights sum to 1
    """
    if len(outputs) == 1:
        return [(outputs[0].id, outputs[0].lot, 1.0)]
    outputs = sorted(outputs, key=lambda entry: entry.id)
    amounts = [entry.quantity * entry.factor for entry in outputs]
    if len({entry.unit for entry in outputs}) == 1:
        total = fsum(amounts)
        weights = [amount / total for amount in amounts]
    else:
        costed = all(entry.cost_share and entry.cost_share > 0 for entry in outputs)
        parts = {}
        totals = {}
        for entry, amount in zip(outputs, amounts, strict=True):
            part = entry.cost_share if costed else 1.0
            parts[entry.product] = max(part, parts.get(entry.product, 0.0))
            totals[entry.product] = totals.get(entry.product, 0.0) + amount
        whole = fsum(parts.values())
        weights = [
            parts[entry.product] / whole * amount / totals[entry.product]
            for entry, amount in zip(outputs, amounts, strict=True)
        ]
    return [(entry.id, entry.lot, weight) for entry, weight in zip(outputs, weights, strict=True)]
