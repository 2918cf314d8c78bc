"""Reads a logger's file: lines with a time and a temperature become exposures of lots."""

import base64
import csv
import io

import pytz
from dateutil import parser

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.exposure import ABSOLUTE_ZERO, HOTTEST, Exposure, get_exposures

# A message is read on a screen: more lines than this are counted.
NAMED = 40


class LotExposureImport(models.TransientModel):
    _name = "lot.exposure.import"
    _description = "Import of a logger's file"

    lot_ids = fields.Many2many(
        "stock.lot", string="Lots", required=True, help="That were where the logger was."
    )
    file = fields.Binary(
        required=True,
        help="CSV: in each line a date with time, and a temperature. Further columns are passed over.",
    )
    file_name = fields.Char()
    tz = fields.Selection(
        "_get_zones",
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or self.env.company.partner_id.tz or "UTC",
        help="Of the times in the file, unless they say it themselves.",
    )
    day_first = fields.Boolean(
        string="Day before Month", default=True, help="How a date such as 03/04/2026 is to be read."
    )
    unit = fields.Selection([("c", "°C"), ("f", "°F")], required=True, default="c")
    source = fields.Char(string="Logger", help="Its number; empty: the name of the file.")

    @api.model
    def _get_zones(self):
        return [(zone, zone) for zone in pytz.common_timezones]

    def action_import(self):
        """Create the exposures, and show them; a gap in the readings is said."""
        self.ensure_one()
        exposures, gaps = get_exposures(self._read())
        if not exposures:
            raise UserError(self.env._("The file holds no two readings within an hour of each other."))
        records = self.env["lot.exposure"].create(
            [
                {
                    "lot_id": lot.id,
                    "company_id": (lot.company_id or self.env.company).id,
                    "start": exposure.start,
                    "hours": exposure.hours,
                    "celsius": exposure.celsius,
                    "source": self.source or self.file_name,
                }
                for lot in self.lot_ids
                for exposure in self._merge(exposures)
            ]
        )
        if gaps:
            text = self.env._(
                "The logger's file %(file)s has no readings for more than an hour: %(gaps)s. "
                "What happened then is not known.",
                file=self.file_name,
                gaps=", ".join(
                    f"{fields.Datetime.to_string(start)} – {fields.Datetime.to_string(end)} UTC"
                    for start, end in gaps
                ),
            )
            self.lot_ids._message_log_batch(bodies=dict.fromkeys(self.lot_ids.ids, text))
        action = self.env["ir.actions.act_window"]._for_xml_id("lot_genealogy.lot_exposure_action")
        return {**action, "domain": [("id", "in", records.ids)]}

    def _merge(self, exposures):
        """Stretches that follow each other at the same temperature are one."""
        merged = []
        for one in exposures:
            last = merged and merged[-1]
            if last and last.celsius == one.celsius and self._follows(last, one):
                merged[-1] = last._replace(hours=last.hours + one.hours)
            else:
                merged.append(Exposure(*one))
        return merged

    def _follows(self, last, one):
        return abs((one.start - last.start).total_seconds() / 3600 - last.hours) < 1e-6

    # ---- reading ---------------------------------------------------------------------------

    def _read(self):
        """``[(instant in UTC, celsius)]``; all lines that cannot be read are told at once.

        Lines before the first reading are the head of the file, if they do not begin with a time.
        """
        readings, problems = [], []
        now = fields.Datetime.now()
        for number, row in enumerate(self._get_rows(), 1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            moment, celsius = self._read_row(cells)
            if moment and celsius is not None and moment <= now:
                readings.append((moment, celsius))
            elif readings or problems or any(map(self._read_moment, (cells[0], " ".join(cells[:2])))):
                problems.append((number, " | ".join(cells), self._describe(moment, celsius)))
        if problems:
            raise UserError(
                "\n".join(
                    [
                        self.env._("Nothing was imported: these lines cannot be used."),
                        *(
                            self.env._(
                                "line %(number)s: %(text)s (%(problem)s)",
                                number=number,
                                text=text,
                                problem=problem,
                            )
                            for number, text, problem in problems[:NAMED]
                        ),
                        *([self.env._("… and %s more.", len(problems) - NAMED)] if problems[NAMED:] else []),
                    ]
                )
            )
        if not readings:
            raise UserError(self.env._("No line of the file holds a time with a temperature."))
        return readings

    def _describe(self, moment, celsius):
        if not moment:
            return self.env._("no time")
        return self.env._("no temperature") if celsius is None else self.env._("in the future")

    def _get_rows(self):
        data = base64.b64decode(self.file)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        first = next((line for line in reversed(text.splitlines()) if line.strip()), "")
        delimiter = max(";\t,", key=first.count)
        return csv.reader(io.StringIO(text), delimiter=delimiter)

    def _read_row(self, cells):
        """The first cells that are a time and, after it, a temperature, or None; a date and its time may
        be two."""
        for position, cell in enumerate(cells):
            rest = cells[position + 1 :]
            moment = self._read_moment(cell)
            if not moment and rest:
                moment, rest = self._read_moment(f"{cell} {rest[0]}"), rest[1:]
            if moment:
                return moment, next(
                    (value for value in map(self._read_number, rest) if value is not None), None
                )
        return None, None

    def _read_moment(self, text):
        if ":" not in text or not any(sign in text for sign in "-/."):
            return None
        try:
            year_first = len(text.split("-", maxsplit=1)[0]) == 4
            moment = parser.parse(text, dayfirst=self.day_first and not year_first, yearfirst=year_first)
        except (ValueError, OverflowError):
            return None
        if not moment.tzinfo:
            moment = pytz.timezone(self.tz).localize(moment)
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _read_number(self, text):
        text = text.replace("°C", "").replace("°F", "").replace("\N{MINUS SIGN}", "-").strip()
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        value = round((value - 32) / 1.8, 2) if self.unit == "f" else value
        return value if ABSOLUTE_ZERO <= value <= HOTTEST else None
