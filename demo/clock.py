"""The demo plant's calendar: working days back from today, and a clock set back.

Odoo stamps what it validates with `fields.Datetime.now()`. `at` sets that clock back,
so that months of history can be made through Odoo's own buttons.
"""

from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import get_ident

from odoo import fields

FIRST_HOUR = timedelta(hours=5, minutes=30)  # UTC: the plant works early
PACE = timedelta(minutes=25)  # between two entries of one day


def workday(today, days_ago):
    """The date that lies this many working days before `today` (negative: after)."""
    date, step = today, timedelta(days=-1 if days_ago > 0 else 1)
    for _ in range(abs(days_ago)):
        date += step
        while date.weekday() >= 5:
            date += step
    return date


def moment(today, days_ago, position=0):
    """When the n-th entry of that working day was made."""
    day = datetime.combine(workday(today, days_ago), datetime.min.time())
    return day + FIRST_HOUR + position * PACE


@contextmanager
def at(env, when):
    """Let Odoo believe it is `when`: for this thread and this cursor only.

    Everything pending is flushed before the clock is set and before it is put back,
    so that nothing is written under the wrong date.
    """
    env.flush_all()
    thread, cr = get_ident(), env.cr
    real_cursor_now = cr._now
    real = {
        (owner, name): owner.__dict__[name]
        for owner, name in (
            (fields.Datetime, "now"),
            (fields.Date, "today"),
            (fields.Date, "context_today"),
        )
    }
    now, today, context_today = (method.__func__ for method in real.values())

    def fake_now(*args):
        return when if get_ident() == thread else now(*args)

    def fake_today(*args):
        return when.date() if get_ident() == thread else today(*args)

    def fake_context_today(record, timestamp=None):
        if timestamp is None and get_ident() == thread:
            timestamp = when
        return context_today(record, timestamp)

    try:
        fields.Datetime.now = staticmethod(fake_now)
        fields.Date.today = staticmethod(fake_today)
        fields.Date.context_today = staticmethod(fake_context_today)
        cr._now = when  # create_date and write_date
        yield
        env.flush_all()
    finally:
        for (owner, name), method in real.items():
            setattr(owner, name, method)
        cr._now = real_cursor_now
