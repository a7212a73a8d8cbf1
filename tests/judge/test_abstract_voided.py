"""What a cancellation leaves of an amount contradicts nobody."""

from __future__ import annotations

import pytest

from judge.scenes import START, World, state
from tracelog.judge.facts import StandFacts, ValueFacts
from tracelog.model.event import HOUR, Name


def apart(words: tuple[str, str], totals: tuple[str, str]) -> list[str | None]:
    """The fields that stand apart between two listings of one order."""
    made = World()
    for system, word, total in zip(("shopify", "netsuite"), words, totals, strict=True):
        made.stream(f"{system}-list", "strong", system)
        made.add(
            1, system, "emitted" if system == "shopify" else "applied", START, stream=f"{system}-list", topic="created"
        )
        made.add(1, system, "observed", START + 9 * HOUR, stream=f"{system}-list", carries="state",
                 states=(state(word, system),), fields={"total": total})  # fmt: skip
    return [case.facts.field for case in made.cases(1) if isinstance(case.facts, StandFacts)]


@pytest.mark.parametrize("totals", [("84.00", "0"), ("84.00", "0.00"), ("0", "84.00")])
def test_a_voided_document_stands_at_nothing(totals):
    """Cancelled on both sides; one system keeps the amount, the other takes it away."""
    assert apart(("cancelled", "cancelled"), totals) == []


def test_another_amount_of_a_cancelled_order_does_contradict():
    assert apart(("cancelled", "cancelled"), ("84.00", "8.40")) == ["total"]


def test_an_amount_of_nothing_where_the_order_stands_does_contradict():
    assert apart(("confirmed", "confirmed"), ("84.00", "0")) == ["total"]


@pytest.mark.parametrize(("ids", "several"), [(("701", "9701"), True), (("701", "701"), False)])
def test_two_documents_under_one_number_prove_no_difference(ids, several):
    """A warehouse that serves two shops has two orders 5003, of which only one is this shop's."""
    made = World()
    for system in ("shopify", "netsuite"):
        made.stream(f"{system}-list", "strong", system)
    made.add(1, "shopify", "emitted", START, stream="shopify-list", topic="created")
    made.add(1, "shopify", "observed", START + 9 * HOUR, stream="shopify-list", carries="state",
             states=(state("confirmed", "shopify"),), fields={"total": "24.00"})  # fmt: skip
    for number, (own, total) in enumerate(zip(ids, ("24.00", "99.00"), strict=True)):
        made.add(1, "netsuite", "observed", START + (8 + number) * HOUR, stream="netsuite-list", carries="state",
                 states=(state("confirmed", "netsuite"),), fields={"total": total},
                 names=(Name("netsuite:internalid", own), Name("ref", "5003")))  # fmt: skip

    (facts,) = [case.facts for case in made.cases(1) if isinstance(case.facts, StandFacts)]
    assert (facts.field, facts.several) == ("total", several)


@pytest.mark.parametrize(("made", "differing"), [("8.40", ["total"]), ("84.00", []), (None, [])])
def test_a_voided_document_is_compared_by_what_it_was_made_with(made, differing):
    """Its own history tells the amount from before it was voided, or tells none."""
    world = World()
    for system in ("shopify", "netsuite"):
        world.stream(f"{system}-list", "strong", system)
    world.add(1, "shopify", "emitted", START, stream="shopify-list", topic="created")
    world.add(1, "netsuite", "applied", START + HOUR, stream="netsuite-notes", topic="invoiced",
              fields={"total": made} if made else {})  # fmt: skip
    for system, total in (("shopify", "84.00"), ("netsuite", "0")):
        world.add(1, system, "observed", START + 9 * HOUR, stream=f"{system}-list", carries="state",
                  states=(state("cancelled", system),), fields={"total": total})  # fmt: skip

    assert [case.facts.field for case in world.cases(1) if isinstance(case.facts, StandFacts)] == differing


def test_a_ratio_that_nearly_all_orders_have_is_asked_once_and_accuses_none():
    """Forty orders stand at a tenth in the books; two stand as in the shop."""
    world = World()
    for system in ("shopify", "netsuite"):
        world.stream(f"{system}-list", "strong", system)
    for order in range(42):
        world.add(order, "shopify", "emitted", START + order, stream="shopify-list", topic="created")
        for system, total in (("shopify", "84.00"), ("netsuite", "8.40" if order < 40 else "84.00")):
            world.add(order, system, "observed", START + 9 * HOUR, stream=f"{system}-list", carries="state",
                      states=(state("confirmed", system),), fields={"total": total})  # fmt: skip

    (case,) = [case for case in world.cases(1) if isinstance(case.facts, ValueFacts)]
    assert case.facts == ValueFacts("total", "systematic", "money")
    assert (case.binding["usual"].differing, case.binding["usual"].compared) == (40, 42)
    assert world.all_found() == {}
    assert not [case for case in world.cases(41) if isinstance(case.facts, ValueFacts)]
