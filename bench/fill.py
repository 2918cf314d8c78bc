"""Turns a plan into rows of Odoo's own tables, as done transfers and orders leave them.

The narrow columns are copied into temporary tables, and the server makes the wide rows
out of them. Every row gets its position in the plan, plus what is already there, as id.
"""

from contextlib import contextmanager
from datetime import datetime, timezone
from itertools import islice

from plan import DELIVERY, RECEIPT, RETURN

TABLES = (
    "stock_lot",
    "purchase_order",
    "purchase_order_line",
    "sale_order",
    "sale_order_line",
    "mrp_production",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "stock_move_line_consume_rel",
    "stock_quant",
)
TEMPORARY = """
CREATE TEMP TABLE plan_product (
    n int PRIMARY KEY, product int, uom int, code text, finished bool);
CREATE TEMP TABLE plan_lot (n int PRIMARY KEY, product int, date timestamp);
CREATE TEMP TABLE plan_doc (
    n int PRIMARY KEY, kind int, date timestamp, partner int, product int);
CREATE TEMP TABLE plan_line (
    n int PRIMARY KEY, doc int, kind int, lot int, quantity numeric);
"""
# Kinds of documents and of lines: their numbers in `plan`.
PLACES = """
CREATE TEMP TABLE plan_place AS
SELECT * FROM (VALUES
    (0, %(supplier)s, %(stock)s),
    (1, %(stock)s, %(production)s),
    (2, %(production)s, %(stock)s),
    (3, %(stock)s, %(customer)s),
    (4, %(customer)s, %(stock)s),
    (5, %(stock)s, %(loss)s)) AS place (kind, source, dest);
CREATE TEMP TABLE plan_type AS
SELECT * FROM (VALUES
    (0, %(type_in)s, 'WH/IN/', %(supplier)s, %(stock)s),
    (1, %(type_mo)s, 'WH/MO/', %(stock)s, %(stock)s),
    (2, %(type_out)s, 'WH/OUT/', %(stock)s, %(customer)s),
    (3, %(type_in)s, 'WH/RET/', %(customer)s, %(stock)s),
    (4, NULL::int, 'WH/SP/', %(stock)s, %(loss)s))
    AS type (kind, type, prefix, source, dest);
-- The quantity that an order was for: what it made of its own product.
CREATE TEMP TABLE plan_order AS
SELECT d.n, sum(l.quantity) AS quantity
  FROM plan_doc d JOIN plan_line l ON l.doc = d.n AND l.kind = 2
  JOIN plan_lot lot ON lot.n = l.lot AND lot.product = d.product
 WHERE d.kind = 1 GROUP BY d.n;
ANALYZE plan_product; ANALYZE plan_lot; ANALYZE plan_doc; ANALYZE plan_line;
ANALYZE plan_order;
"""
ROWS = """
INSERT INTO stock_lot (id, name, product_id, location_id, expiration_date, active,
                       product_expiry_reminded, create_uid, write_uid,
                       create_date, write_date)
SELECT %(stock_lot)s + l.n, p.code || '-' || lpad(l.n::text, 7, '0'), p.product,
       NULL, l.date + interval '300 days', TRUE, FALSE, 1, 1, l.date, l.date
  FROM plan_lot l JOIN plan_product p ON p.n = l.product;

INSERT INTO purchase_order (id, partner_id, currency_id, company_id, name, date_order,
                            picking_type_id, state, create_uid, create_date)
SELECT %(purchase_order)s + d.n, d.partner, %(currency)s, %(company)s,
       'P' || lpad(d.n::text, 7, '0'), d.date - interval '9 days', %(type_in)s,
       'purchase', 1, d.date
  FROM plan_doc d WHERE d.kind = 0;

INSERT INTO sale_order (id, company_id, partner_id, partner_invoice_id,
                        partner_shipping_id, name, date_order, picking_policy, state,
                        warehouse_id, currency_id, create_uid, create_date)
SELECT %(sale_order)s + d.n, %(company)s, d.partner, d.partner, d.partner,
       'S' || lpad(d.n::text, 7, '0'), d.date - interval '2 days', 'direct', 'sale',
       %(warehouse)s, %(currency)s, 1, d.date
  FROM plan_doc d WHERE d.kind = 2;

INSERT INTO purchase_order_line (id, order_id, name, product_qty, price_unit,
                                 product_id, product_uom_id, date_planned, company_id,
                                 partner_id)
SELECT %(purchase_order_line)s + l.n, %(purchase_order)s + d.n, p.code, l.quantity, 1,
       p.product, p.uom, d.date, %(company)s, d.partner
  FROM plan_line l JOIN plan_doc d ON d.n = l.doc
  JOIN plan_lot lot ON lot.n = l.lot JOIN plan_product p ON p.n = lot.product
 WHERE d.kind = 0;

INSERT INTO sale_order_line (id, order_id, name, product_uom_qty, price_unit,
                             customer_lead, product_id, product_uom_id, company_id,
                             order_partner_id, state)
SELECT %(sale_order_line)s + l.n, %(sale_order)s + d.n, p.code, l.quantity, 1, 0,
       p.product, p.uom, %(company)s, d.partner, 'sale'
  FROM plan_line l JOIN plan_doc d ON d.n = l.doc
  JOIN plan_lot lot ON lot.n = l.lot JOIN plan_product p ON p.n = lot.product
 WHERE d.kind = 2;

INSERT INTO mrp_production (id, product_id, product_uom_id, picking_type_id,
                            location_src_id, location_dest_id, production_location_id,
                            company_id, name, priority, state, consumption, product_qty,
                            qty_producing, product_uom_qty, is_locked, date_start,
                            date_finished, user_id, create_uid, write_uid, create_date,
                            write_date)
SELECT %(mrp_production)s + d.n, p.product, p.uom, %(type_mo)s, %(stock)s, %(stock)s,
       %(production)s, %(company)s, 'WH/MO/' || lpad(d.n::text, 7, '0'), '0', 'done',
       'flexible', o.quantity, o.quantity, o.quantity, TRUE,
       d.date - interval '1 hour', d.date, 1, 1, 1, d.date, d.date
  FROM plan_doc d JOIN plan_product p ON p.n = d.product
  JOIN plan_order o ON o.n = d.n;

INSERT INTO stock_picking (id, location_id, location_dest_id, picking_type_id,
                           partner_id, company_id, user_id, name, origin, move_type,
                           state, priority, printed, is_locked, scheduled_date,
                           date_done, sale_id, create_uid, write_uid, create_date,
                           write_date)
SELECT %(stock_picking)s + d.n, t.source, t.dest, t.type, d.partner, %(company)s, 1,
       t.prefix || lpad(d.n::text, 7, '0'), NULL, 'direct', 'done', '0', FALSE, TRUE,
       d.date, d.date, CASE d.kind WHEN 2 THEN %(sale_order)s + d.n END, 1, 1, d.date,
       d.date
  FROM plan_doc d JOIN plan_type t USING (kind) WHERE d.kind IN (0, 2, 3);

INSERT INTO stock_move (id, sequence, company_id, product_id, product_uom, location_id,
                        location_dest_id, partner_id, picking_id, picking_type_id,
                        warehouse_id, priority, state, procure_method, reference,
                        product_qty, product_uom_qty, quantity, picked,
                        propagate_cancel, is_inventory, additional, date,
                        unit_factor, production_id, raw_material_production_id,
                        cost_share, purchase_line_id, sale_line_id, create_uid,
                        write_uid, create_date, write_date)
SELECT %(stock_move)s + l.n, 10, %(company)s, p.product, p.uom, place.source,
       place.dest, d.partner,
       CASE WHEN d.kind IN (0, 2, 3) THEN %(stock_picking)s + d.n END,
       t.type, %(warehouse)s, '0', 'done', 'make_to_stock',
       t.prefix || lpad(d.n::text, 7, '0'), l.quantity, l.quantity, l.quantity, TRUE,
       FALSE, FALSE, FALSE, d.date, 1,
       CASE l.kind WHEN 2 THEN %(mrp_production)s + d.n END,
       CASE l.kind WHEN 1 THEN %(mrp_production)s + d.n END, 0,
       CASE d.kind WHEN 0 THEN %(purchase_order_line)s + l.n END,
       CASE d.kind WHEN 2 THEN %(sale_order_line)s + l.n END, 1, 1, d.date, d.date
  FROM plan_line l JOIN plan_doc d ON d.n = l.doc JOIN plan_type t ON t.kind = d.kind
  JOIN plan_place place ON place.kind = l.kind
  JOIN plan_lot lot ON lot.n = l.lot JOIN plan_product p ON p.n = lot.product
 ORDER BY l.n;

INSERT INTO stock_move_line (id, picking_id, move_id, company_id, product_id,
                             product_uom_id, lot_id, location_id, location_dest_id,
                             state, quantity, quantity_product_uom, picked, date,
                             create_uid, write_uid, create_date, write_date)
SELECT %(stock_move_line)s + l.n,
       CASE WHEN d.kind IN (0, 2, 3) THEN %(stock_picking)s + d.n END,
       %(stock_move)s + l.n, %(company)s, p.product, p.uom, %(stock_lot)s + l.lot,
       place.source, place.dest, 'done', l.quantity, l.quantity, TRUE, d.date, 1, 1,
       d.date, d.date
  FROM plan_line l JOIN plan_doc d ON d.n = l.doc
  JOIN plan_place place ON place.kind = l.kind
  JOIN plan_lot lot ON lot.n = l.lot JOIN plan_product p ON p.n = lot.product
 ORDER BY l.n;

-- Odoo links all with all, and its columns are the other way round than their names.
INSERT INTO stock_move_line_consume_rel (consume_line_id, produce_line_id)
SELECT %(stock_move_line)s + made.n, %(stock_move_line)s + used.n
  FROM plan_line made JOIN plan_line used ON used.doc = made.doc AND used.kind = 1
 WHERE made.kind = 2;

-- As Odoo does, also in places that are not ours.
INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity,
                         reserved_quantity, in_date, inventory_quantity_set,
                         create_uid, create_date)
SELECT product_id, CASE WHEN location_id = %(stock)s THEN %(company)s END, location_id,
       lot_id, sum(quantity), 0, min(date), FALSE, 1, min(date)
  FROM (SELECT product_id, lot_id, location_dest_id AS location_id, quantity, date
          FROM stock_move_line WHERE id >= %(stock_move_line)s
         UNION ALL
        SELECT product_id, lot_id, location_id, -quantity, date
          FROM stock_move_line WHERE id >= %(stock_move_line)s) AS flow
 GROUP BY product_id, lot_id, location_id HAVING sum(quantity) <> 0;
"""
# Some of what is left waits for a delivery that can still be stopped.
OPEN = """
CREATE TEMP TABLE plan_open AS
SELECT row_number() OVER (ORDER BY q.id) AS n, q.id AS quant, q.product_id, q.lot_id,
       p.uom, q.quantity, %(customer_partners)s::int[] AS partners
  FROM stock_quant q JOIN plan_product p ON p.product = q.product_id
 WHERE q.location_id = %(stock)s AND q.quantity > 0 AND p.finished AND q.id %% 3 = 0;

INSERT INTO stock_picking (id, location_id, location_dest_id, picking_type_id,
                           partner_id, company_id, name, move_type, state, priority,
                           is_locked, scheduled_date, create_uid, create_date)
SELECT %(next_picking)s + n, %(stock)s, %(customer)s, %(type_out)s,
       partners[1 + n %% array_length(partners, 1)], %(company)s,
       'WH/OUT/OPEN/' || n, 'direct', 'assigned', '0', TRUE, now(), 1, now()
  FROM plan_open;
INSERT INTO stock_move (id, sequence, company_id, product_id, product_uom, location_id,
                        location_dest_id, picking_id, picking_type_id, priority, state,
                        procure_method, reference, product_qty, product_uom_qty,
                        quantity, date, create_uid, create_date)
SELECT %(next_move)s + n, 10, %(company)s, product_id, uom, %(stock)s, %(customer)s,
       %(next_picking)s + n, %(type_out)s, '0', 'assigned', 'make_to_stock',
       'WH/OUT/OPEN/' || n, quantity, quantity, quantity, now(), 1, now()
  FROM plan_open;
INSERT INTO stock_move_line (picking_id, move_id, company_id, product_id,
                             product_uom_id, lot_id, location_id, location_dest_id,
                             state, quantity, quantity_product_uom, picked, date,
                             create_uid, create_date)
SELECT %(next_picking)s + n, %(next_move)s + n, %(company)s, product_id, uom, lot_id,
       %(stock)s, %(customer)s, 'assigned', quantity, quantity, FALSE, now(), 1, now()
  FROM plan_open;
UPDATE stock_quant q SET reserved_quantity = q.quantity FROM plan_open o
 WHERE o.quant = q.id;
"""


