"""A product put into another category leaves its policies there: in the open, and not by everybody."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyCategory(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "product.group_product_manager,stock.group_stock_manager"
        cls.clerk = new_test_user(cls.env, "policy_clerk", groups)
        cls.manager.group_ids |= cls.env.ref("product.group_product_manager")
        categories = cls.env["product.category"]
        cls.food = categories.create({"name": "Food"})
        cls.dry = categories.create({"name": "Dry food", "parent_id": cls.food.id})
        cls.other = categories.create({"name": "Other"})
        (cls.tahini | cls.chickpeas).categ_id = cls.dry
        cls.lot, _receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.policy = cls._create_policy("Fixed food", {}, categ_ids=cls.food.ids, lock_done=True)
        cls.env.flush_all()

    def _booked(self, model="product.product"):
        entries = self.env["lot.audit"].search(
            [("res_model", "=", model), ("action", "=", "write")], order="id"
        )
        return [(one.record_name, one.old_value, one.new_value, one.user_id) for one in entries]

    def _tell(self, category, policy=None):
        rules = f"{policy.name} ({policy.id})" if policy else "–"
        return f"{category.display_name} ({category.id}): {rules}" if category else f"–: {rules}"

    def test_who_may_not_change_policies_takes_no_fixed_product_out_of_one(self):
        below, above = self._tell(self.dry, self.policy), self._tell(self.other)
        for product in (self.tahini, self.tahini.product_tmpl_id):
            for user in (self.clerk, self.officer):
                one = product.with_user(user).sudo(user == self.officer)
                with self.assertRaisesRegex(AccessError, "Tahini.*Fixed food"), self.env.cr.savepoint():
                    one.categ_id = self.other
                self.env.invalidate_all()
        result = (
            self.env["product.template"]
            .with_user(self.clerk)
            .load([".id", "categ_id/.id"], [[str(self.tahini.product_tmpl_id.id), str(self.other.id)]])
        )
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self.assertEqual((self._booked(), self._get_names(self.tahini)), ([], ["Fixed food"]))
        self.tahini.with_user(self.manager).categ_id = self.other
        self.assertEqual(self._booked(), [("Tahini", below, above, self.manager)])
        self.tahini.with_user(self.clerk).categ_id = self.dry
        self.assertEqual(self._booked()[1:], [("Tahini", above, below, self.clerk)])

    def test_what_has_not_moved_or_is_not_fixed_is_free_and_booked(self):
        self.chickpeas.with_user(self.clerk).categ_id = self.other
        self.policy.lock_done = False
        self.tahini.with_user(self.clerk).categ_id = self.other
        self.assertEqual([row[0] for row in self._booked()], ["Chickpeas", "Tahini"])

    def test_where_the_same_policies_apply_nothing_is_said(self):
        self.tahini.with_user(self.clerk).categ_id = self.food
        self.tahini.product_tmpl_id.with_user(self.clerk).write({"categ_id": self.food.id, "name": "Tahin"})
        self.assertEqual(self._booked(), [])

    def test_who_writes_the_same_category_again_asks_for_no_policies(self):
        policies = type(self.env["lot.policy"])
        with patch.object(policies, "_get_applying", side_effect=AssertionError("asked")):
            self.tahini.with_user(self.clerk).write({"categ_id": self.dry.id, "name": "Tahini 2"})
            self.dry.with_user(self.clerk).write({"parent_id": self.food.id, "name": "Dry"})
        self.assertEqual((self.tahini.name, self.dry.name), ("Tahini 2", "Dry"))

    def test_a_category_is_not_put_elsewhere_with_its_fixed_products(self):
        with self.assertRaisesRegex(AccessError, "Tahini.*Fixed food"), self.env.cr.savepoint():
            self.dry.with_user(self.clerk).parent_id = self.other
        self.env.invalidate_all()
        below = self._tell(self.dry, self.policy)
        self.dry.with_user(self.manager).parent_id = self.other
        above = self._tell(self.dry)
        self.assertIn("Other / Dry food", above)
        self.assertEqual(
            sorted(self._booked(), key=lambda row: row[0]),
            [("Chickpeas", below, above, self.manager), ("Tahini", below, above, self.manager)],
        )
        (moved,) = self._booked("product.category")
        self.assertEqual(moved[1:], (f"Food ({self.food.id})", f"Other ({self.other.id})", self.manager))

    def test_a_category_is_not_deleted_from_above_its_fixed_products(self):
        with self.assertRaisesRegex(AccessError, "Tahini.*Fixed food"), self.env.cr.savepoint():
            self.food.with_user(self.clerk).unlink()
        self.env.invalidate_all()
        before = self._tell(self.dry, self.policy)
        name = f"{self.food.display_name} ({self.food.id})"
        self.food.with_user(self.manager).unlink()
        self.assertFalse(self.tahini.categ_id)
        self.assertIn(("Tahini", before, "–: –", self.manager), self._booked())
        self.assertEqual(self._booked("lot.policy")[-1], ("Fixed food", name, False, self.manager))
