"""How long orders take to the system of record, and whether customers were told before: sums of a route.

Kept is one short tuple an order; adding and merging in any order gives the same. Counted from the notice to the
customer where one is on record, else from the order's creation, and said so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from tracelog.link.meaning import moment
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event
from tracelog.model.words import amount_of, plain, rfc3339

AFTER = (1, 5, 15, 60)
"""Minutes after which it is asked who is there."""
FEW = 5
"""Orders with a notice below which no gate is told."""
GATED = 0.95
EXAMPLES = 3
MANY = 30
"""Orders in the busy hours, and in the quiet ones, before the two are compared."""
GROWS = 2.0


class Passed(NamedTuple):
    """One order on its way. Times are UTC ns by clocks that are right, -1 where no record says."""

    order: int
    told: int
    born: int
    taken: int
    """The first system behind the source took it in."""
    sent: int
    """It was sent to the system of record."""
    answered: int
    """Any system first said that it took the order."""
    had: int
    """The system of record had it."""
    there: bool
    """The system of record shows it, whenever it came."""
    polled: bool
    slack: int
    """The coarser precision of the notice's stamp and of the system of record's."""
    amount: str | None = None
    currency: str | None = None
    seen: int = -1
    """The system of record first tells of a change to it, of whatever kind."""


Source = tuple[str, str | None]


def passed(order: int, events: Sequence[Event], record: str) -> tuple[Source, Passed] | None:
    """What an order's events say of its way to the system of record; None for one that does not start elsewhere.

    When that had the order is only known by its word on the creation: a log that begins later shows some change first.
    """
    asked: set[str] = set()
    source: Source | None = None
    first = {"told": -1, "born": -1, "taken": -1, "sent": -1, "answered": -1, "had": -1, "seen": -1}
    there = polled = False
    slack = 0
    amount = currency = None

    def note(what: str, at: int) -> None:
        if at >= 0 and (first[what] < 0 or at < first[what]):
            first[what] = at

    for event in events:
        kind, at = event.kind, moment(event)
        phase = kind.phase
        if kind.topic == "notified":
            note("told", at)
            slack = max(slack, event.precision)
        elif kind.system == record:
            there = there or phase != "rejected"
            if phase in {"received", "applied"}:
                note("seen", at)
            if kind.topic == "created" and phase in {"received", "applied"}:
                note("had", at)
                slack = max(slack, event.precision)
        elif phase == "emitted":
            source = source or (kind.system, kind.instance)
            note("born", at)
        elif phase == "received":
            note("taken", at)
            polled = polled or kind.carries == "state"
        elif phase == "forwarded" and kind.peer == record:
            if kind.topic == "created":
                note("sent", at)
                asked.update(event.envelope)
        elif phase == "acknowledged":
            note("answered", at)
            if kind.peer == record:
                there = True
                if not asked.isdisjoint(event.envelope):
                    note("had", at)
        if amount is None and "total" in event.fields:
            amount, currency = event.fields["total"], event.fields.get("currency")
    if source is None or source[0] == record or first["born"] < 0:
        return None
    if first["taken"] >= 0:
        note("answered", first["taken"])
    return source, Passed(order, **first, there=there, polled=polled, slack=slack, amount=amount, currency=currency)


class Gaps:
    """The sums, by source."""

    def __init__(self, record: str | None) -> None:
        self.record = record
        self.routes: dict[Source, list[Passed]] = defaultdict(list)

    def add(self, order: int, events: Sequence[Event]) -> None:
        """One order, its clocks aligned."""
        found = passed(order, events, self.record) if self.record is not None else None
        if found is not None:
            self.routes[found[0]].append(found[1])

    def merge(self, other: Gaps) -> None:
        for source, ones in other.routes.items():
            self.routes[source] += ones


def gate(one: Passed, spread: int) -> str | None:
    """What came before the notice of one order: `erp` the system of record had it, `ack` some system had taken it,
    `none`; None where the stamps do not tell.
    """
    if one.told < 0 or (one.had < 0 and one.there):
        return None
    after = one.told - one.had
    doubt = spread + one.slack
    if one.had >= 0 and after > -doubt:
        return "erp" if after >= doubt else None
    return "ack" if 0 <= one.answered <= one.told else "none"


def gating(ones: Sequence[Passed], spread: int) -> tuple[str, Counter[str]]:
    """The class of a route, with its counts. One that waits does so for nearly every order."""
    counts = Counter(word for one in ones if (word := gate(one, spread)))
    known = counts.total()
    if known < FEW:
        return "unknown", counts
    if counts["erp"] >= GATED * known:
        return "erp-gated", counts
    return ("ack-gated" if counts["erp"] + counts["ack"] >= GATED * known else "ungated"), counts


def distribution(
    ones: Sequence[Passed], spread: int, end: int, name: Callable[[int], str] | None = None
) -> dict[str, Any]:
    """A route as `tracelog routes --json` shows it. Counted from the notice where orders have one. `name` gives what
    people call an order: with it, some orders that were told of before the system of record had them.
    """
    word, counts = gating(ones, spread)
    told = [one for one in ones if one.told >= 0]
    mine = sorted(told or ones)
    if all(one.had < 0 for one in mine):  # it never says that it created an order: accounts that hold receipts only
        mine = [one._replace(had=one.seen) for one in mine]
    starts = {one.order: one.told if told else one.born for one in mine}
    gaps = sorted(max(one.had - starts[one.order], 0) for one in mine if one.had >= 0)
    return {
        "class": word,
        "counts": {"after_record": counts["erp"], "after_answer": counts["ack"], "before": counts["none"],
                   "no_notice": len(ones) - len(told)},
        "examples": {"after_answer": _examples(ones, "ack", spread, name),
                     "before": _examples(ones, "none", spread, name)},
        "counted_from": "notice" if told else "creation",
        "orders": len(mine),
        "found_after_minutes": {str(m): sum(gap <= m * MINUTE for gap in gaps) for m in AFTER},
        "found_later": sum(gap > AFTER[-1] * MINUTE for gap in gaps),
        "found_unknown_when": sum(one.there and one.had < 0 for one in mine),
        "missing": sum(not one.there for one in mine),
        "median_seconds": _seconds(gaps, 0.5),
        "p95_seconds": _seconds(gaps, 0.95),
        "split_seconds": _split(mine),
        "growth": _growth(mine, starts),
        "days": _days(mine, starts, end),
    }  # fmt: skip


def _examples(ones: Sequence[Passed], word: str, spread: int, name: Callable[[int], str] | None) -> list[str]:
    """The first orders whose notice came so: the exceptions where most wait."""
    found = sorted((one.told, one.order) for one in ones if gate(one, spread) == word)
    return [name(order) for _, order in found[:EXAMPLES]] if name is not None else []


def _seconds(gaps: Sequence[int], share: float) -> float | None:
    return round(gaps[min(int(share * len(gaps)), len(gaps) - 1)] / SECOND, 3) if gaps else None


def _split(ones: Sequence[Passed]) -> dict[str, float | None]:
    """Where the time goes, by medians: waiting for a poll (`trigger`) or on the way (`delivery`) to the first system
    behind the source, in that system (`queue`), and at the system of record (`processing`): not known where that takes
    less than its stamps tell apart.
    """
    parts: dict[str, list[int]] = {"trigger": [], "delivery": [], "queue": [], "processing": []}
    for one in ones:
        if one.taken >= 0:
            parts["trigger" if one.polled else "delivery"].append(one.taken - one.born)
        if one.sent >= 0 and one.taken >= 0:
            parts["queue"].append(one.sent - one.taken)
        if one.had >= 0 and one.sent >= 0:
            parts["processing"].append(one.had - one.sent)
    known = {name: max(median(spans), 0) for name, spans in parts.items() if spans}
    slack = max((one.slack for one in ones), default=0)
    if slack > SECOND and known.get("processing", slack) < slack:
        del known["processing"]
    return {name: round(known[name] / SECOND, 3) if name in known else None for name in parts}


def _growth(ones: Sequence[Passed], starts: dict[int, int]) -> dict[str, Any]:
    """Whether orders of busy hours take longer than those of quiet ones."""
    hours: dict[int, list[int]] = defaultdict(list)
    for one in ones:
        hours[starts[one.order] // HOUR].append(max(one.had - starts[one.order], 0) if one.had >= 0 else -1)
    ranked = sorted(hours.values(), key=lambda gaps: (len(gaps), gaps))
    third = len(ranked) // 3
    quiet = [gap for gaps in ranked[:third] for gap in gaps if gap >= 0]
    busy = [gap for gaps in ranked[len(ranked) - third :] for gap in gaps if gap >= 0]
    enough = third > 0 and min(len(quiet), len(busy)) >= MANY and len(ranked[0]) < len(ranked[-1])
    slow, fast = (median(busy), median(quiet)) if enough else (None, None)
    return {
        "with_volume": slow > GROWS * fast + SECOND if slow is not None and fast is not None else None,
        "busy_median_seconds": None if slow is None else round(slow / SECOND, 3),
        "quiet_median_seconds": None if fast is None else round(fast / SECOND, 3),
    }


def _days(ones: Sequence[Passed], starts: dict[int, int], end: int) -> list[dict[str, Any]]:
    """What was promised, or placed, and is not in the system of record: at each UTC day's end, and at the most."""
    known = [one for one in ones if one.had >= 0 or not one.there]
    if not known:
        return []
    first = min(starts[one.order] for one in known) // DAY
    waiting: list[Passed] = []
    rest = sorted(known, key=lambda one: starts[one.order])
    out: list[dict[str, Any]] = []
    place = 0
    soonest = first * DAY
    for day in range(first, end // DAY + 1):
        until = min((day + 1) * DAY, end)
        new = place
        while new < len(rest) and starts[rest[new].order] < until:
            new += 1
        if new == place and until < soonest:  # of a date that is a mistake, decades without any change follow
            out.append({**out[-1], "day": rfc3339(day * DAY)[:10], "orders": 0, "most_missing": len(waiting)})
            continue
        today = [*waiting, *rest[place:new]]
        most = _most(today, starts, day * DAY, until)
        waiting = [one for one in today if one.had < 0 or one.had > until]
        soonest = min((one.had for one in waiting if one.had >= 0), default=end + 1)
        out.append({"day": rfc3339(day * DAY)[:10], "orders": new - place, "missing_at_end": len(waiting),
                    "most_missing": most, "value": _value(waiting)})  # fmt: skip
        place = new
    return out


def _most(ones: Sequence[Passed], starts: dict[int, int], since: int, until: int) -> int:
    """The largest backlog of a stretch of time."""
    steps = [(max(starts[one.order], since), 1) for one in ones]
    steps += [(max(one.had, starts[one.order]), -1) for one in ones if 0 <= one.had <= until]
    most = now = 0
    for _, change in sorted(steps, key=lambda step: (step[0], -step[1])):
        now += change
        most = max(most, now)
    return most


def _value(ones: Sequence[Passed]) -> list[dict[str, str | None]]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in ones:
        amount = amount_of(one.amount or "")
        if amount is not None:
            sums[(one.currency or "").strip().upper()] += amount
    return [{"amount": plain(amount), "currency": currency or None} for currency, amount in sorted(sums.items())]
