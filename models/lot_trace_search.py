"""From what people type, scan or click to the lots of a question."""

from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine import gs1
from ..engine.walk import TAKEN_BACK

# Item type: (model, field of what it is searched by beside its name)
ITEM_MODELS = {
    "lot": "stock.lot",
    "product": "product.product",
    "picking": "stock.picking",
    "production": "mrp.production",
    "purchase": "purchase.order",
    "sale": "sale.order",
    "supplier": "res.partner",
}
ARRIVALS = ("receipt", "output", "adjustment")


class LotTrace(models.AbstractModel):
    _inherit = "lot.trace"

    # ---- typed or scanned text to items -------------------------------------------

    @api.model
    @api.readonly
    def search_items(self, text, limit=8):
        """What a typed text or a scanned code may mean: items of a question, best first.

        :param str text: a name or a part of it, or a GS1 code (01 with 10 or 21)
        :param int limit: at most so many of each type
        :returns: list of ``{"type", "id", "name", "detail"}``
        """
        self._check_may_trace()
        # No text in the database holds a NUL, which a damaged code can.
        text = (text or "").replace("\0", "").strip()
        if not text:
            return []
        scanned = self._search_gs1(text)
        if scanned:
            return [self._describe("lot", lot) for lot in scanned[:limit]]
        found = []
        for item_type, domains in self._get_search_domains(text).items():
            # What is archived is asked for as well: recalls reach back.
            records = self.env[ITEM_MODELS[item_type]].sudo().with_context(active_test=False)
            company = fields.Domain.TRUE
            if "company_id" in records._fields:
                company = fields.Domain("company_id", "in", [False, *self.env.companies.ids])
            matches = records.browse()
            # One after the other: the first are answered by an index.
            for domain in domains:
                if len(matches) < limit:
                    matches |= records.search(fields.Domain(domain) & company, limit=limit)
            if item_type == "supplier":
                matches = self._filter_suppliers(matches)
            found += [(item_type, record) for record in matches[:limit]]
        items = [self._describe(item_type, record) for item_type, record in found]
        lowered = text.lower()
        # An exact name first, then names that begin so; the order of types otherwise.
        items.sort(
            key=lambda item: (
                item["name"].lower() != lowered,
                not item["name"].lower().startswith(lowered),
            )
        )
        return items

    @api.model
    def _get_search_domains(self, text):
        """``{item type: [domain, …]}``: an exact match goes before a part of a name."""
        like = fields.Domain("name", "ilike", text)
        exact = fields.Domain("name", "=", text)
        return {
            "lot": [
                exact,
                like | fields.Domain("supplier_lot", "ilike", text),
                [("ref", "=", text)],
            ],
            "product": [
                [
                    ("tracking", "!=", "none"),
                    "|",
                    "|",
                    ("name", "ilike", text),
                    ("default_code", "ilike", text),
                    ("barcode", "=", text),
                ]
            ],
            "picking": [exact, like, [("origin", "=", text)]],
            "production": [exact, like],
            "purchase": [exact, like, [("partner_ref", "=", text)]],
            "sale": [exact, like, [("client_order_ref", "=", text)]],
            "supplier": [like],
        }

    @api.model
    def _filter_suppliers(self, partners):
        """Those of `partners` from whom, or from whose contacts, lots were received."""
        parties, entries = self.env["lot.party"], self.env["lot.ledger"]
        # Few: no more than are shown.
        return partners.filtered(
            lambda one: entries.search_count(
                [
                    ("kind", "=", "receipt"),
                    ("party_id", "in", parties._find_of(one).ids),
                    *entries._get_live_domain(),
                ],
                limit=1,
            )
        )

    @api.model
    def _search_gs1(self, text):
        """The lots that a scanned GS1 code names, by our number or the supplier's."""
        nomenclature = self.env.ref(
            "barcodes_gs1_nomenclature.default_gs1_nomenclature", raise_if_not_found=False
        )
        separator = nomenclature and nomenclature.sudo().gs1_separator_fnc1
        facts = gs1.parse(text, separator=separator or gs1.FNC1).facts
        number = facts.get("lot") or facts.get("serial")
        gtin = facts.get("gtin") or facts.get("content_gtin")
        if not number or not gtin:
            return self.env["stock.lot"]
        products = (
            self.env["product.product"]
            .sudo()
            .with_context(skip_preprocess_gs1=True, active_test=False)
            .search([("barcode", "in", gs1.get_gtin_forms(gtin))])
        )
        return (
            self.env["stock.lot"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    "|",
                    ("name", "=", number),
                    ("supplier_lot", "=", number),
                    ("product_id", "in", products.ids),
                    ("company_id", "in", [False, *self.env.companies.ids]),
                ]
            )
        )

    @api.model
    def _describe(self, item_type, record):
        """One item: what to show, and what tells it from its namesakes."""
        record = record.sudo()
        detail = {
            "lot": lambda: record.product_id.display_name,
            "product": lambda: record.categ_id.display_name,
            "picking": lambda: record.partner_id.display_name or record.picking_type_id.display_name,
            "production": lambda: record.product_id.display_name,
            "purchase": lambda: record.partner_id.display_name,
            "sale": lambda: record.partner_id.display_name,
            "supplier": lambda: record.country_id.name,
        }[item_type]()
        return {
            "type": item_type,
            "id": record.id,
            "name": record.display_name,
            "detail": detail or None,
        }

    # ---- items to lots ------------------------------------------------------------

    @api.model
    def _resolve_items(self, items):
        """The start lots of a question's items.

        :returns: sorted lot ids, and one sentence for each item that is wrong. Names and
            details are put into the items.
        """
        lot_ids, errors = set(), []
        wanted = {}
        for item in items:
            if (
                not isinstance(item, dict)
                or item.get("type") not in ITEM_MODELS
                or isinstance(item.get("id"), bool)
                or not isinstance(item.get("id"), int)
            ):
                errors.append(self.env._("Not something that can be traced: %(item)s", item=repr(item)))
                continue
            wanted.setdefault(item["type"], []).append(item)
        for item_type, typed in wanted.items():
            allowed, type_errors = self._get_allowed(item_type, typed)
            errors += type_errors
            # Fetched together: a recall can start from thousands of lots.
            allowed = {record.id: record for record in allowed}
            for item in typed:
                record = allowed.get(item["id"])
                if not record:
                    continue
                if item_type == "lot":
                    lot_ids.add(record.id)
                    item.update(name=record.name, detail=record.product_id.display_name)
                    continue
                item.update(self._describe(item_type, record))
                try:
                    lots = getattr(self, f"_get_lots_of_{item_type}")(record, item)
                except UserError as error:
                    errors.append(str(error))
                    continue
                if not lots:
                    errors.append(
                        self.env._(
                            "No lots found for “%(name)s” in the time asked for.",
                            name=record.display_name,
                        )
                        if item.get("date_from") or item.get("date_to")
                        else self.env._("No lots found for “%(name)s”.", name=record.display_name)
                    )
                lot_ids.update(lots)
        return sorted(lot_ids), errors

    @api.model
    def _get_allowed(self, item_type, items):
        """The records of items that exist and belong to the user's companies."""
        records = self.env[ITEM_MODELS[item_type]].sudo()
        records = records.with_context(active_test=False).browse({item["id"] for item in items})
        errors = []
        existing = records.exists()
        for missing in records - existing:
            errors.append(
                self.env._(
                    "%(model)s %(id)s no longer exists: it was deleted meanwhile. Search for it again.",
                    model=self.env["ir.model"]._get(records._name).name,
                    id=missing.id,
                )
            )
        if "company_id" in records._fields:
            foreign = existing.filtered(
                lambda record: record.company_id and record.company_id not in self.env.companies
            )
            for record in foreign:
                errors.append(
                    self.env._(
                        "“%(name)s” belongs to the company %(company)s, which is not "
                        "among your active companies. Switch it on, or ask somebody who "
                        "may see it.",
                        name=record.display_name,
                        company=record.company_id.name,
                    )
                )
            existing -= foreign
        return existing, errors

    @api.model
    def _get_lots_of_product(self, product, item):
        period = self._get_period(item)
        if period:
            arrived = self._get_arrived([("product_id", "=", product.id), *period])
            return [*arrived, *self._get_unarrived(product)]
        lots = self.env["stock.lot"].sudo().with_context(active_test=False)
        return lots.search(
            [
                ("product_id", "=", product.id),
                ("company_id", "in", [False, *self.env.companies.ids]),
            ]
        ).ids

    @api.model
    def _get_lots_of_picking(self, picking, _item):
        return picking.move_line_ids.lot_id.ids

    @api.model
    def _get_lots_of_production(self, production, _item):
        finished = production.move_finished_ids.move_line_ids.lot_id
        return (finished or production.lot_producing_ids or production.move_raw_ids.move_line_ids.lot_id).ids

    @api.model
    def _get_lots_of_purchase(self, order, _item):
        return order.picking_ids.move_line_ids.lot_id.ids

    @api.model
    def _get_lots_of_sale(self, order, _item):
        return order.picking_ids.move_line_ids.lot_id.ids

    @api.model
    def _get_lots_of_supplier(self, partner, item):
        parties = self.env["lot.party"]._find_of(partner)
        return self._get_arrived(
            [
                ("kind", "=", "receipt"),
                ("party_id", "in", parties.ids),
                *self._get_period(item),
            ]
        )

    @api.model
    def _get_arrived(self, domain):
        """Lots that were received or made, after `domain` on the ledger."""
        entries = self.env["lot.ledger"].sudo()
        groups = entries._read_group(
            [
                ("lot_id", "!=", False),
                ("kind", "in", ARRIVALS),
                ("quantity", ">", 0),
                ("company_id", "in", self.env.companies.ids),
                *entries._get_live_domain(),
                *domain,
            ],
            ["lot_id"],
        )
        return [lot.id for (lot,) in groups]

    @api.model
    def _get_unarrived(self, product):
        """Lots of a product that a company has, or had, without a word of how they came in: through
        transit from another company, or by a hole in the record. They may be of any day."""
        for model in ("stock.quant", "stock.lot"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id FROM stock_lot lot
                 WHERE lot.product_id = %(product)s
                   AND (lot.company_id IS NULL OR lot.company_id = ANY(%(companies)s))
                   AND NOT EXISTS (SELECT FROM lot_ledger l
                                    WHERE l.lot_id = lot.id AND l.quantity > 0 AND NOT l.reversal
                                      AND l.company_id = ANY(%(companies)s)
                                      AND l.id NOT IN (%(taken_back)s))
                   AND (EXISTS (SELECT FROM lot_ledger l
                                 WHERE l.lot_id = lot.id AND l.quantity < 0 AND NOT l.reversal
                                   AND l.company_id = ANY(%(companies)s))
                        OR EXISTS (SELECT FROM stock_quant q
                                     JOIN stock_location place ON place.id = q.location_id
                                    WHERE q.lot_id = lot.id AND q.quantity <> 0
                                      AND place.usage IN ('internal', 'transit')
                                      AND q.company_id = ANY(%(companies)s)))
                 ORDER BY lot.id
                """,
                product=product.id,
                companies=self.env.companies.ids,
                taken_back=SQL(TAKEN_BACK),  # pylint: disable=sql-injection
            )
        )
        return [lot_id for (lot_id,) in rows]

    @api.model
    def _get_period(self, item):
        """Domain on the ledger for the days of an item, in the user's time zone."""
        zone = timezone(self.env.user.tz or "UTC")
        first, last = (self._read_day(item.get(name)) for name in ("date_from", "date_to"))
        if first and last and first > last:
            raise UserError(
                self.env._(
                    "“%(name)s”: the first day, %(first)s, is after the last, %(last)s.",
                    name=item.get("name"),
                    first=first,
                    last=last,
                )
            )
        domain = []
        for day, operator in ((first, ">="), (last and last + timedelta(days=1), "<")):
            if day:
                moment = zone.localize(datetime.combine(day, time.min))
                moment = moment.astimezone(utc).replace(tzinfo=None)
                domain.append(("date", operator, moment))
        return domain

    @api.model
    def _read_day(self, day):
        try:
            return day and fields.Date.from_string(day)
        except (TypeError, ValueError) as error:
            message = self.env._("A day is written like 2026-01-31, not “%(day)s”.", day=day)
            raise UserError(message) from error

    @api.model
    def _get_trace_action(self, items, direction):
        """Open the trace screen with a question and answer it at once."""
        if not self.env.user.has_group("lot_genealogy.group_quality"):
            raise AccessError(
                self.env._(
                    "Traces are for Quality and Compliance officers. Ask one of them, "
                    "or your administrator for the role."
                )
            )
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_trace_action")
        action["params"] = {"items": items, "direction": direction, "run": True}
        return action
