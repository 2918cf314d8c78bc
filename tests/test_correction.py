"""Correcting a lot: with a reason, the old value kept, signed, by four eyes where asked."""

import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import GenealogyCase
from .signing import SigningCase


class CorrectionCase(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.product_tmpl_id.write(
            {"use_expiration_date": True, "expiration_time": 30, "use_time": 5, "removal_time": 2}
        )
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.lot.write(
            {
                "expiration_date": "2027-01-31 00:00:00",
                "use_date": "2027-01-26 00:00:00",
                "removal_date": "2027-01-29 00:00:00",
            }
        )
        cls.env.flush_all()
        cls.env["lot.policy"].create(
            {
                "name": "Sesame",
                "active": True,
                "product_tmpl_ids": cls.tahini.product_tmpl_id.ids,
                "lock_done": True,
            }
        )
        cls.company.lot_correction_signing = "none"

    def _correct(self, user=None, reason="The label says so", **vals):
        action = self.lot.with_user(user or self.quality).action_correct()
        correction = self.env[action["res_model"]].with_user(user or self.quality)
        with Form(correction.with_context(**action["context"])) as form:
            for name, value in vals.items():
                setattr(form, name, value)
            if reason:
                form.reason = reason
        return form.record

    def _correct_line(self, line, user=None, **vals):
        """From the entry of the ledger, as an officer does it."""
        entry = (
            self.env["lot.ledger"]
            .with_user(user or self.officer)
            .search([("move_line_id", "=", line.id)], limit=1)
        )
        action = entry.action_correct()
        correction = self.env[action["res_model"]].with_user(user or self.officer)
        with Form(correction.with_context(**action["context"])) as form:
            for name, value in vals.items():
                setattr(form, name, value)
        return form.record

    def _booked(self, record):
        entries = self.env["lot.audit"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), ("action", "=", "write")],
            order="id",
        )
        return {one.field_name: (one.old_value, one.new_value, one.reason, one.user_id) for one in entries}


