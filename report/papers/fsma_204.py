"""FDA Food Traceability Rule, 21 CFR 1.1325 to 1.1350: the sortable spreadsheet of 1.1455(c)(3)(ii).

One sheet per critical tracking event, one row per lot and event; the numbers in the headings are
the paragraphs' own. Always in English. FDA prescribes the data, not the layout.
"""

from ..paper import Field, Fields, Paper, Table, Text, paper
from ..paper_fsma import FoodList, get_master_tables
from ..paper_fsma_columns import (
    get_cooling_columns,
    get_first_land_based_columns,
    get_harvesting_columns,
    get_initial_packing_columns,
    get_receiving_columns,
    get_shipping_columns,
    get_transformation_columns,
)

GLOSSARY = """
TLC: traceability lot code. TLC source: the place where it was assigned; a TLC is unique within the
records of its source only. KDE: key data element. The numbers in the headings are those of the paragraph
that asks for it.

A lot made here that carries no other code has its lot number as TLC; its source is the place that made
it. A lot received keeps the code and the source that came with it: where none was recorded, it is listed
in “Gaps”. “Not recorded then, known today” names facts of a partner that were not on record when the
goods moved, and are taken from the partner's record of the time named above.

Transformation and Initial Packing: one row per input lot and output lot of an event. The quantity used is
that of the input lot in the whole event; where an event made several lots, it stands in each of their
rows and must not be added up over them (“Lots made” says how many).

GTIN: GS1 Global Trade Item Number. GLN: GS1 Global Location Number. FFRN: FDA Food Facility Registration
Number. Units are those of this company's records; weights of one unit stand in “Products”. Dates are days
in the time zone named above.
"""
NOT_HERE = """
Moves between places of this company at different street addresses are not in the ledger that this is made
of, and not in this workbook. Sprouts (1.1330(b)) and initial packing of food from exempt suppliers
(1.1330(c)) have no sheet of their own.

Whether a food is on the Food Traceability List is what this company recorded of its product; foods of
which nothing is recorded are included.

What a supplier sent straight to a customer stands in Receiving and in Shipping, with the customer as the
place that received it and the supplier as the place that shipped it: this company sold it, and did not
hold it.
"""


def unwrap(text):
    """A text without the line ends of its source; empty lines part paragraphs."""
    return "\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


@paper("fsma_204")
class Fsma204(Paper):
    def get_sections(self):
        foods = self.foods = FoodList(self)
        receipts, shipments = foods.get_received(), foods.get_shipped()
        events = foods.get_events()
        landed = [row for row in receipts if self.is_first_landed(row)]
        received = [row for row in receipts if not self.is_first_landed(row)]
        packed = [row for row in events if self.is_initially_packed(row)]
        transformed = [row for row in events if not self.is_initially_packed(row)]
        harvested, cooled = foods.get_harvested("harvester"), foods.get_harvested("cooler")
        yield self.get_scope()
        yield Text("Glossary and coding systems", unwrap(GLOSSARY))
        yield Text("Not in this workbook", unwrap(NOT_HERE))
        for title, columns, rows in (
            ("Receiving", get_receiving_columns(self), received),
            ("Shipping", get_shipping_columns(self), shipments),
            ("Transformation", get_transformation_columns(self), transformed),
            ("Initial Packing", get_initial_packing_columns(self), packed),
            ("First Land-Based", get_first_land_based_columns(self), landed),
            ("Harvesting", get_harvesting_columns(self), harvested),
            ("Cooling", get_cooling_columns(self), cooled),
        ):
            yield Table(title, columns, rows)
        yield from get_master_tables(self, [*receipts, *shipments, *harvested, *cooled], events)

    def is_first_landed(self, row):
        return row["kind"] == "receipt" and self.product(row).get("ftl_received_as") == "first_land_based"

    def is_initially_packed(self, row):
        return self.product(row["output"]).get("ftl_made_as") == "initial_packing"

    def get_scope(self):
        options, foods = self.options, self.foods
        dates = " to ".join(options.get(name) or "…" for name in ("date_from", "date_to"))
        return Fields(
            "Scope",
            [
                Field("Request", options.get("request")),
                Field("Foods", ", ".join(options.get("product_names") or []) or "all foods of the trace"),
                Field("Dates", dates if dates != "… to …" else "all dates of the trace"),
                Field(
                    "Traceability lot codes",
                    ", ".join(options.get("lot_codes") or []) or "all lots of the trace",
                ),
                Field(
                    "Left out: not on the Food Traceability List",
                    ", ".join(foods.get_left_out()) or "nothing",
                ),
                Field("Included, not yet decided", ", ".join(foods.get_undecided()) or "nothing"),
            ],
        )
