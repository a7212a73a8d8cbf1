"""Findings about systems, said once over all orders: clocks that are apart, and customers who were told too early."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracelog.expect import gaps
from tracelog.expect.expected import Expected
from tracelog.expect.gaps import Gaps, Passed, Source
from tracelog.expect.offsets import Offset
from tracelog.expect.passages import stop_of
from tracelog.expect.routes import far_end
from tracelog.judge.about import about
from tracelog.judge.bind import Bound, OrderCard, Show, bind
from tracelog.judge.facts import Case, ClockFacts, ToldFacts
from tracelog.judge.judge import judge
from tracelog.link.meaning import moment
from tracelog.model.event import MINUTE, SECOND, Event
from tracelog.model.finding import Count, Station


class Ask(NamedTuple):
    """What is fetched for the few orders that are shown. `zone_of` gives the zone by which a record's stamp was read,
    with its basis; events are as they were stamped.
    """

    order: Callable[[int], Sequence[Event]]
    card: Callable[[int], OrderCard]
    show: Show
    zone_of: Callable[[Event], tuple[str | None, str | None]]


def fleet(expected: Expected, sums: Gaps, ask: Ask) -> Iterator[Bound]:
    for offset in _one_a_pair(expected.offsets):
        yield from _apart(offset, expected, ask)
    for source, ones in sorted(sums.routes.items(), key=repr):
        yield from _told_first(source, ones, expected, ask)


def _one_a_pair(found: Iterable[Offset]) -> list[Offset]:
    """Several exports of one system may show the same wrong clock; of one system and amount one is told."""
    kept: dict[tuple[object, ...], Offset] = {}
    for one in found:
        kept.setdefault((one.wrong.system, one.wrong.instance, one.sure, one.most.ns), one)
    return list(kept.values())


def _apart(offset: Offset, expected: Expected, ask: Ask) -> Iterator[Bound]:
    shown = []
    for sample in offset.examples:
        events = {event.id: event for event in ask.order(sample.order)}
        if sample.cause in events and sample.effect in events:
            shown.append((sample.order, events[sample.cause], events[sample.effect]))
    if not shown:
        return
    order, cause, effect = shown[0]
    right, wrong = (cause, effect) if cause.kind.system == offset.right.system else (effect, cause)
    zone, basis = ask.zone_of(wrong)
    case = Case(
        ClockFacts(offset.most.how, _harms(offset, expected)),
        order,
        {
            "anchor": right, "other": wrong, "from_": stop_of(right).station(), "to": stop_of(wrong).station(),
            "offset": offset, "zone": zone, "zone_basis": basis, "should": _should(offset, zone, basis, wrong),
        },
    )  # fmt: skip
    bound = _bound("pair", case, {number for number, _, _ in shown}, ask)
    bound.finding.topic = None  # it is about the stamps of all changes
    bound.finding.orders = Count(offset.pairs, bound.finding.orders.examples if bound.finding.orders else [])
    bound.finding.evidence += [ask.show(event) for _, *both in shown[1:] for event in both if event.place is not None]
    yield bound


def _harms(offset: Offset, expected: Expected) -> bool:
    """More than what the way between the two may take."""
    two = {offset.right.system, offset.wrong.system}
    limits = [leg.limit.ns for leg in expected.legs if {leg.start.system, far_end(leg.leg, leg.end)} == two]
    return abs(offset.most.ns) > min(limits, default=0)


def _should(offset: Offset, zone: str | None, basis: str | None, wrong: Event) -> str | None:
    """The zone by which the export's stamps would agree; None where they name their zone, or none would do."""
    if zone is None or (basis or "").startswith("in text") or wrong.at is None or len(offset.parts) > 1:
        return None
    ahead, odd = divmod(offset.most.ns, 15 * MINUTE)
    now = _offset_of(zone, wrong.at)
    if odd or now is None:
        return None
    minutes = now + 15 * ahead
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _offset_of(zone: str, at: int) -> int | None:
    """How many minutes that zone is ahead of UTC at the moment."""
    if zone[:1] in {"+", "-"}:
        return int(zone[:3]) * 60 + int(zone[0] + zone[4:6])
    try:
        shift = datetime.fromtimestamp(at / SECOND, ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return round(shift.total_seconds() / 60) if shift is not None else None


def _told_first(source: Source, ones: Sequence[Passed], expected: Expected, ask: Ask) -> Iterator[Bound]:
    """Row 35: one a route, where at least one notice provably went before the system of record had its order."""
    record = expected.record
    early = [one for one in ones if gaps.gate(one, expected.spread) in {"ack", "none"}]
    if record is None or not early:
        return
    worst = max(early, key=lambda one: (one.had - one.told if one.had >= 0 else 0, one.told, one.order))
    events = ask.order(worst.order)
    told = [event for event in events if event.kind.topic == "notified"]
    anchor = min(told, key=lambda event: (moment(event), event.at_raw))
    there = [event for event in events if event.kind.system == record.system and event.kind.phase != "observed"]
    case = Case(
        ToldFacts("in-time", route=True),
        worst.order,
        {
            "anchor": anchor, "effect": min(there, key=moment, default=None), "topic": "created",
            "from_": Station(source[0], "emitted", source[1]), "to": Station(record.system, "applied"),
            "gap": gaps.distribution(ones, expected.spread, expected.end), "basis": record.basis, "worst": worst,
        },
    )  # fmt: skip
    bound = _bound("route", case, {one.order for one in early}, ask)
    yield bound._replace(times=tuple(sorted(one.told for one in early)))


def _bound(scope: str, case: Case, orders: set[int], ask: Ask) -> Bound:
    (template,) = judge(case.facts).templates
    bound = bind(template, case, ask.card(case.order), ask.show, scope=scope)
    finding = bound.finding
    some = [case.order, *sorted(orders - {case.order})][:5]
    finding.orders = Count(len(orders), [name for number in some if (name := ask.card(number).name)])
    finding.order, finding.aliases, finding.links = None, [], []
    finding.next_step = about(finding.kind).change
    finding.channel = finding.value = finding.customer_told = finding.still_wrong = None
    return bound._replace(orders=frozenset(orders))
