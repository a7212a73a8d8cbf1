"""What Shopify's exports say of an order: webhooks, deliveries, timeline, orders export, REST downloads."""

from __future__ import annotations

import json

import pytest

from formats.export_reading import SAMPLES, names, read, sample, states

API = SAMPLES / "shopify-api"
HEAD = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Webhook-Id": "w-1"}


def capture(body: object, headers: dict[str, str] | None = None, status: int | None = 200) -> str:
    """One line of a receiver's log."""
    record: dict[str, object] = {"received_at": "2026-11-09T14:02:13.118Z", "headers": headers or HEAD, "body": body}
    if status is not None:
        record["response"] = {"status": status}
    return json.dumps(record) + "\n"


def payload(name: str) -> object:
    return json.loads((API / f"{name}.json").read_text())


def order(**fields: object) -> dict[str, object]:
    """An order body with the fields that make its state."""
    unpaid = {"cancelled_at": None, "fulfillment_status": None, "financial_status": "pending"}
    return {"id": 6120045512001, "name": "#5012", **unpaid, **fields}


def test_a_webhook_is_received_there_and_answered_to_the_sender():
    """The answer belongs to the hop of the one who sent: record 7 was answered 504 after 5 s."""
    received, refused = sample("shopify.webhooks.jsonl").record(7)

    assert (received.kind.system, received.kind.phase, received.kind.peer) == ("receiver", "received", "shopify")
    assert (refused.kind.system, refused.kind.instance) == ("shopify", "northfold-supply")
    assert (refused.kind.phase, refused.kind.level, refused.result) == ("rejected", "transport", "504")
    assert received.envelope == refused.envelope


def test_a_retry_is_the_same_delivery():
    """Record 8: same webhook id and same triggered-at as record 7, which was answered 504."""
    reading = sample("shopify.webhooks.jsonl")
    first, again = reading.record(7)[0], reading.record(8)[0]

    assert first.envelope == again.envelope
    assert first.happened_at == again.happened_at
    assert first.at != again.at


def test_a_second_subscription_is_the_same_event_by_another_delivery():
    """Record 11: same event id as record 10, under another webhook id and subscription."""
    reading = sample("shopify.webhooks.jsonl")
    first, second = reading.record(10)[0], reading.record(11)[0]

    assert first.ids["event"] == second.ids["event"]
    assert first.envelope != second.envelope
    assert (first.ids["subscription"], second.ids["subscription"]) == ("nf-orders-prod", "nf-legacy-erp")


def test_an_event_that_came_late_says_when_it_happened():
    """Record 13 was received 3 h 41 min after X-Shopify-Triggered-At."""
    event = sample("shopify.webhooks.jsonl").record(13)[0]

    assert event.at is not None
    assert event.happened_at is not None
    assert (event.at - event.happened_at) // (60 * 10**9) == 221


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (6, {"id 6120045512001", "fulfillment #5012.1", "tracking 1Z555NF0350120001"}),
        (15, {"id 6120045516001"}),
        (16, {"id 6120045512001", "gid gid://shopify/Order/6120045512001", "return #5012-R1"}),
        (1, {"id 6120045512001", "name #5012", "gid gid://shopify/Order/6120045512001"}),
    ],
)
def test_parcels_refunds_and_returns_name_their_order(record, named):
    """In a fulfilment `id` is the parcel's: the order is `order_id`, in a return `order.id`. Names are the shop's."""
    found = names(sample("shopify.webhooks.jsonl").record(record)[0])

    assert {name.partition(":")[2] for name in found} == named
    assert {name.partition(":")[0] for name in found} <= {"shopify/northfold-supply", "carrier"}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Shopify-Topic": "orders/paid", "X-Shopify-Webhook-Id": "w-9"},
        {"x-shopify-topic": "orders/paid", "x-shopify-webhook-id": "w-9"},
        {"shopify-topic": "orders/paid", "shopify-webhook-id": "w-9"},
        {"HTTP_X_SHOPIFY_TOPIC": "orders/paid", "HTTP_X_SHOPIFY_WEBHOOK_ID": "w-9"},
        {"X-Shopify-Topic": "ORDERS_PAID", "X-Shopify-Webhook-Id": "w-9"},
    ],
)
def test_headers_are_read_however_they_are_spelled(headers):
    """Case does not count; the newer product drops the X-; a CGI log writes HTTP_X_…; GraphQL has its own topics."""
    event = read(capture(order(), headers)).events[0]

    assert (event.kind.topic, event.envelope) == ("paid", ("w-9",))


