"""A plant for papers: tahini received, hummus made of it, delivered to a place of a business."""

import base64
import io
import json
import unicodedata

import openpyxl
import pypdf

from odoo import Command
from odoo.tests import freeze_time

from .common import GenealogyCase

FORMULA = "=cmd|'/C calc'!A0"


class PapersCase(GenealogyCase):
    """TAH-1 (100 kg) went into HUM-1 (80 kg) and one lot that is named like a formula."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer.tz = "Europe/Amsterdam"
        cls.company.partner_id.write(
            {
                "street": "Dijk 1",
                "zip": "1234 AB",
                "city": "Zaandam",
                "country_id": cls.env.ref("base.nl").id,
                "phone": "+31 75 1112223",
                "email": "quality@plant.example",
                "contact_24h": "Kim Duty, +31 6 11112222",
                "fda_registration_number": "12345678901",
                "food_business_type": "manufacturer",
                "global_location_number": "8712345000011",
            }
        )
        cls.warehouse.partner_id = cls.company.partner_id
        labels = {"ftl_status": "yes", "ftl_category": "deli_salads", "label_pack_style": "tub"}
        cls.hummus.write({**labels, "barcode": "9521234500100", "label_pack_size": "200 g"})
        cls.tahini.write({**labels, "label_pack_size": "20 kg", "animal_origin": "no"})
        cls.buyer = cls.env["res.partner"].create(
            {
                "name": "Centre kitchen",
                "parent_id": cls.customer.id,
                "type": "delivery",
                "street": "Korenmarkt 7",
                "zip": "9000",
                "city": "Gent",
                "country_id": cls.env.ref("base.be").id,
                "phone": "+32 9 7654321",
                "email": "ada@corner.example",
                "eu_approval_number": "BE 1234",
            }
        )
        with freeze_time("2026-03-01 08:00:00"):
            cls.tahini_lot, cls.receipt = cls._receive(cls.tahini, "TAH-1", 100.0)
        with freeze_time("2026-03-02 09:30:00"):
            cls.formula_lot, _order = cls._make(cls.hummus, FORMULA, 40.0, [(cls.tahini_lot, 10.0)])
            cls.hummus_lot, cls.order = cls._make(cls.hummus, "HUM-1", 80.0, [(cls.tahini_lot, 20.0)])
        with freeze_time("2026-03-03 22:30:00"):
            cls.delivery = cls._ship([(cls.hummus_lot, 12.5), (cls.formula_lot, 4.0)], cls.buyer)
        cls.open_delivery = cls._ship([(cls.hummus_lot, 5.0)], cls.other_customer, validate=False)

    def _pass_on(self, quantity=3.0):
        """Some of the hummus goes from the place where it was delivered to another customer's."""
        there = self.delivery.location_dest_id
        ward = self.env["stock.location"].create(
            {"name": "Ward", "usage": "customer", "location_id": there.location_id.id}
        )
        places = {"location_id": there.id, "location_dest_id": ward.id}
        line = {"product_id": self.hummus.id, "lot_id": self.hummus_lot.id, "quantity": quantity, **places}
        move = {"product_id": self.hummus.id, "product_uom_qty": quantity, "picked": True, **places}
        moved = (
            self.env["stock.picking"]
            .with_user(self.worker)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "partner_id": self.other_customer.id,
                    "move_ids": [Command.create({**move, "move_line_ids": [Command.create(line)]})],
                    **places,
                }
            )
        )
        moved.button_validate()
        self._assert_done(moved)
        return moved

    def _make_paper(self, code, lots=None, user=None, **vals):
        """Make a paper as somebody does it: from the question on the trace screen."""
        items = [{"type": "lot", "id": lot.id} for lot in lots or self.tahini_lot]
        question = {"items": items, "direction": "both", "options": {}}
        env = self.env(user=user or self.officer)
        wizard = env["lot.paper.make"].create(
            {
                "question": json.dumps(question),
                "type_id": self.env.ref(f"lot_genealogy.paper_{code}").id,
                **vals,
            }
        )
        return env["lot.paper"].browse(wizard.action_make()["res_id"])

    def _book(self, paper):
        content = base64.b64decode(paper.with_context(bin_size=False).xlsx)
        return openpyxl.load_workbook(io.BytesIO(content))

    def _rows(self, sheet):
        header, *rows = sheet.values
        self.assertEqual(len(set(header)), len(header), f"{sheet.title}: each heading once")
        return [dict(zip(header, row, strict=True)) for row in rows]

    def _pages(self, paper):
        content = base64.b64decode(paper.with_context(bin_size=False).pdf)
        self.assertEqual(content[:5], b"%PDF-")
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]

    def _text(self, paper):
        """The text of all pages, in one line: cells break where they like."""
        # The font draws "fi" as one sign.
        return unicodedata.normalize("NFKC", " ".join(" ".join(self._pages(paper)).split()))

    def _gaps(self, paper):
        """``{(paragraph, element, of)}`` of the last sheet."""
        sheet = self._book(paper).worksheets[-1]
        return {tuple(value or "" for value in row[:3]) for row in list(sheet.values)[1:]}
