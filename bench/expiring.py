"""Measures the expiry job on very many lots, in a real Odoo database.

    ./dev bench expiring                 200,000 lots of 500 products in stock
    ./dev bench expiring --lots 20000

Mornings of one company: a policy is set when all lots have reached a level already (the worst
there is: an alert for each lot, told to two people by e-mail with the list as a spreadsheet);
a run in between with nothing new; a morning on which nothing is new; one on which one lot in
twenty reaches the next level; one on which nobody had answered and all alerts climb; the board;
and one hold on half of the lots, set and released. A missed goal is no failure.
"""

import argparse
import sys
import time

import plant
from session import Session, configure, get_processor_time, measure, read_status, reset_peak
from table import Table, megabytes, number, seconds

GOAL = 60.0
MEMORY_GOAL = 400e6
PRODUCTS = 500
RESERVED = 100


def read_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev bench expiring",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--lots", type=int, default=200_000)
    parser.add_argument("--db", default="bench_expiring", help="name of the database")
    options = parser.parse_args()
    if options.lots < PRODUCTS:
        parser.error(f"--lots is at least {PRODUCTS}")
    return options


def fill(env, lots):
    """Products, and lots that expire one after the other from tomorrow on, one in stock each."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    products = (
        env["product.product"]
        .with_context(tracking_disable=True)
        .create(
            [
                {
                    "name": f"Product {count}",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "lot",
                    "use_expiration_date": True,
                    "standard_price": 1.0 + count % 9,
                }
                for count in range(PRODUCTS)
            ]
        )
    )
    env.flush_all()
    env.cr.execute(
        """
        WITH lots AS (
            INSERT INTO stock_lot (name, product_id, active, expiration_date, use_date, removal_date,
                                   alert_date, create_date, write_date)
            SELECT 'L' || n, (%(products)s::int[])[1 + n %% %(count)s], TRUE, due, due, due, due, now(), now()
              FROM generate_series(1, %(lots)s) AS n
             CROSS JOIN LATERAL (SELECT now()::timestamp + INTERVAL '30 days' * n / %(lots)s
                                        + INTERVAL '1 day' AS due) AS dates
            RETURNING id, product_id)
        INSERT INTO stock_quant (lot_id, product_id, location_id, company_id,
                                 quantity, reserved_quantity, in_date)
        SELECT id, product_id, %(place)s, %(company)s, 5, 0, now() FROM lots
        """,
        {
            "products": products.ids,
            "count": PRODUCTS,
            "lots": lots,
            "place": warehouse.lot_stock_id.id,
            "company": env.company.id,
        },
    )
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {"name": f"Reader {count}", "login": f"reader{count}", "email": f"reader{count}@example.com"}
                for count in range(2)
            ]
        )
    )
    env.company.lot_expiry_hour = 0  # else a bench before the morning looks at yesterday
    role = env["res.groups"].create({"name": "Readers", "user_ids": [(6, 0, users.ids)]})
    step = {"recipient": "group", "group_id": role.id}
    env["lot.policy"].create(
        {
            "name": "All",
            "active": True,
            "is_default": True,
            "expiry_level_ids": [
                (0, 0, {"name": "Notice", "days": 40, "step_ids": [(0, 0, step), (0, 0, step)]}),
                (0, 0, {"name": "Act", "days": 0, "step_ids": [(0, 0, step)]}),
            ],
        }
    )


def reserve(env, lot_ids):
    """A delivery for each ten of these lots."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    places = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    for at in range(0, len(lot_ids), 10):
        picking = env["stock.picking"].create({"picking_type_id": warehouse.out_type_id.id, **places})
        for lot in env["stock.lot"].browse(lot_ids[at : at + 10]):
            move = env["stock.move"].create(
                {"picking_id": picking.id, "product_id": lot.product_id.id, "product_uom_qty": 5, **places}
            )
            line = {"lot_id": lot.id, "quantity": 5, "picking_id": picking.id, **places}
            move.write({"move_line_ids": [(0, 0, {**line, "product_id": lot.product_id.id})]})
        picking.action_confirm()