@pytest.mark.parametrize(
    ("topic", "word"),
    [
        ("orders/create", "created"), ("orders/updated", "updated"), ("orders/edited", "updated"),
        ("orders/paid", "paid"), ("orders/partially_fulfilled", "shipped"), ("orders/fulfilled", "shipped"),
        ("orders/cancelled", "cancelled"), ("fulfillments/create", "shipped"), ("fulfillments/update", "updated"),
        ("refunds/create", "refunded"), ("returns/approve", "returned"), ("returns/decline", "updated"),
    ],
)  # fmt: skip
def test_topics(topic, word):
    event = read(capture(order(), {**HEAD, "X-Shopify-Topic": topic})).events[0]

    assert event.kind.topic == word


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (order(), "pending"),
        (order(financial_status="authorized"), "pending"),
        (order(financial_status="paid"), "confirmed"),
        (order(financial_status="paid", fulfillment_status="partial"), "shipped"),
        (order(financial_status="paid", fulfillment_status="fulfilled"), "shipped"),
        (order(financial_status="refunded", fulfillment_status="fulfilled"), "shipped"),
        (order(fulfillment_status="fulfilled", cancelled_at="2026-11-09T09:02:11-05:00"), "cancelled"),
        (order(financial_status="partially_refunded"), None),
    ],
)
def test_the_state_of_an_order_is_composed(body, state):
    """A cancellation says more than a shipment, a shipment more than a payment; a refund alone says nothing."""
    assert states(read(capture(body)).events[0])["order"] == state


def test_payment_and_fulfilment_stand_on_their_own_axes():
    """`pending` of the payment is unpaid; a fulfilment status of null is not started."""
    event = read(capture(order())).events[0]

    assert states(event) == {"order": "pending", "payment": "unpaid", "fulfilment": "pending"}


def test_a_status_nobody_knows_is_reported_not_guessed():
    event = read(capture(order(financial_status="on_credit"))).events[0]

    marks = {state.field: (state.raw, state.mark) for state in event.states}

    assert marks["financial_status"] == ("on_credit", "UNMAPPED")


@pytest.mark.parametrize("name", ["order", "fulfillment", "refund"])
def test_real_payloads_are_known_wherever_they_travel(name):
    """Shopify's own test fixtures, wrapped as its API gives them, inside a capture."""
    event = read(capture(payload(name))).events[0]

    assert "shopify:id 450789469" in names(event)


def test_what_orders_may_have_in_common_is_kept():
    """Channel, payment, country and the first article of Shopify's own test order: an incident may share one."""
    event = read(capture(payload("order"))).events[0]

    assert event.fields == {
        "total": "409.94", "currency": "USD", "channel": "web", "payment": "authorize_net", "country": "US",
        "sku": "IPOD2008GREEN", "quantity": "3", "requires_shipping": "true",
    }  # fmt: skip


def test_a_body_with_few_fields_is_still_an_order():
    """An integration may ask for some fields only."""
    event = read(capture({"id": 6120045512001, "name": "#5012", "fulfillment_status": "fulfilled"})).events[0]

    assert states(event) == {"order": "shipped", "fulfilment": "shipped"}
    assert names(event) == {"shopify:id 6120045512001", "shopify:name #5012"}


def test_a_deleted_order_and_an_edited_one_are_known_by_their_only_id():
    edit = {"order_edit": {"id": 1, "order_id": 6120045512001}}
    deleted = read(capture({"id": 6120045512009}, {**HEAD, "X-Shopify-Topic": "orders/delete"})).events[0]
    edited = read(capture(edit, {**HEAD, "X-Shopify-Topic": "orders/edited"})).events[0]

    assert names(deleted) == {"shopify:id 6120045512009"}
    assert names(edited) == {"shopify:id 6120045512001"}


def test_a_part_of_an_order_that_does_not_name_it_is_not_taken_for_it():
    """What a fulfilment order's notice says of itself is the fulfilment order's id."""
    head = {**HEAD, "X-Shopify-Topic": "fulfillment_orders/placed_on_hold"}
    body = {"fulfillment_order": {"id": 519788021, "status": "on_hold"}, "id": 519788021}
    event = read(capture(body, head)).events[0]

    assert event.names == ()


def test_a_draft_order_is_no_order():
    draft = capture(payload("draft_order"), {**HEAD, "X-Shopify-Topic": "draft_orders/update"})
    reading = read(capture(order()) + draft)

    assert reading.counts() == {"understood": 1, "ignored": 1}


def test_an_order_of_the_export_is_one_record_over_its_line_items():
    """Two rows of #5015 are one order, not two: the second row's order cells are empty on purpose."""
    reading = sample("shopify.orders_export.csv")
    observed = [event for event in reading.events if event.kind.phase == "observed"]

    assert sorted(name.value for event in observed for name in event.names if name.kind == "shopify:name") == [
        "#5012", "#5013", "#5014", "#5015", "#5016", "#5017",
    ]  # fmt: skip


