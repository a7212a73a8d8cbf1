"""What a finding says of its order, and what it keeps of its own past."""

from __future__ import annotations

import msgspec
import pytest

from judge.make import HOURS, T0, bound, event
from tracelog.conclude.cards import card, channel, states, worth
from tracelog.conclude.formerly import inherit
from tracelog.judge.facts import LegFacts
from tracelog.model.event import DAY, MINUTE, Event, Kind, Name, State
from tracelog.model.finding import Finding, Money, Review


def told(system: str, phase: str, at: int = T0, **more: object) -> Event:
    return event(system, phase, "created", at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"total": "118.40" + "0" * 60}, Money("118.40", None)),
        ({"total": "1e999999999"}, None),
        ({"total": "1e-999999999"}, None),
        ({"total": "9" * 5000}, None),
        ({"total": "118.40", "currency": "USD"}, Money("118.40", "USD")),
        ({"total": "1,118.40"}, Money("1118.40", None)),
        ({"total": "48.0000", "currency": "usd"}, Money("48.00", "USD")),
        ({"total": "48.5", "currency": "usd"}, Money("48.50", "USD")),
        ({"total": "0.1250", "currency": ""}, Money("0.125", None)),
        ({"total": "1500", "currency": "JPY"}, Money("1500", "JPY")),
        ({"total": "n/a"}, None),
        ({"total": "NaN"}, None),
        ({}, None),
    ],
)
def test_an_amount_is_told_only_where_it_is_one(fields: dict[str, str], amount: Money | None) -> None:
    assert worth([told("shop", "emitted", fields=fields)]) == amount


def test_the_source_says_what_an_order_is_worth_not_who_rewrote_it() -> None:
    rewritten = told("hub", "forwarded", fields={"total": "11.84"})
    source = told("shop", "emitted", T0 + HOURS, fields={"total": "118.40"})

    assert worth([rewritten, source]) == Money("118.40", None)


def test_a_source_that_names_the_amount_in_its_listing_only_goes_before_whoever_has_it_wrong() -> None:
    new = told("shop", "emitted")
    rewritten = told("accounts", "applied", T0 + HOURS, fields={"total": "11.84"})
    listed = told("shop", "observed", T0 + DAY, fields={"total": "118.40", "currency": "USD"})

    assert worth([new, rewritten, listed]) == Money("118.40", "USD")


def test_a_currency_is_taken_from_another_record_of_the_same_amount_only() -> None:
    bare = told("shop", "emitted", fields={"total": "118.40"})
    same = told("hub", "forwarded", fields={"total": "118.4000", "currency": "USD"})
    converted = told("erp", "applied", fields={"total": "109.20", "currency": "EUR"})

    assert worth([bare, converted, same]) == Money("118.40", "USD")
    assert worth([bare, converted]) == Money("118.40", None)


def test_the_channel_is_the_instance_that_the_order_comes_from() -> None:
    emitted = told("shop", "emitted")
    emitted.kind = Kind("shop", "north", "emitted", None, "created", None, "s", None)

    assert channel([told("hub", "received", peer="market"), emitted]) == "shop/north"
    assert channel([told("hub", "received", peer="market")]) == "market"
    assert channel([told("erp", "applied")]) is None


def test_states_are_the_latest_of_each_system_by_its_own_records() -> None:
    def state(raw: str) -> tuple[State, ...]:
        return (State("order", "status", raw, raw),)

    events = [
        told("erp", "observed", T0 + 2 * HOURS, states=state("closed")),
        told("erp", "applied", T0, states=state("open")),
        told("hub", "received", T0, states=state("paid")),
        told("hub", "forwarded", T0 + HOURS, states=state("pending")),
    ]

    found = states(events)

    assert found["erp"]["order"] == {"raw": "closed", "canonical": "closed", "at": "2026-03-02T16:05:11Z"}
    assert found["hub"]["order"]["raw"] == "pending"


def test_a_customer_was_told_only_where_a_notice_is_on_record() -> None:
    """Never concluded from a status."""
    shipped, notice = event("shop", "emitted", "shipped"), event("mail", "applied", "notified")
    name = Name("shop:name", "#1")

    assert card(1, "#1", [shipped], [(name, None)]).customer_told is None
    assert card(1, "#1", [shipped, notice], [(name, None)]).customer_told is True


def test_weak_names_are_links_but_no_aliases() -> None:
    names = [(Name("shop:name", "#1"), None), (Name("track", "1Z9", "weak"), None)]

    made = card(1, "#1", [], names)

    assert made.aliases == ("shop:name #1",)
    assert [(link.alias, link.strength) for link in made.links] == [("shop:name #1", "strong"), ("track 1Z9", "weak")]


LOST = LegFacts(topic="cancelled", cover="spans")


def finding(at: int = T0) -> Finding:
    return bound(LOST, anchor=event(at=at)).finding


def test_a_finding_that_moved_to_better_evidence_knows_its_old_id() -> None:
    """Same order, same problem, same topic: the reviewed one is found again under its new id."""
    old, new = finding(), finding(T0 + MINUTE)
    review = Review("acknowledge", "seen", "T-7")

    inherit([new], [old], {old.id: review})

    assert new.formerly == [old.id]
    assert new.review == review


def test_ids_are_handed_on_over_several_scans() -> None:
    first, second, third = finding(), finding(T0 + MINUTE), finding(T0 + DAY)
    inherit([second], [first], {})
    inherit([third], [second], {})

    assert third.formerly == [second.id, first.id]


def test_another_order_or_topic_inherits_nothing() -> None:
    old = finding()
    other = msgspec.structs.replace(finding(T0 + MINUTE), aliases=["shop:name #2"])
    topic = msgspec.structs.replace(finding(T0 + 2 * MINUTE), topic="shipped")

    inherit([other, topic], [old], {})

    assert (other.formerly, topic.formerly) == ([], [])


def test_a_finding_that_stays_keeps_what_it_had() -> None:
    old = finding()
    again = msgspec.structs.replace(old, formerly=[])
    old.formerly = ["F-before"]

    inherit([again], [old], {"F-before": Review("resolve")})

    assert again.formerly == ["F-before"]
    assert again.review == Review("resolve")
