"""Whatever is reserved, typed, freed, shipped and returned: quants and reservations stay true.

More steps than in the suite: LOT_GENEALOGY_STEPS=1000 LOT_GENEALOGY_SEED=6 ./dev test
tests/test_removal_steps.py, and so on with other seeds: in one transaction they become slower and slower.
"""

import os
from collections import Counter
from random import Random

from odoo import Command
from odoo.tests import freeze_time, tagged

from .removal_common import NOW, RemovalCase

STEPS = int(os.environ.get("LOT_GENEALOGY_STEPS", 150))
SEED = int(os.environ.get("LOT_GENEALOGY_SEED", 5))
CHECKED_EVERY = 25


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRemovalSteps(RemovalCase):
    def test_random_steps_leave_no_phantom_and_no_negative_quants(self):
        self.random = Random(SEED)
        self._rule("femal", removal_margin=5)
        self.env["lot.shelf.rule"].create({"days": 12, "partner_id": self.customer.id})
        self.warehouse.delivery_steps = "pick_ship"
        self.shelves = self.env["stock.location"].create(
            [{"name": f"Shelf {number}", "location_id": self.stock_location.id} for number in range(2)]
        )
        self.open = []
        self.done = self.env["stock.picking"]
        self.total = 0.0
        self.count = 0
        steps = (self._do_receive, self._do_reserve, self._do_type, self._do_free, self._do_ship)
        steps += (self._do_ship, self._do_reserve, self._do_return, self._do_scrap)
        for number in range(STEPS):
            self.random.choice(steps)()
            if number % CHECKED_EVERY == CHECKED_EVERY - 1:
                self._check_quants()
        self._check_quants()
        self.assertTrue(self.done)

    def _do_receive(self):
        self.count += 1
        quantity = float(self.random.randint(1, 12))
        # A pallet of its own: one that was reserved whole, or has left, gets nothing more.
        package = self.random.choice([None, self.env["stock.package"].create({"name": f"PAL-{self.count}"})])
        location = self.random.choice(self.shelves)
        days = self.random.randint(-3, 25)
        self._put(
            f"S-{self.count % 40}", quantity, days=days, location=location, at=self.count, package=package
        )
        self.total += quantity

    def _do_reserve(self):
        move = {
            "product_id": self.milk.id,
            "product_uom_qty": float(self.random.randint(1, 15)),
            "location_id": self.stock_location.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        picking = self.env["stock.picking"].with_user(self.worker)
        picking = picking.create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.random.choice([self.customer, self.other_customer]).id,
                "location_id": self.stock_location.id,
                "move_ids": [Command.create(move)],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.open.append(picking)

    def _pick_open(self):
        return self.random.choice(self.open) if self.open else None

    def _do_type(self):
        picking = self._pick_open()
        if picking:
            picking.move_ids.quantity = float(self.random.randint(0, 15))

    def _do_free(self):
        picking = self._pick_open()
        if picking:
            picking.do_unreserve()
            picking.action_assign()

    def _do_ship(self):
        """As it is reserved; what was typed beyond what fits has no lot, and goes back first."""
        picking = self._pick_open()
        if not picking:
            return
        picking.move_line_ids.filtered(lambda line: not line.lot_id).unlink()
        if not picking.move_line_ids:
            return
        self.open.remove(picking)
        # Of a pallet that was reserved as a whole less may have been typed: it leaves without its pallet.
        picking.move_line_ids.result_package_id = False
        shipped = sum(picking.move_line_ids.mapped("quantity_product_uom"))
        picking.move_ids.picked = True
        picking.with_context(skip_expired=True, skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.total -= shipped
        self.done |= picking

    def _do_return(self):
        if not self.done:
            return
        picking = self.random.choice(self.done)
        self.done -= picking
        returned = self._return(picking)
        self.total += sum(returned.move_line_ids.mapped("quantity_product_uom"))

    def _do_scrap(self):
        quants = self._get_quants().filtered(lambda quant: quant.quantity - quant.reserved_quantity >= 1)
        if not quants:
            return
        quant = self.random.choice(quants)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.milk.id,
                "lot_id": quant.lot_id.id,
                "scrap_qty": 1.0,
                "location_id": quant.location_id.id,
                "package_id": quant.package_id.id,
            }
        )
        scrap.do_scrap()
        self.total -= 1.0

    def _get_quants(self):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", self.milk.id),
                ("location_id", "child_of", self.warehouse.view_location_id.id),
            ]
        )

    def _check_quants(self):
        self.env.flush_all()
        self.env.invalidate_all()
        quants = self._get_quants()
        # What is typed beyond what is there reserves without lot, in a quant of nothing: as in Odoo.
        self.assertFalse(quants.filtered(lambda quant: not quant.lot_id and quant.quantity))
        quants = quants.filtered("lot_id")
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0))
        self.assertFalse(quants.filtered(lambda quant: quant.reserved_quantity > quant.quantity))
        keys = Counter((one.location_id, one.lot_id, one.package_id, one.owner_id) for one in quants)
        self.assertFalse([key for key, count in keys.items() if count > 1])
        self.assertEqual(sum(quants.mapped("quantity")), self.total)
        reserved = Counter()
        lines = self.env["stock.move.line"].search(
            [
                ("product_id", "=", self.milk.id),
                ("state", "not in", ("done", "cancel", "draft")),
                ("lot_id", "!=", False),
            ]
        )
        for line in lines:
            reserved[line.location_id, line.lot_id, line.package_id, line.owner_id] += (
                line.quantity_product_uom
            )
        held = {
            (one.location_id, one.lot_id, one.package_id, one.owner_id): one.reserved_quantity
            for one in quants
            if one.reserved_quantity
        }
        self.assertEqual(held, {key: amount for key, amount in reserved.items() if amount})
