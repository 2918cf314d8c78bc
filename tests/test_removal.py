"""Which lot leaves first, by whose rule, and that nobody takes a dead one."""

from datetime import timedelta
from random import Random

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .removal_common import NOW, RemovalCase

# Each strategy as a plain key over what is put in stock at random.
PLAIN = {
    "fefo": lambda lot: lot["removal"],
    "fefo_expiry": lambda lot: lot["days"],
    "fefo_best_before": lambda lot: lot["best_before"],
    "femal": lambda lot: lot["days"],
    "fesal": lambda lot: lot["days"] * 24 - lot["lost"],
    "hifo": lambda lot: -lot["cost"],
    "lofo": lambda lot: lot["cost"],
    "fifo": lambda lot: lot["at"],
    # Odoo's: of several in one moment or place, the quant that was made last.
    "lifo": lambda lot: (-lot["at"], -lot["quant"]),
    "closest": lambda lot: (lot["shelf"].name, -lot["quant"]),
}
MARGIN = 6


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRemoval(RemovalCase):
    # ---- order -----------------------------------------------------------------------------

    def test_random_stock_leaves_as_a_sorted_list_would(self):
        random = Random(19)
        shelves = self.env["stock.location"].create(
            [{"name": f"Shelf {number}", "location_id": self.stock_location.id} for number in range(3)]
        )
        for method, key in PLAIN.items():
            for case in range(6):
                product = self._create_product(
                    f"{method} {case}",
                    self.unit,
                    use_expiration_date=True,
                    lot_valuated=method in ("hifo", "lofo"),
                )
                self._create_policy(
                    f"{method} {case}",
                    {},
                    product_ids=product,
                    removal_strategy_id=self._strategy(method).id,
                    removal_margin=MARGIN,
                )
                stock = self._put_at_random(random, product, shelves, method)
                fit = [lot for lot in stock if self._is_fit(lot, method)]
                plain = sorted(fit, key=lambda lot, key=key: (key(lot), lot["at"], lot["quant"]))
                need = random.randint(1, 40)
                self.assertEqual(
                    self._taken_per_quant(self._sell(float(need), product)),
                    self._take(plain, need),
                    f"{method}, case {case}",
                )

    def _put_at_random(self, random, product, shelves, method):
        stock = []
        for number in range(random.randint(2, 9)):
            lot = {
                "days": random.randint(-3, 12),
                "best_before": random.randint(1, 5),
                "removal": random.randint(1, 5) + 10,
                "cost": float(random.randint(1, 4)),
                "lost": random.choice([0, 24, 96]) if method == "fesal" else 0,
                "at": random.randint(0, 4),
                "quantity": random.randint(1, 9),
                "name": f"{product.name}-{number}",
                "shelf": random.choice(shelves),
            }
            record = self._put(
                lot["name"],
                float(lot["quantity"]),
                days=lot["days"],
                product=product,
                location=lot["shelf"],
                at=lot["at"],
                use_date=NOW + timedelta(days=lot["best_before"]),
                removal_date=NOW + timedelta(days=lot["removal"]),
            )
            record.standard_price = lot["cost"]
            if lot["lost"]:
                # Ten degrees above the reference at Q10 2: as much again is lost as passed.
                self.env["lot.exposure"].create(
                    {"lot_id": record.id, "hours": lot["lost"], "celsius": 14.0, "source": "Logger 7"}
                )
            lot["quant"] = record.quant_ids.id
            stock.append(lot)
        return stock

    def _is_fit(self, lot, method):
        left = lot["days"] - lot["lost"] / 24
        return left >= (MARGIN if method == "femal" else 0)

    def _take(self, plain, need):
        taken = []
        for lot in plain:
            if need <= 0:
                break
            taken.append((lot["name"], min(need, lot["quantity"])))
            need -= lot["quantity"]
        return taken

    def _taken_per_quant(self, picking):
        return [(name, int(quantity)) for name, quantity in self._taken(picking)]

    def test_same_stock_same_choice(self):
        self._rule("lofo")
        for name in ("A", "B", "C"):
            self._put(name, 5.0, days=9).standard_price = 2.0
        first = self._sell(7.0)
        taken = self._taken(first)
        first.do_unreserve()
        first.action_assign()
        self.assertEqual(self._taken(first), taken)
        self.assertEqual(taken, [("A", 5.0), ("B", 2.0)])

    # ---- whose rule ------------------------------------------------------------------------

    def _source(self, product=None, location=None):
        removal = self.env["lot.removal"]
        return removal._get_source(product or self.milk, location or self.stock_location)

    def test_most_specific_rule_wins(self):
        dairy = self.milk.categ_id
        food = self._create_category("Food")
        dairy.parent_id = food
        self.assertEqual(self._source(), ("fifo", None))
        other = self._create_policy(
            "Other", {}, is_default=True, removal_strategy_id=self._strategy("lofo").id
        )
        self.assertEqual(self._source(), ("lofo", other))
        self.stock_location.location_id.removal_strategy_id = self._strategy("lifo")
        self.assertEqual(self._source(), ("lifo", self.stock_location.location_id))
        above = self._create_policy("Food", {}, categ_ids=food, removal_strategy_id=self._strategy("hifo").id)
        self.assertEqual(self._source(), ("hifo", above))
        dairy.removal_strategy_id = self._strategy("fefo")
        self.assertEqual(self._source(), ("fefo", dairy))
        own = self._create_policy(
            "Dairy", {}, categ_ids=dairy, removal_strategy_id=self._strategy("femal").id
        )
        self.assertEqual(self._source(), ("femal", own))
        milk = self._rule("fesal")
        self.assertEqual(self._source(), ("fesal", milk))
        self.assertEqual(
            self.env["stock.quant"]._get_removal_strategy(self.milk, self.stock_location), "fesal"
        )

    def test_lot_says_which_rule_applies_and_from_where(self):
        lot = self._put("M-1", days=9).with_user(self.worker)

        def check(*texts):
            lot.invalidate_recordset(["removal_rule"])
            for text in texts:
                self.assertIn(text, lot.removal_rule)

        check("no rule says otherwise")
        self.stock_location.location_id.removal_strategy_id = self._strategy("lifo")
        check("Last In First Out", "by the location WH")
        self.milk.categ_id.removal_strategy_id = self._strategy("hifo")
        check("HIFO", "by the product category Dairy")
        self._rule("femal", name="Fresh")
        check("FEMAL", "by the policy Fresh")

    def test_strategy_of_this_module_works_from_a_category_without_policy(self):
        self.milk.categ_id.removal_strategy_id = self._strategy("fefo_expiry")
        self._put("LATE", days=20)
        self._put("SOON", days=5, at=5)
        self._put("DEAD", days=-1, removal_date=NOW + timedelta(days=9))
        self.assertEqual(self._taken(self._sell(12.0)), [("SOON", 10.0), ("LATE", 2.0)])

    # ---- expired ---------------------------------------------------------------------------

    def test_expired_lot_is_reserved_on_no_branch(self):
        self._rule("fefo_expiry")
        dead = self._put("DEAD", days=-1, removal_date=NOW + timedelta(days=9))
        self._put("GOOD", 20.0, days=9)
        delivery = self._sell(4.0)
        self.assertEqual(self._taken(delivery), [("GOOD", 4.0)])
        delivery.move_ids.quantity = 6.0
        self.assertEqual(self._taken(delivery), [("GOOD", 6.0)])
        order = self._order_made_from(3.0)
        order.qty_producing = 1.0
        order._set_qty_producing()
        self.assertEqual(self._taken(order), [("GOOD", 3.0)])
        by_hand = self._ship([(dead, 2.0)], validate=False)
        by_hand.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "lot DEAD, .*: expired on 1 Nov 2026"):
            by_hand.button_validate()
        self._scrap(dead, 10.0)

    def test_last_day_is_a_day_of_life(self):
        self._rule("fefo_expiry")
        # Ends with 2 November in Brussels: an hour before midnight in UTC.
        self._put(
            "TODAY", expiration_date=NOW.replace(hour=22, minute=59), removal_date=NOW + timedelta(days=1)
        )
        self.assertEqual(self._taken(self._sell(4.0)), [("TODAY", 4.0)])

    def test_quarantine_takes_what_is_expired(self):
        self._rule("fefo_expiry")
        self._put("DEAD", days=-1)
        quarantine = self.env["stock.location"].create(
            {"name": "Quarantine", "location_id": self.warehouse.view_location_id.id, "is_quarantine": True}
        )
        picking = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": self.stock_location.id,
                    "location_dest_id": quarantine.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.milk.id,
                                "product_uom_qty": 10.0,
                                "location_id": self.stock_location.id,
                                "location_dest_id": quarantine.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(self._taken(picking), [("DEAD", 10.0)])
        picking.move_ids.picked = True
        picking.with_context(skip_expired=True).button_validate()
        self._assert_done(picking)

    def test_product_without_policy_is_as_in_odoo(self):
        self._put("DEAD", days=-1, removal_date=NOW + timedelta(days=9))
        self._put("GOOD", days=9, at=5)
        delivery = self._sell(4.0)
        self.assertEqual(self._taken(delivery), [("DEAD", 4.0)])
        self.assertEqual(self._why(delivery), [False])
        delivery.move_ids.picked = True
        delivery.with_context(skip_expired=True).button_validate()
        self._assert_done(delivery)

    # ---- exposure ----------------------------------------------------------------------------

    def test_logged_warmth_shortens_life_by_the_policy(self):
        policy = self._rule("fesal", exposure_reference=4.0, exposure_q10=2.0)
        warm = self._put("WARM", days=10)
        self._put("COLD", days=8)
        self.env["lot.exposure"].with_user(self.quality).create(
            {
                "lot_id": warm.id,
                "start": NOW - timedelta(days=1),
                "hours": 24.0,
                "celsius": 24.0,
                "source": "L7",
            }
        )
        # Four times as fast for a day: three days are lost.
        self.assertEqual(warm.effective_date, NOW + timedelta(days=7))
        self.assertEqual(self._taken(self._sell(4.0)), [("WARM", 4.0)])
        policy.exposure_q10 = 1.0
        self.assertEqual(warm.effective_date, NOW + timedelta(days=10))
        self.assertEqual(self._taken(self._sell(4.0)), [("COLD", 4.0)])
