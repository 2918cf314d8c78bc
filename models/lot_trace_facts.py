"""What papers need beside the Trace: labels, codes, dates and places of what is in it.

`_collect` reads them once, as plain values; from then on they travel with the Trace under the
key `facts` (docs/papers.md) and are frozen with it. It asks nothing about the genealogy: its only
input is which lots, entries, events and partners the Trace names.
"""

from itertools import chain

from odoo import api, fields, models
from odoo.tools import SQL

from .lot_party import FACTS
from .product_regulatory import FTL_CATEGORIES

MOVEMENTS = ("receipts", "shipments", "returns", "scraps")
LABELS = (
    "label_brand",
    "label_commodity",
    "label_variety",
    "label_pack_size",
    "label_pack_style",
    "label_cn_code",
    "animal_origin",
    "ftl_status",
    "ftl_received_as",
    "ftl_made_as",
)
LOT_FACTS = ("traceability_lot_code", "tlc_source_reference", "growing_area", "supplier_lot")
LOT_DATES = ("production_date", "packing_date", "harvest_date", "harvest_date_to", "cooling_date")
LOT_PARTNERS = {
    "tlc_source": "tlc_source_id",
    "farm": "farm_id",
    "harvester": "harvester_id",
    "cooler": "cooler_id",
}
LOT_TIMES = ("use_date", "expiration_date")


class Places:
    """Our own places that rows name by a location: the partners of their warehouses.

    :param facts: `lot.trace.facts`, as superuser
    """

    def __init__(self, facts):
        self.env = facts.env
        self.get_party = facts._get_party
        self.found = {}
        self._known = {}

    def note(self, location_id, company_id):
        """The id of the place of a location; its facts go into `found`."""
        key = (location_id, company_id)
        if key not in self._known:
            warehouse = self.env["stock.location"].browse(location_id).warehouse_id
            partner = warehouse.partner_id or self.env["res.company"].browse(company_id).partner_id
            self.found.setdefault(partner.id, {"id": partner.id, **self.get_party(partner)})
            self._known[key] = partner.id
        return self._known[key]


