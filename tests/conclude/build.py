"""A week of judged cases, as the conductor would hand them over: some arrive, some fail, at chosen hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from judge.make import DAYS, HOURS, T0, bound, case, event, judge
from tracelog.conclude.incidents import Ground, incidents
from tracelog.conclude.tally import Tally, Trait
from tracelog.judge.bind import Bound
from tracelog.judge.facts import Facts, LegFacts
from tracelog.judge.scene import stamp
from tracelog.model.event import Context
from tracelog.model.finding import ContextNote, Incident

START, END = T0 - 12 * HOURS, T0 + 7 * DAYS
GOOD = LegFacts(topic="cancelled", attempt=True, effect="shown", cover="spans")
LOST = LegFacts(topic="cancelled", cover="spans", both_sides=True)


class Week:
    """Collects orders; `incidents()` is what they amount to."""

    def __init__(self) -> None:
        self.tally = Tally(since=START)
        self.bounds: list[Bound] = []
        self.traits: dict[int, Sequence[Trait]] = {}
        self.contexts: list[Context] = []
        self.number = 0

    def order(self, *facts: Facts, at: int = T0, traits: Sequence[Trait] = (), **binding: Any) -> int:
        """One order with these cases, all at that time."""
        self.number += 1
        ruled = []
        for one in facts:
            anchor = event(at=at, name=str(self.number), topic=getattr(one, "topic", None) or "cancelled")
            made = case(one, self.number, **({"anchor": anchor} | binding))
            ruled.append((made, judge(one)))
            if judge(one).templates:
                self.bounds.append(bound(one, self.number, **made.binding))
                self.traits[self.number] = traits
        self.tally.add(self.number, [], ruled, traits)
        return self.number

    def orders(self, facts: Facts, hours: Iterable[float], **more: Any) -> None:
        """One order an hour given, counted from the beginning of the week."""
        for hour in hours:
            self.order(facts, at=T0 + round(hour * HOURS), **more)

    def ground(self) -> Ground:
        return Ground(
            self.tally, self.traits, self.contexts, lambda c: ContextNote(stamp(c.at), c.what, None), START, END
        )

    def incidents(self) -> list[Incident]:
        return incidents(self.bounds, self.ground())
