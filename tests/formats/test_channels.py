"""What the exports of storefronts and marketplaces say: layouts that a dossier names beside those of the samples."""

from __future__ import annotations

import json
import random

import pytest

from formats.export_reading import SAMPLES, Reading, names, read, sample, states
from tracelog.model.event import Event

CAPTURES = ["shopify.webhooks", "bigcommerce.webhooks", "woocommerce.webhooks", "adobe_commerce.events",
            "walmart.webhooks", "ebay.notification_api"]  # fmt: skip
AT = "2026-11-09T15:00:01.210Z"
AMAZON = SAMPLES / "amazon-api"


def captured(body: object, headers: dict[str, str] | None = None, **more: object) -> Event:
    """The receipt of one webhook."""
    line = json.dumps({"received_at": AT, "headers": headers or {}, "body": body, **more})
    return read(line + "\n").events[0]


def plain(reading: Reading) -> list[tuple[object, ...]]:
    return [(outcome.verdict, outcome.reason, tuple(outcome.events)) for outcome in reading.outcomes]


# ---- one file, several vendors


def test_a_capture_of_all_vendors_mixed_is_read_as_each_alone():
    """The receiver writes what comes, whoever sends it; half of the first forty records are no one vendor's."""
    alone = [(line, outcome)
             for name in CAPTURES
             for line, outcome in zip((SAMPLES / "formats" / f"{name}.jsonl").read_text("utf-8").splitlines(),
                                      sample(f"{name}.jsonl", None).outcomes, strict=True)]  # fmt: skip
    random.Random(7).shuffle(alone)
    together = read("\n".join(line for line, _ in alone) + "\n")

    assert together.format == "receiver-webhooks"
    assert [outcome.events for outcome in together.outcomes] == [outcome.events for _, outcome in alone]


def test_a_few_of_another_vendors_do_not_get_lost():
    """Most are Shopify's, so the file is; the others are read all the same."""
    texts = [
        (SAMPLES / "formats" / f"{name}.jsonl").read_text("utf-8") for name in ("shopify.webhooks", "walmart.webhooks")
    ]
    together = read("".join(texts))

    assert together.format == "shopify-webhooks"
    assert together.counts() == {"understood": 24}
    assert {event.kind.peer for event in together.events if event.kind.phase == "received"} == {"shopify", "walmart"}


@pytest.mark.parametrize("name", CAPTURES)
def test_a_body_that_was_kept_as_text_says_the_same(name: str):
    """Most receivers keep the raw body, for the signature is over it."""
    lines = (SAMPLES / "formats" / f"{name}.jsonl").read_text("utf-8").splitlines()
    raw = [{**record, "body": json.dumps(record["body"])} for record in map(json.loads, lines)]
    reading = read("".join(json.dumps(record) + "\n" for record in raw))

    assert plain(reading) == plain(sample(f"{name}.jsonl", None))


@pytest.mark.parametrize("name", CAPTURES)
def test_headers_in_small_letters_say_the_same(name: str):
    lines = (SAMPLES / "formats" / f"{name}.jsonl").read_text("utf-8").splitlines()
    small = [{**record, "headers": {key.lower(): value for key, value in record["headers"].items()}}
             for record in map(json.loads, lines)]  # fmt: skip
    reading = read("".join(json.dumps(record) + "\n" for record in small))

    assert plain(reading) == plain(sample(f"{name}.jsonl", None))


# ---- BigCommerce


@pytest.mark.parametrize(
    ("scope", "data", "named"),
    [
        ("store/order/created", {"type": "order", "id": 1}, "1"),
        ("store/channel/7/order/created", {"order_id": 2}, "2"),
        ("store/order/transaction/updated", {"type": "transaction", "order_id": "3", "transaction_id": "9"}, "3"),
        ("store/shipment/updated", {"type": "shipment", "id": 9, "orderId": 4}, "4"),
        ("store/order/metafield/created", {"type": "order", "resource_id": "5", "metafield_id": "9"}, "5"),
        ("store/cart/converted", {"type": "cart", "id": "c-9", "orderId": 6}, "6"),
    ],
)
def test_the_order_of_a_notice_however_it_is_spelled(scope: str, data: dict[str, object], named: str):
    event = captured({"scope": scope, "producer": "stores/nf", "data": data, "hash": "h", "created_at": 1794236400})

    assert f"bigcommerce/nf:id {named}" in names(event)
    assert not any(name.endswith(" 9") for name in names(event))


@pytest.mark.parametrize(
    ("number", "state"),
    [(0, "pending"), (11, "confirmed"), (9, "picked"), (2, "shipped"), (10, "delivered"), (14, None)],
)
def test_a_status_is_known_by_its_id(number: int, state: str | None):
    """Shops rename the labels; a refund in part says nothing of the goods."""
    body = {"scope": "store/order/statusUpdated", "producer": "stores/nf", "hash": "h", "created_at": 1794236403,
            "data": {"type": "order", "id": 1, "status": {"new_status_id": number}}}  # fmt: skip

    assert states(captured(body))["order"] == state


