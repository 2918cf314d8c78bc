"""Builders for the tests of lot operations: through the buttons on the lot and the form."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from .common import GenealogyCase


class OperationCase(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            "lot_keeper",
            groups="lot_genealogy.group_user,stock.group_tracking_lot,stock.group_tracking_owner,"
            "stock.group_stock_multi_locations,uom.group_uom",
        )
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf 2", "location_id": cls.stock_location.id, "usage": "internal"}
        )

    def _open(self, lots, kind):
        """The form that the button `kind` on the lots opens."""
        action = getattr(lots.with_user(self.keeper), f"action_lot_{kind}")()
        operations = self.env[action["res_model"]].with_user(self.keeper)
        return Form(operations.with_context(**action["context"]))

    def _do(self, form):
        operation = form.save()
        operation.action_done()
        self.assertEqual(operation.state, "done")
        self.assertEqual(operation.user_id, self.keeper)
        return operation

    def _split(self, lot, *parts):
        """Split ``(name or None, quantity)`` off the lot, which lies in one place."""
        form = self._open(lot, "split")
        for index, (name, quantity) in enumerate(parts):
            with form.line_ids.edit(index) if index == 0 else form.line_ids.new() as line:
                if index:
                    line.quant_id = lot.quant_ids.filtered(
                        lambda quant: quant.location_id.usage == "internal"
                    )
                line.quantity = quantity
                if name:
                    line.lot_name = name
        return self._do(form)

    def _merge(self, lots, target=None, name=None):
        form = self._open(lots, "merge")
        if target:
            form.target_lot_id = target
        elif name:
            form.lot_name = name
        return self._do(form)

    def _move(self, lot, quantity, location, package=None, owner=None):
        """Put `quantity` of the lot elsewhere, in a package, by an internal transfer."""
        picking = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": self.stock_location.id,
                    "location_dest_id": location.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": lot.product_id.id,
                                "product_uom_qty": quantity,
                                "location_id": self.stock_location.id,
                                "location_dest_id": location.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        line = self._add_line(picking.move_ids, quantity, lot)
        line.result_package_id = package
        picking.move_ids.picked = True
        picking.button_validate()
        self._assert_done(picking)

    def _stock(self, lot):
        """``{(location, package, owner): quantity}`` of the company's stock of a lot."""
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id.usage", "=", "internal"), ("quantity", "!=", 0)]
        )
        return {
            (quant.location_id.name, quant.package_id.name, quant.owner_id.name): quant.quantity
            for quant in quants
        }

    def _get_lot(self, name, product=None):
        return self.env["stock.lot"].search(
            [("name", "=", name), ("product_id", "=", (product or self.tahini).id)]
        )

    def _event(self, operation):
        """The one event of an operation: kind, inputs and outputs."""
        event = self.env["lot.event"].search(
            [("res_model", "=", "lot.operation"), ("res_id", "=", operation.id)]
        )
        self.assertEqual(len(event), 1)
        self.assertEqual(event.document, operation.name)
        return (
            event.kind,
            sorted((entry.lot_id.name or entry.product_id.name, entry.quantity) for entry in event.input_ids),
            sorted((entry.lot_id.name, entry.quantity) for entry in event.output_ids),
        )

    def _refused(self, form, *sentences):
        """The operation is refused with all of `sentences`, and nothing is half done."""
        operation = form.save()
        with self.assertRaises(UserError) as refusal:
            operation.action_done()
        message = str(refusal.exception)
        for sentence in sentences:
            self.assertRegex(message, sentence)
        self.assertEqual(len(message.splitlines()), len(sentences), message)
        self.assertFalse(operation.move_ids)
        self.assertEqual(operation.state, "draft")
