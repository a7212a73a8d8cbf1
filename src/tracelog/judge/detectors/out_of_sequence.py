"""Events of one order arrived, or took effect, in another order than they happened, and it did harm.

What it costs: A change that comes before the order is refused or forgotten; an older state written over a newer
one sets the order back, often to "not shipped", long after everybody looked.

Who can fix it: Whoever runs the queue or the integration between the two systems.

What to change: An ordering rule: hold an event until what it builds on is there, and never write a state that is
older than the one in place (compare the source's own time or version).

What will not help: Retrying faster, or more workers: both make the order of arrival less certain.

Repairing the orders: Send the latest state of each affected order once more, after the rule is in place.

Not to be confused with: Arrival in another order that ended right, a difference smaller than the precision of the
stamps or the spread of the clocks, two clocks that differ by a constant.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, SequenceFacts, Template, ValueFacts
from tracelog.judge.rules import severity

KIND = "out-of-sequence"


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 26 and 30 to 32."""
    if isinstance(facts, ValueFacts):
        return _stale(facts) if facts.relation == "regression" else None
    if not isinstance(facts, SequenceFacts):
        return None
    if facts.harm == "none":
        return Counted("reordered, harmless", "30")
    if facts.settled == "blurred":
        return Counted("order not to be told", "32")
    base = "high" if facts.in_force else "medium"
    if facts.harm == "stale" and not facts.in_force:
        return _found("suspected", base, "26", "stale-unseen")
    row, reason = ("26", "stale") if facts.harm == "stale" else ("31", f"order-by-{facts.settled}")
    return _found("confirmed", base, row, reason)


def _stale(facts: ValueFacts) -> Template:
    """An older version of the source was passed on after a newer one."""
    if facts.corrected:
        return _found("recovered", "medium", "26", "corrected")
    if facts.cut or not facts.in_force:
        return _found("suspected", "medium", "26", "cut" if facts.cut else "stale-unseen")
    return _found("confirmed", "high", "26", "stale")


def _found(state: str, base: str, row: str, reason: str) -> Template:
    return Template(KIND, state, severity(base, state), "sequencing", row, reason)
