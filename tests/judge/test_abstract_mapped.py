"""Values across a hop whose requests are logged without their content: what they were mapped to, or what arrived."""

from __future__ import annotations

import pytest

from judge.scenes import START, World
from tracelog.judge.facts import ValueFacts
from tracelog.model.event import MINUTE, SECOND

ORDERS = 40
LOG, TARGET = "hub-log", "erp-messages"


def world(wrong: dict[int, str], *, shown: str, units: str = "1") -> World:
    """A hub takes orders in, sends them on, and logs the content of the former only. `shown` says who tells what left:
    the hub itself (`transformed`), or the ERP (`received`). Of `wrong` another quantity leaves.
    """
    made = World()
    for order in range(1, ORDERS + 1):
        at, id_, left = START + order * 20 * MINUTE, (f"event {order}",), wrong.get(order, units)
        made.add(order, "hub", "received", at, stream=LOG, topic="created", envelope=id_, fields={"quantity": "1"})
        if shown == "transformed":
            made.add(order, "hub", shown, at + SECOND, stream=LOG, envelope=id_, fields={"quantity": left})
        made.add(order, "hub", "forwarded", at + 2 * SECOND, stream=LOG, peer="erp", envelope=id_)
        if shown == "received":
            made.add(order, "erp", shown, at + 3 * SECOND, stream=TARGET, topic="created", peer="shop",
                     fields={"quantity": left})  # fmt: skip
    return made


def differing(made: World, order: int) -> list[tuple[str, str]]:
    return [(case.facts.field, case.facts.relation) for case in made.cases(order)
            if isinstance(case.facts, ValueFacts) and case.facts.relation in {"differs", "systematic"}]  # fmt: skip


@pytest.mark.parametrize("shown", ["transformed", "received"])
def test_another_quantity_than_was_taken_in_is_a_rewrite(shown):
    made = world({7: "3"}, shown=shown)

    assert differing(made, 7) == [("quantity", "differs")]
    assert ("rewrite", "confirmed") in [(found.kind, found.state) for found in made.templates(7)]
    assert differing(made, 8) == []


@pytest.mark.parametrize("shown", ["transformed", "received"])
def test_what_differs_so_for_nearly_all_orders_is_the_mapping_in_force(shown):
    """Sold in dozens, kept by the piece."""
    made = world({}, shown=shown, units="12")

    assert ("quantity", "differs") not in differing(made, 7)
