"""Signing as people do it: press the button, give the password in Odoo's own dialog."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase


class SigningCase(HttpCase):
    """The password of each user is his login with ``_pass``."""

    def _call(self, record, method, context=None):
        """Press a button over HTTP; what is refused is raised as a UserError here."""
        params = {
            "model": record._name,
            "method": method,
            "args": [record.ids],
            "kwargs": {"context": context or {}},
        }
        url = f"/web/dataset/call_button/{record._name}/{method}"
        answer = self.url_open(url, json={"jsonrpc": "2.0", "method": "call", "params": params}).json()
        self.env.invalidate_all()
        if "error" in answer:
            raise UserError(answer["error"]["data"]["message"])
        return answer["result"]

    def _sign(self, record, method, user, password=None):
        """Press the button, give the password in Odoo's own dialog."""
        self.authenticate(user.login, f"{user.login}_pass")
        action = self._call(record, method)
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        check = self.env["res.users.identitycheck"].browse(action["res_id"])
        return self._call(check, "run_check", {"password": password or f"{user.login}_pass"})
