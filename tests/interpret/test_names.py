"""Names of an order: whose they are, what is none, and what a spreadsheet has destroyed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpret.making import HEAD, Folder
from tracelog.interpret.names import add, kind
from tracelog.model.event import Name

RULE = """
[[record]]
when = { id = true }
phase = "applied"
"""


def named(value: Any) -> tuple[list[Name], list[str]]:
    names: list[Name] = []
    damaged: list[str] = []
    add("ref", value, "strong", names, damaged)
    return names, damaged


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("#1001", "#1001"),
        (" SO20481 ", "SO20481"),
        (6120045512001, "6120045512001"),
        (6120045512001.0, "6120045512001"),
        ("6120045512001.0", "6120045512001"),
        ("10.0", "10.0"),
        ("0012", "0012"),
        ("None-Such", "None-Such"),
        ("1E5", "1E5"),
    ],
)
def test_a_name_is_kept_as_written(value: Any, text: str) -> None:
    assert named(value) == ([Name("ref", text)], [])


@pytest.mark.parametrize("value", ["", "  ", "null", "None", "- None -", "N/A", "-", None, True, False, {}, []])
def test_what_stands_where_a_name_should_and_is_none(value: Any) -> None:
    assert named(value) == ([], [])


@pytest.mark.parametrize("value", ["6.12005E+12", "6,12005E+12", "6E+12", 6.12005e22, "9.4001e+21"])
def test_an_id_that_a_spreadsheet_destroyed_is_never_a_name(value: Any) -> None:
    names, damaged = named(value)

    assert names == []
    assert damaged == [f"ref {value}"]


def test_a_list_gives_several_names_each_once() -> None:
    assert named(["IF1", "IF2", None, "IF1"]) == ([Name("ref", "IF1"), Name("ref", "IF2")], [])


@given(st.text() | st.integers() | st.floats() | st.lists(st.text()))
def test_no_value_makes_naming_fail(value: Any) -> None:
    named(value)


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("id", "shopify:id"),
        ("netsuite.tranid", "netsuite:tranid"),
        ("netsuite:tranid", "netsuite:tranid"),
        ("ref", "ref"),
    ],
)
def test_a_kind_says_whose_name_it_is(written: str, whole: str) -> None:
    assert kind(written, "shopify") == whole


def test_strong_names_and_mentions(folder: Folder) -> None:
    event = folder.event(
        RULE + 'order = { id = "id", ref = ["po", "channel"], "netsuite.tranid" = "so" }\nmentions = { ref = "note" }',
        {"id": 7, "po": "PO-1", "channel": "PO-1", "so": "SO1", "note": "#99"},
    )

    assert event.names == (
        Name("acme:id", "7"), Name("ref", "PO-1"), Name("netsuite:tranid", "SO1"), Name("ref", "#99", "weak"),
    )  # fmt: skip


def test_an_object_may_tell_kinds_and_names(folder: Folder) -> None:
    event = folder.event(RULE + 'order = { "*" = "names" }', {"id": 1, "names": {"ref": ["#1", "#2"], "x.y": "SO9"}})

    assert event.names == (Name("ref", "#1"), Name("ref", "#2"), Name("x:y", "SO9"))


def test_names_belong_to_whom_the_head_names_whatever_a_record_says_of_its_system(folder: Folder) -> None:
    event = folder.event(RULE + 'system = "payment"\norder = { id = "id" }', {"id": 7})

    assert event.kind.system == "payment"
    assert event.names == (Name("acme:id", "7"),)


def test_without_a_system_in_the_head_names_belong_to_the_definition(folder: Folder) -> None:
    """Spans of many services name one trace: it must be one name for all of them."""
    body = RULE + 'system = { from = "service" }\norder = { trace = "id" }'
    made = folder.interpreter(body, head=HEAD.replace('system = "acme"', ""))
    events = [made({"id": "t1", "service": service}).events[0] for service in ("Checkout", "Payment API")]

    assert [event.kind.system for event in events] == ["checkout", "payment-api"]
    assert {event.names for event in events} == {(Name("acme:trace", "t1"),)}


def test_a_computed_kind_is_looked_up_or_written_with_hyphens(folder: Folder) -> None:
    body = RULE + 'order = { "{type}" = "id" }\n[map.kinds]\n"Sales Order" = "tranid"\n"Memo*" = ""'

    assert folder.event(body, {"id": "SO1", "type": "sales order"}).names == (Name("acme:tranid", "SO1"),)
    assert folder.event(body, {"id": "RA1", "type": "Return Authorization"}).names == (
        Name("acme:return-authorization", "RA1"),
    )
    assert folder.event(body, {"id": "M1", "type": "Memorised"}).names == ()
    assert folder.event(body, {"id": "X"}).names == ()


def test_a_damaged_id_leaves_the_event_and_is_shown(folder: Folder) -> None:
    outcome = folder.outcome(RULE + 'order = { id = "id" }', {"id": "6.12005E+12"})

    assert outcome.reason == "damaged id: acme:id 6.12005E+12"
    assert outcome.events[0].names == ()
    assert outcome.events[0].ids == {"damaged id": "acme:id 6.12005E+12"}


def test_a_text_without_end_is_no_name() -> None:
    assert named("A" * 255) == ([Name("ref", "A" * 255)], [])
    assert named("A" * 100_000) == ([], ["ref " + "A" * 255 + " … (99,745 more characters)"])
