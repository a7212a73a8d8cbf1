"""How far two systems' clocks are apart: pairs of one change as both stamped it, and what can be read off them.

A pair is the same change in two logs, where one says to whom it was sent or from whom it came, so that which of
the two came first does not rest on their clocks. Kept are some pairs of each day, chosen by their content: adding
and merging in any order gives the same.

An offset is believed where effects precede their causes, where both directions agree on it, or where the lag hardly
varies and nothing in the log has a period of that length. Everything else may be a schedule, and explains nothing.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from tracelog.link.journey import Journey
from tracelog.link.meaning import GENERIC
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Kind

A_DAY = 64
"""Pairs of one day that are kept."""
BOTH, EARLY, NARROW = 5, 10, 20
"""Pairs that must be there: each way; of effects before their causes; of a lag that hardly varies."""
NEARLY_ALL = 0.9
MOST = 14 * HOUR
"""No zone is further away."""
HALF_HOUR = 30 * MINUTE
SMALL = 15 * MINUTE
"""An offset of up to this may be shorter than the delays: then only some effects come before their causes."""
ZONE_SLACK = 2 * MINUTE
"""How far from whole half hours a lag between two zones may be: the true delay is in it."""
PERIOD_STEP = MINUTE
MOST_SEGMENTS = 4


class Clock(NamedTuple):
    """What wrote a stamp: a system, as one kind of export of it tells."""

    system: str
    instance: str | None
    log: str


class Ways(NamedTuple):
    """`near`: one of the two says that it sent to, or took from, the other. Else only the ends of a way are known."""

    cause: Clock
    effect: Clock
    near: bool


class Sample(NamedTuple):
    """One pair. `rank` decides which are kept; `cause` and `effect` are event ids; times are UTC ns as stamped."""

    rank: int
    at: int
    lag: int
    slack: int
    """By how much the lag may be off either way, by the precision of the two stamps."""
    then: int
    """The effect's stamp."""
    order: int
    cause: int
    effect: int


