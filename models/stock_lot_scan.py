"""Scanning a label into the form of a lot: it fills the form, the person saves it."""

from odoo import api, models
from odoo.exceptions import UserError


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model
    def scan_code(self, code, lot_id=False, product_id=False):
        """What a scanned or typed label says, as values of the form; writes nothing.

        :param lot_id, product_id: what stands in the form
        :return: ``{"values": {field: value}, "message": …, "remarks": [str]}``, a many2one
            as ``{"id", "display_name"}``
        :raise UserError: what is wrong with the code, or where it contradicts
        """
        lot = self.browse(lot_id)
        company = lot.company_id or self.env.company
        product = lot.product_id or self.env["product.product"].browse(product_id)
        reader = self.env["lot.scan"].with_company(company)
        scan = reader._read(code, product, product, None, company)
        if product and scan.product != product:
            raise UserError(
                self.env._(
                    "The label is of %(other)s, the lot of %(product)s.",
                    other=scan.product.display_name,
                    product=product.display_name,
                )
            )
        number = self.env["stock.picking"]._get_scanned_number(scan) if scan.product else scan.label.number
        values, remarks = reader._prepare_facts(scan, company)
        if lot and number and number not in (lot.name, lot.supplier_lot):
            raise UserError(
                self.env._("The label is of lot %(other)s, this is lot %(lot)s.", other=number, lot=lot.name)
            )
        if lot:
            reader._check_contradictions(lot, values, company)
            values = {field: value for field, value in values.items() if not lot[field]}
        elif number:
            values["name"] = number
        said = reader._describe_facts({k: v for k, v in values.items() if k != "name"}, company)
        if not lot and scan.product:
            values["product_id"] = scan.product.id
        for field in ("product_id", "origin_country_id"):
            if field in values:
                record = self.env[self._fields[field].comodel_name].browse(values[field])
                values[field] = {"id": record.id, "display_name": record.display_name}
        text = ", ".join(filter(None, [scan.product.display_name, number]))
        return {
            "values": values,
            "message": f"{text}. {said}" if said else text,
            "remarks": [*remarks, *scan.remarks],
        }
