"""What goes wrong, to how many, in which shape; which passages it hits; what a careful reader would call it.

The kinds of findings and the rows of the decision table are those of the contract; the simulator knows the
truth from what it did itself.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.incidents.world import Order, Passage, World


@dataclass(frozen=True)
class Kind:
    """A way of failing. `finding` is what it is called; `also` are names as right, where the table leaves two."""

    finding: str
    what: str
    also: tuple[str, ...] = ()
    topics: tuple[str, ...] = ("created", "shipped", "cancelled")
    states: tuple[str, ...] = ("confirmed",)


KINDS = {
    "never-received": Kind("silent-drop", "happened at the source, never taken in"),
    "never-forwarded": Kind("silent-drop", "taken in, never sent on"),
    "never-applied": Kind("silent-drop", "accepted by the target, and not there", ("state-divergence",)),
    "unanswered": Kind("silent-drop", "sent, no answer recorded, and not there", ("unacknowledged",)),
    "refused": Kind("rejected", "refused, never tried again"),
    "refused-rerun": Kind("rejected", "refused, put right by a rerun hours later", ("late",), states=("recovered",)),
    "swallowed": Kind("swallowed-error", "success outside, failure inside", ("rejected",)),
    "rewritten-status": Kind("rewrite", "another status left than arrived", topics=("shipped", "cancelled")),
    "rewritten-total": Kind("rewrite", "another total left than arrived", topics=("created",)),
    "rewritten-units": Kind("rewrite", "another quantity left than arrived", topics=("created",)),
    "twice": Kind("duplicate", "two documents of one order", topics=("created",)),
    "late": Kind("late", "arrived many hours later"),
    "overtaken": Kind("out-of-sequence", "came before its order, was refused", ("rejected",), topics=("cancelled",)),
    "stale": Kind("out-of-sequence", "an older state written over a newer one", ("rewrite",), topics=("shipped",)),
    "edited": Kind("manual-edit", "closed by a person at the target", topics=("created",)),
}  # fmt: skip

DAY = dt.timedelta(days=1)
# Faults after which the target never has the order, so that no later change of it can be applied.
NO_ORDER = {"never-received", "never-forwarded", "never-applied", "unanswered", "refused", "swallowed"}


@dataclass(frozen=True)
class Fault:
    """So many of the changes of one topic fail in one way. Shapes: spread over the time, one burst of twenty
    minutes, only orders with a rare attribute, or from a day on.
    """

    kind: str
    topic: str = "created"
    rate: float = 0.01
    shape: str = "spread"

    @property
    def name(self) -> str:
        shape = "" if self.shape == "spread" else f":{self.shape}"
        return f"{self.kind}:{self.topic}{shape}@{self.rate:.4g}"


def parse(text: str) -> Fault:
    """The fault that a printed name stands for: `kind:topic[:shape]@rate`."""
    body, _, rate = text.partition("@")
    kind, topic, *shape = body.split(":")
    return Fault(kind, topic, float(rate or 0.01), shape[0] if shape else "spread")


def eligible(passages: list[Passage], fault: Fault) -> list[Passage]:
    free = [one for one in passages if one.topic == fault.topic and one.routed and not one.superseded and not one.fault]
    if fault.kind == "edited":  # nobody edits what is shipped or cancelled soon after
        free = [one for one in free if len(one.order.changes) == 1]
    if fault.kind in ("late", "refused-rerun"):  # nothing else of the order may overtake it: that is another fault
        free = [one for one in free if _calm(one.order, one.change.at, hours=14)]
    if fault.kind == "twice":  # what is cancelled later voids one of the two: another story
        free = [one for one in free if one.order.when("cancelled") is None]
    if fault.kind == "overtaken":
        free = [one for one in free if one.change.at - one.order.created < dt.timedelta(hours=9)]
    return free


def _calm(order: Order, at: dt.datetime, hours: float) -> bool:
    until = at + dt.timedelta(hours=hours)
    return not any(at < change.at < until for change in order.changes)


def _instalments(order: Order) -> bool:
    return order.payment == "instalments"


def choose(world: World, passages: list[Passage], faults: list[Fault]) -> None:
    """Marks the passages that each fault hits; no passage is hit twice, and no order by two faults of creation."""
    for number, fault in enumerate(faults):
        rng = world.rng(f"fault {number} {fault.kind} {fault.topic}")
        free = eligible(passages, fault)
        if fault.kind in ("late", "refused-rerun", "overtaken", "edited", "stale"):
            free = [one for one in free if one.change.at < world.end - dt.timedelta(hours=16)]
        count = max(1, round(fault.rate * len([one for one in passages if one.topic == fault.topic and one.routed])))
        hit = _shapes[fault.shape](world, free, count, rng)
        for one in hit:
            one.fault = (number, fault)


def _spread(world: World, free: list[Passage], count: int, rng: Random) -> list[Passage]:
    return rng.sample(free, min(count, len(free)))


def _burst(world: World, free: list[Passage], count: int, rng: Random) -> list[Passage]:
    """All changes of the topic in the one busy stretch that has as many as were asked for (20 minutes at least)."""
    middle = [one for one in sorted(free, key=lambda one: one.change.at)
              if world.plan.start + DAY < one.change.at < world.end - DAY]  # fmt: skip
    if not middle:
        return []
    first = rng.randrange(max(1, len(middle) - count))
    until = max(
        middle[min(first + count, len(middle)) - 1].change.at, middle[first].change.at + dt.timedelta(minutes=20)
    )
    return [one for one in middle[first:] if one.change.at <= until]


def _attribute(world: World, free: list[Passage], count: int, rng: Random) -> list[Passage]:
    """Orders paid by instalments, or with another rare attribute that a stack shows, fail, about two in three: a rule
    would leave out all of them.
    """
    is_rare = getattr(world.traits["stack"], "rare", _instalments)
    rare = [one for one in free if is_rare(one.order)]
    return rng.sample(rare, math.ceil(len(rare) * 0.65))


def _after(world: World, free: list[Passage], count: int, rng: Random) -> list[Passage]:
    """From the morning of the fifth day on, at the given rate of what comes then."""
    since = world.plan.start + dt.timedelta(days=4, hours=9)
    late = [one for one in free if one.change.at >= since]
    wanted = min(len(late), max(1, round(len(late) * count / max(1, len(free)))))
    return rng.sample(late, wanted)


_shapes: dict[str, Callable[[World, list[Passage], int, object], list[Passage]]] = {
    "spread": _spread,
    "burst": _burst,
    "attribute": _attribute,
    "after": _after,
}


def right_classes(fault: Fault, times: list[dt.datetime], of_topic: int, *, second_witness: bool) -> set[str]:
    """The classes that section 3 of the judgement allows for that fault; empty where it says nothing."""
    if not times:
        return set()
    days = {at.date() for at in times}
    if not second_witness:
        return {"insufficient-evidence", "sync-delay"} if fault.kind == "late" else {"insufficient-evidence"}
    if fault.kind in ("late", "refused-rerun"):
        return {"sync-delay"}
    if fault.kind == "edited":
        return {"structural", "insufficient-evidence"}  # a habit, or nothing to say
    if fault.shape == "attribute":
        return {"connector-bug"} if len(times) >= 3 else set()
    if fault.shape == "burst":
        return {"connector-bug"}
    if len(times) >= 3 and (len(days) >= 3 or (of_topic >= 30 and len(times) >= 0.02 * of_topic)):
        return {"structural"}
    return set()
