"""The rows of a lot operation: what is taken and from where, and what is packed."""

from odoo import api, fields, models

# Where goods of a lot can be worked on: what a customer or supplier holds is not ours.
OWN_STOCK = ("internal", "transit")


class LotOperationQuantity(models.AbstractModel):
    _name = "lot.operation.quantity"
    _description = "Quantity in a lot operation"

    operation_id = fields.Many2one("lot.operation", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="operation_id.company_id")
    quantity = fields.Float(digits="Product Unit", required=True)
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    product_quantity = fields.Float(
        string="Quantity in the product's unit", digits="Product Unit", compute="_compute_product_quantity"
    )
    result_package_id = fields.Many2one(
        "stock.package",
        string="New package",
        help="The package the goods are in afterwards. Empty: they stay in the one they are in.",
    )

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    @api.depends("product_id.uom_id.parent_path")
    def _compute_allowed_uom_ids(self):
        def get_root(uom):
            return int(uom.parent_path.split("/")[0])

        roots = {get_root(uom) for uom in self.product_id.uom_id}
        by_root = self.env["uom.uom"].search([("id", "child_of", list(roots))]).grouped(get_root)
        for line in self:
            unit = line.product_id.uom_id
            line.allowed_uom_ids = by_root[get_root(unit)] if unit else False

    @api.depends("quantity", "product_uom_id", "product_id")
    def _compute_product_quantity(self):
        for line in self:
            unit = line.product_id.uom_id
            line.product_quantity = (
                line.product_uom_id._compute_quantity(line.quantity, unit, rounding_method="HALF-UP")
                if line._is_convertible()
                else 0.0
            )

    def _is_convertible(self):
        unit = self.product_id.uom_id
        return bool(self.product_uom_id and unit and self.product_uom_id._has_common_reference(unit))

    @api.constrains("operation_id", "quantity", "product_uom_id", "result_package_id")
    def _check_not_done(self):
        self.operation_id._check_not_done()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self.operation_id._check_not_done()


class LotOperationLine(models.Model):
    _name = "lot.operation.line"
    _inherit = ["lot.operation.quantity"]
    _description = "Taken by a lot operation"
    _check_company_auto = True

    quant_id = fields.Many2one(
        "stock.quant",
        string="Take from",
        compute="_compute_from_stock",
        readonly=False,
        help="The place, package and owner of the goods that are taken.",
    )
    product_id = fields.Many2one("product.product", required=True, check_company=True)
    lot_id = fields.Many2one("stock.lot", check_company=True)
    location_id = fields.Many2one("stock.location", required=True, check_company=True)
    package_id = fields.Many2one("stock.package", check_company=True)
    owner_id = fields.Many2one("res.partner")
    free_quantity = fields.Float(
        string="Free",
        digits="Product Unit",
        compute="_compute_from_stock",
        help="What lies there and is not reserved for something else, in the product's unit.",
    )
    lot_name = fields.Char(string="New lot", help="The number of the new lot that this part becomes.")

    @api.depends("product_id", "lot_id", "location_id", "package_id", "owner_id")
    def _compute_from_stock(self):
        quants = self._get_quants()
        for line in self:
            found = quants.get(line._get_position(), self.env["stock.quant"])
            line.quant_id = found[:1]
            line.free_quantity = sum(quant.quantity - quant.reserved_quantity for quant in found)

    @api.onchange("quant_id")
    def _onchange_quant_id(self):
        if self.quant_id:
            self.update(self._prepare_position_vals(self.quant_id))

    @api.constrains("product_id", "lot_id", "location_id", "package_id", "owner_id", "lot_name")
    def _check_position_not_done(self):
        self.operation_id._check_not_done()

    @api.model
    def _prepare_position_vals(self, quant):
        """Where `quant` lies, as the fields of a row."""
        return {
            "product_id": quant.product_id.id,
            "lot_id": quant.lot_id.id,
            "location_id": quant.location_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
        }

    @api.model
    def _get_quant_position(self, heap):
        """What tells one heap of goods from another, of a row, a quant or a stock move line."""
        return (heap.product_id.id, heap.lot_id.id, heap.location_id.id, heap.package_id.id, heap.owner_id.id)

    def _get_position(self):
        return self._get_quant_position(self)

    def _get_position_domain(self):
        """The positions of the rows, and few others, on quants or stock move lines."""
        return [
            ("product_id", "in", self.product_id.ids),
            ("lot_id", "in", [*self.lot_id.ids, False]),
            ("location_id", "in", self.location_id.ids),
        ]

    def _get_quants(self):
        """``{position: quants}`` of the stock that the rows are taken from, in one query.

        Two quants can lie in one place until Odoo merges them.
        """
        positions = {line._get_position() for line in self}
        quants = self.env["stock.quant"].search(self._get_position_domain())
        return quants.filtered(lambda quant: self._get_quant_position(quant) in positions).grouped(
            self._get_quant_position
        )

    def _get_reserving(self):
        """``{position: names}`` of the documents that reserve stock where the rows take it."""
        reserving = self.env["stock.move.line"].search(
            [
                ("state", "not in", ("draft", "done", "cancel")),
                ("quantity_product_uom", ">", 0),
                *self._get_position_domain(),
            ]
        )
        names = {}
        for line in reserving:
            name = line.reference or line.move_id.origin or line.display_name
            names.setdefault(self._get_quant_position(line), set()).add(name)
        return names


class LotOperationOutput(models.Model):
    _name = "lot.operation.output"
    _inherit = ["lot.operation.quantity"]
    _description = "Packed by a lot operation"
    _check_company_auto = True

    product_id = fields.Many2one(related="operation_id.product_dest_id")
    lot_name = fields.Char(
        string="Lot",
        help="Its lot number. One that the product has already is added to; "
        "empty: the next number of the product's sequence.",
    )
    location_id = fields.Many2one(
        "stock.location",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        domain="[('usage', '=', 'internal')]",
    )

    @api.depends("operation_id.line_ids.location_id")
    def _compute_location_id(self):
        for output in self:
            output.location_id = output.location_id or output.operation_id.line_ids[:1].location_id

    @api.constrains("lot_name", "location_id")
    def _check_output_not_done(self):
        self.operation_id._check_not_done()
