"""Papers for authorities, of a trace: cell by cell, and as they are printed."""

from datetime import datetime, time
from unittest.mock import patch

from psycopg2.errors import IntegrityConstraintViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.lot_genealogy.report.paper import PAPERS
from odoo.addons.lot_genealogy.report.papers.eu_178_2002 import Eu178

from .papers_common import FORMULA, PapersCase


@tagged("post_install", "-at_install")
class TestPapers(PapersCase):
    # ---- EU 178/2002 ------------------------------------------------------------------

    def test_suppliers_and_customers_of_a_lot(self):
        book = self._book(self._make_paper("eu_178_2002"))
        self.assertEqual(book.sheetnames, ["README", "Lots asked about", "Suppliers", "Customers", "Gaps"])
        (row,) = self._rows(book["Suppliers"])
        self.assertEqual((row["Lot"], row["Supplier's lot"]), ("TAH-1", "S-TAH-1"))
        self.assertEqual((row["Supplier"], row["Street"]), ("Sesame Traders", "Kade 1"))
        self.assertEqual((row["ZIP"], row["City"], row["Country"]), ("3011 AA", "Rotterdam", "Netherlands"))
        self.assertEqual((row["Quantity"], row["Unit"]), (100, "kg"))
        self.assertEqual((row["Date"], row["Time"]), (datetime(2026, 3, 1), time(9, 0)))
        self.assertEqual(row["Document"], self.receipt.name)
        rows = {row["Lot"]: row for row in self._rows(book["Customers"])}
        row = rows["HUM-1"]
        self.assertEqual((row["Customer"], row["Contact"]), ("Corner Shop", "Centre kitchen"))
        self.assertEqual((row["Street"], row["EU approval no."]), ("Korenmarkt 7", "BE 1234"))
        self.assertEqual((row["Quantity"], row["GTIN"]), (12.5, "9521234500100"))

    def test_list_too_long_for_paper_is_summed_there_and_whole_in_the_spreadsheet(self):
        whole = self._make_paper("eu_178_2002")
        get_customers = Eu178.get_customers
        with patch.object(Eu178, "get_customers", lambda paper: get_customers(paper)._replace(most=1)):
            paper = self._make_paper("eu_178_2002")
        text = self._text(paper)
        self.assertIn("2 rows, too many to be read on paper: summed here. The sheet “Customers”", text)
        self.assertIn("Customers, one step forward: Customer", text)
        # One customer, two lots, of one product: 12.5 and 4.
        self.assertEqual(text.count("16.5 kg"), 2)
        self.assertEqual(text.count("Corner Shop"), 1)
        self.assertNotIn("HUM-1 ", text.partition("Customers, one step forward")[2])
        self.assertIn(paper.fingerprint, text.replace(" ", ""))
        self.assertEqual(
            self._rows(self._book(paper)["Customers"]), self._rows(self._book(whole)["Customers"])
        )
        # One supply: it is printed as it is.
        self.assertIn("S-TAH-1", text)
        self.assertNotIn("too many", self._text(whole))

    def test_paper_carries_question_time_completeness_fingerprint_and_seal(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_genealogy.lot_seal_cron").method_direct_trigger()
        paper = self._make_paper("eu_178_2002")
        trace = self._trace(self.tahini_lot)
        seal = self.env["lot.seal"]._get_last()["hash"]
        facts = {row[1]: row[2] for row in self._book(paper)["README"].values}
        self.assertEqual(facts["Traced 1"], "Lot TAH-1 (Tahini)")
        self.assertEqual(facts["Fingerprint (SHA-256)"], trace["fingerprint"])
        self.assertIn(seal, facts["Last seal of the books"])
        self.assertIn("Complete: no gaps", facts["Completeness"])
        self.assertEqual(facts["Time zone of all dates"], "Europe/Amsterdam")
        text = self._text(paper).replace(" ", "")
        for fact in (trace["fingerprint"], seal, "LotTAH-1(Tahini)", "Complete:nogaps", "Europe/Amsterdam"):
            self.assertIn(fact, text)
        pages = self._pages(paper)
        for number, page in enumerate(pages, start=1):
            self.assertIn(f"Page{number}/{len(pages)}", "".join(page.split()))

    def test_only_what_is_there_is_claimed(self):
        paper = self._make_paper("eu_178_2002")
        self.assertIn("Contains the data required by Regulation (EC) No 178/2002", self._text(paper))
        self.supplier.street = False
        with freeze_time("2026-03-05 08:00:00"):
            lot, _receipt = self._receive(self.tahini, "TAH-2", 10.0)
        paper = self._make_paper("eu_178_2002", lot)
        self.assertEqual(self._gaps(paper), {("178/2002 art. 18(2)", "Street", "Sesame Traders")})
        text = self._text(paper)
        self.assertIn("Street: missing", text)
        self.assertIn("Made to contain the data required by", text)
        self.assertIn("1 mandatory element is missing", text)
        for word in ("official", "compliant"):
            self.assertNotIn(word, text.lower())

    def test_address_is_the_one_recorded_and_what_was_missing_then_is_marked(self):
        self.customer.write({"street": "Elsewhere 9"})
        self.buyer.write({"street": "Moved 1", "contact_24h": "Night Desk, +32 1"})
        row = next(
            row
            for row in self._rows(self._book(self._make_paper("eu_178_2002"))["Customers"])
            if row["Lot"] == "HUM-1"
        )
        self.assertEqual(row["Street"], "Korenmarkt 7")
        self.assertEqual(row["24 h contact"], "Night Desk, +32 1")
        self.assertEqual(row["Not recorded then, known today"], "24 h contact")

    def test_names_like_formulas_stay_text(self):
        for code in ("eu_178_2002", "fsma_204", "nvwa", "bfr_foodchain_lab"):
            book = self._book(self._make_paper(code))
            cells = [
                cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == FORMULA
            ]
            self.assertTrue(cells, code)
            for cell in cells:
                self.assertEqual(cell.data_type, "s", (code, cell.coordinate))

    def test_each_sheet_can_be_sorted(self):
        for code in ("eu_178_2002", "eu_931_2011", "eu_recipients", "nvwa", "bfr_foodchain_lab", "fsma_204"):
            for sheet in self._book(self._make_paper(code)):
                self.assertEqual(sheet.freeze_panes, "A2", (code, sheet.title))
                self.assertFalse(sheet.merged_cells.ranges, (code, sheet.title))
                self.assertTrue(sheet.auto_filter.ref, (code, sheet.title))
                header, *rows = sheet.values
                self.assertTrue(all(header), (code, sheet.title))
                self.assertTrue(
                    all(any(value is not None for value in row) for row in rows), (code, sheet.title)
                )

    # ---- EU 931/2011 ------------------------------------------------------------------

    def test_items_a_to_h_with_owner_and_operator_apart(self):
        self.hummus.animal_origin = "yes"
        book = self._book(self._make_paper("eu_931_2011"))
        row = next(
            row for row in self._rows(book["Dispatched"]) if row["(g) Lot, batch or consignment"] == "HUM-1"
        )
        self.assertEqual(row["(a) Description of the food"], "Hummus, 200 g, tub")
        self.assertEqual((row["(b) Volume or quantity"], row["Unit"]), (12.5, "kg"))
        self.assertEqual(row["(c) Dispatching operator"], self.company.name)
        self.assertEqual(row["(c) address"], "Dijk 1, 1234 AB Zaandam, Netherlands")
        self.assertEqual(row["(e) Receiving operator"], "Centre kitchen")
        self.assertEqual(row["(e) address"], "Korenmarkt 7, 9000 Gent, Belgium")
        self.assertEqual(row["(f) Consignee (owner), if different"], "Corner Shop, Gent, Belgium")
        self.assertEqual(row["(h) Date of dispatch"], datetime(2026, 3, 3))
        # Tahini is not of animal origin.
        self.assertEqual(self._rows(book["Received"]), [])

    def test_product_of_which_nobody_has_decided_is_included_and_named(self):
        self.tahini.animal_origin = False
        paper = self._make_paper("eu_931_2011")
        self.assertEqual(len(self._rows(self._book(paper)["Received"])), 1)
        self.assertIn(("931/2011 art. 3(1)", "Tahini", ""), self._gaps(paper))

    def test_consignment_stock_has_its_owner(self):
        self.hummus.animal_origin = "yes"
        owner = self.env["res.partner"].create({"name": "Goods Owner", "street": "Hof 2", "city": "Ede"})
        picking = self._ship([(self.hummus_lot, 3.0)], self.buyer, validate=False)
        self.env["stock.quant"].sudo()._update_available_quantity(
            self.hummus, self.stock_location, 3.0, lot_id=self.hummus_lot, owner_id=owner
        )
        picking.move_ids.move_line_ids.owner_id = owner
        picking.move_ids.picked = True
        picking.button_validate()
        rows = self._rows(self._book(self._make_paper("eu_931_2011"))["Dispatched"])
        row = next(row for row in rows if row["Document"] == picking.name)
        self.assertEqual(row["(c) Dispatching operator"], self.company.name)
        self.assertEqual(row["(d) Consignor (owner), if different"], "Goods Owner, Hof 2, Ede")

    # ---- NVWA -------------------------------------------------------------------------

    def test_nvwa_pack_is_dutch_whoever_makes_it(self):
        self.assertNotIn("nl_NL", dict(self.env["res.lang"].get_installed()))
        paper = self._make_paper("nvwa", reason="Salmonella in 25 g", measures="Voorraad geblokkeerd")
        self.assertEqual(paper.lang, "nl_NL")
        text = self._text(paper)
        for words in (
            "NVWA-melding: gegevenspakket",
            "1. Partijen",
            "2. Reden van de melding",
            "Salmonella in 25 g",
            "3 t/m 5. Afnemers",
            "6. Maatregelen",
            "Voorraad geblokkeerd",
            "Volledig: geen hiaten",
            "Kim Duty, +31 6 11112222",
        ):
            self.assertIn(words, text)

    def test_nvwa_lists_have_their_columns(self):
        self.hummus_lot.expiration_date = "2026-04-01 10:00:00"
        self.hummus_lot.use_date = "2026-03-28 10:00:00"
        book = self._book(self._make_paper("nvwa", reason="x", measures="y"))
        rows = {row["Partijcode"]: row for row in self._rows(book["Afnemers"])}
        row = rows["HUM-1"]
        self.assertEqual(
            list(row),
            [
                "Naam", "Adres", "Postcode", "Plaats", "Land", "Telefoon", "E-mail", "Contact", "Product",
                "EAN/GTIN", "Partijcode", "THT/TGT", "Soort datum", "Leverdatum", "Tijd", "Hoeveelheid",
                "Eenheid", "Document", "Later aangevuld",
            ],
        )  # fmt: skip
        self.assertEqual((row["Naam"], row["Contact"]), ("Corner Shop", "Centre kitchen"))
        self.assertEqual((row["Adres"], row["Postcode"], row["Plaats"]), ("Korenmarkt 7", "9000", "Gent"))
        self.assertEqual((row["THT/TGT"], row["Soort datum"]), (datetime(2026, 3, 28), "THT"))
        # 22:30 UTC is 23:30 in Amsterdam
        self.assertEqual((row["Leverdatum"], row["Tijd"]), (datetime(2026, 3, 3), time(23, 30)))
        self.assertEqual((row["Hoeveelheid"], row["Eenheid"]), (12.5, "kg"))
        (row,) = self._rows(book["Leveranciers"])
        self.assertEqual((row["Naam"], row["Partijcode leverancier"]), ("Sesame Traders", "S-TAH-1"))

    def test_nvwa_names_the_reason_that_nobody_gave(self):
        missing = self._gaps(self._make_paper("nvwa"))
        self.assertIn(("NVWA-melding, gegeven 2", "Reden, uitslagen van onderzoek", ""), missing)
        self.assertIn(("NVWA-melding, gegeven 6", "Genomen en nog te nemen", ""), missing)
        self.assertIn(("NVWA-melding, gegeven 1", "EAN/GTIN", "Tahini"), missing)

    # ---- recipients, FoodChain-Lab ------------------------------------------------------

    def test_recipients_by_country_with_net_weight(self):
        self._return(self.delivery, 2.0)
        book = self._book(self._make_paper("eu_recipients"))
        rows = self._rows(book["Recipients list"])
        row = next(row for row in rows if row["Lot"] == "HUM-1" and row["Status"] == "Delivered")
        self.assertEqual(
            (row["Country"], row["Recipient"], row["Postcode"]), ("Belgium", "Corner Shop", "9000")
        )
        self.assertEqual((row["Quantity"], row["Net kg"]), (12.5, 12.5))
        self.assertEqual(row["CN code"], "missing")
        back = [row["Quantity"] for row in rows if row["Status"] == "Came back"]
        self.assertEqual(back, [2])
        (row,) = self._rows(book["Not yet delivered"])
        self.assertEqual((row["Recipient"], row["Quantity"]), ("Hospital Kitchen", 5))

    def test_foodchain_lab_has_deliveries_and_links(self):
        book = self._book(self._make_paper("bfr_foodchain_lab"))
        rows = self._rows(book["Lieferungen"])
        self.assertEqual(
            list(rows[0]),
            [
                "Lieferant Name", "Lieferant Adresse", "Lieferant Land", "Lieferant Betriebsart",
                "Produkt Bezeichnung", "EAN", "Chargennummer", "MHD", "Lieferdatum", "Menge", "Einheit",
                "Empfänger Name", "Empfänger Adresse", "Empfänger Land", "Empfänger Betriebsart", "Quelle",
                "Kommentar",
            ],
        )  # fmt: skip
        self.assertEqual(rows[0]["Lieferant Name"], "Sesame Traders")
        self.assertEqual(rows[0]["Empfänger Name"], self.company.name)
        self.assertEqual(rows[0]["Kommentar"], "Chargennummer des Lieferanten: S-TAH-1")
        links = {
            (row["Chargennummer (eingehend)"], row["Chargennummer (ausgehend)"], row["Menge (eingehend)"])
            for row in self._rows(book["Chargenverknüpfung"])
        }
        self.assertEqual(links, {("TAH-1", "HUM-1", 20), ("TAH-1", FORMULA, 10)})

    # ---- the record of papers, and who may make them -------------------------------------

    def test_paper_stays_as_it_was_made(self):
        paper = self._make_paper("eu_178_2002")
        for change in (
            lambda: paper.write({"name": "Other"}),
            paper.unlink,
            lambda: paper.sudo().write({"pdf": False}),
            lambda: self.env["lot.paper"].create({"name": "Mine"}),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(IntegrityConstraintViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.cr.execute("UPDATE lot_paper SET fingerprint = 'x' WHERE id = %s", [paper.id])
        self.assertEqual(paper.user_id, self.officer)
        self.assertEqual(len(paper.pdf_hash), 64)

    def test_warehouse_worker_gets_no_paper(self):
        worker = new_test_user(self.env, "paper_worker", groups="lot_genealogy.group_user")
        with self.assertRaises(AccessError):
            self._make_paper("eu_178_2002", user=worker)
        paper = self._make_paper("bfr_foodchain_lab")
        with self.assertRaises(AccessError):
            paper.with_user(worker).read(["xlsx"])
        quality = new_test_user(self.env, "paper_quality", groups="lot_genealogy.group_quality")
        self.assertTrue(self._make_paper("bfr_foodchain_lab", user=quality).xlsx)

    def test_browser_cannot_print_a_paper_of_its_own_making(self):
        report = self.env["ir.actions.report"].with_user(self.officer)
        data = {"sections": [], "frame": {"title": "All is well"}}
        with self.assertRaisesRegex(UserError, "Make papers from the trace screen"):
            report._render_qweb_html("lot_genealogy.report_lot_paper", [1], data=data)

    def test_paper_of_a_recall_is_not_made_of_a_question(self):
        with self.assertRaisesRegex(UserError, "open the recall first"):
            self._make_paper("recall_dossier")

    def test_wizard_takes_the_papers_own_language(self):
        with Form(self.env["lot.paper.make"].with_user(self.officer)) as form:
            form.type_id = self.env.ref("lot_genealogy.paper_nvwa")
            self.assertEqual(form.lang, "nl_NL")
            form.type_id = self.env.ref("lot_genealogy.paper_eu_178_2002")
            self.assertEqual(form.lang, "en_US")

    def test_every_kind_of_paper_has_its_class(self):
        codes = self.env["lot.paper.type"].search([]).mapped("code")
        self.assertEqual(sorted(codes), sorted(PAPERS))

    # ---- authority texts -----------------------------------------------------------------

    def test_paper_prints_the_text_in_use_on_the_day_of_its_trace(self):
        texts = self.env["lot.authority.text"].with_user(self.officer)
        texts.create(
            {
                "code": "eu_178_2002",
                "authority": "EU",
                "source": "as amended",
                "version": "2",
                "valid_from": "2026-06-01",
                "body": "The amended text.",
            }
        )
        with freeze_time("2026-05-31 12:00:00"):
            before = self._text(self._make_paper("eu_178_2002"))
        with freeze_time("2026-06-02 12:00:00"):
            after = self._text(self._make_paper("eu_178_2002"))
        self.assertIn("version 1, in use from", before)
        self.assertNotIn("The amended text.", before)
        self.assertIn("The amended text.", after)
        used = self.env.ref("lot_genealogy.text_eu_178_2002_en").with_user(self.officer)
        with self.assertRaises(UserError):
            used.unlink()
