"""Which clocks are off, by how much, since when: read off the pairs, once all of them are in.

Clocks that agree make a group; the largest group is taken for right, and the others are held against it. Of two
clocks that disagree nobody knows which is wrong: the one is only named that the other group does not share.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import groupby, pairwise
from typing import NamedTuple

from tracelog.expect import clocks
from tracelog.expect.clocks import NOTHING, SURE, TOGETHER, Apart, Clock, Lags, Pairs, Sample, Ways
from tracelog.model.event import DAY, Event, Kind

EXAMPLES = 3
"""Pairs that a finding shows."""


class Part(NamedTuple):
    """How far a clock is ahead (ns) from a moment on (UTC ns by the right clock; None: from the beginning)."""

    since: int | None
    ns: int
    how: str


class Offset(NamedTuple):
    """Two clocks that are apart. `sure`: it is taken into account, else it is suspected and explains nothing."""

    right: Clock
    wrong: Clock
    parts: tuple[Part, ...]
    sure: bool
    pairs: int
    examples: tuple[Sample, ...]
    agree: tuple[str, ...] = ()
    """Other systems whose clocks agree with the right one; without any, either of the two may be wrong."""

    @property
    def most(self) -> Part:
        """The part in which they are furthest apart."""
        return max(self.parts, key=lambda part: abs(part.ns))


class Skews:
    """The clocks that are provably off. What they wrote is compared as if they were right; nothing else changes."""

    def __init__(self, parts: Mapping[Clock, Sequence[Part]], log_of: Callable[[str], str]) -> None:
        self._log_of = log_of
        self._parts = {clock: _by_own_stamp(found) for clock, found in parts.items()}
        self._kinds: dict[Kind, tuple[list[int], list[int]] | None] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def align(self, events: Sequence[Event]) -> Sequence[Event]:
        """The same events, each with how far its clock was ahead."""
        if self._parts:
            for event in events:
                event.skew = self._of(event)
        return events

    def _of(self, event: Event) -> int:
        kind = event.kind
        if kind not in self._kinds:
            self._kinds[kind] = self._parts.get(Clock(kind.system, kind.instance, self._log_of(kind.stream)))
        return _at(self._kinds[kind], event.at)

    def of_stream(self, stream: str, system: str, at: int) -> int:
        """How far ahead the clock of a log was that is itself of that system."""
        log = self._log_of(stream)
        found = [parts for clock, parts in self._parts.items() if (clock.system, clock.log) == (system, log)]
        return _at(found[0] if len(found) == 1 else None, at)


def _by_own_stamp(parts: Sequence[Part]) -> tuple[list[int], list[int]]:
    return [part.since + part.ns for part in parts if part.since is not None], [part.ns for part in parts]


def _at(parts: tuple[list[int], list[int]] | None, at: int | None) -> int:
    if parts is None:
        return 0
    return parts[1][bisect_right(parts[0], at) if at is not None else 0]


Two = tuple[Clock, Clock]
Way = tuple[tuple[int | None, int], ...]
"""How far one clock is ahead of another, from which moment on."""
LEVEL: Way = ((None, 0),)


def offsets(pairs: Pairs, spread: int, guessed: AbstractSet[str] = frozenset()) -> list[Offset]:
    """Every clock that is off, held against one that is right. What is suspected only is said where nothing is sure.

    `guessed`: the kinds of logs whose zone was itself read off other logs; their agreement says nothing.
    """
    known = {two: _parts(pairs, two, spread) for two in sorted({_two(ways) for ways in pairs.days}, key=repr)}
    found = [*_surely(known, pairs, guessed), *_perhaps(known, pairs)]
    kept: dict[Clock, Offset] = {}
    for one in found:
        kept.setdefault(one.wrong, one)
    sure = {clock.system for one in found if one.sure for clock in (one.right, one.wrong)}
    return [one for one in kept.values() if one.sure or not {one.right.system, one.wrong.system} & sure]


def _perhaps(known: Mapping[Two, Sequence[Part]], pairs: Pairs) -> list[Offset]:
    return [
        Offset(*two, tuple(parts), sure=False, pairs=_number(pairs, two), examples=_examples(pairs, two, parts))
        for two, parts in known.items()
        if any(part.ns and part.how not in SURE for part in parts)
    ]


def _surely(known: Mapping[Two, Sequence[Part]], pairs: Pairs, guessed: AbstractSet[str]) -> list[Offset]:
    """Of all clocks that can be compared, over others too, those that agree and are of most systems are right."""
    proved = {
        two: parts
        for two, parts in known.items()
        if all(part.how in SURE or part.how == TOGETHER.how for part in parts)
    }
    reach: dict[Clock, list[tuple[int, Clock, Way]]] = defaultdict(list)
    for (one, other), parts in proved.items():
        way: Way = tuple((part.since, part.ns) for part in parts)
        number = _number(pairs, (one, other))
        reach[one].append((-number, other, way))
        reach[other].append((-number, one, _back(way)))
    out: list[Offset] = []
    seen: set[Clock] = set()
    for start in sorted(reach, key=repr):
        if start not in seen:
            ahead = _walk(start, reach)
            seen.update(ahead)
            out += _against_the_right(ahead, reach, Known(proved, pairs, guessed))
    return sorted(out, key=lambda one: (-one.pairs, repr(one.wrong)))


class Known(NamedTuple):
    proved: Mapping[Two, Sequence[Part]]
    pairs: Pairs
    guessed: AbstractSet[str]

    def systems(self, group: Iterable[Clock]) -> set[str]:
        """Those whose clocks say something of their own."""
        return {clock.system for clock in group if clock.log not in self.guessed}


def _walk(start: Clock, reach: Mapping[Clock, Sequence[tuple[int, Clock, Way]]]) -> dict[Clock, Way]:
    """How far each clock is ahead of the first, over the pairs that are known best."""
    ahead: dict[Clock, Way] = {start: LEVEL}
    while True:
        steps = [(number, repr(to), to, together) for one, base in ahead.items() for number, to, way in reach[one]
                 if to not in ahead and (together := _plus(base, way)) is not None]  # fmt: skip
        if not steps:
            return ahead
        _, _, to, way = min(steps, key=lambda step: step[:2])
        ahead[to] = way


def _against_the_right(
    ahead: Mapping[Clock, Way],
    reach: Mapping[Clock, Sequence[tuple[int, Clock, Way]]],
    known: Known,
) -> list[Offset]:
    groups: list[list[Clock]] = []
    for clock in sorted(ahead, key=repr):
        group = next((group for group in groups if _alike(ahead[group[0]], ahead[clock])), None)
        groups.append([clock]) if group is None else group.append(clock)
    if len(groups) < 2:
        return []
    into = {clock: -sum(number for number, _, _ in reach[clock]) for clock in ahead}

    def likely(group: Sequence[Clock]) -> tuple[object, ...]:
        """How many systems agree; else that fewer clocks changed; else how much is known of it."""
        changes = sum(len(_plus(_back(ahead[group[0]]), way) or ()) for way in ahead.values())
        return len(known.systems(group)), -changes, sum(into[clock] for clock in group), repr(group)

    right = max(groups, key=likely)
    out = []
    for clock in sorted(set(ahead) - set(right), key=repr):
        near = [(number, repr(to), to) for number, to, _ in reach[clock] if to in right]
        other = min(near)[2] if near else right[0]
        way = _plus(_back(ahead[other]), ahead[clock])
        two = _ordered(clock, other)
        parts = known.proved.get(two)
        if way is None or not any(ns for _, ns in way):
            continue
        hows = {part.how for part in parts or () if part.ns} or {"both"}
        told = tuple(Part(since, ns, min(hows)) for since, ns in way)
        out.append(Offset(other, clock, told, sure=True, pairs=_number(known.pairs, two),
                          examples=_examples(known.pairs, two, parts) if parts else (),
                          agree=tuple(sorted(known.systems(right) - {other.system, clock.system}))))  # fmt: skip
    return out


def _back(way: Way) -> Way:
    """The same seen from the other clock, by whose time it then changes."""
    return tuple((None if since is None else since + ns, -ns) for since, ns in way)


def _plus(one: Way, other: Way) -> Way | None:
    """One after the other; None where both change, and not at the same time."""
    if len(one) == 1:
        return tuple((since, ns + one[0][1]) for since, ns in other)
    if len(other) == 1:
        return tuple((since, ns + other[0][1]) for since, ns in one)
    if len(one) != len(other) or any(abs((a or 0) - (b or 0)) > DAY for (a, _), (b, _) in zip(one, other, strict=True)):
        return None
    both = [(since, a + b) for (since, a), (_, b) in zip(one, other, strict=True)]
    return tuple(next(same) for _, same in groupby(both, key=lambda part: part[1]))


def _alike(one: Way, other: Way) -> bool:
    """The same offset, to the tenth that a delay may hide."""
    return len(one) == len(other) and all(
        abs(a - b) <= min(abs(a), abs(b)) // 10 for (_, a), (_, b) in zip(one, other, strict=True)
    )


def skews(found: Iterable[Offset], log_of: Callable[[str], str]) -> Skews:
    """The clocks to be set right in comparing: those that are surely off."""
    return Skews({one.wrong: one.parts for one in found if one.sure}, log_of)


def _ordered(one: Clock, other: Clock) -> Two:
    first, second = sorted((one, other), key=repr)
    return first, second


def _two(ways: Ways) -> Two:
    return _ordered(ways.cause, ways.effect)


def _four(pairs: Pairs, two: Two) -> tuple[Ways, Ways, bool]:
    """Both directions between two clocks: where they name each other, or else from end to end."""
    one, other = two
    for near in (True, False):
        there, back = Ways(one, other, near), Ways(other, one, near)
        if max(pairs.number(there), pairs.number(back)) >= clocks.BOTH:
            return there, back, near
    return Ways(one, other, near=False), Ways(other, one, near=False), False


def _number(pairs: Pairs, two: Two) -> int:
    there, back, _ = _four(pairs, two)
    return pairs.number(there) + pairs.number(back)


def _parts(pairs: Pairs, two: Two, spread: int) -> list[Part]:
    """How far the second clock is ahead of the first, stretch by stretch."""
    there, back, near = _four(pairs, two)
    towards, from_ = pairs.samples(there), pairs.samples(back)
    more, effects = (towards, there) if len(towards) >= len(from_) else (from_, back)
    period = partial(clocks.has_period, pairs.effects.get(effects, {}))
    bounds = [None, *clocks.segments(more), None]
    found = []
    for since, until in pairwise(bounds):
        mine = [Lags(one for one in samples if _inside(one.at, since, until)) for samples in (towards, from_)]
        found.append((since, clocks.apart(mine[0], mine[1], spread, near=near, period=period)))
    ours = more is towards  # else the moments are by the second clock
    return [Part(None if since is None or not number else since if ours else since - apart.ns, apart.ns, apart.how)
            for number, (since, apart) in enumerate(_smoothed(found))]  # fmt: skip


def _inside(at: int, since: int | None, until: int | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _smoothed(found: Sequence[tuple[int | None, Apart]]) -> list[tuple[int | None, Apart]]:
    """Stretches of which nothing is known are as the one before, or after; equal ones are one."""
    known = [apart for _, apart in found if apart != NOTHING]
    last = known[0] if known else NOTHING
    filled = []
    for since, apart in found:
        last = last if apart == NOTHING else apart
        filled.append((since, last))
    return [next(of) for _, of in groupby(filled, key=lambda one: one[1].ns)]


def _examples(pairs: Pairs, two: Two, parts: Sequence[Part]) -> tuple[Sample, ...]:
    """Pairs of the stretch in which they are furthest apart, spread over it; by their content, not their number."""
    there, back, _ = _four(pairs, two)
    at = max(range(len(parts)), key=lambda number: abs(parts[number].ns))
    until = parts[at + 1].since if at + 1 < len(parts) else None
    ahead = parts[at].ns
    inside = sorted(
        (one for ways, sign in ((there, 1), (back, -1)) for one in pairs.samples(ways)
         if _inside(one.at, parts[at].since, until) and abs(sign * one.lag - ahead) < abs(one.lag)),
        key=lambda one: one[1:],
    )  # fmt: skip
    step = max(1, len(inside) // EXAMPLES)
    return tuple(inside[::step][:EXAMPLES])