def fill(cr, plan, places, products, suppliers, customers):
    """Write the plan's rows; returns the ids of its lines: (first, last).

    :param places: the database's own locations, types, … as parameters of the SQL
    :param products: for each product of the plan ``(id, unit id, code, finished)``
    :param suppliers, customers: ids of partners
    """
    cr.execute(TEMPORARY)
    base = dict(places)
    for table in TABLES[:-2]:
        cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")
        base[table] = cr.fetchone()[0]
    _copy(cr, "plan_product", ((n, *row) for n, row in enumerate(products)))
    _copy(
        cr,
        "plan_lot",
        ((n, p, _when(d)) for n, (p, d) in _rows(plan.lot_product, plan.lot_date)),
    )
    _copy(cr, "plan_doc", _documents(plan, suppliers, customers))
    lines = _rows(plan.line_doc, plan.line_kind, plan.line_lot, plan.line_quantity)
    _copy(cr, "plan_line", ((n, d, k, x, f"{q}e-2") for n, (d, k, x, q) in lines))
    cr.execute(PLACES, base)
    with _bare(cr, TABLES):
        for statement in ROWS.split(";\n\n"):
            cr.execute(statement, base)
    _reset_sequences(cr)
    for name, table in (("next_picking", "stock_picking"), ("next_move", "stock_move")):
        cr.execute(f"SELECT max(id) FROM {table}")
        base[name] = cr.fetchone()[0]
    cr.execute(OPEN, {**base, "customer_partners": customers})
    _reset_sequences(cr)
    first = base["stock_move_line"]
    return first, first + len(plan.line_doc) - 1


