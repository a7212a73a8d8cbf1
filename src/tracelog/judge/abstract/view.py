"""One order as abstracting sees it: its journey, its passages, and who holds what, worked out once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from tracelog.expect.births import births
from tracelog.expect.declared import channels
from tracelog.expect.expected import Expected
from tracelog.expect.model import Declared, Leg, Limit, Stop
from tracelog.expect.onward import onward
from tracelog.expect.passages import Passage, passages
from tracelog.expect.presence import Snapshot
from tracelog.expect.routes import Sign, Way
from tracelog.expect.standing import DENIED_BY, effect_at, in_vain, verdict_of
from tracelog.expect.tellings import counted_by, tellings
from tracelog.expect.traits import Trait, traits
from tracelog.judge.facts import Case, Facts, LegFacts
from tracelog.link.journey import Journey, Links, journey
from tracelog.link.meaning import GENERIC, bare
from tracelog.model import finding
from tracelog.model.event import MINUTE, SECOND, Event
from tracelog.model.finding import CoverageProof, Station
from tracelog.model.words import rfc3339

_OWN = frozenset(("applied", "observed"))
_LOOSE = frozenset(("PARTIAL", "LOSSY"))
_GIVEN_BACK = frozenset(("refunded", "voided", "returned", "cancelled"))
ALL_WHOLE = 20
"""So many stamps of a log, all of them whole minutes, show that it writes no seconds."""


class Arrival(NamedTuple):
    """Whether a system's own records show a change: `shown`, `denied`, `unknown`; which event, when (-1: no time)."""

    word: str
    pos: int | None = None
    at: int = -1

    @property
    def shown(self) -> bool:
        return self.word == "shown"


class Absence(NamedTuple):
    """What the target's own records say of what is not there. `as_of`: of the listing that says so (UTC ns).

    `proofs` are what covers it; without any, nothing is proved.
    """

    why: str | None = None
    as_of: int | None = None
    proofs: tuple[CoverageProof, ...] = ()

    @property
    def proved(self) -> bool:
        return bool(self.proofs)