class LotTraceFacts(models.AbstractModel):
    _name = "lot.trace.facts"
    _description = "Facts that go with a trace"

    @api.model
    def _collect(self, trace):
        """The facts of a Trace: a dict of lists of dicts, each with an `id` (docs/papers.md)."""
        # Whoever got the Trace may know what is in it: rights were checked when it was asked.
        facts = self.sudo().with_context(active_test=False)
        sides = [trace[name] for name in ("backward", "forward") if trace.get(name)]
        movements = [row for side in sides for name in MOVEMENTS for row in side[name]]
        events = [row for side in sides for row in side["events"]]
        lines = [line for event in events for line in chain(event["inputs"], event["outputs"])]
        lots = [row for side in sides for row in side["lots"]]
        lot_ids = {row["id"] for row in lots} | {row["lot_id"] for row in chain(movements, lines)}
        product_ids = {row["product_id"] for row in chain(lots, movements, lines)}
        partners = [row for side in sides for row in chain(side["consignees"], side["suppliers"])]
        partner_ids = {row["partner_id"] for row in chain(movements, partners)}
        places = Places(facts)
        return {
            "collected_at": fields.Datetime.to_string(fields.Datetime.now()),
            "entries": facts._get_entries({row["id"] for row in movements}, places),
            "events": facts._get_events({row["id"] for row in events}, places),
            "lots": facts._get_lots(lot_ids - {None}, places),
            "products": facts._get_products(product_ids - {None}),
            "partners": facts._get_partners(partner_ids - {None}),
            "companies": facts._get_companies(facts.env.companies),
            "places": list(places.found.values()),
        }

    def _get_party(self, partner):
        return self.env["lot.party"]._prepare_facts(partner.with_context(lang=None))

    def _get_entries(self, entry_ids, places):
        """Where an entry of the ledger came in or left, and whose the goods were."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.id, place.id,
                       CASE WHEN place.usage IN ('customer', 'supplier') THEN place.usage END,
                       entry.company_id, entry.owner_party_id
                  FROM lot_ledger entry
                  LEFT JOIN stock_location place
                    ON place.id = CASE WHEN entry.quantity > 0 THEN entry.location_dest_id
                                       ELSE entry.location_id END
                 WHERE entry.id = ANY(%s) ORDER BY entry.id
                """,
                list(entry_ids),
            )
        )
        owners = {
            party.id: {name: party[name] or None for name in ("name", "street", "zip", "city", "country")}
            for party in self.env["lot.party"].browse({row[4] for row in rows if row[4]})
        }
        keepers = self._get_keepers([row[0] for row in rows if row[2]])
        return [
            {
                "id": entry_id,
                "place": None if elsewhere else places.note(location_id, company_id),
                "elsewhere": elsewhere,
                "keeper": keepers.get(entry_id),
                "company": company_id,
                "owner": owners.get(owner_id),
            }
            for entry_id, location_id, elsewhere, company_id, owner_id in rows
        ]

    def _get_keepers(self, entry_ids):
        """``{entry: facts}`` of who had what was at no place of ours: it went from a supplier to a customer
        (dropshipping), or from one customer to another.

        He is the partner of the other entry of the same movement. Who passes something on to another
        customer stands in none: he is whom all of the lot that came to his place was delivered to.
        """
        rows = entry_ids and self.env.execute_query(
            SQL(
                """
                SELECT entry.id, COALESCE(other.party_id, giver.party_id)
                  FROM lot_ledger entry
                  LEFT JOIN LATERAL (
                    SELECT told.party_id
                      FROM (SELECT o.* FROM lot_ledger o
                             WHERE o.move_line_id = entry.move_line_id AND o.corrects_id IS NULL
                             UNION ALL
                            SELECT o.* FROM lot_ledger o
                             WHERE o.move_line_id = entry.move_line_id AND o.corrects_id IS NOT NULL) AS told
                     WHERE told.quantity * entry.quantity < 0 AND NOT told.reversal
                     ORDER BY told.id DESC LIMIT 1
                  ) AS other ON TRUE
                  LEFT JOIN LATERAL (
                    SELECT max(sent.party_id) AS party_id
                      FROM lot_ledger sent
                      LEFT JOIN lot_party party ON party.id = sent.party_id
                     WHERE other.party_id IS NULL AND entry.kind = 'shipment'
                       AND sent.lot_id = entry.lot_id AND sent.quantity < 0 AND NOT sent.reversal
                       AND sent.company_id = entry.company_id AND sent.date <= entry.date
                       AND sent.location_dest_id = entry.location_id
                       AND NOT EXISTS (SELECT FROM lot_ledger back
                                        WHERE back.corrects_id = sent.id AND back.reversal)
                    HAVING count(DISTINCT COALESCE(party.partner_res_id, 0)) = 1
                  ) AS giver ON TRUE
                 WHERE entry.id = ANY(%s)
                """,
                list(entry_ids),
            )
        )
        parties = self.env["lot.party"].browse({row[1] for row in rows if row[1]})
        facts = {party.id: {name: party[name] or None for name in FACTS} for party in parties}
        return {entry_id: facts[party_id] for entry_id, party_id in rows if party_id}

    def _get_events(self, event_ids, places):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT event.id, event.uuid, event.company_id, min(entry.location_dest_id)
                  FROM lot_event event
                  LEFT JOIN lot_ledger entry ON entry.event_id = event.id AND entry.quantity > 0
                       AND NOT entry.reversal
                 WHERE event.id = ANY(%s) GROUP BY event.id ORDER BY event.id
                """,
                list(event_ids),
            )
        )
        return [
            {"id": event_id, "uuid": uuid, "place": places.note(location_id, company_id)}
            for event_id, uuid, company_id, location_id in rows
        ]

    # ---- lots and products ----------------------------------------------------------

    def _get_lots(self, lot_ids, places):
        made = {
            lot_id: {"date": date, "place": places.note(location_id, company_id)}
            for lot_id, date, location_id, company_id in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (lot_id)
                           lot_id, to_char(date, 'YYYY-MM-DD HH24:MI:SS'), location_dest_id, company_id
                      FROM lot_ledger
                     WHERE lot_id = ANY(%s) AND quantity > 0 AND kind = 'output' AND NOT reversal
                     ORDER BY lot_id, date, id
                    """,
                    list(lot_ids),
                )
            )
        }
        # Without records: of a bulk lot twenty thousand others are made.
        names = (*LOT_FACTS, *LOT_DATES, *LOT_TIMES, "origin_country_id", *LOT_PARTNERS.values())
        lots = self.env["stock.lot"]
        lots.flush_model(names)
        found = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM stock_lot WHERE id = ANY(%s) ORDER BY id",
                SQL(", ").join(map(SQL.identifier, names)),
                list(lot_ids),
            )
        )
        rows = [{"id": lot_id, **dict(zip(names, values, strict=True))} for lot_id, *values in found]
        partners = self.env["res.partner"].browse(
            {row[field] for row in rows for field in LOT_PARTNERS.values()} - {None}
        )
        parties = {partner.id: {"id": partner.id, **self._get_party(partner)} for partner in partners}
        countries = self.env["res.country"].browse({row["origin_country_id"] for row in rows} - {None})
        origins = {country.id: country.with_context(lang=None).name for country in countries}
        return [
            {
                "id": row["id"],
                **{name: row[name] or None for name in LOT_FACTS},
                **{name: fields.Date.to_string(row[name]) or None for name in LOT_DATES},
                **{name: fields.Datetime.to_string(row[name]) or None for name in LOT_TIMES},
                "origin_country": origins.get(row["origin_country_id"]),
                **{name: parties.get(row[field]) for name, field in LOT_PARTNERS.items()},
                "made": made.get(row["id"]),
            }
            for row in rows
        ]

    def _get_products(self, product_ids):
        kilogram = self.env.ref("uom.product_uom_kgm")
        return [
            {
                "id": product.id,
                "name": product.with_context(lang=None, display_default_code=False).display_name,
                "code": product.default_code or None,
                "barcode": product.barcode or None,
                "uom": product.uom_id.name,
                # Net weight of one unit; not known for what is counted and has no weight.
                "kilograms": product.uom_id._compute_quantity(1.0, kilogram, round=False)
                if product.uom_id._has_common_reference(kilogram)
                else product.weight or None,
                **{name: product[name] or None for name in LABELS},
                # The line of FDA's list in its own words.
                "ftl_category": dict(FTL_CATEGORIES).get(product.ftl_category),
            }
            for product in self.env["product.product"].browse(sorted(product_ids)).exists()
        ]

    # ---- partners -------------------------------------------------------------------

    def _get_partners(self, partner_ids):
        """What is known of partners today: it fills what was not recorded then."""
        partners = self.env["res.partner"].browse(sorted(partner_ids)).exists()
        return [{"id": partner.id, **self._get_party(partner)} for partner in partners]

    def _get_companies(self, companies):
        names = self.env["res.company"]._get_regulatory_fields()
        return [
            {
                "id": company.id,
                **{name: company[name] or None for name in names},
                **self._get_party(company.partner_id),
            }
            for company in companies
        ]
