"""Ways of stock that other modules bring; `./dev test` installs them."""

from odoo import Command
from odoo.tests import tagged

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestPaths(GenealogyCase):
    def test_repair_takes_and_gives_back_in_the_true_direction(self):
        part, _picking = self._receive(self.tahini, "PART-1", 10.0)
        old_part = self._create_lot(self.chickpeas, "OLD-1")
        machine = self._create_product("Doser", self.unit, tracking="serial")
        serial = self._create_lot(machine, "SN-1")
        self._count(serial, 1.0)
        self.worker.group_ids |= self.env.ref("stock.group_stock_manager")
        repair = (
            self.env["repair.order"]
            .with_user(self.worker)
            .create(
                {
                    "product_id": machine.id,
                    "lot_id": serial.id,
                    "partner_id": self.customer.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": part.product_id.id,
                                "product_uom_qty": 2.0,
                                "repair_line_type": "add",
                            }
                        ),
                        Command.create(
                            {
                                "product_id": old_part.product_id.id,
                                "product_uom_qty": 1.0,
                                "repair_line_type": "recycle",
                            }
                        ),
                    ],
                }
            )
        )
        repair.action_validate()
        repair.action_repair_start()
        for move, lot, quantity in (
            (repair.move_ids[0], part, 2.0),
            (repair.move_ids[1], old_part, 1.0),
        ):
            move.move_line_ids.unlink()
            self._add_line(move, quantity, lot)
            move.picked = True
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        event = self.env["lot.event"].search([("res_model", "=", "repair.order")])
        event = event.filtered(lambda one: one.res_id == repair.id)
        self.assertEqual(event.kind, "repair")
        self.assertEqual(
            {(entry.lot_id, entry.quantity) for entry in event.input_ids},
            {(part, -2.0), (serial, -1.0)},
        )
        self.assertEqual(
            {(entry.lot_id, entry.quantity) for entry in event.output_ids},
            {(old_part, 1.0), (serial, 1.0)},
        )
        self.assertIn("SN-1", self._names(self._trace(part), "forward"))
        self.assertIn("PART-1", self._names(self._trace(serial), "backward"))

    def test_dropship_is_received_and_shipped_at_once(self):
        lot, picking = self._dropship(5.0)
        purchase, sale = picking.purchase_id, picking.sale_id
        entries = self.env["lot.ledger"].search([("lot_id", "=", lot.id)])
        self.assertEqual(
            {(one.kind, one.quantity, one.party_id.partner_res_id, one.order_name) for one in entries},
            {
                ("receipt", 5.0, self.supplier.id, purchase.name),
                ("shipment", -5.0, self.customer.id, sale.name),
            },
        )
        trace = self._trace(lot)
        self.assertTrue(trace["complete"], trace["gaps"])
        self.assertEqual(trace["forward"]["consignees"][0]["partner"], "Corner Shop")

    def test_subcontracted_lot_knows_its_components(self):
        subcontractor = self.env["res.partner"].create({"name": "Co-packer"})
        component, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        product = self._create_product("Packed hummus", self.unit)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "subcontract",
                "subcontractor_ids": [Command.set(subcontractor.ids)],
                "bom_line_ids": [Command.create({"product_id": self.tahini.id, "product_qty": 0.5})],
            }
        )
        purchase = (
            self.env["purchase.order"]
            .with_user(self.worker)
            .create(
                {
                    "partner_id": subcontractor.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_qty": 8.0, "price_unit": 1.0})
                    ],
                }
            )
        )
        purchase.button_confirm()
        picking = purchase.picking_ids.filtered(lambda one: one.picking_type_code == "incoming")
        production = picking.move_ids._get_subcontract_production()
        place = production.move_raw_ids.location_id
        self.env["stock.quant"].search(
            [("lot_id", "=", component.id), ("location_id", "=", self.stock_location.id)]
        ).with_user(self.worker).move_quants(location_dest_id=place)
        lot = self._create_lot(product, "PACK-1")
        production.lot_producing_ids = lot
        production.qty_producing = 8.0
        production.move_raw_ids.move_line_ids.unlink()
        self._add_line(production.move_raw_ids, 4.0, component)
        production.move_raw_ids.picked = True
        picking.move_ids.move_line_ids.unlink()
        self._add_line(picking.move_ids, 8.0, lot)
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)
        self.assertEqual(self._ledger(lot), [("output", 8.0)])
        self.assertEqual(self._ledger(component)[-1], ("consumption", -4.0))
        self.assertIn("TAH-1", self._names(self._trace(lot, "backward"), "backward"))

    def test_batch_of_deliveries_reaches_every_customer(self):
        lot, _picking = self._receive(self.tahini, "TAH-1", 10.0)
        deliveries = self._ship([(lot, 2.0)], validate=False)
        deliveries |= self._ship([(lot, 3.0)], self.other_customer, validate=False)
        batch = (
            self.env["stock.picking.batch"]
            .with_user(self.worker)
            .create({"picking_ids": [Command.set(deliveries.ids)]})
        )
        batch.action_confirm()
        deliveries.move_ids.picked = True
        batch.action_done()
        self.assertEqual(set(deliveries.mapped("state")), {"done"})
        trace = self._trace(lot, "forward")
        self.assertEqual(
            {row["partner"] for row in trace["forward"]["consignees"]},
            {"Corner Shop", "Hospital Kitchen"},
        )

    def test_several_steps_are_one_receipt_and_one_shipment(self):
        self.warehouse.write({"reception_steps": "three_steps", "delivery_steps": "pick_pack_ship"})
        lot, receipt = self._receive(self.tahini, "TAH-1", 10.0)
        done = self.env["stock.picking"]
        while waiting := (
            self.env["stock.move"].search([("move_orig_ids", "in", receipt.move_ids.ids)]).picking_id - done
        ):
            waiting.with_user(self.worker).action_assign()
            waiting.move_ids.picked = True
            waiting.with_user(self.worker).button_validate()
            done |= waiting
            receipt = waiting
        self.assertEqual(self._ledger(lot), [("receipt", 10.0)])
        quant = self.env["stock.quant"].search([("lot_id", "=", lot.id), ("quantity", ">", 0)])
        self.assertEqual(quant.location_id, self.stock_location)
