"""Another lot than the rule's: allowed, refused, with a reason, by a supervisor; and its log."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .removal_common import NOW, ChoiceCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLotOverride(ChoiceCase):
    def _get_error(self, action):
        with self.assertRaises(UserError) as refused:
            action()
        return str(refused.exception)

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

    def test_packages_owners_and_units(self):
        self._rule("fefo_expiry")
        pallet = self.env["stock.package"].create({"name": "PAL-9"})
        far = NOW + timedelta(days=90)
        self._put("PACKED", days=10, quantity=3.0, removal_date=far, package=pallet)
        self._put("OWNED", days=11, quantity=3.0, removal_date=far, owner=self.other_customer)
        delivery = self._sell(1.0, uom=self.env.ref("uom.product_uom_dozen"))
        self.assertEqual(self._taken(delivery)[:2], [("PACKED", 3.0), ("OWNED", 3.0)])
        delivery.move_line_ids.unlink()
        for lot, quantity in ((self.third, 6.0), (self.fourth, 6.0)):
            self._add_line(delivery.move_ids, quantity, lot)
        told = ["Chosen by hand; FEFO said PACKED"] * 2
        self.assertEqual(self._why(delivery), told)
        delivery.move_ids.picked = True
        delivery.with_user(self.worker).button_validate()
        self.assertEqual(
            [(one.expected_lot_id.name, one.quantity) for one in self._overrides()], [("PACKED", 6.0)] * 2
        )

    def test_what_lies_in_another_warehouse_does_not_go_first_here(self):
        """By the day on which it came in, which is another one in each warehouse."""
        self._rule("fifo", removal_override="refused")
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        there = {"location": second.lot_stock_id, "removal_date": NOW + timedelta(days=90)}
        self._put("THERE", days=20, at=5, **there)
        self._put("L-0233", days=40, at=9, **there)
        deliveries = self._sell(4.0), self._sell(4.0, warehouse=second)
        first = self.env["stock.lot"].search([("name", "=", "L-0230")])
        for delivery, lot in zip(deliveries, (first, self.fourth)):
            delivery.move_line_ids.unlink()
            self._add_line(delivery.move_ids, 4.0, lot)
        here, far = deliveries
        (here | far).move_ids.picked = True
        told = self._get_error((here | far).button_validate)
        self.assertIn("lot L-0233, SEC/", told)
        self.assertIn("THERE goes first", told)
        self.assertNotIn("lot L-0230", told)
        here.button_validate()
        self._assert_done(here)

    def test_another_company_has_its_own_rule(self):
        other = self.env["res.company"].create({"name": "Other Dairy"})
        self.worker.company_ids |= other
        self._rule("fefo_expiry", removal_override="refused", company_id=self.company.id)
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        there = {"location": warehouse.lot_stock_id, "removal_date": NOW + timedelta(days=90)}
        self._put("SOON", days=3, **there)
        later = self._put("LATER", days=30, **there)
        move = {
            "product_id": self.milk.id,
            "product_uom_qty": 4.0,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "company_id": other.id,
        }
        picking = self.env["stock.picking"].with_user(self.worker).with_company(other)
        picking = picking.create(
            {"picking_type_id": warehouse.out_type_id.id, "move_ids": [Command.create(move)]}
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        self._add_line(picking.move_ids, 4.0, later)
        self.assertEqual(self._why(picking), [False])
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)
        self.assertFalse(self._overrides())

    def test_log_is_written_by_nobody(self):
        for user in (self.worker, self.officer, self.manager):
            with self.assertRaises(AccessError):
                self.env["lot.override"].with_user(user).create({"lot_id": self.third.id})

    def test_check_takes_constant_queries(self):
        self._rule("fefo_expiry", removal_override="refused")
        lines = {number: self._enter_lines(number, self.fourth) for number in (1, 6)}

        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.assertRaises(UserError):
                self.env["lot.override.check"]._check(lines[number])
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(6), count(1))

    def test_check_reads_what_goes_first_and_not_all_stock(self):
        cheese = self._create_product("Cheese", self.unit, use_expiration_date=True)
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"C-{number}",
                    "product_id": cheese.id,
                    "expiration_date": NOW + timedelta(days=30 + number),
                    "removal_date": NOW + timedelta(days=30 + number),
                }
                for number in range(2100)
            ]
        )
        location = self.stock_location.id
        self.env["stock.quant"].create(
            [
                {"product_id": cheese.id, "location_id": location, "lot_id": lot.id, "quantity": 1.0}
                for lot in lots
            ]
        )
        self._rule("fefo_expiry", product_ids=cheese, removal_override="refused")
        counts = []
        for lot in (self.fourth, lots[-1], self.fourth):
            delivery = self._sell(1.0, lot.product_id)
            delivery.move_line_ids.unlink()
            line = self._add_line(delivery.move_ids, 1.0, lot)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.assertRaisesRegex(UserError, "goes first"):
                self.env["lot.override.check"]._check(line)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_other_lot_in_a_part_of_a_delivery_is_refused_too(self):
        """The rest is reserved anew meanwhile, and takes all that should have gone first."""
        self._rule("fefo_expiry", removal_override="refused")
        delivery = self._sell(24.0)
        delivery.move_line_ids.unlink()
        self._add_line(delivery.move_ids, 4.0, self.fourth)
        delivery.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "L-0230 goes first"):
            delivery.with_context(skip_backorder=True).button_validate()


@tagged("post_install", "-at_install")
class TestLotOverrideScreen(ChoiceCase, HttpCase):
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
