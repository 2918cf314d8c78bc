"""The worst of the attacks over the wire, by somebody who may nearly everything: JSON-RPC in a session,
XML-RPC with a password, JSON-2 with an API key. Each is refused in our words, and nothing is left of it.
"""

import re
from datetime import timedelta
from pathlib import Path
from xmlrpc.client import Fault

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common import GenealogyCase
from .test_record_attacks import FORGED

# Every key of its own that our code looks for in the context, sent as a caller can send it.
SOURCES = [
    path.read_text()
    for folder in ("models", "wizards", "controllers", "report")
    for path in (Path(__file__).parents[1] / folder).rglob("*.py")
]
LOOKED_AT = {key for text in SOURCES for key in re.findall(r'context\.get\("(lot_\w+)"', text)}
SENT = {**dict.fromkeys(LOOKED_AT, True), **FORGED, "default_state": "done"}
FIXED = "press Correct"
BY_HAND = "by hand|writes itself|nobody|stay as they were made"


@tagged("post_install", "-at_install")
class TestWireAttacks(GenealogyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.delivery = cls._ship([(cls.lot, 3.0)])
        cls.env["lot.policy"].create(
            {"name": "Fixed", "active": True, "product_ids": cls.tahini.ids, "lock_done": True}
        )
        cls.thief = new_test_user(
            cls.env,
            "wire_thief",
            "lot_genealogy.group_manager,stock.group_stock_manager,base.group_system",
            password="wire_thief_pass",
        )
        keys = cls.env["res.users.apikeys"].with_user(cls.thief)
        cls.key = keys._generate("rpc", "wire", fields.Datetime.now() + timedelta(days=1))
        cls.env.flush_all()

    def _get_attacks(self):
        """``(model, method, ids, arguments by name, what the refusal says)``."""
        line, lot, transfer = self.delivery.move_line_ids, self.lot, self.delivery
        yield "stock.move.line", "write", line.ids, {"vals": {"quantity": 5.0}}, FIXED
        yield "stock.move.line", "write", line.ids, {"vals": {"lot_id": False, "state": "draft"}}, FIXED
        yield "stock.move.line", "unlink", line.ids, {}, "(?i)done"
        yield "stock.move", "write", line.move_id.ids, {"vals": {"state": "draft"}}, FIXED
        yield "stock.picking", "write", transfer.ids, {"vals": {"date_done": "2020-01-01 00:00:00"}}, FIXED
        yield "stock.picking", "write", transfer.ids, {"vals": {"partner_id": self.supplier.id}}, FIXED
        yield "stock.picking", "unlink", transfer.ids, {}, "(?i)done"
        yield "stock.lot", "write", lot.ids, {"vals": {"name": "X"}}, FIXED
        yield "stock.lot", "unlink", lot.ids, {}, "cannot be deleted"
        rows = {"fields": [".id", "quantity"], "data": [[str(line.id), "5"]]}
        yield "stock.move.line", "load", [], rows, FIXED
        rows = {"fields": [".id", "name"], "data": [[str(lot.id), "X"]]}
        yield "stock.lot", "load", [], rows, FIXED
        vals = {"move_line_id": line.id, "quantity": 1.0, "reason": "x", "state": "done"}
        yield "lot.line.correction", "create", [], {"vals_list": [vals]}, "once it is confirmed"
        for book in [*self.env["lot.seal"]._get_books(), "lot.seal"]:
            row = self.env[book].search([], limit=1)
            yield book, "write", row.ids or [1], {"vals": {"recorded_at": "2020-01-01 00:00:00"}}, BY_HAND
            yield book, "unlink", row.ids or [1], {}, BY_HAND
            yield book, "create", [], {"vals_list": [{"user_id": self.thief.id}]}, BY_HAND
            rows = {"fields": [".id", row._rec_name or "hash"], "data": [[str(row.id or 1), "forged"]]}
            yield book, "load", [], rows, BY_HAND
            yield book, "_append", [], {"vals_list": [{"user_id": self.thief.id}]}, "(?i)private"

    def _by_json_rpc(self, model, method, ids, named):
        params = {"model": model, "method": method, "args": [ids] if ids else []}
        params["kwargs"] = {**named, "context": SENT}
        return self.url_open(f"/web/dataset/call_kw/{model}/{method}", json={"params": params}).text

    def _by_xml_rpc(self, model, method, ids, named):
        try:
            return self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.thief.id,
                "wire_thief_pass",
                model,
                method,
                [ids] if ids else [],
                {**named, "context": SENT},
            )
        except Fault as error:
            return error.faultString

    def _by_json_2(self, model, method, ids, named):
        return self.url_open(
            f"/json/2/{model}/{method}",
            json={"ids": ids, "context": SENT, **named},
            headers={"Authorization": f"bearer {self.key}"},
            cookies={"session_id": ""},
        ).text

    def _read_all(self):
        """All that an attack could have changed, as the database has it."""
        self.env.invalidate_all()
        tables = [self.env[book]._table for book in [*self.env["lot.seal"]._get_books(), "lot.seal"]]
        tables += ["stock_move_line", "stock_lot", "lot_line_correction"]
        rows = {
            table: self.env.execute_query(SQL("SELECT * FROM %s ORDER BY id", SQL.identifier(table)))
            for table in tables
        }
        transfer = self.delivery
        return {**rows, "transfer": (transfer.partner_id, transfer.date_done, transfer.move_ids.state)}

    def test_nothing_gets_through(self):
        self.assertLessEqual({"lot_correcting", "lot_step", "lot_audit_reason", "lot_recall_step"}, LOOKED_AT)
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        before = self._read_all()
        self.authenticate("wire_thief", "wire_thief_pass")
        for send in (self._by_json_rpc, self._by_xml_rpc, self._by_json_2):
            for *call, said in self._get_attacks():
                with (
                    self.subTest(send.__name__, call=call[:2]),
                    mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.rpc.controllers.xmlrpc"),
                ):
                    self.assertRegex(str(send(*call)), said)
                    self.assertEqual(self._read_all(), before)

    def test_files_are_given_to_those_who_may_read_them(self):
        paper = self.env["lot.paper"]._append(
            [
                {
                    "name": "Paper",
                    "company_id": self.company.id,
                    "lang": "en_US",
                    "is_drill": False,
                    "question": "x",
                    "question_data": "{}",
                    "asked_at": fields.Datetime.now(),
                    "made_at": fields.Datetime.now(),
                    "user_id": self.quality.id,
                    "fingerprint": "x",
                    "complete": True,
                    "gap_count": 0,
                    "missing_count": 0,
                    "pdf": b"JVBERi0=",
                    "pdf_name": "paper.pdf",
                }
            ]
        )
        urls = (
            f"/web/content/lot.paper/{paper.id}/pdf",
            f"/web/content?model=lot.paper&id={paper.id}&field=pdf",
            f"/web/content/lot.paper/{paper.id}/pdf/paper.pdf?download=true",
        )
        for user, status in ((self.quality, 200), (self.worker, 404)):
            self.authenticate(user.login, user.login)
            with mute_logger("odoo.http"):
                self.assertEqual([self.url_open(url).status_code for url in urls], [status] * 3)
