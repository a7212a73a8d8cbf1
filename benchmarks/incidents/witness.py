"""Whether anything but the gap itself tells a fault that hits most of a step from a rule: decided from the truth.

Where more than half of a step fails, the records of that step alone look like a filter. Another period in which it
worked, the status map, or the later states of the systems tell the two apart; without any of them the right answer
is that the evidence does not suffice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from benchmarks.incidents.exports import Export, visible
from benchmarks.incidents.faults import Fault
from benchmarks.incidents.play import HALF, Route
from benchmarks.incidents.world import Order, Passage, Span, Truth, World

SHARE = 0.1  # of the orders that a fault hit: so many must have the witness,
LEAST = 3  # and so many at least
ENOUGH = 10  # changes that passed in another period
PERIOD = dt.timedelta(hours=24)
UNTOLD = {"rewritten-total", "late"}  # most amounts changed by one ratio, most changes slow: no map says what is meant
TELLING = {"cancelled", "shipped"}  # a target that was not told goes on holding the order open


def second_witness(fault: Fault, mine: Sequence[Truth], world: World, exports: list[Export]) -> bool:
    """Whether an export that was written holds something independent of the gap; always, where less than half fails."""
    if fault.rate <= HALF or not mine:
        return True
    if _another_period(fault, mine, world):
        return True
    if not any(truth.absence for truth in mine):
        return fault.kind not in UNTOLD  # a refusal, a second document, a person's edit, a value that the map denies
    return _told(mine, world, exports) >= max(LEAST, SHARE * len(mine))


def some_witness(fault: Fault, mine: Sequence[Truth], world: World, exports: list[Export]) -> bool:
    """Whether a few orders have the witness, though far from all: most of them did not change again, so that nothing
    could tell of them. Whoever takes those few for all the others is as right as who does not.
    """
    return any(truth.absence for truth in mine) and _told(mine, world, exports) >= LEAST


def _told(mine: Sequence[Truth], world: World, exports: list[Export]) -> int:
    orders = {order.name: order for order in world.orders}
    return sum(truth.order in orders and _later_state(orders[truth.order], truth, world, exports) for truth in mine)


def _another_period(fault: Fault, mine: Sequence[Truth], world: World) -> bool:
    """Before the first that failed, or after the last, the same kind of change passed for a day."""
    passed = [
        passage.change.at
        for order in world.orders
        for passage in order.passages
        if passage.topic == fault.topic and passage.applied and not passage.fault
    ]
    first, last = min(truth.at for truth in mine), max(truth.at for truth in mine)
    before = [at for at in passed if at < first]
    after = [at for at in passed if at > last]
    return any(len(part) >= ENOUGH and max(part) - min(part) >= PERIOD for part in (before, after))


def _later_state(order: Order, truth: Truth, world: World, exports: list[Export]) -> bool:
    """The target's own table, made later, holds the order as if nothing had changed; or the target answered a later
    change of an order that it never got: it does not know it.
    """
    route: Route = world.traits["route"]
    if truth.fault.startswith("never-received") and _heard_of_later(truth, route, exports):
        return True
    if truth.topic in TELLING and truth.step[1] != route.source:  # of what goes back to the source it is the teller
        label = route.labels.get("target", "").format(topic=truth.topic)
        table = [one for one in exports if one.label == label and one.table]
        later = visible(table, Span(label, truth.at, truth.at), order.name)
        return later and any(document.order is order for document in world.listed(route.target))
    return any(_unknown_there(passage, route, exports, order.name) for passage in order.passages)


def _heard_of_later(truth: Truth, route: Route, exports: list[Export]) -> bool:
    """Whether who never took the change in took in a later one of the same order: no rule keeps that order from it."""
    label = route.labels.get("in", "").format(topic=truth.topic)
    return any(
        truth.order in record.orders and record.at > truth.at
        for export in exports if export.label == label and not export.table
        for record in export.records
    )  # fmt: skip


def _unknown_there(passage: Passage, route: Route, exports: list[Export], order: str) -> bool:
    label = route.labels.get("out", "").format(topic=passage.topic)
    refused = [one for one in passage.tries if one.answer == "refused" and "does not exist" in one.reason]
    return any(visible(exports, Span(label, one.at, one.at), order) for one in refused)
