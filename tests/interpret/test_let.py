"""`[let]`: a value that many keys ask for is said once, and read like a field."""

from __future__ import annotations

from pathlib import Path

import pytest

from interpret.making import Folder

BODY = """
[decode]
request = "json?"
[let]
METHOD = "request.method ?? verb | lower"
SHOWN  = "{METHOD} {path}"
path   = "path | before('?')"
[time]
at     = "at"
[[record]]
when   = { METHOD = "get" }
ignore = "question: {SHOWN}"
[[record]]
phase  = "received"
order  = { ref = "path | last('/')" }
result = "METHOD"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_named_value_is_read_like_a_field(folder: Folder):
    event = folder.event(BODY, {"id": 1, "at": "2026-03-12T14:02:11Z", "verb": "POST", "path": "/orders/A-1001?x=1"})

    assert event.result == "post"
    assert [name.value for name in event.names] == ["A-1001"]


def test_it_sees_what_was_decoded_and_what_was_named_before_it(folder: Folder):
    """`SHOWN` stands before `path` is cut: it shows the path whole."""
    found = folder.outcome(BODY, {"id": 1, "at": "2026-03-12T14:02:11Z", "request": '{"method":"GET"}', "path": "/a?b"})

    assert (found.verdict, found.reason) == ("ignored", "question: GET /a?b")


def test_what_is_not_there_stays_absent(folder: Folder):
    event = folder.event(BODY, {"id": 1, "at": "2026-03-12T14:02:11Z"})

    assert event.result is None
    assert event.names == ()


STEPS = """
[let]
STEP   = "name | map('steps')"
[map.steps]
"get*"  = "question"
"*post" = "write"
[time]
at     = "at"
[[record]]
when   = { STEP = "write" }
phase  = "forwarded"
[[record]]
when   = { STEP = "question" }
ignore = "a question"
[[record]]
each   = "n in others"
when   = { "others[0]" = true }
  [[record.event]]
  when  = { "n | map('steps')" = "write" }
  phase = "forwarded"
  order = { ref = "n" }
[[record]]
ignore = "none of the words"
"""


@pytest.mark.parametrize(
    ("name", "verdict"), [("Order POST", "understood"), ("get order", "ignored"), ("other", "ignored")]
)
def test_a_map_says_what_a_value_is_for_a_test(folder: Folder, name: str, verdict: str):
    """Names that people chose are many; what is done with them is said once for each meaning."""
    found = folder.outcome(STEPS, {"id": 1, "at": "2026-03-12T14:02:11Z", "name": name})

    assert found.verdict == verdict


def test_a_map_is_asked_in_loops_too(folder: Folder):
    """An element of a list is tested by the same words."""
    found = folder.outcome(STEPS, {"id": 1, "at": "2026-03-12T14:02:11Z", "others": ["A-1 post", "get A-2"]})

    assert [[name.value for name in event.names] for event in found.events] == [["A-1 post"]]
