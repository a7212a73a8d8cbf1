"""The sums: counts per stop and topic, delays as histograms. Adding and merging in any order gives the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from tracelog.expect.model import Limit, Settings, Stop
from tracelog.expect.passages import Passage
from tracelog.expect.traits import Trait
from tracelog.link.meaning import GENERIC
from tracelog.model.event import HOUR, MINUTE, SECOND
from tracelog.model.words import duration

_FINE = 64
"""Steps of a delay histogram per doubling: a delay is known to one per cent."""
_FOLLOWED = frozenset(("pass", "hand"))
MANY_VALUES = 64
"""An attribute with more values than this is no class; its counts are dropped when they are read."""
BUCKET = HOUR // 6
APART = 20
"""So many times as long as the slowest of those that come at once is another way of going."""
PER_CENT_FROM = 100
"""So many must be known for a share of them to be said in per cent."""


def step_of(ns: int) -> int:
    return int(_FINE * math.log2(max(ns, 0) / 1000 + 1))


def upper(step: int) -> int:
    """The longest delay (ns) that falls into a step."""
    return int((2 ** ((step + 1) / _FINE) - 1) * 1000)


class Traits(Counter[Trait]):
    """How many passages had which attribute."""

    def add(self, traits: Iterable[Trait]) -> None:
        for trait in traits:
            self[trait] += 1

    def classes(self, most: int = MANY_VALUES) -> dict[str, set[str]]:
        """The values of each attribute that has few of them."""
        values: dict[str, set[str]] = {}
        for name, value in self:
            values.setdefault(name, set()).add(value)
        return {name: known for name, known in values.items() if len(known) <= most}


class EndTally:
    """Of the passages at one stop, those that got to one next stop."""

    def __init__(self) -> None:
        self.taken = 0
        self.covered = 0
        self.left = 0
        """Of those covered, the ones that are declared not to go there."""
        self.followed = 0
        """Of those that did not get there, the ones of which a later change of the order did."""
        self.last = -1
        """When the last that got there stood at the first stop (UTC ns)."""
        self.delays: Counter[int] = Counter()
        self.early: Counter[int] = Counter()
        """Histogram of how much earlier the next stop's stamp was, where it was earlier."""
        self.traits = Traits()
        self.covered_traits = Traits()
        self.covered_buckets: Counter[int] = Counter()
        self.buckets: Counter[int] = Counter()
        self.streams: Counter[str] = Counter()

    def cover(self, bucket: int, traits: Iterable[Trait]) -> None:
        """One more passage that need not get there by itself."""
        self.covered += 1
        self.covered_traits.add(traits)
        self.covered_buckets[bucket] += 1

    def merge(self, other: EndTally) -> None:
        self.taken += other.taken
        self.covered += other.covered
        self.left += other.left
        self.followed += other.followed
        self.last = max(self.last, other.last)
        for name in ("delays", "early", "buckets", "covered_buckets", "traits", "covered_traits", "streams"):
            getattr(self, name).update(getattr(other, name))


class Tally:
    """All passages of one topic at one stop."""

    def __init__(self) -> None:
        self.seen = 0
        self.traits = Traits()
        self.buckets: Counter[int] = Counter()
        self.ends: dict[Stop, EndTally] = {}
        self.out: dict[str, EndTally] = {}
        """By system, the passages that are declared not to go there."""
        self.unfollowed = 0
        """Those that got nowhere, as did every later change of the order."""

    def add(self, passage: Passage, traits: Iterable[Trait], streams: Iterable[str], out: Iterable[str] = ()) -> None:
        """One passage; `streams` are those of the events that it reached, in the same order; `out` are the systems
        to which it is declared not to go.
        """
        traits = list(traits)
        bucket = passage.at // BUCKET
        self.seen += 1
        self.traits.add(traits)
        self.buckets[bucket] += 1
        for reach, stream in zip(passage.reached, streams, strict=True):
            end = self._end(reach.end)
            end.taken += 1
            end.last = max(end.last, passage.at)
            end.traits.add(traits)
            end.buckets[bucket] += 1
            end.streams[stream] += 1
            if passage.at >= 0 and reach.at >= 0:
                delay = reach.at - passage.at
                (end.delays if delay >= 0 else end.early)[step_of(abs(delay))] += 1
        for stop in passage.covered:
            self._end(stop).cover(bucket, traits)
        for system in out:
            left = self.out.setdefault(system, EndTally())
            left.cover(bucket, traits)
            left.left += 1

    def follow(self, passage: Passage, later: Iterable[Stop]) -> None:
        """A creation of whose order there are later changes; `later` are the next stops of these."""
        missed = set(later) - {reach.end for reach in passage.reached} - set(passage.covered)
        for stop in missed:
            self._end(stop).followed += 1
        self.unfollowed += not (missed or passage.reached or passage.covered)

    def _end(self, stop: Stop) -> EndTally:
        found = self.ends.get(stop)
        if found is None:
            found = self.ends[stop] = EndTally()
        return found

    def merge(self, other: Tally) -> None:
        self.seen += other.seen
        self.traits.update(other.traits)
        self.buckets.update(other.buckets)
        self.unfollowed += other.unfollowed
        for stop, end in other.ends.items():
            self._end(stop).merge(end)
        for system, left in other.out.items():
            self.out.setdefault(system, EndTally()).merge(left)

    def towards(self, stop: Stop, system: str) -> EndTally:
        """The passages that got to that next stop, with those that are declared not to go to its system as covered."""
        end, left = self.ends.get(stop) or EndTally(), self.out.get(system)
        if left is None:
            return end
        both = EndTally()
        both.merge(end)
        both.merge(left)
        return both

    def due(self, end: EndTally, inside: Callable[[int], bool]) -> Counter[int]:
        """Per bucket the passages that `end` was due to show: those covered otherwise, or out of its log, are not."""
        due = Counter({bucket: count for bucket, count in self.buckets.items() if inside(bucket)})
        due.subtract({bucket: count for bucket, count in end.covered_buckets.items() if bucket in due})
        return due


