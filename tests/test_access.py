from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import GenealogyCase


@tagged("post_install", "-at_install")
class TestAccess(GenealogyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 10.0)
        cls.user = new_test_user(cls.env, "genealogy_user", groups="lot_genealogy.group_user")

    def test_traces_are_for_quality_and_compliance_officer(self):
        for user in (self.quality, self.officer):
            trace = self._trace(self.lot, user=user)
            self.assertEqual(trace["start"][0]["name"], "TAH-1")
        for user in (self.user, self.worker):
            service = self.env["lot.trace"].with_user(user)
            with self.assertRaisesRegex(AccessError, "Quality and Compliance"):
                service.trace(self.lot.ids)
            with self.assertRaisesRegex(AccessError, "Quality and Compliance"):
                service.answer({"items": [{"type": "lot", "id": self.lot.id}]})
            with self.assertRaisesRegex(AccessError, "Quality and Compliance"):
                service.search_items("TAH")
            with self.assertRaises(AccessError):
                self.lot.with_user(user).action_lot_trace_forward()

    def test_traceability_user_sees_the_facts_of_a_lot(self):
        lot = self.lot.with_user(self.user)
        self.assertEqual(lot.went_to_count, 0)
        self.assertEqual(lot.lot_ledger_ids.mapped("quantity"), [10.0])
        self.assertEqual(lot.lot_ledger_ids.party_id.name, "Sesame Traders")

    def test_officer_reads_the_documents_of_an_answer(self):
        made, order = self._make(self.hummus, "HUM-1", 8.0, [(self.lot, 4.0)])
        delivery = self._ship([(made, 2.0)])
        for record in (self.lot, self.receipt, order, delivery):
            form = Form(record.with_user(self.officer))
            self.assertEqual(form.id, record.id)

    def test_companies_are_kept_apart_and_the_crossing_is_named(self):
        other = self.env["res.company"].create({"name": "Sister Company"})
        self.worker.company_ids |= other
        self._ship([(self.lot, 4.0)])
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        receipt = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .with_company(other)
            .create(
                {
                    "picking_type_id": warehouse.in_type_id.id,
                    "partner_id": self.supplier.id,
                    "location_id": self.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": warehouse.lot_stock_id.id,
                    "move_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.tahini.id,
                                "product_uom_qty": 4.0,
                                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                                "location_dest_id": warehouse.lot_stock_id.id,
                            },
                        )
                    ],
                }
            )
        )
        receipt.action_confirm()
        receipt.move_ids.move_line_ids.unlink()
        self._add_line(receipt.move_ids, 4.0, self.lot)
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

        trace = self._trace(self.lot, "forward")
        gap = next(gap for gap in trace["gaps"] if gap["kind"] == "other_company")
        self.assertIn("Sister Company", gap["message"])
        self.assertEqual(gap["lot"], "TAH-1")
        self.assertNotIn(receipt.name, str(trace))
        self.assertEqual(trace["balance"][0]["received"], 10.0)
        ledger = self.env["lot.ledger"].with_user(self.officer)
        self.assertEqual(ledger.search([("lot_id", "=", self.lot.id)]).company_id, self.company)
        self.officer.company_ids |= other
        both = self.env["lot.trace"].with_user(self.officer)
        both = both.with_context(allowed_company_ids=[self.company.id, other.id])
        trace = both.trace(self.lot.ids, "both")
        self.assertNotIn("other_company", [gap["kind"] for gap in trace["gaps"]])
        self.assertEqual(trace["balance"][0]["received"], 14.0)

    def test_partners_of_another_company_are_not_read(self):
        """Names and contacts that the ledger keeps: of the customers of one's own companies alone."""
        other = self.env["res.company"].create({"name": "Sister Company"})
        sister = new_test_user(
            self.env,
            "genealogy_sister",
            groups="lot_genealogy.group_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        parties = self.env["lot.party"]
        ours = parties.search([("name", "=", "Sesame Traders")])
        theirs = parties.with_user(sister)
        for context in ({}, {"allowed_company_ids": self.company.ids}):
            attacker = theirs.with_context(**context)
            for attack in (
                lambda attacker=attacker: attacker.browse(ours.id).read(["phone", "email"]),
                lambda attacker=attacker: attacker.browse(ours.id).web_read({"phone": {}}),
            ):
                with self.assertRaises(AccessError):
                    attack()
        self.assertFalse(theirs.search_read([("phone", "!=", False)], ["phone"]))
        self.assertFalse(theirs.name_search("Sesame"))
        self.assertEqual(theirs.search_count([("company_ids", "in", self.company.ids)]), 0)
        mine = parties.with_user(self.user)
        self.assertEqual(mine.search([("id", "in", ours.ids)]), ours)
        self.assertEqual(mine.browse(ours.id).phone, "+31 10 1234567")
        self.assertEqual(ours.company_ids, self.company)
        self.assertEqual(
            self._trace(self.lot)["backward"]["receipts"][0]["contact"]["phone"], "+31 10 1234567"
        )

    def test_an_owner_of_goods_is_read_by_who_keeps_them(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        _lot, receipt = self._receive(self.tahini, "TAH-2", 5.0)
        receipt.move_line_ids.owner_id = owner
        party = self.env["lot.party"].with_user(self.user).search([("name", "=", "Consignor")])
        self.assertEqual(party.read(["name"])[0]["name"], "Consignor")

    def test_lot_of_another_company_is_refused_by_name(self):
        other = self.env["res.company"].create({"name": "Sister Company"})
        lot = self._create_lot(self.tahini, "SISTER-1", company_id=other.id)
        with self.assertRaisesRegex(UserError, "SISTER-1.*Sister Company"):
            self._trace(lot)
