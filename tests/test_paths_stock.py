"""Ways of moving: what stands in the ledger after each, to the unit."""

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .paths_common import PathsCase


@tagged("post_install", "-at_install")
class TestPathsStock(PathsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)

    def _entries(self, lot):
        """``[(kind, quantity, partner's id, order, owner's id)]`` of a lot."""
        return [
            (
                one.kind,
                one.quantity,
                one.party_id.partner_res_id,
                one.order_name,
                one.owner_party_id.partner_res_id,
            )
            for one in self.env["lot.ledger"].search([("lot_id", "=", lot.id)], order="id")
        ]

    def test_delivery_in_three_steps_is_one_shipment(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        sale = (
            self.env["sale.order"]
            .with_user(self.worker)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.tahini.id, "product_uom_qty": 4.0})],
                }
            )
        )
        sale.action_confirm()
        done = self.env["stock.picking"]
        while picking := sale.picking_ids - done:
            self.assertEqual(len(self._ledger(self.lot)), 1)
            done |= self._validate(picking)
        self.assertEqual(len(done), 3)
        self.assertEqual(self._entries(self.lot)[1:], [("shipment", -4.0, self.customer.id, sale.name, 0)])

    def test_cross_dock_is_one_receipt_and_one_shipment(self):
        self.warehouse.write({"reception_steps": "two_steps", "delivery_steps": "pick_ship"})
        lot, receipt = self._receive(self.tahini, "TAH-X", 4.0)
        dock, gate = self.warehouse.wh_input_stock_loc_id, self.warehouse.wh_output_stock_loc_id
        self.assertEqual(receipt.move_line_ids.location_dest_id, dock)
        self.warehouse.xdock_type_id.active = True
        for picking_type, source, target in (
            (self.warehouse.xdock_type_id, dock, gate),
            (self.warehouse.out_type_id, gate, self.env.ref("stock.stock_location_customers")),
        ):
            places = {"location_id": source.id, "location_dest_id": target.id}
            self._validate(self._move(picking_type, self.customer, places, lot))
        self.assertEqual(
            [(kind, quantity, party) for kind, quantity, party, _order, _owner in self._entries(lot)],
            [("receipt", 4.0, self.supplier.id), ("shipment", -4.0, self.customer.id)],
        )

    def test_packages_carry_their_lots_out(self):
        self.worker.group_ids |= self.env.ref("stock.group_tracking_lot")
        other, _receipt = self._receive(self.chickpeas, "CHI-1", 20.0)
        delivery = self._ship([(self.lot, 4.0), (other, 6.0)], validate=False)
        delivery.move_ids.picked = True
        delivery.action_put_in_pack()
        package = delivery.move_line_ids.result_package_id
        self.assertEqual(len(package), 1)
        delivery.button_validate()
        self._assert_done(delivery)
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -4.0)])
        self.assertEqual(self._ledger(other), [("receipt", 20.0), ("shipment", -6.0)])
        self._return(delivery)
        self.assertEqual(self._ledger(other)[-1], ("customer_return", 6.0))
        package = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "child_of", self.stock_location.id)]
        )
        self.assertEqual(sum(package.mapped("quantity")), 10.0)

    def test_consigned_goods_keep_their_owner(self):
        self.worker.group_ids |= self.env.ref("stock.group_tracking_owner")
        owner = self.env["res.partner"].create({"name": "Grower"})
        form = Form(
            self.env["stock.picking"]
            .with_user(self.worker)
            .with_context(default_picking_type_id=self.warehouse.in_type_id.id)
        )
        form.partner_id = owner
        form.owner_id = owner
        with form.move_ids.new() as line:
            line.product_id = self.tahini
            line.product_uom_qty = 7.0
        receipt = form.save()
        receipt.action_confirm()
        lot = self._create_lot(self.tahini, "GROW-1")
        receipt.move_ids.move_line_ids.unlink()
        self._add_line(receipt.move_ids, 7.0, lot)
        receipt.move_ids.picked = True
        receipt.button_validate()
        self._assert_done(receipt)
        order = self._order(self.hummus, 2.0, self._create_bom(self.hummus, [(self.tahini, 1.0)]))
        order.lot_producing_ids = self._create_lot(self.hummus, "HUM-1")
        order.qty_producing = 2.0
        self._use(order, [(lot, 2.0)])
        order.move_raw_ids.move_line_ids.owner_id = owner
        order.button_mark_done()
        delivery = self._ship([(lot, 3.0)], validate=False)
        delivery.move_line_ids.owner_id = owner
        delivery.move_ids.picked = True
        delivery.button_validate()
        self.assertEqual(
            [(kind, quantity, one) for kind, quantity, _party, _order, one in self._entries(lot)],
            [("receipt", 7.0, owner.id), ("consumption", -2.0, owner.id), ("shipment", -3.0, owner.id)],
        )
        on_hand = self._trace(lot, "forward")["forward"]["on_hand"]
        self.assertEqual(
            [(row["quantity"], row["owner"]) for row in on_hand if row["lot"] == "GROW-1"],
            [(2.0, "Grower")],
        )
        # The ledger does not stand in the way of tidying up contacts, and stays as it was.
        kept = self.env["res.partner"].create({"name": "Grower and Sons"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [Command.set((owner | kept).ids)], "dst_partner_id": kept.id}
        )
        entries = self._entries(lot)
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertFalse(owner.exists())
        self.assertEqual(self._entries(lot), entries)
        self.env["lot.recorder"]._record(receipt.move_line_ids)
        self.assertEqual(self._entries(lot), entries)

    def test_return_of_a_return(self):
        delivery = self._ship([(self.lot, 6.0)])
        returned = self._return(delivery, 3.0)
        self._return(returned, 2.0)
        order = delivery.sale_id.name
        self.assertEqual(
            self._entries(self.lot)[1:],
            [
                ("shipment", -6.0, self.customer.id, order, 0),
                ("customer_return", 3.0, self.customer.id, order, 0),
                ("shipment", -2.0, self.customer.id, order, 0),
            ],
        )
        trace = self._trace(self.lot, "forward")
        self.assertTrue(trace["complete"], trace["gaps"])
        (row,) = trace["forward"]["consignees"]
        self.assertEqual(row["quantities"][0]["quantity"], 8.0)
        self.assertEqual(row["returned"][0]["quantity"], 3.0)

    def test_exchange_is_a_return_and_another_shipment(self):
        other, _receipt = self._receive(self.tahini, "TAH-2", 10.0)
        delivery = self._ship([(self.lot, 6.0)])
        wizard = Form(
            self.env["stock.return.picking"]
            .with_user(self.worker)
            .with_context(active_id=delivery.id, active_model="stock.picking")
        ).save()
        wizard.product_return_moves.quantity = 2.0
        action = wizard.action_create_exchanges()
        returned = self.env["stock.picking"].browse(action["res_id"])
        self._validate(returned)
        exchange = (delivery.sale_id.picking_ids - delivery - returned).with_user(self.worker)
        self.assertEqual(len(exchange), 1)
        exchange.move_ids.move_line_ids.unlink()
        self._add_line(exchange.move_ids, 2.0, other)
        exchange.move_ids.picked = True
        exchange.button_validate()
        self._assert_done(exchange)
        self.assertEqual(
            self._ledger(self.lot), [("receipt", 10.0), ("shipment", -6.0), ("customer_return", 2.0)]
        )
        self.assertEqual(
            self._entries(other)[1:],
            [("shipment", -2.0, self.customer.id, delivery.sale_id.name, 0)],
        )

    def test_partly_done_delivery_and_its_backorder(self):
        delivery = self._ship([(self.lot, 6.0)], validate=False)
        delivery.move_line_ids.quantity = 4.0
        delivery.move_ids.picked = True
        action = delivery.button_validate()
        wizard = Form(
            self.env[action["res_model"]].with_user(self.worker).with_context(**action["context"])
        ).save()
        wizard.process()
        self._assert_done(delivery)
        self._validate(delivery.backorder_ids)
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -4.0), ("shipment", -2.0)])

    def test_increase_and_decrease_on_a_done_transfer(self):
        self.corrects = True
        delivery = self._ship([(self.lot, 6.0)])
        delivery.action_toggle_is_locked()
        form = Form(delivery.move_ids, view="stock.view_stock_move_operations")
        with form.move_line_ids.edit(0) as line:
            line.quantity = 8.0
        form.save()
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -8.0)])
        delivery.move_ids.quantity = 5.0
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -5.0)])
        trace = self._trace(self.lot, "forward")
        self.assertIn("corrected", {gap["kind"] for gap in trace["gaps"]})

    def test_more_shipped_than_there_was_is_a_gap(self):
        self._ship([(self.lot, 12.0)])
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -12.0)])
        kinds = {gap["kind"] for gap in self._trace(self.lot, "forward")["gaps"]}
        self.assertLessEqual({"no_origin", "negative"}, kinds)

    def test_lot_set_on_untracked_stock_has_no_origin(self):
        sesame = self.env["product.product"].create(
            {"name": "Sesame", "type": "consu", "is_storable": True, "uom_id": self.kg.id}
        )
        quant = self.env["stock.quant"].with_user(self.worker).with_context(inventory_mode=True)
        quant = quant.create(
            {"product_id": sesame.id, "location_id": self.stock_location.id, "inventory_quantity": 20.0}
        )
        quant.action_apply_inventory()
        sesame.tracking = "lot"
        lot = self._create_lot(sesame, "SES-1")
        self._ship([(lot, 5.0)])
        self.assertEqual(self._ledger(lot), [("shipment", -5.0)])
        kinds = {gap["kind"] for gap in self._trace(lot)["gaps"]}
        self.assertIn("no_origin", kinds)

    def test_count_finds_a_lot_that_nobody_received(self):
        found = self._create_lot(self.tahini, "FOUND-1")
        self._count(found, 3.0)
        self._count(found, 0.0)
        self.assertEqual(self._ledger(found), [("adjustment", 3.0), ("adjustment", -3.0)])

    def test_count_dated_back_is_recorded_once_for_that_day(self):
        found = self._create_lot(self.tahini, "FOUND-1")
        quant = (
            self.env["stock.quant"]
            .with_user(self.worker)
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": self.tahini.id,
                    "lot_id": found.id,
                    "location_id": self.stock_location.id,
                    "inventory_quantity": 3.0,
                }
            )
        )
        quant.action_apply_inventory(date="2026-01-31")
        entry = self.env["lot.ledger"].search([("lot_id", "=", found.id)])
        self.assertEqual((entry.quantity, str(entry.date)[:10]), (3.0, "2026-01-31"))

    def _pass_on(self):
        """4 go to a customer, who passes them on to another one; returns that transfer."""
        customers = self.env.ref("stock.stock_location_customers")
        shop, kitchen = self.env["stock.location"].create(
            [{"name": name, "usage": "customer", "location_id": customers.id} for name in ("Shop", "Kitchen")]
        )
        out = {"location_id": self.stock_location.id, "location_dest_id": shop.id}
        self._validate(self._move(self.warehouse.out_type_id, self.customer, out))
        on = {"location_id": shop.id, "location_dest_id": kitchen.id}
        return self._validate(self._move(self.warehouse.int_type_id, self.other_customer, on))

    def test_what_was_passed_on_unrecorded_is_found_by_loading_history_again(self):
        moved = self._pass_on()
        entries = self._entries(self.lot)
        self.env.cr.execute("ALTER TABLE lot_ledger DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM lot_ledger WHERE picking_id = %s", [moved.id])
        self.env.cr.execute("ALTER TABLE lot_ledger ENABLE TRIGGER USER")
        self.env.invalidate_all()
        self.assertEqual(self._entries(self.lot), entries[:-2])
        manager = new_test_user(self.env, "genealogy_manager", groups="lot_genealogy.group_manager")
        self.env["lot.history"].with_user(manager).action_load_again()
        self.assertEqual(self._entries(self.lot), entries)

    def test_goods_that_one_customer_passes_on_to_another_reach_him(self):
        moved = self._pass_on()
        self.assertEqual(
            self._entries(self.lot)[1:],
            [
                ("shipment", -4.0, self.customer.id, False, 0),
                ("customer_return", 4.0, 0, False, 0),
                ("shipment", -4.0, self.other_customer.id, False, 0),
            ],
        )
        trace = self._trace(self.lot, "forward")
        reached = {row["partner"]: row["quantities"][0]["quantity"] for row in trace["forward"]["consignees"]}
        self.assertEqual(reached, {"Corner Shop": 4.0, "Hospital Kitchen": 4.0})
        self.assertEqual(trace["forward"]["shipments"][-1]["document"], moved.name)
        ends = {name: found for name, found in trace["forward"]["ends"].items() if found[0]["quantity"]}
        self.assertEqual(
            {name: found[0]["quantity"] for name, found in ends.items()},
            {"source": 10.0, "on_hand": 6.0, "shipped": 4.0},
        )
        self.assertTrue(trace["complete"], trace["gaps"])

    def test_a_package_opened_at_a_customer_is_no_entry(self):
        customers = self.env.ref("stock.stock_location_customers")
        delivery = self._ship([(self.lot, 4.0)], validate=False)
        delivery.move_line_ids.result_package_id = self.env["stock.package"].create({"name": "P-1"})
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._assert_done(delivery)
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "=", customers.id)]
        )
        quant.package_id.with_user(self.worker).unpack()
        self.assertFalse(quant.exists().package_id)
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0), ("shipment", -4.0)])

    def test_relocated_and_unpacked_goods_are_no_entries(self):
        self.worker.group_ids |= self.env.ref("stock.group_stock_manager")
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock_location.id})
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "=", self.stock_location.id)]
        )
        action = quant.with_user(self.worker).action_stock_quant_relocate()
        wizard = Form(self.env[action["res_model"]].with_user(self.worker).with_context(**action["context"]))
        wizard.dest_location_id = shelf
        wizard.save().action_relocate_quants()
        self.assertEqual(self.lot.location_id, shelf)
        self.assertEqual(self._ledger(self.lot), [("receipt", 10.0)])

    def test_goods_cross_into_another_company_through_transit(self):
        """Both companies see the whole way; each alone is told where it leaves its books."""
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        there = self.env["res.company"].create({"name": "Sister"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", there.id)], limit=1)
        self.worker.company_ids |= there
        here = {"location_id": self.stock_location.id, "location_dest_id": transit.id}
        out = self._move(self.warehouse.out_type_id, there.partner_id, here)
        self._validate(out)
        self.assertEqual(self._ledger(self.lot)[1:], [])
        back = {"location_id": transit.id, "location_dest_id": warehouse.lot_stock_id.id}
        receipt = self._move(warehouse.in_type_id, self.company.partner_id, back)
        self._validate(receipt)
        away = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        self._validate(self._move(warehouse.out_type_id, self.other_customer, away))
        entries = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id)], order="id")
        self.assertEqual(
            [(one.kind, one.quantity, one.company_id) for one in entries],
            [("receipt", 10.0, self.company), ("shipment", -4.0, there)],
        )
        trace = self._trace(self.lot, "forward")
        self.assertEqual(trace["forward"]["consignees"], [])
        self.assertEqual({gap["kind"] for gap in trace["gaps"]}, {"other_company"})
        self.officer.company_ids |= there
        whole = self.env["lot.trace"].with_user(self.officer)
        whole = whole.with_context(allowed_company_ids=(self.company | there).ids)
        trace = whole.trace(self.lot.ids, "forward")
        self.assertEqual(trace["forward"]["consignees"][0]["partner"], "Hospital Kitchen")
        self.assertTrue(trace["complete"], trace["gaps"])
        (crossing,) = trace["crossings"]
        self.assertEqual((crossing["lot"], crossing["companies"]), ("TAH-1", [self.company.name, "Sister"]))
        self.assertIn(f"{self.company.name} → Sister", crossing["message"])

    def test_goods_of_a_sister_company_still_in_stock_are_a_crossing(self):
        """What only lies there has no entry in its book, and what went into its orders goes on."""
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        there = self.env["res.company"].create({"name": "Sister"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", there.id)], limit=1)
        self.worker.company_ids |= there
        self._validate(
            self._move(
                self.warehouse.out_type_id,
                there.partner_id,
                {"location_id": self.stock_location.id, "location_dest_id": transit.id},
            )
        )
        self.officer.company_ids |= there
        whole = self.env["lot.trace"].with_user(self.officer)
        whole = whole.with_context(allowed_company_ids=(self.company | there).ids)
        on_the_way = whole.trace(self.lot.ids, "forward")
        self.assertEqual(on_the_way["crossings"], [])
        self.assertEqual([row["quantity"] for row in on_the_way["forward"]["in_transit"]], [4.0])
        self._validate(
            self._move(
                warehouse.in_type_id,
                self.company.partner_id,
                {"location_id": transit.id, "location_dest_id": warehouse.lot_stock_id.id},
            )
        )
        trace = whole.trace(self.lot.ids, "forward")
        self.assertEqual([row["companies"] for row in trace["crossings"]], [[self.company.name, "Sister"]])
        self.assertEqual(sorted(row["quantity"] for row in trace["forward"]["on_hand"]), [4.0, 6.0])
        alone = whole.with_context(allowed_company_ids=self.company.ids).trace(self.lot.ids, "forward")
        self.assertEqual(alone["crossings"], [])
        self.assertEqual({gap["kind"] for gap in alone["gaps"]}, {"other_company"})

    def _move(self, picking_type, partner, places, lot=None):
        """A transfer of 4 kg of a lot, ready to be done."""
        company = picking_type.company_id
        picking = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .with_context(allowed_company_ids=company.ids)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": partner.id,
                    **places,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.tahini.id,
                                "product_uom_qty": 4.0,
                                "product_uom": self.kg.id,
                                **places,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        self._add_line(picking.move_ids, 4.0, lot or self.lot)
        return picking
