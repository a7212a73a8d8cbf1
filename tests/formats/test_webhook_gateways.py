"""What Hookdeck and Svix say of a delivery: taken in, left aside, tried, accepted or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.export_reading import SAMPLES, names, read, sample, shipped

REQUEST = {
    "id": "req_1", "source_id": "src_1", "events_count": 1, "ignored_count": 0,
    "ingested_at": "2026-03-12T14:02:11.940Z", "created_at": "2026-03-12T14:02:11.945Z",
}  # fmt: skip
EVENT = {
    "id": "evt_1", "webhook_id": "web_1", "destination_id": "des_1", "request_id": "req_1",
    "updated_at": "2026-03-12T14:03:00Z", "created_at": "2026-03-12T14:02:12Z",
}  # fmt: skip
ATTEMPT = {
    "id": "atm_1", "event_id": "evt_1", "destination_id": "des_1", "attempt_number": 1, "trigger": "INITIAL",
    "delivered_at": "2026-03-12T14:02:12.100Z", "responded_at": "2026-03-12T14:02:12.400Z",
    "created_at": "2026-03-12T14:02:12.000Z",
}  # fmt: skip
TRY = {
    "id": "atmpt_1", "msgId": "msg_1", "endpointId": "ep_1", "url": "https://wms.example/in",
    "timestamp": "2026-03-12T14:02:12.340Z",
}  # fmt: skip


def phases(record: dict[str, Any]) -> list[tuple[str, str | None]]:
    """(phase, result) of what one object of a list states."""
    reading = read(json.dumps({"count": 1, "models": [record]}) if "msgId" not in record else json.dumps(record))
    assert reading.counts() == {"understood": 1}, reading.outcomes
    return [(event.kind.phase, event.result) for event in reading.events]


def test_the_story_of_an_order_through_hookdeck():
    """ORD-20931 came in and was passed on with 204: request, event and attempt hold each other's ids."""
    request = sample("hookdeck_requests.json").record(1)[0]
    event = sample("hookdeck_events.json").record(1)
    attempt = sample("hookdeck_attempts.json").record(1)

    assert names(request) == {"shopify:id 6120481930251", "shopify:name ORD-20931"}
    assert (request.kind.peer, request.kind.topic) == ("shopify", "created")
    assert [one.kind.phase for one in event] == ["forwarded", "acknowledged"]
    assert [one.kind.phase for one in attempt] == ["forwarded", "acknowledged"]
    assert request.envelope[-1] == event[0].envelope[0] == "req_eLU3Rb3wyAfHpb20931A"
    assert event[0].envelope[-1] == attempt[0].envelope[0] == "evt_eNycCNgd99CGUB20931"
    assert attempt[0].kind.peer == "celigo"


def test_a_filtered_request_is_a_decision_that_the_ignored_events_tell():
    """ORD-20932: the request counts one ignored event, which says why."""
    request = sample("hookdeck_requests.json").record(2)[0]
    (ignored,) = sample("hookdeck_ignored_events.json").events

    assert (request.kind.phase, request.ids["events"], request.ids["ignored"]) == ("received", "0", "1")
    assert (ignored.kind.phase, ignored.result) == ("skipped", "FILTERED")
    assert ignored.envelope == request.envelope


def test_what_was_refused_at_the_door_was_not_received():
    """ORD-20938: the signature did not verify."""
    (refused,) = sample("hookdeck_requests.json").record(3)

    assert (refused.kind.phase, refused.result) == ("rejected", "VERIFICATION_FAILED")


@pytest.mark.parametrize(
    ("cause", "phase"),
    [
        ("FILTERED", "skipped"), ("DISABLED", "skipped"), ("CLI_DISCONNECTED", "skipped"), ("NEW_ONE", "skipped"),
        ("TRANSFORMATION_FAILED", "rejected"),
    ],
)  # fmt: skip
def test_a_broken_transformation_is_no_decision(cause, phase):
    ignored = {"id": "ign_1", "webhook_id": "web_1", "cause": cause, "request_id": "req_1"}

    assert phases({**ignored, "created_at": "2026-03-12T14:05:40.188Z"}) == [(phase, cause)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"status": "SUCCESSFUL", "response_status": 204, "last_attempt_at": "2026-03-12T14:02:13Z"},
         [("forwarded", None), ("acknowledged", "204")]),
        ({"status": "FAILED", "response_status": 503, "error_code": "BAD_RESPONSE",
          "last_attempt_at": "2026-03-12T14:02:13Z"}, [("forwarded", None), ("rejected", "503 BAD_RESPONSE")]),
        ({"status": "QUEUED"}, [("parked", "QUEUED")]),
        ({"status": "SCHEDULED"}, [("parked", "SCHEDULED")]),
        ({"status": "HOLD"}, [("parked", "HOLD")]),
        ({"status": "QUEUED", "error_code": "TIMEOUT", "last_attempt_at": "2026-03-12T14:02:13Z"},
         [("forwarded", None), ("rejected", "TIMEOUT"), ("parked", "QUEUED")]),
        ({"status": "CANCELLED"}, [("skipped", "CANCELLED")]),
    ],
)  # fmt: skip
def test_where_an_event_stands(said, expected):
    """All states of the vendor's schema; without any try nothing was sent."""
    assert phases({**EVENT, **said}) == expected


