"""Computed words and maps: exact words, globs, otherwise; an unknown value is never guessed."""

from __future__ import annotations

import pytest

from interpret.making import Folder
from tracelog.interpret.lookup import NotInMapError, lookup

HOSTS = {"*.myshopify.*": "shopify", "*.suitetalk.*": "netsuite", "internal": "", "POST */orders[?]*": "created"}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("north.myshopify.com", "shopify"),
        ("NORTH.MyShopify.com", "shopify"),
        ("7731009-sb1.suitetalk.api.netsuite.com", "netsuite"),
        ("7731010-sb1.suitetalk.api.netsuite.com", "netsuite"),
        (" Internal ", None),
        ("POST /api/orders?id=12", "created"),
    ],
)
def test_words_then_globs(value: str, found: str | None) -> None:
    assert lookup(HOSTS)(value) == found


def test_an_unknown_value_is_said_to_be_unknown() -> None:
    with pytest.raises(NotInMapError):
        lookup(HOSTS)("example.org")
    with pytest.raises(NotInMapError):
        lookup({})("x")


def test_globs_that_speak_of_digits_keep_to_them() -> None:
    """Addresses are remembered without their numbers, but not where a glob asks for numbers."""
    find = lookup({"*/v1/*": "old", "*/v2/*": "new", "S0?": "short"})

    assert [find(text) for text in ("a/v1/b", "a/v2/b", "a/v1/c", "S01")] == ["old", "new", "old", "short"]
    with pytest.raises(NotInMapError):
        find("a/v3/b")


def rule(topic: str) -> str:
    return f"""
[[record]]
when = {{ id = true }}
phase = "emitted"
topic = {topic}
[map.topics]
"orders/create" = "created"
"internal" = ""
"""


def test_a_word_without_a_map_is_the_value_with_hyphens(folder: Folder) -> None:
    body = '[[record]]\nwhen = { id = true }\nphase = "forwarded"\npeer = { from = "target" }'

    assert folder.event(body, {"id": 1, "target": "Big  Warehouse"}).kind.peer == "big-warehouse"
    assert folder.event(body, {"id": 1}).kind.peer is None


def test_what_the_map_does_not_hold_makes_the_record_unread(folder: Folder) -> None:
    outcome = folder.outcome(rule('{ from = "t", map = "topics" }'), {"id": 1, "t": "orders/vanished"})

    assert outcome.verdict == "unread"
    assert outcome.reason == "topic: the map topics does not hold 'orders/vanished' (t)"


def test_otherwise_speaks_for_unknown_and_absent_values_but_not_for_none(folder: Folder) -> None:
    body = rule('{ from = "t", map = "topics", otherwise = "updated" }')
    found = [
        folder.event(body, {"id": 1, "t": text}).kind.topic
        for text in ("orders/create", "orders/vanished", None, "internal")
    ]

    assert found == ["created", "updated", "updated", None]


def test_otherwise_may_be_a_template_or_none(folder: Folder) -> None:
    body = '[[record]]\nwhen = { id = true }\nphase = "forwarded"\n'
    body += 'peer = { from = "host", map = "partners", otherwise = %s }'
    partners = '\n[map.partners]\na = "b"'

    assert folder.event(body % '"{host}"' + partners, {"id": 1, "host": "x.example"}).kind.peer == "x.example"
    assert folder.event(body % '""' + partners, {"id": 1, "host": "x.example"}).kind.peer is None


def test_a_computed_phase_that_is_none_of_ours_makes_the_record_unread(folder: Folder) -> None:
    body = '[[record]]\nwhen = { id = true }\nphase = { from = "p" }'

    assert folder.event(body, {"id": 1, "p": "Forwarded"}).kind.phase == "forwarded"
    assert folder.outcome(body, {"id": 1, "p": "lost"}).reason == "unknown phase: lost"
    assert folder.outcome(body, {"id": 1}).reason == "the record does not say which phase it shows"


def test_maps_of_the_definition_come_before_those_of_its_system_and_the_common_ones(folder: Folder) -> None:
    folder.write("acme.toml", '[map.colours]\nred = "shipped"\nblue = "paid"')
    folder.write("common.toml", '[map.colours]\nred = "returned"\n[map.shades]\nred = "created"')
    body = '[[record]]\nwhen = { id = true }\nphase = "emitted"\ntopic = { from = "t", map = "%s" }'

    assert folder.event(body % "colours", {"id": 1, "t": "red"}).kind.topic == "shipped"
    assert folder.event(body % "shades", {"id": 1, "t": "red"}).kind.topic == "created"
    assert (
        folder.event(f'{body % "colours"}\n[map.colours]\nred = "picked"', {"id": 1, "t": "red"}).kind.topic == "picked"
    )
