"""What ERP exports say of an order: Cin7, Business Central, Odoo, Acumatica."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from formats.export_reading import Reading, names, read, sample, states
from tracelog.model.event import Event
from tracelog.model.words import from_rfc3339


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def at(text: str) -> int | None:
    return from_rfc3339(text)


def of(reading: Reading, name: str) -> list[Event]:
    return [event for event in reading.events if name in names(event)]


# ---- Cin7 ----


def test_invoiced_is_not_shipped():
    """Cin7 Core invoices before it ships: of SHP-10490, INVOICED and NOT SHIPPED, nobody knows how far it is."""
    (event,) = of(sample("cin7core_salelist.jsonl"), "ref SHP-10490")

    assert states(event) == {"order": None, "fulfilment": None, "payment": "paid"}


def test_what_left_the_warehouse_stands_beside_the_status():
    """SHP-10487 is CREDITED, which says nothing, and SHIPPED."""
    (event,) = of(sample("cin7core_salelist.jsonl"), "ref SHP-10487")

    assert states(event) == {"order": "shipped", "fulfilment": "shipped", "payment": "paid"}


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_page_of_sales_is_read_as_a_document_and_as_a_line(wrapped):
    sales = [{"SaleID": f"7f1c-{n}", "OrderNumber": f"SO-{n}", "Status": "ORDERED", "OrderStatus": "AUTHORISED",
              "CustomerReference": f"SHP-{n}", "Updated": "2026-03-09T18:25:09.127Z"} for n in (11, 12)]  # fmt: skip
    page = {"Total": 2, "Page": 1, "SaleList": sales}
    reading = read(json.dumps(page, indent=2) if wrapped else lines(page, page))

    assert reading.counts() == {"understood": 2 if wrapped else 4}
    assert {event.kind.carries for event in reading.events} == {"state"}
    assert names(reading.events[0]) == {"cin7core:id 7f1c-11", "cin7core:number SO-11", "ref SHP-11"}


@pytest.mark.parametrize("spelled", ["Sale/ShipmentAuthorised", "Sale/ShipmentAuthorized"])
def test_both_spellings_of_authorised_are_one_event(spelled):
    body = {"SaleTaskID": "a1d0", "OrderNumber": "SO-04811", "EventType": spelled}
    received, refused = read(lines({"received_at": "2026-03-09T18:20:55Z", "http_status": 500, "body": body})).events

    assert (received.kind.topic, states(received)["fulfilment"]) == ("shipped", "shipped")
    assert (refused.kind.system, refused.kind.phase, refused.result) == ("cin7core", "rejected", "500")


def test_a_shipment_that_was_answered_500_twice_is_one_delivery():
    """Cin7 tries again after a minute, then after five: the third answer is 200."""
    shipped = [e for e in sample("cin7core_webhooks.jsonl").events if e.kind.topic == "shipped"]

    assert len({event.envelope for event in shipped}) == 1
    assert [event.result for event in shipped if event.result] == ["500", "500", "200"]


def test_two_fulfilments_of_one_sale_are_two_deliveries():
    def notice(task: str) -> object:
        body = {"SaleID": "7f1c", "SaleTaskID": task, "OrderNumber": "SO-1", "EventType": "Sale/PickAuthorised"}
        return {"received_at": "2026-03-09T15:30:40Z", "http_status": 200, "body": body}

    first, _, second, _ = read(lines(notice("t-1"), notice("t-2"))).events

    assert first.envelope != second.envelope
    assert {"cin7core:id 7f1c"} <= names(first) & names(second)


def test_an_undone_stage_was_undone_by_a_person():
    (undone,) = [e for e in sample("cin7core_webhooks.jsonl").events if e.actor is not None]

    assert (undone.actor.kind if undone.actor else None, undone.kind.topic) == ("person", "updated")


def test_a_stage_that_an_account_made_up_is_said_to_be_unmapped():
    """Omni's stages are editable: `Ready for 3PL` is in no map, and the status beside it still tells."""
    event = next(e for e in of(sample("cin7omni_salesorders.jsonl"), "cin7omni:id 10489") if e.states)

    assert states(event) == {"order": "confirmed"}
    assert {state.raw: state.mark for state in event.states}["Ready for 3PL"] == "UNMAPPED"


def test_a_void_counts_more_than_the_stage_that_stays():
    voided = [e for e in of(sample("cin7omni_salesorders.jsonl"), "cin7omni:id 10482") if e.states]

    assert [states(event)["order"] for event in voided] == ["confirmed", "cancelled"]


# ---- Business Central ----


def test_shipped_is_a_boolean_beside_the_status():
    polls = of(sample("businesscentral_salesorders.jsonl"), "businesscentral:number S-ORD101001")

    assert [states(event)["order"] for event in polls] == ["pending", "confirmed", "shipped"]


def test_an_empty_reference_names_nothing():
    (event,) = of(sample("businesscentral_salesorders.jsonl"), "businesscentral:number S-ORD101010")

    assert names(event) == {
        "businesscentral:number S-ORD101010", "businesscentral:id 26814998-936a-401c-81c1-000000010490",
    }  # fmt: skip


