"""What the configuration declares of a leg, for all orders, for one topic, for one channel."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from judge.scenes import Route
from tracelog.config import Route as Declared
from tracelog.model.event import HOUR, MINUTE

POS = range(5, 40, 5)


def counter_sales(*routes: Declared, missing: Iterable[int] = POS, log: bool = True, erp: bool = False) -> Route:
    """Every fifth order is sold over the counter."""
    world = Route(missing=missing, routes=routes, log=log, erp=erp)
    for order, events in world.orders.items():
        for event in events:
            if "channel" in event.fields:
                event.fields["channel"] = "pos" if order in POS else "web"
    return world


def test_orders_of_a_channel_that_is_declared_not_to_go_there_are_left_out() -> None:
    world = counter_sales(Declared("celigo", "netsuite", channel="POS", expected=False))

    assert world.all_found() == {}
    assert {facts.route for order in POS for facts in world.legs(order, "created", "pass")} == {"none"}


def test_what_is_declared_of_one_channel_says_nothing_of_another() -> None:
    world = counter_sales(Declared("celigo", "netsuite", channel="pos", expected=False), missing=[*POS, 11])

    assert world.all_found() == {11: [("silent-drop", "confirmed")]}


def test_those_left_out_do_not_make_the_others_few() -> None:
    """Three in four are sold over the counter; the rest takes the leg, but for one."""
    pos = [order for order in range(40) if order % 4]
    world = counter_sales(Declared("celigo", "netsuite", channel="pos", expected=False), missing=[*pos, 12])
    for order in pos:
        for event in world.orders[order]:
            if "channel" in event.fields:
                event.fields["channel"] = "pos"
    for event in world.orders[12]:
        if "channel" in event.fields:
            event.fields["channel"] = "web"

    assert world.all_found() == {12: [("silent-drop", "confirmed")]}


@pytest.mark.parametrize("channel", ["shopify", "web"])
def test_a_channel_is_what_orders_say_or_the_system_they_come_from(channel: str) -> None:
    world = counter_sales(Declared("celigo", "netsuite", channel=channel, expected=False), missing=[11])

    assert world.all_found() == {}


def test_one_shop_is_a_channel_too() -> None:
    world = Route(missing=[11], erp=False, routes=(Declared("celigo", "netsuite", channel="north", expected=False),))
    for events in world.orders.values():
        for event in events:
            if event.kind.system == "shopify":
                event.kind = event.kind._replace(instance="north")

    assert world.all_found() == {}


def test_what_is_said_of_a_channel_goes_before_what_is_said_of_the_leg() -> None:
    never = Declared("celigo", "netsuite", expected=False)
    counter = Declared("celigo", "netsuite", channel="pos", expected=True)
    world = counter_sales(never, counter, missing=[10, 11])

    assert world.all_found() == {10: [("silent-drop", "confirmed")]}


def test_a_declaration_for_a_topic_leaves_the_other_topics_as_they_are() -> None:
    world = Route(missing=[10], erp=False, routes=(Declared("celigo", "netsuite", "cancelled", expected=False),))
    world.told(21, "cancelled", world.born(21) + HOUR)
    world.took(21, "cancelled", world.born(21) + HOUR + 2 * MINUTE)

    assert world.all_found() == {10: [("silent-drop", "confirmed")]}


def test_a_leg_from_end_to_end_is_left_out_too() -> None:
    """Only the two listings are there; counter sales are booked elsewhere."""

    def without(world: Route) -> Route:
        for order in POS:
            world.without_erp(order)
        return world

    declared = Declared("shopify", "netsuite", channel="pos", expected=False)

    assert without(counter_sales(missing=(), log=False, erp=True)).all_found() != {}
    assert without(counter_sales(declared, missing=(), log=False, erp=True)).all_found() == {}
