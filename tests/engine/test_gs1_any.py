"""GS1 codes: whatever comes is answered, and the table of identifiers holds together."""

from datetime import date

import pytest
from gs1_values import gtins, pairs, values
from hypothesis import example, given
from hypothesis import strategies as st

from engine.gs1 import parse
from engine.gs1_build import build_elements
from engine.gs1_table import IDENTIFIERS, PREDEFINED

TODAY = date(2026, 11, 21)


def read(text):
    return parse(text, today=TODAY)


# ---- whatever comes -----------------------------------------------------------------------


_PIECES = st.sampled_from(
    ["]C1", "]d2", "]E0", "\x1d", "(", ")", "(01)", "\\", "https://", "/", "?", "=", "&", "%", "%2", "#", " "]
)
_ANYTHING = st.lists(
    _PIECES | st.sampled_from(tuple(IDENTIFIERS)) | st.text(max_size=8) | pairs().map(str) | gtins, max_size=8
).map("".join)


@given(st.binary() | st.text() | _ANYTHING)
@example("https://")
@example("https://?")
@example("]")
@example("٠" * 13)
@example("+" * 13)
@example("]E0" + "-" * 12)
def test_nothing_makes_it_fail(text):
    code = read(text)
    assert isinstance(code.text, str) and len(code.text) == len(text)
    positions = [issue.position for issue in code.issues]
    assert positions == sorted(positions)
    assert all(0 <= position <= len(text) for position in positions)
    assert all(issue.message for issue in code.issues)
    for element in code.elements:
        assert 0 <= element.position < len(text)
    assert code.pairs or code.errors or not code.facts
    assert code.form or code.errors


@given(pairs(max_size=4).map(lambda found: build_elements(found[:1], whole=False)), st.data())
def test_a_character_that_no_value_holds_is_noticed(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.sampled_from("\x00^\x7fé"))
    damaged = read("]C1" + text[:at] + char + text[at + 1 :])
    assert any(issue.position <= at + 3 for issue in damaged.errors)


# ---- the table ------------------------------------------------------------------------------


def test_no_identifier_begins_like_another():
    assert not [(a, b) for a in IDENTIFIERS for b in IDENTIFIERS if a != b and b.startswith(a)]
    assert len(IDENTIFIERS) == 541


def test_identifiers_without_separator_have_one_length():
    for ai, identifier in IDENTIFIERS.items():
        if ai[:2] in PREDEFINED:
            assert len(ai) + identifier.shortest == len(ai) + identifier.longest == PREDEFINED[ai[:2]]


# One of each format.
@pytest.mark.parametrize("ai", {one.components: ai for ai, one in IDENTIFIERS.items()}.values())
def test_valid_values_are_accepted(ai):
    @given(values(ai))
    def accept(value):
        assert parse(f"({ai})" + value.replace("(", "\\("), today=TODAY).pairs == [(ai, value)]

    accept()
