"""The question as it comes over the wire."""

import json

from odoo.exceptions import UserError


def read_question(env, raw):
    """A question as `lot.trace` takes it, from JSON text or a dict.

    Only what a question consists of is taken over: whatever else a browser sends,
    rows for instance, goes no further.

    :raises UserError: it is no question; what is in it, `lot.trace` checks
    """
    question = raw
    if isinstance(raw, str | bytes):
        try:
            question = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise UserError(_unreadable(env)) from error
    if not isinstance(question, dict):
        raise UserError(_unreadable(env))
    return {key: question.get(key) for key in ("items", "direction", "options")}


def with_max_rows(question, max_rows):
    """The same question with the length of lists that a renderer needs."""
    options = question.get("options")
    # Anything but a dict is left as it is: `lot.trace` says what is wrong with it.
    if options is None or isinstance(options, dict):
        question = {**question, "options": {**(options or {}), "max_rows": max_rows}}
    return question


def _unreadable(env):
    return env._(
        "This is not a question that can be answered: it is not readable JSON with "
        "“items”, “direction” and “options”. Ask again from the screen “Trace”."
    )
