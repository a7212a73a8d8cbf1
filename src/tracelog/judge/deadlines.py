"""Until when something can still be prevented: a cancelled order before it leaves, an order before its marketplace
cancels or fines it. Said only where the records tell how long that takes, or the vendor declares it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tracelog.expect.expected import Expected
from tracelog.judge.abstract.promises import shows
from tracelog.judge.bind import Bound
from tracelog.judge.facts import StandFacts
from tracelog.link.meaning import moment
from tracelog.model.event import SECOND, Event
from tracelog.model.finding import Finding
from tracelog.model.words import clock, duration, rfc3339, system_name

MOVED = frozenset(("picked", "shipped", "posted"))
_GONE = frozenset(("picked", "shipped", "delivered", "returned"))
_OWN = frozenset(("emitted", "received", "applied"))
_WRONG = frozenset(("confirmed", "suspected"))
ENOUGH = 20
"""Orders that left a system, to say how long orders stay there."""
EARLY = 0.05
"""Of the orders that left, so many were gone by the time that is told."""


class Deadlines:
    """Sums of how long orders stay in a system before goods move there, and the findings that wait for them."""

    def __init__(self, expected: Expected) -> None:
        self.end = expected.end
        self.vendors = expected.settings.vendors
        self.stays: dict[str, list[int]] = defaultdict(list)
        self.waiting: list[tuple[Finding, str, int]] = []

    def add(self, events: Sequence[Event], found: Sequence[Bound]) -> None:
        """One order, its clocks aligned, with its findings."""
        came, left = _stay(events)
        for system, at in left.items():
            if system in came and at > came[system]:
                self.stays[system].append(at - came[system])
        for bound in found:
            finding = bound.finding
            if finding.state not in _WRONG or not finding.still_wrong:
                continue
            system = finding.behind or ""
            stoppable = called_off(bound) and finding.severity != "critical"
            if stoppable and system in came and system not in left:
                self.waiting.append((finding, system, came[system]))
            if finding.topic == "created" and finding.problem in {"delivery", None}:
                self._promised(finding, events)

    def _promised(self, finding: Finding, events: Sequence[Event]) -> None:
        """The nearest limit of a vendor that is still ahead, of which no record shows that it was kept."""
        for limit in self.vendors:
            own = [event for event in events if limit.system in {event.kind.system, event.kind.peer}]
            spared = any(event.fields.get(field, "").casefold() == value.casefold()
                         for field, value in limit.unless.items() for event in own)  # fmt: skip
            begun = min((at for event in own if event.kind.topic == limit.since and (at := moment(event)) >= 0),
                        default=None)  # fmt: skip
            if begun is None or spared or any(shows(event, event.kind.topic, limit.until) for event in own):
                continue
            due = begun + int(limit.seconds * SECOND)
            if due > self.end and (finding.act_by is None or rfc3339(due) < finding.act_by):
                finding.act_by = rfc3339(due)
                says = f"{system_name(limit.system)} wants this by {clock(due)}: {limit.says}."
                finding.next_step = f"{finding.next_step} {says}"

    def merge(self, other: Deadlines) -> None:
        for system, stays in other.stays.items():
            self.stays[system] += stays
        self.waiting += other.waiting

    def settle(self) -> None:
        """Once all orders are in: until when the cancelled ones can be kept from leaving."""
        for finding, system, since in self.waiting:
            stays = sorted(self.stays.get(system, ()))
            if len(stays) < ENOUGH:
                continue
            soon = stays[int(EARLY * len(stays))]
            due = since + soon
            left = f"of {len(stays):,} orders that left {system_name(system)}, 19 of 20 stayed there longer than"
            told = "Stop it " + (f"before {clock(due)}" if due > self.end else "at once")
            so = "" if due > self.end else ", as this one has"
            told += f": {left} {duration(soon / SECOND)}{so}."
            finding.act_by = rfc3339(max(due, self.end))
            finding.next_step = f"{told} {finding.next_step}"


def called_off(bound: Bound) -> bool:
    """Whether the order was cancelled, and somebody has not heard of it. Where only two listings differ, that is so if
    the source is the one that says so: what was voided elsewhere may be an order that is meant to ship.
    """
    finding = bound.finding
    if finding.pattern != "cancellation-not-applied":
        return False
    if isinstance(bound.facts, StandFacts) and bound.facts.relation == "contradiction" and finding.step is not None:
        return finding.step.from_.system == finding.ahead
    return True


def _stay(events: Sequence[Event]) -> tuple[dict[str, int], dict[str, int]]:
    """When an order came to each system, and when its goods first moved there, by the systems' own records.

    A listing tells that they have moved, and not when: -1.
    """
    came: dict[str, int] = {}
    left: dict[str, int] = {}
    listed = set()
    for event in events:
        kind = event.kind
        moved = kind.topic in MOVED or any(state.canonical in _GONE for state in event.states)
        if kind.phase == "observed" and moved:
            listed.add(kind.system)
        if kind.phase in _OWN and not (moved and kind.phase == "received"):
            at = moment(event)
            which = left if moved else came
            if 0 <= at < which.get(kind.system, at + 1):
                which[kind.system] = at
    return came, dict.fromkeys(listed, -1) | left
