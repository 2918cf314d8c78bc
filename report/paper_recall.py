"""Sections that several papers of a recall have: from its frozen scope, and what became of it."""

from odoo.tools import LazyTranslate

from .paper import Column, Field, Fields, Need, Paper, Table

_lt = LazyTranslate(__name__)

WHERE_CASE = _lt("The recall")
WHERE_AUTHORITIES = _lt("The recall, page For authorities")
WHERE_CONSIGNEES = _lt("The recall, its consignees")
DELIVERIES = _lt("Deliveries: what became of them")
# Of one consignee that are named.
MOST_PRODUCTS = 10
# That are printed, one by one: it is they who have to be told.
MOST_CONSIGNEES = 2000
ON_HAND_TIME = _lt("As it was when the scope was frozen.")


class RecallPaper(Paper):
    """Base of papers that are made of a case: `self.case` has its plain values (docs/papers.md)."""

    def current(self, name):
        """Rows that the current version of the scope finds."""
        return [row for row in self.case[name] if row["is_current"]]

    def field(self, label, name, paragraph=None, where=WHERE_AUTHORITIES, kind="text"):
        """A fact of the case under a label, mandatory if a paragraph asks for it."""
        return Field(label, self.case.get(name), paragraph and Need(paragraph, where), kind)

    def sum_up(self, rows, name="quantity"):
        """Quantities per unit as text; units are not added."""
        amounts = {}
        for row in rows:
            uom = row.get("uom_name") or row.get("uom") or ""
            amounts[uom] = amounts.get(uom, 0.0) + row[name]
        return ", ".join(
            self.words.quantity(amount, uom) for uom, amount in sorted(amounts.items()) if amount
        )

    def round(self, value):
        return None if value is None else round(value, 1)

    # ---- the case -------------------------------------------------------------------

    def get_case_fields(self):
        field = self.field
        return Fields(
            _lt("Case"),
            [
                field(_lt("Reference"), "name"),
                field(_lt("Subject"), "subject"),
                field(_lt("Real or drill"), "mode"),
                field(_lt("Recall or withdrawal"), "kind"),
                field(_lt("Status"), "state"),
                field(_lt("Class"), "classification", "178/2002 art. 19", WHERE_CASE),
                field(_lt("Hazard"), "hazard", "178/2002 art. 19", WHERE_CASE),
                field(_lt("Reason"), "reason", "178/2002 art. 19", WHERE_CASE),
                field(_lt("Risk"), "risk"),
                field(_lt("Found by"), "found_by"),
                field(_lt("How it was found"), "found_text"),
                field(_lt("First doubt"), "doubt_at", "178/2002 art. 19", WHERE_CASE, "datetime"),
                field(_lt("Authority"), "authority"),
                field(_lt("Authority's reference"), "authority_reference"),
                field(_lt("Authority told on"), "authority_told_at", kind="datetime"),
                field(_lt("Coordinator"), "user_id"),
                field(_lt("Closed on"), "closed_at", kind="datetime"),
                *([field(_lt("Came back after the closing"), "late_text")] if self.case["late_text"] else []),
            ],
        )

    def get_team(self):
        return Table(
            _lt("Team"),
            [
                Column(_lt("Name"), lambda row: row["name"], width=28),
                Column(_lt("Role"), lambda row: row["role"], width=24),
                Column(_lt("Phone"), lambda row: row["phone"], width=20),
            ],
            self.case["team"],
        )

    def get_decisions(self):
        return Table(
            _lt("Decisions"),
            [
                Column(_lt("Date and time"), lambda row: row["decided_at"], "datetime", 18),
                Column(_lt("Decision"), lambda row: row["move"], width=24),
                Column(_lt("By"), lambda row: row["user_id"], width=22),
                Column(_lt("Grounds"), lambda row: row["reason"], width=44),
                Column(_lt("Signed by"), lambda row: row["signed_by"], width=22),
                Column(_lt("Signed on"), lambda row: row["signed_at"], "datetime", 18),
                Column(_lt("Signature"), lambda row: row["signature_state"], width=14),
                Column(_lt("Hash of the signature"), lambda row: row["signature"], width=66, group=False),
            ],
            self.case["decisions"],
        )

    def get_measures(self):
        return Table(
            _lt("Measures"),
            [
                Column(_lt("Date and time"), lambda row: row["taken_at"], "datetime", 18),
                Column(_lt("Measure"), lambda row: row["kind"], width=22),
                Column(_lt("By"), lambda row: row["user_id"], width=22),
                Column(_lt("What was done"), lambda row: row["text"], width=60),
                Column(
                    _lt("Simulated"), lambda row: self.words.yes_no(row["simulated"]), width=10, group=False
                ),
            ],
            self.case["measures"],
        )

    def get_milestones(self):
        """How fast it went, against the target."""
        states = {
            "met": _lt("In time"),
            "late": _lt("Late"),
            "running": _lt("Running"),
            "overdue": _lt("Overdue"),
            "done": _lt("Done"),
            "open": _lt("Open"),
        }
        return Table(
            _lt("Times"),
            [
                Column(_lt("Milestone"), lambda row: row["label"], width=28),
                Column(_lt("Reached"), lambda row: row["at"], "datetime", 18),
                Column(
                    _lt("Minutes since the first doubt"), lambda row: self.round(row["minutes"]), "number", 14
                ),
                Column(_lt("Target, minutes"), lambda row: row["target"], "number", 14),
                Column(_lt("Result"), lambda row: self.words.say(states.get(row["state"])), width=14),
            ],
            self.case["figures"]["milestones"],
            note=self.case["figures"]["target"],
        )

    def get_percents(self):
        figures = self.case["figures"]
        labels = {
            "told": _lt("Consignees told"),
            "answered": _lt("Consignees that answered"),
            "effective": _lt("Effective, of those checked"),
            "recovered": _lt("Recovered, of the unit with the lowest figure"),
            "traced": _lt("Accounted for, of the lot with the lowest figure"),
        }
        return Fields(
            _lt("Figures"),
            [
                Field(label, f"{self.words.number(round(figures['percents'][name], 1))} %")
                if figures["percents"][name] is not None
                else Field(label, "–")
                for name, label in labels.items()
            ],
        )

    # ---- lots and goods -------------------------------------------------------------

    def get_scope(self):
        forward = self.trace.get("forward") or {"lots": self.trace["start"]}
        return Table(
            _lt("Affected lots"),
            [
                Column(_lt("Lot"), lambda row: row["name"], width=20, part="lot"),
                Column(_lt("Product"), lambda row: row["product"], width=34, part="product"),
                Column(_lt("GTIN"), lambda row: self.product(row).get("barcode"), width=16, part="product"),
                Column(_lt("Steps from a start lot"), lambda row: row["level"], "number", 10),
                Column(_lt("Came in"), lambda row: row["quantity"], "number", 12, part="amount"),
                Column(_lt("On hand"), lambda row: row["on_hand"], "number", 12, part="amount"),
                Column(_lt("Unit"), lambda row: row["uom"], width=8, part="unit"),
                Column(_lt("Of the start lots"), lambda row: self.words.affected(row["affected"]), width=16),
                Column(_lt("Share"), lambda row: self.words.share(row["share"]), width=10),
                Column(_lt("Expires"), lambda row: row["expiration_date"], "date", 12, part="when"),
            ],
            forward["lots"],
            sums=("product",),
        )

    def get_genealogy(self):
        """One row per lot that an event took or made."""
        way = {"inputs": self.words.say(_lt("In")), "outputs": self.words.say(_lt("Out"))}
        return Table(
            _lt("Genealogy"),
            [
                Column(_lt("Date"), lambda row: row[0]["date"], "datetime", 18, part="when"),
                Column(_lt("Event"), lambda row: self.words.event(row[0]), width=16, part="event"),
                Column(_lt("Document"), lambda row: row[0]["document"], width=18),
                Column(_lt("In or out"), lambda row: row[1], width=8, part="event"),
                Column(_lt("Lot"), lambda row: row[2]["lot"], width=20, part="lot"),
                Column(_lt("Product"), lambda row: row[2]["product"], width=34, part="product"),
                Column(_lt("Quantity"), lambda row: row[2]["quantity"], "number", 12, part="amount"),
                Column(_lt("Unit"), lambda row: row[2]["uom"], width=8, part="unit"),
            ],
            [
                (event, name, line)
                for event in self.get_rows("events")
                for key, name in way.items()
                for line in event[key]
            ],
            sums=("event product",),
        )

    def get_balance(self):
        names = {
            "received": _lt("Received"),
            "produced": _lt("Made"),
            "returned": _lt("Came back"),
            "adjusted_in": _lt("Counted in"),
            "consumed": _lt("Used"),
            "shipped": _lt("Shipped"),
            "supplier_returned": _lt("Sent back"),
            "scrapped": _lt("Scrapped"),
            "adjusted_out": _lt("Counted out"),
            "on_hand": _lt("On hand"),
            "unexplained": _lt("Unexplained"),
        }
        return Table(
            _lt("Mass balance"),
            [
                Column(_lt("Lot"), lambda row: row["lot"], width=20),
                Column(_lt("Product"), lambda row: row["product"], width=30),
                *(
                    Column(title, lambda row, name=name: row[name], "number", 11)
                    for name, title in names.items()
                ),
                Column(_lt("Unit"), lambda row: row["uom"], width=8),
                Column(_lt("Explained"), lambda row: self.words.share(row["explained"]), width=10),
            ],
            self.trace["balance"],
            note=_lt("What came in = what left + what is on hand + what is unexplained, of each start lot."),
        )

    def get_stock(self, title=None):
        place = _lt("Location")
        return Table(
            title or _lt("Stock, by location"),
            [
                Column(place, lambda row: row["location_name"], width=28, group=place, part="place"),
                Column(_lt("Package"), lambda row: row["package_name"], width=18, group=place, named=True),
                Column(_lt("Owner"), lambda row: row["owner_name"], width=18, group=place, named=True),
                Column(_lt("Product"), lambda row: row["product_name"], width=34, part="product"),
                Column(_lt("Lot"), lambda row: row["lot_name"], width=20, part="lot"),
                Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12, part="amount"),
                Column(_lt("Reserved"), lambda row: row["reserved"], "number", 12, part="amount"),
                Column(_lt("Unit"), lambda row: row["uom_name"], width=8, part="unit"),
                Column(_lt("Held on"), lambda row: row["held_at"], "datetime", 18, part="when"),
            ],
            sorted(self.current("stock"), key=lambda row: (row["location_name"] or "", row["lot_name"])),
            note=ON_HAND_TIME,
            sums=("place", "product"),
        )

    def get_orders(self, title=None):
        return Table(
            title or _lt("Open orders"),
            [
                Column(_lt("Document"), lambda row: row["document"], width=18),
                Column(_lt("Order"), lambda row: row["order_name"], width=16),
                Column(_lt("For"), lambda row: row["partner_name"], width=30),
                Column(_lt("Product"), lambda row: row["product_name"], width=34),
                Column(_lt("Lot"), lambda row: row["lot_name"], width=20),
                Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12),
                Column(_lt("Unit"), lambda row: row["uom_name"], width=8),
                Column(_lt("Planned for"), lambda row: row["date"], "datetime", 18),
                Column(_lt("Picked"), lambda row: self.words.yes_no(row["picked"]), width=8),
                Column(_lt("Stopped on"), lambda row: row["stopped_at"], "datetime", 18),
            ],
            self.current("orders"),
            note=ON_HAND_TIME,
        )

    # ---- consignees -----------------------------------------------------------------

    def get_consignees(self, paragraph=None):
        """Whom, told when and how, what he answered."""
        asked = paragraph and Need(paragraph, WHERE_CONSIGNEES, lambda row: row["name"])
        name = _lt("Consignee")
        return Table(
            _lt("Consignees: notices and answers"),
            [
                Column(name, lambda row: row["name"], width=32, group=name),
                Column(_lt("Address"), lambda row: row["contact_address"], width=36, need=asked, group=name),
                Column(_lt("Phone"), lambda row: row["phone"], width=18, group=name),
                Column(_lt("E-mail"), lambda row: row["email"], width=26, group=name),
                Column(_lt("Other contact"), lambda row: row["contact_note"], width=24, group=name),
                Column(_lt("Delivered"), lambda row: self.say_delivered(row["quantities"] or []), width=34),
                Column(_lt("Told on"), lambda row: row["told_at"], "datetime", 18),
                Column(_lt("Told by"), lambda row: row["told_how"], width=12),
                Column(_lt("Answered on"), lambda row: row["answered_at"], "datetime", 18),
                Column(_lt("Effectiveness check"), lambda row: row["check_result"], width=22),
                Column(_lt("Note"), lambda row: row["note"], width=24),
                Column(_lt("In doubt"), lambda row: self.words.yes_no(row["doubtful"]), width=8, group=False),
            ],
            self.current("consignees"),
            most=MOST_CONSIGNEES,
            note=_lt("As known when the paper was made, or on the day that it is about."),
        )

    def say_delivered(self, quantities):
        """Of many products only how much it was: the deliveries name each."""
        if len(quantities) <= MOST_PRODUCTS:
            return ", ".join(
                f"{self.words.quantity(row['quantity'], row['uom'])} {row['product']}" for row in quantities
            )
        return self.words.env._(
            "%(quantities)s of %(count)s products",
            quantities=self.sum_up(quantities),
            count=self.words.integer(len(quantities)),
        )

    def get_deliveries(self):
        """Per delivery and lot: what became of it."""
        quantities = {
            "quantity": _lt("Delivered"),
            "quantity_back": _lt("Came back before"),
            "quantity_received": _lt("Came back"),
            "quantity_returned": _lt("Says returned"),
            "quantity_destroyed": _lt("Destroyed there"),
            "quantity_sold": _lt("Sold or used"),
            "quantity_open": _lt("Open"),
            "quantity_aside": _lt("Of it set aside there"),
            "quantity_unknown": _lt("Of it nothing known"),
        }
        return Table(
            DELIVERIES,
            [
                Column(_lt("Consignee"), lambda row: row["consignee_id"], width=30),
                Column(_lt("Lot"), lambda row: row["lot_name"], width=18, part="lot"),
                Column(_lt("Product"), lambda row: row["product_name"], width=30, part="product"),
                Column(_lt("Document"), lambda row: row["document"], width=16),
                Column(_lt("Date"), lambda row: row["date"], "date", 12, part="when"),
                *(
                    Column(title, lambda row, name=name: row[name], "number", 11, part="amount")
                    for name, title in quantities.items()
                ),
                Column(_lt("Unit"), lambda row: row["uom_name"], width=8, part="unit"),
                Column(_lt("In doubt"), lambda row: self.words.yes_no(row["doubtful"]), width=8, group=False),
            ],
            self.current("lines"),
            sums=("product",),
        )

    def get_recovery(self):
        names = {
            "delivered": _lt("Delivered"),
            "back": _lt("Came back before"),
            "own": _lt("Own stock"),
            "held": _lt("Own stock held"),
            "received": _lt("Came back"),
            "destroyed": _lt("Destroyed there"),
            "aside": _lt("Set aside there"),
            "sold": _lt("Sold or used"),
            "open": _lt("Open"),
            "destroyed_here": _lt("Destroyed here"),
            "recovered": _lt("Recovered"),
        }
        return Table(
            _lt("Recovered and open"),
            [
                Column(_lt("Unit"), lambda row: row["uom"], width=10),
                *(
                    Column(title, lambda row, name=name: row[name], "number", 12)
                    for name, title in names.items()
                ),
                Column(_lt("Recovered, %"), lambda row: self.round(row["percent"]), "number", 12),
            ],
            self.case["figures"]["recovery"],
            note=_lt("What was sold or used never counts as recovered."),
        )

    def get_destructions(self):
        return Table(
            _lt("Destroyed, here and at consignees"),
            [
                Column(_lt("Date"), lambda row: row["date"], "date", 12),
                Column(_lt("Where"), lambda row: row["by"] or self.words.say(_lt("Here")), width=28),
                Column(_lt("Lot"), lambda row: row["lot_name"], width=18),
                Column(_lt("Product"), lambda row: row["product_name"], width=30),
                Column(_lt("Quantity"), lambda row: row["quantity"], "number", 12),
                Column(_lt("Unit"), lambda row: row["uom_name"], width=8),
                Column(_lt("Method"), lambda row: row["method"], width=28),
                Column(_lt("Witness"), lambda row: row["witness"], width=24),
                Column(_lt("Scrap order"), lambda row: row["document"], width=14),
                Column(_lt("Evidence"), lambda row: row["evidence"], width=44),
            ],
            self.case["destructions"],
        )

    def get_credits(self):
        return Table(
            _lt("Credit notes"),
            [
                Column(_lt("Credit note"), lambda row: row["number"], width=20),
                Column(_lt("Date"), lambda row: row["date"], "date", 12),
                Column(_lt("Consignee"), lambda row: row["partner"], width=36),
                Column(_lt("Credited"), lambda row: row["posted"], "number", 16),
                Column(_lt("Draft"), lambda row: row["draft"], "number", 16),
                Column(_lt("Currency"), lambda row: row["currency"], width=10),
            ],
            self.case["credits"],
        )
