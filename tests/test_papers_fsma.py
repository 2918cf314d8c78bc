"""The Food Traceability Rule's workbook, cell by cell."""

from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from .papers_common import FORMULA, PapersCase


@tagged("post_install", "-at_install")
class TestPapersFsma(PapersCase):
    def test_sheets(self):
        book = self._book(self._make_paper("fsma_204"))
        self.assertEqual(
            book.sheetnames,
            [
                "README", "Receiving", "Shipping", "Transformation", "Initial Packing", "First Land-Based",
                "Harvesting", "Cooling", "Locations", "Products", "Gaps",
            ],
        )  # fmt: skip

    def test_receiving_keeps_the_code_and_source_that_came_with_the_goods(self):
        self.tahini_lot.write({"traceability_lot_code": "TLC-9", "tlc_source_id": self.supplier.id})
        paper = self._make_paper("fsma_204")
        (row,) = self._rows(self._book(paper)["Receiving"])
        self.assertEqual((row["(1) TLC"], row["Lot number here"]), ("TLC-9", "TAH-1"))
        self.assertEqual((row["(2) Quantity"], row["(2) Unit"]), (100, "kg"))
        self.assertEqual((row["(3) Product"], row["(3) Packaging size"]), ("Tahini", "20 kg"))
        self.assertEqual(row["(4) Previous source Name"], "Sesame Traders")
        self.assertEqual(row["(4) Previous source Street"], "Kade 1")
        self.assertEqual(row["(5) Received at FFRN"], "12345678901")
        self.assertEqual(row["(6) Date received"], datetime(2026, 3, 1))
        self.assertEqual(row["(7) TLC source Name"], "Sesame Traders")
        self.assertEqual(row["(8) Reference document number"], self.receipt.name)
        self.assertEqual(row["(8) Reference document type"], "Receiving record")
        self.assertFalse([gap for gap in self._gaps(paper) if gap[0].startswith("21 CFR 1.1345")])

    def test_missing_code_and_source_are_named_with_their_paragraph(self):
        paper = self._make_paper("fsma_204")
        (row,) = self._rows(self._book(paper)["Receiving"])
        self.assertEqual((row["(1) TLC"], row["(7) TLC source reference"]), ("missing", "missing"))
        gaps = self._gaps(paper)
        self.assertIn(("21 CFR 1.1345(a)(1)", "(1) TLC", "TAH-1 · Tahini"), gaps)
        self.assertIn(("21 CFR 1.1345(a)(7)", "(7) TLC source reference", "TAH-1 · Tahini"), gaps)
        self.assertEqual(paper.missing_count, len(gaps))
        self.assertIn("21 CFR 1.1345(a)(1)", paper.missing)
        # Whoever gives a reference instead of the place has given enough.
        self.tahini_lot.tlc_source_reference = "FFRN 22222222222"
        gaps = self._gaps(self._make_paper("fsma_204"))
        self.assertNotIn(("21 CFR 1.1345(a)(7)", "(7) TLC source reference", "TAH-1 · Tahini"), gaps)

    def test_what_is_made_here_has_its_lot_number_as_code_and_our_place_as_source(self):
        rows = self._rows(self._book(self._make_paper("fsma_204"))["Shipping"])
        row = next(row for row in rows if row["(1) TLC"] == "HUM-1")
        self.assertEqual(row["(4) Recipient Name"], "Corner Shop, Centre kitchen")
        self.assertEqual(row["(5) Shipped from Street"], "Dijk 1")
        self.assertEqual(row["(6) Date shipped"], datetime(2026, 3, 3))
        self.assertEqual(row["(7) TLC source Name"], self.company.name)
        self.assertIn(FORMULA, [row["(1) TLC"] for row in rows])

    def test_transformation_has_a_row_per_input_and_output_with_the_quantity_used(self):
        rows = self._rows(self._book(self._make_paper("fsma_204"))["Transformation"])
        edges = {
            (row["Lot used"], row["Lot made"], row["(1)(iii) Used Quantity"], row["(2)(v) Produced Quantity"])
            for row in rows
        }
        self.assertEqual(edges, {("TAH-1", "HUM-1", 20, 80), ("TAH-1", FORMULA, 10, 40)})
        row = next(row for row in rows if row["Lot made"] == "HUM-1")
        self.assertEqual(row["(2)(iii) Date completed"], datetime(2026, 3, 2))
        self.assertEqual(row["(2)(vi) Reference document number"], self.order.name)

    def test_food_that_is_not_on_the_list_is_left_out_and_said(self):
        self.tahini.ftl_status = "no"
        book = self._book(self._make_paper("fsma_204"))
        self.assertEqual(self._rows(book["Receiving"]), [])
        rows = self._rows(book["Transformation"])
        self.assertEqual(
            {(row["Lot used"], row["Lot made"]) for row in rows}, {(None, "HUM-1"), (None, FORMULA)}
        )
        said = {row[1]: row[2] for row in book["README"].values}
        self.assertEqual(said["Left out: not on the Food Traceability List"], "Tahini")

    def test_food_of_which_nobody_has_decided_is_included_and_named(self):
        self.tahini.ftl_status = False
        paper = self._make_paper("fsma_204")
        self.assertEqual(len(self._rows(self._book(paper)["Receiving"])), 1)
        self.assertIn(("21 CFR 1.1315(a)(2)", "On the list", "Tahini"), self._gaps(paper))

    def test_filters_of_a_request(self):
        def lots(**vals):
            return {
                row["(1) TLC"]
                for row in self._rows(self._book(self._make_paper("fsma_204", **vals))["Shipping"])
            }

        self.assertEqual(lots(lot_codes="hum-1\nOTHER"), {"HUM-1"})
        self.assertEqual(lots(date_from="2026-03-04"), set())
        # 22:30 UTC of the 3rd is still the 3rd in Amsterdam.
        self.assertEqual(lots(date_from="2026-03-03", date_to="2026-03-03"), {"HUM-1", FORMULA})
        self.assertEqual(lots(product_ids=self.tahini.ids), set())
        with self.assertRaisesRegex(UserError, "cannot be after"):
            lots(date_from="2026-03-04", date_to="2026-03-03")

    def test_initial_packing_asks_for_farm_and_harvest(self):
        self.hummus.ftl_made_as = "initial_packing"
        farm = self.env["res.partner"].create({"name": "Hill Farm", "street": "Hill 1", "city": "Ede"})
        self.tahini_lot.write({"farm_id": farm.id, "growing_area": "Field 7", "harvest_date": "2026-02-20"})
        paper = self._make_paper("fsma_204")
        book = self._book(paper)
        self.assertEqual(self._rows(book["Transformation"]), [])
        row = next(row for row in self._rows(book["Initial Packing"]) if row["(11) TLC assigned"] == "HUM-1")
        self.assertEqual((row["(4) Farm Name"], row["(4) Farm Phone"]), ("Hill Farm", "missing"))
        self.assertEqual(row["(5)(6) Field, growing area or aquaculture container"], "Field 7")
        self.assertEqual(row["(8) Harvest date"], datetime(2026, 2, 20))
        self.assertEqual((row["(3) Quantity received"], row["(7) Harvester"]), (100, "missing"))
        self.assertIn(("21 CFR 1.1330(a)(7)", "(7) Harvester", "TAH-1 · Tahini"), self._gaps(paper))

    def test_first_land_based_receiving_has_its_own_sheet(self):
        self.tahini.ftl_received_as = "first_land_based"
        book = self._book(self._make_paper("fsma_204"))
        self.assertEqual(self._rows(book["Receiving"]), [])
        (row,) = self._rows(book["First Land-Based"])
        self.assertEqual(
            (row["(f) Date landed"], row["(d) Harvested from"]), (datetime(2026, 3, 1), "missing")
        )

    def test_what_came_back_is_received(self):
        self._return(self.delivery, 2.0)
        rows = self._rows(self._book(self._make_paper("fsma_204"))["Receiving"])
        back = [row for row in rows if row["(8) Reference document type"] == "Receiving record (return)"]
        self.assertEqual({row["(4) Previous source Name"] for row in back}, {"Corner Shop, Centre kitchen"})
