"""Goods that have left by one system's word, and of which another's own listing says that nothing has left."""

from __future__ import annotations

import pytest

from judge.scenes import START, World
from tracelog.judge.facts import StandFacts
from tracelog.model.event import DAY, HOUR, MINUTE, State

SHIPPED = START + 2 * HOUR
OPEN = State("fulfilment", "fulfillment_status", "unfulfilled", "pending", "EXACT", False)
PART = State("fulfilment", "fulfillment_status", "partial", "shipped", "PARTIAL", False)
PAID = State("order", "financial_status", "paid", "confirmed", "EXACT", False)
LABEL = State("fulfilment", "status", "label printed", "shipped", "LOSSY", False)


def world(
    *,
    orders: int = 1,
    listed: int = SHIPPED + DAY,
    states: tuple[State, ...] = (OPEN, PAID),
    told: tuple[State, ...] = (),
    phase: str = "emitted",
    absence: str = "strong",
) -> World:
    """A shop whose listing is made at `listed`, and a warehouse that says that the goods left."""
    made = World()
    made.stream("shop-list", absence, "shop")
    for order in range(1, orders + 1):
        made.add(order, "shop", "emitted", START, stream="shop-list", topic="created")
        if phase == "emitted":
            made.add(order, "warehouse", phase, SHIPPED, stream="shipments", topic="shipped", states=told)
        else:
            made.add(order, "hub", phase, SHIPPED, stream="hub-log", topic="shipped", peer="warehouse", states=told)
        made.add(order, "shop", "observed", listed, stream="shop-list", states=states, carries="state")
    return made


def apart(made: World, order: int = 1) -> list[tuple[str, str, str | None]]:
    return [(found.state, found.severity, found.pattern) for found in made.templates(order)
            if found.kind == "state-divergence"]  # fmt: skip


@pytest.mark.parametrize("phase", ["emitted", "received"])
def test_shipped_by_one_systems_word_and_unfulfilled_by_the_others_listing(phase):
    """Row 22: whoever tells of it himself, or in a message that a third one took in."""
    made = world(phase=phase)

    assert apart(made) == [("confirmed", "high", "shipment-not-applied")]
    (case,) = [case for case in made.cases(1) if isinstance(case.facts, StandFacts)]
    assert (case.binding["ahead"], case.binding["behind"]) == ("warehouse", "shop")
    assert (case.binding["value_in"], case.binding["value_out"]) == ("shipped", "unfulfilled")


@pytest.mark.parametrize("phase", ["emitted", "received"])
@pytest.mark.parametrize("left", ["cancelled", "pending"])
def test_a_shipment_that_was_called_off_contradicts_nothing(phase, left):
    """A label was voided an hour later: the shop's unfulfilled is right."""
    made = world(phase=phase)
    void = State("fulfilment", "voided", "true", left, "LOSSY", False)
    if phase == "emitted":
        made.add(1, "warehouse", phase, SHIPPED + HOUR, stream="shipments", topic="updated", states=(void,))
    else:
        made.add(1, "hub", phase, SHIPPED + HOUR, stream="hub-log", topic="updated", peer="warehouse", states=(void,))

    assert apart(made) == []


def test_a_listing_from_before_the_shipment_contradicts_nothing():
    assert apart(world(listed=SHIPPED - MINUTE)) == []


@pytest.mark.parametrize("after", [5 * MINUTE, 11 * HOUR])
def test_a_listing_made_within_the_time_that_it_had_is_pending(after):
    """By which way shipments get there nobody knows, so a schedule of half a day is allowed for."""
    assert apart(world(listed=SHIPPED + after)) == [("pending", "info", "shipment-not-applied")]


@pytest.mark.parametrize("states", [(PART,), (PAID,), (State("fulfilment", "s", "hold", "pending", "HOLD", False),)],
                         ids=["in part", "paid alone", "held"])  # fmt: skip
def test_only_a_word_that_nothing_has_left_denies_it(states):
    """Paid says nothing of goods; a part, and a hold, leave it open."""
    assert apart(world(states=states)) == []


def test_a_label_is_no_shipment():
    assert apart(world(told=(LABEL,))) == []


def test_a_record_that_may_be_older_than_the_change_proves_nothing():
    """Another order was fetched later from the same list; of this one nobody knows how it stands since."""
    made = world(listed=SHIPPED - HOUR, absence="weak")
    made.add(2, "shop", "observed", SHIPPED + DAY, stream="shop-list", states=(OPEN, PAID), carries="state")

    assert apart(made) == [("suspected", "medium", "shipment-not-applied")]


def test_what_stands_so_for_nearly_all_orders_is_a_way_of_working():
    """A shop that nobody ever tells of shipments: one question, and no accusation an order."""
    made = world(orders=25)

    assert {state for order in made.orders for state, _, _ in apart(made, order)} == {"suspected"}
    assert {found.reason for order in made.orders for found in made.templates(order)} == {"stands-so-everywhere"}
