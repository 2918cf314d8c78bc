"""Logged warmth: entered, from a logger's file, and sent by a program."""

import base64
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .removal_common import NOW, RemovalCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExposure(RemovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._put("L-0232", days=31)

    def _import(self, text, lots=None, **vals):
        wizard = self.env["lot.exposure.import"].with_user(self.quality)
        wizard = wizard.create(
            {
                "file": base64.b64encode(text.encode()),
                "file_name": "logger.csv",
                "tz": "Europe/Brussels",
                "lot_ids": (lots or self.lot).ids,
                **vals,
            }
        )
        action = wizard.action_import()
        return self.env["lot.exposure"].search(action["domain"], order="start")

    def test_loggers_file_becomes_exposures(self):
        rows = "Logger TT-7\nTime;Temp (°C)\n01/11/2026 08:00;4,0\n01/11/2026 08:30;4,0\n"
        rows += "01/11/2026 09:00;14,0\n01/11/2026 12:00;14,0\n01/11/2026 13:00;14,0\n"
        exposures = self._import(rows)
        self.assertEqual(
            exposures.mapped(lambda one: (one.start, one.hours, one.celsius)),
            [
                (datetime(2026, 11, 1, 7), 0.5, 4.0),
                (datetime(2026, 11, 1, 7, 30), 0.5, 14.0),
                (datetime(2026, 11, 1, 11), 1.0, 14.0),
            ],
        )
        # The three hours between are not known, and said.
        self.assertIn("no readings for more than an hour", self.lot.message_ids[0].body)
        self.assertEqual(self.lot.exposure_lost_hours, 1.5)

    def test_lines_that_cannot_be_read_are_all_told(self):
        rows = "Started;2026-10-31 09:00\nTime;Temp\n2026-11-01 07:30;cold\n2026-11-01 08:00;4\n"
        rows += "2026-11-01 08:30;nan\n2026-11-01 09:00\nwarm;5\n2026-11-01 09:30;-300\n"
        rows += "2026-11-03 08:00;4\n2026-11-01 10:00;4\n"
        with self.assertRaises(UserError) as refused:
            self._import(rows)
        self.assertEqual(
            str(refused.exception).splitlines(),
            [
                "Nothing was imported: these lines cannot be used.",
                "line 3: 2026-11-01 07:30 | cold (no temperature)",
                "line 5: 2026-11-01 08:30 | nan (no temperature)",
                "line 6: 2026-11-01 09:00 (no temperature)",
                "line 7: warm | 5 (no time)",
                "line 8: 2026-11-01 09:30 | -300 (no temperature)",
                "line 9: 2026-11-03 08:00 | 4 (in the future)",
            ],
        )
        self.assertFalse(self.lot.exposure_ids)

    def test_what_a_program_sends_is_a_length_and_a_temperature(self):
        exposure = {"lot_id": self.lot.id, "hours": 1.0, "celsius": 14.0, "source": "TT-7"}
        wrong = {"celsius": [float("nan"), float("inf"), -300.0], "hours": [-1.0, float("nan")]}
        exposures = self.env["lot.exposure"].with_user(self.quality)
        for name, values in wrong.items():
            for value in values:
                with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
                    exposures.create([exposure, exposure | {name: value}])
        self.assertFalse(self.lot.exposure_ids)

    def test_life_is_lost_by_the_policy_that_applies_now(self):
        self.env["lot.exposure"].create({"lot_id": self.lot.id, "hours": 24.0, "celsius": 14.0})
        self.assertEqual(self.lot.exposure_lost_hours, 24.0)
        policy = self._rule("fesal", exposure_q10=3.0)
        self.assertEqual(self.lot.exposure_lost_hours, 48.0)
        policy.unlink()
        self.assertEqual(self.lot.exposure_lost_hours, 24.0)
        cheese = self._create_category("Cheese")
        self._create_policy("Cheese", {}, categ_ids=cheese, exposure_q10=4.0)
        self.milk.categ_id = cheese
        self.assertEqual(self.lot.exposure_lost_hours, 72.0)
        with self.assertRaisesRegex(ValidationError, "Q10 of Cheese is at least 1"):
            self._create_policy("Cheese", {}, exposure_q10=float("nan"))

    def test_date_and_time_in_two_columns(self):
        rows = "Date,Time,Temp\n2026-11-01,08:00,warm\n2026-11-01,08:30,4\n2026-11-01,09:00,4\n"
        with self.assertRaisesRegex(UserError, "line 2: 2026-11-01 | 08:00 | warm"):
            self._import(rows)
        self.assertEqual(self._import(rows.replace("warm", "14")).mapped("celsius"), [4.0, 14.0][::-1])
