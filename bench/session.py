"""A real Odoo in this process, and how to measure something in it."""

import gc
import os
import resource
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


def give_up(reason):
    """The bench cannot run: 2, because 1 says that an answer is wrong."""
    print(f"bench: {reason}", file=sys.stderr)
    sys.exit(2)


def configure():
    """Odoo's configuration, before anything else of Odoo."""
    conf = os.environ.get("LOT_GENEALOGY_ODOO_CONF")
    if not conf:
        give_up("run it by ./dev bench (LOT_GENEALOGY_ODOO_CONF is not set)")
    from odoo.tools import config

    config.parse_config(["-c", conf, "--log-level=error"], setup_logging=True)


class Session:
    """One database."""

    def __init__(self, name):
        from odoo.modules.registry import Registry

        self.name = name
        self.registry = Registry(name)

    @staticmethod
    def make_env(cr):
        from odoo import SUPERUSER_ID, api

        return api.Environment(cr, SUPERUSER_ID, {})

    @contextmanager
    def fresh(self, commit=False, jit=None):
        """A new cursor and empty caches of records; nothing is kept unless `commit`.

        :param jit: PostgreSQL's compiler: "off", or None as the server has it
        """
        with self.registry.cursor() as cr:
            if jit:
                cr.execute(f"SET LOCAL jit = {jit}")
            yield self.make_env(cr)
            if not commit:
                cr.rollback()

    def fetch(self, query, *params):
        with self.registry.cursor() as cr:
            cr.execute(query, params or None)
            return cr.fetchall()


@dataclass
class Measured:
    """What repetitions of one thing took."""

    seconds: list = field(default_factory=list)
    computing: list = field(default_factory=list)
    """Seconds of processor time, of Odoo and of its database session together: what is
    left of ``seconds`` was waiting, for other programs mostly."""
    queries: int = 0
    memory: int = 0
    """Bytes by which the process grew at most."""
    result: object = None

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def processor(self):
        return statistics.median(self.computing)


def measure(session, repeat, action, prepare=None, jit="off"):
    """Run `action(env)` so many times, each in a fresh environment.

    Without PostgreSQL's compiler, unless said: whom it costs more is chance, and a
    comparison is to be fair.

    :param prepare: what to do before in the same environment, not measured
    """
    found = Measured()
    for _turn in range(repeat):
        found.result = None
        with session.fresh(jit=jit) as env:
            if prepare:
                prepare(env)
            gc.collect()
            before = reset_peak()
            queries = env.cr.sql_log_count
            computed = get_processor_time(env.cr)
            begin = time.perf_counter()
            found.result = action(env)
            found.seconds.append(time.perf_counter() - begin)
            found.computing.append(get_processor_time(env.cr) - computed)
            found.queries = env.cr.sql_log_count - queries
            found.memory = max(found.memory, read_status("VmHWM") - before)
    return found


def reset_peak():
    """Let the kernel measure the peak of memory from now on; returns what is used."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return read_status("VmRSS")


def read_status(name):
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


def get_processor_time(cr):
    """Of this process, of the programs it ran, and of its database session, if that is on this machine."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() + children.ru_utime + children.ru_stime
    try:
        folder = Path(f"/proc/{cr.connection.get_backend_pid()}")
        name, _bracket, numbers = (folder / "stat").read_text().rpartition(")")
        if "postgres" not in name:
            return spent
        # Nanoseconds, where the kernel counts them: the others are hundredths of a second.
        schedule = folder / "schedstat"
        if schedule.exists() and (running := int(schedule.read_text().split()[0])):
            return spent + running / 1e9
    except OSError:
        return spent
    user, system = numbers.split()[11:13]
    return spent + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
