"""A cancellation of which only the source's listing tells, and documents that say no more than that they exist."""

from __future__ import annotations

import pytest

from judge.scenes import START, World, state
from tracelog.link.journey import journey
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND

SHOP, BOOKS, HUB = "shop-orders", "books-documents", "hub-log"
OPEN = state("confirmed", "books", mark="PARTIAL")
"""What the books hold of an order as long as nobody voids it."""


class Shop(World):
    """A shop that lists where each order stands and when it last changed; books that say `exists` or `voided`.

    Orders 0 to 9 are cancelled three hours after they were made; those of `standing` are not voided.
    """

    def __init__(self, standing: tuple[int, ...] = (), *, late: int | None = None, hub: bool = False) -> None:
        super().__init__()
        self.stream(SHOP, "strong", "shop")
        self.stream(BOOKS, "strong", "books")
        self.hub = hub
        if hub:
            self.beat(HUB, START - HOUR, START + 3 * DAY)
        for order in range(40):
            self.order(order, cancelled=order < 10, voided=order < 10 and order not in standing, late=order == late)

    def order(self, order: int, *, cancelled: bool, voided: bool, late: bool) -> None:
        born = START + order * 20 * MINUTE
        over = born + 3 * HOUR
        self.add(order, "shop", "emitted", born, stream=SHOP, topic="created", carries="event")
        self.add(order, "shop", "observed", over if cancelled else born, stream=SHOP, carries="state",
                 states=[state("cancelled" if cancelled else "confirmed")], at_raw="its own")  # fmt: skip
        self.add(order, "books", "applied", born + MINUTE, stream=BOOKS, topic="invoiced")
        if voided:
            at = over + (9 * HOUR if late else MINUTE)
            self.add(order, "books", "applied", at, stream="books-audit", states=[state("cancelled", "books")])
        held = state("cancelled", "books") if voided else OPEN
        self.add(order, "books", "observed", START + 3 * DAY + order, stream=BOOKS, carries="state", states=[held])
        if self.hub:
            self.add(order, "hub", "received", born + 2 * SECOND, stream=HUB, topic="created", peer="shop")
            if cancelled and order != 4:
                self.add(order, "hub", "received", over + 2 * SECOND, stream=HUB, topic="updated", peer="shop")


def test_a_document_that_stands_where_others_are_voided_lacks_the_cancellation():
    assert Shop(standing=(3,)).all_found() == {3: [("state-divergence", "confirmed")]}


def test_where_few_are_voided_it_is_suspected_and_where_none_is_nothing_is_said():
    assert Shop(standing=(0, 1, 2, 3, 4, 5, 6)).found(3) == [("state-divergence", "suspected")]
    assert Shop(standing=tuple(range(10))).all_found() == {}


def test_what_was_paid_back_need_not_be_voided():
    world = Shop(standing=(3,))
    world.add(3, "books", "observed", START + 2 * DAY, stream=BOOKS, carries="state",
              states=[state("refunded", "books", axis="payment")])  # fmt: skip

    assert world.all_found() == {}


def test_a_void_that_came_hours_after_the_order_was_listed_as_cancelled_is_late():
    assert [kind for kind, _ in Shop(late=3).found(3)] == ["late"]


@pytest.mark.parametrize("topic", ["cancelled", "shipped"])
def test_what_the_source_itself_tells_is_not_told_again_by_its_listing(topic):
    """The shop's own record of the cancellation goes before the line of its listing."""
    world = Shop()
    world.add(3, "shop", "emitted", START + 4 * HOUR, stream=SHOP, topic=topic)

    whole = journey(world.orders[3])
    listed = [topic for event, topic in zip(whole.events, whole.topics, strict=True)
              if (event.kind.system, event.kind.phase) == ("shop", "observed")]  # fmt: skip
    assert listed == [None if topic == "cancelled" else "cancelled"]


