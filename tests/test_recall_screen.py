"""The recall's screens in a real browser, as the people who use them."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallScreen(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As browser tests log in.
        cls.lead.password = cls.lead.login
        cls.officer.password = cls.officer.login

    def test_officer_runs_a_recall_from_the_first_doubt_to_the_first_call(self):
        recall = self._open_case(found_by=False)
        self.start_tour(f"/odoo/recalls/{recall.id}", "lot_genealogy_recall", login=self.lead.login)
        self.assertEqual(recall.consignee_ids.filtered("told_at").name, "Corner Shop")
        self.assertEqual(recall.decision_ids.mapped("move"), ["start"])

    def test_officer_plans_a_drill_and_times_its_first_question(self):
        self.start_tour("/odoo/recalls", "lot_genealogy_drill", login=self.lead.login)
        drill = self.env["lot.recall"].search([("mode", "=", "drill")])
        self.assertEqual((drill.state, drill.question_ids[0].answer), ("assessing", "Three lots"))
        self.start_tour(f"/odoo/recalls/{drill.id}", "lot_genealogy_drill_judge", login=self.officer.login)
        self.assertEqual(drill.question_ids[0].verdict, "right")
        self.assertGreater(drill.doubt_at, fields.Datetime.now() - timedelta(minutes=10))
