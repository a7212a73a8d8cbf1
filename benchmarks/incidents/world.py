"""Orders, and what became of each change of each: the truth of a world, before anything is written of it.

Times are aware datetimes in UTC, as they really were; what a system writes goes through `World.stamp`, which
knows how wrong that system's clock is. Nothing here knows a vendor, a format, or the tool under test.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

UTC = dt.UTC
START = dt.datetime(2026, 2, 2, 5, 0, tzinfo=UTC)  # a Monday, midnight in New York
SKUS = {"KT-MUG-1": 24, "KT-TEE-M": 31, "KT-BAG-2": 22, "KT-LAMP-9": 17, "KT-PEN-4": 6}
PAYMENTS = {"card": 83, "paypal": 12, "instalments": 5}
CHANNELS = {"web": 72, "app": 20, "wholesale": 8}
CURRENCIES = {"USD": 92, "CAD": 8}


@dataclass(frozen=True)
class Change:
    """Something that happened to an order at its source. `values` are those that the change carries."""

    topic: str  # created, shipped, cancelled, refunded
    at: dt.datetime
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Order:
    number: int
    created: dt.datetime
    total: str
    currency: str
    units: int
    sku: str
    payment: str
    channel: str
    email: str
    kind: str = "goods"  # or digital, pos: what a rule of the route leaves out
    changes: list[Change] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    deleted: dt.datetime | None = None  # removed at the source, for good
    shop: int = 1  # which of several shops
    label: str = ""  # what customers call it, where that is not its number

    @property
    def name(self) -> str:
        return self.label or f"#{self.number}"

    @property
    def id(self) -> int:
        """The number that the source's own tables know it by: 13 digits, never consecutive."""
        return 6_300_000_000_000 + self.shop * 11_000_003 + self.number * 1013

    def when(self, topic: str) -> dt.datetime | None:
        return next((change.at for change in self.changes if change.topic == topic), None)

    def has(self, topic: str, at: dt.datetime) -> bool:
        """Whether the source had that change by then."""
        when = self.when(topic)
        return when is not None and when <= at

    def last(self, at: dt.datetime) -> dt.datetime:
        """The source's own time of last change, as of `at`."""
        return max((change.at for change in self.changes if change.at <= at), default=self.created)


@dataclass
class Try:
    """One time that the middle system sent a change on, and how it was answered."""

    id: str  # 32 hex digits
    at: dt.datetime
    values: dict[str, Any]  # as they were sent
    answer: str | None = None  # accepted, refused, busy, failed-inside, exists; None: no answer was recorded
    answered: dt.datetime | None = None
    reason: str = ""
    document: str | None = None  # what the target made or changed

    @property
    def ok(self) -> bool:
        return self.answer == "accepted"


@dataclass
class Passage:
    """The way of one change from where it happened, through the middle, into the target. Empty from where it ended."""

    order: Order
    change: Change
    received: list[dt.datetime] = field(default_factory=list)  # more than one: delivered again
    skipped: dt.datetime | None = None  # a rule left it out, and its record says so
    routed: bool = True  # False: this kind of order does not take this way at all
    superseded: bool = False  # a later change was taken in with the same poll
    tries: list[Try] = field(default_factory=list)
    applied: list[dt.datetime] = field(default_factory=list)
    fault: Any = None

    @property
    def topic(self) -> str:
        return self.change.topic


@dataclass
class Note:
    """One line of the target's own history of a document."""

    at: dt.datetime
    by: str  # integration, workflow, or a person's name
    field: str  # record, status, total, units, reference
    old: str
    new: str


@dataclass
class Document:
    """What the target holds of an order. `status` in neutral words: pending, confirmed, shipped, cancelled, closed."""

    order: Order
    number: int
    created: dt.datetime
    modified: dt.datetime
    status: str
    total: str
    units: int
    notes: list[Note] = field(default_factory=list)
    outside: bool = False  # entered by somebody else than the integration
    refunded: bool = False

    def set(self, at: dt.datetime, name: str, new: str, by: str = "integration") -> None:
        self.notes.append(Note(at, by, name, str(getattr(self, name)), new))
        setattr(self, name, type(getattr(self, name))(new))
        self.modified = max(self.modified, at)

    def as_of(self, at: dt.datetime) -> Document | None:
        """The document as it stood then; None before it was made."""
        if self.created > at:
            return None
        then = Document(self.order, self.number, self.created, self.created, "", "", 0, outside=self.outside)
        for note in self.notes:
            if note.at <= at:
                then.notes.append(note)
                then.modified = max(then.modified, note.at)
                if note.field in ("status", "total", "units"):
                    setattr(then, note.field, int(note.new) if note.field == "units" else note.new)
                if note.field == "refunded":
                    then.refunded = True
        return then


@dataclass(frozen=True)
class Span:
    """A time for which an export, named by its label, must be there for something to be seen or proved absent."""

    label: str
    since: dt.datetime
    until: dt.datetime