def test_a_bare_message_right_after_it_tells_of_the_cancellation():
    """`order updated`, two seconds after the order was cancelled; order 4's never came."""
    world = Shop(hub=True, standing=(4,))

    (event,) = [event for event in world.orders[3] if event.kind.topic == "updated"]
    whole = journey(world.orders[3])
    assert whole.topics[whole.events.index(event)] == "cancelled"
    assert [one for one in world.all_found().items() if one[0] != 4] == []
    assert world.found(4)[0] == ("silent-drop", "confirmed")


def test_a_listing_says_by_when_it_was_cancelled_and_not_since_when():
    """A note written two days later is its last change: the message of the cancellation came before that."""
    world = Shop(hub=True)
    for index, event in enumerate(world.orders[3]):
        if (event.kind.system, event.kind.phase) == ("shop", "observed"):
            world.orders[3][index].at = event.at + 2 * DAY

    assert world.found(3) == []


def test_a_message_that_only_names_the_order_does_not_bring_it():
    """The message of order 25's creation never came; that of its shipment did, and holds nothing but the number."""
    world = Shop(hub=True)
    world.orders[25] = [event for event in world.orders[25] if event.kind.system == "shop"]
    shipped = START + 20 * HOUR
    world.add(25, "shop", "emitted", shipped, stream=SHOP, topic="shipped", carries="event")
    world.add(25, "hub", "received", shipped + 2 * SECOND, stream=HUB, topic="updated", peer="shop")

    assert ("silent-drop", "confirmed") in world.found(25)


def refused_at_first(world: Shop, order: int, *, again: str | None) -> None:
    """The books took the order in nine hours after it was made; before that the hub was refused, as its log says."""
    born = START + order * 20 * MINUTE
    world.add(order, "hub", "rejected", born + 10 * SECOND, stream=HUB, peer="books", topic=again, result="400 Bad")
    for event in world.orders[order]:
        if (event.kind.system, event.kind.phase) == ("books", "applied"):
            event.at = born + 9 * HOUR


def test_what_was_refused_and_came_hours_later_is_told_as_refused():
    world = Shop(hub=True)
    refused_at_first(world, 25, again="created")

    assert world.found(25) == [("rejected", "recovered")]


def test_a_refusal_of_what_came_before_the_order_was_there_is_not_made_good_by_the_order():
    """The cancellation was refused; the order itself, accepted later, does not bring it."""
    world = Shop(hub=True, standing=(3,))
    over = START + 3 * 20 * MINUTE + 3 * HOUR
    world.add(3, "hub", "rejected", over + 3 * SECOND, stream=HUB, peer="books", result="400 no such order")
    world.add(3, "hub", "acknowledged", over + 9 * MINUTE, stream=HUB, peer="books", result="200")

    assert ("rejected", "confirmed") in world.found(3)


def test_an_item_that_was_cancelled_does_not_end_an_order_that_was_shipped():
    """A report has a line an item: one is cancelled, the other is on its way."""
    world = Shop(standing=(3,))
    line = next(event for event in world.orders[3] if (event.kind.system, event.kind.phase) == ("shop", "observed"))
    world.add(3, "shop", "observed", line.at, stream=SHOP, carries="state", states=[state("shipped")])

    assert "cancelled" not in journey(world.orders[3]).topics


def test_a_refusal_of_one_change_that_was_made_good_does_not_hide_that_of_another():
    """The order was told to come back, and did; its cancellation was refused for good."""
    world = Shop(hub=True, standing=(3,))
    born = START + 3 * 20 * MINUTE
    world.add(3, "hub", "rejected", born + 5 * SECOND, stream=HUB, peer="books", result="429")
    world.add(3, "hub", "acknowledged", born + MINUTE, stream=HUB, peer="books", result="200")
    world.add(3, "hub", "rejected", born + 3 * HOUR + 5 * SECOND, stream=HUB, peer="books", result="400 no")

    assert world.found(3)[0] == ("rejected", "confirmed")
