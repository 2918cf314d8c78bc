"""What a recall's scope found beside its consignees: lots, stock, and open orders, frozen."""

from odoo import api, fields, models


class LotRecallLot(models.Model):
    _name = "lot.recall.lot"
    _inherit = ["lot.recall.row"]
    _description = "Lot in the scope of a recall"
    _order = "recall_id, side desc, level, lot_name, id"
    _rec_name = "lot_name"
    _log_access = False

    side = fields.Selection(
        [("start", "Start lot"), ("forward", "Made from a start lot"), ("backward", "Went into a start lot")],
        string="Way",
        required=True,
        readonly=True,
    )
    is_affected = fields.Boolean(
        string="Affected", readonly=True, help="A start lot, or made from one: it is to be recalled."
    )
    lot_id = fields.Many2one("stock.lot", readonly=True, index=True, ondelete="restrict")
    lot_name = fields.Char(string="Lot number", required=True, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    product_name = fields.Char(string="Product as recorded", readonly=True)
    level = fields.Integer(
        string="Steps", readonly=True, aggregator=None, help="The least number of steps from a start lot."
    )
    quantity = fields.Float(
        string="Came in", readonly=True, digits="Product Unit", help="All that ever came into it."
    )
    on_hand = fields.Float(readonly=True, digits="Product Unit", help="When the scope was frozen.")
    uom_name = fields.Char(string="Unit", readonly=True)
    affected_text = fields.Char(
        string="Of the traced material",
        readonly=True,
        help="Made from a start lot: how much of the start lots is in it. Went into one: how much of it did.",
    )
    share = fields.Float(readonly=True, digits=(16, 6), aggregator=None)
    expiration_date = fields.Datetime(readonly=True)
    supplier_lot = fields.Char(string="Supplier's lot", readonly=True)
    doubtful = fields.Boolean(readonly=True, help="It cannot be told whether this lot is affected.")


class LotRecallStock(models.Model):
    _name = "lot.recall.stock"
    _inherit = ["lot.recall.row"]
    _description = "Stock of an affected lot"
    _order = "recall_id, location_name, lot_name, id"
    _rec_name = "lot_name"
    _log_access = False

    lot_id = fields.Many2one("stock.lot", readonly=True, index=True, ondelete="restrict")
    lot_name = fields.Char(string="Lot number", required=True, readonly=True)
    product_name = fields.Char(string="Product", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True, ondelete="restrict")
    location_name = fields.Char(string="Location as recorded", readonly=True)
    package_name = fields.Char(string="Package", readonly=True)
    owner_name = fields.Char(string="Owner", readonly=True)
    in_transit = fields.Boolean(readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    reserved = fields.Float(readonly=True, digits="Product Unit")
    uom_name = fields.Char(string="Unit", readonly=True)
    doubtful = fields.Boolean(readonly=True)
    held_at = fields.Datetime(string="Held on", readonly=True)


class LotRecallOrder(models.Model):
    _name = "lot.recall.order"
    _inherit = ["lot.recall.row"]
    _description = "Open order with affected lots"
    _order = "recall_id, date, id"
    _rec_name = "document"
    _log_access = False

    is_drill = fields.Boolean(related="recall_id.is_drill")
    kind = fields.Char(readonly=True)
    document = fields.Char(readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    order_name = fields.Char(string="Order", readonly=True)
    partner_name = fields.Char(string="Partner", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True, index=True, ondelete="restrict")
    lot_name = fields.Char(string="Lot number", required=True, readonly=True)
    product_name = fields.Char(string="Product", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    uom_name = fields.Char(string="Unit", readonly=True)
    date = fields.Datetime(string="Scheduled", readonly=True)
    picked = fields.Boolean(readonly=True)
    stopped_at = fields.Datetime(string="Stopped on", readonly=True)

    @api.model
    def _get_kind_names(self):
        return {
            "delivery": self.env._("Delivery"),
            "production": self.env._("Manufacturing order"),
            "receipt": self.env._("Receipt"),
            "transfer": self.env._("Transfer"),
        }


class LotRecallExcluded(models.Model):
    _name = "lot.recall.excluded"
    _inherit = ["lot.recall.row"]
    _description = "Movement that was left out of the scope of a recall"
    _order = "recall_id, date, id"
    _rec_name = "document"
    _log_access = False

    kind = fields.Char(readonly=True)
    document = fields.Char(readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True, index=True, ondelete="restrict")
    lot_name = fields.Char(string="Lot number", required=True, readonly=True)
    product_name = fields.Char(string="Product", readonly=True)
    date = fields.Datetime(readonly=True)
    bound = fields.Datetime(
        string="Affected from",
        readonly=True,
        help="When the first affected material came into the lot: what left it before cannot hold any, if "
        "both dates are right.",
    )
    quantity = fields.Float(readonly=True, digits="Product Unit")
    uom_name = fields.Char(string="Unit", readonly=True)
