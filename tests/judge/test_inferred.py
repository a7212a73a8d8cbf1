"""What was read off words confirms nothing: the same worlds, with a log of a format that vouches for nothing."""

from __future__ import annotations

import pytest

from judge.scenes import PUSH, Route
from tracelog.judge.facts import LegFacts
from tracelog.judge.judge import judge
from tracelog.judge.texts import REASONS
from tracelog.model.event import MINUTE


def refused(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created", answer="400 Invalid item", phase="rejected")


@pytest.mark.parametrize(
    "world",
    [
        lambda: Route(missing=[10], erp=False, shop=False),
        lambda: Route(missing=[10]),
        lambda: Route(instead={10: refused}),
    ],
)
def test_a_finding_of_a_log_that_is_read_off_words_is_suspected_at_most(world) -> None:
    """What is lost or refused for sure by a format that is known is only suspected by words."""
    known, by_words = world(), world()
    by_words.go_by_words()

    assert [state for _, state in known.found(10)] == ["confirmed"]
    assert [state for _, state in by_words.found(10)] == ["suspected"]
    assert [kind for kind, _ in by_words.found(10)] == [kind for kind, _ in known.found(10)]


def test_its_silence_is_no_better_than_a_hole() -> None:
    """A line that says it in words nobody listed may be there."""
    world = Route(missing=[10])
    world.go_by_words()
    expected = world.expected
    at = world.born(10) + 2 * MINUTE

    assert expected.covered[PUSH].over(at, at + MINUTE) == "hole"
    assert not any(
        facts.cover == "spans" for facts in world.legs(10) if isinstance(facts, LegFacts) and not facts.attempt
    )


def test_the_reason_says_so() -> None:
    world = Route(instead={10: refused})
    world.go_by_words()
    (case,) = [case for case in world.cases(10) if judge(case.facts).templates]
    (template,) = judge(case.facts, inferred=True).templates
    (certain,) = judge(case.facts).templates

    assert case.inferred
    assert template.reason in {"inferred", certain.reason}
    assert "read off its words" in REASONS["inferred"].reason


def test_what_is_not_wrong_any_more_stays_so() -> None:
    facts = LegFacts(attempt=True, answer="refuse", later="chain-late", effect="shown", timing="late", cover="spans")

    assert judge(facts, inferred=True).templates[0].state == "recovered"