class Bench:
    def __init__(self, options):
        self.table = Table()
        self.lots = options.lots
        plant.make_database(options.db)
        self.session = Session(options.db)
        with self.session.fresh(commit=True) as env:
            fill(env, options.lots)
        plant.vacuum(self.session, ("stock_lot", "stock_quant"))

    def run(self):
        self.table.title(f"{self.lots:,} lots of {PRODUCTS} products in stock")
        self.measure("first morning, all have reached a level")
        self.measure("an hour later, nothing new")
        self.change("UPDATE res_company SET lot_expiry_day = lot_expiry_day - 1")
        self.measure("next morning, nothing new")
        self.change("UPDATE res_company SET lot_expiry_day = lot_expiry_day - 1")
        with self.session.fresh(commit=True) as env:
            # Of thirty days of lots those of tomorrow, and what is left of today's: one in twenty, about.
            env["lot.expiry.level"].search([("name", "=", "Act")]).days = 2
        self.measure("a morning, some reach the next level")
        self.change(
            "UPDATE lot_expiry_alert SET climbs_at = now() - INTERVAL '1 hour' WHERE climbs_at IS NOT NULL"
        )
        self.change("UPDATE lot_expiry_notice SET told_on = told_on - 1")
        self.measure("a morning after which all that is open climbs")
        self.measure_board()
        self.measure_hold()

    def change(self, query):
        with self.session.registry.cursor() as cr:
            cr.execute(query)

    def measure(self, what):
        before = self.count()
        with self.session.fresh() as env:
            base, queries, begin = reset_peak(), env.cr.sql_log_count, time.perf_counter()
            computed = get_processor_time(env.cr)
            env["lot.expiry.job"]._run()
            taken, queries = time.perf_counter() - begin, env.cr.sql_log_count - queries
            computed = get_processor_time(env.cr) - computed
            memory = read_status("VmHWM") - base
        alerts, told, mails = (new - old for new, old in zip(self.count(), before))
        self.table.add_limit(what, taken, GOAL, seconds)
        self.table.add("   of it processor time", seconds(computed))
        self.table.add("   alerts, told, messages", f"{alerts:,}, {told:,}, {mails:,}")
        self.table.add("   queries", number(queries))
        self.table.add_limit("   memory, peak", memory, MEMORY_GOAL, megabytes)

    def count(self):
        return self.session.fetch(
            "SELECT (SELECT count(*) FROM lot_expiry_alert),"
            " (SELECT count(*) FROM lot_expiry_notice WHERE told_on IS NOT NULL),"
            " (SELECT count(*) FROM lot_expiry_digest)"
        )[0]

    def measure_board(self):
        with self.session.fresh() as env:
            begin = time.perf_counter()
            env["lot.expiry.stock"]._read_group([], ["date:week"], ["value:sum", "risk_value:sum"])
            self.table.add("board: value by week", seconds(time.perf_counter() - begin))

    def measure_hold(self):
        """One hold on half of the lots, some of them reserved; nothing of it is kept."""
        lot_ids = [row[0] for row in self.session.fetch("SELECT id FROM stock_lot ORDER BY id")]
        lot_ids = lot_ids[: self.lots // 2]
        with self.session.fresh(commit=True) as env:
            reserve(env, lot_ids[:RESERVED])

        def hold(env):
            return env["lot.hold"]._hold(lot_ids, "quality", "Bench")

        def prepare(env):
            holds.append(hold(env))
            env.flush_all()
            env.invalidate_all()

        holds = []
        self.table.title(f"One hold on {len(lot_ids):,} lots, {RESERVED} of them reserved")
        for what, action, before in (
            ("set", hold, None),
            ("released", lambda _env: holds[-1]._release("Bench: nothing found"), prepare),
        ):
            found = measure(self.session, 1, action, before)
            self.table.add_limit(what, found.median, GOAL, seconds)
            self.table.add("   of it processor time", seconds(found.processor))
            self.table.add("   queries", number(found.queries))
            self.table.add_limit("   memory, peak", found.memory, MEMORY_GOAL, megabytes)


def main():
    options = read_arguments()
    configure()
    bench = Bench(options)
    try:
        bench.run()
    finally:  # what was measured before something failed
        print(bench.table.render())
    plant.drop_database(options.db)
    return 0


if __name__ == "__main__":
    sys.exit(main())
