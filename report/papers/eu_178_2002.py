"""Regulation (EC) 178/2002, article 18: from whom, and to whom, lot by lot.

18(2): any person who supplied a food, a feed, a food-producing animal or any substance to be
incorporated; 18(3): the other businesses supplied. Quantities, dates and lot numbers are what the
Commission's guidance on the article asks for on top.
"""

from odoo.tools import LazyTranslate

from ..paper import WHERE_RECEIPT, Column, Need, Paper, Table, paper
from ..paper_columns import get_durability, get_name, get_party_columns, get_product_columns

_lt = LazyTranslate(__name__)

SUPPLIERS = "178/2002 art. 18(2)"
CUSTOMERS = "178/2002 art. 18(3)"
SUMS = ("party", "product")
GUIDANCE = "178/2002 art. 18, guidance"


@paper("eu_178_2002")
class Eu178(Paper):
    def get_sections(self):
        yield self.get_lots()
        yield Table(
            title=_lt("Suppliers, one step back"),
            name=_lt("Suppliers"),
            columns=self.get_movement_columns(_lt("Supplier"), SUPPLIERS, supplier_lot=True),
            rows=self.sort(self.get_rows("receipts")),
            sums=SUMS,
            note=_lt("Who supplied the lots, and what they were made from (art. 18(2)), by lot."),
        )
        yield self.get_customers()

    def get_customers(self):
        return Table(
            title=_lt("Customers, one step forward"),
            name=_lt("Customers"),
            columns=self.get_movement_columns(_lt("Customer"), CUSTOMERS),
            rows=self.sort(self.get_rows("shipments")),
            sums=SUMS,
            note=_lt(
                "Which businesses were supplied (art. 18(3)), by lot; what went on to consumers is not."
            ),
        )

    def sort(self, rows):
        return sorted(rows, key=lambda row: (row["product"], row["lot"], row["date"], row["id"]))

    def get_giver(self, row):
        """The customer who had it before, of what went from one customer to another."""
        return get_name(self.place(row)) if self.is_passed_on(row) else None

    def get_lots(self):
        """The lots that were asked about."""
        return Table(
            title=_lt("Lots asked about"),
            columns=[
                Column(_lt("Lot"), lambda row: row["name"], width=20),
                Column(_lt("Supplier's lot"), lambda row: row["supplier_lot"], width=18),
                *get_product_columns(self),
                Column(_lt("Production date"), lambda row: self.lot(row).get("production_date"), "date", 12),
                Column(_lt("Durability date"), lambda row: get_durability(self, row), "date", 12),
                Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12),
                Column(_lt("Unit"), lambda row: row["uom"], width=8),
                Column(_lt("On hand"), lambda row: row["on_hand"], "number", 12),
            ],
            rows=self.trace["start"],
        )

    def get_movement_columns(self, party, paragraph, supplier_lot=False):
        lot = _lt("Lot")
        columns = [
            Column(lot, lambda row: row["lot"], width=20, group=lot, part="lot"),
            *get_product_columns(self, paragraph),
            *get_party_columns(self, self.contact, party, paragraph),
            Column(_lt("Date"), lambda row: row["date"], "date", 12, part="when"),
            Column(_lt("Time"), lambda row: row["date"], "time", 8, group=False),
            Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12, part="amount"),
            Column(_lt("Unit"), lambda row: row["uom"], width=8, part="unit"),
            Column(_lt("Durability date"), lambda row: get_durability(self, row), "date", 12, group=False),
            Column(_lt("Document"), lambda row: row["document"], width=18, group=_lt("Document")),
            Column(_lt("Order"), lambda row: row["order"], width=16, group=_lt("Document")),
        ]
        if supplier_lot:
            asked = Need(GUIDANCE, WHERE_RECEIPT, self.name_lot)
            title = _lt("Supplier's lot")
            columns.insert(
                1, Column(title, lambda row: row["supplier_lot"], width=18, need=asked, group=lot, named=True)
            )
        else:
            columns.append(
                Column(_lt("Passed on by"), self.get_giver, width=24, group=party, named=True),
            )
        return columns
