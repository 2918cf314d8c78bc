"""Two at once: one holds a lot while another ships it or makes something of it."""

from odoo.tests import tagged

from .test_faults import FaultsCase


@tagged("post_install", "-at_install")
class TestHoldFaults(FaultsCase):
    def test_hold_set_while_a_delivery_is_validated_stops_it(self):
        words = dict(self._run("hold_first"))
        # Validated without having seen the hold: refused by PostgreSQL, tried again, and then by the hold.
        self.assertEqual(words["shipping"]["attempts"], 2)
        self.assertIn("on hold", words["shipping"]["error"])
        self.assertEqual(words["end"], {"state": "assigned", "shipped": 0.0, "held": ["LOT-0"]})
        self._assert_equal(self.after)

    def test_hold_waits_for_a_delivery_that_was_first_and_holds_what_is_left(self):
        words = dict(self._run("ship_first"))
        self.assertIsNone(words["shipping"]["error"])
        self.assertIsNone(words["holding"]["error"])
        self.assertEqual(words["end"], {"state": "done", "shipped": 2.0, "held": ["LOT-0"]})
        self._assert_equal(self.after)

    def test_cascade_holds_what_was_made_while_it_was_being_set(self):
        words = dict(self._run("make_while_holding"))
        # The trace had not seen what was made meanwhile: it was asked again.
        self.assertEqual(words["holding"]["attempts"], 2)
        self.assertEqual(words["end"]["held"], ["LOT-0", "MADE"])
        self._assert_equal(self.after)
