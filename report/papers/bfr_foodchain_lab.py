"""Deliveries with the columns of the BfR FoodChain-Lab templates (all in one, and lot by lot).

The templates take digital extracts of a company's database with these columns instead of the form
itself. Columns are always in German, as there. The lot number is always mandatory.
"""

from ..paper import WHERE_TRANSFER, Column, Need, Paper, Table, paper
from ..paper_columns import get_durability, get_name

SOURCE = "BfR FoodChain-Lab"
WHERE_ADDRESS = "Kontakte: Adresse des Partners oder des eigenen Lagers"


@paper("bfr_foodchain_lab")
class FoodChainLab(Paper):
    def get_sections(self):
        deliveries = [
            *({**row, "way": "in"} for row in self.get_rows("receipts")),
            *({**row, "way": "out"} for row in self.get_rows("shipments")),
        ]
        yield Table(
            title="Lieferungen",
            columns=self.get_columns(),
            rows=sorted(deliveries, key=lambda row: (row["date"], row["id"])),
            note="Alle Lieferungen der Chargen dieser Anfrage, eine Zeile je Lieferung und Charge.",
        )
        yield Table(
            title="Chargenverknüpfung",
            columns=[
                Column("Chargennummer (ausgehend)", lambda row: row["output"]["lot"], width=24),
                Column("Produkt (ausgehend)", lambda row: row["output"]["product"], width=34),
                Column("Chargennummer (eingehend)", lambda row: row["input"]["lot"], width=24),
                Column("Produkt (eingehend)", lambda row: row["input"]["product"], width=34),
                Column("Menge (eingehend)", lambda row: row["input"]["quantity"], "number", 12),
                Column("Einheit", lambda row: row["input"]["uom"], width=8),
                Column("Datum", lambda row: row["date"], "date", 12),
                Column("Vorgang", lambda row: row["document"], width=18),
            ],
            rows=self.get_links(),
            note="Welche Charge in welche ging. Die Menge ist die der eingehenden Charge in diesem Vorgang.",
        )

    def get_links(self):
        return [
            {**event, "input": taken, "output": made}
            for event in self.get_rows("events")
            for made in event["outputs"]
            for taken in event["inputs"]
        ]

    def get_columns(self):
        return [
            *self.get_station("Lieferant", self.get_sender),
            Column("Produkt Bezeichnung", lambda row: row["product"], width=34, group="Produkt"),
            Column("EAN", lambda row: self.product(row).get("barcode"), width=16, group="Produkt"),
            Column(
                "Chargennummer",
                lambda row: row["lot"],
                width=20,
                need=Need(SOURCE, "Transfer: Charge"),
                group="Charge",
            ),
            Column("MHD", lambda row: get_durability(self, row), "date", 12, group="Charge"),
            Column("Lieferdatum", lambda row: row["date"], "date", 12),
            Column("Menge", lambda row: row["quantity"], "number", 12),
            Column("Einheit", lambda row: row["uom"], width=8),
            *self.get_station("Empfänger", self.get_recipient),
            Column("Quelle", lambda row: row["document"], width=18),
            Column("Kommentar", self.get_comment, width=30),
        ]

    def get_station(self, title, get):
        def subject(row):
            return get(row).get("name") or row["document"]

        known = Need(SOURCE, WHERE_ADDRESS, subject, when=lambda row: bool(get(row)))
        return [
            Column(
                f"{title} Name",
                lambda row: get_name(get(row)),
                width=30,
                need=Need(SOURCE, WHERE_TRANSFER, subject),
                group=title,
            ),
            Column(
                f"{title} Adresse",
                lambda row: self.get_street(get(row)),
                width=36,
                need=known,
                group=title,
            ),
            Column(f"{title} Land", lambda row: get(row).get("country"), width=14, need=known, group=title),
            Column(
                f"{title} Betriebsart",
                lambda row: self.words.business_type(get(row).get("business_type")),
                width=18,
                group=title,
            ),
        ]

    def get_sender(self, row):
        return self.contact(row) if row["way"] == "in" else self.place(row)

    def get_recipient(self, row):
        return self.place(row) if row["way"] == "in" else self.contact(row)

    def get_street(self, contact):
        """Street and town, without the country: that has a column of its own."""
        town = " ".join(filter(None, (contact.get("zip"), contact.get("city"))))
        return ", ".join(filter(None, (contact.get("street"), town)))

    def get_comment(self, row):
        """Our own number and the supplier's are both known of what came in."""
        number = row.get("supplier_lot")
        return f"Chargennummer des Lieferanten: {number}" if number else None
