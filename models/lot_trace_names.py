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
        self.products = {}  # product: unit id
        self.product_names = {}
        self.uoms = {}
        self.parties = {0: dict.fromkeys(("party_id", "partner_id", "partner", "contact"))}
        self._lot_facts = {}
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

    def get_lot_names(self, lot_ids):
        """``{lot: name}``, of lots of which no more is shown."""
        self.env["stock.lot"].flush_model(["name"])
        query = SQL("SELECT id, name FROM stock_lot WHERE id = ANY(%s::int[])", id_array(lot_ids))
        return dict(self._rows(query))

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
        """Keep ``{product: unit id}``; their names are fetched when the first is asked for."""
        missing = [pid for pid in product_ids if pid not in self.products]
        if not missing:
            return
        self.env["product.product"].flush_model(["product_tmpl_id"])
        self.env["product.template"].flush_model(["uom_id"])
        self.products.update(
            self._rows(
                SQL(
                    """
                    SELECT product.id, template.uom_id
                      FROM product_product product
                      JOIN product_template template ON template.id = product.product_tmpl_id
                     WHERE product.id = ANY(%s::int[])
                    """,
                    id_array(missing),
                )
            )
        )
        for uom in self.env["uom.uom"].browse({self.products[pid] for pid in missing} - self.uoms.keys()):
            self.uoms[uom.id] = uom.name

    def product(self, product_id):
        """The display name of a loaded product in the user's language.

        All that are loaded are named together: nothing else that is shown costs Odoo more.
        """
        if product_id not in self.product_names:
            # Only what a name is made of: a product has some hundred fields.
            products = self.env["product.product"].with_context(active_test=False, prefetch_fields=False)
            products = products.browse(self.products.keys() - self.product_names.keys())
            products.fetch(["product_tmpl_id", "default_code"])
            products.product_tmpl_id.fetch(["name"])
            self.product_names.update((product.id, product.display_name) for product in products)
        return self.product_names[product_id]

    def load_parties(self, party_ids):
        """Keep ``{party: what `party` tells}``."""
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
            name, company = contact["name"], contact["company"]
            self.parties[party_id] = {
                "party_id": party_id,
                "partner_id": partner_id,
                "partner": f"{company}, {name}" if company else name,
                "contact": contact,
            }

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
        if lot_id not in self._lot_facts:
            name, product_id = self.lots[lot_id][:2]
            self._lot_facts[lot_id] = {
                "lot_id": lot_id,
                "lot": name,
                "product_id": product_id,
                "product": self.product(product_id),
            }
        return self._lot_facts[lot_id]

    def uom_of_product(self, product_id):
        return self.uoms[self.products[product_id]]

    def uom_id_of_lot(self, lot_id):
        return self.products[self.lots[lot_id][1]]

    def uom_of_lot(self, lot_id):
        return self.uom_of_product(self.lots[lot_id][1])

    def party(self, party_id):
        """``{"party_id", "partner_id", "partner", "contact"}`` as recorded; of none: None each."""
        return self.parties[party_id or 0]
