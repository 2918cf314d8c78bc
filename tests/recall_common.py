"""A recall in a small plant: a supplier's lot in two products at three customers."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from .common import GenealogyCase
from .signing import SigningCase


class RecallCase(GenealogyCase, SigningCase):
    """TAH-1 (25 kg) went into HUM-1 (40 kg), that into TUB-1 (100 units); CHI-1 is clean."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(
            cls.env,
            "recall_lead",
            "lot_genealogy.group_officer,stock.group_stock_user,sales_team.group_sale_salesman_all_leads",
            password="recall_lead_pass",
            name="Ann Lead",
        )
        cls.helper = new_test_user(
            cls.env,
            "recall_helper",
            "lot_genealogy.group_quality,stock.group_stock_user",
            password="recall_helper_pass",
            name="Ben Helper",
        )
        cls.raw, cls.receipt = cls._receive(cls.tahini, "TAH-1", 25.0)
        cls.clean, _receipt = cls._receive(cls.chickpeas, "CHI-1", 60.0)
        cls.base, _order = cls._make(cls.hummus, "HUM-1", 40.0, [(cls.raw, 10.0), (cls.clean, 30.0)])
        cls.tubs, _order = cls._make(cls.tub, "TUB-1", 100.0, [(cls.base, 20.0)])
        cls.delivery = cls._ship([(cls.tubs, 30.0)])
        cls.other_delivery = cls._ship([(cls.tubs, 10.0), (cls.base, 5.0)], partner=cls.other_customer)
        cls.waiting = cls._ship([(cls.tubs, 12.0)], partner=cls.other_customer, validate=False)
        cls.env.flush_all()

    @classmethod
    def _open_case(cls, lots=None, user=None, **vals):
        """A case with all that its first steps ask for."""
        return (
            cls.env["lot.recall"]
            .with_user(user or cls.lead)
            .create(
                {
                    "subject": "Salmonella in TAH-1",
                    "reason": "The maker found Salmonella in the lot.",
                    "found_by": "supplier",
                    "hazard": "Salmonella",
                    "classification": "I",
                    "risk": "Ready to eat, also by children.",
                    "doubt_at": fields.Datetime.now() - timedelta(minutes=30),
                    "lot_ids": [Command.set((cls.raw if lots is None else lots).ids)],
                    "member_ids": [Command.create({"user_id": cls.lead.id, "role": "lead"})],
                    **vals,
                }
            )
        )

    def _decide(self, recall, move, user=None, reason=None):
        """Press the button, write down the grounds, sign."""
        user = user or self.lead
        self.authenticate(user.login, f"{user.login}_pass")
        action = self._call(recall, f"action_{move}")
        decision = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        if reason:
            decision.reason = reason
        # What the request reads is in the database.
        self.env.flush_all()
        self._sign(decision, "action_sign", user)
        return decision

    def _start(self, **vals):
        recall = self._open_case(**vals)
        self._decide(recall, "start")
        return recall

    def _start_frozen(self, **vals):
        recall = self._start(**vals)
        recall.action_freeze()
        return recall
