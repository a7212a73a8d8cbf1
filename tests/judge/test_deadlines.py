"""Until when something can still be prevented: by how long orders stay, or by what a vendor declares."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from judge.make import APPLIED, DAYS, FORWARDED, HOURS, MINUTES, T0, bound, event
from tracelog.judge.bind import Bound
from tracelog.judge.deadlines import Deadlines, called_off
from tracelog.judge.facts import LegFacts, StandFacts
from tracelog.model.event import Event, State
from tracelog.model.finding import Station
from tracelog.model.vendor import VendorLimit
from tracelog.model.words import rfc3339

END = T0 + 3 * DAYS
ACKNOWLEDGE = VendorLimit("shop", "created", "confirmed", 4 * 3600.0, "acknowledge within four hours", {})


def deadlines(*vendors: VendorLimit, end: int = END) -> Deadlines:
    return Deadlines(SimpleNamespace(end=end, settings=SimpleNamespace(vendors=vendors)))


def order(came: int, stay: int | None) -> list[Event]:
    """An order of the ERP; after its stay it ships."""
    events = [event("erp", "applied", "created", came)]
    return events if stay is None else [*events, event("erp", "applied", "shipped", came + stay)]


def cancelled(came: int) -> Bound:
    """A cancellation that the ERP never got."""
    facts = LegFacts(topic="cancelled", attempt=True, answer="accept", effect="absent", both_sides=True)
    return bound(facts, from_=FORWARDED, to=APPLIED, anchor=event(topic="cancelled", at=came + HOURS))


def judged(waiting: int, stays: list[int], *, shipped: bool = False) -> Bound:
    """The one cancelled order came that long before the end; the others stayed so long each."""
    sums = deadlines()
    for stay in stays:
        sums.add(order(T0, stay), [])
    found = cancelled(END - waiting)
    sums.add(order(END - waiting, HOURS if shipped else None), [found])
    sums.settle()
    return found


def test_a_cancelled_order_is_to_be_stopped_before_orders_usually_leave() -> None:
    """Forty orders stayed 20, 21, … 59 hours: the third shortest, 22 h, is where one in twenty has left."""
    found = judged(HOURS, [(20 + n) * HOURS for n in range(40)])

    assert found.finding.act_by == rfc3339(END - HOURS + 22 * HOURS)
    assert found.finding.next_step is not None
    assert found.finding.next_step.startswith("Stop it before ")
    assert "of 40 orders that left Erp, 19 of 20 stayed there longer than 22 h." in found.finding.next_step


def test_one_that_is_there_longer_than_that_is_to_be_stopped_at_once() -> None:
    found = judged(30 * HOURS, [(20 + n) * HOURS for n in range(40)])

    assert found.finding.act_by == rfc3339(END)
    assert found.finding.next_step is not None
    assert found.finding.next_step.startswith("Stop it at once: ")
    assert "longer than 22 h, as this one has." in found.finding.next_step


def test_a_few_orders_do_not_tell_how_long_they_stay() -> None:
    assert judged(HOURS, [20 * HOURS] * 19).finding.act_by is None


def test_what_has_left_cannot_be_stopped() -> None:
    assert judged(2 * HOURS, [20 * HOURS] * 40, shipped=True).finding.act_by is None


def test_a_listing_that_shows_it_shipped_is_enough() -> None:
    sums, found = deadlines(), cancelled(T0)
    for _ in range(40):
        sums.add(order(T0, 20 * HOURS), [])
    seen = event("erp", "observed", None, END)
    seen.states = (State("order", "status", "Billed", "shipped"),)
    sums.add([*order(T0, None), seen], [found])
    sums.settle()

    assert found.finding.act_by is None


LOST = LegFacts(topic="created", cover="spans", both_sides=True)


@pytest.mark.parametrize(
    ("age", "more", "act_by"),
    [
        (HOURS, [], END + 3 * HOURS),  # four hours from the creation, one of which is over
        (5 * HOURS, [], None),  # too late: that is a matter of its own
        (HOURS, ["confirmed"], None),  # done already
    ],
)
def test_a_lost_order_is_wanted_before_its_marketplace_s_limit(age: int, more: list[str], act_by: int | None) -> None:
    found = bound(LOST, anchor=event(topic="created", at=END - age))
    events = [event("shop", "emitted", "created", END - age)]
    events += [event("shop", "emitted", topic, END - MINUTES) for topic in more]

    deadlines(ACKNOWLEDGE).add(events, [found])

    assert found.finding.act_by == (None if act_by is None else rfc3339(act_by))
    assert ("Shop wants this by" in (found.finding.next_step or "")) is (act_by is not None)


def test_stretches_merged_give_the_same() -> None:
    one, other, found = deadlines(), deadlines(), cancelled(END - HOURS)
    for number in range(40):
        (one if number % 2 else other).add(order(T0, (20 + number) * HOURS), [])
    other.add(order(END - HOURS, None), [found])
    one.merge(other)
    one.settle()

    assert found.finding.act_by == rfc3339(END + 21 * HOURS)


@pytest.mark.parametrize(("ahead", "stops"), [("shop", True), ("erp", False)])
def test_an_order_that_only_the_target_voided_is_not_to_be_stopped(ahead: str, *, stops: bool) -> None:
    """Cancelled in the shop and open at the ERP: it must not leave. Open in the shop and voided at the ERP: the
    customer still waits for it, so nothing is to be stopped before somebody says which of the two is right.
    """
    behind = "erp" if ahead == "shop" else "shop"
    facts = StandFacts("contradiction", topic="cancelled")
    listed = event("shop", "observed", at=END)
    ends = {"from_": Station("shop", "observed"), "to": Station("erp", "observed"), "ahead": ahead, "behind": behind}
    found = bound(facts, anchor=listed, field="status", value_in="open", value_out="VOIDED", **ends)
    assert (found.finding.pattern, found.finding.behind) == ("cancellation-not-applied", behind)
    sums = deadlines()
    for number in range(40):
        stay = (20 + number) * HOURS
        sums.add([event(behind, "applied", "created", T0), event(behind, "applied", "shipped", T0 + stay)], [])
    sums.add([event(behind, "applied", "created", END - HOURS)], [found])
    sums.settle()
    assert (found.finding.act_by is not None) == stops
    assert called_off(found) == stops
