"""What Celigo's exports say of an order: the connection debug log, errors, traces, jobs, listeners, audit."""

from __future__ import annotations

import json

import pytest

from formats.export_reading import NEW_YORK, names, read, sample, shipped, states

STAMP = "2026-03-12T14:02:33.120Z"
ERP = "https://6104418.suitetalk.api.example/services/rest/record/v1"
SHOP = "https://fernhill.myshopify.example/admin/api/2026-01"


def message(document: object, kind: str = "import", request: str = "0b9d7f3340554b0f8a5f1c7720931abc") -> str:
    """One record of a connection debug log, in the layout of two lines."""
    return f"{STAMP} {request} {kind} 65f1a0f9b7d94e0012ab3477\n{json.dumps(document)}\n"


def request(method: str, url: str, body: object = None) -> str:
    return message({"url": url, "method": method, "headers": {}, "body": "" if body is None else json.dumps(body)})


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> str:
    return message({"statusCode": status, "headers": headers or {}, "body": "" if body is None else json.dumps(body)})


def test_both_layouts_of_the_debug_log_say_the_same():
    """The JSON may stand on the line after the stamp, or on the same line: the events are equal."""
    two_lines = sample("celigo_connection_debug.log")
    one_line = sample("celigo_connection_debug_oneline.log")

    assert two_lines.events == one_line.events


def test_each_order_of_a_page_is_one_statement():
    """A poll's answer holds many orders in a JSON string inside JSON; each keeps its own names."""
    received = sample("celigo_connection_debug.log").record(2)

    assert [names(event) for event in received] == [
        {"shopify:id 6120481930251", "shopify:name ORD-20931"},
        {"shopify:id 6120481930260", "shopify:name ORD-20932"},
    ]
    assert {event.kind.carries for event in received} == {"state"}
    assert {event.kind.peer for event in received} == {"shopify"}


def test_coverage_is_measured_for_each_step_of_the_connection():
    """Export and import steps share a connection's log; their silence is judged apart."""
    reading = sample("celigo_connection_debug.log")

    assert {event.kind.stream for event in reading.events} == {
        "celigo-connection-debug 65f1a0c2b7d94e0012ab3401",
        "celigo-connection-debug 65f1a0f9b7d94e0012ab3477",
    }


def test_request_and_answer_share_an_envelope():
    """The answer names 884120 only, the request ORD-20931 only: the request id ties them."""
    reading = sample("celigo_connection_debug.log")
    (forwarded,), (acknowledged,) = reading.record(3), reading.record(4)

    assert names(acknowledged) == {"netsuite:internalid 884120"}
    assert "netsuite:externalid ORD-20931" in names(forwarded)
    assert forwarded.envelope == acknowledged.envelope


def test_shipped_in_pending_out_are_states_on_one_axis():
    """The value rewrite of ORD-20933: what was forwarded stands on the order and fulfilment axes."""
    (forwarded,) = sample("celigo_connection_debug.log").record(5)

    assert states(forwarded) == {"order": "pending", "fulfilment": "pending"}
    assert names(forwarded) >= {"netsuite:internalid 884098", "ref ORD-20933"}


@pytest.mark.parametrize(
    ("method", "url", "topic", "named"),
    [
        ("POST", f"{ERP}/salesOrder", "created", set()),
        ("POST", f"{ERP}/salesOrder/884098/!transform/itemFulfillment", "shipped", {"netsuite:internalid 884098"}),
        ("POST", f"{ERP}/itemFulfillment", "shipped", set()),
        ("POST", f"{ERP}/invoice", "invoiced", set()),
        ("POST", f"{ERP}/customerDeposit", "paid", set()),
        ("PATCH", f"{ERP}/salesOrder/884098", None, {"netsuite:internalid 884098"}),
        ("PUT", f"{ERP}/salesorder/eid:ORD-20933", None, {"netsuite:externalid ORD-20933", "ref ORD-20933"}),
        ("PATCH", f"{ERP}/itemFulfillment/990111", None, {"netsuite:fulfilmentid 990111"}),
        ("POST", f"{SHOP}/orders/6120481930251/fulfillments.json", "shipped", {"shopify:id 6120481930251"}),
        ("POST", f"{SHOP}/orders/6120481930251/cancel.json", "cancelled", {"shopify:id 6120481930251"}),
        ("PUT", f"{SHOP}/orders/6120481930251.json?api=1", None, {"shopify:id 6120481930251"}),
        ("POST", "https://erp.example/app/site/hosting/restlet.nl?script=412&deploy=1", None, set()),
    ],
)
def test_what_is_asked_for_stands_in_method_and_address(method, url, topic, named):
    """An update and a RESTlet say nothing of the topic: it is that of its cause."""
    (event,) = read(request(method, url, {"memo": "x"})).events

    assert (event.kind.phase, event.kind.topic) == ("forwarded", topic)
    assert names(event) == named


