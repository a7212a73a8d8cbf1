"""What took longer inside one system than its vendor declares."""

from __future__ import annotations

import pytest

from judge.scenes import START, World, state
from tracelog.model.event import DAY, HOUR, MINUTE
from tracelog.model.vendor import VendorLimit

FOUR_HOURS = VendorLimit("market", "created", "confirmed", 4 * 3600.0, "accept within four hours")
EXEMPT = VendorLimit("market", "created", "confirmed", 4 * 3600.0, "accept", {"channel": "fulfilled by the market"})


def world(limit: VendorLimit = FOUR_HOURS) -> World:
    made = World(vendors=(limit,))
    made.add(1, "market", "emitted", START, stream="market-orders", topic="created")
    return made


def seen(made: World, after: int, canonical: str, *, mark: str = "EXACT", **more: object) -> None:
    made.add(1, "market", "observed", START + after, stream="market-orders", carries="state",
             states=[state(canonical, "market", mark=mark)], **more)  # fmt: skip


def late(made: World) -> list[tuple[str, str]]:
    return [(found.state, found.severity) for found in made.templates(1) if found.kind == "late"]


def test_accepted_after_the_vendors_limit():
    made = world()
    seen(made, 5 * HOUR, "confirmed")

    assert late(made) == [("confirmed", "medium")]


def test_a_message_that_another_took_in_shows_it_too():
    made = world()
    made.add(1, "hub", "received", START + 5 * HOUR, stream="hub", peer="market", topic="confirmed")

    assert late(made) == [("confirmed", "medium")]


@pytest.mark.parametrize("after", [4 * HOUR, MINUTE])
def test_accepted_in_time(after):
    made = world()
    seen(made, after, "confirmed")
    seen(made, 5 * HOUR, "confirmed")  # a later look shows it still so

    assert late(made) == []


def test_first_seen_in_a_later_state_it_may_have_been_accepted_in_time():
    made = world()
    seen(made, DAY, "shipped")

    assert late(made) == []


def test_a_state_that_only_stands_for_it_is_no_acceptance():
    made = world()
    seen(made, 5 * HOUR, "confirmed", mark="LOSSY")

    assert late(made) == []


def test_an_excess_inside_the_precision_of_the_stamps_is_suspected():
    made = world()
    seen(made, 4 * HOUR + 30 * MINUTE, "confirmed", precision=HOUR)

    assert late(made) == [("suspected", "low")]


def test_orders_that_the_limit_does_not_hold_for():
    made = world(EXEMPT)
    seen(made, 5 * HOUR, "confirmed", fields={"channel": "Fulfilled by the market"})

    assert late(made) == []


def test_an_order_whose_creation_nobody_saw():
    made = World(vendors=(FOUR_HOURS,))
    seen(made, 5 * HOUR, "confirmed")

    assert late(made) == []
