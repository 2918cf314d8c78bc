from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestQuestion(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.barcode = "4006381333931"
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 25.0, supplier_lot="ST-9")
        cls.other_lot, _receipt = cls._receive(cls.tahini, "TAH-2", 5.0)
        cls.made, cls.order = cls._make(cls.hummus, "HUM-1", 20.0, [(cls.lot, 10.0)])
        cls.delivery = cls._ship([(cls.made, 4.0)])

    def setUp(self):
        super().setUp()
        self.service = self.env["lot.trace"].with_user(self.officer)

    def _find(self, text):
        return [(row["type"], row["id"]) for row in self.service.search_items(text)]

    def _start(self, *items):
        trace = self.service.answer({"items": list(items), "direction": "forward"})
        return {row["name"] for row in trace["start"]}

    def test_one_box_takes_whatever_people_have_at_hand(self):
        self.assertEqual(self._find("TAH-1")[0], ("lot", self.lot.id))
        self.assertEqual(self._find("tah-1")[0], ("lot", self.lot.id))
        self.assertIn(("lot", self.lot.id), self._find("ST-9"))
        self.assertIn(("product", self.tahini.id), self._find("Tahini"))
        self.assertIn(("picking", self.receipt.id), self._find(self.receipt.name))
        self.assertIn(("production", self.order.id), self._find(self.order.name))
        purchase = self.receipt.purchase_id
        self.assertIn(("purchase", purchase.id), self._find(purchase.name))
        sale = self.delivery.sale_id
        self.assertIn(("sale", sale.id), self._find(sale.name))
        self.assertIn(("supplier", self.supplier.id), self._find("Sesame"))
        self.assertEqual(self._find("no such thing"), [])
        self.assertEqual(self._find("   "), [])

    def test_scanned_gs1_code_is_the_lot(self):
        for code in (
            "010400638133393110TAH-1",
            "]d2010400638133393110TAH-1",
            "(01)04006381333931(10)TAH-1",
            "010400638133393117271231\x1d10TAH-1",
            "https://example.com/01/04006381333931/10/TAH-1",
            "010400638133393110ST-9",  # the supplier's own label
        ):
            with self.subTest(code=code):
                self.assertEqual(self._find(code), [("lot", self.lot.id)])
        self.assertEqual(self._find("010400638133393110TAH-404"), [])

    def test_scanned_article_number_may_begin_with_zeros(self):
        for barcode in ("036000291452", "0036000291452", "00036000291452", "96385074"):
            self.tahini.barcode = barcode
            with self.subTest(barcode=barcode):
                code = f"01{barcode:0>14}10TAH-1"
                self.assertEqual(self._find(code), [("lot", self.lot.id)])

    def test_items_become_the_lots_they_mean(self):
        today = self._today()
        for item, names in (
            ({"type": "lot", "id": self.lot.id}, {"TAH-1"}),
            ({"type": "product", "id": self.tahini.id}, {"TAH-1", "TAH-2"}),
            (
                {"type": "product", "id": self.tahini.id, "date_from": today},
                {"TAH-1", "TAH-2"},
            ),
            ({"type": "picking", "id": self.receipt.id}, {"TAH-1"}),
            ({"type": "picking", "id": self.delivery.id}, {"HUM-1"}),
            ({"type": "production", "id": self.order.id}, {"HUM-1"}),
            ({"type": "purchase", "id": self.receipt.purchase_id.id}, {"TAH-1"}),
            ({"type": "sale", "id": self.delivery.sale_id.id}, {"HUM-1"}),
            ({"type": "supplier", "id": self.supplier.id}, {"TAH-1", "TAH-2"}),
        ):
            with self.subTest(item=item["type"]):
                self.assertEqual(self._start(item), names)
        self.assertEqual(
            self._start(
                {"type": "lot", "id": self.other_lot.id},
                {"type": "production", "id": self.order.id},
            ),
            {"TAH-2", "HUM-1"},
        )

    def test_all_that_is_wrong_is_said_at_once(self):
        gone = self._create_lot(self.tahini, "GONE")
        gone_id = gone.id
        gone.unlink()
        with self.assertRaises(UserError) as refusal:
            self.service.answer(
                {
                    "items": [
                        {"type": "lot", "id": gone_id},
                        {"type": "spaceship", "id": 1},
                        {
                            "type": "product",
                            "id": self.tahini.id,
                            "date_from": "2020-01-01",
                            "date_to": "2020-01-31",
                        },
                        {
                            "type": "supplier",
                            "id": self.supplier.id,
                            "date_from": "2020-02-01",
                            "date_to": "2020-01-01",
                        },
                    ],
                    "direction": "sideways",
                    "options": {"max_rows": -1},
                }
            )
        message = str(refusal.exception)
        for part in (
            f"{gone_id} no longer exists",
            "spaceship",
            "No lots found for “Tahini”",
            "is after the last",
            "sideways",
            "max_rows",
        ):
            self.assertIn(part, message)

    def test_empty_or_malformed_questions_are_refused_clearly(self):
        for question in (
            {},
            None,
            [],
            "TAH-1",
            {"items": []},
            {"items": "TAH-1"},
            {"items": [None]},
            {"items": [{"type": "lot"}]},
            {"items": [{"type": "lot", "id": "1; DROP TABLE stock_lot"}]},
            {"items": [{"type": "lot", "id": True}]},
            {"items": [{"type": "product", "id": self.tahini.id, "date_from": "yesterday"}]},
        ):
            with self.subTest(question=question), self.assertRaises(UserError):
                self.service.answer(question)
        with self.assertRaises(UserError):
            self.service.trace([])
        day = {"type": "product", "id": self.tahini.id, "date_to": "31-1-2026"}
        with self.assertRaisesRegex(UserError, "A day is written like 2026-01-31, not “31-1-2026”"):
            self.service.answer({"items": [day]})

    def test_of_many_errors_the_first_are_said_and_the_rest_counted(self):
        gone = self.lot.id + 1_000_000
        with self.assertRaises(UserError) as refusal:
            self.service.trace([self.lot.id, *range(gone, gone + 5000)])
        lines = str(refusal.exception).splitlines()
        self.assertEqual((len(lines), lines[-1]), (21, "… and 4980 more."))
        self.assertIn("no longer exists", lines[0])

    def test_lot_without_moves_is_answered_with_its_gap(self):
        lot = self._create_lot(self.tahini, "EMPTY")
        trace = self._trace(lot)
        self.assertEqual([row["name"] for row in trace["start"]], ["EMPTY"])
        self.assertFalse(trace["complete"])
        self.assertIn("no_origin", [gap["kind"] for gap in trace["gaps"]])

    def test_five_thousand_start_lots_are_one_question(self):
        lots = self.env["stock.lot"].create(
            [{"product_id": self.tahini.id, "name": f"MANY-{index:04}"} for index in range(5000)]
        )
        trace = self._trace(lots | self.lot, "forward", max_rows=100)
        self.assertEqual(trace["counts"]["forward.lots"], 5002)
        self.assertEqual(len(trace["forward"]["lots"]), 100)
        self.assertEqual(trace["forward"]["consignees"][0]["partner"], "Corner Shop")
