"""Why this lot: what the picker reads; and what happens when another one is taken."""

import base64
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .removal_common import NOW, RemovalCase


class ChoiceCase(RemovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = new_test_user(
            cls.env,
            "genealogy_supervisor",
            groups="lot_genealogy.group_supervisor,mrp.group_mrp_user,sales_team.group_sale_salesman_all_leads",
        )
        cls.reason = cls.env.ref("lot_genealogy.lot_override_reason_damaged")
        far = NOW + timedelta(days=90)
        cls._put("L-0230", days=12, removal_date=far)
        cls.third = cls._put("L-0232", days=31, removal_date=far)
        cls.fourth = cls._put("L-0233", days=40, removal_date=far)

    def _take_by_hand(self, lot, quantity=4.0, **vals):
        """A delivery for which a picker put another lot than the reserved one."""
        delivery = self._sell(quantity)
        delivery.move_line_ids.with_user(self.worker).write({"lot_id": lot.id, **vals})
        delivery.move_ids.picked = True
        return delivery


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLotChoice(ChoiceCase):
    # ---- why -------------------------------------------------------------------------------

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
        lines = {}
        for number in (1, 6):
            delivery = self._sell(float(number))
            delivery.move_line_ids.unlink()
            for _line in range(number):
                self._add_line(delivery.move_ids, 1.0, self.fourth)
            lines[number] = delivery.move_line_ids

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

    # ---- another lot -------------------------------------------------------------------------

    def _overrides(self):
        return self.env["lot.override"].search([("product_id", "=", self.milk.id)])

    def test_another_lot_is_logged_where_it_is_allowed(self):
        self._rule("fefo_expiry")
        delivery = self._take_by_hand(self.third)
        self.assertEqual(self._why(delivery), ["Chosen by hand; FEFO said L-0230"])
        delivery.with_user(self.worker).button_validate()
        self._assert_done(delivery)
        override = self._overrides()
        self.assertEqual(
            (
                override.user_id,
                override.lot_id,
                override.expected_lot_id.name,
                override.quantity,
                override.partner_id,
            ),
            (self.worker, self.third, "L-0230", 4.0, self.customer),
        )

    def test_reason_is_asked_for(self):
        self._rule("fefo_expiry", removal_override="reason")
        delivery = self._take_by_hand(self.third)
        with self.assertRaisesRegex(UserError, "lot L-0232, .*: L-0230 goes first; choose a reason"):
            delivery.button_validate()
        delivery.move_line_ids.lot_override_reason_id = self.reason
        delivery.button_validate()
        self.assertEqual(self._overrides().reason_id, self.reason)

    def test_supervisor_may_take_another_with_a_reason(self):
        self._rule("fefo_expiry", removal_override="supervisor")
        delivery = self._take_by_hand(self.third, lot_override_reason_id=self.reason.id)
        with self.assertRaisesRegex(UserError, "a supervisor may take another"):
            delivery.with_user(self.worker).button_validate()
        self.env.invalidate_all()
        delivery.with_user(self.supervisor).button_validate()
        self.assertEqual(self._overrides().user_id, self.supervisor)

    def test_components_of_an_order_are_asked_too(self):
        self._rule("fefo_expiry", removal_override="refused")
        order = self._order_made_from(2.0)
        order.lot_producing_ids = self._create_lot(self.hummus, "H-1")
        order.qty_producing = 1.0
        order._set_qty_producing()
        order.move_raw_ids.move_line_ids.lot_id = self.fourth
        with self.assertRaisesRegex(
            UserError, "lot L-0233, .*: L-0230 goes first; the policy allows no other"
        ):
            order.button_mark_done()

    def test_rules_choice_is_none_though_an_older_lot_came_in_since(self):
        self._rule("fefo_expiry", removal_override="refused")
        delivery = self._sell(4.0)
        self._put("EARLIER", days=3, removal_date=NOW + timedelta(days=90))
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._assert_done(delivery)
        self.assertFalse(self._overrides())

    def test_lot_before_which_only_unfit_ones_go_is_none(self):
        self._rule("fefo_expiry", removal_override="refused")
        self.env["lot.shelf.rule"].create({"days": 30})
        delivery = self._ship([(self.third, 4.0)], validate=False)
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._assert_done(delivery)

    def test_log_is_written_by_nobody(self):
        for user in (self.worker, self.officer, self.manager):
            with self.assertRaises(AccessError):
                self.env["lot.override"].with_user(user).create({"lot_id": self.third.id})

    def test_check_takes_constant_queries(self):
        self._rule("fefo_expiry", removal_override="refused")
        lines = {}
        for number in (1, 6):
            delivery = self._sell(float(number))
            delivery.move_line_ids.unlink()
            for _line in range(number):
                self._add_line(delivery.move_ids, 1.0, self.fourth)
            lines[number] = delivery.move_line_ids

        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.assertRaises(UserError):
                self.env["lot.override.check"]._check(lines[number])
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(6), count(1))

    def test_other_lot_in_a_part_of_a_delivery_is_refused_too(self):
        """The rest is reserved anew meanwhile, and takes all that should have gone first."""
        self._rule("fefo_expiry", removal_override="refused")
        delivery = self._sell(24.0)
        delivery.move_line_ids.unlink()
        self._add_line(delivery.move_ids, 4.0, self.fourth)
        delivery.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "L-0230 goes first"):
            delivery.with_context(skip_backorder=True).button_validate()

    # ---- a logger's file ---------------------------------------------------------------------

    def _import(self, text, lots=None, **vals):
        wizard = self.env["lot.exposure.import"].with_user(self.quality)
        wizard = wizard.create(
            {
                "file": base64.b64encode(text.encode()),
                "file_name": "logger.csv",
                "tz": "Europe/Brussels",
                "lot_ids": (lots or self.third).ids,
                **vals,
            }
        )
        action = wizard.action_import()
        return self.env["lot.exposure"].search(action["domain"], order="start")

    def test_loggers_file_becomes_exposures(self):
        rows = "Logger TT-7\nTime;Temp (°C)\n01/11/2026 08:00;4,0\n01/11/2026 08:30;4,0\n"
        rows += "01/11/2026 09:00;14,0\n01/11/2026 12:00;14,0\n01/11/2026 13:00;14,0\n"
        exposures = self._import(rows)
        self.assertEqual(
            exposures.mapped(lambda one: (one.start, one.hours, one.celsius)),
            [
                (datetime(2026, 11, 1, 7), 0.5, 4.0),
                (datetime(2026, 11, 1, 7, 30), 0.5, 14.0),
                (datetime(2026, 11, 1, 11), 1.0, 14.0),
            ],
        )
        # The three hours between are not known, and said.
        self.assertIn("no readings for more than an hour", self.third.message_ids[0].body)
        self.assertEqual(self.third.exposure_lost_hours, 1.5)

    def test_lines_that_cannot_be_read_are_all_told(self):
        rows = "Started;2026-10-31 09:00\nTime;Temp\n2026-11-01 07:30;cold\n2026-11-01 08:00;4\n"
        rows += "2026-11-01 08:30;nan\n2026-11-01 09:00\nwarm;5\n2026-11-01 09:30;-300\n"
        rows += "2026-11-03 08:00;4\n2026-11-01 10:00;4\n"
        with self.assertRaises(UserError) as refused:
            self._import(rows)
        self.assertEqual(
            str(refused.exception).splitlines(),
            [
                "Nothing was imported: these lines hold no time with a temperature.",
                "line 3: 2026-11-01 07:30 | cold (no temperature)",
                "line 5: 2026-11-01 08:30 | nan (no temperature)",
                "line 6: 2026-11-01 09:00 (no temperature)",
                "line 7: warm | 5 (no time)",
                "line 8: 2026-11-01 09:30 | -300 (no temperature)",
                "line 9: 2026-11-03 08:00 | 4 (in the future)",
            ],
        )
        self.assertFalse(self.third.exposure_ids)

    def test_date_and_time_in_two_columns(self):
        rows = "Date,Time,Temp\n2026-11-01,08:00,warm\n2026-11-01,08:30,4\n2026-11-01,09:00,4\n"
        with self.assertRaisesRegex(UserError, "line 2: 2026-11-01 | 08:00 | warm"):
            self._import(rows)
        self.assertEqual(self._import(rows.replace("warm", "14")).mapped("celsius"), [4.0, 14.0][::-1])


@tagged("post_install", "-at_install")
class TestLotChoiceScreen(ChoiceCase, HttpCase):
    def test_picker_sees_why_and_gives_a_reason_for_another_lot(self):
        with freeze_time(NOW):
            self._rule("fefo_expiry", removal_override="reason")
            delivery = self._sell(4.0)
        # The browser has its own clock.
        far = datetime.now() + timedelta(days=400)
        lots = self.third | self.fourth | delivery.move_line_ids.lot_id
        for number, lot in enumerate(lots.sorted("name")):
            lot.write({"expiration_date": far + timedelta(days=number), "removal_date": far})
        delivery.move_line_ids.lot_id = self.fourth
        delivery.move_ids.picked = True
        picker = new_test_user(self.env, "lot_picker", groups="lot_genealogy.group_user")
        url = f"/odoo/action-stock.action_picking_tree_all/{delivery.id}"
        self.start_tour(url, "lot_genealogy_choice", login="lot_picker", timeout=180)
        self._assert_done(delivery)
        self.assertEqual(self.env["lot.override"].search([("lot_id", "=", self.fourth.id)]).user_id, picker)
