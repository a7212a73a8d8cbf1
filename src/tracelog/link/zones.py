"""Which zone an export's clock shows, inferred from orders that exports with a known zone also hold.

NetSuite alone writes the user's zone, Pacific time and UTC in three of its exports, and names none of them.
The evidence is the same moment twice: an order's creation, say, as a zoned export tells it, and as the
zone-less one does. Several must agree, at half-hour steps, before a zone is believed; nothing is said silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracelog.model.event import HOUR, MINUTE, SECOND, Event
from tracelog.model.words import counted

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a local time before its zone is known


class Pair(NamedTuple):
    """One moment of one order as two exports tell it, UTC ns; `local` is the zone-less stamp read as if UTC.

    `topic` says what happened then: only like is compared with like, created with created. `slack` is the
    coarser precision of the two.
    """

    local: int
    utc: int
    topic: str
    slack: int


TAKEN = "taken as"
"""How the second half of a basis begins where an export is read as others of its system are."""


class Guess(NamedTuple):
    """`zone` is a zone name or an offset (`-05:00`); `basis` is for people; `certain` False = assumed."""

    zone: str
    basis: str
    certain: bool


COMMON = (
    "UTC", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
    "Europe/London", "Europe/Berlin", "Europe/Helsinki", "Australia/Sydney", "Australia/Brisbane",
    "Australia/Adelaide", "Pacific/Auckland", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Asia/Dubai",
    "America/Sao_Paulo", "America/Toronto", "America/Halifax", "America/St_Johns", "America/Anchorage",
    "Pacific/Honolulu", "America/Mexico_City", "Africa/Johannesburg", "Asia/Kathmandu", "Asia/Jerusalem",
)  # fmt: skip
"""Tried in this order: where two fit equally well, the one with more shops in it is named."""
BROKEN = ("-09:30", "-03:30", "+03:30", "+04:30", "+05:45", "+06:30", "+08:45", "+09:30", "+10:30", "+12:45", "+05:30")
"""The offsets in use that are no whole hours (IANA zone database, 2025b): no clock is set to any other."""

NEAR = 14 * MINUTE
"""Two stamps of one moment lie this close, or half-hour offsets could not be told apart."""
EARLY = 2 * MINUTE
"""An effect may seem this much earlier than its cause: clocks are not perfect."""
_REFUSED = "refused by "
FIRST = "created, then first named"
"""Of a pair whose zone-less half does not say what happened: most logs name an order soon after it was made."""
_MESSAGES = frozenset(("received", "transformed", "forwarded", "acknowledged"))
_PASSING = _MESSAGES | {"emitted"}
FEW = 20
"""Moments that say the same on both sides are gone by alone, unless there are so many times more of the others."""
WANTED = 3
SHARE = 0.6
"""At least so many pairs, and so large a part of them: two clocks half an hour apart cannot both have that."""
OFFSET_WANTED = 2 * WANTED
"""For a bare offset, where few people live: among fifty of them one fits a few slow orders by chance."""


def infer(pairs: Iterable[Pair], *, slow: bool = True) -> Guess:
    """The zone in which `local` stamps make sense, or UTC, assumed and said so. `slow`: also where effects only
    follow their causes in it, and take their time.
    """
    every = sorted(set(pairs))
    like = [pair for pair in every if pair.topic != FIRST]
    first = len(like) < len(every) and (len(like) < WANTED or len(like) * FEW < len(every))
    known = every if first else like
    orders = counted(len(known), "shared moment")
    if not known:
        return Guess("UTC", "assumed: no order is shared with an export whose zone is known", certain=False)
    for zone, agree in _ranked(known):
        wanted = OFFSET_WANTED if zone[0] in "+-" or first else WANTED
        if agree >= wanted and agree >= SHARE * len(known):
            return Guess(zone, f"inferred: {agree} of {orders} agree with {zone}", certain=True)
    if slow and len(known) >= 2 * WANTED:
        one_way = _one_way(known)
        if one_way:
            zone, count = one_way
            return Guess(zone, f"inferred: {count} of {orders} follow their cause only in {zone}", certain=True)
    return Guess("UTC", f"assumed: {orders} with exports of known zone, too few or too far apart", certain=False)


def beside(guess: Guess, system: str, alike: AbstractSet[str]) -> Guess:
    """Where its own orders tell nothing: the zone of the same system's other exports, if they all have one.

    Whoever exported one list of an ERP mostly exported the other too; it stays an assumption, and says so.
    """
    zone = next(iter(alike)) if len(alike) == 1 else None
    if guess.certain or zone is None or zone == guess.zone:
        return guess
    return Guess(zone, f"{guess.basis}; {TAKEN} in the other {system} exports, {zone}", certain=False)


def messages(orders: Iterable[Sequence[Event]], export: int) -> int:
    """How many of an export's records tell of what machines sent each other."""
    return sum(event.kind.phase in _MESSAGES for events in orders for event in events if event.export == export)


