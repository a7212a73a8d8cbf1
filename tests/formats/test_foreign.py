"""Logs of other trades name orders too, and are no exports of orders; logs of own integrations in any wording are."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import pytest

from formats import foreign_logs
from formats.export_reading import names, read, shipped
from tracelog.interpret import recognise, resolve
from tracelog.model.event import DAY, Event
from tracelog.read.encoding import decoded
from tracelog.read.reader import batches

OWN = Path(__file__).parent.parent / "samples" / "own-logs"
EXPECTED = tomllib.loads((OWN / "expected.toml").read_text("utf-8"))
SOME_DAY = 56 * 365 * DAY
"""Stamps without a year are not later than this."""


def events(text: str) -> list[Event]:
    """The events of an export, with a year for those that state none."""
    head = recognise.head_of(text.encode(), "export")
    choice = recognise.choose(head, shipped())
    if choice.definition is None:
        return []
    plan = recognise.plan_for(choice.definition, shipped(), head)
    made = resolve.interpreter(choice.definition, shipped(), resolve.Settings(zone="UTC", latest=SOME_DAY))
    found: list[Event] = []
    for batch in batches(io.BytesIO(text.encode()), plan):
        values = batch.values if batch.values is not None else [decoded(raw) for raw in batch.raws]
        found += [event for outcome in made.batch(values) for event in outcome.events]
    return found


def why(text: str) -> str:
    return recognise.choose(recognise.head_of(text.encode(), "export"), shipped()).why


@pytest.mark.parametrize("name", foreign_logs.NAMES)
def test_a_log_of_another_trade_names_no_order(name: str) -> None:
    assert [event for event in events(foreign_logs.short(name)) if event.names] == []


@pytest.mark.parametrize("name", foreign_logs.NAMES)
def test_nor_does_it_when_it_is_long(name: str) -> None:
    assert [event for event in events(foreign_logs.long(name)) if event.names] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_an_own_integrations_log_is_read_whatever_its_wording(name: str) -> None:
    told = events((OWN / name).read_text("utf-8"))
    found = [f"{event.kind.phase} {one.split(' ', 1)[1]}" for event in told for one in names(event)]

    assert [each for each in EXPECTED[name] if each not in found] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("kernel_with_times", "most that name orders speak of a computer's memory and its start (kworker"),
        ("trading", "none states anything of an order: speaks of no customer's order, but of trading (buy, filled)"),
        ("pytest", "they are of a test run: "),
        ("whatsapp", "most that name orders speak of people talking"),
    ],
)
def test_it_is_said_of_what_such_a_log_is(name: str, reason: str) -> None:
    assert reason in why(foreign_logs.short(name))


def test_a_name_that_another_things_word_stands_before_is_that_things() -> None:
    """In the log of an integration the orders are read, and the tickets are left."""
    told = events((OWN / "with-tickets.log").read_text("utf-8"))

    assert [sorted(names(event)) for event in told] == [["ref 1001"], ["ref 1003"]]


def test_a_purchase_order_that_comes_alone_names_the_order_and_beside_an_order_is_a_mention() -> None:
    (alone,) = events("2026-03-12 14:02:11 PO 4500012345 forwarded to SAP\n")
    (beside,) = events("2026-03-12 14:02:11 order A-1001 for PO 4500012345 forwarded to SAP\n")
    short = events("2026-03-12 14:02:11 PO 45123 forwarded to SAP\n")

    assert names(alone) == {"ref 4500012345"}
    assert names(beside) == {"ref A-1001"}
    assert short == []


@pytest.mark.parametrize("count", [300, 3000])
def test_all_orders_of_a_long_line_are_read(count: int) -> None:
    listed = ", ".join(f"#{number}" for number in range(1000, 1000 + count))
    found = events(f"2026-03-12 14:02:11 skipped orders {listed}\n")

    assert [sorted(names(event)) for event in found] == [[f"ref #{number}"] for number in range(1000, 1000 + count)]


def test_unknown_verbs_are_said_to_be_unknown() -> None:
    said = why("2026-03-12 14:02:11 order 1001 beamed up\n2026-03-12 14:02:12 order 1002 zapped\n")

    assert "does not say what was done in a known word: “order 1001 beamed up”" in said
    assert "words.toml" in said


def test_one_order_among_a_thousand_lines_of_something_else_makes_no_export() -> None:
    noise = "".join(f"2026-03-12 14:02:11 tick {number} of the engine\n" for number in range(1200))

    assert "only 1 of the first 1,201" in why(f"{noise}2026-03-12 14:02:11 order 1001 dropped\n")
    assert read(f"{noise}2026-03-12 14:02:11 order 1001 dropped, sku unknown\n", "UTC").format == "log-lines"
