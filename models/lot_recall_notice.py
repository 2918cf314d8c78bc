"""A notice to one consignee: by mail or letter, and the calls and visits of those who do not answer.

Made once and never changed, but for what became of it. A consignee gets each step once:
the database says so, whatever happens to the job that sends.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

BATCH = 100
FIRST = "first"
# Compared by identity: Odoo's mail queue is at work, which commits mail by mail.
SENDING = object()


class LotRecallNotice(models.Model):
    _name = "lot.recall.notice"
    _inherit = ["lot.own.defaults"]
    _description = "Recall notice"
    _order = "recall_id, id"
    _rec_name = "subject"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    is_drill = fields.Boolean(related="recall_id.is_drill")
    round_id = fields.Many2one("lot.recall.round", index="btree_not_null", ondelete="cascade", readonly=True)
    consignee_id = fields.Many2one(
        "lot.recall.consignee", required=True, index=True, ondelete="cascade", readonly=True
    )
    step = fields.Char(
        required=True,
        readonly=True,
        default=FIRST,
        help="Which notice it is: the first of a scope, or a step of the schedule of reminders.",
    )
    step_name = fields.Char(readonly=True, string="Notice")
    channel = fields.Selection(
        [("mail", "E-mail"), ("letter", "Letter"), ("phone", "Phone"), ("visit", "Visit")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("draft", "To be approved"),
            ("approved", "Approved"),
            ("queued", "Being sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("open", "To be done"),
            ("done", "Done"),
            ("simulated", "Drill: not sent"),
        ],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    lang = fields.Char(string="Language", readonly=True)
    email = fields.Char(readonly=True)
    subject = fields.Char(readonly=True)
    # Made by our own template, in which Odoo escapes all that a person entered.
    # It has the link: who reads it can answer for the consignee.
    body = fields.Html(readonly=True, sanitize=False, groups="lot_genealogy.group_quality")
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null", ondelete="set null")
    failure = fields.Char(string="Why it failed", readonly=True)
    sent_at = fields.Datetime(string="Sent on", readonly=True)

    _step_uniq = models.Constraint("UNIQUE (consignee_id, step)", "A consignee gets each notice once.")

    # ---- making ---------------------------------------------------------------------

    @api.model
    def _prepare_first(self, wording, consignee):
        """The first notice of a consignee, in his language; of a wider scope a new one."""
        number = consignee.recall_id.scope_id.number
        return self._prepare_written(wording, consignee) | {
            "step": FIRST if number == 1 else f"{FIRST}-{number}",
            "step_name": self.env._("First notice") if number == 1 else self.env._("Notice of a wider scope"),
            "channel": "mail" if consignee.email else "letter",
        }

    @api.model
    def _prepare_written(self, wording, consignee, lead=None):
        recall = consignee.recall_id
        lang = consignee._get_lang()
        wording, consignee = wording.with_context(lang=lang), consignee.with_context(lang=lang)
        recall = recall.with_context(lang=lang)
        values = recall._get_notice_values(wording, consignee)
        body = (
            self.env["ir.qweb"]
            .with_context(lang=lang)
            ._render("lot_genealogy.lot_recall_notice_body", values, lang=lang)
        )
        return {
            "recall_id": recall.id,
            "consignee_id": consignee.id,
            "lang": lang,
            "email": consignee.email,
            "subject": values["headline"],
            "body": body,
        }

    def _approve(self):
        """Let them leave: by the job, or in a drill not at all."""
        drill = self.filtered("is_drill")
        drill.write({"state": "simulated", "sent_at": fields.Datetime.now()})
        drill.consignee_id._set_told("mail")
        real = self - drill
        real.filtered(lambda notice: notice.channel == "mail").write({"state": "approved"})
        real.filtered(lambda notice: notice.channel == "letter").write({"state": "open"})
        if real:
            self.env.ref("lot_genealogy.lot_recall_notice_cron")._trigger()

    # ---- sending --------------------------------------------------------------------

    @api.model
    def _get_waiting_domain(self):
        return [("state", "=", "approved"), ("channel", "=", "mail")]

    @api.model
    def _queue(self):
        """The job: hand approved notices to Odoo's mail queue.

        A notice and its mail are written in one transaction: killed at any moment, none is
        sent twice and none is forgotten. Odoo's queue then sends, tries again and says what failed.
        """
        domain = self._get_waiting_domain()
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        while notices := self.search(domain, limit=BATCH, order="id"):
            notices._make_mails()
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
            if not self.env["ir.cron"]._commit_progress(len(notices)):
                break

    def _make_mails(self):
        mails = self.env["mail.mail"].sudo().create([notice._prepare_mail_vals() for notice in self])
        for notice, mail in zip(self, mails):
            notice.write({"state": "queued", "mail_id": mail.id, "failure": False})

    def _prepare_mail_vals(self):
        self.ensure_one()
        sender = self.recall_id.user_id.email_formatted or self.company_id.email_formatted
        return {
            "subject": self.subject,
            "body_html": self.body,
            "email_to": self.email,
            "email_from": self.company_id.email_formatted or sender,
            "reply_to": sender,
            "auto_delete": False,
            "model": self._name,
            "res_id": self.id,
        }

    def _take_result(self, state, reason=None):
        """Odoo sent the mail, gave it up, or tries again."""
        if state == "sent":
            self.write({"state": "sent", "sent_at": fields.Datetime.now(), "failure": False})
            self.consignee_id._set_told("mail")
        elif state == "outgoing":
            self.write({"state": "queued", "failure": False})
        else:
            self.write({"state": "failed", "failure": reason or self.env._("The mail was cancelled.")})

    def _note_leaving(self):
        """Keep that they are being handed to the mail server: what became of them replaces it."""
        text = self.env._(
            "It was being sent when the server stopped: it may have arrived. Ask before you send it again."
        )
        self.write({"failure": text})
        # As the queue itself does after each mail.
        self.env["ir.cron"]._commit_progress()

    # ---- buttons --------------------------------------------------------------------

    def action_retry(self):
        """Hand failed mails to the queue again, to the address that stands with the consignee now."""
        failed = self.filtered(lambda notice: notice.state == "failed")
        if not failed:
            raise UserError(self.env._("Only notices that failed are sent again."))
        self._check_sender()
        failed.sudo().write({"state": "approved"})
        self.env.ref("lot_genealogy.lot_recall_notice_cron").sudo()._trigger()

    def action_done(self):
        """The letter was posted, the call made, the visit paid."""
        self._check_sender()
        undone = self.filtered(lambda notice: notice.state in ("open", "failed"))
        if not undone:
            raise UserError(self.env._("Nothing of this is still to be done."))
        undone.sudo().write({"state": "done", "sent_at": fields.Datetime.now()})
        for channel, notices in undone.grouped("channel").items():
            notices.consignee_id.sudo()._set_told(channel if channel != "mail" else "other")

    def _check_sender(self):
        self.check_access("read")
        if not self.env.user.has_group("lot_genealogy.group_quality"):
            raise UserError(self.env._("Quality and compliance officers send notices."))
        if any(notice.recall_id.state != "active" for notice in self):
            raise UserError(self.env._("Notices are sent while the case is active."))

    def action_print(self):
        return self.env.ref("lot_genealogy.lot_recall_letter_report_action").report_action(self)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        """What becomes of a mail is seen on the notice that it is, whatever path Odoo takes."""
        res = super().write(vals)
        if vals.get("state") in ("sent", "exception", "cancel", "outgoing"):
            notices = self.env["lot.recall.notice"].sudo().search([("mail_id", "in", self.ids)])
            if notices:
                notices._take_result(vals["state"], vals.get("failure_reason"))
                if vals["state"] == "exception" and self.env.context.get("lot_recall_sending") is SENDING:
                    notices._note_leaving()
        return res

    def _send(self, auto_commit=False, **options):
        """Odoo's queue writes that a mail was sent after it was: killed in between, it would send it again.

        It also writes, just before, that the mail failed. For a notice that is kept: no machine tells anybody
        twice, and a person sees whom to ask.
        """
        mails = self.with_context(lot_recall_sending=SENDING) if auto_commit else self
        return super(MailMail, mails)._send(auto_commit=auto_commit, **options)
