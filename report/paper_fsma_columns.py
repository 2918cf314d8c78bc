"""The key data elements of each critical tracking event, in the order and with the numbers of 21 CFR."""

from odoo.tools import LazyTranslate

from .paper import WHERE_LOT, WHERE_PLACE, Column, Need
from .paper_fsma import get_location_columns, get_product_columns

_lt = LazyTranslate(__name__)

WHERE_TLC = _lt("The lot: traceability lot code, and its source")
WHERE_PRODUCE = _lt("The lot: farm, harvest and cooling")
WHERE_TRANSFER = _lt("The transfer")
WHERE_COMMODITY = _lt("The product, page Regulatory: commodity")
DOCUMENTS = {
    "receipt": "Receiving record",
    "customer_return": "Receiving record (return)",
    "shipment": "Delivery record",
    "supplier_return": "Delivery record (return)",
}


def _itself(row):
    return row


class Lots:
    """What is told of a lot, for the columns below."""

    def __init__(self, paper):
        self.paper = paper

    def get_code(self, row):
        """The traceability lot code; of what was made here, else the lot's own number."""
        lot = self.paper.lot(row)
        return lot.get("traceability_lot_code") or (row.get("lot") if lot.get("made") else None)

    def get_source(self, row):
        """Where the code was assigned; of what was made here, else the place that made it."""
        lot = self.paper.lot(row)
        if lot.get("tlc_source") or lot.get("tlc_source_reference"):
            return lot.get("tlc_source") or {}
        return self.paper.made(row)[0]

    def get_reference(self, row):
        return self.paper.lot(row).get("tlc_source_reference")


def get_code_column(paper, title, get, paragraph):
    lots = Lots(paper)
    need = Need(paragraph, WHERE_TLC, lambda row: paper.name_lot(get(row)), when=lambda row: bool(get(row)))
    return Column(title, lambda row: lots.get_code(get(row)), width=22, need=need)


def get_amount_columns(number, get=_itself, paragraph=""):
    need = Need(paragraph, WHERE_TRANSFER, when=lambda row: bool(get(row)))
    return [
        Column(f"{number} Quantity", lambda row: get(row).get("quantity"), "number", 12, need),
        Column(f"{number} Unit", lambda row: get(row).get("uom"), width=8, need=need),
    ]


def get_source_columns(paper, number, get, paragraph):
    """TLC source: its location description, or a reference that leads to it."""
    lots = Lots(paper)

    def subject(row):
        return paper.name_lot(get(row))

    def is_unknown(row):
        return bool(get(row)) and not lots.get_source(get(row))

    reference = Column(
        f"{number} TLC source reference",
        lambda row: lots.get_reference(get(row)),
        width=22,
        need=Need(paragraph, WHERE_TLC, subject, when=is_unknown),
    )
    places = get_location_columns(
        paper, f"{number} TLC source", lambda row: lots.get_source(get(row)), paragraph
    )
    # Either the place or the reference is enough.
    places[0] = places[0]._replace(need=None)
    return [*places, reference]


def get_document_columns(paper, number, paragraph):
    def get_kind(row):
        return DOCUMENTS.get(row.get("kind")) or row.get("kind_name")

    need = Need(paragraph, WHERE_TRANSFER)
    return [
        Column(f"{number} Reference document type", get_kind, width=22, need=need),
        Column(f"{number} Reference document number", lambda row: row["document"], width=20, need=need),
        Column(f"{number} Order", lambda row: row.get("order"), width=18),
    ]


def get_date_column(title, paragraph):
    return Column(title, lambda row: row["date"], "date", 12, Need(paragraph, WHERE_TRANSFER))


def get_receiving_columns(paper):
    """21 CFR 1.1345(a)."""
    section = "21 CFR 1.1345(a)"
    return [
        get_code_column(paper, "(1) TLC", _itself, f"{section}(1)"),
        Column("Lot number here", lambda row: row["lot"], width=18),
        Column("Supplier's lot number", lambda row: row["supplier_lot"], width=18),
        *get_amount_columns("(2)", paragraph=f"{section}(2)"),
        *get_product_columns(paper, "(3)", _itself, f"{section}(3)"),
        *get_location_columns(paper, "(4) Previous source", paper.contact, f"{section}(4)"),
        *get_location_columns(paper, "(5) Received at", paper.place, f"{section}(5)", WHERE_PLACE),
        get_date_column("(6) Date received", f"{section}(6)"),
        *get_source_columns(paper, "(7)", _itself, f"{section}(7)"),
        *get_document_columns(paper, "(8)", f"{section}(8)"),
    ]


