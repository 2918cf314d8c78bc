"""``odoo lot_verify -d DATABASE``: is the ledger what the stock moves say?"""

import sys

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class LotVerify(Command):
    """Compare the lot ledger with the done stock moves and print each difference.

    Exit status 0: equal, 1: different or not possible.
    """

    name = "lot_verify"

    def run(self, args):
        config.parser.prog = self.prog
        config.parse_config([*args, "--no-http"], setup_logging=True)
        databases = config["db_name"]
        if len(databases) != 1:
            sys.exit("Name one database: -d DATABASE")
        with Registry(databases[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if "lot.verify" not in env:
                sys.exit("Lot Genealogy is not installed in this database.")
            verify = env["lot.verify"].create({"user_id": env.uid})._verify()
            sys.stdout.writelines(f"{line}\n" for line in verify._get_text())
            status = 0 if verify.state == "equal" else 1
        sys.exit(status)
