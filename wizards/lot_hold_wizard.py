"""Sets a hold: on lots, on parts of them, or on all that a trace found; shows first what it stops."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..models.lot_hold_kind import PURPOSES
from ..models.quantity import say_quantity

# Products in the preview; the others are summed.
SHOWN = 15


class LotHoldWizard(models.TransientModel):
    _name = "lot.hold.wizard"
    _description = "Hold lots"

    lot_ids = fields.Many2many("stock.lot", string="Lots", context={"active_test": False})
    part_ids = fields.One2many("lot.hold.wizard.part", "wizard_id", string="Parts of lots")
    question = fields.Json(help="The question of a trace (docs/trace.md): all that its answer names is held.")
    kind_id = fields.Many2one(
        "lot.hold.kind",
        required=True,
        default=lambda self: self.env["lot.hold.kind"].search([], limit=1),
    )
    purpose = fields.Selection(
        PURPOSES,
        string="Keeps From",
        required=True,
        compute="_compute_purpose",
        store=True,
        readonly=False,
        precompute=True,
        help="Scrap, a place for quarantine or disposal, and returns to the supplier stay possible.",
    )
    reason = fields.Text(required=True, help="It stands on the hold, and in what is refused because of it.")
    until = fields.Datetime(
        string="Decide Until", help="You are asked then. The hold stays until somebody releases it."
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
        help="Whose stock is held. Empty: that of all companies.",
    )
    forward = fields.Boolean(
        string="All made of them so far", help="By the trace. What is made of them later is held in any case."
    )
    backward = fields.Boolean(string="All they were made from", help="By the trace.")
    preview = fields.Html(string="What it holds", compute="_compute_preview", sanitize=False)

    @api.depends("kind_id")
    def _compute_purpose(self):
        for wizard in self:
            wizard.purpose = wizard.kind_id.purpose or "use"

    @api.model
    def _open(self, defaults):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hold"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": defaults,
        }

    @api.model
    def open_for_trace(self, question):
        """The wizard on what the answer to a trace's question names, with what went to others."""
        self.check_access("create")
        return {
            **self._open(
                {
                    "default_question": question,
                    "default_forward": question.get("direction") != "backward",
                }
            ),
            "views": [[False, "form"]],
        }

    # ---- what it holds -----------------------------------------------------------------

    def _find(self):
        """``(start lots, {"forward": lots, "backward": lots}, number of gaps)``, ids."""
        self.ensure_one()
        wanted = [side for side in ("forward", "backward") if self[side]]
        lots = (self.lot_ids | self.part_ids.lot_id)._origin
        lots.check_access("read")
        if self.company_id - self.env.companies:
            raise AccessError(self.env._("Stock is held in your own companies."))
        if self.question:
            self.env["lot.trace"]._check_may_trace()
        question = self.question or {"items": [{"type": "lot", "id": lot_id} for lot_id in lots.ids]}
        if not wanted:
            if self.question:
                return self.env["lot.trace"]._resolve(question)[1], {}, 0
            return lots.ids, {}, 0
        question = {**question, "direction": wanted[0] if len(wanted) == 1 else "both"}
        lot_ids, found, gaps = self.env["lot.trace"]._find_lots(question)
        return lot_ids, {side: set(found[side]) - set(lot_ids) for side in wanted}, gaps

    @api.depends("lot_ids", "part_ids.lot_id", "question", "forward", "backward", "company_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard._get_preview()

    def _get_preview(self):
        if not (self.lot_ids or self.part_ids or self.question):
            return False
        lot_ids, found, gaps = self._find()
        held = set(lot_ids).union(*found.values())
        rows = self._get_stock_rows(held)
        head = self.env._(
            "Lots: %(lots)s, of products: %(products)s, in stock: %(stocked)s. Open documents that take from "
            "them: %(documents)s. What they have reserved is freed, and other lots are reserved.",
            lots=len(held),
            products=len(rows),
            stocked=sum(row["stocked"] for row in rows),
            documents=self._count_documents(held),
        )
        values = {"head": head, "rows": rows[:SHOWN], "more": len(rows[SHOWN:]), "gaps": gaps}
        return self.env["ir.qweb"]._render("lot_genealogy.lot_hold_preview", values)

    def _get_stock_rows(self, lot_ids):
        """By product: lots, lots in stock, on hand and reserved, what is most first."""
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.product_id, count(DISTINCT lot.id), count(DISTINCT q.lot_id),
                       COALESCE(sum(q.quantity), 0)::float8, COALESCE(sum(q.reserved_quantity), 0)::float8
                  FROM unnest(%s::int[]) AS asked (id)
                  JOIN stock_lot lot ON lot.id = asked.id
                  LEFT JOIN (stock_quant q JOIN stock_location l
                             ON l.id = q.location_id AND l.usage IN ('internal', 'transit'))
                    ON q.lot_id = lot.id AND q.quantity > 0 AND q.company_id = ANY(%s)
                 GROUP BY lot.product_id ORDER BY 3 DESC, 2 DESC, 1
                """,
                list(lot_ids),
                (self.company_id or self.env.companies).ids,
            )
        )
        products = self.env["product.product"].sudo().browse(row[0] for row in rows)
        return [
            {
                "product": product.display_name,
                "lots": lots,
                "stocked": stocked,
                "on_hand": say_quantity(self.env, product.uom_id.round(on_hand)),
                "reserved": say_quantity(self.env, product.uom_id.round(reserved)),
                "unit": product.uom_id.name,
            }
            for product, (_id, lots, stocked, on_hand, reserved) in zip(products, rows, strict=True)
        ]

    def _count_documents(self, lot_ids):
        self.env["stock.move.line"].flush_model()
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT count(DISTINCT COALESCE('p' || ml.picking_id, 'o' || m.raw_material_production_id,
                                               'm' || m.id))
                  FROM unnest(%s::int[]) AS asked (id)
                  JOIN stock_move_line ml ON ml.lot_id = asked.id AND ml.state NOT IN ('done', 'cancel')
                   AND ml.quantity_product_uom > 0 AND ml.company_id = ANY(%s)
                  JOIN stock_move m ON m.id = ml.move_id
                  JOIN stock_location l ON l.id = ml.location_id AND l.usage IN ('internal', 'transit')
                """,
                list(lot_ids),
                (self.company_id or self.env.companies).ids,
            )
        )
        return count

    # ---- doing it ------------------------------------------------------------------------

    def action_hold(self):
        """Set the hold, and open it."""
        self.ensure_one()
        self.check_access("write")
        if any(part.quantity < 0 for part in self.part_ids):
            raise UserError(self.env._("Enter how much is held, or nothing: then all of it is."))
        lot_ids, cascaded, _gaps = self._find()
        limited = self.part_ids.lot_id
        hold = self.env["lot.hold"]._hold(
            [lot_id for lot_id in lot_ids if lot_id not in limited.ids or lot_id in self.lot_ids.ids],
            self.kind_id,
            self.reason,
            purpose=self.purpose,
            until=self.until,
            company=self.company_id or False,
            parts=self.part_ids._get_parts(),
            cascaded=cascaded,
        )
        return hold._get_records_action()


