"""Payload shapes: an order body is recognised wherever it travels."""

from __future__ import annotations

from typing import Any

import pytest

from interpret.making import Folder
from tracelog.interpret import status
from tracelog.model.event import Name, State

SHAPES = """
[shape.order]
has = ["number", "pay_state"]
order = { id = "id", name = "number" }
status = ["ship_state", "pay_state"]
fields = { total = "total", currency = "currency" }
source_at = "changed"

[shape.shipment]
has = ["number", "pay_state", "tracking"]
order = { id = "order_id" }
topic = "shipped"

[shape.either]
has = [["ref_a", "ref_b"]]
when = { kind = "E*" }
order = { ref = "ref_a ?? ref_b" }
"""
STATUS = """field,value,axis,canonical,mark,final,note,source
pay_state,paid,payment,paid,EXACT,no,,
pay_state,paid,order,confirmed,EXACT,no,,
ship_state,null,fulfilment,pending,EXACT,no,,
ship_state,sent,order,shipped,EXACT,no,,
"""
ORDER = {"id": 7, "number": "#1001", "pay_state": "paid", "ship_state": None, "total": "118.40", "currency": "USD",
         "changed": "2026-03-02T09:00:00-05:00"}  # fmt: skip


@pytest.fixture
def shop(folder: Folder) -> Folder:
    folder.write("shop.toml", SHAPES)
    folder.write("status/shop.csv", STATUS)
    return folder


def rule(payload: str = '"body"') -> str:
    return f'[[record]]\nwhen = {{ id = true }}\nphase = "received"\npayload = {payload}\n'


def test_a_body_gives_names_states_fields_and_its_own_time(shop: Folder) -> None:
    event = shop.event(rule(), {"id": 1, "body": ORDER})

    assert event.names == (Name("shop:id", "7"), Name("shop:name", "#1001"))
    assert event.states == (
        State("order", "pay_state", "paid", "confirmed"),
        State("fulfilment", "ship_state", "null", "pending"),
        State("payment", "pay_state", "paid", "paid"),
    )
    assert event.fields == {"total": "118.40", "currency": "USD"}
    assert event.happened_at == 1772460000 * 10**9


@pytest.mark.parametrize("wrapped", [ORDER, {"order": ORDER}, [ORDER], [{"order": ORDER}]])
def test_a_body_is_found_inside_its_wrapping(shop: Folder, wrapped: Any) -> None:
    assert shop.event(rule(), {"id": 1, "body": wrapped}).names[0] == Name("shop:id", "7")


def test_of_several_shapes_the_one_with_most_evidence_is_taken(shop: Folder) -> None:
    event = shop.event(rule(), {"id": 1, "body": {**ORDER, "order_id": 9, "tracking": None}})

    assert event.names == (Name("shop:id", "9"),)
    assert event.kind.topic == "shipped"


def test_alternatives_and_tests_of_a_shape(shop: Folder) -> None:
    assert shop.event(rule(), {"id": 1, "body": {"ref_b": "A-1", "kind": "Export"}}).names == (Name("ref", "A-1"),)
    assert shop.event(rule(), {"id": 1, "body": {"ref_b": "A-1", "kind": "Import"}}).names == ()


def test_only_the_named_shapes_where_the_definition_says_so(shop: Folder) -> None:
    only = rule('{ from = "body", as = "shop.shipment" }')

    assert shop.event(only, {"id": 1, "body": ORDER}).names == ()
    assert shop.event(rule('{ from = "body", as = ["shop.shipment", "shop.order"] }'), {"id": 1, "body": ORDER}).names


def test_a_field_of_a_name_that_the_record_tells_stands_beside_one_of_a_plain_name(shop: Folder) -> None:
    shop.write("status/acme.csv", STATUS)
    rule = """[[record]]
phase = "emitted"
status = { "{kind}_state" = "state", pay_state = "paid_or_not" }
"""

    event = shop.event(rule, {"id": 1, "kind": "ship", "state": "sent", "paid_or_not": "paid"})

    assert [(state.field, state.canonical) for state in event.states if state.axis != "fulfilment"] == [
        ("ship_state", "shipped"),
        ("pay_state", "paid"),
    ]


