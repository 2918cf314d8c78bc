"""The lots that come out of a lot operation, and what they keep of those that went in."""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, models

DATES = ("expiration_date", "use_date", "removal_date", "alert_date")


class LotOperation(models.Model):
    _inherit = "lot.operation"

    def _find_lots(self, outputs, taken):
        """Set the ``lot`` of every output: existing ones by number, the others are created.

        :param taken: the done moves of what went in, for its value
        """
        sources = self._get_main_lines().lot_id
        existing = self._get_lots_by_name({output["lot_name"] for output in outputs if not output["lot"]})
        missing = list(
            dict.fromkeys(
                output["lot_name"]
                for output in outputs
                if not output["lot"] and output["lot_name"] not in existing
            )
        )
        vals = {
            **self._prepare_lot_vals(outputs[0]["product"], sources),
            **self._prepare_cost_vals(outputs, taken),
        }
        # Without a name the product's sequence gives one.
        created = self.env["stock.lot"].create(
            [{**vals, "name": name} if name else dict(vals) for name in missing]
        )
        by_name = {**existing, **dict(zip(missing, created, strict=True))}
        for output in outputs:
            output["lot"] = output["lot"] or by_name[output["lot_name"]]
        targets = self.env["stock.lot"].union(*(output["lot"] for output in outputs))
        self._update_existing_lots(sources, targets - created)
        self._carry_over(sources, targets)
        self._log_origin(sources, created)

    def _update_existing_lots(self, sources, lots):
        """Lots that the goods are added to: one write for all that change alike."""
        changes = defaultdict(self.env["stock.lot"].browse)
        for lot in lots:
            vals = self._get_merged_dates(lot.product_id, lot | sources)
            if lot.product_id == sources.product_id:
                vals["supplier_lot"] = self._join_supplier_lots(lot | sources)
            changed = tuple((name, value) for name, value in vals.items() if lot[name] != value)
            changes[changed] |= lot
        for changed, changing in changes.items():
            changing.write(dict(changed))

    def _get_lots_by_name(self, names):
        """``{number: lot}`` of the lots that the product that comes out has already."""
        lots = (
            self.env["stock.lot"]
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "=", (self.product_dest_id or self.product_id).id),
                    ("name", "in", [name for name in names if name]),
                    ("company_id", "in", (self.company_id.id, False)),
                ]
            )
        )
        return {lot.name: lot for lot in lots}

    def _prepare_lot_vals(self, product, sources):
        """Values of a new lot of `product` that is made of the lots `sources`.

        The same product: all that the sources agree on; all suppliers' numbers and notes.
        Another product has its own properties and references, and the same company.
        """
        data = sources.copy_data()
        if product != sources.product_id:
            data = [{"company_id": vals.get("company_id")} for vals in data]
        vals = {
            key: value for key, value in data[0].items() if all(other.get(key) == value for other in data[1:])
        }
        if product == sources.product_id:
            vals["supplier_lot"] = self._join_supplier_lots(sources)
            vals["note"] = Markup().join(dict.fromkeys(lot.note for lot in sources if lot.note))
        if not vals.get("company_id"):
            vals.pop("company_id", None)
        # It expires anew under its new number, and somebody is reminded of it.
        for key in ("name", "product_expiry_reminded"):
            vals.pop(key, None)
        return {**vals, "product_id": product.id, **self._get_merged_dates(product, sources)}

    @api.model
    def _join_supplier_lots(self, lots):
        return ", ".join(dict.fromkeys(lot.supplier_lot for lot in lots if lot.supplier_lot)) or False

    def _prepare_cost_vals(self, outputs, taken):
        """The cost of new lots with a standard price of their own: that of what went in."""
        product = outputs[0]["product"]
        quantity = sum(output["quantity"] for output in outputs)
        if not product.lot_valuated or product.cost_method != "standard" or not quantity:
            return {}
        return {"standard_price": sum(taken.mapped("value")) / quantity}

    @api.model
    def _get_merged_dates(self, product, lots):
        """The dates of a lot of `product` into which `lots` go: the earliest of each.

        Extend this where a policy wants other dates. Another product counts its best
        before, removal and alert dates from the expiration by its own settings.
        """
        if not product.use_expiration_date:
            return {}
        same = product == lots.product_id
        dates = {}
        for name in DATES if same else DATES[:1]:
            known = [lot[name] for lot in lots if lot[name]]
            if known:
                dates[name] = min(known)
            elif same:
                dates[name] = False
        return dates

    def _carry_over(self, sources, targets):
        """Let the lots `targets` have what hangs on the lots `sources`: their documents.

        The one place for whatever else follows goods into their next lot. Documents are
        copied: they stay with the source as well, and file contents are stored once.
        """
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "in", (sources | targets).ids)]
        )
        known = {(attachment.res_id, attachment.checksum, attachment.url) for attachment in attachments}
        vals_list = []
        for attachment in attachments.filtered(lambda attachment: attachment.res_id in sources.ids):
            for lot in targets:
                key = (lot.id, attachment.checksum, attachment.url)
                if key not in known:
                    known.add(key)
                    vals_list += attachment.copy_data({"res_id": lot.id})
        self.env["ir.attachment"].create(vals_list)

    def _log_origin(self, sources, created):
        """Say in the chatter of new lots what they are of."""
        body = Markup("%s") % self.env._(
            "%(operation)s: from %(lots)s",
            operation=self._get_html_link(),
            lots=Markup(", ").join(lot._get_html_link() for lot in sources),
        )
        if created:
            created._message_log_batch(bodies={lot.id: body for lot in created})
