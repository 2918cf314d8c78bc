"""Goods of a recall that come back, are destroyed and credited: as the people do it who work there."""

import hashlib

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..engine.recall_reach import AMOUNTS
from .recall_common import PDF, RecallGoodsCase


@tagged("post_install", "-at_install")
class TestRecallGoods(RecallGoodsCase):
    # ---- back -------------------------------------------------------------------------------

    def test_a_validated_return_of_the_case_is_back_and_what_he_said_is_compared(self):
        recall = self._start_frozen()
        self.assertEqual(recall.quarantine_location_id, self.quarantine)
        self._decide(recall, "activate")
        shop = self._shop(recall)
        self._answer(recall, shop, returned=12.0, sold=10.0)
        shop.action_make_returns()
        returned = shop.line_ids.return_id.with_user(self.worker)
        self.assertEqual(self._balance(recall, shop)["back"], 0.0)
        returned.move_line_ids.quantity = 9.0
        returned.move_ids.picked = True
        self.env["stock.backorder.confirmation"].with_user(self.worker).with_context(
            **returned.button_validate()["context"]
        ).create({"pick_ids": [Command.set(returned.ids)]}).process_cancel_backorder()
        self._assert_done(returned)
        self.assertEqual(
            self._balance(recall, shop),
            {
                "delivered": 30.0,
                "answered": 22.0,
                "back": 9.0,
                "difference": 3.0,
                "destroyed": 0.0,
                "sold": 10.0,
                "open": 11.0,
                "unknown": 8.0,
            },
        )
        measure = recall.measure_ids.filtered(lambda one: one.kind == "received")
        self.assertIn("TUB-1 9 Units", measure.text)
        self.assertEqual(measure.user_id, self.worker)
        units = next(row for row in recall.figures["recovery"] if row["uom"] == "Units")
        self.assertEqual((units["received"], units["open"]), (9.0, 21.0))
        # More can be asked back after what came.
        shop.action_make_returns()
        self.assertNotEqual(shop.line_ids.return_id, returned)

    def test_a_return_made_from_its_delivery_goes_to_quarantine_and_arrives_held(self):
        gone, _order = self._make(self.tub, "TUB-GONE", 8.0, [(self.base, 1.0)])
        delivery = self._ship([(gone, 8.0)])
        recall = self._start_frozen()
        self.assertFalse(gone.hold_state)
        returned = self._return(delivery, 5.0)
        self.assertEqual(returned.move_line_ids.location_dest_id, self.quarantine)
        self.assertEqual(
            {name: self._balance(recall, self._shop(recall), gone)[name] for name in ("back", "open")},
            {"back": 5.0, "open": 3.0},
        )
        self.assertEqual(gone.hold_state, "held")
        with self.assertRaises(UserError):
            self._ship([(gone, 1.0)])

    def test_what_came_back_is_held_in_a_wider_scope_too(self):
        gone, _order = self._make(self.tub, "TUB-GONE", 8.0, [(self.base, 1.0)])
        delivery = self._ship([(gone, 8.0)])
        recall = self._start_frozen()
        recall.action_hold()
        self._return(delivery, 5.0)
        recall.action_freeze()
        (place,) = recall.stock_ids.filtered(lambda row: row.lot_id == gone)
        self.assertEqual((place.location_id, place.quantity), (self.quarantine, 5.0))
        self.assertTrue(place.held_at and recall.stock_held_at and recall.is_all_held)

    def test_goods_that_a_supplier_sent_to_a_customer_come_back_to_our_quarantine(self):
        lot, picking = self._dropship(5.0)
        recall = self._start_frozen(lots=lot)
        self._decide(recall, "activate")
        shop = self._shop(recall)
        self.assertEqual((shop.line_ids.document, shop.line_ids.quantity_open), (picking.name, 5.0))
        shop.action_make_returns()
        returned = shop.line_ids.return_id.with_user(self.worker)
        line = returned.move_line_ids
        self.assertEqual((line.lot_id, line.location_dest_id), (lot, self.quarantine))
        returned.move_ids.picked = True
        returned.button_validate()
        self._assert_done(returned)
        self.assertEqual(self._balance(recall, shop, lot)["back"], 5.0)
        self.assertEqual(lot.hold_state, "held")

    def test_what_comes_back_of_a_mixed_delivery_goes_to_quarantine_line_by_line(self):
        clean, _order = self._make(self.tub, "TUB-CLEAN", 50.0, [(self.clean, 5.0)])
        mixed = self._ship([(self.tubs, 4.0), (clean, 6.0)])
        recall = self._start_frozen()
        wizard = self.env["stock.return.picking"].with_user(self.worker).create({"picking_id": mixed.id})
        returned = self.env["stock.picking"].browse(wizard.action_create_returns_all()["res_id"])
        places = {line.lot_id: line.location_dest_id for line in returned.move_line_ids}
        self.assertEqual(places, {self.tubs: self.quarantine, clean: self.stock_location})
        # Another lot came than was proposed, as the warehouse sees it.
        line = returned.move_line_ids.filtered(lambda one: one.lot_id == clean).with_user(self.worker)
        line.lot_id = self.tubs
        self.assertEqual(line.location_dest_id, self.quarantine)
        returned.move_ids.picked = True
        returned.with_user(self.worker).button_validate()
        self._assert_done(returned)
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", self.tubs.id), ("location_id", "=", self.quarantine.id)]
        )
        self.assertEqual((quants.quantity, self._balance(recall, self._shop(recall))["back"]), (10.0, 10.0))

    def test_what_comes_from_another_address_of_a_consignee_is_his(self):
        """Delivered to the shop, fetched at the shop's warehouse."""
        shed = self.env["res.partner"].create(
            {"name": "Shed", "parent_id": self.customer.id, "type": "delivery"}
        )
        self._return(self.delivery, 4.0, partner=shed)
        recall = self._start_frozen()
        shop = self._shop(recall)
        self.assertEqual(shop.line_ids.quantity_back, 4.0)
        self._return(self.delivery, 5.0, partner=shed)
        balance = self._balance(recall, shop)
        self.assertEqual((balance["back"], balance["open"]), (9.0, 21.0))
        units = next(row for row in recall.figures["recovery"] if row["uom"] == "Units")
        self.assertEqual((units["delivered"], units["back"], units["received"]), (40.0, 4.0, 5.0))

    def test_a_return_that_was_corrected_counts_as_corrected(self):
        recall = self._start_frozen()
        shop = self._shop(recall)
        returned = self._return(self.delivery, 5.0)
        self.assertEqual(self._balance(recall, shop)["back"], 5.0)
        entry = self.env["lot.ledger"].search([("move_line_id", "=", returned.move_line_ids.id)])
        action = entry.with_user(self.lead).action_correct()
        correction = self.env[action["res_model"]].with_user(self.lead).with_context(**action["context"])
        with Form(correction) as form:
            form.quantity = 3.0
            form.reason = "Miscounted"
        self.env.flush_all()
        self._sign(form.record, "action_confirm", self.lead)
        self.assertEqual(self._balance(recall, shop)["back"], 3.0)
        self.assertEqual(len(recall.measure_ids.filtered(lambda one: one.kind == "received")), 1)

    def test_a_wider_scope_counts_nothing_twice(self):
        recall = self._start_frozen()
        self._decide(recall, "activate")
        shop = self._shop(recall)
        self._answer(recall, shop, returned=5.0, on_hand=4.0, sold=6.0)
        self._return(self.delivery, 7.0)
        before = self._balance(recall, shop)
        self.assertEqual((before["back"], before["difference"], before["open"]), (7.0, -2.0, 17.0))
        recall.action_freeze()
        line = shop.line_ids
        self.assertEqual((line.quantity_back, line.quantity_received), (7.0, 0.0))
        after = self._balance(recall, shop)
        for name in ("delivered", "back", "destroyed", "sold", "open", "unknown"):
            self.assertEqual(after[name], before[name], name)
        self.assertEqual((after["difference"], line.quantity_unsold), (0.0, 2.0))
        self.assertEqual(shop.answer_ids.line_ids.returned, 5.0)

    # ---- destroyed --------------------------------------------------------------------------

    def test_destruction_takes_held_goods_out_of_stock_with_its_evidence(self):
        recall = self._start_frozen()
        recall.action_hold()
        self._return(self.delivery, 30.0)
        place = (self.tubs, self.quarantine)
        with self.assertRaisesRegex(UserError, "Attach the certificate"):
            self._destroy(recall, {place: 20.0}, files=())
        with self.assertRaisesRegex(UserError, "Say how much"):
            self._destroy(recall, {})
        with self.assertRaisesRegex(UserError, "between nothing and 30 Units"):
            self._destroy(recall, {place: 31.0})
        done = self._destroy(
            recall, {place: 20.0, (self.raw, self.stock_location): 15.0}, witness="Eva Stone"
        )
        self.assertEqual(
            {(one.lot_id, one.scrap_qty, one.state, one.origin) for one in done.scrap_ids},
            {(self.tubs, 20.0, "done", recall.name), (self.raw, 15.0, "done", recall.name)},
        )
        self.assertEqual(done.scrap_ids.create_uid, self.helper)
        self.assertEqual(self._ledger(self.tubs)[-1], ("scrap", -20.0))
        self.assertEqual((done.witness, done.attachment_ids.raw), ("Eva Stone", PDF))
        self.assertIn(hashlib.sha256(PDF).hexdigest(), done.evidence_text)
        self.assertIn("certificate.pdf", recall.measure_ids[-1].text)
        rows = {row["uom"]: row["destroyed_here"] for row in recall.figures["recovery"]}
        self.assertEqual(rows, {"Units": 20.0, "kg": 15.0})
        # It stays as it was made, and so does its certificate.
        with self.assertRaisesRegex(UserError, "stays as it was recorded"):
            done.with_user(self.lead).method = "Buried"
        with self.assertRaises(AccessError):
            done.attachment_ids.with_user(self.helper).unlink()
        with self.assertRaises(UserError):
            done.scrap_ids.with_user(self.helper).lot_recall_destruction_id = False
        case = recall._get_paper_case("en_US")
        self.assertEqual({row["lot_name"] for row in case["destructions"]}, {"TUB-1", "TAH-1"})
        later = self._destroy(recall, {place: 10.0}, files=(), no_evidence="The certificate comes by post")
        self.assertEqual(later.evidence_text, "The certificate comes by post")

    def test_what_a_consignee_destroyed_stands_in_the_dossier_with_his_photo(self):
        recall = self._start_frozen()
        self._decide(recall, "activate")
        shop = self._shop(recall)
        amounts = [dict.fromkeys(AMOUNTS, 0.0) | {"destroyed": 30.0}]
        # As the answer page does it.
        shop.sudo()._record_answer({}, amounts, [("bin.pdf", PDF)])
        balance = self._balance(recall, shop)
        self.assertEqual((balance["destroyed"], balance["open"]), (30.0, 0.0))
        (row,) = recall._get_paper_case("en_US")["destructions"]
        self.assertEqual((row["by"], row["quantity"], row["evidence"]), ("Corner Shop", 30.0, "bin.pdf"))

    def test_a_drill_destroys_nothing(self):
        drill = self._start_frozen(mode="drill")
        with self.assertRaisesRegex(UserError, "This is a drill"):
            drill.with_user(self.helper).action_destroy()
        self._return(self.delivery, 5.0)
        self.assertFalse(self.env["lot.hold.line"].search([("state", "=", "held")]))
        self.assertEqual(drill.measure_ids.mapped("kind"), ["scope"])

    # ---- credited ---------------------------------------------------------------------------

    def test_the_credit_note_of_what_came_back_is_found_and_another_is_linked_by_hand(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False, force_create=False
        )
        clerk = new_test_user(
            self.env,
            "recall_clerk",
            "account.group_account_manager,sales_team.group_sale_salesman_all_leads,lot_genealogy.group_user",
        )
        invoices = [self._invoice(picking.sale_id, clerk) for picking in (self.delivery, self.other_delivery)]
        recall = self._start_frozen()
        self._return(self.delivery, 30.0)
        credits = [self._credit(invoice) for invoice in invoices]
        action = recall.with_user(clerk).action_open_credit_notes()
        found = self.env["account.move"].with_user(clerk).search(action["domain"])
        self.assertEqual(found, credits[0])
        (total,) = recall.figures["credits"]
        self.assertEqual((total["posted"], total["draft"]), (credits[0].amount_total, 0.0))
        with Form(credits[1]) as form:
            form.lot_recall_ids.add(recall)
        (total,) = recall.with_user(self.helper).figures["credits"]
        self.assertEqual((total["count"], recall.credit_count), (2, 2))
        self.assertEqual(total["posted"], sum(one.amount_total for one in credits))
        rows = {(row["number"], row["partner"]) for row in recall._get_paper_case("en_US")["credits"]}
        self.assertEqual(rows, {(one.name, one.partner_id.name) for one in credits})

    def _invoice(self, order, clerk):
        invoice = order.with_user(clerk)._create_invoices()
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        return invoice

    def _credit(self, invoice):
        """With the button of Accounting."""
        reversal = (
            invoice.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = invoice.browse(reversal.reverse_moves()["res_id"])
        credit.action_post()
        return credit
