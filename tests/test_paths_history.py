"""History loads from the moves what was recorded while they were done."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .paths_common import PathsCase

FACTS = (
    "lot_id",
    "product_id",
    "kind",
    "quantity",
    "uom_id",
    "date",
    "cost_share",
    "tracked",
    "company_id",
    "party_id.partner_res_id",
    "document",
    "order_name",
    "supplier_lot",
    "owner_party_id.partner_res_id",
    "location_id",
    "location_dest_id",
    "picking_id",
    "move_line_id",
)
EVENT = ("kind", "date", "company_id", "res_model", "res_id", "document")


@tagged("post_install", "-at_install")
class TestPathsHistory(PathsCase):
    def _work(self):
        """A month of a plant, a day each, with what is done wrong and later."""
        days = iter(range(1, 29))

        def day():
            return freeze_time(f"2026-02-{next(days):02} 08:00:00", auto_tick_seconds=2)

        with day():
            raw, receipt = self._receive(self.tahini, "TAH-1", 60.0)
        with day():
            beans, _receipt = self._receive(self.chickpeas, "CHI-1", 80.0)
        feed = self._create_product("Trimmings", self.kg)
        feed_lot = self._create_lot(feed, "TRIM-1")
        with day():
            made, order = self._make(
                self.hummus,
                "HUM-1",
                40.0,
                [(raw, 10.0), (beans, 30.0), (self.water, 5.0)],
                by_products=[(feed, feed_lot, 5.0, 10.0)],
            )
        with day():
            tubs, tub_order = self._make(self.tub, "TUB-1", 30.0, [(made, 15.0)], done=20.0)
        with day():
            delivery = self._ship([(tubs, 12.0), (made, 4.0)])
        with day():
            self._return(self._ship([(tubs, 3.0)], self.other_customer))
        with day():
            self._scrap(raw, 1.5)
            self._count(beans, 45.0)
        with day():
            self._unbuild(self.hummus, 2.0, made, order=order)
        with day():
            delivery.move_line_ids.filtered(lambda line: line.lot_id == tubs).quantity = 11.0
        with day():
            self._add_line(order.move_raw_ids.filtered(lambda m: m.product_id == self.tahini), 2.0, raw)
        with day():
            receipt.date_done = "2026-01-30 09:00:00"
        with day():
            self._return(receipt, 5.0)
        with day():
            # A line whose first lot was wrong, and is moved to another one.
            other, _receipt = self._receive(self.tahini, "TAH-2", 5.0)
            tub_order.move_raw_ids.move_line_ids.quantity = 9.0
            self._ship([(other, 1.0)]).move_line_ids.lot_id = raw

    def _facts(self):
        """The entries that stand, by move line and kind, with their events' facts."""
        entries = self.env["lot.ledger"].search([("reversal", "=", False)])
        return {
            (entry.move_line_id.id, entry.kind): (
                tuple(entry.mapped(name) for name in FACTS),
                tuple(entry.event_id[name] for name in EVENT),
            )
            for entry in entries
            if not self._is_reversed(entry)
        }

    def test_loaded_history_is_what_was_recorded(self):
        self.corrects = True
        self._work()
        recorded = self._facts()
        self.assertGreater(len(recorded), 20)
        self.env.flush_all()
        for table in ("lot_ledger", "lot_event"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM lot_ledger")
        self.env.cr.execute("DELETE FROM lot_event")
        self.env.invalidate_all()
        # Few lines at a time, newest first: events are met by their last lines first.
        with patch("odoo.addons.lot_genealogy.models.lot_history.BATCH", 3):
            history = self.env["lot.history"]._start()
        self.assertGreater(len(history.batch_ids), 10)
        self.assertEqual(history.state, "done")
        loaded = self._facts()
        self.assertEqual(recorded.keys(), loaded.keys())
        for key, facts in recorded.items():
            self.assertEqual(facts, loaded[key])
        self.assertFalse(self.env["lot.ledger"].search_count([("corrects_id", "!=", False)]))
        for name in ("party_id", "owner_party_id"):
            parties = self.env["lot.ledger"].search([]).mapped(name)
            self.assertEqual(set(parties.mapped("taken_later")), {True} if parties else set())
        self.corrects = False
