"""A small plant for tests, moved only through the methods behind Odoo's own buttons."""

from odoo import Command, fields
from odoo.tests import Form, TransactionCase, new_test_user


class GenealogyCase(TransactionCase):
    """Builders run as the people who would do it: warehouse and production staff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock_location = cls.warehouse.lot_stock_id
        cls.kg = cls.env.ref("uom.product_uom_kgm")
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.worker = new_test_user(
            cls.env,
            "genealogy_worker",
            groups="stock.group_stock_user,mrp.group_mrp_user,"
            "purchase.group_purchase_user,sales_team.group_sale_salesman_all_leads,"
            "stock.group_production_lot",
        )
        cls.officer = new_test_user(cls.env, "genealogy_officer", groups="lot_genealogy.group_officer")
        cls.quality = new_test_user(cls.env, "genealogy_quality", groups="lot_genealogy.group_quality")
        cls.supplier = cls.env["res.partner"].create(
            {
                "name": "Sesame Traders",
                "street": "Kade 1",
                "city": "Rotterdam",
                "zip": "3011 AA",
                "country_id": cls.env.ref("base.nl").id,
                "phone": "+31 10 1234567",
                "email": "lots@sesame.example",
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Corner Shop",
                "city": "Gent",
                "country_id": cls.env.ref("base.be").id,
                "phone": "+32 9 1234567",
                "email": "shop@corner.example",
            }
        )
        cls.other_customer = cls.env["res.partner"].create({"name": "Hospital Kitchen"})
        cls.tahini = cls._create_product("Tahini", cls.kg)
        cls.chickpeas = cls._create_product("Chickpeas", cls.kg)
        cls.hummus = cls._create_product("Hummus", cls.kg)
        cls.tub = cls._create_product("Hummus tub", cls.unit)
        cls.water = cls.env["product.product"].create(
            {"name": "Water", "type": "consu", "is_storable": True, "uom_id": cls.kg.id}
        )

    # ---- master data --------------------------------------------------------------

    @classmethod
    def _create_product(cls, name, uom, tracking="lot", **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "uom_id": uom.id,
                **vals,
            }
        )

    @classmethod
    def _create_lot(cls, product, name, **vals):
        return cls.env["stock.lot"].create({"product_id": product.id, "name": name, **vals})

    # ---- flows --------------------------------------------------------------------

    @classmethod
    def _receive(cls, product, lot_name, quantity, partner=None, supplier_lot=None):
        """Purchase and receive one lot; returns (lot, picking)."""
        order = (
            cls.env["purchase.order"]
            .with_user(cls.worker)
            .create(
                {
                    "partner_id": (partner or cls.supplier).id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_qty": quantity,
                                "price_unit": 1.0,
                            }
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        picking = order.picking_ids
        move = picking.move_ids
        move.move_line_ids.unlink()
        cls.env["stock.move.line"].with_user(cls.worker).create(
            {
                "move_id": move.id,
                "picking_id": picking.id,
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
                "quantity": quantity,
                "lot_name": lot_name,
                "supplier_lot": supplier_lot or f"S-{lot_name}",
            }
        )
        picking.move_ids.picked = True
        picking.button_validate()
        cls._assert_done(picking)
        return move.move_line_ids.lot_id.sudo(), picking

    @classmethod
    def _make(cls, product, lot, quantity, components, by_products=(), done=None):
        """Make `quantity` of `product` as `lot` from ``[(lot or product, quantity)]``.

        `done` below `quantity` makes a backorder. `lot` may be a name, a list of lots
        (serial numbers) or None for an untracked product.
        """
        order = (
            cls.env["mrp.production"]
            .with_user(cls.worker)
            .create(
                {
                    "product_id": product.id,
                    "product_qty": quantity,
                    "product_uom_id": product.uom_id.id,
                    "move_raw_ids": [
                        Command.create(
                            {
                                "product_id": cls._get_product(source).id,
                                "product_uom_qty": amount,
                                "product_uom": cls._get_product(source).uom_id.id,
                                "location_id": cls.stock_location.id,
                                "location_dest_id": cls._get_product(source).property_stock_production.id,
                            }
                        )
                        for source, amount in cls._sum_components(components)
                    ],
                }
            )
        )
        for by_product, _by_lot, amount, cost_share in by_products:
            order.move_byproduct_ids = [
                Command.create(
                    {
                        "product_id": by_product.id,
                        "product_uom_qty": amount,
                        "product_uom": by_product.uom_id.id,
                        "cost_share": cost_share,
                        "location_id": by_product.property_stock_production.id,
                        "location_dest_id": cls.stock_location.id,
                    }
                )
            ]
        order.action_confirm()
        if isinstance(lot, str):
            lot = cls._create_lot(product, lot)
        if lot:
            order.lot_producing_ids = lot
        order.qty_producing = done or quantity
        cls._fill_moves(order, components, by_products)
        action = order.button_mark_done()
        if isinstance(action, dict):
            wizard = Form(
                cls.env[action["res_model"]].with_user(cls.worker).with_context(**action["context"])
            ).save()
            if action["res_model"] == "mrp.production.backorder":
                wizard.action_backorder()
            else:
                wizard.action_confirm()
        assert order.state == "done", order.state
        return (lot.sudo() if lot else lot), order

    @classmethod
    def _get_product(cls, source):
        return source.product_id if source._name == "stock.lot" else source

    @classmethod
    def _sum_components(cls, components):
        sums = {}
        for source, amount in components:
            product = cls._get_product(source)
            sums[product] = sums.get(product, 0.0) + amount
        return sums.items()

    @classmethod
    def _fill_moves(cls, order, components, by_products):
        """Say which lots were used and made, as a worker types them into the order."""
        for move in order.move_raw_ids:
            move.move_line_ids.unlink()
            for source, amount in components:
                if cls._get_product(source) != move.product_id:
                    continue
                cls._add_line(move, amount, source if source._name == "stock.lot" else None)
            move.picked = True
        for by_product, by_lot, amount, _cost_share in by_products:
            move = order.move_byproduct_ids.filtered(
                lambda move, product=by_product: move.product_id == product
            )
            move.move_line_ids.unlink()
            cls._add_line(move, amount, by_lot)
            move.picked = True

    @classmethod
    def _add_line(cls, move, quantity, lot=None):
        return (
            cls.env["stock.move.line"]
            .with_user(cls.worker)
            .create(
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_uom.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "quantity": quantity,
                    "lot_id": lot.id if lot else False,
                }
            )
        )

    @classmethod
    def _ship(cls, lots, partner=None, validate=True):
        """Sell and deliver ``[(lot, quantity)]``; returns the delivery."""
        order = (
            cls.env["sale.order"]
            .with_user(cls.worker)
            .create(
                {
                    "partner_id": (partner or cls.customer).id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": amount,
                                "price_unit": 2.0,
                            }
                        )
                        for product, amount in cls._sum_components(lots)
                    ],
                }
            )
        )
        order.action_confirm()
        picking = order.picking_ids
        for move in picking.move_ids:
            move.move_line_ids.unlink()
            for lot, amount in lots:
                if lot.product_id == move.product_id:
                    cls._add_line(move, amount, lot)
        if validate:
            picking.move_ids.picked = True
            picking.button_validate()
            cls._assert_done(picking)
        return picking

    @classmethod
    def _dropship(cls, quantity):
        """Sell oil that goes from the supplier to the customer; returns (lot, picking)."""
        product = cls._create_product(
            "Oil",
            cls.kg,
            route_ids=[Command.set(cls.env.ref("stock_dropshipping.route_drop_shipping").ids)],
            seller_ids=[Command.create({"partner_id": cls.supplier.id, "price": 1.0})],
        )
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 2.0}
        sale = cls.env["sale.order"].with_user(cls.worker)
        sale = sale.create({"partner_id": cls.customer.id, "order_line": [Command.create(line)]})
        sale.action_confirm()
        purchase = sale._get_purchase_orders().with_user(cls.worker)
        purchase.button_confirm()
        picking = purchase.picking_ids
        lot = cls._create_lot(product, "OIL-1", supplier_lot="S-OIL-1")
        picking.move_line_ids.unlink()
        cls._add_line(picking.move_ids, quantity, lot)
        picking.move_ids.picked = True
        picking.button_validate()
        cls._assert_done(picking)
        return lot, picking

    @classmethod
    def _return(cls, picking, quantity=None, partner=None):
        """Return a done transfer (all of it, or `quantity` of its one line), from its partner or another."""
        wizard = Form(
            cls.env["stock.return.picking"]
            .with_user(cls.worker)
            .with_context(active_ids=picking.ids, active_id=picking.id, active_model="stock.picking")
        ).save()
        for line in wizard.product_return_moves:
            line.quantity = quantity or line.move_id.quantity
        action = wizard.action_create_returns()
        returned = cls.env["stock.picking"].with_user(cls.worker).browse(action["res_id"])
        returned.partner_id = partner or returned.partner_id
        returned.action_assign()
        returned.move_ids.picked = True
        returned.button_validate()
        cls._assert_done(returned)
        return returned

    @classmethod
    def _scrap(cls, lot, quantity):
        scrap = (
            cls.env["stock.scrap"]
            .with_user(cls.worker)
            .create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "scrap_qty": quantity,
                    "product_uom_id": lot.product_id.uom_id.id,
                    "location_id": cls.stock_location.id,
                }
            )
        )
        scrap.action_validate()
        assert scrap.state == "done", scrap.state
        return scrap

    @classmethod
    def _count(cls, lot, quantity):
        """An inventory count: the lot's stock is found to be `quantity`."""
        quant = cls.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", cls.stock_location.id)]
        )
        quant = quant.with_user(cls.worker).with_context(inventory_mode=True)
        if not quant:
            quant = quant.create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "location_id": cls.stock_location.id,
                    "inventory_quantity": quantity,
                }
            )
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    @classmethod
    def _assert_done(cls, picking):
        assert picking.state == "done", picking.state

    # ---- what the ledger says ------------------------------------------------------

    def _ledger(self, lots):
        """``[(kind, quantity)]`` of live entries, in the order they were written."""
        entries = self.env["lot.ledger"].search([("lot_id", "in", lots.ids)], order="id")
        return [
            (entry.kind, entry.quantity)
            for entry in entries
            if not entry.reversal and not self._is_reversed(entry)
        ]

    def _is_reversed(self, entry):
        return bool(
            self.env["lot.ledger"].search_count([("corrects_id", "=", entry.id), ("reversal", "=", True)])
        )

    def _trace(self, lots, direction="both", user=None, **options):
        trace = self.env["lot.trace"].with_user(user or self.officer)
        return trace.trace(lots.ids, direction, options)

    def _names(self, trace, side):
        return {row["name"] for row in trace[side]["lots"]}

    def _today(self):
        return fields.Date.to_string(fields.Date.today())
