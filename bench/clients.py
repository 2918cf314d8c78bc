"""Several clients at once, each a process with its own connections, as Odoo's workers."""

import os
import pickle
import select
import time
from collections import Counter
from typing import NamedTuple
from unittest.mock import patch

from recording import make_transfer
from session import get_processor_time

ROUNDS = 6  # receipts that each client validates
SAMPLE = 0.05  # seconds between looks at what sessions wait for
WAITS = """
SELECT CASE WHEN wait_event = 'ClientRead' THEN 'waiting for Odoo'
            ELSE COALESCE('waiting for ' || wait_event_type || ' ' || wait_event, 'computing') END
  FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Turn(NamedTuple):
    """What all clients together did."""

    rate: float
    """Receipts a second."""
    processor: float
    """Seconds of processor time for one receipt, of Odoo and of its database session."""
    retries: int
    """How often PostgreSQL made one begin again."""
    waits: Counter
    """What their database sessions did whenever they were looked at: number of each."""


class Clients:
    def __init__(self, session, count, lines):
        self.session = session
        self.lines = lines
        self.count = count
        self.done = []

    def run(self, recording):
        """Validate receipts, prepared before, with or without recording: a :class:`Turn`.

        Each client validates one before all begin: a worker of Odoo, and its database session,
        load what they need once, and live for thousands of requests.
        """
        with self.session.fresh(commit=True) as env:
            pickings = [
                [make_transfer(env, "receipt", self.lines).id for _round in range(1 + ROUNDS)]
                for _client in range(self.count)
            ]
        self._close_connections()  # they cannot be shared with a child
        gate_read, gate_write = os.pipe()
        children = [self._start(mine, recording, gate_read, gate_write) for mine in pickings]
        for _pid, answer in children:
            os.read(answer, 1)  # it is ready
        begin = time.perf_counter()
        os.close(gate_write)
        waits = self._watch([answer for _pid, answer in children])
        elapsed = time.perf_counter() - begin
        retries, processor = map(sum, zip(*map(self._collect, children), strict=True))
        os.close(gate_read)
        if recording:
            self.done += sum(pickings, [])
        count = self.count * ROUNDS
        return Turn(count / elapsed, processor / count, retries, waits)

    def verify(self):
        """How many entries differ from the moves of the receipts that were recorded."""
        with self.session.fresh() as env:
            lines = env["stock.picking"].browse(self.done).move_line_ids
            differences = len(env["lot.verify"]._find_differences(lines))
            entries = env["lot.ledger"].search_count([("move_line_id", "in", lines.ids)])
        return differences + abs(entries - len(lines))

    @staticmethod
    def _close_connections():
        from odoo.sql_db import close_all

        close_all()

    def _watch(self, answers):
        """Look at the sessions until all answers are there."""
        waits = Counter()
        with self.session.registry.cursor() as cr:
            waiting = set(answers)
            while waiting:
                waiting -= set(select.select(waiting, [], [], SAMPLE)[0])
                cr.execute(WAITS)
                waits.update(what for (what,) in cr.fetchall())
                cr.rollback()
        return waits

    @staticmethod
    def _collect(child):
        pid, answer = child
        with os.fdopen(answer, "rb") as pipe:
            found = pickle.load(pipe)
        os.waitpid(pid, 0)
        return found

    def _start(self, pickings, recording, gate_read, gate_write):
        answer_read, answer_write = os.pipe()
        pid = os.fork()
        if pid:
            os.close(answer_write)
            return pid, answer_read
        code = 1
        try:
            os.close(gate_write)
            if not recording:
                patch.object(self.session.registry["lot.recorder"], "_record", lambda *args: None).start()
            self._validate_all(pickings[:1])
            os.write(answer_write, b".")
            os.read(gate_read, 1)  # ends when the parent opens the gate
            before = self._get_processor_time()
            retries = self._validate_all(pickings[1:])
            processor = self._get_processor_time() - before
            with os.fdopen(answer_write, "wb") as pipe:
                pickle.dump((retries, processor), pipe)
            code = 0
        finally:
            os._exit(code)

    def _get_processor_time(self):
        # The pool hands out the one connection that this process has.
        with self.session.registry.cursor() as cr:
            return get_processor_time(cr)

    def _validate_all(self, pickings):
        from psycopg2.errors import SerializationFailure

        retries = 0
        for picking in pickings:
            while True:
                try:
                    with self.session.fresh(commit=True) as env:
                        env["stock.picking"].browse(picking).button_validate()
                    break
                except SerializationFailure:
                    retries += 1
        return retries
