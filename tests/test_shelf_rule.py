"""How much life must be left, for whom, on which day; and what the document says where nothing fits."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .removal_common import NOW, RemovalCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShelfRule(RemovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf_rule = cls.env["lot.shelf.rule"].with_user(cls.manager)
        cls._put("SHORT", days=12, removal_date=NOW + timedelta(days=60))
        cls._put("LONG", days=40, removal_date=NOW + timedelta(days=60), at=5)
        cls.milk.categ_id.removal_strategy_id = cls._strategy("fefo_expiry")

    def _life(self, days=0, percent=0.0, **vals):
        return self.shelf_rule.create({"days": days, "percent": percent, **vals})

    # ---- which rule ------------------------------------------------------------------------

    def test_most_specific_rule_wins(self):
        chain = self.env["res.partner"].create({"name": "Chain", "is_company": True})
        shop = self.env["res.partner"].create({"name": "Shop", "parent_id": chain.id, "type": "delivery"})
        tag = self.env["res.partner.category"].create({"name": "Retail"})
        chain.category_id = tag
        self._life(1)
        self._life(2, categ_id=self.milk.categ_id.id)
        self._life(3, product_tmpl_id=self.milk.product_tmpl_id.id)

        def asked(partner):
            rules = self.env["lot.shelf.rule"]._get_rules(self.company, "out", partner, self.milk)
            return [rule.days for rule in rules]

        self.assertEqual(asked(shop), [3])
        self._life(4, partner_tag_id=tag.id)
        self.assertEqual(asked(shop), [4])
        self._life(5, partner_id=chain.id)
        self._life(6, partner_id=chain.id, categ_id=self.milk.categ_id.id)
        self.assertEqual(asked(shop), [6])
        self._life(7, partner_id=shop.id)
        self.assertEqual((asked(shop), asked(chain), asked(self.customer)), ([7], [6], [3]))
        # A pick for several customers is for the strictest: all their rules apply.
        self.assertEqual(asked(shop | chain), [7, 6])
        # Of another company.
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.env["lot.shelf.rule"]._get_rules(other, "out", shop, self.milk), [])

    def test_bad_rules_are_refused_with_all_that_is_wrong(self):
        tag = self.env["res.partner.category"].create({"name": "Retail"})
        with self.assertRaisesRegex(
            ValidationError, "(?s)partner or a tag.*variant, a product or a category"
        ):
            self._life(
                1,
                partner_id=self.customer.id,
                partner_tag_id=tag.id,
                categ_id=self.milk.categ_id.id,
                product_id=self.milk.id,
            )

    def test_name_follows_what_the_rule_asks(self):
        rule = self._life(5, partner_id=self.customer.id)
        self.assertIn("5 days", rule.name)
        rule.days = 6
        self.assertIn("6 days", rule.name)

    # ---- delivery --------------------------------------------------------------------------

    def test_customer_gets_lots_with_enough_life(self):
        self._life(30, partner_id=self.customer.id)
        self.assertEqual(self._taken(self._sell(4.0)), [("LONG", 4.0)])
        self.assertEqual(self._taken(self._sell(4.0, partner=self.other_customer)), [("SHORT", 4.0)])

    def test_exactly_as_much_as_asked_is_enough(self):
        self._life(12, partner_id=self.customer.id)
        self.assertEqual(self._taken(self._sell(4.0)), [("SHORT", 4.0)])

    def test_days_under_way_count(self):
        self._life(12, partner_id=self.customer.id)
        self.customer.lot_transit_days = 1
        self.assertEqual(self._taken(self._sell(4.0)), [("LONG", 4.0)])

    def test_without_delivery_methods_their_days_are_not_asked_for(self):
        """With them: test_delivery_method.py."""
        menu = self.env.ref("lot_genealogy.lot_transit_menu")
        self.assertFalse(self.env["lot.transit"]._is_usable())
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.manager)._load_menus_blacklist())

    def test_days_of_delivery_methods_are_the_administrators_and_audited(self):
        transit = self.env["lot.transit"].with_user(self.manager).create({"carrier_id": 1, "days": 2})
        transit.days = 3
        entry = self.env["lot.audit"].search([("res_model", "=", "lot.transit")], limit=1)
        self.assertEqual((entry.old_value, entry.new_value), ("2", "3"))
        with self.assertRaises(AccessError):
            transit.with_user(self.worker).days = 0

    def test_percentage_of_the_whole_life(self):
        # 12 of 30 days are 40 %.
        self._life(percent=40.0, partner_id=self.customer.id)
        self.assertEqual(self._taken(self._sell(4.0)), [("SHORT", 4.0)])
        self._life(percent=41.0, partner_id=self.customer.id, categ_id=self.milk.categ_id.id)
        self.assertEqual(self._taken(self._sell(4.0)), [("LONG", 4.0)])
        # By its production date the life of the long one was 100 days.
        lot = self.env["stock.lot"].search([("name", "=", "LONG"), ("product_id", "=", self.milk.id)])
        lot.production_date = (NOW - timedelta(days=60)).date()
        self.assertEqual(self._taken(self._sell(4.0)), [])

    def test_multi_step_delivery_respects_the_customer_from_the_first_step(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self._life(30, partner_id=self.customer.id)
        pick = self._sell(4.0)
        self.assertEqual(self._taken(pick), [("LONG", 4.0)])
        why = self._why(pick)[0]
        pick.move_ids.picked = True
        pick.button_validate()
        pack = pick.move_ids.move_dest_ids.picking_id
        self.assertEqual((self._taken(pack), self._why(pack)), ([("LONG", 4.0)], [why]))

    def test_document_says_which_lots_are_there_and_why_each_is_refused(self):
        self._life(50, partner_id=self.customer.id)
        delivery = self._sell(4.0)
        self.assertFalse(delivery.move_line_ids)
        for text in (delivery.lot_refusals, delivery.sale_id.lot_refusals):
            self.assertIn("Milk, lot SHORT, 10 Units: 12 days left, customer needs 50", text)
            self.assertIn("Milk, lot LONG, 10 Units: 40 days left, customer needs 50", text)

    def test_refusals_of_many_moves_take_constant_queries(self):
        self._life(50, partner_id=self.customer.id)
        one, five = self._sell(1.0), self.env["stock.picking"]
        for _number in range(5):
            five |= self._sell(1.0)

        def count(pickings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(all(pickings.mapped("lot_refusals")))
            return self.cr.sql_log_count - before

        count(one)
        self.assertLessEqual(count(five), count(one) + 1)

    def test_gate_checks_again(self):
        delivery = self._sell(4.0)
        self.assertEqual(self._taken(delivery), [("SHORT", 4.0)])
        self._life(30, partner_id=self.customer.id)
        delivery.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "lot SHORT, .*: 12 days left, customer needs 30"):
            delivery.button_validate()

    def test_line_of_an_internal_transfer_that_leaves_is_asked_as_well(self):
        self._life(30)
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 4.0,
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse.wh_pack_stock_loc_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id.name, "SHORT")
        move.move_line_ids.location_dest_id = self.env.ref("stock.stock_location_customers")
        move.picked = True
        with self.assertRaisesRegex(UserError, "lot SHORT, .*: 12 days left, customer needs 30"):
            move._action_done()

    # ---- production, suppliers -----------------------------------------------------------------

    def test_production_has_a_rule_of_its_own(self):
        self._life(20, direction="production")
        self.assertEqual(self._taken(self._sell(4.0)), [("SHORT", 4.0)])
        order = self._order_made_from(4.0)
        order.action_assign()
        self.assertEqual(self._taken(order), [("LONG", 4.0)])
        self.assertIn("SHORT skipped: 12 days left, production needs 20", self._why(order)[0])

    def _receive_milk(self, name, days):
        picking = self._receipt(self.milk, name)
        picking.partner_id = self.supplier
        picking.move_line_ids.expiration_date = NOW + timedelta(days=days)
        return picking

    def test_supplier_who_brings_too_little_life_is_refused(self):
        self._life(20, direction="in", partner_id=self.supplier.id)
        with self.assertRaisesRegex(UserError, "lot M-9, .*: 12 days left, 20 are asked of the supplier"):
            self._receive_milk("M-9", 12).button_validate()
        self.env.invalidate_all()
        self._receive_milk("M-10", 20).button_validate()

    def test_supplier_who_brings_too_little_life_is_noted_where_the_rule_warns(self):
        self._life(20, direction="in", action="warn")
        picking = self._receive_milk("M-9", 12)
        picking.button_validate()
        self._assert_done(picking)
        self.assertIn("12 days left, 20 are asked of the supplier", picking.message_ids[0].body)
        self.assertNotIn("20 are asked", str(self._receive_milk("M-10", 20).message_ids.mapped("body")))

    def test_return_of_a_customer_is_not_asked(self):
        delivery = self._sell(4.0)
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._life(50)
        self._life(50, direction="in")
        self._return(delivery)

    # ---- elsewhere -----------------------------------------------------------------------------

    def test_packages_owners_units_and_warehouses(self):
        self._life(30, partner_id=self.customer.id)
        package = self.env["stock.package"].create({"name": "PAL-1"})
        owner = self.other_customer
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        dozen = self.env.ref("uom.product_uom_dozen")
        self._put("PACKED", 30.0, days=31, removal_date=NOW + timedelta(days=60), package=package)
        self._put("OWNED", 30.0, days=32, removal_date=NOW + timedelta(days=60), owner=owner)
        self._put("FAR", 30.0, days=30, location=second.lot_stock_id)
        delivery = self._sell(3.0, uom=dozen)
        self.assertEqual(
            [(line.lot_id.name, line.quantity_product_uom) for line in delivery.move_line_ids.sorted("id")],
            [("PACKED", 30.0), ("OWNED", 6.0)],
        )
        self.assertEqual(delivery.move_line_ids.mapped("package_id"), package)
        self.assertEqual(self._taken(self._sell(4.0, warehouse=second)), [("FAR", 4.0)])

    def test_two_companies_have_their_own_rules(self):
        other = self.env["res.company"].create({"name": "Other Dairy"})
        self.env.user.company_ids |= other
        self.env["lot.shelf.rule"].create({"days": 30, "company_id": other.id})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        self._put("THERE", days=12, removal_date=NOW + timedelta(days=60), location=warehouse.lot_stock_id)
        move = {
            "product_id": self.milk.id,
            "product_uom_qty": 4.0,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "company_id": other.id,
        }
        picking = self.env["stock.picking"].create(
            {"picking_type_id": warehouse.out_type_id.id, "move_ids": [Command.create(move)]}
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertFalse(picking.move_line_ids)
        self.assertIn("THERE", picking.lot_refusals)
        self.assertEqual(self._taken(self._sell(4.0)), [("SHORT", 4.0)])
