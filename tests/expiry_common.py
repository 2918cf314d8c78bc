"""Ladders and dated stock for tests."""

from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from ..engine.shelf_life import get_end_of_day
from .policy_common import PolicyCase

ZONE = "Europe/Amsterdam"
MORNING = "2026-03-02 06:00:00"  # seven o'clock in Amsterdam


class ExpiryCase(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = ZONE
        cls.company.email = "plant@example.com"
        cls.head = new_test_user(
            cls.env, "expiry_head", groups="stock.group_stock_manager", email="head@example.com"
        )
        cls.keeper = new_test_user(
            cls.env, "expiry_keeper", groups="lot_genealogy.group_user", email="keeper@example.com"
        )
        cls.warehouse.lot_manager_id = cls.head
        cls.quality.email = "quality@example.com"
        cls.hummus.write(
            {"use_expiration_date": True, "responsible_id": cls.keeper.id, "standard_price": 2.5}
        )
        cls.tahini.write(
            {"use_expiration_date": True, "responsible_id": cls.keeper.id, "standard_price": 4.0}
        )

    @classmethod
    def _step(cls, recipient="responsible", wait=24.0, **vals):
        return Command.create({"recipient": recipient, "wait_hours": wait} | vals)

    @classmethod
    def _level(cls, name, days, steps=None, **vals):
        vals.setdefault("step_ids", steps or [cls._step()])
        return Command.create({"name": name, "days": days, "sequence": 1000 - days} | vals)

    @classmethod
    def _ladder(cls, *levels, products=None, **vals):
        products = products if products is not None else cls.hummus
        return cls._create_policy(
            "Fresh", {}, product_ids=[Command.set(products.ids)], expiry_level_ids=list(levels), **vals
        )

    @classmethod
    def _stock(cls, product, name, quantity, day, **vals):
        """A lot in stock that expires at the end of a day in Amsterdam."""
        end = get_end_of_day(date.fromisoformat(day), ZONE)
        lot = cls._create_lot(product, name, expiration_date=end, **vals)
        cls._count(lot, quantity)
        return lot

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_expiry_cron").method_direct_trigger()
        self.env.invalidate_all()

    def _alerts(self, lot, **values):
        alerts = self.env["lot.expiry.alert"].search([("lot_id", "=", lot.id)], order="id")
        return alerts.filtered(lambda one: all(one[name] == value for name, value in values.items()))

    def _told(self, user):
        """Names of the lots that messages told a person of, one set a message, oldest first."""
        digests = self.env["lot.expiry.digest"].search([("user_id", "=", user.id)], order="id")
        return [set(digest.notice_ids.alert_id.lot_id.mapped("name")) for digest in digests]
