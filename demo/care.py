"""What quality and compliance do in the demo plant: policy, hold, drill, alerts, a case begun.

Each does it as the person whose task it is, with the buttons of the module.
"""

from datetime import timedelta

from odoo import Command, fields

from ..models.lot_recall_decision import MEANINGS
from .build import MODULE
from .clock import at, moment
from .desk import Desk

DAYS_FOR_WESTFALEN = 28  # two thirds of the 42 days that hummus lives


class Care(Desk):
    def as_user(self, login):
        """The environment of one of the plant's people, with their rights and no others."""
        return self.env(user=self.register.get("user", login).id, su=False)

    # ---- rules ----------------------------------------------------------------------------

    def do_rules(self, _entry):
        """The food policy, with levels of expiry, and what one customer asks for."""
        categories = [self.register.get("category", key).id for key in ("raw", "semi", "finished")]
        everywhere = [name for name in self.env["lot.policy.demand"]._fields if name.startswith("on_")]
        policy = self.env["lot.policy"].create(
            {
                "name": "Food, our own",
                "active": True,
                "description": "Lots everywhere; what expires first leaves first (Regulation (EC) 178/2002).",
                "categ_ids": [Command.set(categories)],
                "demand_ids": [Command.create({"fact": "lot", **dict.fromkeys(everywhere, True)})],
                "removal_strategy_id": self.env.ref(f"{MODULE}.removal_fefo_expiry").id,
                "retention_ids": [Command.set(self.env.ref(f"{MODULE}.lot_retention_eu_food_5y").ids)],
                "lots_on_slip": True,
                "hold_release": "reason",
                "expiry_level_ids": [
                    self._prepare_level("Last week: sell or use", 7, "warehouse"),
                    self._prepare_level("Expired: take out", -1, "quality"),
                ],
            }
        )
        self.register.add("policy", "food", policy)
        rule = self.env["lot.shelf.rule"].create(
            {
                "partner_id": self.partner("westfalen").id,
                "categ_id": self.register.get("category", "finished").id,
                "days": DAYS_FOR_WESTFALEN,
            }
        )
        self.register.add("shelf_rule", "westfalen", rule)

    def _prepare_level(self, name, days, login):
        told = {
            "recipient": "user",
            "user_id": self.register.get("user", login).id,
            "by_mail": False,
            "by_activity": True,
        }
        step_ids = [Command.clear(), Command.create(told)]
        return Command.create({"name": name, "days": days, "sequence": 100 - days, "step_ids": step_ids})

    def do_sale_by_rule(self, entry):
        """An open delivery of which the rule chooses the lots."""
        _order, picking = self.sell(
            entry, {self.product(entry.product): entry.quantity}, moment(self.today, -1, 4)
        )
        picking.action_assign()
        self.register.add("delivery_open", entry.customer, picking)

    # ---- hold -----------------------------------------------------------------------------

    def do_hold(self, entry):
        lot = self.lot(entry.lot).with_env(self.as_user("quality"))
        action = lot.action_hold()
        wizard = lot.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create(
            {"kind_id": self.env.ref(f"{MODULE}.lot_hold_kind_quality").id, "reason": entry.reason}
        )
        action = wizard.action_hold()
        self.register.add("hold", entry.lot, self.env["lot.hold"].browse(action["res_id"]))

    # ---- drill ----------------------------------------------------------------------------

    def do_drill(self, entry):
        """A drill from the scenario to its signed closing, within the hours that its target gives."""
        start = fields.Datetime.now()
        officer, quality = self.as_user("officer"), self.as_user("quality")
        plan = officer["lot.recall.drill"].create({"how": "chosen", "lot_id": self.lot(entry.lot).id})
        drill = officer["lot.recall"].browse(plan.action_plan()["res_id"])
        drill.quarantine_location_id = self.location("quarantine")
        self._decide(drill, "start")
        drill.action_freeze()
        with at(self.env, start + timedelta(minutes=18)):
            drill.action_hold()
        with at(self.env, start + timedelta(minutes=25)):
            drill.question_ids.action_ask()
        for number, question in enumerate(drill.question_ids, 1):
            with at(self.env, start + timedelta(minutes=25 + 12 * number)):
                question = question.with_env(quality)
                question.answer = "See the lists of the frozen scope: the same figures."
                question.action_answer()
                question.with_env(officer).action_right()
        with at(self.env, start + timedelta(minutes=150)):
            drill.action_mark_told()
            drill.consignee_ids.action_mark_answered()
        with at(self.env, start + timedelta(minutes=170)):
            for move in ("activate", "wind_up", "close"):
                self._decide(drill, move)
        if drill.result != "passed":
            raise RuntimeError(f"Demo plant: the drill did not pass: {drill.result_text}")
        self.register.add("drill", entry.lot, drill)

    def _decide(self, case, move):
        """Press the button and sign. The password is asked for in a browser: there is none."""
        action = getattr(case, f"action_{move}")()
        decision = case.env[action["res_model"]].browse(action["res_id"])
        decision.reason = "As practised."
        type(decision)._sign.__wrapped__(decision, MEANINGS[move])

    # ---- today ----------------------------------------------------------------------------

    def look_ahead(self):
        """Today: the alerts of the morning, and the case that the supplier's message begins."""
        job = self.env["lot.expiry.job"].with_company(self.env.company)
        job = job.with_context(mail_activity_automation_skip=False)  # to-dos of today are news
        for _batch in job._run_company(self.env.company):
            pass
        officer = self.as_user("officer")
        case = officer["lot.recall"].create(
            {
                "subject": "Salmonella in tahini TAH-0412",
                "reason": "The maker reports Salmonella in its lot SES-24158, which is our TAH-0412.",
                "found_by": "supplier",
                "found_text": "Telephone call and e-mail of Ege Susam Gıda, with its laboratory's report.",
                "hazard": "Salmonella: infection, serious for young, old and pregnant people",
                "classification": "I",
                "risk": "Ready to eat and not heated after mixing. In retail, catering and a hospital.",
                "doubt_at": fields.Datetime.now() - timedelta(minutes=20),
                "lot_ids": [Command.set(self.lot("TAH-0412").ids)],
                "quarantine_location_id": self.location("quarantine").id,
                "member_ids": [
                    Command.create({"user_id": self.register.get("user", login).id, "role": role})
                    for login, role in (("officer", "lead"), ("quality", "other"))
                ],
            }
        )
        self.register.add("recall", "suspect", self.env["lot.recall"].browse(case.id))
