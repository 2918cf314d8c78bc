"""Implementing Regulation (EU) 931/2011, article 3: food of animal origin, items (a) to (h).

The operators between whom the food went stand apart from those who own it, where they differ:
consignment stock, goods kept for others, deliveries to a place of somebody else.
"""

from odoo.tools import LazyTranslate

from ..paper import (
    WHERE_PARTNER,
    WHERE_PLACE,
    WHERE_PRODUCT,
    Column,
    Field,
    Fields,
    Need,
    Paper,
    Table,
    paper,
)
from ..paper_columns import get_packaging

_lt = LazyTranslate(__name__)

ARTICLE = "931/2011 art. 3(1)"


@paper("eu_931_2011")
class Eu931(Paper):
    def get_sections(self):
        dispatched, received = (
            [row for row in self.get_rows(name) if self.product(row).get("animal_origin") != "no"]
            for name in ("shipments", "receipts")
        )
        yield self.get_products(dispatched + received)
        yield Table(
            title=_lt("Dispatched"),
            columns=self.get_columns(sends=True),
            rows=dispatched,
            note=_lt("Deliveries to other operators, items (a) to (h)."),
        )
        yield Table(
            title=_lt("Received"),
            columns=self.get_columns(sends=False),
            rows=received,
            note=_lt("Deliveries from suppliers, items (a) to (h) as recorded here."),
        )

    def get_products(self, rows):
        """Whether it has to stand here at all is said of each product."""
        products = {row["product_id"]: row for row in rows}
        names = {"yes": _lt("Of animal origin"), "no": _lt("Not of animal origin")}
        left_out = sorted(
            {
                row["product"]
                for name in ("shipments", "receipts")
                for row in self.get_rows(name)
                if self.product(row).get("animal_origin") == "no"
            }
        )
        need = Need(ARTICLE, WHERE_PRODUCT)
        return Fields(
            _lt("Products"),
            [
                Field(
                    row["product"],
                    self.words.say(names.get(self.product(row).get("animal_origin"))) or None,
                    need,
                )
                for row in products.values()
            ]
            + [Field(_lt("Left out: not of animal origin"), ", ".join(left_out) or "–")],
        )

    def get_columns(self, sends):
        """Items (a) to (h) of rows that we sent, or received."""
        dispatcher, consignee = _lt("(c) Dispatching operator"), _lt("(e) Receiving operator")
        consignor, owner = (
            _lt("(d) Consignor (owner), if different"),
            _lt("(f) Consignee (owner), if different"),
        )
        get_from, get_to = (self.get_place, self.contact) if sends else (self.contact, self.get_place)
        return [
            Column(
                _lt("(a) Description of the food"),
                self.get_description,
                width=34,
                need=Need(f"{ARTICLE}(a)", WHERE_PRODUCT, self.name_product),
            ),
            Column(
                _lt("(b) Volume or quantity"),
                lambda row: row["quantity"],
                "number",
                12,
                Need(f"{ARTICLE}(b)", _lt("The transfer: quantity")),
            ),
            Column(_lt("Unit"), lambda row: row["uom"], width=8),
            *self.get_operator(dispatcher, get_from, "(c)", WHERE_PLACE if sends else WHERE_PARTNER),
            *self.get_owner(consignor, self.get_own_owner if sends else self.get_party_owner),
            *self.get_operator(consignee, get_to, "(e)", WHERE_PARTNER if sends else WHERE_PLACE),
            *self.get_owner(owner, self.get_party_owner if sends else self.get_own_owner),
            Column(
                _lt("(g) Lot, batch or consignment"),
                lambda row: row["lot"],
                width=20,
                need=Need(f"{ARTICLE}(g)", _lt("The transfer: lot")),
            ),
            Column(_lt("Supplier's lot"), lambda row: row["supplier_lot"], width=16, group=False),
            Column(
                _lt("(h) Date of dispatch") if sends else _lt("(h) Date of dispatch: of receipt here"),
                lambda row: row["date"],
                "date",
                12,
                Need(f"{ARTICLE}(h)", _lt("The transfer: date")),
            ),
            Column(_lt("Document"), lambda row: row["document"], width=18),
        ]

    def get_place(self, row):
        return self.place(row)

    def get_description(self, row):
        product = self.product(row)
        parts = (
            row["product"],
            product.get("label_variety"),
            product.get("label_brand"),
            get_packaging(product),
        )
        return ", ".join(filter(None, parts))

    def get_operator(self, title, get, item, where):
        """Name and address of who physically had it."""
        paragraph = f"{ARTICLE}{item}"

        def subject(row):
            return get(row).get("name") or row["document"]

        known = Need(paragraph, where, subject, when=lambda row: bool(get(row)))
        return [
            Column(
                title,
                lambda row: get(row).get("name"),
                width=28,
                need=Need(paragraph, where, subject),
                group=title,
            ),
            Column(
                _lt("%(item)s address", item=item),
                lambda row: self.get_address(get(row)),
                width=36,
                need=known,
                group=title,
            ),
            Column(
                _lt("%(item)s approval no.", item=item),
                lambda row: get(row).get("eu_approval"),
                width=14,
                group=title,
                named=True,
            ),
        ]

    def get_owner(self, title, get):
        return [Column(title, lambda row: get(row), width=34)]

    def get_own_owner(self, row):
        """Whose the goods were at our place, if not of who keeps the place."""
        owner = self.owner(row)
        if owner:
            return ", ".join(filter(None, (owner["name"], self.get_address(owner))))
        place, company = self.place(row), self.company
        if self.is_passed_on(row):
            return self.get_business(place)
        if place and company.get("name") not in (place.get("name"), place.get("company")):
            return ", ".join(filter(None, (company.get("name"), self.get_address(company))))
        return None

    def get_party_owner(self, row):
        """The business behind the place that sent or received, if it is another one."""
        return self.get_business(self.contact(row))

    def get_business(self, contact):
        return ", ".join(filter(None, (contact.get("company"), contact.get("company_address"))))
