"""What is done stays as it is for products whose records are fixed: lines, moves, transfers, orders.

A document's state follows from its moves: it is not written, and does not open what is done.
"""

from odoo import api, models
from odoo.exceptions import UserError

from .posting import KEY, collect
from .stock_lot_facts import SHARED_FACTS
from .stock_lot_record import CORRECTING, is_changed
from .stock_move_line import RECORDED_FIELDS

# Beside what the ledger says of a done line.
LINE_FIELDS = RECORDED_FIELDS | {"package_id", "result_package_id", "picking_id"}
# What was entered with it: what is missing may still be filled in.
LINE_FACTS = {*SHARED_FACTS, "certificate_ids", "expiration_date", "lot_name"}
# What a done move says of its lines. Its lines have the rest.
MOVE_FIELDS = {
    "company_id",
    "cost_share",
    "is_inventory",
    "origin_returned_move_id",
    "partner_id",
    "picking_id",
    "product_id",
    "purchase_line_id",
    "sale_line_id",
}
PICKING_FIELDS = {"company_id", "date_done", "name", "partner_id"}
ORDER_FIELDS = {"lot_producing_ids", "name", "product_id", "product_qty", "product_uom_id", "state"}
UNBUILD_FIELDS = {
    "company_id",
    "lot_id",
    "mo_id",
    "name",
    "product_id",
    "product_qty",
    "product_uom_id",
    "state",
}
SCRAP_FIELDS = {
    *("company_id", "date_done", "location_id", "lot_id", "name", "owner_id", "package_id", "picking_id"),
    *("product_id", "product_uom_id", "production_id", "scrap_location_id", "scrap_qty", "state"),
}


def filter_changed(records, names, vals):
    return records.filtered(lambda one: any(is_changed(one, name, vals[name]) for name in names))


def filter_done_changed(records, names, vals):
    """Documents that are done and say otherwise then. Odoo enters some of it after they are."""
    names &= vals.keys()
    done = records.filtered(lambda one: one.state == "done") if names else records.browse()
    return done.filtered(lambda one: any(one[name] and is_changed(one, name, vals[name]) for name in names))


def filter_locked(records):
    """Those of moves or lines whose product's record is locked in their company."""
    locked = records.browse()
    for company, some in records.grouped("company_id").items():
        products = some.product_id.with_company(company)._filter_record_locked()
        locked |= some.filtered(lambda one, products=products: one.product_id in products)
    return locked


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def write(self, vals):
        """The day of a done transfer is that of its lines: it is not emptied either."""
        names = PICKING_FIELDS & vals.keys()
        changed = self.browse()
        if names:
            done = self.filtered(lambda one: "done" in one.move_ids.mapped("state"))
            changed = filter_changed(done, names, vals)
            changed.move_line_ids._check_record_fixed()
        res = super().write(vals)
        if "partner_id" in names:
            # Who was recorded may have been merged since: this is meant.
            collect(changed.with_context(lot_correcting=CORRECTING).move_line_ids)
        if "state" in vals:
            self.env.add_to_compute(self._fields["state"], self.filtered("move_ids"))
        return res


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def write(self, vals):
        names = ORDER_FIELDS & vals.keys()
        if names:
            done = self.filtered(lambda one: "done" in one.move_finished_ids.mapped("state"))
            changed = filter_changed(done, names, vals)
            (changed.move_finished_ids | changed.move_raw_ids).move_line_ids._check_record_fixed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        self.env["lot.event"]._check_document_kept(self)


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def write(self, vals):
        changed = filter_done_changed(self, UNBUILD_FIELDS, vals)
        (changed.consume_line_ids | changed.produce_line_ids).move_line_ids._check_record_fixed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        self.env["lot.event"]._check_document_kept(self)


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    def write(self, vals):
        filter_done_changed(self, SCRAP_FIELDS, vals).move_ids.move_line_ids._check_record_fixed()
        return super().write(vals)


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._check_document_open()
        return moves

    def write(self, vals):
        """What was done is not undone by its state, and nothing is done by it alone unrecorded."""
        documents = self._get_document_fields() & vals.keys()
        names = documents | (MOVE_FIELDS & vals.keys())
        done = self.filtered(lambda move: move.state == "done") if names else self.browse()
        changed = filter_changed(done, names, vals)
        if "state" in vals:
            changed |= self.filtered(lambda move: (move.state == "done") != (vals["state"] == "done"))
        changed.move_line_ids._check_record_fixed()
        res = super().write(vals)
        if documents:
            self._check_document_open()
        if documents or not {"state", "is_inventory", "partner_id", "picking_id"}.isdisjoint(vals):
            collect(changed.move_line_ids)
        return res

    @api.model
    def _get_document_fields(self):
        """Names of the fields that say which document a move belongs to."""
        sources = {column for _kind, _model, column in self.env["lot.event"]._get_sources()}
        return (sources & self._fields.keys()) - {"id", "picking_id", "lot_operation_id"}

    def _check_document_open(self):
        """Refuse to add moves to an order that is done, where the record is fixed."""
        if KEY in self.env.cr.cache:
            return
        late = self.filtered(
            lambda move: (
                (move.production_id or move.raw_material_production_id)
                and "production" in (move.location_id.usage, move.location_dest_id.usage)
                and move.state != "done"
                and "done"
                in (move.production_id | move.raw_material_production_id).move_finished_ids.mapped("state")
            )
        )
        locked = filter_locked(late)
        orders = locked.production_id | locked.raw_material_production_id
        if orders:
            raise UserError(
                self.env._(
                    "%(orders)s: what was used and made is recorded, and the record is fixed. Nothing is "
                    "added to an order that is done: make another one.",
                    orders=", ".join(orders.mapped("name")),
                )
            )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_record_fixed()
        return lines

    def write(self, vals):
        names = LINE_FIELDS & vals.keys()
        if names:
            filter_changed(self, names, vals)._check_record_fixed()
        for name in LINE_FACTS & vals.keys():
            filter_changed(self.filtered(name), [name], vals)._check_record_fixed()
        res = super().write(vals)
        if "state" in vals:
            self.env.add_to_compute(self._fields["state"], self)
        return res

    def _check_record_fixed(self):
        """Refuse to change or add done lines where the record is fixed."""
        # A document that is being posted is not recorded yet.
        if self.env.context.get("lot_correcting") is CORRECTING or KEY in self.env.cr.cache:
            return
        fixed = filter_locked(self.filtered(lambda line: line.move_id.state == "done"))
        if fixed:
            names = {
                f"{line.reference}: {line.product_id.display_name} {line.lot_id.name or ''}".strip()
                for line in fixed
            }
            raise UserError(
                self.env._(
                    "These stock moves are done, and their record is fixed:\n%(lines)s\n"
                    "Ask a Compliance officer to press Correct on the transfer, order or scrap, or on the "
                    "entry in Traceability, Record, Ledger: a correction says why, and keeps what was "
                    "recorded. What really moved back is a return, a scrap, another transfer or a count.",
                    lines="\n".join(sorted(names)),
                )
            )
