"""Two systems' stamps differ by a constant: a zone read wrongly, a clock that is off, or one hour since the clocks
were changed.

What it costs: Read as they stand, such stamps make orders late that were not, put effects before their causes, and
hide real delays of that size. Here the difference is taken off wherever the two are compared; no stamp is changed.

Who can fix it: Whoever exported the file, if its stamps name no zone; else whoever administers the system whose
clock, or whose zone setting, is wrong.

What to change: Name the zone when the file is read (`--tz`, or `[zones]` in tracelog.toml); where the stamps name
their zone themselves, correct the clock or the zone at the system that writes them.

What will not help: Declaring a longer limit: it hides the difference, and real delays with it.

Repairing the orders: Nothing to repair; read the export again with the right zone.

Not to be confused with: An hourly or nightly batch, a rule that holds orders for a fixed time, a constant delay that
traffic in the other direction shows as well, a difference inside the precision of the stamps.
"""

from __future__ import annotations

from tracelog.judge.facts import ClockFacts, Counted, Facts, Template
from tracelog.judge.rules import severity

KIND = "clock-offset"
_SURE = frozenset(("early", "both", "narrow"))


def judge(facts: Facts) -> Template | Counted | None:
    """Row 32, once for two systems, by what false accusation 20 asks for."""
    if not isinstance(facts, ClockFacts):
        return None
    state = "confirmed" if facts.by in _SURE else "suspected"
    base = "low" if facts.harm and state == "confirmed" else "info"
    return Template(KIND, state, severity(base, "confirmed"), "timing", "32", f"clock-{facts.by}")
