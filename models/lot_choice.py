"""Why this lot: what the rule saw when it chose, kept with the line that is reserved.

Kept are the code of the rule and values, not words: each reader gets them in their language.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from ..engine.shelf_life import get_local_day
from .lot_fitness import Reason
from .quantity import say_quantity

# So many skipped lots are named.
NAMED = 5


class Choice(dict):
    """What is kept of a choice. Only the rule makes one: what a caller sends is a plain dictionary.

    ``method``, ``lot`` (id), ``field`` and ``value`` that decided, ``rank`` among ``of`` lots that may be
    used, ``skipped``: ``[[name, [[code, values], …]], …]``, and ``more`` skipped ones that are not named.
    """


class LotChoice(models.AbstractModel):
    _name = "lot.choice"
    _description = "Why a lot was chosen"

    @api.model
    def _get_choices(self, use, location, quants, gathering):
        """``{lot id: Choice}`` for reserved quants.

        :param gathering: :class:`Filter` with what was found, in the order of the rule
        """
        method = self.env["stock.quant"]._get_removal_strategy(use.product, location)
        ranks = self._get_ranks(gathering.found, use.product.uom_id)
        skipped = self._find_skipped(use, location, method, gathering, quants[-1])
        choices = {}
        for quant in quants:
            if quant.lot_id and quant.lot_id.id not in choices:
                choices[quant.lot_id.id] = Choice(
                    method=method,
                    lot=quant.lot_id.id,
                    **self._get_deciding(quant, method, use),
                    rank=ranks.get(quant.lot_id.id, 1),
                    of=len(ranks),
                    **skipped,
                )
        return choices

    @api.model
    def _get_ranks(self, quants, uom):
        """``{lot id: its place}`` of the lots of which something is free, in the order of `quants`.

        By columns, as there may be 100,000: what is one unit or more need not be rounded.
        """
        columns = zip(quants._ids, quants.mapped("quantity"), quants.mapped("reserved_quantity"))
        free = (
            quant_id
            for quant_id, quantity, reserved in columns
            if quantity - reserved >= 1 or not uom.is_zero(quantity - reserved)
        )
        return {lot_id: rank for rank, lot_id in enumerate(quants.browse(free).lot_id._ids, 1)}

    @api.model
    def _get_deciding(self, quant, method, use):
        """The field that decided, and its value as JSON has it."""
        keys = self.env["lot.removal"]._get_keys(method)
        if not keys or not self.env["lot.removal"]._has_value(quant, keys[0][0]):
            return {"field": keys[0][0] if keys else None, "value": None}
        name = keys[0][0]
        value = quant[name]
        if not isinstance(value, float):
            value = str(get_local_day(value, self.env["lot.gate"]._get_zone(use.company)))
        return {"field": name, "value": value}

    @api.model
    def _find_skipped(self, use, location, method, gathering, last):
        """The lots that would have gone before the last chosen one and may not be used."""
        refused = Domain.FALSE if gathering.domain.is_true() else ~gathering.domain
        removed_by = self.env.context.get("with_expiration")
        if removed_by:
            refused |= Domain("removal_date", "<", removed_by)
        if refused.is_false():
            return {"skipped": [], "more": 0}
        quants = self.env["stock.quant"].sudo()
        place = Domain("product_id", "=", use.product.id) & Domain("location_id", "child_of", location.id)
        order = quants._get_removal_strategy_order(method) or None
        candidates = quants.search(
            place & Domain("lot_id", "!=", False) & Domain("quantity", ">", 0) & refused,
            order=order,
            limit=4 * NAMED,
        )
        bound = self.env["lot.removal"]._get_sort_value(last, method)
        before = candidates.filtered(
            lambda quant: self.env["lot.removal"]._get_sort_value(quant, method) <= bound
        )
        by_lot = before.grouped("lot_id")
        reasons = self._find_reasons(before, use, removed_by)
        named = [
            [lot.name, [[reason.code, reason.values] for reason in reasons[lot]]]
            for lot in by_lot
            if reasons.get(lot)
        ]
        return {"skipped": named[:NAMED], "more": len(named[NAMED:])}

    @api.model
    def _find_reasons(self, quants, use, removed_by=None):
        """``{lot: [Reason]}``, with Odoo's own: that it is due for removal."""
        fitness = self.env["lot.fitness"]
        found = {}
        for candidate, reasons in fitness._find_reasons(fitness._get_candidates(quants, use)).items():
            known = found.setdefault(candidate.lot, [])
            known += [reason for reason in reasons if reason not in known]
        zone = self.env["lot.gate"]._get_zone(use.company)
        for lot in quants.lot_id:
            if removed_by and lot.removal_date and lot.removal_date < removed_by and lot not in found:
                found[lot] = [Reason("due", {"day": str(get_local_day(lot.removal_date, zone))})]
        return found

    # ---- in words ------------------------------------------------------------------------

    @api.model
    def _say(self, choice, lot=None):
        """The sentence for the picker, in their language.

        :param lot: the lot of the line; another one than the rule's was taken by hand
        """
        removal = self.env["lot.removal"]
        name = removal._get_short_name(choice["method"])
        if lot and lot.id != choice["lot"]:
            return self._say_by_hand(name, self.env["stock.lot"].sudo().browse(choice["lot"]).exists())
        parts = [self._say_value(choice), self._say_rank(choice)]
        text = self.env._("%(rule)s: %(why)s", rule=name, why=", ".join(filter(None, parts)))
        fitness = self.env["lot.fitness"]
        for skipped, reasons in choice["skipped"]:
            why = ", ".join(fitness._say(Reason(code, values)) for code, values in reasons)
            text += self.env._("; %(lot)s skipped: %(why)s", lot=skipped, why=why)
        if choice.get("more"):
            text += self.env._("; %s more skipped", choice["more"])
        return text

    @api.model
    def _say_by_hand(self, rule, lot):
        """Of a lot that somebody entered: the one that the rule puts before; None: no other."""
        if lot is None:
            return self.env._("%(rule)s: no other lot goes first", rule=rule)
        return self.env._("Chosen by hand; %(rule)s said %(lot)s", rule=rule, lot=lot.name or "?")

    @api.model
    def _say_rank(self, choice):
        if choice["of"] <= 1:
            return self.env._("the only lot")
        if choice["rank"] == 1:
            return self.env._("first of %s lots", choice["of"])
        return self.env._("number %(rank)s of %(of)s lots", rank=choice["rank"], of=choice["of"])

    @api.model
    def _say_value(self, choice):
        """The date or the cost that decided."""
        value = choice["value"]
        if value is None:
            return self.env._("no date") if choice["field"] else ""
        if choice["field"] == "lot_cost":
            return self.env._("cost %s", format_amount(self.env, value, self.env.company.currency_id))
        day = self.env["lot.fitness"]._format_day(value)
        phrases = {
            "expiration_date": self.env._("expires %s", day),
            "lot_use_date": self.env._("best before %s", day),
            "removal_date": self.env._("to be removed %s", day),
            "lot_effective_date": self.env._("life ends %s", day),
            "in_date": self.env._("in stock since %s", day),
        }
        return phrases.get(choice["field"], day)


