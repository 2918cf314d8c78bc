"""Takes number patterns apart, and says what is wrong with them (:mod:`.numbering`)."""

import re
from difflib import get_close_matches
from typing import NamedTuple

from .numbering_tokens import CHECKS, DIRECTIVES, SCOPES, TOKENS, get_shown, is_shown

PROBLEMS = {
    "empty": "The pattern is empty.",
    "unclosed": "This brace is never closed; write {{{{ for a brace in the number.",
    "unopened": "This brace closes nothing; write }}}} for a brace in the number.",
    "token": "“{found}” is not known; allowed are {allowed}.",
    "option": "{{{token}}} cannot be “{found}”; allowed are {allowed}.",
    "second_seq": "A number has one sequence only.",
    "nothing_before": "A check digit needs something before it.",
    "hidden": "The number does not show the {found} that it counts per: it would come twice.",
}
"""Kind of problem: English sentence with the fields of :attr:`Problem.values`."""


class Problem(NamedTuple):
    """One thing that is wrong with a pattern."""

    kind: str
    position: int
    """Of the first character that is wrong, in the pattern's text."""
    values: dict

    @property
    def message(self):
        return PROBLEMS[self.kind].format(**self.values)


class PatternError(ValueError):
    """A text is no pattern; ``problems`` are all that is wrong, by position."""

    def __init__(self, problems):
        super().__init__(" ".join(f"{one.message} (at {one.position + 1})" for one in problems))
        self.problems = problems


class Part(NamedTuple):
    """One piece of a pattern."""

    name: str
    """Name of a token, ``%x`` for a directive of a date, or empty: text."""
    option: str
    """The text; the fewest digits of a sequence; the method of a check."""


class Parser:
    """Collects the parts of a text, and all problems on the way.

    :ivar parts: list of :class:`Part`
    :ivar scope: what the sequence counts per, as named in the text; empty: all it shows
    :ivar problems: by position
    """

    def __init__(self, text):
        self.parts = []
        self.scope = ()
        self.problems = []
        self._scope_at = 0
        if not text:
            self._refuse("empty", 0)
        for found in re.finditer(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+", text):
            piece = found.group()
            if piece in ("{", "}"):
                self._refuse("unclosed" if piece == "{" else "unopened", found.start())
            elif piece[0] == "{" and piece[-1] == "}":
                self._add_token(piece, found.start())
            else:
                self.parts.append(Part("", piece[0] if piece in ("{{", "}}") else piece))
        shown = {get_shown(part.name) for part in self.parts}
        for scope in self.scope:
            if scope in SCOPES and not is_shown(scope, shown):
                self._refuse("hidden", self._scope_at, found=scope)
        self.problems.sort(key=lambda problem: problem.position)

    def _refuse(self, kind, position, **values):
        self.problems.append(Problem(kind, position, values))

    def _refuse_option(self, token, found, position, allowed):
        self._refuse("option", position, token=token, found=found, allowed=", ".join(allowed))

    def _add_token(self, piece, position):
        name, colon, option = piece[1:-1].partition(":")
        at = position + 1 + len(name) + len(colon)
        if name.startswith("seq "):
            name, option, at = "seq", name[4:] + colon + option, position + 5
        if name == "date":
            self._add_date(option, at)
        elif name == "seq":
            self._add_sequence(option, position, at)
        elif name == "check":
            if option not in CHECKS:
                self._refuse_option(name, option, at, CHECKS)
            elif not self.parts:
                self._refuse("nothing_before", position)
            self.parts.append(Part(name, option))
        elif name not in TOKENS:
            # What was probably meant comes first.
            close = dict.fromkeys([*get_close_matches(name, TOKENS, n=1), *TOKENS])
            allowed = ", ".join(f"{{{one}}}" for one in close)
            self._refuse("token", position, found=piece, allowed=allowed)
        elif colon:
            self._refuse_option(name, option, at, [f"{{{name}}}"])
        else:
            self.parts.append(Part(name, ""))

    def _add_date(self, option, at):
        if not option:
            self._refuse_option("date", option, at, [f"%{one}" for one in DIRECTIVES])
        pieces = re.finditer(r"%(.?)|[^%]+", option, re.DOTALL)
        for piece in pieces:
            directive = piece.group(1)
            if directive in DIRECTIVES:
                self.parts.append(Part(piece.group(), ""))
            elif directive is None or directive == "%":
                self.parts.append(Part("", piece.group() if directive is None else "%"))
            else:
                allowed = [f"%{one}" for one in DIRECTIVES]
                self._refuse_option("date", piece.group(), at + piece.start(), allowed)

    def _add_sequence(self, option, position, at):
        found = re.fullmatch(r"(0[1-9]\d?)?(?:(?:^| +)per +(\w+(?: *\+ *\w+)*) *)?", option, re.ASCII)
        scope = tuple(dict.fromkeys(re.findall(r"\w+", found.group(2) or ""))) if found else ()
        if not found or not SCOPES.keys() >= set(scope) or ("pattern" in scope and len(scope) > 1):
            allowed = ["02", *(f"per {one}" for one in SCOPES), "per product+day"]
            self._refuse_option("seq", option, at, allowed)
        if any(part.name == "seq" for part in self.parts):
            self._refuse("second_seq", position)
        self.scope = scope
        self._scope_at = at
        self.parts.append(Part("seq", found.group(1) or "01" if found else "01"))
