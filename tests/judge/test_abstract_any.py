"""Whatever exports say of an order, abstracting gives facts, in any order of the events and never an error."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judge.scenes import START, World
from tracelog.judge.facts import Case
from tracelog.judge.judge import judge
from tracelog.model.event import AXES, MINUTE, PHASES, SECOND, STATES, TOPICS, Actor, Event, Kind, Name, State

SYSTEMS = ("shopify", "celigo", "netsuite")
states = st.builds(
    State,
    axis=st.sampled_from(AXES),
    field=st.just("status"),
    raw=st.sampled_from(["a", "b", "paid"]),
    canonical=st.sampled_from([None, *STATES]),
    mark=st.sampled_from(["EXACT", "LOSSY", "PARTIAL", "NONE", "UNMAPPED"]),
    final=st.booleans(),
)
kinds = st.builds(
    Kind,
    system=st.sampled_from(SYSTEMS),
    instance=st.sampled_from([None, "one"]),
    phase=st.sampled_from(PHASES),
    peer=st.sampled_from([None, *SYSTEMS]),
    topic=st.sampled_from([None, *TOPICS]),
    level=st.sampled_from([None, "transport", "body"]),
    stream=st.sampled_from(["log a", "log b", "list"]),
    carries=st.sampled_from([None, "state"]),
)
moments = st.one_of(st.none(), st.integers(0, 200).map(lambda step: START + step * 17 * SECOND))
events = st.builds(
    Event,
    kind=kinds,
    at=moments,
    at_raw=st.just(""),
    precision=st.sampled_from([1, SECOND, MINUTE]),
    happened_at=moments,
    names=st.lists(
        st.builds(Name, st.sampled_from(["ref", "netsuite:id"]), st.sampled_from(["7", "8"])), max_size=2
    ).map(tuple),
    envelope=st.lists(st.sampled_from(["e1", "e2"]), max_size=2).map(tuple),
    states=st.lists(states, max_size=2).map(tuple),
    fields=st.dictionaries(
        st.sampled_from(["total", "currency", "channel"]), st.sampled_from(["1", "1.0", "USD", "x"])
    ),
    actor=st.one_of(st.none(), st.builds(Actor, st.just("Dana"), st.sampled_from([None, "person", "integration"]))),
    result=st.sampled_from([None, "200", "400 bad", "409 already exists"]),
    borrowed=st.sampled_from([None, "answer", "strong", "weak"]),
)
orders = st.lists(st.lists(events, max_size=9), min_size=1, max_size=6)


def world_of(made: list[list[Event]]) -> World:
    world = World()
    number = 0
    for order, told in enumerate(made):
        for event in told:
            number += 1
            event.id = number
        world.orders[order] = told
    world.beat("log a", START, START + 3600 * SECOND, MINUTE)
    return world


def facts(cases: list[Case]) -> list[object]:
    return [case.facts for case in cases]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders)
def test_any_events_become_facts_that_can_be_judged(made):
    world = world_of(made)
    for order in world.orders:
        for case in world.cases(order):
            assert isinstance(case.binding["anchor"], Event)
            judge(case.facts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders)
def test_the_order_in_which_orders_and_events_come_makes_no_difference(made):
    world = world_of(made)
    before = {order: facts(world.cases(order)) for order in world.orders}
    turned = World()
    turned.beats = world.beats
    for order in reversed(list(world.orders)):
        turned.orders[order] = world.orders[order][::-1]
    assert {order: facts(turned.cases(order)) for order in world.orders} == before
