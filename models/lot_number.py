"""Numbers for lots after the pattern of their policy.

A number is taken in a transaction of its own, one after the other: no two are the same,
nobody waits for another's receipt to be finished, and no refused one keeps a counter
locked. So a number that was given and not used (the form was left, the transfer refused)
is not given again: gaps may stand between numbers, doubles never.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.numbering import MissingValue, Pattern
from ..engine.shelf_life import get_local_time

# So many numbers that exist already are passed over before it is given up.
ATTEMPTS = 20


class LotNumberCounter(models.Model):
    _name = "lot.number.counter"
    _description = "Counter of lot numbers"
    _log_access = False
    _rec_name = "key"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    key = fields.Char(required=True, help="The pattern, and what its sequence counts by.")
    last = fields.Integer(required=True, help="The last number that was given.")

    _key_once = models.UniqueIndex("(company_id, key)")

    @api.model
    def _take(self, company, key, count):
        """Take `count` numbers: the first of them. Committed at once, whatever comes after."""
        with self.env.registry.cursor() as cr:
            # Before the first look at data: what is seen then is what others left.
            cr.execute(SQL("LOCK TABLE lot_number_counter IN SHARE ROW EXCLUSIVE MODE"))
            cr.execute(
                SQL(
                    """
                    INSERT INTO lot_number_counter AS counter (company_id, key, last)
                    VALUES (%(company)s, %(key)s, %(count)s)
                    ON CONFLICT (company_id, key) DO UPDATE SET last = counter.last + %(count)s
                    RETURNING last
                    """,
                    company=company.id,
                    key=key,
                    count=count,
                )
            )
            return cr.fetchone()[0] - count + 1

    @api.model
    def _get_rule(self, product, company):
        """The rule that numbers lots of the product; None: Odoo's own sequence does."""
        rule = self.env["lot.policy"]._get_rules(product, company).get(product.id)
        return rule if rule and rule.number_pattern else None

    @api.model
    def _get_numbers(self, product, company, count=1, **sources):
        """So many new numbers for lots of a product; None: its policy has no pattern.

        :param sources: records that values come from: ``warehouse``, ``supplier``, ``order``
        :raise UserError: the pattern needs a value that is not there
        """
        rule = self._get_rule(product, company)
        if not rule:
            return None
        pattern = Pattern(rule.number_pattern)
        values = self._get_values(rule, product, company, **sources)
        try:
            key = pattern.get_key(values)
            if key is None:
                return [pattern.render(values)] * count
            numbers = []
            for _attempt in range(ATTEMPTS):
                wanted = count - len(numbers)
                first = self._take(company, f"{pattern.text} {key}", wanted)
                texts = [pattern.render(values, first + i) for i in range(wanted)]
                taken = set(self._get_lots(product, texts).mapped("name"))
                numbers += [text for text in texts if text not in taken]
                if len(numbers) == count:
                    return numbers
        except MissingValue as error:
            raise UserError(self._describe_missing(product, error.names)) from error
        raise UserError(
            self.env._(
                "Many lots of %(product)s have numbers of the pattern %(pattern)s already. "
                "Number this one by hand, or change the pattern.",
                product=product.display_name,
                pattern=pattern.text,
            )
        )

    @api.model
    def _get_lots(self, product, texts):
        lots = self.env["stock.lot"].sudo().with_context(active_test=False)
        return lots.search([("product_id", "=", product.id), ("name", "in", texts)])

    @api.model
    def _get_values(self, rule, product, company, warehouse=None, supplier=None, order=None):
        """Value of each token; what is empty is missing. Extend it for others."""
        zone = self.env["lot.gate"]._get_zone(company)
        workcenters = order.workorder_ids.workcenter_id if order else ()
        return {
            "date": get_local_time(fields.Datetime.now(), zone),
            "product": product.id,
            "product.code": product.default_code,
            "category.code": product.categ_id.lot_code,
            "supplier.code": supplier and (supplier.ref or supplier.commercial_partner_id.ref),
            "site": warehouse and warehouse.code,
            "line": workcenters and workcenters[0].code,
        }

    @api.model
    def _describe_missing(self, product, names):
        where = {
            "product.code": self.env._("the internal reference of the product"),
            "category.code": self.env._("the code in lot numbers of the product's category"),
            "supplier.code": self.env._("the reference of the supplier, on a receipt"),
            "site": self.env._("the short name of the warehouse, on a transfer or order"),
            "line": self.env._("the code of the work center, on an order"),
            "shift": self.env._("the shifts of the policy"),
        }
        return self.env._(
            "The lot of %(product)s cannot be numbered. Its pattern needs: %(values)s.",
            product=product.display_name,
            values=", ".join(where.get(name, name) for name in names),
        )


class ProductCategory(models.Model):
    _inherit = "product.category"

    lot_code = fields.Char(
        string="Code in Lot Numbers", help="What {category.code} gives in the number pattern of a lot policy."
    )


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.depends("product_id")
    def _compute_name(self):
        """A new lot without number gets the next one, where the product alone gives it."""
        counter = self.env["lot.number.counter"]
        for lot in self.filtered(lambda lot: not lot.name and lot.product_id):
            company = lot.company_id or self.env.company
            rule = counter._get_rule(lot.product_id, company)
            if not rule:
                continue
            values = counter._get_values(rule, lot.product_id, company)
            if all(values.get(name) for name in Pattern(rule.number_pattern).needs):
                lot.name = counter._get_numbers(lot.product_id, company)[0]
        return super()._compute_name()


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _prepare_stock_lot_values(self):
        vals = super()._prepare_stock_lot_values()
        numbers = self.env["lot.number.counter"]._get_numbers(
            self.product_id, self.company_id, warehouse=self.picking_type_id.warehouse_id, order=self
        )
        return {**vals, "name": numbers[0]} if numbers else vals


class StockPicking(models.Model):
    _inherit = "stock.picking"

    lot_numbers_open = fields.Boolean(compute="_compute_lot_numbers_open")

    @api.depends("state", "picking_type_id", "move_ids.product_id")
    def _compute_lot_numbers_open(self):
        for picking in self:
            picking.lot_numbers_open = (
                picking.state in ("confirmed", "assigned")
                and picking.picking_type_id.code == "incoming"
                and picking.picking_type_id.use_create_lots
                and bool(picking._get_numbered_products())
            )

    def _get_numbered_products(self):
        """The products of the transfer that a policy numbers."""
        products = self.move_ids.product_id.filtered(lambda product: product.tracking != "none")
        rules = self.env["lot.policy"]._get_rules(products, self.company_id)
        return products.filtered(lambda product: product.id in rules and rules[product.id].number_pattern)

    def action_number_lots(self):
        """Give each line without lot a number: lines of what a policy numbers."""
        self.ensure_one()
        products = self._get_numbered_products()
        lines = self.move_line_ids.filtered(
            lambda line: line.product_id in products and not line.lot_id and not line.lot_name
        )
        if not lines:
            raise UserError(
                self.env._("All lines have their lots. Add a line under Moves for each further lot.")
            )
        for product, product_lines in lines.grouped("product_id").items():
            numbers = self.env["lot.number.counter"]._get_numbers(
                product,
                self.company_id,
                len(product_lines),
                warehouse=self.picking_type_id.warehouse_id,
                supplier=self.partner_id,
            )
            for line, number in zip(product_lines, numbers):
                line.lot_name = number
