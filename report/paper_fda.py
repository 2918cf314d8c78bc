"""Sections that papers for FDA on a recall share. Always in English."""

from .paper import WHERE_COMPANY, WHERE_PARTNER, WHERE_PARTNER_CODES, Column, Field, Fields, Need, Table
from .paper_columns import get_durability, get_name, get_person
from .paper_recall import WHERE_AUTHORITIES, WHERE_CASE, RecallPaper


class FdaPaper(RecallPaper):
    def get_affected(self):
        """What was distributed under recall: start lots and what was made from them."""
        forward = self.trace.get("forward") or {}
        return forward.get("lots") or self.trace["start"]

    def get_product(self, paragraph, title):
        products = {}
        for row in self.get_affected():
            product = self.product(row)
            parts = (row["product"], product.get("label_brand"), product.get("label_variety"))
            parts += (product.get("label_pack_size"), product.get("label_pack_style"), product.get("barcode"))
            products[row["product_id"]] = ", ".join(filter(None, parts))
        return Fields(
            title,
            [
                Field("Products", "\n".join(sorted(products.values())), Need(paragraph, WHERE_CASE)),
                self.field("Description, use, packaging, label", "product_description", paragraph),
                self.field("Kind of product", "product_kind"),
            ],
        )

    def get_lots(self, paragraph, title):
        """Codes: lot by lot."""
        return Table(
            title,
            [
                Column("Lot", lambda row: row["name"], width=20),
                Column("Product", lambda row: row["product"], width=34),
                Column("UPC/GTIN", lambda row: self.product(row).get("barcode"), width=16),
                Column(
                    "Best before or use by",
                    lambda row: get_durability(self, {"lot_id": row["id"]}),
                    "date",
                    14,
                ),
                Column("Quantity", lambda row: row["quantity"], "number", 12),
                Column("Unit", lambda row: row["uom"], width=8),
            ],
            self.get_affected(),
        )

    def get_reason(self, paragraph, title):
        field = self.field
        return Fields(
            title,
            [
                field("Reason", "reason", paragraph, WHERE_CASE),
                field("Hazard", "hazard", paragraph, WHERE_CASE),
                field("Date of discovery", "doubt_at", paragraph, WHERE_CASE, "datetime"),
                field("Found by", "found_by", paragraph, WHERE_CASE),
                field("Circumstances", "found_text", paragraph, WHERE_CASE),
                field("Why only these lots", "why_these_lots", paragraph),
                field("Complaints and injuries", "complaints", paragraph),
                Field("Date of the decision to recall", self.get_decided_at(), kind="datetime"),
            ],
        )

    def get_decided_at(self):
        return min(
            (one["decided_at"] for one in self.case["decisions"] if one["code"] == "activate"), default=None
        )

    def get_risk(self, paragraph, title):
        return Fields(
            title,
            [
                self.field("Evaluation", "risk", paragraph, WHERE_CASE),
                self.field(
                    "Class proposed by the firm, or assigned", "classification", paragraph, WHERE_CASE
                ),
            ],
        )

    def get_produced(self, paragraph, title):
        rows = [
            {"uom": row["uom"], "quantity": row["received"] + row["produced"]}
            for row in self.trace["balance"]
        ]
        days = sorted(
            filter(
                None,
                (
                    self.lot(row).get("production_date") or (self.lot(row).get("made") or {}).get("date")
                    for row in self.trace["start"]
                ),
            )
        )
        span = (
            " to ".join(dict.fromkeys(self.words.date(day) for day in (days[0], days[-1]))) if days else None
        )
        if not span:
            received = sorted(row["date"] for row in self.get_rows("receipts"))
            span = received and f"received {self.words.date(received[0])} to {self.words.date(received[-1])}"
        need = Need(paragraph, WHERE_CASE)
        return Fields(
            title,
            [
                Field("Total produced or received, of the start lots", self.sum_up(rows), need),
                Field("Dates of production", span or None, need),
            ],
        )

    def get_distributed(self, paragraph, title):
        lines = self.current("lines")
        days = sorted(row["date"] for row in lines if row["date"])
        out = [{"uom": row["uom_name"], "quantity": row["quantity"] - row["quantity_back"]} for row in lines]
        sold = [{"uom": row["uom_name"], "quantity": row["quantity_sold"]} for row in lines]
        return Fields(
            title,
            [
                Field("Quantity distributed, less what came back before", self.sum_up(out) or "none"),
                Field(
                    "Dates of distribution",
                    " to ".join(self.words.date(day) for day in days[:1] + days[-1:]) or "–",
                ),
                Field("Of it reported as sold or used", self.sum_up(sold) or "none reported"),
                Field("Of it not accounted for yet", self.sum_up(lines, "quantity_unknown") or "none"),
            ],
        )

    def get_distribution(self, paragraph, title):
        rows = self.current("consignees")
        countries = {}
        for row in rows:
            country = row["country"] or "country not recorded"
            countries[country] = countries.get(country, 0) + 1
        return Fields(
            title,
            [
                Field("Number of direct accounts", self.words.integer(len(rows))),
                Field(
                    "By country",
                    ", ".join(f"{country}: {count}" for country, count in sorted(countries.items())) or "–",
                ),
                self.field("Areas and channels", "distribution_pattern", paragraph),
                Field(
                    "The list of direct accounts",
                    "Every business that the company delivered the recalled lots to, or products made from "
                    "them: the places of delivery, as recorded with each delivery.",
                ),
            ],
        )

    def get_communication(self, paragraph, title):
        return Fields(
            title,
            [
                self.field("Notice, sent or proposed", "communication", paragraph),
                self.field("First notice by", "initial_notification"),
            ],
        )

    def get_strategy(self, paragraph, title):
        field = self.field
        return Fields(
            title,
            [
                field("Depth", "recall_depth", paragraph),
                field("Strategy", "strategy", paragraph),
                field("Public warning", "public_warning", paragraph),
                field("What becomes of the goods", "disposition", paragraph),
                field("Voluntary or mandated", "voluntary", paragraph),
            ],
        )

    def get_official(self, paragraph, title):
        return Fields(
            title,
            [Field("Name, title, phone", self.company.get("recall_contact"), Need(paragraph, WHERE_COMPANY))],
        )

    def get_firm(self, paragraph, title):
        company, partner = self.company, Need(paragraph, WHERE_PARTNER)
        setting = Need(paragraph, WHERE_COMPANY)
        return Fields(
            title,
            [
                Field("Firm", company.get("name"), partner),
                Field("Address", self.get_address(company), partner),
                Field(
                    "Type of firm",
                    self.words.business_type(company.get("business_type")),
                    Need(paragraph, WHERE_PARTNER_CODES),
                ),
                Field(
                    "FDA registration number",
                    company.get("fda_registration"),
                    Need(paragraph, WHERE_PARTNER_CODES),
                ),
                Field("Recall contact", company.get("recall_contact"), setting),
                Field("Most responsible individual", company.get("recall_responsible"), setting),
                Field("Contact for the public", company.get("recall_public_contact"), setting),
            ],
        )

    def get_manufacturer(self, paragraph, title):
        """Who made it; the recalling firm itself unless the case names another."""
        maker = self.case["manufacturer"] or self.company
        need = Need(paragraph, WHERE_AUTHORITIES)
        return Fields(
            title,
            [
                Field("Manufacturer", get_name(maker), need),
                Field("Address", self.get_address(maker), need),
                Field(
                    "FDA registration number",
                    maker.get("fda_registration"),
                    Need(paragraph, WHERE_PARTNER_CODES),
                ),
            ],
        )

    def get_accounts(self, paragraph):
        """The sortable list: one row per delivery and lot, ship-to."""

        def fact(name):
            return lambda row: self.contact(row).get(name)

        known = Need(paragraph, WHERE_PARTNER, self.name_partner, when=lambda row: bool(self.contact(row)))
        account = "Account"
        return Table(
            "Direct accounts",
            [
                Column(
                    "Name",
                    lambda row: get_name(self.contact(row)),
                    width=32,
                    need=Need(paragraph, WHERE_PARTNER, self.name_partner),
                    group=account,
                ),
                Column("Address", fact("street"), width=30, need=known, group=account),
                Column("City", fact("city"), width=18, need=known, group=account),
                Column("State", fact("state"), width=14, group=account, joined=True),
                Column("Postcode", fact("zip"), width=12, group=account, joined=True),
                Column("Country", fact("country"), width=16, need=known, group=account),
                Column("Contact", lambda row: get_person(self.contact(row)), width=22, group=account),
                Column("Phone", fact("phone"), width=18, need=known, group=account),
                Column("E-mail", fact("email"), width=26, group=account),
                Column(
                    "Type of account",
                    lambda row: self.words.business_type(self.contact(row).get("business_type")),
                    width=18,
                ),
                Column("Product", lambda row: row["product"], width=34),
                Column("Lot", lambda row: row["lot"], width=20),
                Column("Shipped on", lambda row: row["date"], "date", 12),
                Column("Quantity", lambda row: row["quantity"], "number", 12),
                Column("Unit", lambda row: row["uom"], width=8),
                Column("Document", lambda row: row["document"], width=18),
            ],
            self.get_rows("shipments"),
            note="One row per delivery and lot. Sortable in the spreadsheet of this paper.",
        )
