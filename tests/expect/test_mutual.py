"""Orders that two shops both say were created at them: which of them show a way from the one to the other."""

from __future__ import annotations

import pytest

from judge.scenes import START, World, state
from tracelog.expect.mutual import Mutual
from tracelog.judge.facts import StandFacts
from tracelog.link.journey import journey
from tracelog.model.event import HOUR, MINUTE, Name


def made(world: World, order: int, system: str, at: int, *names: str) -> None:
    """The system's own word that the order came into being there, and its listing of it."""
    called = [Name(f"{system}:id", f"{system}-{order}"), *(Name("ref", name) for name in names)]
    world.add(order, system, "emitted", at, stream=f"{system}-orders", topic="created", names=called)
    world.add(order, system, "observed", at, stream=f"{system}-orders", states=[state("confirmed", system)],
              carries="state", names=called)  # fmt: skip


def shops(shared: int, *, later: int = 0, named: bool = True, own: int = 6) -> World:
    """`own` orders of the market alone, as many of the shop alone, and `shared` ones that both have."""
    world = World()
    for order in range(own):
        made(world, order, "market", START + order * HOUR)
        made(world, 100 + order, "shop", START + order * HOUR + MINUTE)
    for order in range(200, 200 + shared):
        at = START + (order - 200) * HOUR + 2 * MINUTE
        made(world, order, "market", at)
        made(world, order, "shop", at + later, *([f"market-{order}"] if named else []))
    return world


def spans(world: World) -> set[tuple[str, str]]:
    return {(leg.start.system, leg.end.system) for leg in world.expected.legs if leg.leg == "span"}


def missing(world: World) -> list[int]:
    """Orders that are said to be missing at the other shop."""
    return [order for order in sorted(world.orders) for case in world.cases(order)
            if isinstance(case.facts, StandFacts) and case.facts.relation == "missing"]  # fmt: skip


@pytest.mark.parametrize("shared", [1, 2])
def test_a_few_orders_that_two_shops_share_make_no_route_between_them(shared):
    world = shops(shared, later=MINUTE)

    assert spans(world) == set()
    assert missing(world) == []


def test_orders_that_carry_the_others_name_show_the_way_that_they_took():
    world = shops(3)

    assert spans(world) == {("market", "shop")}
    assert set(missing(world)) == set(range(6)), "the market's orders, which the shop lacks; none of the shop's own"


def test_orders_that_always_come_into_being_later_there_show_it_too():
    assert spans(shops(3, later=MINUTE, named=False)) == {("market", "shop")}


def test_equal_times_and_no_names_only_say_that_both_know_the_orders():
    assert spans(shops(30, named=False)) == set()


def test_orders_that_went_both_ways_show_neither():
    world = shops(6)
    for order in range(300, 306):
        made(world, order, "shop", START + order * MINUTE)
        made(world, order, "market", START + order * MINUTE, f"shop-{order}")

    assert spans(world) == set()


def test_who_has_no_order_of_its_own_takes_them_from_the_other():
    """Two orders are few, and yet there is nowhere else that they could have come from."""
    world = World()
    for order in range(6):
        made(world, order, "market", START + order * HOUR)
    for order in range(2):
        made(world, order, "shop", START + order * HOUR + MINUTE, f"market-{order}")

    assert ("market", "shop") in spans(world)
    assert missing(world) == [2, 3, 4, 5]


def test_what_is_declared_needs_nothing_that_shows_it():
    world = World(limits={"market>shop": 600.0})
    for order in range(6):
        made(world, order, "market", START + order * HOUR)
        made(world, 100 + order, "shop", START + order * HOUR)
    made(world, 200, "market", START)
    made(world, 200, "shop", START, "market-200")

    assert spans(world) == {("market", "shop")}


def test_sums_of_parts_are_the_sums_of_all():
    world, whole, parts = shops(4), Mutual(), [Mutual(), Mutual()]
    for order, events in world.orders.items():
        for sums in (whole, parts[order % 2]):
            sums.add(journey(events), 0)
    parts[1].merge(parts[0])

    assert (parts[1].orders, parts[1].handed) == (whole.orders, whole.handed)
    assert whole.strangers(3) == {("shop", "market")}
