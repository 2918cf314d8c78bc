"""Ways of making: what stands in the ledger after each, to the unit."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .paths_common import PathsCase


@tagged("post_install", "-at_install")
class TestPathsManufacture(PathsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.raw, _picking = cls._receive(cls.tahini, "TAH-1", 100.0)

    def test_order_finished_into_several_lots(self):
        first, second = self._create_lot(self.hummus, "HUM-1"), self._create_lot(self.hummus, "HUM-2")
        order = self._order(self.hummus, 10.0, self._create_bom(self.hummus, [(self.tahini, 0.4)]))
        order.qty_producing = 10.0
        self._use(order, [(self.raw, 4.0)])
        finished = order.move_finished_ids
        finished.move_line_ids.unlink()
        self._add_line(finished, 7.0, first)
        self._add_line(finished, 3.0, second)
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(
            self._event(order),
            (
                "manufacture",
                [("TAH-1", "Tahini", -4.0)],
                [("HUM-1", "Hummus", 7.0), ("HUM-2", "Hummus", 3.0)],
            ),
        )
        trace = self._trace(first, "backward")
        (row,) = [row for row in trace["backward"]["lots"] if row["name"] == "TAH-1"]
        self.assertEqual(row["affected"], [{"quantity": 2.8, "uom": "kg"}])

    def test_mass_produced_serials_share_the_component_serials_of_their_order(self):
        """Odoo does not know which motor went into which machine of one order: all four
        lots are in every answer, each with its share."""
        motor = self._create_product("Motor", self.unit, tracking="serial")
        machine = self._create_product("Machine", self.unit, tracking="serial")
        motors = self._create_lot(motor, "MOT-1") | self._create_lot(motor, "MOT-2")
        for one in motors:
            self._count(one, 1.0)
        order = self._order(machine, 2.0, self._create_bom(machine, [(motor, 1.0)]))
        action = order.action_generate_serial()
        wizard = Form(self.env[action["res_model"]].with_user(self.worker).with_context(**action["context"]))
        wizard.lot_name = "SN-1"
        wizard.lot_quantity = 2
        wizard = wizard.save()
        wizard.action_generate_serial_numbers()
        wizard.action_apply()
        self._use(order, [(one, 1.0) for one in motors])
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(
            self._event(order),
            (
                "manufacture",
                [("MOT-1", "Motor", -1.0), ("MOT-2", "Motor", -1.0)],
                [("SN-1", "Machine", 1.0), ("SN-2", "Machine", 1.0)],
            ),
        )
        serial = order.lot_producing_ids.filtered(lambda one: one.name == "SN-1").sudo()
        trace = self._trace(serial, "backward")
        self.assertEqual(
            {(row["name"], row["share"]) for row in trace["backward"]["lots"]},
            {("SN-1", 1.0), ("MOT-1", 0.5), ("MOT-2", 0.5)},
        )
        (event,) = trace["backward"]["events"]
        self.assertEqual(
            {(row["lot"], row["in_trace"]) for row in event["outputs"]}, {("SN-1", True), ("SN-2", False)}
        )
        self.assertEqual(event["shared"], 2)

    def test_split_order_keeps_each_components_serial_with_its_unit(self):
        motor = self._create_product("Motor", self.unit, tracking="serial")
        machine = self._create_product("Machine", self.unit, tracking="serial")
        order = self._order(machine, 2.0, self._create_bom(machine, [(motor, 1.0)]))
        action = order.action_split()
        wizard = Form(
            self.env["mrp.production.split"].with_user(self.worker).with_context(**action["context"])
        )
        wizard.max_batch_size = 1
        wizard = wizard.save()
        wizard.action_split()
        orders = order.production_group_id.production_ids
        self.assertEqual(len(orders), 2)
        for number, one in enumerate(orders, 1):
            used = self._create_lot(motor, f"MOT-{number}")
            self._count(used, 1.0)
            one.lot_producing_ids = self._create_lot(machine, f"SN-{number}")
            one.qty_producing = 1.0
            self._use(one, [(used, 1.0)])
            one.button_mark_done()
            self.assertEqual(
                self._event(one),
                ("manufacture", [(f"MOT-{number}", "Motor", -1.0)], [(f"SN-{number}", "Machine", 1.0)]),
            )
        serial = orders[0].lot_producing_ids.sudo()
        self.assertEqual(self._names(self._trace(serial), "backward"), {"SN-1", "MOT-1"})

    def test_component_and_by_product_added_to_a_done_order(self):
        made, order = self._make(self.hummus, "HUM-1", 10.0, [(self.raw, 4.0)])
        beans, _picking = self._receive(self.chickpeas, "CHI-1", 9.0)
        feed = self._create_product("Trimmings", self.kg)
        feed_lot = self._create_lot(feed, "TRIM-1")
        order.action_toggle_is_locked()
        with Form(order) as form, form.move_raw_ids.new() as line:
            line.product_id = self.chickpeas
            line.quantity = 2.0
        added = order.move_raw_ids.filtered(lambda move: move.product_id == self.chickpeas)
        self.assertEqual(added.state, "done")
        self.assertEqual(added.move_line_ids.lot_id, beans)
        by_product = self.env["stock.move"].with_user(self.worker)
        by_product = by_product.with_context(default_production_id=order.id).create(
            {
                "product_id": feed.id,
                "product_uom": self.kg.id,
                "production_id": order.id,
                "location_id": feed.property_stock_production.id,
                "location_dest_id": self.stock_location.id,
                "picked": True,
            }
        )
        self.assertEqual(by_product.state, "done")
        self._add_line(by_product, 0.5, feed_lot)
        self.assertEqual(
            self._event(order),
            (
                "manufacture",
                [("CHI-1", "Chickpeas", -2.0), ("TAH-1", "Tahini", -4.0)],
                [("HUM-1", "Hummus", 10.0), ("TRIM-1", "Trimmings", 0.5)],
            ),
        )
        self.assertEqual(self._names(self._trace(made), "backward"), {"HUM-1", "CHI-1", "TAH-1"})

    def test_quantity_of_a_done_order_is_corrected(self):
        self.corrects = True
        made, order = self._make(self.hummus, "HUM-1", 10.0, [(self.raw, 4.0)])
        order.action_toggle_is_locked()
        with Form(order) as form:
            form.qty_producing = 8.0
        self.assertEqual(self._ledger(made), [("output", 8.0)])
        self.assertEqual(self._event(order)[2], [("HUM-1", "Hummus", 8.0)])

    def test_flexible_order_records_what_was_used_not_what_was_planned(self):
        bom = self._create_bom(self.hummus, [(self.tahini, 0.5), (self.water, 0.2)], consumption="flexible")
        order = self._order(self.hummus, 10.0, bom)
        order.lot_producing_ids = self._create_lot(self.hummus, "HUM-1")
        order.qty_producing = 10.0
        self._use(order, [(self.raw, 6.25), (self.water, 1.0)])
        self.assertIs(order.button_mark_done(), True)
        self.assertEqual(
            self._event(order),
            (
                "manufacture",
                [("", "Water", -1.0), ("TAH-1", "Tahini", -6.25)],
                [("HUM-1", "Hummus", 10.0)],
            ),
        )

    def test_strict_order_records_nothing_until_the_bill_is_met(self):
        bom = self._create_bom(self.hummus, [(self.tahini, 0.5)], consumption="strict")
        order = self._order(self.hummus, 10.0, bom)
        order.lot_producing_ids = self._create_lot(self.hummus, "HUM-1")
        order.qty_producing = 10.0
        self._use(order, [(self.raw, 6.0)])
        action = order.button_mark_done()
        self.assertEqual(action["res_model"], "mrp.consumption.warning")
        self._assert_no_event(order)
        wizard = Form(
            self.env["mrp.consumption.warning"].with_user(self.worker).with_context(**action["context"])
        ).save()
        wizard.action_set_qty()
        self.assertEqual(order.state, "done")
        self.assertEqual(
            self._event(order),
            ("manufacture", [("TAH-1", "Tahini", -5.0)], [("HUM-1", "Hummus", 10.0)]),
        )

    def test_work_orders(self):
        self.worker.group_ids |= self.env.ref("mrp.group_mrp_routings")
        workcenter = self.env["mrp.workcenter"].create({"name": "Kitchen"})
        bom = self._create_bom(
            self.hummus,
            [(self.tahini, 0.5)],
            operation_ids=[
                Command.create({"name": name, "workcenter_id": workcenter.id, "time_cycle_manual": 5})
                for name in ("Cook", "Fill")
            ],
        )
        order = self._order(self.hummus, 10.0, bom)
        order.lot_producing_ids = self._create_lot(self.hummus, "HUM-1")
        order.qty_producing = 10.0
        self._use(order, [(self.raw, 5.0)])
        for workorder in order.workorder_ids:
            workorder.button_start()
            self._assert_no_event(order)
            workorder.button_finish()
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(
            self._event(order),
            ("manufacture", [("TAH-1", "Tahini", -5.0)], [("HUM-1", "Hummus", 10.0)]),
        )

    def test_steps_before_and_after_production_are_no_entries(self):
        self.warehouse.manufacture_steps = "pbm_sam"
        bom = self._create_bom(self.hummus, [(self.tahini, 0.5)])
        order = self._order(self.hummus, 10.0, bom)
        pick = order.picking_ids
        self.assertEqual(len(pick), 1)
        self._validate(pick)
        self.assertEqual(self._ledger(self.raw), [("receipt", 100.0)])
        made = self._create_lot(self.hummus, "HUM-1")
        order.lot_producing_ids = made
        order.qty_producing = 10.0
        order.move_raw_ids.picked = True
        order.button_mark_done()
        store = order.picking_ids - pick
        self.assertEqual(len(store), 1)
        self._validate(store)
        self.assertEqual(self._ledger(self.raw), [("receipt", 100.0), ("consumption", -5.0)])
        self.assertEqual(self._ledger(made), [("output", 10.0)])
        self._ship([(made, 10.0)])
        trace = self._trace(self.raw, "forward")
        self.assertEqual(trace["forward"]["consignees"][0]["partner"], "Corner Shop")
        self.assertTrue(trace["complete"], trace["gaps"])

    def test_lot_that_an_order_takes_and_gives_back(self):
        """Rework: what is left over of a lot comes back under its number."""
        self._make(
            self.hummus,
            "HUM-1",
            10.0,
            [(self.raw, 8.0)],
            by_products=[(self.tahini, self.raw, 3.0, 0.0)],
        )
        self.assertEqual(self._ledger(self.raw), [("receipt", 100.0), ("consumption", -8.0), ("output", 3.0)])
        trace = self._trace(self.raw)
        self.assertEqual(self._names(trace, "forward"), {"TAH-1", "HUM-1"})
        self.assertTrue(trace["complete"], trace["gaps"])

    def test_rework_of_a_product_into_itself_goes_through_its_unbuild(self):
        """Odoo refuses a product as its own component; a machine is taken apart and made
        again under the same number."""
        motor = self._create_product("Motor", self.unit, tracking="serial")
        machine = self._create_product("Machine", self.unit, tracking="serial")
        old, new = self._create_lot(motor, "MOT-OLD"), self._create_lot(motor, "MOT-NEW")
        for one in (old, new):
            self._count(one, 1.0)
        serial, order = self._make(machine, "SN-1", 1.0, [(old, 1.0)])
        self._unbuild(machine, 1.0, serial, order=order)
        _serial, again = self._make(machine, serial, 1.0, [(new, 1.0)])
        self.assertEqual(self._ledger(serial), [("output", 1.0), ("consumption", -1.0), ("output", 1.0)])
        self.assertEqual(self._ledger(old), [("adjustment", 1.0), ("consumption", -1.0), ("output", 1.0)])
        self.assertEqual(
            self._event(again), ("manufacture", [("MOT-NEW", "Motor", -1.0)], [("SN-1", "Machine", 1.0)])
        )
        with self.assertRaises(UserError):
            self._create_bom(machine, [(machine, 1.0)])

    def test_unbuild_without_its_order(self):
        bom = self._create_bom(self.hummus, [(self.water, 0.5)])
        made, _order = self._make(self.hummus, "HUM-1", 10.0, [(self.raw, 4.0), (self.water, 5.0)])
        unbuild = self._unbuild(self.hummus, 4.0, made, bom=bom)
        self.assertEqual(self._event(unbuild), ("unbuild", [("HUM-1", "Hummus", -4.0)], [("", "Water", 2.0)]))
        gaps = self._gaps(self._trace(self.raw, "forward"))
        self.assertIn(("made_without_lot", None, unbuild.name), gaps)

    def test_kit_is_its_components(self):
        tray = self._create_product("Tray", self.unit)
        lot, _picking = self._receive(tray, "TRAY-1", 50.0)
        kit = self.env["product.product"].create({"name": "Party kit", "type": "consu", "is_storable": True})
        self._create_bom(kit, [(self.tahini, 0.5), (tray, 2.0)], type="phantom")
        sale = (
            self.env["sale.order"]
            .with_user(self.worker)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": kit.id, "product_uom_qty": 3.0})],
                }
            )
        )
        sale.action_confirm()
        delivery = self._validate(sale.picking_ids)
        self.assertEqual(self._ledger(lot), [("receipt", 50.0), ("shipment", -6.0)])
        self.assertEqual(self._ledger(self.raw), [("receipt", 100.0), ("shipment", -1.5)])
        self.assertFalse(self.env["lot.ledger"].search([("product_id", "=", kit.id)]))
        self._return(delivery)
        self.assertEqual(self._ledger(lot)[-1], ("customer_return", 6.0))
        self._create_bom(self.hummus, [(kit, 1.0)])
        order = self._order(self.hummus, 2.0)
        order.lot_producing_ids = self._create_lot(self.hummus, "HUM-1")
        order.qty_producing = 2.0
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(
            self._event(order),
            (
                "manufacture",
                [("TAH-1", "Tahini", -1.0), ("TRAY-1", "Tray", -4.0)],
                [("HUM-1", "Hummus", 2.0)],
            ),
        )

    def test_untracked_intermediate_is_a_gap_both_ways(self):
        sauce = self.env["product.product"].create(
            {"name": "Sauce", "type": "consu", "is_storable": True, "uom_id": self.kg.id}
        )
        _none, order = self._make(sauce, None, 10.0, [(self.raw, 4.0)])
        made, next_order = self._make(self.hummus, "HUM-1", 8.0, [(sauce, 5.0)])
        self.assertEqual(
            self._event(order), ("manufacture", [("TAH-1", "Tahini", -4.0)], [("", "Sauce", 10.0)])
        )
        self.assertEqual(
            self._event(next_order), ("manufacture", [("", "Sauce", -5.0)], [("HUM-1", "Hummus", 8.0)])
        )
        forward = self._gaps(self._trace(self.raw, "forward"))
        self.assertIn(("made_without_lot", None, order.name), forward)
        backward = self._gaps(self._trace(made, "backward"))
        self.assertIn(("untracked_input", None, next_order.name), backward)

    def test_scrap_from_orders_is_no_consumption(self):
        order = self._order(self.hummus, 10.0, self._create_bom(self.hummus, [(self.tahini, 0.5)]))
        made = self._create_lot(self.hummus, "HUM-1")

        def scrap(lot, quantity):
            action = order.button_scrap()
            form = Form(self.env["stock.scrap"].with_user(self.worker).with_context(**action["context"]))
            form.product_id = lot.product_id
            form.lot_id = lot
            form.scrap_qty = quantity
            one = form.save()
            one.action_validate()
            self.assertEqual(one.state, "done")

        scrap(self.raw, 1.5)
        self.assertEqual(self._ledger(self.raw), [("receipt", 100.0), ("scrap", -1.5)])
        self._assert_no_event(order)
        order.lot_producing_ids = made
        order.qty_producing = 10.0
        self._use(order, [(self.raw, 5.0)])
        order.button_mark_done()
        scrap(made, 0.75)
        self.assertEqual(
            self._event(order),
            ("manufacture", [("TAH-1", "Tahini", -5.0)], [("HUM-1", "Hummus", 10.0)]),
        )
        self.assertEqual(self._ledger(made), [("output", 10.0), ("scrap", -0.75)])
