"""What a customer is told of lots: on the delivery slip and in the portal."""

from lxml import html

from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .policy_common import PolicyCase


class PaperCase(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tahini.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 400})
        cls.lot, _picking = cls._receive(cls.tahini, "TAH-1", 50.0, supplier_lot="SECRET-S-1")
        cls.lot.write(
            {
                "expiration_date": "2027-06-30 12:00:00",
                "use_date": "2027-05-31 12:00:00",
                "origin_country_id": cls.env.ref("base.tr").id,
                "traceability_lot_code": "TLC-9",
                "tlc_source_reference": "FFRN 12345",
            }
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDeliverySlip(PaperCase):
    def _print(self, picking):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "stock.action_report_delivery", picking.ids
        )
        return " ".join(html.fromstring(content).text_content().split())

    def test_without_policy_the_setting_of_inventory_decides(self):
        delivery = self._ship([(self.lot, 5.0)])
        self.assertNotIn("TAH-1", self._print(delivery))
        self.env.ref("base.group_user").implied_ids += self.env.ref("stock.group_lot_on_delivery_slip")
        text = self._print(delivery)
        self.assertIn("TAH-1", text)
        self.assertNotIn("TLC-9", text)

    def test_a_policy_asks_for_lots_with_their_dates_and_not_for_the_supplier(self):
        self._create_policy("Food", {}, product_ids=self.tahini, lots_on_slip=True)
        other, _picking = self._receive(self.chickpeas, "CHI-1", 5.0)
        delivery = self._ship([(self.lot, 5.0), (other, 2.0)])
        text = self._print(delivery)
        for part in (
            "TAH-1",
            "Best before Date: 05/31/2027",
            "Expiration Date: 06/30/2027",
            "Origin: Türkiye",
            "Traceability lot code: TLC-9",
            "Source of the code: FFRN 12345",
        ):
            self.assertIn(part, text)
        self.assertNotIn("SECRET", text)
        self.assertNotIn("Sesame Traders", text)

    def test_what_is_not_done_shows_no_lots(self):
        self._create_policy("Food", {}, product_ids=self.tahini, lots_on_slip=True)
        self.assertNotIn("TAH-1", self._print(self._ship([(self.lot, 5.0)], validate=False)))


@tagged("post_install", "-at_install")
class TestPortal(PaperCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.customer.id})
        for login, partner in (("portal_shop", cls.buyer), ("portal_other", cls.other_customer)):
            user = new_test_user(cls.env, login, groups="base.group_portal", password=login)
            user.partner_id = partner
        cls.supplier_user = new_test_user(
            cls.env, "portal_supplier", groups="base.group_portal", password="portal_supplier"
        )
        cls.supplier_user.partner_id = cls.supplier
        cls.delivery = cls._ship([(cls.lot, 5.0)])
        cls.other_delivery = cls._ship([(cls.lot, 3.0)], partner=cls.other_customer)
        cls.open_delivery = cls._ship([(cls.lot, 1.0)], validate=False)

    def _rows(self, login, url="/my/lots"):
        self.authenticate(login, login)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        rows = html.fromstring(answer.text).xpath("//tr[contains(@class, 'o_portal_lot')]")
        return [" ".join(row.text_content().split()) for row in rows]

    def test_a_customer_sees_the_lots_that_were_delivered_and_nothing_of_others(self):
        (row,) = self._rows("portal_shop")
        for part in (self.delivery.name, "Tahini", "TAH-1", "5.00 kg", "06/30/2027", "TLC-9"):
            self.assertIn(part, row)
        self.assertNotIn("SECRET", row)
        (row,) = self._rows("portal_other")
        self.assertIn(self.other_delivery.name, row)
        self.assertIn("3.00 kg", row)
        self.assertFalse(self._rows("portal_supplier"))

    def test_search_and_sorting_stay_within_ones_own(self):
        self.assertEqual(len(self._rows("portal_shop", "/my/lots?search=TAH&sortby=lot")), 1)
        for term in ("Hospital", self.other_delivery.name, "NOTHING", "%25", "' OR 1=1 --"):
            self.assertLessEqual(len(self._rows("portal_shop", f"/my/lots?search={term}&sortby=x")), 1)
        self.assertFalse(self._rows("portal_shop", f"/my/lots?search={self.other_delivery.name}"))

    def test_other_companies_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Second plant"})
        self.delivery.move_line_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE stock_move_line SET company_id = %s WHERE id = ANY(%s)",
            [company.id, self.delivery.move_line_ids.ids],
        )
        self.env.invalidate_all()
        self.assertFalse(self._rows("portal_shop"))

    def test_a_dropship_is_shown_to_the_customer_and_not_to_the_supplier(self):
        lot, picking = self._dropship(4.0)
        self.assertTrue(any(lot.name in row for row in self._rows("portal_shop")))
        self.assertFalse(self._rows("portal_supplier"))

    def test_nobody_without_a_login(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/lots").url)

    def test_the_order_of_the_customer_lists_the_lots_of_done_deliveries(self):
        order = self.delivery.sale_id
        order.sudo()._portal_ensure_token()
        self.authenticate("portal_shop", "portal_shop")
        text = self.url_open(order.get_portal_url()).text
        self.assertIn("TAH-1", text)
        self.assertNotIn("SECRET", text)
        other = self.open_delivery.sale_id
        self.assertNotIn("TAH-1", self.url_open(other.get_portal_url()).text)
