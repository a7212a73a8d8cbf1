"""`[infer]`: free text and keys of any name become statements; what it makes of them weighs less."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.export_reading import shipped
from interpret.making import Folder
from tracelog.interpret import catalog, infer, recognise, resolve
from tracelog.interpret.definition import Infer
from tracelog.interpret.expressions import Scope
from tracelog.interpret.recognise import head_of

SCOPE = Scope(lambda _: pytest.fail("no terminal is asked for"))


def said(record: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What `said` holds for a record whose message is `msg`."""
    known = infer.known(shipped())
    infer.compiled(Infer(**{"text": "msg", **more}), known, SCOPE)(record)
    found: dict[str, Any] = record["said"]
    return found


def statements(record: dict[str, Any], **more: Any) -> list[tuple[str, Any, Any]]:
    return [(one["phase"], one["peer"], one["names"]) for one in said(record, **more)["all"]]


def test_a_record_that_names_an_order_and_says_what_was_done_makes_a_statement() -> None:
    assert statements({"msg": "forwarded", "order": "A-1001", "target": "netsuite"}) == [
        ("forwarded", "netsuite", {"ref": ["A-1001"]})
    ]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"msg": "forwarded"}, "names no order"),
        ({"msg": "heartbeat", "order": "A-1001"}, "does not say what was done"),
        ({"msg": "not forwarded", "order": "A-1001"}, "“forwarded” is taken back by a word before it"),
        ({"msg": "sent an email", "order": "A-1001"}, "“sent” is not clearly said of the order"),
        ({"order": "A-1001"}, "says nothing in words"),
        ({"msg": "#1001 and then #1002 forwarded"}, "names several orders: #1001, #1002"),
        ({"msg": "received", "order": "A-1001", "hop": "skipped"}, "says received in one place and skipped in another"),
        ({"msg": "acknowledged", "order": "A-1001", "status": 503}, "says acknowledged, and has the status 503"),
    ],
)
def test_a_record_that_states_nothing_says_why(record: dict[str, Any], why: str) -> None:
    assert said(record) == {"why": why}


@pytest.mark.parametrize(
    ("more", "phases"),
    [
        ({"status": 201}, [("forwarded", None), ("acknowledged", "transport")]),
        ({"http_status": "503"}, [("forwarded", None), ("rejected", "transport")]),
        ({"status": "shipped"}, [("forwarded", None)]),
        ({"status": 302}, [("forwarded", None)]),
        ({}, [("forwarded", None)]),
    ],
)
def test_a_forward_with_a_status_of_http_was_answered(
    more: dict[str, Any], phases: list[tuple[str, str | None]]
) -> None:
    found = said({"msg": "forwarded", "order": "A-1001", **more})["all"]

    assert [(one["phase"], one["level"]) for one in found] == phases


def test_what_was_created_elsewhere_is_an_acceptance_and_here_an_application() -> None:
    assert statements({"msg": "order created in NetSuite", "order": "A-1001"})[0][:2] == ("acknowledged", "netsuite")
    assert statements({"msg": "order created", "order": "A-1001"})[0][:2] == ("applied", None)


def test_from_whom_and_to_whom_are_told_apart() -> None:
    one = {"msg": "order A-1001 received from Shopify"}
    other = {"msg": "order A-1001 received from Shopify was forwarded to NetSuite"}

    assert statements(one)[0][:2] == ("received", "shopify")
    assert statements(other)[0][:2] == ("forwarded", "netsuite")


def test_the_component_tells_the_other_system_where_no_word_does() -> None:
    sender = {"msg": "forwarded", "order": "A-1001", "logger": "x.y.NetSuiteForwarder"}
    receiver = {"msg": "received", "order": "A-1001", "logger": "x.y.ShopifyWebhookController"}
    neither = {"msg": "received", "order": "A-1001", "logger": "x.y.NetSuiteForwarder"}

    assert statements(sender, by="logger")[0][1] == "netsuite"
    assert statements(receiver, by="logger")[0][1] == "shopify"
    assert statements(neither, by="logger")[0][1] is None


def test_an_error_is_a_refusal_where_something_was_raised_and_never_a_success() -> None:
    raised = {"msg": "order A-1001", "level": "ERROR", "err": {"message": "socket hang up"}}
    happy = {"msg": "order A-1001 forwarded", "level": "ERROR"}
    silent = {"msg": "order A-1001 is slow", "level": "ERROR"}
    more = {"failing": {"level": "ERROR"}, "error": "err.message"}

    assert [(one["phase"], one["result"]) for one in said(raised, **more)["all"]] == [("rejected", "socket hang up")]
    assert said(happy, **more) == {"why": "an error that speaks of what was forwarded"}
    assert said(silent, **more)["why"] == "does not say what was done"


def test_names_lie_under_any_key_at_any_depth() -> None:
    for record in (
        {"order": {"id": "A-1001"}},
        {"labels": {"orderId": "A-1001"}},
        {"context": {"extra": {"order_number": "A-1001"}}},
        {"attributes": [{"key": "order.id", "value": {"stringValue": "A-1001"}}]},
        {"payload": '{"order": {"id": "A-1001"}}'},
    ):
        assert statements({"msg": "forwarded", **record}) == [("forwarded", None, {"ref": ["A-1001"]})]


