"""Several listings of one system: each proves by its own orders and its own time, and none hides what another shows."""

from __future__ import annotations

import pytest

from judge.scenes import ERP, START, Route, World, state
from tracelog.expect.values import worded
from tracelog.judge.abstract.view import View
from tracelog.judge.facts import LegFacts
from tracelog.model.event import DAY, HOUR, MINUTE, Name, State

OTHER = "erp-other"


def accepted_only(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created")


def also_listed(world: World, orders: range, at: int, system: str = "netsuite") -> None:
    """Another export of that system lists these orders, and says nothing of when they were made."""
    for order in orders:
        world.add(order, system, "observed", at, stream=OTHER, carries="state",
                  names=(Name("netsuite:internalid", str(880_000 + 3 * order)),),
                  states=[state("confirmed" if order % 2 else "cancelled", "netsuite")])  # fmt: skip


def test_a_confirmed_absence_says_what_covers_it():
    for world in (
        Route(instead={10: accepted_only}),
        Route(missing=[10]),
        Route(log=False, missing=[10]),
        Route(missing=[10], log_until=START + 3 * HOUR),
    ):
        cases = [case for case in world.cases(10) if isinstance(case.facts, LegFacts) and case.facts.effect == "absent"]
        assert cases
        for case in cases:
            assert {proof.stream for proof in case.binding["proofs"]} == {ERP}


def test_an_absence_without_anything_that_covers_it_cannot_be_stated():
    world = Route()
    with pytest.raises(ValueError, match="without what covers it"):
        View(10, world.orders[10], world.expected).add(LegFacts(effect="absent"), anchor=world.orders[10][0])


@pytest.mark.parametrize("where", ["answer", "read back"])
def test_an_order_that_the_target_gave_a_number_is_known_there(where):
    def named(route: Route, order: int, at: int) -> None:
        accepted_only(route, order, at)
        name = (Name("netsuite:internalid", "999999"),)
        if where == "answer":
            route.orders[order][-1].names = name
        else:
            route.add(order, "app", "received", at + HOUR, stream="app-log", peer="netsuite", names=name)

    assert Route(instead={10: named}).found(10) == []


def test_a_number_that_was_sent_to_the_target_is_the_senders():
    def named(route: Route, order: int, at: int) -> None:
        accepted_only(route, order, at)
        route.orders[order][-2].names = (Name("netsuite:externalid", f"web-{order}"),)

    assert Route(instead={10: named}).found(10) == [("silent-drop", "confirmed")]


def test_another_listing_lends_no_neighbours():
    """The newest order of the first listing is older than this one; another export has newer ones."""
    world = Route(instead=dict.fromkeys(range(30, 40), accepted_only))
    also_listed(world, range(31, 40), world.end)
    assert ("silent-drop", "confirmed") not in world.found(30)


def test_what_one_listing_proves_stays_proved_when_a_larger_one_is_added():
    world = Route(instead={10: accepted_only})
    also_listed(world, range(1000, 1100), START - 30 * DAY)
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_a_contradiction_stays_when_a_larger_and_older_listing_is_added():
    def cancelled(more: bool) -> list[tuple[str, str]]:
        world = Route(40, log=False)
        world.told(10, "cancelled", world.born(10) + HOUR)
        world.stands(10, "confirmed")
        if more:
            also_listed(world, range(1000, 1100), START - 30 * DAY)
        return world.found(10)

    assert cancelled(more=False) == cancelled(more=True) != []


def test_of_two_listings_that_hold_the_order_the_newer_counts():
    world = Route(40, log=False)
    world.told(10, "cancelled", world.born(10) + HOUR)
    world.stands(10, "cancelled")
    before = START - 30 * DAY
    world.add(10, "netsuite", "observed", before, stream=OTHER, carries="state",
              names=world.numbered(10), states=[state("confirmed", "netsuite")])  # fmt: skip
    also_listed(world, range(1000, 1100), before)
    assert world.found(10) == []


def test_a_payment_is_no_birth_where_another_system_tells_of_the_creation():
    made, refunded = START + 7 * MINUTE, START + DAY
    world = World()
    world.add(1, "stripe", "emitted", refunded, stream="stripe-events", topic="refunded")
    world.add(1, "netsuite", "applied", made, stream=ERP, topic="created")
    assert [birth.at for birth in world.sums().births["stripe"]] == [made]


def test_a_state_that_is_told_by_its_time_is_said_as_the_state():
    at_a_time = State("order", "shopify.cancelled_at", "2026-11-10 11:20:08 -0500", "cancelled", "EXACT", final=True)
    assert worded(at_a_time) == "cancelled"
    assert worded(at_a_time._replace(raw="Closed")) == "Closed"
