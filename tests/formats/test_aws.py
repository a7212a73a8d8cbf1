"""What Amazon's services say of an order: queues, buses, functions and what functions write to CloudWatch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.export_reading import names, read, sample, shipped

RUN = "c793869b-ee49-115b-a5b6-4fd21e820931"
MOMENT = 1773324132562


def message(body: Any, **more: Any) -> dict[str, Any]:
    """One record of the event that a queue gives to a function."""
    text = body if isinstance(body, str) else json.dumps(body)
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": "1773324132960",
                  "ApproximateFirstReceiveTimestamp": "1773324132985", **more.pop("attributes", {})}  # fmt: skip
    return {"messageId": "059f36b4-87a3-44ab-83d2-661975820931", "receiptHandle": "AQEB", "body": text,
            "attributes": attributes, "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:orders", **more}  # fmt: skip


def bus(kind: str, detail: object, source: str = "example.orders") -> str:
    event = {"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703420931", "detail-type": kind, "source": source}
    return json.dumps({**event, "account": "1", "time": "2026-03-12T14:02:12Z", "detail": detail})


def logged(*messages: str) -> str:
    """What `aws logs get-log-events` gives."""
    events = [{"timestamp": MOMENT + n, "message": text, "ingestionTime": MOMENT + 9000}
              for n, text in enumerate(messages)]  # fmt: skip
    return json.dumps({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"})


def test_a_message_was_taken_in_when_it_was_sent():
    """Sent 14:02:12.960; the queue is the instance, the message id the envelope."""
    (taken,) = sample("aws_sqs_event.json").record(1)

    assert (taken.kind.phase, taken.kind.instance, taken.at) == ("received", "orders", 1773324132960000000)
    assert names(taken) == {"shopify:id 6120481930251", "shopify:name ORD-20931"}
    assert taken.kind.topic == "created"
    assert taken.envelope == ("059f36b4-87a3-44ab-83d2-661975820931",)


def test_a_message_handed_out_again_says_so():
    """ORD-20934 was received four times; ORD-20935 came through a queue that keeps order."""
    again, ordered = sample("aws_sqs_event.json").record(2)[0], sample("aws_sqs_event.json").record(3)[0]

    assert again.ids["receives"] == "4"
    assert (ordered.ids["group"], ordered.ids["deduplication"]) == ("ORD-20935", "evt-20935-2")
    assert ordered.kind.topic == "cancelled"


ORDER = {"id": 6120481930251, "name": "#5012", "financial_status": "paid", "fulfillment_status": None}


@pytest.mark.parametrize(
    "body",
    [
        ORDER,
        json.dumps(json.dumps(ORDER)),
        {"order": ORDER},
        {"Type": "Notification", "MessageId": "5c0c", "Message": json.dumps(ORDER)},
        {"detail-type": "x", "detail": ORDER},
        {"detail-type": "shopifyWebhook", "detail": {"payload": ORDER, "metadata": {}}},
    ],
    ids=["plain", "twice encoded", "wrapped", "by SNS", "by EventBridge", "by a shop's bus"],
)
def test_an_order_is_found_however_it_was_put_into_the_queue(body):
    for event in read(json.dumps({"Records": [message(body)]})).events:
        assert names(event) == {"shopify:id 6120481930251", "shopify:name #5012"}


@pytest.mark.parametrize(
    "more",
    [
        {"eventSourceARN": "arn:aws:sqs:us-east-2:1:orders-dlq"},
        {"eventSourceARN": "arn:aws:sqs:us-east-2:1:orders-dead-letter.fifo"},
        {"attributes": {"DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-2:1:orders"}},
    ],
)
def test_in_a_queue_of_the_dead_a_message_is_kept(more):
    events = read(json.dumps({"Records": [message(ORDER, **more)]})).events

    assert [event.kind.phase for event in events] == ["parked"]


def test_a_message_that_is_no_order_stays_and_names_nobody():
    events = read(json.dumps({"Records": [message("hello"), message({"sku": "A"})]})).events

    assert [names(event) for event in events] == [set()] * 2


def test_a_function_that_used_up_its_tries_refused():
    """ORD-20934: three tries, then the record of the failure with the event that was tried."""
    (event,) = sample("aws_lambda_destination_record.json").events

    assert (event.kind.phase, names(event)) == ("rejected", {"shopify:name ORD-20934"})
    assert event.envelope == ("c793869b-ee49-115b-a5b6-4fd21e820934",)
    assert event.result is not None
    assert event.result.startswith("RetriesExhausted Unhandled")
    assert event.ids["tries"] == "3"


def test_what_was_done_stands_in_the_name_of_an_event():
    """Received, forwarded, failed, and forwarded at the second try."""
    shown = [(event.kind.phase, *names(event)) for event in sample("aws_eventbridge_events.jsonl").events]

    assert shown == [
        ("received", "ref ORD-20931"), ("received", "ref ORD-20932"), ("forwarded", "ref ORD-20933"),
        ("rejected", "ref ORD-20934"), ("forwarded", "ref ORD-20934"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "phase", "topic"),
    [
        ("order.created", "emitted", "created"),
        ("OrderShipped", "emitted", "shipped"),
        ("Order Cancelled", "emitted", "cancelled"),
        ("Order Payment Failed", "emitted", None),
        ("Order Return Received", "emitted", "returned"),
        ("Order Import Failed", "rejected", None),
        ("Order Skipped", "skipped", None),
        ("Purchase Order Created", "emitted", None),
    ],
)
def test_a_payment_that_failed_is_no_message_that_failed(kind, phase, topic):
    (event,) = read(bus(kind, {"orderId": "A-1001"})).events

    assert (event.kind.phase, event.kind.topic) == (phase, topic)


def test_who_put_an_event_on_the_bus_says_it():
    assert read(bus("Order Created", {"orderId": "A-1001"}, "wms.prod")).events[0].kind.system == "wms.prod"
    shop = "aws.partner/shopify.com/3740/prod"
    detail = {"payload": {"id": 1, "name": "#1001"}, "metadata": {"X-Shopify-Topic": "orders/create"}}
    assert read(bus("shopifyWebhook", detail, shop)).events[0].kind.system == "shopify"
    assert read(bus("Object Created", {}, "aws.s3")).counts() == {"ignored": 1}


def test_the_lines_of_a_function():
    """Taken in, sent to the queue; taken in and timed out; broken off at a missing address."""
    reading = sample("aws_lambda_cloudwatch.log")

    assert [(event.kind.phase, *names(event), event.result) for event in reading.events] == [
        ("received", "shopify:name ORD-20931", None),
        ("forwarded", "ref ORD-20931", None),
        ("received", "ref ORD-20934", None),
        ("rejected", "Task timed out after 30.00 seconds"),
        ("rejected", "ref ORD-20937", "no shipping address"),
    ]


def test_a_line_and_the_queue_s_message_share_an_id():
    forwarded = sample("aws_lambda_cloudwatch.log").events[1]

    assert forwarded.kind.peer == "sqs"
    assert forwarded.envelope[-1] == sample("aws_sqs_event.json").record(1)[0].envelope[0]


def test_a_broken_invocation_is_tied_by_its_request():
    """The time-out names no order; the line before with the same request does."""
    _, _, received, timeout, _ = sample("aws_lambda_cloudwatch.log").events

    assert timeout.envelope[-1] == received.envelope[-1] == "c793869b-ee49-115b-a5b6-4fd21e820934"


@pytest.mark.parametrize("gap", ["\t", "    "])
def test_tabs_may_have_become_blanks(gap):
    text = (
        f"START RequestId: {RUN} Version: $LATEST\n"
        f"{gap.join(['2026-03-12T14:02:12.964Z', RUN, 'INFO', 'forwarded ORD-20931 to netsuite'])}\n"
        f"END RequestId: {RUN}\n"
        f"REPORT RequestId: {RUN}{gap}Duration: 1.00 ms{gap}Status: timeout\n"
    )
    reading = read(text)

    assert (reading.format, reading.counts()) == ("aws-lambda", {"ignored": 3, "understood": 1})
    assert [(event.kind.phase, event.kind.peer) for event in reading.events] == [("forwarded", "netsuite")]


def test_the_same_function_read_through_cloudwatch():
    """There every line has a time; line breaks became carriage returns."""
    received, forwarded = sample("aws_cloudwatch_get_log_events.json").events

    assert [event.kind.phase for event in (received, forwarded)] == ["received", "forwarded"]
    assert received.envelope[-1] == forwarded.envelope[0] == RUN
    assert (received.at, forwarded.at) == (1773324132562000000, 1773324132964000000)
    assert names(forwarded) == {"ref ORD-20931"}


def test_what_a_function_prints_belongs_to_its_invocation():
    """Python's print() writes neither time nor request: CloudWatch has the one, START the other."""
    reading = read(logged(f"START RequestId: {RUN} Version: 7\n", "order received ORD-20937\n", "no such field\n",
                          f"END RequestId: {RUN}\n"))  # fmt: skip
    (event,) = reading.events

    assert reading.counts() == {"ignored": 3, "understood": 1}
    assert (event.kind.phase, names(event), event.envelope) == ("received", {"ref ORD-20937"}, (RUN,))


def test_a_subscription_delivers_what_an_application_wrote():
    """JSON in the message: level, text, and a key that names the order."""
    shown = [(event.kind.phase, *names(event)) for event in sample("aws_cloudwatch_subscription.json").events]

    assert shown == [("received", "ref ORD-20931"), ("received", "ref ORD-20934")]


def test_words_weigh_less_than_fields():
    """What is read off the lines of a program is inferred; what the runtime's own records say is not."""
    for name, inferred in (("aws-lambda", True), ("aws-cloudwatch", True), ("aws-sqs", False),
                           ("aws-lambda-destination", False), ("aws-eventbridge", False)):  # fmt: skip
        assert shipped().get(name).document.inferred is inferred
