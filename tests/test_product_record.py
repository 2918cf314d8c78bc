"""A product with lots that moved: its unit, its tracking and the names of their own fields."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestProductRecord(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "product.group_product_manager,stock.group_stock_manager,purchase.group_purchase_user"
        cls.clerk = new_test_user(cls.env, "product_clerk", groups)
        cls.lot, _receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.env.flush_all()

    def _booked(self, *products):
        records = [(one._name, one.id) for one in products]
        entries = self.env["lot.audit"].search([("res_model", "like", "product.%")], order="id")
        return [
            (one.field_name, one.old_value, one.new_value, one.user_id)
            for one in entries
            if (one.res_model, one.res_id) in records
        ]

    def test_the_unit_of_what_moved_is_booked_and_stays_where_the_record_is_fixed(self):
        product = self.tahini.with_user(self.clerk)
        product.uom_id = self.gram
        kg, gram = (f"{unit.name} ({unit.id})" for unit in (self.kg, self.gram))
        self.assertEqual(self._booked(self.tahini.product_tmpl_id), [("uom_id", kg, gram, self.clerk)])
        self._create_policy("Fixed", {}, product_ids=self.tahini.ids, lock_done=True)
        with self.assertRaisesRegex(UserError, "Tahini: .* fixes the record"):
            product.uom_id = self.kg
        # Nothing moved of this one.
        self.chickpeas.with_user(self.clerk).uom_id = self.gram
        self.assertEqual(self._booked(self.chickpeas.product_tmpl_id), [])

    def test_another_name_and_code_are_booked(self):
        self.tahini.with_user(self.clerk).write({"name": "Sesame paste", "default_code": "SES"})
        self.assertEqual(
            self._booked(self.tahini, self.tahini.product_tmpl_id),
            [("name", "Tahini", "Sesame paste", self.clerk), ("default_code", False, "SES", self.clerk)],
        )

    def test_tracking_is_not_lost_with_storage(self):
        policy = self._create_policy("Asks", {"lot": "shipment"}, product_ids=self.tahini.ids)
        template = self.tahini.product_tmpl_id.with_user(self.clerk)
        for vals in ({"tracking": "none"}, {"is_storable": False}, {"type": "service"}):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, "stays tracked"),
                self.env.cr.savepoint(),
            ):
                template.write(vals)
            self.env.invalidate_all()
        policy.active = False
        template.is_storable = False
        self.env.flush_all()
        self.assertEqual(
            self._booked(self.tahini.product_tmpl_id),
            [("tracking", "By Lots", "By Quantity", self.clerk)],
        )

    def test_own_fields_that_are_taken_away_are_booked(self):
        self.lot.lot_properties = [
            {"name": "aaaa1111", "string": "Vessel", "type": "char", "definition_changed": True}
        ]
        self.lot.lot_properties = {"aaaa1111": "Maria II"}
        self.lot.with_user(self.clerk).lot_properties = [
            {"name": "aaaa1111", "string": "Vessel", "type": "char", "definition_deleted": True}
        ]
        self.assertEqual(
            [row[:3] for row in self._booked(self.tahini)],
            [
                ("lot_properties_definition", False, "Vessel (char)"),
                ("lot_properties_definition", "Vessel (char)", False),
            ],
        )
