"""An order event reached one phase of its route, the next phase never follows, and nothing says why.

What it costs: The systems behind the gap go on as if the event had never happened: an unknown order is not
shipped, a cancelled one is, a return is not paid back. Nobody is warned, because nothing failed.

Who can fix it: Whoever owns the step that the event did not pass: the integration's owner between two phases
of one system, the sender's platform support when it was emitted and never received, the receiver's
administrator when it was accepted and never applied.

What to change: Make the step answerable for what it takes in: an ordering rule or filter that is written down,
a retry with a dead-letter list, and a daily count of what came in against what went out.

What will not help: Syncing more often. The event is past, and a poll that skipped it once will skip it again.

Repairing the orders: Send the event once more from the last system that has it, or enter the change at the
target by hand; then check the target, not the log of the sender.

Not to be confused with: A filter or rule that skips on purpose, polling that carries only the latest state,
a log that was off or ended, another path into the target, an order created and cancelled before its first
hand-off. Each of these ends the case, or makes it suspected or pending.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts, Template
from tracelog.judge.rules import contradicted, loss_severity, made_good, pattern

KIND = "silent-drop"


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 2a, 12, 14, 16, 16a and 17, and 7 where it was made good later."""
    if not isinstance(facts, LegFacts):
        return None
    ruling = _arrived_at_nothing(facts) if facts.attempt else _not_sent(facts)
    if ruling is None:
        return None
    state, row, reason = ruling
    if made_good(facts):
        if facts.later != "other" or row in {"2a", "17"} or state != "confirmed":
            return None  # late by its own chain is `late`; what was only suspected to be missing proved to be there
        state, row, reason = "recovered", "7", "made-good"
    return Template(
        KIND,
        state,
        loss_severity(facts.topic, state),
        "delivery",
        row,
        reason,
        pattern=pattern(facts.topic),
        consequence=row == "2a",
    )


def _arrived_at_nothing(facts: LegFacts) -> tuple[str, str, str] | None:
    """Sent, and the target provably lacks it, or lacked it until somebody put it right."""
    accepted = facts.answer == "accept" or facts.later == "chain"
    repaired = accepted and facts.effect == "shown" and facts.later == "other"
    if facts.effect != "absent" and not repaired:
        return None
    if not accepted and facts.answer != "none":
        return None
    row = "12" if accepted else "14"
    if facts.weak:
        return "suspected", row, "weak"
    return "confirmed", row, "accepted-absent" if accepted else "sent-absent"


def _not_sent(facts: LegFacts) -> tuple[str, str, str] | None:
    """Never sent on, as far as a log that would show it goes."""
    if facts.answer != "none":
        return None
    if facts.route == "silent":
        heard = facts.cover == "spans"
        return ("confirmed", "2a", "went-silent") if heard else ("suspected", "2a", "no-heartbeat")
    if facts.cover == "none" or facts.leg == "span" or facts.route == "never":
        return None
    if facts.cover == "ends":
        return "pending", "17", "data-ends"
    few = facts.route == "few" and not contradicted(facts)
    if facts.cover == "hole" and facts.effect == "absent" and not (facts.weak or facts.rule_sign):
        return ("suspected", "16a", "few") if few else ("confirmed", "16", "absent-there")
    for holds, reason in (
        (facts.cover == "hole", "hole"),
        (facts.candidates, "candidates"),
        (facts.weak, "weak"),
        (facts.rule_sign == "count", "rule-count"),
        (facts.rule_sign is not None, "rule-attribute"),
        (few, "few"),
    ):
        if holds:
            return "suspected", "16a", reason
    return "confirmed", "16", "covered"
