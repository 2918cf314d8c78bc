"""Lot numbers after a pattern: ``{product.code}-{y2}{doy}{seq:02}`` gives 01-2632504.

In braces stand tokens, all else is text; ``{{`` and ``}}`` are braces themselves.

- ``{date:%Y%m%d}``: a day with the directives of ``DIRECTIVES``; ``{doy}`` is the day of
  the year (Julian day) with three digits, ``{y}``, ``{y2}``, ``{year}`` the year with one,
  two, four;
- ``{product.code}``, ``{category.code}``, ``{supplier.code}``, ``{site}``, ``{line}``,
  ``{shift}``: given values;
- ``{seq:02}``: the sequence with at least two digits; it grows beyond them and is never
  cut. It counts for itself whatever else the number shows, so that it begins anew when
  that changes: with the day, the product, … ``{seq:03 per day}``, ``{seq:04 per
  product+year}``, ``{seq per pattern}`` count per what they name instead;
- ``{check:mod10}``: check digit of all that stands before it.

The counters themselves are the caller's: :meth:`Pattern.get_key` says which to use.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from .gs1_checks import CHARSETS
from .numbering_parse import Parser, PatternError
from .numbering_tokens import (
    CHECKS,
    SCOPES,
    VALUE_TOKENS,
    YEAR_DIGITS,
    get_directive,
    get_period,
    get_shown,
    has_time,
)


class MissingValue(ValueError):
    """A number cannot be made: ``names`` are the tokens (or ``product``) without value."""

    def __init__(self, names):
        super().__init__(f"No value for {', '.join(names)}.")
        self.names = names


class Preview(NamedTuple):
    """What a pattern will give, for the one who writes it."""

    numbers: list
    """The first three."""
    problems: list
    warnings: list
    """``no_sequence`` (what has the same values gets the same number), ``long`` (more than
    the 20 characters of a GS1 lot number), ``character`` (one that GS1 does not allow)."""
    missing: list
    """Tokens that had no value."""


class Pattern:
    """A pattern, ready to make and to recognise numbers.

    :raise PatternError: the text is no pattern
    """

    def __init__(self, text):
        parser = Parser(text)
        if parser.problems:
            raise PatternError(parser.problems)
        self.text = text
        self.parts = parser.parts
        self.scope = parser.scope
        self._shown = {get_shown(part.name) for part in self.parts}

    def __repr__(self):
        return f"Pattern({self.text!r})"

    @property
    def has_sequence(self):
        return any(part.name == "seq" for part in self.parts)

    @property
    def needs(self):
        """Names of the values that it needs, in the order of the pattern."""
        names = [_get_value_name(part.name) for part in self.parts]
        names += ["product"] if "product" in self.scope else []
        names += ["date"] if {"day", "week", "month", "year"} & set(self.scope) else []
        return list(dict.fromkeys(name for name in names if name))

    # ---- making numbers -------------------------------------------------------------------

    def render(self, values: Mapping, number=None):
        """The number.

        :param values: value of each token by its name, as str or int; ``date`` is a date (a
            datetime if the pattern shows the time), in local time
        :param number: the sequence, not below zero; only without ``{seq}`` it may be None
        :raise MissingValue: a value is missing, None or blank
        """
        self._check_values(values)
        if self.has_sequence and (number is None or number < 0):
            raise ValueError(f"{number} is not a number of a sequence.")
        return "".join(self._render(values, number))

    def get_key(self, values: Mapping):
        """What the sequence of such a number is counted by; None without a sequence.

        Numbers with the same key share a counter, which begins at 1. The key is a text for
        this pattern; who has several (or several companies) adds which.

        :param values: as for :meth:`render`; with ``per product`` also ``product``: what
            tells a product from others, such as its id
        :raise MissingValue: as above
        """
        if not self.has_sequence:
            return None
        self._check_values(values)
        if not self.scope:
            pieces = zip(self.parts, self._render(values, 0))
            return "".join(
                f"{{{part.name}}}" if part.name in ("seq", "check") else piece for part, piece in pieces
            )
        digits = max((YEAR_DIGITS.get(part.name, 0) for part in self.parts), default=0)
        return " ".join(f"{scope}={self._get_scope_value(scope, values, digits)}" for scope in self.scope)

    def find_free(self, values: Mapping, taken, number=1):
        """The first number from `number` on that is not taken: ``(number, text)``.

        :param taken: collection of texts
        :return: None if there is no sequence and the only text is taken
        """
        if not self.has_sequence:
            text = self.render(values)
            return None if text in taken else (None, text)
        while (text := self.render(values, number)) in taken:
            number += 1
        return number, text

    # ---- recognising numbers ----------------------------------------------------------------

    def match(self, text, values: Mapping | None = None):
        """The sequence that a number shows, 0 without ``{seq}``; None: not of this pattern.

        :param values: those that are known; what is not given may be anything. A wrong check
            digit does not match.
        """
        return self._match(re.compile(self._get_regex(values or {}, None), re.ASCII | re.DOTALL), text)

    def find_highest(self, texts, values: Mapping):
        """The highest sequence among numbers that share the counter of `values`; 0 if none.

        To begin a counter where numbers exist. Where the scope cannot be told from a number,
        more of them count: a counter then begins too high, never too low.

        :raise MissingValue: as for :meth:`get_key`
        """
        self._check_values(values)
        regex = re.compile(self._get_regex(values, self._get_fixed()), re.ASCII | re.DOTALL)
        return max((self._match(regex, text) or 0 for text in texts), default=0)

    # ---- inside -----------------------------------------------------------------------------

    def _check_values(self, values):
        missing = [name for name in self.needs if not _has(values, name)]
        if "date" not in missing and "time" in self._shown and not has_time(values["date"]):
            missing.append("date (with time)")
        if missing:
            raise MissingValue(missing)

    def _render(self, values, number):
        """The rendered parts."""
        done = []
        for name, option in self.parts:
            if not name:
                done.append(option)
            elif name == "seq":
                done.append(f"{number:0{int(option)}}")
            elif name == "check":
                done.append(CHECKS[option][0]("".join(done)))
            elif name in VALUE_TOKENS:
                done.append(str(values[name]))
            else:
                done.append(get_directive(name).render(values["date"]))
        return done

    def _get_scope_value(self, scope, values, digits):
        if scope == "pattern":
            return "*"
        if scope in ("day", "week", "month", "year"):
            return get_period(scope, values["date"], digits)
        name = f"{scope}.code" if scope in ("category", "supplier") else scope
        return str(values[name])

    def _get_fixed(self):
        """What of a number is the same for all that share a counter; None: all."""
        if not self.scope:
            return None
        fixed = {f"{scope}.code" for scope in self.scope} | set(self.scope)
        for scope in self.scope:
            for way in SCOPES[scope]:
                fixed |= way
        return fixed

    def _get_regex(self, values, fixed):
        regex = []
        checks = 0
        for name, option in self.parts:
            if not name:
                regex.append(re.escape(option))
            elif name == "seq":
                size = int(option)
                # As many digits as may be its own: see find_highest.
                regex.append(rf"(?P<seq>[1-9]\d{{{size},}}|\d{{{size}}})")
            elif name == "check":
                regex.append(f"(?P<check{checks}>{CHECKS[option][1]})")
                checks += 1
            else:
                known = (fixed is None or get_shown(name) in fixed) and _has(values, _get_value_name(name))
                if name in VALUE_TOKENS:
                    regex.append(re.escape(str(values[name])) if known else ".+?")
                else:
                    directive = get_directive(name)
                    known = known and (directive.shows != "time" or has_time(values["date"]))
                    regex.append(directive.render(values["date"]) if known else directive.regex)
        return "".join(regex)

    def _match(self, regex, text):
        found = regex.fullmatch(text)
        if not found:
            return None
        checks = [part.option for part in self.parts if part.name == "check"]
        for i, method in enumerate(checks):
            if CHECKS[method][0](text[: found.start(f"check{i}")]) != found.group(f"check{i}"):
                return None
        return int(found.group("seq")) if self.has_sequence else 0


def preview(text, values: Mapping, number=1):
    """What a text would give as a pattern; never raises.

    :rtype: Preview
    """
    try:
        pattern = Pattern(text)
    except PatternError as error:
        return Preview([], error.problems, [], [])
    try:
        count = 3 if pattern.has_sequence else 1
        numbers = [pattern.render(values, number + i) for i in range(count)]
    except MissingValue as error:
        return Preview([], [], [], error.names)
    warnings = [] if pattern.has_sequence else ["no_sequence"]
    warnings += ["long"] if len(numbers[-1]) > 20 else []
    warnings += [] if CHARSETS["X"].issuperset("".join(numbers)) else ["character"]
    return Preview(numbers, [], warnings, [])


def _get_value_name(name):
    """The name of the value that a part needs, None if none."""
    if name in ("", "seq", "check"):
        return None
    return name if name in VALUE_TOKENS else "date"


def _has(values, name):
    value = values.get(name)
    return value is not None and value is not False and bool(str(value).strip())
