"""An ERP ships, the EDI translator sends the ship notice: nothing on record hands the one to the other."""

from __future__ import annotations

import msgspec
import pytest

from judge.scenes import ERP, START, World, state
from tracelog.model.event import HOUR, MINUTE

ORDERS = 60
OUT = "edi seller to retailer"
IN = "edi retailer to seller"


def world(
    *, untold: tuple[int, ...] = (), late: tuple[int, ...] = (), brought: tuple[int, ...] = (), archive: str = "strong"
) -> World:
    """Orders that a retailer sends by EDI. The ERP ships each an hour later, and the notice goes 20 minutes after
    that, five hours for some and never for others. Some cancellations come by EDI as well.
    """
    made = World()
    made.stream(OUT, archive, "seller", "edi")
    made.stream(IN, "strong", "retailer", "edi")
    made.stream(ERP, "strong", "erp")
    made.beat(OUT, START, START + 40 * HOUR)
    for order in range(1, ORDERS + 1):
        at = START + order * 30 * MINUTE
        made.add(order, "retailer", "forwarded", at, stream=IN, topic="created", peer="seller", envelope=(f"o{order}",))
        made.add(order, "erp", "applied", at + 4 * MINUTE, stream=ERP, topic="created")
        if order in brought:
            made.add(order, "retailer", "forwarded", at + 9 * MINUTE, stream=IN, topic="cancelled", peer="seller")
            made.add(order, "erp", "applied", at + 12 * MINUTE, stream=ERP, topic="cancelled")
            continue
        shipped = (state("shipped", "netsuite"),)
        made.add(order, "erp", "applied", at + HOUR, stream=ERP, topic="shipped", states=shipped)
        if order not in untold:
            sent = at + HOUR + (5 * HOUR if order in late else 20 * MINUTE)
            made.add(order, "seller", "forwarded", sent, stream=OUT, topic="shipped", peer="retailer")
    return made


def kinds(made: World, order: int) -> list[tuple[str, str]]:
    return [(found.kind, found.state) for found in made.templates(order)]


def test_goods_that_left_without_their_ship_notice_are_a_drop_between_erp_and_translator():
    made = world(untold=(30,))
    (case,) = [case for case in made.cases(30) if getattr(case.facts, "leg", "") == "tell"]

    assert kinds(made, 30) == [("silent-drop", "confirmed")]
    assert (case.binding["from_"].system, case.binding["to"].system, case.binding["to"].peer) == (
        "erp", "seller", "retailer",
    )  # fmt: skip
    assert not any(kinds(made, order) for order in range(1, ORDERS + 1) if order != 30)


def test_a_ship_notice_that_went_hours_later_than_the_others_is_late():
    assert kinds(world(late=(30,)), 30) == [("late", "confirmed")]


def test_a_notice_that_is_missing_where_the_archive_may_lack_it_is_suspected_only():
    """Every notice goes at a time at which nothing else is in that archive, which may hold some partners only."""
    made = world(untold=(30,), archive="weak")
    made.beats = [beat for beat in made.beats if beat.first // HOUR % 2]

    assert all(word == "suspected" for _, word in kinds(made, 30))


def test_control_numbers_without_a_gap_show_that_the_archive_lacks_nothing():
    """The same silent archive; but the notices before and after the missing one are numbered one after the other."""
    for gap, word in ((0, "confirmed"), (1, "suspected")):
        made = world(untold=(30,), archive="weak")
        made.beats, number = [], 0
        for events in made.orders.values():
            for place, event in enumerate(events):
                if event.kind.stream == OUT:
                    number += 1
                    events[place] = msgspec.structs.replace(
                        event, ids={"interchange": f"{number + gap * (number > 29)}"}
                    )

        assert kinds(made, 30) == [("silent-drop", word)]


def test_a_change_that_came_by_a_message_is_not_told_back():
    made = world(brought=(30, 31, 32, 33))

    assert not any(kinds(made, order) for order in (30, 31, 32, 33))


@pytest.mark.parametrize("told", [0, 2])
def test_what_hardly_any_order_was_told_by_is_no_way_in_which_they_are_told(told: int):
    made = world(untold=tuple(range(1 + told, ORDERS + 1)))

    assert not any(kinds(made, order) for order in range(1, ORDERS + 1))


def test_where_few_are_told_a_rule_may_be_why():
    made = world(untold=tuple(order for order in range(1, ORDERS + 1) if order % 6))

    assert {word for order in range(1, ORDERS + 1) for _, word in kinds(made, order)} == {"suspected"}


def test_partners_who_are_told_say_nothing_of_one_who_is_not():
    """Another retailer's orders, which get no notice at all, are not held against those of the first."""
    made = world()
    for order in range(100, 110):
        at = START + order % 100 * HOUR
        made.add(order, "shop", "forwarded", at, stream=IN, topic="created", peer="seller", envelope=(f"o{order}",))
        made.add(order, "erp", "applied", at + 4 * MINUTE, stream=ERP, topic="created")
        shipped = (state("shipped", "netsuite"),)
        made.add(order, "erp", "applied", at + HOUR, stream=ERP, topic="shipped", states=shipped)

    assert not any(kinds(made, order) for order in range(100, 110))