def test_a_key_tells_before_the_text_and_what_else_looks_like_a_name_is_mentioned() -> None:
    (one,) = said({"msg": "skipped, duplicate of ORD-10001", "order": "ORD-10002"})["all"]

    assert (one["names"], one["mentions"]) == ({"ref": ["ORD-10002"]}, {"ref": ["ORD-10001"]})


def test_a_statement_may_be_named_by_its_envelope() -> None:
    found = said({"msg": "webhook received", "requestId": "r-5501", "topic": "orders/create"})["one"]

    assert (found["phase"], found["message"], found["topic"]) == ("received", ["r-5501"], "created")
    assert said({"msg": "settings received", "requestId": "r-5501"}) == {"why": "names no order"}


def test_elements_of_a_list_make_statements_of_their_own() -> None:
    record = {
        "logs": [{"m": "forwarded", "order": "A-1001", "t": 1}, {"m": "heartbeat"}, {"m": "skipped", "order": "A-2"}]
    }
    found = said(record, each="l in logs", text="l.m", keys="l", at="l.t")["all"]

    assert [(one["phase"], one["l"]["order"], one["at"]) for one in found] == [
        ("forwarded", "A-1001", 1), ("skipped", "A-2", None),
    ]  # fmt: skip


def test_without_a_text_only_names_are_told() -> None:
    (one,) = said({"order": "A-1001", "requestId": "r-5501"}, text=None)["all"]

    assert (one["phase"], one["names"], one["message"]) == ("", {"ref": ["A-1001"]}, ["r-5501"])


KEYS = ["order", "msg", "status", "from", "to", "orders", "err", "topic", "hop", "requestId", "value", "key"]
LEAVES = st.none() | st.booleans() | st.floats() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner)))
def test_no_record_makes_inferring_fail(value: Any) -> None:
    said({"msg": value, "order": value, "more": value})


def test_a_record_may_be_nested_as_deep_as_it_likes() -> None:
    deep: dict[str, Any] = {"order": "A-1001"}
    for _ in range(3000):
        deep = {"data": deep}

    values: dict[str, Any] = {"stringValue": "A-1001"}
    for _ in range(3000):
        values = {"arrayValue": {"values": [values]}}

    assert said({"msg": "forwarded", "data": deep, "order": values}) == {"why": "names no order"}


# ---- users' own words, and what weighs less ----

DEFINITION = """
title = "Own log"
like = "log-json"
docs = ["x"]
[recognise]
keys = ["at", "say"]
[let]
stamp = "at"
told = "say"
grade = "lvl"
[[sample]]
text = '{"at": "2026-03-12T14:02:11Z", "say": "beamed up", "ordre": "A-1001"}'
events = [{ phase = "forwarded", names = ["ref A-1001"] }]
"""
WORDS = """
title = "Our words"
[words.says]
forwarded = ["beamed", "beamed up"]
[words.names]
ref = ["ordre"]
"""


def test_a_users_words_stand_beside_the_shipped_ones(folder: Folder) -> None:
    folder.write("own.log.toml", DEFINITION)
    folder.write("words.toml", WORDS)
    known = folder.catalog()

    assert [problem.lines() for problem in known.problems] == []
    made = resolve.interpreter(known.get("own-log"), known)
    assert [event.kind.phase for event in made({"at": "2026-03-12T14:02:11Z", "say": "beamed", "ordre": "A-1"}).events]
    assert made({"at": "2026-03-12T14:02:11Z", "say": "sent", "order": "A-1001"}).events[0].kind.phase == "forwarded"


def test_a_list_that_nobody_knows_is_an_error_with_its_place(folder: Folder) -> None:
    folder.write("words.toml", 'title = "Our words"\n[words.verbs]\nforwarded = ["beamed"]\n')

    with pytest.raises(catalog.DefinitionError, match="unknown list of words: verbs") as caught:
        infer.known(folder.catalog())
    assert "words.toml" in (caught.value.where or "")


def test_broken_words_are_said_and_stop_nobody(folder: Folder) -> None:
    folder.write("words.toml", 'title = "Our words"\n[words.verbs]\nforwarded = ["beamed"]\n')
    known = folder.catalog()
    choice = recognise.choose(head_of(b"2026-03-12 14:02:11 order #1001 sent\n", "x"), known)

    assert choice.definition is None
    assert [problem.what for problem in known.problems] == ["unknown list of words: verbs"]


def test_words_are_asked_only_where_no_other_format_fits(folder: Folder) -> None:
    """A definition of the user's own for his log takes it away from reading off words."""
    own = DEFINITION.replace('like = "log-json"', 'system = "own"\nreader = "jsonl"').replace(
        "[[sample]]",
        '[time]\nat = "at"\n[[record]]\nwhen = { say = true }\nphase = "applied"\norder = { id = "ordre" }\n[[sample]]',
    )
    folder.write("own.log.toml", own.replace("forwarded", "applied").replace("ref A", "own:id A"))
    line = json.dumps(
        {"at": "2026-03-12T14:02:11Z", "say": "order sent", "ordre": "A-1001", "time": "x", "msg": "sent A-1001"}
    )

    choice = recognise.choose(head_of(line.encode(), "x"), folder.catalog())
    assert choice.definition is not None
    assert choice.definition.name == "own-log"
