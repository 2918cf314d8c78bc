"""What a lot is to be used for, and that nothing else is asked when it is only moved about."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from ..models.lot_fitness import Reason
from .common import GenealogyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-02 09:00:00")
class TestFitness(GenealogyCase):
    def _get_use(self, move):
        return self.env["lot.fitness"]._get_use(move)

    def _forbid(self, lot, purposes=("ship", "consume")):
        """A rule as another model would add it: `lot` is used for none of `purposes`."""
        fitness = self.env.registry["lot.fitness"]

        def _get_domain(model, use):
            return Domain("lot_id", "!=", lot.id) if use.purpose in purposes else Domain.TRUE

        def _find_reasons(model, candidates):
            return {
                one: [Reason("forbidden", {"since": "2026-11-01"})]
                for one in candidates
                if one.lot == lot and one.use.purpose in purposes
            }

        def _say_forbidden(model, since):
            return f"forbidden since {since}"

        for method in (_get_domain, _find_reasons):
            patcher = patch.object(fitness, method.__name__, method)
            patcher.start()
            self.addCleanup(patcher.stop)
        fitness._say_forbidden = _say_forbidden
        self.addCleanup(delattr, fitness, "_say_forbidden")

    def _sell(self, product, quantity):
        order = self.env["sale.order"].with_user(self.worker)
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 2.0}
        order = order.create({"partner_id": self.customer.id, "order_line": [Command.create(line)]})
        order.action_confirm()
        return order.picking_ids

    # ---- what it is for ------------------------------------------------------------------

    def test_pick_of_a_delivery_is_for_its_customer(self):
        self.warehouse.delivery_steps = "pick_ship"
        self._receive(self.tahini, "T-1", 10.0)
        pick = self._sell(self.tahini, 4.0)
        self.assertEqual(pick.picking_type_code, "internal")
        use = self._get_use(pick.move_ids)
        self.assertEqual(
            (use.purpose, use.partner, use.location), ("ship", self.customer, self.stock_location)
        )
        pick.button_validate()
        ship = pick.move_ids.move_dest_ids
        use = self._get_use(ship)
        self.assertEqual((use.purpose, use.partner), ("ship", self.customer))
        self.assertEqual(self._get_use(pick.move_ids), use._replace(location=self.stock_location))

    def test_scrap_and_return_to_the_supplier_are_disposal(self):
        lot, receipt = self._receive(self.tahini, "T-1", 10.0)
        self.assertEqual(self._get_use(receipt.move_ids).purpose, "receive")
        self.assertEqual(self._get_use(self._scrap(lot, 1.0).move_ids).purpose, "dispose")
        self.assertEqual(self._get_use(self._return(receipt, 2.0).move_ids).purpose, "dispose")

    def test_components_are_consumed_and_what_is_made_is_received(self):
        tahini, _receipt = self._receive(self.tahini, "T-1", 10.0)
        _lot, order = self._make(self.hummus, "H-1", 5.0, [(tahini, 3.0)])
        self.assertEqual(self._get_use(order.move_raw_ids).purpose, "consume")
        self.assertEqual(self._get_use(order.move_finished_ids).purpose, "receive")

    # ---- where it is asked ---------------------------------------------------------------

    def test_unfit_lot_is_not_reserved_on_any_branch(self):
        first, _receipt = self._receive(self.tahini, "T-1", 10.0)
        second, _receipt = self._receive(self.tahini, "T-2", 10.0)
        self._forbid(first)
        delivery = self._sell(self.tahini, 4.0)
        self.assertEqual(delivery.move_line_ids.lot_id, second)
        delivery.move_ids.quantity = 7.0
        self.assertEqual(delivery.move_line_ids.lot_id, second)
        order = self.env["mrp.production"].with_user(self.worker)
        component = {
            "product_id": self.tahini.id,
            "product_uom_qty": 2.0,
            "location_id": self.stock_location.id,
            "location_dest_id": self.tahini.property_stock_production.id,
        }
        order = order.create(
            {
                "product_id": self.hummus.id,
                "product_qty": 2.0,
                "move_raw_ids": [Command.create(component)],
            }
        )
        order.action_confirm()
        order.qty_producing = 2.0
        order._set_qty_producing()
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, second)
        self.assertEqual(order.move_raw_ids.quantity, 2.0)
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._assert_done(delivery)
        # No second quant, none below zero, and no reservation that nothing holds.
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.tahini.id), ("location_id", "=", self.stock_location.id)]
        )
        self.assertEqual(
            sorted((quant.lot_id.name, quant.quantity, quant.reserved_quantity) for quant in quants),
            [("T-1", 10.0, 0.0), ("T-2", 3.0, 2.0)],
        )

    def test_chained_step_does_not_take_what_became_unfit(self):
        self.warehouse.delivery_steps = "pick_ship"
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        pick = self._sell(self.tahini, 4.0)
        pick.button_validate()
        ship = pick.move_ids.move_dest_ids.picking_id
        self.assertEqual(ship.move_line_ids.lot_id, lot)
        ship.do_unreserve()
        self._forbid(lot)
        ship.action_assign()
        self.assertFalse(ship.move_line_ids)

    def test_gate_tells_all_lines_and_lets_disposal_pass(self):
        lot, receipt = self._receive(self.tahini, "T-1", 10.0)
        chickpeas, _receipt = self._receive(self.chickpeas, "C-1", 10.0)
        self._forbid(lot)
        delivery = self._ship([(lot, 1.0), (chickpeas, 1.0)], validate=False)
        delivery.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "Tahini, lot T-1, .*: forbidden since 2026-11-01") as refused:
            delivery.button_validate()
        self.assertEqual(str(refused.exception).count("•"), 1)
        explained = self.env["lot.fitness"]._explain(lot | chickpeas, self._get_use(delivery.move_ids[0]))
        self.assertEqual(explained, {lot.id: ["forbidden since 2026-11-01"]})
        self._scrap(lot, 1.0)
        self._return(receipt, 2.0)

    def test_caller_cannot_send_a_use(self):
        lot, _receipt = self._receive(self.tahini, "T-1", 10.0)
        self._forbid(lot)
        delivery = self._sell(self.tahini, 4.0)
        self.assertFalse(delivery.move_line_ids)
        forged = {"lot_reservation": ["dispose"], "lot_reservation_filter": [], "quants_cache": {}}
        delivery.with_context(**forged).action_assign()
        self.assertFalse(delivery.move_line_ids)

    def test_receipt_that_a_delivery_waits_for_is_a_receipt(self):
        self._receive(self.tahini, "T-1", 10.0)
        delivery = self._sell(self.tahini, 4.0)
        _lot, receipt = self._receive(self.tahini, "T-2", 4.0)
        receipt.move_ids.move_dest_ids = delivery.move_ids
        use = self._get_use(receipt.move_ids)
        self.assertEqual((use.purpose, use.partner), ("receive", self.supplier))
