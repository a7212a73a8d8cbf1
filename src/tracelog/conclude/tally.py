"""Sums over every judged case, the good ones included: what the step table and the figures are read off.

`add` takes one order after the other, in any order; `merge` takes another tally. Nothing here keeps an order,
except by its number where it failed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from tracelog.conclude.attributes import of_case
from tracelog.conclude.signs import Signs
from tracelog.judge.facts import Case, LegFacts, StandFacts
from tracelog.judge.judge import Judgement
from tracelog.judge.scene import stations, topic_of, towards
from tracelog.model.event import Event
from tracelog.model.finding import Station

Trait = tuple[str, str]

HARMLESS = ("redelivered", "reordered, harmless", "retried", "already there", "superseded", "cancelled before hand-off")
"""What looks like a fault and is none, by the decision table: counted, and no finding."""
MANY_VALUES = 400
"""An attribute with more values than this at one step tells orders apart, not groups of them."""


class StepKey(NamedTuple):
    from_: Station
    to: Station
    topic: str | None


class StepCount(msgspec.Struct):
    """`in_` is the sum of the others."""

    leg: str
    in_: int = 0
    out: int = 0
    skipped: int = 0
    refused: int = 0
    lost: int = 0
    unknown: int = 0

    def count(self, outcome: str) -> None:
        self.in_ += 1
        if outcome in {"arrived", "late"}:
            self.out += 1
        elif outcome == "skipped":
            self.skipped += 1
        elif outcome == "refused":
            self.refused += 1
        elif outcome == "lost":
            self.lost += 1
        else:
            self.unknown += 1

    def merge(self, other: StepCount) -> None:
        for name in self.__struct_fields__[1:]:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Ask(msgspec.Struct):
    """Something that an export could settle: how many cases of which time (UTC ns)."""

    cases: int = 0
    first: int | None = None
    last: int | None = None

    def count(self, first: int | None, last: int | None) -> None:
        self.cases += 1
        if first is not None:
            self.first = first if self.first is None else min(self.first, first)
        if (last := first if last is None else last) is not None:
            self.last = last if self.last is None else max(self.last, last)


class AskKey(NamedTuple):
    """What would show a phase of a system (towards or from a peer); the phase `between` is whatever lies between two
    systems. `why`: `none` no export of it, `ends` it ends too early, `hole`, `scope` it may be filtered.
    """

    system: str
    phase: str
    peer: str | None
    why: str


class Tally(msgspec.Struct):
    """The sums. `since` is where the exports begin (UTC ns): what was over before is not open."""

    since: int | None = None
    orders: int = 0
    steps: dict[StepKey, StepCount] = {}
    traits: dict[StepKey, dict[str, Counter[str]]] = {}
    """Step, attribute → how many events of the hop have each value."""
    accounted: Counter[str] = msgspec.field(default_factory=Counter)
    counted: Counter[str] = msgspec.field(default_factory=Counter)
    harmless: dict[int, Counter[str]] = {}
    """Per order what of `HARMLESS` it had."""
    asks: dict[AskKey, Ask] = {}
    open_orders: set[int] = set()
    signs: Signs = msgspec.field(default_factory=Signs)

    def add(
        self,
        order: int,
        events: Sequence[Event],
        ruled: Iterable[tuple[Case, Judgement]],
        traits: Sequence[Trait],
    ) -> None:
        self.orders += 1
        outcomes: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
        open_: list[tuple[Case, Judgement]] = []
        for case, judgement in ruled:
            if judgement.counted is not None:
                what = judgement.counted.what
                self.counted[what] += 1
                if what in HARMLESS:
                    self.harmless.setdefault(order, Counter())[what] += 1
            told = judgement.templates
            if judgement.outcome in _OPEN or (told and any(template.row in {"18", "22"} for template in told)):
                open_.append((case, judgement))
            if judgement.outcome and isinstance(case.facts, LegFacts):
                self._leg(case, case.facts, judgement.outcome, traits)
                outcomes[topic_of(case)].append((case.facts.leg, _in_force(judgement)))
            elif told and any(template.kind == "rewrite" and template.state == "confirmed" for template in told):
                outcomes[topic_of(case)].append((case.binding.get("field") or "", "rewritten"))
        for case, judgement in open_:
            if ("status", "rewritten") not in outcomes[topic_of(case)]:  # no export settles what left as another status
                self._ask(case, judgement)
        for topic, legs in outcomes.items():
            if topic is not None:
                became = account(legs)
                if became:
                    self.accounted[became] += 1
        self._order(order, events)
        self.signs.add(order, events)

    def _leg(self, case: Case, facts: LegFacts, outcome: str, traits: Sequence[Trait]) -> None:
        if outcome == "moot":
            return
        from_, to = stations(case)
        topic = topic_of(case)
        anchor: Event = case.binding["anchor"]
        traits = [*traits, *of_case(anchor.true_at, anchor.envelope[0] if anchor.envelope else None)]
        took = case.binding.get("took")
        if isinstance(took, Station) and facts.attempt:
            self._count(StepKey(took, from_, topic), facts.leg, "arrived", traits)
        self._count(StepKey(from_, to, topic), facts.leg, outcome, traits)
        if "onward" in case.binding:
            start, end, became = case.binding["onward"]
            self._count(StepKey(start, end, topic), facts.leg, became, traits)

    def _count(self, key: StepKey, leg: str, outcome: str, traits: Sequence[Trait]) -> None:
        row = self.steps.get(key)
        if row is None:
            row = self.steps[key] = StepCount(leg)
        row.count(outcome)
        mine = self.traits.setdefault(key, {})
        for name, value in traits:
            values = mine.get(name)
            if values is None:
                values = mine[name] = Counter()
            if len(values) <= MANY_VALUES:
                values[value] += 1

    def _ask(self, case: Case, judgement: Judgement) -> None:
        """Which record would have told, and why it is not there."""
        key = _wanting(case, judgement)
        if key is not None:
            self.asks.setdefault(key, Ask()).count(case.binding["anchor"].at, case.binding.get("due"))

    def _order(self, order: int, events: Sequence[Event]) -> None:
        """How the order stands in the systems whose own records tell of it."""
        final: dict[str, bool] = {}
        last = None
        for event in events:
            kind = event.kind
            at = event.happened_at if event.happened_at is not None else event.at
            if kind.phase != "observed" and at is not None and (last is None or at > last):
                last = at
            if kind.phase not in {"emitted", "applied", "observed"}:
                continue
            final.setdefault(kind.system, False)
            for state in event.states:
                if state.axis in {"order", "fulfilment"}:
                    final[kind.system] = state.final
        over = final and all(final.values()) and self.since is not None and last is not None and last < self.since
        if len(final) > 1 and not over:
            self.open_orders.add(order)

    def merge(self, other: Tally) -> None:
        """The other's sums on top. A value counted past `MANY_VALUES` is beyond use either way."""
        self.orders += other.orders
        for key, row in other.steps.items():
            self.steps.setdefault(key, StepCount(row.leg)).merge(row)
        for key, traits in other.traits.items():
            own = self.traits.setdefault(key, {})
            for name, values in traits.items():
                own.setdefault(name, Counter()).update(values)
        for want, ask in other.asks.items():
            mine = self.asks.setdefault(want, Ask())
            mine.count(ask.first, ask.last)
            mine.cases += ask.cases - 1
        self.accounted.update(other.accounted)
        self.counted.update(other.counted)
        for order, harmless in other.harmless.items():
            self.harmless.setdefault(order, Counter()).update(harmless)
        self.open_orders |= other.open_orders
        self.signs.merge(other.signs)


