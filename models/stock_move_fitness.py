"""Each way in which Odoo reserves says what for, and each line that is done is asked about."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .lot_choice import Choice
from .stock_quant_fitness import Reservation


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_quarantine = fields.Boolean(
        string="Quarantine or Disposal",
        help="A place for lots that may not be used: they can always be moved here, whatever holds them.",
    )

    @api.constrains("is_quarantine", "usage")
    def _check_quarantine(self):
        """A customer marked so would get what is held."""
        outside = self.filtered(lambda one: one.is_quarantine and one.usage not in ("internal", "transit"))
        if outside:
            raise ValidationError(
                self.env._(
                    "Only a place within your own stock is one for quarantine or disposal: %s.",
                    ", ".join(outside.mapped("display_name")),
                )
            )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _with_use(self):
        """Reserve for what this move is for: read by `stock.quant._get_reserve_quantity`."""
        self.ensure_one()
        if not self.product_id.is_storable:
            return self
        return self.with_context(lot_reservation=Reservation(self.env["lot.fitness"]._get_use(self)))

    def _update_reserved_quantity_vals(self, *args, **kwargs):
        """Made to stock, and chained."""
        move = self._with_use()
        res = super(StockMove, move)._update_reserved_quantity_vals(*args, **kwargs)
        move._renew_choices()
        return res

    def _set_quantity_done_prepare_vals(self, qty):
        """Quantities that are typed, and what an order consumes."""
        move = self._with_use()
        res = super(StockMove, move)._set_quantity_done_prepare_vals(qty)
        move._renew_choices()
        return res

    def _renew_choices(self):
        """Odoo adds to a line that takes of the same: that is chosen as things are now."""
        reservation = self.env.context.get("lot_reservation")
        choices = reservation.choices if isinstance(reservation, Reservation) else {}
        for line in self.move_line_ids if choices else ():
            choice = choices.get(line.lot_id.id)
            if choice and line.lot_choice and line.lot_choice["lot"] == line.lot_id.id:
                line.write({"lot_choice": choice})

    def _set_lot_ids(self):  # pylint: disable=missing-return
        for move in self:
            super(StockMove, move._with_use())._set_lot_ids()
        return

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        vals = super()._prepare_move_line_vals(quantity, reserved_quant)
        reservation = self.env.context.get("lot_reservation")
        if reserved_quant and isinstance(reservation, Reservation):
            choice = reservation.choices.get(reserved_quant.lot_id.id) or self._get_brought(reserved_quant)
            if choice:
                vals["lot_choice"] = choice
        return vals

    def _get_brought(self, quant):
        """The choice of the step before, for a lot that it brought."""
        lines = self.move_orig_ids.move_line_ids.filtered(
            lambda line: line.lot_id == quant.lot_id and line.lot_choice and line.state == "done"
        )
        return Choice(lines[0].lot_choice) if lines else None


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        fitness = self.env["lot.fitness"]
        fitness._check(self)
        naming = self.filtered(lambda line: not line.lot_id)
        res = super()._action_done()
        fitness._check(naming.exists())  # lots that were only named
        fitness._warn(self.exists())
        return res


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _pre_action_done_hook(self):
        """Before Odoo asks whether expired lots are to be confirmed."""
        self.env["lot.fitness"]._check(self.move_line_ids.filtered("picked"))
        return super()._pre_action_done_hook()


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def pre_button_mark_done(self):
        self.env["lot.fitness"]._check(self.move_raw_ids.move_line_ids.filtered("picked"))
        return super().pre_button_mark_done()
