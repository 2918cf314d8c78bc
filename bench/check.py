"""An independent walk through the plant, to compare the answers with.

It reads Odoo's own tables (`stock_move_line` and the orders of its moves), never the
ledger, and shares no code with the engine. Its graph has an arc for every link of time:
within a lot, an inflow points to the first outflow that it may feed, and every outflow
to the next later one; so what is reachable is plain graph search. Quantities come from
playing the whole history forward once, line by line.
"""

from bisect import bisect_left, bisect_right
from math import inf

LINES = """
SELECT ml.id, ml.lot_id, COALESCE(m.production_id, m.raw_material_production_id),
       src.usage, dst.usage, ml.quantity_product_uom::float8,
       extract(epoch FROM ml.date)::float8, ml.picking_id
  FROM stock_move_line ml
  JOIN stock_move m ON m.id = ml.move_id
  JOIN stock_location src ON src.id = ml.location_id
  JOIN stock_location dst ON dst.id = ml.location_dest_id
 WHERE ml.state = 'done' AND ml.lot_id IS NOT NULL AND src.usage <> dst.usage
 ORDER BY ml.date, ml.id
"""


class Plant:
    """All done lines, linked by time within each lot and by orders between lots.

    :param tolerance: seconds by which an outflow may be earlier than what it took
    """

    def __init__(self, cr, tolerance):
        cr.execute(LINES)
        self.rows = cr.fetchall()
        inflows, outflows = {}, {}
        self.makes, self.takes = {}, {}  # order: positions of its lines
        self.ships = set()
        for at, (_id, lot, order, _source, dest, *_rest) in enumerate(self.rows):
            if dest == "internal":
                inflows.setdefault(lot, []).append(at)
                if order:
                    self.makes.setdefault(order, []).append(at)
            else:
                outflows.setdefault(lot, []).append(at)
                if order:
                    self.takes.setdefault(order, []).append(at)
                if dest == "customer":
                    self.ships.add(at)
        self.inflows, self.outflows = inflows, outflows
        count = len(self.rows)
        self.feeds = [None] * count  # inflow: the first outflow that it may feed
        self.later = [None] * count  # outflow: the next one
        self.fed_by = [None] * count  # outflow: the last inflow that may feed it
        self.before = [None] * count  # inflow: the one before it
        for lot, outs in outflows.items():
            self._link(inflows.get(lot, []), outs, tolerance)

    def _link(self, ins, outs, tolerance):
        date = self._date
        begun = [at for at in ins if self.rows[at][3] in ("supplier", "production")]
        first = min(map(date, begun or ins), default=inf)
        # From when on an inflow counts: the origin always did.
        since = {at: -inf if date(at) <= first else date(at) - tolerance for at in ins}
        ins = sorted(ins, key=lambda at: (since[at], at))
        outs = sorted(outs, key=lambda at: (date(at), at))
        dates = [date(at) for at in outs]
        begins = [since[at] for at in ins]
        for at in ins:
            place = bisect_left(dates, since[at])
            self.feeds[at] = outs[place] if place < len(outs) else None
        for at in outs:
            place = bisect_right(begins, date(at))
            self.fed_by[at] = ins[place - 1] if place else None
        for one, other in zip(outs, outs[1:], strict=False):
            self.later[one] = other
        for one, other in zip(ins[1:], ins, strict=False):
            self.before[one] = other

    def _date(self, at):
        return self.rows[at][6]

    def forward(self, start):
        """(lots, ids of lines that shipped) reached from the start lots."""
        seen = self._search(start, self.outflows, self.later, self.makes, self.feeds)
        lots = {self.rows[at][1] for at in seen} | set(start)
        return lots, {self.rows[at][0] for at in seen & self.ships}

    def backward(self, start):
        """(lots, ids of lines that received) that the start lots may come from."""
        seen = self._search(start, self.inflows, self.before, self.takes, self.fed_by)
        lots = {self.rows[at][1] for at in seen} | set(start)
        received = {at for at in seen if self.rows[at][3] == "supplier"}
        return lots, {self.rows[at][0] for at in received}

    def _search(self, start, own, along, across, into):
        """Positions of all lines reached.

        :param own: lot: its lines in the walk's direction; of a start lot all count
        :param along: line: the next one of the same lot that is reached with it
        :param across: order: its lines on the other side
        :param into: line on the other side: the first of its lot that it reaches
        """
        waiting = [at for lot in start for at in own.get(lot, ())]
        seen = set(waiting)
        while waiting:
            at = waiting.pop()
            found = [along[at]]
            for other in across.get(self.rows[at][2], ()):
                if other not in seen:
                    seen.add(other)
                    found.append(into[other])
            for one in found:
                if one is not None and one not in seen:
                    seen.add(one)
                    waiting.append(one)
        return seen

    def amounts(self, lot):
        """Line id of a shipment: how much of what the lot held went there.

        Plays all lines in the order of time, with perfect mixing in every lot. Right
        where all products of an order are made in one unit and nothing is posted late.
        """
        held, traced = {}, {}  # of a lot
        away, away_traced = {}, {}  # what left it for customers or as scrap
        inside = {}  # of an order: what it took
        shipped = {}
        for at, row in enumerate(self.rows):
            ident, own, order, source, dest, quantity = row[:6]
            if dest != "internal":
                have = held.get(own, 0.0)
                part = min(1.0, quantity / have) if have > 0 else 1.0
                amount = traced.get(own, 0.0) * part
                traced[own] = traced.get(own, 0.0) - amount
                held[own] = have - quantity
                if order:
                    inside[order] = inside.get(order, 0.0) + amount
                    continue
                place = own, dest
                away[place] = away.get(place, 0.0) + quantity
                away_traced[place] = away_traced.get(place, 0.0) + amount
                if at in self.ships and amount:
                    shipped[ident] = amount
                continue
            amount = 0.0
            if own == lot:
                amount = quantity
            elif order:
                made = sum(self.rows[one][5] for one in self.makes[order])
                amount = inside.get(order, 0.0) * quantity / made
            elif source == "customer":
                place = own, source
                amount = away_traced[place] * quantity / away[place]
                away[place] -= quantity
                away_traced[place] -= amount
            held[own] = held.get(own, 0.0) + quantity
            traced[own] = traced.get(own, 0.0) + amount
        return shipped
