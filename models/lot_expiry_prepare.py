"""What happens at a level: prepared for a person to decide, but for the hold."""

from collections import defaultdict

from odoo import models


class LotExpiryAlert(models.Model):
    _inherit = "lot.expiry.alert"

    def _prepare_actions(self):
        """Do what the levels of these new alerts say, once.

        An action `name` is the method `_prepare_action_<name>`: it gets the new alerts of one
        level and company, all with their lots in stock, and makes what a person is to decide,
        in as many queries whatever their number. A markdown stands on the alert itself.
        """
        for (level, company), alerts in self.grouped(
            lambda alert: (alert.level_id, alert.company_id)
        ).items():
            prepare = level.action and getattr(alerts, f"_prepare_action_{level.action}", None)
            if prepare:
                prepare(level, company)

    def _prepare_action_hold(self, level, company):
        """Hold the lots."""
        self.env["lot.hold"]._hold(
            self.lot_id,
            kind="quarantine",
            purpose="all",
            reason=self.env._("Expiry level: %s", level.name),
            document=level.policy_id,
            company=company,
        )

    def _get_quants(self, company):
        """The stock that these alerts are about: ``{alert: stock.quant}``."""
        disposal = self.env["lot.expiry.job"]._get_disposal_locations(company)
        groups = defaultdict(lambda: self.env["stock.quant"])
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("company_id", "=", company.id),
                ("location_id.usage", "=", "internal"),
                ("location_id", "not in", disposal.ids),
                ("quantity", ">", 0),
            ],
            order="location_id, id",
        )
        for quant in quants:
            groups[quant.lot_id, quant.location_id.warehouse_id] |= quant
        return {alert: groups[alert.lot_id, alert.warehouse_id] for alert in self}

    def _prepare_action_scrap(self, _level, company):
        """A draft scrap order for each place where it lies."""
        self.env["stock.scrap"].with_company(company).create(
            [
                alert._prepare_scrap_vals(quant)
                for alert, quants in self._get_quants(company).items()
                for quant in quants
            ]
        )

    def _prepare_scrap_vals(self, quant):
        self.ensure_one()
        return {
            "lot_expiry_alert_id": self.id,
            "origin": self.display_name,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "lot_id": self.lot_id.id,
            "scrap_qty": quant.quantity,
            "location_id": quant.location_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
        }

    def _prepare_action_move(self, level, company):
        """One draft transfer a warehouse, of what is not reserved: that is kept for it."""
        free = {
            alert: quants.filtered(lambda quant: quant.available_quantity > 0)
            for alert, quants in self._get_quants(company).items()
        }
        by_warehouse = defaultdict(lambda: self.browse())
        for alert, quants in free.items():
            if quants and alert.warehouse_id:
                by_warehouse[alert.warehouse_id] |= alert
        for warehouse, alerts in by_warehouse.items():
            picking = self.env["stock.picking"].create(alerts._prepare_transfer_vals(level, warehouse))
            moves = self.env["stock.move"].create(
                [
                    alert._prepare_transfer_move_vals(picking, location, quants)
                    for alert in alerts
                    for location, quants in free[alert].grouped("location_id").items()
                ]
            )
            alerts._add_transfer_lines(moves, free)
            # Odoo takes what has lines for ready: a person is to confirm it first.
            moves.write({"state": "draft"})
            alerts.sudo().write({"picking_id": picking.id})

    def _prepare_transfer_vals(self, level, warehouse):
        return {
            "picking_type_id": warehouse.int_type_id.id,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": level.disposal_location_id.id,
            "company_id": warehouse.company_id.id,
            "origin": self.env._("Expiry level: %s", level.name),
        }

    def _prepare_transfer_move_vals(self, picking, location, quants):
        self.ensure_one()
        return {
            "picking_id": picking.id,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": sum(quants.mapped("available_quantity")),
            "location_id": location.id,
            "location_dest_id": picking.location_dest_id.id,
            "company_id": picking.company_id.id,
            "picking_type_id": picking.picking_type_id.id,
            "origin": self.display_name,
        }

    def _add_transfer_lines(self, moves, free):
        """One line a quant. `moves` are in the order of alerts and locations."""
        moves = iter(moves)
        vals = []
        for alert in self:
            for location, quants in free[alert].grouped("location_id").items():
                move = next(moves)
                vals += [
                    {
                        "move_id": move.id,
                        "picking_id": move.picking_id.id,
                        "company_id": move.company_id.id,
                        "product_id": move.product_id.id,
                        "product_uom_id": move.product_uom.id,
                        "lot_id": alert.lot_id.id,
                        "package_id": quant.package_id.id,
                        "owner_id": quant.owner_id.id,
                        "quantity": quant.available_quantity,
                        "location_id": location.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                    for quant in quants
                ]
        self.env["stock.move.line"].create(vals)
