"""Which changes of an order are passages: each once, however many exports tell of it."""

from __future__ import annotations

from judge.scenes import START, World
from tracelog.expect.passages import passages
from tracelog.link.journey import journey
from tracelog.model.event import HOUR, SECOND, Event, Kind, Name, Place, State

T = 1_770_000_000 * SECOND


def event(number: int, phase: str, peer: str | None, *envelope: str) -> Event:
    kind = Kind("workato", None, phase, peer, None, None, "workato-jobs", None)
    return Event(kind, T + number * SECOND, "", SECOND, envelope=envelope, id=number)


def legs(*events: Event) -> list[tuple[str | None, int]]:
    """Of each passage through the system: from whom, and how many next stops it reached."""
    found = passages(journey(events))
    return [(each.start.peer, len(each.reached)) for each in found if each.leg == "pass"]


def test_a_receipt_that_a_list_tells_again_is_one():
    """The list of jobs does not say from whom; the job's own record does, and shows what was sent."""
    own, again = event(1, "received", "shopify", "j-1"), event(2, "received", None, "j-1")

    assert legs(own, again, event(3, "forwarded", "netsuite", "j-1", "j-1/1")) == [("shopify", 1)]


def test_a_receipt_of_another_job_stays_one_of_its_own():
    own, other = event(1, "received", "shopify", "j-1"), event(2, "received", None, "j-2")

    assert sorted(legs(own, other), key=str) == [("shopify", 0), (None, 0)]


def test_a_try_to_pay_changes_nothing_that_others_would_have_to_show():
    """What the payment provider says of a try may go out to a webhook; the ERP need not show it."""
    tried = Event(
        Kind("stripe", None, "emitted", None, "updated", None, "stripe-events", None), T, "", SECOND,
        states=(State("payment", "event.type", "payment_intent.created", "unpaid"),), id=1,
    )  # fmt: skip
    changed = Event(
        Kind("netsuite", None, "applied", None, "updated", None, "notes", None), T + SECOND, "", SECOND, id=2
    )

    assert [each.leg for each in passages(journey([tried, changed]))] == ["hand"]


def test_a_receipt_that_another_clock_stamped_seconds_before_still_tells_of_the_payment():
    """Two clocks wrote them, and a clock that was set right stays off by some seconds."""
    paid = (State("order", "status", "open", "pending"), State("payment", "financial_status", "paid", "paid"))
    made, payment = (
        Event(Kind("shopify", None, "emitted", None, topic, None, "orders", None), T, "", SECOND, id=number)
        for number, topic in ((1, "created"), (2, "paid"))
    )
    polled = Event(
        Kind("celigo", None, "received", "shopify", None, None, "log", "state"), T - 4 * SECOND, "", SECOND,
        states=paid, id=3,
    )  # fmt: skip

    found = {each.topic: each for each in passages(journey([made, payment, polled])) if each.leg == "hand"}

    assert [stop.system for stop in found["paid"].covered] == ["celigo"]


def shipped(number: int, delivery: str, *names: Name, state: str = "shipped") -> Event:
    """A shipment that another system told of by message."""
    kind = Kind("hub", None, "received", "depot", "shipped", None, "hub-log", None)
    states = (State("fulfilment", "status", state, state),)
    return Event(kind, T + number * SECOND, "", SECOND, envelope=(delivery,), names=names, states=states, id=number)


def repeats(*events: Event) -> list[bool]:
    return [each.repeat for each in passages(journey(events)) if each.leg == "pass"][::-1]


def test_the_same_message_under_a_new_id_is_no_second_change():
    assert repeats(shipped(1, "d-1"), shipped(90, "d-2")) == [False, True]


def test_another_message_under_the_same_id_is_no_redelivery():
    """An id made of the second, or a counter that starts anew: the contents tell."""
    assert repeats(shipped(1, "d-1"), shipped(2, "d-1", state="partially shipped")) == [False, False]


def test_the_second_parcel_of_an_order_is_not_its_first_one_again():
    one, two = (Name("depot:shipment", number, "strong") for number in ("S-1", "S-2"))

    assert repeats(shipped(1, "d-1", one), shipped(90, "d-2", two)) == [False, False]
    assert repeats(shipped(1, "d-1", one), shipped(90, "d-2", one)) == [False, True]


def test_an_order_that_is_listed_as_placed_and_paid_at_one_moment_was_one_change():
    """A row of the shop's list gives both stamps. A payment told elsewhere, later, or of that day is its own change."""
    world = World()
    row, other = Place(1, 1, 0), Place(1, 2, 0)
    for order, (place, after, width) in enumerate([(row, 0, 1), (other, 0, 1), (row, HOUR, 1), (row, 0, 24 * HOUR)]):
        world.add(order, "shop", "emitted", START, stream="list", topic="created", place=row, precision=width)
        world.add(order, "shop", "emitted", START + after, stream="list", topic="paid", place=place._replace(nth=1),
                  precision=width)  # fmt: skip

    told = [[p.topic for p in passages(journey(world.orders[order])) if p.leg == "hand"] for order in range(4)]

    assert told == [["created"], *[["created", "paid"]] * 3]
