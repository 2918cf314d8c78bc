"""New lots start in quarantine where the policy says so."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .hold_common import HoldCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-02 09:00:00")
class TestHoldQuarantine(HoldCase):
    def test_received_lot_starts_in_quarantine_until_quality_releases_it(self):
        self._set_policy(quarantine_receipt=True)
        lot, receipt = self._receive(self.tahini, "T-1", 10.0)
        hold = lot.hold_line_ids.hold_id
        self.assertEqual((hold.kind_id.code, hold.document), ("quarantine", receipt.name))
        with self._refuse("Quarantine"):
            self._ship([(lot, 1.0)])
        action = lot.with_user(self.quality).action_release_hold()
        release = self.env["lot.hold.release"].with_user(self.quality).browse(action["res_id"])
        with self._refuse("Say why"):
            release.action_confirm()
        release.reason = "Inspected: as ordered"
        release.action_confirm()
        self._ship([(lot, 1.0)])
        self._receive(self.tahini, "T-1", 5.0)
        self.assertFalse(lot.hold_state)

    def test_lot_received_now_and_dated_back_starts_in_quarantine(self):
        self._set_policy(quarantine_receipt=True)
        with self._dated_back("2026-10-01 08:00:00"):
            lot, receipt = self._receive(self.tahini, "T-1", 10.0)
        entry = self.env["lot.ledger"].search([("lot_id", "=", lot.id)])
        self.assertEqual(str(entry.date), "2026-10-01 08:00:00")
        self.assertEqual(lot.hold_line_ids.hold_id.document, receipt.name)

    def test_history_that_is_not_loaded_yet_does_not_start_in_quarantine(self):
        lot, receipt = self._receive(self.tahini, "T-1", 10.0)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE lot_ledger DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM lot_ledger")
        self.env.invalidate_all()
        with patch("odoo.addons.lot_genealogy.models.lot_history.AT_ONCE", 0):
            self.env["lot.history"]._start()
        self._set_policy(quarantine_receipt=True)
        receipt.move_line_ids.quantity = 9.0
        self.assertEqual(self.env["lot.ledger"].search([("lot_id", "=", lot.id)]).quantity, 9.0)
        self.assertFalse(lot.hold_state)
        new, _receipt = self._receive(self.tahini, "T-2", 10.0)
        self.assertEqual(new.hold_state, "held")

    def test_made_lot_starts_in_quarantine(self):
        self._set_policy(quarantine_output=True)
        raw, _receipt = self._receive(self.tahini, "T-1", 10.0)
        self.assertFalse(raw.hold_state)
        base, order = self._make(self.hummus, "H-1", 20.0, [(raw, 5.0)])
        self.assertEqual(base.hold_line_ids.hold_id.document, order.name)
        self.assertEqual(base.hold_state, "held")
