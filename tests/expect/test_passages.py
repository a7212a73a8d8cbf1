"""Which changes of an order are passages: each once, however many exports tell of it."""

from __future__ import annotations

from tracelog.expect.passages import passages
from tracelog.link.journey import journey
from tracelog.model.event import SECOND, Event, Kind, State

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
