"""Lots with too little life left are not reserved, and do not leave.

It concerns products with expiration dates that have a policy, a strategy of this module, or a
rule for their remaining shelf life. Then what is expired is not used, whatever else is asked.
"""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.shelf_life import check_minimum, get_local_day, get_start_of_day
from .lot_fitness import Reason
from .lot_shelf_rule import ALIVE, MARGIN, LifeRule
from .quantity import say_quantity

DIRECTIONS = {"ship": "out", "consume": "production", "receive": "in"}


class LotFitness(models.AbstractModel):
    _inherit = "lot.fitness"

    # ---- which rules apply ---------------------------------------------------------------

    @api.model
    def _is_governed(self, use):
        """Whether more than Odoo's own rules applies to the product."""
        if use.product.id in self.env["lot.policy"]._get_rules(use.product, use.company):
            return True
        method = self.env["stock.quant"]._get_removal_strategy(use.product, use.location)
        return self.env["lot.removal"]._is_own(method) or bool(self._get_shelf_rules(use))

    @api.model
    def _get_shelf_rules(self, use):
        direction = DIRECTIONS.get(use.purpose)
        if not direction or (direction == "in" and use.location.usage != "supplier"):
            return []
        return self.env["lot.shelf.rule"]._get_rules(use.company, direction, use.partner, use.product)

    @api.model
    def _get_life_rules(self, use):
        """``(field of stock.lot, [LifeRule])``: how much must be left until which date; no rule: nothing."""
        if not use.product.use_expiration_date:
            return "expiration_date", []
        rules = self._get_shelf_rules(use)
        if use.purpose not in ("ship", "consume"):
            return "expiration_date", rules
        method = self.env["stock.quant"]._get_removal_strategy(use.product, use.location)
        policy = self.env["lot.policy"]._get_rules(use.product, use.company).get(use.product.id)
        if policy or rules or self.env["lot.removal"]._is_own(method):
            # Nothing expired is used, though the most specific rule only warns.
            rules = [LifeRule(ALIVE, 0, None, True), *rules]
        if method == "femal":
            rules = [*rules, LifeRule(MARGIN, policy.removal_margin if policy else 0, None, True)]
        return "effective_date" if method == "fesal" else "expiration_date", rules

    # ---- what may be used ----------------------------------------------------------------

    @api.model
    def _get_domain(self, use):
        domain = super()._get_domain(use)
        name, rules = self._get_life_rules(use)
        rules = [rule for rule in rules if rule.refuse]
        if not rules:
            return domain
        zone = self.env["lot.gate"]._get_zone(use.company)
        days = max(rule.days for rule in rules)
        field = "expiration_date" if name == "expiration_date" else f"lot_id.{name}"
        alive = Domain(field, ">=", get_start_of_day(use.day + timedelta(days=days), zone))
        if any(rule.percent for rule in rules):
            return domain & alive & Domain("lot_id", "in", self._find_long_lived(use, name, rules))
        return domain & (alive if self._is_date_needed(rules) else alive | Domain(field, "=", False))

    @api.model
    def _is_date_needed(self, rules):
        """Without a date it is not known whether enough is left; not to be expired needs none."""
        return any(rule.rule != ALIVE for rule in rules)

    @api.model
    def _find_long_lived(self, use, name, rules):
        """Ids of the lots of which enough percent is left, of those that are in the place."""
        lots = (
            self.env["stock.lot"]
            .sudo()
            .search_fetch(
                [
                    ("product_id", "=", use.product.id),
                    (name, ">=", get_start_of_day(use.day, self.env["lot.gate"]._get_zone(use.company))),
                    (
                        "quant_ids",
                        "any",
                        [("location_id", "child_of", use.location.id), ("quantity", ">", 0)],
                    ),
                ],
                [name, "production_date"],
            )
        )
        return [lot.id for lot in lots if not self._find_life_reasons(lot, use, name, rules)]

    @api.model
    def _find_reasons(self, candidates):
        reasons = super()._find_reasons(candidates)
        for candidate, rule_reasons in self._find_short_lives(candidates, refuse=True):
            reasons.setdefault(candidate, []).extend(rule_reasons)
        return reasons

    @api.model
    def _find_short_lives(self, candidates, refuse):
        """``[(Candidate, [Reason])]`` of those that live too short for the rules that refuse, or warn."""
        life_rules = {}
        found = []
        for candidate in candidates:
            use = candidate.use
            if use not in life_rules:
                life_rules[use] = self._get_life_rules(use)
            name, rules = life_rules[use]
            rules = [rule for rule in rules if rule.refuse == refuse]
            reasons = self._find_life_reasons(candidate.lot, use, name, rules)
            if reasons:
                found.append((candidate, reasons))
        return found

    @api.model
    def _find_life_reasons(self, lot, use, name, rules):
        """Why a lot lives too short; the one that is strictest, or that it is expired."""
        if not rules:
            return []
        lot = lot.sudo()
        if not lot[name]:
            return [Reason("undated", {})] if self._is_date_needed(rules) else []
        zone = self.env["lot.gate"]._get_zone(use.company)
        expiry = get_local_day(lot[name], zone)
        if expiry < use.day and use.purpose != "receive":
            return [Reason("expired", {"day": str(expiry)})]
        start = lot.production_date
        if not start and use.product.expiration_time > 0:
            start = expiry - timedelta(days=use.product.expiration_time)
        short = {}
        for rule in rules:
            verdict = check_minimum(expiry, use.day, rule.days, rule.percent or None, start or None)
            if verdict.enough is None:
                return [Reason("life_unknown", {"percent": rule.percent})]
            if not verdict.enough:
                short[verdict.needed_days or rule.days] = rule
        if not short:
            return []
        needed = max(short)
        return [
            Reason(
                "short",
                {
                    "left": (expiry - use.day).days,
                    "needed": needed,
                    "who": {"ship": "customer", "consume": "production", "receive": "own"}[use.purpose]
                    if short[needed].rule > 0
                    else "margin",
                    "day": str(use.day),
                },
            )
        ]

    @api.model
    def _warn(self, lines):
        """Keep a note with the transfers of `lines` of what lives shorter than a rule that warns asks."""
        lines = lines.sudo().with_prefetch().filtered("picking_id")
        short = self._find_short_lives(self._get_line_candidates(lines), refuse=False)
        notes = {}
        for candidate, reasons in short:
            notes.setdefault(candidate.line.picking_id, []).append(self._describe_one(candidate, reasons))
        for picking, texts in notes.items():
            picking._message_log(body=Markup("<br/>").join([self._get_warning_title(), *texts]))

    @api.model
    def _get_warning_title(self):
        return self.env._("Less life left than asked for:")

    # ---- on which day ----------------------------------------------------------------------

    @api.model
    def _get_final_moves(self, moves):
        finals = super()._get_final_moves(moves)
        self.env["lot.transit"]._read_carriers(moves.union(*finals.values()))
        return finals

    @api.model
    def _get_day(self, move, purpose, partners, now=False):
        """What is shipped counts on the day it arrives: when it is promised, or after its way."""
        day = super()._get_day(move, purpose, partners, now)
        if purpose != "ship":
            return day
        day += timedelta(days=self.env["lot.transit"]._get_days(move, partners))
        if now or not move.date_deadline:
            return day
        return max(day, get_local_day(move.date_deadline, self.env["lot.gate"]._get_zone(move.company_id)))

    # ---- in words --------------------------------------------------------------------------

    @api.model
    def _format_day(self, day):
        return format_date(self.env, day, date_format="d MMM y")

    @api.model
    def _say_expired(self, day):
        return self.env._("expired on %s", self._format_day(day))

    @api.model
    def _say_undated(self):
        return self.env._("no expiration date")

    @api.model
    def _say_life_unknown(self, percent):
        return self.env._(
            "%s %% of its life must be left, and neither lot nor product says how long it is",
            say_quantity(self.env, percent),
        )

    @api.model
    def _say_short(self, left, needed, who, day):
        values = {
            "left": self.env._("1 day left") if left == 1 else self.env._("%s days left", left),
            "needed": needed,
        }
        if who == "customer":
            return self.env._("%(left)s, customer needs %(needed)s", **values)
        if who == "production":
            return self.env._("%(left)s, production needs %(needed)s", **values)
        if who == "margin":
            return self.env._("%(left)s, margin is %(needed)s", **values)
        return self.env._("%(left)s, %(needed)s are asked of the supplier", **values)
