"""What judging yields: findings, incidents, verdict; field for field as the contract's JSON."""

from __future__ import annotations

from typing import Any

import msgspec

KINDS = (
    "silent-drop", "rejected", "unacknowledged", "swallowed-error", "rewrite", "unmapped-status",
    "out-of-sequence", "duplicate", "late", "clock-offset", "manual-edit", "confirmation-gap",
    "orphan", "state-divergence",
)  # fmt: skip
FINDING_STATES = ("confirmed", "suspected", "pending", "recovered")
SEVERITIES = ("critical", "high", "medium", "low", "info")
CLASSES = ("clean", "sync-delay", "connector-bug", "structural", "insufficient-evidence")


class Evidence(msgspec.Struct, frozen=True):
    """One raw record with its place: enough for a stranger to find it and to check that it is unchanged.

    `sha256` is the decompressed export's, `digest` the SHA-256 of the record's bytes. `record` and `line` count
    from 1, `offset` from 0 in bytes of the decompressed export. Times are RFC 3339 UTC.
    """

    export: str
    sha256: str
    record: int
    line: int
    offset: int
    length: int
    digest: str
    at: str | None
    at_raw: str | None
    text: str


class Station(msgspec.Struct, frozen=True):
    """One end of a step."""

    system: str
    phase: str
    instance: str | None = None
    peer: str | None = None


class Step(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """From the last phase that is proven to the phase that should have followed."""

    from_: Station
    to: Station


class Money(msgspec.Struct, frozen=True):
    amount: str
    currency: str | None


class Span(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    from_: str
    to: str


class Limit(msgspec.Struct, frozen=True):
    seconds: float
    basis: str


class Count(msgspec.Struct, frozen=True):
    count: int
    examples: list[str]


class CoverageProof(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """The span of a stream that proves an absence."""

    stream: str
    from_: str
    to: str


class Link(msgspec.Struct, frozen=True):
    alias: str
    strength: str
    evidence: Evidence | None


class Review(msgspec.Struct, frozen=True):
    state: str
    reason: str | None = None
    ticket: str | None = None
    at: str | None = None


class Finding(msgspec.Struct):
    """One thing that went wrong, with its evidence."""

    id: str
    kind: str
    problem: str | None
    state: str
    severity: str
    explanation: str
    reason: str
    disproof: str
    scope: str = "order"
    formerly: list[str] = []
    incident: str | None = None
    order: str | None = None
    aliases: list[str] = []
    orders: Count | None = None
    channel: str | None = None
    topic: str | None = None
    pattern: str | None = None
    behind: str | None = None
    ahead: str | None = None
    step: Step | None = None
    level: str | None = None
    at: str | None = None
    recovered_at: str | None = None
    limit: Limit | None = None
    field: str | None = None
    value_in: str | None = None
    value_out: str | None = None
    expected: str | None = None
    coverage: list[CoverageProof] = []
    links: list[Link] = []
    still_wrong: bool | None = None
    customer_told: bool | None = None
    next_step: str | None = None
    act_by: str | None = None
    value: Money | None = None
    caused_by: str | None = None
    review: Review | None = None
    evidence: list[Evidence] = []


class Share(msgspec.Struct, frozen=True):
    """An attribute that the failing orders share and others mostly lack, with counts ("12/12", "80/400")."""

    attribute: str
    value: str
    of_failing: str
    of_others: str


class ContextNote(msgspec.Struct, frozen=True):
    at: str | None
    what: str
    evidence: Evidence | None


class Incident(msgspec.Struct, rename={"class_": "class"}):
    """The findings that are one failure."""

    id: str
    class_: str
    problem: str | None
    kind: str
    step: Step | None
    topic: str | None
    field: str | None
    value_in: str | None
    value_out: str | None
    pattern: str | None
    first: str | None
    last: str | None
    ongoing: bool | None
    orders: int
    open_orders: int | None
    value: list[Money]
    shares: list[Share]
    context: list[ContextNote]
    involve: str
    ask: str
    summary: str
    examples: list[str]
    findings: list[str]
    # beyond the contract: what sorting and headings need
    state: str = "confirmed"
    severity: str = "medium"
    shape: str | None = None
    act_by: str | None = None
    """The first of its findings' own."""


class Signal(msgspec.Struct, frozen=True):
    id: str
    present: bool | None
    count: int | None
    orders: list[str]
    basis: str
    look_at: str | None


class Verdict(msgspec.Struct, rename={"class_": "class"}):
    class_: str
    basis: str
    problem: str | None
    state: str
    incident: str | None
    others: int
    involve: str
    summary: str
    signals: list[Signal]


class StepRow(msgspec.Struct, rename={"from_": "from", "in_": "in"}):
    """One row of the step table."""

    from_: Station
    to: Station
    topic: str | None
    in_: int
    out: int
    skipped: int
    refused: int
    lost: int
    not_knowable: int
    self_reported: dict[str, int] | None = None


class CoverageRow(msgspec.Struct, rename={"from_": "from"}):
    stream: str
    system: str
    instance: str | None
    phases: list[str]
    from_: str | None
    to: str | None
    holes: list[Span]
    absence: str
    note: str | None


class Reason(msgspec.Struct, frozen=True):
    reason: str
    count: int


class LedgerRow(msgspec.Struct):
    """Every record of one export accounted for: `records = understood + ignored + context + unread`."""

    export: str
    sha256: str
    format: str
    zone: str | None
    zone_basis: str | None
    records: int
    understood: int
    ignored: int
    context: int
    unread: int
    events: int
    unattached: int
    new: int
    known: int
    reasons: list[Reason]
    inferred: bool = False
    """What it states was read off words."""


class Wanted(msgspec.Struct):
    export: str
    period: Span | None
    how: str | None
    settles: int | None
    gone_after: str | None


class Scan(msgspec.Struct):
    """`scan --json`, key for key."""

    tracelog: str
    store: dict[str, Any]
    period: Span | None
    coverage: list[CoverageRow]
    ledger: list[LedgerRow]
    steps: list[StepRow]
    incidents: list[Incident]
    findings: list[Finding]
    verdict: Verdict
    wanted: list[Wanted]
    figures: dict[str, Any]


class TraceEvent(msgspec.Struct):
    """An event as `trace --json` shows it."""

    system: str
    instance: str | None
    phase: str
    peer: str | None
    topic: str | None
    states: list[dict[str, str | None]]
    fields: dict[str, str]
    at: str | None
    happened_at: str | None
    at_raw: str
    zone: str | None
    zone_basis: str | None
    precision: str
    ids: dict[str, str]
    envelope: list[str]
    actor: dict[str, str | None] | None
    result: str | None
    level: str | None
    evidence: Evidence
    inferred: bool = False
    """It was read off words."""


class TraceAlias(msgspec.Struct):
    name: str
    strength: str
    proved_by: Evidence | None
    not_followed: str | None = None
    """Why the name ties nothing, where other orders have it too."""


class TraceHop(msgspec.Struct):
    system: str
    instance: str | None
    events: list[TraceEvent]


class TraceJourney(msgspec.Struct):
    topic: str | None
    hops: list[TraceHop]


class Trace(msgspec.Struct):
    """`trace --json` for one order."""

    order: str
    aliases: list[TraceAlias]
    journeys: list[TraceJourney]
    events: list[TraceEvent]
    states: dict[str, dict[str, dict[str, str | None]]]
    findings: list[Finding] | None
    counted: dict[str, int] | None = None
    """What looks like a fault in this order and is none, by the words of a scan's `figures.counted`; None: not known,
    since no scan of the store's present content is kept."""
