"""What fails half-way: nothing is lost, nothing is doubled, ledger and moves stay equal.

Real processes and connections on a copy of this database: what they commit stays.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2

from odoo.tests import BaseCase, tagged
from odoo.tools import config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

WORKER = Path(__file__).with_name("faults_worker.py")
PATIENCE = 120


class FaultsCase(BaseCase):
    """A copy of the database, and processes of Odoo on it."""

    worker = WORKER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls.tools = {name: find_pg_tool(name) for name in ("createdb", "dropdb", "pg_dump", "psql")}
        except Exception:  # pylint: disable=broad-except
            cls.skipTest(cls, "PostgreSQL's client programs are not installed")
        (source,) = config["db_name"]
        cls.database = f"{source}_faults"
        cls.server = {}
        cls.folder = tempfile.mkdtemp(prefix="lot_genealogy_")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        dump = str(Path(cls.folder, "copy.sql"))
        cls._pg("pg_dump", "--no-owner", "--no-acl", "-f", dump, source)
        cls._choose_server()
        cls._pg("dropdb", "--if-exists", "--force", cls.database)
        cls.addClassCleanup(cls._pg, "dropdb", "--if-exists", "--force", cls.database)
        cls._pg("createdb", "-T", "template0", "-E", "UTF8", cls.database)
        cls._pg("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", cls.database, "-f", dump)

    @classmethod
    def _choose_server(cls):
        """Fill `server` where the copy shall be on another one: options of Odoo."""

    @classmethod
    def _pg(cls, tool, *arguments):
        """Run a program of PostgreSQL."""
        env = exec_pg_environ()
        env |= {f"PG{option[3:].upper()}": value for option, value in cls.server.items()}
        subprocess.run([cls.tools[tool], *arguments], env=env, check=True, capture_output=True)

    # ---- processes --------------------------------------------------------------------

    @classmethod
    def _get_options(cls):
        options = [f"--database={cls.database}", f"--addons-path={','.join(config['addons_path'])}"]
        options.append(f"--data-dir={config['data_dir']}")
        for option in ("db_host", "db_port", "db_user", "db_password"):
            if value := cls.server.get(option, config[option]):
                options.append(f"--{option}={value}")
        return options

    def _odoo(self, command, *arguments, script=None):
        """What a command of Odoo on the copy prints."""
        lines = (option.removeprefix("--").split("=", 1) for option in self._get_options())
        settings = {name.replace("-", "_").replace("database", "db_name"): value for name, value in lines}
        file = Path(self.folder, "odoo.conf")
        file.write_text("[options]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))
        run = subprocess.run(
            [sys.executable, "-m", "odoo", *command.split(), "-c", str(file), *arguments],
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    @contextlib.contextmanager
    def _start(self, scenario, **arguments):
        process = subprocess.Popen(
            [sys.executable, str(self.worker), scenario, json.dumps(arguments), *self._get_options()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def _run(self, scenario, **arguments):
        """Run to its end; returns what it said: ``[(word, facts)]``.

        What its verifications found is in `before` and `after`.
        """
        with self._start(scenario, **arguments) as process:
            output, errors = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0, errors)
            (_before, self.before), *words, (_after, self.after) = map(json.loads, output.splitlines())
            return words

    def _kill_at(self, word, scenario, **arguments):
        """Kill the process, without mercy, as soon as it says `word`; returns its facts."""
        with self._start(scenario, **arguments) as process:
            lines = [process.stdout.readline() for _line in range(2)]
            self.assertTrue(all(lines), "it ended before")
            (_before, self.before), (said, facts) = map(json.loads, lines)
            self.assertEqual(said, word)
            os.kill(process.pid, signal.SIGKILL)
            self.assertEqual(process.wait(PATIENCE), -signal.SIGKILL)
            return facts

    def _fetch(self, query, *parameters):
        arguments = {"dbname": self.database}
        for name, option in (
            ("host", "db_host"),
            ("port", "db_port"),
            ("user", "db_user"),
            ("password", "db_password"),
        ):
            if value := self.server.get(option, config[option]):
                arguments[name] = value
        with closing(psycopg2.connect(**arguments)) as connection, connection.cursor() as cr:
            cr.execute(query, parameters)
            return cr.fetchall()

    def _plant(self, receipts, **arguments):
        ((_word, facts),) = self._run("plant", receipts=receipts, **arguments)
        return facts["users"], facts["pickings"]

    def _entries(self, pickings):
        """``[(picking, kind, quantity)]`` of the ledger, taken back entries and all."""
        return self._fetch(
            "SELECT picking_id, kind, quantity FROM lot_ledger WHERE picking_id = ANY(%s) ORDER BY id",
            pickings,
        )

    def _states(self, pickings):
        return [
            state
            for (state,) in self._fetch(
                "SELECT state FROM stock_picking WHERE id = ANY(%s) ORDER BY id", pickings
            )
        ]

    def _assert_equal(self, found):
        self.assertEqual(found["state"], "equal", found["text"])


@tagged("post_install", "-at_install")
class TestDiskFull(FaultsCase):
    """A server of its own, on a disk of its own that is small."""

    @classmethod
    def _choose_server(cls):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        found = shutil.which("pg_ctl") or (programs and str(programs[-1]))
        if not found or os.geteuid() != 0:
            cls.skipTest(cls, "needs PostgreSQL's server programs, and root to mount a small disk")
        cls.disk = Path(cls.folder, "disk")
        cls.disk.mkdir()
        try:
            shutil.chown(cls.disk, "postgres")
        except LookupError:
            cls.skipTest(cls, "PostgreSQL's server needs a user of its own, postgres")
        mount = ["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", str(cls.disk)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            cls.skipTest(cls, "a small disk cannot be mounted here")
        cls.addClassCleanup(subprocess.run, ["umount", "-l", str(cls.disk)], check=True)
        shutil.chown(cls.disk, "postgres")
        Path(cls.folder).chmod(0o755)
        cls.pg_ctl = found
        cls._control("initdb", "-o", "-A trust -U odoo")
        cls.addClassCleanup(cls._control, "stop", "-m", "immediate")
        cls._control("start")
        cls.server = {"db_host": str(cls.disk), "db_user": "odoo", "db_port": "5432"}

    @classmethod
    def _control(cls, command, *options):
        if command == "start":
            options = ("-w", "-l", str(cls.disk / "log"), "-o", f"-k {cls.disk} -c listen_addresses=''")
        subprocess.run(
            [cls.pg_ctl, command, "-s", "-D", str(cls.disk / "data"), *options],
            user="postgres",
            cwd="/",
            env={},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def test_disk_of_the_database_is_full(self):
        users, pickings = self._plant(60)
        filler = self.disk / "filler"
        free = os.statvfs(self.disk)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_bsize)
        words = self._run("validate", pickings=pickings, users=users)
        (word, facts), done = words[-1], [facts["picking"] for _word, facts in words[:-1]]
        self.assertEqual(word, "failed")
        filler.unlink()
        # Disk full; or, where the journal itself was full, the server has stopped.
        self.assertIn(facts["code"], ("53100", None))
        with contextlib.suppress(subprocess.CalledProcessError):
            self._control("start")
        self.assertLess(len(done), len(pickings))
        self.assertEqual(self._states(pickings).count("done"), len(done))
        self.assertEqual(self._entries(pickings), [(one, "receipt", 5.0) for one in done])
        left = [one for one in pickings if one not in done]
        self._run("validate", pickings=left, users=users)
        self._assert_equal(self.before)
        self.assertEqual(sorted(self._entries(pickings)), [(one, "receipt", 5.0) for one in pickings])
        self._assert_equal(self.after)


@tagged("post_install", "-at_install")
class TestFaults(FaultsCase):
    def test_two_users_validate_the_same_transfer(self):
        users, (picking,) = self._plant(1)
        words = dict(self._run("two_users", picking=picking, users=users))
        # The second saw it open, was blocked, failed, and found it done.
        self.assertEqual(words["both"]["attempts"], ["assigned", "done"])
        self.assertEqual(self._states([picking]), ["done"])
        self.assertEqual(self._entries([picking]), [(picking, "receipt", 5.0)])
        self._assert_equal(self.after)

    def test_transaction_that_is_tried_again_after_the_ledger_was_written(self):
        users, (picking,) = self._plant(1)
        ((_word, facts),) = self._run("late_conflict", picking=picking, users=users)
        self.assertEqual(facts["entries"], [1, 1])
        self.assertEqual(self._entries([picking]), [(picking, "receipt", 5.0)])
        self._assert_equal(self.after)

    def test_process_killed_between_stock_move_and_commit(self):
        users, pickings = self._plant(2)
        self._kill_at("moved", "killed_before_ledger", picking=pickings[0], users=users)
        facts = self._kill_at("recorded", "killed_before_commit", picking=pickings[1], users=users)
        self.assertEqual(facts["entries"], 1)
        self.assertEqual(self._states(pickings), ["assigned", "assigned"])
        self.assertEqual(self._entries(pickings), [])
        self._run("validate", pickings=pickings, users=users)
        self._assert_equal(self.before)
        self.assertEqual(self._entries(pickings), [(one, "receipt", 5.0) for one in pickings])
        self._assert_equal(self.after)

    def test_process_killed_while_history_is_loaded(self):
        _users, pickings = self._plant(8, recorded=False)
        ((started,),) = self._fetch("SELECT date_trunc('second', now() AT TIME ZONE 'UTC')")
        ((_word, facts),) = self._run("plan_history", batch=2)
        self.assertEqual((self.before["state"], self.before["differences"]), ("different", 8))
        self.assertGreaterEqual(facts["batches"], 4)
        facts = self._kill_at("loaded", "load_history", pause_in=3)
        ((loaded, pending),) = self._fetch(
            """SELECT count(*) FILTER (WHERE loaded_at >= %s), count(*) FILTER (WHERE loaded_at IS NULL)
                 FROM lot_history_batch""",
            started,
        )
        # Two batches are committed, with all that belongs to them; the third is not begun.
        self.assertEqual(loaded, 2)
        self.assertIn(len(self._entries(pickings)), (3, 4))
        ((_word, facts),) = self._run("load_history")
        self._assert_equal(self.before)
        self.assertGreaterEqual(self.before["pending"], 4)
        self.assertEqual(facts["count"], pending)
        self.assertEqual(sorted(self._entries(pickings)), [(one, "receipt", 5.0) for one in pickings])
        self._assert_equal(self.after)

    def test_process_killed_while_it_seals(self):
        blocks = "SELECT number, hash, previous FROM lot_seal ORDER BY number"
        users, pickings = self._plant(8)
        self._run("validate", pickings=pickings, users=users)
        before = self._fetch(blocks)
        self._kill_at("sealed", "seal", pause_in=3)
        kept = self._fetch(blocks)
        # Two blocks are committed, the third is gone with the process.
        self.assertEqual(len(kept), len(before) + 2)
        ((_word, facts),) = self._run("seal")
        self.assertGreater(facts["count"], 0)
        self.assertEqual((facts["holds"], facts["waiting"]), (True, 0))
        sealed = self._fetch(blocks)
        self.assertEqual(sealed[: len(kept)], kept)
        self.assertEqual(len(sealed), len(kept) + facts["count"])
        ((once, entries),) = self._fetch(
            "SELECT (SELECT sum(entry_count) FROM lot_seal WHERE book = 'lot.ledger'),"
            " (SELECT count(*) FROM lot_ledger)"
        )
        self.assertEqual(once, entries)
        self.assertGreaterEqual(entries, 8)

    def test_command_says_what_differs_by_its_status(self):
        paths = ",".join(config["addons_path"])
        command = [sys.executable, "-m", "odoo", f"--addons-path={paths}", "lot_verify"]
        command += [*self._get_options(), "--log-level=error"]

        def verify():
            run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
            return run.returncode, run.stdout.splitlines()

        _users, _pickings = self._plant(1, recorded=False)
        status, lines = verify()
        self.assertEqual(status, 1)
        self.assertIn("missing", lines[0])
        self.assertRegex("\n".join(lines), "(?m)^different: .* 1 differences")
        self._run("plan_history", batch=10_000)
        self._run("load_history")
        status, lines = verify()
        self.assertEqual(status, 0)
        self.assertRegex("\n".join(lines), "(?m)^equal: .* 0 differences")

    def test_line_changed_while_history_is_loaded(self):
        _users, pickings = self._plant(2, recorded=False)
        self._run("plan_history", batch=10_000)
        ((_word, facts),) = self._run("edit_while_loading", picking=pickings[0])
        # The loader does not overwrite what it cannot have seen: it starts again.
        self.assertEqual(facts["error"], "SerializationFailure")
        self._run("load_history")
        self.assertEqual(
            sorted(self._entries(pickings)),
            [(pickings[0], "receipt", 3.0), (pickings[1], "receipt", 5.0)],
        )
        self._assert_equal(self.after)
