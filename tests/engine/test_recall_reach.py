from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recall_reach import (
    AMOUNTS,
    Step,
    draw_sample,
    find_problems,
    get_due,
    get_percent,
    place_received,
    settle,
    spread,
)

TOLD = datetime(2026, 3, 2, 8)
SCHEDULE = [Step(1, 4), Step(2, 8), Step(3, 24)]


@pytest.mark.parametrize(
    ("level", "count", "size"),
    [("A", 70, 70), ("C", 70, 7), ("C", 71, 8), ("C", 3, 1), ("D", 1000, 20), ("D", 1, 1), ("E", 50, 0)],
)
def test_level_says_how_many_are_checked(level, count, size):
    assert len(draw_sample(range(count), level, 1)) == size


def test_level_b_needs_its_percentage():
    assert len(draw_sample(range(100), "B", 1, percent=25)) == 25
    for percent in (0, 10, 100):
        with pytest.raises(ValueError):
            get_percent("B", percent)


@given(st.lists(st.text(max_size=3), max_size=60), st.randoms(), st.integers(0, 2**31))
def test_sample_depends_on_seed_and_keys_alone(keys, shuffler, seed):
    sample = draw_sample(keys, "C", seed)
    shuffled = list(keys)
    shuffler.shuffle(shuffled)
    assert draw_sample(shuffled, "C", seed) == sample
    assert set(sample) <= set(keys)


@pytest.mark.parametrize(
    ("hours", "taken", "due"),
    [
        (3.9, [], None),
        (4, [], 1),
        (4, [1], None),
        (9, [1], 2),
        (200, [], 3),  # the job was off: one reminder, not three
        (200, [3], None),
        (9, [3], None),  # somebody was quicker than the schedule
    ],
)
def test_who_does_not_answer_is_asked_again(hours, taken, due):
    step = get_due(SCHEDULE, TOLD, taken, TOLD + timedelta(hours=hours))
    assert (step and step.key) == due


@given(st.lists(st.floats(0, 300), min_size=1, max_size=40))
def test_nobody_is_asked_the_same_twice(moments):
    taken = []
    for hours in sorted(moments):
        step = get_due(SCHEDULE, TOLD, taken, TOLD + timedelta(hours=hours))
        if step:
            assert step.key not in taken and all(step.key > one for one in taken)
            taken.append(step.key)


def test_answer_is_not_more_than_was_delivered():
    assert find_problems(10, {"sold": 4, "on_hand": 6}) == []
    assert find_problems(10, {"sold": 4, "on_hand": 7}) == ["more"]
    assert find_problems(10, {"sold": -1, "on_hand": 12}) == ["negative", "more"]
    assert find_problems(10, {"sold": float("nan")}) == ["not_finite"]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=6),
    st.lists(st.integers(0, 20), min_size=5, max_size=5),
)
def test_what_was_answered_stands_on_the_deliveries(quantities, answered):
    lines = list(enumerate(map(float, quantities)))
    amounts = dict(zip(AMOUNTS, map(float, answered)))
    if find_problems(sum(quantities), amounts):
        return
    result = spread(lines, amounts)
    for name, amount in amounts.items():
        assert sum(row[name] for row in result.values()) == pytest.approx(amount)
    for key, quantity in lines:
        assert sum(result[key].values()) <= quantity + 1e-6


# ---- goods back ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "received", "rest"),
    [
        ({}, 0, (30, 0, 30)),
        ({}, 12, (18, 0, 18)),
        # Said and not come yet: open, and known.
        ({"returned": 10}, 0, (30, 0, 20)),
        ({"returned": 10}, 10, (20, 0, 20)),
        # What he had set aside came: it is not counted twice.
        ({"unsold": 10, "sold": 20}, 0, (10, 10, 0)),
        ({"unsold": 10, "sold": 20}, 10, (0, 0, 0)),
        ({"unsold": 10}, 10, (20, 0, 20)),
        ({"unsold": 10, "returned": 5}, 8, (22, 7, 15)),
        # He said sold, and then it came: not less than nothing is open.
        ({"sold": 30}, 5, (0, 0, 0)),
        ({"destroyed": 4, "sold": 6}, 20.000000000001, (0, 0, 0)),
    ],
)
def test_what_is_open_of_a_delivery(answer, received, rest):
    assert tuple(settle(30, received, **answer).values()) == rest


def test_what_came_back_stands_beside_what_he_says():
    lines = {
        1: {"quantity": 10, "returned": 0, "unsold": 0, "destroyed": 0, "sold": 10},
        2: {"quantity": 10, "returned": 0, "unsold": 3, "destroyed": 0, "sold": 0},
        3: {"quantity": 10, "returned": 4, "unsold": 0, "destroyed": 0, "sold": 0},
    }
    assert place_received(lines, 4) == {1: 0, 2: 0, 3: 4}
    assert place_received(lines, 8) == {1: 0, 2: 4, 3: 4}
    assert place_received(lines, 20) == {1: 0, 2: 10, 3: 10}
    assert place_received(lines, 31) == {1: 10, 2: 10, 3: 11}


SAID = st.fixed_dictionaries(
    {name: st.integers(0, 20) for name in ("quantity", "returned", "unsold", "destroyed", "sold")}
)


@given(st.dictionaries(st.integers(1, 9), SAID, min_size=1, max_size=5), st.integers(0, 150))
def test_all_that_came_back_is_placed_and_the_parts_of_what_is_open_fit(lines, received):
    placed = place_received(lines, received)
    assert sum(placed.values()) == received
    assert all(amount >= 0 for amount in placed.values())
    for key, line in lines.items():
        rest = settle(received=placed[key], **line)
        assert 0 <= rest["aside"] + rest["unknown"] <= rest["open"] <= max(line["quantity"], 0)