def test_the_export_says_what_holds_and_what_happened_when():
    """#5014: cancelled, its money voided; created and cancelled at the times of its columns."""
    events = {event.kind.topic or "snapshot": event for event in sample("shopify.orders_export.csv").record(4)}

    assert events.keys() == {"snapshot", "created", "cancelled"}
    assert states(events["snapshot"]) == {"order": "cancelled", "payment": "voided", "fulfilment": "pending"}
    assert events["snapshot"].at is None
    assert events["cancelled"].happened_at == 1794327608000000000  # 2026-11-10T16:20:08Z


def test_a_spelling_of_the_header_does_not_matter():
    """`Canceled at` in one year, `Cancelled at` in another."""
    text = (
        "name,Financial Status,Fulfillment Status,Created at,Canceled at,Total\n"
        "#1001,voided,,2026-01-01 10:00:00 -0500,2026-01-02 10:00:00 -0500,9.00\n"
    )
    reading = read(text)

    assert reading.format == "shopify-orders-export"
    assert [event.kind.topic for event in reading.events] == [None, "created", "cancelled"]


def test_an_id_that_a_spreadsheet_damaged_is_no_name():
    """6.12005E+12 could be any of a million orders: the event keeps its name and shows the damage."""
    text = (
        "Name,Financial Status,Fulfillment Status,Created at,Total,Id\n"
        "#1001,paid,,2026-01-01 10:00:00 -0500,9.00,6.12005E+12\n"
    )
    event = read(text).events[0]

    assert names(event) == {"shopify:name #1001"}
    assert "6.12005E+12" in event.ids["damaged id"]


def test_who_changed_an_order_in_the_admin():
    """A staff address is a person: the cancellation of #5014 was done by hand."""
    cancelled = sample("shopify.order_events.jsonl").record(5)[0]

    assert cancelled.kind.topic == "cancelled"
    assert cancelled.actor == ("ops.user@example.com", "person")


def test_an_order_event_of_the_real_api_is_read():
    reading = read((API / "events.json").read_bytes())

    assert [event.kind.topic for event in reading.events] == ["created", "created", "updated"]


def test_a_delivery_log_stays_unattached():
    """It names no order: nothing may be linked by time alone."""
    events = sample("shopify.delivery_log.csv").events

    assert [event.kind.phase for event in events].count("rejected") == 4
    assert all(not event.names and not event.envelope for event in events)


@pytest.mark.parametrize("name", ["order", "orders"])
def test_a_download_of_orders_is_a_snapshot(name):
    """{"order": …} and {"orders": […]} as the REST API gives them."""
    reading = read((API / f"{name}.json").read_bytes())
    observed, created = reading.events

    assert reading.format == "shopify-orders-api"
    assert (observed.kind.phase, observed.kind.carries, created.kind.topic) == ("observed", "state", "created")
    assert observed.fields["total"] == "409.94"


@pytest.mark.parametrize(
    ("name", "format_", "counts"),
    [
        ("draft_order", "shopify-draft-orders", {"ignored": 1}),
        ("webhooks", "shopify-webhook-subscriptions", {"context": 2}),
        ("fulfillment_order", "shopify-fulfillments-api", {"understood": 1}),
        ("fulfillment", "shopify-fulfillments-api", {"understood": 1}),
        ("refund", "shopify-fulfillments-api", {"understood": 1}),
        ("fulfillment_event", "shopify-fulfillments-api", {"understood": 1}),
        ("fulfillment_request", "shopify-fulfillments-api", {"understood": 1}),
        ("transaction", "shopify-fulfillments-api", {"understood": 1}),
        ("order_risks", "shopify-fulfillments-api", {"understood": 2}),
        ("draft_order_completed", "shopify-draft-orders", {"understood": 1}),
        ("draft_order_invoice", "shopify-draft-orders", {"ignored": 1}),
        ("fulfillment_service", "shopify-webhook-subscriptions", {"ignored": 1}),
        ("fulfillment_order_locations_for_move", "shopify-webhook-subscriptions", {"ignored": 2}),
    ],
)
def test_what_else_the_api_gives_is_understood_or_says_why_not(name, format_, counts):
    """A draft is no order until one was made of it; a subscription is no record of an order, but may explain many."""
    reading = read((API / f"{name}.json").read_bytes())

    assert (reading.format, reading.counts()) == (format_, counts)
    assert all("shopify:id 450789469" in names(event) for event in reading.events)


def test_the_user_names_the_receiver():
    """`--system gateway` says who took the webhooks in; who sent and was answered stays Shopify."""
    received, answered = read((SAMPLES / "formats" / "shopify.webhooks.jsonl").read_bytes(), system="gateway").events[
        :2
    ]

    assert (received.kind.system, received.kind.peer) == ("gateway", "shopify")
    assert (answered.kind.system, answered.kind.instance) == ("shopify", "northfold-supply")
