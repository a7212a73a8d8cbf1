"""A class of orders that is never sent somewhere: neither is what comes after their creation."""

from __future__ import annotations

from judge.scenes import Route, World
from tracelog.expect.routes import by_class
from tracelog.model.event import HOUR

POS = range(0, 80, 3)
"""27 of 80 orders, from the tills: enough for a class of their own."""
CANCELLED = (*range(0, 36, 3), 1, 2, 4, 5, 7, 8)
"""12 of them are cancelled, too few for a class, and six from the web."""


def shop(lost: tuple[int, ...] = ()) -> World:
    """No order of the tills is sent on. Of those of the web all are, but for the cancellations in `lost`."""
    world = Route(80, missing=POS)
    for order in CANCELLED:
        at = world.born(order) + HOUR
        world.told(order, "cancelled", at)
        world.took(order, "cancelled", at + 60_000_000_000)
        if order not in POS and order not in lost:
            world.sent(order, "cancelled", at + 62_000_000_000, topic="cancelled")
            world.stands(order, "cancelled")
    for order, events in world.orders.items():
        for event in events:
            if event.kind.phase in {"observed", "received"}:
                event.fields["channel"] = "pos" if order in POS else "web"
    return world


def test_the_cancellation_of_an_order_that_was_never_to_go_there_is_no_loss() -> None:
    assert shop().all_found() == {}


def test_that_of_an_order_of_another_class_is() -> None:
    found = shop(lost=(4, 5)).all_found()
    assert set(found) == {4, 5}
    assert {kind for case in found.values() for kind, _ in case} == {"silent-drop"}


def test_the_route_shows_which_class_takes_it_and_which_never() -> None:
    expected = shop().expected
    (way,) = [way for leg, way in expected.legs_and_ways if leg.leg == "pass" and leg.topic == "created"]
    assert by_class(way, expected.settings) == [("channel", "pos", 0, 27), ("channel", "web", 53, 53)]
