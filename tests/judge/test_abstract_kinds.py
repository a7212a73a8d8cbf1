"""What is changed alike for all orders of one kind accuses none of them; what a split order comes to is its total."""

from __future__ import annotations

import pytest

from judge.scenes import ERP, Route, state
from tracelog.judge.facts import StandFacts, ValueFacts
from tracelog.model.event import Name

EXPORTERS = (5, 12, 19, 30)


def exported(share: float):
    """Orders of the channel `export`: sent without the tax that the shop's totals hold."""

    def make(route: Route, order: int, at: int) -> None:
        for event in route.orders[order]:
            if "channel" in event.fields:
                event.fields = {**event.fields, "channel": "export"}
        route.sent(order, "confirmed", at, topic="created", total=f"{(50 + order) * share:.4f}")

    return make


def test_all_orders_of_one_channel_are_net_of_tax() -> None:
    world = Route(instead={order: exported(0.8) for order in EXPORTERS}, erp=False)
    assert world.all_found() == {}
    relations = [case.facts.relation for case in world.cases(12)
                 if isinstance(case.facts, ValueFacts) and case.facts.field == "total"]  # fmt: skip
    assert relations == ["systematic"]


def test_a_tenth_of_the_amount_is_no_tax_however_alike_the_orders() -> None:
    world = Route(instead={order: exported(0.1) for order in EXPORTERS}, erp=False)
    assert {order: found for order, found in world.all_found().items() if ("rewrite", "confirmed") in found}.keys() == {
        *EXPORTERS
    }


@pytest.mark.parametrize(("parts", "differs"), [(("20.00", "40.00"), False), (("20.00", "30.00"), True)])
def test_parts_of_a_split_order_are_held_against_it_together(parts: tuple[str, ...], *, differs: bool) -> None:
    """The shop says 60.00; the ERP made two documents of it, one a warehouse."""

    def split(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created")
        for number, part in enumerate(parts):
            names = (Name("netsuite:internalid", f"99{number}"), Name("netsuite:tranid", f"SO9{number}"))
            route.add(order, "netsuite", "observed", route.end, stream=ERP, carries="state",
                      fields={"total": part, "currency": "USD"}, states=[state("confirmed", "netsuite")],
                      names=names)  # fmt: skip

    facts = [case.facts for case in Route(instead={10: split}).cases(10) if isinstance(case.facts, StandFacts)]
    assert [one.field for one in facts if one.relation == "differs"] == (["total"] if differs else [])


@pytest.mark.parametrize(("numbered", "state_of_it"), [(True, "suspected"), (False, "confirmed")])
def test_a_page_that_is_missing_from_a_list_leaves_a_gap_in_its_numbers(state_of_it: str, *, numbered: bool) -> None:
    """The list does not say when its records were made: they are numbered in the order in which orders come.

    Of the page with the eleventh to sixteenth order the numbers are missing; orders that were never made have none.
    """
    page = range(10, 16)
    left = {order: (lambda route, order, at: route.numbered(order)) for order in page} if numbered else {}
    world = Route(60, instead=left, missing=() if numbered else page, log=False)
    for order in world.orders:
        world.lose(order, system="netsuite", phase="applied")
    assert {state for order in page for _, state in world.found(order)} == {state_of_it}
