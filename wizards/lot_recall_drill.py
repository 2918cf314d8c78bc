"""Plans a drill: proposes a lot, and writes scenario, team, target and questions into a case."""

import random
from datetime import datetime, timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine import recall as rules

# Lots that are traced to find the riskiest of them, and days that they go back.
LOOKED_AT = 30
PERIOD = 730
TESTED = 365
EPOCH = datetime(1970, 1, 1)


class LotRecallDrill(models.TransientModel):
    _name = "lot.recall.drill"
    _description = "Plan a recall drill"

    recall_id = fields.Many2one(
        "lot.recall", string="Planned drill", domain=[("mode", "=", "drill"), ("state", "=", "draft")]
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    how = fields.Selection(
        [
            ("random", "At random"),
            ("customers", "Most customers"),
            ("steps", "Longest chain"),
            ("group", "Product group tested longest ago"),
            ("chosen", "I choose"),
        ],
        string="Which lot",
        required=True,
        default="random",
    )
    seed = fields.Integer(
        required=True,
        default=lambda self: random.SystemRandom().randrange(1, 1_000_000),
        help="The draw can be repeated: the same seed and the same lots give the same.",
    )
    include_tested = fields.Boolean(
        string="Also lots tested within a year", help="Otherwise no lot is proposed twice within a year."
    )
    lot_id = fields.Many2one(
        "stock.lot", domain="[('company_id', 'in', (company_id, False))]", string="Start lot"
    )
    proposal = fields.Text(string="Why this lot", readonly=True)
    direction = fields.Selection(
        [("forward", "Went to"), ("backward", "Made from"), ("both", "Both directions")],
        required=True,
        default="both",
    )
    kind = fields.Selection(
        [("recall", "Recall"), ("withdrawal", "Withdrawal")], required=True, default="recall"
    )
    product_kind = fields.Selection(
        selection=lambda self: (
            self.env["lot.recall"]._fields["product_kind"]._description_selection(self.env)
        ),
        required=True,
        default="food",
    )
    hazard = fields.Char(required=True, default=lambda self: self.env._("Salmonella"))
    scenario = fields.Text(
        required=True,
        default=lambda self: self.env._(
            "A laboratory reports Salmonella in a sample of this lot. The result is two hours old. "
            "Find all that is affected, where it is and who has it."
        ),
    )
    target_id = fields.Many2one(
        "lot.recall.target", required=True, default=lambda self: self.env["lot.recall"]._get_default_target()
    )
    user_id = fields.Many2one(
        "res.users", string="Leads the drill", required=True, default=lambda self: self.env.user
    )
    participant_ids = fields.Many2many("res.users", string="Participants")

    # ---- the proposal -------------------------------------------------------------------

    def action_propose(self):
        self.ensure_one()
        self._propose()
        return self._reopen()

    def _propose(self):
        """Put the lot and the reason for it into the plan."""
        pool = self._find_pool()
        drawn = rules.sample(pool, self.seed, 1 if self.how == "random" else LOOKED_AT)
        if not drawn:
            raise UserError(
                self.env._(
                    "There is no lot that moved in the last two years and was not tested within a year. "
                    "Choose one yourself, or allow lots that were tested."
                )
            )
        best = rules.propose(self._get_candidates(drawn), self.how)[0]
        lot = self.env["stock.lot"].browse(best.lot)
        ways = dict(self._fields["how"]._description_selection(self.env))
        tested = self.env._("never")
        if best.group_tested:
            tested = fields.Date.to_string((EPOCH + timedelta(seconds=best.group_tested)).date())
        self.write(
            {
                "lot_id": lot.id,
                "proposal": self.env._(
                    "%(how)s: seed %(seed)s, lots drawn: %(drawn)s of %(pool)s of the last two years. "
                    "%(lot)s: customers: %(customers)s, steps both ways: %(steps)s; its product group "
                    "“%(group)s” was last tested: %(tested)s.",
                    how=ways[self.how],
                    seed=self.seed,
                    drawn=len(drawn),
                    pool=len(pool),
                    lot=lot.name,
                    customers=best.customers,
                    steps=best.steps,
                    group=lot.product_id.categ_id.display_name or "–",
                    tested=tested,
                ),
            }
        )

    def _find_pool(self):
        """Ids of the lots that can be drawn: moved lately, and not tested within the year."""
        since = fields.Datetime.now() - timedelta(days=PERIOD)
        moved = self.env["lot.ledger"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("lot_id", "!=", False),
                ("reversal", "=", False),
                ("date", ">=", since),
            ],
            ["lot_id"],
        )
        pool = {lot.id for (lot,) in moved}
        return pool if self.include_tested else pool - self._find_tested()

    def _find_tested(self):
        since = fields.Datetime.now() - timedelta(days=TESTED)
        drills = self.env["lot.recall"].search(self._get_drill_domain() + [("doubt_at", ">=", since)])
        return set(drills.lot_ids.ids)

    def _get_drill_domain(self):
        return [("mode", "=", "drill"), ("state", "!=", "draft"), ("company_id", "=", self.company_id.id)]

    def _get_candidates(self, lot_ids):
        tested = {}
        for drill in self.env["lot.recall"].search(self._get_drill_domain()):
            for group in drill.lot_ids.product_id.categ_id:
                since = (drill.doubt_at - EPOCH).total_seconds()
                tested[group.id] = max(since, tested.get(group.id, 0.0))
        found = []
        trace = self.env["lot.trace"].with_context(allowed_company_ids=self.company_id.ids)
        for lot in self.env["stock.lot"].browse(lot_ids):
            counts = trace.trace(lot.ids, "both", {"max_rows": 1})["counts"]
            group = lot.product_id.categ_id.id
            found.append(
                rules.Candidate(
                    lot.id,
                    group,
                    counts["forward.consignees"],
                    counts["forward.events"] + counts["backward.events"],
                    tested.get(group, 0.0),
                )
            )
        return found

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("DRILL – plan"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # ---- the case -----------------------------------------------------------------------

    def action_plan(self):
        """Make the case; it is started there, with a signature, and its clock with it."""
        self.ensure_one()
        if not self.lot_id:
            if self.how == "chosen":
                raise UserError(self.env._("Choose the lot to start from, or have one proposed."))
            self._propose()
        tested = not self.include_tested and self.lot_id.id in self._find_tested()
        if tested:
            raise UserError(
                self.env._(
                    "%(lot)s was tested within a year. Take another lot, or tick “Also lots tested within a "
                    "year”.",
                    lot=self.lot_id.name,
                )
            )
        drill = self.recall_id
        vals = self._prepare_drill_vals()
        if drill:
            drill.write(vals)
        else:
            drill = drill.create({**vals, "mode": "drill", "company_id": self.company_id.id})
        drill._step({"seed": self.seed, "proposal": self.proposal or self.env._("Chosen.")})
        return {
            "type": "ir.actions.act_window",
            "res_model": "lot.recall",
            "res_id": drill.id,
            "view_mode": "form",
        }

    def _prepare_drill_vals(self):
        lead = {"user_id": self.user_id.id, "name": self.user_id.name, "role": "lead", "sequence": 1}
        others = [
            {"user_id": user.id, "name": user.name, "role": "other"}
            for user in self.participant_ids - self.user_id
        ]
        questions = self._prepare_questions()
        return {
            "subject": self.env._("%(hazard)s in %(lot)s", hazard=self.hazard, lot=self.lot_id.name),
            "kind": self.kind,
            "product_kind": self.product_kind,
            "hazard": self.hazard,
            "reason": self.scenario,
            "risk": self.env._("As the scenario says."),
            "classification": "I" if self.kind == "recall" else "III",
            "lot_ids": [Command.set(self.lot_id.ids)],
            "direction": self.direction,
            "target_id": self.target_id.id,
            "user_id": self.user_id.id,
            "member_ids": [Command.clear(), *(Command.create(vals) for vals in (lead, *others))],
            "question_ids": [Command.clear(), *(Command.create(vals) for vals in questions)],
        }

    @api.model
    def _prepare_questions(self):
        """What an auditor asks, in the order he asks it."""
        forward = [
            ("lots", self.env._("Which lots are affected, and how many are they?")),
            ("stock", self.env._("How much of them is still in stock, and where?")),
            ("consignees", self.env._("Who received them, what and when, and how is he reached?")),
        ]
        backward = [
            ("suppliers", self.env._("What was it made from, who supplied that, and as which of his lots?"))
        ]
        balance = [("balance", self.env._("How much came in, and is all of it accounted for?"))]
        rows = {"forward": forward, "backward": backward, "both": forward + backward}[self.direction]
        limit = self.target_id.minutes_consignees_known
        return [
            {"sequence": 10 * number, "kind": kind, "name": name, "limit_minutes": limit}
            for number, (kind, name) in enumerate(rows + balance, 1)
        ]
