"""What must be kept is neither deleted nor archived before its day; archived, it stays in every trace."""

import base64

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..engine.retention import Reason
from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestRetention(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 400})
        cls.two_years = cls._create_retention("Food law, 2 years", 24, "movement")
        cls.policy = cls._create_policy("Food", {}, product_ids=cls.tahini, retention_ids=cls.two_years)
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.lot.expiration_date = "2027-06-30 12:00:00"

    @classmethod
    def _create_retention(cls, name, months, start):
        return (
            cls.env["lot.retention"]
            .with_user(cls.manager)
            .create({"name": name, "months": months, "start": start})
        )

    def _use_up(self):
        self._ship([(self.lot, 10.0)])

    def _refused(self, method, regex):
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            method()
        self.env.invalidate_all()

    def _create_certificate(self):
        return (
            self.env["lot.certificate"]
            .with_user(self.worker)
            .create(
                {
                    "number": "COA-1",
                    "document": base64.b64encode(b"analysis"),
                    "document_name": "coa.pdf",
                    "lot_ids": [Command.link(self.lot.id)],
                }
            )
        )

    # ---- until when ------------------------------------------------------------------------

    def test_archiving_is_refused_until_the_day_named(self):
        self._use_up()
        self.assertEqual(
            (str(self.lot.keep_until), self.lot.keep_reason),
            ("2028-11-21", "until 2028-11-21 (Food law, 2 years)"),
        )
        worker = self.lot.with_user(self.worker)
        regex = r"(?s)TAH-1.*until 2028-11-21 \(Food law, 2 years\)"
        for method in (
            worker.action_archive,
            lambda: worker.write({"active": False}),
            lambda: worker.with_context(active_test=False, force=True, lot_correcting=True).action_archive(),
            lambda: worker.sudo().action_archive(),
        ):
            self._refused(method, regex)
        with freeze_time("2028-11-21 22:00:00"):
            self._refused(worker.action_archive, regex)
        with freeze_time("2028-11-22 06:00:00"):
            worker.action_archive()
            self.assertFalse(self.lot.active)

    def test_an_import_does_not_archive_either(self):
        self._use_up()
        result = (
            self.env["stock.lot"].with_user(self.worker).load([".id", "active"], [[str(self.lot.id), "0"]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("2028-11-21", result["messages"][0]["message"])

    def test_the_longest_of_all_that_apply_counts(self):
        self._use_up()
        category = self.env["product.category"].create({"name": "Pastes"})
        self.tahini.categ_id = category
        law = self._create_retention("Contract, 1 year after expiry", 12, "expiry")
        self._create_policy("Category", {}, categ_ids=category, retention_ids=law)
        self.assertEqual(str(self.lot.keep_until), "2028-11-21")
        law.months = 24
        self.lot.invalidate_recordset()
        self.assertEqual(str(self.lot.keep_until), "2029-06-30")
        self.lot.expiration_date = False
        self.lot.invalidate_recordset()
        self.assertEqual(str(self.lot.keep_until), "2028-11-21")

    def test_a_later_movement_and_a_correction_count_anew(self):
        with freeze_time("2027-02-01 10:00:00"):
            self._use_up()
        self.lot.invalidate_recordset()
        self.assertEqual(str(self.lot.keep_until), "2029-02-01")
        with freeze_time("2027-05-01 10:00:00"):
            self.receipt.move_line_ids.with_user(self.worker).quantity = 9.5
            self.env.flush_all()
        self.lot.invalidate_recordset()
        self.assertEqual(str(self.lot.keep_until), "2029-05-01")

    def test_what_is_open_keeps_without_a_day(self):
        self._use_up()
        self.policy.active = False
        self.assertFalse(self.lot.keep_until)
        lots = self.registry["stock.lot"]
        original = lots._get_retention_reasons

        def held(lots):
            found = original(lots)
            return {lot: [*reasons, Reason("Hold HOLD-7 is open", None)] for lot, reasons in found.items()}

        self.patch(lots, "_get_retention_reasons", held)
        self._refused(self.lot.action_archive, "TAH-1.*Hold HOLD-7 is open")

    def test_stock_is_not_archived_even_without_policy(self):
        self.policy.active = False
        self._refused(self.lot.action_archive, "TAH-1.*in stock|in stock.*TAH-1")
        self._use_up()
        self.lot.with_user(self.worker).action_archive()
        self.assertFalse(self.lot.active)

    def test_a_lot_that_moved_is_never_deleted(self):
        self._use_up()
        self._refused(self.lot.unlink, "TAH-1")
        with freeze_time("2040-01-01"):
            self._refused(self.lot.unlink, "part of the genealogy and cannot be deleted: TAH-1")
        self._create_lot(self.tahini, "MISTAKE").with_user(self.worker).unlink()

    # ---- certificates and documents -----------------------------------------------------------

    def test_certificates_are_kept_as_long_as_their_lots(self):
        self._use_up()
        certificate = self._create_certificate()
        self.assertEqual(str(certificate.keep_until), "2028-11-21")
        for method in (
            certificate.with_user(self.quality).unlink,
            certificate.action_archive,
            lambda: certificate.with_user(self.quality).write({"document": base64.b64encode(b"forged")}),
            lambda: certificate.with_user(self.quality).write({"document": False}),
        ):
            self._refused(method, "until 2028-11-21")
        self.assertEqual(base64.b64decode(certificate.document), b"analysis")
        with freeze_time("2028-11-22 10:00:00"):
            certificate.action_archive()
            certificate.with_user(self.quality).unlink()
        self.assertFalse(certificate.exists())

    def test_a_certificate_of_no_lot_that_moved_is_free(self):
        fresh, other = self._create_lot(self.tahini, "FRESH"), self._create_lot(self.tahini, "OTHER")
        certificate = self.env["lot.certificate"].with_user(self.worker)
        certificate = certificate.create({"number": "COA-2", "lot_ids": [Command.link(fresh.id)]})
        certificate.lot_ids = other
        self.assertFalse(certificate.past_lot_ids)
        certificate.with_user(self.quality).write({"document": base64.b64encode(b"the right one")})
        certificate.with_user(self.quality).unlink()

    def test_who_takes_a_certificate_off_its_lot_is_not_rid_of_it(self):
        self._use_up()
        forged = {"lot_certificate_keeping": True, "force": True, "active_test": False}
        document = [("res_model", "=", "lot.certificate"), ("res_field", "=", "document")]

        def load(certificate):
            columns = [".id", "lot_ids/.id"]
            result = self.env["lot.certificate"].with_user(self.quality).load(columns, [[certificate.id, ""]])
            self.assertTrue(result["ids"], result["messages"])

        for number, attack in enumerate(
            (
                lambda one: one.write({"lot_ids": [Command.unlink(self.lot.id)]}),
                lambda one: one.write({"lot_ids": [Command.clear()]}),
                lambda one: one.write({"lot_ids": [Command.set([])]}),
                lambda one: one.sudo().write({"lot_ids": [Command.clear()]}),
                lambda one: self.lot.with_user(self.quality).write(
                    {"certificate_ids": [Command.unlink(one.id)]}
                ),
                lambda one: self.lot.sudo().write({"certificate_ids": [Command.clear()]}),
                lambda one: self.lot.with_user(self.worker).write({"certificate_ids": [Command.set([])]}),
                load,
            )
        ):
            with self.subTest(number=number):
                certificate = self._create_certificate().with_user(self.quality).with_context(**forged)
                attack(certificate)
                self.assertFalse(certificate.lot_ids)
                self.assertEqual(certificate.past_lot_ids, self.lot)
                attachment = self.env["ir.attachment"].search([*document, ("res_id", "=", certificate.id)])
                for method in (
                    certificate.unlink,
                    certificate.sudo().unlink,
                    lambda one=certificate: one.write({"document": False}),
                    attachment.sudo().unlink,
                    lambda one=certificate: one.write({"active": False}),
                ):
                    self._refused(method, "(?s)must be kept.*until 2028-11-21")
                for vals in ({"past_lot_ids": [Command.clear()]}, {"past_lot_ids": False}):
                    self._refused(
                        lambda one=certificate, vals=vals: one.sudo().write(vals), "not entered by anybody"
                    )
                booked = self.env["lot.audit"].search(
                    [("res_model", "=", "lot.certificate"), ("res_id", "=", certificate.id)]
                )
                self.assertIn("past_lot_ids", booked.mapped("field_name"))
                with freeze_time("2028-11-22 10:00:00"):
                    certificate.unlink()

    def test_documents_of_a_lot_are_kept_with_it(self):
        self._use_up()
        document = self.env["ir.attachment"].create(
            {"name": "photo.png", "raw": b"photo", "res_model": "stock.lot", "res_id": self.lot.id}
        )
        worker = document.with_user(self.worker)
        for method in (
            worker.unlink,
            lambda: worker.write({"raw": b"other"}),
            lambda: worker.write({"datas": base64.b64encode(b"other")}),
            lambda: worker.write({"res_id": self._create_lot(self.tahini, "OTHER").id}),
            lambda: worker.write({"res_model": "res.partner", "res_id": self.supplier.id}),
            lambda: worker.write({"type": "url", "url": "https://example.com"}),
            lambda: document.sudo().with_context(force=True).unlink(),
        ):
            self._refused(method, r"(?s)must be kept.*photo.png.*TAH-1.*until 2028-11-21")
        worker.name = "photo of the label.png"
        document.write({"raw": b"photo", "mimetype": "image/png"})
        with freeze_time("2028-11-22 10:00:00"):
            worker.unlink()

    def test_documents_of_other_records_are_free(self):
        document = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "res.partner", "res_id": self.supplier.id}
        )
        document.write({"raw": b"y"})
        document.unlink()

    # ---- archived ----------------------------------------------------------------------------

    def _archive(self, lots):
        lots.with_user(self.worker).action_archive()
        self.assertFalse(any(lots.mapped("active")))

    def test_a_trace_through_archived_lots_is_complete(self):
        self.policy.active = False
        made, order = self._make(self.hummus, "HUM-1", 20.0, [(self.lot, 10.0)])
        tub, _order = self._make(self.tub, "TUB-1", 40.0, [(made, 20.0)])
        delivery = self._ship([(tub, 40.0)])
        before = self._trace(self.lot)
        backward = self._trace(tub, "backward")
        self._archive(self.lot | made | tub)
        self.env.invalidate_all()
        after = self._trace(self.lot)
        self.assertEqual(after["fingerprint"], before["fingerprint"])
        for key in after.keys() - {"question"}:
            self.assertEqual(after[key], before[key], key)
        self.assertEqual(self._trace(tub, "backward")["fingerprint"], backward["fingerprint"])
        # From whatever it is asked: lot, product, order, delivery, label.
        search = self.env["lot.trace"].with_user(self.officer).search_items
        self.assertIn(("lot", self.lot.id), {(item["type"], item["id"]) for item in search("TAH-1")})
        self.tahini.barcode = "09521234543213"
        self.assertEqual(search("(01)09521234543213(10)TAH-1")[0]["id"], self.lot.id)
        for record in (self.tahini, order, delivery, self.receipt):
            self.assertTrue(record.with_user(self.officer).lot_trace_count, record)
        for item in ({"type": "product", "id": self.tahini.id}, {"type": "production", "id": order.id}):
            answer = (
                self.env["lot.trace"].with_user(self.officer).answer({"items": [item], "direction": "both"})
            )
            self.assertTrue(answer["forward"]["lots"] or answer["backward"]["lots"], item)
        self.assertEqual(order.lot_producing_ids, made)
        self.assertEqual(order.move_raw_ids.lot_ids, self.lot)

    def test_an_archived_lot_is_found_by_who_looks_for_it(self):
        self.policy.active = False
        self._use_up()
        self._archive(self.lot)
        lots = self.env["stock.lot"].with_user(self.worker)
        self.assertFalse(lots.search([("name", "=", "TAH-1")]))
        self.assertEqual(lots.search([("name", "=", "TAH-1"), ("active", "=", False)]), self.lot)
        certificate = self._create_certificate()
        certificate.invalidate_recordset()
        self.assertEqual(certificate.lot_ids, self.lot)

    def test_the_number_of_an_archived_lot_stays_taken(self):
        self.policy.active = False
        self._use_up()
        self._archive(self.lot)
        with self.assertRaisesRegex(ValidationError, "must be unique"), self.env.cr.savepoint():
            self._create_lot(self.tahini, "TAH-1")

    def test_an_archived_lot_that_moves_again_is_back(self):
        self.policy.active = False
        delivery = self._ship([(self.lot, 10.0)])
        self._archive(self.lot)
        self._return(delivery, 4.0)
        self.assertTrue(self.lot.active)
        self._ship([(self.lot, 4.0)])
        self._archive(self.lot)
        again, _picking = self._receive(self.tahini, "TAH-1", 5.0)
        self.assertEqual(again, self.lot)
        self.assertTrue(self.lot.active)
        booked = self.env["lot.audit"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", self.lot.id), ("field_name", "=", "active")]
        )
        self.assertEqual(
            [(one.new_value, one.reason) for one in booked],
            [("True", "Moved again"), ("False", False), ("True", "Moved again"), ("False", False)],
        )

    def test_ready_policies_say_how_long(self):
        pharma = self.env.ref("lot_genealogy.lot_policy_pharma")
        self.assertIn(72, pharma.retention_ids.mapped("months"))
        for name in ("food", "food_fda", "pharma", "cosmetics", "chemicals", "devices"):
            self.assertTrue(self.env.ref(f"lot_genealogy.lot_policy_{name}").retention_ids, name)

    def test_periods_are_asked_for_at_once_whatever_the_number_of_lots(self):
        lots = self.lot
        for number in range(2, 8):
            lot, _picking = self._receive(self.tahini, f"TAH-{number}", 1.0)
            lots |= lot
        counts = []
        for some in (lots[:1], lots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._get_retention_reasons()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
