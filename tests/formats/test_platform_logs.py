"""What the logs of integration platforms say of an order: MuleSoft, Boomi, SnapLogic."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.export_reading import names, read, sample, states

# ---- MuleSoft: application log ----

LOGGER = "org.mule.runtime.core.internal.processor.LoggerMessageProcessor"
THREAD = "[[MuleRuntime].uber.05: [orders-api].order-flow.CPU_LITE @6d3b5ad]"
CONTEXT = "[processor: order-flow/processors/0; event: 2f2d2931-1e1c-11f1-a0b3-36548d51aeee]"
EVENT = ("2f2d2931-1e1c-11f1-a0b3-36548d51aeee",)


def line(message: str, level: str = "INFO ", context: str = f"{CONTEXT} ", second: int = 1) -> str:
    return f"{level} 2026-05-01 09:00:0{second},004 {THREAD} {context}{LOGGER}: {message}\n"


def said(message: str, **more: Any) -> list[tuple[str, str | None, set[str]]]:
    return [(event.kind.phase, event.kind.peer, names(event)) for event in read(line(message, **more)).events]


def test_the_way_of_an_order_through_a_mule_application():
    """ORD-20931: taken in, its body logged, sent on, answered with 201; all of one event."""
    events = [event for number in range(1, 5) for event in sample("mulesoft_app.log").record(number)]

    assert [(event.kind.phase, event.kind.peer, event.kind.topic) for event in events] == [
        ("received", None, "created"), ("transformed", None, None), ("forwarded", "netsuite", None),
        ("acknowledged", "netsuite", None),
    ]  # fmt: skip
    assert {event.envelope for event in events} == {EVENT}
    assert all(names(event) == {"ref ORD-20931"} for event in events)


def test_a_value_that_a_table_does_not_hold_is_told_with_what_was_taken_instead():
    """ORD-20933: shipped is not in the lookup, pending was used."""
    (event,) = sample("mulesoft_app.log").record(5)

    assert (event.kind.phase, names(event)) == ("transformed", {"ref ORD-20933"})
    assert (event.before, event.fields) == ({"status": "shipped"}, {"status": "pending"})


def test_an_error_keeps_its_lines_and_names_its_type():
    (event,) = sample("mulesoft_app.log").record(6)

    assert (event.kind.phase, event.kind.level, event.kind.peer) == ("rejected", "transport", "netsuite")
    assert (event.result or "").startswith("HTTP:SERVICE_UNAVAILABLE HTTP POST on resource")
    assert event.envelope == ("4b7c2934-1e1e-11f1-a0b3-36548d51aeee",)


@pytest.mark.parametrize(
    "context",
    [
        f"{CONTEXT} ",
        "[processor: ; event: 2f2d2931-1e1c-11f1-a0b3-36548d51aeee] ",
        "[{correlationId=2f2d2931-1e1c-11f1-a0b3-36548d51aeee, processorPath=order-flow/processors/2, testVar=a b}] ",
        f"{CONTEXT} {{correlationId=2f2d2931-1e1c-11f1-a0b3-36548d51aeee}} ",
        f"{CONTEXT} [{{correlationId=2f2d2931-1e1c-11f1-a0b3-36548d51aeee, processorPath=a/b}}] ",
    ],
)
def test_every_pattern_gives_the_event(context):
    (event,) = read(line("received order SHP-10481", context=context)).events

    assert (event.kind.phase, names(event), event.envelope) == ("received", {"ref SHP-10481"}, EVENT)


def test_a_pattern_without_the_context_is_read():
    assert said("received order SHP-10481", context="") == [("received", None, {"ref SHP-10481"})]


@pytest.mark.parametrize(
    ("message", "phase", "peer"),
    [
        ("forwarding SHP-10481 to netsuite-sys-api", "forwarded", "netsuite"),
        ("Sending order 5012 to QuickBooks", "forwarded", "quickbooks"),
        ("order SHP-10481 skipped: no shipping address", "skipped", None),
        ("netsuite-sys-api responded 503 for SHP-10481", "rejected", "netsuite"),
        ("order SHP-10481 sent to NetSuite", "forwarded", "netsuite"),
    ],
)
def test_what_developers_log(message, phase, peer):
    ((told, to, named),) = said(message)

    assert (told, to, len(named)) == (phase, peer, 1)


@pytest.mark.parametrize("message", ["done", "email sent for order SHP-10481", "order SHP-10481 will be sent later"])
def test_what_is_not_clearly_said_of_an_order_states_nothing(message):
    assert said(message) == []


def test_the_correlation_id_may_be_the_order():
    """A tracing module sets it so for batches."""
    context = "[processor: order-flow/processors/4; event: ORD-20934] "
    text = line(
        "\n****************\nMessage               : Timeout\nError type            : HTTP:TIMEOUT\n", "ERROR", context
    )
    (event,) = read(text).events

    assert (event.kind.phase, names(event), event.result) == ("rejected", {"ref ORD-20934"}, "HTTP:TIMEOUT Timeout")


def test_an_order_document_over_several_lines_is_one_record():
    body = json.dumps({"id": 6120481930251, "name": "#5012", "financial_status": "paid"}, indent=2)
    reading = read(line(body) + line("done", second=2))

    assert reading.counts() == {"understood": 1, "ignored": 1}
    assert names(reading.events[0]) == {"shopify:id 6120481930251", "shopify:name #5012"}
    assert states(reading.events[0])["payment"] == "paid"


# ---- MuleSoft: JSON Logger ----


def entry(point: str, message: str = "x", content: Any = "", **more: Any) -> dict[str, Any]:
    return {
        "correlationId": "c-1", "message": message, "tracePoint": point, "priority": "INFO",
        "timestamp": "2026-05-01T09:00:01.004Z", "content": content, "applicationName": "orders-api", **more,
    }  # fmt: skip


def test_both_layouts_of_the_json_logger_say_the_same():
    """One a line, or pretty-printed one after another."""
    assert sample("mulesoft_json_logger.jsonl").events == sample("mulesoft_json_logger_pretty.log").events


def test_records_without_a_line_break_between_them_are_read():
    """The supplied Splunk template writes them so."""
    text = json.dumps(entry("START", content={"orderId": "A-1001"})) + json.dumps(entry("END"))

    assert read(text).counts() == {"understood": 1, "ignored": 1}


def test_the_answer_gives_the_id_of_the_target():
    (event,) = sample("mulesoft_json_logger.jsonl").record(4)

    assert (event.kind.phase, event.kind.peer, names(event)) == (
        "acknowledged",
        "netsuite",
        {"netsuite:internalid 884120"},
    )


@pytest.mark.parametrize(
    ("point", "phase"),
    [
        ("START", "received"), ("BEFORE_TRANSFORM", "transformed"), ("AFTER_TRANSFORM", "transformed"),
        ("DATA_TRANSFORM_SCOPE_AFTER", "transformed"), ("BEFORE_REQUEST", "forwarded"),
        ("OUTBOUND_REQUEST_SCOPE_BEFORE", "forwarded"), ("AFTER_REQUEST", "acknowledged"),
        ("OUTBOUND_REQUEST_SCOPE_AFTER", "acknowledged"), ("EXCEPTION", "rejected"), ("EXCEPTION_SCOPE", "rejected"),
        ("FLOW", None), ("FLOW_LOGIC_SCOPE_BEFORE", None), ("END", None), ("OF_ONE_S_OWN", None),
    ],
)  # fmt: skip
def test_every_trace_point_is_understood(point, phase):
    reading = read(json.dumps(entry(point, "Order A-1001", {"payload": {"orderId": "ORD-20931"}})))

    assert [event.kind.phase for event in reading.events] == ([phase] if phase else [])
    assert reading.counts() == ({"understood": 1} if phase else {"ignored": 1})


@pytest.mark.parametrize(
    "content",
    [{"payload": {"orderId": "ORD-20931"}}, {"orderId": "ORD-20931"}, '{"orderId": "ORD-20931"}', "ORD-20931",
     {"payload": '{"order_number": "ORD-20931"}'}],
)  # fmt: skip
def test_content_is_an_object_a_text_or_json_in_a_text(content):
    (event,) = read(json.dumps(entry("START", content=content))).events

    assert names(event) == {"ref ORD-20931"}


# ---- Boomi ----


def test_a_process_log_says_the_same_as_text_and_as_xml():
    """The run's own envelope is made from its first record, so it differs; nothing else does."""
    text, xml = sample("boomi_process_log.log").events, sample("boomi_process_log.xml").events

    assert [(e.kind.phase, e.kind.peer, e.kind.level, e.at, e.names, e.fields, e.result) for e in text] == [
        (e.kind.phase, e.kind.peer, e.kind.level, e.at, e.names, e.fields, e.result) for e in xml
    ]


