"""Figures of a recall: doubts, consignees, recovery, milestones, the rule of a drill."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine import recall

START = datetime(2026, 3, 2, 8, 0)


def row(lot, product, in_trace=True):
    return {"lot_id": lot, "product_id": product, "in_trace": in_trace}


def event(inputs, outputs):
    return {"inputs": inputs, "outputs": outputs, "shared": len(outputs) if len(outputs) > 1 else None}


def side(lots, events):
    return {"lots": [{"id": lot, "level": level} for lot, level in lots.items()], "events": events}


def test_one_lot_from_one_batch_is_certain():
    found = recall.find_doubtful(side({1: 0, 2: 1}, [event([row(1, 10), row(8, 10, False)], [row(2, 20)])]))
    assert found == set()


def test_several_lots_from_mixed_inputs_are_doubtful_and_so_is_what_follows():
    first = event([row(1, 10), row(8, 10, False)], [row(2, 20), row(3, 20)])
    second = event([row(2, 20)], [row(4, 30)])
    assert recall.find_doubtful(side({1: 0, 2: 1, 3: 1, 4: 2}, [second, first])) == {2, 3, 4}


def test_several_lots_are_certain_where_all_lots_of_an_input_are_affected():
    made = event([row(1, 10), row(5, 10), row(8, 11, False)], [row(2, 20), row(3, 20)])
    assert recall.find_doubtful(side({1: 0, 5: 0, 2: 1, 3: 1}, [made])) == set()


def test_a_doubtful_lot_becomes_certain_by_another_way():
    mixed = event([row(1, 10), row(8, 10, False)], [row(2, 20), row(3, 20)])
    sure = event([row(1, 10)], [row(2, 20)])
    assert recall.find_doubtful(side({1: 0, 2: 1, 3: 1}, [mixed, sure])) == {3}


def test_loops_end():
    there, back = event([row(1, 10)], [row(2, 20)]), event([row(2, 20)], [row(1, 10)])
    assert recall.find_doubtful(side({1: 0, 2: 1}, [there, back])) == set()


def test_a_start_lot_in_doubt_makes_all_of_it_doubtful():
    made = event([row(1, 10)], [row(2, 20)])
    assert recall.find_doubtful(side({1: 0, 2: 1}, [made]), {1}) == {1, 2}


def shipment(ident, partner, lot, quantity, document, date="2026-01-01 08:00:00", share=0.1):
    return {
        "id": ident,
        "partner_id": partner,
        "party_id": partner and partner * 10,
        "partner": partner and f"P{partner}",
        "contact": partner and {"city": "Gent"},
        "lot_id": lot,
        "lot": f"L{lot}",
        "product_id": 7,
        "product": "Hummus",
        "document": document,
        "order": None,
        "model": "stock.picking",
        "res_id": int(document),
        "date": date,
        "uom": "kg",
        "quantity": quantity,
        "affected": [{"quantity": quantity / 2, "uom": "kg"}],
        "share": share,
    }


def came_back(partner, lot, quantity, date="2026-01-03 08:00:00"):
    return {
        "kind": "customer_return",
        "partner_id": partner,
        "lot_id": lot,
        "quantity": quantity,
        "date": date,
    }


def test_what_came_back_from_another_address_of_a_company_is_of_that_company():
    shipments = [shipment(1, 3, 1, 10.0, "100"), shipment(2, 4, 1, 6.0, "101"), shipment(3, 9, 1, 5.0, "102")]
    families = {3: 1, 4: 1, 5: 1, 9: 9}

    def get_back(*returns):
        rows = recall.list_consignees({"shipments": shipments, "returns": returns}, set(), families)
        return {row["partner_id"]: sum(line["back"] for line in row["lines"]) for row in rows}

    assert get_back(came_back(5, 1, 12.0)) == {3: 10.0, 4: 2.0, 9: 0.0}
    assert get_back(came_back(4, 1, 8.0)) == {3: 2.0, 4: 6.0, 9: 0.0}
    assert get_back(came_back(3, 1, 3.0), came_back(5, 1, 8.0)) == {3: 10.0, 4: 1.0, 9: 0.0}
    # It may be of an earlier delivery, or of no company that got any.
    assert get_back(came_back(5, 1, 8.0, "2025-12-01 08:00:00"), came_back(7, 1, 1.0)) == {
        3: 0.0,
        4: 0.0,
        9: 0.0,
    }


def test_deliveries_of_a_consignee_are_summed_per_lot_and_document():
    shipments = [
        shipment(1, 3, 1, 4.0, "100"),
        shipment(2, 3, 1, 6.0, "100"),
        shipment(3, 3, 2, 5.0, "101", "2026-01-02 08:00:00"),
        shipment(4, None, 1, 1.0, "102", share=None),
    ]
    back = [came_back(3, 1, 3.0)]
    first, unknown = recall.list_consignees({"shipments": shipments, "returns": back}, {2})
    assert [(line["quantity"], line["back"], line["doubtful"]) for line in first["lines"]] == [
        (10.0, 3.0, False),
        (5.0, 0.0, True),
    ]
    assert first["quantities"] == [{"product_id": 7, "product": "Hummus", "quantity": 15.0, "uom": "kg"}]
    assert first["lines"][0]["affected"] == [{"quantity": 5.0, "uom": "kg"}]
    assert (first["doubtful"], first["date_last"]) == (False, "2026-01-02 08:00:00")
    assert (unknown["key"], unknown["name"], unknown["contact"]) == ("0", None, {})


@given(
    st.lists(st.floats(0.1, 1e4), min_size=1, max_size=8),
    st.lists(st.floats(0.1, 1e4), max_size=4),
)
def test_what_came_back_is_never_more_than_what_was_delivered(sent, returned):
    shipments = [shipment(n, 3, 1, quantity, str(n)) for n, quantity in enumerate(sent, 1)]
    back = [came_back(3, 1, one) for one in returned]
    (row,) = recall.list_consignees({"shipments": shipments, "returns": back}, set())
    total = sum(line["back"] for line in row["lines"])
    assert abs(total - min(sum(sent), sum(returned))) < 1e-6
    assert all(0 <= line["back"] <= line["quantity"] for line in row["lines"])


def test_a_milestone_is_met_late_running_or_overdue():
    def state(at, now, target=60):
        return recall.get_milestone("lots_known", START, at, target, START + timedelta(minutes=now)).state

    assert state(START + timedelta(minutes=60), 90) == "met"
    assert state(START + timedelta(minutes=61), 90) == "late"
    assert state(None, 60) == "running"
    assert state(None, 61) == "overdue"
    assert (state(None, 61, None), state(START, 61, None)) == ("open", "done")


def test_recovery_counts_each_unit_for_itself_and_never_what_was_sold():
    lines = [
        {
            "uom": "kg",
            "quantity": 100.0,
            "back": 10.0,
            "received": 30,
            "returned": 35,
            "destroyed": 5,
            "sold": 20,
            "open": 35.0,
            "aside": 10,
            "unknown": 20.0,
        },
        {"uom": "Units", "quantity": 8.0, "sold": 8}
        | dict.fromkeys(("back", "received", "returned", "destroyed", "open", "aside", "unknown"), 0.0),
    ]
    units, kg = recall.get_recovery(
        lines, [{"uom": "kg", "quantity": 10.0, "held": 10.0}], [{"uom": "kg", "quantity": 7.0}]
    )
    # What was destroyed here was own stock, or came back: it is not counted again.
    assert (kg["delivered"], kg["back"], kg["recovered"], kg["percent"]) == (100.0, 10.0, 55.0, 55.0)
    assert kg["destroyed_here"] == 7.0
    assert (kg["open"], kg["unknown"]) == (35.0, 20.0)
    assert (units["open"], units["recovered"], units["percent"]) == (0.0, 0.0, 0.0)
    assert recall.get_lowest([units, kg]) == 0.0


def test_of_nothing_there_is_no_percentage():
    assert recall.get_percent(0, 0) is None
    assert recall.get_lowest([]) is None
    assert recall.get_traced([]) is None


def test_a_drill_passes_only_if_all_that_was_asked_for_was_there_in_time():
    met = recall.Milestone("lots_known", START, 10.0, 60.0, "met")
    right = {"name": "Who got it?", "minutes": 5.0, "limit": 10.0, "right": True}
    assert recall.judge([met], [right], 99.5, 1.0, 0, False) == []
    late = met._replace(state="late")
    free = met._replace(target=None, state="open")
    assert recall.judge([late, free], [], 100.0, None, 0, False) == [("milestone", "lots_known")]
    for wrong in ({"minutes": None}, {"right": False}, {"minutes": 11.0}):
        assert recall.judge([met], [right | wrong], None, None, 0, False) == [("question", "Who got it?")]
    assert recall.judge([met], [], 98.9, 1.0, 2, False) == [("balance", ""), ("gaps", "")]
    assert recall.judge([met], [], None, 1.0, 2, True) == [("balance", "")]


def test_the_same_seed_draws_the_same_lots():
    assert recall.sample([5, 3, 9, 1], 42, 2) == recall.sample([1, 9, 3, 5], 42, 2)
    assert len(recall.sample([1, 2], 7, 10)) == 2


def test_the_riskiest_lot_is_proposed_first():
    a = recall.Candidate(1, 1, 3, 9, 100.0)
    b = recall.Candidate(2, 2, 8, 2, 50.0)
    c = recall.Candidate(3, 3, 1, 1, 0.0)
    lots = {how: recall.propose([a, b, c], how)[0].lot for how in ("random", "customers", "steps", "group")}
    assert lots == {"random": 1, "customers": 2, "steps": 1, "group": 3}
