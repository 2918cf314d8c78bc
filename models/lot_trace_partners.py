"""Partners of one side of a trace: customers reached, suppliers behind, summed."""

from collections import defaultdict

from ..engine.walk import id_array
from .lot_trace_lists import format_date

# Side: its list, the kind of entry that counts, and the one that takes back of it.
PARTNERS = {
    "forward": ("consignees", "shipment", "customer_return"),
    "backward": ("suppliers", "receipt", "supplier_return"),
}
PARTIES = "SELECT id, partner_res_id, name, company FROM lot_party WHERE id = ANY(%(ids)s::int[])"


class TracePartners:
    def __init__(self, side):
        self.side = side
        self.names = side.names

    def get_lists(self):
        name, kind, back = PARTNERS[self.side.name]
        other = "suppliers" if name == "consignees" else "consignees"
        return {name: self._get_partners(name, kind, back), other: self.side.cut(other, [])}

    def _get_partners(self, name, kind, back):
        book = self.side.book
        sides = (book.outflows, book.inflows) if self.side.forward else (book.inflows, book.outflows)
        rows = [self.side.get_rows(*one) for one in zip(sides, (kind, back), strict=True)]
        parties = set()
        for columns, some in zip(sides, rows, strict=True):
            parties.update(map(columns.party.__getitem__, some))
        self.parties = {0: (None, None, None)} | {
            party_id: facts
            for party_id, *facts in self.side.answer.execute(PARTIES, {"ids": id_array(parties)})
        }
        sent, returned = map(self._by_partner, sides, rows)
        self._load_products(sides, rows)
        found = [
            self._sum(partner_id, sides, (own, returned.get(partner_id, [])))
            for partner_id, own in sent.items()
        ]
        found.sort(
            key=lambda one: (
                -round(one.share or 0.0, 12),
                -round(sum(one.affected.values()), 9),
                one.name or "",
                one.partner_id or 0,
            )
        )
        found = self.side.cut(name, found)
        self.names.load_parties({one.party_id for one in found})
        return list(map(self._get_row, found))

    def _by_partner(self, columns, rows):
        by_party = defaultdict(list)
        party = columns.party
        for row in rows:
            by_party[party[row]].append(row)
        found = defaultdict(list)
        for party_id, own in by_party.items():
            found[self.parties[party_id][0]] += own
        return found

    def _load_products(self, sides, rows):
        """Keep ``{lot: product}`` of the rows, and the names of the products."""
        inflows = self.side.book.inflows
        self.products = dict(zip(inflows.lot, inflows.product, strict=True))
        lots = set()
        for columns, some in zip(sides, rows, strict=True):
            lots.update(map(columns.lot.__getitem__, some))
        bare = lots - self.products.keys()
        self.names.load_lots(bare)
        self.products |= {lot_id: self.names.lots[lot_id][1] for lot_id in bare}
        self.names.load_products(set(map(self.products.__getitem__, lots)))

    def _sum(self, partner_id, sides, rows):
        """What went to, or came from, one partner, in all and of each product."""
        one = _Partner(partner_id)
        for columns, own, sign in zip(sides, rows, (1, -1), strict=True):
            if own:
                self._add(one, columns, own, sign)
        columns, own = sides[0], rows[0]
        one.name = self._get_name(one.party_id)
        pickings = list(map(columns.picking.__getitem__, own))
        # What came without a transfer is a document by itself.
        one.documents = len(set(pickings) - {0}) + pickings.count(0)
        one.lots = len(set(map(columns.lot.__getitem__, own)))
        dates = list(map(columns.date.__getitem__, own))
        one.first, one.last = min(dates), max(dates)
        source = self.side.forward and self.side.get_source()
        if source and one.affected:
            one.share = one.amount / source
        return one

    def _add(self, one, columns, rows, sign):
        last = max(zip(map(columns.id.__getitem__, rows), rows, strict=True))
        if last[0] > one.last_id:
            one.last_id, one.party_id = last[0], columns.party[last[1]]
        # Whole columns at a time: there can be a million rows.
        lots = list(map(columns.lot.__getitem__, rows))
        products = list(map(self.products.__getitem__, lots))
        quantities = list(map(abs, map(columns.quantity.__getitem__, rows)))
        moved = one.sent if sign == 1 else one.returned
        for product_id, quantity in zip(products, quantities, strict=True):
            moved[product_id] += quantity
        for unit, flow in self.side.flows.items():
            amounts = defaultdict(float)
            density = map(flow.density.get, lots)
            for row, product_id, quantity, part in zip(rows, products, quantities, density, strict=True):
                if part is None:
                    amounts[product_id] += flow.entry.get(columns.id[row], 0.0)
                else:
                    amounts[product_id] += part * quantity
            for product_id, amount in amounts.items():
                if amount:
                    uom, factor = self.names.uom_of_product(product_id), 1.0
                    if self.side.forward:
                        uom, factor = self.side.units[unit]
                    one.affected[uom] += sign * amount / factor
                    one.amount += sign * amount

    def _get_name(self, party_id):
        _partner_id, name, company = self.parties[party_id]
        return f"{company}, {name}" if company else name

    def _get_row(self, one):
        party = self.names.party(one.party_id)
        return {
            "partner_id": one.partner_id,
            "partner": party["partner"],
            "contact": party["contact"],
            "quantities": self._get_quantities(one.sent),
            "returned": self._get_quantities(one.returned),
            "affected": [{"quantity": amount, "uom": uom} for uom, amount in sorted(one.affected.items())],
            "share": one.share,
            "documents": one.documents,
            "lots": one.lots,
            "date_first": format_date(one.first),
            "date_last": format_date(one.last),
        }

    def _get_quantities(self, by_product):
        rows = [
            {
                "product_id": product_id,
                "product": self.names.product(product_id),
                "quantity": quantity,
                "uom": self.names.uom_of_product(product_id),
            }
            for product_id, quantity in by_product.items()
        ]
        rows.sort(key=lambda row: (row["product"], row["product_id"]))
        return rows


class _Partner:
    """Sums of one partner."""

    def __init__(self, partner_id):
        self.partner_id = partner_id
        self.last_id, self.party_id = 0, None  # of the last entry
        self.sent, self.returned = defaultdict(float), defaultdict(float)
        self.affected = defaultdict(float)  # name of a unit: amount
        self.amount = 0.0  # in the reference unit of the start lots, where they have one
        self.share = None