@tagged("post_install", "-at_install")
class TestCorrection(CorrectionCase):
    def test_identity_of_a_lot_that_moved_is_fixed_and_the_error_says_what_to_do(self):
        for vals in (
            {"name": "OTHER"},
            {"supplier_lot": "OTHER"},
            {"expiration_date": "2028-01-01 00:00:00"},
            {"product_id": self.hummus.id},
            {"company_id": self.company.id},
        ):
            with self.assertRaisesRegex(UserError, r"(?s)TAH-1 \(Tahini\).*press Correct"):
                self.lot.with_user(self.worker).write(vals)
        with self.assertRaisesRegex(UserError, "Number, Supplier's Lot"):
            self.lot.write({"name": "OTHER", "supplier_lot": "OTHER", "ref": "free"})
        self.lot.with_user(self.worker).write({"ref": "free", "name": "TAH-1", "product_id": self.tahini.id})
        self.assertEqual((self.lot.name, self.lot.ref), ("TAH-1", "free"))

    def test_lots_that_did_not_move_or_have_no_policy_are_free(self):
        fresh = self._create_lot(self.tahini, "FRESH")
        fresh.with_user(self.worker).name = "FRESHER"
        made, _order = self._make(self.hummus, "HUM-1", 8.0, [(self.lot, 4.0)])
        made.with_user(self.worker).write({"name": "HUM-2", "supplier_lot": "X"})
        self.assertEqual(self._booked(made)["name"][:2], ("HUM-1", "HUM-2"))

    def test_what_was_missing_may_be_filled_in_once(self):
        lot = self._create_lot(self.tahini, "TAH-2")
        self._count(lot, 5.0)
        lot.with_user(self.worker).supplier_lot = "ST-7"
        self.assertEqual(self._booked(lot)["supplier_lot"][:2], (False, "ST-7"))
        with self.assertRaisesRegex(UserError, "press Correct"):
            lot.with_user(self.worker).supplier_lot = "ST-8"

    def test_dates_origin_and_code_are_fixed_once_known_and_corrected_with_a_reason(self):
        turkiye, netherlands = self.env.ref("base.tr"), self.env.ref("base.nl")
        known = {
            "production_date": "2026-09-01",
            "packing_date": "2026-09-02",
            "harvest_date": "2026-08-30",
            "harvest_date_to": "2026-08-31",
            "origin_country_id": turkiye.id,
            "growing_area": "Field 7",
            "farm_id": self.supplier.id,
            "traceability_lot_code": "TLC-9",
            "tlc_source_id": self.supplier.id,
        }
        lot = self.lot.with_user(self.worker)
        lot.write(known)
        for name, other in (
            ("production_date", "2026-09-03"),
            ("packing_date", False),
            ("harvest_date", "2026-08-29"),
            ("harvest_date_to", "2026-09-01"),
            ("origin_country_id", netherlands.id),
            ("growing_area", "Field 8"),
            ("farm_id", self.customer.id),
            ("traceability_lot_code", "TLC-10"),
            ("tlc_source_id", self.customer.id),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, r"(?s)TAH-1 \(Tahini\).*press Correct"),
            ):
                lot.write({name: other})
        lot.write({**known, "tlc_source_reference": "FFRN 1"})
        correction = self._correct(
            new_growing_area="Field 8",
            new_harvest_date="2026-08-29",
            new_origin_country_id=netherlands,
        )
        self.assertEqual(correction.new_tlc_source_id, self.supplier)
        correction.action_confirm()
        self.assertEqual(
            correction.change_text.splitlines(),
            [
                "Harvest Date: 2026-08-30 → 2026-08-29",
                f"Country of Origin: Türkiye ({turkiye.id}) → Netherlands ({netherlands.id})",
                "Growing Area: Field 7 → Field 8",
            ],
        )
        self.assertEqual((self.lot.growing_area, self.lot.origin_country_id.code), ("Field 8", "NL"))
        self.assertEqual((self.lot.traceability_lot_code, self.lot.farm_id), ("TLC-9", self.supplier))

    def test_odoos_own_writes_on_locked_lots_work(self):
        self.lot.expiration_date  # noqa: B018
        self.env["stock.lot"]._alert_date_exceeded()
        self.lot.write({"product_expiry_reminded": True})
        self._ship([(self.lot, 2.0)])
        self.lot.with_user(self.worker).message_post(body="seen")
        self.assertTrue(self.lot.product_expiry_reminded)

    def test_a_correction_changes_the_lot_and_keeps_the_old_value(self):
        correction = self._correct(new_name="TAH-1B", new_supplier_lot="S-1B")
        correction.action_confirm()
        self.assertEqual(correction.state, "done")
        self.assertEqual((self.lot.name, self.lot.supplier_lot), ("TAH-1B", "S-1B"))
        reason = f"Correction {correction.id} of TAH-1, {self.quality.name}: The label says so"
        booked = self._booked(self.lot)
        self.assertEqual(booked["name"], ("TAH-1", "TAH-1B", reason, self.quality))
        self.assertEqual(booked["supplier_lot"], ("S-TAH-1", "S-1B", reason, self.quality))
        self.assertEqual(
            correction.change_text, "Lot/Serial Number: TAH-1 → TAH-1B\nSupplier's Lot: S-TAH-1 → S-1B"
        )
        self.assertIn("TAH-1B", self.lot.message_ids[0].body)
        self.assertEqual((correction.author_id, bool(correction.confirmed_at)), (self.quality, True))

    def test_extending_the_shelf_life_moves_the_other_dates_along(self):
        correction = self._correct(new_expiration_date="2027-02-10 00:00:00")
        self.assertEqual(str(correction.new_use_date), "2027-02-05 00:00:00")
        correction.new_removal_date = "2027-02-01 00:00:00"
        correction.action_confirm()
        self.assertEqual(str(self.lot.expiration_date), "2027-02-10 00:00:00")
        self.assertEqual(str(self.lot.use_date), "2027-02-05 00:00:00")
        self.assertEqual(str(self.lot.removal_date), "2027-02-01 00:00:00")

    def test_what_a_caller_does_not_give_stays_as_it_is(self):
        correction = self.env["lot.correction"].with_user(self.quality)
        correction = correction.create(
            {"lot_id": self.lot.id, "new_use_date": "2027-01-20 00:00:00", "reason": "Label"}
        )
        correction.action_confirm()
        self.assertEqual(
            correction.change_text, "Best before Date: 2027-01-26 00:00:00 → 2027-01-20 00:00:00"
        )
        self.assertEqual((self.lot.name, self.lot.supplier_lot), ("TAH-1", "S-TAH-1"))
        self.assertEqual(str(self.lot.removal_date), "2027-01-29 00:00:00")

    def test_reason_and_change_are_asked_for_at_once(self):
        correction = self._correct(reason="  ")
        with self.assertRaisesRegex(UserError, "(?s)Say why.*Nothing is changed"):
            correction.action_confirm()
        self.assertEqual(correction.state, "draft")

    def test_workers_do_not_correct(self):
        with self.assertRaises(AccessError):
            self.env["lot.correction"].with_user(self.worker).create({"lot_id": self.lot.id})

    def test_a_confirmed_correction_is_fixed(self):
        correction = self._correct(new_name="TAH-1B")
        correction.action_confirm()
        for vals in ({"reason": "other"}, {"new_name": "X"}, {"state": "draft"}, {"changes": []}):
            with self.assertRaisesRegex(UserError, "fixed once it is confirmed"):
                correction.sudo().with_context(lot_step=True).write(vals)
        with self.assertRaises(UserError):
            correction.sudo().unlink()
        with self.assertRaises(UserError):
            self.env["lot.correction"].create({"lot_id": self.lot.id, "state": "done"})
        with self.assertRaisesRegex(UserError, "confirmed before"):
            correction.action_confirm()

    def test_steps_cannot_be_given_as_defaults_of_the_context(self):
        self.company.lot_correction_signing = "two"
        forged = {
            "default_state": "waiting",
            "default_author_id": self.worker.id,
            "default_changes": [{"field": "name", "label": "x", "old": "TAH-1", "new": "TAH-X"}],
        }
        correction = self.env["lot.correction"].with_user(self.officer).with_context(**forged)
        correction = correction.create({"lot_id": self.lot.id, "new_name": "TAH-X", "reason": "x"})
        self.assertEqual(
            (correction.state, correction.author_id.id, correction.changes), ("draft", False, False)
        )
        with self.assertRaisesRegex(UserError, "does not wait"):
            correction.action_approve()

    def test_switching_signatures_off_is_booked(self):
        self.company.lot_correction_signing = "two"
        self.company.lot_correction_signing = "none"
        booked = self.env["lot.audit"].search([("res_model", "=", "res.company")], limit=1)
        self.assertEqual(
            (booked.field_label, booked.old_value, booked.new_value),
            ("Corrections of lots", "The author signs, and a second person approves", "A reason is enough"),
        )

    def test_number_that_another_lot_has_is_refused_and_nothing_is_done(self):
        self._create_lot(self.tahini, "TAKEN")
        correction = self._correct(new_name="TAKEN")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            correction.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((self.lot.name, correction.state), ("TAH-1", "draft"))

    def test_signing_needs_a_password_in_a_web_request(self):
        self.company.lot_correction_signing = "one"
        correction = self._correct(new_name="TAH-1B")
        with self.assertRaisesRegex(UserError, "HTTP"):
            correction.action_confirm()

    def test_done_lines_of_locked_products_stay(self):
        receipt = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        other = self._create_lot(self.tahini, "OTHER")
        for vals in ({"lot_id": False}, {"lot_id": other.id}, {"quantity": 9.0}):
            with self.assertRaisesRegex(UserError, "(?s)record is fixed.*TAH-1"):
                receipt.with_user(self.worker).write(vals)
        with self.assertRaisesRegex(UserError, "record is fixed"):
            receipt.move_id.with_user(self.worker).quantity = 9.0
        with self.assertRaisesRegex(UserError, "record is fixed"), self.env.cr.savepoint():
            self._add_line(receipt.move_id, 5.0, other)
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0)])
        receipt.with_user(self.worker).write({"lot_id": self.lot.id, "quantity": 10.0, "picked": True})

    def test_a_wrong_quantity_of_a_locked_product_is_corrected_with_a_reason(self):
        line = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        with self.assertRaisesRegex(UserError, "(?s)Say why.*Nothing is changed"):
            self._correct_line(line).action_confirm()
        correction = self._correct_line(line, quantity=7.5, reason="Weighed again")
        correction.action_confirm()
        self.assertEqual((correction.state, correction.change_text), ("done", "Quantity: 10.0 → 7.5"))
        self.assertEqual(self._ledger(self.lot), [("receipt", 7.5)])
        self.assertEqual(self.lot.product_qty, 7.5)
        reason = f"{correction.display_name}, {self.officer.name}: Weighed again"
        booked = self.env["lot.audit"].search([("res_model", "=", "stock.move.line")], limit=1)
        self.assertEqual((booked.old_value, booked.new_value), ("10.0", "7.5"))
        self.assertEqual((booked.reason, booked.user_id), (reason, self.officer))
        # The ledger itself says why: on what takes back, and on what states anew.
        entries = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id)], order="id")
        self.assertEqual(entries.mapped("quantity"), [10.0, -10.0, 7.5])
        self.assertEqual([entry.reason for entry in entries], [False, reason, reason])

    def test_it_moved_on_another_day_than_was_recorded(self):
        line = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        recorded = line.date
        correction = self.env["lot.line.correction"].with_user(self.officer)
        correction = correction.create({"move_line_id": line.id, "reason": "Booked a day late"})
        self.assertEqual(correction.date, recorded)
        correction.date = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "not later than now"):
            correction.action_confirm()
        correction.date = recorded - timedelta(days=1)
        correction.action_confirm()
        self.assertEqual(line.date, recorded - timedelta(days=1))
        self.assertEqual((line.move_id.date, line.picking_id.date_done), (line.date, line.date))
        entries = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id)], order="id")
        self.assertEqual(entries.mapped("quantity"), [10.0, -10.0, 10.0])
        self.assertEqual(entries[-1].date, line.date)
        self.assertIn("Booked a day late", entries[-1].reason)
        booked = self.env["lot.audit"].search([("res_model", "=", "stock.move.line")], limit=1)
        self.assertEqual((booked.field_name, booked.user_id), ("date", self.officer))

    def test_a_transfer_of_which_one_line_moved_on_another_day_keeps_its_date(self):
        _lot, picking = self._receive(self.chickpeas, "CHI-1", 5.0)
        line = picking.move_line_ids
        self._add_line(line.move_id, 1.0, self._create_lot(self.chickpeas, "CHI-2"))
        recorded = picking.date_done
        correction = self.env["lot.line.correction"].with_user(self.officer)
        correction = correction.create({"move_line_id": line.id, "reason": "Came the day before"})
        correction.date = recorded - timedelta(days=1)
        correction.action_confirm()
        self.assertEqual((line.date, picking.date_done), (recorded - timedelta(days=1), recorded))

    def test_a_reason_that_a_caller_sends_is_not_taken(self):
        lot, picking = self._receive(self.chickpeas, "CHI-1", 5.0)
        line = picking.move_line_ids.with_context(lot_audit_reason="The boss said so")
        line.with_user(self.worker).quantity = 4.0
        reasons = self.env["lot.ledger"].search([("lot_id", "=", lot.id), ("reason", "!=", False)])
        self.assertEqual(set(reasons.mapped("reason")), {"Done stock move line changed"})

    def test_another_lot_moved_and_only_officers_say_so(self):
        other = self._create_lot(self.tahini, "TAH-9")
        line = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        with self.assertRaises(AccessError):
            self.env["lot.line.correction"].with_user(self.quality).create({"move_line_id": line.id})
        correction = (
            self.env["lot.line.correction"]
            .with_user(self.officer)
            .create({"move_line_id": line.id, "lot_id": False, "reason": "x"})
        )
        with self.assertRaisesRegex(UserError, "which lot really moved"):
            correction.action_confirm()
        correction.lot_id = other
        correction.action_confirm()
        self.assertEqual((self._ledger(self.lot), self._ledger(other)), ([], [("receipt", 10.0)]))
        with self.assertRaisesRegex(UserError, "fixed once it is confirmed"):
            correction.reason = "y"
        with self.assertRaisesRegex(UserError, "it stays"):
            correction.unlink()

    def test_the_order_names_the_lot_that_was_really_made(self):
        made, order = self._make(self.hummus, "HUM-1", 8.0, [(self.lot, 4.0)])
        right = self._create_lot(self.hummus, "HUM-2")
        line = order.move_finished_ids.move_line_ids
        entries = self.env["lot.ledger"].search(order.with_user(self.officer).action_correct()["domain"])
        self.assertEqual(sorted(entries.mapped("kind")), ["consumption", "output"])
        action = entries.filtered(lambda one: one.kind == "output").with_user(self.officer).action_correct()
        correction = self.env[action["res_model"]].with_user(self.officer).with_context(**action["context"])
        with Form(correction) as form:
            form.lot_id, form.reason = right, "The label says HUM-2"
        form.record.action_confirm()
        self.assertEqual((line.lot_id, order.lot_producing_ids), (right, right))
        self.assertEqual(self._ledger(made), [])
        self.assertEqual(self._ledger(right), [("output", 8.0)])

    def test_what_is_not_done_is_not_corrected(self):
        delivery = self._ship([(self.lot, 1.0)], validate=False)
        vals = {"move_line_id": delivery.move_line_ids.id, "reason": "x"}
        with self.assertRaisesRegex(UserError, "is not done"):
            self.env["lot.line.correction"].with_user(self.officer).create(vals)

    def test_the_lots_form_shows_what_is_fixed(self):
        with Form(self.lot.with_user(self.worker)) as form:
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form.name = "OTHER"
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form.supplier_lot = "OTHER"
            form.ref = "free"
        lot = self._create_lot(self.tahini, "TAH-2")
        self._count(lot, 5.0)
        with Form(lot.with_user(self.worker)) as form:
            form.supplier_lot = "ST-7"
        with Form(self._create_lot(self.tahini, "FRESH").with_user(self.worker)) as form:
            form.name = "FRESHER"


