"""Who was, or is to be, told of an expiry alert.

A notice is written with the alert, and told once: the message, the to-dos and the note that
it was told are one transaction, so that a job that is killed tells nothing twice and forgets
nothing.
"""

from odoo import api, fields, models
from odoo.tools import SQL, split_every

TODO_BATCH = 1_000
MANY = 1_000


class LotExpiryNotice(models.Model):
    _name = "lot.expiry.notice"
    _description = "Who was told of an expiry alert"
    _order = "id"
    _log_access = False
    _rec_name = "user_id"

    alert_id = fields.Many2one("lot.expiry.alert", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Who", required=True, readonly=True, ondelete="cascade")
    step = fields.Integer(readonly=True, aggregator=None)
    by_mail = fields.Boolean(string="E-mail", readonly=True)
    by_activity = fields.Boolean(string="Activity", readonly=True)
    told_on = fields.Date(readonly=True, help="The day at the company. Empty: not told yet.")
    told_at = fields.Datetime(string="Told on", readonly=True)
    digest_id = fields.Many2one("lot.expiry.digest", string="Message", readonly=True, ondelete="set null")

    _alert_uniq = models.UniqueIndex("(alert_id, user_id, step)")
    _pending_idx = models.Index("(user_id, alert_id) WHERE told_on IS NULL")
    _digest_idx = models.Index("(digest_id) WHERE digest_id IS NOT NULL")

    @api.model
    def _tell(self, company, day):
        """Tell everybody what is new to them: one message and the to-dos of a person at a time.

        Nobody is told the same (lot, warehouse and level) twice a day: what came up again
        waits until tomorrow. Yields after each person, to be committed then.

        :param day: at the company
        """
        self._refresh_statistics()
        self._drop_moot(company)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT notice.user_id
                  FROM lot_expiry_notice notice JOIN lot_expiry_alert alert ON alert.id = notice.alert_id
                 WHERE notice.told_on IS NULL AND alert.company_id = %s ORDER BY 1
                """,
                company.id,
            )
        )
        sheets = {}
        # Those who read the same language one after the other.
        users = self.env["res.users"].browse(user_id for (user_id,) in rows)
        for user in users.sorted(lambda user: (user.lang or "", user.id)):
            count = self._tell_user(user, company, day, sheets)
            if count:
                yield count

    @api.model
    def _drop_moot(self, company):
        """What was answered before it was told needs no telling."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM lot_expiry_notice notice USING lot_expiry_alert alert"
                " WHERE alert.id = notice.alert_id AND notice.told_on IS NULL"
                " AND alert.company_id = %s AND alert.state <> 'open'",
                company.id,
            )
        )
        self.env["lot.expiry.alert"].invalidate_model(["notice_ids"])

    @api.model
    def _refresh_statistics(self):
        """Let PostgreSQL count when there is much: on a first morning its statistics are of empty tables,
        and the joins below would be loops in loops until it looks by itself."""
        pending = "SELECT FROM lot_expiry_notice WHERE told_on IS NULL LIMIT 1 OFFSET %s"
        if self.env.execute_query(SQL(pending, MANY)):
            self.env.cr.execute("ANALYZE lot_expiry_alert, lot_expiry_notice")

    @api.model
    def _tell_user(self, user, company, day, sheets):
        """Tell one person.

        :param sheets: the last spreadsheet, for the next person with the same list
        """
        rows = self._read_new(user, company, day)
        if not rows:
            return 0
        by_mail = [row[0] for row in rows if row[2]]
        # Who has no address is told all the same.
        reachable = bool(user.email)
        todo = [row[1] for row in rows if row[3] or not reachable]
        digest = self.env["lot.expiry.digest"]
        if by_mail and reachable:
            digest = digest.create(
                {"user_id": user.id, "company_id": company.id, "day": day, "alert_count": len(by_mail)}
            )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE lot_expiry_notice SET told_on = %s, told_at = %s,"
                " digest_id = CASE WHEN by_mail THEN %s::integer END WHERE id = ANY(%s)",
                day,
                fields.Datetime.now(),
                digest.id or None,
                [row[0] for row in rows],
            )
        )
        self.invalidate_model()
        digest._send(sheets)
        for alert_ids in split_every(TODO_BATCH, todo, list):
            self._schedule(self.env["lot.expiry.alert"].browse(alert_ids), user, day)
        return len(rows)

    @api.model
    def _read_new(self, user, company, day):
        """``[(notice id, alert id, by mail, by activity)]``, one of each lot, warehouse and level."""
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (alert.lot_id, alert.warehouse_id, alert.level_id)
                       notice.id, alert.id, notice.by_mail, notice.by_activity
                  FROM lot_expiry_notice notice JOIN lot_expiry_alert alert ON alert.id = notice.alert_id
                 WHERE notice.user_id = %(user)s AND notice.told_on IS NULL
                   AND alert.company_id = %(company)s AND alert.state = 'open'
                   AND (alert.lot_id, COALESCE(alert.level_id, 0), COALESCE(alert.warehouse_id, 0))
                       NOT IN (
                       SELECT other.lot_id, COALESCE(other.level_id, 0), COALESCE(other.warehouse_id, 0)
                         FROM lot_expiry_alert other
                         JOIN lot_expiry_notice told ON told.alert_id = other.id
                        WHERE told.user_id = %(user)s AND told.told_on >= %(day)s
                          AND other.company_id = %(company)s)
                 ORDER BY alert.lot_id, alert.warehouse_id, alert.level_id, notice.step DESC, notice.id
                """,
                user=user.id,
                company=company.id,
                day=day,
            )
        )

    @api.model
    def _schedule(self, alerts, user, day):
        """To-dos without a message for each: the digest is the message."""
        alerts = alerts.with_context(mail_activity_quick_update=True, lang=user.lang)
        # Odoo names its activities one by one: what that needs is fetched for all here.
        alerts.mapped("display_name")
        alerts.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=alerts.env._("Expiring lot: say what is done"),
            user_id=user.id,
        )
