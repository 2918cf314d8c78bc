"""How long one run of a job goes on.

Odoo asks a job to stop after ten seconds and calls it again at once. What is made of a large trace
would then mostly load it, again and again: so a run goes on a little longer.
"""

import time

# Seconds; a worker's limits are 60 of computing and 120 in all, unless it was set up otherwise.
LEAST = 25.0


class Stint:
    """One run of a job that commits as it goes."""

    def __init__(self, env, remaining):
        self.cron = env["ir.cron"]
        self.end = time.monotonic() + LEAST
        self.remaining = remaining
        self.cron._commit_progress(remaining=remaining)

    def commit(self, done, finished=0):
        """Keep what was made; whether to go on.

        :param int done: of whatever is counted: a run that fails later was not for nothing
        :param int finished: of those that remain
        """
        self.remaining -= finished
        left = self.cron._commit_progress(done, remaining=self.remaining)
        return bool(left) or time.monotonic() < self.end
