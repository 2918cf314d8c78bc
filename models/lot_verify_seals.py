"""The part of a verification that compares what was sealed with what is there."""

from odoo import fields, models


class LotVerify(models.Model):
    _inherit = "lot.verify"

    seal_count = fields.Integer(string="Seals", readonly=True)
    sealed_count = fields.Integer(string="Sealed entries compared", readonly=True)
    waiting_count = fields.Integer(
        string="Not sealed yet", readonly=True, help="Recorded since the last seal, a few minutes ago."
    )
    late_count = fields.Integer(
        string="Sealed late",
        readonly=True,
        help="Entries sealed more than a day after the time that they say they were recorded at: the job "
        "that seals did not run then, or they were put in with an earlier time.",
    )
    problem_count = fields.Integer(string="Problems of the seals", readonly=True)
    problem_text = fields.Text(string="What does not hold", readonly=True)
    last_seal = fields.Char(readonly=True)

    def _verify_seals(self):
        """Walk all seals, compare all that they cover."""
        self.ensure_one()
        seals = self.env["lot.seal"].sudo()
        found = seals._verify()
        last = found["last"]
        self.write(
            {
                "seal_count": found["seals"],
                "sealed_count": found["entries"],
                "waiting_count": found["waiting"],
                "late_count": found["late"],
                "problem_count": found["problem_count"],
                "problem_text": "\n".join(seals._get_problem_text(one) for one in found["problems"]),
                "last_seal": f"{last['number']} – {last['hash']}" if last else False,
            }
        )

    def _get_seals_text(self):
        yield from (self.problem_text or "").splitlines()
        yield (
            f"{self.seal_count} seals, {self.sealed_count} entries compared, {self.problem_count} problems, "
            f"{self.waiting_count} entries not sealed yet, {self.late_count} sealed late"
        )
