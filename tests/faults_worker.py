"""A process of Odoo that is made to fail: run by test_faults.py, which kills some of them.

    python faults_worker.py SCENARIO ARGUMENTS-AS-JSON ODOO-OPTIONS…

Says on its standard output where it is, one line of JSON each, and what a verification
of the ledger finds before and after.
"""

import json
import sys
import threading
import time
import uuid
from unittest.mock import patch

import psycopg2

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

SUPERUSER = 1
PATIENCE = 60.0


def say(word, **facts):
    sys.stdout.write(json.dumps([word, facts]) + "\n")
    sys.stdout.flush()


def pause():
    """Where the test kills this process."""
    time.sleep(PATIENCE)
    sys.exit("nobody killed this process")


class Worker:
    def __init__(self, database):
        self.registry = Registry(database)

    def open(self, uid=SUPERUSER):
        """A cursor of its own: ``with worker.open() as env``."""
        return _Opened(self.registry, uid)

    def verify(self, word):
        with self.open() as env:
            verify = env["lot.verify"].create({})._verify()
            say(
                word,
                state=verify.state,
                differences=verify.difference_count,
                pending=verify.pending_count,
                text="\n".join(verify._get_text()),
            )

    # ---- what there is to move ------------------------------------------------------

    def plant(self, receipts, recorded=True):
        """Two users and so many receipts; done and unknown to the ledger if not `recorded`."""
        with self.open() as env:
            group = env.ref("stock.group_stock_user")
            users = env["res.users"].create(
                [
                    {"name": name, "login": str(uuid.uuid4()), "group_ids": [Command.link(group.id)]}
                    for name in ("Ann", "Bob")
                ]
            )
            product = env["product.product"].create(
                {"name": "Tahini", "type": "consu", "is_storable": True, "tracking": "lot"}
            )
            picking_type = env.ref("stock.warehouse0").in_type_id
            places = {
                "location_id": env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": picking_type.default_location_dest_id.id,
            }
            pickings = env["stock.picking"].create(
                [
                    {
                        "picking_type_id": picking_type.id,
                        "partner_id": users[0].partner_id.id,
                        **places,
                        "move_ids": [
                            Command.create({"product_id": product.id, "product_uom_qty": 5.0, **places})
                        ],
                    }
                    for _number in range(receipts)
                ]
            )
            pickings.action_confirm()
            for number, move in enumerate(pickings.move_ids):
                move.move_line_ids.unlink()
                move.move_line_ids = [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": 5.0,
                            "lot_name": f"LOT-{number}",
                            "picking_id": move.picking_id.id,
                            **places,
                        }
                    )
                ]
            pickings.move_ids.picked = True
            if not recorded:
                with patch.object(self.registry["lot.recorder"], "_record", lambda *args: None):
                    pickings.button_validate()
            env.cr.commit()
            say("plant", users=users.ids, pickings=pickings.ids)

    # ---- two at once ----------------------------------------------------------------

    def two_users(self, picking, users):
        """Both validate the same transfer; the second has not seen the first one's commit."""
        started, moved = threading.Event(), threading.Event()
        attempts = []

        def second():
            with self.open(users[1]) as env:
                env.cr.execute("SELECT 1")
                started.set()
                moved.wait(PATIENCE)

                def validate():
                    attempts.append(env["stock.picking"].browse(picking).state)
                    return env["stock.picking"].browse(picking).button_validate()

                try:
                    retrying(validate, env)
                    env.cr.commit()
                    say("second", error=None)
                except Exception as error:  # pylint: disable=broad-except
                    say("second", error=str(error))

        thread = threading.Thread(target=second)
        thread.start()
        started.wait(PATIENCE)
        with self.open(users[0]) as env:
            env["stock.picking"].browse(picking).button_validate()
            env.cr.flush()
            moved.set()
            self._wait_until_blocked()
            env.cr.commit()
        thread.join(PATIENCE)
        say("both", attempts=attempts)

    def _wait_until_blocked(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.open() as env:
                env.cr.execute(
                    """SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
                )
                if env.cr.fetchone()[0]:
                    return
            time.sleep(0.05)
        sys.exit("the second user was never blocked")

    def late_conflict(self, picking, users):
        """All is written, the ledger too, when the transaction fails and is tried again."""
        attempts = []
        with self.open(users[0]) as env:

            def validate():
                env["stock.picking"].browse(picking).button_validate()
                env.cr.flush()
                env.cr.execute("SELECT count(*) FROM lot_ledger WHERE picking_id = %s", [picking])
                attempts.append(env.cr.fetchone()[0])
                if len(attempts) == 1:
                    with self.open() as other:
                        other["res.users"].browse(users[1]).signature = "Somebody else was faster"
                        other.cr.commit()
                env["res.users"].sudo().browse(users[1]).signature = f"attempt {len(attempts)}"

            retrying(validate, env)
            env.cr.commit()
        say("tried", entries=attempts)

    # ---- holds -----------------------------------------------------------------------

    def _plant_lot(self):
        """5 pieces of LOT-0 in stock, and a delivery of 2 of them that is picked."""
        with self.open() as env:
            kept = {"type": "consu", "is_storable": True, "tracking": "lot"}
            product, made = env["product.product"].create(
                [{"name": "Tahini", **kept}, {"name": "Hummus", **kept}]
            )
            lot, output = env["stock.lot"].create(
                [{"name": "LOT-0", "product_id": product.id}, {"name": "MADE", "product_id": made.id}]
            )
            stock = env.ref("stock.warehouse0").lot_stock_id
            env["stock.quant"].with_context(inventory_mode=True).create(
                {
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "location_id": stock.id,
                    "inventory_quantity": 5.0,
                }
            ).action_apply_inventory()
            types = env.ref("stock.warehouse0").out_type_id
            places = {
                "location_id": stock.id,
                "location_dest_id": env.ref("stock.stock_location_customers").id,
            }
            move = Command.create({"product_id": product.id, "product_uom_qty": 2.0, **places})
            picking = env["stock.picking"].create({"picking_type_id": types.id, **places, "move_ids": [move]})
            picking.action_confirm()
            picking.action_assign()
            picking.move_ids.picked = True
            env.cr.commit()
            return lot.id, output.id, picking.id

    def _try(self, word, attempt):
        """Do something as Odoo does a call: tried again where PostgreSQL refuses."""
        attempts = 0

        def count(env):
            nonlocal attempts
            attempts += 1
            attempt(env)

        error = None
        with self.open() as env:
            try:
                retrying(lambda: count(env), env)
                env.cr.commit()
            except Exception as problem:  # pylint: disable=broad-except
                error = str(problem)
        say(word, attempts=attempts, error=error)

    def _interleave(self, first, second):
        """`second` begins before `first` is committed, and meets it."""
        began, done = threading.Event(), threading.Event()

        def begin(env):
            env.cr.execute("SELECT 1")
            began.set()
            done.wait(PATIENCE)
            second[1](env)

        thread = threading.Thread(target=self._try, args=(second[0], begin))
        thread.start()
        began.wait(PATIENCE)

        def finish(env):
            first[1](env)
            env.cr.flush()
            done.set()
            self._wait_until_blocked()

        self._try(first[0], finish)
        thread.join(PATIENCE)

    def _say_end(self, lot, output, picking):
        with self.open() as env:
            lines = env["lot.hold.line"].search(
                [("state", "=", "held"), ("lot_id", "in", [lot, output])], order="id"
            )
            entries = env["lot.ledger"].search([("lot_id", "=", lot), ("kind", "=", "shipment")])
            say(
                "end",
                state=env["stock.picking"].browse(picking).state,
                shipped=-sum(entries.mapped("quantity")),
                held=lines.lot_id.mapped("name"),
            )

    def hold_first(self):
        lot, output, picking = self._plant_lot()
        self._interleave(
            ("holding", lambda env: env["lot.hold"]._hold([lot], "quality", "Doubt")),
            ("shipping", lambda env: env["stock.picking"].browse(picking).button_validate()),
        )
        self._say_end(lot, output, picking)

    def ship_first(self):
        lot, output, picking = self._plant_lot()
        self._interleave(
            ("shipping", lambda env: env["stock.picking"].browse(picking).button_validate()),
            ("holding", lambda env: env["lot.hold"]._hold([lot], "quality", "Doubt")),
        )
        self._say_end(lot, output, picking)

    def make_while_holding(self):
        lot, output, picking = self._plant_lot()

        def make(env):
            made = env["stock.lot"].browse(output)
            used = env["stock.lot"].browse(lot)
            stock = env.ref("stock.warehouse0").lot_stock_id
            production = made.product_id.property_stock_production
            raw = {"product_id": used.product_id.id, "product_uom_qty": 1.0}
            raw |= {"location_id": stock.id, "location_dest_id": production.id}
            order = env["mrp.production"].create(
                {"product_id": made.product_id.id, "product_qty": 1.0, "move_raw_ids": [Command.create(raw)]}
            )
            order.action_confirm()
            order.lot_producing_ids = made
            order.qty_producing = 1.0
            order.move_raw_ids.picked = True
            order.button_mark_done()

        def hold(env):
            _start, found, _gaps = env["lot.trace"]._find_lots(
                {"items": [{"type": "lot", "id": lot}], "direction": "forward"}
            )
            made = set(found["forward"]) - {lot}
            env["lot.hold"]._hold([lot], "quality", "Doubt", purpose="ship", cascaded={"forward": made})

        self._interleave(("making", make), ("holding", hold))
        self._say_end(lot, output, picking)

    # ---- killed -----------------------------------------------------------------------

    def killed_before_ledger(self, picking, users):
        def record(*args):
            say("moved")
            pause()

        with (
            patch.object(self.registry["lot.recorder"], "_record", record),
            self.open(users[0]) as env,
        ):
            env["stock.picking"].browse(picking).button_validate()

    def killed_before_commit(self, picking, users):
        with self.open(users[0]) as env:
            env["stock.picking"].browse(picking).button_validate()
            env.cr.flush()
            env.cr.execute("SELECT count(*) FROM lot_ledger WHERE picking_id = %s", [picking])
            say("recorded", entries=env.cr.fetchone()[0])
            pause()

    def validate(self, pickings, users):
        """One transaction each, until one fails: False then."""
        for picking in pickings:
            try:
                with self.open(users[0]) as env:
                    env["stock.picking"].browse(picking).button_validate()
                    env.cr.commit()
            except psycopg2.Error as error:
                say("failed", picking=picking, error=type(error).__name__, code=error.pgcode)
                return False
            say("validated", picking=picking)
        return True

    # ---- history ------------------------------------------------------------------------

    def plan_history(self, batch):
        module = "odoo.addons.lot_genealogy.models.lot_history"
        with patch(f"{module}.AT_ONCE", 0), patch(f"{module}.BATCH", batch), self.open() as env:
            history = env["lot.history"]._start()
            env.cr.commit()
            say("planned", batches=len(history.batch_ids))

    def load_history(self, pause_in=0):
        """The job; stops before it commits batch number `pause_in`."""
        batches = self.registry["lot.history.batch"]
        load = batches._load
        count = 0

        def load_and_pause(batch):
            nonlocal count
            load(batch)
            count += 1
            if count == pause_in:
                batch.env.cr.flush()
                say("loaded", count=count)
                pause()

        with patch.object(batches, "_load", load_and_pause), self.open() as env:
            env["lot.history"]._load()
            env.cr.commit()
            say("finished", count=count)

    def seal(self, pause_in=0):
        """The job, in blocks of three entries; stops before it commits block number `pause_in`."""
        seals = self.registry["lot.seal"]
        append = seals._append
        count = 0

        def append_and_pause(model, vals_list):
            nonlocal count
            block = append(model, vals_list)
            count += 1
            if count == pause_in:
                say("sealed")
                pause()
            return block

        small = patch("odoo.addons.lot_genealogy.models.lot_seal.BATCH", 3)
        with small, patch.object(seals, "_append", append_and_pause), self.open() as env:
            env["lot.seal"]._seal()
            env.cr.commit()
            found = env["lot.seal"]._verify()
            say("finished", count=count, holds=found["holds"], waiting=found["waiting"])

    def edit_while_loading(self, picking):
        """A done line is changed after the loader has begun a batch and before it comes to it."""
        with self.open() as loader:
            loader.cr.execute("SELECT 1")
            with self.open() as env:
                env["stock.picking"].browse(picking).move_line_ids.quantity = 3.0
                env.cr.commit()
            try:
                for batch in loader["lot.history.batch"].search([("loaded_at", "=", False)]):
                    batch._load()
                say("loader", error=None)
            except psycopg2.Error as error:
                say("loader", error=type(error).__name__)


class _Opened:
    def __init__(self, registry, uid):
        self.cr = registry.cursor()
        self.uid = uid

    def __enter__(self):
        return api.Environment(self.cr, self.uid, {})

    def __exit__(self, *exception):
        self.cr.close()


def main(kind):
    _script, scenario, arguments, *options = sys.argv
    config.parse_config([*options, "--no-http", "--log-level=error"], setup_logging=True)
    worker = kind(config["db_name"][0])
    worker.verify("before")
    # A database that failed may have no room for the record of a verification.
    if getattr(worker, scenario)(**json.loads(arguments)) is False:
        say("after")
    else:
        worker.verify("after")


if __name__ == "__main__":
    main(Worker)
