"""Programs' own logs: what their words say of orders, in every logger's form, and which logs are of something else.

The stories by which the expectations go: ORD-20931 is received 14:02:11, mapped, forwarded and answered 201; ORD-20932
is skipped for its financial status; of ORD-20933 `shipped` becomes `pending`; the forward of ORD-20934 fails at 14:16
and succeeds at 14:21:43; ORD-20936 is dropped in lines that have no time.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from formats.export_reading import format_of, names, read, sample, shipped
from tracelog.interpret import recognise
from tracelog.model.event import Event

UTC = "UTC"
STORIES = {
    "python_logging.log": ["received", "transformed", "forwarded", "acknowledged"],
    "structlog.jsonl": ["received", "transformed", "forwarded", "acknowledged"],
    "structlog_console.log": ["received", "forwarded", "acknowledged"],
    "log4j_java.log": ["received", "forwarded", "acknowledged"],
    "spring_boot.log": ["received", "forwarded", "acknowledged"],
    "logstash_logback.jsonl": ["received", "forwarded", "acknowledged"],
    "pino.jsonl": ["forwarded", "acknowledged"],
    "bunyan.jsonl": ["received", "forwarded"],
    "winston.jsonl": ["received", "forwarded"],
    "logfmt.log": ["received", "transformed", "forwarded", "acknowledged"],
    "ecs.jsonl": ["received"],
    "syslog_rfc3164.log": ["received", "forwarded", "acknowledged"],
    "syslog_rfc5424.log": ["received", "forwarded", "acknowledged"],
    "otlp_logs.json": ["received", "forwarded", "acknowledged"],
    "otlp_logs_fileexporter.jsonl": ["received", "forwarded", "acknowledged"],
    "otlp_traces.json": ["received", "forwarded", "acknowledged"],
}


def of(events: list[Event], order: str) -> list[Event]:
    return [event for event in events if f"ref {order}" in names(event)]


@pytest.mark.parametrize(("file", "phases"), STORIES.items())
def test_the_happy_path_is_told_in_every_loggers_form(file, phases):
    told = of(sample(file, UTC).events, "ORD-20931")

    assert [event.kind.phase for event in told] == phases
    assert all(event.at is not None for event in told)


@pytest.mark.parametrize("file", sorted(set(STORIES) - {"ecs.jsonl", "otlp_traces.json", "logstash_logback.jsonl"}))
def test_the_failed_forward_is_a_refusal_and_no_forward(file):
    first, *later = of(sample(file, UTC).events, "ORD-20934")

    assert first.kind.phase == "rejected"
    assert first.result
    assert all(event.kind.phase in {"forwarded", "acknowledged"} for event in later)


@pytest.mark.parametrize(
    "file",
    ["structlog_console.log", "spring_boot.log", "pino.jsonl", "bunyan.jsonl", "winston.jsonl", "syslog_rfc5424.log"],
)
def test_the_rewritten_status_is_told_with_what_it_was(file):
    (event,) = of(sample(file, UTC).events, "ORD-20933")

    assert event.kind.phase == "transformed"
    assert event.before == {"status": "shipped"}
    assert [(state.raw, state.canonical) for state in event.states] == [("pending", "pending")]


@pytest.mark.parametrize("file", ["python_logging.log", "winston.jsonl", "syslog_rfc5424.log"])
def test_a_line_without_a_time_is_accounted_for_and_orders_nothing(file):
    reading = sample(file, UTC)

    assert of(reading.events, "ORD-20936") == []
    assert reading.counts().get("ignored") == 1
    assert reading.counts().get("unread") is None


def test_the_drop_is_a_skip_with_its_reason():
    (event,) = of(sample("python_logging.log", UTC).events, "ORD-20932")

    assert (event.kind.phase, event.result) == ("skipped", "financial_status")


def test_a_stack_trace_stays_with_its_line_and_says_what_was_raised():
    log4j, spring = (of(sample(file, UTC).events, "ORD-20934")[0] for file in ("log4j_java.log", "spring_boot.log"))

    assert log4j.result == "java.io.IOException: Server returned HTTP response code: 503"
    assert "HttpServerErrorException$ServiceUnavailable: 503" in spring.result


def test_stamps_are_read_in_the_zone_that_they_are_in():
    spring, python = (of(sample(file, "America/New_York").events, "ORD-20931")[0].at
                      for file in ("spring_boot.log", "python_logging.log"))  # fmt: skip

    assert spring == 1773324131938 * 10**6
    assert python == (1773324132104 + 4 * 3600 * 1000) * 10**6


def test_a_webhook_that_names_no_order_is_tied_by_its_request():
    """The request log of pino: the order is named three lines later, under the same request."""
    first, *_ = sample("pino.jsonl", UTC).events

    assert names(first) == set()
    assert (first.kind.phase, first.kind.peer, first.kind.topic) == ("received", "shopify", "created")
    assert first.envelope[0] == "req-931"


# ---- other spellings of the same ----


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-03-12 14:02:11",
        "2026-03-12T14:02:11.938Z",
        "[2026-03-12 14:02:11,938]",
        "2026/03/12 14:02:11",
        "12/03/2026 14:02:11",
        "[12/Mar/2026:14:02:11 +0000]",
        "12-Mar-2026 14:02:11.938",
        "Thu Mar 12 14:02:11 2026",
        "Mar 12, 2026 2:02:11 PM",
        "Thu, 12 Mar 2026 14:02:11 +0000",
        "20260312T140211Z",
        "1773324131938",
        "1773324131.938",
        "\x1b[2m2026-03-12 14:02:11\x1b[0m",
    ],
)
@pytest.mark.parametrize(
    "rest", ["{}", "INFO {}", "[INFO] {}", "| INFO | {}", "- sync - INFO - {}", "[main] INFO a.b.C - {}"]
)
def test_any_line_that_starts_with_a_time_is_read(stamp, rest):
    lines = "".join(f"{stamp} {rest.format(text)}\n" for text in ("order #1001 forwarded to NetSuite", "heartbeat"))
    reading = read(lines, UTC)

    assert reading.counts() == {"understood": 1, "ignored": 1}
    (event,) = reading.events
    assert (event.kind.phase, event.kind.peer, names(event)) == ("forwarded", "netsuite", {"ref #1001"})


@pytest.mark.parametrize(
    "record",
    [
        {"ts": 1773324131.9, "level": "info", "msg": "order sent", "order_id": "A-1001"},
        {"time": "2026-03-12T14:02:11Z", "level": "INFO", "msg": "order sent", "order": {"id": "A-1001"}},
        {"@t": "2026-03-12T14:02:11Z", "@mt": "Order {OrderId} sent", "@m": "Order A-1001 sent", "OrderId": "A-1001"},
        {
            "timestamp": "2026-03-12T14:02:11Z",
            "severity": "INFO",
            "message": "order sent",
            "labels": {"orderId": "A-1001"},
        },
        {"asctime": "2026-03-12 14:02:11,938", "levelname": "INFO", "message": "sent order A-1001"},
        {"timestamp": 1773324131938, "message": "order_sent", "context": {"order_number": "A-1001"}},
    ],
    ids=["zap", "slog", "serilog", "labels", "python", "context"],
)
def test_any_json_with_a_time_and_a_message_is_read(record):
    reading = read(json.dumps(record) + "\n" + json.dumps({**record, "order_id": "A-1002"}) + "\n", UTC)

    assert reading.format is not None
    assert reading.events[0].kind.phase == "forwarded"
    assert "ref A-1001" in names(reading.events[0])


def test_a_shops_order_that_a_program_logs_is_one_of_the_shops():
    body = {
        "id": 6120481930251,
        "name": "#1001",
        "financial_status": "paid",
        "total_price": "118.40",
        "currency": "USD",
    }
    record = {"time": "2026-03-12T14:02:11Z", "level": "info", "msg": "webhook received", "body": json.dumps(body)}
    for line in (f"2026-03-12 14:02:11 received payload {json.dumps(body)}", json.dumps(record)):
        (event,) = read(line + "\n", UTC).events

        assert names(event) == {"shopify:id 6120481930251", "shopify:name #1001"}
        assert event.fields["total"] == "118.40"


def test_a_list_of_orders_makes_a_statement_of_each_and_ties_none_together():
    events = read("2026-03-12 14:02:11 skipped orders #1002, #1003 and #1004\n", UTC).events

    assert [names(event) for event in events] == [{"ref #1002"}, {"ref #1003"}, {"ref #1004"}]


def test_names_of_several_systems_in_one_line_are_one_orders():
    (event,) = read("2026-03-12 14:02:11 forwarded order=ORD-20931 shopify_order_id=6120481930251\n", UTC).events

    assert names(event) == {"ref ORD-20931", "shopify:id 6120481930251"}


# ---- what is no export of orders ----

NOT_OF_ORDERS = {
    "kernel": "[    0.000000] Linux version 6.1\n[    1.203040] pci 0000:00: received 12 bytes\n",
    "kernel with times": "[Thu Mar 12 14:02:11 2026] usb 1-1: new device\n[Thu Mar 12 14:02:12 2026] eth0: link up\n",
    "dpkg": "2026-03-12 14:02:11 install libc6:amd64 <none> 2.36\n2026-03-12 14:02:12 status installed libc6 2.36\n",
    "pip": "2026-03-12T14:02:11,938 Created temporary directory: /tmp/pip-1234\n2026-03-12T14:02:12,000 Removed it\n",
    "git": "2026-03-12 14:02:11 +0100 Ann Fix the import of orders\n2026-03-12 14:03:11 +0100 Bob Release 1.2\n",
    "web": "2026-03-12 14:02:11,938 INFO http GET /orders/1001 200 12ms\n2026-03-12 14:02:12,938 INFO http GET / 200\n",
    "postgres": "2026-03-12 14:02:11.1 UTC [12] LOG:  statement: UPDATE orders SET a=1 WHERE order_id = 100124\n"
    "2026-03-12 14:02:12.1 UTC [12] ERROR:  duplicate key value violates unique constraint\n",
    "chat": "[12/03/2026, 14:02:11] Ann: was order #1001 sent?\n[12/03/2026, 14:03:11] Bob: maybe it will be sent\n",
    "diary": "2026-03-12 09:00 Stand-up\n2026-03-12 10:00 Review of the order process\n",
    "klog": "I0312 14:02:11.938123       1 controller.go:120] Starting\nE0312 14:02:12.938123       1 a.go:1] Failed\n",
}


@pytest.mark.parametrize("text", NOT_OF_ORDERS.values(), ids=NOT_OF_ORDERS)
def test_the_log_of_something_else_is_left_alone(text):
    assert read(text).format is None


def test_it_is_said_that_its_lines_start_with_a_time_and_name_no_order():
    head = recognise.head_of(NOT_OF_ORDERS["dpkg"].encode(), "dpkg.log")

    assert recognise.choose(head, shipped()).why == "its lines start with a time, but none names an order"


@pytest.mark.parametrize(
    "text",
    [
        "We received order #1001 on 2026-03-12 at 14:02 and forwarded it to NetSuite.\n\nIt was not sent on.\n",
        "## 1.2 (2026-03-12)\n\n- Fixed: order #1234 was skipped\n- Orders are forwarded at once\n",
        "def forward(order):\n    log.info('forwarded order=%s', order.id)  # sent\n    return order\n",
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-order #1001 skipped\n+order #1001 forwarded\n",
        "commit 1234567\nAuthor: Ann <a@x.example>\nDate: Thu Mar 12 14:02:11 2026\n\n    order #1001 forwarded\n",
        "Time,Order,Status\n2026-03-12 14:02:11,#1001,forwarded\n2026-03-12 14:02:12,#1002,skipped\n",
        "14:02:11 order #1001 forwarded\n14:02:12 order #1002 skipped\n",
    ],
    ids=["prose", "changelog", "source", "diff", "git log", "table", "no date"],
)
def test_what_is_no_log_is_not_taken_for_one(text):
    found = read(text).format

    assert found is None or not found.startswith("log-")


def test_a_known_format_goes_before_reading_off_words():
    """A debug log of Celigo starts with a time and names orders: it has a definition that knows what it means."""
    samples = Path(__file__).parent.parent / "samples" / "formats"

    assert format_of(samples / "celigo_connection_debug_oneline.log") == "celigo-connection-debug"
    assert all(one.document.inferred for name, one in shipped().definitions.items() if name.startswith("log-"))