class LotHoldWizardPart(models.TransientModel):
    _name = "lot.hold.wizard.part"
    _description = "Part of a lot to hold"

    wizard_id = fields.Many2one("lot.hold.wizard", required=True, ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", required=True)
    location_id = fields.Many2one(
        "stock.location", domain="[('usage', 'in', ('internal', 'transit'))]", help="Empty: wherever it is."
    )
    package_id = fields.Many2one("stock.package", help="Empty: in any package, or in none.")
    quantity = fields.Float(
        digits="Product Unit", help="So much of it: the rest may be used. 0: all that is there."
    )
    uom_id = fields.Many2one(related="lot_id.product_uom_id")

    def _get_parts(self):
        return [
            {
                "lot_id": part.lot_id.id,
                "location_id": part.location_id.id,
                "package_id": part.package_id.id,
                "quantity": part.quantity,
            }
            for part in self
        ]


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def action_hold(self):
        """Open the wizard that holds these parts of their lots."""
        quants = self.filtered("lot_id")
        if not quants:
            raise UserError(self.env._("Choose stock of lots: only lots can be held."))
        parts = [
            Command.create(
                {
                    "lot_id": quant.lot_id.id,
                    "location_id": quant.location_id.id,
                    "package_id": quant.package_id.id,
                    "quantity": quant.quantity,
                }
            )
            for quant in quants
        ]
        return self.env["lot.hold.wizard"]._open({"default_part_ids": parts})
