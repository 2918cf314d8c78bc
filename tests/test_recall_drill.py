"""A drill: the same case against the same clock, that touches nothing."""

import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .recall_common import RecallCase

# What a drill writes into: its own tables, and the books of the record that any signed and
# audited document writes into.
RECORD = {"lot_audit", "lot_signature"}
# Its papers, and the job that is woken to make them: checked below to be its own.
PAPERS = {
    *("lot_paper", "lot_paper_company_rel", "lot_paper_order", "lot_paper_order_res_company_rel"),
    "ir_cron_trigger",
}
# Notes in the chatter of the case itself (its status), sent to nobody: checked below.
NOTES = {"mail_message", "mail_tracking_value", "mail_followers", "mail_followers_mail_message_subtype_rel"}
# What pressing buttons in a browser leaves, whatever the button: sessions, logins, presence, the
# dialog that asks for the password, numbers of the drill's own sequence.
BROWSER = {
    "res_users_log",
    "res_users_identitycheck",
    "res_device_log",
    "bus_bus",
    "bus_presence",
    "mail_presence",
    "ir_sequence",
}


@tagged("post_install", "-at_install")
class TestRecallDrill(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {"name": "Quarantine", "usage": "internal", "location_id": cls.warehouse.view_location_id.id}
        )
        cls.target = cls.env.ref("lot_genealogy.lot_recall_target_brcgs")
        cls.env.flush_all()

    def _plan(self, user=None, planned=None, **vals):
        wizard = self.env["lot.recall.drill"].with_user(user or self.lead)
        if planned:
            wizard = wizard.with_context(default_recall_id=planned.id)
        with Form(wizard) as form:
            form.how = "chosen"
            form.lot_id = self.raw
            form.target_id = self.target
            for name, value in vals.items():
                setattr(form, name, value)
        action = form.record.action_plan()
        return self.env[action["res_model"]].with_user(user or self.lead).browse(action["res_id"])

    def _run(self, drill, verdict="right", minutes=10):
        """Everything that a drill consists of, with the buttons of the real thing."""
        self._decide(drill, "start")
        drill.action_freeze()
        drill.quarantine_location_id = self.quarantine
        drill.action_hold()
        drill.action_stop_orders()
        drill.action_quarantine()
        drill.action_mark_told()
        drill.consignee_ids.action_mark_answered()
        drill.action_make_returns()
        self._answer(drill, verdict, minutes)
        self._decide(drill, "activate")
        self._decide(drill, "wind_up")

    def _answer(self, drill, verdict="right", minutes=10):
        now = fields.Datetime.now()
        for question in drill.question_ids:
            with freeze_time(now):
                question.action_ask()
            question.answer = "As the scope says"
            with freeze_time(now + timedelta(minutes=minutes)):
                question.with_user(self.helper).action_answer()
            getattr(question, f"action_{verdict}")()

    def _print_something(self):
        question = {"items": [{"type": "lot", "id": self.clean.id}], "direction": "both", "options": {}}
        vals = {
            "question": json.dumps(question),
            "type_id": self.env.ref("lot_genealogy.paper_eu_178_2002").id,
        }
        self.env["lot.paper.make"].with_user(self.lead).create(vals).action_make()

    # ---- it touches nothing ----------------------------------------------------------------

    def _get_state(self):
        """``{table: (rows, checksum of their content)}`` of all tables."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        )
        state = {}
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM \"{table}\" t"
            )
            state[table] = self.env.cr.fetchone()
        return state

    def test_a_drill_leaves_no_trace_outside_its_own_tables(self):
        messages = self.env["mail.message"].search_count([])
        # The first printout of a database has Odoo compile the stylesheets of all.
        self._print_something()
        papers, asked = self.env["lot.paper"].search([]), self.env["lot.paper.order"].search([])
        woken = self.env["ir.cron.trigger"].search([])
        before = self._get_state()
        drill = self._plan()
        self._run(drill)
        for _finished in drill.paper_order_ids.sudo()._work():
            pass
        self._decide(drill, "close")
        after = self._get_state()
        changed = {table for table in after if after[table] != before.get(table)}
        others = {table for table in changed if not table.startswith("lot_recall")}
        self.assertFalse(others - RECORD - PAPERS - NOTES - BROWSER)
        self.assertEqual(drill.result, "passed")
        # Its papers are its own, and say that they are of a drill.
        papers = self.env["lot.paper"].search([]) - papers
        self.assertEqual((papers.recall_id, set(papers.mapped("is_drill"))), (drill, {True}))
        self.assertEqual(papers.type_id, drill.paper_type_ids)
        asked = self.env["lot.paper.order"].search([]) - asked
        self.assertEqual(asked.recall_id, drill)
        woken = self.env["ir.cron.trigger"].sudo().search([]) - woken
        self.assertEqual(woken.cron_id, self.env.ref("lot_genealogy.lot_paper_cron"))
        # The notes are of the drill, and went to nobody.
        notes = self.env["mail.message"].search(
            [], order="id desc", limit=after["mail_message"][0] - messages
        )
        self.assertEqual(set(notes.mapped("model")), {"lot.recall"})
        self.assertEqual(set(notes.mapped("res_id")), {drill.id})
        self.assertFalse(notes.notification_ids)
        for table in ("mail_mail", "mail_notification", "mail_activity", "stock_picking", "stock_quant"):
            self.assertEqual(after[table], before[table], table)
        # And it was run: everything a real case would have is there.
        self.assertEqual(
            drill.measure_ids.mapped("kind"), ["scope", "hold", "stop", "quarantine", "notice", "return"]
        )
        self.assertTrue(all(drill.measure_ids.mapped("simulated")))
        self.assertTrue(drill.stock_held_at and drill.all_told_at and drill.all_answered_at)

    def test_a_drill_and_a_real_case_have_the_same_scope(self):
        drill = self._plan()
        self._decide(drill, "start")
        drill.action_freeze()
        real = self._start_frozen()
        self.assertEqual(drill.scope_id.fingerprint, real.scope_id.fingerprint)
        names = ("lot_name", "quantity", "affected", "doubtful")
        self.assertEqual(
            *(
                sorted(case.line_ids.mapped(lambda line: tuple(line[name] for name in names)))
                for case in (drill, real)
            )
        )

    def test_a_drill_cannot_be_mistaken(self):
        drill = self._plan()
        self.assertTrue(drill.name.startswith("DRILL/"))
        self.assertTrue(drill.display_name.startswith("DRILL/"))
        self.assertTrue(drill.action_open_consignees()["display_name"].endswith(drill.display_name))
        self._decide(drill, "start")
        with self.assertRaisesRegex(UserError, "This is fixed"):
            drill.mode = "real"

    # ---- passed or failed ----------------------------------------------------------------

    def test_a_drill_is_passed_by_rule(self):
        drill = self._plan()
        self.assertEqual(len(drill.question_ids), 5)
        self._run(drill)
        self._decide(drill, "close")
        self.assertEqual((drill.result, drill.result_text), ("passed", False))

    def test_a_failed_drill_needs_a_corrective_action_and_stays_failed(self):
        drill = self._plan()
        self._run(drill, minutes=300)
        with self.assertRaisesRegex(UserError, "at least one corrective action"):
            drill.action_close()
        self.env["lot.recall.finding"].with_user(self.lead).create(
            {
                "recall_id": drill.id,
                "name": "Nobody knew the night number of the warehouse.",
                "action": "Put it on the wall.",
                "user_id": self.helper.id,
                "date_due": fields.Date.today() + timedelta(days=7),
            }
        )
        self._decide(drill, "close")
        self.assertEqual(drill.result, "failed")
        self.assertIn("Which lots are affected", drill.result_text)
        with self.assertRaisesRegex(UserError, "changes by its"):
            drill.result = "passed"
        self._decide(drill, "reopen", reason="Another try.")
        self.target.minutes_lots_known = 0
        drill.question_ids._step({"minutes": 1.0})
        self._decide(drill, "wind_up")
        self._decide(drill, "close")
        self.assertEqual(drill.result, "failed")

    def test_questions_are_timed_and_answered_once(self):
        drill = self._plan()
        question = drill.question_ids[0]
        with self.assertRaisesRegex(UserError, "while the drill runs"):
            question.action_ask()
        self._decide(drill, "start")
        with self.assertRaisesRegex(UserError, "Ask the question first"):
            question.action_answer()
        with freeze_time("2026-03-02 08:00:00"):
            question.action_ask()
        with self.assertRaisesRegex(UserError, "Write down the answer"):
            question.action_answer()
        question.answer = "Three"
        self.assertFalse(question.expected)
        with freeze_time("2026-03-02 08:12:30"):
            question.with_user(self.helper).action_answer()
        self.assertEqual((question.minutes, question.answered_by_id), (12.5, self.helper))
        drill.action_freeze()
        self.env.invalidate_all()
        self.assertEqual(question.expected, "Affected lots: 3, of them in doubt: 0")
        with self.assertRaisesRegex(UserError, "stays as it was given"):
            question.answer = "Four"
        with self.assertRaisesRegex(UserError, "timed by their buttons"):
            drill.question_ids[1].asked_at = "2020-01-01 00:00:00"
        with self.assertRaisesRegex(UserError, "Only a Compliance officer"):
            question.with_user(self.helper).action_right()
        # A second officer does not judge what he answered.
        self.helper.group_ids += self.env.ref("lot_genealogy.group_officer")
        with self.assertRaisesRegex(UserError, "another Compliance officer judges it"):
            question.with_user(self.helper).action_right()
        question.action_right()
        self.assertEqual(question.verdict, "right")

    def test_what_a_drill_is_measured_against_is_fixed_with_its_start(self):
        drill = self._plan()
        self._decide(drill, "start")
        with self.assertRaisesRegex(UserError, "This is fixed"):
            drill.target_id = self.env.ref("lot_genealogy.lot_recall_target_own")
        for name, value in (("limit_minutes", 100_000), ("name", "What is the time?")):
            with self.assertRaisesRegex(UserError, "fixed once the drill was started"):
                drill.question_ids[0][name] = value
        with self.assertRaisesRegex(UserError, "stays in the drill"):
            drill.question_ids[0].unlink()

    def test_a_drill_goes_both_ways_if_its_scope_did(self):
        drill = self._plan(direction="forward")
        self._run(drill)
        drill.direction = "both"
        self.env["lot.recall.finding"].with_user(self.lead).create(
            {
                "recall_id": drill.id,
                "name": "Only one direction was asked for.",
                "action": "Plan both.",
                "user_id": self.helper.id,
                "date_due": fields.Date.today(),
            }
        )
        self._decide(drill, "close")
        self.assertEqual(drill.result, "failed")
        self.assertIn("Only one direction was traced", drill.result_text)

    # ---- the proposal -----------------------------------------------------------------------

    def _propose(self, how, **vals):
        wizard = self.env["lot.recall.drill"].with_user(self.lead).create({"how": how, "seed": 7, **vals})
        wizard.action_propose()
        return wizard

    def test_the_same_seed_proposes_the_same_lot(self):
        first, second = self._propose("random"), self._propose("random")
        self.assertEqual((first.lot_id, first.proposal), (second.lot_id, second.proposal))
        self.assertIn("seed 7, lots drawn: 1 of", first.proposal)

    def test_the_riskiest_lot_is_proposed(self):
        self._ship([(self.base, 1.0)], partner=self.supplier)
        wizard = self._propose("customers")
        # Every lot before HUM-1 reaches the same three customers; the longest chain decides.
        self.assertIn(wizard.lot_id, self.raw | self.clean | self.base)
        self.assertIn("customers: 3", wizard.proposal)

    def test_no_lot_is_tested_twice_within_a_year_unless_asked(self):
        drill = self._plan()
        self._decide(drill, "start")
        pool = self.env["lot.recall.drill"].with_user(self.lead).create({})._find_pool()
        self.assertNotIn(self.raw.id, pool)
        with self.assertRaisesRegex(UserError, "TAH-1 was tested within a year"):
            self._plan()
        self._plan(include_tested=True)
        with freeze_time(fields.Datetime.now() + timedelta(days=366)):
            pool = self.env["lot.recall.drill"].with_user(self.lead).create({})._find_pool()
            self.assertIn(self.raw.id, pool)

    # ---- the next one -------------------------------------------------------------------------

    def test_the_next_drill_falls_due_after_the_last_that_was_passed(self):
        self.company.write({"lot_drill_interval": "6", "lot_drill_user_id": self.helper.id})
        recalls = self.env["lot.recall"]
        recalls._remind()
        drill = recalls.search([("date_due", "!=", False)])
        self.assertEqual(
            (drill.date_due, drill.state, drill.user_id), (fields.Date.today(), "draft", self.helper)
        )
        self.assertEqual(drill.activity_ids.user_id, self.helper)
        recalls._remind()
        self.assertEqual(recalls.search_count([("date_due", "!=", False)]), 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env.invalidate_all()
            self.assertTrue(drill.is_due)
            self.assertIn(drill, recalls.search([("is_due", "=", True)]))
        planned = self._plan(planned=drill)
        self.assertEqual((planned, planned.lot_ids), (drill, self.raw))
        self._run(planned)
        self._decide(planned, "close")
        recalls._remind()
        self.assertFalse(recalls.search([("state", "=", "draft"), ("date_due", "!=", False)]))
        with freeze_time(fields.Datetime.now() + timedelta(days=160)):
            recalls._remind()
        following = recalls.search([("state", "=", "draft"), ("date_due", "!=", False)])
        self.assertGreater(following.date_due, fields.Date.today() + timedelta(days=180))

    def test_corrective_actions_have_owner_date_and_end(self):
        drill = self._plan()
        finding = self.env["lot.recall.finding"].with_user(self.helper)
        finding = finding.create(
            {
                "recall_id": drill.id,
                "name": "x",
                "action": "y",
                "user_id": self.helper.id,
                "date_due": fields.Date.today() - timedelta(days=1),
            }
        )
        self.assertTrue(finding.is_overdue)
        self.assertIn(finding, finding.search([("is_overdue", "=", True)]))
        with self.assertRaisesRegex(UserError, "Say what was done"):
            finding.action_done()
        finding.done_text = "Done and tried out"
        finding.action_done()
        self.assertEqual((finding.state, finding.is_overdue), ("done", False))
