"""Another lot than the rule's: who took it, instead of which, and why.

A line that the rule chose is none, though a lot that should go first has come in since. A line
that somebody entered, or changed, is one if a lot that may be used, and that the rule puts
before, is free where it was taken from. It is asked when the line is done, on every path.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .lot_fitness import SHOWN

# So many quants that go first are looked at: of a lot of which a quantity is held the next one may count.
LOOKED_AT = 40


class LotOverrideReason(models.Model):
    _name = "lot.override.reason"
    _description = "Reason for another lot than the rule's"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class LotOverride(models.Model):
    _name = "lot.override"
    _inherit = ["lot.own.defaults"]
    _description = "Lot Chosen against the Rule"
    _order = "date desc, id desc"
    _rec_name = "lot_id"

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    move_line_id = fields.Many2one("stock.move.line", readonly=True, index=True, ondelete="set null")
    document = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True)
    lot_id = fields.Many2one("stock.lot", string="Lot Taken", required=True, readonly=True, index=True)
    expected_lot_id = fields.Many2one("stock.lot", string="Instead Of", readonly=True, index=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    purpose = fields.Selection(
        [("ship", "Delivery"), ("consume", "Production"), ("move", "Transfer")], readonly=True
    )
    strategy = fields.Char(string="Rule", readonly=True)
    reason_id = fields.Many2one("lot.override.reason", readonly=True)
    note = fields.Char(readonly=True)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    lot_override_reason_id = fields.Many2one(
        "lot.override.reason",
        string="Reason for This Lot",
        copy=False,
        help="Why this lot is taken, and not the one that should go first.",
    )
    lot_override_note = fields.Char(string="Remark on This Lot", copy=False)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Asked before the rest that is not done is reserved again: that takes what should go first."""
        lines = self.move_line_ids.filtered(lambda line: line.picked and line.state not in ("done", "cancel"))
        overrides = self.env["lot.override.check"]._check(lines)
        res = super()._action_done(cancel_backorder=cancel_backorder)
        done = set(lines.exists().filtered(lambda line: line.state == "done").ids)
        self.env["lot.override"].sudo().create([one for one in overrides if one["move_line_id"] in done])
        return res


