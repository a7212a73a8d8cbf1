"""What concerns a mapping, a stream or a route is said once, with its orders counted."""

from __future__ import annotations

from judge.make import HOURS, T0, bind_all, bounds, card, case, event, judge, show
from tracelog.judge.facts import Facts, LegFacts, ValueFacts
from tracelog.judge.once import SaidOnce, hang


def collected(facts: Facts, orders: int, **binding: str) -> SaidOnce:
    once = SaidOnce()
    for order in range(1, orders + 1):
        made = case(facts, order, anchor=event(at=T0 + order * HOURS, name=str(order)), **binding)
        judgement = judge(facts)
        for template in judgement.templates:
            once.take(template, made)
        if judgement.counted:
            once.ask(judgement.counted, made)
    return once


def test_an_unmapped_value_is_one_finding_however_many_orders_have_it() -> None:
    once = collected(ValueFacts("status", "unmapped"), 1200, field="status", value_in="on_moon")

    (said,) = once.findings(lambda n: card(n, f"#{n}"), show)

    assert (said.finding.kind, said.finding.scope, said.finding.order) == ("unmapped-status", "mapping", None)
    assert said.finding.orders is not None
    assert (said.finding.orders.count, said.finding.orders.examples[0]) == (1200, "#1")
    assert "'on_moon'" in said.finding.explanation


def test_two_unmapped_values_are_two_findings() -> None:
    once = SaidOnce()
    facts = ValueFacts("status", "unmapped")
    for value in ("on_moon", "on_mars"):
        once.take(judge(facts).templates[0], case(facts, field="status", value_in=value))

    assert len(once.findings(card, show)) == 2


def test_a_class_that_never_takes_a_step_is_one_question_and_no_loss() -> None:
    once = collected(LegFacts(topic="paid", route="never", cover="spans"), 40)

    (asked,) = once.findings(lambda n: card(n, f"#{n}"), show)

    assert (asked.finding.scope, asked.finding.state, asked.finding.severity) == ("route", "suspected", "info")
    assert asked.finding.explanation.startswith("Is this routed at all? 40 orders stood at Hub")


def test_a_stream_that_went_silent_is_one_root_and_its_orders_hang_on_it() -> None:
    facts = LegFacts(topic="shipped", route="silent", cover="spans")
    once = collected(facts, 12)
    singles = [bounds(facts, order, anchor=event(topic="shipped", name=str(order)))[0] for order in range(1, 13)]

    (root,) = once.findings(lambda n: card(n, f"#{n}"), show)
    hang(singles, [root])

    assert root.finding.scope == "stream"
    assert root.finding.caused_by is None
    assert {b.finding.caused_by for b in singles} == {root.finding.id}
    assert root.finding.id not in {b.finding.id for b in singles}
    assert len(root.times) == 12


def test_a_rewrite_of_an_unmapped_value_hangs_on_the_gap_in_the_map() -> None:
    facts = ValueFacts("status", "unmapped", default_contradicts=True)
    made = case(facts, field="status", value_in="on_moon", value_out="pending")
    once = SaidOnce()
    gap, rewrite = judge(facts).templates[::-1]

    assert gap.kind == "unmapped-status"
    assert once.take(gap, made)
    assert not once.take(rewrite, made)

    single = bind_all([rewrite], made, card(), show)
    (root,) = once.findings(card, show)
    hang(single, [root])

    assert single[0].finding.caused_by == root.finding.id
