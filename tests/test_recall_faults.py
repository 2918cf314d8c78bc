"""The jobs of a recall, killed in the middle: they go on where they were, nothing twice.

Real processes on a copy of this database, killed without mercy, and a real mail server.
"""

import socket
from pathlib import Path

from aiosmtpd.controller import Controller

from odoo.tests import tagged

from .test_faults import FaultsCase
from .test_recall_notices import Sink

CONSIGNEES = 5


@tagged("post_install", "-at_install")
class TestRecallFaults(FaultsCase):
    worker = Path(__file__).with_name("recall_faults_worker.py")

    def _plant_recall(self):
        ((_word, facts),) = self._run("plant_recall", consignees=CONSIGNEES)
        return facts["recall"]

    def _get_rows(self, recall):
        """``[(list, rows, different rows)]``: how much of the scope stands in the lists of the case."""
        return [
            (
                table,
                *self._fetch(
                    f"SELECT count(*), count(DISTINCT key) FROM {table} WHERE recall_id = %s", recall
                )[0],
            )
            for table in (
                "lot_recall_lot",
                "lot_recall_stock",
                "lot_recall_consignee",
                "lot_recall_consignee_line",
            )
        ]

    def _get_papers(self, recall):
        return self._fetch(
            "SELECT kind.code, count(*) FROM lot_paper paper"
            " JOIN lot_paper_type kind ON kind.id = paper.type_id WHERE recall_id = %s"
            " GROUP BY kind.code ORDER BY kind.code",
            recall,
        )

    def test_scope_and_papers_are_made_once_whenever_their_job_is_killed(self):
        recall = self._plant_recall()
        self._kill_at("inserted", "freeze", recall=recall, pause_in=3)
        ((state, made),) = self._fetch(
            "SELECT state, done_count FROM lot_recall_scope WHERE recall_id = %s", recall
        )
        self.assertEqual(state, "listing")
        self.assertGreater(made, 0)
        rows = self._get_rows(recall)
        # What was committed with its count is there, what was not is gone.
        self.assertEqual(sum(count for _table, count, _different in rows), made)
        self._run("freeze", recall=recall)
        ((state, made, whole),) = self._fetch(
            "SELECT state, done_count, row_count FROM lot_recall_scope WHERE recall_id = %s", recall
        )
        self.assertEqual((state, made), ("done", whole))
        rows = {table: (count, different) for table, count, different in self._get_rows(recall)}
        self.assertEqual(rows["lot_recall_lot"], (1, 1))
        self.assertEqual(rows["lot_recall_consignee"], (CONSIGNEES, CONSIGNEES))
        self.assertEqual(rows["lot_recall_consignee_line"], (CONSIGNEES, CONSIGNEES))

        self._kill_at("made", "make_papers", pause_in=2)
        ((first, count),) = self._get_papers(recall)
        self.assertEqual(count, 1)
        ((made_at,),) = self._fetch("SELECT made_at FROM lot_paper WHERE recall_id = %s", recall)
        self._run("make_papers")
        self.assertEqual(
            self._get_papers(recall), [("eu_178_2002", 1), ("recall_dossier", 1), ("recall_lists", 1)]
        )
        # The first one is the one that was there; the one that was interrupted knows that it was.
        orders = self._fetch(
            "SELECT kind.code, state, tries, paper.made_at FROM lot_paper_order wanted"
            " JOIN lot_paper_type kind ON kind.id = wanted.type_id"
            " JOIN lot_paper paper ON paper.id = wanted.paper_id"
            " WHERE wanted.recall_id = %s ORDER BY wanted.id",
            recall,
        )
        self.assertEqual([state for _code, state, _tries, _made_at in orders], ["done"] * 3)
        self.assertEqual([tries for _code, _state, tries, _made_at in orders], [1, 2, 1])
        self.assertEqual((orders[0][0], orders[0][3]), (first, made_at))
        self._run("make_papers")
        self.assertEqual([count for _code, count in self._get_papers(recall)], [1, 1, 1])

    def test_nobody_is_told_twice_whenever_the_sending_is_killed(self):
        recall = self._plant_recall()
        self._run("freeze", recall=recall)
        self._run("approve_notices", recall=recall)
        self._kill_at("queued", "queue_notices", pause_in=2)
        mails = "SELECT count(*), count(DISTINCT mail_id) FROM lot_recall_notice WHERE mail_id IS NOT NULL"
        # Two of five; what was written for two more went with the process.
        self.assertEqual(self._fetch(mails), [(2, 2)])
        written = "SELECT count(*) FROM mail_mail mail JOIN mail_message m ON m.id = mail.mail_message_id"
        written += " WHERE m.model = 'lot.recall.notice'"
        self.assertEqual(self._fetch(written), [(2,)])
        self._run("queue_notices")
        self.assertEqual(self._fetch(mails), [(CONSIGNEES, CONSIGNEES)])
        self.assertEqual(self._fetch(written), [(CONSIGNEES,)])

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        sink = Sink()
        server = Controller(sink, hostname="127.0.0.1", port=port)
        server.start()
        self.addCleanup(server.stop)
        # The mail server has taken the third mail; Odoo has not written so yet.
        self._kill_at("sent", "send_mails", port=port, pause_in=3)
        self.assertEqual(len(sink.messages), 3)
        states = "SELECT email, state, failure FROM lot_recall_notice ORDER BY id"
        told = [to for (to,), _message in sink.messages]
        found = {email: (state, failure) for email, state, failure in self._fetch(states)}
        self.assertEqual([found[to][0] for to in told], ["sent", "sent", "failed"])
        self.assertIn("may have arrived", found[told[2]][1])
        self.assertEqual([found[to][0] for to in found if to not in told], ["queued", "queued"])
        self._run("send_mails", port=port)
        told = [to for (to,), _message in sink.messages]
        self.assertEqual(sorted(told), [f"shop{number}@shops.example" for number in range(CONSIGNEES)])
        # Nobody knows of the third: a person decides, after a call.
        found = {email: state for email, state, _failure in self._fetch(states)}
        self.assertEqual([found[to] for to in told], ["sent", "sent", "failed", "sent", "sent"])
        self._run("queue_notices")
        self._run("send_mails", port=port)
        self.assertEqual(len(sink.messages), CONSIGNEES)
