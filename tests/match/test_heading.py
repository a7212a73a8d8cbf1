"""What loggers put before a message comes off; the message itself never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.match.heading import heading

TRACE = "6618a4de8f36bf71c60b2982181e2931"


@pytest.mark.parametrize(
    ("text", "level", "by", "message"),
    [
        ("INFO webhook.receiver received order=A-1", "INFO", "webhook.receiver", "received order=A-1"),
        ("[info     ] order_sent     order=A-1", "INFO", "", "order_sent     order=A-1"),
        ("[main] INFO  a.b.Sender - sent A-1", "INFO", "a.b.Sender", "sent A-1"),
        ("INFO [main] a.b.Sender: sent A-1", "INFO", "a.b.Sender", "sent A-1"),
        ("- orders - INFO - sent A-1", "INFO", "orders", "sent A-1"),
        ("INFO:orders:sent A-1", "INFO", "orders", "sent A-1"),
        (" INFO 93649 --- [app] [task-1] c.x.Sender      : sent A-1", "INFO", "c.x.Sender", "sent A-1"),
        ("| INFO     | __main__:run:41 - sent A-1", "INFO", "__main__", "sent A-1"),
        ("ERROR OrderService: failed A-1", "ERROR", "OrderService", "failed A-1"),
        ("error: forward failed", "ERROR", "", "forward failed"),
        ("rx01 webhook-rx[657]: sent A-1", "", "webhook-rx", "sent A-1"),
        ("1 sync.go:120] sent A-1", "", "", "sent A-1"),
        ("\x1b[32minfo\x1b[0m: sent A-1", "INFO", "", "sent A-1"),
    ],
)
def test_level_and_logger_are_told_from_the_message(text, level, by, message):
    assert heading(text) == {"LEVEL": level, "BY": by, "TEXT": message}


@pytest.mark.parametrize(
    "message",
    [
        "order A-1001 sent",
        "[ORD-1] forwarded",
        "forwarded - A-1",
        "skipped: A-1",
        "2741 ms",
        "Received: order #1",
        "NetSuite returned 400",
        "^^^ 4 ^^^",
    ],
)
def test_a_message_stays_whole(message):
    assert heading(message)["TEXT"] == message


def test_an_event_with_dots_is_a_message_and_no_logger():
    assert heading("INFO order.forwarded order=A-1")["TEXT"] == "order.forwarded order=A-1"
    assert heading("INFO order.forwarded ORD-1")["TEXT"] == "order.forwarded ORD-1"


def test_ids_in_brackets_are_kept_by_their_keys():
    found = heading(f"INFO [x.py:41] [trace_id={TRACE} span_id=c66827472589372a] - sent")

    assert found["trace_id"] == TRACE
    assert found["TEXT"] == "sent"
    assert heading(f"INFO 1 --- [{TRACE}-c66827472589372a] a.b.C : sent")["trace_id"] == TRACE


@given(st.text())
def test_the_message_is_the_end_of_the_line_whatever_it_is(text):
    found = heading(text)

    assert found.keys() >= {"LEVEL", "BY", "TEXT"}
    assert "\x1b" in text or text.endswith(found["TEXT"])
