"""Where a chain crosses from one company into another, for those who may see both."""

from odoo import fields

from ..engine.walk import id_array

# Since when each company had something of a lot: by its book, or by what lies there (a
# transfer between companies goes through transit, which is no entry).
CROSSINGS = """
SELECT lot_id, array_agg(name ORDER BY since, name), (array_agg(since ORDER BY since, name))[2]
  FROM (
    SELECT moved.lot_id, c.name, min(moved.since) AS since
      FROM (
        SELECT l.lot_id, l.company_id, l.date AS since
          FROM unnest(%(lots)s::int[]) AS lot (id)
          JOIN lot_ledger l ON l.lot_id = lot.id AND l.quantity < 0
         WHERE NOT l.reversal AND l.company_id = ANY(%(companies)s)
         UNION ALL
        SELECT l.lot_id, l.company_id, l.date
          FROM unnest(%(lots)s::int[]) AS lot (id)
          JOIN lot_ledger l ON l.lot_id = lot.id AND l.quantity > 0
         WHERE NOT l.reversal AND l.company_id = ANY(%(companies)s)
         UNION ALL
        SELECT q.lot_id, q.company_id, q.in_date
          FROM stock_quant q
          JOIN stock_location place ON place.id = q.location_id AND place.usage = 'internal'
         WHERE q.lot_id = ANY(%(lots)s::int[]) AND q.quantity > 0
           AND q.company_id = ANY(%(companies)s)
      ) AS moved
      JOIN res_company c ON c.id = moved.company_id
     GROUP BY moved.lot_id, c.name
  ) AS known
 GROUP BY lot_id HAVING count(*) > 1
 ORDER BY 3, lot_id
"""


def find_crossings(answer, lot_ids):
    """Rows of the answer's ``crossings``: docs/trace.md."""
    if len(answer.companies) < 2:
        return []
    rows = answer.execute(CROSSINGS, {"lots": id_array(lot_ids), "companies": answer.companies})
    shown = answer.cut("crossings", rows)
    answer.names.load_lots({lot_id for lot_id, _names, _date in shown})
    found = []
    for lot_id, names, date in shown:
        row = {
            **answer.names.lot(lot_id),
            "companies": names,
            "date": fields.Datetime.to_string(date),
        }
        row["message"] = answer.user_env._(
            "Lot %(lot)s crosses from one company into another: %(companies)s.",
            lot=row["lot"],
            companies=" → ".join(names),
        )
        found.append(row)
    return found
