"""What stands in which sheet of the "Lot trace" spreadsheet: lists and columns."""

from typing import NamedTuple

from odoo.tools import LazyTranslate

from .lot_trace_columns import (
    AFFECTED,
    CONTACT,
    DATE,
    DOCUMENT,
    ENTRY,
    FROM,
    LEVEL,
    LOT,
    LOT_ID,
    ORDER,
    PRODUCT,
    QUANTITY,
    SHARE,
    SIDE,
    TO,
    UOM,
    Column,
    partner,
)

_lt = LazyTranslate(__name__)

BOTH_SIDES = ("backward", "forward")
WAYS = ("inputs", "outputs")


class Sheet(NamedTuple):
    """One list: its name, its lists in the Trace and its columns."""

    key: str
    name: object
    rows: object
    """Takes the Trace; yields ``(side, rows)``."""
    columns: list
    asked: tuple = BOTH_SIDES
    """Sides it needs: if none of them was asked, the list says nothing."""

    def amounts(self, trace, key):
        """All values of a key that holds amounts, to see how long they get."""
        if self.rows is event_lines:
            return (
                line[key] or ()
                for side in BOTH_SIDES
                for event in (trace.get(side) or {}).get("events") or []
                for way in WAYS
                for line in event[way]
            )
        return (row[key] or () for _side, rows in self.rows(trace) for row in rows)


# ---- lists ------------------------------------------------------------------------


def lists(*keys):
    """The rows of lists that both sides may have."""

    def rows(trace):
        for side in BOTH_SIDES:
            for key in keys:
                yield side, (trace.get(side) or {}).get(key) or []

    return rows


def lots(trace):
    """Every lot once a direction, the start lots once at all."""
    yield "start", trace.get("start") or []
    for side in BOTH_SIDES:
        found = (trace.get(side) or {}).get("lots") or []
        yield side, [row for row in found if row["level"]]


def event_lines(trace):
    """One row per event and line that it took or made."""
    for side in BOTH_SIDES:
        events = (trace.get(side) or {}).get("events") or []
        yield (
            side,
            ({**event, **line, "way": way} for event in events for way in WAYS for line in event[way]),
        )


def whole(key):
    """A list of the Trace itself."""

    def rows(trace):
        yield None, trace.get(key) or []

    return rows


def gap_rows(trace):
    for row in trace.get("gaps") or []:
        yield row.get("side"), [row]


def summed(title):
    """The columns of customers reached and of suppliers behind."""
    return [
        partner(title),
        CONTACT,
        Column(_lt("Products and quantities"), "word", "quantities", 44, None, "products"),
        Column(_lt("Returned"), "word", "returned", 24, None, "products"),
        AFFECTED,
        SHARE,
        Column(_lt("Documents"), "id", "documents", 10),
        Column(_lt("Lots"), "id", "lots", 8),
        Column(_lt("First date"), "datetime", "date_first", 19),
        Column(_lt("Last date"), "datetime", "date_last", 19),
    ]


