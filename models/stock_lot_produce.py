"""What is told of a lot of produce or catch before it is packed or landed: 21 CFR 1.1325 to 1.1335.

The growing area and the (first) day of harvest are facts of every lot: stock_lot_facts.py.
"""

from odoo import api, fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    farm_id = fields.Many2one(
        "res.partner", tracking=True, help="Where it was harvested: the farm's name and address."
    )
    harvester_id = fields.Many2one("res.partner", tracking=True, help="Who harvested it.")
    harvest_date_to = fields.Date(
        string="Harvested until", tracking=True, help="The last day, where it was harvested on several."
    )
    cooler_id = fields.Many2one(
        "res.partner", string="Cooled at", tracking=True, help="Where it was cooled before initial packing."
    )
    cooling_date = fields.Date(string="Cooled on", tracking=True)
    ftl_status = fields.Selection(related="product_id.ftl_status")

    _harvest_in_order = models.Constraint(
        "CHECK (harvest_date IS NULL OR harvest_date_to IS NULL OR harvest_date <= harvest_date_to)",
        "The harvest cannot end before it began.",
    )

    @api.model
    def _get_identity_fields(self):
        own = ["farm_id", "harvester_id", "harvest_date_to", "cooler_id", "cooling_date"]
        return [*super()._get_identity_fields(), *own]
