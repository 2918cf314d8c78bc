"""One message to one person: which expiry alerts it told of, kept with its mail."""

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..engine.shelf_life import get_local_day
from ..report.lot_expiry_xlsx import render_lot_expiry_xlsx

SHOWN = 40
WINDOW = 10_000


class LotExpiryDigest(models.Model):
    _name = "lot.expiry.digest"
    _description = "Message about expiring lots"
    _order = "id desc"
    _rec_name = "day"

    user_id = fields.Many2one("res.users", string="To", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True, help="The day at the company.")
    notice_ids = fields.One2many("lot.expiry.notice", "digest_id", readonly=True)
    alert_count = fields.Integer(string="Alerts", readonly=True)
    value = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null")
    shown_alert_ids = fields.Many2many(
        "lot.expiry.alert", compute="_compute_shown", string="Shown in the message"
    )
    hidden_count = fields.Integer(compute="_compute_shown")

    @api.depends("notice_ids")
    def _compute_shown(self):
        """The first of them, by date: the rest stands in the spreadsheet."""
        for digest in self:
            digest.shown_alert_ids = self.env["lot.expiry.alert"].search(
                [("notice_ids.digest_id", "=", digest.id)], limit=SHOWN
            )
            digest.hidden_count = max(digest.alert_count - SHOWN, 0)

    # ---- sending -------------------------------------------------------------------------

    def _send(self, sheets):
        """Put the message into the queue of mails, with the list as a spreadsheet.

        :param sheets: the last spreadsheet by language and alerts: everybody with a role gets the same
        """
        template = self.env.ref("lot_genealogy.lot_expiry_digest_mail_template")
        for digest in self:
            own = digest.with_context(lang=digest.user_id.lang)
            attachment = self.env["ir.attachment"].create(own._prepare_attachment_vals(sheets))
            mail_id = template.send_mail(digest.id, email_values={"attachment_ids": [(4, attachment.id)]})
            digest.write({"mail_id": mail_id, "value": digest._get_value()})

    def _get_value(self):
        self.ensure_one()
        ((value,),) = self.env["lot.expiry.alert"]._read_group(
            [("notice_ids.digest_id", "=", self.id)], [], ["value:sum"]
        )
        return value

    def _prepare_attachment_vals(self, sheets):
        self.ensure_one()
        alert_ids = self._read_alert_ids()
        key = (self.env.lang, alert_ids)
        if key not in sheets:
            sheets.clear()
            sheets[key] = render_lot_expiry_xlsx(self.env, self._read_rows(alert_ids))
        return {
            "name": self.env._("Expiring lots %s.xlsx", self.day),
            "raw": sheets[key],
            "mimetype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "res_model": self._name,
            "res_id": self.id,
        }

    def _read_alert_ids(self):
        """In the order of their dates: sorted once, not for every window of the spreadsheet."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                "SELECT alert.id FROM lot_expiry_notice notice JOIN lot_expiry_alert alert"
                " ON alert.id = notice.alert_id WHERE notice.digest_id = %s"
                " ORDER BY alert.armed_for, alert.id",
                self.id,
            )
        )
        return tuple(alert_id for (alert_id,) in rows)

    def _read_rows(self, ordered):
        """The rows of the spreadsheet, in windows: a message may tell of very many lots.

        :param ordered: ids of the alerts
        """
        self.ensure_one()
        zone = self.env["lot.gate"]._get_zone(self.company_id)
        fields_of = self.env["lot.expiry.alert"]._fields
        kinds = dict(fields_of["date_field"]._description_selection(self.env))
        actions = dict(fields_of["action"]._description_selection(self.env))
        for window in split_every(WINDOW, ordered, list):
            for armed_for, lot, code, product, warehouse, *rest in self.env.execute_query(
                self._sql_rows(window)
            ):
                quantity, uom, value, currency, level, kind, action = rest
                day = get_local_day(armed_for, zone)
                yield {
                    "lot": lot,
                    "product": f"[{code}] {product}" if code else product,
                    "warehouse": warehouse,
                    "quantity": float(quantity or 0.0),
                    "uom": uom,
                    "value": float(value or 0.0),
                    "currency": currency,
                    "level": level,
                    "date_kind": kinds.get(kind),
                    "date": day,
                    "days_left": (day - self.day).days,
                    "prepared": actions.get(action),
                }

    def _sql_rows(self, alert_ids):
        lang = self.env.lang or "en_US"
        name, unit = (
            SQL("COALESCE(%s ->> %s, %s ->> 'en_US')", column, lang, column)
            for column in (SQL.identifier("template", "name"), SQL.identifier("uom", "name"))
        )
        return SQL(
            """
            SELECT alert.armed_for, lot.name, product.default_code, %(name)s, warehouse.name,
                   alert.quantity, %(unit)s, alert.value, currency.name, alert.level_name,
                   alert.date_field, alert.action
              FROM lot_expiry_alert alert
              JOIN stock_lot lot ON lot.id = alert.lot_id
              JOIN product_product product ON product.id = alert.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN stock_warehouse warehouse ON warehouse.id = alert.warehouse_id
              LEFT JOIN uom_uom uom ON uom.id = alert.uom_id
              LEFT JOIN res_currency currency ON currency.id = alert.currency_id
             WHERE alert.id = ANY(%(alerts)s)
             ORDER BY alert.armed_for, alert.id
            """,
            name=name,
            unit=unit,
            alerts=alert_ids,
        )

    def action_open_alerts(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.lot_expiry_alert_action")
        action["domain"] = [("notice_ids.digest_id", "=", self.id)]
        action["context"] = {}
        return action
