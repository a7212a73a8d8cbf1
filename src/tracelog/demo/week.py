"""One week of a shop: orders, what the integration did with each change, and what the ERP made of it.

Times are aware datetimes in UTC. Every fault is planted on purpose and noted in `Week.truth`, so that what a
tool says of the exports can be held against what really happened.
"""

from __future__ import annotations

import datetime as dt
import enum
import random
from dataclasses import dataclass, field

UTC = dt.UTC
POLL = dt.timedelta(minutes=5)


class Fault(enum.Enum):
    """What can go wrong with one change of one order."""

    DROP_CREATE = "new order taken in, never sent on"
    DROP_CANCEL = "cancellation taken in, never sent on"
    STATUS_REWRITE = "shipped arrives, pending leaves"
    TOTAL_REWRITE = "the total loses a decimal place"
    QUANTITY_REWRITE = "one unit more leaves than arrives"
    REFUSED = "refused by the ERP, never tried again"
    REFUSED_THEN_RERUN = "refused, put right by a rerun hours later"
    BUSY_THEN_RETRIED = "503, then accepted minutes later: no fault"
    SWALLOWED = "200 outside, failure inside"
    UNANSWERED = "sent, no answer, and the ERP does not have it"
    TWICE = "created twice in the ERP"
    NEVER_POLLED = "in the shop, never seen by the integration"
    LATE = "sent on hours later"
    EDITED_BY_HAND = "closed by a person in the ERP"


CREATE_FAULTS = (
    Fault.DROP_CREATE, Fault.TOTAL_REWRITE, Fault.QUANTITY_REWRITE, Fault.REFUSED, Fault.REFUSED_THEN_RERUN,
    Fault.BUSY_THEN_RETRIED, Fault.SWALLOWED, Fault.UNANSWERED, Fault.TWICE, Fault.NEVER_POLLED, Fault.LATE,
    Fault.EDITED_BY_HAND,
)  # fmt: skip


@dataclass
class Plan:
    """What to play. `faults` counts orders per fault."""

    seed: int = 1
    orders: int = 300
    start: dt.datetime = dt.datetime(2026, 2, 2, 5, 0, tzinfo=UTC)
    days: int = 7
    faults: dict[Fault, int] = field(default_factory=dict)
    cancel_rate: float = 0.08
    ship_rate: float = 0.75
    first_number: int = 7001


@dataclass
class Call:
    """One request of the integration to the ERP, and its answer (None: none was recorded)."""

    at: dt.datetime
    request: str
    method: str
    body: dict[str, object]
    record: int | None = None
    status: int | None = None
    answered: dt.datetime | None = None
    answer: dict[str, object] | None = None
    location: int | None = None


@dataclass
class Note:
    """One line of the ERP's audit trail."""

    at: dt.datetime
    tranid: str
    by: str
    context: str
    kind: str
    field: str
    old: str
    new: str


@dataclass
class ErpOrder:
    internal: int
    tranid: str
    external: str
    etail: str
    total: str
    created: dt.datetime
    modified: dt.datetime
    status: str


@dataclass
class Refusal:
    """One entry of the integration's error list."""

    at: dt.datetime
    code: str
    message: str
    shop_id: int
    name: str


@dataclass
class Order:
    id: int
    name: str
    channel: str
    created: dt.datetime
    total: str
    units: int
    email: str
    shipped: dt.datetime | None = None
    cancelled: dt.datetime | None = None
    fault: Fault | None = None

    def changes(self) -> list[tuple[dt.datetime, str]]:
        later = [(self.shipped, "shipped"), (self.cancelled, "cancelled")]
        return [(self.created, "created"), *((at, topic) for at, topic in later if at)]

    def as_of(self, at: dt.datetime) -> dict[str, object]:
        """The order as the shop's API would give it at that moment."""
        last = max(when for when, _ in self.changes() if when <= at)
        shipped = self.shipped is not None and self.shipped <= at
        cancelled = self.cancelled is not None and self.cancelled <= at
        return {
            "id": self.id,
            "name": self.name,
            "created_at": iso(self.created),
            "updated_at": iso(last),
            "cancelled_at": iso(self.cancelled) if cancelled and self.cancelled else None,
            "financial_status": "voided" if cancelled else "paid",
            "fulfillment_status": "fulfilled" if shipped else None,
            "currency": "USD",
            "total_price": self.total,
            "line_items": [{"sku": "HL-MUG-1", "quantity": self.units}],
            "source_name": self.channel,
            "email": self.email,
        }


