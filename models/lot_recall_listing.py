"""Makes the rows of a recall from the frozen trace of a version of its scope.

All rows stand in one list, in one order, whenever it is made: so a job that was killed goes
on at the first row that is not there. Rows that an earlier version made are brought up
to date, what it had and this one does not find stays, marked.
"""

from collections import defaultdict
from datetime import datetime
from functools import cached_property

from odoo import fields, models
from odoo.tools import split_every

from ..engine import recall as rules
from ..engine.recall_reach import settle

MODELS = {
    "lot": "lot.recall.lot",
    "stock": "lot.recall.stock",
    "order": "lot.recall.order",
    "consignee": "lot.recall.consignee",
    "line": "lot.recall.consignee.line",
    "excluded": "lot.recall.excluded",
}
# What became of a delivery, before anybody answered.
NOTHING_SAID = dict.fromkeys(
    (f"quantity_{name}" for name in ("received", "unsold", "returned", "destroyed", "sold")), 0.0
)
NO_STOCK = {"quantity": 0.0, "reserved": 0.0}
# Names that are told of what a version added, per kind.
TOLD = 50


class ScopeListing:
    """The rows of one version of a scope (`lot.recall.scope`, as who freezes it)."""

    def __init__(self, scope, trace=None):
        """
        :param dict trace: instead of the frozen one, to see what it would list
        """
        self.scope, self.recall, self.env = scope, scope.recall_id, scope.env
        trace = trace or scope._get_trace()
        self.rows = {kind: {} for kind in MODELS}
        forward, backward = trace["forward"], trace["backward"]
        self.doubtful = set()
        if forward:
            self.doubtful = rules.find_doubtful(forward, self.recall._get_doubtful_starts())
        self._add_lots(forward, backward)
        if forward:
            self._add_stock(forward)
            self._add_orders(forward)
            self._add_consignees(forward)
            self._add_excluded(forward)

    @cached_property
    def earlier(self):
        """``{kind: {key: id}}`` of the rows that other versions made."""
        domain = [("recall_id", "=", self.recall.id), ("scope_id", "!=", self.scope.id)]
        return {
            kind: {row.key: row.id for row in self._get_model(kind).search_fetch(domain, ["key"])}
            for kind in MODELS
        }

    @cached_property
    def new(self):
        """``[(kind, key)]`` of the rows that are to be made, in their order."""
        return [
            (kind, key) for kind, rows in self.rows.items() for key in rows if key not in self.earlier[kind]
        ]

    @cached_property
    def consignees(self):
        """``{key: id}``, once all of them are there."""
        found = self._get_model("consignee").search_fetch([("recall_id", "=", self.recall.id)], ["key"])
        return {one.key: one.id for one in found}

    def make(self, start, size):
        """Create the rows from one on; returns how many. All of them are of one kind."""
        kind = self.new[start][0]
        keys = [key for one, key in self.new[start : start + size] if one == kind]
        rows = [self._prepare(kind, key) for key in keys]
        model = self._get_model(kind)
        if kind == "consignee":
            model.create(rows)
        else:
            for vals in rows if kind == "line" else ():
                # As it is computed, while nothing is known yet of what became of it.
                rest = settle(vals["quantity"] - vals["quantity_back"])
                vals.update({f"quantity_{name}": amount for name, amount in rest.items()}, **NOTHING_SAID)
            model._insert(rows)
        return len(keys)

    def finish(self):
        """Bring the rows of earlier versions up to date; returns what this version added."""
        added = defaultdict(list)
        if self.scope.number > 1:
            for kind, key in self.new:
                added[kind].append(self.get_name(kind, self.rows[kind][key]))
            for kind, earlier in self.earlier.items():
                gone = self._update(kind, earlier)
                # What is no longer left out is among the rest.
                added["gone"] += gone if kind != "excluded" else []
        return {kind: {"count": len(added[kind]), "names": added[kind][:TOLD]} for kind in (*MODELS, "gone")}

    def _update(self, kind, earlier):
        model, gone = self._get_model(kind), []
        for ids in split_every(1000, earlier.values()):
            for row in model.browse(ids):
                if row.key not in self.rows[kind]:
                    if row.is_current:
                        gone.append(row.display_name)
                        row.is_current = False
                    continue
                vals = {**self._prepare(kind, row.key), "is_current": True}
                del vals["scope_id"]
                changed = {name: value for name, value in vals.items() if _plain(row[name]) != _plain(value)}
                if changed:
                    row.write(changed)
        return gone

    def _get_model(self, kind):
        return self.env[MODELS[kind]]._freezing()

    @staticmethod
    def get_name(kind, vals):
        """What a row is called where it is told of."""
        if kind == "consignee":
            return vals["name"]
        if kind in ("line", "excluded"):
            return f"{vals['document']} {vals['lot_name']}"
        if kind == "stock":
            return f"{vals['lot_name']} {vals['location_name']}"
        return vals["document"] if kind == "order" else vals["lot_name"]

    def _prepare(self, kind, key):
        vals = {**self.rows[kind][key], "key": key, "recall_id": self.recall.id, "scope_id": self.scope.id}
        if kind == "line":
            vals["consignee_id"] = self.consignees[vals.pop("consignee")]
        return vals

    # ---- rows ---------------------------------------------------------------------------

    def _add_lots(self, forward, backward):
        for name, side in (("forward", forward), ("backward", backward)):
            for row in side["lots"] if side else ():
                way = name if row["level"] else "start"
                key = f"{way}/{row['id']}"
                if key in self.rows["lot"]:
                    continue
                self.rows["lot"][key] = {
                    "side": way,
                    "is_affected": way != "backward",
                    "lot_id": row["id"],
                    "lot_name": row["name"],
                    "product_id": row["product_id"],
                    "product_name": row["product"],
                    "level": row["level"],
                    "quantity": row["quantity"],
                    "on_hand": row["on_hand"],
                    "uom_name": row["uom"],
                    "affected_text": ", ".join(
                        f"{amount['quantity']:.6g} {amount['uom']}" for amount in row["affected"]
                    ),
                    "share": row["share"] or 0.0,
                    "expiration_date": row["expiration_date"] or False,
                    "supplier_lot": row["supplier_lot"] or False,
                    "doubtful": way != "backward" and row["id"] in self.doubtful,
                }

    def _add_stock(self, forward):
        held = self._get_held()
        names = ("on_hand", "in_transit")
        places = self.env["stock.location"].browse(
            {row["location_id"] for name in names for row in forward[name]}
        )
        company = {place.id: place.company_id.id for place in places}
        for name in names:
            for row in forward[name]:
                key = f"{row['lot_id']}/{row['location_id']}/{row['package_id'] or 0}/{row['owner_id'] or 0}"
                # Until Odoo's job merges them, one place can have two quants of the same.
                earlier = self.rows["stock"].get(key, NO_STOCK)
                self.rows["stock"][key] = {
                    "lot_id": row["lot_id"],
                    "lot_name": row["lot"],
                    "product_name": row["product"],
                    "location_id": row["location_id"],
                    "location_name": row["location"],
                    "package_name": row["package"] or False,
                    "owner_name": row["owner"] or False,
                    "in_transit": name == "in_transit",
                    "quantity": row["quantity"] + earlier["quantity"],
                    "reserved": row["reserved"] + earlier["reserved"],
                    "uom_name": row["uom"],
                    "doubtful": row["lot_id"] in self.doubtful,
                    "held_at": held.get((row["lot_id"], company[row["location_id"]]), False),
                }

    def _get_held(self):
        """``{(lot id, company id): since}`` of the lots that the case holds, wherever they lie there."""
        found = self._get_model("stock")._read_group(
            [("recall_id", "=", self.recall.id), ("held_at", "!=", False)],
            ["lot_id", "location_id"],
            ["held_at:min"],
        )
        # What came back lies where nothing of its lot was; the case holds it since.
        holds = (
            self.env["lot.hold.line"].sudo().search([*self.recall._get_hold_domain(), ("state", "=", "held")])
        )
        found = [(lot.id, place.company_id.id, held_at) for lot, place, held_at in found]
        found += [(line.lot_id.id, line.company_id.id, line.since) for line in holds]
        found.sort(key=lambda one: one[2], reverse=True)
        return {(lot, company): fields.Datetime.to_string(held_at) for lot, company, held_at in found}

    def _add_orders(self, forward):
        names = self.env["lot.recall.order"]._get_kind_names()
        moved = {row["res_id"] for row in forward["open_orders"] if row["model"] == "stock.picking"}
        # On their way into quarantine: nothing that is to be stopped.
        safe = (
            self.env["stock.picking"]
            .browse(moved)
            .exists()
            .filtered(lambda one: self.recall._is_quarantine(one.location_dest_id))
        )
        for row in forward["open_orders"]:
            if row["model"] == safe._name and row["res_id"] in safe._ids:
                continue
            key = f"{row['lot_id']}/{row['model']}/{row['res_id']}"
            earlier = self.rows["order"].get(key)
            self.rows["order"][key] = {
                "kind": names.get(row["kind"], row["kind"]),
                "document": row["document"],
                "res_model": row["model"],
                "res_id": row["res_id"],
                "order_name": row["order"] or False,
                "partner_name": row["partner"] or False,
                "lot_id": row["lot_id"],
                "lot_name": row["lot"],
                "product_name": row["product"],
                "quantity": row["quantity"] + (earlier["quantity"] if earlier else 0.0),
                "uom_name": row["uom"],
                "date": row["date"] or False,
                "picked": row["picked"] or bool(earlier and earlier["picked"]),
            }

    def _add_consignees(self, forward):
        moved = {row["partner_id"] for name in ("shipments", "returns") for row in forward[name]}
        families = self.env["res.partner"]._get_families(moved - {None})
        found = rules.list_consignees(forward, self.doubtful, families)
        partners = self.env["res.partner"].browse([row["partner_id"] for row in found if row["partner_id"]])
        existing = set(partners.exists().ids)
        for sequence, row in enumerate(found, 1):
            contact = row["contact"]
            self.rows["consignee"][row["key"]] = {
                "sequence": sequence,
                "party_id": row["party_id"] or False,
                "partner_id": row["partner_id"] if row["partner_id"] in existing else False,
                "name": row["name"] or self.env._("Delivered without a partner"),
                "contact_address": ", ".join(
                    filter(
                        None,
                        (
                            contact.get("street"),
                            " ".join(filter(None, (contact.get("zip"), contact.get("city")))),
                            contact.get("state"),
                            contact.get("country"),
                        ),
                    )
                ),
                **{
                    name: contact.get(name) or False
                    for name in ("city", "country", "country_code", "phone", "email")
                },
                "quantities": row["quantities"],
                "share": row["share"],
                "date_first": row["date_first"],
                "date_last": row["date_last"],
                "doubtful": row["doubtful"],
            }
            for line in row["lines"]:
                self.rows["line"][line["key"]] = self._prepare_line(row, line)

    def _add_excluded(self, forward):
        kinds = dict(self.env["lot.ledger"]._fields["kind"]._description_selection(self.env))
        for row in forward["excluded"]:
            self.rows["excluded"][str(row["id"])] = {
                "kind": kinds.get(row["kind"], row["kind"]),
                "document": row["document"] or False,
                "res_model": row["model"],
                "res_id": row["res_id"],
                "lot_id": row["lot_id"],
                "lot_name": row["lot"],
                "product_name": row["product"],
                "date": row["date"],
                "bound": row["bound"],
                "quantity": row["quantity"],
                "uom_name": row["uom"],
            }

    def _prepare_line(self, row, line):
        affected = line["affected"][0] if len(line["affected"]) == 1 else {"quantity": 0.0, "uom": False}
        return {
            "consignee": row["key"],
            "lot_id": line["lot_id"],
            "lot_name": line["lot"],
            "product_id": line["product_id"],
            "product_name": line["product"],
            "document": line["document"] or False,
            "order_name": line["order"] or False,
            "res_model": line["model"],
            "res_id": line["res_id"],
            "date": line["date"],
            "quantity": line["quantity"],
            "quantity_back": line["back"],
            "uom_name": line["uom"],
            "affected": affected["quantity"],
            "affected_uom_name": affected["uom"],
            "share": line["share"],
            "doubtful": line["doubtful"],
        }


def _plain(value):
    """A value of a record, or one that is to be written, so that both compare."""
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    if isinstance(value, models.BaseModel):
        return value.id
    return value or None if isinstance(value, (str, bool)) or value is None else value
