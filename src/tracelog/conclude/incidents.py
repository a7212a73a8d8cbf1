"""Findings that are one failure: grouped, classed, and told with what they share."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tracelog.conclude import causes, rates, telling
from tracelog.conclude.attributes import of_case
from tracelog.conclude.shares import common, shares
from tracelog.conclude.tally import StepKey, Tally, Trait
from tracelog.judge.bind import Bound
from tracelog.judge.facts import LegFacts, StandFacts, ValueFacts
from tracelog.judge.once import ASKED
from tracelog.judge.scene import stamp
from tracelog.model.event import HOUR, Context
from tracelog.model.finding import CLASSES, FINDING_STATES, SEVERITIES, ContextNote, Incident, Money, Step
from tracelog.model.words import plain

EXAMPLES = 5
RATE = 0.02
PROVABLE = 0.5


class Ground(NamedTuple):
    """What incidents stand on besides their findings. Times are UTC nanoseconds. `note` fetches a context record's
    raw text, which only those that are shown need.
    """

    tally: Tally
    traits: Mapping[int, Sequence[Trait]]
    contexts: Sequence[Context]
    note: Callable[[Context], ContextNote]
    since: int | None
    end: int | None

    def fed(self, step: Step | None, topic: str | None) -> bool:
        """Whether changes of that topic come from another system to the one that this step starts at."""
        start = step.from_.system if step else None
        return any(
            key.to.system == start != key.from_.system and topic in {key.topic, None} for key in self.tally.steps
        )


class Failure(NamedTuple):
    """One incident in the making: its roots, and what follows from them."""

    roots: list[Bound]
    followers: list[Bound]

    @property
    def members(self) -> list[Bound]:
        return [*self.roots, *self.followers]

    def times(self) -> list[int]:
        """When it failed, ascending: a finding said once for many orders knows all of theirs."""
        return sorted(at for b in self.roots for at in (b.times or ((b.at,) if b.at is not None else ())))

    def orders(self) -> set[int]:
        return {number for b in self.roots for number in (b.orders or (b.order,)) if number}


def incidents(bounds: Sequence[Bound], ground: Ground) -> list[Incident]:
    """All of them, worst and still preventable first. Gives every finding its `incident`."""
    told = [_tell(failure, ground) for failure in failures(bounds)]
    return sorted(told, key=_rank)


def failures(bounds: Sequence[Bound]) -> list[Failure]:
    """Roots by kind, step, topic or field, and value pair; what follows goes with its root."""
    by_id = {b.finding.id: b for b in bounds}
    groups: dict[Hashable, Failure] = defaultdict(lambda: Failure([], []))
    for bound in bounds:
        root = _root(bound, by_id)
        failure = groups[_key(root)]
        (failure.roots if root is bound else failure.followers).append(bound)
    return [failure for failure in groups.values() if failure.roots]


def _root(bound: Bound, by_id: Mapping[str, Bound]) -> Bound:
    seen = {bound.finding.id}
    while (above := by_id.get(bound.finding.caused_by or "")) and above.finding.id not in seen:
        bound = above
        seen.add(bound.finding.id)
    return bound


def _key(bound: Bound) -> Hashable:
    """Amounts differ with every order; only states make a value pair."""
    f, facts = bound.finding, bound.facts
    pair = (f.value_in, f.value_out)
    if (isinstance(facts, ValueFacts) and facts.what != "status") or f.kind == "manual-edit":
        pair = (None, None)
    if isinstance(facts, StandFacts) and facts.relation == "differs":
        pair = (None, None)
    scope = bound.finding.scope if bound.row in ASKED else None
    return (f.kind, f.step, f.field or f.topic, pair, scope)


def _tell(failure: Failure, ground: Ground) -> Incident:
    roots = sorted(failure.roots, key=lambda b: (FINDING_STATES.index(b.finding.state), b.at or 0))
    first = roots[0].finding
    times = failure.times()
    found = shares(ground.tally, first.step, first.topic, _failing(failure, ground))
    class_, shape = classify(failure, ground, narrow=any(narrow for _, narrow in found))
    pair = common((b.finding.value_in, b.finding.value_out) for b in roots if b.row not in ASKED) or (
        None,
        None,
    )
    still = {number for b in roots if b.finding.still_wrong for number in (b.orders or (b.order,)) if number}
    incident = Incident(
        id=_id(roots),
        class_=class_,
        problem=first.problem,
        kind=first.kind,
        step=first.step,
        topic=common(b.finding.topic for b in roots),
        field=first.field,
        value_in=pair[0],
        value_out=pair[1],
        pattern=common(b.finding.pattern for b in roots),
        first=stamp(times[0]) if times else None,
        last=stamp(times[-1]) if times else None,
        ongoing=_ongoing(failure, times, ground.end),
        orders=len(failure.orders()),
        open_orders=len(still),
        value=money(b for b in roots if b.finding.still_wrong is not False),
        shares=[share for share, _ in found],
        context=[ground.note(context) for context in causes.around(first.step, times, ground.contexts)],
        involve=telling.involve(roots, class_),
        ask="",
        summary="",
        examples=_examples(roots),
        findings=[b.finding.id for b in failure.members],
        state=first.state,
        severity=min((b.finding.severity for b in roots), key=SEVERITIES.index),
        shape=shape,
        act_by=min((b.finding.act_by for b in roots if b.finding.act_by), default=None),
    )
    spared = telling.spare(incident, roots, fed=ground.fed(first.step, incident.topic))
    incident.ask = " ".join(filter(None, (telling.ask(incident, roots), spared)))
    cause = causes.probable(incident, times, ground.since)
    incident.summary = telling.summary(incident, roots, len(failure.followers), cause)
    for bound in failure.members:
        bound.finding.incident = incident.id
    return incident


def _failing(failure: Failure, ground: Ground) -> dict[int, Sequence[Trait]]:
    own = {b.order: of_case(b.at, b.job) for b in failure.roots if not b.orders}
    return {
        number: [*ground.traits[number], *own.get(number, ())] for number in failure.orders() if number in ground.traits
    }


def _id(roots: Sequence[Bound]) -> str:
    """From the earliest root, so that it stays when more of the same turn up later."""
    earliest = min(roots, key=lambda b: (b.at is None, b.at or 0, b.finding.id)).finding
    parts = [earliest.id, earliest.kind, earliest.field or earliest.topic or ""]
    return "I-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _examples(roots: Sequence[Bound]) -> list[str]:
    names: dict[str, None] = {}
    for bound in roots:
        f = bound.finding
        for name in [f.order] if f.order else f.orders.examples if f.orders else []:
            names[name] = None
    return list(names)[:EXAMPLES]


def money(bounds: Iterable[Bound]) -> list[Money]:
    """What is at stake, each order once, never added across currencies. What is pending may yet come out right."""
    lost = [b for b in bounds if b.finding.state in {"confirmed", "suspected"}]
    by_order = {b.order: b.finding.value for b in lost if b.finding.value is not None}
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for value in by_order.values():
        if value is not None:
            try:
                sums[value.currency.upper() if value.currency else None] += Decimal(value.amount)
            except InvalidOperation:
                continue
    return [Money(plain(amount), currency) for currency, amount in sorted(sums.items(), key=lambda i: str(i[0]))]


def _ongoing(failure: Failure, times: Sequence[int], end: int | None) -> bool | None:
    """Whether the failure reaches the end of the data: the pause since then is no longer than its usual pauses."""
    if not times or end is None:
        return None
    if all(b.finding.state == "recovered" for b in failure.roots):
        return False
    usual = (times[-1] - times[0]) // max(len(times) - 1, 1)
    return end - times[-1] <= max(2 * usual, HOUR)


def classify(failure: Failure, ground: Ground, *, narrow: bool) -> tuple[str, str | None]:
    """JUDGEMENT, section 3: the class, and the shape where it has a name.

    A fault of a connector needs a record of what the connector did: systems that differ, and nobody knows why, say
    nothing of it, nor does what a person did by hand, unless people have to do it again and again.
    """
    roots = failure.roots
    states, kinds = {b.finding.state for b in roots}, {b.finding.kind for b in roots}
    if states == {"pending"} or kinds == {"state-divergence"} or all(b.row in ASKED for b in roots):
        return "insufficient-evidence", None
    if kinds == {"clock-offset"}:
        return "sync-delay", None  # everything arrived; only what the stamps say of the time is wrong
    if not failure.orders():
        return "insufficient-evidence", None
    if all(b.finding.kind == "late" or b.finding.state == "recovered" for b in roots) and not _value_wrong(roots):
        return "sync-delay", None
    if not _shown(roots) and not _provable(roots, ground.tally):
        return "insufficient-evidence", None
    times, orders = failure.times(), failure.orders()
    recurs = (rates.days(times) >= 3 or rates.weeks(times) >= 2) and len(orders) >= 3
    if kinds == {"manual-edit"}:
        return ("structural", "recurring") if recurs else ("insufficient-evidence", None)
    if narrow:
        return "connector-bug", "one attribute"
    if all(isinstance(b.facts, LegFacts) and b.facts.rule_sign == "attribute" for b in roots):
        return "insufficient-evidence", None  # a whole class is never sent there: maybe a filter that nobody declared
    one_burst = rates.bursts(times) <= 1
    if one_burst and len(orders) > 1 and _over(times, ground):
        return "connector-bug", "single outage"
    if recurs or (not one_burst and _often(roots[0], len(orders), ground.tally)):
        return "structural", "recurring"
    return "connector-bug", "isolated"


def _value_wrong(roots: Sequence[Bound]) -> bool:
    return any(isinstance(b.facts, ValueFacts) or b.finding.kind == "duplicate" for b in roots)


def _over(times: Sequence[int], ground: Ground) -> bool:
    """Covered time lies before the first and after the last: others pass on both sides."""
    if ground.since is None or ground.end is None:
        return False
    rest = max(times[-1] - times[0], HOUR)
    return times[0] - ground.since >= HOUR and ground.end - times[-1] >= rest


def _row(bound: Bound, tally: Tally) -> tuple[int, int]:
    """Events of the affected hop, and how many of them can be told at all."""
    step = bound.finding.step
    row = tally.steps.get(StepKey(step.from_, step.to, bound.finding.topic)) if step else None
    return (row.in_, row.in_ - row.unknown) if row else (0, 0)


def _shown(roots: Sequence[Bound]) -> bool:
    """Confirmed by records of the failures themselves, or by a log that holds the answers to nearly all others: what
    can't be told of other orders takes nothing from them.
    """
    return all(b.finding.state in {"confirmed", "recovered"} and b.finding.kind != "silent-drop" for b in roots)


def _provable(roots: Sequence[Bound], tally: Tally) -> bool:
    events, told = _row(roots[0], tally)
    return events == 0 or told >= PROVABLE * events


def _often(root: Bound, orders: int, tally: Tally) -> bool:
    events, _ = _row(root, tally)
    return events >= rates.ENOUGH and orders >= RATE * events


def _rank(one: Incident) -> tuple[object, ...]:
    """Worst first; among equals those that can still be prevented, then the larger."""
    wrong = one.open_orders or 0
    return (
        one.state in {"recovered", "pending"},
        SEVERITIES.index(one.severity),
        wrong == 0,
        one.act_by is None,
        -CLASSES.index(one.class_) if one.class_ != "insufficient-evidence" else 0,
        -wrong,
        -one.orders,
        one.first or "",
        one.id,
    )