def get_shipping_columns(paper):
    """21 CFR 1.1340(a)."""
    section = "21 CFR 1.1340(a)"
    return [
        get_code_column(paper, "(1) TLC", _itself, f"{section}(1)"),
        Column("Lot number here", lambda row: row["lot"], width=18),
        *get_amount_columns("(2)", paragraph=f"{section}(2)"),
        *get_product_columns(paper, "(3)", _itself, f"{section}(3)"),
        *get_location_columns(paper, "(4) Recipient", paper.contact, f"{section}(4)"),
        *get_location_columns(paper, "(5) Shipped from", paper.place, f"{section}(5)", WHERE_PLACE),
        get_date_column("(6) Date shipped", f"{section}(6)"),
        *get_source_columns(paper, "(7)", _itself, f"{section}(7)"),
        *get_document_columns(paper, "(8)", f"{section}(8)"),
    ]


def _input(row):
    return row["input"]


def _output(row):
    return row["output"]


def get_transformation_columns(paper):
    """21 CFR 1.1350(a): one row per input lot and output lot."""
    section = "21 CFR 1.1350(a)"
    return [
        get_code_column(paper, "(1)(i) TLC used", _input, f"{section}(1)(i)"),
        Column("Lot used", lambda row: row["input"].get("lot"), width=18),
        *get_product_columns(paper, "(1)(ii) Used", _input, f"{section}(1)(ii)"),
        *get_amount_columns("(1)(iii) Used", _input, f"{section}(1)(iii)"),
        get_code_column(paper, "(2)(i) TLC assigned", _output, f"{section}(2)(i)"),
        Column("Lot made", lambda row: row["output"]["lot"], width=18),
        *get_location_columns(
            paper, "(2)(ii) Transformed at (TLC source)", paper.event_place, f"{section}(2)(ii)", WHERE_PLACE
        ),
        get_date_column("(2)(iii) Date completed", f"{section}(2)(iii)"),
        *get_product_columns(paper, "(2)(iv) Produced", _output, f"{section}(2)(iv)"),
        *get_amount_columns("(2)(v) Produced", _output, f"{section}(2)(v)"),
        *get_document_columns(paper, "(2)(vi)", f"{section}(2)(vi)"),
        Column("Lots made", lambda row: row["lots_made"], "number", 8),
    ]


def _get_lot_fact(paper, name, get=_itself):
    return lambda row: paper.lot(get(row)).get(name)


def _get_party(paper, name, get=_itself):
    return lambda row: paper.lot(get(row)).get(name) or {}


def get_initial_packing_columns(paper):
    """21 CFR 1.1330(a): one row per input lot and output lot."""
    section = "21 CFR 1.1330(a)"
    received = {}
    for row in paper.get_rows("receipts"):
        received.setdefault(row["lot_id"], []).append(row)

    def get_received(row):
        return received.get(row["input"].get("lot_id")) or [{}]

    def need(number, where=WHERE_PRODUCE):
        return Need(f"{section}({number})", where, lambda row: paper.name_lot(row["input"] or row["output"]))

    def get_total(row):
        return sum(one.get("quantity") or 0.0 for one in get_received(row)) or None

    return [
        Column(
            "(1) Commodity",
            lambda row: paper.product(row["input"]).get("label_commodity"),
            width=18,
            need=need(1, WHERE_COMMODITY),
        ),
        Column("(1) Variety", lambda row: paper.product(row["input"]).get("label_variety"), width=16),
        Column(
            "(2) Date received",
            lambda row: get_received(row)[0].get("date"),
            "date",
            12,
            need(2, WHERE_TRANSFER),
        ),
        Column("(3) Quantity received", get_total, "number", 12, need(3, WHERE_TRANSFER)),
        Column("(3) Unit", lambda row: get_received(row)[0].get("uom"), width=8),
        *get_location_columns(
            paper, "(4) Farm", _get_party(paper, "farm", _input), f"{section}(4)", WHERE_PRODUCE
        ),
        Column(
            "(5)(6) Field, growing area or aquaculture container",
            _get_lot_fact(paper, "growing_area", _input),
            width=24,
            need=need(5, WHERE_LOT),
        ),
        Column(
            "(7) Harvester",
            lambda row: _get_party(paper, "harvester", _input)(row).get("name"),
            width=24,
            need=need(7),
        ),
        Column(
            "(7) Harvester phone",
            lambda row: _get_party(paper, "harvester", _input)(row).get("phone"),
            width=18,
            need=need(7),
        ),
        Column(
            "(8) Harvest date", _get_lot_fact(paper, "harvest_date", _input), "date", 12, need(8, WHERE_LOT)
        ),
        Column("(9) Cooled at", lambda row: _get_party(paper, "cooler", _input)(row).get("name"), width=24),
        Column("(10) Cooled on", _get_lot_fact(paper, "cooling_date", _input), "date", 12),
        get_code_column(paper, "(11) TLC assigned", _output, f"{section}(11)"),
        *get_product_columns(paper, "(12) Packed", _output, f"{section}(12)"),
        *get_amount_columns("(13) Packed", _output, f"{section}(13)"),
        *get_location_columns(
            paper, "(14) Packed at (TLC source)", paper.event_place, f"{section}(14)", WHERE_PLACE
        ),
        get_date_column("(15) Date of initial packing", f"{section}(15)"),
        *get_document_columns(paper, "(16)", f"{section}(16)"),
        Column("Lots made", lambda row: row["lots_made"], "number", 8),
    ]


