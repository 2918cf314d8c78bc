"""What setting a hold does: reservations go to other lots, and those who must know are told."""

from collections import defaultdict
from typing import NamedTuple

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL

from ..engine.hold import BLOCKED, get_budgets
from .quantity import say_quantity

# A message is read: more documents than this are counted.
SHOWN = 20


class Taking(NamedTuple):
    """A quantity of a held lot that something not done yet takes."""

    held: models.BaseModel
    line: models.BaseModel
    """stock.move.line; it may be gone when this is read."""
    move: models.BaseModel
    lot: models.BaseModel
    quantity: float
    """In the unit of the product."""
    date: object


class LotHoldLine(models.Model):
    _inherit = "lot.hold.line"

    def _take_effect(self):
        """Free what is reserved of these lots, reserve others for it, and tell.

        What is picked already stays with the picker, who is told: it is refused when it is to be done.
        """
        takings = (self | self._get_limited_beside())._find_takings()
        picked = self._get_once([taking for taking in takings if taking.line.picked])
        freed = self._get_once(self._choose_freed([one for one in takings if not one.line.picked]))
        lines = self.env["stock.move.line"].sudo().union(*(taking.line for taking in freed))
        moves = lines.move_id
        lines.unlink()
        kept = self._get_reserved(moves)
        moves._action_assign()
        gained = {
            key: quantity - kept.get(key, 0.0)
            for key, quantity in self._get_reserved(moves).items()
            if quantity > kept.get(key, 0.0)
        }
        for hold in self.hold_id.union(*(taking.held.hold_id for taking in takings)):
            own = [one for one in freed if one.held.hold_id == hold]
            hands = [one for one in picked if one.held.hold_id == hold]
            if own or hands or hold in self.hold_id:
                hold._tell(own, hands, gained)

    def _get_limited_beside(self):
        """Held quantities of the same lots: what is held now may leave less beside them."""
        return self.search([("lot_id", "in", self.lot_id.ids), ("state", "=", "held"), ("quantity", ">", 0)])

    def _get_once(self, takings):
        """A line that takes from several held parts is told of once."""
        return list({taking.line: taking for taking in takings}.values())

    def _find_takings(self):
        """:class:`Taking` of what is planned with these lots and what their holds block."""
        if not self:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT id, held_id FROM (%s) AS taking WHERE held_id = ANY(%s) ORDER BY id, held_id",
                self.hold_id._get_open_query(),
                self.ids,
            )
        )
        lines = self.env["stock.move.line"].sudo().browse(dict.fromkeys(line_id for line_id, _held in rows))
        uses = self.env["lot.fitness"]._get_hold_uses(lines)
        # Records of one set: what is read of one is read of all.
        by_id = {line.id: line for line in lines}
        held_by_id = {held.id: held for held in self.browse({held_id for _line, held_id in rows})}
        return [
            Taking(held, line, line.move_id, line.lot_id, line.quantity_product_uom, line.date)
            for line, held in ((by_id[line_id], held_by_id[held_id]) for line_id, held_id in rows)
            if not BLOCKED[held.purpose].isdisjoint(uses[line])
        ]

    def _choose_freed(self, takings):
        """Those takings that have to be freed: of a held quantity, the latest until the rest fits."""
        freed = []
        by_part = defaultdict(list)
        for taking in takings:
            if taking.held.quantity:
                by_part[taking.held].append(taking)
            else:
                freed.append(taking)
        gone = {taking.line for taking in freed}
        for held, budget in self._get_budgets(self.browse().union(*by_part)).items():
            found = [taking for taking in by_part[held] if taking.line not in gone]
            reserved = sum(taking.quantity for taking in found)
            for taking in sorted(found, key=lambda one: (one.date, one.line.id), reverse=True):
                if taking.lot.product_id.uom_id.compare(reserved, budget) <= 0:
                    break
                freed.append(taking)
                gone.add(taking.line)
                reserved -= taking.quantity
        return freed

    def _get_budgets(self, limited):
        """``{line: how much may be taken of what lies in its part}`` of lines that hold a quantity."""
        if not limited:
            return {}
        by_lot = self.search(self._get_held_domain(limited.lot_id)).grouped("lot_id")
        places = defaultdict(list)
        for (lot_id, company_id), quants in self.env["stock.quant"]._get_hold_places(limited.lot_id).items():
            places[lot_id] += [(company_id, quant.place) for quant in quants]
        budgets = {}
        for held in limited:
            company = held.company_id
            beside = by_lot[held.lot_id]._is_of(company)._filter_beside(held)
            stock = [
                place for company_id, place in places[held.lot_id.id] if company.id in (False, company_id)
            ]
            budgets[held] = get_budgets([one._get_part() for one in beside], stock)[held._get_part()]
        return budgets

    def _get_reserved(self, moves):
        """``{(move, lot): quantity in the product's unit}``"""
        reserved = defaultdict(float)
        for line in moves.move_line_ids:
            reserved[line.move_id, line.lot_id] += line.quantity_product_uom
        return reserved


