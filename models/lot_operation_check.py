"""What stands against a lot operation: all of it at once, with what to do."""

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .lot_operation_line import OWN_STOCK
from .quantity import say_quantity


class LotOperation(models.Model):
    _inherit = "lot.operation"

    def _check_problems(self):
        problems = list(dict.fromkeys(self._get_problems()))
        if problems:
            raise UserError("\n".join(problems))

    def _get_problems(self):
        """Sentences on all that is wrong. `_get_problems_<kind>` adds those of one kind."""
        problems = self._get_problems_lots()
        if problems:
            return problems
        lines = self.line_ids
        if not self._get_main_lines():
            return [self.env._("Nothing is taken: say how much of which lot, and from where.")]
        for line in lines:
            problems += self._get_problems_line(line) + self._get_problems_quantity(line)
        problems += self._get_problems_stock(lines)
        problems += self._get_problems_packages()
        return problems + getattr(self, f"_get_problems_{self.kind}")()

    def _get_problems_lots(self):
        if not self.lot_ids:
            return [self.env._("Choose the lots first.")]
        problems = []
        if len(self.lot_ids.product_id) > 1:
            problems.append(
                self.env._(
                    "These lots are of different products: %(products)s. Choose lots of one product.",
                    products=format_list(self.env, self.lot_ids.product_id.mapped("display_name")),
                )
            )
        for lot in self.lot_ids | self.target_lot_id:
            if lot.company_id and lot.company_id != self.company_id:
                problems.append(
                    self.env._(
                        "Lot %(lot)s belongs to %(company)s, not to %(own)s.",
                        lot=lot.name,
                        company=lot.company_id.name,
                        own=self.company_id.name,
                    )
                )
        if self.kind in ("split", "merge") and self.lot_ids.product_id[:1].tracking == "serial":
            problems.append(
                self.env._(
                    "%(product)s is tracked by serial number: each number is one piece, "
                    "which can be relabelled or repacked, but not split or merged.",
                    product=self.lot_ids.product_id[:1].display_name,
                )
            )
        if self.kind in ("split", "relabel") and len(self.lot_ids) > 1:
            problems.append(self.env._("Choose one lot: only one at a time can be split or relabelled."))
        return problems

    def _get_problems_line(self, line):
        """A row that takes what is not there to be taken."""
        problems = []
        if self.kind != "repack" and line.product_id != self.product_id:
            problems.append(
                self.env._(
                    "%(product)s is not %(own)s: only a repack takes other products, as packaging material.",
                    product=line.product_id.display_name,
                    own=self.product_id.display_name,
                )
            )
        elif line.product_id == self.product_id and line.lot_id not in self.lot_ids:
            problems.append(
                self.env._(
                    "Lot %(lot)s is taken, but is not one of the lots chosen above.",
                    lot=line.lot_id.name or self.env._("(none)"),
                )
            )
        elif line.product_id.tracking != "none" and not line.lot_id:
            problems.append(
                self.env._(
                    "%(product)s is tracked: say which lot is taken.", product=line.product_id.display_name
                )
            )
        location = line.location_id
        if location.usage not in OWN_STOCK or location.company_id != self.company_id:
            problems.append(
                self.env._(
                    "%(location)s is not a stock location of %(company)s.",
                    location=location.display_name,
                    company=self.company_id.name,
                )
            )
        return problems

    def _get_problems_quantity(self, line):
        values = {"product": line.product_id.display_name, "quantity": say_quantity(self.env, line.quantity)}
        if not line._is_convertible():
            return [
                self.env._(
                    "%(product)s is kept in %(unit)s and cannot be counted in %(wrong)s.",
                    unit=line.product_id.uom_id.name,
                    wrong=line.product_uom_id.name,
                    **values,
                )
            ]
        if line.product_uom_id.compare(line.quantity, 0.0) <= 0:
            return [
                self.env._(
                    "%(product)s: enter a quantity above zero, or remove the row.",
                    product=line.lot_name or line.product_id.display_name,
                )
            ]
        if line.product_id.uom_id.is_zero(line.product_quantity):
            return [
                self.env._(
                    "%(product)s: %(quantity)s %(unit)s is less than can be counted in %(own)s.",
                    unit=line.product_uom_id.name,
                    own=line.product_id.uom_id.name,
                    **values,
                )
            ]
        return []

    def _get_problems_stock(self, lines):
        """More is taken than is free: what lies there, and for whom it is reserved."""
        wanted = defaultdict(float)
        for line in lines:
            wanted[line._get_position()] += line.product_quantity
        short = lines.browse()
        for line in lines:
            position = line._get_position()
            if position in wanted:
                if line.product_id.uom_id.compare(wanted[position], line.free_quantity) > 0:
                    short |= line
                else:
                    del wanted[position]
        reserving = short._get_reserving() if short else {}
        problems = []
        for line in short:
            values = {
                "lot": line.lot_id.name or line.product_id.display_name,
                "place": line.package_id.display_name or line.location_id.display_name,
                "wanted": say_quantity(self.env, wanted[line._get_position()]),
                "free": say_quantity(self.env, line.free_quantity),
                "unit": line.product_id.uom_id.name,
            }
            names = reserving.get(line._get_position())
            if names:
                problems.append(
                    self.env._(
                        "%(lot)s in %(place)s: %(wanted)s %(unit)s are asked for, "
                        "%(free)s %(unit)s are free. The rest is reserved by %(documents)s: "
                        "unreserve it there first, or take less.",
                        documents=format_list(self.env, sorted(names)),
                        **values,
                    )
                )
            else:
                problems.append(
                    self.env._(
                        "%(lot)s in %(place)s: %(wanted)s %(unit)s are asked for, "
                        "%(free)s %(unit)s are there.",
                        **values,
                    )
                )
        return problems

    def _get_problems_packages(self):
        """A package is in one place."""
        rows = [(line.result_package_id, line.location_id) for line in self.line_ids]
        if self.product_dest_id:
            rows = [(output.result_package_id, output.location_id) for output in self.output_ids]
        places = defaultdict(self.env["stock.location"].browse)
        for package, location in rows:
            places[package] |= location
        return [
            self.env._(
                "Package %(package)s cannot be in %(locations)s at once.",
                package=package.display_name,
                locations=format_list(self.env, (package.location_id | locations).mapped("display_name")),
            )
            for package, locations in places.items()
            if package and len(package.location_id | locations) > 1
        ]

    def _get_problems_owners(self):
        lines = self._get_main_lines()
        if len({line.owner_id for line in lines}) < 2:
            return []
        owners = {line.owner_id.display_name or line.company_id.name for line in lines}
        return [
            self.env._(
                "The goods have different owners: %(owners)s. Do each owner's goods by themselves.",
                owners=format_list(self.env, sorted(owners)),
            )
        ]

    def _get_problems_new_names(self, names):
        """Numbers that have to be new."""
        problems = []
        if not all(names):
            problems.append(self.env._("Enter the number of each new lot."))
        taken = sorted(self._get_lots_by_name(names))
        if taken:
            problems.append(
                self.env._(
                    "%(product)s has these lots already: %(lots)s. Choose other numbers, or merge the lots.",
                    product=self.product_id.display_name,
                    lots=format_list(self.env, taken),
                )
            )
        return problems

    def _get_problems_split(self):
        return self._get_problems_new_names(set(self.line_ids.mapped("lot_name")))

    def _get_problems_relabel(self):
        return self._get_problems_new_names({self.lot_name})

    def _get_problems_merge(self):
        problems = self._get_problems_owners()
        if len(self.line_ids.lot_id | self.target_lot_id) < 2:
            problems.append(self.env._("A merge takes two lots at least, or puts one into another."))
        if self.target_lot_id.product_id - self.product_id:
            problems.append(
                self.env._(
                    "Lot %(lot)s is of another product: %(product)s.",
                    lot=self.target_lot_id.name,
                    product=self.target_lot_id.product_id.display_name,
                )
            )
        if not self.target_lot_id and (self.lot_name or not self.product_id.lot_sequence_id):
            problems += self._get_problems_new_names({self.lot_name})
        return problems

    def _get_problems_repack(self):
        if self.product_dest_id:
            return self._get_problems_repack_as()
        problems = []
        if len(self._get_main_lines().lot_id) > 1:
            problems.append(
                self.env._(
                    "Repack one lot at a time: a trace could not tell the packed lots apart. "
                    "Lots that are mixed are merged first."
                )
            )
        problems += [
            self.env._(
                "Choose the new package of %(lot)s from %(place)s, or the product that it is repacked as.",
                lot=line.lot_id.name,
                place=line.package_id.display_name or line.location_id.display_name,
            )
            for line in self._get_main_lines()
            if line.result_package_id in (line.package_id, line.result_package_id.browse())
        ]
        return problems

    def _get_problems_repack_as(self):
        problems = self._get_problems_owners()
        product, outputs = self.product_dest_id, self.output_ids
        if product.tracking == "none" or not product.is_storable:
            problems.append(
                self.env._(
                    "%(product)s is not tracked by lot: the trace would end here.",
                    product=product.display_name,
                )
            )
        for output in outputs:
            problems += self._get_problems_quantity(output)
        if not outputs:
            problems.append(
                self.env._("Say how much of %(product)s is packed.", product=product.display_name)
            )
        if not all(outputs.mapped("lot_name")) and not product.lot_sequence_id:
            problems.append(self.env._("Enter the lot of each packed quantity."))
        if product.tracking == "serial" and any(
            product.uom_id.compare(output.product_quantity, 1.0) for output in outputs
        ):
            problems.append(
                self.env._(
                    "%(product)s is tracked by serial number: pack one piece a row.",
                    product=product.display_name,
                )
            )
        unit = self.product_id.uom_id
        if product.uom_id._has_common_reference(unit):
            taken = sum(self._get_main_lines().mapped("product_quantity"))
            packed = product.uom_id._compute_quantity(sum(outputs.mapped("product_quantity")), unit)
            if unit.compare(packed, taken) > 0:
                problems.append(
                    self.env._(
                        "%(packed)s %(unit)s are packed, but only %(taken)s %(unit)s are taken.",
                        packed=packed,
                        taken=taken,
                        unit=unit.name,
                    )
                )
        return problems
