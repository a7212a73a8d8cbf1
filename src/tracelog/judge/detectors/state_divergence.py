"""The systems' latest records of one order contradict each other, and nothing on record explains how it came about.

What it costs: Whoever decides by the wrong side ships what was cancelled, chases what was paid, or tells the
customer something untrue.

Who can fix it: Not to be said from these exports: the step at which it happened lies in a log that was not given.

What to change: Get the export of what lies between the two systems (see "wanted"); it turns this into a finding
with a step and an owner.

What will not help: Overwriting one side with the other before knowing which is right.

Repairing the orders: Decide per order which system is right, correct the other, and note the time, so that the
correction is not taken for the fault.

Not to be confused with: A saved search that leaves out states, types or subsidiaries, snapshots taken at
different times, states that only refine each other, totals that differ by tax, shipping or currency, an order
that was edited at its source after it had been passed on.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts, StandFacts, Template
from tracelog.judge.rules import loss_severity, pattern, severity, stands_open

KIND = "state-divergence"
WORTH = {"total": "critical", "quantity": "critical", "currency": "critical"}
"""Money or goods; a status is high, because a customer or a colleague acts on it."""


def judge(facts: Facts) -> Template | Counted | None:
    """Row 18 for a leg of which no export shows the middle, row 22 for two latest states."""
    if isinstance(facts, LegFacts):
        return _leg(facts)
    return _stand(facts) if isinstance(facts, StandFacts) else None


def _leg(facts: LegFacts) -> Template | None:
    if facts.route == "never" and stands_open(facts) and not facts.attempt:
        return Template(KIND, "confirmed", "high", None, "22", "stands-apart", pattern=pattern(facts.topic))
    unseen = facts.leg == "span" or (facts.cover == "none" and not facts.attempt)
    if not unseen or facts.effect != "absent" or facts.answer != "none" or facts.route == "silent":
        return None
    state, reason = ("pending", "log-ended") if facts.log_ended else _settled(facts)
    return Template(KIND, state, loss_severity(facts.topic, state), None, "18", reason, pattern=pattern(facts.topic))


def _settled(facts: LegFacts) -> tuple[str, str]:
    for holds, reason in (
        (facts.weak, "weak"),
        (facts.candidates, "candidates"),
        (facts.rule_sign == "count", "rule-count"),
        (facts.rule_sign is not None, "rule-attribute"),
        (facts.route == "few", "few"),
    ):
        if holds:
            return "suspected", reason
    return "confirmed", "absent-downstream"


def _stand(facts: StandFacts) -> Template | None:
    if facts.explained:
        return None
    if not facts.settled:
        state, reason = "pending", "as-of"
    elif not facts.scope:
        state, reason = "suspected", "scope"
    elif facts.rule_sign:
        state, reason = "suspected", "rule-attribute"
    elif facts.everywhere:
        return Template(KIND, "suspected", "low", "mapping", "22", "stands-so-everywhere")
    elif facts.several:
        state, reason = "suspected", "several-documents"
    elif facts.edited:
        state, reason = "suspected", "edited-since"
    elif facts.lossy:
        state, reason = "suspected", "lossy"
    else:
        state, reason = "confirmed", "over" if facts.over else "stands-apart"
    base = "low" if facts.over else WORTH.get(facts.field, "high")
    return Template(
        KIND,
        state,
        severity(base, state),
        None,
        "22",
        reason,
        pattern=pattern("created" if facts.relation == "missing" else facts.topic),
    )