_OPEN = frozenset(("unknown", "astray"))


def _wanting(case: Case, judgement: Judgement) -> AskKey | None:
    """What would settle this case. Of a span nobody knows what lies between; of a refusal, the later tries."""
    from_, to = stations(case)
    facts, what = case.facts, judgement.counted.what if judgement.counted else None
    if what == "routed at all?":
        return None
    if isinstance(facts, StandFacts):
        why = "between" if facts.settled and facts.scope else "scope" if facts.settled else "ends"
        target = towards(from_, to)
        return AskKey(from_.system, why, target, "none") if why == "between" else AskKey(target, "applied", None, why)
    if not isinstance(facts, LegFacts):
        return None
    if facts.leg == "span":
        return AskKey(from_.system, "between", towards(from_, to), "none")
    if what == "accepted, not verified":
        return AskKey(towards(from_, to), "applied", None, "none")
    if facts.answer in {"refuse", "inside"}:
        sender = from_.system if from_.phase in {"forwarded", "rejected"} else to.system
        return AskKey(sender, "forwarded", None, facts.cover) if facts.cover != "spans" else None
    if facts.cover == "spans":
        return None
    why = "ends" if facts.log_ended else facts.cover
    return AskKey(to.system, to.phase, None if to.phase == "applied" else to.peer, why)


def _in_force(judgement: Judgement) -> str:
    """The outcome as it is accounted for. What is only suspected to be late arrived, and over no limit in force:
    nobody declared one, and none could be learned or told apart.
    """
    told = judgement.templates
    doubted = bool(told) and told[0].kind == "late" and told[0].state != "confirmed"
    return "arrived" if doubted else judgement.outcome


def account(legs: Sequence[tuple[str, str]]) -> str | None:
    """What became of one change on its whole way: `lost`, `late`, `in_time`, `not_knowable`, or None (not due).

    A first hand-off that arrived says nothing of the far end: where no other leg is on record, whether the change
    took effect anywhere is not knowable, unless it was left out on purpose from there on. A change whose status left
    with another meaning did not arrive, whatever was acknowledged.
    """
    if ("status", "rewritten") in legs:
        return "lost"
    legs = [(leg, outcome) for leg, outcome in legs if outcome != "rewritten"]
    outcomes = {outcome for _, outcome in legs}
    if outcomes & {"lost", "astray", "refused"}:
        return "lost"
    if "late" in outcomes:
        return "late"
    if any(outcome == "arrived" for leg, outcome in legs if leg != "hand"):
        return "in_time"
    if "unknown" in outcomes:
        return "not_knowable"
    return "not_knowable" if "arrived" in outcomes and "skipped" not in outcomes else None
