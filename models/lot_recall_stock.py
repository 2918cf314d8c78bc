"""Measures of a recall on our own stock: hold it, stop open orders, move it to quarantine.

A drill comes to none of them: it says what would be done, and marks its own rows.
"""

from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .quantity import say_quantity


class LotRecall(models.Model):
    _inherit = "lot.recall"

    quarantine_location_id = fields.Many2one(
        "stock.location",
        string="Quarantine",
        domain="[('is_quarantine', '=', True), ('company_id', 'in', (company_id, False))]",
        check_company=True,
        help="Where stock is moved to, and where goods come back to.",
    )

    waiting_count = fields.Integer(
        string="Open orders not stopped", compute="_compute_waiting_count", help="Documents and lots."
    )
    is_all_held = fields.Boolean(compute="_compute_is_all_held", help="Stock and affected lots.")

    @api.depends("stock_held_at", "recall_lot_ids", "is_drill")
    def _compute_is_all_held(self):
        for model in ("lot.recall.lot", "lot.hold"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT recall.id FROM unnest(%s::int[]) AS recall (id)
                 WHERE EXISTS (
                    SELECT FROM lot_recall_lot affected
                     WHERE affected.recall_id = recall.id AND affected.is_current AND affected.is_affected
                       AND NOT EXISTS (
                        SELECT FROM lot_hold_line held JOIN lot_hold hold ON hold.id = held.hold_id
                         WHERE held.lot_id = affected.lot_id AND hold.res_model = %s
                           AND hold.res_id = recall.id))
                """,
                self.ids,
                self._name,
            )
        )
        open_ids = {recall_id for (recall_id,) in rows}
        for recall in self:
            held = recall.is_drill or recall._origin.id not in open_ids
            recall.is_all_held = bool(recall.stock_held_at) and held

    @api.depends("order_ids.stopped_at", "order_ids.is_current")
    def _compute_waiting_count(self):
        counts = self.env["lot.recall.order"]._read_group(
            [*self._get_current_domain(), ("stopped_at", "=", False)], ["recall_id"], ["__count"]
        )
        counts = {recall.id: count for recall, count in counts}
        for recall in self:
            recall.waiting_count = counts.get(recall.id, 0)

    def _check_measure(self):
        """What every measure needs: a running case with a frozen scope."""
        self.ensure_one()
        self.check_access("write")
        if self.state in ("draft", "closed"):
            raise UserError(self.env._("Measures are taken while a case runs: start it, or reopen it."))
        if self.scope_id.state != "done":
            raise UserError(self.env._("Freeze the scope first: it says which lots, and where they are."))

    def _get_current(self, model):
        return self.env[model].search(self._get_current_domain())

    def _log_measure(self, kind, text):
        """One line in the log of the case, and of a real one in its chatter."""
        self.env["lot.recall.measure"].create({"recall_id": self.id, "kind": kind, "text": text})
        if not self.is_drill:
            kinds = dict(self.env["lot.recall.measure"]._fields["kind"]._description_selection(self.env))
            note = f"{kinds[kind]}: {text}"
            self.message_post(body=note)

    # ---- hold -------------------------------------------------------------------------

    def action_hold(self):
        """Hold all affected lots that are not held yet, also those that lie nowhere just now: they
        come back from customers, or are posted late."""
        self._check_measure()
        stock = self._get_current("lot.recall.stock").filtered(lambda place: not place.held_at)
        lots = self.env["stock.lot"]
        if not self.is_drill:
            affected = self._get_current("lot.recall.lot").filtered("is_affected").lot_id
            lots = stock.lot_id | (affected - self._get_once_held())
        if not stock and not lots:
            raise UserError(self.env._("All affected lots are held already."))
        if lots:
            self._hold_lots(lots)
        stock._freezing().write({"held_at": fields.Datetime.now()})
        self._log_measure("hold", self._get_stock_text(stock))
        return True

    def _hold_lots(self, lots):
        """Set the hold: the one place where a case meets holds. In each company that was asked."""
        for company in self._get_companies():
            self.env["lot.hold"]._hold(
                lots,
                kind="recall",
                purpose="all",
                reason=f"{self.display_name}: {self.reason}",
                document=self,
                company=company,
            )

    def _get_once_held(self):
        """Lots that this case holds, or held until somebody released them."""
        return self.env["lot.hold.line"].sudo().search(self._get_hold_domain()).lot_id.sudo(False)

    def _get_hold_domain(self):
        """Of lines of this case's holds."""
        return [("hold_id.res_model", "=", self._name), ("hold_id.res_id", "=", self.id)]

    def _get_stock_text(self, stock):
        amounts = defaultdict(float)
        for place in stock:
            amounts[place.uom_name] += place.quantity
        text = ", ".join(
            f"{say_quantity(self.env, quantity)} {uom}" for uom, quantity in sorted(amounts.items())
        )
        return self.env._(
            "%(amounts)s (lots: %(lots)s, places: %(places)s)",
            amounts=text,
            lots=len(stock.lot_id),
            places=len(stock.location_id),
        )

    # ---- open orders --------------------------------------------------------------------

    def action_stop_orders(self):
        """Take the affected lots out of what is not done yet, and tell who works on it."""
        self._check_measure()
        orders = self._get_current("lot.recall.order").filtered(lambda order: not order.stopped_at)
        if not orders:
            raise UserError(
                self.env._("There is no open order with affected lots that is not stopped already.")
            )
        if not self.is_drill:
            if not self.stock_held_at:
                raise UserError(
                    self.env._("Hold the stock first: the next reservation would take the same lots again.")
                )
            self._stop(orders)
        orders._freezing().write({"stopped_at": fields.Datetime.now()})
        self._log_measure(
            "stop",
            self.env._(
                "%(names)s (documents: %(count)s)",
                count=len({(order.res_model, order.res_id) for order in orders}),
                names=", ".join(sorted(set(orders.mapped(lambda order: order.document or "")))[:50]),
            ),
        )
        return True

    def _stop(self, orders):
        """Free what is reserved of the lots; what was picked is only pointed out: it is in hands.

        The orders themselves stay, so that they can be filled from other lots.
        """
        self._check_companies()
        env = self._with_companies().env
        lines = env["stock.move.line"].search(
            [
                ("lot_id", "in", orders.lot_id.ids),
                ("state", "not in", ("done", "cancel")),
                ("company_id", "in", env.companies.ids),
            ]
        )
        lines.filtered(lambda line: not line.picked).unlink()
        for model, rows in orders.grouped("res_model").items():
            documents = env[model].browse(set(rows.mapped("res_id"))).exists()
            if "activity_ids" not in documents._fields:
                continue
            named = rows.grouped("res_id")
            for user, group in documents.grouped(lambda one: one.user_id or self.user_id).items():
                group.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Recall %(case)s: do not use these lots", case=self.name),
                    user_id=user.id,
                )
            documents._message_log_batch(
                {
                    one.id: self.env._(
                        "%(case)s: affected lots were taken out of this document: %(lots)s. What was picked "
                        "already must be put back. Use other lots.",
                        case=self.name,
                        lots=", ".join(named[one.id].mapped("lot_name")),
                    )
                    for one in documents
                }
            )

    # ---- quarantine ---------------------------------------------------------------------

    def action_quarantine(self):
        """One transfer to quarantine for each place where affected lots lie free."""
        self._check_measure()
        if not self.quarantine_location_id:
            raise UserError(self.env._("Say first where Quarantine is, on the page “Stock”."))
        quants = self._find_free_quants()
        if not quants:
            raise UserError(
                self.env._(
                    "No affected stock lies free outside of quarantine. What is reserved is freed by "
                    "stopping the open orders."
                )
            )
        quarantines = {company: self._get_quarantine(company) for company in quants.company_id}
        texts = []
        for location, group in quants.grouped("location_id").items():
            place = quarantines[group.company_id]
            if place and not self.is_drill:
                texts.append(self._make_transfer(location, group, place).name)
            elif place:
                texts.append(location.complete_name)
        if without := [company.name for company, place in quarantines.items() if not place]:
            texts.append(
                self.env._(
                    "not moved, as the settings say no quarantine of recalls: stock of %s", ", ".join(without)
                )
            )
        self._log_measure("quarantine", ", ".join(texts))
        return True

    def _find_free_quants(self):
        env = self._with_companies().env
        places = env["stock.location"].union(*map(self._get_quarantine, env.companies))
        quants = env["stock.quant"].search(
            [
                ("lot_id", "in", self._get_current("lot.recall.stock").lot_id.ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "in", env.companies.ids),
                "!",
                ("location_id", "child_of", places.ids),
            ]
        )
        return quants.filtered(lambda quant: quant.product_uom_id.compare(_get_free(quant), 0.0) > 0)

    def _make_transfer(self, location, quants, quarantine):
        warehouse = location.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", quants.company_id.id)], limit=1
        )
        picking = (
            quants.env["stock.picking"]
            .with_company(quants.company_id)
            .create(
                {
                    "picking_type_id": warehouse.int_type_id.id,
                    "location_id": location.id,
                    "location_dest_id": quarantine.id,
                    "origin": self.name,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom": product.uom_id.id,
                                "product_uom_qty": sum(map(_get_free, group)),
                                "location_id": location.id,
                                "location_dest_id": quarantine.id,
                            }
                        )
                        for product, group in quants.grouped("product_id").items()
                    ],
                }
            )
        )
        picking.action_confirm()
        # Not what the removal strategy would choose: these very lots.
        picking.move_line_ids.unlink()
        moves = picking.move_ids.grouped("product_id")
        picking.move_line_ids.create(
            [
                {
                    "move_id": moves[quant.product_id].id,
                    "picking_id": picking.id,
                    "product_id": quant.product_id.id,
                    "product_uom_id": quant.product_uom_id.id,
                    "lot_id": quant.lot_id.id,
                    "package_id": quant.package_id.id,
                    "owner_id": quant.owner_id.id,
                    "quantity": _get_free(quant),
                    "location_id": location.id,
                    "location_dest_id": quarantine.id,
                }
                for quant in quants
            ]
        )
        return picking


class LotRecallOrder(models.Model):
    _inherit = "lot.recall.order"

    def action_cancel_document(self):
        """Cancel the whole document: for an order that cannot be filled from other lots."""
        self.ensure_one()
        recall = self.recall_id
        recall._check_measure()
        document = recall._with_companies().env[self.res_model].browse(self.res_id).exists()
        if not document or not hasattr(document, "action_cancel"):
            raise UserError(self.env._("%(document)s cannot be cancelled from here.", document=self.document))
        if not recall.is_drill:
            document.action_cancel()
        rows = recall.order_ids.filtered(
            lambda row: row.res_model == self.res_model and row.res_id == self.res_id and not row.stopped_at
        )
        rows._freezing().write({"stopped_at": fields.Datetime.now()})
        recall._log_measure("stop", self.env._("%(document)s was cancelled.", document=self.document))
        return True


def _get_free(quant):
    """What is not reserved of it. What is held is not available: just that is to be moved."""
    return quant.quantity - quant.reserved_quantity
