"""Messages that came long after the change they tell of, by their own two stamps, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from judge.scenes import START, World, state
from tracelog.expect.messages import Messages
from tracelog.link.journey import journey
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Name
from tracelog.model.words import rfc3339

LOG = "hub-messages"
HELD = 5 * HOUR + 7 * MINUTE
"""How long the late one took; no difference between zones."""
LATE = 999
NOON = START + 12 * HOUR


def message(world: World, order: int, happened: int, took: int, topic: str = "shipped", **more: Any) -> None:
    """What the hub took in from the market, which says when it happened."""
    at = happened + took
    more = {"stream": LOG, "peer": "market", "topic": topic, "carries": "event", "at_raw": rfc3339(at), **more}
    world.add(order, more.pop("system", "hub"), more.pop("phase", "received"), at, happened_at=happened, **more)


def prompt(count: int = 30, *, every: int = 30 * MINUTE, start: int = START, **settings: Any) -> World:
    """A day on which a message came a few seconds after each change."""
    world = World(**settings)
    for order in range(count):
        message(world, order, start + order * every + SECOND, (2 + order % 3) * SECOND)
    return world


def late(world: World, order: int = LATE) -> list[tuple[str, str]]:
    return [(found.state, found.severity) for found in world.templates(order) if found.kind == "late"]


def test_a_message_that_took_hours_where_thirty_took_seconds():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, HELD)

    assert late(world) == [("confirmed", "low")]
    assert [late(world, order) for order in range(30)] == [[]] * 30


def test_where_few_are_known_the_default_limit_proves_nothing():
    world = prompt(8)
    message(world, LATE, START + MINUTE, 2 * HOUR + 7 * MINUTE)

    assert late(world) == [("suspected", "info")]


def test_of_a_rare_topic_the_log_as_a_whole_tells_what_is_usual():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, HELD, topic="cancelled")

    assert late(world) == [("suspected", "info")]


def test_a_declared_limit_holds():
    world = prompt(limits={"market>hub": 4 * 3600.0})
    message(world, LATE, START + HOUR + 5 * SECOND, HELD)
    message(world, LATE - 1, START + HOUR + 5 * SECOND, 3 * HOUR + 7 * MINUTE)

    assert late(world) == [("confirmed", "medium")]
    assert late(world, LATE - 1) == []


def test_all_that_an_outage_held_up_is_late():
    """Nothing came while it lasted, and then all at once."""
    world = prompt(20, every=10 * MINUTE)
    for order in range(100, 105):
        message(world, order, NOON + (order - 100) * 31 * SECOND, 2 * HOUR + 7 * MINUTE)

    assert [late(world, order) for order in range(100, 105)] == [[("confirmed", "low")]] * 5


def test_what_is_sent_again_in_bulk_while_others_come_in_time_is_no_lateness():
    world = prompt()
    for order in range(100, 104):
        message(world, order, START + HOUR + order * MINUTE, HELD + (100 - order) * MINUTE)

    assert all(late(world, order) == [] for order in range(100, 104))


def test_a_backfill_of_what_happened_before_there_was_such_a_log():
    world = prompt()
    message(world, LATE, START - DAY, DAY + 3 * HOUR + 7 * MINUTE)

    assert late(world) == []


def test_a_message_told_again_is_judged_by_the_first():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, 2 * SECOND)
    message(world, LATE, START + HOUR + 5 * SECOND, HELD)

    assert late(world) == []


def test_that_something_changed_says_not_what():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, HELD, topic="updated")

    assert late(world) == []


def test_a_poll_that_finds_an_order_as_it_stands_is_no_message():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, HELD, carries="state", states=[state("shipped", "market")])

    assert late(world) == []


def test_a_listing_is_none_either():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, HELD, phase="observed", system="market", peer=None)

    assert late(world) == []


def test_the_time_of_the_orders_creation_is_none_of_its_shipment():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, 2 * SECOND, topic="created", states=[state("pending", "market")])
    message(world, LATE, START + HOUR + 5 * SECOND, HELD)

    assert late(world) == []


@pytest.mark.parametrize("happened", [START + HOUR + 5 * SECOND, START + HOUR])
def test_a_time_before_or_at_the_orders_own_creation_is_not_the_changes(happened):
    world = prompt()
    world.add(LATE, "market", "emitted", START + HOUR + 5 * SECOND, stream="market-orders", topic="created")
    message(world, LATE, happened, HELD)

    assert late(world) == []


def test_a_mere_date_is_no_moment():
    world = prompt(start=START - 16 * HOUR)
    message(world, LATE, START - 8 * HOUR, 9 * HOUR + 7 * MINUTE)

    assert late(world) == []


def test_hours_to_the_second_may_be_a_zone():
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, 5 * HOUR + 2 * SECOND)

    assert late(world) == []


@pytest.mark.parametrize("raw", ["2026-02-02 14:07:05", "02/02/2026 14:07", ""])
def test_a_stamp_that_states_no_zone(raw):
    world = prompt()
    message(world, LATE, START + HOUR + 5 * SECOND, HELD, at_raw=raw)

    assert late(world) == []


def test_messages_that_usually_take_long():
    world = World()
    for order in range(30):
        message(world, order, START + order * HOUR + SECOND, (2 + order % 5) * HOUR + 7 * MINUTE)

    assert all(late(world, order) == [] for order in range(30))


def test_messages_of_which_some_tell_of_long_ago():
    """Captured by hand days later, and stamped with the day of the order: one in eight."""
    world = prompt(42)
    for order in range(100, 106):
        message(world, order, START + (order - 99) * HOUR + 5 * SECOND, HELD + (order - 100) * 13 * MINUTE)

    assert all(late(world, order) == [] for order in range(100, 106))


def test_nobody_can_say_what_is_usual():
    world = prompt(2)
    message(world, LATE, START + MINUTE, HELD)

    assert late(world) == []


def test_what_the_senders_own_export_tells_is_held_against_that():
    """One lateness, and not two: from the sender's record to the receipt."""
    world = prompt()
    for order in range(30):
        world.add(order, "market", "emitted", START + order * 30 * MINUTE + SECOND, stream="market-orders",
                  topic="shipped", names=[Name("market:id", str(order))])  # fmt: skip
    happened = START + HOUR + 5 * SECOND
    world.add(LATE, "market", "emitted", happened, stream="market-orders", topic="shipped")
    message(world, LATE, happened, HELD)

    assert late(world) == [("confirmed", "low")]


def test_sums_of_parts_are_the_sums_of_all():
    world, whole, parts = prompt(), Messages(), [Messages(), Messages()]
    message(world, LATE, START + HOUR, HELD)
    for order, events in world.orders.items():
        for sums in (whole, parts[order % 2]):
            sums.add(journey(events), world.settings)
    parts[1].merge(parts[0])

    assert vars(parts[1]) == vars(whole)