def pairs(
    orders: Iterable[Sequence[Event]], export: int, zoned: AbstractSet[int], read_in: str = "UTC"
) -> Iterator[Pair]:
    """The moments that the zone-less `export` and the `zoned` exports both tell, one per order and topic; where the
    former names no topic, the order's creation and the first time that it is named.

    `read_in` is the zone in which the stamps of `export` were read so far. Only events that say what happened are
    used: of a snapshot's other times nobody knows what they mean.
    """
    clock = UTC if read_in == "UTC" else _clock(read_in) or UTC
    for events in orders:
        ours: dict[str, tuple[int, int]] = {}
        theirs: dict[str, tuple[int, int]] = {}
        first: tuple[int, int] | None = None
        for event in events:
            told = _what(event)
            side = ours if event.export == export else theirs if event.export in zoned else None
            when = event.happened_at if event.happened_at is not None else event.at
            if side is None or when is None or event.precision >= HOUR or event.borrowed == "weak":
                continue
            if side is ours and clock is not UTC:
                when += _offset(datetime.fromtimestamp(when // SECOND, clock))
            if side is ours and event.kind.phase in _PASSING and (first is None or when < first[0]):
                first = (when, event.precision)
            if told is None:
                continue
            if told not in side or when < side[told][0]:
                side[told] = (when, event.precision)
        like = ours.keys() & theirs.keys()
        for topic in like:
            (local, fine), (utc, other) = ours[topic], theirs[topic]
            yield Pair(local, utc, topic, max(fine, other))
        if like or "created" not in theirs:
            continue
        utc, other = theirs["created"]
        refused = next((told for told in ours if told.startswith(_REFUSED)), None)
        if refused:  # most refusals follow their order's creation at once
            local, fine = ours[refused]
            yield Pair(local, utc, "created, then refused", max(fine, other))
        elif first is not None:
            local, fine = first
            yield Pair(local, utc, FIRST, max(fine, other))


def _what(event: Event) -> str | None:
    """What happened, so that only like moments are compared: a topic, or a refusal by one and the same system."""
    kind = event.kind
    if kind.phase == "rejected":
        return f"{_REFUSED}{kind.system}"
    return kind.topic if kind.phase != "observed" and kind.topic != "updated" else None


def _clock(zone: str) -> tzinfo | None:
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        span = timedelta(hours=hours, minutes=minutes)
        return timezone(-span if zone[0] == "-" else span)
    try:
        return ZoneInfo(zone)
    except ZoneInfoNotFoundError:  # a system without the zone database still knows offsets
        return UTC if zone == "UTC" else None


def _delays(known: Sequence[Pair], zone: str) -> list[int] | None:
    """How much later than the zoned stamp each local one is, were it written in this zone."""
    clock = _clock(zone)
    if clock is None:
        return None
    out = []
    for pair in known:
        naive = _EPOCH + timedelta(microseconds=pair.local // 1000)
        out.append(pair.local - _offset(naive.replace(tzinfo=clock)) - pair.utc)
    return out


def _offset(moment: datetime) -> int:
    """How far a clock is ahead of UTC then (ns)."""
    return (moment.utcoffset() or timedelta()) // timedelta(microseconds=1) * 1000


def _agree(known: Sequence[Pair], zone: str) -> tuple[int, int]:
    """How many pairs agree, and how far apart these are on the whole."""
    delays = _delays(known, zone) or []
    near = [abs(delay) for delay, pair in zip(delays, known, strict=False) if abs(delay) <= NEAR + pair.slack]
    return len(near), sum(near)


def _ranked(known: Sequence[Pair]) -> list[tuple[str, int]]:
    """Zones by agreement, best first; a common zone before a bare offset, a whole hour before a half."""
    counts = [(zone, *_agree(known, zone)) for zone in (*COMMON, *_offsets())]
    return [(zone, agree) for zone, agree, _ in sorted(counts, key=lambda one: (-one[1], one[2]))]


def _offsets() -> list[str]:
    """Offsets for clocks that no common zone explains, whole hours first."""
    whole = sorted(range(-12, 15), key=abs)
    return [*(f"{'-' if hours < 0 else '+'}{abs(hours):02d}:00" for hours in whole), *BROKEN]


def _one_way(known: Sequence[Pair]) -> tuple[str, int] | None:
    """For slow routes: the clock in which effects follow their causes, and the quickest of them at once."""
    for sign in (1, -1):
        for zone in (*COMMON, *_offsets()):
            delays = _delays(known, zone)
            if delays is None:
                continue
            later = sorted(sign * delay for delay in delays)
            slack = EARLY + max(pair.slack for pair in known)
            follow = sum(delay >= -slack for delay in later)
            if follow >= 0.95 * len(later) and later[len(later) // 10] < 2 * NEAR:
                return zone, follow
    return None
