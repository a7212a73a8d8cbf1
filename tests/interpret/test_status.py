"""The canonical map of status values: by system, field and value, one state an axis."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracelog.errors import DefinitionError
from tracelog.interpret import status
from tracelog.interpret.status import Composite, Meaning
from tracelog.model.event import State

MAP = """field,value,axis,canonical,mark,final,note,source
financial_status,paid,payment,paid,EXACT,no,,
financial_status,paid,order,confirmed,EXACT,no,,
financial_status,refunded,payment,refunded,EXACT,yes,,
fulfillment_status,null,fulfilment,pending,EXACT,no,,
fulfillment_status,fulfilled,fulfilment,shipped,EXACT,no,,
fulfillment_status,fulfilled,order,shipped,EXACT,no,,
cancelled_at,*,order,cancelled,EXACT,yes,,
salesOrder.status,Cancelled,order,cancelled,EXACT,yes,,
salesOrder.status,Pending Fulfillment,order,confirmed,EXACT,no,,
salesOrder.status,Billed,order,,NONE,no,nearest=shipped,
picking,PICKED,fulfilment,picked,EXACT,no,,
webhook.status,Authorised,payment,authorized,EXACT,no,,
shipping,NOT_STARTED,fulfilment,pending,EXACT,no,,
shipping,NOT_STARTED,order,confirmed,LOSSY,no,,
shipping,PART,order,shipped,PARTIAL,no,,
idoc.status,51,,,NONE,no,hop=failed,
"""


def loaded(tmp_path: Path, text: str = MAP) -> status.StatusMap:
    path = tmp_path / "acme.csv"
    path.write_text(text, "utf-8")
    return status.load(path)


@pytest.mark.parametrize(
    ("field", "value", "canonical"),
    [
        ("salesOrder.status", "cancelled", "cancelled"),
        ("salesOrder.status", "CANCELED", "cancelled"),
        ("salesOrder.status", "pending_fulfillment", "confirmed"),
        ("salesOrder.status", "Pending Fulfilment", "confirmed"),
        ("SALESORDER.STATUS", "pending-fulfillment", "confirmed"),
        ("webhook.status", "authorized", "authorized"),
        ("cancelled_at", "2026-11-10T11:20:08-05:00", "cancelled"),
    ],
)
def test_spellings_that_mean_one_thing_are_one(tmp_path: Path, field: str, value: str, canonical: str) -> None:
    assert [meaning.canonical for meaning in loaded(tmp_path).meanings(field, value)] == [canonical]


def test_a_value_is_never_known_by_its_bare_word(tmp_path: Path) -> None:
    """`cancelled` of a sales order says nothing of a field called otherwise."""
    assert loaded(tmp_path).meanings("fulfillment_status", "cancelled") == ()


def test_a_value_stands_on_each_of_its_axes(tmp_path: Path) -> None:
    assert loaded(tmp_path).meanings("financial_status", "paid") == [
        Meaning("payment", "paid", "EXACT", final=False),
        Meaning("order", "confirmed", "EXACT", final=False),
    ]


def test_the_first_field_with_a_state_decides_the_order_and_the_others_stand_beside(tmp_path: Path) -> None:
    states = Composite(loaded(tmp_path), ["cancelled_at", "fulfillment_status", "financial_status"])

    assert states[(None, "fulfilled", "paid")] == (
        State("order", "fulfillment_status", "fulfilled", "shipped"),
        State("fulfilment", "fulfillment_status", "fulfilled", "shipped"),
        State("payment", "financial_status", "paid", "paid"),
    )
    assert states[(None, "null", "paid")][0] == State("order", "financial_status", "paid", "confirmed")
    assert states[("2026-11-10", "fulfilled", "paid")][0].canonical == "cancelled"
    assert states[(None, None, None)] == ()


def test_stages_of_one_order_are_one_state_of_their_axis(tmp_path: Path) -> None:
    """Picked and shipped: the order is shipped. Shipped says nothing yet: it is picked."""
    states = Composite(loaded(tmp_path), ["fulfillment_status", "picking"])

    assert [(one.axis, one.canonical) for one in states[("fulfilled", "PICKED")]] == [
        ("order", "shipped"), ("fulfilment", "shipped"),
    ]  # fmt: skip
    assert [(one.axis, one.canonical) for one in states[(None, "PICKED")]] == [("fulfilment", "picked")]
    assert [(one.raw, one.mark) for one in states[("hovering", "PICKED")]] == [
        ("PICKED", "EXACT"), ("hovering", "UNMAPPED"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shipping", "payment", "order", "mark"),
    [
        ("NOT_STARTED", "paid", "confirmed", "EXACT"),
        ("NOT_STARTED", "refunded", "confirmed", "LOSSY"),
        ("NOT_STARTED", None, "confirmed", "LOSSY"),
        ("PART", "paid", "shipped", "PARTIAL"),
    ],
)
def test_what_is_not_begun_leaves_the_order_to_its_payment(
    tmp_path: Path, shipping: str, payment: str | None, order: str, mark: str
) -> None:
    found = Composite(loaded(tmp_path), ["shipping", "financial_status"])[(shipping, payment)]

    assert [(state.canonical, state.mark) for state in found if state.axis == "order"] == [(order, mark)]


def test_what_says_nothing_of_the_order_has_no_state(tmp_path: Path) -> None:
    """How an IDoc fares is known to the map, and stands on no axis; neither does a code that the map does not know."""
    known = loaded(tmp_path)

    assert known.meanings("idoc.status", "51") == [Meaning("", None, "NONE", final=False)]
    assert Composite(known, ["idoc.status"])[("51",)] == ()
    assert Composite(known, ["idoc.status"])[("99",)] == ()


def test_equal_values_are_one_object(tmp_path: Path) -> None:
    states = Composite(loaded(tmp_path), ["financial_status"])

    assert states[("paid",)] is states[("paid",)]


def test_an_unknown_value_is_kept_and_marked(tmp_path: Path) -> None:
    states = Composite(loaded(tmp_path), ["financial_status", "fulfillment_status"])

    assert states[("on_trial", None)] == (State("payment", "financial_status", "on_trial", None, "UNMAPPED"),)
    assert states[("paid", "lost")][-1] == State("fulfilment", "fulfillment_status", "lost", None, "UNMAPPED")


def test_a_known_value_without_a_clean_state_is_not_unmapped(tmp_path: Path) -> None:
    (state,) = Composite(loaded(tmp_path), ["salesOrder.status"])[("Billed",)]

    assert (state.canonical, state.mark) == (None, "NONE")


def test_null_means_something_only_where_the_map_says_so(tmp_path: Path) -> None:
    known = loaded(tmp_path)

    assert Composite(known, ["fulfillment_status"])[("null",)][0].canonical == "pending"
    assert Composite(known, ["financial_status"])[("null",)] == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("f,v,orders,confirmed,EXACT,no,,", "unknown axis: orders"),
        ("f,v,order,paid,EXACT,no,,", "unknown canonical: paid"),
        ("f,v,order,confirmed,SURE,no,,", "unknown mark: SURE"),
        ("f,v,,confirmed,EXACT,no,,", "confirmed stands on no axis"),
        ("f,v,order,confirmed,UNMAPPED,no,,", "confirmed is marked UNMAPPED"),
        ("salesorder.status,CANCELED,order,returned,EXACT,no,,", "CANCELED is said twice on the axis order"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=message) as caught:
        loaded(tmp_path, f"{MAP}{row}\n")

    assert (caught.value.where or "").endswith("acme.csv:18")


def test_a_value_that_nobody_has_decided_yet_stays_unmapped(tmp_path: Path) -> None:
    known = loaded(tmp_path, f"{MAP}financial_status,on_trial,,,UNMAPPED,,seen 3 times,\n")

    assert known.meanings("financial_status", "on_trial") == ()
    assert Composite(known, ["financial_status"])[("on_trial",)][0].mark == "UNMAPPED"


def test_a_table_of_several_systems_is_read_by_its_column(tmp_path: Path) -> None:
    """As it is written out for version control, with the day on which the row was reviewed."""
    path = tmp_path / "statuses.csv"
    path.write_text(
        "system,field,value,axis,canonical,mark,final,reviewed\n"
        "shop,state,done,order,shipped,EXACT,no,2026-03-01\n"
        "desk,state,done,order,delivered,EXACT,yes,\n",
        "utf-8",
    )
    found = {system: known.meanings("state", "done")[0].canonical for system, known in status.load_all(path).items()}

    assert found == {"shop": "shipped", "desk": "delivered"}


def test_a_map_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="lacks the column axis"):
        loaded(tmp_path, "field,value,canonical\n")
