"""The words of expecting: stops, legs, limits, streams. Plain data, read by judging and by the step table."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import msgspec

from tracelog.model.finding import Station
from tracelog.model.vendor import VendorLimit


class Activity(NamedTuple):
    """A stretch of records of one stream in one export, ignored and context ones included.

    Any granularity will do (a page, a minute, an hour): `first` and `last` are the true times (UTC ns) of its
    first and last record, so the gap between two stretches is exact. `export` tells exports apart.
    """

    stream: str
    export: int
    first: int
    last: int
    records: int


class StreamInfo(NamedTuple):
    """What the definition says of a stream: `absence` is `strong`, `weak` (only while activity around shows that
    logging was on) or `none` (an error list: it proves no absence).
    """

    stream: str
    definition: str
    title: str
    system: str
    instance: str | None = None
    absence: str = "strong"
    note: str | None = None
    retention: str | None = None
    inferred: bool = False
    """What it states was read off words: nothing is confirmed from it alone."""


class Candidate(NamedTuple):
    """A record that may be the missing one: unread, or read but tied to no order. `first` and `last` bound its
    time (UTC ns; equal when it is known).
    """

    stream: str
    first: int
    last: int
    phase: str | None = None


class Stop(NamedTuple):
    """A place on a route: who, at which phase, towards or from whom. `applied` stands for `observed` too."""

    system: str
    instance: str | None
    phase: str
    peer: str | None = None

    def station(self) -> Station:
        return Station(self.system, self.phase, self.instance, self.peer)


class Limit(NamedTuple):
    """The time that a leg may take. `kind`: `declared`, `vendor`, `learned`, `default`; `basis` is for people.

    `usual` (ns) is the time in which nearly all come; None where too few are known to say. `slow` (ns): where most take
    hours, and the others come at once with nothing in between, the least that those take.
    """

    ns: int
    basis: str
    kind: str
    usual: int | None = None
    slow: int | None = None

    def usually(self, at: int) -> int:
        """Until when (UTC ns) what stood at the start `at` has nearly always come."""
        return at + (self.ns if self.usual is None else min(self.usual, self.ns))


class Leg(msgspec.Struct, frozen=True):
    """One stretch of a route for one topic, as the data (or the configuration) shows it.

    `leg` is the word of `LegFacts.leg`. `seen` order events stood at `start`, `taken` of them are known to have
    reached `end`; superseded and repeated ones count as neither. `route`: `declared`, `learned`, `few`, `never`,
    `silent`, `none` (never taken, too few to say; or declared so). `streams` are those that show `end`.
    """

    leg: str
    start: Stop
    end: Stop
    topic: str | None
    seen: int
    taken: int
    route: str
    limit: Limit
    streams: tuple[str, ...] = ()
    silent_since: int | None = None
    carries: str | None = None
    shift: int = 0
    """How far the clock at `end` is behind the one at `start` (ns, ≤ 0), already reckoned in the limit."""


class Record(NamedTuple):
    """The system of record: where an order counts as taken in by the house. `basis` is for people."""

    system: str
    basis: str


class Declared(Protocol):
    """A leg that the configuration declares. `expected` False: never taken, so nothing is missing there."""

    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def channel(self) -> str | None: ...
    @property
    def expected(self) -> bool: ...
    @property
    def carries(self) -> str | None: ...


class Settings(msgspec.Struct, frozen=True):
    """Thresholds: defaults of the house, shown with their basis, settable in the configuration.

    Times are seconds. `limits` are declared ones, by `celigo>netsuite` or, for one topic, `celigo>netsuite:shipped`.
    """

    default_limit: float = 900.0
    smallest_limit: float = 1.0
    clock_spread: float = 2.0
    limits: dict[str, float] = {}
    enough_delays: int = 5
    """So many delays must be known before a limit is learned from them."""
    enough_orders: int = 20
    """A segment of so many orders that never takes a leg is not routed there."""
    few_takers: int = 3
    strays: float = 0.05
    """Where only so small a part takes a leg, those who do may be strays (reruns, tests): it is asked, not told."""
    silent_after: int = 10
    """So many misses in a row, and never a taker after: the stream went silent."""
    answers_usual: float = 0.95
    rare_stream: float = 20.0
    """Records a day under which no hole can be excluded."""
    bulk: int = 10
    """So many orders changed by one author in one minute are a mass update."""
    routes: tuple[Any, ...] = ()
    """`Declared` legs."""
    record: str | None = None
    """The system of record, where it is declared."""
    vendors: tuple[VendorLimit, ...] = ()
    """What the vendors of the systems at hand declare."""
