"""The fingerprint: the same facts give the same, other facts another."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.fingerprint import canonical, fingerprint

texts = st.text(max_size=8) | st.sampled_from(['-0.0"', "-0.0", "\\-0.0,", '"'])
floats = st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | floats,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner),
    max_leaves=12,
)


def test_it_is_what_the_documentation_says():
    parts = {"b": [1, 1.0, -0.5, 1e-7, 1e16], "a": (None, True, 'é"\n\\'), "c": "\x7f"}
    text = r'{"a":[null,true,"\u00e9\"\n\\"],"b":[1,1.0,-0.5,1e-07,1e+16],"c":"\u007f"}'
    assert canonical(parts) == text
    assert fingerprint(parts) == hashlib.sha256(text.encode("ascii")).hexdigest()


def test_it_does_not_change_with_the_version():
    assert fingerprint([1, "lot", 2.5, None]) == (
        "5abb5574e59f82bb4ce15e0166c3ff6f027081ee4b67e60fe94ede9f1bea09db"
    )


@given(plain)
def test_the_text_reads_back_as_the_same_facts(value):
    assert json.loads(canonical(value)) == value
    assert fingerprint(json.loads(canonical(value))) == fingerprint(value)


@given(st.dictionaries(texts, st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(facts):
    assert fingerprint(dict(reversed(facts.items()))) == fingerprint(facts)


def test_tuples_and_lists_are_the_same_in_their_order():
    assert fingerprint([(1, 2), [3]]) == fingerprint(([1, 2], (3,)))
    assert fingerprint([1, 2]) != fingerprint([2, 1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1], [1.0]),
        ([1], ["1"]),
        ([None], ["null"]),
        ([True], [1]),
        (["a,b"], ["a", "b"]),
        ([[1], 2], [[1, 2]]),
        (["-0.0"], ["0.0"]),
        ([0.1], [0.1 + 1e-17 + 1e-16]),
    ],
)
def test_other_facts_have_another(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_zero_has_no_sign():
    assert fingerprint([-0.0, "-0.0", -0.05]) == fingerprint([0.0, "-0.0", -0.05])


def test_what_is_no_plain_value_is_refused():
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError):
            fingerprint([value])
    for value in (object(), {1, 2}, b"bytes"):
        with pytest.raises(TypeError):
            fingerprint([value])
