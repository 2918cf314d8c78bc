"""Records a document once, when it is posted, with the dates that it is given last.

Odoo dates the lines of a transfer, an order or a count when their moves are done, and
again some seconds later, or for another day, when the document is closed. To record
them at once and again would make a correction of every slow transfer.
"""

import contextlib

from odoo.tools import OrderedSet

# In the cursor, not in the context: a caller can send a context.
KEY = "lot_genealogy_posting"
# Of those that are recorded, the ids of the lines that were done just now, whatever date they have.
DONE = "lot_genealogy_done"


@contextlib.contextmanager
def posting(env):
    """While this is open, done lines are collected; then they are recorded, all at once.

    The outermost document records; of what fails and is rolled back nothing is recorded.
    """
    cache = env.cr.cache
    if KEY in cache:
        yield
        return
    line_ids = cache[KEY] = OrderedSet()

    def record():
        lines = env["stock.move.line"].browse(line_ids)
        line_ids.clear()
        env["lot.recorder"]._record(lines)
        cache.pop(DONE, None)

    # Should anybody commit in between, or go on after an error, no move is committed
    # without its entries.
    env.cr.precommit.add(record)
    try:
        yield
    finally:
        cache.pop(KEY, None)
    record()


def collect(lines, done=False):
    """Record `lines` (stock.move.line): now, or with the document that is being posted.

    :param done: they were not done until now
    """
    cache = lines.env.cr.cache
    if done:
        cache.setdefault(DONE, set()).update(lines.ids)
    line_ids = cache.get(KEY)
    if line_ids is None:
        lines.env["lot.recorder"]._record(lines)
    else:
        line_ids.update(lines.ids)
