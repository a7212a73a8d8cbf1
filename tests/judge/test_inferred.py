"""What was read off words confirms nothing: the same worlds, with a log of a format that vouches for nothing."""

from __future__ import annotations

import pytest

from judge.scenes import ERP, POLL, PUSH, Route, state
from tracelog.judge.facts import LegFacts
from tracelog.judge.judge import judge
from tracelog.judge.texts import REASONS
from tracelog.model.event import HOUR, MINUTE


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


@pytest.mark.parametrize(
    ("world", "kind"), [(Route(missing=[10]), "silent-drop"), (Route(instead={10: refused}), "rejected")]
)
def test_what_the_two_ends_prove_rests_on_no_words(world, kind) -> None:
    """The shop's own list has the order and the target's own list lacks it, whatever the log between them means."""
    world.go_by_words(POLL, PUSH)

    assert world.found(10) == [(kind, "confirmed")]


def test_a_change_of_which_only_words_tell_is_not_confirmed_missing() -> None:
    """The shop's list knows of no cancellation; a line of the log may mean anything."""
    world = Route()
    world.took(10, "cancelled", world.born(10) + HOUR)
    world.stands(10, "confirmed")
    world.go_by_words(POLL, PUSH)

    assert {state for _, state in world.found(10)} <= {"suspected"}


def test_two_documents_in_the_targets_own_list_rest_on_no_words() -> None:
    """The log names both too, and is not needed for it."""

    def twice(route: Route, order: int, at: int) -> None:
        for again in range(2):
            route.numbers.pop(order, None)
            route.numbers[order] = 900 + again
            route.sent(order, "confirmed", at + again * MINUTE, topic="created")
            route.orders[order][-1].names = route.numbered(order)
            route.add(order, "netsuite", "observed", route.end, stream=ERP, carries="state",
                      names=route.numbered(order), states=[state("confirmed", "netsuite")])  # fmt: skip

    world = Route(instead={10: twice})
    world.go_by_words(POLL, PUSH)

    assert ("duplicate", "confirmed") in world.found(10)


def test_what_a_recorder_learned_later_is_not_made_good_where_the_target_lacks_the_order() -> None:
    """Its record of the shipment shows the order as a whole; that did not bring it to the target."""
    world = Route(log=False, missing=[2])
    for order in range(world.total):
        told = {"created": 0, "shipped": 9 * HOUR} if order in {2, 4, 8} else {"created": 0}
        for topic, after in told.items():
            at = world.born(order) + after
            if topic == "shipped":
                world.told(order, topic, at)
            if (order, topic) != (2, "created"):  # a recorder of the shop's messages, which sends nothing on
                world.add(order, "recorder", "received", at + MINUTE, stream="hooks", peer="shopify", topic=topic,
                          carries="state", states=[state(topic.replace("created", "confirmed"))],
                          names=world.names(order))  # fmt: skip

    assert sorted(world.found(2)) == [("silent-drop", "confirmed"), ("state-divergence", "confirmed")]


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
