import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GenealogyCase

TABLES = ("lot_ledger", "lot_event", "lot_party")


@tagged("post_install", "-at_install")
class TestAppendOnly(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.made, _order = cls._make(cls.hummus, "HUM-1", 8.0, [(cls.lot, 4.0)])
        cls.entry = cls.env["lot.ledger"].search([("lot_id", "=", cls.lot.id)], limit=1)

    def _records(self):
        return (
            self.entry,
            self.env["lot.event"].search([], limit=1),
            self.env["lot.party"].search([], limit=1),
        )

    def test_nobody_writes_by_the_orm_not_even_the_superuser(self):
        for record in self._records():
            for user in (self.env.ref("base.user_root"), self.env.ref("base.user_admin")):
                forged = record.with_user(user).with_context(
                    lot_genealogy_recording=True,
                    lot_genealogy_bypass=True,
                    force=True,
                    install_mode=True,
                )
                for one in (forged, forged.sudo()):
                    with self.assertRaises(UserError):
                        one.write({"recorded_at": "2020-01-01 00:00:00"})
                    with self.assertRaises(UserError):
                        one.unlink()
                    with self.assertRaises(UserError):
                        one.create({"recorded_at": "2020-01-01 00:00:00"})
                    with self.assertRaises(UserError):
                        one.copy()

    def test_the_database_refuses_as_the_applications_own_user(self):
        self.env.flush_all()
        for table in TABLES:
            for statement in (
                f"UPDATE {table} SET recorded_at = now()",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
            ):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.IntegrityConstraintViolation),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    def test_a_recorded_lot_cannot_be_deleted_and_an_unused_one_can(self):
        self._ship([(self.lot, 6.0)])
        self.env["stock.quant"]._unlink_zero_quants()
        with self.assertRaisesRegex(UserError, "TAH-1"):
            self.lot.unlink()
        unused = self._create_lot(self.tahini, "NEVER")
        unused.unlink()
        self.assertFalse(unused.exists())

    def test_a_worker_cannot_write_and_a_stranger_cannot_read(self):
        with self.assertRaises(UserError):
            self.entry.with_user(self.officer).write({"quantity": 1.0})
        with self.assertRaises(AccessError):
            self.entry.with_user(self.worker).read(["quantity"])
