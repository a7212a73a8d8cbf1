"""What warehouses and carriers say of an order: ShipStation, ShipBob, Extensiv, EasyPost, AfterShip, Shippo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from formats.export_reading import SAMPLES, Reading, names, read, sample, states
from tracelog.ingest import ingest
from tracelog.model.event import Event
from tracelog.model.words import from_rfc3339
from tracelog.store.read import Store


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def at(text: str) -> int | None:
    return from_rfc3339(text)


def received(reading: Reading) -> list[Event]:
    return [event for event in reading.events if event.kind.phase == "received"]


def captured(body: object, **headers: str) -> str:
    return lines(
        {"received_at": "2026-11-10T15:31:08.000Z", "headers": headers, "body": body, "response": {"status": 200}}
    )


# ---- ShipStation ----


def test_seven_digits_without_an_offset_are_the_clock_of_the_west_coast():
    """Read as UTC they would be eight hours early: the order would be shipped before it was made."""
    first = sample("shipstation.orders_api.jsonl", None).events[0]

    assert first.at == at("2026-11-10T15:31:04.740Z")


def test_the_west_coast_keeps_summer_time():
    order = {"orderId": 1, "orderNumber": "5012", "orderKey": "k", "orderStatus": "shipped", "advancedOptions": {}}
    (event,) = read(lines({**order, "modifyDate": "2026-07-01T05:02:10.3430000"}), None).events

    assert event.at == at("2026-07-01T12:02:10.343Z")


def test_number_and_key_are_the_orders_names_in_the_shop():
    """`5012` without the shop's `#`, and the shop's own id."""
    first = sample("shipstation.orders_api.jsonl").events[0]

    assert names(first) >= {"shipstation:number 5012", "shipstation:key 6120045512001", "ref 5012", "ref 6120045512001"}


def test_a_notice_names_a_batch_and_no_order():
    notices = received(sample("shipstation.webhooks.jsonl"))

    assert [(event.kind.topic, event.envelope, names(event)) for event in notices] == [
        ("created", ("shipstation nf-0001-0000",), set()),
        ("created", ("shipstation nf-0001-0000",), set()),
        ("shipped", ("shipstation 155500001",), set()),
        ("shipped", ("shipstation 155500001",), set()),
        ("shipped", ("shipstation 91",), set()),
        ("updated", ("shipstation 92",), set()),
        ("delivered", (), {"carrier:tracking 1Z555NF0350120001"}),
    ]


def test_what_was_fetched_shares_the_envelope_of_the_notice():
    reading = sample("shipstation.jsonl")
    (notice,), orders = reading.record(1), reading.record(2)

    assert {order.envelope for order in orders} == {notice.envelope}
    assert [{name for name in names(order) if name.startswith("ref SHP")} for order in orders] == [
        {"ref SHP-10481"},
        {"ref SHP-10485"},
    ]


def test_a_voided_label_was_shipped_and_is_not():
    shipment = {"shipmentId": 1, "orderId": 7, "orderNumber": "5012", "createDate": "2026-03-09T11:21:05.4470000",
                "voided": True, "voidDate": "2026-03-09T12:00:00.0000000", "carrierCode": "ups"}  # fmt: skip
    made, voided = read(lines(shipment)).events

    assert (made.kind.topic, states(made)) == ("shipped", {})
    assert (voided.kind.topic, states(voided), voided.at) == (
        "updated",
        {"fulfilment": "cancelled"},
        at("2026-03-09T19:00:00Z"),
    )


def test_a_custom_order_with_shipstations_words_is_not_shipstations():
    """orderNumber, orderId and orderStatus are anybody's."""
    body = {"orderId": 7, "orderNumber": "5012", "orderStatus": "shipped"}
    events = received(read(captured(body)))

    assert all(not name.startswith("shipstation") for event in events for name in names(event))


# ---- ShipBob ----


def test_the_topic_stands_in_a_header_only():
    """Completed in the body is shipped; that it was delivered only the header says."""
    topics = [(event.ids["topic"], event.kind.topic) for event in sample("shipbob_webhooks.jsonl").events]

    assert topics == [
        ("order_shipped", "shipped"), ("order.shipped", "shipped"), ("order.shipment.tracking.updated", "updated"),
        ("order.shipment.delivered", "delivered"), ("order.delivered", "delivered"),
        ("order.shipment.exception", "updated"), ("order.shipment.on_hold", "updated"),
        ("order.shipment.cancelled", "updated"), ("return.completed", "returned"),
    ]  # fmt: skip


def test_completed_is_not_delivered():
    (event,) = [e for e in sample("shipbob_webhooks.jsonl").events if e.envelope == ("msg_sample0001",)]

    assert states(event) == {"fulfilment": "shipped"}


def test_a_cancelled_shipment_is_not_a_cancelled_order():
    (event,) = [e for e in sample("shipbob_webhooks.jsonl").events if e.ids["topic"] == "order.shipment.cancelled"]

    assert (event.kind.topic, states(event)) == ("updated", {"fulfilment": "cancelled"})


def test_the_order_and_its_shipment_have_numbers_of_their_own():
    """Of a topic about the whole order the body's id is the order's."""
    events = [e for e in sample("shipbob_webhooks.jsonl").events if "ref SHP-10485" in names(e)]

    assert all("shipbob:id 770485" in names(event) for event in events)
    assert sum("shipbob:shipment 880485" in names(event) for event in events) == 3


# ---- Extensiv ----


