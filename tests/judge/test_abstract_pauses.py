"""A log that may have been off for a while proves nothing of that while, however usual its silence is."""

from __future__ import annotations

import pytest

from judge.scenes import POLL, PUSH, Route
from tracelog.model.event import MINUTE, SECOND


def debugging(route: Route) -> Route:
    """The log of the ERP's connection is written only while debugging of it is on, and only when something is sent."""
    route.stream(POLL, absence="weak", system="celigo", definition="celigo-log")
    route.stream(PUSH, absence="weak", system="celigo", definition="celigo-log")
    route.beats = [beat for beat in route.beats if beat.stream != PUSH]
    return route


class Unsteady(Route):
    """Orders at no steady pace, as people place them."""

    def born(self, order: int) -> int:
        return super().born(order) + order * 7 % 5 * 4 * MINUTE


class Pages(Route):
    """Polled every half hour, three orders on a page, which are sent on one by one; those `missing` are not."""

    def order(self, order: int) -> None:
        polled = self.born(order // 3 * 3 + 3)
        self.told(order, "created", self.born(order))
        self.took(order, "confirmed", polled)
        if order not in self.missing:
            self.sent(order, "confirmed", polled + 2 * SECOND + order % 3 * SECOND, topic="created")


@pytest.mark.parametrize("every", [20 * MINUTE, 30 * MINUTE, 45 * MINUTE])
def test_alone_in_a_silence_it_is_suspected(every: int):
    world = debugging(Unsteady(missing=[20], erp=False, every=every))
    assert world.all_found() == {20: [("silent-drop", "suspected")]}
    (found,) = world.templates(20)
    assert found.reason == "hole"


def test_between_records_too_close_for_a_pause_it_is_confirmed():
    assert debugging(Route(missing=[20], erp=False, every=3 * MINUTE)).all_found() == {
        20: [("silent-drop", "confirmed")]
    }


def test_what_the_target_provably_lacks_was_not_sent_while_the_log_was_off():
    world = debugging(Route(missing=[20]))
    assert world.all_found() == {20: [("silent-drop", "confirmed")]}
    assert world.legs(20, "created", "pass")[0].both_sides


def test_amid_its_page_it_is_confirmed():
    """Those before and after it were sent on, seconds apart."""
    world = debugging(Pages(60, missing=[31], erp=False, every=10 * MINUTE))
    assert world.all_found() == {31: [("silent-drop", "confirmed")]}


@pytest.mark.parametrize("edge", [30, 32])
def test_first_or_last_of_its_page_it_may_be_where_a_pause_begins_or_ends(edge: int):
    world = debugging(Pages(60, missing=[edge], erp=False, every=10 * MINUTE))
    assert world.all_found() == {edge: [("silent-drop", "suspected")]}


def test_a_stream_that_beats_lacks_a_beat_when_it_was_off():
    """Polled every twenty minutes. Two orders are never taken in: one while the polls go on, one where a poll lacks."""
    world = Route(60, erp=False)
    world.stream(POLL, absence="weak", system="celigo", definition="celigo-log")
    for order in (20, 40):
        world.forget(order)
    polls = [world.born(order) + 2 * MINUTE for order in range(-3, 66)]
    world.beats = [beat for beat in world.beats if beat.stream != POLL]
    for at in polls:
        if at != world.born(40) + 2 * MINUTE:
            world.beat(POLL, at, at, export=7)
    assert world.all_found() == {20: [("silent-drop", "confirmed")], 40: [("silent-drop", "suspected")]}


def test_another_system_s_log_is_not_known_to_be_whole_where_it_is_silent():
    """The shop tells of the order; what should have taken it in wrote nothing for a while around it."""
    world = Route(instead={20: lambda *_: None}, erp=False)
    world.forget(20)
    world.beats = [beat for beat in world.beats if beat.stream != POLL]
    assert world.all_found() == {20: [("silent-drop", "suspected")]}


def refuse(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created", answer="503 Busy", phase="rejected")


def retried(route: Route, order: int, at: int) -> None:
    refuse(route, order, at)
    route.sent(order, "confirmed", at + 5 * MINUTE, topic="created")


def test_a_refusal_that_the_sender_tries_again_may_have_been_accepted_in_a_pause():
    world = debugging(Unsteady(instead={10: refuse, 20: retried, 30: retried}, erp=False))
    assert world.all_found() == {10: [("rejected", "suspected")]}


def test_a_refusal_that_is_never_tried_again_stands():
    world = debugging(Unsteady(instead={10: refuse}, erp=False))
    assert world.all_found() == {10: [("rejected", "confirmed")]}
