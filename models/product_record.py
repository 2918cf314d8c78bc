"""What a product says of lots that moved: its name and code, its unit, its tracking, their own fields.

Another one is booked. Where the record is fixed, the unit stays: Odoo would write another one into all
that was moved, one to one.
"""

from odoo import api, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "lot.auditing"]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "name", "uom_id", "tracking", "use_expiration_date"]

    def write(self, vals):
        # Without storage Odoo stops tracking by itself.
        if {*self._get_audited_fields(), "is_storable", "type"}.isdisjoint(vals):
            return super().write(vals)
        recorded = self.with_context(active_test=False).product_variant_ids._filter_recorded()
        with recorded.product_tmpl_id._auditing():
            return super().write(vals)


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "lot.auditing"]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "default_code", "lot_properties_definition"]

    def _get_audited_text(self, name):
        if name != "lot_properties_definition":
            return super()._get_audited_text(name)
        return ", ".join(f"{one['string']} ({one['type']})" for one in self[name] or ()) or None

    def write(self, vals):
        if not set(self._get_audited_fields()).isdisjoint(vals):
            with self._filter_with_lots()._auditing():
                return super().write(vals)
        return super().write(vals)

    def _filter_with_lots(self):
        lots = self.env["stock.lot"].sudo().with_context(active_test=False)
        groups = lots._read_group([("product_id", "in", self.ids)], ["product_id"])
        return self.browse(product.id for (product,) in groups)

    def _filter_recorded(self):
        """Those of which the ledger tells something."""
        groups = self.env["lot.ledger"].sudo()._read_group([("product_id", "in", self.ids)], ["product_id"])
        return self.browse(product.id for (product,) in groups)

    def _update_uom(self, to_uom_id):
        groups = (
            self.env["lot.ledger"]
            .sudo()
            ._read_group([("product_id", "in", self.ids)], ["company_id"], ["product_id:recordset"])
        )
        for company, products in groups:
            fixed = products.with_company(company)._filter_record_locked()
            if fixed:
                raise UserError(
                    self.env._(
                        "%s: lots have moved under a policy that fixes the record, with quantities in this "
                        "unit. It stays: make another product for another unit.",
                        fixed[0].with_env(self.env).display_name,
                    )
                )
        return super()._update_uom(to_uom_id)
