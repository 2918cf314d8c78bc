from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyCapture(PolicyCase):
    def test_facts_of_the_line_reach_the_new_lot(self):
        self._create_policy("Food", {"traceability_lot_code": "receipt"}, product_ids=self.tahini)
        picking = self._receipt(
            self.tahini,
            "T-1",
            production_date="2026-09-01",
            packing_date="2026-09-02",
            harvest_date="2026-08-30",
            origin_country_id=self.nl.id,
            growing_area="Field 4",
            traceability_lot_code="TLC-9",
            tlc_source_id=self.supplier.id,
            arrival_temperature="3.8",
        )
        picking.button_validate()
        self.assertRecordValues(
            picking.move_line_ids.lot_id,
            [
                {
                    "name": "T-1",
                    "production_date": datetime(2026, 9, 1).date(),
                    "packing_date": datetime(2026, 9, 2).date(),
                    "harvest_date": datetime(2026, 8, 30).date(),
                    "origin_country_id": self.nl.id,
                    "growing_area": "Field 4",
                    "traceability_lot_code": "TLC-9",
                    "tlc_source_id": self.supplier.id,
                    "arrival_temperature": "3.8",
                }
            ],
        )

    def test_facts_of_other_lines_reach_the_lot_as_well(self):
        lots = self.env["stock.lot"]
        for name in ("T-1", "T-2"):
            lots |= self._receive(self.tahini, name, 10.0)[0]
        self._create_policy(
            "Food", {"growing_area": "internal shipment", "harvest_date": "shipment"}, product_ids=self.tahini
        )
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock_location.id})
        places = {"location_id": self.stock_location.id, "location_dest_id": shelf.id}
        move = {"product_id": self.tahini.id, "product_uom_qty": 4.0, **places}
        kind = self.warehouse.int_type_id
        transfer = self.env["stock.picking"].with_user(self.worker)
        transfer = transfer.create({"picking_type_id": kind.id, "move_ids": [Command.create(move)], **places})
        transfer.action_confirm()
        transfer.move_ids.move_line_ids.unlink()
        self._add_line(transfer.move_ids, 4.0, lots[0])
        delivery = self._ship([(lots[1], 4.0)], validate=False)
        for picking in (transfer, delivery):
            picking.move_ids.picked = True
            with self.assertRaisesRegex(UserError, "missing .*Growing area"):
                picking.button_validate()
            line = picking.move_line_ids.with_user(self.worker)
            line.write({"growing_area": "Field 4", "harvest_date": "2026-10-01"})
            picking.button_validate()
            self.assertEqual(picking.state, "done")
        self.assertEqual(lots.mapped("growing_area"), ["Field 4"] * 2)
        self.assertEqual(set(map(str, lots.mapped("harvest_date"))), {"2026-10-01"})
        other = self._ship([(lots[1], 1.0)], validate=False)
        other.move_ids.picked = True
        other.move_line_ids.growing_area = "Field 5"
        with self.assertRaisesRegex(UserError, "says otherwise.*Growing Area"):
            other.button_validate()

    def test_a_lot_that_is_corrected_meanwhile_contradicts_no_delivery(self):
        lot = self._receive(self.tahini, "T-1", 10.0)[0]
        lot.growing_area = "Field 4"
        self._create_policy("Food", {"growing_area": "shipment"}, product_ids=self.tahini)
        delivery = self._ship([(lot, 4.0)], validate=False)
        delivery.move_ids.move_line_ids.unlink()
        with (
            Form(delivery.move_ids, view="stock.view_stock_move_operations") as move,
            move.move_line_ids.new() as line,
        ):
            line.lot_id, line.quantity = lot, 4.0
        lot.growing_area = "Field 5"
        delivery.move_ids.picked = True
        delivery.button_validate()
        self.assertEqual((delivery.state, lot.growing_area), ("done", "Field 5"))

    def test_own_fields_are_entered_before_the_lot_is_received(self):
        self._create_policy("Fish", {"property:Vessel": "receipt"}, product_ids=self.tahini)
        self.tahini.lot_properties_definition = [{"name": "aaaa1111", "string": "Vessel", "type": "char"}]
        picking = self._receipt(self.tahini, "T-1", growing_area="Field 4")
        with (
            self.assertRaisesRegex(UserError, "missing Vessel.*Own fields: the list button"),
            self.env.cr.savepoint(),
        ):
            picking.button_validate()
        self.env.invalidate_all()
        line = picking.move_line_ids.with_user(self.worker)
        lot = self.env["stock.lot"].with_user(self.worker).browse(line.action_open_own_fields()["res_id"])
        self.assertEqual((lot.name, lot.growing_area, line.lot_id.id), ("T-1", "Field 4", False))
        lot.lot_properties = {"aaaa1111": "Maria II"}
        self.assertEqual(line.action_open_own_fields()["res_id"], lot.id)
        picking.button_validate()
        self.assertEqual(line.lot_id, lot)
        line = self._receipt(self.tahini, False).move_line_ids.with_user(self.worker)
        with self.assertRaisesRegex(UserError, "Enter the number of the lot first"):
            line.action_open_own_fields()

    def test_best_before_of_the_line_keeps_odoos_other_dates(self):
        self.tahini.product_tmpl_id.write(
            {
                "use_expiration_date": True,
                "expiration_time": 100,
                "use_time": 10,
                "removal_time": 5,
                "alert_time": 20,
            }
        )
        picking = self._receipt(
            self.tahini,
            "T-1",
            expiration_date="2027-03-01 12:00:00",
            use_date="2027-02-10 12:00:00",
        )
        picking.button_validate()
        self.assertRecordValues(
            picking.move_line_ids.lot_id,
            [
                {
                    "expiration_date": datetime(2027, 3, 1, 12),
                    "use_date": datetime(2027, 2, 10, 12),
                    "removal_date": datetime(2027, 2, 24, 12),
                    "alert_date": datetime(2027, 2, 9, 12),
                }
            ],
        )

    def test_chosen_lot_shows_what_is_known_of_it(self):
        lot = self._create_lot(self.tahini, "T-1", growing_area="Field 4", origin_country_id=self.nl.id)
        picking = self._receipt(self.tahini, False)
        self.warehouse.in_type_id.use_existing_lots = True
        with (
            Form(picking.move_ids, view="stock.view_stock_move_operations") as move,
            move.move_line_ids.edit(0) as line,
        ):
            line.lot_id = lot
        self.assertEqual(picking.move_line_ids.growing_area, "Field 4")
        self.assertEqual(picking.move_line_ids.origin_country_id, self.nl)

    def test_suppliers_lot_that_came_before_is_offered_with_a_warning(self):
        self._receipt(self.tahini, "T-1", supplier_lot="S-1", origin_country_id=self.nl.id).button_validate()
        picking = self._receipt(self.tahini, False, origin_country_id=self.env.ref("base.be").id)
        line = picking.move_line_ids
        line.supplier_lot = "S-1"
        warning = line._onchange_supplier_lot()["warning"]["message"]
        self.assertEqual(line.lot_name, "T-1")
        self.assertIn("S-1 was received before, as T-1", warning)
        self.assertIn("Country of Origin", warning)
        # Another supplier's lot of the same number is another lot.
        picking.partner_id = self.customer
        line.lot_name = False
        self.assertIsNone(line._onchange_supplier_lot())
        self.assertFalse(line.lot_name)

    def test_columns_are_those_that_the_policy_asks_for_here(self):
        self._create_policy(
            "Food", {"harvest_date": "receipt", "growing_area": "shipment"}, product_ids=self.tahini
        )
        receipt = self._receipt(self.tahini, "T-1")
        self.assertEqual(receipt.move_ids.lot_policy_facts, "harvest_date")
        action = receipt.action_detailed_operations()
        self.assertEqual(action["context"]["lot_policy_facts"], "harvest_date")
        other = self._receipt(self.chickpeas, "C-1")
        self.assertFalse(other.move_ids.lot_policy_facts)
        self.assertEqual(other.action_detailed_operations()["context"]["lot_policy_facts"], "")

    def test_lot_says_what_is_missing(self):
        lot = self._create_lot(self.tahini, "T-1").with_user(self.worker)
        self.assertFalse(lot.lot_policy_facts)
        self.assertFalse(lot.lot_policy_missing)
        self._create_policy(
            "Food",
            {"lot": "all", "harvest_date": "shipment", "property:Vessel": "shipment"},
            product_ids=self.tahini,
        )
        lot.invalidate_recordset()
        self.assertEqual(lot.lot_policy_facts, "lot,harvest_date,property")
        self.assertEqual(lot.lot_policy_missing, "Harvest date, Vessel")
        lot.harvest_date = "2026-10-01"
        self.assertEqual(lot.lot_policy_missing, "Vessel")


