"""What a scanned or typed GS1 code says, as plain values, and what is wrong with it."""

from collections.abc import Sequence
from typing import NamedTuple

from .gs1_checks import find_wrong
from .gs1_facts import get_facts
from .gs1_table import IDENTIFIERS, matches


def _lt(sentence):
    """Marks a sentence for translation; the translating is done by whoever shows it."""
    return sentence


KINDS = {
    "too_long": (
        "error",
        _lt("The code has {found} characters, more than any GS1 symbol holds ({longest})."),
    ),
    "not_gs1": ("error", _lt("This is not a GS1 code.")),
    "unknown_ai": ("error", _lt("“{found}” begins with no application identifier of GS1.")),
    "length": ("error", _lt("({ai}) {name}: {found} characters instead of {wanted}.")),
    "character": ("error", _lt("({ai}) {name}: the character {character!r} is not allowed here.")),
    "check_digit": ("error", _lt("({ai}) {name}: the check digit is {found}, it should be {expected}.")),
    "date": ("error", _lt("({ai}) {name}: there is no day “{found}”.")),
    "content": ("error", _lt("({ai}) {name}: “{found}” is not a valid value.")),
    "conflict": ("error", _lt("({ai}) {name} stands twice, with the values “{first}” and “{found}”.")),
    "escape": ("error", _lt("“{found}” is not a valid percent-encoding.")),
    "no_key": ("error", _lt("The web address names no GS1 key that can be read (it may be compressed).")),
    "symbology": (
        "warning",
        _lt("The symbol ({symbology}) is not marked as GS1: it was made without FNC1 in front."),
    ),
    "separator": ("warning", _lt("The separator (FNC1) after ({ai}) {name} is missing.")),
    "missing": ("warning", _lt("({ai}) {name} needs beside it {needs}.")),
    "excluded": ("warning", _lt("({ai}) {name} may not stand beside ({other}) {other_name}.")),
    "short_gtin": ("warning", _lt("({ai}) {name}: written with {found} digits instead of 14.")),
    "plus": ("warning", _lt("({ai}) {name}: a plus is not percent-encoded; it was read as itself.")),
    "path": ("warning", _lt("({ai}) {name} does not belong here in the path of the web address.")),
    "query": ("warning", _lt("({ai}) {name} does not belong in the query of the web address.")),
}
"""Kind of issue: level, English sentence. Fields of the sentence: ``ai``, ``name`` and
those of :attr:`Issue.values`.

An ``error``: what it is about could not be read, or cannot be trusted. A ``warning``: it
was read, and breaks a rule of GS1."""


class Issue(NamedTuple):
    """One thing that is wrong with a code."""

    kind: str
    position: int
    """Of the first wrong character in :attr:`Code.text`; its length: at the end."""
    ai: str | None
    values: dict
    """What the sentence of the kind says, strings and integers."""

    @property
    def level(self):
        return KINDS[self.kind][0]

    @property
    def message(self):
        """The English sentence; to translate it, put ``sentence_values`` into another."""
        return KINDS[self.kind][1].format(**self.sentence_values)

    @property
    def sentence_values(self):
        values = {"ai": self.ai, **self.values}
        if self.ai in IDENTIFIERS:
            values["name"] = IDENTIFIERS[self.ai].name
        if self.values.get("other"):
            values["other_name"] = IDENTIFIERS[self.values["other"]].name
        return values


class Element(NamedTuple):
    """One application identifier with its value, as it stands in the code."""

    ai: str
    value: str
    position: int
    """Of the identifier in :attr:`Code.text`."""
    valid: bool
    """Its value has the right form (no error of its own)."""


class Code(NamedTuple):
    """A code that was read."""

    text: str
    form: str | None
    """``elements`` (an element string), ``bracketed``, ``link`` (Digital Link URI), ``gtin``
    (EAN, UPC or ITF-14), ``combined``; None: not a GS1 code."""
    symbology: str | None
    """The symbology identifier in front, such as ``]d2``."""
    elements: tuple[Element, ...]
    issues: tuple[Issue, ...]
    """By position."""
    facts: dict
    """What the valid elements mean, see :func:`.gs1_facts.get_facts`."""

    @property
    def pairs(self):
        """``[(ai, value), …]`` of the valid elements, in their order."""
        return [(element.ai, element.value) for element in self.elements if element.valid]

    @property
    def errors(self):
        return [issue for issue in self.issues if issue.level == "error"]

    @property
    def warnings(self):
        return [issue for issue in self.issues if issue.level == "warning"]


class Read(NamedTuple):
    """An element as a reader found it, before its value is checked."""

    ai: str
    value: str
    position: int
    places: Sequence[int]
    """Position in the text of each character of the value, and of what follows it."""


def check_reads(reads):
    """The elements, and what is wrong with their values."""
    elements, issues = [], []
    for ai, value, position, places in reads:
        wrong = find_wrong(IDENTIFIERS[ai], value)
        if wrong:
            kind, at, values = wrong
            issues.append(Issue(kind, places[at], ai, values))
        elements.append(Element(ai, value, position, not wrong))
    return elements, issues


def check_pairs(elements):
    """What is wrong with elements side by side.

    Wrong values count as being there: what is wrong with them was said already.
    """
    first = {}
    issues = []
    for element in elements:
        known = first.setdefault(element.ai, element)
        if known.value != element.value and element.valid and known.valid:
            values = {"first": known.value, "found": element.value}
            issues.append(Issue("conflict", element.position, element.ai, values))
    for ai, element in first.items():
        identifier = IDENTIFIERS[ai]
        if identifier.needs and not any(_stands(group, first) for group in identifier.needs):
            needs = " / ".join(" + ".join(f"({one})" for one in group) for group in identifier.needs)
            issues.append(Issue("missing", element.position, ai, {"needs": needs}))
        for other, beside in first.items():
            if not _excludes(ai, other) or (_excludes(other, ai) and beside.position > element.position):
                continue  # where both exclude each other, the later one is named
            issues.append(Issue("excluded", element.position, ai, {"other": other}))
    return issues


def _stands(group, ais):
    return all(any(matches(pattern, ai) for ai in ais) for pattern in group)


def _excludes(ai, other):
    return ai != other and any(matches(pattern, other) for pattern in IDENTIFIERS[ai].excludes)


def make_code(text, form, symbology, elements, issues, today):
    """A :class:`Code` of elements and their issues; pairings are checked here."""
    issues = sorted([*issues, *check_pairs(elements)], key=lambda issue: issue.position)
    doubtful = {issue.ai for issue in issues if issue.kind == "conflict"}
    trusted = [(e.ai, e.value) for e in elements if e.valid and e.ai not in doubtful]
    return Code(text, form, symbology, tuple(elements), tuple(issues), get_facts(trusted, today))
