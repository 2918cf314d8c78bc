"""A lot operation is undone as long as nothing has left what came out of it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .operations import OperationCase


@tagged("post_install", "-at_install")
class TestOperationUndo(OperationCase):
    def _undo(self, operation):
        action = operation.with_user(self.keeper).action_undo()
        self.assertEqual(action["res_model"], "lot.operation")
        undo = self.env["lot.operation"].browse(action["res_id"])
        self.assertEqual((undo.state, undo.undo_of_id, operation.undo_ids), ("done", operation, undo))
        self.assertEqual(undo.user_id, self.keeper)
        return undo

    def _not_undone(self, operation, *sentences):
        with self.assertRaises(UserError) as refusal:
            operation.with_user(self.keeper).action_undo()
        message = str(refusal.exception)
        for sentence in sentences:
            self.assertRegex(message, sentence)
        self.assertEqual(len(message.splitlines()), 1 + len(sentences), message)
        self.assertFalse(operation.undo_ids)

    def test_parts_of_a_split_go_back_into_their_lot_and_places(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        self._move(lot, 100.0, self.shelf, pallet)
        before = self._stock(lot)
        operation = self._split(lot, ("PART-1", 30.0))
        undo = self._undo(operation)
        self.assertEqual(self._event(undo), ("merge", [("PART-1", -30.0)], [("TAH-1", 30.0)]))
        self.assertEqual(self._stock(lot), before)
        self.assertEqual(self._stock(self._get_lot("PART-1")), {})
        self.assertEqual(undo.target_lot_id, lot)

    def test_merged_lots_get_back_what_each_gave_and_a_trace_finds_both(self):
        first, receipt = self._receive(self.tahini, "TAH-1", 10.0)
        second, _receipt = self._receive(self.tahini, "TAH-2", 30.0)
        operation = self._merge(first | second, name="TAH-M")
        undo = self._undo(operation)
        self.assertEqual(self._event(undo), ("split", [("TAH-M", -40.0)], [("TAH-1", 10.0), ("TAH-2", 30.0)]))
        self.assertEqual(self._stock(first), {("Stock", False, False): 10.0})
        self.assertEqual(self._stock(second), {("Stock", False, False): 30.0})
        # It was one heap for a while: what was in the first may be in the second.
        trace = self._trace(first, "forward")
        self.assertIn("TAH-2", {row["name"] for row in trace["forward"]["lots"]})
        self.assertTrue(trace["complete"], trace["gaps"])
        self.assertEqual(receipt.state, "done")

    def test_relabelled_lot_gets_its_old_number_wherever_it_lies(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        self._move(lot, 4.0, self.shelf)
        form = self._open(lot, "relabel")
        form.lot_name = "TAH-01"
        operation = self._do(form)
        self._undo(operation)
        self.assertEqual(self._stock(lot), {("Stock", False, False): 6.0, ("Shelf 2", False, False): 4.0})
        self.assertEqual(self._stock(self._get_lot("TAH-01")), {})

    def test_unpacking_gives_back_the_bulk_and_the_packaging(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        buckets, _receipt = self._receive(self._create_product("Bucket", self.unit), "BKT-1", 8.0)
        form = self._open(lot, "repack")
        form.product_dest_id = self.tub
        with form.line_ids.new() as line:
            line.quant_id = buckets.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal")
            line.quantity = 5.0
        with form.output_ids.edit(0) as line:
            line.lot_name = "TUB-1"
            line.quantity = 20.0
        operation = self._do(form)
        undo = self._undo(operation)
        self.assertEqual(self._event(undo), ("repack", [("TUB-1", -20.0)], [("BKT-1", 5.0), ("TAH-1", 10.0)]))
        self.assertEqual(self._stock(lot), {("Stock", False, False): 10.0})
        self.assertEqual(self._stock(buckets), {("Stock", False, False): 8.0})

    def test_what_has_left_since_is_named(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        operation = self._split(lot, ("PART-1", 30.0), ("PART-2", 20.0))
        delivery = self._ship([(self._get_lot("PART-1"), 5.0)])
        self._move(self._get_lot("PART-2"), 2.0, self.shelf)
        self._not_undone(
            operation,
            f"left lot PART-1 since: Shipment, {delivery.name}",
            "Of lot PART-1, 25 kg of 30 are free in WH/Stock",
            "Of lot PART-2, 18 kg of 20 are free in WH/Stock. Move the rest back",
        )
        self.assertEqual(self._stock(lot), {("Stock", False, False): 50.0})

    def test_what_is_reserved_is_not_taken_away(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        operation = self._split(lot, ("PART-1", 30.0))
        delivery = self._ship([(self._get_lot("PART-1"), 5.0)], validate=False)
        self._not_undone(operation, f"25 kg of 30 are free.*Reserved by: {delivery.name}")

    def test_an_operation_is_undone_once_and_an_undo_is_not(self):
        lot, _receipt = self._receive(self.tahini, "TAH-1", 100.0)
        operation = self._split(lot, ("PART-1", 30.0))
        undo = self._undo(operation)
        draft = self._open(lot, "split").save()
        for refused, reason in (
            (undo, "do that one again"),
            (operation, "undone already"),
            (draft, "not done"),
        ):
            with self.assertRaisesRegex(UserError, reason):
                refused.with_user(self.keeper).action_undo()
        self.assertEqual(len(operation.undo_ids), 1)
