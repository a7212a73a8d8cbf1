"""A value left a step different from how it came in, beyond formatting and beyond the mapping in force.

What it costs: The target works with a wrong value and has no reason to doubt it: goods are held or shipped,
amounts are billed, and the next correct sync may never touch that field again.

Who can fix it: Whoever owns the mapping of that field, in the integration or its connector.

What to change: Add the missing entry or condition to the mapping, and let a value without an entry fail loudly
instead of falling to a default.

What will not help: Syncing more often repeats the wrong value.

Repairing the orders: Correct the mapping first, then send the affected orders again, or set the field at the
target by hand with a note.

Not to be confused with: `118.40` written as `118.4`, a status that only refines the other, a mapping that is
known to lose detail, a tax, unit or currency conversion that holds for all orders, a payload cut in the export.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, Template, ValueFacts
from tracelog.judge.rules import severity

KIND = "rewrite"
GOODS_OR_MONEY = frozenset(("money", "currency", "quantity"))


def judge(facts: Facts) -> Template | Counted | None:
    """Rows 23, 25, 28 and 29."""
    if not isinstance(facts, ValueFacts):
        return None
    if facts.relation == "unknown":
        return Counted("not comparable", "29")
    if facts.relation == "systematic":
        return _everywhere(facts)
    if facts.relation == "unmapped":
        return _unmapped(facts)
    if facts.relation not in {"contradiction", "differs"}:
        return None
    if facts.corrected:
        return _found(facts, "recovered", "23", "corrected")
    if facts.cut:
        return _found(facts, "suspected", "23", "cut")
    return _found(facts, "confirmed", "23", "both-values")


def _everywhere(facts: ValueFacts) -> Template | Counted:
    """Every order shows it. A status is held against the canonical map all the same; any other field's
    constant relation *is* the mapping in force (tax, unit, currency): shown once, accusing nobody.
    """
    if facts.what != "status":
        return Counted("mapping in force", "28")
    return _found(facts, "confirmed", "23", "everywhere")


def _unmapped(facts: ValueFacts) -> Template | None:
    if facts.same_in_gave_other:
        return _found(facts, "confirmed", "25", "same-in-other-out")
    if facts.default_contradicts:
        return _found(facts, "suspected", "25", "default")
    return None


def _found(facts: ValueFacts, state: str, row: str, reason: str) -> Template:
    if not facts.in_force:
        base = "medium"
    else:
        base = "critical" if facts.what in GOODS_OR_MONEY else "high" if facts.what == "status" else "medium"
    return Template(KIND, state, severity(base, state), "mapping", row, reason, consequence=row == "25")
