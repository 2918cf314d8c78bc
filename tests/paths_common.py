"""What every test of a path shares: afterwards the ledger must be what the moves say."""

from odoo import Command
from odoo.tests import Form

from .common import GenealogyCase


class PathsCase(GenealogyCase):
    def setUp(self):
        super().setUp()
        # A test that changes done moves says so: all others must correct nothing.
        self.corrects = False
        self.entries_before = self.env["lot.ledger"].search([], order="id desc", limit=1).id or 0
        self.addCleanup(self._check_ledger)

    def _check_ledger(self):
        verify = self.env["lot.verify"].create({})._verify()
        self.assertEqual(verify.state, "equal", "\n".join(verify._get_text()))
        self.assertTrue(verify.entry_count)
        corrections = self.env["lot.ledger"].search(
            [("id", ">", self.entries_before), ("corrects_id", "!=", False)]
        )
        self.assertEqual(bool(corrections), self.corrects, corrections.mapped("document"))

    # ---- builders -----------------------------------------------------------------

    @classmethod
    def _create_bom(cls, product, components, **vals):
        """Bill of materials of one unit of `product` from ``[(product, quantity)]``."""
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1.0,
                "product_uom_id": product.uom_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": component.id, "product_qty": quantity})
                    for component, quantity in components
                ],
                **vals,
            }
        )

    @classmethod
    def _order(cls, product, quantity, bom=None):
        """A confirmed manufacturing order, as typed into its form."""
        form = Form(cls.env["mrp.production"].with_user(cls.worker))
        form.product_id = product
        if bom:
            form.bom_id = bom
        form.product_qty = quantity
        order = form.save()
        order.action_confirm()
        return order

    @classmethod
    def _use(cls, order, lots):
        """Say which lots the components of an order are: ``[(lot, quantity)]``."""
        cls._fill_moves(order, lots, ())

    def _unbuild(self, product, quantity, lot=None, order=None, bom=None):
        form = Form(self.env["mrp.unbuild"].with_user(self.worker))
        form.product_id = product
        if order:
            form.mo_id = order
        elif bom:
            form.bom_id = bom
        if lot:
            form.lot_id = lot
        if product.tracking != "serial":
            form.product_qty = quantity
        unbuild = form.save()
        unbuild.action_unbuild()
        self.assertEqual(unbuild.state, "done")
        return unbuild

    @classmethod
    def _validate(cls, picking):
        """Do a transfer as it is reserved."""
        picking = picking.with_user(cls.worker)
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        cls._assert_done(picking)
        return picking

    # ---- what the ledger says ------------------------------------------------------

    def _event(self, record):
        """(kind, inputs, outputs) of the one event of a document, entries as a sorted
        list of ``(lot name, product name, quantity)``."""
        event = self.env["lot.event"].search([("res_model", "=", record._name), ("res_id", "=", record.id)])
        self.assertEqual(len(event), 1)
        sides = [
            sorted(
                (entry.lot_id.name or "", entry.product_id.name, entry.quantity)
                for entry in entries
                if not entry.reversal and not self._is_reversed(entry)
            )
            for entries in (event.input_ids, event.output_ids)
        ]
        return event.kind, *sides

    def _assert_no_event(self, record):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        self.assertFalse(self.env["lot.event"].search(domain))

    def _gaps(self, trace):
        """``{(kind, lot name, document)}`` of the gaps of a trace."""
        return {(gap["kind"], gap["lot"], gap["document"]) for gap in trace["gaps"]}
