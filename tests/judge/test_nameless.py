"""Refused deliveries whose record names no order: told once, suspected at most, and none that a retry made good."""

from __future__ import annotations

from typing import Any

from judge.make import show
from judge.scenes import START, World
from tracelog.judge.bind import Bound
from tracelog.judge.nameless import nameless
from tracelog.model.event import DAY, MINUTE, Place

END = START + 3 * DAY


class Sent(World):
    """A sender's own log of its deliveries; the data goes on for days after."""

    def say(self, phase: str, after: int, *, topic: str | None = "created", record: int = 0, **more: Any) -> None:
        """One statement, of the record of that number or of a record of its own."""
        event = self.add(0, "shop", phase, START + after, stream="deliveries", topic=topic, **more)
        event.at_raw = "as written"
        event.place = Place(1, record or 1000 + self.count, 0)

    def told(self) -> list[Bound]:
        later = World()
        later.add(1, "shop", "emitted", END, stream="orders", topic="created")
        return nameless(self.orders[0], later.expected, show)


def test_a_delivery_that_is_tried_once_and_refused():
    log = Sent()
    log.say("emitted", 0, record=1, envelope=("d-1",))
    log.say("rejected", 0, record=1, envelope=("d-1",), result="500")

    (found,) = log.told()

    finding = found.finding
    assert (finding.kind, finding.scope, finding.state, finding.severity) == (
        "rejected",
        "stream",
        "suspected",
        "medium",
    )
    assert (finding.order, finding.orders, finding.pattern, finding.still_wrong) == (None, None, None, None)
    assert finding.explanation.startswith("Shop records 1 delivery (new order) as refused at 08:00:00 UTC")
    assert "500" in finding.explanation
    assert "lost" not in finding.explanation


def test_a_retry_under_the_same_id_that_is_accepted_leaves_nothing():
    log = Sent()
    for number, (phase, result) in enumerate((("rejected", "503"), ("acknowledged", "200"))):
        log.say("emitted", number * MINUTE, record=number + 1, envelope=("d-1",))
        log.say(phase, number * MINUTE, record=number + 1, envelope=("d-1",), result=result)

    assert log.told() == []


def test_tries_that_are_counted_are_one_delivery():
    """504 at first, 200 at the first retry; another one 503 after eight, and no more."""
    log = Sent()
    log.say("rejected", 0, ids={"retries": "0", "subscription": "7"}, result="504")
    log.say("acknowledged", MINUTE, ids={"retries": "1", "subscription": "7"}, result="200")
    log.say("rejected", 2 * MINUTE, ids={"retries": "0", "subscription": "7"}, result="timeout")
    log.say("rejected", 9 * MINUTE, ids={"retries": "6", "subscription": "7"}, result="503")
    log.say("acknowledged", 20 * MINUTE, ids={"retries": "7", "subscription": "7"}, result="200")
    assert log.told() == []

    log.say("rejected", DAY, ids={"retries": "8", "subscription": "7"}, result="503")
    (found,) = log.told()
    assert "1 delivery (new order)" in found.finding.explanation
    assert "after 8 retries: 503" in found.finding.explanation


def test_an_acceptance_of_another_delivery_makes_nothing_good():
    log = Sent()
    log.say("rejected", 0, ids={"retries": "0", "subscription": "7"}, result="504")
    log.say("acknowledged", MINUTE, ids={"retries": "0", "subscription": "7"}, result="200")
    log.say("acknowledged", MINUTE, ids={"retries": "1", "subscription": "8"}, result="200")

    assert len(log.told()) == 1


def test_one_finding_a_topic_with_its_count():
    log = Sent()
    for number in range(12):
        log.say("emitted", number * MINUTE, record=number + 1, envelope=(f"d-{number}",))
        log.say("rejected", number * MINUTE, record=number + 1, envelope=(f"d-{number}",), result="500")

    (found,) = log.told()

    assert found.finding.explanation.startswith("Shop records 12 deliveries (new order) as refused between")
    assert len(found.finding.evidence) == 5
    assert len(found.times) == 12


def test_a_refusal_of_which_nothing_tells_that_it_was_sent_is_left():
    """A look-up answered 404, a scanner turned away: no change of an order was carried."""
    log = Sent()
    log.say("rejected", 0, topic=None, envelope=("r-1",), result="404")

    assert log.told() == []


def test_a_refusal_at_the_end_of_the_data_may_yet_be_tried_again():
    log = Sent()
    log.say("emitted", 3 * DAY, record=1, envelope=("d-1",))
    log.say("rejected", 3 * DAY, record=1, envelope=("d-1",), result="500")

    assert [found.finding.state for found in log.told()] == ["pending"]


def test_a_record_without_a_stamp_is_given_none():
    log = Sent()
    log.say("rejected", 0, envelope=("d-1",), ids={"retries": "8"}, result="Undeliverable")
    log.orders[0][0].at_raw = ""

    (found,) = log.told()

    assert (found.finding.at, found.at, found.times) == (None, None, ())
    assert " at " not in found.finding.explanation.partition(":")[0]
