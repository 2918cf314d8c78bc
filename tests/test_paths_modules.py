"""Ways of stock that modules bring on which this one does not depend."""

from odoo import Command
from odoo.tests import Form, tagged

from .paths_common import PathsCase


@tagged("post_install", "-at_install")
class TestPathsModules(PathsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = cls.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
        needed = {"repair", "mrp_subcontracting", "stock_dropshipping", "stock_picking_batch"}
        if missing := needed.difference(modules):
            cls.skipTest(cls, f"not installed: {', '.join(sorted(missing))}")
        cls.raw, _picking = cls._receive(cls.tahini, "TAH-1", 100.0)

    def _create_machine(self, motor, number):
        """A machine with a motor of its own, in stock."""
        used = self._create_lot(motor, f"MOT-{number}")
        self._count(used, 1.0)
        machine, _order = self._make(self.machine, f"SN-{number}", 1.0, [(used, 1.0)])
        return machine, used

    def test_repair_changes_a_part_for_another(self):
        motor = self._create_product("Motor", self.unit, tracking="serial")
        self.machine = self._create_product("Machine", self.unit, tracking="serial")
        self.worker.group_ids |= self.env.ref("stock.group_stock_manager")
        serial, old = self._create_machine(motor, 1)
        new, kept = self._create_lot(motor, "MOT-2"), self._create_lot(motor, "MOT-3")
        self._count(new, 1.0)
        form = Form(self.env["repair.order"].with_user(self.worker))
        form.partner_id = self.customer
        form.product_id = self.machine
        form.lot_id = serial
        for kind in ("add", "remove", "recycle"):
            with form.move_ids.new() as line:
                line.repair_line_type = kind
                line.product_id = motor
                line.product_uom_qty = 1.0
        repair = form.save()
        repair.action_validate()
        repair.action_repair_start()
        for move, lot in zip(repair.move_ids, (new, old, kept), strict=True):
            move.move_line_ids.unlink()
            self._add_line(move, 1.0, lot)
            move.picked = True
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertEqual(
            self._event(repair),
            (
                "repair",
                [("MOT-2", "Motor", -1.0), ("SN-1", "Machine", -1.0)],
                [("MOT-1", "Motor", 1.0), ("MOT-3", "Motor", 1.0), ("SN-1", "Machine", 1.0)],
            ),
        )
        # Taken out of the machine and thrown away, or back on the shelf.
        self.assertEqual(
            self._ledger(old),
            [("adjustment", 1.0), ("consumption", -1.0), ("output", 1.0), ("scrap", -1.0)],
        )
        balance = {row["lot"]: row for row in self._trace(old | kept)["balance"]}
        self.assertEqual(balance["MOT-3"]["on_hand"], 1.0)
        self.assertEqual(
            self._names(self._trace(new, "forward"), "forward"), {"MOT-2", "SN-1", "MOT-1", "MOT-3"}
        )

    def test_subcontracted_receipt_in_two_lots(self):
        subcontractor = self.env["res.partner"].create({"name": "Co-packer"})
        product = self._create_product("Packed hummus", self.unit)
        # Odoo dates the order again, to just before the receipt: a fixed record does not forbid it.
        targets = [Command.set((product | self.tahini).ids)]
        self.env["lot.policy"].create({"name": "Fixed", "product_ids": targets, "lock_done": True})
        self._create_bom(
            product,
            [(self.tahini, 0.5)],
            type="subcontract",
            subcontractor_ids=[Command.set(subcontractor.ids)],
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
        place = subcontractor.property_stock_subcontractor
        resupply = self.env["stock.picking"].with_user(self.worker)
        places = {"location_id": self.stock_location.id, "location_dest_id": place.id}
        resupply = resupply.create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "partner_id": subcontractor.id,
                **places,
                "move_ids": [
                    Command.create({"product_id": self.tahini.id, "product_uom_qty": 10.0, **places})
                ],
            }
        )
        resupply.action_confirm()
        self._validate(resupply)
        lots = self._create_lot(product, "PACK-1") | self._create_lot(product, "PACK-2")
        picking.move_ids.move_line_ids.unlink()
        for lot, quantity in zip(lots, (5.0, 3.0), strict=True):
            self._add_line(picking.move_ids, quantity, lot)
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)
        for lot, made, used in zip(lots, (5.0, 3.0), (-2.5, -1.5), strict=True):
            production = self.env["mrp.production"].search([("lot_producing_ids", "in", lot.ids)])
            self.assertEqual(production.state, "done")
            self.assertEqual(
                self._event(production),
                ("manufacture", [("TAH-1", "Tahini", used)], [(lot.name, "Packed hummus", made)]),
            )
            self.assertEqual(self._ledger(lot), [("output", made)])
        self.assertEqual(
            sorted(self._ledger(self.raw)), [("consumption", -2.5), ("consumption", -1.5), ("receipt", 100.0)]
        )
        trace = self._trace(lots[:1], "backward")
        self.assertTrue(trace["complete"], trace["gaps"])

    def test_dropshipped_goods_come_back(self):
        lot, picking = self._dropship(5.0)
        self._return(picking, 2.0)
        entries = self.env["lot.ledger"].search([("lot_id", "=", lot.id)], order="id")
        self.assertEqual(
            sorted((one.kind, one.quantity, one.party_id.partner_res_id) for one in entries[:2]),
            [("receipt", 5.0, self.supplier.id), ("shipment", -5.0, self.customer.id)],
        )
        # Odoo sends it back to the supplier: it never is in stock.
        self.assertEqual(
            sorted((one.kind, one.quantity) for one in entries[2:]),
            [("customer_return", 2.0), ("supplier_return", -2.0)],
        )

    def test_batch_done_through_its_own_screen_with_a_backorder(self):
        deliveries = self._ship([(self.raw, 2.0)], validate=False)
        deliveries |= self._ship([(self.raw, 3.0)], self.other_customer, validate=False)
        form = Form(self.env["stock.picking.batch"].with_user(self.worker))
        form.picking_type_id = self.warehouse.out_type_id
        batch = form.save()
        batch.picking_ids = deliveries
        batch.action_confirm()
        deliveries[1].move_line_ids.quantity = 1.0
        deliveries.move_ids.picked = True
        action = batch.action_done()
        wizard = Form(
            self.env[action["res_model"]].with_user(self.worker).with_context(**action["context"])
        ).save()
        wizard.process()
        self.assertEqual(set(deliveries.mapped("state")), {"done"})
        self.assertEqual(self._ledger(self.raw), [("receipt", 100.0), ("shipment", -2.0), ("shipment", -1.0)])
        self._validate(deliveries[1].backorder_ids)
        self.assertEqual(self._ledger(self.raw)[-1], ("shipment", -2.0))
