"""A message taken apart: names of orders by their keys and by their looks, pairs, documents, what is left to say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from match.test_sentence import words
from tracelog.match import hints
from tracelog.match.sentence import ADDRESS, BODY, NAME, TOPIC

WORDS = words()


def names(text: str) -> list[str]:
    return [f"{each.kind} {each.value}" for each in hints.read(text, WORDS).names]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("received order=ORD-20931", ["ref ORD-20931"]),
        ("received order_id: 6120481930251", ["ref 6120481930251"]),
        ('"orderId": "A-1001", sent', ["ref A-1001"]),
        ("order #1234 sent", ["ref #1234"]),
        ("Order 1234 sent", ["ref 1234"]),
        ("order no. 77 sent", ["ref 77"]),
        ("sales order SO20481 created", ["ref SO20481"]),
        ("SO20481 created", ["ref SO20481"]),
        ("forwarded ORD-20931", ["ref ORD-20931"]),
        ("forwarded 114-1234567-7654321", ["ref 114-1234567-7654321"]),
        ("forwarded #1001", ["ref #1001"]),
        ("order=ORD-1 netsuite_id=884120", ["ref ORD-1", "netsuite.internalid 884120"]),
        ("skipped orders #1002, #1003 and #1004", ["ref #1002", "ref #1003", "ref #1004"]),
        ("orders=[ORD-1, ORD-2]", ["ref ORD-1", "ref ORD-2"]),
        ("order ORD-20931 (po_number=PO-77)", ["ref PO-77", "ref ORD-20931"]),
    ],
)
def test_an_orders_name_is_found_behind_its_key_and_by_its_looks(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "GET /orders?order=desc",
        "sort order=2",
        "order 12 items",
        "order 1500 units",
        "sorted in order",
        "order by 3",
        "order=null",
        "order=2026-03-12",
        "order at 2026-03-12 14:02",
        "took 1200 ms",
        "order of 1500",
        "orders: 12 pending",
        "orders: 1200 pending",
        "orders=1200",
        "reorder 1234",
        "see RFC-3339 and UTF-8",
        "order=12.5",
    ],
)
def test_what_is_no_name_is_none(text):
    assert [name for name in names(text) if not name.endswith("-12")] == []


def test_a_name_only_mentioned_is_weak():
    """A purchase order's number is of another document: it ties no two orders."""
    (found,) = hints.read("po_number=PO-77", WORDS).names

    assert found.weak


def test_what_is_said_is_left_with_signs_for_what_it_is_said_of():
    read = hints.read('received orders/create ORD-1001 from https://x.example/a {"a": {"b": 1}} id=7', WORDS)

    assert read.sentence.split() == ["received", TOPIC, NAME, "from", ADDRESS, BODY]
    assert read.topic == "created"
    assert read.bodies == [{"a": {"b": 1}}]
    assert read.addresses == ["https://x.example/a"]


@pytest.mark.parametrize(
    "text", ["order.created", "orders/create", "ORDER_CREATED", "store/order/created", "store/channel/1/order/created",
             "com.shop.order.created"],
)  # fmt: skip
def test_a_topic_alone_says_what_it_is_about_and_not_what_was_done(text):
    read = hints.read(text, WORDS)

    assert (read.sentence, read.topic) == (TOPIC, "created")


def test_pairs_are_told_by_what_their_keys_hold():
    read = hints.read(
        'status=paid->Pending Fulfillment request_id=r-77120 http_status=201 reason="not paid" x=1', WORDS
    )

    assert [(key.role, value) for key, value in read.pairs] == [
        ("status", "paid->Pending Fulfillment"),
        ("message", "r-77120"),
        ("http", "201"),
        ("why", "not paid"),
    ]


def test_only_the_first_line_is_said_but_a_document_may_run_over_lines():
    read = hints.read('received\n{\n  "id": 1,\n  "name": "#1001"\n}\nforwarded ORD-1', WORDS)

    assert read.sentence == "received"
    assert read.bodies == [{"id": 1, "name": "#1001"}]
    assert read.names == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("netsuite responded 503", "503"),
        ("quickbooks responded 200 order=30141 salesreceipt=6401", "200"),
        ("quickbooks returned 200 orders", None),
        ("HTTP 201", "201"),
        ("forward failed 503", "503"),
        ("got status code 404", "404"),
        ("sent in 250 ms", None),
        ("sent 200 items", None),
        ("order 503 sent", None),
    ],
)
def test_an_http_status_is_told_in_words(text, status):
    assert hints.http_status(text) == status


@given(st.text(), st.text(alphabet='order=#{}[]":,1A- \n'))
def test_no_text_makes_taking_apart_fail(one, other):
    for text in (one, other, one + other):
        hints.read(text, WORDS)


@given(
    st.lists(st.sampled_from(["=", '"', "{", "[", "order=", "#1", "a.b", "\\", " ", ","]), max_size=4000).map("".join)
)
def test_no_text_takes_long(text):
    hints.read(text * 3, WORDS)


@pytest.mark.parametrize("text", ["purchase/order/created", "work.order.created", "mail/store/order/created"])
def test_what_a_longer_topic_is_of_counts(text):
    assert hints.read(text, WORDS).topic is None