class LotFitness(models.AbstractModel):
    _inherit = "lot.fitness"

    @api.model
    def _say_due(self, day):
        return self.env._("due for removal on %s", self._format_day(day))


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    lot_choice = fields.Json(help="What the rule saw when it chose this lot.")
    lot_choice_text = fields.Char(
        string="Why This Lot",
        compute="_compute_lot_choice_text",
        help="The rule that chose this lot, and which lots it passed over for what reason.",
    )

    @api.depends("lot_choice", "lot_id", "quantity", "state")
    @api.depends_context("lang")
    def _compute_lot_choice_text(self):
        chosen = self.filtered("lot_choice")
        for line in chosen:
            line.lot_choice_text = self.env["lot.choice"]._say(line.lot_choice, line.lot_id)
        by_hand = self.env["lot.override.check"]._say_by_hand(self - chosen)
        for line in self - chosen:
            line.lot_choice_text = by_hand.get(line, False)

    def _say_choice(self):
        """How much of which lot, where it lies, and why: for who has only the order or its print."""
        self.ensure_one()
        return self.env._(
            "%(lot)s, %(quantity)s %(unit)s from %(where)s: %(why)s",
            lot=self.lot_id.name,
            quantity=say_quantity(self.env, self.quantity),
            unit=self.product_uom_id.name,
            where=", ".join(filter(None, (self.location_id.display_name, self.package_id.display_name))),
            why=self.lot_choice_text,
        )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_choice(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_choice(vals))

    def copy_data(self, default=None):
        """What is split keeps why."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if vals.get("lot_choice"):
                vals["lot_choice"] = Choice(vals["lot_choice"])
        return vals_list

    @api.model
    def _clean_choice(self, vals):
        """Nobody enters why the rule chose."""
        if "lot_choice" in vals and not isinstance(vals["lot_choice"], Choice):
            return {name: value for name, value in vals.items() if name != "lot_choice"}
        return vals


class StockMove(models.Model):
    _inherit = "stock.move"

    lot_choice_text = fields.Text(string="Why These Lots", compute="_compute_lot_choice_text")

    @api.depends(
        *("move_line_ids.lot_choice_text", "move_line_ids.lot_id", "move_line_ids.quantity"),
        *("move_line_ids.location_id", "move_line_ids.package_id"),
    )
    @api.depends_context("lang")
    def _compute_lot_choice_text(self):
        for move in self:
            rows = [line._say_choice() for line in move.move_line_ids if line.lot_choice_text]
            move.lot_choice_text = "\n".join(rows) or False
