"""The event was sent, no answer to it is on record although this log records answers, and its effect is unknown.

What it costs: Nobody can say whether the target has the order. If the request did arrive, sending it again
makes a duplicate; if it did not, not sending it loses the order.

Who can fix it: The integration's owner, together with whoever keeps the target's own request log.

What to change: A time-out that is treated as unknown instead of success, an idempotency key, and a look at the
target before the next try.

What will not help: A blind retry: without a key that the target recognises it turns a doubt into a duplicate.

Repairing the orders: Look the order up at the target. If it is there, nothing is to be done; if not, send it
again.

Not to be confused with: A stream that never records answers, an answer that lies after the end of the log or in
a hole, an order that the target shows anyway. "No answer recorded" is not "lost".
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts, Template
from tracelog.judge.rules import made_good, severity

KIND = "unacknowledged"


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 15, 15a and 15b, and 7 where it turned up later by another way."""
    if not isinstance(facts, LegFacts) or not facts.attempt or facts.answer != "none":
        return None
    if facts.effect == "absent" or facts.later == "chain" or facts.leg == "span":
        return None
    if made_good(facts):
        return _found("recovered", "7", "made-good") if facts.later == "other" else None
    if not facts.answers_usual and not facts.answers_others:
        return Counted("answers not recorded", "15b")
    if facts.cover == "none":
        return Counted("not knowable", "19")
    if facts.cover == "ends":
        return _found("pending", "15a", "data-ends")
    for holds, reason in (
        (facts.cover == "hole", "hole"),
        (facts.candidates, "candidates"),
        (facts.weak, "weak"),
        (not facts.answers_usual, "others-answered"),
    ):
        if holds:
            return _found("suspected", "15a", reason)
    return _found("confirmed", "15", "no-answer")


def _found(state: str, row: str, reason: str) -> Template:
    return Template(KIND, state, severity("medium", state), "delivery", row, reason)