class View:
    """What the parts of `abstract` share. `failed` are the systems that this order's creation did not get to."""

    def __init__(self, order: int, events: Sequence[Event], expected: Expected, links: Links | None = None) -> None:
        """`links`: how these events hang together, where that was found before."""
        self.order = order
        self.expected = expected
        self.whole: Journey = journey(events, links)
        self.events = self.whole.events
        self.at = self.whole.at
        self.topics = self.whole.topics
        self.passages: list[Passage] = [*passages(self.whole), *onward(self.whole), *tellings(self.whole)]
        self.followers = self.whole.followers()
        self.own: dict[str, list[int]] = defaultdict(list)
        self.by_phase: dict[str, list[int]] = defaultdict(list)
        for index, event in enumerate(self.events):
            self.by_phase[event.kind.phase].append(index)
            if event.kind.phase in _OWN:
                self.own[event.kind.system].append(index)
        self.failed: set[str] = set()
        self.left_out: dict[str, Trait] = {}
        """Systems to which this order was never meant to go, with the attribute of those that never do."""
        self.unsettled: set[str] = set()
        """Systems of which a leg of this order already tells that something did not arrive there."""
        self._listed: dict[str, tuple[int | None, Snapshot | None]] = {}
        self.told: set[int] = set()
        """Refusals that a case already rests on."""
        self.cases: list[Case] = []

    @cached_property
    def births(self) -> dict[str, int]:
        return births(self.whole)

    @cached_property
    def channels(self) -> frozenset[str]:
        return channels(self.whole)

    def declared(self, leg: Leg, topic: str | None) -> Declared | None:
        """What the configuration says of this leg for this order."""
        if not self.expected.settings.routes:
            return None
        return self.expected.declared(leg, topic, self.channels)

    @cached_property
    def own_traits(self) -> tuple[Trait, ...]:
        return traits(self.whole)

    def leave_out(self, system: str, sign: Sign | None, topic: str | None) -> None:
        """The creation is of a class that is never sent to a system: then neither is what comes after it."""
        if topic == "created" and sign is not None and sign.never and sign.trait in self.own_traits:
            self.left_out[system] = sign.trait

    def is_left_out(self, system: str, way: Way) -> bool:
        """Whether a change is of an order that is never sent to a system, and none of its class ever takes this leg."""
        trait = self.left_out.get(system)
        return trait is not None and not way.end.traits[trait] and not way.end.covered_traits[trait]

    def traits(self, passage: Passage) -> tuple[Trait, ...]:
        """The attributes by which the sums counted this passage."""
        return counted_by(self.whole, passage, self.own_traits)

    def add(self, facts: Facts, **binding: Any) -> None:
        held = {name: value for name, value in binding.items() if value is not None}
        if isinstance(facts, LegFacts) and facts.effect == "absent" and not held.get("proofs"):
            raise ValueError(f"an absence without what covers it: {facts}")
        proved = isinstance(facts, LegFacts) and facts.effect == "absent" and self._vouched(facts.topic)
        self.cases.append(Case(facts, self.order, held, not proved and self._inferred(held.values())))

    def _vouched(self, topic: str | None) -> bool:
        """Whether a record that was not read off words tells of a change. That it is not there then rests on no words,
        where the target's own records prove it.
        """
        inferred = self.expected.inferred
        return any(
            index_topic == topic and event.kind.stream not in inferred and event.kind.phase in {"emitted", "received"}
            for event, index_topic in zip(self.events, self.topics, strict=True)
        )

    def _inferred(self, held: Iterable[object]) -> bool:
        """Whether what one of these events states was read off words."""
        streams = self.expected.inferred
        return bool(streams) and any(isinstance(value, Event) and value.kind.stream in streams for value in held)

    def precision(self, event: Event) -> int:
        """The width of its stamp (ns). Stamps of a log that are all whole minutes name the minute, however spelled."""
        minutes, stream = self.expected.sums.minutes, event.kind.stream
        coarse = minutes[stream, True] >= ALL_WHOLE and not minutes[stream, False]
        return max(event.precision, MINUTE) if coarse else event.precision

    def answers(self, index: int) -> list[int]:
        """The answers to an attempt, and what the target itself says of refusing it."""
        return [child for child in self.followers[index]
                if self.events[child].kind.phase in {"acknowledged", "rejected"}]  # fmt: skip

    def accepted(self, index: int) -> bool:
        """Whether an attempt is known to have been accepted."""
        return any(self.events[child].kind.phase == "acknowledged" for child in self.followers[index])

    def short_lived(self, limit: int) -> bool:
        """Created and cancelled within that time (ns)."""
        made = [at for at, topic in zip(self.at, self.topics, strict=True) if topic == "created" and at >= 0]
        ended = [at for at, topic in zip(self.at, self.topics, strict=True) if topic == "cancelled" and at >= 0]
        return bool(made and ended) and min(ended) - min(made) <= limit

    def effect(self, system: str, topic: str | None, since: int) -> Arrival:
        """What the system's own records show of a change."""
        word, shown = effect_at(self.whole, self.own.get(system, ()), topic, since - self.expected.spread)
        return Arrival(word, shown.pos, shown.at) if shown else Arrival(word)

    def event(self, pos: int | None) -> Event | None:
        return None if pos is None else self.events[pos]

    def absent(self, system: str, topic: str | None, since: int, due: int) -> Absence:
        """Whether the system's own records prove that a change is not in force there."""
        expected = self.expected
        if topic == "created":
            if self.own.get(system):
                return Absence()
            if self.knows(system):
                return Absence(why="it gave this order an id of its own")
            for source, born in sorted(self.births.items()):
                scope = expected.scope(source, system, born, due)
                return Absence(scope.why, scope.as_of, (scope.proof,) if scope.proof else ())
            return Absence()
        word = self.effect(system, topic, since).word
        if word != "denied" and not (word == "unknown" and self._denied_by_use(system, topic)):
            return self._never_taken_in(system, topic, since, due) if word == "unknown" else Absence()
        return self._listed_without(system, topic, due) or self._noted_without(system, since, due)

    def _denied_by_use(self, system: str, topic: str | None) -> bool:
        """Whether a loose state there (`exists`, `open`) denies a cancellation: by itself it leaves that open, but the
        system has a state for cancelled orders, others that were cancelled stand so, and nothing was paid back.
        """
        index, _ = self.listed(system)
        if topic != "cancelled" or index is None or not self._shows(system, topic):
            return False
        own = [state for at in self.own[system] for state in self.events[at].states]
        if any(state.canonical in _GIVEN_BACK for state in own):
            return False
        stands = next((state for state in self.events[index].states if state.axis == "order"), None)
        return stands is not None and stands.mark in _LOOSE and stands.canonical in DENIED_BY[topic]

    def knows(self, system: str) -> bool:
        """Whether the order has a number that the system gave it: one that it, or its answer, was the first to tell.

        Whoever has such a number had it from there, so the order was there, and was removed since at most. A name
        that was sent to it first, or is another system's too, is the sender's.
        """
        first = {name: event for event in reversed(self.events) for name in event.names if name.strength == "strong"}
        given = {name.value for name in first if not name.kind.startswith(f"{system}:")}
        return any(
            name.kind.startswith(f"{system}:") and name.value not in given and _tells(event, system)
            for name, event in first.items()
        )

    def _shows(self, system: str, topic: str) -> bool:
        """Whether the system's own records show such changes of enough orders."""
        few = self.expected.settings.few_takers
        return any(leg.taken >= few for leg in self.expected.legs
                   if (leg.leg, leg.end.system, leg.topic) == ("span", system, topic))  # fmt: skip

    def _listed_without(self, system: str, topic: str | None, due: int) -> Absence | None:
        """What the system's listing says, whatever its log of changes holds: it shows where the order stands."""
        index, listing = self.listed(system)
        if index is None or listing is None:
            return None
        event = self.events[index]
        denies = verdict_of(event.states, topic) == "denies" or self._denied_by_use(system, topic)
        denied = denies and listing.as_of >= due and not listing.hinted
        since = min(self.at[index] if self.at[index] >= 0 else listing.as_of, listing.as_of)
        proof = CoverageProof(event.kind.stream, rfc3339(since), rfc3339(listing.as_of))
        return Absence(as_of=listing.as_of, proofs=(proof,) if denied else ())

    def listed(self, system: str) -> tuple[int | None, Snapshot | None]:
        """Where the system lists the order as it stands: of the listings that hold it the newest, by its own time."""
        found = self._listed.get(system)
        if found is None:
            found = self._listed[system] = self._find_listed(system)
        return found

    def _find_listed(self, system: str) -> tuple[int | None, Snapshot | None]:
        best: tuple[tuple[bool, int, int], int, Snapshot] | None = None
        for index in self.own.get(system, ()):
            event = self.events[index]
            listing = self.expected.listing_in(system, event.kind.stream) if event.kind.phase == "observed" else None
            if listing is not None:
                stands = any(state.axis in {"order", "payment"} for state in event.states)
                rank = (stands, listing.as_of, index)
                if best is None or rank > best[0]:
                    best = (rank, index, listing)
        return (best[1], best[2]) if best else (None, None)

    def _noted_without(self, system: str, since: int, due: int) -> Absence:
        """What its log of changes says: the last state that it set, where the log covers the time since."""
        for index in reversed(self.own.get(system, ())):
            event = self.events[index]
            if event.kind.phase == "applied" and event.states:
                word, proofs = self.expected.cover([event.kind.stream], max(self.at[index], since), due)
                sure = word == "spans" and self.expected.several_authors(event.kind.stream)
                return Absence(as_of=due, proofs=tuple(proofs) if sure else ())
        return Absence()

    def meant_for(self, systems: Container[str], since: int) -> bool:
        """Whether a later change of this order was sent to one of them: then the order itself is meant to be there,
        however few of its kind get there.
        """
        return any(
            self.events[index].kind.peer in systems and self.at[index] > since and self.topics[index] != "created"
            for index in self.by_phase["forwarded"]
        )

    def _never_taken_in(self, system: str, topic: str | None, since: int, due: int) -> Absence:
        """What its log of messages says, where their numbers show that none is left out: of this order it has the
        creation and nothing else, and of others it has such changes.
        """
        taken = [index for index in self.by_phase["received"] if self.events[index].kind.system == system]
        if topic in GENERIC or not taken or any(self.topics[index] != "created" for index in taken):
            return Absence()
        known = sum(leg.taken for leg in self.expected.legs
                    if (leg.leg, leg.end.system, leg.topic) == ("hand", system, topic))  # fmt: skip
        logs = [self.expected.covered.get(self.events[index].kind.stream) for index in taken] if known > 1 else []
        proofs = (log.proof(since) for log in logs if log is not None and log.numbered(since, due))
        return next((Absence(as_of=due, proofs=(proof,)) for proof in proofs if proof), Absence())

    def has_any(self, system: str, topic: str | None, since: int) -> int | None:
        """The first event of the system that shows it knows of the change, by whatever way."""
        for index, event in enumerate(self.events):
            told = event.kind.system == system and event.kind.phase != "observed" and self.at[index] >= since
            if told and (self.topics[index] == topic or (topic == "created" and self._brings(index))):
                return index
        return None

    def _brings(self, index: int) -> bool:
        """Whether who tells of a later change has the order: not where it follows, there, from a message of that change
        which names the order and no more, or was refused by whoever it was sent on to.
        """
        system = self.events[index].kind.system
        while (cause := self.whole.cause[index]) >= 0 and self.events[cause].kind.system == system:
            index = cause
        event = self.events[index]
        if event.kind.phase not in {"received", "skipped"}:
            return True
        return not bare(event) and not in_vain(self.whole, index, self.followers)


def _tells(event: Event, system: str) -> bool:
    """Whether what the record says comes from that system: its own record, or its answer."""
    kind = event.kind
    return kind.system == system or (kind.phase in _FROM and kind.peer == system)


_FROM = frozenset(("received", "acknowledged", "rejected"))
_STATIONS: dict[Stop, Station] = {}


def station(stop: Stop) -> Station:
    """One object a stop, however many cases name it."""
    found = _STATIONS.get(stop)
    if found is None:
        found = _STATIONS[stop] = stop.station()
    return found


def shown_limit(limit: Limit) -> finding.Limit:
    return finding.Limit(limit.ns / SECOND, limit.basis)
