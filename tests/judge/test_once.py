"""What concerns a mapping, a stream or a route is said once, with its orders counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from judge.make import HOURS, T0, bind_all, bounds, card, case, event, judge, show
from tracelog.expect.values import Relations, Usual
from tracelog.judge.facts import Facts, LegFacts, ValueFacts
from tracelog.judge.once import SaidOnce, hang


def collected(facts: Facts, orders: int, **binding: Any) -> SaidOnce:
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


def usual(differing: int, alike: int, factor: str) -> Usual:
    """Of totals that go in as `10.00`, `20.00`, … so many leave with that factor, and so many as they came in."""
    relations = Relations()
    for number in range(1, differing + alike + 1):
        left = Decimal(10 * number) * (Decimal(factor) if number <= differing else 1)
        relations.add("total", f"{10 * number}.00", f"{left:.2f}", Decimal("0.01"))
    return relations.usual()


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        (usual(400, 0, "0.01"), "info"),  # cents, or another currency: all of them
        (usual(320, 80, "0.926"), "info"),  # net of 8 % tax, some exempt; or from Tuesday on
        (usual(360, 40, "0.1"), "medium"),  # a tenth of it is no tax, and not all have it
    ],
)
def test_the_relation_that_nearly_all_amounts_share_is_shown_once_and_accuses_no_order(found: Usual, severity: str):
    facts = ValueFacts("total", "systematic", "money", in_force=True)
    once = collected(facts, 7, field="total", value_in="10.00", value_out="1.00", expected="10.00", usual=found)

    (said,) = once.findings(lambda n: card(n, f"#{n}"), show)

    finding = said.finding
    assert (finding.kind, finding.scope) == ("rewrite", "mapping")
    assert (finding.state, finding.severity) == ("suspected", severity)
    assert finding.orders is not None
    assert finding.orders.count == 7
    assert (finding.still_wrong, finding.expected) == (None, None)
    assert f"of {found.compared} orders that can be compared {found.differing} differ" in finding.reason


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


def test_a_delay_of_hours_that_most_have_is_one_question_and_accuses_nobody() -> None:
    once = collected(LegFacts(topic="created", effect="shown"), 40, slow=6 * HOURS, effect=event(at=T0 + 6 * HOURS))

    (said,) = once.findings(lambda n: card(n, f"#{n}"), show)

    finding = said.finding
    assert (finding.kind, finding.scope, finding.state, finding.severity) == ("late", "route", "suspected", "low")
    assert finding.orders is not None
    assert finding.orders.count == 40
    assert "40 orders took hours here, #1 6 h" in finding.explanation
    assert finding.still_wrong is None