@dataclass
class Truth:
    """What really happened, and what a careful reader of all exports would call it."""

    order: str  # the name customers know; empty for what is about no order
    kind: str
    topic: str | None
    step: tuple[str, str]  # systems
    at: dt.datetime
    fault: str
    states: frozenset[str] = frozenset({"confirmed"})
    also: frozenset[str] = frozenset()  # kinds that are as right, by JUDGEMENT's table
    required: bool = True  # False: a consequence, or a fact that may be told
    anchors: tuple[Span, ...] = ()  # the records of which one must be there for anybody to notice
    absence: tuple[Span, ...] = ()  # the spans that prove it; none: a record shows it
    group: int = 0  # truths of one fault make one incident


@dataclass
class Plan:
    """What to play."""

    seed: int = 1
    orders: int = 400
    days: int = 7
    start: dt.datetime = START
    ship_rate: float = 0.72
    cancel_rate: float = 0.07
    refund_rate: float = 0.04
    first_number: int = 4101


class World:
    """One run of a business: orders, truths, and how each system writes its time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.orders: list[Order] = []
        self.documents: list[Document] = []
        self.truths: list[Truth] = []
        self.facts: set[tuple[str, str]] = set()  # (kind, scope) that are true of the whole, and no order's fault
        self.traits: dict[str, Any] = {}  # hazards that the writers of a stack must show
        self.clock: dict[str, dt.timedelta] = {}  # system -> how far its clock is ahead of the truth
        self.as_of: dict[str, dt.datetime] = {}  # system -> when its tables were exported
        self.grain: dict[str, int] = {}  # system -> seconds that its stamps are rounded down to
        self.filters: dict[str, Callable[[Document], bool]] = {}  # system -> what its listing lets through
        self._rngs: dict[str, random.Random] = {}

    @property
    def end(self) -> dt.datetime:
        return self.plan.start + dt.timedelta(days=self.plan.days)

    def rng(self, purpose: str) -> random.Random:
        """A source of chance for one purpose, so that no hazard or fault reshuffles another part of the world."""
        if purpose not in self._rngs:
            self._rngs[purpose] = random.Random(f"{self.plan.seed} {purpose}")
        return self._rngs[purpose]

    def has(self, trait: str) -> bool:
        return bool(self.traits.get(trait))

    def stamp(self, system: str, at: dt.datetime) -> dt.datetime:
        """What that system's clock said, as finely as it says it."""
        said = at + self.clock.get(system, dt.timedelta())
        grain = self.grain.get(system)
        return said if grain is None else said.replace(second=said.second // grain * grain % 60, microsecond=0)

    def exported(self, system: str) -> dt.datetime:
        return self.as_of.get(system, self.end)

    def documents_of(self, order: Order) -> list[Document]:
        return [document for document in self.documents if document.order is order]

    def listed(self, system: str) -> list[Document]:
        """The target's documents as a table exported at that system's time shows them."""
        at = self.exported(system)
        held = [then for each in self.documents if (then := each.as_of(at)) is not None]
        return list(filter(self.filters.get(system), held))


def pick(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def arrivals(plan: Plan, rng: random.Random) -> list[dt.datetime]:
    """Order times: by day more than by night, at the weekend a little less, and never wholly quiet."""
    total = plan.days * 86_400
    stamps: list[dt.datetime] = []
    while len(stamps) < plan.orders:
        at = plan.start + dt.timedelta(seconds=rng.randrange(total), milliseconds=rng.randrange(1000))
        local = (at.hour - 5) % 24
        weight = 1.0 if 9 <= local < 23 else 0.22
        if rng.random() < weight * (0.8 if at.weekday() > 4 else 1.0):
            stamps.append(at)
    return sorted(stamps)


def populate(world: World) -> None:
    """Orders with the changes that happen to them within the time played."""
    plan, rng = world.plan, world.rng("orders")
    for index, at in enumerate(arrivals(plan, rng)):
        units = rng.choice((1, 1, 1, 2, 2, 3))
        total = f"{rng.randrange(1_150, 24_900) / 100:.2f}"
        number = plan.first_number + index
        order = Order(
            number, at, total, pick(rng, CURRENCIES), units, pick(rng, SKUS), pick(rng, PAYMENTS), pick(rng, CHANNELS),
            f"buyer{number}@mail.example",
        )  # fmt: skip
        order.changes.append(Change("created", at, {"total": total, "units": units, "status": "confirmed"}))
        order.changes.extend(_later(plan, order, rng, world.end))
        world.orders.append(order)


def _later(plan: Plan, order: Order, rng: random.Random, end: dt.datetime) -> Iterable[Change]:
    fate = rng.random()
    hours = rng.uniform(3.0, 44.0)
    quick, back = rng.uniform(0.6, 20.0), rng.uniform(20.0, 60.0)
    if fate < plan.cancel_rate:
        at = order.created + dt.timedelta(hours=quick)
        if at < end:
            yield Change("cancelled", at, {"status": "cancelled"})
    elif fate < plan.cancel_rate + plan.ship_rate:
        at = order.created + dt.timedelta(hours=hours)
        if at < end:
            yield Change("shipped", at, {"status": "shipped"})
        if fate < plan.cancel_rate + plan.refund_rate and at + dt.timedelta(hours=back) < end:
            yield Change("refunded", at + dt.timedelta(hours=back), {"refunded": True})
