"""What a recall counts of returns after its closing, and of goods of other companies."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .recall_common import RecallGoodsCase


@tagged("post_install", "-at_install")
class TestRecallLate(RecallGoodsCase):
    def _close(self, recall):
        self._decide(recall, "activate")
        recall.action_hold()
        recall.action_stop_orders()
        recall.action_mark_told()
        recall.consignee_ids.note = "Called three times"
        self._decide(recall, "wind_up")
        self._decide(recall, "close")

    def test_what_comes_back_after_the_closing_is_said_and_counted_once_the_case_is_reopened(self):
        recall = self._start_frozen()
        shop = self._shop(recall)
        self._return(self.delivery, 2.0)
        self._close(recall)
        figures, balance = recall.figures["recovery"], self._balance(recall, shop)
        self.assertFalse(recall.late_text)
        for day in (1, 2):
            with freeze_time(fields.Datetime.now() + timedelta(days=day)):
                returned = self._return(self.delivery, 4.0)
        recall.invalidate_recordset()
        self.assertEqual(recall.with_user(self.helper).late_text, "8 Units")
        self.assertEqual((recall.figures["recovery"], self._balance(recall, shop)), (figures, balance))
        self.assertIn(f"{returned.name}, Corner Shop: TUB-1 4 Units", recall.message_ids[0].body)
        (todo,) = recall.activity_ids
        self.assertEqual(todo.user_id, self.lead)
        self.assertIn("reopen the case", todo.summary)
        self.assertEqual(recall._get_paper_case("en_US")["late_text"], "8 Units")
        self._decide(recall, "reopen", reason="Eight tubs came back")
        self.assertEqual(self._balance(recall, shop)["back"], 10.0)
        self.assertFalse(recall.late_text or recall.activity_ids)
        self.assertEqual(recall.measure_ids[-1].text, "While the case was closed: 8 Units")

    def test_what_comes_back_after_the_closing_goes_to_quarantine_and_is_held(self):
        gone, _order = self._make(self.tub, "TUB-GONE", 8.0, [(self.base, 1.0)])
        delivery = self._ship([(gone, 8.0)])
        recall = self._start_frozen(lots=gone)
        self._decide(recall, "activate")
        recall.action_mark_told()
        recall.consignee_ids.note = "Called three times"
        # None was in stock, so nothing had to be held.
        self._decide(recall, "wind_up")
        self._decide(recall, "close")
        self.assertFalse(gone.hold_state)
        returned = self._return(delivery, 5.0)
        self.assertEqual(returned.move_line_ids.location_dest_id, self.quarantine)
        self.assertEqual(gone.hold_state, "held")
        with self.assertRaises(UserError):
            self._ship([(gone, 1.0)])

    def test_what_was_released_comes_back_to_quarantine_and_is_said_to_be_free(self):
        recall = self._start_frozen()
        self._close(recall)
        holds = self.env["lot.hold"].search([("res_model", "=", "lot.recall"), ("res_id", "=", recall.id)])
        holds._release("All that was here is destroyed", lots=self.tubs)
        returned = self._return(self.delivery, 4.0)
        self.assertEqual(returned.move_line_ids.location_dest_id, self.quarantine)
        self.assertFalse(self.tubs.hold_state)
        self.assertIn("not held again: TUB-1.", recall.message_ids[0].body)

    def test_a_case_that_needed_no_recall_says_nothing_of_returns(self):
        recall = self._start_frozen()
        self._decide(recall, "dismiss", reason="The second sample was clean")
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self._return(self.delivery, 4.0)
        self.assertFalse(recall.late_text or recall.activity_ids)

    def _open_sister(self):
        """A second company, which delivered 6 of the tubs to a customer of its own."""
        sister = self.env["res.company"].create({"name": "Sister"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", sister.id)], limit=1)
        for user in (self.lead, self.helper, self.worker):
            user.company_ids |= sister
        sister.lot_recall_quarantine_id = self.env["stock.location"].create(
            {
                "name": "Sister's cage",
                "usage": "internal",
                "is_quarantine": True,
                "location_id": warehouse.view_location_id.id,
                "company_id": sister.id,
            }
        )
        self.env["stock.quant"]._update_available_quantity(
            self.tub, warehouse.lot_stock_id, 10.0, lot_id=self.tubs
        )
        delivery = self._deliver_there(warehouse, 6.0)
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._assert_done(delivery)
        return sister, delivery

    def _deliver_there(self, warehouse, quantity):
        env = self.env(user=self.worker, context={"allowed_company_ids": warehouse.company_id.ids})
        places = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.customer.property_stock_customer.id,
        }
        delivery = env["stock.picking"].create(
            {"picking_type_id": warehouse.out_type_id.id, "partner_id": self.supplier.id, **places}
        )
        move = env["stock.move"].create(
            {"picking_id": delivery.id, "product_id": self.tub.id, "product_uom_qty": quantity, **places}
        )
        delivery.action_confirm()
        delivery.move_line_ids.unlink()
        env["stock.move.line"].create(
            {
                "move_id": move.id,
                "picking_id": delivery.id,
                "product_id": self.tub.id,
                "lot_id": self.tubs.id,
                "quantity": quantity,
                **places,
            }
        )
        return delivery

    def test_measures_are_taken_in_all_companies_whichever_is_switched_on(self):
        sister, delivery = self._open_sister()
        waiting = self._deliver_there(delivery.picking_type_id.warehouse_id, 3.0)
        recall = self._start().with_context(allowed_company_ids=(self.company | sister).ids)
        recall.action_freeze()
        recall = recall.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(recall.order_ids.mapped("document"), [self.waiting.name, waiting.name])
        self.env.flush_all()
        self.env.invalidate_all()
        recall.action_hold()
        holds = self.env["lot.hold"].search([("res_model", "=", "lot.recall"), ("res_id", "=", recall.id)])
        self.assertEqual(holds.company_id, self.company | sister)
        self.helper.company_ids -= sister
        with self.assertRaisesRegex(UserError, "covers several companies"):
            recall.with_user(self.helper).action_stop_orders()
        recall.action_stop_orders()
        self.assertFalse(waiting.move_line_ids)
        self.assertIn("do not use these lots", waiting.activity_ids.summary)

    def test_goods_of_a_sister_company_come_back_and_are_destroyed_in_the_case(self):
        sister, delivery = self._open_sister()
        both = {"allowed_company_ids": (self.company | sister).ids}
        recall = self._start(paper_type_ids=[Command.clear()]).with_context(**both)
        recall.action_freeze()
        self._decide(recall, "activate")
        there = recall.consignee_ids.filtered(lambda one: one.partner_id == self.supplier)
        # As the lead works who has only the case's company switched on.
        there.with_context(allowed_company_ids=self.company.ids).action_make_returns()
        returned = there.line_ids.return_id
        cage = sister.lot_recall_quarantine_id
        self.assertEqual((returned.company_id, returned.move_line_ids.location_dest_id), (sister, cage))
        returned = returned.with_user(self.worker).with_context(allowed_company_ids=sister.ids)
        returned.move_ids.picked = True
        returned.button_validate()
        self._assert_done(returned)
        self.assertEqual(self._balance(recall, there)["back"], 6.0)
        place = (self.tubs, cage)
        done = self._destroy(recall.with_context(allowed_company_ids=self.company.ids), {place: 6.0})
        self.assertEqual((done.scrap_ids.company_id, done.scrap_ids.state), (sister, "done"))
        units = next(row for row in recall.figures["recovery"] if row["uom"] == "Units")
        self.assertEqual((units["received"], units["destroyed_here"]), (6.0, 6.0))
        self.helper.company_ids -= sister
        there = recall.with_user(self.helper).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(there.hidden_text, "scrap orders: 1")

    def test_a_wider_scope_asks_for_the_companies_of_the_one_before(self):
        sister, _delivery = self._open_sister()
        recall = self._start()
        recall.with_context(allowed_company_ids=(self.company | sister).ids).action_freeze()
        # The lead has only the case's company switched on.
        recall.with_context(allowed_company_ids=self.company.ids).action_freeze()
        self.assertEqual(recall.scope_id.asked_company_ids, self.company | sister)
        self.assertTrue(all(recall.consignee_ids.mapped("is_current")))
        self.assertEqual(recall.consignee_ids.partner_id, self.customer | self.other_customer | self.supplier)

    def test_stock_of_a_company_that_came_to_the_scope_later_is_not_held_yet(self):
        sister, delivery = self._open_sister()
        recall = self._start().with_context(allowed_company_ids=self.company.ids)
        recall.action_freeze()
        recall.action_hold()
        self.assertTrue(recall.stock_held_at)
        recall.with_context(allowed_company_ids=(self.company | sister).ids).action_freeze()
        there = recall.stock_ids.filtered(lambda row: row.location_id == delivery.location_id)
        self.assertFalse(there.held_at or recall.stock_held_at)
        recall.action_hold()
        self.assertTrue(there.held_at and recall.stock_held_at)
        holds = self.env["lot.hold"].search([("res_model", "=", "lot.recall"), ("res_id", "=", recall.id)])
        self.assertEqual(holds.company_id, self.company | sister)

    def test_papers_of_a_case_over_two_companies_are_for_who_works_for_both(self):
        sister, _delivery = self._open_sister()
        self.helper.company_ids -= sister
        recall = self._start(paper_type_ids=[Command.clear()])
        recall.with_context(allowed_company_ids=(self.company | sister).ids).action_freeze()
        make = {"recall_id": recall.id, "type_id": self.env.ref("lot_genealogy.paper_recall_lists").id}
        helped = recall.with_user(self.helper)
        for press in (helped.action_check_scope, helped.action_freeze):
            with self.assertRaisesRegex(UserError, "covers several companies .*Sister"):
                press()
        with self.assertRaisesRegex(UserError, "covers several companies"):
            self.env["lot.paper.make"].with_user(self.helper).create(make).action_make()
        # As the lead works who has only the case's company switched on.
        wizard = self.env["lot.paper.make"].with_user(self.lead)
        wizard = wizard.with_context(allowed_company_ids=self.company.ids).create(make)
        paper = wizard.env["lot.paper"].browse(wizard.action_make()["res_id"])
        self.assertEqual(paper.company_ids, self.company | sister)
        self.assertFalse(paper.with_user(self.helper).search([("recall_id", "=", recall.id)]))
        recall.invalidate_recordset()
        self.assertEqual((recall.paper_count, recall.hidden_text), (1, False))
        # As the form reads them, the list first.
        self.assertFalse(helped.paper_ids)
        self.assertEqual((helped.paper_count, helped.hidden_text), (0, "papers: 1"))