def test_the_name_at_a_marketplace_is_the_orders():
    """An Amazon order in BigCommerce: external_order_id."""
    assert "ref 114-5550101-4170003" in names(sample("bigcommerce.orders_api.jsonl", None).record(4)[0])


# ---- WooCommerce


@pytest.mark.parametrize(
    ("answer", "phase"), [(200, "acknowledged"), (302, "acknowledged"), (303, "rejected"), (500, "rejected")]
)
def test_a_redirect_counts_as_accepted(answer: int, phase: str):
    line = {"received_at": AT, "headers": {"X-WC-Webhook-Topic": "order.updated"}, "body": {"id": 7},
            "response": {"status": answer}}  # fmt: skip

    assert read(json.dumps(line) + "\n").events[1].kind.phase == phase


def test_times_that_say_no_zone_are_utc_whatever_zone_the_user_names():
    """`date_modified_gmt` is UTC without saying so."""
    body = {"id": 7, "status": "processing", "order_key": "wc_order_7", "date_modified_gmt": "2026-11-09T15:40:05"}
    line = json.dumps({"received_at": AT, "headers": {"X-WC-Webhook-Topic": "order.updated"}, "body": body}) + "\n"

    assert read(line, zone="America/New_York").events[0].happened_at == 1794238805 * 10**9


# ---- Adobe Commerce


@pytest.mark.parametrize(
    ("state", "status", "canonical"),
    [
        ("new", "pending", "pending"), ("processing", "processing", "confirmed"), ("complete", "complete", "shipped"),
        ("canceled", "canceled", "cancelled"), ("processing", "ready_for_shipment", "confirmed"),
        ("closed", "closed", None),
    ],
)  # fmt: skip
def test_the_state_goes_before_the_shops_own_status(state: str, status: str, canonical: str | None):
    value = {"entity_id": "4201", "increment_id": "000004201", "state": state, "status": status}
    event = captured(
        {"type": "com.adobe.commerce.observer.sales_order_save_commit_after", "id": "1", "data": {"value": value}}
    )

    assert states(event).get("order") == canonical


def test_zeros_of_an_order_number_stay():
    assert "adobecommerce/northfold.production:number 000004201" in names(
        sample("adobe_commerce.events.jsonl", None).events[0]
    )


# ---- Amazon


@pytest.mark.parametrize(
    ("file", "format_", "named"),
    [
        ("ORDER_CHANGE_shipped", "amazon-notification", "amazon:id 701-1588164-9632243"),
        ("externalFulfillmentShipping-getShipments", "amazon-external-shipments", "amazon:id 302-8234567-1234567"),
        ("mcf-v1-getFulfillmentOrder", "amazon-fulfillment-orders", "amazon:mcf SidOMSTestOrder_MCF_11"),
        ("mcf-v1-getFulfillmentOrder-cancelled", "amazon-fulfillment-orders", "ref TestOrder-CustomerFacing-12"),
        ("mcf-v2-getOrder", "amazon-fulfillment-orders", "carrier:tracking TBA32397232322"),
        ("orders-getOrder", "amazon-orders-api", "ref SO-1001"),
        ("orders-getOrderItems", "amazon-orders-api", "amazon:id 701-3922379-8329033"),
        ("vendororders-getPurchaseOrders", "amazon-vendor-orders", "amazon:po 2JK3S9VC"),
        ("vendororders-getPurchaseOrdersStatus", "amazon-vendor-orders", "amazon:po 2JK3S9VC"),
    ],
)
def test_answers_of_the_real_interface_are_read(file: str, format_: str, named: str):
    reading = read((AMAZON / f"{file}.json").read_bytes())

    assert reading.format == format_
    assert set(reading.counts()) == {"understood"}
    assert named in names(reading.events[0])


@pytest.mark.parametrize("word", ["CompletePartialled", "COMPLETE_PARTIALLED", "complete partialled"])
def test_a_fulfilment_status_is_one_however_it_is_spelled(word: str):
    order = {"sellerFulfillmentOrderId": "NF-1", "fulfillmentOrderStatus": word, "statusUpdatedDate": AT}

    assert states(read(json.dumps({"payload": {"fulfillmentOrders": [order]}})).events[0])["fulfilment"] == "shipped"


@pytest.mark.parametrize("word", ["Canceled", "Cancelled", "CANCELLED"])
def test_three_spellings_of_cancelled_are_one(word: str):
    order = {"AmazonOrderId": "114-5550101-4170001", "OrderStatus": word, "LastUpdateDate": AT}

    assert states(read(json.dumps({"payload": order})).events[0])["order"] == "cancelled"


def test_a_buyers_wish_to_cancel_is_no_cancellation():
    """Record 9: the buyer asked; the order still stands as unshipped."""
    event = sample("amazon.sp_api_notifications.jsonl", None).record(9)[0]

    assert (event.kind.topic, states(event)["order"]) == ("updated", "confirmed")


