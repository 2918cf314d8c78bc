"""The gate: what a policy asks for is there, or nothing is done.

Every path of stock ends in `stock.move.line._action_done`: screens, calls from outside,
point of sale, batches, scrap, counts, imports. It is checked before Odoo moves anything and
again when all lots exist; no key of the context and no rights of the caller open it.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.policy import get_asked, get_operations
from ..engine.shelf_life import get_local_day
from .stock_lot_facts import SHARED_FACTS

# A message is read on a screen: more than this is counted.
SHOWN = 40
DATES = ("use_date", "expiration_date")


class Problem(NamedTuple):
    """Why a line is refused."""

    line: models.BaseModel
    lot: models.BaseModel
    """Of the line, or the one that it will get; empty: none."""
    operations: tuple
    rule: object
    missing: list
    """Demands of the engine."""
    remarks: list
    """Whole sentences."""


class LotGate(models.AbstractModel):
    _name = "lot.gate"
    _description = "Check of lot policies"

    # ---- the gate ------------------------------------------------------------------------

    @api.model
    def _check(self, lines, planned=False, final=False):
        """Refuse `lines` (stock.move.line) of which something is missing.

        Lines that name a lot that is not made yet are left for when it is, unless
        something is wrong already: then all that is wrong is told at once.

        :param planned: they are not being done yet: what an order makes goes into its lot
        :param final: all lots are there: a line that only names one has none
        :raise UserError: with all that is missing, and where to enter it
        """
        ruled = self._get_ruled(lines)
        if not ruled:
            return
        named = set() if final else self._get_naming(ruled)
        lots = self._get_known_lots(ruled, named, planned)
        conflicts, vals_by_lot = self.env["lot.expiry"]._prepare_lots(ruled, lots)
        if not planned:
            self.env["lot.expiry"]._write_lots(vals_by_lot)
        problems = self._find_problems(ruled, lots, named, conflicts, vals_by_lot)
        if any(problem.line.id not in named for problem in problems):
            raise UserError(self._describe(problems))

    @api.model
    def _check_done(self, lines):
        """The same for done `lines` that were added or changed in Odoo: nothing is filled in."""
        ruled = self._get_ruled(lines)
        problems = self._find_problems(ruled, self._get_known_lots(ruled, set()), set(), {}, {})
        if problems:
            raise UserError(self._describe(problems))

    @api.model
    def _check_moving(self, moves):
        """Refuse `moves` that would be done by their state alone, so that nothing was checked or moved."""
        ruled = self._get_ruled(moves.move_line_ids)
        if ruled:
            raise UserError(
                self.env._(
                    "Stock of products with a lot policy moves by transfers and orders: validate that of %s.",
                    ", ".join({line.product_id.display_name for line, _rule in ruled}),
                )
            )

    @api.model
    def _get_ruled(self, lines, match=None):
        """``[(line, Rule)]`` of those lines to which a policy applies.

        :param match: instead of the active policies: ``products, company -> {product id: Rule}``
        """
        policies = self.env["lot.policy"]
        lines = lines.sudo().with_prefetch()
        if not match and not any(map(policies._get_rules_by_target, lines.company_id.ids)):
            return []
        match = match or policies._get_rules
        rules = {
            company: match(company_lines.product_id, company)
            for company, company_lines in lines.grouped("company_id").items()
        }
        return [
            (line, rules[line.company_id][line.product_id.id])
            for line in lines
            if line.product_id.id in rules[line.company_id]
            and not line.product_uom_id.is_zero(line.quantity)
            and self._is_checked(line, rules[line.company_id][line.product_id.id])
        ]

    @api.model
    def _is_checked(self, line, rule):
        product = line.product_id
        return product.tracking != "none" or (rule.refuse_untracked and product.is_storable)

    @api.model
    def _get_naming(self, ruled):
        """Ids of the lines that name a lot that Odoo will make, or find."""
        return {
            line.id
            for line, _rule in ruled
            if line.lot_name
            and not line.lot_id
            and line.product_id.tracking != "none"
            and line.move_id.picking_type_id.use_create_lots
        }

    # ---- what is missing -----------------------------------------------------------------

    @api.model
    def _find_problems(self, ruled, lots, named, conflicts, vals_by_lot):
        """:class:`Problem` of those lines of which something is missing, in their order.

        :param lots, named: of :meth:`_get_known_lots`, :meth:`_get_naming`
        :param conflicts, vals_by_lot: of `lot.expiry`: what doing the lines finds and fills in
        """
        own_fields = self._read_own_fields(ruled, lots)
        problems = []
        for line, rule in ruled:
            operations = get_operations(
                line.location_id.usage, line.location_dest_id.usage, line.move_id.is_inventory
            )
            lot = lots.get(line.id, self.env["stock.lot"])
            known = vals_by_lot.get(lot, {})
            has_lot = bool(lot) or line.id in named
            missing = [
                demand
                for demand in get_asked(rule.demands, operations)
                if not has_lot or not self._has(demand, line, lot, operations, own_fields, known)
            ]
            remarks = conflicts.get(line.id, []) + self._find_differences(line, lot)
            if missing or remarks:
                problems.append(Problem(line, lot, operations, rule, missing, remarks))
        return problems

    @api.model
    def _get_known_lots(self, ruled, named, planned=False):
        """``{line id: lot}``: the lot of the line, or the one that has the name on it.

        :param named: of :meth:`_get_naming`
        :param planned: or the one of the order that makes it
        """
        lots = {line.id: line.lot_id for line, _rule in ruled if line.lot_id}
        if planned:
            for line, _rule in ruled:
                order = line.move_id.production_id
                if not line.lot_id and order.product_id == line.product_id and order.lot_producing_ids:
                    lots[line.id] = order.lot_producing_ids[0]
        naming = [line for line, _rule in ruled if line.id in named]
        if naming:
            products = {line.product_id.id for line in naming}
            existing = (
                self.env["stock.lot"]
                .sudo()
                .with_context(active_test=False)
                .search(
                    [
                        ("product_id", "in", list(products)),
                        ("name", "in", list({line.lot_name for line in naming})),
                        ("company_id", "in", [*{line.company_id.id for line in naming}, False]),
                    ]
                )
                .grouped(lambda lot: (lot.product_id, lot.name))
            )
            for line in naming:
                for lot in existing.get((line.product_id, line.lot_name), ()):
                    if lot.company_id in (line.company_id, self.env["res.company"]):
                        lots[line.id] = lot
        return lots

    @api.model
    def _read_own_fields(self, ruled, lots):
        """``{lot id: {label: value}}``, read only if an own field is asked for."""
        if not any(demand.fact == "property" for _line, rule in ruled for demand in rule.demands):
            return {}
        found = self.env["stock.lot"].sudo().union(*lots.values())
        return self._read_properties(found)

    @api.model
    def _read_properties(self, lots):
        return {
            row["id"]: {
                one.get("string"): self._get_property_value(one) for one in row["lot_properties"] or []
            }
            for row in lots.read(["lot_properties"], load="")
        }

    @api.model
    def _get_property_value(self, one):
        """A number of 0 is entered; False, an empty text or list is not."""
        value = one.get("value")
        return value is not None and value is not False and value not in ("", [])

    @api.model
    def _has(self, demand, line, lot, operations=(), own_fields=None, known=None):
        """Whether `lot`, `line`, or what is `known` beside them, has what is asked for.

        That there is a lot is known: it, or the one that the line names, is there.
        """
        fact = demand.fact
        if fact == "lot":
            return True
        if fact == "arrival_temperature" and "receipt" in operations:
            return bool(line.arrival_temperature)
        if fact == "expiration_date" and not (known or {}).get(fact):
            # Beside a lot the line has Odoo's default, which nobody entered.
            there = lot.expiration_date if lot else line.expiration_date
            return bool(there) and not self.env["lot.expiry"]._is_made_up(line, lot)
        if fact == "property":
            return (own_fields or {}).get(lot._origin.id, {}).get(demand.label, False)
        if fact == "certificate_ids":
            zone = self._get_zone(line.company_id)
            certificates = lot.certificate_ids | line.certificate_ids
            return certificates._is_valid_on(get_local_day(fields.Datetime.now(), zone))
        names = ("tlc_source_id", "tlc_source_reference") if fact == "tlc_source" else (fact,)
        return any(lot[name] or line[name] or (known or {}).get(name) for name in names)

    @api.model
    def _find_differences(self, line, lot):
        """What the line says and its lot says otherwise: one of them is wrong."""
        if not lot:
            return []
        names = [
            lot._fields[name]._description_string(self.env)
            for name in SHARED_FACTS
            # A lot may come in parts: at other temperatures, as the supplier's other numbers.
            if name not in ("arrival_temperature", "supplier_lot")
            and line[name]
            and lot[name]
            and line[name] != lot[name]
        ]
        if not names:
            return []
        return [
            self.env._(
                "The line says otherwise than the lot that is known by this number: %(facts)s. "
                "Correct the line, or name another lot.",
                facts=", ".join(names),
            )
        ]

    @api.model
    def _get_zone(self, company):
        return company.partner_id.tz or "UTC"

    # ---- in words ------------------------------------------------------------------------

    @api.model
    def _join_facts(self, demands):
        """A text that tells a view which facts are asked for."""
        return ",".join(dict.fromkeys(demand.fact for demand in demands)) or False

    @api.model
    def _get_fact_name(self, demand):
        if demand.fact == "property":
            return demand.label
        field = self.env["lot.policy.demand"]._fields["fact"]
        return dict(field._description_selection(self.env))[demand.fact]

    @api.model
    def _describe_missing(self, lot, demands):
        """What of `demands` is not known of `lot`, but for what is measured on arrival."""
        asked = [demand for demand in demands if demand.fact not in ("lot", "arrival_temperature")]
        asked_own = any(demand.fact == "property" for demand in asked)
        own_fields = self._read_properties(lot._origin) if asked_own and lot._origin else {}
        line = self.env["stock.move.line"]
        missing = [demand for demand in asked if not self._has(demand, line, lot, own_fields=own_fields)]
        return ", ".join(self._get_fact_name(demand) for demand in missing) or False

    @api.model
    def _describe(self, problems):
        """One message for all `problems`: product, lot, what is missing, where to enter it."""
        rows = [self.env._("Nothing was done: the lot policy asks for more.")]
        rows += [self._describe_problem(problem) for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            rows.append(self.env._("… and %s more lines.", len(problems) - SHOWN))
        names = dict.fromkeys(problem.rule.name for problem in problems)
        rows.append(self.env._("Policy: %s", ", ".join(names)))
        return "\n".join(rows)

    @api.model
    def _describe_problem(self, problem):
        line = problem.line
        lot = problem.lot.name or line.lot_name
        return self.env._(
            "• %(product)s, %(lot)s, %(document)s: %(what)s",
            product=line.product_id.display_name,
            lot=self.env._("lot %s", lot) if lot else self.env._("no lot"),
            document=line.move_id.reference or line.picking_id.name or line.move_id.origin or "-",
            what=self._describe_what(problem),
        )

    @api.model
    def _describe_what(self, problem):
        """What is missing and where it is entered, in one text."""
        parts = []
        if problem.missing:
            names = ", ".join(self._get_fact_name(demand) for demand in problem.missing)
            parts.append(self.env._("missing %s.", names))
            parts.append(self._get_where(problem))
        return " ".join([*parts, *problem.remarks])

    @api.model
    def _get_where(self, problem):
        line = problem.line
        facts = {demand.fact for demand in problem.missing}
        if line.product_id.tracking == "none":
            return self.env._("Have the product tracked by lots (product › Inventory).")
        if "lot" in facts or not (problem.lot or line.lot_name):
            return self._get_where_lot(problem)
        where = []
        if facts.intersection(DATES) and not line.product_id.use_expiration_date:
            where.append(self.env._("Turn on expiration dates for the product (product › Inventory)."))
        if "receipt" in problem.operations:
            where.append(self.env._("Enter it under Moves in the receipt, or in the lot."))
            if "property" in facts:
                where.append(self.env._("Own fields: the list button in its line opens the lot."))
        else:
            where.append(self.env._("Enter it in the lot (Traceability › Lots)."))
        return " ".join(where)

    @api.model
    def _get_where_lot(self, problem):
        if "adjustment" in problem.operations:
            return self.env._("Count each lot in a line of its own (Inventory › Physical Inventory).")
        if "scrap" in problem.operations:
            return self.env._("Enter the lot in the scrap order.")
        if problem.line.move_id.production_id or problem.line.move_id.raw_material_production_id:
            return self.env._("Enter the lot in the manufacturing order.")
        types = problem.line.move_id.picking_type_id
        if types and not (types.use_create_lots or types.use_existing_lots):
            return self.env._(
                "Allow lots in the operation type %s, then enter the lot under Moves.",
                types.name,
            )
        return self.env._("Enter the lot under Moves in the transfer.")
