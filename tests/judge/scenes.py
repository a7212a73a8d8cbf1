"""Small worlds made by hand: events of orders on a route, with the coverage that exports of them would have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from tracelog.expect import Activity, Candidate, Expectations, Expected, Settings, StreamInfo
from tracelog.judge.abstract import abstract
from tracelog.judge.facts import Case, LegFacts, Template
from tracelog.judge.judge import judge
from tracelog.model.event import DAY, HOUR, MILLI, MINUTE, SECOND, Actor, Context, Event, Kind, Name, State

START = int(datetime(2026, 2, 2, 8, tzinfo=UTC).timestamp()) * SECOND

POLL = "celigo-log export-1"
PUSH = "celigo-log import-1"
SHOP = "shop-orders"
ERP = "erp-search"
NOTES = "erp-notes"

WORDS = {
    "shopify": {"pending": "pending", "confirmed": "paid", "shipped": "fulfilled", "cancelled": "cancelled"},
    "netsuite": {"pending": "A", "confirmed": "B", "shipped": "F", "cancelled": "C", "closed": "H"},
}


def state(canonical: str | None, system: str = "shopify", *, mark: str = "EXACT", axis: str = "order") -> State:
    raw = WORDS.get(system, {}).get(canonical or "closed", canonical or "?")
    final = canonical in {"cancelled", "delivered", "returned", None}
    return State(axis, f"{system}.status", raw, canonical, mark if canonical else "NONE", final)


class World:
    """Collects what several exports say of orders; `expected` and `cases` are then what the pipeline makes of it."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**settings)
        self.orders: dict[int, list[Event]] = defaultdict(list)
        self.beats: list[Activity] = []
        self.infos: dict[str, StreamInfo] = {}
        self.contexts: list[Context] = []
        self.candidates: list[Candidate] = []
        self.count = 0
        self._expected: Expected | None = None

    def add(
        self,
        order: int,
        system: str,
        phase: str,
        at: int,
        *,
        stream: str,
        topic: str | None = None,
        peer: str | None = None,
        states: Iterable[State] = (),
        names: Iterable[Name] = (),
        level: str | None = None,
        carries: str | None = None,
        instance: str | None = None,
        export: int | None = None,
        **more: Any,
    ) -> Event:
        self.count += 1
        kind = Kind(system, instance, phase, peer, topic, level, stream, carries)
        number = sum(map(ord, stream)) if export is None else export
        more.setdefault("precision", MILLI)
        event = Event(
            kind,
            at,
            more.pop("at_raw", ""),
            names=tuple(names),
            states=tuple(states),
            id=self.count,
            export=number,
            **more,
        )
        self.orders[order].append(event)
        return event

    def stream(self, name: str, absence: str = "strong", system: str = "", definition: str | None = None) -> None:
        self.infos[name] = StreamInfo(name, definition or name.partition(" ")[0], name, system, None, absence)

    def go_by_words(self, *only: str) -> None:
        """What the streams, or these only, state was read off words."""
        streams = {event.kind.stream for events in self.orders.values() for event in events}
        known = {name: self.infos.get(name, StreamInfo(name, name.partition(" ")[0], name, "")) for name in streams}
        self.infos = {name: info._replace(inferred=not only or name in only) for name, info in known.items()}
        self._expected = None

    def beat(self, stream: str, start: int, end: int, every: int = 5 * MINUTE, export: int | None = None) -> None:
        """Records of no order: what keeps a log talking while nothing happens."""
        number = sum(map(ord, stream)) if export is None else export
        self.beats += [Activity(stream, number, at, at, 1) for at in range(start, end + 1, every)]

    def sums(self) -> Expectations:
        sums = Expectations(self.settings)
        sums.add_streams(self.infos.values())
        sums.add_activity(self.beats)
        for events in self.orders.values():
            sums.add_activity(
                Activity(event.kind.stream, event.export, event.at, event.at, 1)
                for event in events
                if event.at is not None and event.kind.phase not in {"observed", "emitted"}
            )
        sums.add_contexts(self.contexts)
        sums.add_candidates(self.candidates)
        for order, events in self.orders.items():
            sums.add(order, events)
        return sums

    @property
    def expected(self) -> Expected:
        if self._expected is None:
            self._expected = self.sums().settled()
        return self._expected

    def cases(self, order: int) -> list[Case]:
        return abstract(order, self.orders[order], self.expected)

    def legs(self, order: int, topic: str | None = None, leg: str | None = None) -> list[LegFacts]:
        return [
            case.facts
            for case in self.cases(order)
            if isinstance(case.facts, LegFacts)
            and (topic is None or case.facts.topic == topic)
            and (leg is None or case.facts.leg == leg)
        ]

    def found(self, order: int) -> list[tuple[str, str]]:
        """(kind, state) of what the detectors make of this order."""
        return [(one.kind, one.state) for one in self.templates(order)]

    def templates(self, order: int) -> list[Template]:
        return [
            template for case in self.cases(order) for template in judge(case.facts, inferred=case.inferred).templates
        ]

    def all_found(self) -> dict[int, list[tuple[str, str]]]:
        return {order: found for order in self.orders if (found := self.found(order))}


