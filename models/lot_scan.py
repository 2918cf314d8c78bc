"""Reads a scanned or typed label for a receipt, an order or the form of a lot.

GS1 codes (element strings as scanners send them, bracketed text, Digital Links), barcodes of
products and packagings, and suppliers' plain labels: a product's code, or a lot's number
alone. What cannot be taken as it stands is refused with what is wrong, and where.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine import gs1
from ..engine.gs1_code import KINDS
from ..engine.label import Label, find_swallowed, is_gs1, read_label
from ..engine.shelf_life import get_end_of_day, get_local_day
from .quantity import say_quantity

# Shown in the scan box where a scanner sent the separator, which is invisible.
SHOWN_FNC1 = "␝"
# Unit of GS1 -> of Odoo.
UNITS = {
    "kg": "uom.product_uom_kgm",
    "lb": "uom.product_uom_lb",
    "l": "uom.product_uom_litre",
    "m³": "uom.product_uom_cubic_meter",
    "qt": "uom.product_uom_qt",
    "gal": "uom.product_uom_gal",
    "fl oz": "uom.product_uom_floz",
}


class Scan(NamedTuple):
    """A label that was read."""

    product: models.BaseModel
    """product.product; empty: the label names none, and none is meant."""
    uom: models.BaseModel
    """Of the packaging that the barcode stands for; empty: the product's own."""
    label: Label
    remarks: list
    """Sentences for who scanned it."""


