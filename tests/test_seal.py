"""Seals in a real PostgreSQL: what was changed by SQL is named."""

import re
from pathlib import Path
from unittest.mock import patch

import odoo
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestSeal(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.made, _order = cls._make(cls.hummus, "HUM-1", 8.0, [(cls.lot, 4.0)])
        cls._ship([(cls.made, 3.0)])
        cls.entry = cls.env["lot.ledger"].search([("lot_id", "=", cls.lot.id)], limit=1, order="id")

    def _seal(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        self.env.invalidate_all()

    def _verify(self):
        action = self.env["lot.verify"].with_user(self.officer).action_verify()
        return self.env["lot.verify"].with_user(self.officer).browse(action["res_id"])

    def _tamper(self, statement, *args, table="lot_ledger"):
        """What the owner of the table, or a superuser of PostgreSQL, can do."""
        table = SQL.identifier(table)
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", table))
        self.env.cr.execute(SQL(statement, *args))
        self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", table))
        self.env.invalidate_all()

    def test_all_that_is_recorded_is_sealed_and_holds(self):
        self.assertIsNone(self.env["lot.seal"]._get_last())
        self._seal()
        seals = self.env["lot.seal"].with_user(self.quality).search([], order="number")
        self.assertEqual(seals.mapped("number"), list(range(1, len(seals) + 1)))
        self.assertEqual(set(seals.mapped("book")), {"lot.audit", "lot.event", "lot.ledger", "lot.party"})
        self.assertEqual([one.previous or "" for one in seals], ["", *seals.mapped("hash")[:-1]])
        for one in seals:
            self.assertEqual(one.entry_count, self.env[one.book].search_count([]))
        check = self._verify()
        self.assertEqual(check.state, "equal", check.problem_text)
        self.assertEqual(check.sealed_count, sum(seals.mapped("entry_count")))
        self.assertEqual((check.waiting_count, check.late_count), (0, 0))
        last = self.env["lot.seal"]._get_last()
        self.assertEqual((last["number"], last["hash"]), (seals[-1].number, seals[-1].hash))
        self.assertIn(last["hash"], check.last_seal)

    def test_the_next_run_seals_what_is_new_and_nothing_twice(self):
        self._seal()
        before = self.env["lot.seal"].search([])
        self._seal()
        self.assertEqual(self.env["lot.seal"].search([]), before)
        self._ship([(self.made, 1.0)])
        self.assertGreater(self._verify().waiting_count, 0)
        self._seal()
        new = self.env["lot.seal"].search([]) - before
        shipped = self.env["lot.ledger"].search([("lot_id", "=", self.made.id)], limit=1, order="id desc")
        self.assertEqual(new.filtered(lambda one: one.book == "lot.ledger").entry_ids, str(shipped.id))
        check = self._verify()
        self.assertEqual((check.state, check.waiting_count), ("equal", 0))

    def _run_documented(self):
        """The program of docs/record.md, which knows nothing of Odoo, over this database."""
        text = (Path(__file__).parents[1] / "docs" / "record.md").read_text()
        (program,) = [part for part in re.findall(r"```python\n(.*?)```", text, re.S) if "psycopg2" in part]
        # What is not committed yet is seen by this connection alone.
        with patch("psycopg2.connect", return_value=self.env.cr._cnx):
            exec(compile(program, "docs/record.md", "exec"), {})  # pylint: disable=exec-used

    def test_the_documented_program_finds_the_same_hashes(self):
        self._seal()
        self._ship([(self.made, 1.0)])
        self._seal()
        self._run_documented()
        self._tamper("UPDATE lot_ledger SET quantity = 9 WHERE id = %s", self.entry.id)
        with self.assertRaises(AssertionError) as caught:
            self._run_documented()
        self.assertEqual(caught.exception.args, (("lot.ledger", self.entry.id),))

    def test_a_changed_quantity_is_named(self):
        self._seal()
        self._tamper("UPDATE lot_ledger SET quantity = 9 WHERE id = %s", self.entry.id)
        check = self._verify()
        self.assertEqual((check.state, check.problem_count), ("different", 1))
        self.assertIn(f"Lot ledger entry {self.entry.id} (lot.ledger) was changed", check.problem_text)

    def test_a_deleted_row_is_named(self):
        self._seal()
        shipped = self.env["lot.ledger"].search([("lot_id", "=", self.made.id)], limit=1, order="id desc")
        row_id = shipped.id
        self._tamper("DELETE FROM lot_ledger WHERE id = %s", row_id)
        check = self._verify()
        self.assertEqual(check.problem_count, 1)
        self.assertIn(f"Lot ledger entry {row_id} (lot.ledger) was deleted", check.problem_text)

    def test_a_changed_event_party_or_audit_entry_is_named(self):
        self._seal()
        for table, column in (("lot_event", "document"), ("lot_party", "name"), ("lot_audit", "new_value")):
            book = table.replace("_", ".")
            record = self.env[book].search([], limit=1)
            self._tamper(f"UPDATE {table} SET {column} = 'forged' WHERE id = %s", record.id, table=table)
            self.assertIn(f"{record.id} ({book}) was changed", self._verify().problem_text)

    def test_a_seal_that_was_made_again_breaks_the_chain(self):
        self._seal()
        self._ship([(self.made, 1.0)])
        self._seal()
        first = self.env["lot.seal"].search([("number", "=", 1)])
        self._tamper("UPDATE lot_seal SET hash = %s WHERE id = %s", "0" * 64, first.id, table="lot_seal")
        text = self._verify().problem_text
        self.assertIn("Seal 1 was changed", text)
        self.assertIn("Seal 2 does not follow", text)

    def test_only_officers_verify_and_nobody_writes_seals(self):
        self._seal()
        with self.assertRaises(AccessError):
            self.env["lot.verify"].with_user(self.quality).action_verify()
        seal = self.env["lot.seal"].search([], limit=1)
        for user in (self.officer, self.env.ref("base.user_root"), self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                seal.with_user(user).sudo().write({"hash": "0"})
            with self.assertRaises(UserError):
                seal.with_user(user).sudo().unlink()
            with self.assertRaises(UserError):
                seal.with_user(user).sudo().create({"hash": "0"})

    def test_the_last_seal_is_mailed_to_those_who_asked(self):
        self._seal()
        self.env["lot.seal"]._mail()
        last = self.env["lot.seal"]._get_last()
        self.assertFalse(self.env["mail.mail"].search([("subject", "ilike", last["hash"])]))
        self.company.lot_seal_email = "auditor@outside.example"
        self.env["lot.seal"]._mail()
        mail = self.env["mail.mail"].search([("subject", "ilike", last["hash"])])
        self.assertEqual(mail.email_to, "auditor@outside.example")
        self.assertIn(last["hash"], mail.body_html)


@tagged("post_install", "-at_install")
class TestSealConcurrent(odoo.tests.BaseCase):
    """Two real connections: entries become visible out of the order of their ids."""

    def setUp(self):
        super().setUp()
        self.registry = odoo.modules.registry.Registry(odoo.tests.common.get_db_name())
        self.first = self._connect()
        self.addCleanup(self._clean)
        self.first.execute("SELECT COALESCE(max(number), 0) FROM lot_seal")
        (self.before,) = self.first.fetchone()

    def _connect(self):
        cr = odoo.sql_db.db_connect(odoo.tests.common.get_db_name()).cursor()
        self.addCleanup(cr.close)
        return cr

    def _commit(self, cr):
        cr.commit()  # pylint: disable=invalid-commit

    def _clean(self):
        cr = self._connect()
        for table in ("lot_party", "lot_seal"):
            cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cr.execute("DELETE FROM lot_party WHERE content_hash LIKE 'test seal %'")
        cr.execute("DELETE FROM lot_seal WHERE number > %s", [self.before])
        for table in ("lot_party", "lot_seal"):
            cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self._commit(cr)

    def _insert(self, cr, name, row_id=None):
        cr.execute(
            SQL(
                """INSERT INTO lot_party (id, name, partner_res_id, content_hash, recorded_at)
                   VALUES (COALESCE(%s, nextval('lot_party_id_seq')), %s, 1, %s, now() AT TIME ZONE 'UTC')
                   RETURNING id""",
                row_id,
                name,
                f"test seal {name}",
            )
        )
        return cr.fetchone()[0]

    def _env(self, cr):
        return odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})

    def _seal(self, cr=None):
        """Seal in transactions of their own, like the job; returns the ids of parties in each."""
        cr = cr or self._connect()
        self._env(cr)["lot.seal"]._seal()
        self._commit(cr)

    def _sealed_in(self, row_id):
        cr = self._connect()
        cr.execute(
            "SELECT number, entry_ids FROM lot_seal WHERE book = 'lot.party' AND number > %s", [self.before]
        )
        engine = odoo.addons.lot_genealogy.engine.seal
        return [
            number
            for number, ids in cr.fetchall()
            if any(low <= row_id <= high for low, high in engine.parse_ids(ids))
        ]

    def _verify(self):
        cr = self._connect()
        seals = self._env(cr)["lot.seal"]
        found = seals._verify()
        return found, [seals._get_problem_text(one) for one in found["problems"]]

    def _age(self, settled=False):
        """As if the seals so far were made a minute earlier.

        :param settled: and all transactions of that time are over. Said so, because those of
            other databases on the same server count too, and tests may run there.
        """
        cr = self._connect()
        cr.execute("ALTER TABLE lot_seal DISABLE TRIGGER USER")
        cr.execute(
            """UPDATE lot_seal SET sealed_at = sealed_at - INTERVAL '1 minute',
                      snapshot = CASE WHEN %s THEN '3:3:' ELSE snapshot END
                WHERE number > %s""",
            [settled, self.before],
        )
        cr.execute("ALTER TABLE lot_seal ENABLE TRIGGER USER")
        self._commit(cr)

    def test_a_late_committer_is_sealed_once_by_a_later_seal(self):
        late = self._insert(self.first, "late")
        second = self._connect()
        early = self._insert(second, "early")
        self._commit(second)
        self.assertLess(late, early)
        self._seal()
        self.assertEqual(len(self._sealed_in(early)), 1)
        self.assertEqual(self._sealed_in(late), [])

        # However much time and however many seals go by.
        for number in range(3):
            self._age()
            self._insert(second, f"other {number}")
            self._commit(second)
            self._seal()
        self.assertEqual(self._sealed_in(late), [])
        self._commit(self.first)
        self._seal()
        self.assertEqual(len(self._sealed_in(late)), 1)
        self.assertGreater(self._sealed_in(late), self._sealed_in(early))
        self._seal()
        self.assertEqual(len(self._sealed_in(late)), 1)
        self.assertEqual(len(self._sealed_in(early)), 1)

    def test_a_forged_row_with_an_old_id_is_named_and_never_sealed(self):
        cr = self._connect()
        self._insert(cr, "one")
        cr.execute("SELECT nextval('lot_party_id_seq')")  # an id that was rolled back
        (unused,) = cr.fetchone()
        self._insert(cr, "two")
        self._commit(cr)
        self._seal()
        for number in range(2):
            self._age(settled=True)
            self._insert(cr, f"more {number}")
            self._commit(cr)
            self._seal()
        before, _texts = self._verify()
        self._insert(cr, "forged", unused)
        self._commit(cr)
        self._seal()
        self.assertEqual(self._sealed_in(unused), [])
        found, texts = self._verify()
        forged = [text for text in texts if f"{unused} (lot.party) was put in later" in text]
        self.assertEqual(len(forged), 1, texts)
        self.assertEqual(found["problem_count"], before["problem_count"] + 1)

    def test_two_runs_at_once_seal_nothing_twice(self):
        cr = self._connect()
        row = self._insert(cr, "both")
        self._commit(cr)
        one, two = self._connect(), self._connect()
        for each in (one, two):
            self._env(each)["lot.seal"]._get_last()  # both have their snapshot
        self._seal(one)
        with odoo.tools.mute_logger("odoo.sql_db"), self.assertRaises(odoo.sql_db.psycopg2.Error):
            self._seal(two)
        two.rollback()
        self.assertEqual(len(self._sealed_in(row)), 1)

    def test_a_run_that_was_killed_is_taken_up(self):
        cr = self._connect()
        rows = [self._insert(cr, f"row {number}") for number in range(5)]
        self._commit(cr)
        module = "odoo.addons.lot_genealogy.models.lot_seal.BATCH"
        killed = self._connect()
        env = self._env(killed)
        done = []

        def progress(_self, processed=0, **_kwargs):
            self._commit(killed)
            done.append(processed)
            if sum(done) and "lot.party" in env["lot.seal"].search([], limit=1).book:
                raise KeyboardInterrupt
            return 1.0

        with (
            odoo.tests.common.patch(module, 2),
            odoo.tests.common.patch.object(type(env["ir.cron"]), "_commit_progress", progress),
            self.assertRaises(KeyboardInterrupt),
        ):
            env["lot.seal"]._seal()
        killed.rollback()
        self.assertNotEqual([row for row in rows if not self._sealed_in(row)], [])
        self._seal()
        self.assertEqual([len(self._sealed_in(row)) for row in rows], [1] * 5)
