"""Two clocks that are apart, told from schedules and delays: false accusation 20, both ways."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from judge.scenes import START, World
from tracelog.expect import Expectations
from tracelog.expect.offsets import Offset, offsets
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event

Delay = Callable[[random.Random, int], int]
"""How long after `at` something comes."""


def push(chance: random.Random, _: int) -> int:
    return int(chance.uniform(0.4, 3) * SECOND)


def poll(minutes: int) -> Delay:
    return lambda chance, at: -at % (minutes * MINUTE) + push(chance, at)


def exactly(ns: int) -> Delay:
    return lambda chance, at: ns + push(chance, at)


class Two(World):
    """A shop that tells an integration of its orders, and is told of their shipments. `off`: how far ahead the
    integration's clock is, at a moment.
    """

    def __init__(
        self,
        there: Delay,
        back: Delay | None = None,
        *,
        off: Callable[[int], int] = lambda _: 0,
        orders: int = 150,
        every: int = 37 * MINUTE,
        precision: int = SECOND,
    ) -> None:
        super().__init__()
        self.stream("shop", system="shop")
        self.stream("hub", system="hub")
        chance = random.Random(7)

        def tell(order: int, system: str, phase: str, at: int, **more: str) -> None:
            stamped = (at + (off(at) if system == "hub" else 0)) // precision * precision
            self.add(order, system, phase, stamped, stream=system, precision=precision, **more)  # type: ignore[arg-type]

        for order in range(orders):
            born = START + order * every + int(chance.uniform(0, 9) * MINUTE)
            tell(order, "shop", "emitted", born, topic="created")
            tell(order, "hub", "received", born + there(chance, born), topic="created", peer="shop")
            if back is not None:
                sent = born + 5 * HOUR
                tell(order, "hub", "forwarded", sent, topic="shipped", peer="shop")
                tell(order, "shop", "emitted", sent + back(chance, sent), topic="shipped")

    def apart(self) -> list[tuple[bool, list[int]]]:
        """Whether it is sure, and by how many whole seconds the hub is ahead of the shop."""
        found = offsets(self.sums().pairs, 2 * SECOND)
        return [(one.sure, ahead(one)) for one in found]


def ahead(one: Offset) -> list[int]:
    sign = 1 if one.wrong.system == "hub" else -1
    return [round(sign * part.ns / SECOND) for part in one.parts]


@pytest.mark.parametrize("seconds", [-34, 34, -3 * 3600, 3 * 3600, 5.5 * 3600, -3600, 3600])
def test_a_wrong_clock_is_found_where_traffic_goes_both_ways(seconds: float) -> None:
    ((sure, (found,)),) = Two(push, push, off=lambda _: round(seconds * SECOND)).apart()

    assert sure
    assert abs(found - seconds) <= 2


@pytest.mark.parametrize("hours", [-3, 5.5, 1])
def test_polls_of_a_quarter_of_an_hour_hide_no_wrong_zone(hours: float) -> None:
    assert Two(poll(15), push, off=lambda _: round(hours * HOUR)).apart() == [(True, [round(hours * 3600)])]


def test_a_clock_is_set_to_no_zone_that_would_leave_effects_before_their_causes() -> None:
    """Nine and a half hours and half a minute behind: by polls of five minutes the half minute shows."""
    ((sure, (found,)),) = Two(poll(5), off=lambda _: -(9 * HOUR + 30 * MINUTE + 34 * SECOND)).apart()

    assert sure
    assert abs(found + 9 * 3600 + 1834) <= 10


def test_effects_before_their_causes_are_enough_one_way() -> None:
    assert Two(push, off=lambda _: -3 * HOUR).apart() == [(True, [-3 * 3600])]


def test_a_lag_that_hardly_varies_by_whole_hours_is_a_zone() -> None:
    assert Two(push, off=lambda _: 5 * HOUR + 30 * MINUTE).apart() == [(True, [19800])]


def test_nineteen_pairs_are_too_few_for_that() -> None:
    assert Two(push, off=lambda _: 5 * HOUR, orders=19).apart() == []
    assert Two(push, off=lambda _: 5 * HOUR, orders=20).apart() == [(True, [18000])]


@pytest.mark.parametrize("delay", [20 * SECOND, 34 * SECOND, 7 * MINUTE, HOUR, 3 * HOUR])
def test_a_true_constant_delay_is_no_offset_where_traffic_goes_both_ways(delay: int) -> None:
    assert Two(exactly(delay), push).apart() == []
    assert Two(push, exactly(delay)).apart() == []
    assert Two(exactly(delay), exactly(delay)).apart() == []


@pytest.mark.parametrize("delay", [20 * SECOND, 34 * SECOND, 7 * MINUTE, 47 * MINUTE])
def test_nor_one_way_where_no_zone_is_so_far_away(delay: int) -> None:
    assert Two(exactly(delay)).apart() == []


@pytest.mark.parametrize("minutes", [15, 30, 60, 120])
def test_a_schedule_is_no_offset(minutes: int) -> None:
    """An hourly batch looks like "+1 h": it takes what came since, and so its delays vary."""
    assert Two(poll(minutes)).apart() == []
    assert Two(poll(minutes), push).apart() == []


def test_an_hourly_batch_of_orders_that_all_come_on_the_hour_is_suspected_at_most() -> None:
    """Placed by a subscription at the full hour, taken in by the next run: the log has a period of that length."""
    world = Two(lambda _, at: HOUR - (at - START) % HOUR, every=HOUR, orders=100)
    for events in world.orders.values():
        for event in events:
            if event.kind.system == "shop":
                event.at = event.at and START + (event.at - START) // HOUR * HOUR

    assert all(not sure for sure, _ in world.apart())


def test_stamps_by_the_minute_put_no_effect_before_its_cause() -> None:
    assert Two(push, push, precision=MINUTE).apart() == []
    for sure, (found,) in Two(push, precision=MINUTE, off=lambda _: -34 * SECOND).apart():
        assert sure  # if at all, by how far the earliest lie outside what the minutes allow
        assert abs(found + 34) <= 20
    assert Two(push, precision=MINUTE, off=lambda _: -3 * HOUR).apart() == [(True, [-3 * 3600])]


@pytest.mark.parametrize("which", ["shop", "hub"])
def test_whole_minutes_name_the_minute_only_however_they_are_spelled(which: str) -> None:
    """`06:01:00.000` on every record: cut off, and no clock that is half a minute behind."""
    world = Two(push, push)
    for events in world.orders.values():
        for event in events:
            if event.kind.system == which and event.at is not None:
                event.at -= event.at % MINUTE

    assert world.apart() == []


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("back", [None, push])
def test_a_change_of_the_hour_that_one_clock_did_not_follow_is_a_step_on_one_day(
    hours: int, back: Delay | None
) -> None:
    change = START + 2 * DAY + 5 * HOUR
    world = Two(push, back, off=lambda at: hours * HOUR if at >= change else 0)

    ((sure, parts),) = world.apart()

    assert sure
    assert parts == [0, hours * 3600] or parts == [-hours * 3600, 0]
    (one,) = offsets(world.sums().pairs, 2 * SECOND)
    assert abs((one.parts[1].since or 0) - change) <= 2 * HOUR


def test_a_few_effects_before_their_cause_tell_a_small_offset_through_long_polls() -> None:
    """Of polls every quarter of an hour, one in 26 comes less than 34 s after the order."""
    ((sure, (found,)),) = Two(poll(15), orders=600, every=17 * MINUTE, off=lambda _: -34 * SECOND).apart()

    assert sure
    assert -34 <= found <= -15


def test_stray_records_are_no_edge() -> None:
    """Six orders of four hundred were entered in the hub long before: that is no clock."""
    world = Two(poll(15), orders=400)
    for order in range(6):
        taken = next(event for event in world.orders[order] if event.kind.system == "hub")
        taken.at = (taken.at or 0) - (order + 3) * 7 * HOUR

    assert world.apart() == []


def test_random_parts_merged_give_the_same() -> None:
    world = Two(poll(15), push, off=lambda _: 3 * HOUR, orders=90, every=3 * MINUTE)
    whole = world.sums().pairs
    orders = list(world.orders.items())
    random.Random(3).shuffle(orders)
    parts = [Expectations(world.settings) for _ in range(3)]
    for number, (order, events) in enumerate(orders):
        parts[number % 3].add_streams(world.infos.values())
        parts[number % 3].add(order, events)
    parts[2].merge(parts[0])
    parts[2].merge(parts[1])

    assert offsets(parts[2].pairs, 2 * SECOND) == offsets(whole, 2 * SECOND)


def test_the_clock_that_most_others_agree_with_is_right() -> None:
    world = Two(push, push, off=lambda _: 3 * HOUR)
    world.stream("store", system="store")
    for order, events in list(world.orders.items()):
        sent: Event = next(event for event in events if event.kind.system == "shop")
        world.add(order, "shop", "forwarded", sent.at or 0, stream="shop", topic="created", peer="store")
        world.add(order, "store", "applied", (sent.at or 0) + SECOND, stream="store", topic="created")

    (one,) = offsets(world.sums().pairs, 2 * SECOND)

    assert (one.wrong.system, one.agree) == ("hub", ("store",))


def test_what_a_silent_system_makes_known_was_sent_to_it_before() -> None:
    """A hub nine hours ahead sends orders to an ERP without records of its own, which tells an archive of each: the
    archive agrees with the shop, so the hub is wrong.
    """
    world = World()
    chance = random.Random(7)
    for name in ("shop", "hub", "archive"):
        world.stream(name, system=name)
    for order in range(60):
        born = START + order * 37 * MINUTE
        took = born + push(chance, born)
        world.add(order, "shop", "emitted", born, stream="shop", topic="created")
        world.add(order, "hub", "received", took + 9 * HOUR, stream="hub", topic="created", peer="shop")
        world.add(order, "hub", "forwarded", took + 9 * HOUR + SECOND, stream="hub", topic="created", peer="erp")
        told = took + SECOND + push(chance, born)
        world.add(order, "archive", "received", told, stream="archive", topic="created", peer="erp")

    (found,) = offsets(world.sums().pairs, 2 * SECOND)

    assert (found.wrong.system, found.sure, [round(part.ns / HOUR) for part in found.parts]) == ("hub", True, [9])
    assert found.agree == ("archive",) or found.right.system == "archive"
