"""Messages that say when the change happened of which they tell: how long each takes, by its own two stamps."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tracelog.expect.coverage import StreamCoverage
from tracelog.expect.model import Limit, Settings
from tracelog.expect.tally import BUCKET, limit_of, quantile, step_of
from tracelog.link.journey import Journey
from tracelog.link.meaning import GENERIC, creation
from tracelog.model.event import DAY, MINUTE, SECOND, Event
from tracelog.model.words import duration

RARELY = 0.1
"""A larger part that takes long is no exception: some of these messages just tell of what happened long ago."""
_ZONES = 30 * MINUTE
"""Zones differ by so much, or a multiple of it."""
_STATED = re.compile(r".*\d(?:Z| ?[+-]\d\d:?\d\d| (?:UTC|GMT))|\d{10,19}(?:\.\d+)?", re.DOTALL)
"""A stamp that states its zone, or needs none."""

Told = tuple[str, str]
"""A stream, and what its messages tell of."""


class Delay(NamedTuple):
    """A message (index in the journey), and how long after the change it was made or taken in (ns)."""

    pos: int
    ns: int


def delays(whole: Journey) -> Iterator[Delay]:
    """The first message of each change that tells both moments.

    No message: polls and listings, which show an order as it stands. No moment of the change: one that the order's
    creation had before, or that another change has too, is the record's own. Not the first: one told again.
    """
    seen: set[tuple[str, str | None, int]] = set()
    other: dict[tuple[str, int], str | None] = {}
    born: int | None = None
    asked = False
    for index, event in enumerate(whole.events):
        kind, happened, topic = event.kind, event.happened_at, whole.topics[index]
        if happened is None or event.at is None or topic in GENERIC or not _message(event):
            continue
        key = (kind.stream, topic, happened)
        first = key not in seen
        seen.add(key)
        shared = other.setdefault((kind.stream, happened), topic) != topic
        if not first or shared or happened % DAY == 0 or event.borrowed is not None:
            continue
        if topic != "created":
            if not asked:
                born, asked = creation(whole.events), True
            if born is not None and happened <= born:
                continue
        yield Delay(index, event.at - event.skew - happened)


def _message(event: Event) -> bool:
    """Taken in from somebody who sent it, or written by the sender as an event of its own."""
    kind = event.kind
    if kind.phase == "received":
        return kind.peer is not None and kind.carries != "state"
    return kind.phase == "emitted" and kind.carries == "event"


class Messages:
    """The sums: delays by stream and topic, and when messages came of which kind. Merging gives what one pass would."""

    def __init__(self) -> None:
        self.delays: dict[Told, Counter[int]] = defaultdict(Counter)
        self.prompt: dict[str, Counter[int]] = defaultdict(Counter)
        """By stream, how many came within the default limit, by when they came (`BUCKET`)."""
        self.belated: dict[str, Counter[int]] = defaultdict(Counter)
        """And how many after it, by the minute."""

    def add(self, whole: Journey, settings: Settings) -> None:
        for pos, ns in delays(whole):
            event = whole.events[pos]
            stream, at = event.kind.stream, event.at or 0
            self.delays[stream, whole.topics[pos] or ""][step_of(ns)] += 1
            if ns > settings.default_limit * SECOND:
                self.belated[stream][at // MINUTE] += 1
            else:
                self.prompt[stream][at // BUCKET] += 1

    def merge(self, other: Messages) -> None:
        for mine, theirs in ((self.prompt, other.prompt), (self.belated, other.belated)):
            for stream, counts in theirs.items():
                mine[stream].update(counts)
        for told, counts in other.delays.items():
            self.delays[told].update(counts)


class Usual:
    """What the sums say of one message: the limit that it had, and whether something explains that it took longer."""

    def __init__(self, sums: Messages, settings: Settings, covered: Mapping[str, StreamCoverage]) -> None:
        self._sums, self._settings, self._covered = sums, settings, covered

    def limit(self, event: Event, topic: str) -> Limit | None:
        """None where nobody can say what is usual: too few are known, or most of them take long."""
        settings, stream = self._settings, event.kind.stream
        leg = f"{event.kind.peer or event.kind.system}>{event.kind.system}"
        declared = settings.limits.get(f"{leg}:{topic}", settings.limits.get(leg))
        own = self._sums.delays[stream, topic]
        enough = own.total() >= settings.enough_orders
        known = own if enough or declared is not None else self._of_stream(stream)
        default = int(settings.default_limit * SECOND)
        if declared is None and (known.total() <= settings.few_takers or quantile(known, 0.75) > default):
            return None
        if not enough and declared is None:
            few = f"{known.total() - 1} others of that log to learn from"
            return Limit(default, f"default: {duration(settings.default_limit)}, {few}", "default")
        found = limit_of(known, DAY, declared, settings)
        return found if declared is not None else found._replace(ns=max(found.ns, default))

    def _of_stream(self, stream: str) -> Counter[int]:
        total: Counter[int] = Counter()
        for (told_in, _), counts in self._sums.delays.items():
            if told_in == stream:
                total.update(counts)
        return total

    def innocent(self, event: Event, ns: int, limit: Limit) -> bool:
        """Whether something else than lateness explains such a delay: the stream may not have been there yet, the
        stamps may be of two zones, messages of long ago were sent again, or such messages often tell of long ago.

        A stamp of the change in a wrong zone would show in all of them, so that the usual delay were no short one.
        """
        stream, at, settings = event.kind.stream, event.at or 0, self._settings
        cover = self._covered.get(stream)
        if cover is None or cover.first is None or at - ns < cover.first or not _STATED.fullmatch(event.at_raw.strip()):
            return True
        if abs((ns + _ZONES // 2) % _ZONES - _ZONES // 2) <= 2 * settings.clock_spread * SECOND:
            return True
        came = self._sums.prompt[stream]
        if not any((at - ns) // BUCKET < bucket < at // BUCKET for bucket in came):
            return False  # nothing else came in all that time: it was held up
        belated, minute = self._sums.belated[stream], at // MINUTE
        again = sum(belated[near] for near in (minute - 1, minute, minute + 1))
        total = belated.total() + came.total()
        often = limit.kind != "declared" and belated.total() > max(1, RARELY * total)
        return often or again >= settings.few_takers