@tagged("post_install", "-at_install")
class TestSignature(CorrectionCase, SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "lot_genealogy.group_officer"
        cls.ann = new_test_user(cls.env, "sign_ann", groups, password="sign_ann_pass", name="Ann Signer")
        cls.ben = new_test_user(cls.env, "sign_ben", groups, password="sign_ben_pass", name="Ben Second")

    def test_the_author_signs_with_the_password_each_time(self):
        self.company.lot_correction_signing = "one"
        correction = self._correct(self.ann, new_name="TAH-1B")
        with self.assertRaisesRegex(UserError, "Incorrect Password"):
            self._sign(correction, "action_confirm", self.ann, "wrong")
        self.assertEqual((self.lot.name, correction.state), ("TAH-1", "draft"))
        self._sign(correction, "action_confirm", self.ann)
        self.assertEqual((self.lot.name, correction.state), ("TAH-1B", "done"))
        signature = correction.signature_ids
        self.assertEqual(
            (signature.user_name, signature.meaning, signature.user_id, signature.state),
            ("Ann Signer", "author", self.ann, "valid"),
        )
        content = json.loads(signature.content)
        self.assertEqual(content["changes"][0]["old"], "TAH-1")

        # No grace of ten minutes: the next one asks again.
        second = self._correct(self.ann, new_name="TAH-1C")
        action = self._call(second, "action_confirm")
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        self.assertEqual(self.lot.name, "TAH-1B")

    def test_four_eyes_are_two_people(self):
        self.company.lot_correction_signing = "two"
        correction = self._correct(self.ann, new_expiration_date="2027-02-10 00:00:00")
        self._sign(correction, "action_confirm", self.ann)
        self.assertEqual(correction.state, "waiting")
        self.assertEqual(str(self.lot.expiration_date), "2027-01-31 00:00:00")
        with self.assertRaisesRegex(UserError, "not its author"):
            self._call(correction, "action_approve")
        self.authenticate(self.quality.login, self.quality.login)
        with self.assertRaisesRegex(UserError, "not its author"):
            self._call(correction, "action_approve")
        self._sign(correction, "action_approve", self.ben)
        self.assertEqual((correction.state, correction.approver_id), ("done", self.ben))
        self.assertEqual(str(self.lot.expiration_date), "2027-02-10 00:00:00")
        self.assertEqual(correction.signature_ids.mapped("user_name"), ["Ann Signer", "Ben Second"])
        self.assertFalse(correction.has_broken_signature)
        old, new, reason, user = self._booked(self.lot)["expiration_date"][:4]
        self.assertEqual((old, new, user), ("2027-01-31 00:00:00", "2027-02-10 00:00:00", self.ben))
        self.assertIn("Ann Signer: The label says so", reason)

    def test_a_corrected_quantity_asks_for_the_same_signatures(self):
        self.company.lot_correction_signing = "two"
        line = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        correction = self._correct_line(line, self.ann, quantity=7.5, reason="Weighed again")
        self._sign(correction, "action_confirm", self.ann)
        self.assertEqual((correction.state, self._ledger(self.lot)), ("waiting", [("receipt", 10.0)]))
        with self.assertRaisesRegex(UserError, "not its author"):
            self._call(correction, "action_approve")
        self._sign(correction, "action_approve", self.ben)
        self.assertEqual((correction.state, self._ledger(self.lot)), ("done", [("receipt", 7.5)]))
        self.assertEqual(correction.signature_ids.mapped("user_name"), ["Ann Signer", "Ben Second"])
        self.assertEqual(set(correction.signature_ids.mapped("state")), {"valid"})
        stated = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id)], order="id desc", limit=1)
        self.assertIn("Ann Signer: Weighed again", stated.reason)

    def test_a_line_that_moved_on_since_it_was_confirmed_is_not_corrected(self):
        self.company.lot_correction_signing = "two"
        line = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        first = self._correct_line(line, self.ann, quantity=7.5, reason="Weighed again")
        second = self._correct_line(line, self.ann, quantity=8.0, reason="And again")
        for correction in (first, second):
            self._sign(correction, "action_confirm", self.ann)
        self._sign(second, "action_approve", self.ben)
        with self.assertRaisesRegex(UserError, "was changed since it was confirmed"):
            self._sign(first, "action_approve", self.ben)
        self._sign(first, "action_refuse", self.ben)
        self.assertEqual((first.state, self._ledger(self.lot)), ("refused", [("receipt", 8.0)]))

    def test_a_refused_correction_leaves_the_lot(self):
        self.company.lot_correction_signing = "two"
        correction = self._correct(self.ann, new_name="TAH-1B")
        self._sign(correction, "action_confirm", self.ann)
        self._sign(correction, "action_refuse", self.ben)
        self.assertEqual((correction.state, self.lot.name), ("refused", "TAH-1"))

    def test_what_was_signed_and_then_changed_shows_as_broken_and_is_not_applied(self):
        self.company.lot_correction_signing = "two"
        correction = self._correct(self.ann, new_name="TAH-1B")
        self._sign(correction, "action_confirm", self.ann)
        self.assertEqual(correction.signature_ids.state, "valid")
        self.env.cr.execute("UPDATE lot_correction SET reason = 'forged' WHERE id = %s", [correction.id])
        self.env.invalidate_all()
        self.assertEqual(correction.signature_ids.state, "broken")
        self.assertTrue(correction.has_broken_signature)
        with self.assertRaisesRegex(UserError, "was changed since it was confirmed"):
            self._sign(correction, "action_approve", self.ben)
        self.assertEqual(self.lot.name, "TAH-1")

    def test_the_check_cannot_be_skipped_by_calling_behind_it(self):
        self.company.lot_correction_signing = "one"
        correction = self._correct(self.ann, new_name="TAH-1B")
        self.authenticate("sign_ann", "sign_ann_pass")
        for method in ("_sign", "_apply", "_after_signing", "_step"):
            with self.assertRaisesRegex(UserError, "(?i)private"):
                self._call(correction, method)
        self.assertEqual((correction.state, self.lot.name), ("draft", "TAH-1"))
        self.assertFalse(correction.signature_ids)
