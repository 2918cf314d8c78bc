"""What comes out of a lot operation is worth what went in."""

from odoo.tests import tagged

from .operations import OperationCase


@tagged("post_install", "-at_install")
class TestOperationValue(OperationCase):
    """What comes out is worth what went in, however stock is valued."""

    def _receive_at(self, product, name, quantity, price):
        lot, receipt = self._receive(product, name, quantity)
        receipt.move_ids.purchase_line_id.price_unit = price
        receipt.move_ids._set_value()
        self.assertEqual(receipt.move_ids.value, price * quantity)
        return lot

    def _set_up(self, method, lot_valuated=False, products=None):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method, "property_valuation": "real_time"}
        )
        for product in products or self.tahini:
            product.categ_id = category
            product.product_tmpl_id.lot_valuated = lot_valuated
        self.account = self.env["account.account"].create(
            {"name": "Production", "code": "LOTPROD", "account_type": "expense"}
        )
        stock, variation = self.env["account.account"].create(
            [
                {"name": "Stock", "code": "LOTSTOCK", "account_type": "asset_current"},
                {"name": "Variation", "code": "LOTVAR", "account_type": "expense"},
            ]
        )
        stock.account_stock_variation_id = variation
        category.property_stock_valuation_account_id = stock
        self.company.account_stock_journal_id = self.env["account.journal"].create(
            {"name": "Lots", "code": "LOTS", "type": "general"}
        )
        self.tahini.property_stock_production.valuation_account_id = self.account

    def _value(self, products):
        self.env.invalidate_all()
        return sum(products.mapped("total_value"))

    def _check(self, method, lot_valuated):
        tub = self._create_product("Tahini tub", self.unit)
        products = self.tahini | tub
        self._set_up(method, lot_valuated, products)
        one = self._receive_at(self.tahini, "TAH-1", 10.0, 1.0)
        two = self._receive_at(self.tahini, "TAH-2", 30.0, 3.0)
        self.assertAlmostEqual(self._value(products), 100.0)
        self._move(two, 7.0, self.shelf)
        steps = []
        form = self._open(two, "split")
        for index in range(2):
            with form.line_ids.edit(index) as line:
                line.quantity = 2.33
        steps.append(self._do(form))
        steps.append(self._merge(one | two, name="MIX"))
        form = self._open(self._get_lot("TAH-2-1"), "relabel")
        form.lot_name = "NEW"
        steps.append(self._do(form))
        form = self._open(self._get_lot("MIX"), "repack")
        form.product_dest_id = tub
        for index in range(2):
            with form.line_ids.edit(index) as line:
                line.quantity = 3.0
        with form.output_ids.edit(0) as line:
            line.quantity = 7.0
        with form.output_ids.new() as line:
            line.lot_name = "OTHER"
            line.location_id = self.shelf
            line.quantity = 4.0
        steps.append(self._do(form))
        for operation in steps:
            taken = operation.move_ids.filtered("is_out")
            given = operation.move_ids.filtered("is_in")
            self.assertTrue(taken and given)
            self.assertAlmostEqual(
                sum(taken.mapped("value")), sum(given.mapped("value")), 2, f"{method} {operation.kind}"
            )
        self.assertAlmostEqual(self._value(products), 100.0, 1)
        posted = self.env["account.move.line"].search([("account_id", "=", self.account.id)])
        self.assertEqual(len(posted), sum(len(operation.move_ids) for operation in steps))
        self.assertTrue(sum(posted.mapped("debit")))
        self.assertAlmostEqual(sum(posted.mapped("balance")), 0.0, 2)

    def test_average_cost(self):
        self._check("average", False)

    def test_average_cost_by_lot(self):
        self._check("average", True)

    def test_first_in_first_out(self):
        self._check("fifo", False)

    def test_first_in_first_out_by_lot(self):
        self._check("fifo", True)

    def test_standard_price_by_lot_follows_the_lot(self):
        self._set_up("standard", True)
        lot, _receipt = self._receive(self.tahini, "TAH-1", 10.0)
        lot.standard_price = 4.0
        self._split(lot, ("PART", 5.0))
        self.assertEqual(self._get_lot("PART").standard_price, 4.0)
        self.assertEqual(self._value(self.tahini), 40.0)

    def test_goods_of_another_owner_have_no_value(self):
        self._set_up("average")
        lot = self._receive_at(self.tahini, "TAH-1", 10.0, 2.0)
        theirs, _receipt = self._receive(self.tahini, "TAH-2", 10.0)
        self._count(theirs, 0.0)
        quant = self.env["stock.quant"].with_user(self.worker).with_context(inventory_mode=True)
        quant = quant.create(
            {
                "product_id": self.tahini.id,
                "lot_id": theirs.id,
                "location_id": self.stock_location.id,
                "owner_id": self.customer.id,
                "inventory_quantity": 10.0,
            }
        )
        quant.action_apply_inventory()
        value = self._value(self.tahini)
        self._split(theirs, ("PART", 4.0))
        self._split(lot, ("OURS", 4.0))
        self.assertAlmostEqual(self._value(self.tahini), value)
