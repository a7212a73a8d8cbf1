"""What the reading side gives, beside the model's own words. Times are UTC nanoseconds."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from tracelog.model.event import Name, Place
from tracelog.model.finding import Evidence
from tracelog.model.vendor import VendorLimit


class ExportInfo(msgspec.Struct, frozen=True):
    """One export in the store. Times are UTC nanoseconds; `format` is the definition's name."""

    id: int
    name: str
    sha256: str
    size: int
    format: str
    system: str | None
    instance: str | None
    zone: str | None
    zone_basis: str | None
    as_of: int | None
    """Of a snapshot: the time that it shows, and on what basis that is known."""
    as_of_basis: str | None
    first: int | None
    last: int | None
    records: int
    damage: str | None


class DefinitionInfo(msgspec.Struct, frozen=True):
    """What a definition says of its exports. `absence` is `strong`, `weak` or `none`, `note` its reason."""

    name: str
    title: str
    system: str | None
    absence: str = "strong"
    note: str | None = None
    retention: str | None = None
    where: str | None = None
    carries: str | None = None
    zone: str = "in text"
    phases: tuple[str, ...] = ()
    inferred: bool = False
    """What it states was read off words: it weighs less."""
    limits: tuple[VendorLimit, ...] = ()
    """What the vendors of its systems declare of the time that a step may take."""


class StreamRow(NamedTuple):
    """One stream with what its definition says; the fields of `expect.StreamInfo`, in its order."""

    stream: str
    definition: str
    title: str
    system: str
    instance: str | None
    absence: str
    note: str | None
    retention: str | None
    inferred: bool


class ActivityRow(NamedTuple):
    """A stretch of records of one stream in one export; times in UTC ns. Inside it no gap is longer than a minute."""

    stream: str
    export: int
    first: int
    last: int
    records: int


class CandidateRow(NamedTuple):
    """A record that may be a missing one: unread (`phase` None), or a statement that no order could be found for."""

    stream: str
    first: int
    last: int
    phase: str | None


class AliasProof(NamedTuple):
    """One name of an order as it was written, and the record that links it to the others."""

    name: Name
    place: Place | None
    strength: str
    why: str | None = None
    """Why it was not followed, where other orders have it too."""


class UnreadGroup(msgspec.Struct, frozen=True):
    """Unread records of one shape. `nearest`: format, shape, got_to, expected, or None."""

    shape: str
    count: int
    export: str
    example: Evidence
    reason: str
    nearest: dict[str, Any] | None


class HubRow(NamedTuple):
    """A name that was not followed, because it would have tied `orders` orders."""

    kind: str
    value: str
    orders: int
    why: str


class Counts(msgspec.Struct, frozen=True):
    exports: int
    records: int
    events: int
    orders: int
