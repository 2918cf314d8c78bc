"""A recall from the first doubt to its closing."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecall(RecallCase):
    def test_scope_says_which_lots_where_and_at_whom(self):
        recall = self._start_frozen()
        scope = recall.scope_id
        self.assertEqual((scope.number, scope.state, scope.lot_count), (1, "done", 3))
        self.assertEqual(scope.fingerprint, self._trace(self.raw, user=self.lead)["fingerprint"])
        affected = recall.recall_lot_ids.filtered("is_affected")
        self.assertEqual(
            affected.mapped(lambda lot: (lot.lot_name, lot.side, lot.on_hand)),
            [("TAH-1", "start", 15.0), ("HUM-1", "forward", 15.0), ("TUB-1", "forward", 60.0)],
        )
        self.assertFalse(recall.recall_lot_ids.filtered("doubtful"))
        self.assertEqual(
            {(place.lot_name, place.quantity) for place in recall.stock_ids},
            {("TAH-1", 15.0), ("HUM-1", 15.0), ("TUB-1", 60.0)},
        )
        self.assertEqual(
            recall.order_ids.mapped(lambda order: (order.document, order.lot_name, order.quantity)),
            [(self.waiting.name, "TUB-1", 12.0)],
        )
        shop, hospital = recall.consignee_ids.sorted("name")
        self.assertEqual(
            (shop.name, shop.phone, shop.email), ("Corner Shop", "+32 9 1234567", "shop@corner.example")
        )
        self.assertEqual(shop.quantity_text, "30 Units Hummus tub")
        self.assertEqual(
            shop.line_ids.mapped(lambda line: (line.document, line.lot_name, line.quantity)),
            [(self.delivery.name, "TUB-1", 30.0)],
        )
        # 30 of 100 tubs, made of 20 of 40 kg, with 10 of the 25 kg of the raw lot in them.
        self.assertAlmostEqual(shop.line_ids.affected, 1.5)
        self.assertEqual({line.lot_name for line in hospital.line_ids}, {"TUB-1", "HUM-1"})

    def test_one_place_with_two_quants_counts_both(self):
        quant = self.raw.quant_ids.filtered(lambda one: one.location_id == self.stock_location)
        # As two transactions leave it that did not see each other's, until Odoo merges them.
        quant.sudo().quantity -= 4.0
        values = {
            "product_id": self.raw.product_id.id,
            "lot_id": self.raw.id,
            "location_id": quant.location_id.id,
            "quantity": 4.0,
        }
        quant.sudo().create(values)
        recall = self._start_frozen()
        self.assertEqual(recall.stock_ids.filtered(lambda one: one.lot_id == self.raw).quantity, 15.0)

    def test_the_frozen_trace_stays_when_names_and_addresses_change(self):
        recall = self._start_frozen()
        before = recall.scope_id._get_trace()
        self.customer.write({"name": "New Name", "city": "Brugge"})
        self.tubs.name = "RENAMED"
        self.env.invalidate_all()
        self.assertEqual(recall.scope_id._get_trace(), before)
        shop = recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer)
        self.assertEqual((shop.name, shop.city, shop.line_ids.lot_name), ("Corner Shop", "Gent", "TUB-1"))

    def test_widening_makes_a_further_version_that_shows_what_was_added(self):
        recall = self._start_frozen()
        other, _receipt = self._receive(self.tahini, "TAH-2", 8.0)
        self._ship([(other, 3.0)], partner=self.supplier)
        recall.lot_ids = [Command.link(other.id)]
        self.assertIn("changed since the scope was frozen", recall.missing_text)
        recall.action_freeze()
        first, second = recall.scope_ids.sorted("number")
        self.assertEqual((recall.scope_id, second.number, second.lot_count), (second, 2, 4))
        self.assertFalse(first.added)
        self.assertEqual(second.added["lot"], {"count": 1, "names": ["TAH-2"]})
        self.assertEqual(second.added["consignee"], {"count": 1, "names": ["Sesame Traders"]})
        self.assertEqual(second.added["gone"]["count"], 0)
        self.assertIn("Consignees added (1): Sesame Traders", second.added_text)
        added = recall.consignee_ids.filtered(lambda one: one.scope_id == second)
        self.assertEqual(added.name, "Sesame Traders")
        self.assertEqual(len(recall.consignee_ids), 3)

    def test_what_a_further_version_no_longer_finds_stays_marked(self):
        recall = self._start_frozen()
        self._return(self.waiting) if self.waiting.state == "done" else self.waiting.action_cancel()
        self._ship([(self.tubs, 5.0)])
        recall.action_freeze()
        self.assertEqual(recall.scope_id.added["gone"], {"count": 1, "names": [self.waiting.name]})
        self.assertFalse(recall.order_ids.is_current)
        shop = recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer)
        self.assertEqual(shop.quantity_text, "35 Units Hummus tub")
        self.assertEqual(len(shop.line_ids), 2)

    def test_a_change_since_the_freezing_is_said(self):
        recall = self._start_frozen()
        said = recall.action_check_scope()["params"]
        self.assertEqual((said["type"], said["sticky"]), ("success", False))
        more = self._ship([(self.tubs, 1.0)])
        said = recall.action_check_scope()["params"]
        self.assertEqual(said["type"], "warning")
        self.assertIn(f"Deliveries added (1): {more.name} TUB-1; stock: TUB-1 60 → 59", said["message"])
        self.assertNotIn("Lots added", said["message"])
        self.assertNotIn("By the measures", said["message"])

    def test_what_the_case_itself_did_is_no_change_of_its_scope(self):
        place = self.env["stock.location"].create(
            {
                "name": "Cage",
                "usage": "internal",
                "is_quarantine": True,
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        recall = self._start_frozen(quarantine_location_id=place.id)
        self._decide(recall, "activate")
        recall.action_hold()
        recall.action_stop_orders()
        recall.action_quarantine()
        moved = self.env["stock.picking"].search([("origin", "=", recall.name)])
        said = recall.action_check_scope()["params"]
        self.assertEqual(said["type"], "success", said["message"])
        moved.move_ids.picked = True
        moved.button_validate()
        self._assert_done(moved)
        self._return(self.delivery, 5.0)
        wizard = self.env["lot.recall.destroy"].with_user(self.helper)
        wizard = wizard.with_context(**recall.action_destroy()["context"]).create(
            {"method": "Burnt", "no_evidence": "Comes by post"}
        )
        for line in wizard.line_ids:
            line.quantity = 5.0 if line.lot_id == self.tubs else 0.0
        wizard.action_confirm()
        said = recall.action_check_scope()["params"]
        self.assertEqual(said["type"], "success", said["message"])
        for text in ("Nothing came to it", "open orders stopped: 1", "goods back and destroyed", "places"):
            self.assertIn(text, said["message"])
        # A count that finds more is none of its doing.
        self._count(self.tubs, 90.0)
        said = recall.action_check_scope()["params"]
        self.assertEqual(said["type"], "warning")
        self.assertIn("stock: TUB-1 60 → 150", said["message"])
        self.assertIn("open orders stopped: 1", said["message"])

    def test_goods_that_came_back_before_are_with_us_and_not_with_the_customer(self):
        self._return(self.delivery, 10.0)
        recall = self._start_frozen()
        shop = recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer)
        line = shop.line_ids
        self.assertEqual((line.quantity, line.quantity_back, line.quantity_open), (30.0, 10.0, 20.0))
        units = next(row for row in recall.figures["recovery"] if row["uom"] == "Units")
        self.assertEqual((units["delivered"], units["back"], units["own"]), (40.0, 10.0, 70.0))

    def test_lots_of_one_order_that_cannot_be_told_apart_count_and_are_counted_apart(self):
        clean, _receipt = self._receive(self.tahini, "TAH-9", 10.0)
        serial = self._create_product("Gift box", self.unit, tracking="serial")
        boxes = self.env["stock.lot"].create([{"product_id": serial.id, "name": f"BOX-{n}"} for n in (1, 2)])
        self._make(serial, boxes, 2.0, [(self.raw, 1.0), (clean, 1.0)])
        self._ship([(boxes[0], 1.0)])
        recall = self._start_frozen()
        doubtful = recall.recall_lot_ids.filtered("doubtful")
        self.assertEqual(set(doubtful.mapped("lot_name")), {"BOX-1", "BOX-2"})
        self.assertTrue(all(doubtful.mapped("is_affected")))
        self.assertEqual((recall.scope_id.lot_count, recall.scope_id.doubtful_count), (5, 2))
        lines = recall.line_ids.filtered("doubtful")
        self.assertEqual(lines.mapped("lot_name"), ["BOX-1"])

    # ---- start lots by rule --------------------------------------------------------------

    def _find(self, **vals):
        recall = self._open_case()
        rule = self.env["lot.recall.rule"].with_user(self.lead).create({"recall_id": recall.id, **vals})
        return set(rule.found_lot_ids.mapped("name"))

    def test_rules_find_lots_by_product_supplier_number_and_supplier_lot(self):
        self._receive(self.tahini, "TAH-2", 1.0)
        self._receive(self.tahini, "TAH-10", 1.0)
        self.assertEqual(self._find(kind="product", product_id=self.hummus.id), {"HUM-1"})
        self.assertEqual(
            self._find(kind="supplier", partner_id=self.supplier.id), {"TAH-1", "TAH-2", "TAH-10", "CHI-1"}
        )
        self.assertEqual(self._find(kind="supplier_lot", number="s-tah-2"), {"TAH-2"})
        self.assertEqual(self._find(kind="range", number="TAH-2", number_to="TAH-10"), {"TAH-2", "TAH-10"})
        self.assertEqual(self._find(kind="prefix", number="TAH-1"), {"TAH-1", "TAH-10"})
        self.assertEqual(self._find(kind="prefix", number="%"), set())
        self.assertEqual(
            self._find(
                kind="product", product_id=self.tahini.id, date_from="2020-01-01", date_to="2020-02-01"
            ),
            set(),
        )

    def test_a_lot_that_came_in_by_no_record_may_be_of_any_day(self):
        lot = self._create_lot(self.tahini, "TAH-X")
        self._create_lot(self.tahini, "TAH-Y")  # never moved
        self._ship([(lot, 1.0)])
        days = {"date_from": "2020-01-01", "date_to": "2020-02-01"}
        self.assertEqual(self._find(kind="product", product_id=self.tahini.id, **days), {"TAH-X"})
        item = {"type": "product", "id": self.tahini.id, **days}
        answer = self.env["lot.trace"].with_user(self.lead).answer({"items": [item], "direction": "forward"})
        self.assertEqual([row["name"] for row in answer["start"]], ["TAH-X"])

    def test_lots_of_a_supplier_are_found_after_he_was_merged_into_another(self):
        kept = self.env["res.partner"].create({"name": "Sesame Traders B.V.", "email": self.supplier.email})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.supplier | kept).ids, kept, extra_checks=False)
        self.assertFalse(self.supplier.exists())
        self.assertEqual(self._find(kind="supplier", partner_id=kept.id), {"TAH-1", "CHI-1"})
        trace = self.env["lot.trace"].with_user(self.lead)
        item = next(one for one in trace.search_items("Sesame Traders B") if one["type"] == "supplier")
        self.assertEqual(item["id"], kept.id)
        answer = trace.answer({"items": [item], "direction": "forward"})
        self.assertEqual({lot["name"] for lot in answer["start"]}, {"TAH-1", "CHI-1"})

    def test_movements_that_are_left_out_for_their_dates_are_counted(self):
        """Rework puts affected goods into a lot of which some was delivered the day before."""
        with freeze_time(fields.Datetime.now() - timedelta(days=2)):
            old, _receipt = self._receive(self.tahini, "TAH-0", 5.0)
            lot, _order = self._make(self.hummus, "HUM-0", 10.0, [(old, 5.0)])
            self._ship([(lot, 2.0)])
        self._make(self.hummus, lot, 4.0, [(self.raw, 2.0)])
        recall = self._start_frozen()
        self.assertEqual(recall.scope_id.excluded_count, 1)
        self.assertIn("movements: 1", "".join(recall.measure_ids.mapped("text")))
        row = recall.with_user(self.helper).excluded_ids
        self.assertEqual((row.lot_name, row.quantity, row.uom_name), ("HUM-0", 2.0, "kg"))
        self.assertLess(row.date, row.bound)
        self.assertEqual(row.action_open_document()["res_model"], "stock.picking")
        self.assertEqual(recall.figures["scope"]["excluded"], 1)
        self.assertNotIn(row.document, recall.line_ids.mapped("document"))
        # Whoever doubts one of the dates leaves nothing out.
        recall.conservative = True
        self.assertIn("changed since the scope was frozen", recall.missing_text)
        recall.action_freeze()
        self.assertEqual((recall.scope_id.excluded_count, recall.excluded_ids.ids), (0, []))
        self.assertIn(row.document, recall.line_ids.mapped("document"))
        self.assertIn("Deliveries added", recall.scope_id.added_text)
        self.assertNotIn("No longer found", recall.scope_id.added_text)

    def test_an_archived_lot_is_found_and_stays_in_the_scope(self):
        """Nothing of it is in stock any more; all of it is out there."""
        lot, _receipt = self._receive(self.tahini, "OLD-1", 3.0)
        self._ship([(lot, 3.0)])
        lot.with_user(self.worker).action_archive()
        for kind, number in (("prefix", "OLD"), ("supplier_lot", "S-OLD-1")):
            self.assertEqual(self._find(kind=kind, number=number), {"OLD-1"})
        self.assertEqual(self._find(kind="range", number="OLD-1", number_to="OLD-2"), {"OLD-1"})
        recall = self._open_case(lots=lot)
        self._decide(recall, "start")
        recall.action_freeze()
        self.env.invalidate_all()
        self.assertEqual(recall.lot_ids, lot)
        self.assertEqual(recall.scope_id.lot_ids, lot)
        self.assertEqual(recall.consignee_ids.line_ids.mapped("lot_name"), ["OLD-1"])

    def test_rules_find_what_a_work_center_made(self):
        center = self.env["mrp.workcenter"].create({"name": "Line 1"})
        order = self.env["mrp.production"].search([("lot_producing_ids", "in", self.base.ids)])
        self.env["mrp.workorder"].create(
            {
                "name": "Mix",
                "production_id": order.id,
                "workcenter_id": center.id,
                "product_uom_id": self.kg.id,
            }
        )
        self.assertEqual(self._find(kind="workcenter", workcenter_id=center.id), {"HUM-1"})

    def test_rules_that_say_nothing_are_refused_together(self):
        recall = self._open_case()
        recall.rule_ids = [
            Command.create({"kind": "product"}),
            Command.create({"kind": "range", "number": "A"}),
        ]
        with self.assertRaisesRegex(UserError, "(?s)Rule 1: Choose the product.*Rule 2: Enter two numbers"):
            recall.action_apply_rules()
        recall.rule_ids = [Command.clear(), Command.create({"kind": "prefix", "number": "TUB"})]
        recall.action_apply_rules()
        self.assertEqual(recall.lot_ids, self.raw | self.tubs)

    def test_a_lot_that_also_holds_another_lot_of_the_supplier_is_in_doubt(self):
        _lot, receipt = self._receive(self.tahini, "TAH-MIX", 10.0, supplier_lot="S-BAD")
        second = self._create_receipt_of(receipt.move_line_ids.lot_id, "S-GOOD")
        recall = self._open_case(lots=self.env["stock.lot"])
        recall.rule_ids = [Command.create({"kind": "supplier_lot", "number": "S-BAD"})]
        recall.action_apply_rules()
        self.assertEqual(recall.lot_ids.mapped("name"), ["TAH-MIX"])
        self.assertEqual(recall.mixed_lot_ids, recall.lot_ids)
        self.assertTrue(second)
        self._decide(recall, "start")
        recall.action_freeze()
        self.assertEqual((recall.scope_id.lot_count, recall.scope_id.doubtful_count), (1, 1))

    def _create_receipt_of(self, lot, supplier_lot):
        """A second receipt into the same lot."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": self.supplier.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock_location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": lot.product_id.id,
                            "product_uom_qty": 4.0,
                            "product_uom": lot.product_id.uom_id.id,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        line = self._add_line(picking.move_ids, 4.0, lot)
        line.supplier_lot = supplier_lot
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)
        return picking

    # ---- decisions -------------------------------------------------------------------------

    def test_all_that_is_missing_is_said_at_once(self):
        recall = self.env["lot.recall"].with_user(self.lead).create({"subject": "?"})
        with self.assertRaisesRegex(UserError, "(?s)Reason:.*How it was found.*First doubt.*Start lots"):
            recall.action_start()
        recall = self._start(hazard=False, classification=False, risk=False, member_ids=False)
        with self.assertRaisesRegex(UserError, "(?s)Scope:.*Hazard:.*Class.*Risk:.*who leads"):
            recall.action_activate()
        self.assertIn("Hazard", recall.missing_text)

    def test_each_step_is_signed_and_keeps_what_the_case_said(self):
        recall = self._start_frozen()
        decision = self._decide(recall, "activate", reason="Confirmed by a second laboratory.")
        self.assertEqual((recall.state, decision.user_id), ("active", self.lead))
        signature = decision.signature_ids
        self.assertEqual(
            (signature.user_name, signature.meaning, signature.state), ("Ann Lead", "approval", "valid")
        )
        content = json.loads(signature.content)["content"]
        self.assertEqual((content["fingerprint"], content["scope"]), (recall.scope_id.fingerprint, 1))
        recall.hazard = "Listeria"
        self.env.invalidate_all()
        self.assertEqual(signature.state, "valid")
        with self.assertRaisesRegex(UserError, "stays as it was signed"):
            decision.reason = "Other"
        with self.assertRaisesRegex(UserError, "made with the buttons"):
            decision.sudo().create({"recall_id": recall.id, "move": "close"})

    def test_only_officers_decide_a_recall(self):
        recall = self._start_frozen()
        with self.assertRaisesRegex(UserError, "Only a Compliance officer"):
            recall.with_user(self.helper).action_activate()
        with self.assertRaises(AccessError):
            self.env["lot.recall"].with_user(self.worker).create({"subject": "x"})

    def test_the_status_cannot_be_written(self):
        recall = self._open_case()
        with self.assertRaisesRegex(UserError, "changes by its"):
            recall.sudo().with_context(lot_recall_step=True).state = "closed"
        with self.assertRaisesRegex(UserError, "changes by its"):
            recall.create({"subject": "x", "state": "active"})
        forged = recall.with_context(default_state="closed", default_name="RC/1").create({"subject": "x"})
        self.assertEqual((forged.state, forged.name[:3]), ("draft", "RC/"))
        self._decide(recall, "start")
        with self.assertRaisesRegex(UserError, "This is fixed"):
            recall.doubt_at = "2020-01-01 00:00:00"
        with self.assertRaisesRegex(UserError, "it stays"):
            recall.unlink()

    def test_figures_and_steps_are_neither_given_nor_written(self):
        """Who may write a case can tell it by RPC that it passed, was published, or is no drill."""
        told = "2026-01-01 00:00:00"
        forged = {
            "result": "passed",
            "published_at": told,
            "closed_at": told,
            "all_told_at": told,
            "percent_recovered": 100.0,
            "check_seed": 7,
        }
        defaults = {f"default_{name}": value for name, value in forged.items()}
        case = {"subject": "x", "mode": "drill"}
        recalls = self.env["lot.recall"].with_user(self.helper)
        for recall in (
            recalls.create({**case, **forged, "is_drill": False}),
            recalls.with_context(**defaults, default_is_drill=False).create(case),
        ):
            self.assertTrue(recall.is_drill)
            self.assertFalse(any(recall[name] for name in forged), recall.read(forged))
        other = self._start_frozen()
        for vals in (
            *({name: value} for name, value in forged.items()),
            {"is_drill": False},
            {"scope_id": other.scope_id.id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "This is fixed"):
                recall.write(vals)
        shop = other.consignee_ids[0].with_user(self.helper)
        for vals in ({"access_token": "easy"}, {"in_sample": True}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "is frozen"):
                shop.write(vals)

    def test_a_scope_and_a_decision_take_nothing_from_a_users_own_defaults(self):
        def store(model, **values):
            for name, value in values.items():
                self.env["ir.default"].with_user(self.helper).set(model, name, value, True)

        store("lot.recall.decision", decided_at="2026-01-01 00:00:00")
        recall = self._open_case(user=self.helper)
        signed = recall.action_start()
        self.assertFalse(self.env["lot.recall.decision"].browse(signed["res_id"]).decided_at)
        self._decide(recall, "start", user=self.helper)
        real = self._trace(self.raw)
        forged = self.env["lot.recall.scope"]._pack({**real, "fingerprint": "forged"}).decode()
        store("lot.recall.scope", state="listing", trace_data=forged, fingerprint="forged")
        store("lot.recall.stock", held_at="2026-01-01 00:00:00")
        recall.action_freeze()
        self.assertEqual(recall.scope_id.fingerprint, real["fingerprint"])
        self.assertEqual(recall.scope_id._get_trace()["fingerprint"], real["fingerprint"])
        self.assertFalse(any(recall.stock_ids.mapped("held_at")))

    def test_the_scope_cannot_be_written(self):
        recall = self._start_frozen()
        forged = {"lot_recall_freezing": True}
        for row, vals in (
            (recall.scope_id, {"fingerprint": "x"}),
            (recall.consignee_ids[0], {"name": "x"}),
            (recall.line_ids[0], {"quantity": 0.0}),
            (recall.stock_ids[0], {"held_at": "2026-01-01 00:00:00"}),
            (recall.recall_lot_ids[0], {"doubtful": True}),
        ):
            with self.assertRaisesRegex(UserError, "is frozen"):
                row.sudo().with_context(**forged).write(vals)
            with self.assertRaisesRegex(UserError, "is frozen"):
                row.sudo().unlink()

    def test_a_case_is_closed_when_all_is_known_and_reopened_with_a_reason(self):
        recall = self._start_frozen()
        self._decide(recall, "activate")
        with self.assertRaisesRegex(UserError, "(?s)not told: 2.*not held.*not stopped: 1"):
            recall.action_wind_up()
        recall.action_mark_told()
        recall.stock_ids._freezing().write({"held_at": "2026-01-01 00:00:00"})
        recall.order_ids._freezing().write({"stopped_at": "2026-01-01 00:00:00"})
        self._decide(recall, "wind_up")
        with self.assertRaisesRegex(UserError, "did not answer.*: 2"):
            recall.action_close()
        recall.consignee_ids[0].note = "Out of business since March."
        recall.consignee_ids[1].action_mark_answered()
        self._decide(recall, "close")
        self.assertTrue(recall.closed_at)
        for row in (recall.consignee_ids[0], recall.line_ids[0]):
            with self.assertRaisesRegex(UserError, "case is closed"):
                row.write({"note": "x"} if "note" in row._fields else {"quantity_sold": 1.0})
        with self.assertRaisesRegex(UserError, "This is fixed"):
            recall.hazard = "x"
        parts = recall.with_user(self.helper)
        for attack in (
            lambda: parts.member_ids.write({"name": "x"}),
            lambda: parts.member_ids.unlink(),
            lambda: parts.member_ids.create({"recall_id": recall.id, "name": "x"}),
            lambda: parts.rule_ids.create({"recall_id": recall.id, "kind": "prefix", "number": "T"}),
            lambda: parts.question_ids.create({"recall_id": recall.id, "name": "x"}),
            lambda: parts.measure_ids.with_context(default_recall_id=recall.id).create({"text": "x"}),
        ):
            with self.assertRaisesRegex(UserError, "case is closed"):
                attack()
        action = recall.with_user(self.lead).action_reopen()
        decision = self.env[action["res_model"]].with_user(self.lead).browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Say why"):
            decision._check_signing("approval")
        self._decide(recall, "reopen", reason="Another customer called.")
        self.assertEqual((recall.state, recall.closed_at), ("active", False))

    # ---- screens -----------------------------------------------------------------------------

    def test_quality_enters_what_a_consignee_said(self):
        recall = self._start_frozen()
        shop = recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer).with_user(
            self.helper
        )
        with Form(shop) as form:
            form.answered_at = "2026-05-01 10:00:00"
            with form.line_ids.edit(0) as line:
                line.quantity_returned = 12.0
                line.quantity_sold = 8.0
        self.assertEqual((shop.line_ids.quantity_open, shop.line_ids.quantity_unknown), (22.0, 10.0))
        with self.assertRaisesRegex(AssertionError, "readonly"), Form(shop) as form:
            form.name = "x"

    def test_another_company_sees_nothing_of_a_case(self):
        recall = self._start_frozen()
        company = self.env["res.company"].create({"name": "Other Ltd"})
        self.helper.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        for rows in (recall, recall.scope_id, recall.consignee_ids, recall.line_ids, recall.recall_lot_ids):
            self.assertFalse(rows.with_user(self.helper).search([]))
            with self.assertRaises(AccessError):
                rows.with_user(self.helper).mapped("display_name")

    def test_large_quantities_are_written_out(self):
        lot, _receipt = self._receive(self.chickpeas, "CHI-9", 2_500_000.0)
        self._ship([(lot, 1_250_000.5)])
        recall = self._start_frozen(lots=lot)
        self.assertIn("1250000.5 kg", recall.consignee_ids.quantity_text)
        recall.action_hold()
        self.assertIn("1249999.5 kg", recall.measure_ids.filtered(lambda one: one.kind == "hold").text)
