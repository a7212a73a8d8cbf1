"""A state was changed by a person, or outside the integration, with no order event behind it.

What it costs: The edited system and the source disagree from then on, and the next sync may undo the edit, or
never touch the order again.

Who can fix it: The administrator of the edited system, with whoever works in it.

What to change: Give the reason for the edit a regular path (a status, a reason code), so that nobody needs to
work around the integration.

What will not help: Forbidding edits as long as the cause for them remains.

Repairing the orders: Decide which side is right, then make the same change in the other system.

Not to be confused with: The integration's own user, a change that a workflow set off, a mass update, an event
behind the edit that happened before the exports begin, an edit that only repairs what a fault had left.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, EditFacts, Facts, Template
from tracelog.judge.rules import severity

KIND = "manual-edit"


def judge(facts: Facts) -> Template | Counted | None:
    """Row 27."""
    if not isinstance(facts, EditFacts):
        return None
    if not facts.covered_before:
        state, reason = "suspected", "left-edge"
    elif facts.bulk:
        state, reason = "suspected", "bulk"
    elif facts.by != "person":
        state, reason = "suspected", "no-author"
    else:
        state, reason = "confirmed", "by-person"
    base = "medium" if facts.contradicts else "info"
    return Template(KIND, state, severity(base, state), "manual", "27", reason)
