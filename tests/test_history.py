import io
import re
from unittest.mock import patch

import openpyxl

from odoo.tests import tagged

from ..report.lot_trace_xlsx import render_lot_trace_xlsx
from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestHistory(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        """A plant that moved before the module was there: nothing is recorded."""
        super().setUpClass()
        recorder = cls.env.registry["lot.recorder"]
        with patch.object(recorder, "_record", lambda *args: None):
            cls.raw, cls.receipt = cls._receive(cls.tahini, "TAH-1", 25.0)
            cls.made, cls.order = cls._make(cls.hummus, "HUM-1", 20.0, [(cls.raw, 10.0)])
            cls.delivery = cls._ship([(cls.made, 4.0)])
            cls.nothing, _order = cls._make(cls.hummus, "HUM-2", 2.0, [])

    def _load_all(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_history_cron").method_direct_trigger()
        self.env.invalidate_all()

    def test_small_history_is_loaded_at_once_and_traced(self):
        self.assertEqual(self._ledger(self.raw), [])
        history = self.env["lot.history"]._start()
        self.assertEqual(history.state, "done")
        self.assertEqual(self._ledger(self.raw), [("receipt", 25.0), ("consumption", -10.0)])
        trace = self._trace(self.raw, "forward")
        self.assertIsNone(trace["complete_since"])
        self.assertEqual(trace["forward"]["consignees"][0]["partner"], "Corner Shop")
        unplaced = {row.kind: row.count for row in history.unplaced_ids}
        self.assertGreaterEqual(unplaced["event_without_input"], 1)
        before = self.env["lot.ledger"].search_count([])
        self.env["lot.history"]._start()
        self.assertEqual(self.env["lot.ledger"].search_count([]), before)

    def test_partners_facts_that_are_loaded_are_marked_as_taken_later(self):
        self.env["lot.history"]._start()
        self.customer.street = "New street 1"
        self._ship([(self.made, 3.0)])
        trace = self._trace(self.raw, "forward")
        marks = {
            (row["quantity"], row["contact"]["street"], row["contact"]["taken_later"])
            for row in trace["forward"]["shipments"]
        }
        self.assertEqual({(row[0], row[2]) for row in marks}, {(4.0, True), (3.0, False)})
        self.assertIn((3.0, "New street 1", False), marks)
        content = render_lot_trace_xlsx(self.env(user=self.quality), trace)
        titles, *rows = openpyxl.load_workbook(io.BytesIO(content))["Shipments"].values
        rows = [dict(zip(titles, row)) for row in rows]
        self.assertEqual(
            {(row["Quantity"], row["Facts taken later"]) for row in rows}, {(4, "Yes"), (3, None)}
        )
        html = (
            self.env["ir.actions.report"]
            .with_user(self.quality)
            ._render_qweb_html("lot_genealogy.report_lot_trace", self.raw.ids)[0]
        )
        self.assertIn("Corner Shop †", re.sub(r"<[^>]*>", "", html.decode()))

    def test_a_restated_entry_keeps_the_facts_of_its_partner(self):
        picking = self._ship([(self.made, 3.0)])
        before = self._entries(picking).party_id
        self.customer.street = "New street 1"
        picking.move_line_ids.quantity = 2.0
        self.assertEqual(self._entries(picking).party_id, before)
        self.assertFalse(before.taken_later)
        self.assertEqual(sorted(self._entries(picking).mapped("quantity")), [-3.0, -2.0, 3.0])

    def _entries(self, picking):
        return self.env["lot.ledger"].search([("picking_id", "=", picking.id)])

    def test_large_history_is_a_job_that_says_how_far_it_is(self):
        module = "odoo.addons.lot_genealogy.models.lot_history"
        with patch(f"{module}.AT_ONCE", 0), patch(f"{module}.BATCH", 1):
            history = self.env["lot.history"]._start()
        self.assertEqual(history.state, "loading")
        self.assertGreater(len(history.batch_ids), 3)
        self.assertEqual(self._ledger(self.raw), [])
        trace = self._trace(self.raw, "forward")
        self.assertEqual(trace["complete_since"], str(max(history.batch_ids.mapped("date_last"))))
        gap = next(gap for gap in trace["gaps"] if gap["kind"] == "history")
        self.assertEqual(gap["lot"], "TAH-1")

        # Killed after the newest batch: the next run goes on, nothing twice.
        history.batch_ids.sorted("date_last")[-1]._load()
        self.assertGreater(history.progress, 0.0)
        self.assertLess(history.progress, 100.0)
        self._load_all()
        self.assertEqual(history.state, "done")
        self.assertEqual(history.progress, 100.0)
        self.assertFalse(history.complete_since)
        self.assertEqual(sorted(self._ledger(self.raw)), [("consumption", -10.0), ("receipt", 25.0)])
        self.assertEqual(sorted(self._ledger(self.made)), [("output", 20.0), ("shipment", -4.0)])
        self.assertTrue(self._trace(self.raw, "forward")["complete"])

    def test_moves_that_were_entered_for_days_long_past_are_waited_for(self):
        """A migration of this year, of moves of years ago, and the lots made with it."""
        self.env["stock.move.line"].search([("state", "=", "done")]).date = "2020-01-01 00:00:00"
        self.env.flush_all()
        module = "odoo.addons.lot_genealogy.models.lot_history"
        with patch(f"{module}.AT_ONCE", 0), patch(f"{module}.BATCH", 1):
            history = self.env["lot.history"]._start()
        self.assertEqual(str(history.complete_since), "2020-01-01 00:00:00")
        trace = self._trace(self.raw, "forward")
        self.assertIn(("history", "TAH-1"), [(gap["kind"], gap["lot"]) for gap in trace["gaps"]])

    def test_moves_done_while_loading_are_recorded_once(self):
        module = "odoo.addons.lot_genealogy.models.lot_history"
        with patch(f"{module}.AT_ONCE", 0):
            self.env["lot.history"]._start()
        self._ship([(self.made, 3.0)])
        self.delivery.move_line_ids.quantity = 5.0
        self._load_all()
        self.assertEqual(
            sorted(self._ledger(self.made)),
            [("output", 20.0), ("shipment", -5.0), ("shipment", -3.0)],
        )
