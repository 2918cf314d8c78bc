"""The audit book: who changed what of a controlled record, noticed below every path."""

import base64
import hashlib

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestAudit(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.product_tmpl_id.write(
            {
                "use_expiration_date": True,
                "expiration_time": 30,
                "use_time": 5,
                "removal_time": 2,
                "alert_time": 10,
            }
        )
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.last = cls.env["lot.audit"].search([], limit=1).id

    def _booked(self, record=None):
        """``[(user, action, field, old, new)]`` since the last call, in the order written."""
        self.env.flush_all()
        domain = [("id", ">", self.last)]
        if record:
            domain += [("res_model", "=", record._name), ("res_id", "=", record.id)]
        entries = self.env["lot.audit"].search(domain, order="id")
        self.__class__.last = max(entries.ids, default=self.last)
        return [(one.user_id, one.action, one.field_name, one.old_value, one.new_value) for one in entries]

    def test_a_received_lot_is_booked_once_with_its_facts(self):
        lot, _picking = self._receive(self.tahini, "TAH-2", 5.0)
        booked = self._booked(lot)
        self.assertEqual([row[:4] for row in booked], [(self.worker, "create", False, False)])
        for text in (
            "Lot/Serial Number: TAH-2",
            f"Product: Tahini ({self.tahini.id})",
            "Expiration Date: 20",
        ):
            self.assertIn(text, booked[0][4])

    def test_a_change_is_booked_with_old_and_new_value_and_what_follows_from_it(self):
        before = {name: str(self.lot[name]) for name in ("use_date", "removal_date", "alert_date")}
        with Form(self.lot.with_user(self.worker)) as form:
            form.name = "TAH-1B"
            form.expiration_date = "2027-03-01 00:00:00"
        booked = {row[2]: row for row in self._booked(self.lot)}
        self.assertEqual(booked["name"], (self.worker, "write", "name", "TAH-1", "TAH-1B"))
        self.assertEqual(booked["expiration_date"][4], "2027-03-01 00:00:00")
        self.assertEqual(booked["use_date"][3:], (before["use_date"], "2027-02-24 00:00:00"))
        self.assertEqual(booked["removal_date"][3:], (before["removal_date"], "2027-02-27 00:00:00"))
        self.assertEqual(booked["alert_date"][3:], (before["alert_date"], "2027-02-19 00:00:00"))
        self.assertEqual(len(booked), 5)
        entry = self.env["lot.audit"].search([("field_name", "=", "name")], limit=1)
        self.assertEqual(entry.record_name, "TAH-1")
        self.assertEqual((entry.field_label, entry.user_name), ("Lot/Serial Number", self.worker.name))

    def test_own_fields_of_a_lot_are_booked_by_their_labels(self):
        self.lot.write(
            {
                "lot_properties": [
                    {"name": "aaaa1111", "string": "Vessel", "type": "char", "definition_changed": True}
                ]
            }
        )
        self._booked()
        lot = self.lot.with_user(self.worker)
        lot.lot_properties = {"aaaa1111": "Maria II"}
        lot.lot_properties = {"aaaa1111": "Maria III"}
        self.assertEqual(
            self._booked(self.lot),
            [
                (self.worker, "write", "lot_properties", False, "Vessel: Maria II"),
                (self.worker, "write", "lot_properties", "Vessel: Maria II", "Vessel: Maria III"),
            ],
        )

    def test_another_document_of_a_certificate_is_booked_however_it_is_put_there(self):
        def digest(content):
            return f"SHA-1 {hashlib.sha1(content, usedforsecurity=False).hexdigest()}"

        certificate = self.env["lot.certificate"].with_user(self.quality)
        certificate = certificate.create({"number": "COA-1", "document": base64.b64encode(b"one")})
        self.assertIn(digest(b"one"), self._booked(certificate)[0][4])
        certificate.document = base64.b64encode(b"two")
        self.assertEqual(
            self._booked(certificate),
            [(self.quality, "write", "document", digest(b"one"), digest(b"two"))],
        )
        file = self.env["ir.attachment"].search(
            [("res_model", "=", certificate._name), ("res_field", "=", "document")]
        )
        file.with_user(self.quality).write({"raw": b"three"})
        self.assertEqual(
            self._booked(certificate),
            [(self.quality, "write", "document", digest(b"two"), digest(b"three"))],
        )
        file.with_user(self.quality).unlink()
        self.assertEqual(
            self._booked(certificate), [(self.quality, "write", "document", digest(b"three"), False)]
        )
        certificate.document = base64.b64encode(b"four")
        certificate.unlink()
        self.assertEqual([row[1] for row in self._booked(certificate)], ["write", "unlink"])

    def test_writing_the_same_value_or_what_is_not_controlled_books_nothing(self):
        self._booked()
        self.lot.write({"name": "TAH-1", "product_expiry_reminded": True, "note": "<p>x</p>"})
        self.assertEqual(self._booked(), [])

    def test_odoo_computing_a_stored_value_again_is_booked(self):
        self._booked()
        # The lot is of an earlier transaction: else this would be part of its creation.
        self.env.cr.execute("UPDATE stock_lot SET create_date = create_date - INTERVAL '1 hour'")
        self.env.invalidate_all()
        self.tahini.company_id = self.company
        self.assertEqual(
            [row[1:] for row in self._booked(self.lot)],
            [("write", "company_id", False, f"{self.company.name} ({self.company.id})")],
        )

    def test_deleting_an_unused_lot_is_booked_under_its_name(self):
        lot = self._create_lot(self.hummus, "NEVER")
        self._booked()
        lot_id = lot.id
        lot.with_user(self.worker).unlink()
        entry = self.env["lot.audit"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", lot_id)], limit=1
        )
        self.assertEqual((entry.action, entry.record_name, entry.user_id), ("unlink", "NEVER", self.worker))
        self.assertIn("Lot/Serial Number: NEVER", entry.old_value)
        with self.assertRaisesRegex(UserError, "deleted"):
            entry.action_open_record()

    def test_many_lots_cost_one_statement(self):
        lots = self.env["stock.lot"].create(
            [{"product_id": self.hummus.id, "name": f"H{n}"} for n in range(20)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        lots[:2].write({"ref": "warm"})
        self.env.flush_all()

        def count(some, ref):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.write({"ref": ref})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(lots[:2], "a"), count(lots, "b"))

    def test_origin_and_reason_cannot_be_sent_in_the_context(self):
        lot = self.lot.with_user(self.worker).with_context(
            lot_audit_reason="The boss said so", lot_audit_origin="import", lot_audit_import=True
        )
        lot.ref = "R1"
        entry = self.env["lot.audit"].search([], limit=1)
        self.assertEqual((entry.origin, entry.reason), ("system", False))

    def test_an_import_is_booked_as_one(self):
        result = (
            self.env["stock.lot"].with_user(self.worker).load([".id", "ref"], [[str(self.lot.id), "IMP"]])
        )
        self.assertEqual(result["ids"], self.lot.ids)
        entry = self.env["lot.audit"].search([], limit=1)
        self.assertEqual((entry.origin, entry.new_value, entry.user_id), ("import", "IMP", self.worker))

    def test_a_scheduled_job_is_booked_as_one(self):
        job = self.env["ir.cron"].create(
            {
                "name": "Relabel",
                "model_id": self.env["ir.model"]._get_id("stock.lot"),
                "state": "code",
                "code": f"model.browse({self.lot.id}).write({{'ref': 'JOB'}})",
                "interval_number": 1,
                "interval_type": "days",
            }
        )
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        entry = self.env["lot.audit"].search([], limit=1)
        self.assertEqual((entry.origin, entry.new_value), ("job", "JOB"))

    def test_nobody_writes_or_deletes_it(self):
        entry = self.env["lot.audit"].search([], limit=1)
        for user in (self.officer, self.env.ref("base.user_root"), self.env.ref("base.user_admin")):
            for one in (entry.with_user(user), entry.with_user(user).sudo()):
                for attack in (
                    lambda one=one: one.write({"new_value": "forged"}),
                    lambda one=one: one.unlink(),
                    lambda one=one: one.create({"new_value": "forged"}),
                    lambda one=one: one.copy(),
                ):
                    with self.assertRaises(UserError):
                        attack()
        for statement in (
            "UPDATE lot_audit SET new_value = 'forged'",
            "DELETE FROM lot_audit",
            "TRUNCATE lot_audit CASCADE",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.IntegrityConstraintViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_quality_reads_it_a_worker_does_not(self):
        action = self.lot.with_user(self.quality).action_audit()
        entries = self.env["lot.audit"].with_user(self.quality).search(action["domain"])
        self.assertEqual(entries.mapped("action"), ["create"])
        with self.assertRaises(AccessError):
            self.env["lot.audit"].with_user(self.worker).search([])


@tagged("post_install", "-at_install")
class TestAuditOrigin(GenealogyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.clerk = new_test_user(cls.env, "audit_clerk", "stock.group_stock_user", password="audit_clerk_1")

    def _last(self):
        self.env.invalidate_all()
        return self.env["lot.audit"].search([("res_id", "=", self.lot.id)], limit=1)

    def test_screen_and_rpc_are_told_apart_by_the_address_not_by_the_caller(self):
        forged = {"cron_id": 1, "lot_audit_origin": "job", "lot_audit_reason": "x"}
        self.authenticate("audit_clerk", "audit_clerk_1")
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/stock.lot/write",
            {
                "model": "stock.lot",
                "method": "write",
                "args": [self.lot.ids, {"ref": "SCREEN"}],
                "kwargs": {"context": forged},
            },
        )
        entry = self._last()
        self.assertEqual((entry.origin, entry.new_value, entry.reason), ("screen", "SCREEN", False))
        self.assertEqual(entry.user_id, self.clerk)

        self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            self.clerk.id,
            "audit_clerk_1",
            "stock.lot",
            "write",
            [self.lot.ids, {"ref": "RPC"}],
            {"context": forged},
        )
        entry = self._last()
        self.assertEqual((entry.origin, entry.new_value, entry.user_id), ("rpc", "RPC", self.clerk))
