"""One statement about an order: the shape that all sources are turned into."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

PHASES = (
    "emitted", "received", "parked", "transformed", "skipped", "forwarded",
    "acknowledged", "rejected", "applied", "observed",
)  # fmt: skip
CLAIMING = frozenset(("emitted", "applied", "observed"))
"""Phases whose records speak of a change of their own system: when it happened counts, not when it was written."""
TOPICS = (
    "created", "paid", "confirmed", "allocated", "picked", "shipped", "delivered", "cancelled",
    "returned", "refunded", "invoiced", "posted", "notified", "updated",
)  # fmt: skip
AXES = ("order", "payment", "fulfilment", "return")
STATES = ("pending", "confirmed", "picked", "shipped", "delivered", "returned", "cancelled")
PAYMENT_STATES = ("unpaid", "authorized", "paid", "refunded", "voided")
STATE_MARKS = ("EXACT", "PARTIAL", "LOSSY", "HOLD", "NONE")
"""How exact a mapping to a canonical state is."""
LEVELS = ("transport", "body", "business")

MICRO = 1_000
MILLI = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 86_400 * SECOND
"""Times are whole nanoseconds since 1970-01-01T00:00:00Z; a precision is the width of the instant in the same unit."""


class Name(NamedTuple):
    """One alias as a record gives it.

    `kind` is `system:what` (`shopify:id`, `netsuite:tranid`); `ref` as kind means *the order's name as
    another system gave it* and equals any system's name by value. `strength` is `strong` (several in one
    record are linked by it) or `weak` (mentioned; never links).
    """

    kind: str
    value: str
    strength: str = "strong"


class State(NamedTuple):
    """Where the order stands on one axis, as written (`raw`) and canonical; `canonical` None = no clean mapping.

    `mark` says how exact the mapping is: `EXACT`, `PARTIAL`, `LOSSY`, `HOLD`, `NONE` (known value, no clean
    mapping), `UNMAPPED` (the map does not know the value); `nearest` may still help to compare.
    """

    axis: str
    field: str
    raw: str
    canonical: str | None
    mark: str = "EXACT"
    final: bool = False


class Actor(NamedTuple):
    """Who did it. `kind`: `person`, `integration`, `system`, `derived` (set off by another change), or None."""

    name: str | None
    kind: str | None


class Kind(NamedTuple):
    """The part of an event that many events share; interned, so that it costs one number in the store."""

    system: str
    instance: str | None
    phase: str
    peer: str | None
    topic: str | None
    level: str | None
    stream: str
    """Which log it stands in: definition name and the definition's stream key (resource, flow, subscription)."""
    carries: str | None
    """`event` (each one counts), `state` (a poll or snapshot: only the latest counts), None = to be learned."""


class Place(NamedTuple):
    """Where the record lies in the store: page, slot in it, and which of the record's events this is."""

    page: int
    slot: int
    nth: int


class Event(msgspec.Struct, gc=False):
    """One statement about an order: a phase in a system, about a topic, with states and other fields, at a time.

    `at` is when the record was written, `happened_at` when it says the change took place (None: it does not
    say); both UTC nanoseconds. `at_raw` is the stamp as it stands in the record. `precision` is the width in
    nanoseconds (a date: a day) of the time by which the event is ordered. `fields` are the compared values by plain
    name (`total`, `currency`, `quantity`, …), `before` the old values where the record tells them (states under their
    field name).
    """

    kind: Kind
    at: int | None
    at_raw: str
    precision: int
    happened_at: int | None = None
    names: tuple[Name, ...] = ()
    envelope: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    fields: dict[str, str] = {}
    before: dict[str, str] = {}
    ids: dict[str, str] = {}
    actor: Actor | None = None
    result: str | None = None
    # given by the store
    id: int = 0
    place: Place | None = None
    export: int = 0
    borrowed: str | None = None
    """How an event that names no order came to this one: None (it names it), `answer` (it answers the envelope
    as a whole), `strong` (its envelope carries this order only), `weak` (its envelope carries several)."""
    skew: int = 0
    """How far (ns) its clock is provably ahead of the others'. Taken off where times are compared, shown nowhere."""

    @property
    def true_at(self) -> int | None:
        """`at` by the other systems' clocks."""
        return None if self.at is None else self.at - self.skew


class Context(msgspec.Struct, gc=False):
    """A record about no order that may explain many: an edit, a switch, a run's own counts.

    `counts` holds what the system itself reported (`success`, `error`, `ignored`); `system`, `resource` and
    `envelope` say of what; `until` is the end of a run. Times are UTC nanoseconds.
    """

    system: str
    instance: str | None
    what: str
    at: int | None
    at_raw: str
    until: int | None = None
    resource: str | None = None
    resource_kind: str | None = None
    envelope: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    actor: Actor | None = None
    value_in: str | None = None
    value_out: str | None = None
    place: Place | None = None
    export: int = 0


class Outcome(NamedTuple):
    """What interpreting made of one record: its class in the ledger, the reason, and its statements.

    `verdict`: `understood`, `ignored`, `context`, `unread`. `tells` is what an ignored record still says of
    its envelope (system, peer): it keeps a stream's coverage honest, and names the peer of an answer.
    """

    verdict: str
    reason: str | None = None
    events: tuple[Event, ...] | list[Event] = ()
    context: Context | None = None
    at: int | None = None
    shape: str | None = None
    stream: str | None = None
    """The stream the record stands in (as `Kind.stream`), also when it is ignored, context or unread: its silence
    or talk is coverage. None: the definition has one stream only."""
