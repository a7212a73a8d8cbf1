"""What was changed before a failure is offered as its cause only where it came near enough before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conclude.build import GOOD, LOST, START, Week
from judge.make import HOURS, MINUTES, T0
from tracelog.conclude.causes import reach
from tracelog.judge.facts import LegFacts
from tracelog.model.event import DAY, Context
from tracelog.model.finding import Incident


def failed(hours: Sequence[float], *changes: tuple[str, float], facts: LegFacts = LOST) -> Incident:
    """One incident of failures at these hours of the week, with changes at theirs."""
    week = Week()
    week.orders(GOOD, range(7 * 24))
    week.orders(facts, hours)
    week.contexts += [Context("hub", None, what, T0 + round(hour * HOURS), "") for what, hour in changes]
    (one,) = week.incidents()
    return one


def test_the_last_change_before_the_first_failure_is_offered_as_the_cause() -> None:
    changes = ("flow paused", 26.1), ("mapping.fields[4] edited", 49.5), ("mapping.fields[4] edited back", 101)

    said = failed((50, 60, 75, 100), *changes).summary

    assert (
        "A probable cause: mapping.fields[4] edited at 15:35:11 UTC on 4 March 2026, 30 min before the first; "
        "in the 2 days 14 h of exports before it none is on record."
    ) in said  # the exports begin twelve hours before the week: 12 + 49.5 h
    assert "edited back" not in said
    assert START == T0 - 12 * HOURS


def test_what_came_after_the_first_is_no_cause() -> None:
    one = failed((50, 60, 75, 100), ("flow paused", 55))

    assert [note.what for note in one.context] == ["flow paused"]
    assert "cause" not in one.summary


def test_a_change_long_before_failures_that_come_every_few_minutes_is_noted_and_no_cause() -> None:
    """Three within twelve minutes: had a change 103 minutes earlier caused them, the first would have come sooner."""
    one = failed((50, 50.1, 50.2), ("script created", 50 - 103 / 60))

    assert [note.what for note in one.context] == ["script created"]
    assert "cause" not in one.summary


def test_the_same_time_before_rare_failures_may_be_the_cause() -> None:
    assert ", 103 min before the first" in failed((50, 60, 75, 100), ("script created", 50 - 103 / 60)).summary


@pytest.mark.parametrize(
    ("times", "far"),
    [
        ((0,), HOURS),  # one failure: what waits for an hourly run shows within the hour
        ((0, MINUTES, 2 * MINUTES), HOURS),
        ((0, 2 * HOURS, 4 * HOURS), 6 * HOURS),  # three of its pauses
        ((0, 2 * DAY), DAY),
    ],
)
def test_how_far_before_a_cause_may_lie(times: Sequence[int], far: int) -> None:
    assert reach(times) == far


def test_an_error_on_record_is_told_and_not_called_the_cause() -> None:
    said = failed((50, 60, 75), ("Emergency: SSS_USAGE_LIMIT_EXCEEDED", 49.9)).summary

    assert "On record shortly before: Emergency: SSS_USAGE_LIMIT_EXCEEDED at" in said
    assert "cause" not in said


def test_a_change_goes_before_an_error_that_came_later() -> None:
    said = failed((50, 60, 75), ("connection deleted", 49.5), ("connection error 401", 49.9)).summary

    assert "A probable cause: connection deleted" in said


def test_what_has_not_failed_yet_has_no_cause() -> None:
    one = failed((167, 167.5), ("flow disabled", 166.5), facts=LegFacts(topic="cancelled", cover="ends"))

    assert one.state == "pending"
    assert "cause" not in one.summary
