"""A plant on paper: products, lots, documents and lines as narrow columns.

The shapes (`plan_food`, `plan_chain`) say which lot goes into what and when; here the
quantities are worked out, from the last document to the first, so that every lot has
received or made what later leaves it, to the hundredth: nothing appears from nowhere.
"""

from array import array
from random import Random

DAY = 86400
START = 1672531200  # 2023-01-01 UTC
SPAN = 3 * 365 * DAY

# Documents.
RECEIPT, ORDER, DELIVERY, RETURN, SCRAP = range(5)
# Lines: what a document does with a lot.
IN, USE, MAKE, SHIP, BACK, LOSE = range(6)


class Plan:
    """Columns of a plant; all references are positions in these columns.

    Quantities are whole hundredths of the product's unit.
    """

    def __init__(self, seed, span=SPAN):
        self.rng = Random(seed)
        self.span = span
        self.products = []  # (name, level, in pieces); level 0 is bought, -1 is bulk
        self.suppliers = self.customers = 0
        self.lot_product = array("i")
        self.lot_date = array("q")
        self.doc_kind = array("b")
        self.doc_date = array("q")
        self.doc_partner = array("i")
        self.doc_product = array("i")
        self.line_doc = array("i")
        self.line_kind = array("b")
        self.line_lot = array("i")
        self.line_quantity = array("q")
        self.returned = {}  # line of a return: line of its shipment

    # ---- written by a shape -------------------------------------------------------

    def add_product(self, name, level, pieces=False):
        self.products.append((name, level, pieces))
        return len(self.products) - 1

    def add_lot(self, product, date):
        self.lot_product.append(product)
        self.lot_date.append(int(date))
        return len(self.lot_product) - 1

    def add_document(self, kind, date, partner=0, product=-1):
        self.doc_kind.append(kind)
        self.doc_date.append(int(date))
        self.doc_partner.append(partner)
        self.doc_product.append(product)
        return len(self.doc_kind) - 1

    def add_line(self, document, kind, lot):
        self.line_doc.append(document)
        self.line_kind.append(kind)
        self.line_lot.append(lot)
        return len(self.line_doc) - 1

    def receive(self, product, date):
        """A new lot of a bought product, with its receipt."""
        lot = self.add_lot(product, date)
        supplier = self.rng.randrange(self.suppliers)
        self.add_line(self.add_document(RECEIPT, date, supplier), IN, lot)
        return lot

    def make(self, product, date, inputs, outputs):
        """An order at `date`: it takes lots and makes lots, new ones or more of old."""
        order = self.add_document(ORDER, date, product=product)
        for lot in inputs:
            self.add_line(order, USE, lot)
        for lot in outputs:
            self.add_line(order, MAKE, lot)

    def deliver(self, date, lots):
        """A delivery; one in 300 comes back in part, one in 300 lots is scrapped."""
        rng = self.rng
        customer = rng.randrange(self.customers)
        delivery = self.add_document(DELIVERY, date, customer)
        lines = [self.add_line(delivery, SHIP, lot) for lot in lots]
        chance = rng.random()
        if chance < 1 / 300:
            later = date + rng.uniform(1, 20) * DAY
            back = self.add_document(RETURN, later, customer)
            self.returned[self.add_line(back, BACK, lots[0])] = lines[0]
        elif chance > 1 - 1 / 300:
            scrap = self.add_document(SCRAP, date + rng.uniform(0.1, 9) * DAY)
            self.add_line(scrap, LOSE, lots[0])

    # ---- finished here ------------------------------------------------------------

    def finish(self):
        """Put the documents in the order of time and work out all quantities."""
        self._sort()
        self._spread(Random(self.rng.random()))
        return self

    def _sort(self):
        """Documents by date, one at each second; lines in the order of documents."""
        documents = sorted(range(len(self.doc_kind)), key=self.doc_date.__getitem__)
        place = array("i", bytes(4 * len(documents)))
        for new, old in enumerate(documents):
            place[old] = new
        for name in ("doc_kind", "doc_date", "doc_partner", "doc_product"):
            setattr(self, name, _in_order(getattr(self, name), documents))
        last = 0
        for document, date in enumerate(self.doc_date):
            last = self.doc_date[document] = max(date, last + 1)
        self.line_doc = array("i", map(place.__getitem__, self.line_doc))
        lines = sorted(range(len(self.line_doc)), key=self.line_doc.__getitem__)
        for name in ("line_doc", "line_kind", "line_lot"):
            setattr(self, name, _in_order(getattr(self, name), lines))
        place = array("i", bytes(4 * len(lines)))
        for new, old in enumerate(lines):
            place[old] = new
        self.returned = {place[a]: place[b] for a, b in self.returned.items()}

    def _spread(self, rng):
        """Quantities, backward in time: what a lot needs is what leaves it later."""
        kinds, lots, documents = self.line_kind, self.line_lot, self.line_doc
        count = len(kinds)
        quantity = self.line_quantity = array("q", bytes(8 * count))
        pieces = [self.products[product][2] for product in self.lot_product]
        need = [rng.randrange(1, 60) * 100 if rng.random() < 0.1 else 0 for _ in pieces]
        origin = {}  # lot: the first line that brings some in
        for line in range(count):
            if kinds[line] in (IN, MAKE):
                origin.setdefault(lots[line], line)
        came_back = {}  # line of a shipment: at least so much was shipped
        end = count
        while end:
            first = end - 1
            while first and documents[first - 1] == documents[end - 1]:
                first -= 1
            made = 0
            takers = []
            for line in range(end - 1, first - 1, -1):
                kind, lot = kinds[line], lots[line]
                if kind == USE:
                    takers.append(line)
                    continue
                if kind in (SHIP, LOSE):
                    amount = rng.randrange(1, 40) * 100
                    amount = max(amount, came_back.pop(line, 0))
                    need[lot] += amount
                elif kind == BACK:
                    # Of what comes back no more than the lot needs afterwards.
                    amount = min(rng.randrange(1, 10) * 100, need[lot]) or 100
                    need[lot] = max(0, need[lot] - amount)
                    came_back[self.returned[line]] = amount
                else:
                    if not need[lot]:
                        need[lot] = rng.randrange(5, 60) * 100
                    amount = need[lot]
                    if line != origin[lot]:
                        amount = max(100, amount // 200 * 100)
                    need[lot] = max(0, need[lot] - amount)
                    made += amount // 2 if pieces[lot] else amount
                quantity[line] = amount
            if takers:
                self._divide(rng, made, takers, need)
            end = first

    def _divide(self, rng, made, takers, need):
        """What an order took in, divided over its inputs."""
        weights = [rng.random() + 0.05 for _ in takers]
        total = sum(weights)
        for line, weight in zip(takers, weights, strict=True):
            amount = max(1, int(made * weight / total))
            self.line_quantity[line] = amount
            need[self.line_lot[line]] += amount


def _in_order(column, positions):
    return array(column.typecode, map(column.__getitem__, positions))
