from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestGate(PolicyCase):
    @contextmanager
    def _lot_missing(self, *names):
        with self.assertRaisesRegex(UserError, "(?s)" + ".*".join(names)), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    # ---- receipt -------------------------------------------------------------------------

    def test_receipt_without_facts_is_refused_with_all_that_is_missing(self):
        self._create_policy(
            "Food", {"supplier_lot": "receipt", "harvest_date": "receipt"}, product_ids=self.tahini
        )
        picking = self._receipt(self.tahini, "T-1")
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            picking.button_validate()
        message = str(refused.exception)
        for part in ("Tahini", "T-1", picking.name, "Supplier's lot, Harvest date", "Policy: Food"):
            self.assertIn(part, message)
        self.env.invalidate_all()
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self._on_hand(self.tahini), 0.0)
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "T-1")]))
        picking.move_line_ids.write({"supplier_lot": "S-1", "harvest_date": "2026-10-01"})
        picking.button_validate()
        lot = picking.move_line_ids.lot_id
        self.assertEqual((lot.supplier_lot, str(lot.harvest_date)), ("S-1", "2026-10-01"))
        self.assertEqual(self._ledger(lot), [("receipt", 10.0)])

    def test_all_lines_of_all_transfers_in_one_message(self):
        self._create_policy("Food", {"lot": "all", "supplier_lot": "receipt"}, is_default=True)
        pickings = self._receipt(self.tahini, "T-1") | self._receipt(self.chickpeas, "C-1")
        without = self._receipt(self.hummus, False)
        pickings |= without
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            pickings.with_context(skip_sanity_check=True).button_validate()
        message = str(refused.exception)
        for part in ("Tahini, lot T-1", "Chickpeas, lot C-1", "Hummus, no lot", without.name):
            self.assertIn(part, message)
        self.assertEqual(message.count("•"), 3)

    def test_existing_lot_need_not_be_described_again(self):
        self._create_policy("Food", {"growing_area": "receipt"}, product_ids=self.tahini)
        self._receipt(self.tahini, "T-1", growing_area="Field 4").button_validate()
        again = self._receipt(self.tahini, "T-1")
        again.button_validate()
        self.assertEqual(again.state, "done")
        self.assertEqual(self._ledger(again.move_line_ids.lot_id), [("receipt", 10.0)] * 2)

    def test_line_that_contradicts_its_lot_is_refused(self):
        self._create_policy("Food", {"origin_country_id": "receipt"}, product_ids=self.tahini)
        self._receipt(self.tahini, "T-1", origin_country_id=self.nl.id).button_validate()
        again = self._receipt(self.tahini, "T-1", origin_country_id=self.env.ref("base.be").id)
        with self._lot_missing("says otherwise", "Country of Origin"):
            again.button_validate()

    def test_the_moment_of_asking_is_no_expiration_date(self):
        """Of a product without shelf life Odoo enters it."""
        self.tahini.use_expiration_date = True
        self._create_policy("Food", {"expiration_date": "receipt output"}, product_ids=self.tahini)
        picking = self._receipt(self.tahini, "T-1")
        picking.scheduled_date = "2027-01-04 10:00:00"
        picking.move_line_ids.expiration_date = "2027-01-04 10:00:00"
        with self._lot_missing("T-1", "missing Use-by or expiration date"):
            picking.button_validate()
        lot = self._create_lot(self.tahini, "T-2")
        self.assertTrue(lot.expiration_date)
        self.assertIn("Use-by or expiration date", lot.lot_policy_missing)
        picking.move_line_ids.expiration_date = "2027-02-01 10:00:00"
        picking.button_validate()
        self.assertEqual(str(picking.move_line_ids.lot_id.expiration_date), "2027-02-01 10:00:00")

    def test_temperature_is_measured_at_every_arrival(self):
        self._create_policy("Cold", {"arrival_temperature": "receipt"}, product_ids=self.tahini)
        with self._lot_missing("T-1", "Temperature on arrival"):
            self._receipt(self.tahini, "T-1").button_validate()
        # Zero degrees is a measurement.
        self._receipt(self.tahini, "T-1", arrival_temperature="0").button_validate()
        with self._lot_missing("T-1", "Temperature on arrival"):
            self._receipt(self.tahini, "T-1").button_validate()
        with self.assertRaisesRegex(UserError, "cold cannot be read"):
            self._receipt(self.tahini, "T-2", arrival_temperature="cold")

    def test_certificate_must_be_valid(self):
        self._create_policy("Pharma", {"certificate_ids": "receipt"}, product_ids=self.tahini)
        today = fields.Date.today()
        certificate = (
            self.env["lot.certificate"]
            .with_user(self.worker)
            .create({"number": "COA-1", "date_until": today - timedelta(days=2)})
        )
        picking = self._receipt(self.tahini, "T-1", certificate_ids=[Command.link(certificate.id)])
        with self._lot_missing("T-1", "Valid certificate"):
            picking.button_validate()
        certificate.date_until = today + timedelta(days=2)
        picking.button_validate()
        self.assertEqual(picking.move_line_ids.lot_id.certificate_ids, certificate)

    def test_code_needs_a_source_or_a_reference(self):
        self._create_policy("FDA", {"tlc_source": "receipt"}, product_ids=self.tahini)
        with self._lot_missing("Source of the traceability lot code"):
            self._receipt(self.tahini, "T-1").button_validate()
        self._receipt(self.tahini, "T-1", tlc_source_id=self.supplier.id).button_validate()
        self._receipt(self.tahini, "T-2", tlc_source_reference="FFRN 12345").button_validate()
        self.assertEqual(self._on_hand(self.tahini), 20.0)

    def test_own_field_of_the_lot(self):
        self._create_policy("Fish", {"property:Vessel": "shipment"}, product_ids=self.tahini)
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        delivery = self._ship([(lot, 1.0)], validate=False)
        delivery.move_ids.picked = True
        with self._lot_missing("T-1", "missing Vessel"):
            delivery.button_validate()
        lot.write(
            {
                "lot_properties": [
                    {"name": "aaaa1111", "string": "Vessel", "type": "char", "definition_changed": True}
                ]
            }
        )
        with self._lot_missing("T-1", "missing Vessel"):
            delivery.button_validate()
        lot.lot_properties = {"aaaa1111": "Maria II"}
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")

    # ---- the other paths -------------------------------------------------------------------

    def test_batch(self):
        if "stock.picking.batch" not in self.env:
            self.skipTest("stock_picking_batch is not installed")
        self._create_policy("Food", {"supplier_lot": "receipt"}, product_ids=self.tahini)
        pickings = self._receipt(self.tahini, "T-1") | self._receipt(self.tahini, "T-2")
        batch = (
            self.env["stock.picking.batch"]
            .with_user(self.worker)
            .create({"picking_ids": [Command.set(pickings.ids)]})
        )
        batch.action_confirm()
        with self._lot_missing("lot T-1", "lot T-2"):
            batch.action_done()
        pickings.move_line_ids.supplier_lot = "S-1"
        batch.action_done()
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    def test_delivery_and_internal_transfer(self):
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        self._create_policy("Food", {"growing_area": "shipment internal"}, product_ids=self.tahini)
        delivery = self._ship([(lot, 4.0)], validate=False)
        delivery.move_ids.picked = True
        with self._lot_missing("T-1", delivery.name, "Growing area", "Traceability › Lots"):
            delivery.button_validate()
        # What is moved without a transfer as well: Odoo's relocation of a lot's stock.
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock_location.id})
        with self._lot_missing("T-1", "Growing area"):
            lot.quant_ids.filtered(lambda quant: quant.quantity > 0).move_quants(location_dest_id=shelf)
        lot.growing_area = "Field 4"
        delivery.button_validate()
        self.assertEqual(self._ledger(lot)[-1], ("shipment", -4.0))

    def test_forged_contexts_do_not_open_it(self):
        self._create_policy("Food", {"supplier_lot": "receipt"}, product_ids=self.tahini)
        picking = self._receipt(self.tahini, "T-1")
        forged = {
            "skip_sanity_check": True,
            "skip_expired": True,
            "skip_backorder": True,
            "button_validate_picking_ids": picking.ids,
            "is_scrap": True,
            "ignore_dest_packages": True,
            "lot_genealogy_recording": True,
            "tracking_disable": True,
            "install_mode": True,
            "import_file": True,
        }
        for call in (
            lambda: picking.with_context(**forged).button_validate(),
            lambda: picking.sudo().with_context(**forged).button_validate(),
            lambda: picking.with_context(**forged)._action_done(),
            lambda: picking.sudo().move_ids.with_context(**forged)._action_done(cancel_backorder=True),
        ):
            with self._lot_missing("T-1", "Supplier's lot"):
                call()
        self.env.invalidate_all()
        self.assertEqual(picking.state, "assigned")

    def test_operation_type_without_lots_does_not_open_it(self):
        self._create_policy("Food", {"lot": "receipt"}, product_ids=self.tahini)
        self.warehouse.in_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        with self._lot_missing("Tahini, no lot", "Allow lots in the operation type"):
            self._receipt(self.tahini, False).button_validate()
        # A name that Odoo would not make a lot of is none.
        with self._lot_missing("Tahini", "missing Lot or serial number"):
            self._receipt(self.tahini, "T-1").button_validate()

    def test_scrap(self):
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        self._create_policy("Food", {"lot": "scrap", "growing_area": "scrap"}, product_ids=self.tahini)
        with self._lot_missing("T-1", "Growing area"):
            self._scrap(lot, 1.0)
        lot.growing_area = "Field 4"
        self._scrap(lot, 1.0)
        with self._lot_missing("Tahini, no lot", "scrap order"):
            self.env["stock.scrap"].with_user(self.worker).create(
                {
                    "product_id": self.tahini.id,
                    "scrap_qty": 1.0,
                    "product_uom_id": self.kg.id,
                    "location_id": self.stock_location.id,
                }
            ).do_scrap()
        self.assertEqual(self._ledger(lot), [("receipt", 10.0), ("scrap", -1.0)])

    def test_count(self):
        lot = self._create_lot(self.tahini, "T-1")
        self._create_policy("Food", {"lot": "adjustment", "growing_area": "adjustment"}, is_default=True)
        with self._lot_missing("T-1", "Growing area"):
            self._count(lot, 7.0)
        lot.growing_area = "Field 4"
        self._count(lot, 7.0)
        self.assertEqual(self._ledger(lot), [("adjustment", 7.0)])
        quant = (
            self.env["stock.quant"]
            .with_user(self.worker)
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": self.tahini.id,
                    "location_id": self.stock_location.id,
                    "inventory_quantity": 3.0,
                }
            )
        )
        with self._lot_missing("Tahini, no lot", "Physical Inventory"):
            quant.action_apply_inventory()

    def test_quantity_is_not_written_past_the_moves(self):
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        quants = self.env["stock.quant"].with_user(self.worker)
        quant = quants.search([("lot_id", "=", lot.id), ("quantity", ">", 0)])
        self._create_policy("Food", {"lot": "adjustment"}, product_ids=self.tahini)
        forged = {"lot_genealogy_moving": True, "inventory_mode": False}
        for call in (
            lambda: quants.with_context(**forged).create(
                {
                    "product_id": self.tahini.id,
                    "location_id": self.stock_location.id,
                    "quantity": 5.0,
                }
            ),
            lambda: quant.with_context(**forged).write({"quantity": 50.0}),
            lambda: quant.sudo().write({"lot_id": False}),
            lambda: quant.sudo().unlink(),
        ):
            with self._lot_missing("changed by counts and transfers only: Tahini"):
                call()
        self.assertEqual(quant.quantity, 10.0)
        self._count(lot, 12.0)
        self.assertEqual(self._ledger(lot), [("receipt", 10.0), ("adjustment", 2.0)])

    def test_what_is_done_in_other_ways_passes_it_too(self):
        """A move done by its state, a line added to or emptied in what is done, without locked records."""
        self._create_policy("Food", {"lot": "all"}, product_ids=self.tahini)
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        delivery = self._ship([(lot, 2.0)])
        move = delivery.move_ids.with_user(self.worker)
        vals = {
            "product_id": self.tahini.id,
            "product_uom_qty": 1.0,
            "location_id": self.stock_location.id,
            "location_dest_id": move.location_dest_id.id,
        }
        planned = move.create(vals)
        self._add_line(planned, 1.0, lot)
        for message, attack in (
            ("validate that of", lambda: planned.write({"state": "done"})),
            ("missing Lot", lambda: self._add_line(move, 1.0)),
            ("missing Lot", lambda: move.move_line_ids.write({"lot_id": False})),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
                attack()
                self.env.flush_all()
            self.env.invalidate_all()
        self._add_line(move, 1.0, lot)
        self.assertEqual(self._ledger(lot), [("receipt", 10.0), ("shipment", -2.0), ("shipment", -1.0)])

    def test_production_tells_of_components_and_output_at_once(self):
        tahini, _picking = self._receive(self.tahini, "T-1", 10.0)
        self._create_policy(
            "Food", {"growing_area": "consumption output"}, product_ids=self.tahini | self.hummus
        )
        lot = self._create_lot(self.hummus, "H-1")
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self._make(self.hummus, lot, 5.0, [(tahini, 2.0)])
        message = str(refused.exception)
        self.assertIn("Tahini, lot T-1", message)
        self.assertIn("Hummus, lot H-1", message)
        (tahini | lot).growing_area = "Field 4"
        self._make(self.hummus, lot, 5.0, [(tahini, 2.0)])
        self.assertEqual(self._ledger(lot), [("output", 5.0)])
        self.assertEqual(self._ledger(tahini), [("receipt", 10.0), ("consumption", -2.0)])

    def test_component_without_lot(self):
        self.env["stock.quant"]._update_available_quantity(self.tahini, self.stock_location, 5.0)
        self._create_policy("Food", {"lot": "consumption"}, product_ids=self.tahini)
        with self.assertRaises(UserError):
            self._make(self.hummus, "H-1", 5.0, [(self.tahini, 2.0)])

    def test_return_needs_the_lot_alone(self):
        lot, _picking = self._receive(self.tahini, "T-1", 10.0)
        delivery = self._ship([(lot, 4.0)])
        self._create_policy("Food", {"lot": "all", "growing_area": "receipt shipment"}, is_default=True)
        self._return(delivery)
        self.assertEqual(self._ledger(lot)[-1], ("customer_return", 4.0))

    def test_untracked_products(self):
        self._create_policy("Food", {"lot": "all"}, is_default=True)
        self._receipt(self.water, False).button_validate()
        self.assertEqual(self._on_hand(self.water), 10.0)
        self.env["lot.policy"].search([("name", "=", "Food")]).with_user(self.manager).refuse_untracked = True
        with self._lot_missing("Water", "tracked by lots"):
            self._receipt(self.water, False).button_validate()
        # A name that no lot is made of opens nothing.
        with self._lot_missing("Water", "tracked by lots"):
            self._receipt(self.water, "W-1").button_validate()

    def test_tracking_is_not_switched_off_under_a_policy(self):
        self._receive(self.tahini, "T-1", 10.0)
        policy = self._create_policy("Food", {"lot": "shipment"}, product_ids=self.tahini)
        keeper = new_test_user(
            self.env, "genealogy_keeper", "stock.group_stock_manager,product.group_product_manager"
        )
        product = self.tahini.with_user(keeper)
        for vals in ({"tracking": "none"}, {"is_storable": False}):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(UserError, "Tahini has lots, and the policy Food"),
                self.env.cr.savepoint(),
            ):
                product.write(vals)
                self.env.flush_all()
            self.env.invalidate_all()
        policy.active = False
        product.tracking = "none"

    def test_product_without_policy_costs_no_query(self):
        self._create_policy("Food", {"supplier_lot": "receipt"}, product_ids=self.chickpeas)
        picking = self._receipt(self.tahini, False, quantity=1.0)
        lines = picking.move_line_ids
        self.env["lot.gate"]._check(lines)
        with self.assertQueryCount(0):
            self.env["lot.gate"]._check(lines)

    def test_queries_do_not_grow_with_lines(self):
        self._create_policy(
            "Food",
            {
                "lot": "all",
                "supplier_lot": "receipt",
                "certificate_ids": "receipt",
                "property:Vessel": "receipt",
                "growing_area": "receipt",
            },
            is_default=True,
        )
        self._get_names(self.tahini)  # policies are kept in memory
        counts = []
        for size in (1, 2, 30):
            lots = self.env["stock.lot"].create(
                [
                    {"product_id": self.tahini.id, "name": f"T-{size}-{i}", "growing_area": "Field 4"}
                    for i in range(size)
                ]
            )
            picking = self._receipt(self.tahini, False)
            picking.move_line_ids.unlink()
            for lot in lots:
                self._add_line(picking.move_ids, 1.0, lot)
            lines = picking.move_line_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertRaises(UserError):
                self.env["lot.gate"]._check(lines)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[-2], counts[-1])