def test_documents_have_no_names_and_the_run_has_those_of_its_notes():
    """One document found, one sent, and a note names ORD-20931: they share the run."""
    events = sample("boomi_process_log.log").events

    assert [(event.kind.phase, event.kind.peer, names(event)) for event in events] == [
        ("received", "shopify", set()), ("transformed", None, {"ref ORD-20931"}), ("forwarded", "netsuite", set()),
        ("acknowledged", "netsuite", set()), ("rejected", "netsuite", {"ref ORD-20934"}),
    ]  # fmt: skip
    assert len({event.envelope for event in events}) == 1


def step(shape: str, info: str, message: str, level: str = "INFO") -> str:
    return f"2026-05-01T09:00:01Z\t{level}\t{shape}\t{info}\t{message}\n"


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        (step("Start", "Shopify", "0 document(s) found for processing."), []),
        (step("Start", "Shopify", "12 document(s) found for processing."), ["received"]),
        (step("Connector", "NetSuite; customer GET", "Executing Connector Shape with 1 document(s)."), []),
        (step("Connector", "NetSuite; salesOrder QUERY", "Shape executed successfully in 3 ms."), []),
        (step("connectoraction", "DB; Send", "Executing Connector Shape with 2 document(s)."), ["forwarded"]),
        (step("Connector", "NetSuite; UPSERT", "Executing Connector Shape with 0 document(s)."), []),
        (step("Decision", "paid?", "Executing Decision Shape with 1 document(s)."), []),
        (step("Map", "", "boom", "SEVERE"), ["rejected"]),
        (step("Notify", "", "order=#5012 stage=mapped"), ["transformed"]),
    ],
)
def test_what_the_steps_of_a_process_say(text, phases):
    assert [event.kind.phase for event in read(text).events] == phases


