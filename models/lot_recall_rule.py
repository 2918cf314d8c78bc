"""Start lots of a recall by a rule: what was made or received when, where, as which number.

A rule only proposes: its lots are looked at, then added to the case. It stays on the case as the reason
why just these lots, and can be asked again when the scope is widened.
"""

from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class LotRecallRule(models.Model):
    _name = "lot.recall.rule"
    _inherit = ["lot.recall.part"]
    _description = "Rule for the start lots of a recall"
    _order = "recall_id, sequence, id"
    _rec_name = "kind"

    recall_id = fields.Many2one("lot.recall", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("product", "Lots of a product made or received in a time"),
            ("workcenter", "Lots made on a work center in a time"),
            ("supplier", "Lots received from a supplier in a time"),
            ("supplier_lot", "Lots received as a supplier's lot"),
            ("range", "Lot numbers from … to …"),
            ("prefix", "Lot numbers that begin with …"),
        ],
        required=True,
        default="product",
    )
    product_id = fields.Many2one("product.product", help="Only lots of this product.")
    partner_id = fields.Many2one("res.partner", string="Supplier")
    workcenter_id = fields.Many2one("mrp.workcenter", string="Work center")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To", help="Included.")
    number = fields.Char(help="The supplier's lot, the first number, or how the numbers begin.")
    number_to = fields.Char(string="Last number")
    found_lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_found_lot_ids", string="Lots", context={"active_test": False}
    )
    lot_count = fields.Integer(compute="_compute_found_lot_ids", string="Finds")
    problem = fields.Char(compute="_compute_found_lot_ids", string="Missing")

    @api.depends(
        "kind",
        "product_id",
        "partner_id",
        "workcenter_id",
        "date_from",
        "date_to",
        "number",
        "number_to",
    )
    def _compute_found_lot_ids(self):
        for rule in self:
            rule.problem = rule._get_problem()
            rule.found_lot_ids = self.env["stock.lot"] if rule.problem else rule._find_lots()
            rule.lot_count = len(rule.found_lot_ids)

    def _get_problem(self):
        """What the rule lacks, as a sentence; nothing if it can be asked."""
        if self.date_from and self.date_to and self.date_from > self.date_to:
            return self.env._("The first day is after the last.")
        if self.kind == "product" and not self.product_id:
            return self.env._("Choose the product.")
        if self.kind == "workcenter" and not self.workcenter_id:
            return self.env._("Choose the work center.")
        if self.kind == "supplier" and not self.partner_id:
            return self.env._("Choose the supplier.")
        if self.kind in ("supplier_lot", "range", "prefix") and not (self.number or "").strip():
            return self.env._("Enter the number.")
        if self.kind == "range":
            (head, first), (other, last) = _split(self.number.strip()), _split((self.number_to or "").strip())
            if first is None or last is None or head.lower() != other.lower():
                return self.env._("Enter two numbers that begin alike and end in digits: LOT-009 to LOT-021.")
        return False

    def _find_lots(self):
        lots = getattr(self, f"_find_lots_of_{self.kind}")()
        if self.product_id:
            lots = lots.filtered(lambda lot: lot.product_id == self.product_id)
        return lots.sorted(lambda lot: (lot.name, lot.id))

    def _find_lots_of_product(self):
        """Those of which it is not known when they came in, too."""
        found = self._find_arrived([("product_id", "=", self.product_id.id)])
        trace = self.env["lot.trace"].with_company(self._get_company())
        return found | found.browse(trace._get_unarrived(self.product_id))

    def _find_lots_of_supplier(self):
        parties = self.env["lot.party"]._find_of(self.partner_id)
        return self._find_arrived([("kind", "=", "receipt"), ("party_id", "in", parties.ids)])

    def _find_lots_of_supplier_lot(self):
        number = self.number.strip()
        received = self._find_arrived([("kind", "=", "receipt"), ("supplier_lot", "=ilike", number)])
        domain = [("supplier_lot", "=ilike", number), ("company_id", "in", [False, *self._get_company().ids])]
        return received | self._get_lots().search(domain)

    def _find_lots_of_workcenter(self):
        """What the orders made that ran on it: by the time their output was recorded."""
        orders = self.env["mrp.workorder"].search([("workcenter_id", "=", self.workcenter_id.id)])
        orders = orders.production_id
        return self._find_arrived(
            [("event_id.res_model", "=", "mrp.production"), ("event_id.res_id", "in", orders.ids)]
        )

    def _find_lots_of_prefix(self):
        return self._get_lots().search(
            [("name", "=ilike", f"{_escape(self.number.strip())}%"), *self._get_lot_domain()]
        )

    def _find_lots_of_range(self):
        """Numbers that begin alike and end in a number between two: LOT-9 comes before LOT-10."""
        (head, first), (other, last) = _split(self.number.strip()), _split(self.number_to.strip())
        if head.lower() != other.lower() or first is None or last is None:
            return self.env["stock.lot"]
        lots = self._get_lots().search([("name", "=ilike", f"{_escape(head)}%"), *self._get_lot_domain()])

        def is_between(lot):
            start, number = _split(lot.name)
            return start.lower() == head.lower() and number is not None and first <= number <= last

        return lots.filtered(is_between)

    def _get_lots(self):
        """Archived ones too: their goods may be anywhere."""
        return self.env["stock.lot"].with_context(active_test=False)

    def _get_lot_domain(self):
        domain = [("company_id", "in", [False, *self._get_company().ids])]
        if self.product_id:
            domain.append(("product_id", "=", self.product_id.id))
        return domain

    def _find_arrived(self, domain):
        found = self.env["lot.trace"].with_company(self._get_company())
        return self.env["stock.lot"].browse(found._get_arrived([*domain, *self._get_period()]))

    def _get_company(self):
        return self.recall_id.company_id or self.env.company

    def _get_period(self):
        """Domain on the ledger for the days of the rule, in the user's time zone."""
        zone = timezone(self.env.user.tz or "UTC")
        domain = []
        last = self.date_to and self.date_to + timedelta(days=1)
        for day, operator in ((self.date_from, ">="), (last, "<")):
            if day:
                moment = zone.localize(datetime.combine(day, time.min))
                domain.append(("date", operator, moment.astimezone(utc).replace(tzinfo=None)))
        return domain

    def action_show_lots(self):
        """The preview."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("lot_genealogy.stock_lot_action")
        return {**action, "domain": [("id", "in", self.found_lot_ids.ids)], "context": {}}


class LotRecall(models.Model):
    _inherit = "lot.recall"

    rule_ids = fields.One2many("lot.recall.rule", "recall_id", string="Rules", copy=False)
    mixed_lot_ids = fields.Many2many(
        "stock.lot",
        "lot_recall_mixed_rel",
        string="Start lots in doubt",
        context={"active_test": False},
        copy=False,
        readonly=True,
        help="Also received under another number of the supplier: which part of them is which cannot be "
        "told. They count as affected.",
    )

    def action_apply_rules(self):
        """Add what the rules find to the start lots."""
        self.ensure_one()
        problems = [
            self.env._("Rule %(number)s: %(problem)s", number=number, problem=rule.problem)
            for number, rule in enumerate(self.rule_ids, 1)
            if rule.problem
        ]
        if not self.rule_ids:
            problems.append(self.env._("Add a rule first: it says which lots are in doubt."))
        elif not problems and not self.rule_ids.found_lot_ids:
            problems.append(self.env._("The rules find no lots."))
        if problems:
            raise UserError("\n".join(problems))
        found = self.rule_ids.found_lot_ids - self.lot_ids
        self.lot_ids = [Command.link(lot.id) for lot in found]
        self.mixed_lot_ids = self._find_mixed()
        return True

    def _find_mixed(self):
        """Start lots that hold goods under other supplier's lots than the rules name."""
        rules = self.rule_ids.filtered(lambda rule: rule.kind == "supplier_lot")
        numbers = {rule.number.strip().lower() for rule in rules}
        others = self.rule_ids - rules
        entries = self.env["lot.ledger"]
        groups = entries._read_group(
            [
                ("lot_id", "in", (rules.found_lot_ids - others.found_lot_ids).ids),
                ("kind", "=", "receipt"),
                *entries._get_live_domain(),
            ],
            ["lot_id", "supplier_lot"],
        )
        return self.env["stock.lot"].union(
            *(lot for lot, number in groups if (number or "").strip().lower() not in numbers)
        )

    def _get_doubtful_starts(self):
        return self.mixed_lot_ids.ids


def _escape(text):
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _split(number):
    """How a lot number begins, and the number it ends in (or None)."""
    head = number.rstrip("0123456789")
    return head, int(number[len(head) :]) if len(head) < len(number) else None