def test_a_deleted_order_is_not_cancelled():
    """A fully posted order is deleted from the sales orders too."""
    (deleted,) = [e for e in sample("businesscentral_webhooks.jsonl").events if e.result == "deleted"]

    assert (deleted.kind.topic, states(deleted)) == ("updated", {})


def test_a_notice_without_ids_may_explain_many():
    """Above a thousand changes the vendor sends one notice and names none of them."""
    (context,) = sample("businesscentral_webhooks.jsonl").contexts

    assert context.what == "more than a thousand salesOrders changed: told without their ids"
    assert context.at == at("2026-03-09T20:01:30.503Z")


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_address_may_begin_with_a_slash(slash):
    company, order = "b18aed47-c385-49d2-b954-000000000001", "26814998-936a-401c-81c1-000000010481"
    notice = {"subscriptionId": "s", "resource": f"{slash}api/v2.0/companies({company})/salesOrders({order})",
              "changeType": "created", "lastModifiedDateTime": "2026-03-09T12:02:40.467Z"}  # fmt: skip
    (event,) = read(lines({"value": [notice]})).events

    assert (event.kind.instance, event.kind.topic, names(event)) == (
        company,
        "created",
        {f"businesscentral:id {order}"},
    )


# ---- Odoo ----


def odoo(message: str, *, level: str = "INFO", logger: str = "odoo.addons.order_hub.models.intake") -> str:
    return f"2026-03-09 12:02:11,951 2417 {level} prod {logger}: {message}\n"


def test_an_order_that_a_module_skips_is_skipped_and_says_why():
    (event,) = of(sample("odoo_server.log"), "ref SHP-10483")

    assert (event.kind.phase, event.result) == ("skipped", "unknown sku TEE-BLK-M on SHP-10483, order skipped")


def test_a_traceback_stays_with_its_line():
    """Five lines below the exception are one record; what raised it is said."""
    errors = [context.what for context in sample("odoo_server.log").contexts]

    assert errors[0] == "ERROR: Exception during JSON request handling. KeyError: 'done'"


def test_the_order_and_its_transfer_are_one():
    reading = sample("odoo_server.log")
    (created,) = [e for e in reading.events if e.kind.topic == "created"]
    (moved,) = of(reading, "odoo:picking WH/OUT/00481")

    assert names(created) == {"odoo:id 481", "odoo:name S00481", "ref SHP-10481"}
    assert names(moved) == {"odoo:pickingid 9911", "odoo:picking WH/OUT/00481", "odoo:name S00481"}


@pytest.mark.parametrize(
    ("name", "expected"), [("WH/OUT/00481", "shipped"), ("WH/IN/00012", None), ("WH/PICK/00007", None)]
)
def test_only_a_transfer_out_of_the_house_is_a_shipment(name, expected):
    (event,) = read(odoo(f"stock.picking(9911,) {name} state assigned -> done origin=S00481")).events

    assert states(event).get("fulfilment") == expected


@pytest.mark.parametrize("tail", ["", " ", " - - -"])
def test_a_line_may_end_in_what_the_format_adds(tail):
    """`%(perf_info)s` is empty for most loggers, and its blank remains."""
    text = odoo("created sale.order(481,) name=S00481 state=draft" + tail)
    (event,) = read(text).events

    assert names(event) == {"odoo:id 481", "odoo:name S00481"}
    assert states(event) == {"order": "pending"}


def test_a_line_that_names_an_order_and_is_not_understood_is_unread():
    assert read(odoo("received order #1001") + odoo("S00481 was looked at twice")).counts() == {
        "understood": 1, "unread": 1,
    }  # fmt: skip


# ---- Acumatica ----


def test_ticks_are_a_time():
    first = sample("acumatica_push.jsonl").events[0]

    assert first.at == int(datetime(2026, 3, 9, 12, 2, 12, tzinfo=UTC).timestamp()) * 1_000_000_000


def test_a_row_that_is_deleted_and_inserted_tells_both_values():
    changes = [
        (e.before.get("SOOrder.status.text"), e.states[0].raw) for e in sample("acumatica_push.jsonl").events[1:5]
    ]

    assert changes == [
        ("On Hold", "Open"), ("Open", "Shipping"), ("Shipping", "Completed"), ("Back Order", "Canceled"),
    ]  # fmt: skip


def test_a_row_that_left_the_inquiry_is_not_cancelled():
    last = sample("acumatica_push.jsonl").events[-1]

    assert (last.kind.topic, states(last), last.before) == ("updated", {}, {"SOOrder.status.text": "On Hold"})


@pytest.mark.parametrize(("raw", "expected"), [("C", "shipped"), ("L", "cancelled"), ("Completed", "shipped")])
def test_a_status_is_a_letter_or_its_label(raw, expected):
    """`C` is completed here; elsewhere it is cancelled."""
    row = {"OrderType": "SO", "OrderNbr": "SO004811", "Status": raw}
    push = {
        "Inserted": [row],
        "Deleted": [],
        "Query": "Q",
        "CompanyId": "C",
        "Id": "1",
        "TimeStamp": 639086545320000000,
    }
    (event,) = read(lines(push)).events

    assert states(event) == {"order": expected}
