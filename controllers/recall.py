"""Pages of a recall for people without a login: the answer of a consignee, the public notice."""

import collections
import datetime
import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..engine.recall_reach import AMOUNTS
from ..models.lot_recall_answer import FILE_MEGABYTES, FILES

# A form with all its files, and some room for its text.
MAX_REQUEST = (FILES + 1) * FILE_MEGABYTES * 1024 * 1024
# 1.400 is fourteen hundred to some and less than two to others: asked again, never guessed.
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")


class LotRecallController(http.Controller):
    @http.route(
        "/recall/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        sitemap=False,
        max_content_length=MAX_REQUEST,
    )
    def recall_answer(self, token, **form):
        """The page of one consignee: his deliveries of affected lots, and what he says of them."""
        # No text in the database holds a NUL; a file under the name of a text is none.
        form = {name: text.replace("\0", "") for name, text in form.items() if isinstance(text, str)}
        consignee = self._find_consignee(token.replace("\0", ""))
        if consignee is None:
            return self._render("lot_genealogy.lot_recall_page_unknown", {}, status=404)
        if consignee._is_link_over():
            return self._render("lot_genealogy.lot_recall_page_over", {}, status=410)
        values = {"consignee": consignee, "recall": consignee.recall_id, "problems": []}
        values["form"] = {"understood": str(+consignee.understood), "passed_on": consignee.passed_on}
        values["groups"] = consignee._group_lots()
        values["said"] = consignee._get_said(values["groups"])
        values["refusals"] = consignee._find_answer_problems("page")
        if request.httprequest.method == "POST":
            values["form"] = form
            try:
                self._take(consignee, form, values["groups"])
                values["said"] = consignee._get_said(values["groups"])
                return self._render("lot_genealogy.lot_recall_page_thanks", values)
            except UserError as error:
                # Nothing of it was written; what was entered stands in the form again.
                values["problems"] = str(error.args[0]).split("\n")
        status = 422 if values["problems"] else 200
        return self._render("lot_genealogy.lot_recall_page_answer", values, status=status)

    @http.route("/recall/public/<int:recall_id>", type="http", auth="public", methods=["GET"], sitemap=False)
    def recall_public(self, recall_id, **_ignored):
        """The public notice. Before it is published only those see it who may read the case."""
        recall = request.env["lot.recall"].browse(recall_id).exists()
        may_read = bool(recall) and recall.has_access("read")
        if not recall or not (recall.sudo().published_at or may_read):
            return self._render("lot_genealogy.lot_recall_page_unknown", {}, status=404)
        recall = recall.sudo()
        values = {"recall": recall, "products": recall._get_public_products()}
        return self._render("lot_genealogy.lot_recall_page_public", values)

    # ---- helpers --------------------------------------------------------------------

    def _find_consignee(self, token):
        """Of the link; ``None``: there is none, or too many wrong ones came from this address."""
        registry = request.env.registry
        # As Odoo counts failed logins, and with the same settings, but in a map of its own: a link that is
        # right must not wipe out somebody's failed logins.
        failures = getattr(registry, "_lot_recall_failures", None)
        if failures is None:
            failures = collections.defaultdict(lambda: (0, datetime.datetime.min))
            registry._lot_recall_failures = failures
        source = request.httprequest.remote_addr
        count, previous = failures[source]
        if request.env["res.users"].sudo()._on_login_cooldown(count, previous):
            return None
        domain = [("access_token", "=", token)]
        consignee = request.env["lot.recall.consignee"].sudo().search(domain, limit=1)
        if not consignee:
            failures[source] = (count + 1, datetime.datetime.now())
            return None
        failures.pop(source, None)
        lang = consignee._get_lang()
        request.update_context(lang=lang)
        return consignee.with_context(lang=lang)

    def _take(self, consignee, form, groups):
        unread = []
        amounts = [
            self._read_amounts(form, index, lines[0], unread) for index, (lines, _sum) in enumerate(groups)
        ]
        vals = {name: form.get(name) for name in ("person", "passed_on", "comment")}
        vals["understood"] = form.get("understood") == "1"
        files = [
            (file.filename, file.read(FILE_MEGABYTES * 1024 * 1024 + 1))
            for file in request.httprequest.files.getlist("files")[: FILES + 1]
            if file.filename
        ]
        with request.env.cr.savepoint():
            consignee._record_answer(vals, amounts, files, unread=unread)

    def _read_amounts(self, form, index, line, unread):
        """The quantities of one lot; ``None``: none was entered. A comma is a point."""
        texts = {name: (form.get(f"{name}_{index}") or "").strip() for name in AMOUNTS}
        amounts = {}
        for name, text in texts.items():
            try:
                if AMBIGUOUS.fullmatch(text):
                    raise ValueError(text)
                amounts[name] = float(text.replace(",", ".") or 0)
            except ValueError:
                unread.append(self._say_unread(line, text[:40]))
        return amounts if any(texts.values()) else None

    def _say_unread(self, line, text):
        if AMBIGUOUS.fullmatch(text):
            problem = line.env._("“%s” can be read in two ways: write thousands without a mark", text)
        else:
            problem = line.env._("“%s” is no quantity", text)
        return line.env._("Lot %(lot)s: %(problem)s.", lot=line.lot_name, problem=problem)

    def _render(self, template, values, status=200):
        response = request.render(template, values)
        response.status_code = status
        # The address is a key: it goes to nobody and into no search engine.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "no-store"
        return response
