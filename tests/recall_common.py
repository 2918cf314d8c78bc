"""A recall in a small plant: a supplier's lot in two products at three customers."""

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import Form, new_test_user

from .common import GenealogyCase
from .signing import SigningCase

PDF = b"%PDF-1.4 burnt"


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


class RecallGoodsCase(RecallCase):
    """With a quarantine, and what people do with goods that come back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "is_quarantine": True,
                "location_id": cls.warehouse.view_location_id.id,
            }
        )
        cls.company.lot_recall_quarantine_id = cls.quarantine

    def _shop(self, recall):
        return recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer)

    def _balance(self, recall, consignee, lot=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["lot.recall.balance"].with_user(self.helper).search([("recall_id", "=", recall.id)])
        row = rows.filtered(lambda one: one.consignee_id == consignee and one.lot_id == (lot or self.tubs))
        names = ("delivered", "answered", "back", "difference", "destroyed", "sold", "open", "unknown")
        return {name: row[name] for name in names}

    def _answer(self, recall, consignee, **amounts):
        """What he says on the phone, typed in by Quality."""
        entry = self.env["lot.recall.answer.entry"].with_user(self.helper)
        entry = entry.with_context(default_consignee_id=consignee.id).create({"person": "Joe"})
        entry.line_ids.write(amounts)
        entry.action_confirm()

    def _destroy(self, recall, quantities, files=(("certificate.pdf", PDF),), **vals):
        """Press the button and fill in the dialog, as Quality."""
        env = recall.with_user(self.helper).env
        action = recall.with_env(env).action_destroy()
        form = Form(env[action["res_model"]].with_context(**action["context"]))
        form.method = "Incinerated"
        for name, value in vals.items():
            setattr(form, name, value)
        for position in range(len(form.line_ids)):
            with form.line_ids.edit(position) as line:
                line.quantity = quantities.get((line.lot_id, line.location_id), 0.0)
        wizard = form.save()
        wizard.attachment_ids = [
            Command.create(
                {"name": name, "datas": base64.b64encode(content), "res_model": wizard._name, "res_id": 0}
            )
            for name, content in files
        ]
        wizard.action_confirm()
        return recall.destruction_ids.sorted("id")[-1:]
