"""Shape `chain`: a continuous process, each batch carries over into the next.

A family's batches form chains of 50 to 200; then the plant is cleaned. Half a percent
of the links is rework: some of a batch goes back into a lot made weeks before, maybe
of another family, and that lot is used again. So there are loops, and who does not
look at the time finds half the plant.
"""

from plan import DAY, START, Plan

LINES = 580_000  # of one section; a larger plant has several, with their own products
FAMILIES = 24
RAW = 60
ORDERS_PER_LINE = 1 / 13.8
REWORK = 0.015  # of the orders; each goes back by two links
OLD = (14 * DAY, 150 * DAY)  # the age of a lot that gets rework


class Family:
    """What one piece of equipment makes, batch after batch."""

    def __init__(self, plan, product, raw):
        self.plan = plan
        self.product = product
        self.raw = raw
        self.open = {}  # bought product: [lot, uses left]
        self.left = 0
        self.carry = None
        self.again = None  # an old lot that got rework

    def take(self, product, date):
        rng = self.plan.rng
        if not self.open.get(product):
            lot = self.plan.receive(product, date - rng.uniform(0.5, 15) * DAY)
            self.open[product] = [lot, rng.randrange(4, 40)]
        found = self.open[product]
        found[1] -= 1
        if not found[1]:
            del self.open[product]
        return found[0]

    def batch(self, date):
        plan, rng = self.plan, self.plan.rng
        if not self.left:
            self.left = rng.randrange(50, 201)
            self.carry = None
        self.left -= 1
        inputs = [self.take(product, date) for product in rng.sample(self.raw, 5)]
        inputs += [lot for lot in (self.carry, self.again) if lot is not None]
        self.again = None
        lot = plan.add_lot(self.product, date)
        plan.make(self.product, date, inputs, [lot])
        self.carry = lot
        return lot


class Section:
    """Families that share raw products and rework."""

    def __init__(self, plan, number):
        self.plan = plan
        raw = [plan.add_product(f"S{number} raw {i}", 0) for i in range(RAW)]
        self.families = [
            Family(plan, plan.add_product(f"S{number} family {i}", 5), raw) for i in range(FAMILIES)
        ]
        self.made = []  # (lot, family), by date
        self.young = 0  # the first of them that is too young for rework
        self.ancient = 0
        self.reworked = set()

    def batch(self, date):
        family = self.plan.rng.choice(self.families)
        if self.plan.rng.random() < REWORK and family.carry is not None:
            self._rework(family, date - 60)
        lot = family.batch(date)
        self.made.append((lot, family))
        return lot

    def _rework(self, family, date):
        """Some of the family's last batch goes back into an old lot, each lot once.

        Nothing leaves the old lot in the hour before: so the rule of time has no
        say in quantities, and the independent walk needs none of its subtleties.
        """
        dates = self.plan.lot_date
        while dates[self.made[self.young][0]] < date - OLD[0]:
            self.young += 1
        while dates[self.made[self.ancient][0]] < date - OLD[1]:
            self.ancient += 1
        if self.young == self.ancient or dates[family.carry] >= date - 60:
            return
        old, other = self.made[self.plan.rng.randrange(self.ancient, self.young)]
        if old in self.reworked or other.again is not None:
            return
        self.reworked.add(old)
        self.plan.make(other.product, date, [family.carry], [old])
        other.again = old


def plan_chain(lines, seed):
    plan = Plan(seed)
    rng = plan.rng
    count = max(1, round(lines / LINES))
    plan.suppliers = 60 * count
    plan.customers = 400 * count
    sections = [Section(plan, number) for number in range(1, count + 1)]
    orders = max(20, round(lines * ORDERS_PER_LINE))
    for number in range(orders):
        date = START + (number + rng.random()) / orders * plan.span
        lot = rng.choice(sections).batch(date)
        for _delivery in range(rng.randrange(2, 11)):
            plan.deliver(date + rng.uniform(0.2, 3.8) * DAY, [lot])
    return plan.finish()
