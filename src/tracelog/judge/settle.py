"""One order's findings against each other: what is a root, what follows from it, what is said once.

JUDGEMENT's rules between findings, as a visible tuple of plain functions over the order's list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from tracelog.judge.bind import Bound
from tracelog.judge.facts import LegFacts, SequenceFacts, StandFacts, ToldFacts
from tracelog.judge.rules import severity
from tracelog.judge.scene import towards
from tracelog.model.event import MINUTE, Event
from tracelog.model.finding import FINDING_STATES

_EXPLAINS = frozenset(("confirmed", "suspected", "pending"))
_DELIVERY = frozenset(("silent-drop", "rejected", "swallowed-error", "unacknowledged"))
_EXPLAINS_NOTHING = frozenset(("late", "unmapped-status"))
_FOLLOWS_A_LOST_ORDER = _DELIVERY | {"late", "state-divergence", "orphan"}


def settle(found: Sequence[Bound], events: Sequence[Event]) -> list[Bound]:
    """The findings of one order, each with its `caused_by`, in order of time; severities raised where the order's
    other events make it worse.
    """
    settled = sorted(found, key=lambda b: (b.at is None, b.at or 0, b.consequence))
    for rule in RULES:
        settled = rule(settled, events)
    return settled


def _merged(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """Two ways to the same id (same record, step and problem) are one finding; the root is kept, then the stronger."""
    kept: dict[str, Bound] = {}
    for bound in found:
        other = kept.get(bound.finding.id)
        if other is None or (other.consequence and not bound.consequence):
            kept[bound.finding.id] = bound
    return list(kept.values())


def _divergence_explained(found: list[Bound], events: Sequence[Event]) -> list[Bound]:
    """A divergence holds only where no row above explains the difference; of several, the one with a step does."""
    apart = [b for b in found if b.finding.kind == "state-divergence"]
    explaining = [b for b in found if b.finding.kind != "state-divergence" and _explains(b)]
    if not explaining:
        return [b for b in found if not isinstance(b.facts, StandFacts)] if _has_step(found) else found
    held = [b for b in apart if _lost_before(b) and not any(_may_explain(one, b, events) for one in explaining)]
    return [b for b in found if b not in apart or b in held]


def _lost_before(bound: Bound) -> bool:
    """An order that a system lacks, with a time by which it should have been there."""
    missing = isinstance(bound.facts, LegFacts) or (
        isinstance(bound.facts, StandFacts) and bound.facts.relation == "missing" and bound.finding.state != "pending"
    )
    return missing and bound.finding.topic == "created" and bound.due is not None


def _may_explain(bound: Bound, divergence: Bound, events: Sequence[Event]) -> bool:
    """What befell a later change, when the order was overdue already, does not explain that the order is missing: it
    follows from that.
    """
    if bound.at is None or divergence.due is None or bound.at <= divergence.due:
        return True
    return any(event.id in bound.touched and event.kind.topic == "created" for event in events)


def _explains(bound: Bound) -> bool:
    f = bound.finding
    harmless_edit = f.kind == "manual-edit" and f.severity == "info"
    return f.state in _EXPLAINS and f.kind not in _EXPLAINS_NOTHING and not harmless_edit


def _has_step(found: list[Bound]) -> bool:
    return any(b.finding.kind == "state-divergence" and not isinstance(b.facts, StandFacts) for b in found)


def _refused_for_its_order(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """Row 31: a refusal of what came too early follows from the order of arrival."""
    roots = [b for b in found if isinstance(b.facts, SequenceFacts) and b.facts.harm == "refused"]
    for root in roots:
        for bound in found:
            if bound.finding.kind == "rejected" and bound.touched & root.touched:
                _follows(bound, root)
    return found


def _after_a_lost_order(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """What the target refuses or lacks of an order that it never got follows from that."""
    roots = [
        b
        for b in found
        if b.finding.topic == "created"
        and b.finding.kind in {*_DELIVERY, "state-divergence"}
        and b.finding.state != "recovered"
        and b.finding.caused_by is None
        and not b.consequence
    ]
    for root in roots[:1]:
        for bound in found:
            later = (bound.at or 0) >= (root.at or 0)
            no_stronger = root.finding.state == "confirmed" or bound.finding.state != "confirmed"
            if later and no_stronger and bound.finding.kind in _FOLLOWS_A_LOST_ORDER:
                _follows(bound, root)
    return found


def _sent_wrong(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """What left with the wrong state can't take effect at the target: that follows from the rewrite."""
    roots = [b for b in found if b.finding.kind in {"rewrite", "out-of-sequence"} and b.finding.state in _EXPLAINS]
    for root in roots:
        for bound in found:
            same = bound.finding.kind == "silent-drop" and bound.row in {"12", "14"} and bound.touched & root.touched
            if same and (root.finding.state == "confirmed" or bound.finding.state != "confirmed"):
                _follows(bound, root)
    return found