def get_first_land_based_columns(paper):
    """21 CFR 1.1335."""
    section = "21 CFR 1.1335"
    return [
        get_code_column(paper, "(a) TLC assigned", _itself, f"{section}(a)"),
        *get_product_columns(paper, "(b)", _itself, f"{section}(b)"),
        *get_amount_columns("(c)", paragraph=f"{section}(c)"),
        Column(
            "(d) Harvested from",
            _get_lot_fact(paper, "harvest_date"),
            "date",
            12,
            Need(f"{section}(d)", WHERE_LOT),
        ),
        Column("(d) Harvested until", _get_lot_fact(paper, "harvest_date_to"), "date", 12),
        Column(
            "(d) Harvest location",
            _get_lot_fact(paper, "growing_area"),
            width=24,
            need=Need(f"{section}(d)", WHERE_LOT),
        ),
        *get_location_columns(
            paper, "(e) Received at (TLC source)", paper.place, f"{section}(e)", WHERE_PLACE
        ),
        get_date_column("(f) Date landed", f"{section}(f)"),
        *get_document_columns(paper, "(g)", f"{section}(g)"),
    ]


def _get_farm_columns(paper, section, place):
    """What harvester and cooler both tell."""
    commodity = Need(f"{section}(ii)", WHERE_COMMODITY, paper.name_product)
    return [
        *get_location_columns(paper, "(i) Recipient", paper.contact, f"{section}(i)"),
        Column(
            "(ii) Commodity", lambda row: paper.product(row).get("label_commodity"), width=18, need=commodity
        ),
        Column("(ii) Variety", lambda row: paper.product(row).get("label_variety"), width=16),
        Column("Lot", lambda row: row["lot"], width=18),
        *get_amount_columns("(iii)", paragraph=f"{section}(iii)"),
        *get_location_columns(
            paper, f"({place}) Farm", _get_party(paper, "farm"), f"{section}({place})", WHERE_PRODUCE
        ),
    ]


def get_harvesting_columns(paper):
    """21 CFR 1.1325(a)(1), of what this company itself harvested."""
    section = "21 CFR 1.1325(a)(1)"
    return [
        *_get_farm_columns(paper, section, "iv"),
        Column(
            "(v)(vi) Field, growing area or aquaculture container",
            _get_lot_fact(paper, "growing_area"),
            width=24,
            need=Need(f"{section}(v)", WHERE_LOT),
        ),
        Column(
            "(vii) Harvest date",
            _get_lot_fact(paper, "harvest_date"),
            "date",
            12,
            Need(f"{section}(vii)", WHERE_LOT),
        ),
        *get_document_columns(paper, "(viii)", f"{section}(viii)"),
    ]


def get_cooling_columns(paper):
    """21 CFR 1.1325(b)(1), of what this company itself cooled before initial packing."""
    section = "21 CFR 1.1325(b)(1)"
    return [
        *_get_farm_columns(paper, section, "vi"),
        *get_location_columns(
            paper, "(iv) Cooled at", _get_party(paper, "cooler"), f"{section}(iv)", WHERE_PRODUCE
        ),
        Column(
            "(v) Cooling date",
            _get_lot_fact(paper, "cooling_date"),
            "date",
            12,
            Need(f"{section}(v)", WHERE_PRODUCE),
        ),
        *get_document_columns(paper, "(vii)", f"{section}(vii)"),
    ]
