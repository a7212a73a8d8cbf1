"""Hand-made events, cases and records: two systems called shop and erp, and a middleware called hub between them."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

from tracelog.judge.bind import Bound, OrderCard, bind_all
from tracelog.judge.facts import Case, Facts
from tracelog.judge.judge import judge
from tracelog.model.event import SECOND, Actor, Event, Kind, Name, Place
from tracelog.model.finding import CoverageProof, Evidence, Limit, Money, Station
from tracelog.model.words import rfc3339

T0 = 1_772_460_311 * SECOND
"""14:05:11 UTC on 2 March 2026."""
MINUTES = 60 * SECOND
HOURS = 3600 * SECOND
DAYS = 24 * HOURS

RECEIVED = Station("hub", "received", peer="shop")
FORWARDED = Station("hub", "forwarded", peer="erp")
APPLIED = Station("erp", "applied")
EMITTED = Station("shop", "emitted")

_ids = itertools.count(1)


def event(
    system: str = "hub",
    phase: str = "received",
    topic: str | None = "cancelled",
    at: int | None = T0,
    *,
    peer: str | None = None,
    name: str = "1001",
    nth: int = 0,
    record: int | None = None,
    **more: Any,
) -> Event:
    number = next(_ids)
    return Event(
        kind=Kind(system, None, phase, peer, topic, None, f"{system} log", "event"),
        at=at,
        at_raw=rfc3339(at) if at is not None else "",
        precision=more.pop("precision", SECOND),
        names=(Name(f"{system}:name", name),) if name else (),
        id=number,
        place=Place(1, number if record is None else record, nth),
        export=1,
        **more,
    )


def show(event: Event) -> Evidence:
    """A record's text is its place: equal places are the same record, as in a store."""
    place = event.place
    assert place is not None
    text = f"record {place.page}/{place.slot}"
    return Evidence(
        export="hub.log",
        sha256="e" * 64,
        record=place.slot,
        line=place.slot,
        offset=place.slot * 100,
        length=len(text),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        at=None,
        at_raw=None,
        text=text,
    )


def card(number: int = 1, name: str | None = "#1001", amount: str | None = "84.00") -> OrderCard:
    value = Money(amount, "USD") if amount else None
    return OrderCard(number, name, aliases=("shop:name #1001",), channel="shop", value=value)


def case(facts: Facts, order: int = 1, **binding: Any) -> Case:
    binding.setdefault("anchor", event(name=str(1000 + order)))
    binding.setdefault("from_", RECEIVED)
    binding.setdefault("to", FORWARDED)
    binding.setdefault("limit", Limit(900, "learned: 99.9 % of 812 within 41 s"))
    binding.setdefault("due", (binding["anchor"].at or 0) + 15 * MINUTES)
    binding.setdefault("cover", [CoverageProof("hub log", rfc3339(T0 - HOURS), rfc3339(T0 + HOURS))])
    return Case(facts, order, binding)


def bound(facts: Facts, order: int = 1, **binding: Any) -> Bound:
    """The root finding of that case."""
    return bounds(facts, order, **binding)[0]


def bounds(facts: Facts, order: int = 1, **binding: Any) -> list[Bound]:
    made = case(facts, order, **binding)
    templates = judge(facts).templates
    return bind_all(templates, made, card(order, f"#{1000 + order}"), show)


PERSON = Actor("Jane Doe", "person")
