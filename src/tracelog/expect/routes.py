"""Legs read off the sums: who takes which way, in what time, and which attribute keeps orders off it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from tracelog.expect.coverage import StreamCoverage
from tracelog.expect.declared import in_force
from tracelog.expect.model import Activity, Declared, Leg, Limit, Settings, Stop
from tracelog.expect.sums import Entry
from tracelog.expect.tally import BUCKET, EndTally, Tally, limit_of, shift_of
from tracelog.expect.traits import Trait
from tracelog.model.event import DAY, SECOND

FEW_VALUES = 12
PER_VALUE = 5
"""An attribute of at most so many values, each had by so many orders on average, can be a class of orders."""
MINOR = 0.01
"""A stream that shows less than this part of a leg is not asked for its coverage."""
CHANCE = 0.001
"""What comes about by chance less often than this is a sign of a rule,"""
LIKELY = 0.05
"""and what does so more often is none: where most did not take a leg, those with some value need not have either."""
PAUSE = 0.0001
"""Misses that come together less often than this by chance are a silence of the log, not of the orders."""
TOLD_BY = ("channel", "instance")
"""Attributes that make the class of an order together with its topic."""
MOST_SHOWN = 2
"""Other attributes of which some value never takes a leg: more of them say the same again."""
GENERIC_SHARE = 0.9
"""A bare change is routed only where nearly all changes are."""


class Way(NamedTuple):
    """A leg with the sums behind it."""

    leg: Leg
    tally: Tally
    end: EndTally


def ways(
    tallies: Mapping[Entry, Tally],
    coverage: Mapping[str, StreamCoverage],
    settings: Settings,
    strangers: frozenset[tuple[str, str]] = frozenset(),
) -> dict[Entry, list[Way]]:
    """Every leg from every stop and topic. A next stop that one topic of a stop has, all its topics may have.
    `strangers` are systems of which nothing shows that the one hands orders to the other, though both have some.
    """
    strangers -= _declared_between(settings)
    known: dict[tuple[str, Stop], Counter[Stop]] = defaultdict(Counter)
    for (kind, start, _), tally in tallies.items():
        for end, sums in tally.ends.items():
            known[kind, start][end] += sums.taken
    flow = _flow(tallies, settings)
    pooled = _pooled(tallies)
    out: dict[Entry, list[Way]] = {}
    for entry, tally in tallies.items():
        kind, start, _ = entry
        ends = flow.get(entry, ()) if kind == "flow" else [end for end, count in known[kind, start].items() if count]
        if kind == "span":
            ends = [end for end in ends if (start.system, end.system) not in strangers]
        found = out[entry] = []
        for end in sorted(ends, key=repr):
            way = Way(_BLANK, tally, tally.towards(end, far_end(kind, end)))
            leg = _leg(entry, end, way, pooled[kind, start, end], Setup(coverage, settings))
            found.append(way._replace(leg=leg))
    return out


def _declared_between(settings: Settings) -> set[tuple[str, str]]:
    """Between which systems the configuration knows a route, by its legs or by its limits."""
    limited = (leg.partition(":")[0].partition(">") for leg in settings.limits)
    return {(one.start, one.end) for one in settings.routes} | {(start, end) for start, _, end in limited}


class Setup(NamedTuple):
    coverage: Mapping[str, StreamCoverage]
    settings: Settings


_BLANK = Leg("", Stop("", None, ""), Stop("", None, ""), None, 0, 0, "none", Limit(0, "", "default"))


def _pooled(tallies: Mapping[Entry, Tally]) -> dict[tuple[str, Stop, Stop], EndTally]:
    """The sums of one stretch over all topics: what a rare topic may still be held against."""
    out: dict[tuple[str, Stop, Stop], EndTally] = {}
    for (kind, start, _), tally in tallies.items():
        for end, sums in tally.ends.items():
            out.setdefault((kind, start, end), EndTally()).merge(sums)
    return out


def _leg(entry: Entry, end: Stop, way: Way, pooled: EndTally, setup: Setup) -> Leg:
    kind, start, topic = entry
    coverage, settings = setup
    tally, sums = way.tally, way.end
    own = sums if sum(sums.delays.values()) >= settings.enough_delays else pooled
    shift = shift_of(pooled.early, pooled.delays, int(settings.clock_spread * SECOND))
    delays = Counter(own.delays)
    if not shift:
        delays[0] += sum(own.early.values())
    streams = tuple(sorted(_shown_by(sums.streams or pooled.streams)))
    far = far_end(kind, end)
    declared = in_force(settings.routes, start.system, far, topic)
    limit = limit_of(delays, _length(streams, coverage), _limit(settings, start.system, far, topic), settings)
    due = tally.due(sums, _inside(streams, coverage) if kind != "span" else _before(streams, coverage, limit))
    seen = max(sum(due.values()), sums.taken)
    # inside one system what takes in goes on where nothing goes out any more: silence, or the end of that log alone
    looked_at = tally.due(sums, _always) if kind == "pass" else due
    over = max(tally.buckets, default=0) - limit.ns // BUCKET - 1
    missed = sum(count - sums.buckets[bucket] for bucket, count in looked_at.items()
                 if sums.last // BUCKET < bucket <= (over if looked_at is not due else bucket))  # fmt: skip
    silent = missed >= settings.silent_after and sums.taken >= settings.silent_after
    return Leg(
        leg=kind,
        start=start,
        end=end,
        topic=topic,
        seen=seen,
        taken=sums.taken,
        route="silent" if silent and declared is None else _route(topic, due, way, declared, settings),
        limit=limit,
        streams=streams,
        silent_since=sums.last if silent else None,
        carries=declared.carries if declared else None,
        shift=shift,
    )


def _shown_by(streams: Counter[str]) -> Iterable[str]:
    total = sum(streams.values())
    return [stream for stream, count in streams.items() if count >= MINOR * total]


def _length(streams: Iterable[str], coverage: Mapping[str, StreamCoverage]) -> int:
    """How long the exports are that show a leg (ns). A listing shows one moment, and says nothing of what is long."""
    spans = [end - start for stream in streams if stream in coverage for start, end in coverage[stream].spans]
    return max(filter(None, spans), default=DAY)


def _limit(settings: Settings, start: str, end: str, topic: str | None) -> float | None:
    leg = f"{start}>{end}"
    return settings.limits.get(f"{leg}:{topic}", settings.limits.get(leg))


def _seen_until(streams: Iterable[str], coverage: Mapping[str, StreamCoverage]) -> int | None:
    """Until when the exports reach that show the far end of a leg; None where that is not known."""
    lasts = [last for stream in streams if stream in coverage and (last := coverage[stream].last) is not None]
    return max(lasts, default=None)


def far_end(leg: str, end: Stop) -> str:
    """The system that the leg leads to."""
    return end.peer if leg == "pass" and end.peer else end.system


def _always(_: int) -> bool:
    return True


def _inside(streams: Iterable[str], coverage: Mapping[str, StreamCoverage]) -> Callable[[int], bool]:
    """Whether a bucket of time lies where the streams that show a leg are covered at all.

    Without it a log that ends would look like a route that fell silent.
    """
    spans = [
        (start // BUCKET, end // BUCKET)
        for stream in streams
        if stream in coverage
        for start, end in coverage[stream].spans
    ]
    return (lambda bucket: any(first <= bucket <= last for first, last in spans)) if spans else _always


def _before(streams: Iterable[str], coverage: Mapping[str, StreamCoverage], limit: Limit) -> Callable[[int], bool]:
    """Whether what happened in a bucket of time had its limit before the far end was exported: newer orders are not
    missing there.
    """
    until = _seen_until(streams, coverage)
    return _always if until is None else lambda bucket: bucket < (until - limit.ns) // BUCKET


def _route(topic: str | None, due: Counter[int], way: Way, declared: Declared | None, settings: Settings) -> str:
    sums = way.end
    seen, taken = max(sum(due.values()), sums.taken), sums.taken
    if declared is not None:
        return "declared" if declared.expected else "none"
    if taken == 0 and sums.covered - sums.left >= max(seen, settings.few_takers):
        return "learned"  # it gets there as a state that a later record carries, never as an event of its own
    if taken == 0:
        return "never" if seen >= settings.enough_orders else "none"
    if topic == "updated":
        return "few" if taken < GENERIC_SHARE * seen or taken < settings.few_takers else "learned"
    usual = 2 * taken >= seen or _once_usual(due, sums, settings) or _followed(way, settings)
    if taken >= settings.few_takers and usual:
        return "learned"
    return "never" if seen >= settings.enough_orders and taken < settings.strays * seen else "few"


def _followed(way: Way, settings: Settings) -> bool:
    """Whether later changes of those that did not take it nearly all did: then the target was meant to have them."""
    followed = way.end.followed
    return followed >= settings.few_takers and followed >= GENERIC_SHARE * (followed + way.tally.unfollowed)


def _once_usual(due: Counter[int], sums: EndTally, settings: Settings) -> bool:
    """Whether there was a day on which most took it."""
    days: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for bucket, count in due.items():
        day = days[bucket * BUCKET // DAY]
        day[0] += count
        day[1] += sums.buckets[bucket]
    return any(taken >= settings.few_takers and 2 * taken >= seen for seen, taken in days.values())


def _flow(tallies: Mapping[Entry, Tally], settings: Settings) -> dict[Entry, list[Stop]]:
    """Which station follows which, where no record names a peer: what nearly always comes later, without detours.

    A later station is a next one unless another lies between them; a step that stations take in both orders is
    no step.
    """
    seen: Counter[tuple[Stop, Stop]] = Counter()
    total: Counter[Stop] = Counter()
    for (kind, start, _), tally in tallies.items():
        if kind == "flow":
            total[start] += tally.seen
            for end, sums in tally.ends.items():
                seen[start, end] += sums.taken
    after: dict[Stop, set[Stop]] = defaultdict(set)
    for (start, end), count in seen.items():
        back = seen[end, start]
        own = start.system == end.system  # tied by its message, and no guess
        enough = count >= settings.few_takers and (own or 2 * count >= total[start])
        if enough and count >= 0.95 * (count + back):
            after[start].add(end)
    nearest = {
        start: [end for end in ends if not any(end in after.get(between, ()) for between in ends if between != end)]
        for start, ends in after.items()
    }
    return {entry: nearest.get(entry[1], []) for entry in tallies if entry[0] == "flow"}


def downstream(legs: Iterable[Leg]) -> dict[Stop, frozenset[Stop]]:
    """From each station of a flow all that come later, over any number of steps."""
    after: dict[Stop, set[Stop]] = defaultdict(set)
    for leg in legs:
        if leg.leg == "flow":
            after[leg.start].add(leg.end)
    out = {}
    for start in list(after):
        ahead, found = [start], set[Stop]()
        while ahead:
            for end in after.get(ahead.pop(), ()):
                if end not in found:
                    found.add(end)
                    ahead.append(end)
        out[start] = frozenset(found)
    return out


class Sign(NamedTuple):
    """An attribute that no order that took the leg has. `never`: so many have it that it is a segment of its own."""

    trait: Trait
    never: bool


def classes(way: Way, settings: Settings) -> frozenset[str]:
    """The attributes that can be a class of orders: few values, and orders with some of them do take the leg."""
    out = []
    for name, values in way.tally.traits.classes(FEW_VALUES).items():
        orders = sum(way.tally.traits[name, value] for value in values)
        takers = sum(way.end.traits[name, value] + way.end.covered_traits[name, value] for value in values)
        if len(values) * PER_VALUE <= orders and takers >= settings.few_takers:
            out.append(name)
    return frozenset(out)


def rule_sign(way: Way, traits: Iterable[Trait], names: frozenset[str], settings: Settings) -> Sign | None:
    """The attribute (of those that are classes) by which a rule that nobody declared may have kept an order off."""
    counts = {trait: way.tally.traits[trait]
              for trait in traits if way.end.traits[trait] == 0 == way.end.covered_traits[trait]}  # fmt: skip
    chances = {trait: _by_chance(way, count) for trait, count in counts.items()}
    found = [trait for trait, chance in chances.items() if (trait[0] in names and chance < LIKELY)
             or (counts[trait] >= settings.few_takers and chance < CHANCE)]  # fmt: skip
    if not found:
        return None
    trait = max(found, key=lambda one: (counts[one], one))
    return Sign(trait, counts[trait] >= settings.enough_orders and chances[trait] < CHANCE)


def by_class(way: Way, settings: Settings) -> list[tuple[str, str, int, int]]:
    """(attribute, value, how many took the leg, of how many): of the attributes of which one value never takes it, and
    of the channel and the instance where there are several. Those that never take it first.
    """
    counted = way.tally.traits
    names = classes(way, settings)
    off = [trait for trait in counted if (sign := rule_sign(way, [trait], names, settings)) and sign.never]
    shown = sorted({name for name, _ in off}, key=lambda name: -max(counted[one] for one in off if one[0] == name))
    shown = [name for name in shown if name in names][:MOST_SHOWN] + [name for name in TOLD_BY if name not in shown]
    rows = [(trait, way.end.traits[trait] + way.end.covered_traits[trait]) for trait in counted if trait[0] in shown]
    several = Counter(name for (name, _), _ in rows)
    rows.sort(key=lambda row: (shown.index(row[0][0]), row[1] > 0, -counted[row[0]], row[0]))
    return [(*trait, taken, counted[trait]) for trait, taken in rows if 1 < several[trait[0]] <= FEW_VALUES]


def _by_chance(way: Way, count: int) -> float:
    """How likely it is that none of so many orders with one value took the leg though nothing keeps them off.

    Of `n` passages `m` neither took it nor were carried over; that all of those with the value are among the `m` has at
    most (m/n)^count.
    """
    seen = way.tally.seen
    missed = seen - way.end.covered - way.end.taken
    return float((missed / seen) ** count) if 0 < missed < seen else 1.0


def pauses(
    rows: Iterable[Activity], coverage: Mapping[str, StreamCoverage], found: Sequence[Way]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Silences of a log that is only written while it is switched on, in which all that was due is missing.

    Of `n` passages `m` are missed; that all `k` of one silence are among them by chance has about (m/n)^k. Either
    nothing was sent or nothing was logged: the log alone can't tell which.
    """
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    missed: dict[str, Counter[int]] = defaultdict(Counter)
    for way in found:
        stream = way.leg.streams[0] if len(way.leg.streams) == 1 else ""
        if way.leg.leg != "pass" or stream not in coverage or coverage[stream].info.absence != "weak":
            continue
        due = way.tally.due(way.end, _inside(way.leg.streams, coverage))
        seen[stream].update(due)
        missed[stream].update({bucket: count - way.end.buckets[bucket] for bucket, count in due.items()})
    stretches: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        if row.stream in missed:
            stretches[row.stream].append((row.first, row.last))
    for stream, spans in stretches.items():
        share = sum(missed[stream].values()) / max(sum(seen[stream].values()), 1)
        for (_, before), (after, _) in pairwise(sorted(spans)):
            count = sum(missed[stream][bucket] for bucket in range(before // BUCKET + 1, after // BUCKET))
            if count > 1 and 0 < share < 1 and share**count < PAUSE:
                yield stream, (before, after)