def follow(tallies: Mapping[tuple[str, Stop, str | None], Tally], told: Sequence[Passage]) -> None:
    """Notes, of an order's creation that was not sent on or not taken in, where its later changes went from there."""
    later: dict[tuple[str, Stop], set[Stop]] = {}
    for one in told:
        if one.leg in _FOLLOWED and one.topic not in {"created", *GENERIC}:
            later.setdefault((one.leg, one.start), set()).update(reach.end for reach in one.reached)
    if not later:
        return
    for one in told:
        if one.topic == "created" and (one.leg, one.start) in later:
            tallies[one.leg, one.start, one.topic].follow(one, later[one.leg, one.start])


def shift_of(early: Counter[int], delays: Counter[int], spread: int) -> int:
    """How far the next stop's clock is behind the first one's (ns, ≤ 0), where effects precede their causes.

    Believed only when nearly all of at least twenty do, and by nearly the same.
    """
    count = sum(early.values())
    if count < 20 or count < 0.9 * (count + sum(delays.values())):
        return 0
    low, middle, high = (quantile(early, share) for share in (0.1, 0.5, 0.9))
    return -middle if middle > spread and high - low < middle // 10 else 0


def quantile(delays: Counter[int], share: float) -> int:
    """The delay (ns) within which that share of them lies."""
    wanted = share * sum(delays.values())
    passed = 0
    for step in sorted(delays):
        passed += delays[step]
        if passed >= wanted:
            return upper(step)
    return 0


def limit_of(delays: Counter[int], span: int, declared: float | None, settings: Settings) -> Limit:
    """The time a leg may take, from its delays. `span`: how long the exports are that show them (ns).

    Learned robustly: what takes twenty times as long as two in three is an outlier, or one bad week would teach
    that hours are normal; of what takes an hour anyway, four times as long. The floor is a quarter of an hour, less
    for exports that are themselves short.
    """
    default = int(settings.default_limit * SECOND)
    count = sum(delays.values())
    if declared is not None:
        known = count >= settings.enough_delays
        return Limit(int(declared * SECOND), "declared", "declared", quantile(delays, 0.999) if known else None)
    if count < settings.enough_delays:
        few = f"default: {duration(settings.default_limit)}, {count or 'none'} of its kind to learn from"
        return Limit(default, few, "default")
    smallest = int(settings.smallest_limit * SECOND)
    floor = min(default, max(smallest, span // 20))
    middle = quantile(delays, 2 / 3)
    most = max(int(middle * max(4.0, min(20.0, 20 / math.sqrt(max(middle, 1) / MINUTE)))), floor)
    usual = Counter({step: n for step, n in delays.items() if upper(step) <= most})
    within = quantile(usual, 0.999)
    seconds = within / SECOND
    factor = 20.0 if seconds <= 1 else max(3.0, 20 / math.sqrt(seconds))
    ns = max(floor, int(within * factor))
    said = f"{_part(usual.total(), count)} within {duration(float(f'{seconds:.2g}'))}"
    return Limit(ns, f"learned: {said}", "learned", within, _slow(delays, default, settings))


def _slow(delays: Counter[int], default: int, settings: Settings) -> int | None:
    """From which delay on (ns) come most, where some come at once and none in between: two ways of going, and not one
    that takes its time. Whether the slow one is meant, the delays do not say.
    """
    fast = [step for step in delays if upper(step) <= default]
    rest = min((step for step in delays if upper(step) > default), default=None)
    if not fast or rest is None:
        return None
    quick = sum(delays[step] for step in fast)
    apart = upper(rest) >= APART * max(upper(max(fast)), SECOND)
    return upper(rest - 1) if apart and settings.few_takers <= quick < sum(delays.values()) / 2 else None


def _part(usual: int, count: int) -> str:
    """How many of the known delays are usual ones: of few in numbers, for which a per mille would claim too much."""
    if count < PER_CENT_FROM:
        return f"all {count}" if usual == count else f"{usual} of {count}"
    return f"{100 * min(usual / count, 0.999):.3g} % of {count:,}"