def test_columns_of_a_report_may_stand_in_any_order_and_lack_some():
    text = (
        "order-status\tpurchase-date\tsales-channel\turl\tlast-updated-date\tamazon-order-id\n"
        "Shipped - Delivered to Buyer\t2026-11-09T18:00:00+00:00\tAmazon.in\t\t2026-11-12T18:00:00+00:00"
        "\t408-5550101-4170001\n"
    )
    observed, created = read(text).events

    assert states(observed) == {"order": "delivered"}
    assert created.kind.topic == "created"


# ---- Walmart


@pytest.mark.parametrize(
    ("sub", "topic", "state"),
    [
        ("PO_CREATED", "created", "pending"), ("PO_LINE_AUTOCANCELLED", "cancelled", "cancelled"),
        ("FRAUD_CANCEL", "cancelled", "cancelled"), ("INTENT_TO_CANCEL", "updated", None),
        ("SOMETHING_NEW", "updated", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["payload", "meta", "source"])
def test_what_happened_stands_in_one_of_three_places(place: str, sub: str, topic: str, state: str | None):
    """Stand-alone events until December 2026; ORDER_UPDATES says it in the payload or in `meta`."""
    order = {"purchaseOrderId": "109005550100420", "orderLines": []}
    payload: dict[str, object] = order if place == "source" else {"order": order}
    if place == "payload":
        payload["subEventType"] = sub
    if place == "meta":
        payload["meta"] = {"subEventType": sub}
    source = {"eventType": sub if place == "source" else "ORDER_UPDATES", "eventId": "e-1", "eventTime": AT}
    event = captured({"source": source, "payload": payload})

    assert event.kind.topic == topic
    assert states(event).get("order") == state
    assert names(event) == {"walmart:id 109005550100420"}


def test_an_old_purchase_order_has_thirteen_digits():
    order = {"purchaseOrderId": "1796277083022", "customerOrderId": "5281956426648", "orderDate": 1576684394000,
             "orderLines": {"orderLine": [{"statusDate": 1576684394000}]}}  # fmt: skip
    observed, created = read(json.dumps({"list": {"elements": {"order": [order]}}})).events

    assert names(observed) == {"walmart:id 1796277083022"}
    assert created.at == 1576684394 * 10**9


def test_a_customers_order_is_only_mentioned():
    event = sample("walmart.webhooks.jsonl", None).events[0]

    assert [(name.kind, name.strength) for name in event.names if name.value == "200001555010417"] == [
        ("walmart:customerorderid", "weak")
    ]


def test_the_same_order_as_xml_and_as_json_says_the_same():
    """Milliseconds in the one, ISO in the other; a single line is no list there."""
    as_json, as_xml = sample("walmart.orders_api.jsonl", None).record(3), sample("walmart.order.xml", None).record(1)

    assert [(event.at, event.names, event.states) for event in as_json] == [
        (event.at, event.names, event.states) for event in as_xml
    ]


# ---- eBay


@pytest.mark.parametrize(
    ("fulfilment", "payment", "state"),
    [
        ("NOT_STARTED", "PAID", "confirmed"), ("NOT_STARTED", "PENDING", "pending"), ("IN_PROGRESS", "PAID", "shipped"),
        ("FULFILLED", "FULLY_REFUNDED", "shipped"), ("NOT_STARTED", "FULLY_REFUNDED", None),
    ],
)  # fmt: skip
def test_what_is_not_begun_leaves_the_order_to_its_payment(fulfilment: str, payment: str, state: str | None):
    order = {
        "orderId": "12-55501-00417",
        "creationDate": AT,
        "orderFulfillmentStatus": fulfilment,
        "orderPaymentStatus": payment,
    }

    assert states(read(json.dumps({"orders": [order]})).events[0]).get("order") == state


def test_an_orders_report_with_blocks_around_it_and_british_words():
    text = (
        "sep=,\n"
        '"Orders report","Seller ID: northfold"\n'
        "\n"
        "Sales record number,Order number,Buyer username,Sale date,Paid on date,Post to country,Dispatched on date,"
        "Tracking number\n"
        "1701,12-55501-00417,buyer_test,09-Nov-26,09-Nov-26,United Kingdom,,\n"
        "\n"
        '"1 record(s) downloaded,from ,Nov-01-26"\n'
    )
    reading = read(text, "Europe/London")

    assert reading.format == "ebay-orders-report"
    assert [event.kind.topic for event in reading.events] == [None, "created", "paid"]
    assert states(reading.events[0]) == {"order": "confirmed", "payment": "paid"}


def test_no_date_says_more_than_its_day():
    assert {event.precision for event in sample("ebay.orders_report.csv").events if event.at} == {86_400 * 10**9}


# ---- all of them


@pytest.mark.parametrize("system", ["bigcommerce", "woocommerce", "adobecommerce", "amazon", "walmart", "ebay"])
def test_every_state_in_the_samples_is_known(system: str):
    """No sample of a vendor holds a word that the vendor's map does not know."""
    found = [
        (path.name, state.field, state.raw)
        for path in (SAMPLES / "formats").iterdir()
        if path.name.replace("_", "").startswith(system)
        for event in sample(path.name, None).events
        for state in event.states
        if state.mark == "UNMAPPED"
    ]

    assert found == []
