"""NVWA: gegevens bij een melding van (mogelijk) onveilige levensmiddelen.

The six items that the authority's page names as the minimum, always in Dutch, and the lists
`Afnemers` and `Leveranciers`. The report itself is made on the authority's form or by telephone.
"""

from odoo.tools import LazyTranslate

from ..paper import (
    WHERE_BARCODE,
    WHERE_LOT,
    WHERE_PARTNER,
    WHERE_RECEIPT,
    WHERE_TRANSFER,
    Column,
    Field,
    Fields,
    Need,
    Paper,
    Signatures,
    Table,
    paper,
)
from ..paper_columns import get_durability, get_durability_kind, get_name, get_person

_lt = LazyTranslate(__name__)

LOT, REASON, PARTIES, DATES, AMOUNTS, MEASURES = (f"NVWA-melding, gegeven {number}" for number in range(1, 7))
PARTS = {"Naam": "party", "Product": "product", "Partijcode": "lot"}
WHERE_ENTERED = _lt("Entered when the paper is made, or in the recall")


@paper("nvwa")
class Nvwa(Paper):
    title = "NVWA-melding: gegevenspakket"

    def get_sections(self):
        yield self.get_lots()
        yield Fields(
            "2. Reden van de melding",
            [
                Field(
                    "Reden, uitslagen van onderzoek", self.options.get("reason"), Need(REASON, WHERE_ENTERED)
                ),
                Field("Kenmerk", self.options.get("request")),
            ],
        )
        customers, suppliers = (self.get_sorted(name) for name in ("shipments", "receipts"))
        yield Fields(
            "3. Afnemers en leveranciers",
            [
                Field("Afnemers", self.count(customers)),
                Field("Leveranciers", self.count(suppliers)),
            ],
        )
        yield self.get_movements("Afnemers", customers, "Leverdatum")
        yield self.get_movements("Leveranciers", suppliers, "Leverdatum", supplies=True)
        yield self.get_stock()
        yield Fields(
            "6. Maatregelen",
            [Field("Genomen en nog te nemen", self.options.get("measures"), Need(MEASURES, WHERE_ENTERED))],
        )
        company, need = self.company, Need(PARTIES, WHERE_PARTNER)
        yield Fields(
            "Melder",
            [
                Field("Bedrijf", company.get("name"), need),
                Field("Adres", self.get_address(company), need),
                Field("Telefoon", company.get("phone"), need),
                Field("E-mail", company.get("email"), need),
                Field("Dag en nacht bereikbaar", company.get("contact_24h"), need),
                Field("Erkenningsnummer", company.get("eu_approval")),
            ],
        )
        yield Signatures("Ondertekening", ["Naam en functie", "Datum en tijd", "Handtekening"])

    def get_sorted(self, name):
        """The rows of a list by country and name, as those who call them up read them."""

        def get_key(row):
            contact = self.contact(row)
            return (contact.get("country") or "", get_name(contact) or "", row["date"], row["id"])

        return sorted(self.get_rows(name), key=get_key)

    def count(self, rows):
        partners = {row["partner_id"] or row["partner"] for row in rows}
        return f"{self.words.integer(len(partners))} (leveringen: {self.words.integer(len(rows))})"

    def get_lots(self):
        """Item 1: the coding of the lots, and what they are known by."""
        return Table(
            title="1. Partijen",
            name="Partijen",
            columns=[
                Column("Partijcode", lambda row: row["name"], width=20, need=Need(LOT, WHERE_LOT)),
                Column("Partijcode leverancier", lambda row: row["supplier_lot"], width=20),
                Column("Product", lambda row: row["product"], width=34, group="Product"),
                Column(
                    "EAN/GTIN",
                    lambda row: self.product(row).get("barcode"),
                    width=16,
                    need=Need(LOT, WHERE_BARCODE, self.name_product),
                    group="Product",
                ),
                *self.get_durability_columns(),
                Column("Productiedatum", lambda row: self.lot(row).get("production_date"), "date", 12),
                Column("Land van oorsprong", lambda row: self.lot(row).get("origin_country"), width=16),
                Column("Hoeveelheid", lambda row: row["quantity"], "number", 12),
                Column("Eenheid", lambda row: row["uom"], width=8),
                Column("Nog in voorraad", lambda row: row["on_hand"], "number", 12),
            ],
            rows=self.trace["start"],
        )

    def get_durability_columns(self):
        return [
            Column(
                "THT/TGT",
                lambda row: get_durability(self, row),
                "date",
                12,
                Need(LOT, WHERE_LOT),
                group="THT/TGT",
            ),
            Column(
                "Soort datum",
                lambda row: get_durability_kind(self, row, "THT", "TGT"),
                width=10,
                group="THT/TGT",
            ),
        ]

    def get_movements(self, title, rows, day, supplies=False):
        """Items 3, 4 and 5: who, when, how much."""

        def fact(name):
            return lambda row: self.contact(row).get(name)

        known = Need(PARTIES, WHERE_PARTNER, self.name_partner, when=lambda row: bool(self.contact(row)))
        columns = [
            Column(
                "Naam",
                lambda row: get_name(self.contact(row)),
                width=32,
                need=Need(PARTIES, WHERE_TRANSFER, self.name_partner),
                group="Naam",
            ),
            Column("Adres", fact("street"), width=28, need=known, group="Naam"),
            Column("Postcode", fact("zip"), width=10, need=known, group="Naam"),
            Column("Plaats", fact("city"), width=18, need=known, group="Naam", joined=True),
            Column("Land", fact("country"), width=14, need=known, group="Naam"),
            Column("Telefoon", fact("phone"), width=18, need=known, group="Naam"),
            Column("E-mail", fact("email"), width=26, group="Naam"),
            Column("Contact", lambda row: get_person(self.contact(row)), width=20, group="Naam"),
            Column("Product", lambda row: row["product"], width=34, group="Product"),
            Column(
                "EAN/GTIN",
                lambda row: self.product(row).get("barcode"),
                width=16,
                need=Need(LOT, WHERE_BARCODE, self.name_product),
                group="Product",
            ),
            Column("Partijcode", lambda row: row["lot"], width=20, group="Partijcode"),
            *self.get_durability_columns(),
            Column(day, lambda row: row["date"], "date", 12, group=day, part="when"),
            Column("Tijd", lambda row: row["date"], "time", 8, group=day),
            Column(
                "Hoeveelheid",
                lambda row: row["quantity"],
                "number",
                12,
                Need(AMOUNTS, WHERE_TRANSFER),
                part="amount",
            ),
            Column("Eenheid", lambda row: row["uom"], width=8, part="unit"),
            Column("Document", lambda row: row["document"], width=18),
            Column("Later aangevuld", lambda row: self.words.added(self.contact(row)), width=22, group=False),
        ]
        columns = [column._replace(part=PARTS.get(column.group, column.part)) for column in columns]
        if supplies:
            columns.insert(
                11,
                Column(
                    "Partijcode leverancier",
                    lambda row: row["supplier_lot"],
                    width=20,
                    need=Need(LOT, WHERE_RECEIPT),
                    group="Partijcode",
                    named=True,
                ),
            )
        return Table(
            title=f"3 t/m 5. {title}",
            name=title,
            columns=columns,
            rows=rows,
            sums=("party", "product"),
            note="Eén regel per levering en partij; datum en tijd in de tijdzone die hierboven staat.",
        )

    def get_stock(self):
        """What is still here, and what can still be stopped: bears on the measures."""
        forward = self.trace.get("forward") or {}
        return Table(
            title="Nog in voorraad",
            name="Voorraad",
            columns=[
                Column("Partijcode", lambda row: row["lot"], width=20),
                Column("Product", lambda row: row["product"], width=34),
                Column("Locatie", lambda row: row["location"], width=28),
                Column("Pallet of doos", lambda row: row["package"], width=18),
                Column("Hoeveelheid", lambda row: row["quantity"], "number", 12),
                Column("Eenheid", lambda row: row["uom"], width=8),
            ],
            rows=[*(forward.get("on_hand") or []), *(forward.get("in_transit") or [])],
        )
