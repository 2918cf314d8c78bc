"""Names and facts for the integers of a trace: one fetch for each kind of record."""

from odoo.tools import SQL

from ..engine.walk import id_array
from .lot_party import FACTS


class TraceNames:
    """Looks up what a trace shows of lots, products, units, places and partners.

    Reads as superuser: who may ask for a trace may read what it says.
    """

    def __init__(self, env):
        self.env = env(su=True)
        self.lots = {}
        self.products = {}
        self.uoms = {}
        self.parties = {}
        self.locations = {}

    def _rows(self, query):
        return self.env.execute_query(query)

    def load_lots(self, lot_ids):
        """Keep ``{lot: (name, product, company, expiration, supplier lot)}``."""
        missing = [lot_id for lot_id in lot_ids if lot_id not in self.lots]
        if not missing:
            return
        self.env["stock.lot"].flush_model(
            ["name", "product_id", "company_id", "expiration_date", "supplier_lot"]
        )
        for lot_id, *facts in self._rows(
            SQL(
                """
                SELECT id, name, product_id, company_id,
                       to_char(expiration_date, 'YYYY-MM-DD HH24:MI:SS'),
                       supplier_lot
                  FROM stock_lot WHERE id = ANY(%s::int[])
                """,
                id_array(missing),
            )
        ):
            self.lots[lot_id] = facts
        self.load_products({self.lots[lot_id][1] for lot_id in missing})

    def load_first_lots(self, levels, limit):
        """Load the lots that come first by level, name, id, and return their ids so.

        :param dict levels: lot: level
        :param limit: how many; None: all
        """
        self.env["stock.lot"].flush_model(["name"])
        rows = self._rows(
            SQL(
                """
                SELECT lot.id FROM unnest(%s::int[], %s::int[]) AS found (id, level)
                  JOIN stock_lot lot ON lot.id = found.id
                 ORDER BY found.level, lot.name COLLATE "C", lot.id LIMIT %s
                """,
                id_array(levels),
                id_array(levels.values()),
                limit,
            )
        )
        lot_ids = [lot_id for (lot_id,) in rows]
        self.load_lots(lot_ids)
        return lot_ids

    def load_products(self, product_ids):
        """Keep ``{product: (display name, unit id)}`` in the user's language."""
        missing = [pid for pid in product_ids if pid not in self.products]
        # Only what a name is made of: a product has some hundred fields.
        products = self.env["product.product"].with_context(active_test=False, prefetch_fields=False)
        products = products.browse(missing)
        products.fetch(["product_tmpl_id", "default_code"])
        products.product_tmpl_id.fetch(["name", "uom_id"])
        for product in products:
            uom = product.product_tmpl_id.uom_id
            self.products[product.id] = (product.display_name, uom.id)
            self.uoms[uom.id] = uom.name

    def load_parties(self, party_ids):
        """Keep ``{party: (partner id, name, contact facts)}``."""
        missing = [pid for pid in party_ids if pid and pid not in self.parties]
        if not missing:
            return
        columns = SQL(", ").join(map(SQL.identifier, FACTS))
        for party_id, partner_id, taken_later, *values in self._rows(
            SQL(
                "SELECT id, partner_res_id, taken_later, %s FROM lot_party WHERE id = ANY(%s)",
                columns,
                missing,
            )
        ):
            contact = {**dict(zip(FACTS, values, strict=True)), "taken_later": bool(taken_later)}
            self.parties[party_id] = (partner_id, contact["name"], contact)

    def load_locations(self, location_ids):
        missing = [lid for lid in location_ids if lid and lid not in self.locations]
        if not missing:
            return
        for location_id, name in self._rows(
            SQL("SELECT id, complete_name FROM stock_location WHERE id = ANY(%s)", missing)
        ):
            self.locations[location_id] = name

    def lot(self, lot_id):
        """``{"lot_id", "lot", "product_id", "product"}`` of a lot."""
        name, product_id = self.lots[lot_id][:2]
        return {
            "lot_id": lot_id,
            "lot": name,
            "product_id": product_id,
            "product": self.products[product_id][0],
        }

    def uom_of_product(self, product_id):
        return self.uoms[self.products[product_id][1]]

    def uom_id_of_lot(self, lot_id):
        return self.products[self.lots[lot_id][1]][1]

    def uom_of_lot(self, lot_id):
        return self.uom_of_product(self.lots[lot_id][1])

    def party(self, party_id):
        """``{"party_id", "partner_id", "partner", "contact"}`` as recorded."""
        if not party_id:
            return dict.fromkeys(("party_id", "partner_id", "partner", "contact"))
        partner_id, name, contact = self.parties[party_id]
        return {
            "party_id": party_id,
            "partner_id": partner_id,
            "partner": f"{contact['company']}, {name}" if contact["company"] else name,
            "contact": contact,
        }