class Pairs:
    """The sums: of each day some pairs of every two clocks, and when their effects came."""

    def __init__(self) -> None:
        self.days: dict[Ways, dict[int, list[Sample]]] = defaultdict(partial(defaultdict, list))
        self.effects: dict[Ways, Counter[int]] = defaultdict(Counter)
        self._clocks: dict[Kind, Clock] = {}

    def add(self, order: int, whole: Journey, log_of: Callable[[str], str]) -> None:
        """The pairs of one order."""
        for ways, cause, effect in _pairs(whole, self._clock_of(log_of)):
            one, other = whole.events[cause], whole.events[effect]
            at, then = whole.at[cause], whole.at[effect]
            rank = zlib.crc32(b"%d %d" % (at, then))
            kept = self.days[ways][at // DAY]
            lag, slack = _lag(at, one.precision, then, other.precision)
            kept.append(Sample(rank, at, lag, slack, then, order, one.id, other.id))
            if len(kept) > 2 * A_DAY:
                _trim(kept)
            self.effects[ways][then // PERIOD_STEP] += 1

    def _clock_of(self, log_of: Callable[[str], str]) -> Callable[[Kind], Clock]:
        def find(kind: Kind) -> Clock:
            found = self._clocks.get(kind)
            if found is None:
                found = self._clocks[kind] = Clock(kind.system, kind.instance, log_of(kind.stream))
            return found

        return find

    def merge(self, other: Pairs) -> None:
        for ways, days in other.days.items():
            for day, samples in days.items():
                mine = self.days[ways][day]
                mine += samples
                _trim(mine)
        for ways, times in other.effects.items():
            self.effects[ways].update(times)

    def samples(self, ways: Ways) -> list[Sample]:
        """All that are kept, by time."""
        found = [one for kept in self.days.get(ways, {}).values() for one in sorted(kept)[:A_DAY]]
        return sorted(found, key=lambda one: one[1:])

    def number(self, ways: Ways) -> int:
        """How many pairs there were."""
        return self.effects[ways].total() if ways in self.effects else 0


def _trim(kept: list[Sample]) -> None:
    kept.sort()
    del kept[A_DAY:]


def _lag(at: int, fine: int, then: int, other: int) -> tuple[int, int]:
    """The lag between the middles of the two instants, and by how much it may be off: `23:15` is any of its seconds."""
    return then + other // 2 - at - fine // 2, (fine + other) // 2


_TOLD = frozenset(("emitted", "applied", "received", "forwarded"))


def _pairs(whole: Journey, clock_of: Callable[[Kind], Clock]) -> Iterator[tuple[Ways, int, int]]:
    """Each change that two systems tell of exactly once, cause first.

    What a system took in from another follows from that one's own record; what it sent there goes before it. Where
    nobody says so, only a new order is known to come from the one system that is its source, or, where that is known
    to have been taken in at all, from there at once.
    """
    own: dict[tuple[str, str], dict[Clock, list[int]]] = {}
    sent: dict[tuple[str, str, str], list[int]] = {}
    took: dict[tuple[str, str, str], list[int]] = {}
    unsaid: dict[tuple[str, str], dict[Clock, list[int]]] = {}
    """What was taken in from somebody who is not named, or, as in EDI, named by whom it is for."""
    systems = set()
    for index, (event, topic) in enumerate(zip(whole.events, whole.topics, strict=True)):
        kind = event.kind
        if topic is None or topic in GENERIC or kind.phase not in _TOLD:
            continue
        if whole.at[index] < 0 or event.precision >= HOUR or event.borrowed == "weak":
            continue
        systems.add(kind.system)
        if kind.phase in {"emitted", "applied"}:
            own.setdefault((kind.system, topic), {}).setdefault(clock_of(kind), []).append(index)
        elif kind.peer is not None and (topic == "created" or kind.carries != "state"):  # a poll sees what came when
            into = sent if kind.phase == "forwarded" else took
            into.setdefault((kind.system, kind.peer, topic), []).append(index)
        if kind.phase == "received" and topic == "created":
            unsaid.setdefault((kind.system, topic), {}).setdefault(clock_of(kind), []).append(index)
    if len(systems) < 2:
        return

    def pair(cause: Sequence[int], effect: Sequence[int], *, near: bool) -> Iterator[tuple[Ways, int, int]]:
        if len(cause) == len(effect) == 1:
            first, second = clock_of(whole.events[cause[0]].kind), clock_of(whole.events[effect[0]].kind)
            if first.system != second.system:
                yield Ways(first, second, near), cause[0], effect[0]

    for (system, peer, topic), indices in took.items():
        yield from pair(sent.get((peer, system, topic), ()), indices, near=True)
        for told in own.get((peer, topic), {}).values():
            yield from pair(told, indices, near=True)
        if topic == "created" and (peer, topic) not in own:  # what makes it known was sent there before
            for (other, through, what), before in sent.items():
                if (through, what) == (peer, topic) and (other, peer, topic) not in took:
                    yield from pair(before, indices, near=False)
    for (system, peer, topic), indices in sent.items():
        if (system, peer, topic) not in took:
            for told in own.get((peer, topic), {}).values():
                yield from pair(indices, told, near=True)
            if not any((whole.events[index].kind.peer, peer, topic) in sent
                       for got in unsaid.get((peer, topic), {}).values() for index in got):  # fmt: skip
                for got in unsaid.get((peer, topic), {}).values():
                    yield from pair(indices, got, near=True)
    sources = {key[0]: clocks for key, clocks in own.items() if key[1] == "created" and _said(whole, clocks)}
    if len(sources) == 1:
        ((source, told_by),) = sources.items()
        for (system, topic), clocks in own.items():
            if topic == "created" and system != source:
                for cause in told_by.values():
                    for effect in clocks.values():
                        yield from pair(cause, effect, near=False)
        for (system, _), clocks in unsaid.items():
            if system != source and not any(to == system for _, to, _ in sent):
                for cause in told_by.values():
                    for effect in clocks.values():
                        if whole.events[effect[0]].kind.peer is None:
                            yield from pair(cause, effect, near=True)


def _said(whole: Journey, clocks: Mapping[Clock, Sequence[int]]) -> bool:
    return any(whole.events[index].kind.phase == "emitted" for told in clocks.values() for index in told)


class Apart(NamedTuple):
    """What two clocks' pairs say of one stretch of time: how far (ns) the second one is ahead of the first.

    `how`: `early` (effects before their causes), `both` (both directions agree), `narrow`; suspected only: `holds`
    (a schedule, or a rule that holds orders for so long, would look the same), `span` (nobody says what lies
    between). `together`: no offset, by both directions or by short lags; `unknown`.
    """

    ns: int
    how: str


def _as_precise(samples: Sequence[Sample]) -> list[tuple[int, int]]:
    """Each lag with its slack. Stamps that are all whole minutes name the minute only, however they are spelled."""
    enough = len(samples) >= BOTH
    by_cause = MINUTE if enough and all(one.at % MINUTE == 0 for one in samples) else 0
    by_effect = MINUTE if enough and all(one.then % MINUTE == 0 for one in samples) else 0
    out = []
    for one in samples:
        plain = one.then - one.at
        effect = max(one.slack + one.lag - plain, by_effect)  # the precision of each, from their sum and difference
        cause = max(one.slack - one.lag + plain, by_cause)
        out.append((plain + (effect - cause) // 2, (effect + cause) // 2))
    return out


SURE = frozenset(("early", "both", "narrow"))
NOTHING = Apart(0, "unknown")
TOGETHER = Apart(0, "together")


class Lags:
    """The lags of one direction, ascending, with what their stamps' precision may make of one (ns, either way)."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        kept = _as_precise(list(samples))
        self.lags = sorted(lag for lag, _ in kept)
        slacks = sorted(slack for _, slack in kept)
        self.slack = slacks[len(slacks) // 2] if slacks else 0

    def __len__(self) -> int:
        return len(self.lags)

    def at(self, share: float) -> int:
        return self.lags[min(int(share * len(self.lags)), len(self.lags) - 1)]

    @property
    def width(self) -> int:
        return self.at(0.9) - self.at(0.1)

    @property
    def edge(self) -> int | None:
        """The shortest lag, where many lie close to it: a few stray ones are no edge. The shortest of many coarse
        stamps is as much too short as their precision allows.
        """
        count = len(self.lags)
        low = self.lags[min(max(2, count // 300), count // 50)]
        sharp = 3 * (self.at(0.05) - low) <= max(self.at(0.5) - self.at(0.05), SECOND)
        return low + min(self.slack, self.at(0.5) - low) if sharp else None

    def early(self, least: int) -> int:
        """How many effects were stamped before their cause by more than `least`."""
        return sum(lag < -least for lag in self.lags)


def apart(there: Lags, back: Lags, spread: int, *, near: bool, period: Callable[[int], bool]) -> Apart:
    """How far the clock at the far end is ahead. `there` are lags towards it, `back` those from it."""
    doubt = spread + max(there.slack, back.slack)
    if len(there) >= BOTH and len(back) >= BOTH:
        return _both_ways(there, back, doubt)
    if len(there) >= EARLY:
        return _one_way(there, doubt, near=near, period=period)
    if len(back) >= EARLY:
        found = _one_way(back, doubt, near=near, period=period)
        return Apart(-found.ns, found.how)
    return NOTHING


def _both_ways(there: Lags, back: Lags, doubt: int) -> Apart:
    """A true delay lengthens both directions; an offset lengthens one and shortens the other.

    What is known of the offset is where it lies: no more than the shortest lag there, no less than the shortest one
    back makes it.
    """
    shortest, shortest_back = there.edge, back.edge
    if shortest is None or shortest_back is None or -shortest_back > shortest + doubt:
        return NOTHING
    low, high = -shortest_back, shortest
    if not (low > doubt or high < -doubt):
        return TOGETHER
    early = back if low > doubt else there
    if early.early(doubt) < max(BOTH, len(early) // 100):
        return NOTHING
    wide, narrow = there.width + SECOND, back.width + SECOND  # the direction that varies less is the quicker one
    likely = (low * wide + high * narrow) // (wide + narrow)
    zone = round(likely / HALF_HOUR) * HALF_HOUR
    fits = low - doubt <= zone <= high + doubt and HALF_HOUR <= abs(zone) <= MOST
    return Apart(zone if fits else _zone(likely, HALF_HOUR // 2) or likely, "both")


def _one_way(lags: Lags, doubt: int, *, near: bool, period: Callable[[int], bool]) -> Apart:
    low = lags.at(0.05)
    zone = _zone(low, HALF_HOUR // 2)
    early, many = lags.early(doubt), max(BOTH, len(lags) // 100)
    if early >= many:
        edge = lags.edge
        if zone and lags.early(doubt - zone) >= many:
            zone = 0  # with the zone taken off, effects would still come before their causes
        if edge is not None and near and (edge >= -SMALL or early >= NEARLY_ALL * len(lags)):
            return Apart(zone or edge, "early")
        if early >= NEARLY_ALL * len(lags) and lags.width <= -low // 2:
            return Apart(zone or low, "early" if near or zone else "span")
        return NOTHING
    if low < HALF_HOUR // 2:
        return TOGETHER  # a delay: two clocks that far apart would show in the other direction
    whole = _zone(low, HALF_HOUR)
    if not whole or len(lags) < NARROW or lags.at(0.5) > 3 * low // 2:
        return NOTHING
    if lags.width >= low // 10 or period(low):
        return Apart(whole, "holds" if near else "span")
    return Apart(whole, "narrow" if near else "span")


def _zone(lag: int, step: int) -> int:
    """The difference of two zones that this is, to the step; 0 where it is none."""
    whole = round(lag / step) * step
    near = abs(lag - whole) <= ZONE_SLACK + SECOND
    return whole if near and HALF_HOUR <= abs(whole) <= MOST else 0


def has_period(times: Mapping[int, int], length: int) -> bool:
    """Whether what came (counted by minutes) came in bursts so far apart: a schedule, and no clock."""
    bursts = [after for before, after in pairwise([-(10**9), *sorted(times)]) if after - before > 2]
    gaps = [(after - before) * PERIOD_STEP for before, after in pairwise(bursts)]
    alike = sum(abs(gap - length) <= length // 10 for gap in gaps)
    return len(gaps) > 1 and 2 * alike >= len(gaps)


def segments(samples: Sequence[Sample]) -> list[int]:
    """Where (UTC ns) the lag changes by whole half hours from one day to the next and stays so."""
    days: dict[int, list[Sample]] = defaultdict(list)
    for one in samples:
        days[one.at // DAY].append(one)
    known = [(day, Lags(of).at(0.5)) for day, of in sorted(days.items()) if len(of) >= 3]
    cuts: list[int] = []
    for (before, old), (after, new) in pairwise(known):
        if _zone(new - old, HALF_HOUR):
            cuts.append(_cut([*days[before], *days[after]], old, new))
    return cuts if len(cuts) < MOST_SEGMENTS else []


def _cut(samples: Sequence[Sample], old: int, new: int) -> int:
    """The moment that parts the old lags from the new ones best."""
    ordered = sorted(samples, key=lambda one: one.at)
    is_new = [abs(one.lag - new) < abs(one.lag - old) for one in ordered]
    wrong = [sum(is_new[:place]) + sum(not one for one in is_new[place:]) for place in range(len(ordered))]
    return ordered[wrong.index(min(wrong))].at
