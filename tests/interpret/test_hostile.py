"""Whatever a record holds, it comes to an outcome: no definition fails on data, and no time or name is invented."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracelog.interpret import catalog, resolve
from tracelog.interpret.definition import Definition
from tracelog.interpret.resolve import Interpreter
from tracelog.model.event import PHASES, TOPICS, Outcome

SHIPPED = catalog.load([])
WORDS = (
    "", "null", "- None -", "#1001", "6.12E+12", "SO1", "paid", "true", "false", "204", "POST", "3/9/2026 8:01 am",
    "2026-03-09T08:01:00Z", "https://shop.myshopify.com/o.json?a=b", "http://[", '{"orders": [{"id": 1}]}', "{", "\0",
)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=20)


def interpreters() -> list[Interpreter]:
    return [resolve.interpreter(each, SHIPPED) for each in SHIPPED.definitions.values()]


READERS = {each.definition.name: each for each in interpreters()}


def keys(definition: Definition) -> list[str]:
    """The words that a definition asks for, so that random records are not all alike to it."""
    return sorted(set(re.findall(r"[A-Za-z_][\w ]*\w", " ".join(re.findall(r'"([^"\n]*)"', definition.text)))))


@cache
def records(name: str) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(keys(READERS[name].definition) or ["id"])
    values = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5),
        max_leaves=8,
    )
    return st.dictionaries(names, values, max_size=9)


def is_whole(outcome: Outcome) -> None:
    assert outcome.verdict in {"understood", "ignored", "context", "unread"}
    assert outcome.reason or outcome.verdict == "understood"
    assert bool(outcome.events) == (outcome.verdict == "understood")
    assert (outcome.context is not None) == (outcome.verdict == "context")
    for event in outcome.events:
        assert event.kind.phase in PHASES
        assert event.kind.topic in {None, *TOPICS}
        assert all(name.value and not re.fullmatch(r"[\d.,]+[eE]\+\d+", name.value) for name in event.names)
        assert event.at is None or 0 < event.at < 2**63
        texts = [*event.fields.values(), *event.ids.values(), *event.envelope, event.result or "", event.at_raw]
        assert all(type(text) is str for text in texts)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_record_makes_a_shipped_definition_fail(name: str, data: st.DataObject) -> None:
    reader = READERS[name]
    if reader.definition.reader == "lines":
        found = reader(data.draw(st.text(max_size=200)))
        assert found.verdict == "unread"
    else:
        found = reader(data.draw(records(reader.definition.name)))
    is_whole(found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_payload_makes_the_debug_log_fail(data: st.DataObject) -> None:
    """The hardest: JSON that holds JSON, with bodies of any kind behind a well-formed beginning."""
    reader = READERS["celigo-connection-debug"]
    payload = data.draw(records(reader.definition.name))
    body = dict(payload)
    payload["body"] = data.draw(st.sampled_from([body, json.dumps(body), [body], "<xml/>", ""]))
    kind = data.draw(st.sampled_from(["export", "import"]))
    text = f"2026-03-12T14:02:31.408Z {'0' * 32} {kind} {'a' * 24} {json.dumps(payload)}"

    is_whole(reader(text))


MEGABYTE = 1_000_000
HOSTILE_LINES = {
    "braces": "{" * MEGABYTE,
    "objects that never end": '{"a":' * (MEGABYTE // 5),
    "escapes in escapes": '{"a":"{\\"a\\":\\"{\\\\\\"a' * (MEGABYTE // 24),
    "lists that never end": '{"a":' + "[" * MEGABYTE,
    "a text that never ends": '{"a":"' + "x" * MEGABYTE,
    "one word": "a" * MEGABYTE,
    "keys": "a=" * (MEGABYTE // 2),
    "quotes": '"' * MEGABYTE,
}


@pytest.mark.parametrize("rest", HOSTILE_LINES.values(), ids=HOSTILE_LINES)
def test_a_line_of_a_megabyte_takes_time_by_its_length_alone(rest: str) -> None:
    """Half a second on the machine that builds this; what goes with the square of the length takes hours."""
    begun = time.perf_counter()
    READERS["log-lines"](f"2026-03-12 14:02:11 order 1001 sent {rest}")

    assert time.perf_counter() - begun < 20
