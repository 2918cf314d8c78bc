from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyLookup(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.food = cls.env["product.category"].create({"name": "Food"})
        cls.dry = cls.env["product.category"].create({"name": "Dry food", "parent_id": cls.food.id})
        cls.tahini.categ_id = cls.dry
        cls.chickpeas.categ_id = cls.dry
        cls.hummus.categ_id = cls.food

    def _policy(self, name, **vals):
        return self._create_policy(name, {"lot": "all"}, **vals)

    def test_without_policy_no_product_has_a_rule(self):
        self.assertEqual(self._get_names(self.tahini), [None])
        with self.assertQueryCount(0):
            self._get_names(self.tahini)

    def test_nearest_policy_applies(self):
        self._policy("company", is_default=True)
        self.assertEqual(self._get_names(self.tahini, self.hummus, self.tub), ["company"] * 3)
        self._policy("parent category", categ_ids=self.food)
        self.assertEqual(
            self._get_names(self.tahini, self.hummus, self.tub),
            ["parent category", "parent category", "company"],
        )
        self._policy("category", categ_ids=self.dry)
        self.assertEqual(self._get_names(self.tahini, self.hummus), ["category", "parent category"])
        self._policy("product", product_tmpl_ids=self.tahini.product_tmpl_id)
        self.assertEqual(self._get_names(self.tahini, self.chickpeas), ["product", "category"])
        self._policy("variant", product_ids=self.tahini)
        self.assertEqual(self._get_names(self.tahini, self.chickpeas), ["variant", "category"])

    def test_an_archived_product_keeps_its_policy(self):
        self._policy("variant", product_ids=self.tahini)
        self._policy("product", product_tmpl_ids=self.hummus.product_tmpl_id)
        (self.tahini | self.hummus).product_tmpl_id.action_archive()
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        self.assertEqual(self._get_names(self.tahini, self.hummus), ["variant", "product"])

    def test_inactive_policy_is_passed_over(self):
        self._policy("parent category", categ_ids=self.food)
        policy = self._policy("category", categ_ids=self.dry)
        policy.action_deactivate()
        self.assertEqual(self._get_names(self.tahini), ["parent category"])
        policy.action_activate()
        self.assertEqual(self._get_names(self.tahini), ["category"])

    def test_change_of_a_policy_counts_at_once(self):
        policy = self._policy("category", categ_ids=self.dry)
        self.assertEqual(self._get_names(self.hummus), [None])
        policy.categ_ids = self.food
        self.assertEqual(self._get_names(self.hummus), ["category"])
        policy.demand_ids.unlink()
        rule = self.env["lot.policy"]._get_rules(self.hummus, self.company)[self.hummus.id]
        self.assertEqual(rule.demands, ())
        policy.unlink()
        self.assertEqual(self._get_names(self.hummus), [None])

    def test_each_company_has_its_own(self):
        sister = self.env["res.company"].create({"name": "Sister Company"})
        shared = self._policy("shared", categ_ids=self.food, company_id=False)
        self.assertEqual(self._get_names(self.tahini, company=sister), ["shared"])
        self._policy("ours", categ_ids=self.food)
        self.assertEqual(self._get_names(self.tahini), ["ours"])
        self.assertEqual(self._get_names(self.tahini, company=sister), ["shared"])
        shared.active = False
        self.assertEqual(self._get_names(self.tahini, company=sister), [None])
        # What is nearer to the product goes before what is of the company.
        self._policy("shared, nearer", categ_ids=self.dry, company_id=False)
        self.assertEqual(self._get_names(self.tahini), ["shared, nearer"])

    def test_many_products_cost_as_many_queries_as_one(self):
        self._policy("parent category", categ_ids=self.food)
        products = self.env["product.product"].create(
            [{"name": f"Product {i}", "categ_id": self.dry.id} for i in range(40)]
        )
        self._get_names(products[0])
        counts = []
        for some in (products[0], products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(self._get_names(*some)), {"parent category"})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 3)

    def test_two_policies_for_one_thing_are_refused(self):
        self._policy("first", categ_ids=self.dry)
        with self.assertRaisesRegex(ValidationError, "Food / Dry food: first, second"):
            self._policy("second", categ_ids=self.dry)
        second = self._policy("second", categ_ids=self.dry, active=False)
        with self.assertRaises(ValidationError):
            second.action_activate()
        second.company_id = False
        second.action_activate()
        self.assertEqual(self._get_names(self.tahini), ["first"])

    def test_product_of_another_company_is_refused(self):
        sister = self.env["res.company"].create({"name": "Sister Company"})
        self.tub.product_tmpl_id.company_id = sister
        with self.assertRaisesRegex(ValidationError, "another company.*Hummus tub"):
            self._policy("ours").sudo().product_tmpl_ids = self.tub.product_tmpl_id

    def test_only_administrators_change_policies(self):
        policy = self._policy("ours", categ_ids=self.food)
        for user in (self.worker, self.officer):
            self.assertEqual(policy.with_user(user).name, "ours")
            with self.assertRaises(AccessError):
                policy.with_user(user).active = False
            with self.assertRaises(AccessError):
                policy.with_user(user).demand_ids.unlink()
            with self.assertRaises(AccessError):
                policy.with_user(user).action_deactivate()

    def test_copy_is_inactive(self):
        policy = self._policy("ours", categ_ids=self.food)
        copy = policy.copy()
        self.assertFalse(copy.active)
        self.assertEqual(copy.demand_ids.mapped("fact"), ["lot"])

    def test_days_need_a_number(self):
        with self.assertRaisesRegex(ValidationError, "shelf life of ours"):
            self._policy("ours", expiry_rule="days")

    def test_ready_policies_are_inactive_and_can_be_activated(self):
        ready = self.env["lot.policy"].search(
            [("active", "=", False), ("company_id", "=", False), ("demand_ids", "!=", False)]
        )
        ready &= self.env["lot.policy"].browse(
            self.env["ir.model.data"]
            .search([("module", "=", "lot_genealogy"), ("model", "=", "lot.policy")])
            .mapped("res_id")
        )
        self.assertEqual(len(ready), 6)
        for policy in ready:
            self.assertIn("lot", policy.demand_ids.mapped("fact"))
            policy.with_user(self.manager).write(
                {"product_ids": [Command.set(self.tahini.ids)], "active": True}
            )
            self.assertEqual(self._get_names(self.tahini), [policy.name])
            policy.with_user(self.manager).action_deactivate()


