"""The schedule for consignees who were told and do not answer: second notice, phone, visit."""

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..engine.recall_reach import Step, get_due

BATCH = 100
CALL = "mail.mail_activity_data_call"


class LotRecallReminder(models.Model):
    _name = "lot.recall.reminder"
    _inherit = ["lot.audited"]
    _description = "Step of a recall's reminders"
    _order = "classification, hours, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    classification = fields.Selection(
        [("I", "Class I"), ("II", "Class II"), ("III", "Class III"), ("company", "Class of the company")],
        help="Empty: for all classes that have no steps of their own.",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    hours = fields.Float(required=True, help="After the consignee was told, if there is no answer.")
    channel = fields.Selection(
        [("mail", "Second notice by e-mail"), ("phone", "Phone"), ("visit", "Visit")],
        required=True,
        default="mail",
        help="Calls and visits become an activity of the coordinator. Who has no e-mail is called.",
    )

    _hours_positive = models.Constraint("CHECK (hours > 0)", "A reminder comes some hours after the notice.")

    @api.model
    def _get_audited_fields(self):
        names = ("name", "active", "classification", "company_id", "hours", "channel")
        return [*super()._get_audited_fields(), *names]

    @api.model
    def _get_schedule(self, recall):
        """The steps for a case: its class's if there are any, else the general ones."""
        steps = self.sudo().search(
            [
                ("company_id", "in", [recall.company_id.id, False]),
                ("classification", "in", [recall.classification, False]),
            ]
        )
        return steps.filtered("classification") or steps

    @api.model
    def _remind(self):
        """The job: take the step that is due with each consignee who has not answered.

        Each step is a notice, of which the database keeps one a consignee, written together with
        its mail or activity: killed at any moment, nobody is reminded twice.
        """
        # One that was archived runs until it is closed.
        cases = self.env["lot.recall"].with_context(active_test=False)
        cases = cases.search([("state", "=", "active"), ("is_drill", "=", False)])
        waiting = self.env["lot.recall.consignee"].search(
            [
                ("recall_id", "in", cases.ids),
                ("is_current", "=", True),
                ("told_at", "!=", False),
                ("answered_at", "=", False),
            ],
            order="recall_id, id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            for recall, consignees in batch.grouped("recall_id").items():
                self._remind_case(recall, consignees)
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    @api.model
    def _remind_case(self, recall, consignees):
        steps = self._get_schedule(recall)
        schedule = [Step(step.id, step.hours) for step in steps]
        now = fields.Datetime.now()
        by_step = {}
        for one in consignees:
            taken = {int(key) for key in one.notice_ids.mapped("step") if key.isdigit()}
            due = get_due(schedule, one.told_at, taken, now)
            if due:
                by_step.setdefault(due.key, []).append(one.id)
        for key, ids in by_step.items():
            self.browse(key)._take(recall, consignees.browse(ids))

    def _take(self, recall, consignees):
        """Remind these consignees of a case."""
        self.ensure_one()
        notices = self.env["lot.recall.notice"].sudo()
        mailed = consignees.filtered("email") if self.channel == "mail" else consignees.browse()
        if mailed:
            wording = self.env["lot.recall.wording"]._choose("reminder", recall)
            vals = [notices._prepare_written(wording, one) for one in mailed]
            notices.create(
                [one | self._prepare_vals() | {"channel": "mail", "state": "approved"} for one in vals]
            )
            self.env.ref("lot_genealogy.lot_recall_notice_cron")._trigger()
        called = consignees - mailed
        if called:
            channel = "visit" if self.channel == "visit" else "phone"
            notices.create(
                [
                    {
                        "recall_id": recall.id,
                        "consignee_id": one.id,
                        "subject": f"{self.name}: {one.name}",
                        "channel": channel,
                        "state": "open",
                        **self._prepare_vals(),
                    }
                    for one in called
                ]
            )
            recall._plan_calls(self.name, called, channel)

    def _prepare_vals(self):
        return {"step": str(self.id), "step_name": self.name}


class LotRecall(models.Model):
    _inherit = "lot.recall"

    def _move(self, decision):
        """Closed, nobody is called or visited any more."""
        res = super()._move(decision)
        if self.state == "closed":
            self.activity_unlink([CALL])
        return res

    def _plan_calls(self, step, consignees, channel):
        """One activity for all who are to be called or visited now, with their numbers and addresses."""
        self.ensure_one()
        rows = [
            ", ".join(
                filter(
                    None,
                    (
                        one.name,
                        channel == "visit" and one.contact_address,
                        one.phone,
                        one.contact_note,
                        one.quantity_text,
                    ),
                )
            )
            for one in consignees
        ]
        self.activity_schedule(
            CALL,
            summary=self.env._("%(step)s (consignees: %(count)s)", step=step, count=len(rows)),
            note=plaintext2html("\n".join(rows)),
            user_id=(self.user_id or self.env.user).id,
        )