@dataclass
class Week:
    plan: Plan
    orders: list[Order] = field(default_factory=list)
    polls: list[tuple[dt.datetime, list[Order]]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    erp: list[ErpOrder] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    truth: list[tuple[Fault, str]] = field(default_factory=list)

    @property
    def end(self) -> dt.datetime:
        return self.plan.start + dt.timedelta(days=self.plan.days)


def iso(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")


def play(plan: Plan, rng: random.Random) -> Week:
    """The whole week."""
    week = Week(plan)
    week.orders = _orders(plan, rng)
    _plant(week, rng)
    integration = _Integration(week, rng)
    at = plan.start
    while at < week.end:
        at += POLL
        due = [o for o in week.orders if o.fault is not Fault.NEVER_POLLED
               and any(at - POLL < when <= at for when, _ in o.changes())]  # fmt: skip
        integration.poll(at, due)
    week.calls.sort(key=lambda call: call.at)
    week.notes.sort(key=lambda note: note.at)
    return week


def _orders(plan: Plan, rng: random.Random) -> list[Order]:
    """Orders come by day more than by night; most are shipped within two days, some are cancelled."""
    end = plan.start + dt.timedelta(days=plan.days)
    stamps: list[dt.datetime] = []
    while len(stamps) < plan.orders:
        at = plan.start + dt.timedelta(seconds=rng.randrange(int((end - plan.start).total_seconds())))
        if rng.random() < (1.0 if at.hour >= 13 or at.hour < 3 else 0.25):
            stamps.append(at)
    orders = []
    for index, at in enumerate(sorted(stamps)):
        number = plan.first_number + index
        order = Order(
            id=6200000000000 + number * 1009,
            name=f"#{number}",
            channel=rng.choices(["web", "amazon", "pos"], [70, 22, 8])[0],
            created=at,
            total=f"{rng.randrange(1500, 24000) / 100:.2f}",
            units=rng.randrange(1, 4),
            email=f"buyer{number}@mail.example",
        )
        cancels = rng.random() < plan.cancel_rate
        ships = not cancels and rng.random() < plan.ship_rate
        later = at + dt.timedelta(hours=rng.uniform(3, 40))
        if later < end - dt.timedelta(hours=2):
            order.cancelled = later if cancels else None
            order.shipped = later if ships else None
        orders.append(order)
    return orders


def _plant(week: Week, rng: random.Random) -> None:
    """Picks, at random, which order suffers which fault; one fault an order, none in the last hours."""
    last = week.end - dt.timedelta(hours=12)
    first = week.plan.start + dt.timedelta(hours=6)
    for fault, count in week.plan.faults.items():
        free = [o for o in week.orders if o.fault is None and first < o.created < last]
        if fault is Fault.DROP_CANCEL:
            free = [o for o in free if o.cancelled]
        elif fault is Fault.STATUS_REWRITE:
            free = [o for o in free if o.shipped]
        elif fault is Fault.EDITED_BY_HAND:
            free = [o for o in free if not o.cancelled and not o.shipped]
        chosen = rng.sample(free, min(count, len(free)))
        for order in chosen:
            order.fault = fault
            if fault in CREATE_FAULTS and fault not in (
                Fault.BUSY_THEN_RETRIED,
                Fault.LATE,
                Fault.TOTAL_REWRITE,
            ):
                order.shipped = order.cancelled = None  # what the ERP never had, or has wrongly, nobody ships
            week.truth.append((fault, order.name))


class _Integration:
    """The flow between shop and ERP: takes orders in by polling, posts new ones, patches known ones."""

    def __init__(self, week: Week, rng: random.Random) -> None:
        self.week = week
        self.rng = rng
        self.known: dict[int, ErpOrder] = {}
        self.next_internal = 911000
        self.next_tran = 30500

    def poll(self, at: dt.datetime, due: list[Order]) -> None:
        self.week.polls.append((at, due))
        for position, order in enumerate(due):
            sent = at + dt.timedelta(seconds=1.5 + position * 1.1 + self.rng.random())
            if order.id in self.known:
                self._update(order, sent, at)
            elif not (order.fault is not None and order.created < at - POLL):
                self._create(order, sent)

    def _call(self, order: Order, at: dt.datetime, method: str, body: dict[str, object]) -> Call:
        known = self.known.get(order.id)
        call = Call(at, f"{self.rng.getrandbits(128):032x}", method, body, known.internal if known else None)
        self.week.calls.append(call)
        return call

    def _answer(self, call: Call, status: int, body: dict[str, object] | None = None, wait: float = 0.0) -> None:
        call.status = status
        call.answer = body
        call.answered = call.at + dt.timedelta(seconds=wait or self.rng.uniform(0.6, 2.4))

    def _create(self, order: Order, at: dt.datetime) -> None:
        fault = order.fault
        if fault is Fault.DROP_CREATE:
            return
        if fault is Fault.LATE:
            at += dt.timedelta(hours=self.rng.uniform(4, 7))
        total = f"{float(order.total) / 10:.2f}" if fault is Fault.TOTAL_REWRITE else order.total
        body: dict[str, object] = {
            "externalId": order.name.lstrip("#"),
            "custbody_celigo_etail_order_id": str(order.id),
            "orderStatus": "B",
            "total": float(total),
            "currency": "USD",
            "item": {"items": [{"quantity": order.units + (fault is Fault.QUANTITY_REWRITE)}]},
        }
        call = self._call(order, at, "POST", body)
        if fault is Fault.UNANSWERED:
            return
        if fault in (Fault.REFUSED, Fault.REFUSED_THEN_RERUN):
            code, text = "INVALID_CONTENT", "Invalid Field Value for the following field: item"
            self._answer(call, 400, {"title": "Bad Request", "status": 400,
                                     "o:errorDetails": [{"detail": text, "o:errorCode": code}]})  # fmt: skip
            self._refuse(order, call, "400", text)
            if fault is Fault.REFUSED:
                return
            call = self._call(order, at + dt.timedelta(hours=self.rng.uniform(5, 9)), "POST", body)
        elif fault is Fault.BUSY_THEN_RETRIED:
            busy = {"title": "Service Unavailable", "status": 503,
                    "o:errorDetails": [{"detail": "Concurrent request limit exceeded.",
                                        "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED"}]}  # fmt: skip
            self._answer(call, 503, busy)
            self._refuse(order, call, "503", "Concurrent request limit exceeded.")
            call = self._call(order, at + dt.timedelta(minutes=self.rng.uniform(3, 8)), "POST", body)
        elif fault is Fault.SWALLOWED:
            self._answer(call, 200, {"success": False, "error": "INVALID_KEY_OR_REF: Invalid item reference key"})
            return
        elif fault is Fault.TWICE:
            self._accept(order, call, total)
            call = self._call(order, at + dt.timedelta(seconds=70), "POST", body)
        self._accept(order, call, total)
        if fault is Fault.EDITED_BY_HAND:
            self._edit(order, at + dt.timedelta(hours=self.rng.uniform(8, 20)))

    def _accept(self, order: Order, call: Call, total: str) -> None:
        self._answer(call, 204)
        done = call.answered or call.at
        self.next_internal += self.rng.randrange(1, 4)
        self.next_tran += 1
        call.location = self.next_internal
        made = ErpOrder(self.next_internal, f"SO{self.next_tran}", order.name.lstrip("#"), str(order.id),
                        total, done, done, "Pending Fulfillment")  # fmt: skip
        self.known[order.id] = made
        self.week.erp.append(made)
        by, how = "Integration User", "REST Web Services"
        self.week.notes += [
            Note(done, made.tranid, by, how, "Create", "Record", "", ""),
            Note(done, made.tranid, by, how, "Set", "Document Status", "", made.status),
            Note(done, made.tranid, by, how, "Set", "PO #", "", order.name.lstrip("#")),
        ]

    def _update(self, order: Order, at: dt.datetime, polled: dt.datetime) -> None:
        cancelled = order.cancelled is not None and order.cancelled <= polled
        if cancelled and order.fault is Fault.DROP_CANCEL:
            return
        letter, word, text = ("C", "cancelled", "Cancelled") if cancelled else ("F", "shipped", "Pending Billing")
        if order.fault is Fault.STATUS_REWRITE:
            letter, word, text = "A", "pending", "Pending Approval"
        body: dict[str, object] = {
            "externalId": order.name.lstrip("#"),
            "orderStatus": letter,
            "custbody_ship_status": word,
        }
        call = self._call(order, at, "PATCH", body)
        self._answer(call, 204)
        self._set(self.known[order.id], call.answered or at, text, "Integration User", "REST Web Services")

    def _set(self, record: ErpOrder, at: dt.datetime, status: str, by: str, context: str) -> None:
        self.week.notes.append(Note(at, record.tranid, by, context, "Change", "Document Status", record.status, status))
        record.status, record.modified = status, at

    def _edit(self, order: Order, at: dt.datetime) -> None:
        self._set(self.known[order.id], at, "Closed", "Dana Whitfield", "UI")

    def _refuse(self, order: Order, call: Call, code: str, text: str) -> None:
        self.week.refusals.append(Refusal(call.answered or call.at, code, text, order.id, order.name))
