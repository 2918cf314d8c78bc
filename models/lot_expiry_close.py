"""What closes an alert without a person: the stock is gone, the date is another, a higher level."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.expiry import DATES
from .lot_expiry_job import BATCH

# What left, by the ledger, and what that means for the goods.
OUTCOME_BY_KIND = {
    "shipment": "sold",
    "customer_return": "sold",
    "consumption": "used",
    "scrap": "scrapped",
    "supplier_return": "returned",
    "adjustment": "counted",
}


class LotExpiryJob(models.AbstractModel):
    _inherit = "lot.expiry.job"

    @api.model
    def _sql_date(self):
        """SQL: the date of `lot` that the level of `alert` counts to."""
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", name, SQL.identifier("lot", name)) for name in DATES)
        return SQL("CASE alert.date_field %s END", whens)

    @api.model
    def _close_redated(self, company):
        """Dates that were changed: what was opened for the old one is over."""
        while True:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT alert.id, alert.armed_for, %(date)s
                      FROM lot_expiry_alert alert JOIN stock_lot lot ON lot.id = alert.lot_id
                     WHERE alert.company_id = %(company)s AND alert.state <> 'resolved'
                       AND alert.armed_for IS DISTINCT FROM %(date)s
                     ORDER BY alert.id LIMIT %(limit)s
                    """,
                    date=self._sql_date(),
                    company=company.id,
                    limit=BATCH,
                )
            )
            if not rows:
                break
            # The job goes by lots that were changed: these were.
            self._close(
                [
                    (
                        alert_id,
                        "extended" if not new or new > old else "redated",
                        self.env._(
                            "The date was changed from %(old)s to %(new)s (UTC).",
                            old=old,
                            new=new or self.env._("none"),
                        ),
                    )
                    for alert_id, old, new in rows
                ]
            )
            yield len(rows)

    @api.model
    def _close_gone(self, company):
        """Stock that is gone, with how it went."""
        while True:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT alert.id, alert.quantity, uom.name ->> 'en_US'
                      FROM lot_expiry_alert alert
                      LEFT JOIN uom_uom uom ON uom.id = alert.uom_id
                     WHERE alert.company_id = %(company)s AND alert.state <> 'resolved'
                       AND NOT EXISTS (
                           SELECT FROM stock_quant quant
                             JOIN stock_location place ON place.id = quant.location_id
                            WHERE quant.lot_id = alert.lot_id AND %(counts)s
                              AND place.warehouse_id IS NOT DISTINCT FROM alert.warehouse_id)
                     ORDER BY alert.id LIMIT %(limit)s
                    """,
                    company=company.id,
                    counts=self._sql_counts(company),
                    limit=BATCH,
                )
            )
            if not rows:
                break
            left = self._read_left([row[0] for row in rows])
            self._close(
                [
                    (alert_id, *self._explain_gone(left.get(alert_id, {}), float(quantity or 0.0), uom))
                    for alert_id, quantity, uom in rows
                ]
            )
            yield len(rows)

    @api.model
    def _read_left(self, alert_ids):
        """What left the warehouse since the alert: ``{alert id: {outcome: (quantity, documents)}}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT alert.id, entry.kind, sum(-entry.quantity), array_agg(DISTINCT entry.document)
                  FROM lot_expiry_alert alert
                  JOIN lot_ledger entry ON entry.lot_id = alert.lot_id
                   AND entry.company_id = alert.company_id
                   AND entry.recorded_at >= alert.create_date
                  JOIN stock_location place
                    ON place.id = CASE WHEN entry.quantity < 0 THEN entry.location_id
                                       ELSE entry.location_dest_id END
                 WHERE alert.id = ANY(%s) AND entry.kind = ANY(%s)
                   AND place.warehouse_id IS NOT DISTINCT FROM alert.warehouse_id
                   AND NOT entry.reversal
                   AND NOT EXISTS (SELECT FROM lot_ledger later
                                    WHERE later.corrects_id = entry.id AND later.reversal)
                 GROUP BY alert.id, entry.kind
                """,
                alert_ids,
                list(OUTCOME_BY_KIND),
            )
        )
        left = {}
        for alert_id, kind, quantity, documents in rows:
            outcomes = left.setdefault(alert_id, {})
            outcome = OUTCOME_BY_KIND[kind]
            before, known = outcomes.get(outcome, (0.0, []))
            outcomes[outcome] = (before + quantity, known + [name for name in documents if name])
        return left

    @api.model
    def _explain_gone(self, left, quantity, uom):
        """``(outcome, sentence)``: what most of it did, and all that happened.

        What the ledger does not tell did not leave the company: it was moved.
        """
        left = {outcome: row for outcome, row in left.items() if row[0] > 0}
        rest = quantity - sum(amount for amount, _documents in left.values())
        if rest > 1e-6:
            left["moved"] = (rest, [])
        if not left:
            return "other", self.env._("The stock is gone.")
        names = dict(self.env["lot.expiry.alert"]._fields["outcome"]._description_selection(self.env))
        parts = [
            self.env._(
                "%(what)s: %(quantity)s %(unit)s%(documents)s",
                what=names[outcome],
                quantity=f"{amount:.6f}".rstrip("0").rstrip("."),
                unit=uom or "",
                documents=f" ({', '.join(sorted(set(documents))[:10])})" if documents else "",
            )
            for outcome, (amount, documents) in sorted(left.items(), key=lambda one: -one[1][0])
        ]
        return max(left, key=lambda outcome: left[outcome][0]), "; ".join(parts)

    @api.model
    def _supersede(self, rows):
        """What was open of the same lot and warehouse goes on as a new alert.

        :param rows: ``[(alert id, name of the new level)]``
        """
        self._close([(old, "superseded", self.env._("Now at the level %s.", name)) for old, name in rows])

    @api.model
    def _close(self, closed):
        """Resolve alerts, and ask nobody any more.

        :param closed: ``[(alert id, outcome, sentence)]``
        """
        alerts = self.env["lot.expiry.alert"].browse(row[0] for row in closed)
        alerts.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE lot_expiry_alert alert
                   SET state = 'resolved', outcome = closed.outcome, resolution = closed.resolution,
                       closed_itself = TRUE, resolved_at = %s, climbs_at = NULL,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM unnest(%s, %s, %s) AS closed (id, outcome, resolution)
                 WHERE alert.id = closed.id
                """,
                fields.Datetime.now(),
                *map(list, zip(*closed)),
            )
        )
        alerts.invalidate_recordset()
        alerts._drop_activities()
