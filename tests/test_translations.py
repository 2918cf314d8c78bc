import io

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.translate import trans_export

MODULE = "lot_genealogy"


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_every_term_stands_in_the_file_for_translators(self):
        with file_open(f"{MODULE}/i18n/{MODULE}.pot") as file:
            kept = {entry.msgid for entry in polib.pofile(file.read())}
        found = io.BytesIO()
        trans_export(None, [MODULE], found, "po", self.env)
        terms = {entry.msgid for entry in polib.pofile(found.getvalue().decode())}
        self.assertEqual(kept, terms, "README.md, Work on it, says how to write the file anew")
