"""What the detectors see: small tuples of plain words, no number, no text of a record.

`abstract` does all the measuring and makes these; `judge` looks at nothing else, so that it can be
memoised and its cases are tables. The words are those of JUDGEMENT's decision table.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec


class LegFacts(NamedTuple):
    """One order event on one leg of its route: from a proven phase at A, by an attempt, to its effect at B.

    Defaults are the innocent values, so that a case table names only what matters.
    """

    leg: str = "pass"
    """`hand` A emitted → B received · `pass` received → forwarded inside one system, towards B ·
    `span` A … B with no export of what lies between · `flow` station → station, learned from the data · `tell` A
    changed it → the message by which others are told of that."""
    route: str = "learned"
    """`declared` · `learned` (orders of this class take it) · `few` (takers exist, few, and nothing else speaks)
    · `never` (a segment of ≥ 20 orders that never takes it) · `silent` (took it before T, never since) · `none`."""
    carries: str = "event"
    topic: str | None = None
    skip: bool = False
    superseded: bool = False
    cancelled_before: bool = False
    """Created and cancelled both before the first possible hand-off."""
    attempt: bool = False
    answer: str = "none"
    """`none` · `accept` · `refuse` · `exists` (refused: already there) · `inside` (accepted outside, not inside)."""
    level: str | None = None
    """Of the answer: `transport`, `body`, `business`."""
    failure_recorded: bool = False
    """The sender itself recorded the refusal (error list, failed job)."""
    closed: bool = False
    """The error was closed by hand or by itself without a successful try."""
    answers_usual: bool = True
    """This stream answers at least 95 % of its attempts."""
    answers_others: bool = False
    """It does so but for this topic, which it answers only sometimes."""
    later: str = "none"
    """A later success: `none` · `chain` (same message chain, in time) · `chain-late` · `other` (another message,
    path or person)."""
    effect: str = "unknown"
    """At B: `shown` · `absent` (proved by the scope test, as-of ≥ t + limit) · `unknown`."""
    timing: str = "in-time"
    """Of the effect, when shown: `in-time` · `late` · `late-blurred` (inside precision and clock spread)."""
    cover: str = "none"
    """Of the stream that would have shown the next phase, over the time it had: `spans` · `hole` · `ends` · `none`
    (`none`: no export of that stream)."""
    log_ended: bool = False
    """An export of that stream is there, and ends before the event: its continuation would tell."""
    candidates: bool = False
    """Unread, unlinked, masked or cut records lie in that window."""
    weak: bool = False
    """Tied to the order by weak links only."""
    rule_sign: str | None = None
    """Signs of an undeclared rule: `count` (ignored records in that run) · `attribute` (a value that all the missing
    have and no forwarded one has)."""
    retry_open: bool = False
    """The sender's retry window is still open when coverage ends."""
    limit_basis: str = "learned"
    """`declared` · `vendor` · `learned` · `default`."""
    both_sides: bool = False
    """Records by or about the vendor's own stream exist on both sides of the loss."""


class ValueFacts(NamedTuple):
    """One compared value across one hop."""

    field: str
    relation: str
    """`same` · `mapped` · `refinement` · `allowed` (LOSSY, PARTIAL, HOLD) · `contradiction` · `unmapped` · `unknown`
    (not comparable) · `differs` (number, currency, quantity by value) · `formatting` · `regression` (an older source
    version was passed on after a newer one) · `systematic` (every order of the period shows it)."""
    what: str = "status"
    """`status` · `money` · `currency` · `quantity` · `text`."""
    same_in_gave_other: bool = False
    """The same unmapped value went out as another value earlier."""
    default_contradicts: bool = False
    """The value out equals a default that contradicts the source's later states."""
    corrected: bool = False
    """A later record of the same hop put it right."""
    in_force: bool = False
    """The wrong value is the last one at the target, as far as the exports show."""
    cut: bool = False
    """The payload is cut, masked, or joined by a weak link."""


class CopyFacts(NamedTuple):
    """What came more than once."""

    what: str
    """`redelivered` (same event again, one effect) · `documents` (two target documents) · `amount` (doubled)."""
    alive: bool = True
    """Both are still in force (False: one was voided)."""
    at_edge: bool = False
    """One of the copies lies in the first or last instant of an export."""
    weak: bool = False