@pytest.mark.parametrize("record", ["customer/77", "customer/eid:CUST-77", "inventoryItem", "purchaseOrder/5"])
def test_a_customer_and_an_item_are_no_orders(record):
    """They have ids and external ids too, which would name orders that nobody placed."""
    reading = read(request("PUT", f"{ERP}/{record}", {"externalId": "CUST-77", "tranId": "PO5"}))

    assert reading.events == []
    assert reading.counts() == {"ignored": 1}


@pytest.mark.parametrize(("state", "topic"), [("A", "picked"), ("B", "picked"), ("C", "shipped")])
def test_a_fulfilment_that_is_only_picked_or_packed_has_not_left(state, topic):
    """ItemShip:A is Picked, B Packed, C Shipped."""
    (event,) = read(request("POST", f"{ERP}/itemFulfillment", {"shipStatus": {"id": state}})).events

    assert event.kind.topic == topic


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_up_is_no_attempt(method):
    """Asking whether an order exists carries no change, and a 404 to it says nothing of an order."""
    reading = read(request(method, f"{ERP}/salesOrder/eid:ORD-20935") + answer(404, {"title": "Not Found"}))

    assert reading.counts() == {"ignored": 1, "understood": 1}
    assert reading.events[0].names == ()


def test_a_query_by_post_is_no_attempt():
    """SuiteQL is asked by POST."""
    url = "https://6104418.suitetalk.api.example/services/rest/query/v1/suiteql"
    reading = read(request("POST", url, {"q": "SELECT 1"}))

    assert reading.counts() == {"ignored": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "error": "INVALID_KEY_OR_REF: Invalid item reference key."},
        {"ok": False, "error": {"code": "DUP_RCRD", "message": "This record already exists"}},
        {"isSuccess": False, "message": "not saved"},
        {"status": "error", "message": "not saved"},
        {"errors": [{"message": "not saved"}]},
        {"error": {"code": "UNEXPECTED_ERROR"}},
    ],
)
def test_success_outside_failure_inside_is_refused_with_result_200(body):
    """A RESTlet that catches its own error answers 200: that is what `swallowed-error` looks for."""
    (event,) = read(answer(200, body)).events

    assert (event.kind.phase, event.kind.level) == ("rejected", "body")
    assert event.result is not None
    assert event.result.startswith("200 ")


@pytest.mark.parametrize("body", [None, {}, {"success": True}, {"success": True, "error": None}, {"errors": []}])
def test_an_answer_without_a_sign_of_failure_is_an_acknowledgement(body):
    (event,) = read(answer(200, body)).events

    assert event.kind.phase == "acknowledged"


def test_already_exists_keeps_its_code():
    """409 and DUP_RCRD are no loss: the reason must stay readable in the result."""
    detail = {"detail": "This record already exists", "o:errorCode": "DUP_RCRD"}
    body = {"title": "Conflict", "status": 409, "o:errorDetails": [detail]}
    (event,) = read(answer(409, body)).events

    assert (event.kind.phase, event.result) == ("rejected", "409 DUP_RCRD This record already exists")


def test_an_amount_stays_as_it_was_written():
    """118.40 and 118.4 are the same amount, 11.84 is not: nothing is rounded on the way in."""
    body = '{"externalId":"A-1","total":118.40}'
    text = message({"url": f"{ERP}/salesOrder", "method": "POST", "headers": {}, "body": body})
    (event,) = read(text).events

    assert event.fields["total"] == "118.40"


def test_a_body_that_was_cut_leaves_the_request_readable():
    """Half a JSON body names no order, but the request was sent."""
    body = '{"externalId":"A-1","tot'
    text = message({"url": f"{ERP}/salesOrder/884098", "method": "PATCH", "headers": {}, "body": body})
    (event,) = read(text).events

    assert (event.kind.phase, names(event)) == ("forwarded", {"netsuite:internalid 884098"})


