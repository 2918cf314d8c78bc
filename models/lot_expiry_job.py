"""The job: closes alerts, opens those of levels that were reached, lets them climb, tells people.

It runs every hour. Once a day of each company, from an hour in its own time zone on, all
lots in stock are looked at; in between those that were changed since. Each batch is committed
with all that follows from it. Killed at any moment, the next run finds what is left: what is
there is not made again. Everything is done in sets: rows in SQL, levels by the engine.
"""

from datetime import timedelta
from functools import lru_cache

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.expiry import DATES, choose_ladder, find_reached, get_climb, get_look_day, is_due
from ..engine.shelf_life import get_end_of_day, get_local_day

BATCH = 5_000
NEVER = "infinity"


class LotExpiryJob(models.AbstractModel):
    _name = "lot.expiry.job"
    _description = "Expiry levels"

    @api.model
    def _run(self):
        """The job, for all companies that have levels or open alerts."""
        cron = self.env["ir.cron"]
        # One is left until the very end: a run that is out of time goes on soon.
        cron._commit_progress(remaining=1)
        for company in self._get_companies():
            for count in self.with_company(company)._run_company(company):
                if not cron._commit_progress(count, remaining=1):
                    return
        cron._commit_progress(1, remaining=0)

    @api.model
    def _get_companies(self):
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        levels = self.env["lot.expiry.level"].search([("policy_id.active", "=", True)])
        alerts = self.env["lot.expiry.alert"]._read_group([("state", "!=", "resolved")], ["company_id"])
        if levels.filtered(lambda level: not level.company_id):
            return companies
        return companies & (levels.company_id.union(*(company for (company,) in alerts)))

    @api.model
    def _run_company(self, company):
        """Does one batch after the other, and yields how much each was: to be committed then."""
        now, started = fields.Datetime.now(), self.env.cr.now()
        zone = self.env["lot.gate"]._get_zone(company)
        today = get_look_day(now, zone, company.lot_expiry_hour)
        due = is_due(now, zone, company.lot_expiry_hour, company.lot_expiry_day or None)
        yield from self._close_redated(company)
        yield from self._close_gone(company)
        yield from self._look(company, zone, today, None if due else company.lot_expiry_seen)
        done = {"lot_expiry_seen": started, "lot_expiry_position": False}
        company.sudo().write(done | ({"lot_expiry_day": today} if due else {}))
        yield 1
        yield from self._climb(company, now)
        yield from self.env["lot.expiry.notice"]._tell(company, get_local_day(now, zone))

    # ---- what was reached -----------------------------------------------------------------

    @api.model
    def _get_ladders(self, company):
        """The ladders of the products that are in stock: ``{product id: (level, …)}``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT product_id FROM stock_quant"
                " WHERE company_id = %s AND lot_id IS NOT NULL AND quantity > 0",
                company.id,
            )
        )
        products = self.env["product.product"].browse(product_id for (product_id,) in rows)
        rules = self.env["lot.policy"]._get_ladder_rules(products, company)
        return {
            product.id: choose_ladder(rules[product.id].expiry_levels, product.lot_expiry_critical)
            for product in products.browse(rules)
        }

    @api.model
    def _look(self, company, zone, today, since=None):
        """Open an alert for the highest level that each lot has reached and that has none.

        :param since: only lots that were changed since
        """
        ladders = self._get_ladders(company)
        if not ladders:
            return
        get_day = lru_cache(maxsize=1 << 16)(lambda moment: moment and get_local_day(moment, zone))
        # What is read is a little too much: the engine decides.
        horizon = get_end_of_day(today + timedelta(days=1), zone)
        # A look that was interrupted goes on behind the last lot, if it is the same one.
        look = str(since or today)
        key, _sep, lot_id = (company.lot_expiry_position or "").partition(" @ ")
        last = (int(lot_id) if key == look else 0, 0)
        while True:
            rows = self.env.execute_query(self._sql_stock(company, ladders, horizon, last, since))
            if not rows:
                break
            last = (rows[-1][0], rows[-1][1])
            known, unresolved = self._read_known(company, [row[0] for row in rows])
            found = []
            for lot_id, warehouse_id, product_id, quantity, own, start, *moments in rows:
                dates = dict(zip(DATES, moments))
                days = {name: get_day(moment) for name, moment in dates.items()}
                reached = find_reached(ladders[product_id], days, start, today)
                if not reached:
                    continue
                armed_for = dates[reached.level.date]
                if (lot_id, warehouse_id, reached.level.key, armed_for) in known:
                    continue
                found.append((lot_id, warehouse_id, reached.level.key, armed_for, reached.day, quantity, own))
            if found:
                self._open(company, found, unresolved)
            # The last lot may have more warehouses than fit: it is looked at again.
            company.sudo().lot_expiry_position = f"{look} @ {rows[-1][0]}"
            yield len(rows)

    @api.model
    def _sql_counts(self, company, quant="quant", place="place"):
        """Stock that can expire: in warehouses or on the way, and not in a place for disposal."""
        disposal = self._get_disposal_locations(company)
        return SQL(
            "%(quant)s.company_id = %(company)s AND %(quant)s.quantity > 0"
            " AND %(place)s.usage IN ('internal', 'transit') AND %(place)s.id <> ALL(%(disposal)s)",
            quant=SQL.identifier(quant),
            place=SQL.identifier(place),
            company=company.id,
            disposal=disposal.ids,
        )

    @api.model
    def _get_disposal_locations(self, company=None):
        """Where levels send what expires, and what is below; of all companies if none is named."""
        domain = Domain("action", "=", "move")
        if company:
            domain &= Domain("company_id", "in", [company.id, False])
        roots = self.env["lot.expiry.level"].sudo().search(domain).disposal_location_id
        return (
            self.env["stock.location"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", roots.ids)])
        )

    @api.model
    def _sql_stock(self, company, ladders, horizon, last, since):
        """Stock of lots near a date, by lot and warehouse, in windows of BATCH rows."""
        cuts = {name: [] for name in DATES}
        for ladder in ladders.values():
            for name in DATES:
                own = [level for level in ladder if level.date == name]
                cut = None
                if any(level.percent is not None for level in own):
                    cut = NEVER
                elif own:
                    cut = str(horizon + timedelta(days=max(level.days for level in own)))
                cuts[name].append(cut)
        near = SQL(" OR ").join(
            SQL("lot.%s <= ladder.%s", SQL.identifier(name), SQL.identifier(name)) for name in DATES
        )
        return SQL(
            """
            SELECT lot.id, COALESCE(place.warehouse_id, 0) AS warehouse, lot.product_id,
                   sum(quant.quantity),
                   COALESCE(sum(quant.quantity) FILTER (WHERE quant.owner_id IS NULL), 0),
                   COALESCE(lot.production_date, lot.create_date::date),
                   lot.expiration_date, lot.use_date, lot.removal_date, lot.alert_date
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id
              JOIN stock_lot lot ON lot.id = quant.lot_id
              JOIN unnest(%(products)s, %(expiration_date)s::timestamp[], %(use_date)s::timestamp[],
                          %(removal_date)s::timestamp[], %(alert_date)s::timestamp[])
                   AS ladder (product_id, expiration_date, use_date, removal_date, alert_date)
                ON ladder.product_id = lot.product_id
             WHERE %(counts)s AND (%(near)s) AND %(since)s
               AND quant.lot_id >= %(lot)s
               AND (quant.lot_id, COALESCE(place.warehouse_id, 0)) > (%(lot)s, %(warehouse)s)
             GROUP BY lot.id, warehouse
             ORDER BY lot.id, warehouse
             LIMIT %(limit)s
            """,
            counts=self._sql_counts(company),
            near=near,
            since=SQL("lot.write_date >= %s", since) if since else SQL("TRUE"),
            products=list(ladders),
            lot=last[0],
            warehouse=last[1],
            limit=BATCH,
            **cuts,
        )

    @api.model
    def _read_known(self, company, lot_ids):
        """What is there already.

        One that closed itself is not known any more: stock that is back, or a date that is
        again what it was, is told again, as a new alert.

        :return: ``{(lot, warehouse or 0, level, date)}``, and what is not resolved:
            ``{(lot, warehouse or 0): [alert id]}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id, COALESCE(warehouse_id, 0), level_id, armed_for, id, state <> 'resolved'
                  FROM lot_expiry_alert
                 WHERE company_id = %s AND lot_id = ANY(%s)
                   AND (state <> 'resolved' OR NOT COALESCE(closed_itself, FALSE))
                """,
                company.id,
                lot_ids,
            )
        )
        unresolved = {}
        for lot_id, warehouse_id, _level, _date, alert_id, is_unresolved in rows:
            if is_unresolved:
                unresolved.setdefault((lot_id, warehouse_id), []).append(alert_id)
        return {row[:4] for row in rows}, unresolved

    @api.model
    def _open(self, company, found, unresolved):
        """Write the alerts of a batch, with who is to be told and what is prepared.

        :param found: ``[(lot id, warehouse id or 0, level id, date, day reached, quantity, own quantity)]``
        :param unresolved: ``{(lot id, warehouse id or 0): [alert id]}``: what they take over from
        """
        now = fields.Datetime.now()
        levels = self.env["lot.expiry.level"].browse({row[2] for row in found})
        climbs = {level.id: get_climb(level.step_ids.mapped("wait_hours"), 0, now) for level in levels}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO lot_expiry_alert
                       (lot_id, product_id, categ_id, company_id, warehouse_id, policy_id, level_id,
                        level_name, action, date_field, armed_for, reached_on, quantity, uom_id, value,
                        currency_id, state, step, climbs_at, markdown_percent, pricelist_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT lot.id, product.id, template.categ_id, %(company)s, NULLIF(found.warehouse_id, 0),
                       level.policy_id, level.id, COALESCE(level.name ->> %(lang)s, level.name ->> 'en_US'),
                       level.action, level.date_field, found.armed_for, found.reached_on,
                       found.quantity, template.uom_id, found.own * %(cost)s, %(currency)s, 'open', 0,
                       climb.climbs_at,
                       CASE WHEN level.action = 'markdown' THEN level.markdown_percent END,
                       CASE WHEN level.action = 'markdown' THEN level.pricelist_id END,
                       %(user)s, %(now)s, %(user)s, %(now)s
                  FROM unnest(%(lot)s, %(warehouse)s, %(level)s, %(armed_for)s::timestamp[],
                              %(reached_on)s::date[], %(quantity)s::numeric[], %(own)s::numeric[])
                       AS found (lot_id, warehouse_id, level_id, armed_for, reached_on, quantity, own)
                  JOIN stock_lot lot ON lot.id = found.lot_id
                  JOIN product_product product ON product.id = lot.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  JOIN lot_expiry_level level ON level.id = found.level_id
                  LEFT JOIN unnest(%(climbing)s, %(climbs_at)s::timestamp[]) AS climb (level_id, climbs_at)
                    ON climb.level_id = found.level_id
                 ORDER BY lot.id
                RETURNING id, level_id, lot_id, product_id, warehouse_id, level_name
                """,
                company=company.id,
                lang=self.env.lang or "en_US",
                cost=self._sql_cost(company.id),
                currency=company.currency_id.id,
                user=self.env.uid,
                # The clock of the ledger: what left is counted from here on.
                now=now,
                climbing=list(climbs),
                climbs_at=[climb and str(climb) for climb in climbs.values()],
                **dict(
                    zip(
                        ("lot", "warehouse", "level", "armed_for", "reached_on", "quantity", "own"),
                        map(list, zip(*found)),
                    )
                ),
            )
        )
        superseded = [
            (alert_id, level_name)
            for _id, _level, lot_id, _product, warehouse_id, level_name in rows
            for alert_id in unresolved.get((lot_id, warehouse_id or 0), ())
        ]
        if superseded:
            self._supersede(superseded)
        self._announce(company, [row[:5] for row in rows], {row[0]: 0 for row in rows})
        acting = set(levels.filtered("action").ids)
        self.env["lot.expiry.alert"].browse(row[0] for row in rows if row[1] in acting)._prepare_actions()

    @api.model
    def _sql_cost(self, company):
        """SQL: the cost of a unit, of `lot`, `product` and `template`.

        :param company: an id, or SQL of one
        """
        cost = "(%s ->> (%s)::text)::numeric"
        of_lot, of_product = (
            SQL(cost, SQL.identifier(table, "standard_price"), company) for table in ("lot", "product")
        )
        return SQL("COALESCE(CASE WHEN template.lot_valuated THEN %s ELSE %s END, 0)", of_lot, of_product)

    @api.model
    def _announce(self, company, rows, steps):
        """Note who is to be told.

        :param rows: ``[(alert id, level id, lot id, product id, warehouse id)]``
        :param steps: ``{alert id: position of the step}``
        """
        levels = self.env["lot.expiry.level"].browse({row[1] for row in rows})
        ladder = {level.id: list(level.step_ids) for level in levels}
        targets, noted = [], {}
        for alert_id, level_id, lot_id, product_id, warehouse_id in rows:
            step = ladder[level_id][steps[alert_id]]
            targets.append((step, product_id, warehouse_id))
            if step.by_note:
                noted.setdefault(step, set()).add(lot_id)
        people = self.env["lot.expiry.step"]._find_users(targets, company)
        notices = [
            (row[0], user_id, steps[row[0]], target[0].by_mail, target[0].by_activity)
            for row, target, user_ids in zip(rows, targets, people)
            for user_id in sorted(user_ids)
        ]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO lot_expiry_notice (alert_id, user_id, step, by_mail, by_activity)"
                " SELECT * FROM unnest(%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                *map(list, zip(*notices)),
            )
        )
        self.env["lot.expiry.alert"].invalidate_model()
        for step, lot_ids in noted.items():
            self._note(step, self.env["stock.lot"].browse(sorted(lot_ids)))

    @api.model
    def _note(self, step, lots):
        level = step.level_id
        body = self.env._(
            "Expiry level reached: %(level)s (%(when)s). Told: %(whom)s.",
            level=level.name,
            when=level.when,
            whom=step.display_name,
        )
        lots._message_log_batch({lot.id: body for lot in lots})

    # ---- who does not answer ----------------------------------------------------------------

    @api.model
    def _climb(self, company, now):
        """Tell the next person of alerts that nobody answered in time.

        Each climbs one step, however late it is: the next person has the whole time too.
        """
        last = 0
        while True:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT id, level_id, lot_id, product_id, warehouse_id, step
                      FROM lot_expiry_alert
                     WHERE company_id = %s AND state = 'open' AND climbs_at <= %s
                       AND level_id IS NOT NULL AND id > %s
                     ORDER BY id LIMIT %s
                       FOR UPDATE
                    """,
                    company.id,
                    now,
                    last,
                    BATCH,
                )
            )
            if not rows:
                break
            last = rows[-1][0]
            levels = self.env["lot.expiry.level"].browse({row[1] for row in rows})
            waits = {level.id: level.step_ids.mapped("wait_hours") for level in levels}
            # The list of a level may have become shorter meanwhile: its last one is told.
            steps = {row[0]: min(row[5] + 1, len(waits[row[1]]) - 1) for row in rows}
            climbs = [(row[0], steps[row[0]], get_climb(waits[row[1]], steps[row[0]], now)) for row in rows]
            self.env.cr.execute(
                SQL(
                    "UPDATE lot_expiry_alert alert SET step = told.step, climbs_at = told.climbs_at"
                    " FROM unnest(%s, %s, %s::timestamp[]) AS told (id, step, climbs_at)"
                    " WHERE alert.id = told.id",
                    *map(list, zip(*((key, step, climb and str(climb)) for key, step, climb in climbs))),
                )
            )
            self._announce(company, [row[:5] for row in rows], steps)
            yield len(rows)