def test_confirmed_means_shipped_and_closed():
    (event,) = [e for e in sample("extensiv_webhooks.jsonl").events if e.kind.topic == "shipped"]

    assert states(event) == {"order": "shipped", "fulfilment": "shipped"}
    assert names(event) == {"extensiv:id 60481", "ref SHP-10481", "carrier:tracking 1Z999AA10123456784"}


def test_a_notice_may_leave_its_resource_out():
    notice = {"eventType": "Order", "event": "OrderCancel", "eventDateTime": "2026-03-09T14:12:00Z", "tplGuid": "g"}
    (event,) = read(lines(notice)).events

    assert (event.kind.topic, states(event), names(event)) == ("cancelled", {"order": "cancelled"}, set())


def test_goods_that_come_in_are_only_a_return_where_an_order_has_that_number():
    event = sample("extensiv_webhooks.jsonl").events[-1]

    assert names(event) == set()
    assert [(name.kind, name.value, name.strength) for name in event.names] == [("ref", "RA3307", "weak")]


# ---- carriers ----


@pytest.mark.parametrize(
    ("file", "first", "again"),
    [("easypost.webhooks.jsonl", 4, 5), ("aftership.webhooks.jsonl", 4, 5)],
)
def test_a_retry_is_the_same_delivery(file, first, again):
    """The answer key: refused with 500 and 503, sent again under the same event id, accepted."""
    reading = sample(file)
    tried, refused = reading.record(first)
    retried, accepted = reading.record(again)

    assert tried.envelope == retried.envelope == refused.envelope == accepted.envelope
    assert (refused.kind.phase, accepted.kind.phase) == ("rejected", "acknowledged")


def test_a_checkpoints_local_time_is_never_read():
    """`checkpoint_time` has no offset; `ts` counts seconds of UTC."""
    for event in received(sample("aftership.webhooks.jsonl")):
        assert event.happened_at is not None
        assert event.at is not None
        assert 0 < event.at - event.happened_at < 60 * 1_000_000_000


def test_a_parcel_on_its_way_back_is_an_exception_that_only_the_subtag_explains():
    (event,) = [e for e in received(sample("aftership.webhooks.jsonl")) if "ref #5016" in names(e)]

    assert (event.kind.topic, states(event)) == ("returned", {"fulfilment": "shipped", "return": "returned"})


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ("Order 12-55501-00417", {"ref 12-55501-00417"}),
        ("PO 109005550100417", {"ref 109005550100417"}),
        ("Order #1001", {"ref #1001"}),
        ("SHP-10481", {"ref SHP-10481"}),
        ("", set()),
        ("please leave order 1001 at the door", set()),
        ("gift", set()),
    ],
)
def test_metadata_names_an_order_when_it_is_nothing_else(metadata, named):
    status = {"status": "TRANSIT", "status_date": "2026-11-12T02:00:00Z"}
    data = {"carrier": "ups", "tracking_number": "1Z1", "metadata": metadata, "tracking_status": status}
    event = received(read(captured({"event": "track_updated", "test": False, "data": data})))[0]

    assert names(event) == {"carrier:tracking 1Z1", *named}


def test_previous_attributes_are_the_value_before():
    events = received(sample("easypost.webhooks.jsonl"))

    assert [event.before.get("status") for event in events[:4]] == [
        None,
        "pre_transit",
        "in_transit",
        "out_for_delivery",
    ]


def test_a_carriers_test_event_counts_for_nothing():
    result = {"object": "Tracker", "tracking_code": "EZ1000000001", "status": "delivered"}
    easypost = {"object": "Event", "description": "tracker.updated", "mode": "test", "id": "evt_1", "result": result}
    shippo = {"event": "track_updated", "test": True, "data": {"tracking_number": "1Z1", "tracking_status": None}}

    assert read(captured(easypost)).counts() == {"ignored": 1}
    assert read(captured(shippo)).counts() == {"ignored": 1}


def test_webhooks_of_several_senders_in_one_file_are_told_apart():
    folder = SAMPLES / "formats"
    files = ("easypost", "aftership", "shippo", "shipstation")
    firsts = [(folder / f"{name}.webhooks.jsonl").read_text("utf-8").splitlines(keepends=True)[0] for name in files]
    events = received(read("".join(firsts)))

    assert [event.kind.peer for event in events] == list(files)


# ---- together ----


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Shop, warehouse and carriers of the same week."""
    folder = SAMPLES / "formats"
    wanted = ("shopify.", "shipstation.", "easypost.", "aftership.", "shippo.")
    paths = [path for path in sorted(folder.iterdir()) if path.name.startswith(wanted)]
    database: Path = tmp_path_factory.mktemp("store") / "t.db"
    ingest(paths, db=database)
    return Store.open(database)


@pytest.mark.parametrize(
    "name",
    [
        "shopify:id 6120045512001", "shopify:name #5012", "gid://shopify/Order/6120045512001", "#5012.1", "#5012-R1",
        "shipstation:number 5012", "shipstation:key 6120045512001", "shipstation:id 701000417", "1Z555NF0350120001",
    ],
)  # fmt: skip
def test_the_answer_keys_names_of_one_order_find_it(store, name):
    """identity-links: shop, warehouse and both carriers speak of NF-5012."""
    assert store.find(name) == store.find("#5012")
    assert len(store.find(name)) == 1


def test_an_order_that_two_carriers_report_on_is_one(store):
    (order,) = store.find("#5012")
    peers = {event.kind.peer for event in store.order(order) if event.kind.phase == "received"}

    assert peers >= {"shopify", "easypost", "aftership", "shipstation"}
