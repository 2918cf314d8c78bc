"""Papers that are made by a job: of each version of a scope, and of what is too large for a request."""

import base64
import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import lot_paper_order, lot_recall_scope
from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestPapersJob(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.nl")

    def _types(self, *codes):
        return self.env["lot.paper.type"].browse(
            [self.env.ref(f"lot_genealogy.paper_{code}").id for code in codes]
        )

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_paper_cron").method_direct_trigger()
        self.env.invalidate_all()

    def test_papers_of_a_case_are_proposed_for_its_kind_company_and_product(self):
        codes = ("eu_178_2002", "nvwa", "eu_recipients", "recall_dossier", "recall_lists")
        recall = self._open_case()
        self.assertEqual(recall.paper_type_ids, self._types(*codes))
        recall.product_kind = "cosmetic"
        self.assertEqual(recall.paper_type_ids, self._types("recall_dossier", "recall_lists"))
        drill = self._open_case(mode="drill")
        self.assertEqual(drill.paper_type_ids, self._types("eu_178_2002", "recall_drill", "recall_lists"))
        self.company.country_id = self.env.ref("base.us")
        self.assertIn(self._types("fda_recall_submission"), self._open_case().paper_type_ids)

    def test_papers_are_made_once_also_if_the_job_is_killed(self):
        recall = self._start(
            paper_type_ids=[Command.set(self._types("eu_178_2002", "nvwa", "recall_lists").ids)]
        )
        recall.action_freeze()
        self.assertEqual((recall.is_making_papers, recall.papers_text), (True, "Papers: 0 of 3"))
        # As a worker does it that is killed while it makes the second one.
        work = recall.paper_order_ids.sudo()._work()
        for _step in range(3):
            next(work)
        work.close()
        self.env.invalidate_all()
        self.assertEqual((len(recall.paper_ids), recall.papers_text), (1, "Papers: 1 of 3"))
        first = recall.paper_ids
        self._run_job()
        self.assertFalse(recall.is_making_papers or recall.paper_order_ids)
        self.assertEqual(
            sorted(recall.paper_ids.type_id.mapped("code")), ["eu_178_2002", "nvwa", "recall_lists"]
        )
        self.assertEqual(len(recall.paper_ids), 3)
        self.assertIn(first, recall.paper_ids)
        self.assertEqual(recall.paper_ids.user_id, self.lead)
        languages = {paper.type_id.code: (paper.lang, paper.scope_number) for paper in recall.paper_ids}
        self.assertEqual((languages["nvwa"], languages["recall_lists"]), (("nl_NL", 1), ("en_US", 1)))
        self._run_job()
        self.assertEqual(len(recall.paper_ids), 3)

    def test_a_paper_that_fails_says_so_and_stops_no_other(self):
        recall = self._start(paper_type_ids=[Command.set(self._types("nvwa", "recall_lists").ids)])
        recall.action_freeze()
        broken = recall.paper_order_ids.filtered(lambda order: order.type_id.code == "nvwa")
        broken.sudo().tries = lot_paper_order.MOST_TRIES
        self._run_job()
        self.assertEqual(recall.paper_ids.type_id.code, "recall_lists")
        self.assertEqual((recall.papers_failed, recall.paper_order_ids), (1, broken))
        self.assertIn("interrupted each time", broken.error)
        with self.assertRaises(AccessError):
            broken.with_user(self.lead).error = "x"
        broken.with_user(self.helper).action_retry()
        self._run_job()
        self.assertEqual(recall.papers_failed, 0)
        self.assertEqual(len(recall.paper_ids), 2)

    def test_who_may_no_longer_trace_gets_no_paper(self):
        recall = self._start(paper_type_ids=[Command.set(self._types("recall_lists").ids)])
        recall.action_freeze()
        self.lead.group_ids = self.env.ref("base.group_user")
        self._run_job()
        recall = recall.with_user(self.helper)
        self.assertFalse(recall.paper_ids)
        self.assertIn("Traces are for Quality and Compliance officers", recall.paper_order_ids.error)

    def test_what_waits_is_made_of_the_wider_scope_alone(self):
        recall = self._start(paper_type_ids=[Command.set(self._types("eu_178_2002").ids)])
        recall.action_freeze()
        self._ship([(self.tubs, 5.0)])
        recall.action_freeze()
        self._run_job()
        self.assertEqual(recall.paper_ids.mapped("scope_number"), [2])
        recall.action_freeze()
        self._run_job()
        self.assertEqual(recall.paper_ids.mapped("scope_number"), [3, 2])

    def test_a_large_paper_is_left_to_the_job(self):
        recall = self._start_frozen(paper_type_ids=[Command.clear()])
        self.patch(lot_paper_order, "AT_ONCE", 0)
        self.patch(lot_recall_scope, "AT_ONCE", -1)
        make = self.env["lot.paper.make"].with_user(self.lead)
        question = {"items": [{"type": "lot", "id": self.tubs.id}], "direction": "both", "options": {}}
        kind = self._types("eu_178_2002").id
        papers = self.env["lot.paper"].search([])
        for vals in ({"recall_id": recall.id}, {"question": json.dumps(question)}):
            action = make.create({"type_id": kind, "request": "By phone", **vals}).action_make()
            self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self.env["lot.paper"].search([]), papers)
        self.assertTrue(recall.is_making_papers)
        self._run_job()
        of_question, of_case = (self.env["lot.paper"].search([]) - papers).sorted(
            lambda paper: paper.recall_id.id
        )
        self.assertEqual((of_question.recall_id, of_case.recall_id), (self.env["lot.recall"], recall))
        self.assertEqual((of_question.user_id, of_case.user_id), (self.lead, self.lead))
        self.assertIn("TUB-1", of_question.question)
        self.assertEqual(base64.b64decode(of_case.with_context(bin_size=False).pdf)[:5], b"%PDF-")
