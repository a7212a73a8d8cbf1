"""What Stripe and PayPal say of an order: its payment, under the name that the merchant gave it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.export_reading import names, read, sample, states
from tracelog.model.event import Event


def stripe(type_: str, of: dict[str, Any], **more: Any) -> Event:
    event = {"id": "evt_1", "object": "event", "created": 1773324131, "livemode": True, "type": type_, **more}
    (only,) = read(json.dumps({**event, "data": {"object": of}})).events
    return only


def paypal(type_: str, resource: dict[str, Any], kind: str = "capture") -> Event:
    event = {"id": "WH-1", "create_time": "2026-03-09T12:00:04.338Z", "resource_type": kind, "event_type": type_}
    (only,) = read(json.dumps({**event, "resource": resource})).events
    return only


CHARGE = {"id": "ch_1", "object": "charge", "amount": 8400, "currency": "usd", "payment_intent": "pi_1",
          "captured": True, "refunded": False, "amount_refunded": 0, "metadata": {"order_id": "A-1001"},
          "status": "succeeded"}  # fmt: skip
INTENT = {"id": "pi_1", "object": "payment_intent", "amount": 8400, "currency": "usd", "latest_charge": "ch_1",
          "metadata": {"order_id": "A-1001"}}  # fmt: skip


def test_the_same_payment_speaks_twice_and_is_one():
    """payment_intent.succeeded and charge.succeeded of SHP-10481: two events, one payment, the same ids."""
    _, intent, charge = sample("stripe_events.jsonl").events[:3]

    assert names(intent) == names(charge) == {
        "stripe:payment_intent pi_3TraceLogExample481", "stripe:charge ch_3TraceLogExample481", "ref SHP-10481",
    }  # fmt: skip
    assert {event.kind.topic for event in (intent, charge)} == {"paid"}
    assert intent.envelope != charge.envelope


def test_a_second_sending_is_the_same_event():
    """Event …0006 stands twice: the same envelope, so no second refund."""
    first, second = sample("stripe_events.jsonl").events[5:7]

    assert first.envelope == second.envelope == ("evt_1TraceLogSample0006",)
    assert first == second


def test_the_states_of_the_sample():
    """Tried, paid, failed, given up, refunded whole and in part: a payment's states, never the order's."""
    shown = [(event.kind.topic, states(event)) for event in sample("stripe_events.jsonl").events]

    assert shown == [
        ("updated", {"payment": "unpaid"}), ("paid", {"payment": "paid"}), ("paid", {"payment": "paid"}),
        ("updated", {"payment": "unpaid"}), ("updated", {"payment": "voided"}),
        ("refunded", {"payment": "refunded"}), ("refunded", {"payment": "refunded"}),
        ("refunded", {"payment": "refunded"}), ("paid", {"payment": "paid"}),
    ]  # fmt: skip


def test_a_refund_in_part_is_marked_so():
    whole, part = sample("stripe_events.jsonl").events[5], sample("stripe_events.jsonl").events[7]

    assert {state.mark for state in whole.states if state.field == "charge"} == {"EXACT"}
    assert {state.mark for state in part.states} == {"PARTIAL"}
    assert part.fields["amount_refunded"] == "50.00"


def test_cents_are_compared_as_amounts():
    """The shop writes 118.40 where Stripe writes 11840; yen have no cents."""
    assert sample("stripe_events.inferred.json").events[0].fields == {"total": "118.40", "currency": "usd"}
    assert stripe("charge.succeeded", {**CHARGE, "amount": 500, "currency": "jpy"}).fields["total"] == "500"


@pytest.mark.parametrize(
    ("type_", "of", "topic", "state"),
    [
        ("charge.succeeded", {**CHARGE, "captured": False}, "updated", "authorized"),
        ("charge.captured", CHARGE, "paid", "paid"),
        ("charge.failed", {**CHARGE, "captured": False, "status": "failed"}, "updated", "unpaid"),
        ("charge.updated", CHARGE, "updated", None),
        ("payment_intent.amount_capturable_updated", {**INTENT, "status": "requires_capture"}, "updated", "authorized"),
        ("payment_intent.canceled", {**INTENT, "status": "canceled"}, "updated", "voided"),
        ("payment_intent.partially_funded", {**INTENT, "status": "processing"}, "updated", "unpaid"),
        ("checkout.session.completed", {"id": "cs_1", "object": "checkout.session", "payment_status": "paid"},
         "paid", "paid"),
        ("checkout.session.completed", {"id": "cs_1", "object": "checkout.session", "payment_status": "unpaid"},
         "updated", "unpaid"),
        ("charge.dispute.created", {"id": "dp_1", "object": "dispute", "charge": "ch_1", "status": "needs_response"},
         "updated", None),
        ("refund.created", {"id": "re_1", "object": "refund", "charge": "ch_1", "status": "pending"}, "updated", None),
    ],
)  # fmt: skip
def test_what_an_event_says_of_the_payment(type_, of, topic, state):
    """A cancelled payment is no cancelled order, and an authorisation is no payment. Nothing is unmapped."""
    event = stripe(type_, of)

    assert (event.kind.topic, states(event).get("payment")) == (topic, state)
    assert all(one.mark != "UNMAPPED" for one in event.states)
    assert set(states(event)) <= {"payment"}


@pytest.mark.parametrize("key", ["order_id", "orderId", "order_number", "order_no", "order_name", "order", "order_ref"])
def test_the_order_s_name_stands_where_the_merchant_put_it(key):
    assert "ref A-1001" in names(stripe("charge.succeeded", {**CHARGE, "metadata": {key: "A-1001"}}))


def test_without_metadata_the_payment_names_itself():
    event = stripe("payment_intent.succeeded", {**INTENT, "metadata": None, "latest_charge": None})

    assert names(event) == {"stripe:payment_intent pi_1"}


def test_a_payment_that_was_expanded_is_still_its_id():
    assert "stripe:payment_intent pi_1" in names(stripe("charge.succeeded", {**CHARGE, "payment_intent": INTENT}))


def test_a_test_event_belongs_to_another_instance():
    assert stripe("charge.succeeded", CHARGE, livemode=False).kind.instance == "test"
    assert stripe("charge.succeeded", CHARGE).kind.instance is None


def test_what_is_about_no_payment_is_left_aside():
    reading = read(json.dumps({"id": "evt_1", "object": "event", "created": 1773324131, "type": "payout.paid",
                               "data": {"object": {"id": "po_1", "object": "payout"}}}))  # fmt: skip

    assert reading.counts() == {"ignored": 1}


def test_a_list_and_events_one_by_one_say_the_same():
    events = [{"id": f"evt_{n}", "object": "event", "created": 1773324131 + n, "type": "charge.succeeded",
               "data": {"object": CHARGE}} for n in range(3)]  # fmt: skip
    page = read(json.dumps({"object": "list", "data": events, "has_more": False}))
    lines = read("\n".join(map(json.dumps, events)))
    array = read(json.dumps(events))

    assert [[(event.at, names(event)) for event in one.events] for one in (page, lines, array)] == [
        [((1773324131 + n) * 10**9, {"stripe:charge ch_1", "stripe:payment_intent pi_1", "ref A-1001"})
         for n in range(3)]
    ] * 3  # fmt: skip


def test_the_order_of_a_paypal_capture_is_its_invoice():
    """SHP-10492: approved, captured, refunded; the capture knows its checkout."""
    approved, captured, *_, refunded = sample("paypal_webhooks.jsonl").events

    assert names(approved) == {"paypal:checkout-order 1058492X0233013B", "ref SHP-10492"}
    assert names(captured) == {
        "paypal:capture 9XF492TRACE0000001", "paypal:checkout-order 1058492X0233013B", "ref SHP-10492",
    }  # fmt: skip
    assert names(refunded) == {"paypal:refund 1JU492TRACE0000009", "ref SHP-10492"}
    assert (captured.fields, refunded.fields) == (
        {"total": "84.00", "currency": "USD"},
        {"refunded": "84.00", "currency": "USD"},
    )


def test_what_the_merchant_wants_to_see_again_is_only_mentioned():
    """custom_id may be a cart or a customer: it never links two orders."""
    event = sample("paypal_webhooks.jsonl").events[0]

    assert [(name.kind, name.value) for name in event.names if name.strength == "weak"] == [("ref", "57104810492")]


def test_a_stamp_of_the_resource_keeps_its_offset():
    """Written 18:45:04Z; the refund itself 11:45 at -07:00, which is 18:45:00Z."""
    refunded = sample("paypal_webhooks.jsonl").events[4]

    assert refunded.at is not None
    assert refunded.happened_at is not None
    assert refunded.at - refunded.happened_at == 4_220_000_000


@pytest.mark.parametrize(
    ("type_", "topic", "state"),
    [
        ("PAYMENT.CAPTURE.COMPLETED", "paid", "paid"), ("PAYMENT.CAPTURE.PENDING", "updated", "unpaid"),
        ("PAYMENT.CAPTURE.DECLINED", "updated", "unpaid"), ("PAYMENT.CAPTURE.DENIED", "updated", "unpaid"),
        ("PAYMENT.CAPTURE.REFUNDED", "refunded", "refunded"), ("PAYMENT.CAPTURE.REVERSED", "refunded", "refunded"),
        ("PAYMENT.AUTHORIZATION.CREATED", "updated", "authorized"),
        ("PAYMENT.AUTHORIZATION.VOIDED", "updated", "voided"), ("CHECKOUT.ORDER.APPROVED", "updated", "unpaid"),
        ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "updated", "voided"), ("PAYMENT.CAPTURE.SOMETHING", "updated", None),
    ],
)  # fmt: skip
def test_what_a_paypal_event_says_of_the_payment(type_, topic, state):
    event = paypal(type_, {"id": "9X1", "amount": {"value": "1.00", "currency_code": "USD"}, "invoice_id": "A-1"})

    assert (event.kind.topic, states(event).get("payment")) == (topic, state)
    assert all(one.mark != "UNMAPPED" for one in event.states)
