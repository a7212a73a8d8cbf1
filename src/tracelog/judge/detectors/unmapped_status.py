"""A system uses a status value that the canonical map does not know.

What it costs: Orders with this value can't be compared across systems, and an integration whose own mapping has
the same gap drops them or gives them its default.

Who can fix it: Whoever owns the status mapping of the integration; here, whoever keeps the status map.

What to change: Say what the value means: an entry in the status map, and one in the integration's own mapping.

What will not help: Renaming the value in one order: the next one brings it back.

Repairing the orders: Look at what became of the orders that carried the value; only those that took a default
need repair.

Not to be confused with: A value of a field that is no status, another spelling of a known value, a value that is
known to have no counterpart.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, Template, ValueFacts

KIND = "unmapped-status"


def judge(facts: Facts) -> Template | Counted | None:
    """Row 24: once per system, field and value; what followed from it is its consequence."""
    if not isinstance(facts, ValueFacts) or facts.relation != "unmapped" or facts.what != "status":
        return None
    harmful = facts.same_in_gave_other or facts.default_contradicts
    return Template(KIND, "confirmed", "medium" if harmful else "low", "mapping", "24", "unmapped")