class LotHold(models.Model):
    _inherit = "lot.hold"

    def _tell(self, freed, picked, gained):
        """A note in each document that a hold stops, and one message to those who must know.

        :param freed, picked: :class:`Taking`: what was freed, and what somebody has in hand
        :param gained: ``{(move, lot): quantity}`` that is reserved instead
        """
        rows = defaultdict(list)
        for taking in freed:
            rows[taking.move].append(
                self.env._("%(quantity)s of lot %(lot)s: no longer reserved", **self._get_amount(taking))
            )
        for taking in picked:
            rows[taking.move].append(
                self.env._(
                    "%(quantity)s of lot %(lot)s: picked already. Take it out again: it is refused otherwise",
                    **self._get_amount(taking),
                )
            )
        for (move, lot), quantity in gained.items():
            if move in rows:
                rows[move].append(
                    self.env._(
                        "%(quantity)s of lot %(lot)s: reserved instead",
                        quantity=self._say_quantity(quantity, move.product_id),
                        lot=lot.name or "–",
                    )
                )
        by_document = defaultdict(list)
        for move, sentences in rows.items():
            for document in self._get_documents(move):
                by_document[document] += sentences
        self._log_on_documents(by_document)
        users = self.kind_id.sudo().user_ids | self._get_responsible(by_document)
        partners = (users - self.user_id).filtered("active").partner_id
        if partners or by_document:
            self.message_post(
                body=self._get_summary(by_document),
                partner_ids=partners.ids,
                subject=self.env._("On hold: %s", self.name),
                subtype_xmlid="mail.mt_note",
            )

    def _get_amount(self, taking):
        return {
            "quantity": self._say_quantity(taking.quantity, taking.lot.product_id),
            "lot": taking.lot.name,
        }

    def _say_quantity(self, quantity, product):
        return f"{say_quantity(self.env, product.uom_id.round(quantity))} {product.uom_id.name}"

    def _get_documents(self, move):
        """The documents of a move that get a note."""
        documents = [move.picking_id, move.raw_material_production_id]
        documents.append(move.sale_line_id.order_id or move.picking_id.sale_id)
        return [document for document in documents if document] or [move.browse()]

    def _log_on_documents(self, by_document):
        bodies = defaultdict(dict)
        for document, sentences in by_document.items():
            if document:
                head = self.env._(
                    "%(hold)s, %(kind)s: %(reason)s",
                    hold=self._get_html_link(),
                    kind=self.kind_id.name,
                    reason=self.reason,
                )
                bodies[document._name][document.id] = self._get_list(head, sentences)
        for model, texts in bodies.items():
            self.env[model].sudo().browse(texts)._message_log_batch(bodies=texts)

    def _get_responsible(self, by_document):
        users = self.env["res.users"]
        for document in by_document:
            if document and "user_id" in document._fields:
                users |= document.user_id
        return users

    def _get_summary(self, by_document):
        head = self.env._("%(kind)s: %(reason)s", kind=self.kind_id.name, reason=self.reason)
        named = [document for document in by_document if document]
        rows = [
            Markup("%s: %s") % (document._get_html_link(), "; ".join(by_document[document]))
            for document in named[:SHOWN]
        ]
        if len(named) > SHOWN:
            rows.append(self.env._("… and %s more documents", len(named) - SHOWN))
        return self._get_list(head, rows)

    def _get_list(self, head, rows):
        items = Markup().join(Markup("<li>%s</li>") % row for row in rows)
        return Markup("<p>%s</p>") % head + (Markup("<ul>%s</ul>") % items if rows else Markup())
