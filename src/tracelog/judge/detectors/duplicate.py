"""One event took effect more than once: two target documents, or an amount or quantity counted double.

What it costs: Goods leave twice, revenue is booked twice, stock is short, and the customer is charged or called.

Who can fix it: Whoever sends to the target: the integration's owner, sometimes the platform that has two
subscriptions to one topic.

What to change: An idempotency key, or a look at the target before creating, keyed by the source's own order id.

What will not help: Deleting duplicates on sight: without the key the next retry makes new ones.

Repairing the orders: Void the later document after checking which of the two was paid, shipped or invoiced.

Not to be confused with: The same delivery again with one effect, one confirmation per line item, several
fulfilments or purchase orders of one order, a copy at the torn edge of an export.
"""

from __future__ import annotations

from tracelog.judge.facts import CopyFacts, Counted, Facts, Template
from tracelog.judge.rules import severity

KIND = "duplicate"


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 33 and 34."""
    if not isinstance(facts, CopyFacts):
        return None
    if facts.what == "redelivered":
        return Counted("redelivered", "33")
    if not facts.alive:
        state, reason = "recovered", "voided"
    elif facts.at_edge:
        state, reason = "suspected", "edge"
    elif facts.weak:
        state, reason = "suspected", "weak"
    else:
        state, reason = "confirmed", "two-effects"
    return Template(KIND, state, severity("critical", state), "delivery", "34", reason)
