"""What installing and uninstalling does to the database beside the module's own tables."""

from odoo.tools import SQL

from .demo.plant import forget_plant
from .models.append_only import FUNCTION
from .models.stock_lot_unique import CONSTRAINT


def post_init_hook(env):
    """Load what was moved before: at once if it is little, else as a job."""
    env.cr.execute("SELECT FROM stock_move_line WHERE state = 'done' LIMIT 1")
    if env.cr.rowcount:
        env["lot.history"]._start()


def uninstall_hook(env):
    """Take the function and its triggers away: tables and indexes go by themselves.

    The demo plant's documents stay, as all documents do: only their XML ids go.
    """
    forget_plant(env)
    _free_what_ours_refers_to(env)
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(FUNCTION)))
    env.cr.execute(SQL("ALTER TABLE stock_lot DROP CONSTRAINT IF EXISTS %s", SQL.identifier(CONSTRAINT)))


def _free_what_ours_refers_to(env):
    """A policy would keep its removal strategy from being deleted, and that would stay with Odoo for ever."""
    tables = [
        model._table
        for model in env.registry.values()
        if model._original_module == "lot_genealogy" and model._auto and not model._abstract
    ]
    env.cr.execute(
        SQL(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'f' AND confdeltype = 'r' AND conrelid = ANY(%s::regclass[])",
            tables,
        )
    )
    for table, name in env.cr.fetchall():
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))