class LotScan(models.AbstractModel):
    _name = "lot.scan"
    _description = "Reading of scanned labels"

    @api.model
    def _check_open(self, document):
        """A transfer or order takes scans from when it is confirmed until it is done."""
        if document.state in ("draft", "done", "cancel"):
            states = dict(document._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(document)s cannot take scans: it is %(state)s.",
                    document=document.name,
                    state=states[document.state],
                )
            )

    # ---- reading -------------------------------------------------------------------------

    @api.model
    def _read(self, text, products, current=None, partner=None, company=None):
        """:class:`Scan` of a scanned or typed text.

        :param products: those of the document
        :param current: the product that was scanned last: what names none is of it
        :param partner: whose own product codes count as well
        :raise UserError: what is wrong with the text, and where
        """
        company = company or self.env.company
        current = current or self.env["product.product"]
        text = self._clean(text)
        product, uom = self._find_product([text], company)
        if product:
            return Scan(product, uom, Label(), [])
        code = self._parse(text, company)
        # A number whose check digit is wrong: of a product, unless a lot is waited for.
        mistyped = code.form == "gtin" and code.errors and current
        if not is_gs1(code) or mistyped:
            return self._read_plain(text, products, current, partner)
        if code.errors:
            raise UserError(self._describe_errors(code))
        label = read_label(code.facts)
        remarks = [self._describe_issue(issue) for issue in code.warnings if issue.kind != "missing"]
        swallowed = find_swallowed(code)
        if swallowed:
            remarks.append(
                self.env._(
                    "If the separator (FNC1) is missing, “%s” at the end of the lot number is a date: "
                    "look at the goods.",
                    swallowed,
                )
            )
        if not label.gtin:
            if not current and label.sscc:
                raise UserError(
                    self.env._(
                        "This is the number of a pallet (SSCC %s). Scan the label of the goods on it.",
                        label.sscc,
                    )
                )
            product = current or self._find_meant(products, label.number or label.serial)
            if products and not product:
                raise UserError(
                    self.env._("The label does not say of which product: scan or type its product first.")
                )
            return Scan(product, self.env["uom.uom"], label, remarks)
        product, uom = self._find_product(gs1.get_gtin_forms(label.gtin), company)
        if not product:
            raise UserError(
                self.env._(
                    "No product has the barcode %(gtin)s. Enter it in the product, or at one of its "
                    "packagings, and scan again.",
                    gtin=label.gtin,
                )
            )
        return Scan(product, uom, label, remarks)

    @api.model
    def _clean(self, text):
        """The text with separators as scanners send them, if it is one that can be looked up."""
        text = str(text or "").replace(SHOWN_FNC1, gs1.FNC1).strip(" \t\r\n")
        if not text:
            raise UserError(self.env._("Scan or type a code."))
        place = next(
            (at for at, char in enumerate(text) if char == "\0" or "\ud800" <= char <= "\udfff"), None
        )
        self._check_place(place)
        if len(text) > gs1.LONGEST:
            raise UserError(self._describe_errors(gs1.parse(text)))
        return text

    @api.model
    def _check_place(self, place):
        """Refuse a text that has, at a place that is not None, what nobody can read."""
        if place is not None:
            raise UserError(
                self.env._(
                    "Character %s of the code is none that can be read: scan it again, or type it.", place + 1
                )
            )

    @api.model
    def _find_meant(self, products, number, current=None):
        """The product of a label that names none; empty: it cannot be told.

        The one that has a lot of this number, the `current` one, or the only tracked one.
        """
        known = self._find_lots(products, number).product_id if number else products.browse()
        tracked = products.filtered(lambda product: product.tracking != "none")
        found = current or tracked
        return known if len(known) == 1 else found if len(found) == 1 else found.browse()

    @api.model
    def _read_plain(self, text, products, current, partner):
        """A supplier's label: the code of a product, or the number of a lot and nothing else."""
        product = self._find_product_by_code(text, products, partner)
        if product:
            return Scan(product, self.env["uom.uom"], Label(), [])
        self._check_place(next((at for at, char in enumerate(text) if not char.isprintable()), None))
        product = self._find_meant(products, text, current)
        if not product:
            raise UserError(
                self.env._(
                    "“%(text)s” is no code of a product, and no lot of these products is known by this "
                    "number. If it is the number of a lot, scan or type its product first.",
                    text=text,
                )
            )
        serial = product.tracking == "serial"
        label = Label(serial=text) if serial else Label(number=text)
        return Scan(product, self.env["uom.uom"], label, [])

    @api.model
    def _parse(self, text, company):
        nomenclature = self.env.ref(
            "barcodes_gs1_nomenclature.default_gs1_nomenclature", raise_if_not_found=False
        )
        separator = nomenclature and nomenclature.sudo().gs1_separator_fnc1
        today = get_local_day(fields.Datetime.now(), self.env["lot.gate"]._get_zone(company))
        return gs1.parse(text, today=today, separator=separator or gs1.FNC1)

    @api.model
    def _find_product(self, barcodes, company):
        """``(product, unit of the packaging)`` that has one of these barcodes; empty: none."""
        domain = Domain("barcode", "in", barcodes) & Domain("company_id", "in", [False, company.id])
        # Odoo's own search would take the barcodes apart again.
        products = self.env["product.product"].with_context(skip_preprocess_gs1=True)
        product = products.search(domain, limit=1).with_context(skip_preprocess_gs1=False)
        if product:
            return product, self.env["uom.uom"]
        packaging = self.env["product.uom"].search(domain, limit=1)
        return packaging.product_id, packaging.uom_id

    @api.model
    def _find_product_by_code(self, text, products, partner):
        """The one of `products` that we, or `partner`, know by this code; empty: none."""
        found = products.filtered(lambda product: product.default_code == text)
        if not found and partner:
            supplied = (
                self.env["product.supplierinfo"]
                .sudo()
                .search(
                    [
                        ("partner_id", "in", (partner | partner.commercial_partner_id).ids),
                        ("product_code", "=", text),
                        ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                    ]
                )
            )
            found = supplied.product_id & products or products.filtered(
                lambda product: product.product_tmpl_id in supplied.product_tmpl_id
            )
        return found[:1]

    @api.model
    def _find_lots(self, products, number):
        """Lots of `products` that are known by this number: ours, or the supplier's."""
        domain = Domain("name", "=", number) | Domain("supplier_lot", "=", number)
        return (
            self.env["stock.lot"]
            .with_context(active_test=False)
            .search(
                domain
                & Domain("product_id", "in", products.ids)
                & Domain("company_id", "in", [False, *self.env.companies.ids])
            )
        )

    @api.model
    def _find_used_lot(self, product, number, lines, company):
        """The lot on the label, by our number or the supplier's: of several, what is reserved or there.

        :param lines: of the document (stock.move.line)
        """
        lots = self._find_lots(product, number).filtered(
            lambda lot: lot.company_id in (company, company.browse())
        )
        for narrower in (lots & lines.lot_id, lots.filtered(lambda lot: lot.product_qty > 0)):
            if len(lots) > 1 and narrower:
                lots = narrower
        if not lots:
            raise UserError(
                self.env._(
                    "No lot %(lot)s of %(product)s is known: receive it first.",
                    lot=number,
                    product=product.display_name,
                )
            )
        if len(lots) > 1:
            raise UserError(
                self.env._(
                    "%(number)s stands for several lots: %(lots)s. Scan or type our own number.",
                    number=number,
                    lots=", ".join(lots.mapped("name")),
                )
            )
        return lots

    # ---- what it says of a lot -----------------------------------------------------------

    @api.model
    def _prepare_facts(self, scan, company):
        """``(vals, remarks)``: facts of the label as fields of a lot or of the line that brings it in."""
        zone = self.env["lot.gate"]._get_zone(company)
        vals, remarks = {}, []
        lot_fields = self.env["stock.lot"]._fields
        for name, day in scan.label.days.items():
            if name == "expiration_date" and not scan.product.use_expiration_date:
                remarks.append(
                    self.env._(
                        "The expiration date %(day)s was not kept: turn on expiration dates for the product.",
                        day=day,
                    )
                )
            else:
                vals[name] = get_end_of_day(day, zone) if lot_fields[name].type == "datetime" else day
        if scan.label.country:
            country = self.env["res.country"].search([("code", "=", scan.label.country)], limit=1)
            vals.update({"origin_country_id": country.id} if country else {})
        if scan.label.area:
            vals["growing_area"] = scan.label.area
        return vals, remarks

    @api.model
    def _get_quantity(self, scan, uom):
        """The quantity that the label says, in `uom`; None: it says none."""
        label, product = scan.label, scan.product
        for unit, value in label.amounts.items():
            found = self.env.ref(UNITS.get(unit, ""), raise_if_not_found=False) if unit in UNITS else None
            if found and found._has_common_reference(uom):
                return found._compute_quantity(float(value), uom, rounding_method="HALF-UP")
        counted = scan.uom or product.uom_id
        if label.count is None and not scan.uom:
            return None
        # A weight is not counted: 10 in a code of goods sold by kg are boxes of them.
        if not scan.uom and not counted._has_common_reference(self.env.ref("uom.product_uom_unit")):
            return None
        return counted._compute_quantity(
            1.0 if label.count is None else label.count, uom, rounding_method="HALF-UP"
        )

    @api.model
    def _check_contradictions(self, record, vals, company):
        """Refuse what the label says otherwise than what `record` (lot or line) is known with."""
        zone = self.env["lot.gate"]._get_zone(company)
        rows = []
        for name, value in vals.items():
            field = record._fields[name]
            known = record[name]
            if field.type == "datetime" and known:
                known, value = get_local_day(known, zone), get_local_day(value, zone)
            elif field.type == "many2one":
                value = self.env[field.comodel_name].browse(value)
            if known and known != value:
                rows.append(
                    self.env._(
                        "%(fact)s: known is %(known)s, the label says %(said)s",
                        fact=field._description_string(self.env),
                        known=known.display_name if field.type == "many2one" else known,
                        said=value.display_name if field.type == "many2one" else value,
                    )
                )
        if rows:
            raise UserError(
                "\n".join(
                    [
                        self.env._(
                            "The label contradicts what is known of lot %(lot)s:",
                            lot=self._get_number(record),
                        ),
                        *rows,
                        self.env._(
                            "Nothing was entered. Look at the goods: correct the lot, or keep them apart as "
                            "another lot."
                        ),
                    ]
                )
            )

    @api.model
    def _get_number(self, record):
        return record.name if record._name == "stock.lot" else record.lot_id.name or record.lot_name

    # ---- in words ------------------------------------------------------------------------

    @api.model
    def _describe_errors(self, code):
        rows = [self.env._("This code cannot be taken:")]
        for issue in code.errors:
            rows.append(
                self.env._(
                    "Character %(place)s: %(problem)s",
                    place=issue.position + 1,
                    problem=self._describe_issue(issue),
                )
            )
        return "\n".join(rows)

    @api.model
    def _describe_issue(self, issue):
        sentence = self.env._(KINDS[issue.kind][1])
        return sentence.format(**issue.sentence_values)

    @api.model
    def _say_taken(self, line):
        """How much a line takes or brings, with its unit."""
        unit = line.product_uom_id
        return f"{say_quantity(self.env, unit.round(line.quantity))} {unit.name}"

    @api.model
    def _describe_facts(self, vals, company):
        """The facts in one text: what was taken from the label."""
        zone = self.env["lot.gate"]._get_zone(company)
        lot_fields, parts = self.env["stock.lot"]._fields, []
        for name, value in vals.items():
            field = lot_fields[name]
            if field.type == "datetime":
                value = get_local_day(value, zone)
            elif field.type == "many2one":
                value = self.env[field.comodel_name].browse(value).display_name
            parts.append(f"{field._description_string(self.env)}: {value}")
        return ", ".join(parts)
