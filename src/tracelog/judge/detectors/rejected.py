"""The other end, or the system itself, refused the event with an error, and no later try succeeded in time.

What it costs: The order stands still at the target while everybody upstream believes it is on its way. The
refusal is on record, so it waits for somebody to read an error list.

Who can fix it: Usually the target's administrator, because the error names what the target did not accept
(a missing item, a closed period, a field that is too long); the integration's owner when the sent value was wrong.

What to change: Correct what the error names, and have refused records retried and then put on a list that
somebody owns, with an alarm when it grows.

What will not help: Retrying the same content. It is refused again for the same reason, and hides the list under
repetitions.

Repairing the orders: Correct the cause, then retry the failed records from the integration's own error list, so
that they keep their trace; check each at the target.

Not to be confused with: A busy answer followed by a successful retry, "already exists" where the target does
hold the order, a lookup that answers "not found" before the first import, an error resolved by a later success.
Refused deliveries whose records name no order are told once for their stream, with their number, and only suspected:
nobody can look up what became of the orders.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts, Template
from tracelog.judge.rules import loss_severity, pattern, refusal

KIND = "rejected"


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 10, 10a, 10b and 11a, and 7 where it was made good later."""
    if not isinstance(facts, LegFacts):
        return None
    refused = facts.answer == "refuse" or (facts.answer == "exists" and facts.effect == "absent")
    inside = facts.answer == "inside" and facts.failure_recorded
    ruling = refusal(facts) if refused or inside else None
    if ruling is None:
        return None
    state, row, reason = ruling
    return Template(
        KIND,
        state,
        loss_severity(facts.topic, state),
        "delivery",
        "11a" if inside and row == "10" else row,
        reason,
        pattern=pattern(facts.topic),
    )