def _lost_to_several(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """One change that several receivers should have had, and none has, was lost once, before all of them."""
    groups: dict[object, list[Bound]] = defaultdict(list)
    for bound in found:
        f, facts = bound.finding, bound.facts
        handed = isinstance(facts, LegFacts) and facts.leg == "hand" and f.kind in {"silent-drop", "state-divergence"}
        if handed and not bound.consequence and f.step is not None and f.state in _EXPLAINS:
            groups[f.step.from_, f.topic, bound.at].append(bound)
    for group in groups.values():
        root, *rest = sorted(group, key=lambda b: FINDING_STATES.index(b.finding.state))
        for bound in rest:
            _follows(bound, root)
    return found


def _stopped_nearer(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """What a nearer step tells of a change, refused or lost on its way to a system, explains that it is missing there
    as seen from its source: also where it never left the one in between.
    """
    handed = [b for b in found if isinstance(b.facts, LegFacts) and b.facts.leg == "hand" and not b.consequence
              and b.finding.kind == "silent-drop" and b.finding.state in {"suspected", "pending"}]  # fmt: skip
    for bound in handed:
        for root in found:
            step, far = root.finding.step, bound.finding.step
            told = root.finding.kind in _DELIVERY and root.finding.state in _EXPLAINS and root not in handed
            same = root.finding.topic == bound.finding.topic
            if told and same and step and far and towards(step.from_, step.to) == towards(far.from_, far.to):
                _follows(bound, root)
                break
    return found


def _late_nearer(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """What one step held back came late to the end of the whole way too: that is told once, where it waited."""
    late = [(b, b.facts.leg) for b in found if b.finding.kind == "late" and isinstance(b.facts, LegFacts)]
    nearer = [b for b, leg in late if leg != "hand" and b.finding.state == "confirmed"]
    for bound in (b for b, leg in late if leg == "hand"):
        far = bound.finding.step
        for root in nearer:
            step, same = root.finding.step, root.finding.topic == bound.finding.topic
            if same and step and far and towards(step.from_, step.to) == towards(far.from_, far.to):
                _follows(bound, root)
                break
    return found


def _answered_by_nobody(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """That an answer is missing, or a success was answered in vain, follows from what was sent not having arrived."""
    lost = [b for b in found if isinstance(b.facts, LegFacts) and b.facts.leg == "hand"
            and b.finding.kind == "silent-drop" and b.finding.state in _EXPLAINS]  # fmt: skip
    for bound in found:
        root = next((b for b in lost if b.touched & bound.touched and b.finding.topic == bound.finding.topic), None)
        after = bound.finding.kind == "unacknowledged" or bound.row in {"12", "14"}
        if after and root is not None:
            _follows(bound, root)
    return found


def _repaired_by_hand(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """An edit that made a fault good is its repair, not a fault of its own."""
    repaired = [b for b in found if b.finding.recovered_at and b.finding.kind != "manual-edit"]
    for bound in found:
        if bound.finding.kind == "manual-edit":
            for root in repaired:
                same_minute = (root.finding.recovered_at or "")[:16] == (bound.finding.at or "-")[:16]
                if same_minute or bound.touched & root.touched:
                    _follows(bound, root)
    return found


def _shipping_on(found: list[Bound], events: Sequence[Event]) -> list[Bound]:
    """Cancelled, and goods moved after it all the same: money and goods, not only a wrong status."""
    for bound in found:
        f = bound.finding
        if f.pattern != "cancellation-not-applied" or f.state not in {"confirmed", "suspected"} or bound.at is None:
            continue
        moved = [
            e
            for e in events
            if e.kind.topic in {"picked", "shipped", "posted"}
            and e.kind.system == f.behind
            and e.true_at is not None
            and e.true_at > bound.at + MINUTE
        ]
        if moved:
            worse = "critical" if f.state == "confirmed" else "high"
            bound.finding.severity = worse
            bound.finding.explanation += " The order went on to be shipped there."
    return found


def _told_of_what_is_missing(found: list[Bound], _events: Sequence[Event]) -> list[Bound]:
    """Row 36: a notice that went before its order follows from what kept the order, and is as sure as that."""
    kept = []
    for bound in found:
        facts = bound.facts
        if isinstance(facts, ToldFacts) and not facts.route:
            root = next((b for b in found if _kept_the_order(b)), None)
            if root is None and facts.had == "never":
                continue  # that it is missing is shown by no other finding, so it is not known
            if root is not None:
                f = bound.finding
                f.state = root.finding.state if root.finding.state != "recovered" else f.state
                f.severity = severity(f.severity, f.state)
                _follows(bound, root)
        kept.append(bound)
    return kept


def _kept_the_order(bound: Bound) -> bool:
    f = bound.finding
    return f.topic == "created" and f.kind in _DELIVERY | {"late", "state-divergence"} and f.caused_by is None


def _follows(bound: Bound, root: Bound) -> None:
    if bound is not root and bound.finding.caused_by is None and root.finding.caused_by != bound.finding.id:
        bound.finding.caused_by = root.finding.id


RULES: tuple[Callable[[list[Bound], Sequence[Event]], list[Bound]], ...] = (
    _merged,
    _divergence_explained,
    _refused_for_its_order,
    _sent_wrong,
    _after_a_lost_order,
    _lost_to_several,
    _stopped_nearer,
    _late_nearer,
    _answered_by_nobody,
    _repaired_by_hand,
    _shipping_on,
    _told_of_what_is_missing,
)
"""In this order: first what is one, then what follows from what, then what makes it worse."""