class Route(World):
    """A shop's order export, an integration that polls it and posts to an ERP, and the ERP's own listing.

    Orders come every twenty minutes, `total` of them. Those `missing` are taken in by the integration and never
    sent on; with `instead`, something else happens when it would have been. Each part can be left out.
    """

    def __init__(
        self,
        total: int = 40,
        *,
        missing: Iterable[int] = (),
        instead: dict[int, Callable[[Route, int, int], object]] | None = None,
        shop: bool = True,
        log: bool = True,
        erp: bool = True,
        every: int = 20 * MINUTE,
        log_until: int | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.total = total
        self.every = every
        self.missing = set(missing)
        self.instead = instead or {}
        self.numbers: dict[int, int] = {}
        self.shop, self.log, self.erp = shop, log, erp
        self.end = START + total * every + 3 * HOUR
        self.log_until = log_until or self.end
        if log:
            self.beat(POLL, START - HOUR, self.log_until, export=7)
            self.beat(PUSH, START - HOUR, self.log_until, 30 * MINUTE, export=7)
        self.stream(SHOP, system="shopify")
        self.stream(ERP, system="netsuite")
        for order in range(total):
            self.order(order)

    def numbered(self, order: int) -> tuple[Name, ...]:
        """The ERP's own names: it numbers what it makes, without a gap."""
        number = self.numbers.setdefault(order, len(self.numbers))
        return (Name("netsuite:internalid", str(880_000 + 3 * number)), Name("netsuite:tranid", f"SO{20_001 + number}"))

    def born(self, order: int) -> int:
        return START + order * self.every

    def names(self, order: int) -> tuple[Name, ...]:
        return (Name("shopify:id", str(6_000_000 + order)), Name("shopify:name", f"#{1001 + order}"))

    def order(self, order: int) -> None:
        born = self.born(order)
        self.told(order, "created", born)
        self.took(order, "confirmed", born + 2 * MINUTE)
        if order in self.missing:
            return
        if order in self.instead:
            self.instead[order](self, order, born + 2 * MINUTE + 3 * SECOND)
            return
        self.sent(order, "confirmed", born + 2 * MINUTE + 3 * SECOND, topic="created")
        self.listed(order, "closed" if order % 3 == 0 else "confirmed", born + 2 * MINUTE + 5 * SECOND)
        if order % 4 == 0:
            self.change(order, "shipped", born + HOUR)

    def told(self, order: int, topic: str, at: int) -> None:
        """The shop's export says when it happened, and lists the order as it stands in the end."""
        if self.shop:
            self.add(order, "shopify", "emitted", at, stream=SHOP, topic=topic, happened_at=at,
                     names=self.names(order))  # fmt: skip
            self.lose(order, system="shopify", phase="observed")
            shown = "confirmed" if topic == "created" else topic
            self.add(
                order, "shopify", "observed", self.end, stream=SHOP, carries="state", names=self.names(order),
                states=[state(shown)], fields={"total": f"{50 + order}.00", "currency": "USD", "channel": "web"},
            )  # fmt: skip

    def took(self, order: int, shown: str, at: int, **more: Any) -> None:
        if self.log and at <= self.log_until:
            fields = {"total": f"{50 + order}.00", "currency": "USD"}
            more.setdefault("happened_at", at - MINUTE)
            self.add(order, "celigo", "received", at, stream=POLL, peer="shopify", carries="state", export=7,
                     states=[state(shown)], fields=fields, names=self.names(order), **more)  # fmt: skip

    def sent(
        self, order: int, shown: str, at: int, topic: str | None = None, *, answer: str | None = "204",
        level: str = "transport", phase: str = "acknowledged", total: str | None = None, **more: Any,
    ) -> None:  # fmt: skip
        if not self.log or at > self.log_until:
            return
        request = f"req-{order}-{at}"
        fields = {"total": total or f"{50 + order}.0", "currency": "USD"}
        self.add(order, "celigo", "forwarded", at, stream=PUSH, peer="netsuite", topic=topic, export=7,
                 envelope=(request,), states=[state(shown, "netsuite")], fields=fields, **more)  # fmt: skip
        if answer:
            self.add(order, "celigo", phase, at + SECOND, stream=PUSH, peer="netsuite", export=7,
                     envelope=(request,), level=level, result=answer)  # fmt: skip

    def listed(self, order: int, shown: str, at: int) -> None:
        """The ERP made the order then, and lists it at the end."""
        if self.erp:
            self.stands(order, shown)
            made = at // MINUTE * MINUTE
            self.add(order, "netsuite", "applied", made, stream=ERP, topic="created", names=self.numbered(order),
                     happened_at=made, precision=MINUTE)  # fmt: skip

    def change(self, order: int, to: str, at: int) -> None:
        """A change in the shop that goes all the way."""
        self.told(order, to, at)
        self.took(order, to, at + 2 * MINUTE)
        self.sent(order, to, at + 2 * MINUTE + 3 * SECOND)
        self.stands(order, to)

    def stands(self, order: int, shown: str, *, total: str | None = None) -> None:
        """What the ERP's listing says of the order, in place of what it said."""
        if self.erp:
            self.lose(order, system="netsuite", phase="observed")
            canonical = None if shown == "closed" else shown
            self.add(order, "netsuite", "observed", self.end, stream=ERP, carries="state", names=self.numbered(order),
                     states=[state(canonical, "netsuite")],
                     fields={"total": total or f"{50 + order}.00", "currency": "USD"})  # fmt: skip

    def lose(self, order: int, *, system: str, phase: str | None = None, topic: str | None = None) -> None:
        """Takes away what a system recorded of an order."""
        self.orders[order] = [
            event
            for event in self.orders[order]
            if event.kind.system != system
            or (phase is not None and event.kind.phase != phase)
            or (topic is not None and event.kind.topic != topic)
        ]

    def without_erp(self, order: int) -> None:
        self.lose(order, system="netsuite")

    def forget(self, order: int, keep: tuple[str, ...] = ("shopify",)) -> None:
        """Takes away what other systems recorded of an order."""
        self.orders[order] = [event for event in self.orders[order] if event.kind.system in keep]


__all__ = ["DAY", "Activity", "Actor", "Context", "Name", "Route", "World", "state"]