class SequenceFacts(NamedTuple):
    """Events of one order that arrived in another order than they happened."""

    harm: str = "none"
    """`none` · `refused` · `regressed` · `stale` (an older payload written over a newer one)."""
    settled: str = "clock"
    """By what the order is known: `cause` · `clock` (by more than spread + precision) · `blurred`."""
    in_force: bool = False


class EditFacts(NamedTuple):
    """A state changed at a system without an order event behind it."""

    by: str = "person"
    """`person` · `unknown` (outside the integration, no author)."""
    covered_before: bool = True
    """Coverage of the sources reaches back far enough that an event behind it would have been seen."""
    after_correct_write: bool = False
    contradicts: bool = False
    """The edited state contradicts the source's."""
    bulk: bool = False
    """Many orders in one minute: a mass update."""


class StandFacts(NamedTuple):
    """The latest states (or totals) of two systems side by side."""

    relation: str
    """`contradiction` · `differs` (a compared value) · `missing` (B has no such order)."""
    field: str = "status"
    topic: str | None = None
    lossy: bool = False
    settled: bool = True
    """Both as-of times are later than the last change + limit."""
    scope: bool = True
    """The scope test holds for the one that lacks or differs."""
    rule_sign: bool = False
    explained: bool = False
    """Another finding of this order explains it."""
    everywhere: bool = False
    """Nearly every order with the one value stands at the other: what a mapping, or a way of working, makes so."""
    edited: bool = False
    """The one that is ahead had the other's value before: it was edited after it had been passed on."""
    over: bool = False
    """Both show the order as cancelled: nothing moves by either value any more."""
    several: bool = False
    """One of the two has more than one document of this order: parts of it, or another order of the same number."""


class PromiseFacts(NamedTuple):
    """A step inside one system that took longer than its vendor declares, or a message that came long after the change
    of which it tells.
    """

    topic: str
    blurred: bool = False
    """The excess lies within the precision of the stamps."""
    limit_basis: str = "vendor"


class OrphanFacts(NamedTuple):
    """A record that presupposes an order which no covering order-holding system has."""

    payment: bool = False
    covered: bool = True
    left_edge_clear: bool = True
    linked_weakly: bool = False


class ClockFacts(NamedTuple):
    """The stamps of two systems, over all orders that both tell of."""

    by: str
    """What shows that they differ: `early` (effects before their causes) · `both` (both directions agree) · `narrow`
    (the lag hardly varies, and nothing has a period of that length) · `holds` (a schedule would look the same) ·
    `span` (nobody says what lies between)."""
    harm: bool = False
    """More than what lies between the two may take: read as they stand, the stamps would make orders late, or early."""


class ToldFacts(NamedTuple):
    """A notice to the customer, held against the system of record."""

    had: str = "unknown"
    """When that had the order: `before` the notice · `blurred` (inside precision and clock spread) · `in-time` (after
    it, inside the limit) · `late` · `never` (not by the end of the data) · `unknown`."""
    route: bool = False
    """All orders of a route together."""
    limit_basis: str = "learned"


Facts = (
    LegFacts
    | ValueFacts
    | CopyFacts
    | SequenceFacts
    | EditFacts
    | StandFacts
    | OrphanFacts
    | ClockFacts
    | ToldFacts
    | PromiseFacts
)


class Template(NamedTuple):
    """A finding without its values: what a detector says of a shape. `row` is the row of the decision table."""

    kind: str
    state: str
    severity: str
    problem: str | None
    row: str
    reason: str
    """Why this state and not a stronger one: a key of the texts in `judge/texts.py`."""
    pattern: str | None = None
    consequence: bool = False
    """Follows from another finding of the same event (kept, with `caused_by`)."""


class Counted(NamedTuple):
    """Not a finding, but counted: `skipped`, `superseded`, `retried`, `redelivered`, `accepted, not verified`, …"""

    what: str
    row: str


class Case(msgspec.Struct):
    """Facts about one order, with what `bind` needs to turn a template into a finding.

    `binding` holds real events and measurements under plain names: `anchor` (the last proven event), `next`
    (attempt or late event), `answer`, `effect`, `other` events; `from_`/`to` stations; `limit`; `due` (UTC ns);
    `cover` (CoverageProof list); `value_in`, `value_out`, `expected`, `field`; `recovered_at`; `attribute`.
    """

    facts: Facts
    order: int
    binding: dict[str, Any]
    inferred: bool = False
    """One of its events was read off words."""
