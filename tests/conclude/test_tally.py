"""The sums: every leg is counted once, in one column, and parts add up to the whole."""

from __future__ import annotations

import pytest

from conclude.build import GOOD, LOST, START, Week
from judge.make import APPLIED, FORWARDED, RECEIVED, T0, case, event, judge
from tracelog.conclude import steps
from tracelog.conclude.tally import StepKey, Tally, account
from tracelog.judge.facts import Facts, LegFacts, ValueFacts
from tracelog.model.event import DAY, HOUR, Context, State
from tracelog.model.finding import Station

SUSPECTED = LegFacts(topic="cancelled", cover="hole")
REFUSED = LegFacts(topic="cancelled", attempt=True, answer="refuse", cover="spans")
SKIPPED = LegFacts(topic="cancelled", skip=True)
SUPERSEDED = LegFacts(topic="cancelled", carries="state", superseded=True, cover="spans")


@pytest.mark.parametrize(
    ("facts", "column"),
    [
        (GOOD, "out"),
        (LOST, "lost"),
        (SUSPECTED, "unknown"),
        (REFUSED, "refused"),
        (SKIPPED, "skipped"),
        (LegFacts(topic="cancelled", cover="ends"), "unknown"),
        (LegFacts(topic="cancelled", effect="shown", timing="late"), "out"),
    ],
)
def test_what_becomes_of_an_event_stands_in_one_column(facts: Facts, column: str) -> None:
    week = Week()
    week.order(facts)

    (row,) = week.tally.steps.values()

    assert row.in_ == 1
    assert getattr(row, column) == 1


def test_what_was_not_due_is_in_no_column() -> None:
    week = Week()
    week.order(SUPERSEDED)

    assert week.tally.steps == {}
    assert week.tally.counted == {"superseded": 1}


def test_a_step_table_row_adds_up() -> None:
    week = Week()
    for facts in (GOOD, GOOD, LOST, REFUSED, SUSPECTED, SKIPPED):
        week.order(facts)

    (row,) = steps.rows(week.tally)

    assert (row.in_, row.out, row.skipped, row.refused, row.lost, row.not_knowable) == (6, 2, 1, 1, 1, 1)


def test_an_attempt_passed_the_step_before_it() -> None:
    """Forwarded and refused: it was passed on inside the middleware, and lost no time there."""
    week = Week()
    week.order(REFUSED, from_=FORWARDED, to=APPLIED, took=RECEIVED)

    passed, refused = steps.rows(week.tally)

    assert (passed.from_.phase, passed.to, passed.out, passed.refused) == ("received", FORWARDED, 1, 0)
    assert (refused.from_, refused.refused) == (FORWARDED, 1)


def test_what_left_late_stands_in_the_step_behind_too() -> None:
    """What a step let out the next one took in, so that the columns of the two meet."""
    week = Week()
    late = LegFacts(topic="cancelled", attempt=True, answer="accept", effect="shown", timing="late")
    week.order(late, from_=RECEIVED, to=FORWARDED, onward=(FORWARDED, APPLIED, "arrived"))

    passed, onward = steps.rows(week.tally)

    assert (passed.from_.phase, passed.to, passed.out) == ("received", FORWARDED, 1)
    assert (onward.from_, onward.to, onward.in_, onward.out) == (FORWARDED, APPLIED, 1, 1)


def test_a_system_that_takes_in_from_two_peers_has_one_row() -> None:
    week = Week()
    week.order(GOOD, from_=RECEIVED)
    week.order(LOST, from_=Station("hub", "received", peer="market"))

    (row,) = steps.rows(week.tally)

    assert (row.from_, row.in_, row.lost) == (Station("hub", "received"), 2, 1)


def test_what_a_system_reports_of_itself_stands_once() -> None:
    week = Week()
    week.order(GOOD)
    week.order(LegFacts(topic="shipped", attempt=True, effect="shown", cover="spans"))
    runs = [Context("hub", None, "run", T0, "", counts={"success": n, "error": 1}) for n in (3, 4)]

    said = [row.self_reported for row in steps.rows(week.tally, runs)]

    assert [one for one in said if one] == [{"success": 7, "error": 2}]


