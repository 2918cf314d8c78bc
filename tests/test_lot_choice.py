"""Why this lot: what the picker reads."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .removal_common import NOW, ChoiceCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLotChoice(ChoiceCase):
    def test_picker_reads_why_this_lot_and_which_were_skipped(self):
        self._rule("fefo_expiry")
        self.env["lot.shelf.rule"].create({"days": 30, "partner_id": self.customer.id})
        delivery = self._sell(12.0)
        skipped = "L-0230 skipped: 12 days left, customer needs 30"
        self.assertEqual(
            self._why(delivery),
            [
                f"FEFO: expires 3 Dec 2026, first of 2 lots; {skipped}",
                f"FEFO: expires 12 Dec 2026, number 2 of 2 lots; {skipped}",
            ],
        )
        self.assertEqual(delivery.move_ids.lot_choice_text.count("L-0230 skipped"), 2)

    def test_what_is_reserved_anew_says_what_is_skipped_now(self):
        self._rule("fefo_expiry")
        delivery = self._sell(12.0)
        self.assertIn("number 2 of 3 lots", self._why(delivery)[1])
        first = delivery.move_line_ids.lot_id.filtered(lambda lot: lot.name == "L-0230")
        self.env["lot.hold"]._hold(first, "quality", "Doubt")
        self.env.invalidate_all()
        self.assertEqual(self._taken(delivery), [("L-0232", 10.0), ("L-0233", 2.0)])
        for text, rank in zip(self._why(delivery), ("first", "number 2")):
            self.assertRegex(text, rf"{rank} of 2 lots; L-0230 skipped: on hold \(HOLD")

    def test_reader_gets_the_sentence_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._rule("fefo_expiry")
        delivery = self._sell(2.0)
        line = delivery.move_line_ids.with_context(lang="fr_FR")
        self.assertIn("14 nov. 2026", line.lot_choice_text)
        self.assertNotIn("14 nov.", str(line.lot_choice))

    def test_quantity_that_is_typed_and_what_an_order_uses_say_why(self):
        self._rule("fefo_expiry")
        delivery = self._sell(2.0)
        delivery.do_unreserve()
        delivery.move_ids.quantity = 2.0
        self.assertEqual(self._why(delivery), ["FEFO: expires 14 Nov 2026, first of 3 lots"])
        order = self._order_made_from(2.0)
        order.qty_producing = 1.0
        order._set_qty_producing()
        self.assertEqual(self._why(order), ["FEFO: expires 14 Nov 2026, first of 3 lots"])

    def test_lot_that_is_due_for_removal_is_named(self):
        self._rule("fefo_expiry")
        self._put("DUE", days=2, removal_date=NOW - timedelta(days=1))
        self.assertIn("DUE skipped: due for removal on 1 Nov 2026", self._why(self._sell(2.0))[0])

    def test_costs_and_entry_are_told_too(self):
        self.milk.lot_valuated = True
        self.third.standard_price = 7.5
        self._rule("hifo")
        self.assertIn("HIFO: cost $\N{NO-BREAK SPACE}7.50, first of 3 lots", self._why(self._sell(2.0)))
        self.milk.product_tmpl_id.lot_valuated = False
        self.env["lot.policy"].search([("name", "=", "Policy hifo")]).removal_strategy_id = self._strategy(
            "fifo"
        )
        self.assertIn("FIFO: in stock since 13 Oct 2026, first of 3 lots", self._why(self._sell(2.0)))

    def test_printed_picking_list_and_order_say_why(self):
        self._rule("fefo_expiry")
        delivery = self._sell(2.0)
        html, _type = self.env["ir.actions.report"]._render_qweb_html("stock.report_picking", delivery.ids)
        self.assertIn("FEFO: expires 14 Nov 2026, first of 3 lots", html.decode())
        order = self._order_made_from(2.0)
        order.action_assign()
        html, _type = self.env["ir.actions.report"]._render_qweb_html("mrp.report_mrporder", order.ids)
        told = "L-0230, 2 Units from WH/Stock: FEFO: expires 14 Nov 2026, first of 3 lots"
        self.assertIn(told, html.decode())
        order.move_raw_ids.move_line_ids.package_id = self.env["stock.package"].create({"name": "PAL-9"})
        self.assertIn("2 Units from WH/Stock, PAL-9: FEFO", order.move_raw_ids.lot_choice_text)

    def test_printed_picking_list_says_why_of_a_pallet_that_goes_as_a_whole(self):
        self._rule("fefo_expiry")
        pallet = self.env["stock.package"].create({"name": "PAL-9"})
        self._put("L-0229", days=8, quantity=5.0, package=pallet)
        delivery = self._sell(7.0)
        self.assertEqual(delivery.move_line_ids.mapped("is_entire_pack"), [True, False])
        html, _type = self.env["ir.actions.report"]._render_qweb_html("stock.report_picking", delivery.ids)
        told = "L-0229, 5 Units from WH/Stock, PAL-9: FEFO: expires 10 Nov 2026, first of 4 lots"
        self.assertEqual(html.decode().count(told), 1)

    def test_lot_that_is_entered_says_what_the_rule_says_instead(self):
        self._rule("fefo_expiry")
        order = self._order_made_from(2.0)
        for lot, told in (
            (self.fourth, "Chosen by hand; FEFO said L-0230"),
            (self.env["stock.lot"].search([("name", "=", "L-0230")]), "FEFO: no other lot goes first"),
        ):
            order.move_raw_ids.with_user(self.worker).lot_ids = lot
            self.assertEqual(self._why(order), [told])
            html, _type = self.env["ir.actions.report"]._render_qweb_html("mrp.report_mrporder", order.ids)
            self.assertIn(f"{lot.name}, 1 Units from WH/Stock: {told}", html.decode())
        delivery = self._sell(2.0)
        delivery.move_line_ids.unlink()
        self._add_line(delivery.move_ids, 2.0, self.fourth)
        self.assertEqual(self._why(delivery), ["Chosen by hand; FEFO said L-0230"])
        html, _type = self.env["ir.actions.report"]._render_qweb_html("stock.report_picking", delivery.ids)
        self.assertIn("Chosen by hand; FEFO said L-0230", html.decode())
        delivery.move_ids.picked = True
        delivery.with_user(self.worker).button_validate()
        self.assertEqual(self._why(delivery), ["Chosen by hand; FEFO said L-0230"])

    def test_product_without_rule_says_nothing_of_its_lots(self):
        delivery = self._sell(2.0)
        self.assertEqual(self._why(delivery), [False])

    def test_sentences_of_many_lines_take_constant_queries(self):
        self._rule("fefo_expiry")
        lines = {number: self._enter_lines(number, self.fourth) for number in (1, 6)}

        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(
                set(lines[number].with_prefetch().mapped("lot_choice_text")),
                {"Chosen by hand; FEFO said L-0230"},
            )
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(6), count(1))

    def test_nobody_enters_why_the_rule_chose(self):
        self._rule("fefo_expiry", removal_override="refused")
        delivery = self._take_by_hand(self.fourth)
        forged = {"lot_choice": {**delivery.move_line_ids.lot_choice, "lot": self.fourth.id}}
        delivery.move_line_ids.with_user(self.worker).write(forged)
        with self.assertRaisesRegex(UserError, "L-0230 goes first"):
            delivery.button_validate()