@pytest.mark.parametrize(
    ("stamp", "zone", "at"),
    [
        ("Jan 7, 2026 12:09:05 PM EST", None, 1767805745),
        ("Jan 7, 2026, 12:09:05 PM EST", None, 1767805745),
        ("Jan 7, 2026, 12:09:05\u202fPM UTC", None, 1767787745),
        ("Jan 7, 2026 12:09:05 PM GMT+01:00", None, 1767784145),
        ("Jan 7, 2026 12:09:05 PM CST", "America/Chicago", 1767809345),
        ("Jan 7, 2026, 12:09:05 PM BST", "UTC", 1767787745),
    ],
)
def test_stamps_of_the_container_log(stamp, zone, at):
    """The abbreviation tells; where several zones have it, the user does."""
    (event,) = read(f"{stamp} SEVERE  [com.boomi.Process call] Document failed for ORD-20934\n", zone).events

    assert event.at is not None
    assert event.at // 10**9 == at


def test_a_stack_trace_stays_with_its_record_and_its_cause_is_told():
    reading = sample("boomi_container.log")
    (event,) = reading.record(2)

    assert len(reading.outcomes) == 5
    assert (event.result or "").endswith("java.io.IOException: Server returned HTTP response code: 503")


# ---- SnapLogic ----


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("ERROR main PM - 17688393315041323.5 NetSuite_Upsert svc 503 for #5012", ["rejected"]),
        ("INFO main PM - 17688393315041323.5 NetSuite_Upsert svc Document processed #5012", ["acknowledged"]),
        ("INFO main PM - 17688393315041323.2 Mapper svc Document processed #5012", ["transformed"]),
        ("INFO main PM - - - - Document processed", []),
        ("stderr: Traceback", []),
    ],
)
def test_lines_of_a_snaplex(text, phases):
    reading = read(f"2026-05-01T09:00:01 {text}\n" + "2026-05-01T09:00:02 stdout: tick\n")

    assert reading.format == "snaplogic-server-log"
    assert [event.kind.phase for event in reading.events] == phases
    assert "unread" not in reading.counts()
