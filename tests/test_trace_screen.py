"""The trace screen in a real browser, as the people who use it."""

from odoo.tests import HttpCase, new_test_user, tagged

from .common import GenealogyCase

SCREEN = "/odoo/lot-trace"
SUITE = "@lot_genealogy"
LOTS = "/odoo/action-lot_genealogy.stock_lot_action"


@tagged("post_install", "-at_install")
class TestTraceScreen(GenealogyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "screen_officer",
            groups="lot_genealogy.group_officer,stock.group_stock_user",
            tz="Europe/Brussels",
        )
        cls.tahini.barcode = "9521234543213"
        cls.raw, _receipt = cls._receive(cls.tahini, "TAH-1", 25.0)
        chickpeas, _receipt = cls._receive(cls.chickpeas, "CHI-1", 60.0)
        cls.base, _order = cls._make(cls.hummus, "HUM-1", 40.0, [(cls.raw, 10.0), (chickpeas, 30.0)])
        cls.tubs, _order = cls._make(cls.tub, "TUB-1", 100.0, [(cls.base, 20.0)])
        cls.delivery = cls._ship([(cls.tubs, 30.0)])
        cls._ship([(cls.tubs, 12.0)], partner=cls.other_customer, validate=False)

    def _tour(self, name, url=SCREEN, login="screen_officer"):
        self.start_tour(url, f"lot_genealogy_trace_{name}", login=login)

    def test_officer_finds_the_customers_of_a_lot_and_opens_the_delivery(self):
        self._tour("customer")

    def test_unknown_code_is_said_and_the_next_one_replaces_it(self):
        self._tour("nothing_found")

    def test_scanner_works_wherever_the_focus_is(self):
        self._tour("scanner")

    def test_warehouse_worker_is_refused_clearly(self):
        self._tour("refused", login=self.worker.login)

    def test_button_on_the_lot_answers_at_once(self):
        self._tour("from_lot", f"{LOTS}/{self.raw.id}")

    def test_tree_and_lists_show_every_step(self):
        self._tour("tree", f"{SCREEN}?trace=lot-{self.raw.id}&direction=forward")

    def test_deleted_lot_in_a_bookmark_is_said_and_the_question_kept(self):
        lot = self._create_lot(self.tahini, "NEVER-MOVED")
        url = f"{SCREEN}?trace=lot-{lot.id}"
        lot.unlink()
        self._tour("gone", url)

    def test_product_can_be_limited_to_days(self):
        self._tour("product_dates")

    def test_print_and_spreadsheet_send_the_question_and_no_rows(self):
        self._tour("print", f"{SCREEN}?trace=lot-{self.raw.id}&direction=forward")


@tagged("post_install", "-at_install")
class TestTraceScreenUnits(HttpCase):
    """The screen's own unit tests (static/tests/trace), in the browser."""

    def test_units(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={_hash(SUITE)}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


def _hash(text):
    """HOOT's id of a suite: see `HOOTCommon` in the tests of web."""
    value = 0
    for char in text:
        value = (value * 31 + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"
