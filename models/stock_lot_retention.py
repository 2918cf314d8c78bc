"""How long a lot is kept, and what archiving it means.

An archived lot is out of the way: no list and no choice of lots shows it unless it is asked for. It
stays part of every trace, its number stays taken, and it is back as soon as it moves again.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.retention import Reason, get_reason
from ..engine.shelf_life import get_local_day
from .lot_audit import Reason as Why


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "lot.retained"]

    active = fields.Boolean(
        tracking=True,
        help="An archived lot stays in every trace. It is back as soon as it moves again.",
    )

    @api.model
    def _get_audited_fields(self):
        return [*super()._get_audited_fields(), "active"]

    @api.constrains("name", "product_id", "company_id")
    def _check_unique_lot(self):
        return super(StockLot, self.with_context(active_test=False))._check_unique_lot()

    def _get_retention_reasons(self):
        found = super()._get_retention_reasons()
        movements = self._get_days()
        stocked = self._filter_in_stock() if movements else self.browse()
        for company, lots in self._group_by_company(movements).items():
            retentions = self.env["lot.policy"]._get_retentions(lots.product_id, company)
            for lot in lots:
                asked = retentions.get(lot.product_id.id, ())
                reasons = [get_reason(retention, movements[lot.id, company.id]) for retention in asked]
                found[lot] += [reason for reason in reasons if reason]
                if asked and lot in stocked:
                    found[lot].append(Reason(self.env._("it is in stock"), None))
        return found

    def _group_by_company(self, movements):
        lots = {}
        for lot_id, company_id in movements:
            lots.setdefault(company_id, set()).add(lot_id)
        return {
            self.env["res.company"].browse(company_id): self.filtered(lambda lot, ids=ids: lot.id in ids)
            for company_id, ids in lots.items()
        }

    def _get_days(self):
        """``{(lot id, company id): {start of a retention: day}}`` by the ledger of every company.

        What was corrected counts from when it was: the correction is a record as well.
        """
        entries = self.env["lot.ledger"].sudo()
        days, domain = {}, [("lot_id", "in", self.ids)]
        for start, field, further in (
            ("movement", "date", []),
            ("movement", "recorded_at", [("corrects_id", "!=", False)]),
            ("shipment", "date", [("kind", "=", "shipment")]),
        ):
            groups = entries._read_group(domain + further, ["lot_id", "company_id"], [f"{field}:max"])
            for lot, company, moment in groups:
                zone = self.env["lot.gate"]._get_zone(company)
                known = days.setdefault((lot.id, company.id), {})
                known[start] = max(filter(None, (known.get(start), get_local_day(moment, zone))))
                if lot.expiration_date:
                    known["expiry"] = get_local_day(lot.expiration_date, zone)
        return days

    def _filter_in_stock(self):
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.ids),
                    ("quantity", ">", 0),
                    ("location_id.usage", "in", ("internal", "transit")),
                ],
                ["lot_id"],
            )
        )
        return self.browse(lot.id for (lot,) in groups)

    def _check_archiving(self):
        res = super()._check_archiving()
        stocked = self._filter_in_stock()
        if stocked:
            raise UserError(
                self.env._(
                    "These lots are in stock and cannot be archived: %s.", ", ".join(stocked.mapped("name"))
                )
            )
        return res

    def _bring_back(self):
        """What moves again is no longer archived."""
        archived = self.filtered(lambda lot: not lot.active)
        if archived:
            why = Why(self.env._("Moved again"))
            archived.sudo().with_context(lot_audit_reason=why).write({"active": True})


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        """Odoo finds a lot by its name only if it is not archived, and would make it twice."""
        lots = self.lot_id.sudo()
        named = self.filtered(lambda line: line.lot_name and not line.lot_id)
        if named:
            lots |= lots.with_context(active_test=False).search(
                [
                    ("active", "=", False),
                    ("product_id", "in", named.product_id.ids),
                    ("name", "in", named.mapped("lot_name")),
                    ("company_id", "in", [False, *named.company_id.ids]),
                ]
            )
        lots._bring_back()
        return super()._action_done()


class StockMove(models.Model):
    _inherit = "stock.move"

    lot_ids = fields.Many2many(context={"active_test": False})


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    lot_producing_ids = fields.Many2many(context={"active_test": False})


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    finished_lot_ids = fields.Many2many(context={"active_test": False})
