"""What a policy would refuse today: one row per line, for the one who looks."""

from odoo import fields, models

from ..models.document import open_document


class LotPolicyRefusal(models.TransientModel):
    _name = "lot.policy.refusal"
    _description = "What a lot policy would refuse"
    _order = "date, document, id"

    policy_id = fields.Many2one("lot.policy", required=True, index=True, ondelete="cascade")
    document = fields.Char(help="The transfer or order in which it stands.")
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    partner_id = fields.Many2one("res.partner")
    date = fields.Datetime(string="Planned")
    product_id = fields.Many2one("product.product")
    lot = fields.Char()
    quantity = fields.Float(digits="Product Unit")
    uom_id = fields.Many2one("uom.uom", string="Unit")
    missing = fields.Text()
    advice = fields.Text(string="What to do")

    def action_open(self):
        return open_document(self)
