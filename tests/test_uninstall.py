"""Uninstalling takes everything away, and stock works as before."""

import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import GenealogyCase
from .test_faults import FaultsCase

MODULE = "lot_genealogy"

# Tables and columns that no installed model asked for.
STRANGERS = """
import json

models = [model for model in env.registry.values() if model._auto and not model._abstract]
fields = [field for model in models for field in model._fields.values()]
relations = {field.relation for field in fields if field.type == "many2many"}
env.cr.execute(
    '''SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
          AND a.attnum > 0 AND NOT a.attisdropped''')
columns = {model._table: set(model._fields) for model in models}
strangers = [(table, column) for table, column in env.cr.fetchall()
             if table not in relations and column not in columns.get(table, ())]
print(json.dumps(strangers))
"""

# What our own tables refer to must not stay for that.
POLICY = """
strategy = env.ref("lot_genealogy.removal_fefo_expiry")
env["lot.policy"].create({"name": "All", "removal_strategy_id": strategy.id})
env.cr.commit()
"""

LEFT = {
    "tables, indexes, sequences": "SELECT relname FROM pg_class WHERE relname ~ %s",
    "constraints": "SELECT conname FROM pg_constraint WHERE conname ~ %s",
    "functions": "SELECT proname FROM pg_proc WHERE proname ~ %s",
    "triggers": "SELECT tgname FROM pg_trigger WHERE concat(tgname, tgrelid::regclass) ~ %s",
    "XML ids": "SELECT name FROM ir_model_data WHERE module || ' ' || model ~ %s",
    "models": "SELECT model FROM ir_model WHERE model ~ %s",
    "settings": "SELECT key FROM ir_config_parameter WHERE key ~ %s",
    "attachments": "SELECT name FROM ir_attachment WHERE concat(res_model, url) ~ %s",
}


@tagged("post_install", "-at_install")
class TestUninstall(FaultsCase):
    def _strangers(self, before=""):
        printed = self._odoo("shell", "--no-http", "--log-level=error", script=before + STRANGERS)
        return {tuple(pair) for pair in json.loads(printed.splitlines()[-1])}

    def test_uninstalled_module_leaves_nothing_and_stock_goes_on(self):
        users, pickings = self._plant(receipts=2)
        self._run("validate", pickings=pickings[:1], users=users)
        self.assertEqual(self._entries(pickings), [(pickings[0], "receipt", 5.0)])
        strangers = self._strangers(POLICY)

        self._odoo("module uninstall", MODULE)
        self.assertFalse(self._fetch("SELECT method FROM product_removal WHERE method::text ~ %s", "fefo_"))

        for what, query in LEFT.items():
            self.assertEqual(self._fetch(query, "lot.(genealogy|ledger|event|party|history|trace)"), [], what)
        validate = f"""
env["stock.picking"].with_user({users[0]}).browse({pickings[1]}).button_validate()
env.cr.commit()
"""
        self.assertEqual(self._strangers(validate) - strangers, set(), "tables and columns")
        self.assertEqual(self._states(pickings), ["done", "done"])


@tagged("post_install", "-at_install")
class TestUninstallAnother(GenealogyCase):
    def _switch_off_dates(self):
        """An administrator unchecks the dates in the settings, and confirms what Odoo asks."""
        admin = self.env.ref("base.user_admin")
        settings = self.env["res.config.settings"].with_user(admin).create({"module_product_expiry": False})
        action = settings.execute()
        self.assertEqual(action["res_model"], "base.module.uninstall")
        wizard = self.env[action["res_model"]].with_user(admin).with_context(**action["context"]).create({})
        self.assertIn("lot_genealogy", wizard.impacted_module_ids.mapped("name"))
        # What its button begins with: Odoo lets no test go on to the end.
        wizard.module_ids.button_uninstall()

    def test_ledger_does_not_go_along_with_a_setting_that_is_switched_off(self):
        self._receive(self.tahini, "TAH-1", 10.0)
        with self.assertRaisesRegex(UserError, "Lot Genealogy needs what you are removing .*by itself first"):
            self._switch_off_dates()
        module = self.env.ref("base.module_lot_genealogy")
        self.assertEqual(module.state, "installed")
