"""Holding and releasing in a real browser, as the people who do it."""

from odoo.tests import HttpCase, new_test_user, tagged

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestHoldScreen(GenealogyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "screen_quality", groups="lot_genealogy.group_quality", tz="Europe/Brussels")
        cls.raw, _receipt = cls._receive(cls.tahini, "TAH-1", 25.0)
        base, _order = cls._make(cls.hummus, "HUM-1", 40.0, [(cls.raw, 10.0)])
        tubs, _order = cls._make(cls.tub, "TUB-1", 100.0, [(base, 20.0)])
        cls._ship([(tubs, 12.0)], partner=cls.other_customer, validate=False)

    def test_quality_holds_what_a_trace_found_and_releases_it(self):
        url = f"/odoo/lot-trace?trace=lot-{self.raw.id}&direction=forward"
        self.start_tour(url, "lot_genealogy_hold_from_trace", login="screen_quality")
        lines = self.env["lot.hold.line"].search([("lot_id", "=", self.raw.id)])
        self.assertEqual((lines.state, lines.release_reason), ("released", "Five samples: nothing found"))

    def test_lot_says_that_it_is_on_hold(self):
        url = f"/odoo/action-lot_genealogy.stock_lot_action/{self.raw.id}"
        self.start_tour(url, "lot_genealogy_hold_lot", login="screen_quality")
