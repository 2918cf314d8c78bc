"""A done transfer names the wrong partner: corrected with a reason, and the trace names the right one."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .recall_common import RecallCase
from .signing import SigningCase
from .test_correction import CorrectionCase


class PartnerCase(CorrectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt = cls.env["stock.move.line"].search([("lot_id", "=", cls.lot.id)]).picking_id
        cls.delivery = cls._ship([(cls.lot, 2.0)])

    def _open(self, action, partner, user=None):
        """The correction that a button of a transfer, or of a row of the ledger, opens."""
        correction = self.env[action["res_model"]].with_user(user or self.officer)
        with Form(correction.with_context(**action["context"])) as form:
            form.partner_id = partner
            form.reason = "The driver took the wrong papers"
        return form.record

    def _parties(self, lot, kind):
        """``[(quantity, name as recorded)]`` of all entries, in the order they were written."""
        domain = [("lot_id", "=", lot.id), ("kind", "=", kind)]
        entries = self.env["lot.ledger"].search(domain, order="id")
        return [(one.quantity, one.party_id.name) for one in entries]

    def _reached(self, lot):
        return [row["partner"] for row in self._trace(lot)["forward"]["consignees"]]

    def _assert_verified(self):
        action = self.env["lot.verify"].with_user(self.officer).action_verify()
        self.assertEqual(self.env["lot.verify"].browse(action["res_id"]).state, "equal")


@tagged("post_install", "-at_install")
class TestPartnerCorrection(PartnerCase):
    def test_a_delivery_to_the_wrong_customer_is_corrected_from_the_transfer(self):
        with self.assertRaisesRegex(UserError, "press Correct on the transfer"):
            self.delivery.with_user(self.worker).partner_id = self.other_customer
        self.env.invalidate_all()
        correction = self._open(self.delivery.with_user(self.officer).action_correct(), self.other_customer)
        correction.action_confirm()
        shop, kitchen = (f"{one.name} ({one.id})" for one in (self.customer, self.other_customer))
        self.assertEqual(correction.change_text, f"Partner (Shipment): {shop} → {kitchen}")
        self.assertEqual(self.delivery.partner_id | self.delivery.move_ids.partner_id, self.other_customer)
        self.assertEqual(
            self._parties(self.lot, "shipment"),
            [(-2.0, "Corner Shop"), (2.0, "Corner Shop"), (-2.0, "Hospital Kitchen")],
        )
        reason = f"{correction.display_name}, {self.officer.name}: The driver took the wrong papers"
        entries = self.env["lot.ledger"].search([("picking_id", "=", self.delivery.id)], order="id")
        self.assertEqual(entries.mapped("reason"), [False, reason, reason])
        booked = self.env["lot.audit"].search([("res_model", "=", "stock.picking")])
        self.assertEqual(
            (booked.record_name, booked.old_value, booked.new_value, booked.reason, booked.user_id),
            (self.delivery.name, shop, kitchen, reason, self.officer),
        )
        self.assertIn(kitchen, self.delivery.message_ids[0].body)
        self.assertEqual(self._reached(self.lot), ["Hospital Kitchen"])
        self.assertIn("corrected", {gap["kind"] for gap in self._trace(self.lot)["gaps"]})
        self._assert_verified()

    def test_a_receipt_from_the_wrong_supplier(self):
        other = self.env["res.partner"].create({"name": "Bean Farm"})
        self._open(self.receipt.with_user(self.officer).action_correct(), other).action_confirm()
        suppliers = self._trace(self.lot)["backward"]["suppliers"]
        self.assertEqual([row["partner"] for row in suppliers], ["Bean Farm"])
        trace = self.env["lot.trace"].with_user(self.officer)
        for partner, lots in ((other, self.lot.ids), (self.supplier, [])):
            self.assertEqual(trace._get_lots_of_supplier(partner, {}), lots)
            self.assertEqual(trace._filter_suppliers(partner).ids, partner.ids if lots else [])
        self.assertEqual(self._parties(self.lot, "receipt")[-1], (10.0, "Bean Farm"))
        self.assertTrue(suppliers[0]["contact"]["taken_later"])
        self._assert_verified()

    def test_all_lines_of_the_transfer_are_stated_anew_at_once(self):
        other, _receipt = self._receive(self.chickpeas, "CHI-1", 5.0)
        delivery = self._ship([(self.lot, 1.0), (other, 2.0)])
        action = delivery.with_user(self.officer).action_correct()
        rows = self.env[action["res_model"]].with_user(self.officer).search(action["domain"])
        self.assertEqual(rows.lot_id, self.lot | other)
        row = rows.filtered(lambda one: one.lot_id == self.lot)
        correction = self._open(row.action_correct(), self.other_customer)
        correction.quantity = 0.5
        correction.action_confirm()
        self.assertEqual(
            self._parties(self.lot, "shipment")[1:],
            [(-1.0, "Corner Shop"), (1.0, "Corner Shop"), (-0.5, "Hospital Kitchen")],
        )
        self.assertEqual(
            self._parties(other, "shipment"),
            [(-2.0, "Corner Shop"), (2.0, "Corner Shop"), (-2.0, "Hospital Kitchen")],
        )
        self.assertEqual(self._reached(other), ["Hospital Kitchen"])
        self._assert_verified()

    def test_a_partner_that_was_recorded_and_merged_since_is_corrected_all_the_same(self):
        target = self.env["res.partner"].create({"name": "Corner Shop Ltd"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | target).ids, target)
        self.env.invalidate_all()
        self.assertEqual(self.delivery.partner_id, target)
        self._assert_verified()
        action = self.delivery.with_user(self.officer).action_correct()
        self._open(action, self.other_customer).action_confirm()
        self.assertEqual(self._reached(self.lot), ["Hospital Kitchen"])
        self._assert_verified()

    def test_a_partner_is_not_taken_away_and_only_officers_correct(self):
        action = self.delivery.with_user(self.officer).action_correct()
        correction = self._open(action, self.env["res.partner"])
        with self.assertRaisesRegex(UserError, "to whom it went"):
            correction.action_confirm()
        with self.assertRaises(AccessError):
            self._open(action, self.other_customer, self.quality)
        self.assertEqual(self._reached(self.lot), ["Corner Shop"])

    def test_a_made_lot_has_no_partner_to_correct(self):
        made, _order = self._make(self.hummus, "HUM-1", 8.0, [(self.lot, 4.0)])
        entry = self.env["lot.ledger"].search([("lot_id", "=", made.id)])
        correction = self.env["lot.line.correction"].with_user(self.officer)
        correction = correction.create({"move_line_id": entry.move_line_id.id, "reason": "x"})
        self.assertEqual((correction.kind, correction.partner_id.id), ("output", False))
        correction.write({"partner_id": self.customer.id, "kind": "shipment"})
        with self.assertRaisesRegex(UserError, "Nothing is changed"):
            correction.action_confirm()

    def test_the_customer_of_a_dropship_is_corrected_apart_from_its_supplier(self):
        if "is_dropship" not in self.env["stock.picking"]._fields:
            self.skipTest("not installed: stock_dropshipping")
        lot, picking = self._dropship(5.0)
        farm = self.env["res.partner"].create({"name": "Bean Farm"})
        for kind, partner in (("shipment", self.other_customer), ("receipt", farm)):
            action = picking.with_user(self.officer).action_correct()
            rows = self.env[action["res_model"]].with_user(self.officer).search(action["domain"])
            row = rows.filtered(lambda one, kind=kind: one.kind == kind)
            self._open(row.action_correct(), partner).action_confirm()
        self.assertEqual((picking.partner_id, picking.move_ids.partner_id), (farm, self.other_customer))
        self.assertEqual(
            self._parties(lot, "receipt"),
            [(5.0, "Sesame Traders"), (-5.0, "Sesame Traders"), (5.0, "Bean Farm")],
        )
        self.assertEqual(
            self._parties(lot, "shipment"),
            [(-5.0, "Corner Shop"), (5.0, "Corner Shop"), (-5.0, "Hospital Kitchen")],
        )
        self._assert_verified()


@tagged("post_install", "-at_install")
class TestPartnerSigned(PartnerCase, SigningCase):
    def test_four_eyes_for_another_customer(self):
        groups = "lot_genealogy.group_officer"
        ann = new_test_user(self.env, "sign_ann", groups, password="sign_ann_pass")
        ben = new_test_user(self.env, "sign_ben", groups, password="sign_ben_pass")
        self.company.lot_correction_signing = "two"
        correction = self._open(self.delivery.with_user(ann).action_correct(), self.other_customer, ann)
        self._sign(correction, "action_confirm", ann)
        self.assertEqual((correction.state, self._reached(self.lot)), ("waiting", ["Corner Shop"]))
        self._sign(correction, "action_approve", ben)
        self.assertEqual((correction.state, self._reached(self.lot)), ("done", ["Hospital Kitchen"]))
        self.assertEqual(set(correction.signature_ids.mapped("state")), {"valid"})


@tagged("post_install", "-at_install")
class TestPartnerRecalled(RecallCase):
    def test_a_running_recall_finds_the_right_customer(self):
        """Who was told wrongly stays in the case, marked; the frozen version stays as it was."""
        self.company.lot_correction_signing = "none"
        recall = self._start_frozen()
        action = self.delivery.with_user(self.lead).action_correct()
        correction = self.env[action["res_model"]].with_user(self.lead).with_context(**action["context"])
        correction = correction.create({"partner_id": self.supplier.id, "reason": "Wrong papers"})
        correction.action_confirm()
        self.assertIn(
            "Consignees added (1): Sesame Traders", recall.action_check_scope()["params"]["message"]
        )
        recall.action_freeze()
        reached = {one.name: one.is_current for one in recall.consignee_ids}
        self.assertEqual(reached, {"Corner Shop": False, "Hospital Kitchen": True, "Sesame Traders": True})
        told = recall.consignee_ids.filtered("is_current").line_ids.filtered("is_current")
        self.assertEqual(sum(told.mapped("quantity")), 45.0)
