"""The trace: one question, one answer. See docs/trace.md for every key.

Every screen, report and export renders what this returns; none asks for itself.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .lot_trace_answer import TraceAnswer

DIRECTIONS = ("backward", "forward", "both")
GROUP = "lot_genealogy.group_quality"
MOST_ERRORS = 20  # that are said of one question


class LotTrace(models.AbstractModel):
    _name = "lot.trace"
    _description = "Lot trace"

    @api.model
    @api.readonly
    def answer(self, question):
        """The Trace of a question.

        :param dict question: items, direction and options as in docs/trace.md
        :returns: the Trace, a dict of plain values
        :raises AccessError: the user may not trace
        :raises UserError: the question cannot be answered: all reasons at once
        """
        self._check_may_trace()
        return TraceAnswer(self.env, *self._resolve(question)).build()

    @api.model
    @api.readonly
    def trace(self, lot_ids, direction="both", options=None):
        """The Trace of some lots: `answer` for a list of `stock.lot` ids."""
        return self.answer(
            {
                "items": [{"type": "lot", "id": lot_id} for lot_id in lot_ids or []],
                "direction": direction,
                "options": options or {},
            }
        )

    @api.model
    def _find_lots(self, question):
        """The lots of a question and those that its answer names: for what acts on them.

        :returns: ``(start lots, {"forward": lots, "backward": lots}, number of gaps)``, ids; the start
            lots are among the found ones. Raises as `answer` does.
        """
        self._check_may_trace()
        items, lot_ids, direction, options = self._resolve(question)
        found, gap_count = TraceAnswer(self.env, items, lot_ids, direction, options).find()
        return lot_ids, found, gap_count

    @api.model
    def _resolve(self, question):
        """``(items, start lots, direction, options)`` of a question, or all that is wrong with it."""
        items, direction, options, errors = self._read_question(question)
        lot_ids, item_errors = self._resolve_items(items)
        errors += item_errors
        if len(errors) > MOST_ERRORS:
            more = self.env._("… and %(count)s more.", count=len(errors) - MOST_ERRORS)
            errors = [*errors[:MOST_ERRORS], more]
        if errors:
            raise UserError("\n".join(errors))
        return items, lot_ids, direction, options

    @api.model
    def _check_may_trace(self):
        if not self.env.su and not self.env.user.has_group(GROUP):
            raise AccessError(
                self.env._(
                    "Traces are for Quality and Compliance officers. Ask your "
                    "administrator for one of these roles (Settings, Users, "
                    "Traceability) if you need it."
                )
            )

    @api.model
    def _read_question(self, question):
        """Take a question apart: items, direction, options and what is wrong with it."""
        errors = []
        if not isinstance(question, dict):
            question = {}
        items = question.get("items") or []
        if not isinstance(items, list) or not items:
            items = []
            errors.append(
                self.env._(
                    "Nothing to trace: give at least one lot, product, order, transfer, "
                    "supplier or scanned code."
                )
            )
        items = [dict(item) if isinstance(item, dict) else item for item in items]
        direction = question.get("direction") or "both"
        if direction not in DIRECTIONS:
            errors.append(
                self.env._(
                    "The direction is “backward” (made from), “forward” (went to) or "
                    "“both”, not “%(direction)s”.",
                    direction=direction,
                )
            )
        given = question.get("options") or {}
        if not isinstance(given, dict):
            given = {}
        max_rows = given.get("max_rows") or 0
        if isinstance(max_rows, bool) or not isinstance(max_rows, int) or max_rows < 0:
            errors.append(self.env._("“max_rows” is a whole number, 0 for all rows."))
            max_rows = 0
        options = {
            "conservative": bool(given.get("conservative")),
            "max_rows": max_rows,
        }
        return items, direction, options, errors
