"""Who is told at a level, one after the other as long as nobody answers."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

RECIPIENTS = [
    ("group", "Everyone with a role"),
    ("responsible", "Responsible of the product"),
    ("warehouse", "Manager of the warehouse"),
    ("buyer", "Buyer"),
    ("user", "A person"),
]


class LotExpiryStep(models.Model):
    _name = "lot.expiry.step"
    _description = "Who is told at an expiry level"
    _inherit = ["lot.audited"]
    _order = "level_id, sequence, id"

    level_id = fields.Many2one("lot.expiry.level", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    recipient = fields.Selection(
        RECIPIENTS,
        string="Who",
        required=True,
        default="responsible",
        help="Responsible of the product: on its form, page Inventory. Manager of the warehouse: on its "
        "form. Buyer: of the product's first vendor, else who ordered it last.\n"
        "Where there is nobody, the administrators of traceability are told.",
    )
    group_id = fields.Many2one("res.groups", string="Role")
    user_id = fields.Many2one("res.users", string="Person", domain="[('share', '=', False)]")
    by_mail = fields.Boolean(
        string="E-mail",
        default=True,
        help="One message a person with all that is new, and the list as a spreadsheet.",
    )
    by_activity = fields.Boolean(string="Activity", help="A to-do on each alert.")
    by_note = fields.Boolean(string="Note", help="A note in the history of the lot.")
    wait_hours = fields.Float(
        string="Climbs after",
        default=24.0,
        help="Hours without an answer, after which the next in the list is told. The last one's is not used.",
    )

    _wait_positive = models.Constraint(
        "CHECK (wait_hours > 0)", "An alert climbs after some time: enter more than 0 hours."
    )

    @api.model
    def _get_audited_fields(self):
        return [
            *super()._get_audited_fields(),
            *("level_id", "sequence", "recipient", "group_id", "user_id"),
            *("by_mail", "by_activity", "by_note", "wait_hours"),
        ]

    @api.depends("recipient", "group_id", "user_id")
    def _compute_display_name(self):
        names = dict(self._fields["recipient"]._description_selection(self.env))
        for step in self:
            chosen = {"group": step.group_id, "user": step.user_id}.get(step.recipient)
            # Everybody reads a policy; not everybody may read roles.
            step.display_name = (chosen and chosen.sudo().display_name) or names.get(step.recipient, "")

    @api.constrains("recipient", "group_id", "user_id")
    def _check_recipient(self):
        for step in self:
            chosen = {"group": step.group_id, "user": step.user_id}
            if step.recipient in chosen and not chosen[step.recipient]:
                raise ValidationError(
                    self.env._(
                        "Level %(level)s: choose the role or the person to tell.", level=step.level_id.name
                    )
                )

    @api.constrains("by_mail", "by_activity")
    def _check_way(self):
        for step in self:
            if not step.by_mail and not step.by_activity:
                raise ValidationError(
                    self.env._(
                        "Level %(level)s: %(who)s is told by e-mail, activity or both.",
                        level=step.level_id.name,
                        who=step.display_name,
                    )
                )

    # ---- who that is ---------------------------------------------------------------------

    @api.model
    def _find_users(self, targets, company):
        """Who is to be told.

        At most a few queries, whatever the number of targets.

        :param targets: ``[(step, product id, warehouse id or None)]``
        :return: ``[set of user ids]``, none of them empty, in the order of the targets
        """
        products = self.env["product.product"].browse({product for _step, product, _wh in targets})
        finders = {kind: None for kind, _name in RECIPIENTS}
        found, known = {}, {}
        for target in set(targets):
            step, product_id, warehouse_id = target
            if finders[step.recipient] is None:
                finders[step.recipient] = getattr(self, f"_find_{step.recipient}_users")(products, company)
            users = finders[step.recipient](step, product_id, warehouse_id)
            if users not in known:
                known[users] = self._filter_users(users, company) or self._get_last_resort(company)
            found[target] = set(known[users].ids)
        return [found[target] for target in targets]

    @api.model
    def _filter_users(self, users, company):
        return users.filtered(lambda user: user.active and not user.share and company in user.company_ids)

    # Each `_find_<recipient>_users` gets all products (product.product) and the company once, and
    # returns a function of step, product id and warehouse id (or None) that gives res.users.

    @api.model
    def _find_group_users(self, _products, _company):
        return lambda step, _product_id, _warehouse_id: step.group_id.all_user_ids

    @api.model
    def _find_user_users(self, _products, _company):
        return lambda step, _product_id, _warehouse_id: step.user_id

    @api.model
    def _find_responsible_users(self, products, company):
        users = {product.id: product.responsible_id for product in products.with_company(company)}
        return lambda _step, product_id, _warehouse_id: users[product_id]

    @api.model
    def _find_warehouse_users(self, _products, company):
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        users = {warehouse.id: warehouse.lot_manager_id for warehouse in warehouses}
        return lambda _step, _product_id, warehouse_id: users.get(warehouse_id, self.env["res.users"])

    @api.model
    def _find_buyer_users(self, products, company):
        """The buyer of the first vendor, else who ordered the product last."""
        lines = self.env["purchase.order.line"]._read_group(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", company.id),
                ("state", "=", "purchase"),
            ],
            ["product_id"],
            ["id:max"],
        )
        last = {product.id: lines_id for product, lines_id in lines}
        orders = {line.id: line.order_id for line in self.env["purchase.order.line"].browse(last.values())}
        users = {}
        for product in products.with_company(company):
            seller = product.seller_ids.filtered(lambda one: one.company_id.id in (False, company.id))[:1]
            users[product.id] = seller.partner_id.buyer_id
            if not users[product.id] and product.id in last:
                users[product.id] = orders[last[product.id]].user_id
        return lambda _step, product_id, _warehouse_id: users[product_id]

    @api.model
    def _get_last_resort(self, company):
        """Nothing expires unnoticed because a field is empty."""
        managers = self.env.ref("lot_genealogy.group_manager").all_user_ids
        return self._filter_users(managers, company) or self.env.ref("base.user_admin")
