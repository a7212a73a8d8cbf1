"""The customer was told before the system of record had the order.

What it costs: A promise that nobody behind the shop knows of: until the order arrives nobody reserves, picks or
bills it, and if it never does, the customer is the first to notice.

Who can fix it: Whoever decides when the customer is told, together with the owner of the way to the system of record.

What to change: Let the notice wait for the answer of the system of record (a gate), or say "received" first and
"confirmed" only after that answer; and count each evening what was promised and is not there.

What will not help: A faster sync alone: it shortens the gap, and the order that is lost on the way stays promised.

Repairing the orders: Bring the order to the system of record by its own finding; until then tell the customer nothing
more that it would have to keep.

Not to be confused with: A notice that follows the system of record by seconds, a status that reads as if somebody
had been told (only a record of the notice counts), two clocks that differ by a constant.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, Template, ToldFacts
from tracelog.judge.rules import severity

KIND = "confirmation-gap"


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 35 and 36; what it follows from is tied to it afterwards."""
    if not isinstance(facts, ToldFacts) or facts.had in {"before", "unknown"}:
        return None
    if facts.had == "blurred":
        return Counted("order not to be told", "32")
    if facts.route:
        return Template(KIND, "confirmed", "info", "sequencing", "35", "told-first")
    if facts.had == "in-time":
        return Counted("told first", "35")
    reason = "told-first" if facts.had == "late" else "told-and-lost"
    declared = facts.limit_basis in {"declared", "vendor"}
    base = "high" if facts.had == "never" else "medium" if declared else "low"
    return Template(KIND, "confirmed", severity(base, "confirmed"), "sequencing", "36", reason)