SHEETS = [
    Sheet(
        "customers",
        _lt("Customers"),
        lists("consignees"),
        summed(_lt("Customer")),
        ("forward",),
    ),
    Sheet(
        "suppliers",
        _lt("Suppliers"),
        lists("suppliers"),
        summed(_lt("Supplier")),
        ("backward",),
    ),
    Sheet(
        "lots",
        _lt("Lots"),
        lots,
        [
            SIDE,
            LEVEL,
            Column(LOT_ID.title, "id", "id", 9, LOT_ID.note),
            Column(_lt("Lot"), "text", "name", 22),
            PRODUCT,
            Column(
                _lt("Quantity ever"),
                "number",
                "quantity",
                13,
                _lt("All that ever came into the lot."),
            ),
            UOM,
            AFFECTED,
            SHARE,
            Column(
                _lt("On hand"),
                "number",
                "on_hand",
                12,
                _lt("Quantity of the lot in stock now, in its own unit."),
            ),
            Column(
                _lt("Origin"),
                "word",
                "origin",
                14,
                _lt("How the earliest of the lot came in."),
                "origin",
            ),
            Column(
                _lt("Reached"),
                "word",
                "reached",
                20,
                _lt(
                    "All of it: the lot counts whole. Only what came back in: only "
                    "what moved after the traced material came into it."
                ),
                "reached",
            ),
            Column(_lt("Expiration date"), "day", "expiration_date", 14),
            Column(
                _lt("Supplier's lot"),
                "text",
                "supplier_lot",
                20,
                _lt("The supplier's lot number as recorded at the receipt."),
            ),
        ],
    ),
    Sheet(
        "events",
        _lt("Events"),
        event_lines,
        [
            SIDE,
            LEVEL,
            Column(
                _lt("Event ID"),
                "id",
                "id",
                9,
                _lt("One event: some lots in, some lots out."),
            ),
            Column(_lt("Event"), "text", "kind_name", 16),
            DATE,
            DOCUMENT,
            Column(_lt("Company"), "text", "company", 22),
            Column(
                _lt("Shared by lots"),
                "id",
                "shared",
                10,
                _lt(
                    "How many lots the event made, if several: which of them got which input "
                    "is not recorded, so each holds its share of all."
                ),
            ),
            Column(
                _lt("In or out"),
                "word",
                "way",
                10,
                _lt("In: the event took it. Out: the event made it."),
                "way",
            ),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            UOM,
            AFFECTED,
            SHARE,
            Column(
                _lt("In this trace"),
                "word",
                "in_trace",
                12,
                _lt("No: what the event took or made besides, not traced further."),
                "yes_no",
            ),
        ],
    ),
    Sheet(
        "receipts",
        _lt("Receipts"),
        lists("receipts"),
        [
            DATE,
            DOCUMENT,
            ORDER,
            partner(_lt("Supplier")),
            Column(
                _lt("Supplier's lot"),
                "text",
                "supplier_lot",
                20,
                _lt("The supplier's lot number as recorded at the receipt."),
            ),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            UOM,
            AFFECTED,
            SHARE,
            CONTACT,
            FROM,
            TO,
            ENTRY,
        ],
        ("backward",),
    ),
    Sheet(
        "shipments",
        _lt("Shipments"),
        lists("shipments"),
        [
            DATE,
            DOCUMENT,
            ORDER,
            partner(_lt("Customer")),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            UOM,
            AFFECTED,
            SHARE,
            CONTACT,
            FROM,
            TO,
            ENTRY,
        ],
        ("forward",),
    ),
    Sheet(
        "movements",
        _lt("Other movements"),
        lists("returns", "scraps", "adjustments"),
        [
            SIDE,
            Column(_lt("Movement"), "word", "kind", 20, None, "kind"),
            Column(
                _lt("Came in or left"),
                "word",
                "sign",
                12,
                None,
                "sign",
            ),
            DATE,
            DOCUMENT,
            ORDER,
            partner(_lt("Partner")),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            UOM,
            AFFECTED,
            SHARE,
            CONTACT,
            FROM,
            TO,
            ENTRY,
        ],
    ),
    Sheet(
        "on_hand",
        _lt("On hand"),
        lists("on_hand", "in_transit"),
        [
            Column(_lt("Location"), "text", "location", 28),
            Column(_lt("Package"), "text", "package", 16),
            Column(_lt("Owner"), "text", "owner", 18),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            Column(_lt("Reserved"), "number", "reserved", 12),
            Column(_lt("Free"), "number", "free", 12),
            UOM,
            AFFECTED,
            SHARE,
        ],
        ("forward",),
    ),
    Sheet(
        "open_orders",
        _lt("Open orders"),
        lists("open_orders"),
        [
            Column(_lt("Scheduled"), "datetime", "date", 19),
            Column(_lt("For"), "word", "kind", 18, None, "kind"),
            DOCUMENT,
            ORDER,
            Column(_lt("Partner"), "text", "partner", 28),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            UOM,
            Column(_lt("Location"), "text", "location", 26),
            Column(_lt("State"), "word", "state", 16, None, "state"),
            Column(
                _lt("Picked"),
                "word",
                "picked",
                9,
                _lt("Already taken from the shelf."),
                "yes_no",
            ),
        ],
        ("forward",),
    ),
    Sheet(
        "balance",
        _lt("Balance"),
        whole("balance"),
        [
            LOT_ID,
            LOT,
            PRODUCT,
            UOM,
            *(
                Column(title, "number", key, 12, note)
                for title, key, note in (
                    (_lt("Received"), "received", None),
                    (_lt("Produced"), "produced", None),
                    (_lt("Returned by customers"), "returned", None),
                    (
                        _lt("Counted in"),
                        "adjusted_in",
                        _lt("Inventory adjustments that added to the lot."),
                    ),
                    (_lt("Used"), "consumed", None),
                    (_lt("Shipped"), "shipped", None),
                    (_lt("Returned to suppliers"), "supplier_returned", None),
                    (_lt("Scrapped"), "scrapped", None),
                    (
                        _lt("Counted out"),
                        "adjusted_out",
                        _lt("Inventory adjustments that took from the lot."),
                    ),
                    (_lt("On hand"), "on_hand", None),
                    (
                        _lt("Unexplained"),
                        "unexplained",
                        _lt("What came in, less what left, less what is on hand."),
                    ),
                )
            ),
            Column(
                _lt("Explained"),
                "share",
                "explained",
                11,
                _lt("Part of what came in whose whereabouts are known."),
            ),
        ],
    ),
    Sheet(
        "gaps",
        _lt("Gaps"),
        gap_rows,
        [
            SIDE,
            Column(
                _lt("Severity"),
                "word",
                "severity",
                10,
                _lt(
                    "Chain: a lot or a partner may be missing from the answer. Fact: a "
                    "fact about a row that is there is missing."
                ),
                "severity",
            ),
            Column(_lt("Gap"), "text", "message", 80),
            LOT_ID,
            LOT,
            DOCUMENT,
            Column(_lt("Entries"), "id", "count", 9),
            Column(_lt("Event ID"), "id", "event_id", 9),
        ],
    ),
    Sheet(
        "excluded",
        _lt("Left out"),
        lists("excluded"),
        [
            SIDE,
            Column(_lt("Movement"), "word", "kind", 20, None, "kind"),
            DATE,
            Column(
                _lt("Counts from or until"),
                "datetime",
                "bound",
                19,
                _lt(
                    "Went to: what left before this date is left out. Made from: what "
                    "came in after this date is left out."
                ),
            ),
            LOT_ID,
            LOT,
            PRODUCT,
            QUANTITY,
            UOM,
            DOCUMENT,
        ],
    ),
]
