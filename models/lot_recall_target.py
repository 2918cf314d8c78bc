"""How fast, and how completely, a recall or drill is to be: presets of the field, and your own."""

from odoo import fields, models


class LotRecallTarget(models.Model):
    _name = "lot.recall.target"
    _description = "Target of a recall"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    source = fields.Text(translate=True, help="Who asks for it, and where it stands.")
    minutes_lots_known = fields.Integer(
        string="Lots known", aggregator=None, help="Minutes from the first doubt. 0: no target."
    )
    minutes_stock_held = fields.Integer(string="Stock held", aggregator=None)
    minutes_consignees_known = fields.Integer(string="Consignees known", aggregator=None)
    minutes_all_told = fields.Integer(string="All told", aggregator=None)
    minutes_all_answered = fields.Integer(string="All answered", aggregator=None)
    needs_both = fields.Boolean(string="Both directions", help="A drill goes both ways, or fails.")
    needs_balance = fields.Boolean(
        string="Mass balance", help="All that came into the start lots is to be accounted for."
    )
    tolerance = fields.Float(
        string="Tolerance (%)", digits=(5, 2), default=1.0, help="So much of it may be unexplained."
    )
    gaps_allowed = fields.Boolean(help="A drill passes although the chain has gaps.")

    _minutes_positive = models.Constraint(
        "CHECK (minutes_lots_known >= 0 AND minutes_stock_held >= 0 AND minutes_consignees_known >= 0"
        " AND minutes_all_told >= 0 AND minutes_all_answered >= 0)",
        "A target is not below zero minutes.",
    )
    _tolerance_percent = models.Constraint(
        "CHECK (tolerance >= 0 AND tolerance <= 100)", "The tolerance is between 0 and 100 %."
    )
