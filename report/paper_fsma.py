"""Which rows of a Trace the Food Traceability Rule is about, and its lists of places and products."""

from .paper import WHERE_PARTNER, WHERE_PRODUCT, Column, Need, Table

PRODUCT_DESCRIPTION = "21 CFR 1.1310, product description"
LOCATION_DESCRIPTION = "21 CFR 1.1310, location description"
# Whose addresses have a State that tells places apart.
WITH_STATES = ("US", "CA", "MX", "AU", "BR", "IN")


class FoodList:
    """Rows of foods that are on the list, or of which nobody has said that they are not.

    :param paper: the paper, with the filters of the request: foods, dates, lot codes
    """

    def __init__(self, paper):
        self.paper = paper
        options = paper.options
        self.products = set(options.get("products") or ())
        self.codes = {code.casefold() for code in options.get("lot_codes") or ()}
        self.date_from, self.date_to = options.get("date_from"), options.get("date_to")
        self.left_out, self.undecided = set(), set()

    def get_received(self):
        """Receipts, and what came back from customers: not what one of them passed on to another."""
        back = [row for row in self._returns("customer_return") if not self.paper.is_passed_on(row)]
        return self._select([*self.paper.get_rows("receipts"), *back])

    def get_shipped(self):
        """Shipments, and what went back to suppliers."""
        return self._select([*self.paper.get_rows("shipments"), *self._returns("supplier_return")])

    def _returns(self, kind):
        return [row for row in self.paper.get_rows("returns") if row["kind"] == kind]

    def _select(self, rows):
        rows = [row for row in rows if self.is_listed(row) and self.is_wanted(row) and self.is_in_time(row)]
        return sorted(rows, key=lambda row: (row["date"], row["id"]))

    def get_events(self):
        """One row per input lot and output lot; an output of no listed input has a row of its own."""
        rows = []
        for event in self.paper.get_rows("events"):
            if not self.is_in_time(event):
                continue
            made = [line for line in event["outputs"] if self.is_listed(line)]
            taken = [line for line in event["inputs"] if self.is_listed(line)] or [{}]
            for output in made:
                rows += [
                    {**event, "input": line, "output": output, "lots_made": len(made)}
                    for line in taken
                    if self.is_wanted(output) or self.is_wanted(line)
                ]
        return rows

    def get_harvested(self, role):
        """Lots that this company itself harvested or cooled: a row per shipment, or one of the lot."""
        own = {one["id"] for one in self.paper.facts["places"]}
        shipments = {}
        for row in self.paper.get_rows("shipments"):
            shipments.setdefault(row["lot_id"], []).append(row)
        rows = []
        for row in self.paper.get_rows("lots"):
            who = self.paper.lot(row).get(role) or {}
            lot = {"lot_id": row["id"], "lot": row["name"], **row}
            if who.get("id") in own and self.is_listed(row) and self.is_wanted(lot):
                rows += shipments.get(row["id"]) or [{**lot, "document": None, "date": None}]
        return rows

    # ---- filters --------------------------------------------------------------------

    def is_listed(self, row):
        product = self.paper.product(row)
        status = product.get("ftl_status")
        name = product.get("name") or row.get("product")
        if status == "no":
            self.left_out.add(name)
        elif not status:
            self.undecided.add(name)
        return status != "no"

    def is_wanted(self, row):
        if self.products and row.get("product_id") not in self.products:
            return False
        if not self.codes:
            return True
        lot = self.paper.lot(row)
        codes = (
            row.get("lot"),
            row.get("supplier_lot"),
            lot.get("traceability_lot_code"),
            lot.get("supplier_lot"),
        )
        return any(code and code.casefold() in self.codes for code in codes)

    def is_in_time(self, row):
        if not (self.date_from or self.date_to):
            return True
        # Days of the reader's time zone, as they are printed.
        day = f"{self.paper.words.local(row['date']):%Y-%m-%d}"
        return (self.date_from or "") <= day <= (self.date_to or "9999")

    def get_left_out(self):
        return sorted(self.left_out)

    def get_undecided(self):
        return sorted(self.undecided)