def _rows(*columns):
    return enumerate(zip(*columns, strict=True))


def _when(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def _documents(plan, suppliers, customers):
    columns = plan.doc_kind, plan.doc_date, plan.doc_partner, plan.doc_product
    for n, (kind, date, partner, product) in _rows(*columns):
        if kind == RECEIPT:
            partner = suppliers[partner]
        elif kind in (DELIVERY, RETURN):
            partner = customers[partner]
        else:
            partner = None
        yield n, kind, _when(date), partner, product if product >= 0 else None


class _Stream:
    """What COPY reads: the rows as text, made when asked for."""

    def __init__(self, rows):
        self.lines = map(self._line, rows)

    @staticmethod
    def _line(row):
        values = ("\\N" if value is None else str(value) for value in row)
        return "\t".join(values) + "\n"

    def read(self, size=-1):
        return "".join(islice(self.lines, max(1, size // 64) if size > 0 else None))


def _copy(cr, table, rows):
    cr.copy_expert(f"COPY {table} FROM STDIN", _Stream(rows))


@contextmanager
def _bare(cr, tables):
    """Without secondary indexes, foreign keys and exclusions; they are built again afterwards."""
    cr.execute(
        """
        SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE contype IN ('f', 'x') AND conrelid = ANY(%s::regclass[])
        """,
        [list(tables)],
    )
    keys = cr.fetchall()
    cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
          FROM pg_index
         WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique AND NOT indisexclusion
        """,
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, table, _definition in keys:
        cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    for table in tables:
        cr.execute(f"ANALYZE {table}")
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _name, definition in indexes:
        cr.execute(definition)
    for name, table, definition in keys:
        cr.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _reset_sequences(cr):
    for table in TABLES:
        if table != "stock_move_line_consume_rel":
            last = f"SELECT max(id) FROM {table}"
            cr.execute(f"SELECT setval('{table}_id_seq', ({last}))")
