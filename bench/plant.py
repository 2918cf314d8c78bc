"""Makes the plant: a database with the module, and years of stock moves in it."""

import json
import subprocess
import sys
import time
from pathlib import Path

from fill import TABLES, fill
from plan_chain import plan_chain
from plan_food import plan_food
from psycopg2 import OperationalError
from session import give_up

SHAPES = {"food": plan_food, "chain": plan_chain}
DEV = Path(__file__).resolve().parent.parent / "dev"
PARAMETER = "lot_genealogy.bench"
VERSION = 2  # of the generator: a database of another one is made anew
BATCH = 50_000
LEDGER = ("lot_ledger", "lot_event", "lot_party")


def get_stamp(lines, shape, seed):
    return {"version": VERSION, "lines": lines, "shape": shape, "seed": seed}


def read_stamp(name):
    """What is in a database: a dict, empty if no plant of ours; None: no database.

    Beside what `get_stamp` gave it has ``loaded``, [lines, seconds], once whole.
    """
    from odoo.sql_db import db_connect

    try:
        cr = db_connect(name).cursor()
    except OperationalError as error:
        if "does not exist" in str(error):
            return None
        raise
    with cr:
        cr.execute("SELECT to_regclass('ir_config_parameter')")
        if not cr.fetchone()[0]:
            return {}
        cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [PARAMETER])
        row = cr.fetchone()
        return json.loads(row[0]) if row else {}


def make_database(name):
    """A new database with the module, in the place of one of that name."""
    _run_dev(name, "db", name, "--replace")


def upgrade_database(name):
    """Bring the module in a database of an earlier run up to this code."""
    _run_dev(name, "odoo", "server", "-d", name, "-u", "lot_genealogy", "--stop-after-init", "--no-http")


def _run_dev(name, *arguments):
    from odoo.sql_db import close_db

    close_db(name)
    command = [sys.executable, str(DEV), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        give_up(f"no database {name}: {(done.stdout + done.stderr).strip()}")


def drop_database(name):
    from odoo.sql_db import close_db, db_connect

    close_db(name)
    with db_connect("postgres").cursor() as cr:
        cr.rollback()
        cr.connection.autocommit = True
        cr.execute(f'DROP DATABASE "{name}"')
        cr.connection.autocommit = False


def make(session, stamp, say):
    """Fill an empty database and load the ledger; returns its stamp."""
    with session.fresh(commit=True) as env:
        env["ir.config_parameter"].set_param(PARAMETER, json.dumps(stamp))
    with session.fresh(commit=True) as env:
        span = _build(env, stamp, say)
    say("vacuum of Odoo's tables")
    vacuum(session, TABLES)
    say("loading the ledger by the module's own recorder")
    seconds = _record(session, span)
    vacuum(session, LEDGER)
    whole = {**stamp, "loaded": [span[1] + 1 - span[0], seconds]}
    with session.fresh(commit=True) as env:
        env["ir.config_parameter"].set_param(PARAMETER, json.dumps(whole))
    return whole


def _build(env, stamp, say):
    """Write the plan into Odoo's tables; returns ids of the first and the last line."""
    plan = SHAPES[stamp["shape"]](stamp["lines"], stamp["seed"])
    say(f"writing {len(plan.line_doc):,} lines of {len(plan.lot_product):,} lots")
    places = _get_places(env)
    products = _make_products(env, plan)
    suppliers = _make_partners(env, "Supplier", plan.suppliers)
    customers = _make_partners(env, "Customer", plan.customers)
    env.flush_all()
    span = fill(env.cr, plan, places, products, suppliers, customers)
    env.invalidate_all()
    return span


def _get_places(env):
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)])[0]
    production = env["stock.location"].search([("usage", "=", "production")], limit=1)
    loss = env["stock.location"].search([("usage", "=", "inventory")], limit=1)
    return {
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "warehouse": warehouse.id,
        "stock": warehouse.lot_stock_id.id,
        "supplier": env.ref("stock.stock_location_suppliers").id,
        "customer": env.ref("stock.stock_location_customers").id,
        "production": production.id,
        "loss": loss.id,
        "type_in": warehouse.in_type_id.id,
        "type_out": warehouse.out_type_id.id,
        "type_mo": warehouse.manu_type_id.id,
    }


def _make_products(env, plan):
    kilogram = env.ref("uom.product_uom_kgm")
    piece = env.ref("uom.product_uom_unit")
    values = [
        {
            "name": name,
            "default_code": f"B{number:05d}",
            "type": "consu",
            "is_storable": True,
            "tracking": "lot",
            "uom_id": (piece if pieces else kilogram).id,
        }
        for number, (name, _level, pieces) in enumerate(plan.products)
    ]
    products = env["product.product"].with_context(tracking_disable=True).create(values)
    return [
        (product.id, product.uom_id.id, product.default_code, row[1] == 5)
        for product, row in zip(products, plan.products, strict=True)
    ]


def _make_partners(env, name, count):
    country = env.ref("base.de")
    values = [
        {
            "name": f"{name} {number}",
            "is_company": True,
            "street": f"Street {number}",
            "zip": f"{10000 + number}",
            "city": f"Town {number % 97}",
            "country_id": country.id,
            "email": f"{name.lower()}{number}@example.com",
            "phone": f"+49 30 {5000000 + number}",
        }
        for number in range(count)
    ]
    partners = env["res.partner"].with_context(tracking_disable=True).create(values)
    return partners.ids


def _record(session, span):
    """Let the recorder write all lines, in committed batches; returns the seconds."""
    first, last = span
    begin = time.monotonic()
    for start in range(first, last + 1, BATCH):
        with session.fresh(commit=True) as env:
            ids = range(start, min(last + 1, start + BATCH))
            env["lot.recorder"]._load(env["stock.move.line"].browse(ids))
    return time.monotonic() - begin


def vacuum(session, tables):
    """As autovacuum leaves the tables: statistics, and index-only scans work."""
    with session.registry.cursor() as cr:
        cr.rollback()
        cr.connection.autocommit = True
        try:
            for table in tables:
                cr.execute(f"VACUUM (ANALYZE) {table}")
        finally:
            cr.connection.autocommit = False