def test_what_the_definition_says_comes_before_the_body_and_joins_it(shop: Folder) -> None:
    body = rule() + 'topic = "paid"\norder = { ref = "po" }\nfields = { total = "amount" }\nhappened_at = "when"\n'
    event = shop.event(body, {"id": 1, "body": ORDER, "po": "P1", "amount": 5, "when": "2026-03-01T00:00:00Z"})

    assert [name.kind for name in event.names] == ["ref", "shop:id", "shop:name"]
    assert event.kind.topic == "paid"
    assert event.fields == {"total": "5", "currency": "USD"}
    assert event.happened_at == 1772323200 * 10**9


@pytest.mark.parametrize("body", [None, "", "text", 7, [], {}, {"unknown": 1, "keys": 2}])
def test_without_an_order_body_the_event_stays_and_names_nobody(shop: Folder, body: Any) -> None:
    """Its envelope may still tell whom it is about."""
    assert shop.event(rule(), {"id": 1, "body": body}).names == ()


def test_in_a_loop_what_is_no_order_makes_no_event_and_is_counted(shop: Folder) -> None:
    body = rule('"o"') + 'each = "o in list"\n'
    mixed = shop.outcome(body, {"id": 1, "list": [ORDER, {"sku": "A"}, {"sku": "B"}]})
    none = shop.outcome(body, {"id": 1, "list": [{"sku": "A"}]})

    assert len(mixed.events) == 1
    assert mixed.reason == "2 in list name no order"
    assert (none.verdict, none.reason) == ("ignored", "1 in list names no order")


@pytest.mark.parametrize("stamp", ["soon", "T11: 18: 40.404Z", "2024-01-11T10:20:74.708ZZ", "22024-01-11T10:20:14Z"])
def test_a_payload_time_that_cannot_be_read_claims_nothing_and_is_shown(shop: Folder, stamp: str) -> None:
    """The event is ordered by its record's own time; what it claims stands beside, as it is written."""
    outcome = shop.outcome(rule(), {"id": 1, "body": {**ORDER, "changed": stamp}})
    (event,) = outcome.events

    assert event.happened_at is None
    assert event.ids == {"unreadable time": stamp}
    assert outcome.reason == "when it happened is written in no time that can be read"


@pytest.mark.parametrize("stamp", ["", None, "0001-01-01T00:00:00Z", 0])
def test_a_payload_without_a_time_claims_none(shop: Folder, stamp: object) -> None:
    outcome = shop.outcome(rule(), {"id": 1, "body": {**ORDER, "changed": stamp}})

    assert (outcome.events[0].happened_at, outcome.events[0].ids, outcome.reason) == (None, {}, None)


def test_a_shape_may_ask_the_maps_of_its_system(folder: Folder) -> None:
    folder.write(
        "shop.toml",
        """[shape.money]
has = ["kind", "amount"]
fields = { "{kind | map('amounts')}" = "amount" }
[map.amounts]
refund = "refunded"
""",
    )

    assert folder.event(rule(), {"id": 1, "body": {"kind": "refund", "amount": "5.00"}}).fields == {"refunded": "5.00"}
    assert folder.event(rule(), {"id": 1, "body": {"kind": "fee", "amount": "5.00"}}).fields == {}


def test_an_unknown_shape_is_an_error_that_names_the_known_ones(shop: Folder) -> None:
    from tracelog.errors import DefinitionError

    with pytest.raises(DefinitionError, match=r"no payload shape is called shop\.ordr") as caught:
        shop.interpreter(rule('{ from = "body", as = "shop.ordr" }'))

    assert "shop.order" in (caught.value.help or "")
    assert (caught.value.where or "").endswith("acme.orders.toml:7")


def test_a_users_status_map_adds_to_the_shipped_one(folder: Folder) -> None:
    folder.write(
        "status/shopify.csv",
        "field,value,axis,canonical,mark,final\nfinancial_status,on_trial,order,pending,EXACT,no\n",
    )
    known = folder.catalog().status("shopify")

    assert known.meanings("financial_status", "on_trial")[0].canonical == "pending"
    assert known.meanings("financial_status", "paid")


def test_a_status_map_is_read_when_a_body_of_that_system_is_met(shop: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dozen systems have maps; an export of one needs that one's."""
    read: list[str] = []
    load = status.load
    monkeypatch.setattr(status, "load", lambda path: (read.append(path.stem), load(path))[1])
    catalog = shop.catalog()
    catalog.payloads()
    before = [name for name in read if name != "shop"]
    catalog.status("ebay")

    assert (before, read[-1]) == ([], "ebay")
