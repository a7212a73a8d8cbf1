"""The answer says success on the outside and failure inside, and the sender took it for success.

What it costs: The dashboards are green and the order is not there. Nothing retries, because nothing failed as
far as the sender knows.

Who can fix it: The connector's maker or whoever built the request: the sender has to read the body of the
answer, not only its status.

What to change: Treat a success flag of false, an error list in the body, or fewer results than requests as a
failure, so that the ordinary retry and error list take over.

What will not help: Watching error rates or response codes: this failure is counted as a success.

Repairing the orders: List the answers of the period whose body says failure, correct what each names, and send
those orders again.

Not to be confused with: A warning beside a success, a partial success whose refused part is on the sender's
error list, an answer whose body is cut in the export.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts, Template
from tracelog.judge.rules import loss_severity, pattern, refusal

KIND = "swallowed-error"


def judge(facts: Facts) -> Template | Counted | None:
    """Row 11, with the states of rows 10a and 10b, and 7 where it was made good later."""
    if not isinstance(facts, LegFacts) or facts.answer != "inside" or facts.failure_recorded:
        return None
    ruling = refusal(facts)
    if ruling is None:
        return None
    state, row, reason = ruling
    return Template(
        KIND,
        state,
        loss_severity(facts.topic, state),
        "delivery",
        "11" if row == "10" else row,
        "swallowed" if reason == "refused" else reason,
        pattern=pattern(facts.topic),
    )
