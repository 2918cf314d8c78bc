"""What it costs to reserve by a policy where one product lies in very many quants.

The same order from the same stock, by Odoo's own FEFO and by a policy: which asks how much life
is left, and keeps why. Nothing of it is kept.
"""

import gc
import statistics
import time

NEED = 200
SHELVES = 20


def compare(session, count, repeat):
    """Reserve an order from `count` quants by Odoo and by a policy, in turns.

    :returns: two of ``(median seconds, queries)``: with a policy, without; and the lots each took
    """
    with session.fresh() as env:
        moves = {ours: make_order(env, ours, count) for ours in (True, False)}
        env.flush_all()
        env.cr.execute("ANALYZE stock_lot, stock_quant")
        taken = {True: [], False: []}
        queries, lots = {}, {}
        for turn in range(repeat + 1):
            for ours in (True, False) if turn % 2 else (False, True):
                elapsed, queries[ours], lots[ours] = reserve(env, moves[ours])
                if turn:  # the first warms up what is loaded once
                    taken[ours].append(elapsed)
        medians = [(statistics.median(taken[one]), queries[one]) for one in (True, False)]
    return *medians, lots[True], lots[False]


def reserve(env, move):
    """``(seconds, queries, [name of the lot])``; the reservation is taken back."""
    env.invalidate_all()
    gc.collect()
    queries = env.cr.sql_log_count
    begin = time.perf_counter()
    move._action_assign()
    env.flush_all()
    elapsed = time.perf_counter() - begin
    queries = env.cr.sql_log_count - queries
    if move.state != "assigned":
        raise AssertionError(f"{move.product_id.name} was not reserved: {move.state}")
    lots = move.move_line_ids.sorted("id").mapped("lot_id.name")
    move._do_unreserve()
    env.flush_all()
    return elapsed, queries, lots


def make_order(env, ours, count):
    """A confirmed delivery of :data:`NEED` units from `count` quants of as many lots."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)])[0]
    customers = env.ref("stock.stock_location_customers")
    category = env["product.category"].create({"name": f"Bench {ours}"})
    product = env["product.product"].create(
        {
            "name": f"Bench reserving, {'policy' if ours else 'Odoo'}",
            "type": "consu",
            "is_storable": True,
            "tracking": "lot",
            "use_expiration_date": True,
            "categ_id": category.id,
        }
    )
    partner = env["res.partner"].create({"name": f"Bench {ours}"})
    strategy = "removal_fefo_expiry" if ours else "removal_fefo"
    module = "lot_genealogy" if ours else "product_expiry"
    strategy = env.ref(f"{module}.{strategy}")
    if ours:
        env["lot.policy"].create(
            {
                "name": "Bench",
                "active": True,
                "product_ids": product.ids,
                "removal_strategy_id": strategy.id,
            }
        )
        env["lot.shelf.rule"].create({"days": 30, "partner_id": partner.id})
    else:
        category.removal_strategy_id = strategy
    insert_stock(env, product, warehouse.lot_stock_id, count)
    places = {"location_id": warehouse.lot_stock_id.id, "location_dest_id": customers.id}
    picking = env["stock.picking"].create(
        {"picking_type_id": warehouse.out_type_id.id, "partner_id": partner.id, **places}
    )
    move = env["stock.move"].create(
        {"picking_id": picking.id, "product_id": product.id, "product_uom_qty": NEED, **places}
    )
    move._action_confirm(merge=False)
    move._do_unreserve()
    return move


def insert_stock(env, product, stock, count):
    """Lots of ten units that expire from 40 days on, an hour after each other."""
    shelves = env["stock.location"].create(
        [{"name": f"{product.name} {number}", "location_id": stock.id} for number in range(SHELVES)]
    )
    env.flush_all()
    env.cr.execute(
        """
        WITH lots AS (
            INSERT INTO stock_lot (name, product_id, expiration_date, removal_date, effective_date)
            SELECT 'B-' || number, %(product)s, expiry, expiry, expiry
            FROM (
                SELECT number, now()::timestamp(0) + interval '40 days' + number * interval '1 hour' AS expiry
                FROM generate_series(1, %(count)s) AS number
            ) AS numbers
            RETURNING id, expiration_date
        )
        INSERT INTO stock_quant (product_id, location_id, lot_id, company_id, quantity, reserved_quantity,
                                 in_date, expiration_date, removal_date)
        SELECT %(product)s, (%(shelves)s)[1 + id %% %(shelf_count)s], id, %(company)s, 10, 0,
               now(), expiration_date, expiration_date
        FROM lots
        """,
        {
            "product": product.id,
            "count": count,
            "shelves": shelves.ids,
            "shelf_count": SHELVES,
            "company": env.company.id,
        },
    )
    env.invalidate_all()