@tagged("post_install", "-at_install")
class TestPolicyExpiry(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Amsterdam"
        for product in (cls.tahini, cls.chickpeas, cls.hummus):
            product.product_tmpl_id.write(
                {"use_expiration_date": True, "expiration_time": 400, "removal_time": 3}
            )
        cls.tahini_lot, _picking = cls._receive(cls.tahini, "T-1", 50.0)
        cls.chickpeas_lot, _picking = cls._receive(cls.chickpeas, "C-1", 50.0)
        cls.tahini_lot.expiration_date = "2027-01-20 12:00:00"
        cls.chickpeas_lot.expiration_date = "2027-03-01 12:00:00"

    def _make_hummus(self, name="H-1"):
        lot, _order = self._make(self.hummus, name, 5.0, [(self.tahini_lot, 1.0), (self.chickpeas_lot, 2.0)])
        return lot

    def _policy(self, rule, days=0, demands=None, **vals):
        return self._create_policy(
            "Food",
            demands or {"expiration_date": "output"},
            product_ids=self.hummus,
            expiry_rule=rule,
            shelf_life_days=days,
            **vals,
        )

    @freeze_time("2026-12-01 22:30:00")
    def test_days_from_production_to_the_end_of_the_day_where_it_is_made(self):
        self._policy("days", 30)
        lot = self._make_hummus()
        self.assertEqual(str(lot.production_date), "2026-12-01")
        # 31 December ends at 23:00 UTC in Amsterdam.
        self.assertEqual(lot.expiration_date, datetime(2026, 12, 31, 22, 59, 59))
        self.assertEqual(lot.removal_date, datetime(2026, 12, 28, 22, 59, 59))
        self.assertEqual(self._ledger(lot), [("output", 5.0)])

    @freeze_time("2026-12-01 23:30:00")
    def test_production_after_midnight_there_is_of_the_next_day(self):
        self._policy("days", 30)
        self.assertEqual(str(self._make_hummus().production_date), "2026-12-02")

    @freeze_time("2026-12-01 10:00:00")
    def test_shortest_of_the_inputs(self):
        self._policy("inputs")
        self.assertEqual(self._make_hummus().expiration_date, datetime(2027, 1, 20, 12))

    @freeze_time("2026-12-01 10:00:00")
    def test_earlier_of_days_and_inputs(self):
        policy = self._policy("earliest", 30)
        self.assertEqual(self._make_hummus().expiration_date, datetime(2026, 12, 31, 22, 59, 59))
        policy.shelf_life_days = 300
        self.assertEqual(self._make_hummus("H-2").expiration_date, datetime(2027, 1, 20, 12))

    @freeze_time("2026-12-01 10:00:00")
    def test_without_rule_the_product_decides(self):
        lot = self._create_lot(self.hummus, "H-1", expiration_date="2027-05-05 05:05:05")
        self._policy(False)
        self._make(self.hummus, lot, 5.0, [(self.tahini_lot, 1.0)])
        self.assertEqual(lot.expiration_date, datetime(2027, 5, 5, 5, 5, 5))
        self.assertEqual(str(lot.production_date), "2026-12-01")

    @freeze_time("2026-12-01 10:00:00")
    def test_inputs_without_expiry_leave_it_to_be_entered(self):
        self._policy("inputs")
        (self.tahini_lot | self.chickpeas_lot).expiration_date = False
        lot = self._create_lot(self.hummus, "H-1")
        lot.expiration_date = False
        with self.assertRaisesRegex(UserError, "H-1.*missing Use-by or expiration date"):
            self._make(self.hummus, lot, 5.0, [(self.tahini_lot, 1.0)])

    @freeze_time("2026-12-01 10:00:00")
    def test_shorter_input_is_not_mixed_into_a_lot_that_is_there(self):
        self._policy("inputs")
        lot, _order = self._make(self.hummus, "H-1", 5.0, [(self.chickpeas_lot, 2.0)])
        self.assertEqual(lot.expiration_date, datetime(2027, 3, 1, 12))
        with self.assertRaisesRegex(UserError, "2027-01-20, before this lot"), self.env.cr.savepoint():
            self._make(self.hummus, lot, 5.0, [(self.tahini_lot, 1.0)])
        self.env.invalidate_all()
        self._make(self.hummus, lot, 3.0, [(self.chickpeas_lot, 1.0)])
        self.assertEqual(self._ledger(lot), [("output", 5.0), ("output", 3.0)])

    @freeze_time("2026-12-01 10:00:00")
    def test_who_makes_it_assigns_the_code(self):
        self._policy(
            False, demands={"traceability_lot_code": "output shipment", "tlc_source": "output shipment"}
        )
        lot = self._make_hummus()
        self.assertEqual(lot.traceability_lot_code, "H-1")
        self.assertEqual(lot.tlc_source_id, self.warehouse.partner_id)
        own = self._create_lot(
            self.hummus, "H-2", traceability_lot_code="MINE", tlc_source_reference="FFRN 1"
        )
        self._make(self.hummus, own, 1.0, [(self.tahini_lot, 1.0)])
        self.assertEqual(own.traceability_lot_code, "MINE")
        self.assertFalse(own.tlc_source_id)

    def test_product_without_policy_is_left_alone(self):
        lot = self._create_lot(self.hummus, "H-1", expiration_date="2027-05-05 05:05:05")
        self._make(self.hummus, lot, 5.0, [(self.tahini_lot, 1.0)])
        self.assertFalse(lot.production_date)
        self.assertEqual(lot.expiration_date, datetime(2027, 5, 5, 5, 5, 5))
