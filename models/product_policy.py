"""A product that is put elsewhere among the categories gets other policies: that is booked.

Where the record of what moved is fixed, it takes the right to change policies.
"""

from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessError


class LotPolicy(models.Model):
    _inherit = "lot.policy"

    @contextmanager
    def _watching(self, products):
        """Book what changes within of the policies that apply to `products`; refuse it to who may not."""
        policies = self.with_context(lang=None)
        products = products.with_env(policies.env).sudo()
        before = policies._get_applying(products)
        places = self._get_places(products)
        yield
        after = policies._get_applying(products)
        changed = [key for key in before if self._get_ids(before[key]) != self._get_ids(after[key])]
        if changed:
            self._check_fixed_products({key: before[key] for key in changed})
            self._book_applying(changed, before, after, places)

    @api.model
    def _get_applying(self, products):
        """``{(product, company): [Rule]}``, the nearest first, in companies that have policies."""
        return {
            (product, company): rules
            for company in self.env["res.company"].sudo().search([("active", "=", True)])
            if self._get_rules_by_target(company.id)
            for product, rules in self._get_all_rules(products, company).items()
        }

    @api.model
    def _get_ids(self, rules):
        return [rule.policy for rule in rules]

    @api.model
    def _get_places(self, products):
        """``{product: its category as text}``."""
        # Of the template: a variant that is written says the new one already.
        templates = products.product_tmpl_id
        names = {one: f"{one.display_name} ({one.id})" for one in templates.categ_id}
        return {product: names.get(product.product_tmpl_id.categ_id, "–") for product in products}

    @api.model
    def _check_fixed_products(self, before):
        # Of the user himself: code that works as superuser for him gives him no right.
        if self.sudo(False).has_access("write"):
            return
        fixed = {key: rules[0].name for key, rules in before.items() if rules and rules[0].lock_done}
        ids = [product.id for product, _company in fixed]
        moved = (
            self.env["lot.ledger"]
            .sudo()
            ._read_group([("product_id", "in", ids)], ["product_id", "company_id"])
        )
        refused = [key for key in moved if key in fixed]
        if refused:
            raise AccessError(
                self.env._(
                    "%(products)s: lots have moved under the policy %(policies)s, which fixes the record. In "
                    "another category other policies apply: this takes the right to change lot policies. "
                    "Ask an administrator of traceability.",
                    products=", ".join(
                        sorted({product.with_env(self.env).display_name for product, _company in refused})
                    ),
                    policies=", ".join(sorted({fixed[key] for key in refused})),
                )
            )

    @api.model
    def _book_applying(self, changed, before, after, places):
        new_places = self._get_places(self.env["product.product"].union(*(key[0] for key in changed)))

        def tell(place, rules):
            return f"{place}: {', '.join(f'{rule.name} ({rule.policy})' for rule in rules) or '–'}"

        self.env["lot.audit"].sudo()._book(
            [
                {
                    "action": "write",
                    "res_model": key[0]._name,
                    "res_id": key[0].id,
                    "record_name": key[0].display_name,
                    "field_name": "categ_id",
                    "field_label": "Product Category: lot policies",
                    "old_value": tell(places[key[0]], before[key]),
                    "new_value": tell(new_places[key[0]], after[key]),
                    "company_id": key[1].id,
                }
                for key in changed
            ]
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        if "categ_id" not in vals:
            return super().write(vals)
        moving = self.filtered(lambda template: template.categ_id.id != (vals["categ_id"] or False))
        if not moving:
            return super().write(vals)
        products = moving.with_context(active_test=False).product_variant_ids
        with self.env["lot.policy"]._watching(products):
            return super().write(vals)


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "lot.audited"]

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "parent_id"]

    def write(self, vals):
        moving = self.filtered(
            lambda one: "parent_id" in vals and one.parent_id.id != (vals["parent_id"] or False)
        )
        if not moving:
            return super().write(vals)
        with self.env["lot.policy"]._watching(moving._get_products_below()):
            return super().write(vals)

    def unlink(self):
        """Its products are of no category then, and the policies that name it lose it."""
        policies = self.env["lot.policy"].sudo().with_context(active_test=False)
        policies = policies.search([("categ_ids", "child_of", self.ids)])
        with policies._auditing(["categ_ids"]), policies._watching(self._get_products_below()):
            return super().unlink()

    def _get_products_below(self):
        products = self.env["product.product"].sudo().with_context(active_test=False)
        return products.search([("categ_id", "child_of", self.ids)])
