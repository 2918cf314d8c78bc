"""Verifies the record against its seals and shows what was found."""

import time

from odoo import fields, models


class LotSealCheck(models.TransientModel):
    _name = "lot.seal.check"
    _description = "Verification of the seals"

    state = fields.Selection(
        [("new", "New"), ("holds", "Holds"), ("broken", "Does not hold")],
        default="new",
        readonly=True,
        required=True,
    )
    checked_at = fields.Datetime(string="Checked on", readonly=True)
    seconds = fields.Float(readonly=True)
    seal_count = fields.Integer(string="Seals", readonly=True)
    entry_count = fields.Integer(string="Sealed entries", readonly=True)
    waiting_count = fields.Integer(
        string="Not sealed yet", readonly=True, help="Recorded since the last seal, a few minutes ago."
    )
    late_count = fields.Integer(
        string="Sealed late",
        readonly=True,
        help="Entries sealed more than a day after the time that they say they were recorded at: the job "
        "that seals did not run then, or they were put in with an earlier time.",
    )
    problem_count = fields.Integer(string="Problems", readonly=True)
    problem_text = fields.Text(string="What does not hold", readonly=True)
    last_seal = fields.Char(readonly=True)

    def action_verify(self):
        """Walk all seals, compare all that they cover; shows this record with the result."""
        self.ensure_one()
        self.check_access("write")
        start = time.monotonic()
        seals = self.env["lot.seal"].sudo()
        found = seals._verify()
        texts = [seals._get_problem_text(problem) for problem in found["problems"]]
        last = found["last"]
        self.write(
            {
                "state": "holds" if found["holds"] else "broken",
                "checked_at": fields.Datetime.now(),
                "seconds": time.monotonic() - start,
                "seal_count": found["seals"],
                "entry_count": found["entries"],
                "waiting_count": found["waiting"],
                "late_count": found["late"],
                "problem_count": found["problem_count"],
                "problem_text": "\n".join(texts),
                "last_seal": f"{last['number']} – {last['hash']}" if last else False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
