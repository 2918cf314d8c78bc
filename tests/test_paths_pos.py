"""Point of sale: what it sells, and what it could not post and says nothing of."""

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .paths_common import PathsCase


@tagged("post_install", "-at_install")
class TestPathsPos(PathsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos.order" not in cls.env:
            cls.skipTest(cls, "point_of_sale is not installed")
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.cashier = new_test_user(
            cls.env, "genealogy_cashier", groups="point_of_sale.group_pos_user,stock.group_stock_user"
        )
        cls.tub.write({"available_in_pos": True, "list_price": 3.0, "taxes_id": False})
        cls.lot, _picking = cls._receive(cls.tub, "TUB-1", 20.0)
        journal = cls.env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL"})
        method = cls.env["pos.payment.method"].create({"name": "Cash", "journal_id": journal.id})
        cls.shop = cls.env["pos.config"].create(
            {"name": "Shop", "payment_method_ids": [Command.set(method.ids)]}
        )

    def _open(self, at_closing=False):
        self.company.point_of_sale_update_stock_quantities = "closing" if at_closing else "real"
        shop = self.shop.with_user(self.cashier)
        shop.open_ui()
        session = shop.current_session_id
        session.set_opening_control(0.0, "")
        return session

    def _sell(self, session, *lines, **vals):
        """Sell ``(product, quantity, lot names)`` as the till does: it sends the order
        when it is paid."""
        amount = 3.0 * sum(quantity for _product, quantity, _lot_names in lines)
        order = {
            "session_id": session.id,
            "partner_id": self.customer.id,
            "user_id": self.cashier.id,
            "pricelist_id": False,
            "amount_paid": amount,
            "amount_total": amount,
            "amount_tax": 0.0,
            "amount_return": 0.0,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "name": "Order 1",
            "uuid": f"genealogy-{session.id}-{len(session.order_ids)}",
            "lines": [
                Command.create(
                    {
                        "product_id": product.id,
                        "qty": quantity,
                        "price_unit": 3.0,
                        "price_subtotal": 3.0 * quantity,
                        "price_subtotal_incl": 3.0 * quantity,
                        "discount": 0,
                        "tax_ids": [],
                        "pack_lot_ids": [Command.create({"lot_name": name}) for name in lot_names],
                        **vals,
                    }
                )
                for product, quantity, lot_names in lines
            ],
            "payment_ids": [
                Command.create(
                    {
                        "amount": amount,
                        "name": fields.Datetime.now(),
                        "payment_method_id": session.payment_method_ids.id,
                    }
                )
            ],
            "state": "paid",
            "to_invoice": False,
        }
        result = self.env["pos.order"].with_user(self.cashier).sync_from_ui([order])
        return self.env["pos.order"].browse(result["pos.order"][0]["id"])

    def _close(self, session):
        session.post_closing_cash_details(sum(session.order_ids.mapped("amount_paid")))
        result = session.close_session_from_ui()
        self.assertTrue(result["successful"], result)
        self.assertEqual(session.state, "closed")

    def test_sold_lot_and_its_refund(self):
        session = self._open()
        order = self._sell(session, (self.tub, 3.0, ["TUB-1"]))
        self._sell(session, (self.tub, -1.0, ["TUB-1"]), refunded_orderline_id=order.lines.id)
        self._close(session)
        entries = self.env["lot.ledger"].search([("lot_id", "=", self.lot.id)], order="id")
        self.assertEqual(
            [(one.kind, one.quantity, one.party_id.partner_res_id) for one in entries],
            [
                ("receipt", 20.0, self.supplier.id),
                ("shipment", -3.0, self.customer.id),
                ("customer_return", 1.0, self.customer.id),
            ],
        )
        self.assertEqual(entries[1].document, order.picking_ids.name)

    def test_stock_of_a_day_posted_when_the_session_is_closed(self):
        session = self._open(at_closing=True)
        self._sell(session, (self.tub, 3.0, ["TUB-1"]))
        self._sell(session, (self.tub, 2.0, ["TUB-1"]))
        self.assertEqual(self._ledger(self.lot), [("receipt", 20.0)])
        self._close(session)
        self.assertEqual(sum(quantity for _kind, quantity in self._ledger(self.lot)[1:]), -5.0)
        self.assertEqual({kind for kind, _quantity in self._ledger(self.lot)[1:]}, {"shipment"})

    def test_sale_that_could_not_be_posted_is_shown(self):
        """The till sold without a lot: Odoo swallows the refusal and leaves the transfer undone."""
        session = self._open()
        order = self._sell(session, (self.tub, 3.0, []))
        picking = order.picking_ids
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(self._ledger(self.lot), [("receipt", 20.0)])
        (activity,) = picking.activity_ids
        self.assertIn("Hummus tub: 3", activity.note)
        self.assertEqual(activity.user_id, self.cashier)
        # The warehouse mends it: then the ledger has it, with its customer.
        picking.move_ids.move_line_ids.unlink()
        self._add_line(picking.move_ids, 3.0, self.lot)
        picking.move_ids.picked = True
        picking.with_user(self.worker).button_validate()
        self._assert_done(picking)
        self.assertEqual(self._ledger(self.lot), [("receipt", 20.0), ("shipment", -3.0)])

    def test_part_of_a_sale_that_could_not_be_posted_is_shown(self):
        self.hummus.available_in_pos = True
        order = self._sell(self._open(), (self.tub, 3.0, ["TUB-1"]), (self.hummus, 1.0, []))
        self.assertEqual(self._ledger(self.lot), [("receipt", 20.0), ("shipment", -3.0)])
        left = order.picking_ids | order.picking_ids.backorder_ids
        (activity,) = left.activity_ids
        self.assertIn("Hummus: 1", activity.note)
        self.assertEqual(activity.res_name, left.filtered(lambda one: one.state != "done").name)

    def test_sale_that_stock_refused_is_shown_with_the_reason(self):
        machine = self._create_product("Doser", self.unit, tracking="serial", available_in_pos=True)
        serial = self._create_lot(machine, "SN-1")
        self._count(serial, 1.0)
        order = self._sell(self._open(), (machine, 2.0, ["SN-1", "SN-1"]))
        self.assertNotEqual(order.picking_ids.state, "done")
        self.assertEqual(self._ledger(serial), [("adjustment", 1.0)])
        (activity,) = order.picking_ids.activity_ids
        self.assertIn("SN-1", activity.note)

    def test_sale_that_a_policy_refused_says_what_it_asks_for(self):
        self.env["lot.policy"].create(
            {
                "name": "Tubs",
                "active": True,
                "product_ids": self.tub.ids,
                "demand_ids": [Command.create({"fact": "packing_date", "on_shipment": True})],
            }
        )
        picking = self._sell(self._open(), (self.tub, 3.0, ["TUB-1"])).picking_ids
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(self._ledger(self.lot), [("receipt", 20.0)])
        (activity,) = picking.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Sale refused by stock", self.cashier))
        for part in (
            "Hummus tub: 3",
            "lot TUB-1",
            "missing Packing date",
            "Enter it in the lot",
            "Policy: Tubs",
        ):
            self.assertIn(part, activity.note)
        # Entered, the sale is taken out of stock.
        self.lot.packing_date = "2026-11-01"
        picking.with_user(self.worker).button_validate()
        self._assert_done(picking)
        self.assertEqual(self._ledger(self.lot), [("receipt", 20.0), ("shipment", -3.0)])

    def test_untracked_sale_that_a_policy_refused_is_shown(self):
        self.water.write({"available_in_pos": True, "list_price": 3.0, "taxes_id": False})
        self.env["lot.policy"].create(
            {
                "name": "Water",
                "active": True,
                "product_ids": self.water.ids,
                "refuse_untracked": True,
                "demand_ids": [Command.create({"fact": "lot", "on_shipment": True})],
            }
        )
        self._sell(self._open(), (self.tub, 1.0, ["TUB-1"]))
        picking = self._sell(self.shop.current_session_id, (self.water, 2.0, [])).picking_ids
        (activity,) = picking.activity_ids
        self.assertIn("Water: 2", activity.note)
        self.assertIn("Have the product tracked by lots", activity.note)
