"""Asking the trace of a recall again: what came to it since its scope was frozen.

What the measures of the case itself changed (stopped orders, stock in quarantine, goods back,
goods destroyed) is told apart: it needs no further version.
"""

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from .lot_recall_listing import MODELS, TOLD, ScopeListing
from .quantity import say_quantity

TINY = 1e-6


class LotRecall(models.Model):
    _inherit = "lot.recall"

    def action_check_scope(self):
        """Ask the trace again, freeze nothing: has anything come to it since?"""
        self.ensure_one()
        scope = self.scope_id
        if scope.state != "done":
            raise UserError(self.env._("Freeze the scope first."))
        self._check_companies()
        trace = scope._ask_trace(self, scope.sudo().asked_company_ids)
        news, own = [], []
        if trace["fingerprint"] != scope.fingerprint:
            news, own = self._compare(ScopeListing(scope._freezing(), trace).rows)
        if news:
            first = self.env._("Since version %(number)s was frozen came to it:", number=scope.number)
            last = [self.env._("Widen the scope: a further version shows what was added.")]
        else:
            first = self.env._("Nothing came to it since version %(number)s was frozen.", number=scope.number)
            last = []
        if own:
            last.insert(0, self.env._("By the measures of the case itself: %s.", "; ".join(own)))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if news else "success",
                "message": " ".join([first, "; ".join(news) + "." if news else "", *last]),
                "sticky": bool(news or own),
            },
        }

    def _compare(self, rows):
        """What the trace finds now (``{kind: {key: values}}``, as listed) beside the lists of the case.

        :return: sentences on what came to it, and on what the case itself did
        """
        names = self.env["lot.recall.scope"]._get_added_names()
        news, own = [], []
        for kind in ("lot", "consignee", "line", "order", "excluded"):
            known = self._get_current(MODELS[kind]).grouped("key")
            added = [
                ScopeListing.get_name(kind, vals) for key, vals in rows[kind].items() if key not in known
            ]
            if kind in ("line", "order"):
                added += [
                    ScopeListing.get_name(kind, vals)
                    for key, vals in rows[kind].items()
                    if key in known and vals["quantity"] > known[key].quantity + TINY
                ]
            added = sorted(set(added))
            if added:
                news.append(
                    f"{names[kind]} ({len(added)}): {', '.join(added[:TOLD])}"
                    + ("…" if len(added) > TOLD else "")
                )
            if kind == "order":
                stopped = {
                    row.document for key, row in known.items() if key not in rows[kind] and row.stopped_at
                }
                if stopped:
                    own.append(self.env._("open orders stopped: %s", len(stopped)))
        self._compare_stock(rows["stock"], news, own)
        return news, own

    def _compare_stock(self, rows, news, own):
        """Of each lot: more or less of it is there than was, came back and was destroyed."""
        places = self._get_current("lot.recall.stock")
        before, now, done = defaultdict(float), defaultdict(float), defaultdict(float)
        names = {}
        for place in places:
            before[place.lot_id.id] += place.quantity
            names[place.lot_id.id] = place.lot_name
        for vals in rows.values():
            now[vals["lot_id"]] += vals["quantity"]
            names[vals["lot_id"]] = vals["lot_name"]
        for line in self._get_current("lot.recall.consignee.line").filtered("quantity_received"):
            done[line.lot_id.id] += line.quantity_received
        for scrapped in self._get_scrapped():
            done[scrapped.lot_id.id] -= scrapped.quantity_product_uom
        changed = [
            lot
            for lot in before.keys() | now.keys()
            # To ask `done` itself would enter the lot: it may have come back and been destroyed, or neither.
            if abs(now[lot] - before[lot] - done.get(lot, 0.0)) > TINY
        ]
        if changed:
            texts = [
                f"{names[lot]} {say_quantity(self.env, before[lot])} → {say_quantity(self.env, now[lot])}"
                for lot in sorted(changed, key=names.get)
            ]
            news.append(self.env._("stock: %s", ", ".join(texts)))
        if done:
            own.append(self.env._("goods back and destroyed here"))
        if moved := rows.keys() ^ set(places.mapped("key")):
            own.append(self.env._("places of stock that are others now: %s", len(moved)))
