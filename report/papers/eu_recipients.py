"""Recipients list: the distribution of lots by country, as authorities ask for it.

RASFF notifications are filed by authorities (Regulation (EU) 2019/1715, article 2): this is the
list of consignments that they ask an operator for, not a notification.
"""

from odoo.tools import LazyTranslate

from ..paper import WHERE_PARTNER, WHERE_PRODUCT, WHERE_TRANSFER, Column, Need, Paper, Table, paper
from ..paper_columns import get_durability, get_name

_lt = LazyTranslate(__name__)

SOURCE = "2019/1715, recipients list"


@paper("eu_recipients")
class Recipients(Paper):
    title = _lt("Recipients list")

    def get_sections(self):
        rows = [{**row, "status": _lt("Delivered")} for row in self.get_rows("shipments")]
        rows += [
            {**row, "status": _lt("Came back")}
            for row in self.get_rows("returns")
            if row["kind"] == "customer_return" and not self.is_passed_on(row)
        ]
        yield Table(
            title=_lt("Recipients list"),
            columns=self.get_columns(),
            rows=sorted(rows, key=self.get_order),
            sums=("party status", "product status"),
            note=_lt("One row per delivery and lot, by country. What came back stands in rows of its own."),
        )
        forward = self.trace.get("forward") or {}
        open_rows = [row for row in forward.get("open_orders") or [] if row["kind"] == "delivery"]
        yield Table(
            title=_lt("Not yet delivered"),
            columns=[
                Column(_lt("Recipient"), lambda row: row["partner"], width=32),
                Column(_lt("Product"), lambda row: row["product"], width=34),
                Column(_lt("Lot"), lambda row: row["lot"], width=20),
                Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12),
                Column(_lt("Unit"), lambda row: row["uom"], width=8),
                Column(_lt("Planned for"), lambda row: row["date"], "date", 12),
                Column(_lt("Document"), lambda row: row["document"], width=18),
            ],
            rows=open_rows,
            note=_lt("Reserved or picked when the trace was asked: can still be stopped."),
        )

    def get_order(self, row):
        contact = self.contact(row)
        return (contact.get("country") or "", get_name(contact) or "", row["date"], row["id"])

    def get_columns(self):
        known = Need(SOURCE, WHERE_PARTNER, self.name_partner, when=lambda row: bool(self.contact(row)))
        recipient = _lt("Recipient")
        product = _lt("Product")
        columns = [
            Column(
                _lt("Country"),
                lambda row: self.contact(row).get("country"),
                width=16,
                need=known,
                part="party",
            ),
            Column(
                recipient,
                lambda row: get_name(self.contact(row)),
                width=32,
                need=Need(SOURCE, WHERE_TRANSFER, self.name_partner),
                group=recipient,
            ),
            Column(
                _lt("Address"),
                lambda row: self.contact(row).get("street"),
                width=28,
                need=known,
                group=recipient,
            ),
            Column(_lt("Postcode"), lambda row: self.contact(row).get("zip"), width=10, group=recipient),
            Column(
                _lt("City"),
                lambda row: self.contact(row).get("city"),
                width=18,
                need=known,
                group=recipient,
                joined=True,
            ),
            Column(_lt("Phone"), lambda row: self.contact(row).get("phone"), width=18, group=recipient),
            Column(_lt("E-mail"), lambda row: self.contact(row).get("email"), width=26, group=recipient),
            Column(product, lambda row: row["product"], width=34, group=product),
            Column(
                _lt("CN code"),
                lambda row: self.product(row).get("label_cn_code"),
                width=12,
                need=Need(SOURCE, WHERE_PRODUCT, self.name_product),
                group=product,
                named=True,
            ),
            Column(_lt("Lot"), lambda row: row["lot"], width=20, part="lot"),
            Column(_lt("Durability date"), lambda row: get_durability(self, row), "date", 12),
            Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12, part="amount"),
            Column(_lt("Unit"), lambda row: row["uom"], width=8, part="unit"),
            Column(
                _lt("Net kg"),
                self.get_kilograms,
                "number",
                10,
                Need(SOURCE, _lt("The product: weight"), self.name_product),
            ),
            Column(_lt("Delivery date"), lambda row: row["date"], "date", 12, part="when"),
            Column(_lt("Document"), lambda row: row["document"], width=18),
            Column(_lt("Status"), lambda row: self.words.say(row["status"]), width=14, part="status"),
        ]
        for part, group in (("party", recipient), ("product", product)):
            columns = [one._replace(part=part) if one.group is group else one for one in columns]
        return columns

    def get_kilograms(self, row):
        kilograms = self.product(row).get("kilograms")
        return kilograms and row["quantity"] * kilograms
