"""One export of several formats, and requests that were answered in the record that tells of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interpret.making import Folder
from tracelog.interpret import recognise, resolve
from tracelog.interpret.catalog import Catalog
from tracelog.model.event import Event, Outcome

BASE = """
title  = "Deliveries, as their receiver wrote them down"
system = "receiver"
reader = "jsonl"
mixed  = true
phase  = "received"
answer = "response.status"
[recognise]
keys   = ["head"]
[decode]
body   = "json?"
[time]
at     = "at"
[[record]]
order  = { ref = "body.order" }
[[sample]]
text   = '{"head":{}}'
"""
ACME = """
title   = "Acme's deliveries"
like    = "receiver.deliveries"
peer    = "acme"
message = "head.acme"
[recognise]
keys    = ["head.acme"]
[[record]]
order   = { "acme.id" = "body.id" }
[[sample]]
text    = '{"head":{"acme":"d-1"}}'
"""
BETA = """
title  = "Beta's deliveries"
like   = "receiver.deliveries"
peer   = "beta"
answer = { status = "response.status", accepted = "200..302" }
peer_instance = "body.shop"
[recognise]
keys   = ["body.beta"]
[[record]]
order  = { "beta.id" = "body.beta" }
[[sample]]
text   = '{"body":{"beta":1}}'
"""
AT = "2026-03-12T14:02:11Z"
OF_ACME = {"at": AT, "head": {"acme": "d-1"}, "body": {"id": 7}, "response": {"status": 200}}
OF_BETA = {"at": AT, "head": {}, "body": json.dumps({"beta": 9, "shop": "north"}), "response": {"status": 302}}
OF_NOBODY = {"at": AT, "head": {}, "body": {"order": "A-1"}, "response": {"status": 200}}


@pytest.fixture
def known(tmp_path: Path) -> Catalog:
    folder = Folder(tmp_path)
    folder.write("receiver.deliveries.toml", BASE)
    folder.write("acme.deliveries.toml", ACME)
    folder.write("beta.deliveries.toml", BETA)
    found = folder.catalog()
    assert [problem for problem in found.problems if str(tmp_path) in (problem.where or "")] == []
    return found


def format_of(known: Catalog, *records: object) -> str | None:
    text = "".join(json.dumps(record) + "\n" for record in records)
    choice = recognise.choose(recognise.head_of(text.encode(), "x"), known)
    return choice.definition.name if choice.definition else None


def outcomes(known: Catalog, name: str, *records: object) -> list[Outcome]:
    return resolve.interpreter(known.get(name), known).batch([json.loads(json.dumps(record)) for record in records])


def told(event: Event) -> tuple[str, str | None, str, str | None]:
    kind = event.kind
    return kind.system, kind.instance, kind.phase, kind.peer


def test_an_export_of_one_format_is_recognised_as_that(known: Catalog):
    assert format_of(known, OF_ACME, OF_ACME, OF_BETA) == "acme-deliveries"


def test_what_lies_in_a_text_is_recognised_too(known: Catalog):
    """The receiver kept the body as the text that it was."""
    assert format_of(known, OF_BETA) == "beta-deliveries"


def test_an_export_of_which_no_format_has_most_is_the_base(known: Catalog):
    assert format_of(known, OF_ACME, OF_BETA, OF_ACME, OF_BETA) == "receiver-deliveries"
    assert format_of(known, OF_NOBODY, OF_NOBODY, OF_NOBODY, OF_ACME) is None


@pytest.mark.parametrize("name", ["acme-deliveries", "beta-deliveries", "receiver-deliveries"])
def test_each_record_is_read_by_the_format_that_it_fits(known: Catalog, name: str):
    """Whichever of them was recognised: a file may begin with fifty of one vendor."""
    found = outcomes(known, name, OF_ACME, OF_BETA, OF_NOBODY)

    assert [[str(each.value) for each in outcome.events[0].names] for outcome in found] == [["7"], ["9"], ["A-1"]]
    assert [outcome.stream for outcome in found[:2]] == ["acme-deliveries", "beta-deliveries"]


def test_the_answer_is_an_event_of_the_peer(known: Catalog):
    (outcome,) = outcomes(known, "acme-deliveries", OF_ACME)
    received, answered = outcome.events

    assert told(received) == ("receiver", None, "received", "acme")
    assert told(answered) == ("acme", None, "acknowledged", None)
    assert (answered.kind.level, answered.result) == ("transport", "200")
    assert received.envelope == answered.envelope == ("d-1",)
    assert received.names == answered.names


def test_names_of_a_peer_are_those_of_the_one_that_it_is(known: Catalog):
    """Two shops of one vendor may both have an order 9: only the webhook tells which is meant."""
    (outcome,) = outcomes(known, "acme-deliveries", OF_BETA)
    received, answered = outcome.events

    assert [name.kind for name in received.names] == ["beta/north:id"]
    assert [name.kind for name in answered.names] == ["beta:id"]
    assert answered.kind.instance == "north"


def test_what_counts_as_accepted_is_the_vendors_word(known: Catalog):
    found = outcomes(known, "acme-deliveries", OF_BETA, {**OF_ACME, "response": {"status": 302}})

    assert told(found[0].events[1]) == ("beta", "north", "acknowledged", None)
    assert told(found[1].events[1]) == ("acme", None, "rejected", None)


def test_without_an_answer_there_is_none(known: Catalog):
    (outcome,) = outcomes(known, "acme-deliveries", {**OF_ACME, "response": {}})

    assert [told(event)[2] for event in outcome.events] == ["received"]


def test_of_a_sender_that_is_not_known_no_answer_is_told(known: Catalog):
    (outcome,) = outcomes(known, "acme-deliveries", OF_NOBODY)

    assert [told(event) for event in outcome.events] == [("receiver", None, "received", None)]


def test_what_stands_beside_a_format_counts_for_its_digest(tmp_path: Path, known: Catalog):
    """A better definition of Beta's reads also what lies in a file that is mostly Acme's."""
    before = known.digest(known.get("acme-deliveries"))
    folder = Folder(tmp_path)
    folder.write("beta.deliveries.toml", BETA + "# better")
    again = folder.catalog()

    assert again.digest(again.get("acme-deliveries")) != before
