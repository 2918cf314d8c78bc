"""What a consignee answered: on his own page, or told to somebody here who typed it in.

Answers are kept as they came; the last one is what counts on the consignee and on his deliveries.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mimetypes import guess_mimetype

from ..engine.recall_reach import AMOUNTS, find_problems, spread
from .lot_recall_consignee import PASSED_ON
from .quantity import say_quantity

# With how their names end.
FILE_TYPES = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
}
FILE_MEGABYTES = 10
FILES = 5
# Of one consignee, by his link: nobody answers that often.
ANSWERS = 50
TEXT = 5_000
# Compared by identity: a caller can send a context, but not this.
ANSWERING = object()


class LotRecallAnswer(models.Model):
    _name = "lot.recall.answer"
    _inherit = ["lot.own.defaults"]
    _description = "Answer of a consignee"
    _order = "id desc"
    _rec_name = "answered_at"

    consignee_id = fields.Many2one(
        "lot.recall.consignee", required=True, index=True, ondelete="cascade", readonly=True
    )
    recall_id = fields.Many2one(related="consignee_id.recall_id", store=True, index=True)
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    answered_at = fields.Datetime(string="Answered on", required=True, readonly=True)
    channel = fields.Selection(
        [
            ("page", "Answer page"),
            ("phone", "Phone"),
            ("mail", "E-mail"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Typed in by", readonly=True)
    person = fields.Char(string="Name", readonly=True, help="Who answered for the consignee.")
    understood = fields.Boolean(string="Received and understood", readonly=True)
    passed_on = fields.Selection(PASSED_ON, string="Passed on to own customers", readonly=True)
    comment = fields.Text(readonly=True)
    line_ids = fields.One2many("lot.recall.answer.line", "answer_id", readonly=True)
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        domain=[("res_model", "=", "lot.recall.answer")],
        string="Files",
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_answering()
        return super().create(vals_list)

    def write(self, vals):
        self._check_answering()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_answering()

    def _check_answering(self):
        if self.env.context.get("lot_recall_answering") is not ANSWERING:
            raise UserError(self.env._("An answer stays as it came. A later answer takes its place."))


class LotRecallAnswerLine(models.Model):
    _name = "lot.recall.answer.line"
    _inherit = ["lot.own.defaults"]
    _description = "What a consignee answered about a lot"
    _order = "answer_id, id"
    _rec_name = "lot_name"
    _log_access = False

    answer_id = fields.Many2one(
        "lot.recall.answer", required=True, index=True, ondelete="cascade", readonly=True
    )
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    lot_name = fields.Char(string="Lot number", readonly=True)
    product_name = fields.Char(string="Product", readonly=True)
    uom_name = fields.Char(string="Unit", readonly=True)
    delivered = fields.Float(readonly=True, digits="Product Unit")
    on_hand = fields.Float(string="Still there", readonly=True, digits="Product Unit")
    used = fields.Float(readonly=True, digits="Product Unit")
    sold = fields.Float(string="Sold on", readonly=True, digits="Product Unit")
    returned = fields.Float(readonly=True, digits="Product Unit")
    destroyed = fields.Float(readonly=True, digits="Product Unit")

    def _get_text(self):
        """What was said of the lot, in a line."""
        parts = [
            f"{self._fields[name]._description_string(self.env)}: {say_quantity(self.env, self[name])}"
            for name in AMOUNTS
            if self[name]
        ]
        return ", ".join(parts) or self.env._("nothing left, nothing used or sold")


class LotRecallConsignee(models.Model):
    _inherit = "lot.recall.consignee"

    def _group_lots(self):
        """``[(lines, delivered)]``: the deliveries of each lot, product and unit, and what of it he has not
        given back before the scope was frozen."""
        self.ensure_one()
        groups = self.line_ids.sorted(lambda line: (line.product_name or "", line.lot_name, line.id)).grouped(
            lambda line: (line.lot_id.id or line.lot_name, line.product_id.id, line.uom_name)
        )
        return [
            (lines, sum(line.quantity - line.quantity_back for line in lines)) for lines in groups.values()
        ]

    def _get_said(self, groups):
        """Of each of :meth:`_group_lots` what he last said of it, ``(moment, text)``; ``None``: nothing.

        A later answer takes the place of what was said of the lots that it names; of the others it stays.
        """
        said = {}
        for answer in self.answer_ids.sorted("id"):
            for line in answer.line_ids:
                said[line.lot_id.id or line.lot_name, line.product_name, line.uom_name] = line
        result = []
        for lines, _delivered in groups:
            first = lines[0]
            line = said.get((first.lot_id.id or first.lot_name, first.product_name, first.uom_name))
            result.append(line and (line.answer_id.answered_at, line._get_text()))
        return result

    def _record_answer(self, vals, amounts, files=(), channel="page", unread=()):
        """Take an answer, wholly or not at all.

        :param vals: ``person``, ``understood``, ``passed_on``, ``comment``
        :param amounts: one dict (see `AMOUNTS` of the engine) for each of :meth:`_group_lots`, in their
            order; ``None`` where nothing was said
        :param files: ``[(name, bytes)]``, photos or PDF
        :param unread: sentences on what could not be read
        :raise UserError: with all that is wrong
        """
        self.ensure_one()
        self.env.cr.execute("SELECT FROM lot_recall_consignee WHERE id = %s FOR UPDATE", [self.id])
        groups = self._group_lots()
        problems = [*self._find_answer_problems(channel), *unread]
        for (lines, delivered), amount in zip(groups, amounts):
            problems += self._find_amount_problems(lines[0], delivered, amount or {})
        problems += self._find_file_problems(files)
        if vals.get("passed_on") not in (None, False, "", *dict(PASSED_ON)):
            problems.append(self.env._("Choose one of the answers to whether you passed it on."))
        if problems:
            raise ValidationError("\n".join(problems))
        # Server code alone comes here; the page is open to whoever has the link.
        me = self.sudo().with_context(lot_recall_answering=ANSWERING)
        answer = me._create_answer(vals, groups, amounts, channel)
        me._attach_files(answer, files)
        me._take_answer(answer, groups, amounts)
        return answer.with_env(self.env)

    def _create_answer(self, vals, groups, amounts, channel):
        return self.env["lot.recall.answer"].create(
            {
                "consignee_id": self.id,
                "answered_at": fields.Datetime.now(),
                "channel": channel,
                "user_id": False if channel == "page" else self.env.uid,
                "person": (vals.get("person") or "")[:200],
                "understood": bool(vals.get("understood")),
                "passed_on": vals.get("passed_on") or False,
                "comment": (vals.get("comment") or "")[:TEXT],
                "line_ids": [
                    fields.Command.create(
                        {
                            "lot_id": lines[0].lot_id.id,
                            "lot_name": lines[0].lot_name,
                            "product_name": lines[0].product_name,
                            "uom_name": lines[0].uom_name,
                            "delivered": delivered,
                            **amount,
                        }
                    )
                    for (lines, delivered), amount in zip(groups, amounts)
                    if amount
                ],
            }
        )

    def _attach_files(self, answer, files):
        vals_list = []
        for name, content in files:
            # By its content: what begins as a photo and is named run.hta would be opened as that.
            mimetype = guess_mimetype(content)
            ends = FILE_TYPES[mimetype]
            name = name[:200] if name[:200].lower().endswith(ends) else name[:200] + ends[0]
            vals_list.append({"name": name, "mimetype": mimetype, "raw": content})
        place = {"res_model": answer._name, "res_id": answer.id}
        self.env["ir.attachment"].create([{**vals, **place} for vals in vals_list])

    def _take_answer(self, answer, groups, amounts):
        self.write(
            {
                "answered_at": self.answered_at or answer.answered_at,
                "understood": answer.understood or self.understood,
                "passed_on": answer.passed_on or self.passed_on,
                # Who answers was told.
                "told_at": self.told_at or answer.answered_at,
                "told_how": self.told_how or "other",
            }
        )
        for (lines, _delivered), amount in zip(groups, amounts):
            if not amount:
                continue
            parts = spread([(line.id, line.quantity - line.quantity_back) for line in lines], amount)
            for line in lines:
                part = parts[line.id]
                line.write(
                    {
                        "quantity_unsold": part["on_hand"],
                        "quantity_sold": part["used"] + part["sold"],
                        "quantity_returned": part["returned"],
                        "quantity_destroyed": part["destroyed"],
                    }
                )

    # ---- what is wrong with an answer -----------------------------------------------

    def _find_answer_problems(self, channel):
        if self.recall_id.state not in ("active", "closing"):
            return [self.env._("This case takes no answers any more. Please call us.")]
        if channel == "page" and self.is_drill:
            return [self.env._("This is a drill: the page shows what would be asked.")]
        if channel == "page" and len(self.sudo().answer_ids) >= ANSWERS:
            return [self.env._("There are very many answers from this link already. Please call us.")]
        return []

    def _find_amount_problems(self, line, delivered, amount):
        sentences = {
            "negative": self.env._("a quantity is less than nothing"),
            "not_finite": self.env._("a quantity is no number"),
            "more": self.env._(
                "together it is more than the %(quantity)s %(unit)s that were delivered",
                quantity=self._say_quantity(delivered),
                unit=line.uom_name or "",
            ),
        }
        found = find_problems(delivered, amount) if amount else []
        return [
            self.env._("Lot %(lot)s: %(problem)s.", lot=line.lot_name, problem=sentences[one])
            for one in found
        ]

    def _find_file_problems(self, files):
        problems = []
        if len(files) > FILES:
            problems.append(self.env._("Send at most %s files at once.", FILES))
        for name, content in files:
            if len(content) > FILE_MEGABYTES * 1024 * 1024:
                problems.append(
                    self.env._(
                        "%(file)s is larger than %(size)s MB: send a smaller photo.",
                        file=name,
                        size=FILE_MEGABYTES,
                    )
                )
            elif guess_mimetype(content) not in FILE_TYPES:
                problems.append(self.env._("%s is no photo (JPEG, PNG, WebP) and no PDF.", name))
        return problems
