"""Done stock move lines of products whose records are fixed stay as they are."""

from odoo import api, models
from odoo.exceptions import UserError

from .posting import KEY, collect
from .stock_lot_record import CORRECTING, is_changed
from .stock_move_line import RECORDED_FIELDS


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def write(self, vals):
        """The day of a done transfer is that of its lines: it is not emptied either."""
        if "date_done" in vals:
            done = self.filtered(lambda one: one.state == "done")
            changed = done.filtered(lambda one: is_changed(one, "date_done", vals["date_done"]))
            changed.move_line_ids._check_record_fixed()
        return super().write(vals)


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        """What was done is not undone by its state, and nothing is done by it alone unrecorded."""
        if "state" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda move: (move.state == "done") != (vals["state"] == "done"))
        if vals["state"] != "done":
            changed.move_line_ids._check_record_fixed()
        res = super().write(vals)
        collect(changed.move_line_ids)
        return res


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_record_fixed()
        return lines

    def write(self, vals):
        names = RECORDED_FIELDS & vals.keys()
        if names:
            self.filtered(
                lambda line: any(is_changed(line, name, vals[name]) for name in names)
            )._check_record_fixed()
        return super().write(vals)

    def _check_record_fixed(self):
        """Refuse to change or add done lines where the record is fixed."""
        # A document that is being posted is not recorded yet.
        if self.env.context.get("lot_correcting") is CORRECTING or KEY in self.env.cr.cache:
            return
        fixed = self.browse()
        done = self.filtered(lambda line: line.move_id.state == "done")
        for company, lines in done.grouped("company_id").items():
            locked = lines.product_id.with_company(company)._filter_record_locked()
            fixed |= lines.filtered(lambda line, locked=locked: line.product_id in locked)
        if fixed:
            names = {
                f"{line.reference}: {line.product_id.display_name} {line.lot_id.name or ''}".strip()
                for line in fixed
            }
            raise UserError(
                self.env._(
                    "These stock moves are done, and their record is fixed:\n%(lines)s\n"
                    "Ask a Compliance officer to press Correct on the entry in Traceability, Record, Ledger: "
                    "a correction says why, and keeps what was recorded. What really moved back is a return, "
                    "a scrap or an inventory count.",
                    lines="\n".join(sorted(names)),
                )
            )