class LotOverrideCheck(models.AbstractModel):
    _name = "lot.override.check"
    _description = "Whether another lot than the rule's was taken"

    @api.model
    def _check(self, lines):
        """What is taken against the rule: refused, or ready to be logged.

        :return: values of `lot.override`
        :raise UserError: with all lines for which a reason, or a supervisor, is missing
        """
        found = self._find_overrides(lines)
        problems = []
        for line, expected, use in found:
            problem = self._get_problem(line, self._get_mode(use))
            if problem:
                problems.append((line, expected, problem))
        if problems:
            raise UserError(self._describe(problems))
        return [self._prepare_override_vals(line, expected, use) for line, expected, use in found]

    @api.model
    def _warn(self, lines):
        """What will be asked of lines that are picked now, as sentences for who picks.

        :raise UserError: where the policy allows no other lot
        """
        sentences = []
        for line, expected, use in self._find_overrides(lines):
            mode = self._get_mode(use)
            problem = self._get_problem(line, mode)
            if mode == "refused":
                raise UserError(self._describe([(line, expected, problem)]))
            sentences.append(
                self.env._(
                    "%(expected)s goes first: %(problem)s.",
                    expected=expected.name,
                    problem=problem or self.env._("that another was taken is logged"),
                )
            )
        return sentences

    @api.model
    def _get_mode(self, use):
        """What the policy says of another lot than the rule's."""
        rule = self.env["lot.policy"]._get_rules(use.product, use.company).get(use.product.id)
        return rule.removal_override if rule else "allowed"

    @api.model
    def _get_problem(self, line, mode):
        if mode == "refused":
            return self.env._("the policy allows no other")
        if mode == "supervisor" and not self.env.user.has_group("lot_genealogy.group_supervisor"):
            return self.env._("a supervisor may take another")
        if mode in ("reason", "supervisor") and not line.lot_override_reason_id:
            return self.env._("choose a reason in the column Reason for This Lot")
        return None

    @api.model
    def _find_overrides(self, lines):
        """``[(line, lot that should go first, Use)]``; constant queries."""
        uses = self._find_by_hand(lines)
        expected = self._find_expected(uses)
        return [(line, lot, uses[line]) for line, lot in expected.items() if lot]

    @api.model
    def _find_by_hand(self, lines):
        """``{line: Use}`` of those whose lot no rule chose, though there is one."""
        lines = (
            lines.sudo()
            .with_prefetch()
            .filtered(
                lambda line: (
                    line.lot_id
                    and not line.product_uom_id.is_zero(line.quantity)
                    # A lot that the step before brought was chosen there.
                    and not line.move_id.move_orig_ids
                    and (not line.lot_choice or line.lot_choice["lot"] != line.lot_id.id)
                )
            )
        )
        fitness = self.env["lot.fitness"]
        uses = fitness._get_uses(lines.move_id, now=True)
        return {
            line: uses[line.move_id]
            for line in lines
            if uses[line.move_id].purpose in ("ship", "consume") and fitness._is_governed(uses[line.move_id])
        }

    @api.model
    def _find_expected(self, uses):
        """``{line: the lot that should go first}`` of ``{line: Use}``; None: no other."""
        if not uses:
            return {}
        fitness, removal = self.env["lot.fitness"], self.env["lot.removal"]
        methods = {
            use: self.env["stock.quant"]._get_removal_strategy(use.product, use.location)
            for use in set(uses.values())
        }
        first = self._find_first(methods)
        own = self._find_own(uses)
        before = {}
        for line, use in uses.items():
            values = [
                removal._get_sort_value(quant, methods[use])
                for quant in own.get(line.lot_id, ())
                if quant.location_id.parent_path.startswith(use.location.parent_path)
            ]
            before[line] = fitness._get_candidates(
                first[use].filtered(
                    lambda quant, use=use, values=values: (
                        values and removal._get_sort_value(quant, methods[use]) < min(values)
                    )
                ),
                use,
            )
        refused = fitness._find_reasons([one for candidates in before.values() for one in candidates])
        return {
            line: next((one.lot for one in candidates if one not in refused), None)
            for line, candidates in before.items()
        }

    @api.model
    def _say_by_hand(self, lines):
        """``{line: sentence}`` of lines that no rule chose: what the rule says; constant queries."""
        logged = self.env["lot.override"].sudo()
        lines = lines.filtered(lambda line: line.lot_id and isinstance(line.id, int))
        done = lines.filtered(lambda line: line.state == "done")
        choices, removal = self.env["lot.choice"], self.env["lot.removal"]
        found = {
            one.move_line_id: choices._say_by_hand(one.strategy, one.expected_lot_id)
            for one in (done and logged.search([("move_line_id", "in", done.ids)]))
        }
        uses = self._find_by_hand(lines.filtered(lambda line: line.state not in ("done", "cancel")))
        for line, lot in self._find_expected(uses).items():
            method = self.env["stock.quant"]._get_removal_strategy(line.product_id, uses[line].location)
            if removal._get_keys(method):
                found[line] = choices._say_by_hand(removal._get_short_name(method), lot)
        return found

    @api.model
    def _find_first(self, methods):
        """``{Use: the first quants that are free and may be reserved, in the order of its rule}``, of
        ``{Use: strategy}``; one query, as there may be 100,000 of a product."""
        removal, quants = self.env["lot.removal"], self.env["stock.quant"].sudo()
        free = Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%(quant)s.quantity > COALESCE(%(quant)s.reserved_quantity, 0)", quant=SQL.identifier(alias)
            )
        )
        ordered = [use for use, method in methods.items() if removal._get_keys(method)]
        selects = []
        for number, use in enumerate(ordered):
            query = quants._search(
                Domain("product_id", "=", use.product.id)
                & Domain("location_id.parent_path", "=like", f"{use.location.parent_path}%")
                & Domain("lot_id", "!=", False)
                & free
                & self.env["lot.fitness"]._get_reservation_domain(use),
                order=quants._get_removal_strategy_order(methods[use]),
                limit=LOOKED_AT,
            )
            selects.append(SQL("(%s)", query.select(SQL("%s", number), SQL.identifier(query.table, "id"))))
        rows = self.env.execute_query(SQL(" UNION ALL ").join(selects)) if selects else []
        ids = {use: [] for use in methods}
        for number, quant_id in rows:
            ids[ordered[number]].append(quant_id)
        read_together = [quant_id for _number, quant_id in rows]

        def has_free(quant):
            return quant.product_uom_id.compare(quant.quantity - quant.reserved_quantity, 0) > 0

        def get_turn(quant, method):
            return removal._get_sort_value(quant, method), quant.in_date, quant.id

        return {
            use: quants.browse(ids[use])
            .with_prefetch(read_together)
            .filtered(has_free)
            .sorted(lambda quant, method=method: get_turn(quant, method))
            for use, method in methods.items()
        }

    @api.model
    def _find_own(self, uses):
        """``{lot: its quants}`` of the lots that ``{line: Use}`` take."""
        lots = self.env["stock.lot"].union(*(line.lot_id for line in uses))
        domain = [("lot_id", "in", lots.ids), ("quantity", ">", 0)]
        return self.env["stock.quant"].sudo().search(domain).grouped("lot_id")

    @api.model
    def _prepare_override_vals(self, line, expected, use):
        method = self.env["stock.quant"]._get_removal_strategy(use.product, use.location)
        return {
            "user_id": self.env.uid,
            "company_id": line.company_id.id,
            "move_line_id": line.id,
            "document": line.move_id.reference or line.move_id.origin,
            "product_id": line.product_id.id,
            "lot_id": line.lot_id.id,
            "expected_lot_id": expected.id,
            "quantity": line.quantity_product_uom,
            "partner_id": use.partner[:1].id,
            "purpose": use.purpose,
            "strategy": self.env["lot.removal"]._get_short_name(method),
            "reason_id": line.lot_override_reason_id.id,
            "note": line.lot_override_note,
        }

    @api.model
    def _describe(self, problems):
        rows = [self.env._("Nothing was done: these lots are not the ones that should go first.")]
        rows += [
            self.env._(
                "• %(product)s, lot %(lot)s, %(document)s: %(expected)s goes first; %(problem)s.",
                product=line.product_id.display_name,
                lot=line.lot_id.name,
                document=line.move_id.reference or line.move_id.origin or "-",
                expected=expected.name,
                problem=problem,
            )
            for line, expected, problem in problems[:SHOWN]
        ]
        if len(problems) > SHOWN:
            rows.append(self.env._("… and %s more lines.", len(problems) - SHOWN))
        return "\n".join(rows)
