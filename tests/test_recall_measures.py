"""Measures of a recall: hold, stop, quarantine, returns; and the figures that follow."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models import lot_recall_scope
from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallMeasures(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {"name": "Quarantine", "usage": "internal", "location_id": cls.warehouse.view_location_id.id}
        )

    def test_measures_need_a_running_case_with_a_frozen_scope(self):
        recall = self._open_case()
        with self.assertRaisesRegex(UserError, "while a case runs"):
            recall.action_hold()
        self._decide(recall, "start")
        with self.assertRaisesRegex(UserError, "Freeze the scope first"):
            recall.action_hold()

    def test_stock_counts_as_held_only_if_a_hold_was_set(self):
        recall = self._start_frozen()
        recall.action_hold()
        self.assertTrue(all(recall.stock_ids.mapped("held_at")))
        self.assertEqual(recall.measure_ids.mapped("kind"), ["scope", "hold"])
        self.assertIn(f"Stock held: {recall.measure_ids[-1].text}", recall.message_ids[0].body)
        held = self.env["lot.hold.line"].search([("state", "=", "held")])
        self.assertEqual(held.lot_id, self.raw | self.base | self.tubs)
        with self.assertRaisesRegex(UserError, "on hold|may not be used"):
            self._ship([(self.tubs, 1.0)])

    def test_a_lot_that_is_all_delivered_is_held_when_it_comes_back(self):
        delivery = self._ship([(self.base, 15.0)])
        self.assertFalse(
            self.base.quant_ids.filtered(lambda one: one.location_id.usage == "internal").quantity
        )
        recall = self._start_frozen()
        self.assertNotIn(self.base, recall.stock_ids.lot_id)
        self.assertFalse(recall.is_all_held)
        recall.action_hold()
        self.assertTrue(recall.is_all_held)
        self._return(delivery)
        self.assertEqual(self.base.hold_state, "held")
        with self.assertRaisesRegex(UserError, "on hold|may not be used"):
            self._ship([(self.base, 1.0)])
        with self.assertRaisesRegex(UserError, "held already"):
            recall.action_hold()

    def test_stock_of_a_sister_company_that_the_scope_was_asked_for_is_held_too(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        shelf = self.env["stock.warehouse"].search([("company_id", "=", sister.id)], limit=1).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.tubs.product_id, shelf, 6.0, lot_id=self.tubs)
        self.lead.company_ids |= sister
        recall = self._start()
        recall = recall.with_context(allowed_company_ids=(self.company | sister).ids)
        recall.action_freeze()
        self.assertIn(shelf, recall.stock_ids.location_id)
        recall.action_hold()
        held = self.env["lot.hold.line"].search([("lot_id", "=", self.tubs.id), ("state", "=", "held")])
        self.assertEqual(held.company_id, self.company | sister)

    def test_lots_of_a_running_recall_are_kept(self):
        recall = self._start_frozen()
        reasons = self.tubs._get_kept()[self.tubs]
        self.assertEqual([(one.name, one.until) for one in reasons], [(f"in the recall {recall.name}", None)])

    def test_stopping_frees_the_lots_and_tells_who_works_on_the_order(self):
        recall = self._start_frozen()
        recall.stock_ids._freezing().write({"held_at": fields.Datetime.now()})
        self.assertEqual(self.waiting.move_line_ids.lot_id, self.tubs)
        recall.action_stop_orders()
        self.assertFalse(self.waiting.move_line_ids)
        self.assertNotEqual(self.waiting.state, "cancel")
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.tubs.id), ("location_id", "=", self.stock_location.id)]
        )
        self.assertEqual(quant.reserved_quantity, 0.0)
        self.assertIn("TUB-1", self.waiting.message_ids[0].body)
        self.assertIn(recall.name, self.waiting.activity_ids.summary)
        self.assertTrue(recall.order_ids.stopped_at)
        with self.assertRaisesRegex(UserError, "no open order"):
            recall.action_stop_orders()

    def test_what_was_picked_stays_and_is_pointed_out(self):
        self.waiting.move_ids.picked = True
        recall = self._start_frozen()
        recall.stock_ids._freezing().write({"held_at": fields.Datetime.now()})
        self.assertTrue(recall.order_ids.picked)
        recall.action_stop_orders()
        self.assertEqual(self.waiting.move_line_ids.lot_id, self.tubs)
        self.assertIn("put back", self.waiting.message_ids[0].body)

    def test_a_document_can_be_cancelled_as_a_whole(self):
        recall = self._start_frozen()
        recall.order_ids.action_cancel_document()
        self.assertEqual(self.waiting.state, "cancel")
        self.assertTrue(recall.order_ids.stopped_at)

    def test_stock_is_moved_to_quarantine_lot_by_lot(self):
        recall = self._start_frozen()
        with self.assertRaisesRegex(UserError, "where Quarantine is"):
            recall.action_quarantine()
        self.quarantine.is_quarantine = True
        recall.quarantine_location_id = self.quarantine
        # What is held is just what is to be moved.
        recall.action_hold()
        recall.action_quarantine()
        picking = self.env["stock.picking"].search([("origin", "=", recall.name)])
        self.assertEqual(picking.location_dest_id, self.quarantine)
        self.assertEqual(
            {(line.lot_id.name, line.quantity) for line in picking.move_line_ids},
            # The hold has freed the 12 tubs of the open delivery.
            {("TAH-1", 15.0), ("HUM-1", 15.0), ("TUB-1", 60.0)},
        )
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)
        with self.assertRaisesRegex(UserError, "No affected stock lies free"):
            recall.action_quarantine()

    def test_what_is_held_is_held_wherever_a_wider_scope_finds_it(self):
        self.quarantine.is_quarantine = True
        recall = self._start_frozen(quarantine_location_id=self.quarantine.id)
        recall.action_hold()
        recall.action_stop_orders()
        since = recall.stock_held_at
        recall.action_quarantine()
        moved = self.env["stock.picking"].search([("origin", "=", recall.name)])
        moved.move_ids.picked = True
        moved.button_validate()
        recall.action_freeze()
        stock = recall.stock_ids.filtered("is_current")
        self.assertEqual(stock.location_id, self.quarantine)
        self.assertEqual(set(stock.mapped("held_at")), {since})

    def test_stock_of_a_sister_company_goes_to_its_own_quarantine(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", sister.id)], limit=1)
        shelf = warehouse.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.tubs.product_id, shelf, 6.0, lot_id=self.tubs)
        self.lead.company_ids |= sister
        recall = self._start(quarantine_location_id=self.quarantine.id)
        recall = recall.with_context(allowed_company_ids=(self.company | sister).ids)
        recall.action_freeze()
        recall.action_quarantine()
        self.assertIn("no quarantine of recalls: stock of Sister", recall.measure_ids[-1].text)
        place = self.env["stock.location"].create(
            {
                "name": "Sister's cage",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": sister.id,
            }
        )
        sister.lot_recall_quarantine_id = place
        recall.action_quarantine()
        picking = self.env["stock.picking"].search(
            [("origin", "=", recall.name), ("company_id", "=", sister.id)]
        )
        self.assertEqual((picking.location_id, picking.location_dest_id), (shelf, place))
        self.assertEqual((picking.move_line_ids.lot_id, picking.move_line_ids.quantity), (self.tubs, 6.0))

    def test_returns_ask_for_the_affected_lots_alone(self):
        clean, _order = self._make(self.tub, "TUB-CLEAN", 50.0, [(self.clean, 5.0)])
        mixed = self._ship([(self.tubs, 4.0), (clean, 6.0)], partner=self.supplier)
        recall = self._start_frozen()
        recall.quarantine_location_id = self.quarantine
        consignee = recall.consignee_ids.filtered(lambda one: one.partner_id == self.supplier)
        consignee.action_make_returns()
        returned = mixed.return_ids
        self.assertEqual(
            returned.move_line_ids.mapped(lambda line: (line.lot_id, line.quantity)), [(self.tubs, 4.0)]
        )
        self.assertEqual(returned.move_line_ids.location_dest_id, self.quarantine)
        self.assertIn(recall.name, returned.origin)
        self.assertEqual(consignee.line_ids.return_id, returned)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            consignee.action_make_returns()
        recall.action_make_returns()
        self.assertEqual(len(recall.line_ids.return_id), 3)
        returned.move_ids.picked = True
        returned.button_validate()
        self._assert_done(returned)
        self.assertEqual(self._ledger(self.tubs)[-1], ("customer_return", 4.0))

    def test_figures_follow_what_became_of_each_consignee(self):
        with freeze_time("2026-03-02 08:00:00"):
            recall = self._start(doubt_at="2026-03-02 07:30:00")
        with freeze_time("2026-03-02 08:30:00"):
            recall.action_freeze()
        self.assertEqual((recall.minutes_lots_known, recall.minutes_consignees_known), (60.0, 60.0))
        self.assertEqual((recall.stock_held_at, recall.all_told_at), (False, False))
        shop = recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer)
        hospital = recall.consignee_ids - shop
        with freeze_time("2026-03-02 09:30:00"):
            shop.action_mark_told()
        self.assertEqual((recall.percent_told, recall.all_told_at), (50.0, False))
        with freeze_time("2026-03-02 10:30:00"):
            recall.action_mark_told()
        self.assertEqual((recall.percent_told, recall.minutes_all_told), (100.0, 180.0))
        shop.action_mark_answered()
        shop.check_result, hospital.check_result = "effective", "not_followed"
        self.assertEqual((recall.percent_answered, recall.percent_effective), (50.0, 50.0))
        # Units: 40 delivered, 60 on hand; kg: 5 delivered, 30 on hand.
        shop.line_ids.write({"quantity_returned": 10.0, "quantity_unsold": 5.0, "quantity_sold": 8.0})
        recall.stock_ids._freezing().write({"held_at": "2026-03-02 11:00:00"})
        figures = recall.figures
        rows = {row["uom"]: row for row in figures["recovery"]}
        # What he says he sent back counts when it comes.
        self.assertEqual(
            (rows["Units"]["open"], rows["Units"]["unknown"], rows["Units"]["recovered"]), (32.0, 17.0, 65.0)
        )
        self.assertAlmostEqual(rows["Units"]["percent"], 65.0)
        self.assertAlmostEqual(rows["kg"]["percent"], 100.0 * 30 / 35)
        self.assertAlmostEqual(recall.percent_recovered, 65.0)
        self.assertEqual(recall.minutes_stock_held, 210.0)
        self.assertEqual(recall.percent_traced, 100.0)
        states = {one["name"]: one["state"] for one in figures["milestones"]}
        self.assertEqual((states["lots_known"], states["stock_held"]), ("met", "met"))

    def test_a_case_that_reached_nobody_is_told_to_all_at_once(self):
        lot, _receipt = self._receive(self.tahini, "TAH-ALONE", 5.0)
        recall = self._start_frozen(lots=lot)
        self.assertEqual(recall.all_told_at, recall.scope_id.listed_at)
        self.assertFalse(recall.stock_held_at)

    def test_the_unexplained_rest_stands_in_the_open(self):
        self._scrap(self.raw, 2.0)
        self._count(self.raw, 10.0)
        (row,) = self._start_frozen().figures["balance"]
        self.assertEqual(
            (row["received"], row["consumed"], row["scrapped"], row["adjusted_out"], row["on_hand"]),
            (25.0, 10.0, 2.0, 3.0, 10.0),
        )
        self.assertEqual((row["unexplained"], row["explained"]), (0.0, 1.0))

    def test_the_log_of_measures_is_no_memory(self):
        recall = self._start_frozen()
        with freeze_time("2026-06-01 08:00:00"):
            recall.measure_ids = [
                Command.create(
                    {"text": "Rang the laboratory", "taken_at": "2020-01-01 00:00:00", "user_id": 1}
                )
            ]
        measure = recall.measure_ids.filtered(lambda one: one.kind == "other")
        self.assertEqual((str(measure.taken_at), measure.user_id), ("2026-06-01 08:00:00", self.lead))
        with self.assertRaisesRegex(UserError, "stays as it is"):
            measure.text = "x"

    def test_a_big_scope_is_a_job_that_goes_on_where_it_was_killed(self):
        recall = self._start()
        self.patch(lot_recall_scope, "AT_ONCE", -1)
        self.patch(lot_recall_scope, "BATCH", 2)
        recall.action_freeze()
        scope = recall.scope_ids
        self.assertEqual((scope.state, recall.is_freezing), ("waiting", True))
        with self.assertRaisesRegex(UserError, "just being frozen"):
            recall.action_freeze()
        # As a worker does it that is killed after some batches.
        work = scope._freezing()._work()
        for _batch in range(4):
            next(work)
        work.close()
        self.env.invalidate_all()
        self.assertEqual((scope.state, 0 < scope.progress < 100), ("listing", True))
        fingerprint, known = scope.fingerprint, recall.recall_lot_ids.ids
        self._ship([(self.tubs, 1.0)])
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_recall_cron").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((scope.state, scope.progress, scope.fingerprint), ("done", 100.0, fingerprint))
        self.assertEqual(recall.recall_lot_ids.ids[: len(known)], known)
        self.assertEqual((len(recall.line_ids), len(recall.recall_lot_ids)), (3, 3))
        self.assertEqual(recall.measure_ids.mapped("kind"), ["scope"])

    def test_a_scope_that_its_author_may_no_longer_trace_says_so_and_blocks_nothing(self):
        recall = self._start()
        self.patch(lot_recall_scope, "AT_ONCE", -1)
        recall.action_freeze()
        self.lead.group_ids = self.env.ref("base.group_user")
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_recall_cron").method_direct_trigger()
        scope = recall.sudo().scope_ids
        self.env.invalidate_all()
        self.assertEqual(scope.state, "failed")
        self.assertIn("Traces are for Quality and Compliance officers", scope.error)
        recall = recall.with_user(self.officer)
        self.assertFalse(recall.is_freezing)
        self.patch(lot_recall_scope, "AT_ONCE", 50_000)
        recall.action_freeze()
        self.assertEqual((recall.scope_id.number, recall.scope_id.state), (2, "done"))

    def test_a_late_milestone_shows_against_the_target(self):
        target = self.env.ref("lot_genealogy.lot_recall_target_own")
        recall = self._start_frozen(
            target_id=target.id, doubt_at=fields.Datetime.now() - timedelta(minutes=130)
        )
        states = {one["name"]: one["state"] for one in recall.figures["milestones"]}
        self.assertEqual(
            (states["lots_known"], states["stock_held"], states["all_told"]), ("late", "overdue", "running")
        )