@tagged("post_install", "-at_install")
class TestPolicyDryRun(PolicyCase):
    def test_lists_what_would_be_refused_and_opens_it(self):
        receipt = self._receipt(self.tahini, "T-1")
        self._receipt(self.tahini, "T-2", supplier_lot="S-2")
        self._receipt(self.chickpeas, "C-1")
        lot, _picking = self._receive(self.hummus, "H-1", 5.0)
        delivery = self._ship([(lot, 2.0)], validate=False)
        policy = self._create_policy(
            "Food",
            {"lot": "all", "supplier_lot": "receipt", "harvest_date": "shipment"},
            active=False,
            product_ids=(self.tahini | self.hummus),
        )
        before = self.env["stock.lot"].search_count([])
        action = policy.action_dry_run()
        refusals = self.env["lot.policy.refusal"].with_user(self.manager).search(action["domain"])
        self.assertEqual(
            {(row.res_model, row.res_id, row.lot) for row in refusals},
            {("stock.picking", receipt.id, "T-1"), ("stock.picking", delivery.id, "H-1")},
        )
        by_lot = {row.lot: row for row in refusals}
        self.assertIn("Supplier's lot", by_lot["T-1"].missing)
        self.assertIn("Harvest date", by_lot["H-1"].missing)
        self.assertEqual(by_lot["H-1"].action_open()["res_id"], delivery.id)
        self.assertEqual(self.env["stock.lot"].search_count([]), before)
        # A second look replaces the first.
        receipt.move_line_ids.supplier_lot = "S-1"
        action = policy.action_dry_run()
        self.assertEqual(
            self.env["lot.policy.refusal"].with_user(self.manager).search(action["domain"]).mapped("lot"),
            ["H-1"],
        )

    def test_a_nearer_policy_keeps_its_products(self):
        self._receipt(self.tahini, "T-1")
        self._create_policy("nearer", {"lot": "all"}, product_ids=self.tahini)
        wide = self._create_policy("wide", {"supplier_lot": "receipt"}, is_default=True, active=False)
        action = wide.action_dry_run()
        if action["type"] == "ir.actions.act_window":
            rows = self.env["lot.policy.refusal"].with_user(self.manager).search(action["domain"])
            self.assertNotIn(self.tahini, rows.product_id)

    def test_a_policy_for_nothing_is_not_said_to_refuse_nothing(self):
        policy = self._create_policy("Food", {"lot": "all"}, active=False)
        with self.assertRaisesRegex(UserError, "applies to nothing yet"):
            policy.action_dry_run()

    def test_says_so_when_nothing_is_refused(self):
        self._receipt(self.tahini, "T-1")
        policy = self._create_policy("Food", {"lot": "all"}, product_ids=self.tahini, active=False)
        action = policy.action_dry_run()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("1 open", action["params"]["message"])

    def test_made_lots_are_taken_as_the_rule_will_fill_them(self):
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        hummus_lot = self._create_lot(self.hummus, "H-1")
        order = (
            self.env["mrp.production"]
            .with_user(self.worker)
            .create({"product_id": self.hummus.id, "product_qty": 4.0, "product_uom_id": self.kg.id})
        )
        order.action_confirm()
        order.lot_producing_ids = hummus_lot
        order.qty_producing = 4.0
        order.set_qty_producing()
        policy = self._create_policy(
            "Food",
            {"production_date": "output", "growing_area": "output"},
            product_ids=self.hummus,
            active=False,
        )
        action = policy.action_dry_run()
        row = self.env["lot.policy.refusal"].with_user(self.manager).search(action["domain"])
        self.assertEqual((row.res_model, row.res_id), ("mrp.production", order.id))
        self.assertIn("Growing area", row.missing)
        self.assertNotIn("Production date", row.missing)
        self.assertFalse(hummus_lot.production_date)
        self.assertTrue(lot)
