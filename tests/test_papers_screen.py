"""Papers in a real browser, from the trace screen."""

from odoo.tests import HttpCase, new_test_user, tagged

from .papers_common import PapersCase


@tagged("post_install", "-at_install")
class TestPapersScreen(PapersCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "screen_officer", "lot_genealogy.group_officer", tz="Europe/Brussels")

    def _tour(self, name):
        url = f"/odoo/lot-trace?trace=lot-{self.tahini_lot.id}"
        self.start_tour(url, f"lot_genealogy_papers_{name}", login="screen_officer")

    def test_officer_makes_the_nvwa_pack_and_sees_what_is_missing(self):
        self._tour("trace")
        paper = self.env["lot.paper"].search([], limit=1)
        self.assertEqual((paper.type_id.code, paper.user_id.login), ("nvwa", "screen_officer"))
        self.assertIn("Lot TAH-1", paper.question.replace("Partij", "Lot"))

    def test_request_of_fda_is_limited_to_its_lot_codes(self):
        self._tour("filters")
        paper = self.env["lot.paper"].search([], limit=1)
        shipped = {row["(1) TLC"] for row in self._rows(self._book(paper)["Shipping"])}
        self.assertEqual(shipped, {"HUM-1"})