def test_errors_by_csv_and_by_interface_are_one_error_in_two_layouts():
    """Same errorId, same instant to the second once the zone of the profile is given, same trace key."""
    by_csv = {event.ids["error"]: event for event in sample("celigo_errors.csv", NEW_YORK).events}
    by_api = {event.ids["error"]: event for event in sample("celigo_errors_api.json").events}

    assert by_csv.keys() == by_api.keys()
    for error, event in by_csv.items():
        other = by_api[error]
        assert event.at is not None
        assert other.at is not None
        assert event.at // 10**9 == other.at // 10**9
        assert names(event) == names(other)
        assert event.result == other.result


def test_an_error_knows_the_request_that_failed():
    """Its `reqAndResKey` holds the request's id: the error and the debug log's messages share an envelope."""
    error = sample("celigo_errors_api.json").record(1)[0]
    refused = sample("celigo_connection_debug.log").record(8)[0]

    assert refused.envelope[0] in error.envelope


def test_a_name_in_free_text_is_only_mentioned():
    """The field `exportDataURI` may hold anything: it never links two orders."""
    event = sample("celigo_errors_api.json").record(1)[0]

    assert {(name.kind, name.value) for name in event.names if name.strength == "weak"} >= {("ref", "ORD-20934")}
    assert names(event) == {"ref 6120481930277"}


def test_an_error_list_proves_no_absence():
    for name in ("celigo-errors-api", "celigo-errors-csv", "celigo-jobs"):
        absence = shipped().definitions[name].document.absence
        assert absence is not None
        assert absence.none


def test_a_trace_tells_a_filter_from_a_loss():
    """ORD-20932 was received and filtered: the trace says so, and where."""
    phases = [(event.kind.phase, event.result) for event in sample("celigo_flow_trace.json").record(2)]

    assert phases == [("received", None), ("skipped", "Shopify orders: outputFilter")]


def test_a_trace_shows_the_way_of_an_order():
    """Received, mapped, sent, accepted: and the ERP's id of the order at the end."""
    events = sample("celigo_flow_trace.json").record(1)

    assert [event.kind.phase for event in events] == ["received", "transformed", "forwarded", "acknowledged"]
    assert "netsuite:internalid 884120" in names(events[-1])


def test_jobs_report_their_own_counts():
    """The import job of the run with the filtered order: one success, one ignored."""
    job = sample("celigo_jobs.json").contexts[2]

    assert job.counts == {"success": 1, "error": 0, "ignored": 1}
    assert job.envelope == ("69b2c7d1e5f0a60013c4d210", "69b2c7d2e5f0a60013c4d212")
    assert job.resource == "65f1a0f9b7d94e0012ab3477"
    assert (job.at, job.until) == (1773324152330000000, 1773324155511000000)


def test_a_listener_refuses_at_the_edge():
    """401 and 429: the delivery never came in. None of them names an order."""
    events = sample("celigo_listener_logs.json").events

    assert [(event.kind.phase, event.result) for event in events] == [
        ("received", "204"), ("received", "204"), ("received", "204"), ("received", "204"),
        ("rejected", "401"), ("rejected", "429"),
    ]  # fmt: skip
    assert all(not event.names for event in events)


def test_an_edited_mapping_is_kept_with_both_values():
    """The likely cause of a rewrite: a mapping field that got a fixed value, by whom and when."""
    for export, zone in (("celigo_audit.json", None), ("celigo_audit.inferred.csv", NEW_YORK)):
        edit = sample(export, zone).contexts[0]

        assert edit.what == "update import mapping.fields[4].hardCodedValue"
        assert (edit.value_in, edit.value_out) == ("{{record.fulfillment_status}}", "pending")
        assert edit.actor == ("Ops Admin One", "person")
        assert edit.at is not None
        assert edit.at // 10**9 == 1773318528


@pytest.mark.parametrize(
    "stamp",
    ["22026-03-12T14:02:33.120Z", "2026-03-12T14: 02: 33.120Z", "T14: 02: 33.120Z", "2026-03-12T14:02:73.120ZZ"],
)
def test_a_record_whose_time_is_damaged_is_unread_and_no_part_of_the_one_before(stamp):
    """Read as the rest of the record before it, it would have happened at that one's time."""
    good = request("PATCH", f"{ERP}/salesOrder/884101", {"externalId": "ORD-20931", "orderStatus": "B"})
    bad = good.replace(STAMP, stamp).replace("884101", "884102")
    reading = read(good + bad + good.replace("884101", "884103"))

    assert [outcome.verdict for outcome in reading.outcomes] == ["understood", "unread", "understood"]
    assert ["884102" in str(outcome) for outcome in reading.outcomes] == [False, False, False]
    assert reading.outcomes[1].reason
