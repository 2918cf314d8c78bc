"""Whose papers are: of goods that one customer passes on to another, and of several companies."""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .papers_common import PapersCase


@tagged("post_install", "-at_install")
class TestPapersParties(PapersCase, HttpCase):
    def test_what_a_customer_passes_on_names_who_gave_it_and_who_got_it(self):
        self.hummus.animal_origin = "yes"
        moved = self._pass_on()

        def find(code, sheet):
            rows = self._rows(self._book(self._make_paper(code))[sheet])
            return next(row for row in rows if moved.name in row.values())

        row = find("eu_931_2011", "Dispatched")
        self.assertEqual(row["(c) Dispatching operator"], "Centre kitchen")
        self.assertEqual(row["(c) address"], "Korenmarkt 7, 9000 Gent, Belgium")
        self.assertEqual(row["(d) Consignor (owner), if different"], "Corner Shop, Gent, Belgium")
        self.assertEqual(row["(e) Receiving operator"], "Hospital Kitchen")
        row = find("eu_178_2002", "Customers")
        self.assertEqual((row["Customer"], row["Passed on by"]), ("Hospital Kitchen", "Corner Shop"))
        row = find("bfr_foodchain_lab", "Lieferungen")
        self.assertEqual((row["Lieferant Name"], row["Empfänger Name"]), ("Corner Shop", "Hospital Kitchen"))
        rows = self._rows(self._book(self._make_paper("eu_recipients"))["Recipients list"])
        self.assertEqual({row["Status"] for row in rows}, {"Delivered"})

    def test_of_several_who_may_have_passed_it_on_none_is_named(self):
        self.hummus.animal_origin = "yes"
        self._ship([(self.hummus_lot, 2.0)], self.other_customer)
        moved = self._pass_on()
        rows = self._rows(self._book(self._make_paper("eu_931_2011"))["Dispatched"])
        row = next(row for row in rows if row["Document"] == moved.name)
        self.assertEqual(row["(c) Dispatching operator"], "missing")

    def test_what_a_customer_passes_on_was_shipped_by_him_and_is_no_return(self):
        self._pass_on()
        book = self._book(self._make_paper("fsma_204"))
        self.assertEqual(len(self._rows(book["Receiving"])), 1)
        (row,) = [
            row
            for row in self._rows(book["Shipping"])
            if row["(4) Recipient Name"] == "Hospital Kitchen" and row["(2) Quantity"] == 3
        ]
        self.assertEqual(row["(5) Shipped from Name"], "Corner Shop, Centre kitchen")
        self.assertEqual(row["(5) Shipped from Street"], "Korenmarkt 7")
        roles = {row["Location Name"]: row["Role"] for row in self._rows(book["Locations"])}
        self.assertEqual(roles["Corner Shop, Centre kitchen"], "partner")

    def test_what_a_supplier_sends_straight_to_a_customer_was_at_no_place_of_ours(self):
        self.supplier.write({"street": "Liman 3", "zip": "35230", "city": "Izmir"})
        lot, picking = self._dropship(5.0)
        lot.product_id.write({"animal_origin": "yes", "ftl_status": "yes"})

        def find(code, sheet):
            (row,) = self._rows(self._book(self._make_paper(code, lots=lot))[sheet])
            return row

        us, them, street = self.company.name, self.supplier.name, "Liman 3, 35230 Izmir, Netherlands"
        buyer = "Corner Shop, Centre kitchen"
        row = find("fsma_204", "Receiving")
        self.assertEqual(
            (row["(4) Previous source Name"], row["(5) Received at Name"]),
            (them, buyer),
        )
        row = find("fsma_204", "Shipping")
        self.assertEqual(
            (row["(4) Recipient Name"], row["(5) Shipped from Name"], row["(5) Shipped from Street"]),
            (buyer, them, "Liman 3"),
        )
        places = self._rows(self._book(self._make_paper("fsma_204", lots=lot))["Locations"])
        self.assertEqual({row["Role"] for row in places}, {"partner"})
        row = find("eu_931_2011", "Dispatched")
        self.assertEqual((row["(c) Dispatching operator"], row["(c) address"]), (them, street))
        self.assertIn(us, row["(d) Consignor (owner), if different"])
        self.assertEqual(row["(e) Receiving operator"], "Centre kitchen")
        row = find("eu_931_2011", "Received")
        self.assertEqual(
            (row["(c) Dispatching operator"], row["(e) Receiving operator"]),
            (them, "Centre kitchen"),
        )
        self.assertIn(us, row["(f) Consignee (owner), if different"])
        row = find("eu_178_2002", "Customers")
        self.assertEqual((row["Customer"], row["Passed on by"] or ""), ("Corner Shop", ""))
        row = find("eu_178_2002", "Suppliers")
        self.assertEqual((row["Supplier"], row["Supplier's lot"]), (them, "S-OIL-1"))
        row = find("eu_recipients", "Recipients list")
        self.assertEqual((row["Recipient"], row["Document"]), ("Corner Shop", picking.name))
        rows = self._rows(self._book(self._make_paper("bfr_foodchain_lab", lots=lot))["Lieferungen"])
        self.assertEqual(
            {(row["Lieferant Name"], row["Empfänger Name"]) for row in rows}, {(them, "Corner Shop")}
        )

    def test_a_paper_of_two_companies_is_seen_by_who_works_for_both(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.officer.company_ids |= sister
        there = new_test_user(
            self.env,
            "sister_officer",
            "lot_genealogy.group_officer",
            company_id=sister.id,
            company_ids=sister.ids,
        )
        paper, own = self._make_paper("eu_178_2002"), self._make_paper("eu_178_2002", user=self.quality)
        self.assertEqual((paper.company_ids, own.company_ids), (self.company | sister, self.company))
        for user, seen in ((self.officer, paper | own), (self.quality, own), (there, own.browse())):
            self.assertEqual(own.with_user(user).search([("id", "in", (paper | own).ids)]), seen)
        self.authenticate(self.quality.login, self.quality.login)
        with mute_logger("odoo.http"):
            for form in ("pdf", "xlsx"):
                self.assertIn(
                    self.url_open(f"/web/content/lot.paper/{paper.id}/{form}").status_code, (403, 404)
                )
        with self.assertRaises(AccessError):
            paper.with_user(self.quality).read(["pdf"])
        # What is switched on just now is no matter.
        paper.with_user(self.officer).with_context(allowed_company_ids=self.company.ids).read(["pdf"])
        self.officer.company_ids -= sister
        self.assertEqual(own.with_user(self.officer).search([("id", "in", (paper | own).ids)]), own)
