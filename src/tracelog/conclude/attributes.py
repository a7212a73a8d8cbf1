"""What failing orders may share beside their fields' values: channel, length of a text, hour, day, job or page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tracelog.model.event import DAY, HOUR, Event
from tracelog.model.words import rfc3339

Trait = tuple[str, str]
HOUR_OF_DAY, ON_DAY, JOB, CHANNEL = "hour of day (UTC)", "day", "job or page", "channel"
BROAD = frozenset((HOUR_OF_DAY, ON_DAY, CHANNEL))
"""A time or a channel that the failing share is told, and is no narrow attribute: much else happens there."""
LENGTHS = (20, 30, 35, 40, 50, 64, 80, 100, 128, 255)
"""Widths of fields that systems are known to have: a text longer than one may be cut or refused."""


def of_order(events: Sequence[Event]) -> tuple[Trait, ...]:
    """The channel that an order comes from, and which of its texts are long."""
    out: dict[Trait, None] = {}
    for event in events:
        kind = event.kind
        if kind.phase not in {"emitted", "received"}:
            continue
        if not any(name == CHANNEL for name, _ in out):
            out[CHANNEL, (kind.peer if kind.phase == "received" else None) or kind.system] = None
        for name, value in event.fields.items():
            if len(value) > LENGTHS[0]:
                out.update(((f"length of {name}", f"over {width}"), None) for width in LENGTHS if len(value) > width)
    return tuple(out)


def of_case(at: int | None, job: str | None) -> Iterator[Trait]:
    """When one event came (UTC ns), and by which job or page."""
    if at is not None:
        yield _hour(at // HOUR % 24)
        yield _day(at // DAY)
    if job is not None:
        yield JOB, job


@lru_cache(maxsize=24)
def _hour(hour: int) -> Trait:
    return HOUR_OF_DAY, f"{hour:02d}"


@lru_cache(maxsize=4096)
def _day(day: int) -> Trait:
    return ON_DAY, rfc3339(day * DAY)[:10]
