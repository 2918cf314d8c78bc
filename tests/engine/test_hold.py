"""How much of a lot is held where, and how much of it may be taken."""

from hypothesis import given
from hypothesis import strategies as st

from engine.hold import BLOCKED, Part, Place, get_budgets, spread

SHELF, STOCK, OUTPUT = "1/8/9/", "1/8/", "1/10/"

parts = st.builds(
    Part,
    st.sampled_from(["", SHELF, STOCK, OUTPUT]),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([0.0, 1.0, 4.0, 20.0]),
)
places = st.lists(
    st.builds(
        Place,
        st.integers(1, 5),
        st.sampled_from([SHELF, STOCK, OUTPUT]),
        st.sampled_from([0, 1, 2]),
        st.sampled_from([-1.0, 0.0, 2.0, 5.0]),
    ),
    unique_by=lambda place: place.key,
)


def test_whole_lot_is_held_everywhere():
    stock = [Place(1, STOCK, 0, 5.0), Place(2, OUTPUT, 7, 2.0)]
    assert spread([Part()], stock) == {1: 5.0, 2: 2.0}


def test_place_is_held_with_all_below_it():
    stock = [Place(1, SHELF, 0, 5.0), Place(2, STOCK, 0, 3.0), Place(3, OUTPUT, 0, 2.0)]
    assert spread([Part(path=STOCK)], stock) == {1: 5.0, 2: 3.0}
    assert spread([Part(path=SHELF)], stock) == {1: 5.0}


def test_place_whose_number_begins_alike_is_another():
    assert spread([Part(path="1/1/")], [Place(1, "1/10/", 0, 2.0)]) == {}


def test_two_held_quantities_are_two():
    stock = [Place(1, STOCK, 0, 5.0), Place(2, OUTPUT, 0, 5.0)]
    assert spread([Part(quantity=4.0), Part(quantity=3.0)], stock) == {1: 5.0, 2: 2.0}


def test_what_is_held_anywhere_finds_a_place_beside_what_is_held_in_one():
    stock = [Place(1, SHELF, 0, 5.0), Place(2, OUTPUT, 0, 10.0)]
    parts = [Part(quantity=10.0), Part(path=SHELF, quantity=5.0)]
    assert spread(parts, stock) == {1: 5.0, 2: 10.0}


def test_what_is_held_whole_does_not_count_for_a_held_quantity():
    stock = [Place(1, SHELF, 0, 5.0), Place(2, OUTPUT, 0, 5.0)]
    part = Part(quantity=4.0)
    assert spread([part, Part(path=SHELF)], stock) == {1: 5.0, 2: 4.0}
    assert get_budgets([part, Part(path=SHELF)], stock) == {part: 1.0}


def test_quantity_held_within_a_part_stays_in_it():
    inner, outer = Part(path=SHELF, quantity=2.0), Part(quantity=3.0)
    stock = [Place(1, SHELF, 0, 5.0), Place(2, OUTPUT, 0, 5.0)]
    assert get_budgets([inner, outer], stock) == {inner: 3.0, outer: 5.0}


def test_more_is_held_than_is_there():
    part = Part(quantity=9.0)
    assert get_budgets([part], [Place(1, STOCK, 0, 5.0)]) == {part: -4.0}


@given(st.lists(parts, max_size=4), places)
def test_never_more_is_held_than_is_there(held, stock):
    found = spread(held, stock)
    by_key = {place.key: place for place in stock}
    for key, quantity in found.items():
        assert 0 < quantity <= by_key[key].quantity


@given(st.lists(parts, max_size=4), places)
def test_what_is_asked_to_be_held_is_held_as_far_as_it_is_there(held, stock):
    found = spread(held, stock)
    for part in held:
        there = [place for place in stock if part.covers(place.path, place.package) and place.quantity > 0]
        total = sum(place.quantity for place in there)
        kept = sum(found.get(place.key, 0.0) for place in there)
        assert kept >= min(part.quantity or total, total) - 1e-9


@given(st.lists(parts, max_size=4), places)
def test_taking_what_may_be_taken_leaves_what_is_held(held, stock):
    for part, budget in get_budgets(held, stock).items():
        there = sum(
            place.quantity
            for place in stock
            if part.covers(place.path, place.package)
            and not any(one.covers(place.path, place.package) for one in held if not one.quantity)
        )
        assert there - budget >= part.quantity


def test_all_blocks_what_any_purpose_blocks():
    assert BLOCKED["all"] == frozenset().union(*BLOCKED.values())