def test_each_try_is_an_attempt_with_its_own_answer():
    """ORD-20934: 503, a timeout, 503 again by hand."""
    tries = sample("hookdeck_attempts.json").events[2:]

    assert [(event.kind.phase, event.result) for event in tries] == [
        ("forwarded", None), ("rejected", "503 BAD_RESPONSE"),
        ("forwarded", None), ("rejected", "TIMEOUT"),
        ("forwarded", None), ("rejected", "503 BAD_RESPONSE"),
    ]  # fmt: skip
    assert [event.ids["trigger"] for event in tries[::2]] == ["INITIAL", "AUTOMATIC", "MANUAL"]


@pytest.mark.parametrize("code", ["MISSING_URL", "CANCELLED", "PAYLOAD_MISSING", "DATA_ARCHIVED"])
def test_what_was_given_up_before_it_was_sent_is_no_attempt(code):
    assert phases({**ATTEMPT, "status": "FAILED", "error_code": code, "response_status": None}) == [("rejected", code)]


@pytest.mark.parametrize("code", ["CONNECTION_REFUSED", "DNS_LOOKUP_FAILED", "SSL_CERT_EXPIRED", "SOMETHING_NEW"])
def test_any_other_error_came_of_trying(code):
    tried = {**ATTEMPT, "status": "FAILED", "error_code": code, "response_status": None, "responded_at": None}

    assert phases({**tried, "updated_at": "2026-03-12T14:02:13Z"}) == [("forwarded", None), ("rejected", code)]


@pytest.mark.parametrize(
    "body", [{"success": False, "error": "no address"}, '{"ok":false,"error":"no address"}', {"error": "no address"},
             {"status": "error", "message": "no address"}, {"errors": [{"message": "no address"}]}]
)  # fmt: skip
def test_a_no_inside_an_accepted_delivery(body):
    """The gateway counts the status; the destination refused all the same."""
    got = phases({**ATTEMPT, "status": "SUCCESSFUL", "response_status": 200, "body": body})

    assert got == [("forwarded", None), ("rejected", "200 no address")]


@pytest.mark.parametrize("body", [None, "", "ok", {}, {"success": True}, {"error": None}, {"error": False}, []])
def test_an_answer_without_a_no_is_an_acknowledgement(body):
    got = phases({**ATTEMPT, "status": "SUCCESSFUL", "response_status": 200, "body": body})

    assert got == [("forwarded", None), ("acknowledged", "200")]


def test_a_request_may_lack_all_that_is_optional():
    """Without `include=data` a request names no order: its id ties it to the rest."""
    reading = read(json.dumps([REQUEST, {**REQUEST, "id": "req_2"}]))

    assert reading.format == "hookdeck-requests"
    assert [names(event) for event in reading.events] == [set(), set()]


def test_of_another_topic_of_the_shop_the_body_is_not_the_order():
    headers = {"X-Shopify-Topic": "refunds/create", "X-Shopify-Order-Id": "6120481930251"}
    body = {"id": 990000005016, "order_id": 6120481930251, "refund_line_items": []}
    (event,) = read(json.dumps([{**REQUEST, "data": {"headers": headers, "body": body}}])).events

    assert (names(event), event.kind.topic) == ({"shopify:id 6120481930251"}, "refunded")


def test_the_lists_prove_no_absence_of_themselves():
    for name in ("hookdeck-requests", "hookdeck-events", "hookdeck-attempts", "svix-messages", "svix-message-attempts"):
        absence = shipped().definitions[name].document.absence
        assert absence is not None
        assert absence.weak


def test_svix_tries_carry_no_payload_and_share_the_message_id():
    """ORD-20934: refused with 500, no answer, then accepted by hand; the message names the order."""
    message = sample("svix_messages.json").record(2)[0]
    tries = sample("svix_message_attempts.json").events[2:8]

    assert (message.kind.phase, message.kind.topic, names(message)) == ("received", "created", {"ref ORD-20934"})
    assert [(event.kind.phase, event.result) for event in tries] == [
        ("forwarded", None), ("rejected", "500"),
        ("forwarded", None), ("rejected", "no answer"),
        ("forwarded", None), ("acknowledged", "204"),
    ]  # fmt: skip
    assert {event.envelope[0] for event in tries} == set(message.envelope)
    assert all(not event.names for event in tries)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(0, ["forwarded", "acknowledged"]), (1, ["parked"]), (2, ["forwarded", "rejected"]), (3, ["forwarded"]),
     (4, ["skipped"])],
)  # fmt: skip
def test_the_five_states_of_a_try(status, expected):
    tried = {**TRY, "status": status, "responseStatusCode": 200 if status == 0 else 0, "response": ""}

    assert [phase for phase, _ in phases(tried)] == expected


@pytest.mark.parametrize(
    "name",
    ["hookdeck_requests.json", "hookdeck_attempts.json", "svix_messages.json", "aws_sqs_event.json",
     "aws_cloudwatch_subscription.json", "aws_cloudwatch_get_log_events.json", "stripe_events.inferred.json"],
)  # fmt: skip
def test_pages_may_be_saved_in_any_way(name):
    """One document, an array of pages, pages in a row, a page a line: each holds the same events."""
    page = json.loads((SAMPLES / "formats" / name).read_text())
    once = read(json.dumps(page)).events
    line = json.dumps(page)

    for text in (json.dumps([page, page]), f"{line}\n{line}\n", json.dumps(page, indent=2) * 2):
        reading = read(text)
        assert len(reading.events) == 2 * len(once)
        assert [event.names for event in reading.events] == [event.names for event in once] * 2
