"""A later record carries over what it provably brings to the target, and excuses nothing else."""

from __future__ import annotations

import pytest

from judge.scenes import ERP, SHOP, START, Route, World, state
from tracelog.model.event import HOUR, MINUTE, SECOND

JOBS = "hub-jobs"


def refused_later(route: Route, order: int, at: int) -> None:
    """The order is not sent on; its shipment is, hours later, and the target does not know the order."""
    route.told(order, "shipped", at + 3 * HOUR)
    route.took(order, "shipped", at + 3 * HOUR + MINUTE)
    route.sent(order, "shipped", at + 3 * HOUR + 2 * MINUTE, answer="404 does not exist", phase="rejected",
               level="transport")  # fmt: skip


def test_a_change_that_was_refused_does_not_carry_the_order_over():
    world = Route(instead={20: refused_later})
    assert ("silent-drop", "confirmed") in world.found(20)
    assert world.legs(20, "created", "pass")[0].superseded is False


class NeverTakenIn(Route):
    """Those `missing` are not polled when they are new; their shipment is, and is refused."""

    def order(self, order: int) -> None:
        if order not in self.missing:
            super().order(order)
            return
        self.told(order, "created", self.born(order))
        refused_later(self, order, self.born(order))


@pytest.mark.parametrize("share", [20, 3])
def test_an_order_never_taken_in_is_not_made_good_by_a_change_that_was_refused(share: int):
    """Many such orders are no filter of the target's listing: what it refused was never to be in it."""
    lost = range(6, 114, share)
    world = NeverTakenIn(120, missing=lost)
    states = {order: [one.state for one in world.templates(order) if one.kind == "silent-drop"] for order in lost}
    assert states == {order: ["confirmed"] for order in lost}


def test_a_change_sent_on_without_the_state_that_was_taken_in_with_it_is_no_excuse():
    """The shipment was not sent on; what went on later, of a note, was accepted and changed nothing at the target."""

    def noted(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "confirmed", at + 2 * SECOND)
        route.told(order, "shipped", at + HOUR)
        route.took(order, "shipped", at + HOUR + MINUTE)
        route.took(order, "shipped", at + 5 * HOUR, happened_at=at + 5 * HOUR - MINUTE)
        route.add(order, "celigo", "forwarded", at + 5 * HOUR + SECOND, stream="celigo-log import-1", peer="netsuite",
                  export=7, envelope=("note",), fields={"memo": "call"})  # fmt: skip

    world = Route(instead={20: noted})
    assert ("silent-drop", "confirmed") in world.found(20)


def test_the_order_as_it_stands_tells_of_every_change_before_it():
    """A part of the money is given back between two polls; the next shows the order with a later version."""
    world = Route(60)
    for order in (12, 18, 27, 33, 41):
        at = world.born(order) + 3 * HOUR
        world.told(order, "refunded", at)
        world.took(order, "shipped", at + 2 * MINUTE, happened_at=at)
        world.add(order, "netsuite", "applied", at, stream=ERP, topic="updated", states=[state("shipped", "netsuite")])
    assert not [one for found in world.all_found().values() for one in found if one[0] == "silent-drop"]


def test_a_notice_without_a_topic_beside_one_with_it_tells_of_the_same_change():
    """A report says when the order was made; a notice of that moment says only that something changed. Both are one
    change, and the record of it that was taken in is taken in for both.
    """
    world = Route(60)
    for order in world.orders:
        world.add(order, "shopify", "emitted", world.born(order) + 9 * SECOND, stream="shop-notices", topic="updated",
                  states=[state("confirmed")], names=world.names(order))  # fmt: skip
    assert world.all_found() == {}
    assert not world.legs(20, "updated", "hand")


def test_a_line_with_a_time_of_its_own_says_when_the_order_last_changed():
    """Shipped just before the listings were made: the target had no time for it yet."""

    def just_shipped(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "confirmed", at + 2 * SECOND)
        route.lose(order, system="shopify", phase="observed")
        route.add(order, "shopify", "observed", route.end - MINUTE, stream=SHOP, carries="state", at_raw="as written",
                  names=route.names(order), states=[state("shipped")])  # fmt: skip

    assert [one for one in Route(instead={20: just_shipped}).all_found().get(20, []) if one[1] == "confirmed"] == []


def test_a_message_of_a_later_change_brings_nobody_the_order():
    """Each change has a message of its own; of order 9 only the shipment's came, a day and a half later: it says so by
    its state, and holds nothing of what was ordered. The shop that made it was never heard of.
    """

    def world(lost: int | None) -> World:
        made = World()
        made.beat(JOBS, START - HOUR, START + 60 * HOUR)
        for order in range(40):
            born = START + order * 20 * MINUTE
            for topic, at, fields in (
                ("created", born, {"total": "9.00", "sku": "MUG"}), ("shipped", born + 36 * HOUR, {"channel": "web"}),
            ):  # fmt: skip
                made.add(order, "shopify", "emitted", at, stream=SHOP, topic=topic, happened_at=at)
                if (order, topic) != (lost, "created"):
                    made.add(order, "hub", "received", at + 9 * SECOND, stream=JOBS, peer="shopify", fields=fields,
                             states=[state("shipped" if topic == "shipped" else "confirmed")])  # fmt: skip
        return made

    assert world(None).all_found() == {}
    assert world(9).all_found() == {9: [("silent-drop", "confirmed")]}
