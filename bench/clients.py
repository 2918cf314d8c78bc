"""Several clients at once, each a process with its own connections, as Odoo's workers."""

import os
import pickle
import time
from unittest.mock import patch

from recording import make_transfer

ROUNDS = 6  # receipts that each client validates


class Clients:
    def __init__(self, session, count, lines):
        self.session = session
        self.lines = lines
        self.count = count
        self.done = []

    def run(self, recording):
        """Validate receipts, prepared before, with or without recording.

        :returns: receipts a second in all, and how often PostgreSQL made one begin again
        """
        with self.session.fresh(commit=True) as env:
            pickings = [
                [make_transfer(env, "receipt", self.lines).id for _round in range(ROUNDS)]
                for _client in range(self.count)
            ]
        self._close_connections()  # they cannot be shared with a child
        gate_read, gate_write = os.pipe()
        children = [self._start(mine, recording, gate_read, gate_write) for mine in pickings]
        time.sleep(1)  # until all wait at the gate
        begin = time.perf_counter()
        os.close(gate_write)
        retries = 0
        for pid, answer in children:
            with os.fdopen(answer, "rb") as pipe:
                retries += pickle.load(pipe)
            os.waitpid(pid, 0)
        elapsed = time.perf_counter() - begin
        os.close(gate_read)
        if recording:
            self.done += sum(pickings, [])
        return self.count * ROUNDS / elapsed, retries

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

    def _start(self, pickings, recording, gate_read, gate_write):
        answer_read, answer_write = os.pipe()
        pid = os.fork()
        if pid:
            os.close(answer_write)
            return pid, answer_read
        code = 1
        try:
            os.close(gate_write)
            os.read(gate_read, 1)  # ends when the parent opens the gate
            retries = self._validate_all(pickings, recording)
            with os.fdopen(answer_write, "wb") as pipe:
                pickle.dump(retries, pipe)
            code = 0
        finally:
            os._exit(code)

    def _validate_all(self, pickings, recording):
        from psycopg2.errors import SerializationFailure

        recorder = self.session.registry["lot.recorder"]
        retries = 0
        if not recording:
            patch.object(recorder, "_record", lambda *args: None).start()
        for picking in pickings:
            while True:
                try:
                    with self.session.fresh(commit=True) as env:
                        env["stock.picking"].browse(picking).button_validate()
                    break
                except SerializationFailure:
                    retries += 1
        return retries
