"""What the module costs where people feel it: validating a transfer of many lots."""

import gc
import statistics
import time
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from unittest.mock import patch

import plant
from session import get_processor_time

KINDS = ("delivery", "receipt")
# Small transfers are done in some milliseconds: so many turns, until their median is steady.
MOST_TURNS = 40
# What is taken back leaves dead rows, which the next validation searches: they are removed before.
WRITTEN = ("stock_move", "stock_move_line", "stock_quant", "stock_lot", *plant.LEDGER)
LARGE = 100  # lines: so many dead rows show
MOST_DEAD = 1000  # lines of small transfers, between two vacuums
POLICY_LINES = 20
POLICY_RECEIPTS = 1000  # every second one without


class Cost(NamedTuple):
    """What one way of validating a transfer took."""

    seconds: float
    """Median."""
    processor: float
    """Median of the processor time of Odoo and of its database session: what other programs
    on the machine do hardly changes it."""
    queries: int


class Transfers:
    """Transfers that are ready to be validated, made once; validating is rolled back.

    :param sizes: numbers of lines, each with a lot of its own
    """

    def __init__(self, session, sizes):
        self.session = session
        self.pickings = {}
        for kind in KINDS:
            for size in sizes:
                with session.fresh(commit=True) as env:
                    self.pickings[kind, size] = make_transfer(env, kind, size).id

    def compare(self, kind, size, repeat):
        """Validate with and without recording, in turns.

        :returns: two :class:`Cost`: with, without; and how many of the queries are the
            recorder's own: not Odoo's, which writes its records in other portions when it is
            made to write them earlier
        """
        picking = self.pickings[kind, size]
        turns = max(repeat, min(MOST_TURNS, 400 // size))
        return *self._compare(picking, size, turns, self._without_recording), self._count_own(picking)

    def compare_policy(self):
        """Validate receipts under an active policy, and without policy, ledger and audit book, in turns.

        The policy asks for facts, fixes the records and says how long they are kept.

        :returns: two :class:`Cost`: with, without
        """
        picking = self.pickings["receipt", POLICY_LINES]
        with self.session.fresh(commit=True) as env:
            policy = env["lot.policy"].create(
                {
                    "name": "Bench",
                    "active": True,
                    "is_default": True,
                    "lock_done": True,
                    "retention_ids": env["lot.retention"].search([], limit=1).ids,
                    "demand_ids": [
                        (0, 0, {"fact": fact, "on_receipt": True}) for fact in ("lot", "supplier_lot")
                    ],
                }
            )
        try:
            return self._compare(picking, POLICY_LINES, POLICY_RECEIPTS // 2, self._without_policy)
        finally:
            with self.session.fresh(commit=True) as env:
                env["lot.policy"].browse(policy.id).active = False

    def _without_recording(self):
        return patch.object(self.session.registry["lot.recorder"], "_record", lambda *args: None)

    @contextmanager
    def _without_policy(self):
        models = self.session.registry
        with ExitStack() as stack:
            stack.enter_context(self._without_recording())
            for model, method, result in (
                ("lot.policy", "_get_rules_by_target", {}),
                ("lot.audit", "_book", None),
            ):
                stack.enter_context(patch.object(models[model], method, lambda *args, result=result: result))
            yield

    def _compare(self, picking, size, turns, off):
        """Validate it so often as it is, and as often within `off()`, a context manager."""
        self._validate(picking)  # warms up what is loaded once
        ways = (ExitStack, off)
        taken = ([], [])
        plant.vacuum(self.session, WRITTEN)
        for turn in range(turns):
            if turn and size < LARGE and turn * size % MOST_DEAD < size:
                plant.vacuum(self.session, WRITTEN)
            for number in (0, 1) if turn % 2 else (1, 0):
                if size >= LARGE:
                    plant.vacuum(self.session, WRITTEN)
                with ways[number]():
                    taken[number].append(self._validate(picking))
        return [Cost(*map(statistics.median, zip(*costs, strict=True))) for costs in taken]

    def _count_own(self, picking):
        """How many queries the recorder asks, beside having records written first."""
        recorder = self.session.registry["lot.recorder"]
        record = recorder._record
        own = []

        def count(self, lines, *args):
            self.env.flush_all()
            queries = self.env.cr.sql_log_count
            record(self, lines, *args)
            own.append(self.env.cr.sql_log_count - queries)

        with patch.object(recorder, "_record", count):
            self._validate(picking)
        return sum(own)

    def _validate(self, picking_id):
        with self.session.fresh() as env:
            picking = env["stock.picking"].browse(picking_id)
            gc.collect()
            queries = env.cr.sql_log_count
            computed = get_processor_time(env.cr)
            begin = time.perf_counter()
            done = picking.button_validate()
            env.cr.flush()
            cost = Cost(
                time.perf_counter() - begin,
                get_processor_time(env.cr) - computed,
                env.cr.sql_log_count - queries,
            )
            if done is not True or picking.state != "done":
                raise AssertionError(f"{picking.name} was not validated: {done}")
        return cost


def make_transfer(env, kind, size):
    """A transfer of `size` lots of ten products, all picked."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)])[0]
    stock = warehouse.lot_stock_id
    partner = env["res.partner"].create({"name": "Bench", "city": "Town"})
    products = env["product.product"].create(
        [
            {
                "name": f"Bench transfer {number}",
                "type": "consu",
                "is_storable": True,
                "tracking": "lot",
            }
            for number in range(min(size, 10))
        ]
    )
    if kind == "delivery":
        picking_type = warehouse.out_type_id
        source, dest = stock, env.ref("stock.stock_location_customers")
    else:
        picking_type = warehouse.in_type_id
        source, dest = env.ref("stock.stock_location_suppliers"), stock
    picking = env["stock.picking"].create(
        {
            "picking_type_id": picking_type.id,
            "partner_id": partner.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
    )
    places = {"location_id": source.id, "location_dest_id": dest.id}
    moves = env["stock.move"].create(
        [
            {
                "picking_id": picking.id,
                "product_id": product.id,
                "product_uom_qty": 5 * len(range(number, size, len(products))),
                **places,
            }
            for number, product in enumerate(products)
        ]
    )
    picking.action_confirm()
    lots = _make_lots(env, products, size, stock) if kind == "delivery" else None
    moves.move_line_ids.unlink()
    env["stock.move.line"].create(
        [
            {
                "picking_id": picking.id,
                "move_id": moves[number % len(moves)].id,
                "product_id": products[number % len(products)].id,
                "quantity": 5,
                "picked": True,
                **places,
                **(
                    {"lot_id": lots[number].id}
                    if lots
                    else {"lot_name": f"BENCH-{picking.id}-{number}", "supplier_lot": f"S{number}"}
                ),
            }
            for number in range(size)
        ]
    )
    return picking


def _make_lots(env, products, size, stock):
    products = [products[number % len(products)].id for number in range(size)]
    values = [{"name": f"BENCH-{number}", "product_id": product} for number, product in enumerate(products)]
    lots = env["stock.lot"].create(values)
    for lot in lots:
        env["stock.quant"]._update_available_quantity(lot.product_id, stock, 10, lot_id=lot)
    return lots
