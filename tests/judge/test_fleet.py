"""Findings about two systems, or a route: what they say, what they show, and what they leave to the reader."""

from __future__ import annotations

from judge.make import card, show
from judge.scenes import POLL, PUSH, Route
from tracelog.expect import Expected
from tracelog.expect.gaps import Gaps
from tracelog.expect.offsets import offsets
from tracelog.judge.fleet import Ask, fleet
from tracelog.model.event import HOUR, SECOND, Event, Place
from tracelog.model.finding import Finding

SPREAD = 2 * SECOND


def route(ahead: int, *, systems: tuple[str, ...] = ("celigo", "shopify")) -> Route:
    """Sixty orders, with these systems' clocks so far ahead."""
    made = Route(60)
    for stream in (POLL, PUSH):
        made.stream(stream, system="celigo", definition="celigo-log")
    for number, events in made.orders.items():
        for slot, event in enumerate(events):
            event.place = Place(number, slot, 0)
            if event.kind.system in systems and event.at is not None:
                event.at += ahead
                if event.kind.phase != "received" and event.happened_at is not None:
                    event.happened_at += ahead
    return made


def told(world: Route, zone: str | None = "UTC", basis: str = "assumed: nothing says") -> list[Finding]:
    expected: Expected = world.expected
    expected.offsets = offsets(world.sums().pairs, SPREAD)

    def zone_of(_: Event) -> tuple[str | None, str]:
        return zone, basis

    ask = Ask(lambda order: world.orders[order], lambda order: card(order, f"#{1001 + order}"), show, zone_of)
    return [bound.finding for bound in fleet(expected, Gaps(None), ask)]


def test_an_offset_names_both_systems_the_zone_to_set_and_pairs_as_evidence() -> None:
    (found,) = told(route(3 * HOUR))

    assert (found.kind, found.scope, found.state, found.order, found.topic) == (
        "clock-offset", "pair", "confirmed", None, None,
    )  # fmt: skip
    assert "The stamps of NetSuite (erp-search) are 3 h behind those of" in found.explanation
    assert "as -03:00 the two agree" in found.explanation
    assert '`netsuite = "-03:00"` under `[zones]`' in found.explanation
    assert found.orders is not None
    assert found.orders.count == 60
    assert len(found.evidence) >= 4
    assert found.still_wrong is None


def test_stamps_that_name_their_zone_are_not_read_otherwise() -> None:
    (found,) = told(route(3 * HOUR), basis="in text")

    assert "`[zones]`." not in found.explanation
    assert "so it is the clock or the zone of NetSuite to correct" in found.explanation


def test_a_zone_that_was_read_wrongly_is_corrected_from_what_it_was_read_as() -> None:
    (found,) = told(route(HOUR), zone="America/New_York", basis="declared")

    assert "as -06:00 the two agree" in found.explanation  # New York is five hours behind in February


def test_clocks_that_agree_say_nothing() -> None:
    assert told(route(0)) == []