def get_location_columns(paper, title, get, paragraph, where=WHERE_PARTNER):
    """A location description (1.1310), one column a part.

    :param get: of a row, the facts of the location: a dict
    :param paragraph: the element that the location is
    """

    def fact(name):
        return lambda row: get(row).get(name)

    def has_states(row):
        return get(row).get("country_code") in WITH_STATES

    def subject(row):
        return get(row).get("name") or paper.name_lot(row)

    known = Need(paragraph, where, subject, when=lambda row: bool(get(row)))
    return [
        Column(
            f"{title} Name",
            lambda row: _get_full_name(get(row)),
            width=32,
            need=Need(paragraph, where, subject),
        ),
        Column(f"{title} Phone", fact("phone"), width=18, need=known),
        Column(f"{title} Street", fact("street"), width=28, need=known),
        Column(f"{title} City", fact("city"), width=18, need=known),
        Column(
            f"{title} State", fact("state"), width=14, need=Need(paragraph, where, subject, when=has_states)
        ),
        Column(f"{title} Postcode", fact("zip"), width=12, need=known),
        Column(f"{title} Country", fact("country"), width=14, need=known),
        Column(f"{title} GLN", fact("gln"), width=16),
        Column(f"{title} FFRN", fact("fda_registration"), width=16),
        Column(f"{title} Not recorded then, known today", lambda row: paper.words.added(get(row)), width=24),
    ]


def _get_full_name(contact):
    company, name = contact.get("company"), contact.get("name")
    return f"{company}, {name}" if company and name != company else name


def get_product_columns(paper, title, get, paragraph):
    """A product description (1.1310), one column a part.

    :param get: of a row, the row that names the product
    """

    def fact(name):
        return lambda row: paper.product(get(row)).get(name)

    def subject(row):
        return paper.name_product(get(row))

    known = Need(paragraph, WHERE_PRODUCT, subject, when=lambda row: bool(get(row)))
    return [
        Column(f"{title} Product", lambda row: get(row).get("product"), width=34, need=known),
        Column(f"{title} Brand", fact("label_brand"), width=16),
        Column(f"{title} Commodity", fact("label_commodity"), width=18),
        Column(f"{title} Variety or species", fact("label_variety"), width=18),
        Column(f"{title} Packaging size", fact("label_pack_size"), width=14, need=known),
        Column(f"{title} Packaging style", fact("label_pack_style"), width=14, need=known),
        Column(f"{title} GTIN", fact("barcode"), width=16),
    ]


# ---- Locations and Products --------------------------------------------------------


def get_master_tables(paper, movements, events):
    places = {}
    lines = [line for event in events for line in (event["input"], event["output"]) if line]
    for row in movements:
        where = "partner" if paper.entry(row).get("elsewhere") else "own place"
        for role, one in ((where, paper.place(row)), ("partner", paper.contact(row))):
            _note(places, one, role)
    for event in events:
        _note(places, paper.event_place(event), "own place")
    for row in [*movements, *lines]:
        lot = paper.lot(row)
        for role in ("tlc_source", "farm", "harvester", "cooler"):
            _note(places, lot.get(role) or {}, role.replace("_", " ").replace("tlc", "TLC"))
    get = _get_itself
    yield Table(
        "Locations",
        [
            Column("Role", lambda row: ", ".join(sorted(row["roles"])), width=20),
            *get_location_columns(paper, "Location", get, LOCATION_DESCRIPTION),
        ],
        sorted(places.values(), key=lambda row: (_get_full_name(row) or "", row.get("street") or "")),
    )
    products = {row["product_id"]: row for row in [*movements, *lines]}
    need = Need("21 CFR 1.1315(a)(2)", WHERE_PRODUCT, paper.name_product)
    yield Table(
        "Products",
        [
            Column("Internal reference", lambda row: paper.product(row).get("code"), width=16),
            *get_product_columns(paper, "Food", get, PRODUCT_DESCRIPTION),
            Column("On the list", lambda row: paper.product(row).get("ftl_status"), width=12, need=need),
            Column("Line of the list", lambda row: paper.product(row).get("ftl_category"), width=20),
            Column("Unit", lambda row: paper.product(row).get("uom"), width=8),
            Column("Kilograms per unit", lambda row: paper.product(row).get("kilograms"), "number", 12),
        ],
        sorted(products.values(), key=lambda row: row["product"]),
    )


def _note(places, one, role):
    if one:
        key = tuple(one.get(name) for name in ("company", "name", "street", "zip", "city", "country", "gln"))
        places.setdefault(key, {**one, "roles": set()})["roles"].add(role)


def _get_itself(row):
    return row
