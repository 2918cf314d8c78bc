"""Builders for the tests of holds: through the buttons and wizards that people use."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from odoo.addons.stock.models.stock_picking import StockPicking

from .operations import OperationCase


class HoldCase(OperationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = new_test_user(cls.env, "genealogy_second", groups="lot_genealogy.group_quality")
        cls.quarantine = cls.env["stock.location"].create(
            {
                "name": "Quarantine",
                "location_id": cls.stock_location.id,
                "usage": "internal",
                "is_quarantine": True,
            }
        )

    def _set_policy(self, **vals):
        self.env["lot.policy"].create(
            {
                "name": "Quarantine",
                "active": True,
                "product_tmpl_ids": (self.tahini | self.hummus).product_tmpl_id.ids,
                **vals,
            }
        )

    def _hold(self, records, kind="quality", user=None, **vals):
        """Press Hold on lots or on stock, fill in the wizard, press Hold; returns the hold."""
        action = records.with_user(user or self.quality).action_hold()
        wizards = self.env[action["res_model"]].with_user(user or self.quality)
        form = Form(wizards.with_context(**action["context"]))
        form.kind_id = self.env.ref(f"lot_genealogy.lot_hold_kind_{kind}")
        form.reason = "Salmonella suspected"
        quantity = vals.pop("quantity", None)
        for name, value in vals.items():
            setattr(form, name, value)
        if quantity is not None:
            with form.part_ids.edit(0) as part:
                part.quantity = quantity
        action = form.save().action_hold()
        return self.env["lot.hold"].with_user(user or self.quality).browse(action["res_id"])

    def _release(self, lines_or_hold, reason="Laboratory: nothing found", user=None):
        """Press Release, say why, press Release; returns the release."""
        action = lines_or_hold.with_user(user or self.quality).action_release()
        release = self.env["lot.hold.release"].with_user(user or self.quality).browse(action["res_id"])
        release.reason = reason
        release.action_confirm()
        return release

    def _get_held(self, hold):
        return {line.lot_id.name: line.origin for line in hold.line_ids if line.state == "held"}

    def _sell(self, product, quantity, partner=None):
        order = self.env["sale.order"].with_user(self.worker)
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 2.0}
        order = order.create(
            {"partner_id": (partner or self.customer).id, "order_line": [Command.create(line)]}
        )
        order.action_confirm()
        return order

    def _get_reserved(self, move):
        return {
            line.lot_id.name: line.quantity_product_uom
            for line in move.move_line_ids
            if line.quantity_product_uom
        }

    def _get_quant(self, lot, location=None):
        return self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", (location or self.stock_location).id)]
        )

    @contextmanager
    def _refuse(self, sentence, error=UserError):
        """What is done within is refused with `sentence`, and nothing of it stays."""
        with self.assertRaises(error) as refusal:
            yield
        self.assertRegex(str(refusal.exception), sentence)

    @contextmanager
    def _dated_back(self, date):
        """Transfers are validated now, and dated back: as modules do that ask when it really was."""
        do = StockPicking._action_done

        def do_then(picking):
            res = do(picking)
            picking.date_done = date
            return res

        with patch.object(StockPicking, "_action_done", do_then):
            yield

    def _count_queries(self, method):
        """The number of queries of a call."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        method()
        return self.env.cr.sql_log_count - before
