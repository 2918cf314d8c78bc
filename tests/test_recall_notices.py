"""Telling consignees of a recall: prepared, approved by a second person, sent by real mail."""

import socket
from datetime import timedelta
from email import message_from_bytes, policy
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .recall_common import RecallCase


class Sink:
    """Keeps what arrives; refuses the addresses it was told to."""

    def __init__(self, refused=()):
        self.messages, self.refused = [], set(refused)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


class NoticeCase(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = new_test_user(
            cls.env,
            "recall_second",
            "lot_genealogy.group_officer,stock.group_stock_user",
            password="recall_second_pass",
            name="Cem Second",
        )
        cls.env["ir.mail_server"].search([]).active = False
        cls.company.email = "plant@maker.example"

    def _activate(self, **vals):
        vals = {"instructions": "Send it back at our cost.", "recall_depth": "retail", **vals}
        recall = self._start_frozen(**vals)
        self._decide(recall, "activate")
        self.env.invalidate_all()
        return recall

    def _prepare(self, recall, user=None):
        action = recall.with_user(user or self.helper).action_prepare_notices()
        return self.env["lot.recall.round"].browse(action["res_id"])

    def _approve(self, one, user=None):
        self.env.flush_all()
        self._sign(one, "action_approve", user or self.second)
        self.env.invalidate_all()

    def _notice(self, recall, partner):
        return recall.notice_ids.filtered(lambda notice: notice.consignee_id.partner_id == partner)

    def _run(self, cron):
        with self.enter_registry_test_mode():
            self.env.ref(f"lot_genealogy.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def _deliver(self, refused=()):
        """Let Odoo's mail queue talk to a mail server on this machine; returns what arrived."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        sink = Sink(refused)
        server = Controller(sink, hostname="127.0.0.1", port=port)
        server.start()
        try:
            self.env["ir.mail_server"].create(
                {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
            )
            # Odoo sends nothing while tests run, unless asked to like this.
            with (
                patch.object(IrMail_Server, "_disable_send", lambda _self: False),
                patch.dict(config.options, {"smtp_server": ""}),
            ):
                mails = self.env["lot.recall.notice"].search([]).mail_id
                mails.filtered(lambda mail: mail.state == "outgoing").send()
        finally:
            server.stop()
        self.env.invalidate_all()
        return sink.messages


@tagged("post_install", "-at_install")
class TestRecallNotices(NoticeCase):
    def test_nobody_prepares_notices_that_are_approved(self):
        """Nor by a default that he stored for himself."""
        recall = self._activate()
        self.env["ir.default"].with_user(self.helper).set("lot.recall.notice", "state", "approved", True)
        one = self._prepare(
            recall.with_context(default_state="approved", default_prepared_by_id=self.lead.id)
        )
        self.assertEqual((one.state, one.prepared_by_id), ("draft", self.helper))
        self.assertEqual(set(one.notice_ids.mapped("state")), {"draft"})

    def test_each_consignee_gets_exactly_his_own_deliveries(self):
        recall = self._activate()
        self._prepare(recall)
        shop = self._notice(recall, self.customer)
        kitchen = self._notice(recall, self.other_customer)
        self.assertEqual((shop.channel, kitchen.channel), ("mail", "letter"))
        self.assertIn("TUB-1", shop.body)
        self.assertIn(self.delivery.name, shop.body)
        self.assertIn("30 Units", shop.body)
        for foreign in ("HUM-1", self.other_delivery.name, "Hospital"):
            self.assertNotIn(foreign, shop.body)
        self.assertIn("HUM-1", kitchen.body)
        self.assertTrue(shop.subject.startswith("URGENT: PRODUCT RECALL"), shop.subject)
        self.assertIn("Send it back at our cost.", shop.body)
        self.assertIn(shop.consignee_id.access_token, shop.body)
        self.assertNotIn(kitchen.consignee_id.access_token, shop.body)

    def test_a_class_III_notice_is_not_urgent(self):
        recall = self._activate(classification="III")
        self._prepare(recall)
        self.assertFalse(any("URGENT" in notice.subject for notice in recall.notice_ids))

    def test_notice_is_in_the_language_of_its_partner(self):
        self.env["res.lang"]._activate_lang("fr_BE")
        self.customer.lang = "fr_BE"
        wording = self.env.ref("lot_genealogy.lot_recall_wording_recall")
        wording.with_context(lang="fr_BE").headline = "RAPPEL : {subject}"
        recall = self._activate()
        recall.with_context(lang="fr_BE").instructions = "Renvoyez-le à nos frais."
        self._prepare(recall)
        shop, kitchen = self._notice(recall, self.customer), self._notice(recall, self.other_customer)
        self.assertIn("RAPPEL", shop.subject)
        self.assertIn("Renvoyez-le à nos frais.", shop.body)
        self.assertIn("PRODUCT RECALL", kitchen.subject)

    def test_what_people_entered_is_escaped(self):
        recall = self._activate(
            hazard="<script>alert(1)</script>", instructions="<img src=x onerror=alert(2)>"
        )
        self._prepare(recall)
        body = self._notice(recall, self.customer).body
        self.assertNotIn("<script", body)
        self.assertNotIn("<img", body)
        self.assertIn("&lt;script&gt;", body)

    def test_everything_that_is_missing_is_said_at_once(self):
        recall = self._start_frozen()
        with self.assertRaisesRegex(
            UserError, "(?s)once the recall is decided.*to which level.*Say what to do"
        ):
            recall.with_user(self.helper).action_prepare_notices()
        reader = new_test_user(self.env, "recall_reader", "lot_genealogy.group_user")
        with self.assertRaisesRegex(UserError, "Quality and compliance officers prepare"):
            recall.with_user(reader).action_prepare_notices()

    def test_who_prepared_them_does_not_approve_them(self):
        recall = self._activate()
        one = self._prepare(recall, self.lead)
        with self.assertRaisesRegex(UserError, "a second person reads and approves"):
            self._approve(one, self.lead)
        self.assertEqual(set(recall.notice_ids.mapped("state")), {"draft"})
        self._run("lot_recall_notice_cron")
        self.assertFalse(recall.notice_ids.mail_id)
        self._approve(one, self.second)
        self.assertEqual(one.approved_by_id, self.second)
        self.assertEqual(one.signature_ids.meaning, "approval")
        self.assertEqual(one.signature_ids.state, "valid")

    def test_a_wider_scope_needs_notices_of_its_own(self):
        recall = self._activate()
        one = self._prepare(recall)
        more = self._ship([(self.tubs, 5.0)])
        recall.action_freeze()
        with self.assertRaisesRegex(UserError, "The scope was widened since"):
            self._approve(one)
        one.with_user(self.helper).action_discard()
        self._approve(self._prepare(recall))
        again = self._ship([(self.tubs, 6.0)])
        recall.action_freeze()
        second = self._prepare(recall)
        self.assertEqual(second.notice_ids.consignee_id.partner_id, self.customer)
        self.assertIn(more.name, second.notice_ids.body)
        self.assertIn(again.name, second.notice_ids.body)

    def test_real_mail_arrives_once_and_is_seen_on_the_consignee(self):
        recall = self._activate()
        self._approve(self._prepare(recall))
        self._run("lot_recall_notice_cron")
        self._run("lot_recall_notice_cron")
        messages = self._deliver()
        self.assertEqual([to for to, _message in messages], [["shop@corner.example"]])
        message = messages[0][1]
        self.assertTrue(message["Subject"].startswith("URGENT: PRODUCT RECALL"))
        self.assertIn("TUB-1", message.get_body(("html",)).get_content())
        self.assertEqual(self._deliver(), [])
        shop = self._notice(recall, self.customer)
        self.assertEqual(shop.state, "sent")
        self.assertTrue(shop.consignee_id.told_at)
        self.assertEqual(shop.consignee_id.told_how, "mail")
        kitchen = self._notice(recall, self.other_customer)
        self.assertEqual((kitchen.state, kitchen.consignee_id.told_at), ("open", False))
        kitchen.with_user(self.helper).action_done()
        self.assertEqual(kitchen.consignee_id.told_how, "letter")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_mail_that_fails_is_seen_and_can_be_sent_again(self):
        recall = self._activate()
        self._approve(self._prepare(recall))
        self._run("lot_recall_notice_cron")
        self.assertEqual(self._deliver(refused=["shop@corner.example"]), [])
        shop = self._notice(recall, self.customer)
        self.assertEqual(shop.state, "failed")
        self.assertTrue(shop.failure)
        self.assertFalse(shop.consignee_id.told_at)
        self.assertEqual(recall.notice_failed_count, 1)
        self.assertIn(shop.consignee_id, recall._get_phone_consignees())
        self.env["ir.mail_server"].search([("name", "=", "sink")]).active = False
        shop.with_user(self.helper).action_retry()
        self._run("lot_recall_notice_cron")
        self.assertEqual(len(self._deliver()), 1)
        self.assertEqual(shop.state, "sent")

    def test_a_drill_is_approved_and_writes_no_mail(self):
        mails = self.env["mail.mail"].search_count([])
        recall = self._start_frozen(mode="drill", instructions="Send it back.", recall_depth="retail")
        self._decide(recall, "activate")
        self._approve(self._prepare(recall))
        self._run("lot_recall_notice_cron")
        self.assertEqual(set(recall.notice_ids.mapped("state")), {"simulated"})
        self.assertTrue(all("DRILL" in notice.subject for notice in recall.notice_ids))
        self.assertTrue(all(recall.consignee_ids.mapped("told_at")))
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_who_does_not_answer_is_reminded_once_a_step_then_called(self):
        recall = self._activate()
        self._approve(self._prepare(recall))
        consignees = recall.consignee_ids.sudo()
        told = fields.Datetime.now()
        consignees.told_at = told - timedelta(hours=3)
        for _twice in range(2):
            self._run("lot_recall_reminder_cron")
        shop = consignees.filtered("email")
        self.assertEqual(shop.notice_ids.mapped("step_name"), ["First notice", "Second notice"])
        self.assertIn("SECOND NOTICE", shop.notice_ids[-1].subject)
        kitchen = consignees - shop
        self.assertEqual(kitchen.notice_ids.mapped("channel"), ["letter", "phone"])
        consignees.told_at = told - timedelta(hours=5)
        shop.answered_at = told
        self._run("lot_recall_reminder_cron")
        self.assertEqual(len(shop.notice_ids), 2)
        self.assertEqual(kitchen.notice_ids.mapped("channel"), ["letter", "phone", "phone"])
        self.assertIn("Hospital Kitchen", recall.activity_ids[-1].note)
        self.assertEqual(recall.notice_todo_count, 3)
        consignees.told_at = told - timedelta(hours=25)
        kitchen._freezing().contact_address = "Zorglaan 1, 9000 Gent"
        self._run("lot_recall_reminder_cron")
        self.assertEqual(kitchen.notice_ids[-1].channel, "visit")
        self.assertIn("Hospital Kitchen, Zorglaan 1, 9000 Gent", recall.activity_ids[-1].note)
        # Who has answered is called no more.
        kitchen.answered_at = told
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(recall.notice_todo_count, 0)
        action = recall.with_user(self.helper).action_open_failed_notices()
        self.assertFalse(self.env["lot.recall.notice"].search(action["domain"]))
        recall.action_hold()
        recall.action_stop_orders()
        self._decide(recall, "wind_up")
        self.assertEqual(len(recall.activity_ids), 3)
        self._decide(recall, "close")
        self.assertFalse(recall.activity_ids)

    def test_sample_is_drawn_once_and_can_be_drawn_again_by_its_seed(self):
        recall = self._activate(check_level="B", check_percent=50.0)
        recall.action_draw_sample()
        first, seed = recall.consignee_ids.filtered("in_sample"), recall.check_seed
        self.assertEqual(len(first), 1)
        recall.action_draw_sample()
        self.assertEqual((recall.consignee_ids.filtered("in_sample"), recall.check_seed), (first, seed))
        asked = self.env["lot.recall.consignee"].with_user(self.helper)
        action = recall.with_user(self.helper).action_open_checks()
        asked = asked.search(action["domain"])
        self.assertEqual(asked, first)
        recall.action_hold()
        recall.action_stop_orders()
        recall.action_mark_told()
        recall.consignee_ids.action_mark_answered()
        self._decide(recall, "wind_up")
        with self.assertRaisesRegex(UserError, "checks drawn, without a result: 1"):
            recall.action_close()
        asked.check_result = "effective"
        self.assertTrue(asked.checked_at)
        self.assertFalse(recall.missing_text)
        self.assertEqual((recall.check_count, recall.checked_count, recall.effective_count), (1, 1, 1))
        with self.assertRaisesRegex(UserError, "Checks were made already"):
            recall.action_draw_sample()

    def test_level_b_without_its_percentage_is_refused(self):
        recall = self._activate(check_level="B")
        with self.assertRaisesRegex(UserError, "more than 10, less than 100"):
            recall.action_draw_sample()

    def test_wording_that_names_what_nobody_knows_is_refused(self):
        wording = self.env.ref("lot_genealogy.lot_recall_wording_recall")
        for text in ("{brand}", "{subject.__class__}", "{subject"):
            with self.assertRaises(ValidationError):
                wording.headline = text

    def test_a_newer_version_of_the_wording_is_taken_from_its_day_on(self):
        wording = self.env.ref("lot_genealogy.lot_recall_wording_recall")
        tomorrow = fields.Date.today() + timedelta(days=1)
        newer = wording.copy({"version": "2", "valid_from": tomorrow, "headline": "NEW {subject}"})
        recall = self._open_case()
        choose = self.env["lot.recall.wording"]._choose
        self.assertEqual(choose("notice", recall), wording)
        newer.valid_from = fields.Date.today()
        self.assertEqual(choose("notice", recall), newer)

    def test_letters_and_telephone_list_are_printed(self):
        recall = self._activate()
        one = self._prepare(recall)
        action = one.with_user(self.helper).action_print_letters()
        report = self.env["ir.actions.report"].with_user(self.helper)
        html, _type = report._render_qweb_html(action["report_name"], one.notice_ids.ids)
        # The sheet that comes back says of whom it is, and about what.
        sheets = html.decode().split("Answer by post")[1:]
        self.assertEqual(len(sheets), len(one.notice_ids))
        for notice, sheet in zip(one.notice_ids, sheets, strict=True):
            self.assertIn(f"<strong>{notice.consignee_id.name}</strong>, {recall.display_name}", sheet)
        self.assertIn("HUM-1", html.decode())
        phone = recall.with_user(self.helper).action_print_phone_list()
        html, _type = report._render_qweb_html(phone["report_name"], recall.ids)
        self.assertIn("Hospital Kitchen", html.decode())
        self.assertNotIn("Corner Shop", html.decode())

    def test_nobody_writes_a_notice_or_an_answer_directly(self):
        recall = self._activate()
        self._prepare(recall)
        notice = recall.notice_ids[0]
        for user in (self.helper, self.lead):
            with self.assertRaises(UserError):
                notice.with_user(user).write({"state": "approved"})
            with self.assertRaises(UserError):
                self.env["lot.recall.answer"].with_user(user).create(
                    {"consignee_id": notice.consignee_id.id, "answered_at": fields.Datetime.now()}
                )
            with self.assertRaises(UserError):
                recall.round_ids.with_user(user).write({"notice_ids": [Command.clear()]})
