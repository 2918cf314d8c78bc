"""Many random steps, and after each of them the stock is what it must be.

More steps than in the suite: LOT_GENEALOGY_STEPS=1000 LOT_GENEALOGY_SEED=6 ./dev test
tests/test_hold_random.py, and so on with other seeds.
"""

import os
import random
from collections import defaultdict

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .hold_common import HoldCase

STEPS = int(os.environ.get("LOT_GENEALOGY_STEPS", 160))
SEED = int(os.environ.get("LOT_GENEALOGY_SEED", 20261102))


@tagged("post_install", "-at_install")
@freeze_time("2026-11-02 09:00:00")
class TestHoldRandom(HoldCase):
    def test_no_phantom_or_negative_stock_after_random_steps(self):
        self.chance = random.Random(SEED)
        self.shipped = defaultdict(float)
        self.received = defaultdict(float)
        self.package = self.env["stock.package"].create({"name": "PAL-1"})
        self.lots = self.env["stock.lot"]
        for number in range(5):
            lot, _receipt = self._receive(self.tahini, f"T-{number}", 40.0)
            self.lots |= lot
            self.received[lot] = 40.0
        self._move(self.lots[0], 10.0, self.shelf)
        self._move(self.lots[1], 10.0, self.shelf, package=self.package)
        self.pickings, self.delivered = self.env["stock.picking"], self.env["stock.picking"]
        steps = [self._do_sell, self._do_sell, self._do_hold, self._do_part, self._do_release]
        steps += [self._do_ship, self._do_ship, self._do_back, self._do_cancel, self._do_forced]
        done = set()
        for _step in range(STEPS):
            step = self.chance.choice(steps)
            if step():
                done.add(step.__name__)
            self._check_stock()
        self.assertEqual(done, {step.__name__ for step in steps})

    # ---- steps ------------------------------------------------------------------------

    def _do_sell(self):
        self.pickings |= self._sell(self.tahini, self.chance.randint(1, 9)).picking_ids
        return True

    def _do_hold(self):
        lot = self.chance.choice(self.lots.filtered(lambda lot: not lot.hold_state) or [None])
        return lot and self._hold(lot, purpose=self.chance.choice(["ship", "use", "all"]))

    def _do_part(self):
        quant = self.chance.choice(
            self.env["stock.quant"].search(
                [
                    ("lot_id", "in", self.lots.ids),
                    ("quantity", ">", 2),
                    ("location_id.usage", "=", "internal"),
                ]
            )
            or [None]
        )
        return quant and self._hold(quant, quantity=self.chance.randint(1, int(quant.quantity)))

    def _do_release(self):
        hold = self.chance.choice(self.env["lot.hold"].search([("state", "=", "held")]) or [None])
        return hold and self._release(hold.with_user(self.quality))

    def _do_ship(self):
        picking = self.chance.choice(
            self.pickings.filtered(lambda one: one.state in ("assigned", "confirmed")) or [None]
        )
        if not picking:
            return False
        picking.action_assign()
        if not picking.move_line_ids:
            return False
        picking.move_ids.picked = True
        for line in picking.move_line_ids:
            self.shipped[line.lot_id] += line.quantity_product_uom
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.pickings -= picking
        self.delivered |= picking
        return True

    def _do_back(self):
        picking = self.chance.choice(self.delivered or [None])
        if not picking:
            return False
        for line in picking.move_line_ids:
            self.shipped[line.lot_id] -= line.quantity_product_uom
        self._return(picking)
        self.delivered -= picking
        return True

    def _do_cancel(self):
        picking = self.chance.choice(self.pickings or [None])
        if not picking:
            return False
        picking.action_cancel()
        self.pickings -= picking
        return True

    def _do_forced(self):
        """Somebody types a held lot over the proposed one: it is refused, and nothing of it stays."""
        lot = self.chance.choice(self.lots.filtered(lambda lot: lot.hold_state == "held") or [None])
        if not lot:
            return False
        with self.assertRaises(UserError):
            self._ship([(lot, 1.0)])
        return True

    # ---- what must be -----------------------------------------------------------------

    def _check_stock(self):
        self.env.flush_all()
        quants = self.env["stock.quant"].search([("product_id", "=", self.tahini.id)])
        own = quants.filtered(lambda quant: quant.location_id.usage == "internal")
        open_lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", self.lots.ids),
                ("state", "not in", ("done", "cancel")),
                ("location_id.usage", "=", "internal"),
            ]
        )
        for quant in own:
            self.assertGreaterEqual(quant.quantity, 0.0)
            self.assertGreaterEqual(quant.reserved_quantity, 0.0)
            self.assertLessEqual(quant.reserved_quantity, quant.quantity)
            self.assertTrue(quant.lot_id, "a quant of no lot")
        for lot in self.lots:
            here = own.filtered(lambda quant, lot=lot: quant.lot_id == lot)
            self.assertEqual(sum(here.mapped("quantity")), self.received[lot] - self.shipped[lot])
            reserved = sum(
                open_lines.filtered(lambda line, lot=lot: line.lot_id == lot).mapped("quantity_product_uom")
            )
            self.assertEqual(sum(here.mapped("reserved_quantity")), reserved)
            if lot.hold_state == "held":
                self.assertEqual(reserved, 0.0)
            held = min(sum(here.mapped("held_quantity")), sum(here.mapped("quantity")))
            self.assertLessEqual(reserved, sum(here.mapped("quantity")) - held)
