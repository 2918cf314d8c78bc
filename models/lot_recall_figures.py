"""The figures of a recall: its milestones against the clock, and how far it has got.

They follow from the frozen scope and from what became of its rows; nobody enters them. The
definitions stand in docs/recall.md. Stored, so that cases and drills of years can be compared.
"""

from odoo import api, fields, models

from ..engine import recall as rules

# Balances and places shown on the case; the papers have all of them.
SHOWN = 50


class LotRecall(models.Model):
    _inherit = "lot.recall"

    target_id = fields.Many2one(
        "lot.recall.target",
        domain="[('company_id', 'in', (company_id, False))]",
        default=lambda self: self._get_default_target(),
        help="How fast the milestones are to be reached, counted from the first doubt.",
    )
    line_ids = fields.One2many("lot.recall.consignee.line", "recall_id", string="Deliveries", readonly=True)
    stock_ids = fields.One2many(
        "lot.recall.stock", "recall_id", string="Stock of affected lots", readonly=True
    )
    order_ids = fields.One2many("lot.recall.order", "recall_id", string="Open orders", readonly=True)
    recall_lot_ids = fields.One2many("lot.recall.lot", "recall_id", string="Lots", readonly=True)
    excluded_ids = fields.One2many(
        "lot.recall.excluded",
        "recall_id",
        string="Left out for their dates",
        domain=[("is_current", "=", True)],
        readonly=True,
    )

    lots_known_at = fields.Datetime(compute="_compute_progress", store=True)
    stock_held_at = fields.Datetime(compute="_compute_progress", store=True)
    consignees_known_at = fields.Datetime(compute="_compute_progress", store=True)
    all_told_at = fields.Datetime(compute="_compute_progress", store=True)
    all_answered_at = fields.Datetime(compute="_compute_progress", store=True)
    minutes_lots_known = fields.Float(
        string="Minutes: lots known", compute="_compute_progress", store=True, aggregator="avg"
    )
    minutes_stock_held = fields.Float(
        string="Minutes: stock held", compute="_compute_progress", store=True, aggregator="avg"
    )
    minutes_consignees_known = fields.Float(
        string="Minutes: consignees known", compute="_compute_progress", store=True, aggregator="avg"
    )
    minutes_all_told = fields.Float(
        string="Minutes: all told", compute="_compute_progress", store=True, aggregator="avg"
    )
    minutes_all_answered = fields.Float(
        string="Minutes: all answered", compute="_compute_progress", store=True, aggregator="avg"
    )
    consignee_count = fields.Integer(
        string="Number of consignees", compute="_compute_progress", store=True, aggregator="avg"
    )
    told_count = fields.Integer(compute="_compute_progress", store=True)
    answered_count = fields.Integer(compute="_compute_progress", store=True)
    percent_told = fields.Float(string="Told (%)", compute="_compute_progress", store=True, aggregator="avg")
    percent_answered = fields.Float(
        string="Answered (%)", compute="_compute_progress", store=True, aggregator="avg"
    )
    percent_effective = fields.Float(
        string="Effective (%)", compute="_compute_progress", store=True, aggregator="avg"
    )
    percent_recovered = fields.Float(
        string="Recovered (%)",
        compute="_compute_progress",
        store=True,
        aggregator="avg",
        help="Of the unit of measure with the lowest figure: units are not added.",
    )
    percent_traced = fields.Float(
        string="Accounted for (%)",
        compute="_compute_progress",
        store=True,
        aggregator="avg",
        help="Of what came into the start lots; of the lot with the lowest figure.",
    )
    figures = fields.Json(compute="_compute_figures")

    @api.model
    def _get_default_target(self):
        company = self.env.company
        return company.lot_recall_target_id or self.env["lot.recall.target"].search(
            [("company_id", "in", [False, company.id])], limit=1
        )

    # ---- stored -----------------------------------------------------------------------

    @api.depends(
        "doubt_at",
        "scope_id.state",
        "scope_id.listed_at",
        "stock_ids.held_at",
        "stock_ids.is_current",
        "consignee_ids.is_current",
        "consignee_ids.told_at",
        "consignee_ids.answered_at",
        "consignee_ids.check_result",
        "line_ids.is_current",
        "line_ids.quantity_aside",
        "line_ids.quantity_received",
        "line_ids.quantity_destroyed",
    )
    def _compute_progress(self):
        consignees = self._sum_consignees()
        stock = self._sum_stock()
        recovery = self._get_recovery()
        for recall in self:
            scope = recall.scope_id
            listed_at = scope.state == "done" and scope.listed_at
            places, held, held_at = stock.get(recall, (0, 0, False))
            count, told, told_at, answered, answered_at, checked, effective = consignees.get(
                recall, (0, 0, False, 0, False, 0, 0)
            )
            recall.lots_known_at = scope.frozen_at
            recall.consignees_known_at = listed_at
            # What there is none of is done with the lists that say so.
            recall.stock_held_at = listed_at and held == places and max(held_at or listed_at, listed_at)
            recall.all_told_at = listed_at and told == count and max(told_at or listed_at, listed_at)
            recall.all_answered_at = (
                listed_at and answered == count and max(answered_at or listed_at, listed_at)
            )
            for name in rules.MILESTONES:
                recall[f"minutes_{name}"] = rules.get_minutes(recall.doubt_at, recall[f"{name}_at"]) or 0.0
            recall.consignee_count, recall.told_count, recall.answered_count = count, told, answered
            recall.percent_told = rules.get_percent(told, count) or 0.0
            recall.percent_answered = rules.get_percent(answered, count) or 0.0
            recall.percent_effective = rules.get_percent(effective, checked) or 0.0
            recall.percent_recovered = rules.get_lowest(recovery.get(recall, ())) or 0.0
            recall.percent_traced = rules.get_traced(scope.balance or ()) or 0.0

    def _get_current_domain(self):
        return [("recall_id", "in", self.ids), ("is_current", "=", True)]

    def _sum_consignees(self):
        """``{case: (count, told, last told, answered, last answered, checked, effective)}``."""
        found = {}
        groups = self.env["lot.recall.consignee"]._read_group(
            self._get_current_domain(),
            ["recall_id", "check_result"],
            ["__count", "told_at:count", "told_at:max", "answered_at:count", "answered_at:max"],
        )
        for recall, result, count, told, told_at, answered, answered_at in groups:
            row = found.setdefault(recall, [0, 0, False, 0, False, 0, 0])
            row[0] += count
            row[1] += told
            row[2] = max(filter(None, (row[2], told_at)), default=False)
            row[3] += answered
            row[4] = max(filter(None, (row[4], answered_at)), default=False)
            row[5] += count if result else 0
            row[6] += count if result == "effective" else 0
        return {recall: tuple(row) for recall, row in found.items()}

    def _sum_stock(self):
        """``{case: (places, held, last held)}``."""
        groups = self.env["lot.recall.stock"]._read_group(
            self._get_current_domain(), ["recall_id"], ["__count", "held_at:count", "held_at:max"]
        )
        return {recall: tuple(values) for recall, *values in groups}

    def _get_recovery(self):
        """``{case: rows of engine.recall.get_recovery}``."""
        lines = {recall: [] for recall in self}
        keys = "quantity back received returned destroyed sold open aside unknown".split()
        names = [key if key == "quantity" else f"quantity_{key}" for key in keys]
        for recall, uom, *values in self.env["lot.recall.consignee.line"]._read_group(
            self._get_current_domain(), ["recall_id", "uom_name"], [f"{name}:sum" for name in names]
        ):
            lines[recall].append({"uom": uom, **dict(zip(keys, values, strict=True))})
        stock = {recall: {} for recall in self}
        for held in (False, True):
            domain = [*self._get_current_domain(), ("held_at", "!=" if held else "=", False)]
            for recall, uom, quantity in self.env["lot.recall.stock"]._read_group(
                domain, ["recall_id", "uom_name"], ["quantity:sum"]
            ):
                row = stock[recall].setdefault(uom, {"uom": uom, "quantity": 0.0, "held": 0.0})
                row["quantity"] += quantity
                row["held"] += quantity if held else 0.0
        destroyed = self._get_destroyed()
        return {
            recall: rules.get_recovery(lines[recall], stock[recall].values(), destroyed.get(recall, ()))
            for recall in self
        }

    # ---- shown ------------------------------------------------------------------------

    def _get_milestones(self):
        """The milestones of a case against its target (`engine.recall.Milestone`)."""
        self.ensure_one()
        # A closed case has no running clock.
        now = self.closed_at or fields.Datetime.now()
        return [
            rules.get_milestone(
                name,
                self.doubt_at or None,
                self[f"{name}_at"] or None,
                self.target_id[f"minutes_{name}"] or None,
                now,
            )
            for name in rules.MILESTONES
        ]

    @api.model
    def _get_milestone_names(self):
        return {
            "lots_known": self.env._("Lots known"),
            "stock_held": self.env._("Stock held"),
            "consignees_known": self.env._("Consignees known"),
            "all_told": self.env._("All told"),
            "all_answered": self.env._("All answered"),
        }

    # Live: what it follows from is read each time.
    @api.depends_context("lang", "uid")
    def _compute_figures(self):
        for recall in self:
            recall.figures = recall._get_figures() if recall.id else False

    def _get_figures(self):
        """What the figures of a case say, as plain values: for its screen, and for its papers."""
        self.ensure_one()
        scope, names = self.scope_id, self._get_milestone_names()
        checked = self.env["lot.recall.consignee"].search_count(
            [*self._get_current_domain(), ("check_result", "!=", False)]
        )
        recovery = self._get_recovery()[self]
        return {
            "drill": self.is_drill,
            "running": self.state != "closed",
            "doubt_at": fields.Datetime.to_string(self.doubt_at) or None,
            "closed_at": fields.Datetime.to_string(self.closed_at) or None,
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "target": self.target_id.name or None,
            "milestones": [
                {
                    **one._asdict(),
                    "label": names[one.name],
                    "at": one.at and fields.Datetime.to_string(one.at),
                }
                for one in self._get_milestones()
            ],
            "percents": {
                "told": rules.get_percent(self.told_count, self.consignee_count),
                "answered": rules.get_percent(self.answered_count, self.consignee_count),
                "effective": self.percent_effective if checked else None,
                "recovered": rules.get_lowest(recovery),
                "traced": rules.get_traced(scope.balance or ()),
            },
            "consignees": self.consignee_count,
            "told": self.told_count,
            "answered": self.answered_count,
            "checked": checked,
            "recovery": recovery,
            "credits": self._get_credits(),
            "balance": (scope.balance or [])[:SHOWN],
            "balance_count": len(scope.balance or ()),
            "ends": scope.ends or None,
            "scope": {
                "number": scope.number,
                "state": scope.state or None,
                "fingerprint": scope.fingerprint or None,
                "complete": scope.complete,
                "gaps": scope.gap_count,
                "chain_gaps": scope.chain_gap_count,
                "lots": scope.lot_count,
                "doubtful": scope.doubtful_count,
                "excluded": scope.excluded_count,
                "suppliers": scope.supplier_count,
            },
        }

    # ---- what a step asks for -----------------------------------------------------------

    def _get_problems_wind_up(self):
        problems = super()._get_problems_wind_up()
        if self.is_drill:
            return problems
        untold = self.consignee_count - self.told_count
        if untold:
            problems.append(self.env._("Consignees not told: %(count)s.", count=untold))
        if not self.stock_held_at:
            problems.append(self.env._("Stock that is not held."))
        if self.waiting_count:
            problems.append(self.env._("Open orders not stopped: %(count)s.", count=self.waiting_count))
        return problems

    def _get_problems_close(self):
        problems = super()._get_problems_close()
        if self.is_drill:
            return problems
        silent = self.env["lot.recall.consignee"].search_count(
            [*self._get_current_domain(), ("answered_at", "=", False), ("note", "in", (False, ""))]
        )
        if silent:
            problems.append(
                self.env._(
                    "Consignees who did not answer, without a note on what was tried: %(count)s.",
                    count=silent,
                )
            )
        if unchecked := self.check_count - self.checked_count:
            problems.append(
                self.env._("Effectiveness checks drawn, without a result: %(count)s.", count=unchecked)
            )
        return problems