@pytest.mark.parametrize(
    ("legs", "became"),
    [
        ([("hand", "arrived"), ("pass", "arrived")], "in_time"),
        ([("hand", "arrived"), ("pass", "unknown")], "not_knowable"),
        ([("hand", "arrived")], "not_knowable"),
        ([("hand", "arrived"), ("pass", "lost")], "lost"),
        ([("hand", "late"), ("pass", "arrived")], "late"),
        ([("hand", "lost")], "lost"),
        ([("pass", "unknown"), ("span", "arrived")], "in_time"),
        ([("pass", "skipped")], None),
        ([("hand", "arrived"), ("pass", "skipped")], None),
        ([("hand", "arrived"), ("pass", "skipped"), ("pass", "arrived")], "in_time"),
        ([("hand", "arrived"), ("pass", "skipped"), ("pass", "unknown")], "not_knowable"),
        ([("pass", "arrived"), ("status", "rewritten")], "lost"),
        ([("pass", "arrived"), ("total", "rewritten")], "in_time"),
    ],
)
def test_a_change_is_accounted_for_by_its_whole_way(legs: list[tuple[str, str]], became: str | None) -> None:
    """A first hand-off that arrived says nothing of the far end; an effect at the far end settles all before it."""
    assert account(legs) == became


def test_parts_merge_to_the_whole() -> None:
    """One process or four: the same sums."""
    facts = [GOOD, LOST, SUSPECTED, REFUSED, SKIPPED, GOOD]
    traits = [(("channel", "web"),), (("channel", "pos"),)]
    whole, parts = Tally(since=START), [Tally(since=START), Tally(since=START)]
    for order, one in enumerate(facts):
        anchor = event(at=T0 + order)
        ruled = [(case(one, order, anchor=anchor), judge(one))]
        for tally in (whole, parts[order % 2]):
            tally.add(order, [], ruled, traits[order % 2])
    parts[0].merge(parts[1])

    assert parts[0].steps == whole.steps
    assert parts[0].traits == whole.traits
    assert parts[0].accounted == whole.accounted
    assert parts[0].asks == whole.asks
    assert parts[0].open_orders == whole.open_orders


def test_what_no_export_could_settle_is_not_asked_for() -> None:
    """Whether a status arrived that had left as another one: it did not, whatever else is fetched."""
    week = Week()
    rewritten = ValueFacts("status", "contradiction", in_force=True)
    week.order(SUSPECTED, at=T0, due=None)
    week.order(SUSPECTED, at=T0 + DAY, due=None)
    week.order(SUSPECTED, rewritten, at=T0 + 2 * DAY, due=None, field="status")

    (asked,) = week.tally.asks.values()

    assert (asked.cases, asked.first, asked.last) == (2, T0, T0 + DAY)


def state(raw: str, *, final: bool) -> State:
    return State("order", "status", raw, None, final=final)


def test_an_order_is_open_until_it_is_final_in_every_system_that_covers_it() -> None:
    tally = Tally(since=T0)
    open_here = event("erp", "observed", None, T0 + HOUR, states=(state("Pending", final=False),))
    done_there = event("shop", "emitted", None, T0 + HOUR, states=(state("closed", final=True),))
    done_here = event("erp", "observed", None, T0 + HOUR, states=(state("Closed", final=True),))
    old = event("shop", "emitted", None, T0 - 2 * DAY, states=(state("closed", final=True),))

    tally.add(1, [done_there, open_here], [], ())
    tally.add(2, [done_there, done_here], [], ())
    tally.add(3, [old, done_here], [], ())
    tally.add(4, [open_here], [], ())

    assert tally.open_orders == {1, 2}, "3 was over before the exports begin, 4 is covered by one system only"


def test_an_attribute_is_counted_by_step() -> None:
    week = Week()
    for channel in ("web", "web", "pos"):
        week.order(GOOD, traits=(("channel", channel),))

    assert week.tally.traits[StepKey(RECEIVED, FORWARDED, "cancelled")]["channel"] == {"web": 2, "pos": 1}
    assert week.tally.steps[StepKey(RECEIVED, FORWARDED, "cancelled")].in_ == 3


def test_what_took_longer_than_a_limit_that_nobody_set_is_not_late() -> None:
    """The default limit proves nothing: it arrived, and is accounted for as that."""
    week = Week()
    late = LegFacts(topic="cancelled", attempt=True, effect="shown", timing="late", cover="spans")
    week.order(late)
    week.order(late._replace(limit_basis="default"))

    assert dict(week.tally.accounted) == {"late": 1, "in_time": 1}
