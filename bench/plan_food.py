"""Shape `food`: six levels, 5 to 15 inputs an order, lots used up in turn.

Level 0 is bought, level 5 is packed and shipped in many deliveries. A few bought
products are bulk: one lot stands in the silo for months and goes into everything.
The first of them is the worst: its second lot lasts more than half of the time.
"""

from plan import DAY, START, Plan

LINES = 580_000  # of one section; a larger plant has several, with their own products
LEVELS = range(1, 6)
SHARE = (0, 0.10, 0.12, 0.15, 0.19, 0.44)  # of the orders, by level
PRODUCTS = (60, 20, 20, 25, 30, 120)
BULK = 5
BULK_CHANCE = 0.28  # that an order takes from the first silo; a third of it for others
WINDOW = (0.19, 0.68)  # of the time: the worst lot is in use
DELIVERIES = (1, 15)  # of a finished lot
CUSTOMERS = 1000  # the worst lot reaches all of them
ORDERS_PER_LINE = 1 / 14.9


class Section:
    """A part of the plant with its own products."""

    def __init__(self, plan, number):
        self.plan = plan
        name = f"S{number}"
        self.raw = [plan.add_product(f"{name} raw {i}", 0) for i in range(PRODUCTS[0])]
        self.bulk = [plan.add_product(f"{name} bulk {i}", -1) for i in range(BULK)]
        self.made = [()]
        for level in LEVELS:
            count = PRODUCTS[level]
            names = [f"{name} level {level} no. {i}" for i in range(count)]
            self.made.append([plan.add_product(one, level, level == 5) for one in names])
        self.open = {}  # product: [lot, uses left] in the order in which they came
        self.silo = {}  # bulk product: (lot, until)

    def take_raw(self, product, date):
        rng = self.plan.rng
        lots = self.open.setdefault(product, [])
        if not lots:
            lot = self.plan.receive(product, date - rng.uniform(0.5, 15) * DAY)
            lots.append([lot, rng.randrange(3, 22)])
        lots[0][1] -= 1
        return lots[0][0] if lots[0][1] else lots.pop(0)[0]

    def take_bulk(self, index, date):
        plan, product = self.plan, self.bulk[index]
        lot, until = self.silo.get(product, (None, 0))
        if date >= until:
            if index:
                until = date + plan.rng.uniform(40, 130) * DAY
            else:
                begin, end = (START + part * plan.span for part in WINDOW)
                until = begin if date < begin else end if date < end else date + 1e9
            lot = plan.receive(product, date - plan.rng.uniform(0.5, 5) * DAY)
            self.silo[product] = lot, until
        return lot

    def take_made(self, level, date):
        """The oldest open lot of some product of a level; None if there is none."""
        for _try in range(4):
            product = self.plan.rng.choice(self.made[level])
            lots = self.open.get(product)
            if lots and self.plan.lot_date[lots[0][0]] < date - 7200:
                lots[0][1] -= 1
                return lots[0][0] if lots[0][1] else lots.pop(0)[0]
        return None

    def order(self, level, date):
        plan, rng = self.plan, self.plan.rng
        inputs = []
        for _input in range(rng.randrange(2, 5) if level > 1 else 0):
            from_level = level - 1 if level == 2 or rng.random() < 0.85 else level - 2
            inputs.append(self.take_made(from_level, date))
        for index in range(BULK):
            if rng.random() < (BULK_CHANCE if not index else BULK_CHANCE / 3):
                inputs.append(self.take_bulk(index, date))
        size = rng.randrange(5, 16)
        raw = rng.sample(self.raw, max(0, size - len(inputs)))
        inputs += [self.take_raw(product, date) for product in raw]
        inputs = list(dict.fromkeys(lot for lot in inputs if lot is not None))
        product = rng.choice(self.made[level])
        outputs = [self._new(product, level, date)]
        if level == 3 and rng.random() < 0.1:
            other = rng.choice(self.made[level])
            outputs += [self._new(other, level, date)] if other != product else []
        plan.make(product, date, inputs, outputs)
        return outputs[0]

    def _new(self, product, level, date):
        lot = self.plan.add_lot(product, date)
        if level < 5:
            uses = SHARE[level + 1] * 2.9 / SHARE[level]
            self.open.setdefault(product, []).append(
                [lot, max(1, round(self.plan.rng.uniform(0.4, 1.6) * uses))]
            )
        return lot


def plan_food(lines, seed):
    plan = Plan(seed)
    rng = plan.rng
    sections = max(1, round(lines / LINES))
    plan.suppliers = 60 * sections
    plan.customers = CUSTOMERS * sections
    parts = [Section(plan, number) for number in range(1, sections + 1)]
    orders = max(20, round(lines * ORDERS_PER_LINE))
    recent = [[] for _ in parts]  # finished lots that a delivery may add
    for number in range(orders):
        date = START + (number + rng.random()) / orders * plan.span
        index = rng.randrange(sections)
        level = rng.choices(LEVELS, SHARE[1:])[0]
        lot = parts[index].order(level, date)
        if level < 5:
            continue
        recent[index] = [*recent[index][-20:], lot]
        for _delivery in range(rng.randrange(DELIVERIES[0], DELIVERIES[1] + 1)):
            lots = [lot]
            if rng.random() < 0.05 and recent[index][0] != lot:
                lots.append(recent[index][0])
            plan.deliver(date + rng.uniform(0.5, 45) * DAY, lots)
    return plan.finish()
