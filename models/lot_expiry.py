"""Fills in the facts of a lot when its line is done: from the line, or by the policy's rule."""

from datetime import timedelta

from odoo import api, fields, models

from ..engine.shelf_life import derive, get_end_of_day, get_local_day


class LotExpiry(models.AbstractModel):
    _name = "lot.expiry"
    _description = "Facts and expiry of lots that are received or made"

    @api.model
    def _prepare_lots(self, ruled, lots):
        """What is known of the lots of lines when these are done; writes nothing.

        :param ruled, lots: ``[(stock.move.line, Rule)]``, ``{line id: lot}`` of the gate
        :return: ``({line id: [sentence]}, {lot: vals})``: why what is made may not go into a
            lot that is there, and what is to be written
        """
        made = [
            (line, lots[line.id], rule)
            for line, rule in ruled
            if line.id in lots and line.move_id.production_id and line.location_id.usage == "production"
        ]
        conflicts, vals_by_lot = self._prepare_made(made)
        for line, _rule in ruled:
            if line.id in lots:
                lot = lots[line.id]
                vals = vals_by_lot.setdefault(lot, {})
                vals.update({k: v for k, v in line._prepare_lot_facts(lot).items() if k not in vals})
        return conflicts, vals_by_lot

    @api.model
    def _is_made_up(self, line, lot):
        """Whether the expiration date is no date: of a product without shelf life Odoo enters the moment."""
        if (lot.product_id or line.product_id).expiration_time:
            return False
        day = lot.expiration_date or line.expiration_date
        moments = filter(None, (line.picking_id.scheduled_date, lot.create_date))
        return bool(day) and any(abs(day - moment) < timedelta(minutes=1) for moment in moments)

    @api.model
    def _write_lots(self, vals_by_lot):
        """One write per distinct content: all lots of an order have the same."""
        groups = {}
        for lot, vals in vals_by_lot.items():
            if vals:
                groups.setdefault(repr(sorted(vals.items())), (vals, []))[1].append(lot.id)
        for vals, ids in groups.values():
            self.env["stock.lot"].sudo().browse(ids).write(vals)

    # ---- what is made --------------------------------------------------------------------

    @api.model
    def _prepare_made(self, made):
        """``({line id: [sentence]}, {lot: vals})`` for lines of manufacturing orders."""
        conflicts, vals_by_lot = {}, {}
        if not made:
            return conflicts, vals_by_lot
        lots = self.env["stock.lot"].sudo().union(*(lot for _line, lot, _rule in made))
        recorded = {
            lot
            for (lot,) in self.env["lot.ledger"]
            .sudo()
            ._read_group([("lot_id", "in", lots.ids), ("quantity", ">", 0)], ["lot_id"])
        }
        for line, lot, rule in made:
            zone = self.env["lot.gate"]._get_zone(line.company_id)
            today = get_local_day(fields.Datetime.now(), zone)
            expiry = self._derive_expiry(line, rule, lot.production_date or today, zone)
            if lot in recorded:
                sentence = self._find_conflict(lot, expiry, rule)
                if sentence:
                    conflicts.setdefault(line.id, []).append(sentence)
                continue
            vals = vals_by_lot.setdefault(lot, {})
            if not lot.production_date:
                vals["production_date"] = today
            # Two orders may fill one new lot: what expires first counts.
            expiry = min(filter(None, (expiry, vals.get("expiration_date"))), default=None)
            if expiry and expiry != lot.expiration_date:
                vals.update(self._prepare_dates(line.product_id.product_tmpl_id, expiry))
            if any(demand.fact == "traceability_lot_code" for demand in rule.demands):
                vals.update(self._prepare_code(line, lot))
        return conflicts, vals_by_lot

    @api.model
    def _derive_expiry(self, line, rule, start, zone):
        """The end of the day that the rule gives, UTC without zone; None: it gives none."""
        if not rule.expiry_rule or rule.expiry_rule == "entered" or not line.product_id.use_expiration_date:
            return None
        inputs = line.move_id.production_id.move_raw_ids.move_line_ids.filtered(
            lambda used: used.lot_id and used.quantity > 0 and (used.picked or used.state == "done")
        ).lot_id
        instants = {lot.id: lot.expiration_date for lot in inputs}
        expiry = derive(
            rule.expiry_rule,
            start=start,
            days=rule.shelf_life_days,
            inputs=[(key, when and get_local_day(when, zone)) for key, when in instants.items()],
        )
        if not expiry.day:
            return None
        end = get_end_of_day(expiry.day, zone)
        return min([end, *(instants[key] for key in expiry.inputs)])

    @api.model
    def _prepare_dates(self, product, expiry):
        """All four: Odoo moves the others with the expiration date in its form only."""
        return {
            "expiration_date": expiry,
            "use_date": expiry - timedelta(days=product.use_time),
            "removal_date": expiry - timedelta(days=product.removal_time),
            "alert_date": expiry - timedelta(days=product.alert_time),
        }

    @api.model
    def _find_conflict(self, lot, expiry, rule):
        """A lot that is there keeps its date: what expires before it cannot be added to it."""
        shortens = rule.expiry_rule in ("inputs", "earliest")
        if not shortens or not expiry or not lot.expiration_date or lot.expiration_date <= expiry:
            return None
        return self.env._(
            "An input expires on %(expiry)s, before this lot does: make it as another lot.",
            expiry=fields.Date.to_string(expiry),
        )

    @api.model
    def _prepare_code(self, line, lot):
        """Who transforms food assigns the code, and is its source (21 CFR 1.1320, 1.1350)."""
        if lot.traceability_lot_code:
            return {}
        warehouse = line.move_id.warehouse_id or line.move_id.picking_type_id.warehouse_id
        place = warehouse.partner_id or line.company_id.partner_id
        return {"traceability_lot_code": lot.name, "tlc_source_id": place.id}
