"""The event arrived by its own chain of messages, but after the limit in force.

What it costs: Promises made from the older state: stock sold twice, a cut-off missed, a customer who asks.

Who can fix it: Whoever sets the schedule, the queue or the limit; often nobody needs to.

What to change: Find what the late ones share (an hour, a batch, a full queue) before touching the schedule, and
declare the limit that the business needs.

What will not help: Re-sending: the event is already there, and a second copy can do harm.

Repairing the orders: Nothing to repair; see whether something was promised in the meantime.

Not to be confused with: A constant difference between two clocks, stamps that name only the minute or the day, an
hourly batch doing what it always does. A limit that was only learned from the data accuses nobody beyond "low", and
where too few are known to learn one the default limit proves nothing: suspected at most.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts, PromiseFacts, Template
from tracelog.judge.rules import made_good, severity

KIND = "late"


def judge(facts: Facts) -> Template | Counted | None:
    """Row 6, the limits that vendors declare for a step inside their own system, and messages by their own stamps."""
    if isinstance(facts, PromiseFacts):
        blurred = facts.blurred
    elif isinstance(facts, LegFacts) and facts.later != "other" and made_good(facts):
        blurred = facts.timing == "late-blurred"
    else:
        return None
    state, reason = "confirmed", "after-limit"
    if blurred:
        state, reason = "suspected", "blurred"
    elif facts.limit_basis == "default":
        state, reason = "suspected", "limit-assumed"
    base = "medium" if facts.limit_basis in {"declared", "vendor"} else "low"
    return Template(KIND, state, severity(base, state), "timing", "6", reason)
