"""Merging partners rewrites what names them past the ORM: the record says so, and finds them all the same."""

from odoo.tests import new_test_user, tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestPartnerMerge(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy("Fixed", {}, product_ids=cls.tahini.ids, lock_done=True)
        cls.clerk = new_test_user(cls.env, "merging_clerk", "base.group_user,base.group_partner_manager")
        cls.grower = cls.env["res.partner"].create({"name": "Grower"})
        cls.target = cls.env["res.partner"].create({"name": "Sesame Traders Ltd"})
        # Not the administrator: Odoo asks for the same e-mail.
        (cls.grower | cls.target).email = cls.supplier.email

    def _merge(self, *partners):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.clerk)
        wizard = wizard.create(
            {"partner_ids": [one.id for one in partners], "dst_partner_id": self.target.id}
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_what_identifies_a_lot_is_booked_when_its_partner_is_merged(self):
        receipt = self._receipt(self.tahini, "TAH-1", tlc_source_id=self.grower.id)
        receipt.button_validate()
        lot = receipt.move_line_ids.lot_id
        booked = self.env["lot.audit"].search([("res_model", "=", "stock.lot"), ("res_id", "=", lot.id)])
        gone, kept = f"Grower ({self.grower.id})", f"Sesame Traders Ltd ({self.target.id})"
        self._merge(self.grower, self.target)
        self.assertEqual(lot.tlc_source_id, self.target)
        entry = self.env["lot.audit"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", lot.id), ("id", "not in", booked.ids)]
        )
        self.assertEqual(
            (entry.field_name, entry.old_value, entry.new_value, entry.user_id),
            ("tlc_source_id", gone, kept, self.clerk),
        )
        self.assertIn(f"{gone} into {kept}", entry.reason)

    def test_a_suppliers_lot_is_known_after_the_supplier_was_merged(self):
        self._receipt(self.tahini, "TAH-1", supplier_lot="S-1").button_validate()
        picking = self._receipt(self.tahini, False)
        self._merge(self.supplier, self.target)
        self.assertEqual(picking.partner_id, self.target)
        line = picking.move_line_ids
        line.supplier_lot = "S-1"
        self.assertIn("as TAH-1", line._onchange_supplier_lot()["warning"]["message"])
        self.assertEqual(line.lot_name, "TAH-1")
        # The same number of another supplier is another lot.
        picking.partner_id, line.lot_name = self.customer, False
        self.assertIsNone(line._onchange_supplier_lot())
